//! `roster`: import, list and change.

use crate::harness::Sandbox;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn json(sandbox: &Sandbox, args: &[&str]) -> Value {
    let output = sandbox.passmuster(&[args, &["--format", "json"]].concat());
    serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("\n{output}"))
}

/// A repository with agents of five tools, a CODEOWNERS file and two authors.
fn project() -> Sandbox {
    let sandbox = Sandbox::repository();
    let agent = |name: &str| format!("---\nname: {name}\ndescription: Does {name}. More of it.\nmodel: opus\n---\n");
    sandbox.write(".claude/agents/quality/code-reviewer.md", agent("code-reviewer"));
    sandbox.write(".claude/agents/broken.md", "---\nname: broken\ndescription: Use it. Examples: user: x\n---\n");
    sandbox.write(".claude/agents/README.md", "# Our agents\n");
    sandbox.write(".codex/agents/builder.toml", "name = \"builder\"\ndescription = \"Builds.\"\n");
    sandbox.write(".github/agents/planner.agent.md", agent("Release Planner"));
    sandbox.write(".gemini/agents/code-reviewer.md", agent("code-reviewer"));
    sandbox.write(".cursor/rules/style.mdc", "---\ndescription: House style\nglobs: *.ts\n---\n");
    sandbox.write(".github/CODEOWNERS", "* @everybody\n*.sql ada@example.org\n/docs/ @writer @org/docs\n");
    sandbox.commit_all("first");
    sandbox
}

