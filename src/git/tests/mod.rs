//! What this folder answers, compared with what the real `git` program says about the same repository.

mod places;

use super::testing::{STORES, Sandbox};
use super::*;
use crate::id::RepoPath;
use crate::port::{Blob, EntryKind};
use std::slice::from_ref;

fn each_store(test: impl Fn(&Sandbox)) {
    for sandbox in STORES.into_iter().filter_map(Sandbox::init) {
        test(&sandbox);
    }
}

fn ids(commits: &[Commit]) -> Vec<String> {
    commits.iter().map(|commit| commit.id.to_string()).collect()
}

/// A change as `git diff-tree --raw` shows it, without the status letter.
fn raw_line(change: &PathChange) -> String {
    let side = |entry: &Option<crate::port::Entry>| match entry {
        Some(entry) => (format!("{:06o}", entry.kind.mode()), entry.id.to_string()),
        None => (
            "000000".to_owned(),
            "0".repeat(change.after.as_ref().or(change.before.as_ref()).unwrap().id.as_str().len()),
        ),
    };
    let ((mode_before, id_before), (mode_after, id_after)) = (side(&change.before), side(&change.after));
    format!(":{mode_before} {mode_after} {id_before} {id_after} {}", change.path)
}

fn diff_tree(sandbox: &Sandbox, before: &str, after: &str) -> Vec<String> {
    let text = sandbox.git(&[
        "diff-tree",
        "-r",
        "--raw",
        "--no-renames",
        "--no-abbrev",
        "--ignore-submodules=none",
        before,
        after,
    ]);
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            let (fields, path) = line.split_once('\t').expect("a raw line has a path");
            format!("{} {path}", fields.rsplit_once(' ').expect("a raw line has a status").0)
        })
        .collect();
    lines.sort_by_key(|line| line.rsplit(' ').next().map(str::to_owned));
    lines
}

#[test]
fn trees_and_blobs_equal_gits() {
    each_store(|sandbox| {
        sandbox.write("plan/a.md", "alpha\n");
        sandbox.write("top", "x");
        let commit = sandbox.commit("one");
        let repository = sandbox.open();
        let tree = repository.tree(&commit).unwrap();
        assert_eq!(tree.root(), Some(sandbox.id("HEAD^{tree}")));
        assert_eq!(tree.entry(&"plan".into()).unwrap().unwrap().id, sandbox.id("HEAD:plan"));
        assert_eq!(tree.entry(&"plan/a.md".into()).unwrap().unwrap().id, sandbox.id("HEAD:plan/a.md"));
        assert_eq!(repository.format().blob_id(b"alpha\n"), sandbox.id("HEAD:plan/a.md"));
        assert_eq!(tree.blob(&"plan/a.md".into(), 6).unwrap(), Blob::Bytes(b"alpha\n".to_vec()));
        assert_eq!(tree.blob(&"plan/a.md".into(), 5).unwrap(), Blob::TooLarge(6));
        for nothing in ["plan/b", "top/x", "Plan"] {
            assert_eq!(tree.entry(&nothing.into()).unwrap(), None);
        }
        assert!(tree.blob(&"plan".into(), 9).is_err() && tree.blob(&"x".into(), 9).is_err());
        let names: Vec<_> = tree.children(&RepoPath::root()).unwrap().into_iter().map(|child| child.name).collect();
        assert_eq!(names, [b"plan".to_vec(), b"top".to_vec()]);
        let read = repository.commit(&commit).unwrap();
        assert_eq!((read.author.name.as_str(), read.author.email.as_str()), ("Ada", "ada@example.org"));
        assert_eq!((read.message.as_str(), read.seconds), ("one\n", 1_700_000_000));
    });
}

