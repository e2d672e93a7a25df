//! `watch`: says what happens to the project while it happens, and does what the policy names for it.
//!
//! `place` knows what to look at, `memory` keeps the last view, `live` shows it on a terminal, `reaction` runs commands,
//! `keep` refreshes generated files, `repeats` notices when the two of them go round in circles, and `service` makes the
//! system start a watcher.

mod keep;
mod live;
mod memory;
mod place;
mod reaction;
mod repeats;
mod service;

use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::policy::Policy;
use crate::report::json::{self, v1};
use crate::report::{Format, foreign};
use crate::verb::land;
use crate::verb::watch::{Event, Look, between, standing_calls};
use crate::watch::{How, Wake, Watcher};
use keep::Keeper;
use live::Screen;
use memory::Memory;
pub(super) use place::Ground;
use reaction::{Errand, Reactions};
use std::time::{Duration, SystemTime};

/// How often everything is looked at although nothing happened: there are changes that no event tells of.
const LOOK_ANYWAY: Duration = Duration::from_secs(30 * 60);

/// How soon a look that failed is tried again; each time twice as late, up to [`LATEST_AGAIN`].
const LOOK_AGAIN: Duration = Duration::from_secs(1);

const LATEST_AGAIN: Duration = Duration::from_secs(60);

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each event is one line. With `--format json` it is one JSON object a line, in the envelope of all answers.

Reactions stand in the policy, under `on:`, and count as soon as they have landed on the protected branch:

  on:
    gate-failed: notify-send \"a gate failed\"

A reaction reads the events from its standard input, one JSON object a line.

Generated files that the policy names are kept fresh:

  views:
    docs/plan.mmd: mermaid
    .github/CODEOWNERS: codeowners")]
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

    /// Let the system start a watcher of this work tree whenever you log in; shows what it would write
    #[arg(long, conflicts_with_all = ["once", "exec", "poll", "uninstall"])]
    install: bool,

    /// Take that back
    #[arg(long, conflicts_with_all = ["once", "exec", "poll"])]
    uninstall: bool,

    /// With --install or --uninstall: do it
    #[arg(long, short)]
    yes: bool,
}

/// Watches until it is interrupted, or nobody reads what it tells.
///
/// # Errors
/// The repository cannot be read.
pub fn run(context: &Context, args: WatchArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    if args.install || args.uninstall {
        let folder = bench.repo.work_dir().unwrap_or(bench.repo.git_dir());
        return service::run(context, folder, args.install, args.yes);
    }
    let memory = Memory::open(&bench.repo)?;
    if !memory.is_ours() {
        context.output.say("another watcher runs here: this one tells, and leaves reactions to the other");
    }
    let mut session = Session {
        context,
        ground: Ground::default(),
        reactions: Reactions::new(&bench.repo),
        keeper: Keeper::new(),
        screen: None,
        memory,
        is_heard: true,
    };
    if args.once {
        if session.memory.last().is_none() {
            context.output.say("nothing to compare with yet: this look is remembered");
        }
        session.look(&bench)?;
        session.reactions.finish(context);
        return Ok(Exit::Passed);
    }
    // The places are followed before the first look, so that nothing happens unseen between the two.
    let watcher = Watcher::new(Ground::places(&bench)?, args.poll.map(Duration::from_secs));
    say_how(context, watcher.how());
    session.ground.how = Some(watcher.how().clone());
    let errand = args.exec.map(|command| Errand::new(command, bench.repo.work_dir().unwrap_or(bench.repo.git_dir())));
    if errand.is_none() && context.format == Format::Human && context.output.is_live() {
        session.screen = Some(Screen::new(context.output.style()));
    }
    let due = session.look(&bench)?;
    if session.screen.is_none() {
        context.output.say(&format!("watching: {}", session.memory.last().map(live::summary).unwrap_or_default()));
    }
    drop(bench);
    session.watch(watcher, due, errand.as_ref());
    Ok(Exit::Passed)
}

/// What lasts from look to look.
struct Session<'a> {
    context: &'a Context,
    ground: Ground,
    reactions: Reactions,
    keeper: Keeper,
    /// The terminal, if there is one.
    screen: Option<Screen>,
    memory: Memory,
    /// Whether anybody reads what is told.
    is_heard: bool,
}

