//! Draws the graph of the crate's modules and of the outside packages they name, and fails on an arrow that
//! points up, to a stranger, or out of a package's one home.

use crate::harness::rust::{self, Named};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Ground,
    Domain,
    Verb,
    Edge,
    Program,
}

struct Module {
    name: &'static str,
    layer: Layer,
    /// The neighbours of its own layer that it may use: they stand above it in [`MODULES`], so there is no cycle.
    /// Every lower layer may be used.
    may: &'static [&'static str],
}

const fn row(name: &'static str, layer: Layer, may: &'static [&'static str]) -> Module {
    Module { name, layer, may }
}

const MODULES: &[Module] = &[
    row("text", Layer::Ground, &[]),
    row("diag", Layer::Ground, &["text"]),
    row("doc", Layer::Ground, &["text", "diag"]),
    row("id", Layer::Domain, &[]),
    row("pattern", Layer::Domain, &["id"]),
    row("port", Layer::Domain, &["id"]),
    row("picture", Layer::Domain, &[]),
    row("plan", Layer::Domain, &["id", "pattern", "port"]),
    row("import", Layer::Domain, &["id", "pattern", "port", "plan"]),
    row("export", Layer::Domain, &["id", "pattern", "port", "plan", "import"]),
    row("policy", Layer::Domain, &["id", "pattern", "port", "plan"]),
    row("roster", Layer::Domain, &["id", "pattern", "port"]),
    row("schedule", Layer::Domain, &["pattern", "plan", "policy", "roster"]),
    row("evidence", Layer::Domain, &["id", "pattern", "port"]),
    row("agent", Layer::Domain, &["id"]),
    row("outline", Layer::Domain, &["pattern"]),
    row("record", Layer::Domain, &["id", "port", "policy", "roster", "evidence"]),
    row("escalation", Layer::Domain, &["plan", "policy", "record", "schedule"]),
    row("gate", Layer::Domain, &["id", "pattern", "port", "plan", "policy", "roster", "evidence", "record"]),
    row(
        "project",
        Layer::Domain,
        &["id", "pattern", "port", "plan", "policy", "roster", "schedule", "evidence", "record", "gate"],
    ),
    row("facts", Layer::Domain, &["id", "port", "plan", "policy", "evidence", "record", "gate", "project"]),
    row(
        "phase",
        Layer::Domain,
        &["id", "port", "plan", "policy", "roster", "evidence", "record", "schedule", "project"],
    ),
    row(
        "judge",
        Layer::Domain,
        &[
            "id",
            "pattern",
            "port",
            "plan",
            "policy",
            "roster",
            "evidence",
            "record",
            "escalation",
            "gate",
            "project",
            "phase",
        ],
    ),
    row("verb", Layer::Verb, &[]),
    row("report", Layer::Edge, &[]),
    row("git", Layer::Edge, &[]),
    row("disk", Layer::Edge, &[]),
    row("run", Layer::Edge, &[]),
    row("sign", Layer::Edge, &[]),
    row("hook", Layer::Edge, &["report", "git", "disk", "sign"]),
    row("lsp", Layer::Edge, &["report"]),
    row("watch", Layer::Edge, &["disk"]),
    row("query", Layer::Edge, &[]),
    row("serve", Layer::Edge, &[]),
    row("board", Layer::Edge, &["report"]),
    row(
        "cli",
        Layer::Edge,
        &["report", "query", "git", "disk", "run", "sign", "hook", "lsp", "watch", "serve", "board"],
    ),
    row("main", Layer::Program, &[]),
];

/// Arrows that are allowed for one name only, with the reason.
const ONLY: &[(&str, &str, &str)] = &[
    // Gates are attached to levels, and the levels are the plan's kinds of item.
    ("policy", "plan", "Kind"),
];

/// Macros live at the crate's root whatever module they are written in.
const MACROS: &[(&str, &str)] = &[("codes", "diag")];

/// Packages (or modules of `std`) and the modules that may name them.
const HOMES: &[(&str, &[&str])] = &[
    ("git2", &["git"]),
    ("pulldown_cmark", &["doc"]),
    ("serde_saphyr", &["doc"]),
    ("toml", &["doc"]),
    ("encoding_rs", &["text"]),
    ("serde_yaml", &["doc"]),
    ("lsp_server", &["lsp"]),
    ("gen_lsp_types", &["lsp"]),
    ("percent_encoding", &["lsp"]),
    ("csv", &["export"]),
    ("postcard", &["facts"]),
    ("crc", &["facts"]),
    ("fastrand", &["schedule"]),
    ("notify", &["watch"]),
    ("rusqlite", &["query"]),
    ("tiny_http", &["serve"]),
    ("ratatui", &["board"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("anstream", &["cli"]),
    ("annotate_snippets", &["report"]),
    ("ssh_key", &["sign"]),
    ("walkdir", &["disk"]),
    // A plan may have 100,000 items, and so may what is imported: what looks each of them up hashes faster than the
    // standard library.
    ("hashbrown", &["plan", "import"]),
    // `sign` writes what ssh-keygen reads into private files of its own and takes them away again.
    // `hook` puts links with their mode bits where Git looks for them, and reads small files of the Git folder
    // before a repository is opened.
    ("std::fs", &["disk", "run", "sign", "hook"]),
    // `hook` runs the hooks that were there before.
    ("std::process", &["run", "git", "sign", "hook", "cli", "main"]),
];

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file that is not a test, with its module path.
fn files() -> Vec<(PathBuf, Vec<String>)> {
    let root = source_folder();
    let shipped = rust::files(&root).into_iter().filter(|file| !is_test(file));
    shipped.map(|file| (file.clone(), module_path(file.strip_prefix(&root).expect("it lies there")))).collect()
}

/// `plan/parse.rs` is `plan::parse`, `plan/mod.rs` is `plan`, `lib.rs` is the root.
fn module_path(file: &Path) -> Vec<String> {
    let names = file.with_extension("");
    let mut names: Vec<String> = names.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|name| name == "mod" || name == "lib") {
        names.pop();
    }
    names
}

/// Whether a parent declares the file, or a folder it lies in, under `#[cfg(test)]`.
fn is_test(path: &Path) -> bool {
    let root = source_folder();
    path.ancestors().take_while(|path| **path != root).any(|path| {
        let folder = path.parent().expect("it lies below src");
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("our names are UTF-8");
        let parents = [folder.join("mod.rs"), folder.join("lib.rs"), folder.with_extension("rs")];
        parents.iter().filter_map(|parent| std::fs::read_to_string(parent).ok()).any(|text| {
            let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
            ["", "pub ", "pub(crate) "].iter().any(|seen| text.contains(&format!("#[cfg(test)] {seen}mod {stem};")))
        })
    })
}

/// One use of a path by a top-level module, with its place.
struct Use {
    by: String,
    named: Named,
    place: String,
}

fn uses() -> Vec<Use> {
    let mut uses = Vec::new();
    for (file, module) in files() {
        let Some(by) = module.first().cloned() else { continue };
        let text = std::fs::read_to_string(&file).expect("our own source can be read");
        let shown = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&file).display().to_string();
        // Nothing is below the program's own file: `super` there would be the root.
        let here: Vec<&str> = module.iter().map(String::as_str).filter(|name| *name != "main").collect();
        for named in rust::paths(&text, &here) {
            let place = format!("{shown}:{}", named.line);
            uses.push(Use { by: by.clone(), named, place });
        }
    }
    uses
}

fn module(name: &str) -> Option<&'static Module> {
    MODULES.iter().find(|module| module.name == name)
}

