use super::*;
use crate::port::memory::MemoryTree;
use crate::port::{Blob, Child, Commit, PathChange};
use proptest::prelude::*;
use std::sync::Arc;

/// The texts of a tree that a test goes on to change.
#[derive(Clone, Debug, Default)]
struct Files(BTreeMap<String, (EntryKind, String)>);

impl Files {
    fn of(paths: &[&str]) -> Self {
        paths.iter().fold(Self::default(), |files, path| files.with(path, path))
    }

    fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.into(), (EntryKind::File, text.into()));
        self
    }

    fn tree(&self) -> MemoryTree {
        self.0.iter().fold(MemoryTree::default(), |tree, (path, (kind, text))| tree.with(*kind, path.as_str(), text))
    }

    fn id(&self, path: &RepoPath) -> Option<ObjectId> {
        Some(self.tree().entry(path).unwrap()?.id)
    }
}

fn plan() -> RepoPath {
    RepoPath::from("plan")
}

fn read(files: &Files, patterns: &[&str]) -> InputSet {
    InputSet::read(&files.tree(), patterns, &plan()).unwrap()
}

/// The lines as `path` or `!path` (absent); folders end in `/`.
fn lines(files: &Files, patterns: &[&str]) -> Vec<String> {
    let show = |line: InputLine| match line.mode {
        None => format!("!{}", line.path),
        Some(0o040000) => format!("{}/", line.path),
        Some(_) => line.path,
    };
    read(files, patterns).lines().into_iter().map(show).collect()
}

#[test]
fn patterns_cover_the_highest_trees() {
    let files = Files::of(&[
        "Cargo.toml",
        "a.sql",
        "docs/guide/one.md",
        "docs/index.md",
        "migrations/1.sql",
        "migrations/2.sql",
        "migrations/old/0.sql",
        "plan/x.md",
        "src/deep/b.rs",
        "src/main.rs",
    ]);
    for (patterns, expected) in [
        (&["."][..], &["Cargo.toml", "a.sql", "docs/", "migrations/", "src/"][..]),
        (&["**"], &["Cargo.toml", "a.sql", "docs/", "migrations/", "src/"]),
        (&["src/"], &["src/"]),
        (&["src"], &["src/"]),
        (&["./src//"], &["src/"]),
        (&["docs/**"], &["docs/"]),
        (&["src/main.rs"], &["src/main.rs"]),
        (&["src/main.rs/"], &["src/main.rs"]),
        (&["migrations/*.sql"], &["migrations/1.sql", "migrations/2.sql"]),
        (&["migrations/**/*.sql"], &["migrations/1.sql", "migrations/2.sql", "migrations/old/0.sql"]),
        (&["docs/*"], &["docs/guide/", "docs/index.md"]),
        (&["*/*.md"], &["docs/index.md"]),
        (&["{src,docs}/*.{rs,md}"], &["docs/index.md", "src/main.rs"]),
        (&["src/", "src/*.rs", "src/nothing", "src/*.zig"], &["src/"]),
        (&["nothing", "no/*.thing"], &["!nothing", "!no/*.thing"]),
        (&["src/new.rs", "src/*.rs"], &["src/main.rs"]),
        (&["src/main.rs/below"], &["!src/main.rs/below"]),
        (&["plan/", "plan/x.md", "plan/*.md", "plan/none"], &[]),
        (&[], &[]),
    ] {
        assert_eq!(lines(&files, patterns), expected, "{patterns:?}");
    }
}

#[test]
fn attribute_and_module_files_above_count() {
    let files =
        Files::of(&[".gitattributes", ".gitmodules", "a/.gitattributes", "a/b/c/x", "a/b/y", "z/.gitattributes"]);
    assert_eq!(lines(&files, &["a/b"]), [".gitattributes", ".gitmodules", "a/.gitattributes", "a/b/"]);
    assert_eq!(lines(&files, &["none"]), ["!none"], "an absent path is not written out");
    let covered: Vec<String> = read(&files, &["a/b/*"]).covered().iter().map(ToString::to_string).collect();
    assert_eq!(covered, [".gitattributes", ".gitmodules", "a/.gitattributes", "a/b/c", "a/b/y"]);
    // A folder of that name is no attribute file, and its content no input.
    assert_eq!(lines(&Files::of(&["a/x", ".gitattributes/y"]), &["a"]), ["a/"]);
}

#[test]
fn a_first_plan_changes_nothing() {
    let nested = RepoPath::from("team/plan");
    let (before, after) = (Files::of(&["x"]), Files::of(&["x", "team/plan/a.md"]));
    for patterns in [&["."][..], &["team/"], &["t*"]] {
        let digest = |files: &Files| InputSet::read(&files.tree(), patterns, &nested).unwrap().digest();
        assert_eq!(digest(&before), digest(&after), "{patterns:?}");
    }
}

