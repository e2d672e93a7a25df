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
}
