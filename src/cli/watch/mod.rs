//! `watch`: says what happens to the project while it happens, and runs what the policy names for it.

mod memory;
mod place;
mod reaction;

use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::report::json::{self, v1};
use crate::report::{Format, foreign};
use crate::verb::watch::{Event, Look, View, between, standing_calls};
use crate::watch::{How, Wake, Watcher};
use memory::Memory;
pub(super) use place::Ground;
use reaction::{Errand, Reactions};
use std::time::{Duration, SystemTime};

/// How often everything is looked at although nothing happened: there are changes that no event tells of.
const LOOK_ANYWAY: Duration = Duration::from_secs(30 * 60);

/// How soon a look that failed is tried again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each event is one line. With `--format json` it is one JSON object a line, in the envelope of all answers.

Reactions stand in the policy, under `on:`, and count as soon as they have landed on the protected branch:

  on:
    gate-failed: notify-send \"a gate failed\"

A reaction reads the events from its standard input, one JSON object a line.")]
pub struct WatchArgs {
    /// Say what happened since the last look, and end
    #[arg(long)]
    once: bool,

    /// Run COMMAND whenever something changes, with the changed paths as JSON on its standard input
    #[arg(long, value_name = "COMMAND", conflicts_with = "once")]
    exec: Option<String>,

    /// Look every SECONDS instead of waiting for the system's events
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    poll: Option<u64>,
}

/// Watches until it is interrupted.
///
/// # Errors
/// The repository cannot be read.
pub fn run(context: &Context, args: WatchArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let mut memory = Memory::open(&bench.repo)?;
    if !memory.is_ours() {
        context.output.say("another watcher runs here: this one tells, and leaves reactions to the other");
    }
    let mut session = Session { context, ground: Ground::default(), reactions: Reactions::new(&bench.repo) };
    if args.once {
        if memory.last().is_none() {
            context.output.say("nothing to compare with yet: this look is remembered");
        }
        session.look(&bench, &mut memory)?;
        session.reactions.finish(context);
        return Ok(Exit::Passed);
    }
    // The places are followed before the first look, so that nothing happens unseen between the two.
    let mut watcher = Watcher::new(Ground::places(&bench)?, args.poll.map(Duration::from_secs));
    say_how(context, watcher.how());
    let errand = args.exec.map(|command| Errand::start(command, bench.repo.work_dir().unwrap_or(bench.repo.git_dir())));
    let mut due = session.look(&bench, &mut memory)?;
    context.output.say(&memory.last().map(summary).unwrap_or_default());
    drop(bench);
    let mut failed = false;
    let mut anyway = SystemTime::now() + LOOK_ANYWAY;
    loop {
        let until = if failed { SystemTime::now() + LOOK_AGAIN } else { due.map_or(anyway, |due| due.min(anyway)) };
        if let Wake::Changed(changed) = watcher.next(until) {
            if let Some(errand) = &errand {
                errand.send(&changed);
            }
            session.ground.note(&changed);
        }
        if SystemTime::now() >= anyway {
            session.ground.note_everything();
            anyway = SystemTime::now() + LOOK_ANYWAY;
        }
        // A new look opens the repository anew: packs, refs and settings may all be others.
        match session.look_again(&mut memory) {
            Ok((bench, next)) => {
                due = next;
                // What happened in a folder before it was followed was told by nobody.
                while watcher.follow(Ground::places(&bench)?) {
                    session.ground.note_everything();
                    due = session.look(&bench, &mut memory)?;
                }
                session.tell_of(watcher.how().clone());
                failed = false;
            }
            // The repository may be in the middle of something: a file was there, and is not when it is read.
            Err(failure) => {
                if !failed {
                    context.output.say(&format!("could not look: {}", failure.message));
                }
                session.ground.note_everything();
                failed = true;
            }
        }
    }
}

/// What lasts from look to look.
struct Session<'a> {
    context: &'a Context,
    ground: Ground,
    reactions: Reactions,
}

impl Session<'_> {
    fn look_again(&mut self, memory: &mut Memory) -> Result<(Bench, Option<SystemTime>), Failure> {
        let bench = Bench::open(self.context)?;
        let due = self.look(&bench, memory)?;
        Ok((bench, due))
    }

    /// Takes a view, tells what happened since the last one, and remembers it. Returns when time alone changes it.
    fn look(&mut self, bench: &Bench, memory: &mut Memory) -> Result<Option<SystemTime>, Failure> {
        let landing = bench.landing(None);
        self.reactions.allow(bench, landing.as_ref().ok())?;
        let Look { view, next, .. } = self.ground.view(bench, landing)?;
        let events = memory.last().map_or_else(|| standing_calls(&view), |last| between(last, &view));
        self.tell(&events)?;
        if memory.is_ours() {
            self.reactions.to(&events);
        }
        self.reactions.report(self.context);
        memory.keep(view)?;
        Ok(next.map(SystemTime::from))
    }

    fn tell(&self, events: &[Event]) -> Result<(), Failure> {
        let output = &self.context.output;
        for event in events {
            output.print(&match self.context.format {
                Format::Json => json::line("event", &v1::Event::of(event)),
                _ => format!("{}: {}\n", event.occasion.name(), foreign::line(&event.text)),
            })?;
        }
        Ok(())
    }

    fn tell_of(&mut self, how: How) {
        if self.ground.how.as_ref() != Some(&how) {
            if self.ground.how.is_some() {
                say_how(self.context, &how);
            }
            self.ground.how = Some(how);
        }
    }
}

fn say_how(context: &Context, how: &How) {
    if let How::Polling { every, why, hint } = how {
        context.output.say(&format!("looking every {} seconds: {why}", every.as_secs()));
        if let Some(hint) = hint {
            context.output.say(&format!("hint: {hint}"));
        }
    }
}

/// One line on where the project stands.
fn summary(view: &View) -> String {
    use crate::report::plural;
    let standing = |name: &str| view.items.values().filter(|item| item.standing == name).count();
    let open =
        view.gates.values().filter(|gate| !matches!(gate.state.as_str(), "satisfied" | "waived" | "not-applicable"));
    let mut parts = vec![
        format!("{}, {} done, {} ready", plural(view.items.len(), "item"), standing("done"), standing("ready")),
        plural(view.findings.len(), "finding"),
    ];
    match (open.count(), view.gates.len()) {
        (_, 0) => {}
        (open, all) => parts.push(format!("{open} of {} open", plural(all, "gate"))),
    }
    format!("watching: {}", parts.join("; "))
}
