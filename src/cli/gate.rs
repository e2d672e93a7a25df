//! `gate run`, `gate list`, `gate explain`.

use super::wire::{self, Bench};
use super::{Context, Exit, remediate};
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::evidence::{GateResult, Outcome};
use crate::gate::assess::{Requirement, Scene, State, Subject};
use crate::gate::reports::subject_of;
use crate::id::{GateName, RepoPath};
use crate::judge::{self, Move};
use crate::policy::{self, GateKind, Level, Remediation};
use crate::port::History as _;
use crate::report::json::{self, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, foreign};
use crate::run;
use crate::sign::Signer;
use crate::verb::gate::{self, Producer, Request, Seen, Task};
use std::collections::BTreeMap;

#[derive(Debug, clap::Args)]
pub struct GateArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Run gates and record the results as evidence
    ///
    /// Each gate runs in a clean export of its declared inputs, taken from what would land: the merge of HEAD into
    /// the protected branch. What the work tree holds beyond HEAD is not tested. A result for the same key is
    /// reused and not run again.
    Run(RunArgs),

    /// List the gates of the policy
    List,

    /// Explain what is satisfied, by which evidence, and what made evidence stale
    Explain(ExplainArgs),
}

#[derive(Debug, clap::Args)]
struct RunArgs {
    /// Items whose gates to run; `merge` for the gates of every move
    #[arg(value_name = "ITEM", required_unless_present_any = ["missing", "gate", "baseline"])]
    items: Vec<String>,

    /// Run the gates that allow it on the protected side, to record what was red there already
    #[arg(long, conflicts_with_all = ["items", "missing"])]
    baseline: bool,

    /// Run all that the branch needs to merge
    #[arg(long)]
    missing: bool,

    /// Run only these gates
    #[arg(long, value_name = "NAME")]
    gate: Vec<String>,

    /// Run even where a result for the same key exists
    #[arg(long)]
    fresh: bool,

    /// The branch the work is meant for
    #[arg(long, value_name = "BRANCH")]
    against: Option<String>,
}

#[derive(Debug, clap::Args)]
struct ExplainArgs {
    /// The item; without it, all that the branch needs to merge
    #[arg(value_name = "ITEM")]
    item: Option<String>,

    /// The branch the work is meant for
    #[arg(long, value_name = "BRANCH")]
    against: Option<String>,
}

/// Runs, lists or explains gates.
///
/// # Errors
/// Something could not be read, run or written.
pub fn run(context: &Context, args: GateArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    match args.what {
        What::Run(args) => run_gates(context, &bench, args),
        What::List => list(context, &bench),
        What::Explain(args) => explain(context, &bench, &args),
    }
}

fn run_gates(context: &Context, bench: &Bench, args: RunArgs) -> Result<Exit, Failure> {
    // Looking through the work tree takes longer than all the rest where nothing has to run: it goes beside.
    std::thread::scope(|threads| {
        let uncommitted = threads.spawn(|| uncommitted(bench));
        let exit = run_and_record(context, bench, args)?;
        if let Some(note) = uncommitted.join().expect("asking Git does not panic")? {
            context.output.say(&note);
        }
        Ok(exit)
    })
}

fn run_and_record(context: &Context, bench: &Bench, args: RunArgs) -> Result<Exit, Failure> {
    let change = bench.landing(args.against.as_deref())?;
    let request = Request {
        items: args.items,
        missing: args.missing,
        gates: args.gate,
        fresh: args.fresh,
        baseline: args.baseline,
    };
    let signer = bench.signer()?;
    judge::survey(&bench.world(), &change, &mut Sink::new(), |scene, sink| {
        let environment = gate::environment();
        let producer = Producer {
            by: bench.actor(scene.roster, signer.as_ref())?,
            environment: environment.clone(),
            at: bench.now(),
            tree: if request.baseline { bench.protected_tree(&change)? } else { bench.tree_of(&change)? },
        };
        let files = bench.work_tree()?;
        let tasks = gate::tasks(scene, &request, &environment, &files, sink)?;
        if tasks.is_empty() && request.baseline {
            return Err(no_baseline());
        }
        if tasks.is_empty() {
            context.output.say("nothing to run: no gate with a command is asked for");
            return still_missing(context, scene, &request, sink);
        }
        let results = results(context, bench, scene, &tasks, &producer, signer.as_ref())?;
        let red = record(context, bench, scene, &tasks, results)?;
        if !red.is_empty() {
            follow_up(context, scene.policy.conduct.remediation, &red)?;
            return Ok(Exit::Findings);
        }
        still_missing(context, scene, &request, sink)
    })
}

