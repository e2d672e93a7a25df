//! What is to be read before work begins, and who has read it: documents by their content, so one that changes is read
//! again.
//!
//! A receipt is a record with the documents somebody read, each with the start of its object id.

use crate::diag::Failure;
use crate::id::{MemberName, ObjectId, RepoPath};
use crate::policy::Policy;
use crate::port::{EntryKind, Identity, Tree};
use crate::record::book::Book;
use crate::record::kinds;
use crate::roster::Roster;

/// How many digits of an object id a receipt has at least.
const DIGITS: usize = 12;

/// A document that somebody is to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub path: RepoPath,
    /// Its content; `None`: it is not there, so nobody can have read it.
    pub id: Option<ObjectId>,
    /// What asks for it.
    pub asked: String,
}

impl Document {
    /// The document as a receipt names it, if it is there.
    pub fn receipt(&self) -> Option<String> {
        Some(format!("{}@{}", self.path, &self.id.as_ref()?.as_str()[..DIGITS]))
    }
}

/// The name under which somebody's receipts go: that of the roster, else what Git knows.
pub fn reader(roster: Option<&Roster>, author: &Identity) -> Option<String> {
    let member = roster.and_then(|roster| roster.by_email(&author.email));
    member.map(|member| member.name.to_string()).or_else(|| MemberName::near(&author.name).map(|name| name.to_string()))
}

/// What somebody is to read, as a tree has it: what the policy names for everybody, and what the roster names for them.
///
/// # Errors
/// An object could not be read.
pub fn list(policy: &Policy, roster: Option<&Roster>, reader: &str, tree: &dyn Tree) -> Result<Vec<Document>, Failure> {
    let member = roster.and_then(|roster| roster.member(reader));
    let of_all = policy.precautions.reading.iter().map(|path| (path, "`reading` of the policy".to_owned()));
    let own = member.into_iter().flat_map(|member| &member.requires);
    let own = own.map(|path| (path, format!("`requires` of `{reader}` in {}", crate::roster::PATH)));
    let mut found: Vec<Document> = Vec::new();
    for (written, asked) in of_all.chain(own) {
        let path = RepoPath::from(written.value.trim_start_matches("./"));
        if found.iter().any(|document| document.path == path) {
            continue;
        }
        let entry = tree.entry(&path)?.filter(|entry| entry.kind != EntryKind::Directory);
        found.push(Document { path, id: entry.map(|entry| entry.id), asked });
    }
    Ok(found)
}

/// Of these documents those that a reader has no receipt for.
///
/// # Errors
/// A record could not be read.
pub fn unread(
    list: &[Document],
    records: &Book<'_>,
    roster: Option<&Roster>,
    reader: &str,
) -> Result<Vec<Document>, Failure> {
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let receipts = records.of(&kinds::RECEIPT)?;
    let known_as = |name| roster.map_or(name, |roster| roster.known_as(name));
    let own = || receipts.iter().filter(|receipt| known_as(&receipt.opener().by.value) == reader);
    let has_read = |document: &Document| {
        let said = |text: &str| {
            text.rsplit_once('@').is_some_and(|(path, id)| {
                let is_it = document.id.as_ref().is_some_and(|own| own.as_str().starts_with(id));
                id.len() >= DIGITS && document.path == RepoPath::from(path) && is_it
            })
        };
        own().any(|receipt| receipt.list("read").iter().any(|value| said(&value.value)))
    };
    Ok(list.iter().filter(|document| !has_read(document)).cloned().collect())
}
