//! Answers that were given before, kept for when the same is asked of the same files.
//!
//! Edge. For verbs that only tell what a work tree says; nothing that decides looks here. An answer is given again
//! only while everything that was asked of the tree for it stands as it stood, by the marks that Git's index goes by:
//! size, times, inode. What is missing, damaged, foreign or doubtful is no answer, and the folder can be removed at any
//! time.

use super::{WorkTree, write_atomic};
use crate::diag::Failure;
use crate::evidence::Digest;
use crate::id::{ObjectId, RepoPath};
use crate::port::{Blob, Child, Entry, EntryKind, Tree};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// The most bytes an answer may have to be kept.
const MAX_ANSWER: usize = 256 * 1024;

/// A file that changed this short a time ago may change again without a new time stamp.
const SETTLED: Duration = Duration::from_secs(2);

/// What tells that a file or folder is still the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    size: u64,
    /// Nanoseconds since 1970: when the content changed and, where the system tells, when anything of it did.
    times: [u64; 2],
    /// Device and inode, where the system tells.
    node: [u64; 2],
}

impl Mark {
    /// `None` when the system does not tell enough.
    fn of(found: &Metadata) -> Option<Self> {
        let modified = found.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        let modified = u64::try_from(modified.as_nanos()).ok()?;
        #[cfg(unix)]
        let (changed, node) = {
            use std::os::unix::fs::MetadataExt as _;
            let seconds = u64::try_from(found.ctime()).ok()?;
            let nanos = u64::try_from(found.ctime_nsec()).ok()?;
            (seconds * 1_000_000_000 + nanos, [found.dev(), found.ino()])
        };
        #[cfg(not(unix))]
        let (changed, node) = (modified, [0; 2]);
        Some(Self { size: found.len(), times: [modified, changed], node })
    }

    fn is_settled(&self, now: SystemTime) -> bool {
        let settled = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().saturating_sub(SETTLED);
        self.times.iter().all(|&time| u128::from(time) < settled.as_nanos())
    }
}

/// One answer as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    question: String,
    /// The program that gave the answer.
    program: Mark,
    /// Every path that was asked about; `None`: nothing stood there.
    seen: BTreeMap<String, Option<Mark>>,
    answer: String,
}

/// The answers kept in one folder.
#[derive(Debug)]
pub struct Answers {
    folder: PathBuf,
    now: SystemTime,
}

impl Answers {
    pub fn new(folder: impl Into<PathBuf>, now: SystemTime) -> Self {
        Self { folder: folder.into(), now }
    }

    /// The answer that `question` was given before, if the tree would lead to the same again.
    pub fn find(&self, tree: &WorkTree<'_>, question: &str) -> Option<String> {
        let text = std::fs::read_to_string(self.place(question)).ok()?;
        let (digest, body) = text.split_once('\n')?;
        if digest != Digest::of_file(body.as_bytes()).as_str() {
            return None;
        }
        let kept: Kept = serde_json::from_str(body).ok()?;
        let stands = |(path, mark): (&String, &Option<Mark>)| {
            tree.metadata(&RepoPath::from(path.as_str())).is_ok_and(|found| match (found, mark) {
                (Some(found), Some(mark)) => Mark::of(&found).as_ref() == Some(mark),
                (found, mark) => found.is_none() && mark.is_none(),
            })
        };
        let same = kept.question == question && Some(kept.program) == program();
        (same && kept.seen.iter().all(stands)).then_some(kept.answer)
    }

    /// Keeps an answer that rests on nothing but what was asked of `tree`. One that cannot be kept is not: that is no
    /// failure.
    pub fn keep(&self, tree: &SeenTree<'_>, question: &str, answer: &str) {
        let Some((program, seen)) = program().zip(tree.settled(self.now)) else { return };
        if answer.len() > MAX_ANSWER {
            return;
        }
        let kept = Kept { question: question.to_owned(), program, seen, answer: answer.to_owned() };
        let Ok(body) = serde_json::to_string(&kept) else { return };
        let text = format!("{}\n{body}", Digest::of_file(body.as_bytes()).as_str());
        let _ = write_atomic(&self.place(question), text.as_bytes());
    }

    /// Where the answer to a question is kept. There are 256 places, so the folder stays small; a newer answer takes the
    /// place of an older one.
    fn place(&self, question: &str) -> PathBuf {
        let digest = Digest::of_file(question.as_bytes());
        self.folder.join(digest.as_str().trim_start_matches("sha256:").get(..2).unwrap_or("00"))
    }
}

/// The mark of the running program: another version may say it in another way.
fn program() -> Option<Mark> {
    Mark::of(&std::env::current_exe().ok()?.metadata().ok()?)
}

/// A work tree that remembers what was asked of it.
pub struct SeenTree<'a> {
    tree: &'a WorkTree<'a>,
    /// `None`: something that cannot be kept was asked.
    seen: RefCell<Option<BTreeMap<String, Option<Mark>>>>,
}

impl<'a> SeenTree<'a> {
    pub fn new(tree: &'a WorkTree<'a>) -> Self {
        Self { tree, seen: RefCell::new(Some(BTreeMap::new())) }
    }

