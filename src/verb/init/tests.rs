//! What `init` proposes has no findings, for every ecosystem and profile, and nothing that is there is touched.

use super::*;
use crate::plan::Reader;
use crate::port::EntryKind;
use crate::port::memory::MemoryTree;
use crate::verb::check;

fn request(profile: Profile) -> Request {
    let founder = Founder { name: "Ada Lovelace".into(), email: "ada@example.org".into(), key: None };
    Request {
        repository: "7f3k9q2m".into(),
        profile,
        branch: "main".into(),
        title: "shop: \"x\"".into(),
        founder: (profile != Profile::Solo).then_some(founder),
        github: true,
        action: "v1.2.3".into(),
    }
}

fn applied(tree: &MemoryTree, outcome: &Outcome) -> MemoryTree {
    let written = outcome.files.iter().filter(|file| file.action != Action::Keep);
    written.fold(tree.clone(), |tree, file| tree.with(EntryKind::File, file.path.as_bytes(), &file.text))
}

/// The gates that are proposed, as `name: command`, after the whole was checked.
fn proposed(files: &[(&str, &str)]) -> Vec<String> {
    let tree = files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(EntryKind::File, *path, text));
    for profile in Profile::ALL {
        let outcome = run(&tree, &request(profile)).unwrap();
        let after = applied(&tree, &outcome);
        let checked = check::run(&after, Reader::Full).unwrap();
        assert!(checked.findings.is_empty(), "{:#?}\n{}", checked.findings, outcome.files[0].text);
        let policy = checked.project.policy.expect("it was read");
        // With phases the plan begins with what planning itself has to bring.
        let items = if profile == Profile::Command { 3 } else { 5 };
        assert_eq!((policy.profile.value, checked.project.plan.items.len()), (profile, items));
        for gate in policy.gates.values() {
            for input in &gate.inputs {
                let path = RepoPath::from(input.value.trim_end_matches('/'));
                let later = ["Cargo.lock", "tests/"].contains(&input.value.as_str());
                assert!(later || input.value == "." || tree.entry(&path).unwrap().is_some(), "{input:?}");
            }
        }
    }
    let outcome = run(&tree, &request(Profile::Solo)).unwrap();
    let gates = outcome.ecosystems.into_iter().flat_map(|ecosystem| ecosystem.gates);
    gates.map(|gate| format!("{}: {}", gate.name, gate.command)).collect()
}

#[test]
fn every_ecosystem_gets_its_own_commands() {
    let rust = ["unit-tests: cargo test", "lint: cargo clippy -- -D warnings", "format: cargo fmt --check"];
    assert_eq!(proposed(&[("Cargo.toml", "[package]\n"), ("src/lib.rs", ""), ("Cargo.lock", "")]), rust);
    assert_eq!(
        proposed(&[("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"), ("crates/a/Cargo.toml", "")]),
        rust
    );
    let package =
        r#"{"scripts": {"test": "vitest run", "lint": "eslint .", "build": "tsc"}, "devDependencies": {"x": "1"}}"#;
    assert_eq!(
        proposed(&[("package.json", package), ("pnpm-lock.yaml", ""), ("src/a.ts", "")]),
        [
            "unit-tests: pnpm install --frozen-lockfile && pnpm test",
            "lint: pnpm install --frozen-lockfile && pnpm run lint",
            "build: pnpm install --frozen-lockfile && pnpm run build"
        ]
    );
    let plain = r#"{"scripts": {"test": "node --test"}}"#;
    assert_eq!(proposed(&[("package.json", plain), ("index.js", "")]), ["unit-tests: npm test"]);
    assert_eq!(proposed(&[("package.json", r#"{"scripts": {"test": "echo \"Error: no test specified\""}}"#)]), [""; 0]);
    assert_eq!(proposed(&[("package.json", "not json")]), [""; 0]);
    let pyproject = "[project]\nreadme = \"README.md\"\n[tool.ruff]\n";
    assert_eq!(
        proposed(&[
            ("pyproject.toml", pyproject),
            ("README.md", ""),
            ("tests/test_a.py", ""),
            ("shop/__init__.py", "")
        ]),
        ["unit-tests: python3 -m pytest", "lint: ruff check ."]
    );
    assert_eq!(proposed(&[("tox.ini", ""), ("a.py", "")]), ["unit-tests: tox"]);
    assert_eq!(
        proposed(&[("go.mod", "module x\n"), ("main.go", ""), ("store/db.go", "")]),
        ["unit-tests: go test -v ./...", "lint: go vet ./...", "build: go build ./..."]
    );
    assert_eq!(
        proposed(&[("pom.xml", ""), ("src/main/java/A.java", "")]),
        ["unit-tests: mvn -B test", "build: mvn -B -DskipTests package"]
    );
    assert_eq!(
        proposed(&[("build.gradle.kts", ""), ("gradlew", ""), ("app/build.gradle.kts", "")]),
        ["unit-tests: ./gradlew --no-daemon test", "build: ./gradlew --no-daemon assemble"]
    );
    assert_eq!(
        proposed(&[("Makefile", "CC := gcc\nall: x\ntest lint:\n\techo\n"), ("src/a.c", "")]),
        ["unit-tests: make test", "lint: make lint"]
    );
    assert_eq!(proposed(&[("README.md", "")]), [""; 0]);
}

#[test]
fn two_ecosystems_have_gates_of_their_own() {
    let files = [("Cargo.toml", ""), ("package.json", r#"{"scripts": {"test": "jest"}}"#), ("Makefile", "test:\n")];
    let gates = proposed(&files);
    assert!(gates.contains(&"unit-tests-node: npm test".to_owned()) && gates.len() == 4, "{gates:?}");
}

#[test]
fn what_is_there_is_kept() {
    let tree = MemoryTree::from([
        (policy::PATH, "mine"),
        ("plan/epics/a.md", "mine"),
        (roster::PATH, "mine"),
        (VERIFY_PATH, "mine"),
        (RUN_PATH, "mine"),
        (ATTRIBUTES_PATH, "*.png binary\r\n*.md text"),
    ]);
    let outcome = run(&tree, &request(Profile::Team)).unwrap();
    let actions: Vec<Action> = outcome.files.iter().map(|file| file.action).collect();
    assert_eq!(actions, [Action::Keep, Action::Keep, Action::Keep, Action::Extend, Action::Keep, Action::Keep]);
    assert_eq!(outcome.files[3].text, "*.png binary\r\n*.md text\r\nplan/gates/* -text\r\n");
    let again = run(&applied(&tree, &outcome), &request(Profile::Team)).unwrap();
    assert!(again.files.iter().all(|file| file.action == Action::Keep));
}

#[test]
fn hostile_names_stay_words() {
    let mut hostile = request(Profile::Team);
    hostile.branch = "a,b]: {x".into();
    hostile.title = "---\n- [ ] X-1: {{touches}}".into();
    hostile.founder = Some(Founder { name: "- x: [".into(), email: "a\"b@c, d".into(), key: None });
    let outcome = run(&MemoryTree::default(), &hostile).unwrap();
    let checked = check::run(&applied(&MemoryTree::default(), &outcome), Reader::Full).unwrap();
    assert_eq!(checked.project.plan.items.len(), 5);
    assert!(checked.findings.iter().all(|finding| finding.code.name != "yaml/syntax"), "{:?}", checked.findings);
}
