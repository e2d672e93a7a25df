//! `check`: everything that is wrong with the files of a project, at once.

use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::id::RepoPath;
use crate::plan::{self, Plan, Reader};
use crate::policy;
use crate::port::Tree;
use crate::project::{self, PLAN_PATH, Project, codes};
use crate::record;

/// What was read, and what is wrong with it.
#[derive(Debug)]
pub struct Checked {
    pub project: Project,
    /// Sorted by place.
    pub findings: Vec<Diagnostic>,
}

impl Checked {
    /// Whether nothing can be built on what was read.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(Diagnostic::is_error)
    }

    /// Leaves only the findings in these files and folders; no path leaves all.
    pub fn only(&mut self, paths: &[RepoPath]) {
        if paths.is_empty() {
            return;
        }
        self.findings.retain(|finding| {
            let place = finding.place.path().map(RepoPath::from);
            place.is_some_and(|place| paths.iter().any(|path| place.is_within(path)))
        });
    }
}

/// Whether nothing can be built on files with this finding. A policy that cannot be used is none, and the rest stands
/// without.
pub fn is_in_the_way(finding: &Diagnostic) -> bool {
    finding.is_error() && finding.place.path() != Some(policy::PATH)
}

/// Reads a tree and applies every rule.
///
/// # Errors
/// An object or file could not be read.
pub fn run(tree: &dyn Tree, reader: Reader) -> Result<Checked, Failure> {
    with_rules(tree, reader, plan::check)
}

/// Reads a tree and applies the rules whose breach is an error; what `check` advises besides is not looked for.
///
/// # Errors
/// An object or file could not be read.
pub fn errors(tree: &dyn Tree, reader: Reader) -> Result<Checked, Failure> {
    with_rules(tree, reader, plan::check_errors)
}

fn with_rules(tree: &dyn Tree, reader: Reader, rules: fn(&Plan, &mut Sink)) -> Result<Checked, Failure> {
    let mut sink = Sink::new();
    let project = Project::read(tree, reader, &mut sink)?;
    if tree.kind(&RepoPath::from(policy::PATH))?.is_none() {
        sink.push(no_policy());
    }
    if !project.has_plan && project::plan_paths(tree)?.is_empty() {
        sink.push(no_plan());
    }
    if let ([], Some(file)) = (project.plan.items.as_slice(), project.plan.files.first()) {
        sink.push(
            Diagnostic::warning(&codes::NO_ITEMS, Place::Path(file.source.path().to_owned()), "the plan has no items")
                .cause("no heading and no box in it has an id")
                .hint("write a task as `- [ ] DB-001: title`"),
        );
    }
    rules(&project.plan, &mut sink);
    project::check(&project, &mut sink);
    records(tree, &project, &mut sink)?;
    Ok(Checked { project, findings: sink.into_sorted() })
}

/// Every record by itself, and what it names.
fn records(tree: &dyn Tree, project: &Project, sink: &mut Sink) -> Result<(), Failure> {
    for kind in record::kinds::ALL {
        for path in record::book::beside(tree, kind)? {
            let message = format!("`{path}` is read by nobody");
            let finding = Diagnostic::warning(&record::codes::NO_RECORD, Place::Path(path.to_string()), message);
            sink.push(
                finding
                    .cause(format!("records of this kind lie in `{}` itself, and end with `.md`", kind.folder))
                    .hint("move it there, or away: it counts for nothing where it is"),
            );
        }
        for one in record::book::read_folder(tree, kind, sink)? {
            record::check(&one, sink);
            project::check_record(&one, &project.plan, project.policy.as_ref(), project.roster.as_ref(), sink);
        }
    }
    Ok(())
}

/// The finding that there is no policy.
pub fn no_policy() -> Diagnostic {
    missing(policy::PATH, "there is no policy", "without one nothing is protected")
}

/// The finding that there is no plan.
pub fn no_plan() -> Diagnostic {
    missing(PLAN_PATH, "there is no plan", "without one there is nothing to claim or prove")
}

