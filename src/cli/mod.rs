//! The command line: arguments, one thin file per verb, output and exit statuses.
//!
//! Edges layer, and the only edge that may know the others, since it starts them. A verb's file holds its
//! arguments (`XArgs`) and `run(&Context, XArgs) -> Result<Exit, Failure>`; what the verb means lives in `verb/`.

mod also;
mod approve;
mod args;
mod assign;
mod audit;
mod baseline;
mod benchmark;
mod blame;
mod block;
#[cfg(feature = "tui")]
mod board;
mod branches;
mod buffer;
mod chain;
mod check;
mod codes;
mod completions;
mod coverage;
mod dashboard;
mod decide;
mod demo;
mod diff;
mod doctor;
mod done;
mod edit;
mod evidence;
mod exit;
mod explain;
mod export;
mod fmt;
mod forecast;
mod gate;
mod handoff;
mod hooks;
mod import;
mod incident;
mod init;
mod kickoff;
mod load;
mod log;
mod lsp;
mod man;
mod metrics;
mod msg;
mod next;
mod output;
mod overdue;
mod parallel;
mod past;
mod phase;
mod plan;
mod policy;
mod preflight;
mod query;
mod record;
mod remediate;
mod report;
mod retro;
mod review;
mod risk;
mod roster;
mod schedule;
mod schema;
mod show;
mod slip;
mod sop;
mod start;
mod status;
mod suggest;
mod sync;
mod triggers;
mod verify;
mod waive;
mod watch;
mod whatif;
mod wire;
mod workspace;

pub use args::Args;
pub use exit::{Exit, report_bugs};
pub use lsp::World as EditorWorld;
pub use output::{Output, Progress};

use crate::diag::{Diagnostic, Failure};
use crate::report::Format;
use args::Verb;
use clap::Parser as _;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// What every verb is given besides its own arguments.
#[derive(Debug)]
pub struct Context {
    /// The folder to work in: that of `-C`, or `.`.
    pub dir: PathBuf,
    pub format: Format,
    pub output: Output,
}

impl Context {
    /// Prints findings in the asked form and tells how a run that found them ends.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn report(&self, found: &[Diagnostic]) -> Result<Exit, Failure> {
        self.output.findings(found, self.format)?;
        Ok(if found.iter().any(Diagnostic::is_error) { Exit::Findings } else { Exit::Passed })
    }
}

/// Runs the command line `args` (the program's name first).
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if let [_, only] = &args[..]
        && (only == "--version" || only == "-V")
    {
        // Half of this run would be spent on setting up verbs that nobody asked for.
        let _ = writeln!(std::io::stdout(), "passmuster {}", env!("CARGO_PKG_VERSION"));
        return Exit::Passed.into();
    }
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // Help and version are results; a reader that went away is as good as one that read them.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Passed }.into();
        }
    };
    let context = Context {
        dir: args.global.dir,
        format: args.global.format,
        output: Output::new(args.global.color, args.global.quiet),
    };
    let end = run(&context, args.verb).unwrap_or_else(|failure| {
        context.output.fail(&failure);
        failure.kind.into()
    });
    end.into()
}

fn run(context: &Context, verb: Verb) -> Result<Exit, Failure> {
    match verb {
        Verb::Init(args) => init::run(context, args),
        Verb::Check(args) => check::run(context, args),
        Verb::Next(args) => next::run(context, args),
        Verb::Plan(args) => plan::run(context, args),
        Verb::Forecast(args) => forecast::run(context, &args),
        Verb::Buffer(args) => buffer::run(context, &args),
        Verb::Show(args) => show::run(context, args),
        Verb::Status(args) => status::run(context, args),
        Verb::Done(args) => done::run(context, args),
        Verb::Reopen(args) => done::reopen(context, args),
        Verb::Set(args) => edit::set(context, args),
        Verb::Add(args) => edit::add(context, *args),
        Verb::Move(args) => edit::relocate(context, args),
        Verb::Rename(args) => edit::rename(context, args),
        Verb::Fmt(args) => fmt::run(context, args),
        Verb::Export(args) => export::run(context, args),
        Verb::Import(args) => import::run(context, args),
        Verb::Policy(args) => policy::run(context, args),
        Verb::Preflight(args) => preflight::run(context, &args),
        Verb::Start(args) => start::run(context, &args),
        Verb::Gate(args) => gate::run(context, args),
        Verb::Approve(args) => approve::run(context, args),
        Verb::Phase(args) => phase::run(context, args),
        Verb::Review(args) => review::run(context, args),
        Verb::Kickoff(args) => kickoff::run(context, args),
        Verb::Handoff(args) => handoff::run(context, args),
        Verb::Block(args) => block::block(context, args),
        Verb::Unblock(args) => block::unblock(context, &args),
        Verb::Blocker(args) => block::run(context, args),
        Verb::Incident(args) => incident::run(context, args),
        Verb::Decide(args) => decide::run(context, args),
        Verb::Remediate(args) => remediate::run(context, args),
        Verb::Msg(args) => msg::run(context, args),
        Verb::Sync(args) => sync::run(context, args),
        Verb::Overdue(args) => overdue::run(context, &args),
        Verb::Triggers(args) => triggers::run(context, &args),
        Verb::Risk(args) => risk::run(context, args),
        Verb::Retro(args) => retro::run(context, args),
        Verb::Waive(args) => waive::run(context, args),
        Verb::Verify(args) => verify::run(context, args),
        Verb::Audit(args) => audit::run(context, args),
        Verb::Metrics(args) => metrics::run(context, &args),
        Verb::Report(args) => report::run(context, args),
        Verb::Collect(args) => report::collect(context, &args),
        Verb::Dashboard(args) => dashboard::run(context, &args),
        #[cfg(feature = "tui")]
        Verb::Board(args) => board::run(context, args),
        Verb::Query(args) => query::run(context, &args),
        Verb::Log(args) => log::run(context, &args),
        Verb::Blame(args) => blame::run(context, &args),
        Verb::Diff(args) => diff::run(context, &args),
        Verb::Watch(args) => watch::run(context, args),
        Verb::Evidence(args) => evidence::run(context, args),
        Verb::Assign(args) => assign::run(context, args),
        Verb::Suggest(args) => suggest::run(context, &args),
        Verb::Coverage(args) => coverage::run(context, &args),
        Verb::Roster(args) => roster::run(context, args),
        Verb::Hooks(args) => hooks::run(context, args),
        Verb::Demo(args) => demo::run(context, args),
        Verb::Doctor(args) => doctor::run(context, args),
        Verb::Lsp(args) => lsp::run(context, args),
        Verb::Load(args) => load::run(context, &args),
        Verb::Whatif(args) => whatif::run(context, &args),
        Verb::Schedule(args) => schedule::run(context, &args),
        Verb::Schema(args) => schema::run(context, args),
        Verb::Explain(args) => explain::run(context, args),
        Verb::Completions(args) => completions::run(context, args),
        Verb::Man(args) => man::run(context, args),
    }
}