    /// Takes the mark of a path before it is read: what changes later is then seen to be another.
    fn note(&self, path: &RepoPath) -> Result<(), Failure> {
        let found = self.tree.metadata(path)?;
        let mut seen = self.seen.borrow_mut();
        let Some(known) = seen.as_mut() else { return Ok(()) };
        let mark = found.as_ref().map(Mark::of);
        match (path.as_str(), mark) {
            (Some(name), mark) if mark != Some(None) => {
                known.entry(name.to_owned()).or_insert(mark.flatten());
            }
            _ => *seen = None,
        }
        Ok(())
    }

    fn settled(&self, now: SystemTime) -> Option<BTreeMap<String, Option<Mark>>> {
        let seen = self.seen.borrow();
        let known = seen.as_ref()?;
        known.values().flatten().all(|mark| mark.is_settled(now)).then(|| known.clone())
    }
}

impl Tree for SeenTree<'_> {
    fn root(&self) -> Option<ObjectId> {
        self.tree.root()
    }

    fn entry(&self, path: &RepoPath) -> Result<Option<Entry>, Failure> {
        self.note(path)?;
        self.tree.entry(path)
    }

    fn kind(&self, path: &RepoPath) -> Result<Option<EntryKind>, Failure> {
        self.note(path)?;
        self.tree.kind(path)
    }

    fn children(&self, folder: &RepoPath) -> Result<Vec<Child>, Failure> {
        self.note(folder)?;
        let children = self.tree.children(folder)?;
        // What a child is may change without a trace in its folder.
        for child in &children {
            self.note(&folder.join(&child.name))?;
        }
        Ok(children)
    }

    fn blob(&self, path: &RepoPath, limit: u64) -> Result<Blob, Failure> {
        self.note(path)?;
        self.tree.blob(path, limit)
    }

    fn link(&self, path: &RepoPath) -> Result<Vec<u8>, Failure> {
        self.note(path)?;
        self.tree.link(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "plan/a.md";

    struct Desk {
        folder: tempfile::TempDir,
        now: SystemTime,
    }

    impl Desk {
        fn new() -> Self {
            let desk = Self { folder: tempfile::tempdir().unwrap(), now: SystemTime::now() + Duration::from_secs(60) };
            desk.tree().write(&PLAN.into(), b"abc").unwrap();
            desk
        }

        fn tree(&self) -> WorkTree<'static> {
            let root = self.folder.path().join("work");
            WorkTree::new(root, |bytes| ObjectId::parse(&format!("{:040x}", bytes.len())).unwrap())
        }

        fn answers(&self) -> Answers {
            Answers::new(self.folder.path().join("answers"), self.now)
        }

        /// Asks for two paths, one of which is not there, and a folder.
        fn keep(&self, answer: &str) {
            let tree = self.tree();
            let seen = SeenTree::new(&tree);
            let _ = seen.blob(&PLAN.into(), 10);
            seen.kind(&"docs/b.md".into()).unwrap();
            seen.children(&"plan".into()).unwrap();
            self.answers().keep(&seen, "next", answer);
        }

        fn find(&self) -> Option<String> {
            self.answers().find(&self.tree(), "next")
        }
    }

    #[test]
    fn an_answer_holds_until_something_it_rests_on_changes() {
        let changes: [fn(&Desk); 4] = [
            |desk| desk.tree().write(&PLAN.into(), b"abd").unwrap(),
            |desk| desk.tree().write(&"docs/b.md".into(), b"").unwrap(),
            |desk| desk.tree().write(&"plan/c.md".into(), b"").unwrap(),
            |desk| assert!(desk.tree().remove(&PLAN.into()).unwrap()),
        ];
        for change in changes {
            let desk = Desk::new();
            assert_eq!(desk.find(), None);
            desk.keep("ready");
            assert_eq!(desk.find().as_deref(), Some("ready"));
            assert_eq!(desk.answers().find(&desk.tree(), "next --all"), None);
            desk.tree().write(&"elsewhere".into(), b"").unwrap();
            assert_eq!(desk.find().as_deref(), Some("ready"));
            change(&desk);
            assert_eq!(desk.find(), None);
            desk.keep("again");
            assert_eq!(desk.find().as_deref(), Some("again"));
        }
    }

    #[test]
    fn what_is_damaged_is_no_answer() {
        let desk = Desk::new();
        desk.keep("ready");
        let place = desk.answers().place("next");
        let kept = std::fs::read(&place).unwrap();
        for at in 0..kept.len() {
            let mut damaged = kept.clone();
            damaged[at] ^= 1;
            std::fs::write(&place, damaged).unwrap();
            assert_eq!(desk.find(), None, "byte {at}");
        }
        for foreign in ["", "\n", "{}", "0\n{}"] {
            std::fs::write(&place, foreign).unwrap();
            assert_eq!(desk.find(), None, "{foreign:?}");
        }
    }

    #[test]
    fn what_has_just_changed_is_not_kept_and_neither_is_what_is_long() {
        let mut desk = Desk::new();
        desk.keep(&"x".repeat(MAX_ANSWER + 1));
        assert_eq!(desk.find(), None);
        desk.now = SystemTime::now();
        desk.keep("ready");
        assert_eq!(desk.find(), None);
    }
}