#[test]
fn changes_equal_diff_tree() {
    each_store(|sandbox| {
        for path in ["a/same", "a/edited", "a-b", "dir", "gone/x/y", "sub/file"] {
            sandbox.write(path, path);
        }
        let before = sandbox.commit("before");
        sandbox.write("a/edited", "new");
        sandbox.git(&["rm", "-rq", "gone", "dir"]);
        sandbox.write("dir/inside", "a file became a folder");
        sandbox.git(&["add", "--all"]);
        let gitlink = format!("160000,{before},module");
        sandbox.git(&["update-index", "--add", "--cacheinfo", &gitlink]);
        sandbox.git(&["update-index", "--chmod=+x", "sub/file"]);
        sandbox.git(&["commit", "--quiet", "-m", "after"]);
        let after = sandbox.id("HEAD");
        let repository = sandbox.open();
        let changes = repository.changes(Some(&before), &after, 100).unwrap();
        let lines: Vec<String> = changes.iter().map(raw_line).collect();
        assert_eq!(lines, diff_tree(sandbox, before.as_str(), after.as_str()));
        assert!(
            changes.iter().any(|change| change.after.as_ref().is_some_and(|entry| entry.kind == EntryKind::Gitlink))
        );
        assert_eq!(repository.changes(None, &before, 100).unwrap().len(), 6);
        assert_eq!(repository.changes(Some(&after), &after, 0).unwrap(), []);
        assert!(repository.changes(Some(&before), &after, changes.len() - 1).is_err());
    });
}

/// A history with branches, merges and a criss-cross.
fn tangle(sandbox: &Sandbox, dates: &[i64]) -> Vec<ObjectId> {
    let tree = sandbox.git_input(&["mktree"], b"");
    let parents: [&[usize]; 11] = [&[], &[0], &[1], &[1], &[2, 3], &[3, 2], &[4], &[5], &[6, 7], &[0], &[8, 9]];
    let mut made: Vec<ObjectId> = Vec::new();
    for (number, parents) in parents.iter().enumerate() {
        let mut raw = format!("tree {tree}\n");
        for &parent in *parents {
            raw.push_str(&format!("parent {}\n", made[parent]));
        }
        let date = dates[number % dates.len()];
        raw.push_str(&format!("author A <a@b> {date} +0000\ncommitter A <a@b> {date} +0000\n\nc{number}\n"));
        let id = sandbox.git_input(&["hash-object", "-t", "commit", "-w", "--stdin"], raw.as_bytes());
        made.push(ObjectId::parse(&id).unwrap());
    }
    made
}

#[test]
fn history_questions_equal_gits() {
    each_store(|sandbox| {
        let dates: Vec<i64> = (1..=11).map(|day| 1_700_000_000 + day * 86_400).collect();
        let commits = tangle(sandbox, &dates);
        let repository = sandbox.open();
        let (one, other) = (&commits[10], &commits[6]);
        let found = repository.between(from_ref(other), from_ref(one), 99).unwrap();
        let expected = sandbox.git(&["rev-list", "--date-order", one.as_str(), &format!("^{other}")]);
        assert_eq!(ids(&found), expected.lines().collect::<Vec<_>>());
        assert!(repository.between(from_ref(other), from_ref(one), found.len() - 1).is_err());
        let (one, other) = (&commits[8], &commits[9]);
        let base = sandbox.git(&["merge-base", one.as_str(), other.as_str()]);
        assert_eq!(repository.merge_base(one, other).unwrap().unwrap().as_str(), base);
        let alone = repository.commit_tree(&repository.commit(one).unwrap().tree, &[]).unwrap();
        assert_eq!(repository.merge_base(one, &alone).unwrap(), None);
    });
}

#[test]
fn replace_refs_and_grafts_do_not_count() {
    each_store(|sandbox| {
        sandbox.write("f", "good");
        let one = sandbox.commit_at("one", 1_700_000_000);
        sandbox.write("f", "bad");
        let two = sandbox.commit_at("two", 1_700_000_001);
        sandbox.git(&["replace", two.as_str(), one.as_str()]);
        let info = sandbox.work().join(".git/info");
        std::fs::create_dir_all(&info).unwrap();
        std::fs::write(info.join("grafts"), format!("{two}\n")).unwrap();
        let repository = sandbox.open();
        assert_eq!(repository.commit(&two).unwrap().parents.as_slice(), from_ref(&one));
        assert!(repository.is_ancestor(&one, &two).unwrap());
        let tree = repository.tree(&two).unwrap();
        assert_eq!(tree.blob(&"f".into(), 9).unwrap(), Blob::Bytes(b"bad".to_vec()));
        let MergeTree::Clean(merged) = repository.merge_tree(&one, &two).unwrap() else {
            panic!("a fast-forward is clean")
        };
        assert_eq!(Some(merged), tree.root());
    });
}

