//! Opening, refs, settings: where things are and what they are called.

use super::super::testing::{Sandbox, branch};
use super::super::{Git, Head, MergeTree, Repository};
use super::each_store;
use crate::id::{RefName, RepoPath};
use crate::port::{Blob, History};
use std::path::Path;

#[test]
fn refs_and_head_equal_gits() {
    each_store(|sandbox| {
        let repository = sandbox.open();
        assert_eq!(repository.head().unwrap(), Head::Unborn(branch("main")));
        assert_eq!(repository.refs("refs/heads/").unwrap(), []);
        let one = sandbox.commit_at("one", 1_700_000_000);
        let two = sandbox.commit_at("two", 1_700_000_001);
        sandbox.git(&["branch", "topic/a", "HEAD^"]);
        sandbox.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
        sandbox.git(&["symbolic-ref", "refs/heads/dangling", "refs/heads/nowhere"]);
        sandbox.git(&["tag", "-a", "-m", "shadow", "main", "HEAD^"]);
        sandbox.git(&["pack-refs", "--all"]);
        let repository = sandbox.open();
        assert_eq!(repository.head().unwrap(), Head::Branch(branch("main"), two.clone()));
        assert_eq!(repository.read_ref(&branch("alias")).unwrap(), Some(two.clone()));
        assert_eq!(repository.read_ref(&branch("dangling")).unwrap(), None);
        assert_eq!(repository.read_ref(&branch("nothing")).unwrap(), None);
        assert_eq!(repository.read_ref(&RefName::new("refs/tags/main")).unwrap(), Some(sandbox.id("refs/tags/main")));
        assert_eq!(repository.symref_target(&branch("alias")).unwrap(), Some(branch("main")));
        assert_eq!(repository.symref_target(&branch("dangling")).unwrap(), Some(branch("nowhere")));
        assert_eq!(repository.symref_target(&branch("main")).unwrap(), None);
        assert!(repository.read_ref(&branch("a..b")).is_err());
        let heads = repository.refs("refs/heads/").unwrap();
        let expected =
            [(branch("alias"), two.clone()), (branch("main"), two.clone()), (branch("topic/a"), one.clone())];
        assert_eq!(heads, expected);
        assert_eq!(repository.refs("refs/heads/topic").unwrap().len(), 1);
        assert_eq!(repository.refs("refs/heads/top").unwrap(), []);
        let log = repository.reflog(&branch("main")).unwrap();
        let moves: Vec<_> = log.iter().map(|entry| (entry.old.is_zero(), entry.new.clone())).collect();
        assert_eq!(moves, [(false, two.clone()), (true, one.clone())]);
        assert_eq!(log[0].old, one);
        assert!(log[0].message.starts_with("commit: two"), "{}", log[0].message);
        assert_eq!(repository.reflog(&branch("nothing")).unwrap(), []);
        sandbox.git(&["switch", "--quiet", "--detach"]);
        assert_eq!(sandbox.open().head().unwrap(), Head::Detached(two));
    });
}

#[test]
fn a_revision_is_never_hijacked() {
    each_store(|sandbox| {
        let one = sandbox.commit_at("one", 1_700_000_000);
        let two = sandbox.commit_at("two", 1_700_000_001);
        sandbox.git(&["tag", "-a", "-m", "t", "v1", one.as_str()]);
        for shadow in ["refs/tags/main", "refs/heads/refs/heads/main", &format!("refs/heads/{two}")] {
            sandbox.git(&["update-ref", shadow, one.as_str()]);
        }
        let repository = sandbox.open();
        for (revision, expected) in [
            ("main", &two),
            ("refs/heads/main", &two),
            ("HEAD", &two),
            ("@", &two),
            (two.as_str(), &two),
            (&two.as_str()[..12], &two),
            ("v1", &one),
            ("main~1", &one),
            ("main^", &one),
            ("main^0", &two),
            ("v1^0~0", &one),
            ("main@{1}", &one),
        ] {
            assert_eq!(&repository.resolve(revision).unwrap(), expected, "{revision}");
        }
        for nothing in
            ["", "nope", "main~2", "main^2", "main~x", "--all", "main:path", "a..b", "main@{99}", "refs/heads/"]
        {
            assert!(repository.resolve(nothing).is_err(), "{nothing}");
        }
    });
}

