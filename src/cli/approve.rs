//! `approve`: a role says yes.

use super::wire::{self, Bench};
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::evidence;
use crate::judge;
use crate::report::foreign;
use crate::verb::approve;
use crate::verb::gate::{Producer, environment};

#[derive(Debug, clap::Args)]
pub struct ApproveArgs {
    /// The item; `merge` for the move itself; `policy` for a change of policy, roster or gate scripts
    #[arg(value_name = "ITEM")]
    item: String,

    /// The approval that is meant, where the item asks for several
    #[arg(long, value_name = "NAME")]
    gate: Option<String>,

    /// What you looked at, in a line
    #[arg(long, short = 'm', value_name = "TEXT")]
    message: Option<String>,

    /// The branch the work is meant for
    #[arg(long, value_name = "BRANCH")]
    against: Option<String>,
}

/// Records an approval, signed where a key is set up.
///
/// # Errors
/// The approver may not, or something could not be read or written.
pub fn run(context: &Context, args: ApproveArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let change = bench.landing(args.against.as_deref())?;
    let signer = bench.signer()?;
    let approval = judge::survey(&bench.world(), &change, &mut Sink::new(), |scene, _| {
        let producer = Producer {
            by: bench.actor(scene.roster, signer.as_ref())?,
            environment: environment(),
            at: bench.now(),
            tree: bench.tree_of(&change)?,
        };
        let reason = args.message.as_deref();
        let mut approval = if args.item == evidence::POLICY {
            approve::policy(scene, scene.tree, reason, &producer)?
        } else {
            approve::item(scene, &args.item, args.gate.as_deref(), reason, &producer)?
        };
        wire::sign(signer.as_ref(), scene.policy, &mut approval.result)?;
        Ok(approval)
    })?;
    let files = bench.work_tree()?;
    let recording = approve::record(&files, &approval)?;
    wire::store(&files, &recording)?;
    let how = if approval.result.signature.is_some() { "signed" } else { "unsigned" };
    context.output.print(&format!(
        "{} approved {} ({how})\n",
        foreign::line(&approval.result.by),
        foreign::line(&approval.what)
    ))?;
    context.output.say(&format!("wrote {0}; commit it with `git add {0}`", recording.path));
    Ok(Exit::Passed)
}