#[test]
fn malformed_patterns_are_refused() {
    for pattern in ["", "/src", "../x", "a/../b", "a\\b", "a[", "{a", "a\0b"] {
        let failure = InputSet::read(&MemoryTree::default(), &[pattern], &plan()).unwrap_err();
        assert!(failure.hint.is_some(), "{pattern:?}: {failure}");
    }
}

/// A folder whose children are such folders again.
struct Endless {
    names: Vec<Vec<u8>>,
    depth: usize,
}

impl Tree for Endless {
    fn root(&self) -> Option<ObjectId> {
        None
    }

    fn entry(&self, _path: &RepoPath) -> Result<Option<Entry>, Failure> {
        Ok(Some(Entry { kind: EntryKind::Directory, id: ObjectId::parse(&"0".repeat(40)).unwrap() }))
    }

    fn children(&self, folder: &RepoPath) -> Result<Vec<Child>, Failure> {
        let entry = self.entry(folder)?.unwrap();
        let names = if folder.names().count() < self.depth { self.names.as_slice() } else { &[] };
        Ok(names.iter().map(|name| Child { name: name.clone(), entry: entry.clone() }).collect())
    }

    fn blob(&self, _path: &RepoPath, _limit: u64) -> Result<Blob, Failure> {
        Err(Failure::new("no file"))
    }
}

#[test]
fn hostile_trees_end_in_a_failure() {
    for (names, depth, cause) in [
        (vec![b"deep".to_vec()], usize::MAX, "at most 4096"),
        ((0..16).map(|i| vec![b'a' + i; 250]).collect(), 5, "MiB of paths"),
        (vec![b"a/b".to_vec()], 1, "no file name"),
        (vec![b"..".to_vec()], 1, "no file name"),
        (vec![b"a".to_vec(), b"a".to_vec()], 1, "there twice"),
    ] {
        let failure = InputSet::read(&Endless { names, depth }, &["**/*.rs"], &plan()).unwrap_err();
        assert!(failure.to_string().contains(cause) && failure.hint.is_some(), "{failure}");
        assert!(failure.to_string().len() < 300, "{failure}");
    }
}

/// Fixed for ever: another form of a line makes every recorded result stale.
#[test]
fn golden_digest() {
    let mut files = Files::default();
    files.0.insert("run.sh".into(), (EntryKind::Executable, "x".into()));
    let id = files.id(&RepoPath::from("run.sh")).unwrap();
    let run = format!("100755 blob {id}\0run.sh");
    let lines = [&b"passmuster-inputs/1"[..], b"absent\0none", run.as_bytes(), b"unmatched\0*.zig"];
    assert_eq!(read(&files, &["run.sh", "none", "*.zig"]).digest(), Digest::of(&lines));
}

/// Two states, found again by the ids of their folders.
struct States([Files; 2]);

impl States {
    fn below(&self, id: &ObjectId) -> Option<BTreeMap<String, String>> {
        self.0.iter().find_map(|files| {
            let folders = ["", "src", "docs"].map(RepoPath::from);
            let folder = folders.into_iter().find(|folder| files.id(folder).as_ref() == Some(id))?;
            let inside = files.0.iter().filter_map(|(path, (_, text))| {
                let path =
                    if folder.is_root() { path } else { path.strip_prefix(folder.as_str()?)?.strip_prefix('/')? };
                Some((path.to_owned(), text.clone()))
            });
            Some(inside.collect())
        })
    }
}

impl History for States {
    fn commit(&self, _id: &ObjectId) -> Result<Commit, Failure> {
        Err(Failure::new("no commits here"))
    }

    fn tree(&self, _id: &ObjectId) -> Result<Arc<dyn Tree + '_>, Failure> {
        Err(Failure::new("no trees here"))
    }

    fn between(&self, _: &[ObjectId], _: &[ObjectId], _: usize) -> Result<Vec<Commit>, Failure> {
        Ok(Vec::new())
    }

    fn is_ancestor(&self, _: &ObjectId, _: &ObjectId) -> Result<bool, Failure> {
        Ok(false)
    }

    fn changes(&self, before: Option<&ObjectId>, after: &ObjectId, _: usize) -> Result<Vec<PathChange>, Failure> {
        let missing = || Failure::new("object is missing");
        let old = self.below(before.ok_or_else(missing)?).ok_or_else(missing)?;
        let new = self.below(after).ok_or_else(missing)?;
        let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let differ = paths.into_iter().filter(|path| old.get(*path) != new.get(*path));
        Ok(differ.map(|path| PathChange { path: RepoPath::from(path.as_str()), before: None, after: None }).collect())
    }
}

