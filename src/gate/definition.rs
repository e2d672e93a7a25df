//! What a gate is, as a digest; and the files that make up the guarded side: policy, roster, gate scripts.
//!
//! A script that a gate's command names is part of the gate: whoever could change it could make the gate pass.
//! So scripts are guarded like the policy itself, and their bytes are part of the definition. What a script starts in
//! turn is not looked for: list such files among the gate's inputs, and give them owners.

use crate::diag::Failure;
use crate::evidence::Digest;
use crate::id::RepoPath;
use crate::policy::{self, Gate, GateKind, Policy};
use crate::port::{EntryKind, Tree};
use crate::roster;
use std::collections::BTreeSet;

/// How many symlinks one name may lead through.
const MAX_LINKS: usize = 40;

/// Where `make` looks for its rules, in its order.
const MAKEFILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// The files in `tree` that the command of a gate names, word by word (`./cov.sh`, `sh ci/test.sh --all`,
/// `cd ci && ./test.sh`), with every symlink on the way and what stands at its end; and the rules of `make`.
///
/// # Errors
/// An object could not be read.
pub fn scripts(gate: &Gate, tree: &dyn Tree) -> Result<Vec<RepoPath>, Failure> {
    let GateKind::Run { command, .. } = &gate.kind else { return Ok(Vec::new()) };
    let words: Vec<&str> = words(command).collect();
    let enters = |word: &str| matches!(word, "cd" | "pushd" | "-C" | "--directory" | "--prefix");
    let folders = words.windows(2).filter(|pair| enters(pair[0])).map(|pair| pair[1]);
    let makes = words.iter().any(|word| matches!(word.rsplit('/').next(), Some("make" | "gmake")));
    let mut found = BTreeSet::new();
    for folder in std::iter::once("").chain(folders) {
        let implied = MAKEFILES.iter().filter(|_| makes);
        for word in words.iter().chain(implied).filter(|word| !word.starts_with('/')) {
            add_named(tree, &format!("{folder}/{word}"), &mut found)?;
        }
    }
    Ok(found.into_iter().collect())
}

/// Adds the file at `path` and the symlinks that lead to it. What leaves the tree, or is a folder, is no script of it.
fn add_named(tree: &dyn Tree, path: &str, found: &mut BTreeSet<RepoPath>) -> Result<(), Failure> {
    let names = |path: &[u8]| path.split(|&b| b == b'/').rev().map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (mut at, mut todo) = (RepoPath::root(), names(path.as_bytes()));
    let mut passed = Vec::new();
    let end = loop {
        let Some(name) = todo.pop() else { break Some(at) };
        match name.as_slice() {
            b"" | b"." => {}
            b".." => match at.parent() {
                Some(above) => at = above,
                None => break None,
            },
            name => {
                at = at.join(name);
                match tree.kind(&at)? {
                    Some(EntryKind::Symlink) => {}
                    Some(_) => continue,
                    None => break None,
                }
                let target = tree.link(&at)?;
                passed.push(at.clone());
                if passed.len() > MAX_LINKS || target.starts_with(b"/") {
                    break None;
                }
                todo.extend(names(&target));
                at = at.parent().expect("a link stands in a folder");
            }
        }
    };
    if let Some(end) = end
        && tree.kind(&end)?.is_some_and(|kind| kind != EntryKind::Directory)
    {
        found.insert(end);
    }
    // A link is guarded wherever it leads: it may be given another end.
    found.extend(passed);
    Ok(())
}

/// The words of a shell command, good enough to find file names: split at white space, quotes, separators and `=`.
fn words(command: &str) -> impl Iterator<Item = &str> {
    command.split(|c: char| c.is_whitespace() || "\"'`;|&()<>{}=$,".contains(c)).filter(|word| !word.is_empty())
}

/// The digest of everything that can change what a gate means: its policy entry, and the scripts it names as they
/// stand in `tree`.
///
/// # Errors
/// An object could not be read.
pub fn digest(policy: &Policy, gate: &Gate, tree: &dyn Tree) -> Result<Digest, Failure> {
    let entry = policy.definition(gate).to_string();
    let mut parts = vec![gate.name.value.as_str().as_bytes().to_vec(), entry.into_bytes()];
    for path in scripts(gate, tree)? {
        parts.push(path.as_bytes().to_vec());
        parts.push(describe(tree, &path)?);
    }
    Ok(Digest::of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

/// The guarded files: policy, roster, and every script that a gate of `policy` names in `tree`.
///
/// # Errors
/// An object could not be read.
pub fn guarded(policy: &Policy, tree: &dyn Tree) -> Result<BTreeSet<RepoPath>, Failure> {
    let mut paths = BTreeSet::from([RepoPath::from(policy::PATH), RepoPath::from(roster::PATH)]);
    for gate in policy.gates.values() {
        paths.extend(scripts(gate, tree)?);
    }
    Ok(paths)
}

/// The digest of the guarded files as they stand in `tree`.
///
/// # Errors
/// An object could not be read.
pub fn guard_digest(paths: &BTreeSet<RepoPath>, tree: &dyn Tree) -> Result<Digest, Failure> {
    let mut parts = Vec::new();
    for path in paths {
        parts.push(path.as_bytes().to_vec());
        parts.push(describe(tree, path)?);
    }
    Ok(Digest::of(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

fn describe(tree: &dyn Tree, path: &RepoPath) -> Result<Vec<u8>, Failure> {
    Ok(match tree.entry(path)? {
        None => b"absent".to_vec(),
        Some(entry) => format!("{:06o} {}", entry.kind.mode(), entry.id).into_bytes(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::memory::MemoryTree;
    use crate::text::Spanned;

    fn named(command: &str) -> Vec<String> {
        let tree = MemoryTree::from([("ci/test.sh", "x"), ("Makefile", "x"), ("ci/Makefile", "x"), ("src/a", "x")])
            .with(EntryKind::Symlink, "run", "ci/test.sh")
            .with(EntryKind::Symlink, "ci/again", "../run")
            .with(EntryKind::Symlink, "tools", "ci")
            .with(EntryKind::Symlink, "round", "round")
            .with(EntryKind::Symlink, "out", "../../etc/passwd")
            .with(EntryKind::Symlink, "root", "/bin/true");
        let word = |text: &str| Spanned::new(text.to_owned(), crate::text::Span::new(0, 0));
        let name = Spanned::new(crate::id::GateName::parse("g").expect("an id"), crate::text::Span::new(0, 0));
        let gate = Gate::new(name, GateKind::Run { command: word(command), metric: None });
        scripts(&gate, &tree).expect("readable").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn scripts_are_found_through_links_folders_and_make() {
        for (command, found) in [
            ("./ci/test.sh --all", &["ci/test.sh"][..]),
            ("sh run", &["ci/test.sh", "run"]),
            ("ci/again", &["ci/again", "ci/test.sh", "run"]),
            ("tools/test.sh", &["ci/test.sh", "tools"]),
            ("cd ci && ./test.sh", &["ci/test.sh"]),
            ("cd tools; ./test.sh", &["ci/test.sh", "tools"]),
            ("make test", &["Makefile"]),
            ("make -C ci test", &["Makefile", "ci/Makefile"]),
            ("ci/../run", &["ci/test.sh", "run"]),
            ("round", &["round"]),
            ("out", &["out"]),
            ("root", &["root"]),
            ("cargo test src", &[]),
            ("../x /ci/test.sh ci/test.sh/x", &[]),
        ] {
            assert_eq!(named(command), found, "{command}");
        }
    }
}
