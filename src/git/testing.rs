//! Real repositories in temporary folders, made by the real `git` program, for the tests of this folder.

use super::{Env, Git, Repository};
use crate::id::{ObjectId, RefName};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A repository that goes away with this value, and an environment where nothing of the user's counts.
pub struct Sandbox {
    folder: tempfile::TempDir,
    pub env: Env,
}

/// How a test repository stores its objects and refs.
#[derive(Clone, Copy, Debug)]
pub struct Store {
    pub objects: &'static str,
    pub refs: &'static str,
}

/// Every kind of storage the tests run on.
pub const STORES: [Store; 4] = [
    Store { objects: "sha1", refs: "files" },
    Store { objects: "sha256", refs: "files" },
    Store { objects: "sha1", refs: "reftable" },
    Store { objects: "sha256", refs: "reftable" },
];

impl Sandbox {
    /// An empty repository in `work`; `None` when the installed Git does not know the storage.
    pub fn init(store: Store) -> Option<Self> {
        let sandbox = Self::empty();
        let mut init = sandbox.git_in("").args(["init", "--quiet", "--initial-branch=main"]);
        init = init.arg(format!("--object-format={}", store.objects));
        if store.refs != "files" {
            init = init.arg(format!("--ref-format={}", store.refs));
        }
        let output = init.arg("work").output().expect("git runs");
        if output.status == Some(0) {
            return Some(sandbox);
        }
        assert_ne!(store.refs, "files", "{}", output.stderr);
        println!("skipped: the installed git does not know {store:?}");
        None
    }

    pub fn files() -> Self {
        Self::init(STORES[0]).expect("every git knows sha1 and files")
    }

    fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let home = folder.path().join("home");
        std::fs::create_dir(&home).expect("an empty folder takes a folder");
        let path = std::env::var_os("PATH").expect("there is a PATH");
        let text = |name: &str, value: &str| (OsString::from(name), OsString::from(value));
        let env = Env::new(
            folder.path().canonicalize().expect("the folder is there"),
            [
                (OsString::from("PATH"), path),
                (OsString::from("HOME"), home.into_os_string()),
                text("GIT_CONFIG_NOSYSTEM", "1"),
                text("GIT_AUTHOR_NAME", "Ada"),
                text("GIT_AUTHOR_EMAIL", "ada@example.org"),
                text("GIT_AUTHOR_DATE", "1700000000 +0000"),
                text("GIT_COMMITTER_NAME", "Ada"),
                text("GIT_COMMITTER_EMAIL", "ada@example.org"),
                text("GIT_COMMITTER_DATE", "1700000000 +0000"),
            ],
        );
        Self { folder, env }
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder is there")
    }

    pub fn work(&self) -> PathBuf {
        self.root().join("work")
    }

    fn git_in(&self, folder: &str) -> Git {
        Git::in_dir(&self.env, Path::new(folder))
    }

    /// Runs git in the work tree and returns its one line.
    pub fn git(&self, args: &[&str]) -> String {
        self.git_in("work").args(args.iter().copied()).run_line().unwrap_or_else(|failure| panic!("{failure}"))
    }

    pub fn git_input(&self, args: &[&str], input: &[u8]) -> String {
        self.git_in("work")
            .args(args.iter().copied())
            .input(input)
            .run_line()
            .unwrap_or_else(|failure| panic!("{failure}"))
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.work().join(path);
        std::fs::create_dir_all(path.parent().expect("a path below the work tree")).expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
    }

    /// Commits everything at a time of our choice, in seconds.
    pub fn commit_at(&self, message: &str, seconds: i64) -> ObjectId {
        self.git(&["add", "--all"]);
        let date = format!("{seconds} +0000");
        self.git_in("work")
            .env("GIT_COMMITTER_DATE", &date)
            .args(["commit", "--quiet", "--allow-empty", "-m", message])
            .run()
            .unwrap_or_else(|failure| panic!("{failure}"));
        self.id("HEAD")
    }

    pub fn commit(&self, message: &str) -> ObjectId {
        self.commit_at(message, 1_700_000_000)
    }

    /// What git says an expression means.
    pub fn id(&self, expression: &str) -> ObjectId {
        ObjectId::parse(&self.git(&["rev-parse", "--verify", expression])).expect("rev-parse prints an id")
    }

    pub fn open(&self) -> Repository {
        self.open_in("work")
    }

    /// Opens what is found from a folder, as the command line does.
    pub fn open_in(&self, folder: &str) -> Repository {
        Repository::open(&self.env.clone().at(Path::new(folder))).unwrap_or_else(|failure| panic!("{failure}"))
    }
}

pub fn branch(name: &str) -> RefName {
    RefName::branch(name)
}
