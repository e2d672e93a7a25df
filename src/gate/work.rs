//! The work of a change: its new commits, what each changes, and which items its message names.

use crate::diag::Failure;
use crate::id::{ObjectId, RepoPath};
use crate::port::{Commit, History};
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;

/// At most this many paths of one commit are compared.
const MAX_PATHS: usize = 1_000_000;

/// One new commit.
#[derive(Clone, Debug)]
pub struct Work {
    pub commit: Commit,
    /// The folded ids of the items the message names.
    pub items: Vec<String>,
    /// Compared when first asked for.
    paths: OnceCell<Vec<RepoPath>>,
}

impl Work {
    pub fn new(commit: Commit, items: Vec<String>) -> Self {
        Self { commit, items, paths: OnceCell::new() }
    }

    /// The paths the commit itself changes: against its parent; a merge: those that differ from every parent.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn paths(&self, history: &dyn History) -> Result<&[RepoPath], Failure> {
        if let Some(paths) = self.paths.get() {
            return Ok(paths);
        }
        let paths = self.compare(history)?;
        Ok(self.paths.get_or_init(|| paths))
    }

    fn compare(&self, history: &dyn History) -> Result<Vec<RepoPath>, Failure> {
        let commit = &self.commit;
        let against = |parent| -> Result<BTreeSet<RepoPath>, Failure> {
            Ok(history.changes(parent, &commit.id, MAX_PATHS)?.into_iter().map(|change| change.path).collect())
        };
        let Some((first, others)) = commit.parents.split_first() else {
            return Ok(against(None)?.into_iter().collect());
        };
        let mut paths = against(Some(first))?;
        for parent in others {
            if paths.is_empty() {
                break;
            }
            let other = against(Some(parent))?;
            paths.retain(|path| other.contains(path));
        }
        Ok(paths.into_iter().collect())
    }
}

/// The commits before a change, walked back as far as somebody asks, and each read once whatever is asked.
pub struct Earlier<'a> {
    history: &'a dyn History,
    walked: RefCell<Walked>,
}

/// How many commits before the change are searched for one that names an item.
const HISTORY_SEARCHED: usize = 5_000;

#[derive(Default)]
struct Walked {
    queue: VecDeque<ObjectId>,
    seen: HashSet<ObjectId>,
    commits: Vec<Rc<Work>>,
    /// Positions in `commits` by the folded words of their messages that may be ids.
    words: HashMap<String, Vec<usize>>,
}

impl<'a> Earlier<'a> {
    /// `base` is the newest commit that is not part of the change.
    pub fn new(history: &'a dyn History, base: Option<&ObjectId>) -> Self {
        let walked = Walked { queue: base.cloned().into_iter().collect(), ..Walked::default() };
        Self { history, walked: RefCell::new(walked) }
    }

