//! What is remembered in the Git folder between hook calls: which names are protected, and which values they were
//! judged to hold. Both can be lost without harm: then more is looked at, not less.

use crate::diag::{Failure, Purpose as _};
use crate::disk;
use crate::id::{ObjectId, RefName};
use crate::policy::Policy;
use crate::policy::refs::RefPattern;
use crate::verb::audit::{Recorded, Source};
use jiff::Timestamp;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The folder of ours in the common Git folder.
pub const FOLDER: &str = "passmuster";

/// One pattern of `protect:` per line.
const PROTECT: &str = "protect";

/// `ref id` per line, oldest first.
const JUDGED: &str = "judged";

/// `ref old new verdict time` per line: what a server let in.
const MOVES: &str = "moves";

/// How many judged values are kept.
const MAX_JUDGED: usize = 1000;

/// The common Git folder of a hook call, found without opening the repository; `None` when it is not plain to see.
fn common_dir() -> Option<PathBuf> {
    let git_dir = std::env::var_os("GIT_DIR").map_or_else(|| PathBuf::from(".git"), PathBuf::from);
    match std::fs::read_to_string(git_dir.join("commondir")) {
        Ok(path) => Some(git_dir.join(path.trim_end())),
        Err(error) if error.kind() == ErrorKind::NotFound => Some(git_dir),
        Err(_) => None,
    }
}

/// The remembered names, to decide quickly whether a ref may be protected.
#[derive(Debug)]
pub struct Names {
    /// Lower-case full names, and patterns for the others; `None`: nothing is remembered.
    known: Option<(Vec<String>, Vec<RefPattern>)>,
}

impl Names {
    pub fn from_env() -> Self {
        let text = common_dir().and_then(|dir| std::fs::read_to_string(dir.join(FOLDER).join(PROTECT)).ok());
        Self { known: text.as_deref().and_then(Self::read) }
    }

    /// An unreadable line makes everything unknown.
    fn read(text: &str) -> Option<(Vec<String>, Vec<RefPattern>)> {
        let (mut literal, mut patterns) = (Vec::new(), Vec::new());
        for line in text.lines().filter(|line| !line.is_empty()) {
            if line.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/.".contains(&b)) {
                let full = if line.starts_with("refs/") { line.to_owned() } else { format!("refs/heads/{line}") };
                literal.push(full.to_lowercase());
            } else {
                patterns.push(RefPattern::parse(line).ok()?);
            }
        }
        Some((literal, patterns))
    }

    /// Whether the ref may be protected, or may be taken for a protected one.
    pub fn may_be_protected(&self, name: &str) -> bool {
        let Some((literal, patterns)) = &self.known else { return name.starts_with("refs/heads/") };
        let folded = name.to_lowercase();
        literal.contains(&folded)
            || patterns.iter().any(|pattern| pattern.matches(&RefName::new(name)))
            || (!patterns.is_empty()
                && crate::policy::refs::look_alike(patterns, &RefName::new(name)).is_some_and(|like| like != "HEAD"))
    }
}