#[test]
fn quarantined_objects_are_seen_and_only_there() {
    each_store(|sandbox| {
        let one = sandbox.commit("one");
        let store = sandbox.work().join(".git/objects");
        let quarantine = store.join("incoming");
        std::fs::create_dir(&quarantine).unwrap();
        let env = sandbox
            .env
            .clone()
            .at(&sandbox.work())
            .with("GIT_DIR", ".git")
            .with("GIT_OBJECT_DIRECTORY", ".git/objects/incoming")
            .with("GIT_ALTERNATE_OBJECT_DIRECTORIES", &store)
            .with("GIT_QUARANTINE_PATH", &quarantine);
        let repository = Repository::open(&env).unwrap();
        let tree = repository.commit(&one).unwrap().tree;
        let two = repository.commit_tree(&tree, from_ref(&one)).unwrap();
        assert!(repository.is_ancestor(&one, &two).unwrap(), "the new commit and the old one are both read");
        assert_eq!(repository.commit_tree(&tree, &[one]).unwrap(), two, "the same again is the same commit");
        let failure = sandbox.open().commit(&two).unwrap_err();
        assert!(failure.message.contains("is missing"), "{failure}");
    });
}

#[test]
fn a_shallow_border_is_a_failure_with_its_remedy() {
    let sandbox = Sandbox::files();
    let one = sandbox.commit_at("one", 1_700_000_000);
    for number in 1..4 {
        sandbox.commit_at("more", 1_700_000_000 + number);
    }
    let from = format!("file://{}", sandbox.work().display());
    sandbox.git(&["clone", "--quiet", "--depth=2", &from, "../shallow"]);
    let (head, parent) = (sandbox.id("HEAD"), sandbox.id("HEAD^"));
    let shallow = sandbox.open_in("shallow");
    assert!(shallow.is_shallow());
    assert_eq!(ids(&shallow.between(from_ref(&parent), from_ref(&head), 9).unwrap()), [head.to_string()]);
    assert!(shallow.is_ancestor(&parent, &head).unwrap());
    let failure = shallow.is_ancestor(&one, &head).unwrap_err();
    assert_eq!(failure.hint.as_deref(), Some("run `git fetch --unshallow`"), "{failure}");
    assert!(shallow.between(&[], from_ref(&head), 9).is_err());
    assert!(matches!(shallow.merge_tree(&head, &parent).unwrap(), MergeTree::Clean(_)));
    sandbox.git(&["branch", "aside", one.as_str()]);
    sandbox.git(&["-C", "../shallow", "fetch", "--quiet", "--depth=1", "origin", "aside"]);
    let failure = shallow.merge_tree(&head, &one).unwrap_err();
    assert_eq!(failure.hint.as_deref(), Some("run `git fetch --unshallow`"), "{failure}");
}

