//! `preflight`: what has to be so before work on an item begins.

use super::record::{Office, Typed};
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::id::ObjectId;
use crate::judge;
use crate::phase::Condition;
use crate::record::kinds::RECEIPT;
use crate::report::json::{envelope, v1};
use crate::report::{Format, foreign};
use crate::verb::preflight::{self, Outcome};

#[derive(Debug, clap::Args)]
pub struct PreflightArgs {
    /// Item to begin
    #[arg(value_name = "ITEM")]
    item: String,

    /// Say that you have read what is to be read: writes a receipt
    #[arg(long)]
    read: bool,
}

/// Shows what has to be so and what is to be read, or keeps that it was read.
///
/// # Errors
/// The item is unknown, nothing is protected yet, or a file could not be read or written.
pub fn run(context: &Context, args: &PreflightArgs) -> Result<Exit, Failure> {
    let office = Office::open(context)?;
    let reader = office.at_desk(|desk| Ok(desk.actor.to_string()))?;
    let bench = Bench::open(context)?;
    let change = bench.landing(None)?;
    let mut sink = Sink::new();
    let look =
        |scene: &crate::gate::assess::Scene<'_>, sink: &mut Sink| preflight::run(scene, &args.item, &reader, sink);
    let found = judge::survey(&bench.world(), &change, &mut sink, look)?;
    if args.read {
        let unread = found.unread();
        if unread.is_empty() {
            context.output.say("there is nothing that you have not read");
            return Ok(Exit::Passed);
        }
        let typed = Typed::default().many("read", &unread);
        return office.write(context, |desk| desk.open(&RECEIPT, &typed.new_record(&format!("Read for {}", found.id))));
    }
    context.output.print(&match context.format {
        Format::Json => envelope("preflight", &answer(&found)),
        _ => page(&found),
    })?;
    if !found.unread().is_empty() {
        context.output.say(&format!("when you have read it: passmuster preflight {} --read", found.id));
    }
    Ok(if found.is_clear() { Exit::Passed } else { Exit::Findings })
}

fn page(found: &Outcome) -> String {
    let mut out = format!("{}\n", found.id);
    for point in &found.points {
        let mark = if point.met { "yes" } else { "no " };
        out.push_str(&format!("  {mark}  {}", point.what));
        if !point.met {
            out.push_str(&format!(": {}\n       {}", foreign::line(&point.why), point.hint));
        }
        out.push('\n');
    }
    for (document, read) in &found.reading {
        let mark = if *read { "yes" } else { "no " };
        let path = document.path.to_string();
        let id = document.id.as_ref().map_or("not there", ObjectId::short);
        out.push_str(&format!("  {mark}  read {} ({id})\n", foreign::line(&path)));
    }
    out
}

fn answer(found: &Outcome) -> v1::Preflight<'_> {
    let points = found.points.iter();
    let points = points.map(|Condition { what, met, why, hint }| v1::PhaseNeed { what, met: *met, why, hint });
    let reading = found.reading.iter().map(|(document, read)| v1::ToRead {
        path: document.path.to_string(),
        object: document.id.as_ref().map(ObjectId::as_str),
        asked: &document.asked,
        read: *read,
    });
    v1::Preflight { item: &found.id, clear: found.is_clear(), points: points.collect(), reading: reading.collect() }
}
