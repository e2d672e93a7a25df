//! Finds how a project is tested, linted and built by its own conventions, and proposes gates from that.
//!
//! Reads file names and a few manifests; runs nothing. A gate runs in an export of its inputs only, so inputs are the
//! manifests and source folders that exist (and the usual folder of tests), and commands fetch what they need beyond that.

use crate::diag::Failure;
use crate::id::RepoPath;
use crate::port::{Blob, EntryKind, Tree};
use regex::Regex;

/// The most of a manifest that is read, in bytes.
const MAX_MANIFEST_BYTES: u64 = 1024 * 1024;

/// One gate that a project could have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    pub name: String,
    pub command: String,
    pub inputs: Vec<String>,
    /// Environment variables the command's tools look at.
    pub env: Vec<&'static str>,
    /// Whether it runs tests.
    pub tests: bool,
    /// Whether the number of tests can be read from what the runner prints.
    pub counted: bool,
}

/// One way the project is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ecosystem {
    /// `rust`, `node`, `python`, `go`, `java` or `make`
    pub name: &'static str,
    /// The folders with its code (with a `/` at the end), and files beside them.
    pub sources: Vec<String>,
    pub gates: Vec<Proposed>,
}

/// What a command is to its project.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Tests whose number can be read.
    Tests,
    /// Tests whose number nobody prints.
    UncountedTests,
    Lint,
    Format,
    Build,
}

/// Finds every ecosystem of a project; a Makefile counts only where nothing else does, since it mostly calls the
/// others.
///
/// # Errors
/// The tree could not be read.
pub fn find(tree: &dyn Tree) -> Result<Vec<Ecosystem>, Failure> {
    let top = Top::read(tree)?;
    let mut found = Vec::new();
    for look in [rust, node, python, go, java] {
        found.extend(look(&top)?);
    }
    if found.iter().all(|ecosystem| ecosystem.gates.is_empty()) {
        found.extend(make(&top)?);
    }
    // Two ecosystems may both have tests: the names of the later ones say whose.
    let mut taken: Vec<String> = Vec::new();
    for ecosystem in &mut found {
        for gate in &mut ecosystem.gates {
            if taken.contains(&gate.name) {
                gate.name = format!("{}-{}", gate.name, ecosystem.name);
            }
            taken.push(gate.name.clone());
        }
    }
    Ok(found)
}

/// The top folder of a project.
struct Top<'a> {
    tree: &'a dyn Tree,
    files: Vec<String>,
    /// Without hidden folders and the plan.
    folders: Vec<String>,
}

impl<'a> Top<'a> {
    fn read(tree: &'a dyn Tree) -> Result<Self, Failure> {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for child in tree.children(&RepoPath::root())? {
            let Ok(name) = String::from_utf8(child.name) else { continue };
            match child.entry.kind {
                EntryKind::Directory if !name.starts_with('.') && name != crate::policy::PLAN_FOLDER => {
                    folders.push(name);
                }
                EntryKind::File | EntryKind::Executable => files.push(name),
                _ => {}
            }
        }
        Ok(Self { tree, files, folders })
    }

    fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file == name)
    }

    fn has_folder(&self, name: &str) -> bool {
        self.folders.iter().any(|folder| folder == name)
    }

    /// The text of a file at the top; empty when there is none, or it is no text.
    fn text(&self, name: &str) -> Result<String, Failure> {
        if !self.has(name) {
            return Ok(String::new());
        }
        Ok(match self.tree.blob(&RepoPath::from(name), MAX_MANIFEST_BYTES)? {
            Blob::Bytes(bytes) => String::from_utf8(bytes).unwrap_or_default(),
            Blob::TooLarge(_) => String::new(),
        })
    }

    /// Those of these files that exist, in the order given.
    fn files(&self, names: &[&str]) -> Vec<String> {
        names.iter().filter(|name| self.has(name)).map(|name| (*name).to_owned()).collect()
    }

    /// Files at the top that begin or end like this.
    fn files_like(&self, is: impl Fn(&str) -> bool) -> Vec<String> {
        // Names that would be read as patterns are left out.
        let plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        self.files.iter().filter(|name| plain(name) && is(name)).cloned().collect()
    }

    /// Those of these folders that exist, with a `/` at the end.
    fn folders(&self, names: &[&str]) -> Vec<String> {
        names.iter().filter(|name| self.has_folder(name)).map(|name| format!("{name}/")).collect()
    }

    /// The folders that hold a file like this themselves, or one folder further down.
    fn folders_with(&self, is: impl Fn(&str) -> bool) -> Result<Vec<String>, Failure> {
        let mut found = Vec::new();
        for folder in &self.folders {
            let path = RepoPath::from(folder.as_str());
            let children = self.tree.children(&path)?;
            let mut holds = false;
            for child in &children {
                holds |= match child.entry.kind {
                    EntryKind::Directory => {
                        let below = self.tree.children(&path.join(&child.name))?;
                        below.iter().any(|file| std::str::from_utf8(&file.name).is_ok_and(&is))
                    }
                    _ => std::str::from_utf8(&child.name).is_ok_and(&is),
                };
            }
            let plain = folder.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
            if holds && plain && !matches!(folder.as_str(), "node_modules" | "target" | "dist" | "venv") {
                found.push(format!("{folder}/"));
            }
        }
        Ok(found)
    }
}