fn no_baseline() -> Failure {
    Failure::usage("no gate that is asked for may be excused by what was red before")
        .because(format!("only gates that say `baseline: true` in {} may", policy::PATH))
        .hint("mend what is red, or have the policy changed")
}

/// The work tree is not what is tested: a note where it differs outside the plan folder.
fn uncommitted(bench: &Bench) -> Result<Option<String>, Failure> {
    if bench.repo.work_dir().is_none() {
        return Ok(None);
    }
    let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
    let dirty: Vec<RepoPath> =
        bench.repo.dirty_paths(&[])?.into_iter().filter(|path| !path.is_within(&plan_folder)).collect();
    Ok(dirty.first().map(|first| {
        let more = if dirty.len() > 1 { format!(" and {} more paths", dirty.len() - 1) } else { String::new() };
        format!("note: `{first}`{more} changed since HEAD; gates test what is committed")
    }))
}

/// Runs each key once, side by side, and gives every task its result with the end of its output.
fn results(
    context: &Context,
    bench: &Bench,
    scene: &Scene<'_>,
    tasks: &[Task],
    producer: &Producer,
    signer: Option<&Signer>,
) -> Result<Vec<Ran>, Failure> {
    let key = |task: &Task| task.keyed.key(scene.policy, &task.gate, &producer.environment);
    let mut to_run: BTreeMap<String, &Task> = BTreeMap::new();
    for task in tasks.iter().filter(|task| task.reuse.is_none()) {
        to_run.entry(key(task).to_string()).or_insert(task);
    }
    let order: Vec<(&String, &&Task)> = to_run.iter().collect();
    let covered: Vec<Vec<RepoPath>> = order.iter().map(|(_, task)| task.keyed.inputs.covered()).collect();
    let jobs: Vec<run::Job<'_>> = order
        .iter()
        .zip(&covered)
        .map(|((_, task), inputs)| run::Job { gate: &task.gate, subject: &task.name, inputs })
        .collect();
    let tree = bench.repo.tree(&producer.tree)?;
    let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
    let setting = run::Setting::new(tree.as_ref(), &plan_folder);
    let names: Vec<String> = jobs.iter().map(|job| job.gate.name.value.to_string()).collect();
    let progress = context.output.progress();
    let runs = run::many(&setting, &jobs, run::default_jobs(), &|event| match event {
        run::Progress::Started(index) => progress.start(&names[index]),
        run::Progress::Finished(index, _) => progress.finish(&names[index]),
    });
    drop(progress);
    if run::interrupted() {
        return Err(Failure {
            kind: crate::diag::FailureKind::Interrupted,
            ..Failure::new("interrupted; nothing was recorded")
        });
    }
    let mut done: BTreeMap<&String, (GateResult, Vec<u8>)> = BTreeMap::new();
    for ((key, task), ran) in order.iter().zip(runs) {
        let seen = Seen {
            outcome: ran.outcome,
            exit: ran.exit,
            tests: ran.tests,
            value: ran.value,
            note: ran.note.clone(),
            milliseconds: ran.milliseconds,
        };
        let about = producer.about(scene, &task.name, &task.gate, &task.keyed);
        let mut result = producer.result(about, seen);
        wire::sign(signer, scene.policy, &mut result)?;
        done.insert(key, (result, ran.output.tail.clone()));
    }
    // A result keeps the subject it was made for, and its signature: nobody signs what somebody else ran.
    Ok(tasks
        .iter()
        .map(|task| match &task.reuse {
            Some((result, _)) => (result.clone(), Vec::new()),
            None => done.get(&key(task).to_string()).cloned().expect("every key without a result was run"),
        })
        .collect())
}

/// A result and the end of what its command said.
type Ran = (GateResult, Vec<u8>);

/// A red gate is work: the tasks are written, or the command that writes them is named.
fn follow_up(context: &Context, policy: Remediation, red: &Red) -> Result<(), Failure> {
    for (item, gates) in red.iter().filter(|(_, gates)| !gates.is_empty()) {
        match policy {
            Remediation::Propose => {
                context.output.say(&format!("to make a task of each red gate: `passmuster remediate {item}`"));
            }
            Remediation::Write => {
                for (id, title) in remediate::write(context, item, gates)?.added {
                    context.output.say(&format!("{id} added: {}; {item} waits for it", foreign::line(&title)));
                }
            }
        }
    }
    Ok(())
}

/// The subjects with a gate that is not green, each with the gates of an item that failed.
type Red = BTreeMap<String, Vec<GateName>>;

