//! The generated files that the policy names: which of them are not what they should be.

use crate::diag::Failure;
use crate::export::{self, Form};
use crate::id::RepoPath;
use crate::policy::{Generated, Policy};
use crate::port::{Blob, EntryKind, Tree};
use crate::project::Project;
use crate::verb::roster::export as owners;

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    pub path: RepoPath,
    pub text: String,
}

/// The views that differ from what the project says now. `policy` is that of the protected side: a branch cannot
/// make others' machines write files by naming them.
///
/// # Errors
/// A file could not be read.
pub fn run(tree: &dyn Tree, policy: &Policy, project: &Project) -> Result<Vec<Stale>, Failure> {
    let mut stale = Vec::new();
    for (path, view) in &policy.views {
        let path = RepoPath::from(path.value.as_str());
        let Some(text) = render(*view, project) else { continue };
        let is_file = tree.kind(&path)?.is_some_and(EntryKind::is_regular);
        if !is_file || tree.blob(&path, text.len() as u64)? != Blob::Bytes(text.clone().into_bytes()) {
            stale.push(Stale { path, text });
        }
    }
    Ok(stale)
}

/// The text of a view; none where there is nothing to say it of.
fn render(view: Generated, project: &Project) -> Option<String> {
    let plan = |form| Some(export::write(&project.plan, form));
    match view {
        Generated::Codeowners => Some(owners::run(project.roster.as_ref()?, project.policy.as_ref()).text),
        Generated::Csv => plan(Form::Csv),
        Generated::Mermaid => plan(Form::Mermaid),
        Generated::Dot => plan(Form::Dot),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::Reader;
    use crate::port::memory::MemoryTree;

    const POLICY: &str = "passmuster: policy/1\nrepository: r\nprotect: [main]\nviews: { docs/plan.csv: csv, CODEOWNERS: codeowners, g.mmd: mermaid, g.dot: dot }\n";
    const ROSTER: &str = "passmuster: roster/1\nmembers:\n- {name: ann, github: ann, domains: [src/**]}\n";

    fn of(files: &[(String, String)]) -> MemoryTree {
        files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(EntryKind::File, path.as_str(), text))
    }

    #[test]
    fn only_what_differs_is_written() {
        let mut files = vec![
            (crate::policy::PATH.to_owned(), POLICY.to_owned()),
            (crate::project::PLAN_PATH.to_owned(), "- [ ] T-1: a\n".to_owned()),
            (crate::roster::PATH.to_owned(), ROSTER.to_owned()),
        ];
        let tree = of(&files);
        let project = Project::read(&tree, Reader::Full, &mut Sink::new()).expect("memory can be read");
        let policy = project.policy.as_ref().expect("it is one");
        let stale = |tree: &MemoryTree| run(tree, policy, &project).expect("memory can be read");
        let first = stale(&tree);
        let paths: Vec<String> = first.iter().map(|stale| stale.path.to_string()).collect();
        assert_eq!(paths, ["docs/plan.csv", "CODEOWNERS", "g.mmd", "g.dot"]);
        assert!(first[1].text.contains("@ann"), "{}", first[1].text);
        files.extend(first.iter().map(|stale| (stale.path.to_string(), stale.text.clone())));
        assert_eq!(stale(&of(&files)), []);
        files[3].1.push('\n');
        assert_eq!(stale(&of(&files)).len(), 1);
    }

    #[test]
    fn without_a_roster_nobody_owns_anything() {
        let tree = MemoryTree::from([(crate::policy::PATH, POLICY), (crate::project::PLAN_PATH, "- [ ] T-1: a\n")]);
        let project = Project::read(&tree, Reader::Full, &mut Sink::new()).expect("memory can be read");
        let stale = run(&tree, project.policy.as_ref().expect("it is one"), &project).expect("memory can be read");
        assert!(stale.iter().all(|stale| stale.path.to_string() != "CODEOWNERS"));
    }
}