/// Collects the gates of one ecosystem.
struct Gates {
    inputs: Vec<String>,
    env: Vec<&'static str>,
    list: Vec<Proposed>,
}

impl Gates {
    fn new(inputs: Vec<String>, env: &[&'static str]) -> Self {
        let inputs = if inputs.is_empty() { vec![".".to_owned()] } else { inputs };
        Self { inputs, env: env.to_vec(), list: Vec::new() }
    }

    fn add(&mut self, role: Role, command: impl Into<String>) {
        let name = match role {
            Role::Tests | Role::UncountedTests => "unit-tests",
            Role::Lint => "lint",
            Role::Format => "format",
            Role::Build => "build",
        };
        self.list.push(Proposed {
            name: name.to_owned(),
            command: command.into(),
            inputs: self.inputs.clone(),
            env: self.env.clone(),
            tests: matches!(role, Role::Tests | Role::UncountedTests),
            counted: role == Role::Tests,
        });
    }
}

fn joined(parts: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let mut all = Vec::new();
    for part in parts.into_iter().flatten() {
        if !all.contains(&part) {
            all.push(part);
        }
    }
    all
}

fn rust(top: &Top<'_>) -> Result<Option<Ecosystem>, Failure> {
    if !top.has("Cargo.toml") {
        return Ok(None);
    }
    let manifest = top.text("Cargo.toml")?;
    let mut sources = top.folders(&["src", "tests", "benches", "examples"]);
    if manifest.lines().any(|line| line.trim() == "[workspace]") {
        sources.extend(top.folders_with(|name| name == "Cargo.toml")?);
    }
    let mut manifests = top.files(&[
        "Cargo.toml",
        "Cargo.lock",
        "build.rs",
        "rust-toolchain.toml",
        "rust-toolchain",
        "rustfmt.toml",
        ".rustfmt.toml",
        "clippy.toml",
        ".clippy.toml",
    ]);
    if top.tree.entry(&RepoPath::from(".cargo"))?.is_some_and(|entry| entry.kind == EntryKind::Directory) {
        manifests.push(".cargo/".to_owned());
    }
    // Named before they exist: tests that are added later must not be left out without a word.
    let later = ["Cargo.lock".to_owned(), "tests/".to_owned()].to_vec();
    let mut gates = Gates::new(joined([manifests, sources.clone(), later]), &["CARGO_HOME", "RUSTUP_HOME"]);
    gates.add(Role::Tests, "cargo test");
    gates.add(Role::Lint, "cargo clippy -- -D warnings");
    gates.add(Role::Format, "cargo fmt --check");
    Ok(Some(Ecosystem { name: "rust", sources: joined([sources]), gates: gates.list }))
}

fn node(top: &Top<'_>) -> Result<Option<Ecosystem>, Failure> {
    if !top.has("package.json") {
        return Ok(None);
    }
    let manifest: serde_json::Value = serde_json::from_str(&top.text("package.json")?).unwrap_or_default();
    let script = |name: &str| manifest["scripts"][name].as_str().filter(|script| !script.trim().is_empty());
    let needs_packages = ["dependencies", "devDependencies"]
        .iter()
        .any(|key| manifest[*key].as_object().is_some_and(|map| !map.is_empty()));
    let (manager, install) = if top.has("pnpm-lock.yaml") {
        ("pnpm", "pnpm install --frozen-lockfile")
    } else if top.has("yarn.lock") {
        ("yarn", if top.has(".yarnrc.yml") { "yarn install --immutable" } else { "yarn install --frozen-lockfile" })
    } else if top.has("package-lock.json") || top.has("npm-shrinkwrap.json") {
        ("npm", "npm ci --no-audit --no-fund")
    } else {
        ("npm", "npm install --no-audit --no-fund")
    };
    let run = |script: &str| {
        let call = if script == "test" { format!("{manager} test") } else { format!("{manager} run {script}") };
        if needs_packages { format!("{install} && {call}") } else { call }
    };
    let sources = top.folders(&[
        "src",
        "lib",
        "app",
        "server",
        "components",
        "pages",
        "public",
        "packages",
        "scripts",
        "bin",
        "test",
        "tests",
        "__tests__",
        "spec",
    ]);
    let manifests = top.files_like(|name| {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let code = ["js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx"].contains(&ending);
        let config = name.starts_with("tsconfig")
            || [".eslintrc", ".prettierrc", ".babelrc", ".npmrc", ".yarnrc"]
                .iter()
                .any(|start| name.starts_with(start));
        let lock = [
            "package.json",
            "package-lock.json",
            "npm-shrinkwrap.json",
            "pnpm-lock.yaml",
            "pnpm-workspace.yaml",
            "yarn.lock",
        ];
        code || config || lock.contains(&name)
    });
    let mut gates = Gates::new(joined([manifests, sources.clone()]), &[]);
    // What `npm init` writes is no test.
    if let Some(test) = script("test").filter(|script| !script.contains("no test specified")) {
        gates.add(if prints_a_count(test) { Role::Tests } else { Role::UncountedTests }, run("test"));
    }
    if script("lint").is_some() {
        gates.add(Role::Lint, run("lint"));
    }
    if script("build").is_some() {
        gates.add(Role::Build, run("build"));
    }
    Ok(Some(Ecosystem { name: "node", sources, gates: gates.list }))
}

/// Whether a test script calls a runner whose closing lines tell how many tests ran.
fn prints_a_count(script: &str) -> bool {
    ["node --test", "node --experimental", "jest", "vitest", "mocha", "react-scripts test", "tap"]
        .iter()
        .any(|runner| script.contains(runner))
}

fn python(top: &Top<'_>) -> Result<Option<Ecosystem>, Failure> {
    let manifests = ["pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "pytest.ini", "requirements.txt"];
    if !manifests.iter().any(|name| top.has(name)) {
        return Ok(None);
    }
    let project = top.text("pyproject.toml")?;
    let settings = [project.as_str(), &top.text("setup.cfg")?, &top.text("requirements.txt")?].join("\n");
    let is_python = |name: &str| name.ends_with(".py");
    let sources = joined([top.folders(&["src", "tests", "test"]), top.folders_with(is_python)?]);
    let mut configs = top.files_like(|name| {
        let kept = ["uv.lock", "poetry.lock", "ruff.toml", ".ruff.toml", ".python-version", "MANIFEST.in"];
        manifests.contains(&name)
            || kept.contains(&name)
            || is_python(name)
            || (name.starts_with("requirements") && name.ends_with(".txt"))
    });
    // Building the package reads what the manifest names as its front page.
    configs.extend(top.files_like(|name| name.starts_with("README") && project.contains(name)));
    // Named before it exists: tests that are added later must not be left out without a word.
    let later = vec!["tests/".to_owned()];
    let mut gates = Gates::new(joined([configs, sources.clone(), later]), &["VIRTUAL_ENV"]);
    let prefix = if top.has("uv.lock") {
        "uv run "
    } else if top.has("poetry.lock") {
        "poetry run "
    } else {
        ""
    };
    let uses_tox = top.has("tox.ini") || project.contains("[tool.tox");
    let uses_pytest = top.has("pytest.ini") || settings.contains("pytest") || top.has("conftest.py");
    let has_tests = top.has_folder("tests")
        || top.has_folder("test")
        || !top.files_like(|name| name.starts_with("test_") && is_python(name)).is_empty();
    if uses_tox {
        gates.add(Role::Tests, format!("{prefix}tox"));
    } else if uses_pytest || has_tests {
        let python = if prefix.is_empty() { "python3 -m pytest" } else { "pytest" };
        gates.add(Role::Tests, format!("{prefix}{python}"));
    }
    if top.has("ruff.toml") || top.has(".ruff.toml") || settings.contains("ruff") {
        gates.add(Role::Lint, format!("{prefix}ruff check ."));
    }
    Ok(Some(Ecosystem { name: "python", sources, gates: gates.list }))
}

fn go(top: &Top<'_>) -> Result<Option<Ecosystem>, Failure> {
    if !top.has("go.mod") {
        return Ok(None);
    }
    let sources = joined([
        top.folders(&["cmd", "internal", "pkg", "vendor", "testdata"]),
        top.folders_with(|name| name.ends_with(".go"))?,
    ]);
    let manifests = top.files(&["go.mod", "go.sum", "go.work", "go.work.sum"]);
    let code = top.files_like(|name| name.ends_with(".go"));
    let mut gates =
        Gates::new(joined([manifests, code, sources.clone()]), &["GOPATH", "GOCACHE", "GOMODCACHE", "GOFLAGS"]);
    // Only the long form tells how many tests ran.
    gates.add(Role::Tests, "go test -v ./...");
    gates.add(Role::Lint, "go vet ./...");
    gates.add(Role::Build, "go build ./...");
    Ok(Some(Ecosystem { name: "go", sources, gates: gates.list }))
}

fn java(top: &Top<'_>) -> Result<Option<Ecosystem>, Failure> {
    let gradle = ["build.gradle", "build.gradle.kts"].iter().any(|name| top.has(name))
        || ["settings.gradle", "settings.gradle.kts"].iter().any(|name| top.has(name));
    let env = ["JAVA_HOME", "MAVEN_OPTS", "GRADLE_USER_HOME"];
    if top.has("pom.xml") {
        let sources = joined([top.folders(&["src"]), top.folders_with(|name| name == "pom.xml")?]);
        let mut manifests = top.files(&["pom.xml", "mvnw"]);
        if top.tree.entry(&RepoPath::from(".mvn"))?.is_some_and(|entry| entry.kind == EntryKind::Directory) {
            manifests.push(".mvn/".to_owned());
        }
        let maven = if top.has("mvnw") { "./mvnw" } else { "mvn" };
        let mut gates = Gates::new(joined([manifests, sources.clone()]), &env[..2]);
        gates.add(Role::Tests, format!("{maven} -B test"));
        gates.add(Role::Build, format!("{maven} -B -DskipTests package"));
        return Ok(Some(Ecosystem { name: "java", sources, gates: gates.list }));
    }
    if !gradle {
        return Ok(None);
    }
    let modules = top.folders_with(|name| name.starts_with("build.gradle"))?;
    let sources = joined([top.folders(&["src", "app", "buildSrc"]), modules]);
    let manifests = top.files(&[
        "build.gradle",
        "build.gradle.kts",
        "settings.gradle",
        "settings.gradle.kts",
        "gradle.properties",
        "gradle.lockfile",
        "gradlew",
    ]);
    let gradle = if top.has("gradlew") { "./gradlew" } else { "gradle" };
    let mut gates = Gates::new(joined([manifests, top.folders(&["gradle"]), sources.clone()]), &[env[0], env[2]]);
    gates.add(Role::UncountedTests, format!("{gradle} --no-daemon test"));
    gates.add(Role::Build, format!("{gradle} --no-daemon assemble"));
    Ok(Some(Ecosystem { name: "java", sources, gates: gates.list }))
}

fn make(top: &Top<'_>) -> Result<Option<Ecosystem>, Failure> {
    let Some(name) = ["GNUmakefile", "makefile", "Makefile"].into_iter().find(|name| top.has(name)) else {
        return Ok(None);
    };
    let text = top.text(name)?;
    let rule = Regex::new(r"^([A-Za-z][A-Za-z0-9 _-]*)::?(?:[^=]|$)").expect("the pattern is valid");
    let targets: Vec<&str> = text
        .lines()
        .filter_map(|line| rule.captures(line))
        .flat_map(|found| found.get(1).map_or("", |names| names.as_str()).split_whitespace())
        .collect();
    let sources = top.folders(&["src", "include", "lib", "cmd", "scripts", "test", "tests"]);
    let inputs = if sources.is_empty() { Vec::new() } else { joined([vec![name.to_owned()], sources.clone()]) };
    let mut gates = Gates::new(inputs, &[]);
    // `check` is the older word for `test`.
    if let Some(test) = ["test", "check"].into_iter().find(|target| targets.contains(target)) {
        gates.add(Role::UncountedTests, format!("make {test}"));
    }
    if targets.contains(&"lint") {
        gates.add(Role::Lint, "make lint");
    }
    if targets.contains(&"build") {
        gates.add(Role::Build, "make build");
    }
    Ok(Some(Ecosystem { name: "make", sources, gates: gates.list }))
}