/// Writes one report a subject and says what came of each gate. Returns what is not green.
fn record(
    context: &Context,
    bench: &Bench,
    scene: &Scene<'_>,
    tasks: &[Task],
    results: Vec<Ran>,
) -> Result<Red, Failure> {
    let files = bench.work_tree()?;
    let mut by_subject: Vec<(Subject, Vec<(usize, Ran)>)> = Vec::new();
    for (index, result) in results.into_iter().enumerate() {
        let subject = tasks[index].subject;
        match by_subject.iter_mut().find(|(known, _)| *known == subject) {
            Some((_, list)) => list.push((index, result)),
            None => by_subject.push((subject, vec![(index, result)])),
        }
    }
    let mut table = Table::new([
        ("item", Align::Left),
        ("gate", Align::Left),
        ("verdict", Align::Left),
        ("what was seen", Align::Left),
    ]);
    let mut findings = Vec::new();
    let mut red = Red::new();
    let mut written = Vec::new();
    let mut rows = Vec::new();
    for (subject, list) in by_subject {
        let results: Vec<Ran> = list.iter().map(|(_, result)| result.clone()).collect();
        let settled = settled(list.iter().map(|(index, _)| &tasks[*index]));
        let report = match settled {
            Some(report) => report,
            None => {
                let recording = gate::record(scene, &files, subject, &results)?;
                wire::store(&files, &recording)?;
                written.push(recording.path.clone());
                recording.path
            }
        };
        for (index, (result, _)) in &list {
            let task = &tasks[*index];
            let note = match &task.reuse {
                Some((_, report)) => format!("{} (reused: same key in {report})", result.note),
                None => result.note.clone(),
            };
            table.row([task.name.as_str(), result.gate.as_str(), result.outcome.name(), &note]);
            rows.push(v1::Ran {
                item: task.name.clone(),
                gate: result.gate.to_string(),
                verdict: result.outcome.name(),
                reused: task.reuse.is_some(),
                key: result.key.to_string(),
                note: result.note.clone(),
                report: report.to_string(),
            });
            // What a baseline is made for.
            let expected = subject == Subject::Baseline && result.outcome == Outcome::Fail;
            if result.outcome != Outcome::Pass && !expected {
                findings.push(gate::not_passed(result, &report));
                let gates = red.entry(task.name.clone()).or_default();
                let of_item = matches!(subject, Subject::Item(_)) && result.outcome == Outcome::Fail;
                gates.extend(of_item.then(|| result.gate.clone()));
            }
        }
    }
    match context.format {
        Format::Json => context.output.print(&json::envelope("gate-run", &v1::GateRun { results: rows }))?,
        Format::Human => context.output.print(&table.render(context.output.style()))?,
        _ => {}
    }
    if !findings.is_empty() && context.format != Format::Json {
        context.output.findings(&findings, context.format)?;
    }
    for path in &written {
        context.output.say(&format!("wrote {path}; commit it with `git add {path}`"));
    }
    Ok(red)
}

/// The report of the subject itself, if all its results stand there already.
fn settled<'a>(mut tasks: impl Iterator<Item = &'a Task>) -> Option<RepoPath> {
    let own = |task: &Task| {
        let (_, report) = task.reuse.as_ref()?;
        let path = RepoPath::from(report.as_str());
        (subject_of(path.file_name()) == Some(task.name.as_str())).then_some(path)
    };
    let first = own(tasks.next()?)?;
    tasks.all(|task| own(task).as_ref() == Some(&first)).then_some(first)
}

/// After a run for a merge, what still keeps it from landing (approvals, boxes) is said.
fn still_missing(context: &Context, scene: &Scene<'_>, request: &Request, sink: &mut Sink) -> Result<Exit, Failure> {
    if !request.missing {
        return Ok(Exit::Passed);
    }
    let subjects = gate::subjects(scene, request)?;
    let open: Vec<Diagnostic> = gate::requirements(scene, &subjects, sink)?
        .iter()
        .filter(|requirement| !requirement.state.passes() && requirement.remedy != crate::gate::assess::Remedy::RunGate)
        .map(judge::unsatisfied)
        .collect();
    if open.is_empty() {
        return Ok(Exit::Passed);
    }
    if context.format != Format::Json {
        context.report(&open)?;
    }
    Ok(Exit::Findings)
}

