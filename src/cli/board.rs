//! `board`: the war room on a terminal.

use super::args::Args;
use super::past::{LineArgs, surveyed_again};
use super::watch::Ground;
use super::wire::Bench;
use super::{Context, Exit, Output};
use crate::board::{self, End, Look};
use crate::diag::Failure;
use crate::report::Format;
use crate::verb::board::{Board, run as look_at};
use crate::watch::{Wake, Watcher};
use anstream::ColorChoice;
use clap::Parser as _;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, SystemTime};

/// Ages and levels go on although nothing happens.
const LOOK_ANYWAY: Duration = Duration::from_secs(60);

#[derive(Debug, clap::Args)]
pub struct BoardArgs {
    #[command(flatten)]
    line: LineArgs,
}

/// Shows the board until somebody leaves it.
///
/// # Errors
/// The repository cannot be read, or there is no terminal.
pub fn run(context: &Context, args: BoardArgs) -> Result<Exit, Failure> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        return Err(Failure::usage("the board needs a terminal")
            .hint("`passmuster status` and `passmuster report war-room` say the same as text"));
    }
    let look = Look { colour: context.output.style().colour };
    let bench = Bench::open(context)?;
    // The places are followed before the first look, so that nothing happens unseen between the two.
    let watcher = Watcher::new(Ground::places(&bench)?, None);
    let mut eyes = Eyes { context: silent(&context.dir), line: args.line, ground: Ground::default() };
    let first = match eyes.look(&bench)? {
        Ok(first) => first,
        Err(errors) => return context.report(&errors),
    };
    let (send, looks) = channel();
    std::thread::spawn(move || eyes.keep_looking(watcher, &send));
    let end = board::run(first, look, &looks, &mut |line| act(context, line))?;
    Ok(if end == End::Interrupted { Exit::Interrupted } else { Exit::Passed })
}

/// Nothing may be written over the panes.
fn silent(dir: &std::path::Path) -> Context {
    Context { dir: PathBuf::from(dir), format: Format::Human, output: Output::new(ColorChoice::Never, true) }
}

/// Looks again and again, on a thread of its own.
struct Eyes {
    context: Context,
    line: LineArgs,
    ground: Ground,
}

impl Eyes {
    fn look(&mut self, bench: &Bench) -> Result<Result<Board, Vec<crate::diag::Diagnostic>>, Failure> {
        let seen = self.ground.view(bench, bench.landing(None))?;
        surveyed_again(&self.context, &self.line, |survey| Ok(look_at(survey, &seen.view)))
    }

    /// Until nobody wants to see any more.
    fn keep_looking(mut self, mut watcher: Watcher, send: &Sender<Result<Board, String>>) {
        loop {
            match watcher.next(SystemTime::now() + LOOK_ANYWAY) {
                Wake::Changed(changed) => self.ground.note(&changed),
                Wake::Time => self.ground.note_everything(),
            }
            let looked = Bench::open(&self.context).and_then(|bench| {
                watcher.follow(Ground::places(&bench)?);
                self.look(&bench)
            });
            let said = match looked {
                Ok(Ok(board)) => Ok(board),
                Ok(Err(errors)) => Err(format!("the plan has {} mistakes: `passmuster check`", errors.len())),
                Err(failure) => Err(format!("could not look: {}", failure.message)),
            };
            if send.send(said).is_err() {
                return;
            }
        }
    }
}

/// Runs a command line as if it had been typed, and waits until what it said was read.
fn act(context: &Context, line: &[String]) {
    let place = context.dir.clone().into_os_string();
    let words = ["passmuster".into(), "-C".into(), place].into_iter().chain(line.iter().map(Into::into));
    context.output.say(&format!("$ passmuster {}", line.join(" ")));
    match Args::try_parse_from(words) {
        Ok(args) => {
            if let Err(failure) = super::run(context, args.verb) {
                context.output.fail(&failure);
            }
        }
        Err(error) => context.output.say(&error.to_string()),
    }
    context.output.say("\nenter: back to the board");
    let _ = io::stdin().read_line(&mut String::new());
}
