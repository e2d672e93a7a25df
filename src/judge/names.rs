//! Names that could deceive: of refs and of paths.

use super::codes;
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::id::{RefName, RepoPath};
use crate::policy::Policy;
use crate::port::{PathChange, Tree};
use crate::text::is_hostile;
use std::collections::{BTreeMap, BTreeSet};

/// Judges a ref that is not protected itself: look-alikes of protected names and replace refs are refused.
pub fn check_ref(policy: &Policy, name: &RefName) -> Option<Diagnostic> {
    if name.as_str().starts_with("refs/replace/") {
        return Some(
            Diagnostic::error(
                &codes::REPLACE,
                Place::Ref(name.to_string()),
                format!("`{name}` would show other content for an object"),
            )
            .cause("people would see something else than what is judged")
            .hint("do not push refs/replace"),
        );
    }
    let like = policy.look_alike(name)?;
    Some(
        Diagnostic::error(
            &codes::LOOK_ALIKE,
            Place::Ref(name.to_string()),
            format!("`{name}` can be taken for the protected `{like}`"),
        )
        .cause("they differ only in letter case, invisible characters or nesting")
        .hint("choose another name"),
    )
}

/// Checks the names of changed paths: each for itself, and against its neighbours in the tree that would land.
///
/// # Errors
/// An object could not be read.
pub fn check_paths(tree: &dyn Tree, changes: &[PathChange], sink: &mut Sink) -> Result<(), Failure> {
    let mut folders: BTreeSet<RepoPath> = BTreeSet::new();
    for change in changes.iter().filter(|change| change.after.is_some() && change.before.is_none()) {
        if let Some(why) = change.path.as_bytes().split(|&b| b == b'/').find_map(hostile_name) {
            sink.push(hostile(&change.path, why));
        }
        let mut above = change.path.parent();
        while let Some(folder) = above {
            above = folder.parent();
            if !folders.insert(folder) {
                break;
            }
        }
    }
    for folder in folders {
        twins(tree, &folder, sink)?;
    }
    Ok(())
}

/// Two names of one folder that are equal, or equal without regard to case.
fn twins(tree: &dyn Tree, folder: &RepoPath, sink: &mut Sink) -> Result<(), Failure> {
    let mut seen: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for child in tree.children(folder)? {
        let folded = String::from_utf8_lossy(&child.name).to_lowercase();
        if let Some(other) = seen.insert(folded, child.name.clone()) {
            let path = folder.join(&child.name);
            let why = if other == child.name {
                "the tree lists it twice"
            } else {
                "another name differs from it only by case"
            };
            sink.push(hostile(&path, why));
        }
    }
    Ok(())
}

fn hostile(path: &RepoPath, why: &str) -> Diagnostic {
    Diagnostic::error(&codes::HOSTILE_PATH, Place::Path(path.to_string()), format!("the path `{path}` is refused"))
        .cause(why)
        .hint("rename it: `git mv`")
}

/// Why a single name of a path is hostile.
fn hostile_name(name: &[u8]) -> Option<&'static str> {
    if name.is_empty() || name == b"." || name == b".." {
        return Some("it has an empty, `.` or `..` part");
    }
    if is_dot_git(name) {
        return Some("a part of it is, to some systems, `.git`");
    }
    if name.contains(&b'\\') {
        return Some("it has a backslash, which some systems take for a slash");
    }
    match std::str::from_utf8(name) {
        Ok(text) if text.chars().any(is_hostile) => Some("it has control or invisible characters"),
        _ => None,
    }
}

/// `.git` as NTFS and HFS+ may read it: any case, trailing dots and spaces, `git~1`, invisible characters inside.
fn is_dot_git(name: &[u8]) -> bool {
    let text: String =
        String::from_utf8_lossy(name).chars().filter(|c| !is_hostile(*c)).collect::<String>().to_lowercase();
    let text = text.split(':').next().unwrap_or("").trim_end_matches(['.', ' ']).to_owned();
    text == ".git" || text == "git~1"
}

#[cfg(test)]
mod tests {
    use super::hostile_name;

    #[test]
    fn hostile_names_are_found_and_plain_ones_pass() {
        for name in [
            &b".git"[..],
            b".GIT",
            b".git. ",
            b"git~1",
            b".g\xe2\x80\x8cit",
            b"..",
            b"",
            b"a\nb",
            b"a\x1bb",
            b"a\\b",
            b".git::$INDEX_ALLOCATION",
        ] {
            assert!(hostile_name(name).is_some(), "{name:?}");
        }
        for name in [&b".gitignore"[..], b".github", b"a b", "ä".as_bytes(), b"\xff", b"git"] {
            assert!(hostile_name(name).is_none(), "{name:?}");
        }
    }
}