#[test]
fn explanations_name_files_while_both_states_are_there() {
    let before = Files::of(&["Cargo.toml", "docs/a.md", "src/a.rs", "src/b.rs"]);
    let mut after = before.clone().with("src/b.rs", "new").with("src/c.rs", "c").with("Cargo.lock", "l");
    after.0.remove("docs/a.md");
    let patterns = ["src/", "docs/", "Cargo.toml", "Cargo.lock"];
    let recorded = read(&before, &patterns).lines();
    let now = read(&after, &patterns);
    let explain = |states| {
        let changed = now.explain(&recorded, &states);
        changed.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(explain(States([before.clone(), after.clone()])), ["Cargo.lock", "docs", "src/b.rs", "src/c.rs"]);
    let forgotten = States([Files::default(), after.clone()]);
    assert_eq!(explain(forgotten), ["Cargo.lock", "docs", "src"]);
    assert!(now.explain(&now.lines(), &States([before, after.clone()])).is_empty());
    assert!(now.explain(&[], &States([after.clone(), after])).is_empty());
}

const PATHS: [&str; 9] = [
    ".gitattributes",
    "Cargo.toml",
    "docs/a.md",
    "docs/b/c.md",
    "plan/x.md",
    "src/a.rs",
    "src/b.txt",
    "src/sub/c.rs",
    "srcs/a.rs",
];
const PATTERNS: [&str; 9] =
    ["src/", "docs/**", "src/*.rs", "**/*.rs", "Cargo.toml", "missing", "src/sub", "docs/*.md", "src/none.rs"];

/// What the declaration means, path by path, straight from the definition.
fn is_input(path: &str, patterns: &[&str]) -> bool {
    let matches = |pattern: &&str| match *pattern {
        "src/" => path.starts_with("src/"),
        "src/sub" => path.starts_with("src/sub/"),
        "docs/**" => path.starts_with("docs/"),
        "src/*.rs" => path == "src/a.rs",
        "**/*.rs" => path.ends_with(".rs"),
        "docs/*.md" => path == "docs/a.md",
        literal => path == literal,
    };
    path == ".gitattributes" || (!path.starts_with("plan/") && patterns.iter().any(matches))
}

fn some_files() -> impl Strategy<Value = Files> {
    prop::collection::btree_set(prop::sample::select(PATHS.to_vec()), 4..=PATHS.len())
        .prop_map(|paths| Files::of(&paths.into_iter().collect::<Vec<_>>()))
}

fn some_patterns() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(PATTERNS.to_vec(), 1..=PATTERNS.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_digest_follows_the_inputs_and_nothing_else(
        files in some_files(),
        patterns in some_patterns(),
        path in prop::sample::select(PATHS.to_vec()),
        change in 0..3u8,
    ) {
        let mut changed = files.clone();
        match (change, changed.0.get_mut(path)) {
            (0, Some((_, text))) => text.push('x'),
            (1, Some((kind, _))) => *kind = EntryKind::Executable,
            (_, Some(_)) => drop(changed.0.remove(path)),
            (_, None) => changed = changed.with(path, "new"),
        }
        let covered = |files: &Files| files.0.keys().any(|path| path != ".gitattributes" && is_input(path, &patterns));
        // The attribute file counts while something is written out with it.
        let counts = is_input(path, &patterns) && (path != ".gitattributes" || covered(&files));
        let same = read(&files, &patterns).digest() == read(&changed, &patterns).digest();
        prop_assert_eq!(same, !counts, "{} in {:?}", path, patterns);
    }

    #[test]
    fn the_order_of_patterns_does_not_matter(files in some_files(), mut patterns in some_patterns().prop_shuffle()) {
        let first = read(&files, &patterns);
        patterns.sort_unstable();
        patterns.push(patterns[0]);
        prop_assert_eq!(first, read(&files, &patterns));
    }

    #[test]
    fn a_pattern_inside_another_does_not_matter(files in some_files(), patterns in some_patterns()) {
        for (outer, inner) in [("src/", "src/sub"), ("src/", "src/*.rs"), ("src/", "src/none.rs"), ("src/*.rs", "src/a.rs"), ("docs/**", "docs/*.md")] {
            let with_outer: Vec<&str> = patterns.iter().copied().chain([outer]).collect();
            let with_both: Vec<&str> = with_outer.iter().copied().chain([inner]).collect();
            prop_assert_eq!(read(&files, &with_outer), read(&files, &with_both));
        }
    }

    #[test]
    fn covered_paths_hold_exactly_the_inputs(files in some_files(), patterns in some_patterns()) {
        let covered = read(&files, &patterns).covered();
        for path in files.0.keys().filter(|path| *path != ".gitattributes") {
            let inside = covered.iter().any(|folder| RepoPath::from(path.as_str()).is_within(folder));
            prop_assert_eq!(inside, is_input(path, &patterns), "{}", path);
        }
    }
}
