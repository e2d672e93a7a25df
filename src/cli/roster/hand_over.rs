//! `roster merge`, `roster move`: members change places, and their work is handed on.

use super::super::record::Office;
use super::super::workspace::readable_plan;
use super::super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::id::RepoPath;
use crate::plan::Reader;
use crate::project;
use crate::record::kinds;
use crate::report::foreign;
use crate::verb::record::{self, Written};
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
    change(context, None, |scene| hand_over::merge(scene, &args.from, &args.into))
}

pub fn relocate(context: &Context, args: &MoveArgs) -> Result<Exit, Failure> {
    let heir = args.work_to.as_deref();
    change(context, heir, |scene| hand_over::relocate(scene, &args.member, &args.team, heir))
}

fn change(
    context: &Context,
    heir: Option<&str>,
    how: impl FnOnce(&Scene<'_>) -> Result<Outcome, Failure>,
) -> Result<Exit, Failure> {
    let office = Office::open(context)?;
    let workspace = office.workspace();
    let roster = match super::read(workspace)? {
        Ok(roster) => roster.ok_or_else(super::none)?,
        Err(findings) => return context.report(&findings),
    };
    let plan = match readable_plan(workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(findings) => return context.report(&findings),
    };
    let policy = project::read_policy(&workspace.tree, &mut Sink::new())?;
    let mut records = Vec::new();
    for kind in kinds::ALL {
        records.extend(record::list(&workspace.tree, kind, false, &mut Sink::new())?);
    }
    let scene = Scene { plan, policy: policy.as_ref(), roster: &roster, records: &records };
    let mut outcome = how(&scene)?;
    let handed_on = heir.map_or(Ok(Vec::new()), |heir| hand_on(&office, &mut outcome, heir))?;
    if let Some(changed) = &outcome.plan {
        workspace.rewrite(plan, &changed.files)?;
    }
    super::write(workspace, Some(&roster), &outcome.roster)?;
    let mut out = format!("{}: changed\n", crate::roster::PATH);
    if let Some(text) = &outcome.policy {
        workspace.tree.write(&RepoPath::from(crate::policy::PATH), text.as_bytes())?;
        out.push_str(&format!("{}: changed\n", crate::policy::PATH));
    }
    for id in &outcome.reassigned {
        out.push_str(&format!("{}: has another owner\n", foreign::line(id)));
    }
    for written in &handed_on {
        office.store(written)?;
        out.push_str(&format!("{}: handed on\n", foreign::line(written.record.path())));
    }
    context.output.print(&out)?;
    for left in &outcome.left {
        context.output.say(&format!("left to you: {}", foreign::line(left)));
    }
    context.output.say("next: `passmuster check`, and commit it; a change of the roster needs an approval");
    Ok(Exit::Passed)
}

/// The records that the heir looks after from now on; what the actor may not hand on is left to those who may.
fn hand_on(office: &Office, outcome: &mut Outcome, heir: &str) -> Result<Vec<Written>, Failure> {
    let records = std::mem::take(&mut outcome.handed_on);
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let heir = heir.trim_start_matches('@');
    let answers =
        office.at_desk(|desk| records.iter().map(|one| desk.hand_on(one, heir, None)).collect::<Result<Vec<_>, _>>());
    let mut handed_on = Vec::new();
    for (record, answer) in records.iter().zip(answers?) {
        match answer {
            Ok(written) => handed_on.push(written),
            Err(_) => outcome.left.push(hand_over::theirs(record, heir)),
        }
    }
    Ok(handed_on)
}