/// The folder of ours in a repository.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    pub fn of(common_dir: &Path) -> Self {
        Self { folder: common_dir.join(FOLDER) }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Remembers which names are protected.
    ///
    /// # Errors
    /// The Git folder cannot be written.
    pub fn remember_names(&self, policy: &Policy) -> Result<(), Failure> {
        let lines: Vec<&str> = policy.protect.iter().map(|name| name.value.as_str()).collect();
        self.write_names(&format!("{}\n", lines.join("\n")))
    }

    /// Remembers that any ref may be protected.
    ///
    /// # Errors
    /// The Git folder cannot be written.
    pub fn remember_all_names(&self) -> Result<(), Failure> {
        self.write_names("refs/**\n")
    }

    fn write_names(&self, text: &str) -> Result<(), Failure> {
        let path = self.folder.join(PROTECT);
        if std::fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
            return Ok(());
        }
        disk::write_atomic(&path, text.as_bytes())
    }

    /// The values a ref was judged to hold, oldest first.
    pub fn judged(&self, name: &RefName) -> Vec<ObjectId> {
        let text = std::fs::read_to_string(self.folder.join(JUDGED)).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(known, _)| *known == name.as_str())
            .filter_map(|(_, id)| ObjectId::parse(id))
            .collect()
    }

    /// Remembers a value that was judged and may be taken.
    ///
    /// # Errors
    /// The Git folder cannot be written.
    pub fn remember_judged(&self, name: &RefName, id: &ObjectId) -> Result<(), Failure> {
        let path = self.folder.join(JUDGED);
        let old = std::fs::read_to_string(&path).unwrap_or_default();
        let new = format!("{name} {id}");
        let mut lines: Vec<&str> = old.lines().filter(|line| *line != new).collect();
        lines.push(&new);
        let kept = &lines[lines.len().saturating_sub(MAX_JUDGED)..];
        disk::write_atomic(&path, format!("{}\n", kept.join("\n")).as_bytes())
    }

    /// Adds a line to the record of what a server let in.
    ///
    /// # Errors
    /// The Git folder cannot be written.
    pub fn record_move(
        &self,
        name: &RefName,
        old: &str,
        new: &str,
        verdict: &str,
        at: Timestamp,
    ) -> Result<(), Failure> {
        let path = self.folder.join(MOVES);
        let purpose = || format!("could not add to `{}`", path.display());
        std::fs::create_dir_all(&self.folder).purpose(purpose)?;
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&path).purpose(purpose)?;
        // One write: lines of two pushes do not mix.
        file.write_all(format!("{name} {old} {new} {verdict} {at}\n").as_bytes()).purpose(purpose)
    }

    /// The recorded moves of a ref, oldest first. A line that cannot be read tells of no move: then the next one does
    /// not begin where the last one ended.
    pub fn moves(&self, name: &RefName) -> Vec<Recorded> {
        let text = std::fs::read(self.folder.join(MOVES)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter_map(|line| line.strip_prefix(name.as_str())?.strip_prefix(' '));
        lines
            .filter_map(|line| {
                let mut fields = line.split(' ');
                let (old, new) = (ObjectId::parse(fields.next()?)?, ObjectId::parse(fields.next()?)?);
                let at = fields.nth(1).and_then(|time| time.parse().ok());
                Some(Recorded { old: Some(old).filter(|old| !old.is_zero()), new, at, source: Source::Server })
            })
            .collect()
    }

    /// Forgets names and judged values; the record of moves stays.
    ///
    /// # Errors
    /// The Git folder cannot be written.
    pub fn forget(&self) -> Result<(), Failure> {
        disk::remove(&self.folder.join(PROTECT))?;
        disk::remove(&self.folder.join(JUDGED))?;
        // Gone only when nothing else is in it.
        let _ = std::fs::remove_dir(&self.folder);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_up_without_regard_to_case() {
        let names = Names { known: Names::read("main\nrelease/*\nrefs/tags/v1\n") };
        for near in
            ["refs/heads/main", "refs/heads/Main", "refs/heads/release/1", "refs/heads/RELEASE/1", "refs/tags/v1"]
        {
            assert!(names.may_be_protected(near), "{near}");
        }
        for far in ["refs/heads/main2", "refs/heads/x/main", "refs/remotes/origin/main", "HEAD", "refs/heads/release"] {
            assert!(!names.may_be_protected(far), "{far}");
        }
    }

    #[test]
    fn nothing_remembered_means_every_branch() {
        for names in [Names { known: None }, Names { known: Names::read("a..b*\n") }] {
            assert!(names.may_be_protected("refs/heads/x") && !names.may_be_protected("refs/tags/x"));
        }
    }

    #[test]
    fn recorded_moves_come_back_in_order_and_damaged_lines_do_not() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = Store::of(dir.path());
        let id = |c: &str| c.repeat(40);
        let at: Timestamp = "2026-01-02T03:04:05Z".parse().expect("a time");
        let main = RefName::branch("main");
        assert_eq!(store.moves(&main), []);
        store.record_move(&main, &id("0"), &id("a"), "passed", at).expect("writable");
        store.record_move(&RefName::branch("main2"), &id("a"), &id("b"), "passed", at).expect("writable");
        let path = store.folder().join(MOVES);
        let mut text = std::fs::read_to_string(&path).expect("just written");
        // Earlier lines had no time.
        text.push_str(&format!("refs/heads/main x y\nrefs/heads/main {} {} passed\n", id("a"), id("c")));
        std::fs::write(&path, text).expect("writable");
        let object = |c: &str| ObjectId::parse(&id(c)).expect("hex");
        let source = Source::Server;
        assert_eq!(
            store.moves(&main),
            [
                Recorded { old: None, new: object("a"), at: Some(at), source },
                Recorded { old: Some(object("a")), new: object("c"), at: None, source },
            ]
        );
    }

    #[test]
    fn judged_values_are_kept_in_order_and_once() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = Store::of(dir.path());
        let main = RefName::branch("main");
        let id = |c: &str| ObjectId::parse(&c.repeat(40)).expect("hex");
        for c in ["a", "b", "a"] {
            store.remember_judged(&main, &id(c)).expect("writable");
        }
        assert_eq!(store.judged(&main), [id("b"), id("a")]);
        assert!(store.judged(&RefName::branch("mai")).is_empty());
        store.forget().expect("writable");
        assert!(store.judged(&main).is_empty() && !store.folder().exists());
    }
}
