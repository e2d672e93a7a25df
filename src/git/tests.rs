//! What this folder answers, compared with what the real `git` program says about the same repository.

use super::testing::{STORES, Sandbox, branch};
use super::*;
use crate::id::{RefName, RepoPath};
use crate::port::{Blob, EntryKind};

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

/// A history with branches, merges, and a criss-cross; dates equal, or running backwards.
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
fn ancestry_is_exact_whatever_the_dates_say() {
    // The graph itself is the oracle: git's own answers may suffer from dates that run backwards.
    for dates in [&[5][..], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], &[3, 9, 1, 7]] {
        let sandbox = Sandbox::files();
        let commits = tangle(&sandbox, dates);
        let repository = sandbox.open();
        let reach = |from: usize| -> Vec<usize> {
            let mut seen = vec![from];
            let mut at = 0;
            while at < seen.len() {
                for parent in repository.commit(&commits[seen[at]]).unwrap().parents {
                    let number = commits.iter().position(|id| *id == parent).unwrap();
                    if !seen.contains(&number) {
                        seen.push(number);
                    }
                }
                at += 1;
            }
            seen
        };
        for one in 0..commits.len() {
            let below = reach(one);
            for other in 0..commits.len() {
                let is_below = below.contains(&other);
                assert_eq!(
                    repository.is_ancestor(&commits[other], &commits[one]).unwrap(),
                    is_below,
                    "{one} {other} {dates:?}"
                );
                let hidden = reach(other);
                let between = repository.between(&[commits[other].clone()], &[commits[one].clone()], 99).unwrap();
                let mut numbers: Vec<usize> =
                    between.iter().map(|commit| commits.iter().position(|id| *id == commit.id).unwrap()).collect();
                for (at, commit) in between.iter().enumerate() {
                    assert!(
                        !between[..at].iter().any(|newer| commit.parents.contains(&newer.id)),
                        "children come first"
                    );
                }
                numbers.sort_unstable();
                let mut expected: Vec<usize> =
                    below.iter().copied().filter(|number| !hidden.contains(number)).collect();
                expected.sort_unstable();
                assert_eq!(numbers, expected, "{other}..{one} {dates:?}");
                let common: Vec<usize> = below.iter().copied().filter(|number| hidden.contains(number)).collect();
                let mut expected: Vec<&ObjectId> = common
                    .iter()
                    .filter(|&&number| !common.iter().any(|&above| above != number && reach(above).contains(&number)))
                    .map(|&number| &commits[number])
                    .collect();
                let bases = repository.merge_bases(&commits[one], &commits[other]).unwrap();
                let mut bases: Vec<&ObjectId> = bases.iter().collect();
                bases.sort();
                expected.sort();
                assert_eq!(bases, expected, "base of {one} and {other} {dates:?}");
            }
        }
    }
}

#[test]
fn history_questions_equal_gits() {
    each_store(|sandbox| {
        let dates: Vec<i64> = (1..=11).map(|day| 1_700_000_000 + day * 86_400).collect();
        let commits = tangle(sandbox, &dates);
        let repository = sandbox.open();
        let (one, other) = (&commits[10], &commits[6]);
        let text = sandbox.git(&["rev-list", "--topo-order", &format!("{other}..{one}")]);
        assert_eq!(ids(&repository.between(&[other.clone()], &[one.clone()], 99).unwrap()).len(), text.lines().count());
        assert!(repository.between(&[other.clone()], &[one.clone()], 2).is_err());
        assert_eq!(
            repository.merge_base(&commits[8], &commits[9]).unwrap(),
            Some(sandbox_base(sandbox, &commits[8], &commits[9]))
        );
        let root = sandbox.git_input(&["commit-tree", "-m", "alone", &sandbox.git(&["mktree", "--missing"])], b"");
        assert_eq!(repository.merge_base(one, &ObjectId::parse(&root).unwrap()).unwrap(), None);
    });
}

fn sandbox_base(sandbox: &Sandbox, one: &ObjectId, other: &ObjectId) -> ObjectId {
    ObjectId::parse(&sandbox.git(&["merge-base", one.as_str(), other.as_str()])).unwrap()
}

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
        assert_eq!(repository.commit(&two).unwrap().parents, [one.clone()]);
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
        let two = repository.commit_tree(&tree, &[one.clone()]).unwrap();
        assert!(repository.is_ancestor(&one, &two).unwrap(), "the new commit and the old one are both read");
        assert_eq!(repository.commit_tree(&tree, &[one]).unwrap(), two, "the same again is the same commit");
        let failure = sandbox.open().commit(&two).unwrap_err();
        assert!(failure.message.contains("is missing"), "{failure}");
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
    assert_eq!(ids(&shallow.between(&[parent.clone()], &[head.clone()], 9).unwrap()), [head.to_string()]);
    assert!(shallow.is_ancestor(&parent, &head).unwrap());
    let failure = shallow.is_ancestor(&one, &head).unwrap_err();
    assert_eq!(failure.hint.as_deref(), Some("run `git fetch --unshallow`"), "{failure}");
    assert!(shallow.between(&[], &[head], 9).is_err());
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