#[test]
fn bare_and_linked_repositories_know_their_folders() {
    each_store(|sandbox| {
        let one = sandbox.commit("one");
        sandbox.git(&["worktree", "add", "--quiet", "-b", "side", "../linked"]);
        sandbox.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]);
        let main = sandbox.open();
        assert_eq!(main.work_dir().unwrap().canonicalize().unwrap(), sandbox.work());
        let linked = sandbox.open_in("linked");
        assert_eq!(linked.head().unwrap(), Head::Branch(branch("side"), one.clone()));
        assert_eq!(linked.common_dir().canonicalize().unwrap(), main.git_dir().canonicalize().unwrap());
        assert_ne!(linked.git_dir(), main.git_dir());
        assert_eq!(linked.hooks_folder().unwrap(), main.hooks_folder().unwrap());
        let bare = sandbox.open_in("bare.git");
        assert!(bare.is_bare() && bare.work_dir().is_none());
        assert_eq!(bare.read_ref(&branch("main")).unwrap(), Some(one.clone()));
        assert!(bare.commit(&one).is_ok());
        // As hooks see them: `.` in a receiving repository, full paths and a work tree of `.` elsewhere.
        for (folder, git_dir, work_tree, expected) in [
            ("bare.git", ".", "", &bare),
            ("work/.git", ".", "", &main),
            ("work", ".git", ".", &main),
            ("linked", linked.git_dir().to_str().unwrap(), ".", &linked),
            ("linked", linked.git_dir().to_str().unwrap(), "", &linked),
        ] {
            let env =
                sandbox.env.clone().at(Path::new(folder)).with("GIT_DIR", git_dir).with("GIT_WORK_TREE", work_tree);
            let found = Repository::open(&env).unwrap();
            assert_eq!(found.git_dir(), expected.git_dir(), "{folder}");
            let top = |repository: &Repository| repository.work_dir().map(|dir| dir.canonicalize().unwrap());
            assert_eq!(top(&found), top(expected), "{folder}");
            assert_eq!(found.head().unwrap(), expected.head().unwrap(), "{folder}");
        }
        sandbox.write("deep/er/file", "");
        assert_eq!(sandbox.open_in("work/deep/er").git_dir(), main.git_dir());
        assert!(
            Repository::open_at(&sandbox.env, &sandbox.work().join("deep")).is_err(),
            "no search from an exact path"
        );
        assert!(Repository::open(&sandbox.env).unwrap_err().message.contains("no Git repository"));
    });
}

#[test]
fn settings_status_and_index_come_from_git() {
    each_store(|sandbox| {
        sandbox.write("a/f", "1");
        sandbox.write("b c", "1");
        sandbox.commit("one");
        let repository = sandbox.open();
        assert_eq!(repository.config("core.hookspath").unwrap(), None);
        assert_eq!(repository.hooks_folder().unwrap(), repository.common_dir().join("hooks"));
        for (set, expected) in
            [("my hooks", repository.work_dir().unwrap().join("my hooks")), ("~/h", sandbox.root().join("home/h"))]
        {
            repository.set_config("core.hooksPath", set).unwrap();
            assert_eq!(repository.hooks_folder().unwrap(), expected);
        }
        assert_eq!(repository.config("core.hooksPath").unwrap().as_deref(), Some("~/h"));
        assert!(repository.set_config("no key", "x").is_err());
        assert_eq!(repository.identity().unwrap().email, "ada@example.org");
        assert!(repository.git_version().unwrap() > (2, 30, 0));
        sandbox.write("a/f", "2");
        sandbox.write("b c", "2");
        sandbox.write("new", "n");
        let dirty = |paths: &[RepoPath]| -> Vec<String> {
            repository.dirty_paths(paths).unwrap().iter().map(ToString::to_string).collect()
        };
        assert_eq!(dirty(&[]), ["a/f", "b c", "new"]);
        assert_eq!(dirty(&["a".into()]), ["a/f"]);
        assert_eq!(dirty(&["*".into()]), [""; 0], "paths are literal");
        sandbox.git(&["add", "a/f"]);
        let tree = repository.index_tree().unwrap();
        assert_eq!(repository.tree(&tree).unwrap().blob(&"a/f".into(), 9).unwrap(), Blob::Bytes(b"2".to_vec()));
        assert_eq!(repository.tree(&tree).unwrap().blob(&"b c".into(), 9).unwrap(), Blob::Bytes(b"1".to_vec()));
    });
}

#[test]
fn the_environment_cannot_change_an_answer() {
    let sandbox = Sandbox::files();
    let one = sandbox.commit_at("one", 1_700_000_000);
    let two = sandbox.commit_at("two", 1_700_000_001);
    let grafts = sandbox.root().join("grafts");
    std::fs::write(&grafts, format!("{two}\n")).unwrap();
    let env = sandbox
        .env
        .clone()
        .at(&sandbox.work())
        .with("GIT_GRAFT_FILE", &grafts)
        .with("GIT_REPLACE_REF_BASE", "refs/heads/")
        .with("GIT_CONFIG_COUNT", "1")
        .with("GIT_CONFIG_KEY_0", "core.hooksPath")
        .with("GIT_CONFIG_VALUE_0", "/elsewhere")
        .with("GIT_CONFIG_PARAMETERS", "'core.bare=true'");
    let repository = Repository::open(&env).unwrap();
    assert!(repository.is_ancestor(&one, &two).unwrap());
    assert_eq!(repository.hooks_folder().unwrap(), repository.common_dir().join("hooks"));
    assert!(matches!(repository.merge_tree(&one, &two).unwrap(), MergeTree::Clean(_)));
    assert!(Repository::open(&env.with("GIT_NAMESPACE", "ns")).unwrap_err().hint.is_some());
}