fn list(context: &Context, bench: &Bench) -> Result<Exit, Failure> {
    let change = bench.landing(None)?;
    judge::survey(&bench.world(), &change, &mut Sink::new(), |scene, _| {
        let mut table = Table::new([
            ("gate", Align::Left),
            ("kind", Align::Left),
            ("levels", Align::Left),
            ("what it asks", Align::Left),
        ]);
        let mut rows = Vec::new();
        let built_in = policy::Builtin::ALL.map(policy::Builtin::gate);
        for gate in scene.policy.gates.values().chain(built_in) {
            let levels: Vec<&str> = Level::ALL
                .into_iter()
                .filter(|level| scene.policy.gates_for(*level).any(|known| known.name.value == gate.name.value))
                .map(Level::name)
                .collect();
            if levels.is_empty() && matches!(gate.kind, GateKind::Builtin(_)) {
                continue;
            }
            let (kind, asks) = describe(&gate.kind);
            table.row([gate.name.value.as_str(), kind, &levels.join(", "), &asks]);
            rows.push(v1::GateEntry {
                gate: gate.name.value.to_string(),
                kind,
                levels: levels.iter().map(ToString::to_string).collect(),
                asks,
            });
        }
        match context.format {
            Format::Json => context.output.print(&json::envelope("gates", &rows))?,
            _ => context.output.print(&table.render(context.output.style()))?,
        }
        Ok(Exit::Passed)
    })
}

/// The kind of a gate and what it asks, in a few words.
fn describe(kind: &GateKind) -> (&'static str, String) {
    match kind {
        GateKind::Run { command, metric: None } => ("run", command.value.clone()),
        GateKind::Run { command, metric: Some(metric) } => {
            let bound =
                |word: &str, bound: Option<f64>| bound.map(|bound| format!(" {word} {bound}")).unwrap_or_default();
            ("metric", format!("{}{}{}", command.value, bound("≥", metric.min), bound("≤", metric.max)))
        }
        GateKind::Approve { role } => ("approve", format!("role {}", role.value)),
        GateKind::Checklist { document } => ("checklist", document.value.clone()),
        GateKind::Changed { paths, or } => {
            let paths: Vec<&str> = paths.iter().map(|path| path.value.as_str()).collect();
            ("changed", paths.join(", ") + &or.as_ref().map(|or| format!(", or “{or}”")).unwrap_or_default())
        }
        GateKind::Builtin(_) => ("built-in", String::new()),
    }
}

fn explain(context: &Context, bench: &Bench, args: &ExplainArgs) -> Result<Exit, Failure> {
    let change = bench.landing(args.against.as_deref())?;
    let mut sink = Sink::new();
    let request =
        Request { items: args.item.iter().cloned().collect(), missing: args.item.is_none(), ..Request::default() };
    let found = judge::survey(&bench.world(), &change, &mut sink, |scene, sink| {
        let subjects = gate::subjects(scene, &request)?;
        gate::requirements(scene, &subjects, sink)
    })?;
    show_requirements(context, &change, &found)?;
    let open = found.iter().any(|requirement| !requirement.state.passes());
    Ok(if open { Exit::Findings } else { Exit::Passed })
}

/// Prints how gates stand, with the evidence and what changed since.
pub fn show_requirements(context: &Context, change: &Move, found: &[Requirement]) -> Result<(), Failure> {
    match context.format {
        Format::Json => context.output.print(&json::envelope("requirements", &v1::requirements(found))),
        Format::Human => {
            let mut text = String::new();
            if found.is_empty() {
                text.push_str("no gate is asked for\n");
            }
            for requirement in found {
                text.push_str(&explained(requirement));
            }
            context.output.print(&text)
        }
        _ => {
            let open: Vec<Diagnostic> =
                found.iter().filter(|one| !one.state.passes()).map(judge::unsatisfied).collect();
            let open = if open.is_empty() && found.is_empty() { vec![nothing_asked(change)] } else { open };
            context.output.findings(&open, context.format)
        }
    }
}

fn nothing_asked(change: &Move) -> Diagnostic {
    Diagnostic::new(
        &crate::gate::codes::UNSATISFIED,
        crate::diag::Severity::Note,
        Place::Ref(change.target.to_string()),
        "no gate is asked for",
    )
}

fn explained(requirement: &Requirement) -> String {
    let Requirement { subject, level, gate, state, why, changed, evidence, .. } = requirement;
    let mark = match state {
        State::Satisfied | State::Waived => "✓",
        State::NotApplicable => "–",
        State::Unsatisfied => "✗",
        State::Error => "!",
    };
    let mut text = format!("{mark} {subject}  {gate} ({})  {}: {}\n", level.name(), state.name(), foreign::line(why));
    if let Some(evidence) = evidence {
        let trust =
            evidence.trust.map(|trust| format!(", {}", crate::gate::assess::trust_name(trust))).unwrap_or_default();
        text.push_str(&format!(
            "    evidence: {}{trust}, by {}, {}\n",
            foreign::line(&evidence.report),
            foreign::line(&evidence.by),
            evidence.at
        ));
    }
    for path in changed.iter().take(10) {
        text.push_str(&format!("    changed: {}\n", foreign::line(&path.to_string())));
    }
    if changed.len() > 10 {
        text.push_str(&format!("    changed: {} more paths\n", changed.len() - 10));
    }
    text
}
