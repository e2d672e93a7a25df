//! `assign`: gives an item to a member.

use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::report::json::{envelope, v1};
use crate::report::{Format, foreign};
use crate::verb::assign::{self, Outcome, Request};

#[derive(Debug, clap::Args)]
pub struct AssignArgs {
    item: String,

    member: String,

    /// Let the closest match do it, with this scope, while nobody who holds the domain can
    #[arg(long, value_name = "NOTE")]
    stretch: Option<String>,
}

/// Gives the item to the member, or says what stands against it.
///
/// # Errors
/// The item or member does not exist, or a file could not be read or written.
pub fn run(context: &Context, args: AssignArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => return context.report(&errors),
    };
    let project = &checked.project;
    let roster = project.roster.as_ref().ok_or_else(super::roster::none)?;
    let request = Request { item: args.item, member: args.member, stretch: args.stretch };
    let (index, files, warnings) = match assign::run(&project.plan, roster, project.policy.as_ref(), &request)? {
        Outcome::Refused(findings) => return context.report(&findings),
        Outcome::Assigned { index, files, warnings } => (index, files, warnings),
    };
    let changed = !files.is_empty();
    workspace.rewrite(&project.plan, &files)?;
    let id = project.plan.items[index].id.as_str();
    let member = request.member.trim_start_matches('@');
    context.output.print(&match context.format {
        Format::Json => envelope("assigned", &v1::Assigned { id, member, changed, warnings: &warnings }),
        _ => format!("{id} is {}{member}'s\n", if changed { "" } else { "already " }),
    })?;
    for warning in &warnings {
        context.output.say(&format!("warning: {}", foreign::line(warning)));
    }
    if changed {
        context.output.say(&format!("next: git commit -am \"{id}: assign to {member}\""));
    }
    Ok(Exit::Passed)
}