#[test]
fn work_elsewhere_does_not_touch_the_repository_of_the_hook() {
    let sandbox = Sandbox::files();
    sandbox.commit("one");
    let other = sandbox.root().join("other");
    std::fs::create_dir(&other).unwrap();
    let env = sandbox.env.clone().with("GIT_DIR", sandbox.work().join(".git"));
    let env = env.with("GIT_WORK_TREE", sandbox.work()).with("GIT_INDEX_FILE", sandbox.work().join(".git/index"));
    let git = |args: &[&str]| Git::in_dir(&env, &other).args(args.iter().copied()).run_line();
    git(&["init", "--quiet"]).unwrap();
    assert_eq!(git(&["rev-parse", "--show-toplevel"]).unwrap(), other.to_str().unwrap());
    let failure = git(&["rev-parse", "--verify", "HEAD"]).unwrap_err();
    assert!(failure.message.contains("git rev-parse --verify HEAD") && !failure.causes.is_empty(), "{failure}");
}

#[test]
fn what_is_damaged_is_a_failure_and_never_an_empty_answer() {
    let sandbox = Sandbox::files();
    sandbox.write("f", "x");
    let one = sandbox.commit("one");
    let git_dir = sandbox.work().join(".git");
    for junk in ["", "garbage\n"] {
        let loose = git_dir.join("refs/heads/topic");
        std::fs::write(&loose, junk).unwrap();
        let repository = sandbox.open();
        assert!(repository.read_ref(&branch("topic")).is_err() && repository.refs("refs/heads/").is_err());
        assert!(repository.refs("refs/tags/").is_ok());
        std::fs::remove_file(loose).unwrap();
    }
    std::fs::write(git_dir.join("packed-refs"), "garbage\n").unwrap();
    assert!(sandbox.open().read_ref(&branch("other")).is_err() && sandbox.open().refs("refs/heads/").is_err());
    std::fs::remove_file(git_dir.join("packed-refs")).unwrap();

    let blob = sandbox.id("HEAD:f");
    let other = sandbox.git_input(&["hash-object", "-w", "--stdin"], b"other");
    let file = |id: &str| git_dir.join("objects").join(&id[..2]).join(&id[2..]);
    let bytes = std::fs::read(file(&other)).unwrap();
    for damage in [bytes.as_slice(), b"junk", b""] {
        std::fs::remove_file(file(blob.as_str())).unwrap();
        std::fs::write(file(blob.as_str()), damage).unwrap();
        let failure = sandbox.open().tree(&one).unwrap().blob(&"f".into(), 9).unwrap_err();
        assert!(failure.message.contains(blob.as_str()), "{failure}");
    }
}

#[test]
fn a_repository_of_the_future_is_refused_by_name() {
    let sandbox = Sandbox::files();
    sandbox.git(&["config", "core.repositoryFormatVersion", "1"]);
    sandbox.git(&["config", "extensions.tomorrow", "x"]);
    let failure = Repository::open(&sandbox.env.clone().at(&sandbox.work())).unwrap_err();
    assert!(failure.to_string().contains("extensions.tomorrow") && failure.hint.is_some(), "{failure}");
}

#[cfg(unix)]
#[test]
fn somebody_elses_repository_is_refused_with_the_remedy() {
    let trusted = git2::Config::open_default().is_ok_and(|config| config.get_entry("safe.directory").is_ok());
    if !rustix::process::geteuid().is_root() || trusted {
        println!("skipped: needs root to give a repository away, and a user who trusts none");
        return;
    }
    let sandbox = Sandbox::files();
    for path in [sandbox.work(), sandbox.work().join(".git")] {
        std::os::unix::fs::chown(&path, Some(12345), None).unwrap();
    }
    let env = sandbox.env.clone().at(&sandbox.work());
    for env in [env.clone(), env.with("GIT_DIR", ".git")] {
        let failure = Repository::open(&env).unwrap_err();
        let remedy = format!("git config --global --add safe.directory {}", sandbox.work().display());
        assert!(failure.hint.as_ref().is_some_and(|hint| hint.contains(&remedy)), "{failure:?}");
    }
}

#[test]
fn a_repository_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Repository>();
}