#[test]
fn import_takes_agents_people_and_owners_and_says_what_is_wrong() {
    let sandbox = project();
    insta::assert_snapshot!(sandbox.passmuster(&["roster", "import"]), @"
    $ passmuster roster import
    member           kind   about
    broken           agent  Use it
    code-reviewer    agent  Does code-reviewer. More of it
    builder          agent  Builds
    release-planner  agent  Does Release Planner. More of it
    ada-lovelace     human  Ada Lovelace
    writer           human

    warning[agent/not-yaml]: the front matter is no YAML
     --> .claude/agents/broken.md:3:30
      |
    3 | description: Use it. Examples: user: x
      |                              ^
      = cause: the text is no YAML: mapping values are not allowed in this context
      = hint: put the value in quotes, or write `>` after the key and indent the text below

    warning[roster/not-merged]: `code-reviewer` is defined twice
     --> .gemini/agents/code-reviewer.md
      = cause: `.claude/agents/quality/code-reviewer.md` defines it too, and was taken
      = hint: rename one, or remove the copy

    2 warnings
    5 of 7 files read as agents; 6 members to add, 0 on the roster already
    7 notes: see --format json
    next: look at plan/roster.yaml, give roles and keys, and commit it
    [status 0]
    ");
    insta::assert_snapshot!(sandbox.read("plan/roster.yaml"), @r##"
    passmuster: roster/1
    members:
      - name: broken
        kind: agent
        about: Use it
        from: .claude/agents/broken.md
      - name: code-reviewer
        kind: agent
        about: Does code-reviewer. More of it
        division: quality
        model: opus
        from: .claude/agents/quality/code-reviewer.md
      - name: builder
        kind: agent
        about: Builds
        from: .codex/agents/builder.toml
      - name: release-planner
        title: Release Planner
        kind: agent
        about: Does Release Planner. More of it
        model: opus
        from: .github/agents/planner.agent.md
      - name: ada-lovelace
        title: Ada Lovelace
        kind: human
        emails: [ada@example.org]
        domains: ["**/*.sql"]
      - name: writer
        kind: human
        domains: [docs]
        github: writer
    "##);
    // A second import finds everybody again and changes nothing.
    let before = sandbox.read("plan/roster.yaml");
    sandbox.passmuster(&["roster", "import"]).success();
    assert_eq!(sandbox.read("plan/roster.yaml"), before);
}

#[test]
fn what_a_person_wrote_stays_byte_for_byte() {
    let sandbox = project();
    let own = "passmuster: roster/1\nmembers:   # us\n- { name: code-reviewer, kind: human } # Rita, not the agent\n";
    sandbox.write("plan/roster.yaml", own);
    sandbox.passmuster(&["roster", "import"]).success();
    let after = sandbox.read("plan/roster.yaml");
    assert!(after.starts_with(own), "{after}");
    let notes = json(&sandbox, &["roster", "import", "-n"])["data"]["findings"].to_string();
    assert!(notes.contains("that member was written by hand"), "{notes}");
}

#[test]
fn a_dry_run_writes_nothing_and_a_mailmap_is_followed() {
    let sandbox = project();
    sandbox.write(".mailmap", "Countess <countess@example.org> <ada@example.org>\n");
    let answer = json(&sandbox, &["roster", "import", "--dry-run"]);
    let added = answer["data"]["added"].to_string();
    assert!(added.contains("countess") && !added.contains("ada-lovelace"), "{added}");
    assert!(!sandbox.work().join("plan/roster.yaml").exists());
}

#[test]
fn garbled_files_are_repaired_when_asked() {
    let sandbox = Sandbox::repository();
    let garbled = "---\nname: a\ndescription: a ‚Üí b ‚Üí c ‚úÖ\n---\n";
    sandbox.write("them/a.md", garbled);
    let said = sandbox.passmuster(&["roster", "import", "them"]).success();
    assert!(said.contains("agent/mojibake") && said.contains("--repair"), "{said}");
    assert_eq!(sandbox.read("them/a.md"), garbled);
    sandbox.passmuster(&["roster", "import", "them", "--repair"]).success();
    assert_eq!(sandbox.read("them/a.md"), "---\nname: a\ndescription: a → b → c ✅\n---\n");
}

#[test]
fn members_are_added_and_changed_in_place() {
    let sandbox = Sandbox::repository();
    sandbox.passmuster(&["roster", "add", "ada", "--role", "maintainer", "--email", "ada@example.org"]).success();
    sandbox.passmuster(&["roster", "add", "bob", "--kind", "agent", "--reports-to", "ada"]).success();
    sandbox.passmuster(&["roster", "set", "bob", "domains", "docs/**"]).success();
    sandbox.passmuster(&["roster", "set", "bob", "domains", "#docs"]).success();
    sandbox.passmuster(&["roster", "set", "bob", "capacity", "3"]).success();
    sandbox.write("k.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA ada@laptop\n");
    sandbox.passmuster(&["roster", "key", "add", "ada", "k.pub"]).success();
    insta::assert_snapshot!(sandbox.read("plan/roster.yaml"), @r##"
    passmuster: roster/1
    members:
      - name: ada
        kind: human
        roles: [maintainer]
        emails: [ada@example.org]
        keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA ada@laptop]
      - name: bob
        kind: agent
        reports_to: ada
        domains: [docs/**, "#docs"]
        capacity: 3
    "##);
    for (args, says) in [
        (vec!["roster", "add", "ada"], "`ada` is on the roster already"),
        (vec!["roster", "add", "a/b"], "`a/b` is not a name"),
        (vec!["roster", "set", "bbo", "team", "x"], "write `bob`"),
        (vec!["roster", "set", "bob", "domain", "x"], "write `domains`"),
        (vec!["roster", "set", "bob", "domains", "../x"], "`../x` is no domain"),
        (vec!["roster", "key", "add", "bob", "k.pub"], "have the same key"),
        (vec!["roster", "set", "bob", "emails", "ADA@example.org"], "is the address of two members"),
    ] {
        let output = sandbox.passmuster(&args);
        assert!(output.status == 2 && output.contains(says), "{output}");
    }
    insta::assert_snapshot!(sandbox.passmuster(&["roster", "list"]), @"
    $ passmuster roster list
    member  kind   roles       teams  domains         about
    ada     human  maintainer
    bob     agent                     docs/**, #docs
    2 members
    [status 0]
    ");
}

const ROSTER: &str = "\
passmuster: roster/1
members:
  - { name: ada, roles: [maintainer], github: ada, about: leads }
  - { name: bob, reports_to: ada, domains: [docs/**, \"docs/{api,cli}/**\", \"[ab].md\"], emails: [bob@example.org] }
  - { name: eve, reports_to: bob, deputies: [bob], domains: [src] }
";

#[test]
fn the_tree_shows_who_reports_to_whom() {
    let sandbox = Sandbox::repository();
    sandbox.write("plan/roster.yaml", ROSTER);
    insta::assert_snapshot!(sandbox.passmuster(&["roster", "tree"]), @"
    $ passmuster roster tree
    ada (1 report)  leads
      bob (1 report)
        eve
    [status 0]
    ");
}

#[test]
fn ef_11_owners_become_codeowners_within_its_limits() {
    let sandbox = Sandbox::repository();
    sandbox.write("plan/roster.yaml", ROSTER);
    sandbox.write(
        "passmuster.yaml",
        "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\nowners: { \".\": maintainer }\n",
    );
    insta::assert_snapshot!(sandbox.passmuster(&["roster", "export"]), @"
    $ passmuster roster export
    # Written by `passmuster roster export`; change the policy or the roster instead.
    * @ada
    /docs/ @ada bob@example.org
    /docs/api/ @ada bob@example.org
    /docs/cli/ @ada bob@example.org
    left out: `[ab].md`: CODEOWNERS has no ranges of characters
    left out: `eve` of `src`: no GitHub login and no address
    [status 0]
    ");
}

#[test]
fn ct_18_lint_tells_what_hangs_on_one_person() {
    let sandbox = Sandbox::repository();
    sandbox.write("plan/roster.yaml", ROSTER);
    let output = sandbox.passmuster(&["roster", "lint", "--format", "concise"]).success();
    assert!(output.contains("only `bob` holds the domain `docs/**`"), "{output}");
    assert!(!output.contains("only `eve`"), "{output}");
    assert_eq!(sandbox.passmuster(&["roster", "lint", "--strict"]).status, 1);
}

#[test]
fn ef_20_lint_finds_where_index_files_colours_and_roster_drifted_apart() {
    let sandbox = Sandbox::repository();
    for (name, colour) in [("one", "blue"), ("two", "blue"), ("three", "blue"), ("four", "red")] {
        let text = format!("---\nname: {name}\ndescription: d\ncolor: {colour}\ncategory: dev\nmodel: a\n---\n");
        sandbox.write(&format!(".claude/agents/{name}.md"), text);
    }
    sandbox.write(".claude/agents/README.md", "# Agents\n- one\n- **two** - does\n- `three`\n- five\n");
    sandbox.passmuster(&["roster", "import"]).success();
    std::fs::remove_file(sandbox.work().join(".claude/agents/two.md")).expect("it is there");
    let three = sandbox.read(".claude/agents/three.md");
    sandbox.write(".claude/agents/three.md", three.replace("model: a", "model: b"));
    sandbox.write(".claude/agents/six.md", "---\nname: six\ndescription: d\n---\n- one\n");
    sandbox.write(".claude/agents/INDEX.md", "- one\n- three\n- four\n");
    insta::assert_snapshot!(sandbox.passmuster(&["roster", "lint", "--format", "concise"]), @"
    $ passmuster roster lint --format concise
    .claude/agents/four.md: warning[roster/weak]: `four` is red, and most of `dev` are blue
    .claude/agents/six.md: warning[roster/weak]: `six` is not on the roster
    plan/roster.yaml:19:12: warning[roster/weak]: `three` has the model `a` here and `b` in its file
    plan/roster.yaml:26:11: warning[roster/weak]: the file of `two` is gone
    the agent files: warning[roster/weak]: agents that stand in no index: 1
    [status 0]
    ");
}

#[test]
fn a_rule_is_no_member_unless_it_is_named_itself() {
    let sandbox = Sandbox::repository();
    for path in [".cursor/rules/style.mdc", ".cursor/rules/old.md", ".github/instructions/x.instructions.md"] {
        sandbox.write(path, "---\ndescription: House style\n---\n");
    }
    // OpenCode calls an agent by its file, and keeps commands beside its agents.
    sandbox
        .write(".opencode/agent/judge.md", "---\ndescription: Judges\nmode: subagent\ntools: { bash: false }\n---\n");
    sandbox.write(".opencode/command/test.md", "---\ndescription: Run all tests\n---\n");
    let answer = json(&sandbox, &["roster", "import", "--dry-run", "."]);
    assert_eq!(answer["data"]["added"], serde_json::json!(["judge"]), "{answer}");
    let fates = answer["data"]["files"].as_array().expect("a list").iter();
    let fates: Vec<String> = fates
        .map(|file| format!("{}: {}", file["path"].as_str().unwrap_or(""), file["fate"].as_str().unwrap_or("")))
        .collect();
    let expected = [
        ".cursor/rules/old.md: rule",
        ".cursor/rules/style.mdc: rule",
        ".github/instructions/x.instructions.md: rule",
        ".opencode/agent/judge.md: added",
        ".opencode/command/test.md: none",
    ];
    assert_eq!(fates, expected);
    let quiet = sandbox.passmuster(&["roster", "import", "-n", ".opencode/agent", "--format", "concise"]).success();
    assert_eq!(quiet.stdout, "", "{quiet}");
    let named = json(&sandbox, &["roster", "import", "--dry-run", ".cursor/rules/style.mdc"]);
    assert_eq!(named["data"]["added"], serde_json::json!(["style"]));
}

/// The shared samples: real agent files, a whole roster, and files damaged on purpose.
#[test]
fn the_shared_corpus_gives_members_or_findings() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/agents");
    if !corpus.is_dir() {
        println!("skipped: {} is not there", corpus.display());
        return;
    }
    let sandbox = Sandbox::repository();
    let folder = corpus.display().to_string();
    let answer = json(&sandbox, &["roster", "import", "--dry-run", &folder]);
    let files = answer["data"]["files"].as_array().expect("a list");
    let found = answer["data"]["findings"]["findings"].as_array().expect("a list");
    let told: BTreeSet<&str> = found.iter().filter_map(|one| one["place"]["path"].as_str()).collect();
    let silent = files.iter().filter(|file| file["name"].is_null() && !told.contains(file["path"].as_str().unwrap()));
    assert_eq!(silent.count(), 0, "files that gave neither a member nor a finding");
    // The mutated ones are made to be unreadable: of those a finding is enough.
    let mutated = corpus.join("mutated").display().to_string();
    let as_found = files.iter().filter(|file| !file["path"].as_str().expect("a path").starts_with(&mutated));
    let as_found: Vec<_> = as_found.collect();
    let both = as_found.iter().filter(|file| file["name"].is_string() && file["description"].is_string()).count();
    println!("{both} of {} files give name and description", as_found.len());
    assert!(both * 10 >= as_found.len() * 9, "{both} of {}", as_found.len());
    let count = |folder: &Path| walk(folder).into_iter().filter(|path| path.extension().is_some()).count();
    let passed_over = answer["data"]["passed_over"].as_array().expect("a list").len();
    assert!(files.len() + passed_over >= count(&corpus), "every file is told about");
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the corpus can be read").map(|entry| entry.expect("read").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