fn missing(path: &str, message: &str, cause: &str) -> Diagnostic {
    Diagnostic::error(&codes::MISSING, Place::Path(path.to_owned()), message).cause(cause).hint("run `passmuster init`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::memory::MemoryTree;
    use crate::roster;
    use proptest::prelude::*;

    const POLICY: &str = "passmuster: policy/1\nrepository: 7f3k9q2m\nprofile: solo\nprotect: [main]\n";

    fn said(tree: &MemoryTree) -> Vec<String> {
        let checked = run(tree, Reader::Full).unwrap();
        checked.findings.iter().map(|finding| format!("{} {}", finding.place, finding.code)).collect()
    }

    #[test]
    fn what_is_missing_is_said() {
        let expected = ["passmuster.yaml project/missing", "plan/03-execution-plan.md project/missing"];
        assert_eq!(said(&MemoryTree::default()), expected);
        let tree = MemoryTree::from([(policy::PATH, POLICY), ("plan/epics/a.md", "- [ ] T-01: a\n")]);
        assert_eq!(said(&tree), [""; 0]);
    }

    #[test]
    fn a_text_without_items_is_no_plan_to_rely_on() {
        let tree = MemoryTree::from([(policy::PATH, POLICY), (PLAN_PATH, "\0\0\0")]);
        assert_eq!(said(&tree), ["plan/03-execution-plan.md project/no-items"]);
    }

    #[test]
    fn paths_leave_what_is_in_them() {
        let mut checked = run(&MemoryTree::default(), Reader::Full).unwrap();
        checked.only(&[RepoPath::from("plan")]);
        assert_eq!(checked.findings.len(), 1);
        assert!(checked.has_errors());
        checked.only(&[RepoPath::from("pl")]);
        assert!(!checked.has_errors());
    }

    /// A small project with every kind of file that is read.
    const PROJECT: [(&str, &str); 5] = [
        (
            policy::PATH,
            "passmuster: policy/1\nrepository: 7f3k9q2m\nprofile: team\nprotect: [main, 'release/*']\ngates:\n  lint: { run: \"true\", inputs: [\"src/**\"] }\n",
        ),
        (
            roster::PATH,
            "passmuster: roster/1\nmembers:\n  - name: ada\n    email: ada@example.org\n    roles: [lead]\nteams:\n  core: [ada]\n",
        ),
        (
            PLAN_PATH,
            "---\npassmuster: plan/1\ntitle: Tür 👍\n---\n## Phase 1: a\n\n- [ ] T-01: b @ada ~4h–2d P1 #x\n  - needs: T-02 (technical: é)\n  - touches: src/**\n- [x] **T-02** c `d` (depends on T-01)\n\n| ID | Task | Needs |\n|---|---|---|\n| T-03 | e | T-01, T-02 |\n\n```\n- [ ] T-04: no\n```\n",
        ),
        (
            "plan/epics/a.md",
            "---\nid: E-1\nstatus: open\nneeds: [T-01]\n---\n# f\r\n\r\n1. [ ] T-05: g\r\n   - gates: +lint, -x\r\n",
        ),
        (
            "plan/waivers/2026-11-21-a.md",
            "---\npassmuster: waiver/1\nstate: granted\nitem: T-01\ngate: lint\nuntil: 2026-12-01\nsteps:\n  - { to: granted, by: ada, at: 2026-11-21T10:00:00Z }\n---\n## Reason\n\nh\n",
        ),
    ];

    /// Reads the project with one file replaced, by both readers; every finding has to lie in its text.
    fn survives(path: &str, bytes: &[u8]) {
        let files = PROJECT.map(|(name, text)| (name, if name == path { bytes } else { text.as_bytes() }));
        let tree = MemoryTree::from(files);
        for reader in [Reader::Fast, Reader::Full] {
            for finding in run(&tree, reader).unwrap().findings {
                let places = std::iter::once(&finding.place).chain(finding.labels.iter().map(|label| &label.place));
                for place in places {
                    if let Place::Text { source, span } = place {
                        assert!(source.text().get(span.range()).is_some(), "{finding:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn files_cut_at_any_byte_are_read() {
        for (path, text) in PROJECT {
            (0..=text.len()).for_each(|end| survives(path, &text.as_bytes()[..end]));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_in_a_file_are_read(
            file in 0..PROJECT.len(),
            at in 0usize..400,
            bytes in proptest::collection::vec(any::<u8>(), 0..80),
            signs in "[-\\[\\]{}:,&*!|>'\"%#~`<() \n\r\t0a@👍\u{feff}\u{202e}\u{0}]{0,12}",
        ) {
            let (path, text) = PROJECT[file];
            survives(path, &bytes);
            let at = text.floor_char_boundary(at);
            survives(path, [&text[..at], &signs, &text[at..]].concat().as_bytes());
        }
    }
}
