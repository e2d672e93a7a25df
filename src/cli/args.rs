//! What can be typed. The doc comments are the help texts.

#[cfg(feature = "tui")]
use super::board;
use super::{
    approve, assign, audit, blame, block, buffer, check, completions, coverage, dashboard, decide, demo, diff, doctor,
    done, edit, evidence, explain, export, fmt, forecast, gate, handoff, hooks, import, incident, init, kickoff, load,
    log, lsp, man, metrics, msg, next, overdue, phase, plan, policy, preflight, query, record, remediate, report,
    retro, review, risk, roster, schedule, schema, show, start, status, suggest, sync, triggers, verify, waive, watch,
    whatif,
};
use crate::report::Format;
use anstream::ColorChoice;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

/// Let the plan decide what merges
///
/// The plan is the merge policy, a tick in it is only a claim, and a claim passes on evidence that passmuster
/// itself produced.
///
/// Exit status: 0 passed, 1 findings or refused, 2 arguments, 3 could not judge, 130 interrupted.
#[derive(Debug, clap::Parser)]
#[command(name = "passmuster", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Args {
    #[command(flatten)]
    pub global: Global,

    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Debug, clap::Args)]
pub struct Global {
    /// Run as if started in DIR
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".", hide_default_value = true)]
    pub dir: PathBuf,

    /// Form of the results
    #[arg(long, global = true, value_parser = format_parser(), default_value = "human")]
    pub format: Format,

    /// When to use colours; auto also looks at NO_COLOR
    #[arg(long, value_name = "WHEN", global = true, value_parser = colour_parser(), default_value = "auto")]
    pub color: ColorChoice,

    /// Print results only, no messages and no progress
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// One variant for each thing that can be done, in the order of the help.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Set a repository up: policy, plan, roster
    Init(init::InitArgs),

    /// Report every mistake in plan, policy and roster
    Check(check::CheckArgs),

    /// Show what can be begun, in which order, and why the rest waits
    Next(next::NextArgs),

    /// Ask about the plan as a whole: what decides when it is done
    Plan(plan::PlanArgs),

    /// Forecast when the plan is done, and how likely
    Forecast(forecast::ForecastArgs),

    /// Show how large the plan's buffers are, and whether they hold
    Buffer(buffer::BufferArgs),

    /// Say who does what when
    Schedule(schedule::ScheduleArgs),

    /// Show how busy everybody is, week by week
    Load(load::LoadArgs),

    /// Tell when all would be done if something were different
    Whatif(whatif::WhatifArgs),

    /// Show one item with its needs, criteria and gates
    Show(show::ShowArgs),

    /// Show how far the plan is, what is amiss, and which command shows more
    Status(status::StatusArgs),

    /// Tick items: claim that they are done
    Done(done::DoneArgs),

    /// Take the ticks of items away
    Reopen(done::ReopenArgs),

    /// Change what an item says
    Set(edit::SetArgs),

    /// Write a new item
    Add(Box<edit::AddArgs>),

    /// Put an item at another place
    Move(edit::MoveArgs),

    /// Give an item another id; what needs it follows
    Rename(edit::RenameArgs),

    /// Rewrite the plan to its canonical form
    Fmt(fmt::FmtArgs),

    /// Take over the plan of another tool
    Import(import::ImportArgs),

    /// Print the plan for other programs
    Export(export::ExportArgs),

    /// Tell what has to be so before work on an item begins, and what to read
    Preflight(preflight::PreflightArgs),

    /// Take an item, so that nobody else begins it too, and go to its branch
    ///
    /// Who works on what stands in refs of Git on the server, for three days or until it is given back; to start an item
    /// again is to go on with it. An item that cannot be begun, that somebody else has, or that touches the files of one
    /// that somebody works on is refused.
    Start(start::StartArgs),

    /// Run, list or explain gates
    Gate(gate::GateArgs),

    /// Approve an item's gate, or a change of the policy
    Approve(approve::ApproveArgs),

    /// Go through the phases of a project, with a gate at the end of each
    Phase(phase::PhaseArgs),

    /// Let the review board look at the plan before work begins
    Review(review::ReviewArgs),

    /// Begin an epic, with the teams it needs
    Kickoff(kickoff::KickoffArgs),

    /// Hand work from one team to another
    Handoff(handoff::HandoffArgs),

    /// Say that items do not go on, and why
    Block(block::BlockArgs),

    /// Say that a blocker is resolved, and how
    Unblock(record::StepArgs),

    /// Show blockers, their levels, and what solved others
    Blocker(block::BlockerArgs),

    /// Declare an incident and lead it to its end; meanwhile only its items land
    Incident(incident::IncidentArgs),

    /// Propose, make and review decisions
    Decide(decide::DecideArgs),

    /// Write a task for each red gate of an item
    Remediate(remediate::RemediateArgs),

    /// Send messages, and acknowledge them
    Msg(msg::MsgArgs),

    /// Let everybody report, and name who does not
    Sync(sync::SyncArgs),

    /// List whatever is past its time; exit status 1 if anything is
    Overdue(overdue::OverdueArgs),

    /// List what calls for somebody; exit status 1 if anything does
    Triggers(triggers::TriggersArgs),

    /// Keep the risk register and the debt ledger
    Risk(risk::RiskArgs),

    /// Look back, and write what follows into the plan
    Retro(retro::RetroArgs),

    /// Ask for an exception from a gate, grant it, take it back
    Waive(waive::WaiveArgs),

    /// Judge a merge the way every door does
    Verify(verify::VerifyArgs),

    /// Judge the past moves of a protected ref
    Audit(audit::AuditArgs),

    /// Show figures about how the work goes, each with target, alarm and trend
    Metrics(metrics::MetricsArgs),

    /// Show how the project stands as a document: the war room, a day, a phase, the end
    Report(report::ReportArgs),

    /// Put together what an epic gave: results, criteria, evidence
    Collect(report::CollectArgs),

    /// Write one page for a browser that shows how the project stands
    Dashboard(dashboard::DashboardArgs),

    /// Show the war room on this terminal, live, and act from there
    #[cfg(feature = "tui")]
    Board(board::BoardArgs),

    /// Answer a question in SQL about plan, records and history
    Query(query::QueryArgs),

    /// Tell what happened to the plan, newest first
    Log(log::LogArgs),

    /// Tell who claimed an item done, and on which evidence
    Blame(blame::BlameArgs),

    /// Tell what differs in the plan between two commits, and how its scope changed
    Diff(diff::DiffArgs),

    /// Say what happens to the project while it happens, and react to it
    Watch(watch::WatchArgs),

    /// Hand out evidence in standard formats
    Evidence(evidence::EvidenceArgs),

    /// Show the policy
    Policy(policy::PolicyArgs),

    /// Give an item to a member, once it is ready to be given
    Assign(assign::AssignArgs),

    /// Tell who should do an item, and why
    Suggest(suggest::SuggestArgs),

    /// Report how far an outline of topics is covered by files
    Coverage(coverage::CoverageArgs),

    /// Import, show and change the roster: members, teams, keys
    Roster(roster::RosterArgs),

    /// Install, uninstall or look at the Git hooks
    Hooks(hooks::HooksArgs),

    /// Build a project with a server in a new folder, and play what passmuster does there
    Demo(demo::DemoArgs),

    /// Prove that the guards work: planted violations must be refused
    Doctor(doctor::DoctorArgs),

    /// Serve an editor: findings as you type, completion, and more
    Lsp(lsp::LspArgs),

    /// Print the JSON Schema of a file format
    Schema(schema::SchemaArgs),

    /// Explain the code of a finding
    Explain(explain::ExplainArgs),

    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),

    /// Print or write the manual pages
    Man(man::ManArgs),
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| Format::from_name(&name).ok_or("no format"))
}

/// The forms of a verb that has not all of them.
pub(super) fn format_among(forms: &'static [Format]) -> impl TypedValueParser<Value = Format> {
    let find = move |name: String| forms.iter().copied().find(|form| form.name() == name).ok_or("no form");
    PossibleValuesParser::new(forms.iter().map(|form| form.name())).try_map(find)
}

fn colour_parser() -> impl TypedValueParser<Value = ColorChoice> {
    PossibleValuesParser::new(["auto", "always", "never"]).map(|name| match name.as_str() {
        "always" => ColorChoice::Always,
        "never" => ColorChoice::Never,
        _ => ColorChoice::Auto,
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        super::Args::command().debug_assert();
    }
}
