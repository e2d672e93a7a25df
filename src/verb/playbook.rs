//! `plan new`: an epic from a playbook, as a plan file of its own.

use super::record::own_template;
use crate::diag::{Diagnostic, Failure, Sink, nearest};
use crate::id::{ItemId, RepoPath};
use crate::plan::{self, Plan, Reader};
use crate::port::Tree;
use crate::project::EPICS_FOLDER;
use crate::record::TEMPLATES;
use crate::text::Source;

/// The playbooks that come with the tool: name, what for, text.
pub const PLAYBOOKS: [(&str, &str, &str); 6] = [
    ("epic", "an epic with one task, to be filled in", include_str!("../../templates/playbooks/epic.md")),
    ("feature", "designed once, built side by side, proven", include_str!("../../templates/playbooks/feature.md")),
    ("incident", "something in use is broken", include_str!("../../templates/playbooks/incident.md")),
    (
        "security-incident",
        "somebody got in, or could have",
        include_str!("../../templates/playbooks/security-incident.md"),
    ),
    ("migration", "widen, fill, switch, narrow", include_str!("../../templates/playbooks/migration.md")),
    ("debt", "pay back what was put off", include_str!("../../templates/playbooks/debt.md")),
];

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The id of the epic; those of its tasks begin with it.
    pub id: &'a str,
    pub title: &'a str,
    pub playbook: &'a str,
}

/// A plan file to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub path: RepoPath,
    pub text: String,
}

/// The plan file of a new epic: from the user's `plan/templates/playbook-NAME.md`, else from the tool's.
///
/// It is a plan without mistakes, or there is none, but the findings.
///
/// # Errors
/// The id is none or taken, there is no such playbook, or a file could not be read.
pub fn run(tree: &dyn Tree, plan: &Plan, request: &Request<'_>) -> Result<Result<Outcome, Vec<Diagnostic>>, Failure> {
    let Request { id, title, playbook } = *request;
    // Ids of tasks are longer than the epic's.
    if ItemId::parse(id).is_none() || ItemId::parse(&format!("{id}-DESIGN")).is_none() {
        return Err(Failure::usage(format!("`{id}` cannot be the id of an epic"))
            .because("an id has letters, digits, `.`, `_`, `-`, and the ids of its tasks, which begin with it, have at most 64")
            .hint("write a short one, such as `PAY`"));
    }
    if plan.find(id).is_some() {
        return Err(Failure::usage(format!("the plan has an item `{id}` already")).hint("choose another id"));
    }
    let path = RepoPath::from(EPICS_FOLDER).join(format!("{id}.md"));
    if tree.kind(&path)?.is_some() {
        return Err(Failure::usage(format!("`{path}` is there already")).hint("choose another id"));
    }
    let title = crate::evidence::one_line(title);
    // The title comes last: it may be any text, and is not looked at again.
    let text = template(tree, playbook)?;
    let text = text.replace("{slug}", &id.to_ascii_lowercase()).replace("{id}", id).replace("{title}", &title);
    let errors = mistakes(plan, Source::new(path.to_string(), text.clone()));
    Ok(if errors.is_empty() { Ok(Outcome { path, text }) } else { Err(errors) })
}

/// What would be wrong with the plan, were the file part of it.
fn mistakes(plan: &Plan, file: Source) -> Vec<Diagnostic> {
    let mut sink = Sink::new();
    let files = plan.files.iter().map(|file| file.source.clone()).chain([file]).collect();
    let whole = plan::read(files, Reader::Full, &mut sink);
    plan::check(&whole, &mut sink);
    sink.into_sorted().into_iter().filter(Diagnostic::is_error).collect()
}

fn template(tree: &dyn Tree, name: &str) -> Result<String, Failure> {
    let known = PLAYBOOKS.iter().find(|(known, ..)| *known == name);
    // A name from the command line must not lead out of the folder.
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let path = RepoPath::from(TEMPLATES).join(format!("playbook-{name}.md"));
    let own = if plain { own_template(tree, &path)? } else { None };
    match (own, known) {
        (Some(own), _) => Ok(own.text().to_owned()),
        (None, Some((.., text))) => Ok((*text).to_owned()),
        (None, None) => {
            let names = PLAYBOOKS.map(|(name, ..)| name);
            let failure = Failure::usage(format!("there is no playbook `{name}`"))
                .because(format!("there are {}, and your own as `{TEMPLATES}/playbook-NAME.md`", names.join(", ")));
            Err(match nearest(name, names) {
                Some(near) => failure.hint(format!("write `{near}`")),
                None => failure,
            })
        }
    }
}