    /// The nearest commit that names an item and fits; merges do no work of their own.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn naming(
        &self,
        folded_id: &str,
        fits: impl Fn(&Work) -> Result<bool, Failure>,
    ) -> Result<Option<Commit>, Failure> {
        let known = self.walked.borrow().words.get(folded_id).cloned().unwrap_or_default();
        let mut known = known.into_iter();
        loop {
            let next = match known.next() {
                Some(at) => Some(Rc::clone(&self.walked.borrow().commits[at])),
                None => self.step()?,
            };
            let Some(work) = next else { return Ok(None) };
            if work.commit.parents.len() < 2 && names_item(&work.commit.message, folded_id) && fits(&work)? {
                return Ok(Some(work.commit.clone()));
            }
        }
    }

    /// The first thing that `wanted` finds in what a commit of this session names, as far back as commits are searched.
    /// `session` reads the session out of a message; `wanted` gets the words that may be ids.
    ///
    /// # Errors
    /// An object could not be read.
    pub fn in_session<T>(
        &self,
        folded: &str,
        session: impl Fn(&str) -> Option<&str>,
        wanted: impl Fn(&[String]) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        while self.step()?.is_some() {}
        let walked = self.walked.borrow();
        let commits = walked.words.get(folded).into_iter().flatten().map(|&at| &walked.commits[at].commit);
        for commit in
            commits.filter(|commit| session(&commit.message).is_some_and(|one| one.eq_ignore_ascii_case(folded)))
        {
            let named = id_words(&commit.message).into_iter().filter(|word| names_item(&commit.message, word));
            if let Some(found) = wanted(&named.collect::<Vec<_>>()) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Goes one commit further back.
    fn step(&self) -> Result<Option<Rc<Work>>, Failure> {
        let mut walked = self.walked.borrow_mut();
        while let Some(next) = walked.queue.pop_front() {
            if walked.seen.len() >= HISTORY_SEARCHED || !walked.seen.insert(next.clone()) {
                continue;
            }
            let commit = self.history.commit(&next)?;
            walked.queue.extend(commit.parents.iter().cloned());
            let at = walked.commits.len();
            for word in id_words(&commit.message) {
                walked.words.entry(word).or_default().push(at);
            }
            let work = Rc::new(Work::new(commit, Vec::new()));
            walked.commits.push(Rc::clone(&work));
            return Ok(Some(work));
        }
        Ok(None)
    }
}

/// The folded words of a message that may be ids, each once. Looking these up costs what the message is long.
pub fn id_words(message: &str) -> BTreeSet<String> {
    let words = message.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
    let both = words.flat_map(|word| [word, word.trim_end_matches(['.', '-', '_'])]);
    both.filter(|word| !word.is_empty() && word.len() <= crate::id::MAX_ID).map(str::to_ascii_lowercase).collect()
}

/// Whether a commit message names an item: in a line `Item: ID, ID`, or as a word of the subject. Ids without a
/// letter (`1.2`, `15`) count in the subject only as `#15` or before a colon.
pub fn names_item(message: &str, folded_id: &str) -> bool {
    let mut lines = message.lines();
    let subject = lines.next().unwrap_or("");
    let plain_number = !folded_id.bytes().any(|b| b.is_ascii_alphabetic());
    let in_subject = tokens(subject).any(|(token, before, after)| {
        same_id(token, folded_id) && (!plain_number || before == Some('#') || after == Some(':'))
    });
    in_subject
        || lines.chain(std::iter::once(subject)).any(|line| {
            line.split_once(':').is_some_and(|(key, value)| {
                key.trim().eq_ignore_ascii_case("item")
                    && value.split([',', ' ']).any(|word| same_id(word.trim(), folded_id))
            })
        })
}

fn same_id(token: &str, folded: &str) -> bool {
    token.eq_ignore_ascii_case(folded) || token.trim_end_matches(['.', '-', '_']).eq_ignore_ascii_case(folded)
}

/// The id-like words of a line with the characters around them.
fn tokens(line: &str) -> impl Iterator<Item = (&str, Option<char>, Option<char>)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    line.split(move |c: char| !is_part(c)).filter(|token| !token.is_empty()).map(move |token| {
        let start = token.as_ptr() as usize - line.as_ptr() as usize;
        (token, line[..start].chars().next_back(), line[start + token.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::names_item;

    #[test]
    fn messages_name_items() {
        for (message, id) in [
            ("DB-001: expand", "db-001"),
            ("feat(db-001): expand", "db-001"),
            ("Merge branch 'task/DB-001'", "db-001"),
            ("expand\n\nItem: BE-002, DB-001\n", "db-001"),
            ("fix #15", "15"),
            ("1.2: set up", "1.2"),
            ("closes DB-001.", "db-001"),
        ] {
            assert!(names_item(message, id), "{message}");
        }
        for (message, id) in [
            ("DB-0011: expand", "db-001"),
            ("XDB-001", "db-001"),
            ("expand\n\nsee DB-001\n", "db-001"),
            ("bump to 1.2", "1.2"),
            ("", "db-001"),
        ] {
            assert!(!names_item(message, id), "{message}");
        }
    }
}
