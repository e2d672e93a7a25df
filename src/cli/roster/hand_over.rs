//! `roster merge`, `roster move`: members change places, and their work is handed on.

use super::super::workspace::{Workspace, readable_plan};
use super::super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::id::RepoPath;
use crate::plan::Reader;
use crate::project;
use crate::record::kinds;
use crate::report::foreign;
use crate::verb::record;
use crate::verb::roster::hand_over::{self, Outcome, Scene};

#[derive(Debug, clap::Args)]
pub struct MergeArgs {
    /// Whose entry goes
    #[arg(value_name = "MEMBER")]
    from: String,

    /// Who gets what it has
    #[arg(value_name = "INTO")]
    into: String,
}

#[derive(Debug, clap::Args)]
pub struct MoveArgs {
    member: String,

    team: String,

    /// Who takes over their open work
    #[arg(long, value_name = "MEMBER")]
    work_to: Option<String>,
}

pub fn merge(context: &Context, args: &MergeArgs) -> Result<Exit, Failure> {
    change(context, |scene| hand_over::merge(scene, &args.from, &args.into))
}

pub fn relocate(context: &Context, args: &MoveArgs) -> Result<Exit, Failure> {
    change(context, |scene| hand_over::relocate(scene, &args.member, &args.team, args.work_to.as_deref()))
}

fn change(context: &Context, how: impl FnOnce(&Scene<'_>) -> Result<Outcome, Failure>) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    let roster = match super::read(&workspace)? {
        Ok(roster) => roster.ok_or_else(super::none)?,
        Err(findings) => return context.report(&findings),
    };
    let plan = match readable_plan(&workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(findings) => return context.report(&findings),
    };
    let policy = project::read_policy(&workspace.tree, &mut Sink::new())?;
    let mut records = Vec::new();
    for kind in kinds::ALL {
        records.extend(record::list(&workspace.tree, kind, false, &mut Sink::new())?);
    }
    let scene = Scene { plan, policy: policy.as_ref(), roster: &roster, records: &records };
    let outcome = how(&scene)?;
    if let Some(changed) = &outcome.plan {
        workspace.rewrite(plan, &changed.files)?;
    }
    super::write(&workspace, Some(&roster), &outcome.roster)?;
    let mut out = format!("{}: changed\n", crate::roster::PATH);
    if let Some(text) = &outcome.policy {
        workspace.tree.write(&RepoPath::from(crate::policy::PATH), text.as_bytes())?;
        out.push_str(&format!("{}: changed\n", crate::policy::PATH));
    }
    for id in &outcome.reassigned {
        out.push_str(&format!("{}: has another owner\n", foreign::line(id)));
    }
    context.output.print(&out)?;
    for left in &outcome.left {
        context.output.say(&format!("left to you: {}", foreign::line(left)));
    }
    context.output.say("next: `passmuster check`, and commit it; a change of the roster needs an approval");
    Ok(Exit::Passed)
}
