//! `remediate`: a red gate becomes a task.

use super::record::{Office, print_tasks};
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::gate::reports::Reports;
use crate::id::GateName;
use crate::judge;
use crate::verb::follow_up::{self, Outcome};
use crate::verb::gate::{self, Request};
use crate::verb::mark;
use crate::verb::record::rules;
use crate::verb::schedule::decides;
use jiff::Timestamp;

#[derive(Debug, clap::Args)]
pub struct RemediateArgs {
    /// Item whose gates are red
    #[arg(value_name = "ITEM")]
    id: String,
}

/// Writes a task for each red gate; the item waits for them.
///
/// # Errors
/// The item is unknown, or a file could not be read or written.
pub fn run(context: &Context, args: RemediateArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let change = bench.landing(None)?;
    let mut sink = Sink::new();
    let request = Request { items: vec![args.id.clone()], ..Request::default() };
    let found = judge::survey(&bench.world(), &change, &mut sink, |scene, sink| {
        let subjects = gate::subjects(scene, &request)?;
        gate::requirements(scene, &subjects, sink)
    })?;
    let reports = Reports::new(&bench.work_tree()?).of(&args.id, &mut Sink::new())?;
    let mut red = follow_up::red(&found);
    let asked = |gate: &GateName| found.iter().any(|one| one.gate == *gate);
    for gate in follow_up::red_results(&reports, &args.id).into_iter().filter(asked) {
        if !red.contains(&gate) {
            red.push(gate);
        }
    }
    print_tasks(context, &write(context, &args.id, &red)?)
}

/// Writes a task for each of these red gates of an item.
///
/// # Errors
/// The item is unknown, or a file could not be read or written.
pub fn write(context: &Context, item: &str, red: &[GateName]) -> Result<Outcome, Failure> {
    let office = Office::open(context)?;
    let plan = office.plan()?;
    let index = mark::find(plan, item)?;
    let id = plan.items[index].id.as_str();
    let (_, roster) = rules(&office.workspace().tree)?;
    let urgent = decides(plan, roster.as_ref(), index, Timestamp::now());
    let outcome = follow_up::remediate(plan, id, red, urgent)?;
    office.rewrite(plan, &outcome)?;
    Ok(outcome)
}