impl Session<'_> {
    /// Looks whenever something may have changed, until nobody reads any more. `due` is when time alone will have
    /// changed something.
    fn watch(&mut self, mut watcher: Watcher, mut due: Option<SystemTime>, errand: Option<&Errand>) {
        let mut retry: Option<Duration> = None;
        let mut anyway = SystemTime::now() + LOOK_ANYWAY;
        while self.is_heard {
            let soon = retry.map(|retry| SystemTime::now() + retry);
            let until = [Some(anyway), due, soon].into_iter().flatten().min().unwrap_or(anyway);
            match watcher.next(until) {
                Wake::Changed(changed) => {
                    if let Some(errand) = errand {
                        errand.send(&changed);
                    }
                    self.ground.note(&changed);
                }
                Wake::Time => self.ground.note_time(),
            }
            if SystemTime::now() >= anyway {
                self.ground.note_everything();
                anyway = SystemTime::now() + LOOK_ANYWAY;
            }
            match self.look_again(&mut watcher) {
                Ok(next) => (due, retry) = (next, None),
                // The repository may be in the middle of something: a file was there, and is not when it is read.
                Err(failure) => {
                    if retry.is_none() {
                        self.say(&format!("could not look: {}", failure.message));
                    }
                    self.ground.note_everything();
                    due = None;
                    retry = Some(retry.map_or(LOOK_AGAIN, |last| (last * 2).min(LATEST_AGAIN)));
                }
            }
        }
    }

    /// Looks, and once more where a folder is newly followed: what happened there before was told by nobody.
    fn look_again(&mut self, watcher: &mut Watcher) -> Result<Option<SystemTime>, Failure> {
        // The repository is opened anew: packs, refs and settings may all be others.
        let bench = Bench::open(self.context)?;
        let mut due = self.look(&bench)?;
        while watcher.follow(Ground::places(&bench)?) {
            self.ground.note_everything();
            due = self.look(&bench)?;
        }
        if self.ground.how.as_ref() != Some(watcher.how()) {
            say_how(self.context, watcher.how());
            self.ground.how = Some(watcher.how().clone());
        }
        Ok(due)
    }

    /// Takes a view, tells what happened since the last one, and remembers it. Returns when time alone changes it.
    fn look(&mut self, bench: &Bench) -> Result<Option<SystemTime>, Failure> {
        let landing = bench.landing(None);
        let rules = rules(bench)?;
        self.reactions.allow(rules.as_ref());
        let Look { view, next, project, .. } = self.ground.view(bench, landing)?;
        let known = self.memory.known().map_or_else(|| view.clone(), |before| view.or_as_in(before));
        let mut events = self.memory.known().map_or_else(|| standing_calls(&view), |before| between(before, &known));
        let mut complaints = Vec::new();
        if self.memory.is_ours() {
            if let (Some(rules), Some(project), false) = (&rules, &project, bench.repo.is_bare()) {
                let (refreshed, kept_from) = self.keeper.refresh(bench, rules, project)?;
                events.extend(refreshed);
                complaints = kept_from;
            }
            self.reactions.to(&events);
        }
        complaints.extend(self.reactions.complaints());
        self.erase();
        self.tell(&events)?;
        for complaint in &complaints {
            self.context.output.say(complaint);
        }
        self.memory.keep(view, known)?;
        self.draw()?;
        Ok(next.map(SystemTime::from))
    }

    fn tell(&mut self, events: &[Event]) -> Result<(), Failure> {
        for event in events {
            let line = match (self.context.format, &self.screen) {
                (Format::Json, _) => json::line("event", &v1::Event::of(event)),
                (_, Some(screen)) => screen.event(event),
                (_, None) => format!("{}: {}\n", event.occasion.name(), foreign::line(&event.text)),
            };
            self.is_heard &= self.context.output.offer(&line)?;
        }
        Ok(())
    }

    /// A line for people, above what the screen shows.
    fn say(&mut self, line: &str) {
        self.erase();
        self.context.output.say(line);
    }

    fn erase(&mut self) {
        if let Some(screen) = &mut self.screen {
            // Whether somebody reads is found out by what is told.
            let _ = self.context.output.print(&screen.erase());
        }
    }

    fn draw(&mut self) -> Result<(), Failure> {
        if let (Some(screen), Some(view)) = (&mut self.screen, self.memory.last()) {
            self.is_heard &= self.context.output.offer(&screen.draw(view))?;
        }
        Ok(())
    }
}

/// The policy of the side that decides, also about what does not merge; without one nothing is run or written.
fn rules(bench: &Bench) -> Result<Option<Policy>, Failure> {
    let Ok(destination) = bench.destination(None) else { return Ok(None) };
    land::policy_at(&bench.repo, &destination.guard)
}

fn say_how(context: &Context, how: &How) {
    if let How::Polling { every, why, hint } = how {
        context.output.say(&format!("looking every {} seconds: {why}", every.as_secs()));
        if let Some(hint) = hint {
            context.output.say(&format!("hint: {hint}"));
        }
    }
}
