use super::*;
use crate::port::memory::MemoryTree;
use proptest::prelude::*;
use std::os::unix::fs::PermissionsExt;

fn plan() -> RepoPath {
    RepoPath::from("plan")
}

fn paths(inputs: &[&str]) -> Vec<RepoPath> {
    inputs.iter().map(|path| RepoPath::from(*path)).collect()
}

fn written(tree: &MemoryTree, inputs: &[&str]) -> Result<Export, Failure> {
    export(tree, &paths(inputs), &plan(), Limits::default())
}

fn refusal(tree: &MemoryTree) -> String {
    written(tree, &[""]).unwrap_err().to_string()
}

#[test]
fn only_declared_inputs_are_there_and_never_the_plan() {
    let tree = MemoryTree::from([
        ("src/a.rs", &b"a"[..]),
        ("src/deep/b", b"\xff\0\r\n"),
        ("src-other", b"x"),
        ("plan/plan.md", b"p"),
        ("README.md", b"r"),
        ("docs/x/y", b"y"),
    ]);
    let export = written(&tree, &["src", "src/a.rs", "docs/x", "missing", "plan/plan.md"]).unwrap();
    let root = export.path();
    assert_eq!(std::fs::read(root.join("src/deep/b")).unwrap(), b"\xff\0\r\n");
    assert!(root.join("src/a.rs").exists() && root.join("docs/x/y").exists());
    for absent in ["src-other", "plan", "README.md", "missing"] {
        assert!(!root.join(absent).exists(), "{absent}");
    }
    let whole = written(&tree, &[""]).unwrap();
    assert!(whole.path().join("README.md").exists() && !whole.path().join("plan").exists());
    let gone = whole.path();
    drop(whole);
    assert!(!gone.exists());
}

#[test]
fn kinds_are_kept() {
    let tree = MemoryTree::from([("plain", "x"), ("dir/target", "y")])
        .with(EntryKind::Executable, "tool", "#!/bin/sh\n")
        .with(EntryKind::Symlink, "dir/link", "../tool")
        .with(EntryKind::Symlink, "dangling", "plan/gone")
        .with(EntryKind::Gitlink, "sub", "");
    let root = written(&tree, &[""]).unwrap();
    let mode = |name: &str| root.path().join(name).metadata().unwrap().permissions().mode() & 0o111;
    assert_eq!(mode("plain"), 0);
    assert_ne!(mode("tool") & 0o100, 0);
    assert_eq!(std::fs::read_link(root.path().join("dir/link")).unwrap(), Path::new("../tool"));
    assert_eq!(std::fs::read_link(root.path().join("dangling")).unwrap(), Path::new("plan/gone"));
    assert_eq!(std::fs::read_dir(root.path().join("sub")).unwrap().count(), 0);
}

#[test]
fn symlinks_stay_inside() {
    let at = |path: &str, target: &[u8]| stays_inside(&RepoPath::from(path), target).is_ok();
    for (path, target) in
        [("l", &b"a"[..]), ("l", b"./a//b/"), ("d/l", b".."), ("d/e/l", b"../../x"), ("l", b"..."), ("l", b"a..")]
    {
        assert!(at(path, target), "{path} -> {}", String::from_utf8_lossy(target));
    }
    for (path, target) in [
        ("l", &b".."[..]),
        ("l", b"/etc/passwd"),
        ("l", b"../x"),
        ("d/l", b"../../x"),
        ("d/l", b"./.././.."),
        ("l", b"d/../x"),
        ("l", b""),
        ("l", b"a\0b"),
    ] {
        assert!(!at(path, target), "{path} -> {}", String::from_utf8_lossy(target));
    }
    let tree = MemoryTree::default().with(EntryKind::Symlink, "d/l", "../../secret");
    assert!(refusal(&tree).contains("`d/l`") && refusal(&tree).contains("`../../secret`"));
}

#[test]
fn hostile_names_are_refused() {
    for name in [
        ".git",
        ".GIT",
        ".gIt",
        ".git.",
        ".git ",
        "git~1",
        "GIT~1",
        ".g\u{200c}it",
        ".git::$INDEX_ALLOCATION",
        "..",
        ".",
    ] {
        let tree = MemoryTree::from([(format!("a/{name}/config"), "x")]);
        assert!(refusal(&tree).contains("not written out"), "{name}");
        let named = export(&tree, &paths(&[&format!("a/{name}/config")]), &plan(), Limits::default());
        assert!(named.is_err(), "{name}");
    }
    for name in [".gitignore", "git", ".github", ".git2", "..a", "a b", "naïve", "line\nend"] {
        let tree = MemoryTree::from([(format!("a/{name}"), "x")]);
        assert!(written(&tree, &[""]).is_ok(), "{name}");
    }
    assert!(check_name(&RepoPath::root(), b"").is_err() && check_name(&RepoPath::root(), b"a/b").is_err());
    assert!(check_name(&RepoPath::root(), b"a\0").is_err() && check_name(&RepoPath::root(), b"\xff\xfe").is_ok());
}

#[test]
fn limits_name_the_path_that_breaks_them() {
    let tree = MemoryTree::from([("a", "123456"), ("b", "123456")]);
    let within = |limits| export(&tree, &paths(&[""]), &plan(), limits);
    let usual = Limits::default();
    assert!(within(Limits { bytes: 12, ..usual }).is_ok());
    assert!(within(Limits { bytes: 11, ..usual }).unwrap_err().message.contains("`b`"));
    assert!(within(Limits { file_bytes: 5, ..usual }).unwrap_err().message.contains("`a`"));
    assert!(within(Limits { entries: 3, ..usual }).is_ok());
    assert!(within(Limits { entries: 2, ..usual }).unwrap_err().causes[0].contains("`b`"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever links stand in a tree: if it is written, none of them leads out.
    #[test]
    fn no_written_link_leads_out(
        links in proptest::collection::vec(("(d/){0,2}[a-c]", "(\\.\\./|d/|[a-c]/|\\./){0,4}[a-c.]{0,2}"), 1..4)
    ) {
        let tree = links.iter().fold(MemoryTree::from([("d/d/f", "x")]), |tree, (path, target)| {
            tree.with(EntryKind::Symlink, path.as_str(), target)
        });
        if let Ok(export) = written(&tree, &[""]) {
            let root = export.path().canonicalize().unwrap();
            for (path, _) in &links {
                if let Ok(real) = root.join(path).canonicalize() {
                    prop_assert!(real.starts_with(&root), "{} leads to {}", path, real.display());
                }
            }
        }
    }
}