#[test]
fn malformed_trees_are_seen_as_they_are() {
    let sandbox = Sandbox::files();
    sandbox.write("f", "x");
    sandbox.commit("one");
    let blob = sandbox.id("HEAD:f");
    let raw_id: Vec<u8> =
        (0..20).map(|at| u8::from_str_radix(&blob.as_str()[at * 2..at * 2 + 2], 16).unwrap()).collect();
    let tree = |entries: &[(&str, &str)]| -> ObjectId {
        let mut raw = Vec::new();
        for (mode, name) in entries {
            raw.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            raw.extend_from_slice(&raw_id);
        }
        let id = sandbox.git_input(&["hash-object", "-t", "tree", "--literally", "-w", "--stdin"], &raw);
        ObjectId::parse(&id).unwrap()
    };
    let repository = sandbox.open();
    let paths = |id: &ObjectId| -> Vec<String> {
        repository.changes(None, id, 9).unwrap().iter().map(|change| change.path.to_string()).collect()
    };
    let twice = tree(&[("100644", "a"), ("100755", "a"), ("100644", "b")]);
    assert_eq!(paths(&twice), ["a", "a", "b"]);
    let read = repository.tree(&twice).unwrap();
    assert!(read.entry(&"a".into()).is_err() && read.entry(&"b".into()).unwrap().is_some());
    assert_eq!(read.children(&RepoPath::root()).unwrap().len(), 3);
    assert_eq!(paths(&tree(&[("100644", ".."), ("100644", ".git")])), ["..", ".git"]);
    let slash = tree(&[("100644", "a/b")]);
    assert!(repository.changes(None, &slash, 9).is_err());
    assert_eq!(repository.tree(&slash).unwrap().entry(&"a/b".into()).unwrap(), None);
    assert_eq!(repository.tree(&slash).unwrap().children(&RepoPath::root()).unwrap()[0].name, b"a/b");
    assert!(repository.changes(None, &tree(&[("020000", "device")]), 9).is_err());
    assert_eq!(paths(&tree(&[("100664", "old")])), ["old"]);
    let folder_of_a_blob = tree(&[("40000", "d")]);
    assert!(repository.changes(None, &folder_of_a_blob, 9).is_err());
    assert!(repository.tree(&blob).is_err() && repository.commit(&twice).is_err());
}

#[test]
fn a_bomb_of_folders_ends() {
    let sandbox = Sandbox::files();
    let mut tree = sandbox.git_input(&["mktree"], b"");
    for _ in 0..40 {
        tree = sandbox.git_input(&["mktree"], format!("040000 tree {tree}\ta\n040000 tree {tree}\tb\n").as_bytes());
    }
    let repository = sandbox.open();
    let failure = repository.changes(None, &ObjectId::parse(&tree).unwrap(), 10).unwrap_err();
    assert!(failure.message.contains("too many folders"), "{failure}");
}

#[test]
fn merges_are_computed_beside_the_work_tree() {
    each_store(|sandbox| {
        sandbox.write("f", "a\n");
        let base = sandbox.commit_at("base", 1_700_000_000);
        sandbox.git(&["switch", "--quiet", "-c", "side"]);
        sandbox.write("g g", "side");
        let side = sandbox.commit_at("side", 1_700_000_001);
        sandbox.git(&["switch", "--quiet", "-c", "clash", base.as_str()]);
        sandbox.write("f", "b\n");
        let clash = sandbox.commit_at("clash", 1_700_000_002);
        sandbox.git(&["switch", "--quiet", "main"]);
        sandbox.write("f", "c\n");
        let main = sandbox.commit_at("main", 1_700_000_003);
        let repository = sandbox.open();
        let MergeTree::Clean(tree) = repository.merge_tree(&main, &side).unwrap() else { panic!("it is clean") };
        let tree = repository.tree(&tree).unwrap();
        assert!(tree.entry(&"g g".into()).unwrap().is_some());
        assert_eq!(tree.blob(&"f".into(), 9).unwrap(), Blob::Bytes(b"c\n".to_vec()));
        assert_eq!(repository.merge_tree(&main, &clash).unwrap(), MergeTree::Conflict(vec!["f".into()]));
        assert!(repository.merge_tree(&main, &ObjectId::parse(&"1".repeat(main.as_str().len())).unwrap()).is_err());
        assert_eq!(repository.head().unwrap().id(), Some(&main));
        assert_eq!(repository.dirty_paths(&[]).unwrap(), []);
    });
}

#[test]
fn a_partial_clone_opens_and_names_what_it_lacks() {
    let sandbox = Sandbox::files();
    sandbox.write("f", "x");
    let one = sandbox.commit("one");
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let from = format!("file://{}", sandbox.work().display());
    sandbox.git(&["clone", "--quiet", "--bare", "--filter=blob:none", &from, "../partial.git"]);
    let partial = sandbox.open_in("partial.git");
    let tree = partial.tree(&one).unwrap();
    let failure = tree.blob(&"f".into(), 9).unwrap_err();
    assert!(failure.message.contains(sandbox.id("HEAD:f").as_str()) && failure.hint.unwrap().contains("--refetch"));
}