/// What is wrong with an arrow, if anything.
fn fault(from: &Module, to: &Module, path: &[String]) -> Option<String> {
    if from.name == to.name || to.layer < from.layer {
        return None;
    }
    let (a, b) = (from.name, to.name);
    if to.layer > from.layer {
        return Some(format!(
            "`{a}` ({:?}) points up to `{b}` ({:?}): hand the value in, or move what both need down",
            from.layer, to.layer
        ));
    }
    if !from.may.contains(&b) {
        return Some(format!(
            "`{a}` and `{b}` are strangers: let something above both know them, or pass it by a port"
        ));
    }
    let only = ONLY.iter().find(|(by, of, _)| (*by, *of) == (a, b))?.2;
    (path.get(2).map(String::as_str) != Some(only)).then(|| format!("`{a}` may use only `{b}::{only}`"))
}

#[test]
fn arrows_point_down() {
    let mut faults = String::new();
    for Use { by, named, place } in uses() {
        let path = &named.path;
        let Some(target) = (path[0] == "crate").then(|| path.get(1)).flatten() else { continue };
        let target = MACROS.iter().find(|(name, _)| name == target).map_or(target.as_str(), |(_, home)| home);
        let (Some(from), Some(to)) = (module(&by), module(target)) else { continue };
        if let Some(fault) = fault(from, to, path) {
            let _ = writeln!(faults, "{place}: {fault} (names `{}`)", path.join("::"));
        }
    }
    assert!(faults.is_empty(), "\n{faults}The layers are drawn in src/lib.rs and tests/it/layers.rs.");
}

#[test]
fn every_module_has_a_layer_and_a_line_in_the_map() {
    let modules: BTreeSet<String> = files().into_iter().filter_map(|(_, module)| module.first().cloned()).collect();
    let map = std::fs::read_to_string(source_folder().join("lib.rs")).expect("our own source can be read");
    let map: Vec<&str> = map.lines().filter_map(|line| line.strip_prefix("//!")).collect();
    for name in &modules {
        assert!(module(name).is_some(), "`{name}` has no row in tests/it/layers.rs");
        let named =
            map.iter().any(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name));
        assert!(named || name == "main", "`{name}` is not on the map in src/lib.rs");
    }
}

#[test]
fn the_table_itself_has_no_cycle() {
    for (index, module) in MODULES.iter().enumerate() {
        for neighbour in module.may {
            let above = MODULES[..index].iter().find(|other| other.name == *neighbour);
            assert!(above.is_some_and(|other| other.layer == module.layer), "{} → {neighbour}", module.name);
        }
    }
}

#[test]
fn outside_packages_have_one_home() {
    let mut faults = String::new();
    for Use { by, named, place } in uses() {
        let path = named.path.join("::");
        for (package, homes) in HOMES {
            let inside = path.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
            if inside && !homes.contains(&by.as_str()) {
                let homes = homes.join("`, `");
                let _ = writeln!(faults, "{place}: `{by}` names `{path}`, whose home is `{homes}`");
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn faults_are_found() {
    let fault = |from: &str, to: &str, name: &str| {
        let path = ["crate", to, name].map(str::to_owned);
        fault(module(from).unwrap(), module(to).unwrap(), &path).is_some()
    };
    assert!(fault("text", "diag", "x") && fault("plan", "cli", "x") && fault("verb", "git", "x"));
    assert!(fault("plan", "policy", "x") && fault("roster", "plan", "x") && fault("git", "disk", "x"));
    assert!(fault("policy", "plan", "Item") && !fault("policy", "plan", "Kind"));
    assert!(!fault("judge", "gate", "x") && !fault("cli", "hook", "x") && !fault("git", "port", "x"));
}
