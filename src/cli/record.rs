//! What the verbs around records have in common: the desk they work at, and how a record is printed.

use super::wire::Bench;
use super::workspace::{Workspace, readable_plan};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::disk;
use crate::id::RepoPath;
use crate::plan::{Plan, Reader};
use crate::record::edit::Given;
use crate::record::{Kind, Record};
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, foreign};
use crate::sign::Signer;
use crate::verb::add::Place;
use crate::verb::follow_up::{self, Outcome, Task};
use crate::verb::record::{self, Advance, Answer, Desk, New, Written};

/// A record that exists.
#[derive(Debug, clap::Args)]
pub struct NameArgs {
    /// Name of the record's file, or a part of it that no other has
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// A step of a record.
#[derive(Debug, clap::Args)]
pub struct StepArgs {
    #[command(flatten)]
    pub record: NameArgs,

    /// What to note about the step, in a line
    #[arg(long, short = 'm', value_name = "TEXT")]
    pub message: Option<String>,
}

/// Who looks after a record from now on.
#[derive(Debug, clap::Args)]
pub struct HandOnArgs {
    #[command(flatten)]
    pub step: StepArgs,

    /// Who looks after it from now on
    #[arg(long, value_name = "MEMBER")]
    pub to: String,
}

#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Show closed ones too
    #[arg(long, short)]
    pub all: bool,
}

/// Where the tasks that follow from a record are to stand.
#[derive(Debug, clap::Args)]
pub struct TasksArgs {
    #[command(flatten)]
    pub record: NameArgs,

    /// Put them last in PARENT
    #[arg(long, value_name = "PARENT")]
    pub under: String,
}

/// Fields as they were typed; what was not typed is left to the template.
#[derive(Debug, Default)]
pub struct Typed {
    fields: Vec<(&'static str, Given)>,
    texts: Vec<(&'static str, String)>,
    variant: Option<String>,
}

impl Typed {
    #[must_use]
    pub fn one(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.fields.extend(value.map(|value| (name, Given::One(value.to_owned()))));
        self
    }

    #[must_use]
    pub fn many(mut self, name: &'static str, values: &[String]) -> Self {
        if !values.is_empty() {
            self.fields.push((name, Given::Many(values.to_vec())));
        }
        self
    }

    /// The document it starts from.
    #[must_use]
    pub fn variant(mut self, name: Option<&str>) -> Self {
        self.variant = name.map(str::to_owned);
        self
    }

    /// What stands below a heading.
    #[must_use]
    pub fn text(mut self, heading: &'static str, text: Option<&str>) -> Self {
        self.texts.extend(text.map(|text| (heading, text.to_owned())));
        self
    }
}

impl Typed {
    /// The record they open.
    pub fn new_record<'a>(&'a self, title: &'a str) -> New<'a> {
        New { title, variant: self.variant.as_deref(), fields: self.fields.clone(), texts: self.texts.clone() }
    }
}

/// A work tree that no other passmuster changes meanwhile, with who works there.
pub struct Office {
    workspace: Workspace,
    bench: Bench,
    signer: Option<Signer>,
    _lock: disk::Lock,
}

impl Office {
    /// # Errors
    /// There is no repository with a work tree, or another process keeps it.
    pub fn open(context: &Context) -> Result<Self, Failure> {
        let (workspace, bench) = (Workspace::open(context)?, Bench::open(context)?);
        let lock = workspace.lock()?;
        let signer = bench.signer()?;
        Ok(Self { workspace, bench, signer, _lock: lock })
    }

    /// The work tree.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Lets `work` act at a desk, and writes what comes of it.
    ///
    /// # Errors
    /// The rules cannot be read, or a file could not be read or written.
    pub fn write(
        &self,
        context: &Context,
        work: impl FnOnce(&Desk<'_>) -> Result<Answer, Failure>,
    ) -> Result<Exit, Failure> {
        match self.at_desk(work)? {
            Err(findings) => context.report(&findings),
            Ok(written) => {
                self.store(&written)?;
                print(context, &written)?;
                Ok(Exit::Passed)
            }
        }
    }

    /// Writes what follows from something into the plan.
    ///
    /// # Errors
    /// A file is not what was read any more, or cannot be written.
    pub fn rewrite(&self, plan: &Plan, outcome: &Outcome) -> Result<(), Failure> {
        outcome.changed.as_ref().map_or(Ok(()), |changed| self.workspace.rewrite(plan, &changed.files))
    }

    /// The plan, for what a record has to know of it.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn plan(&self) -> Result<&'static Plan, Failure> {
        readable_plan(&self.workspace, Reader::Fast)?
            .map_err(|_| Failure::new("the plan cannot be read").hint("run `passmuster check`"))
    }

    /// # Errors
    /// As [`write`](Self::write).
    pub fn at_desk<T>(&self, work: impl FnOnce(&Desk<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let (policy, roster) = record::rules(&self.workspace.tree)?;
        let sign = |namespace: &str, message: &[u8]| {
            self.signer.as_ref().map(|signer| signer.sign(namespace, message)).transpose()
        };
        let desk = Desk {
            tree: &self.workspace.tree,
            policy: &policy,
            roster: roster.as_ref(),
            actor: record::actor(&self.bench.actor(roster.as_ref(), self.signer.as_ref())?)?,
            now: self.bench.now(),
            sign: &sign,
        };
        work(&desk)
    }

    /// # Errors
    /// The file could not be written.
    pub fn store(&self, written: &Written) -> Result<(), Failure> {
        let path = RepoPath::from(written.record.path());
        let bytes = written.record.source.text().as_bytes();
        match written.from {
            None => self.workspace.tree.create(&path, bytes),
            Some(_) => self.workspace.tree.write(&path, bytes),
        }
    }
}

/// Writes the work that follows from a record into the plan as tasks.
///
/// # Errors
/// The record or the place is unknown, or a file could not be read or written.
pub fn tasks(context: &Context, kind: &'static Kind, args: &TasksArgs) -> Result<Exit, Failure> {
    let office = Office::open(context)?;
    let record = record::find(&office.workspace.tree, kind, &args.record.name)?;
    let plan = office.plan()?;
    let why = format!("why={}", record.path());
    let task = |title: &str| Task { title: title.to_owned(), settings: vec![why.clone()] };
    let tasks: Vec<Task> = record.work().into_iter().map(task).collect();
    let outcome = follow_up::write(plan, &tasks, &Place::Under(args.under.clone()))?;
    office.rewrite(plan, &outcome)?;
    print_tasks(context, &outcome)
}

/// Prints which tasks were written.
///
/// # Errors
/// Standard output cannot be written.
pub fn print_tasks(context: &Context, outcome: &Outcome) -> Result<Exit, Failure> {
    let json = || outcome.added.iter().map(|(id, title)| v1::FollowUp { id, title }).collect::<Vec<_>>();
    let line = |(id, title): &(String, String)| format!("{id} added: {}\n", foreign::line(title));
    context.output.print(&match context.format {
        Format::Json => envelope("follow-ups", &json()),
        _ if outcome.added.is_empty() => "nothing to add\n".to_owned(),
        _ => outcome.added.iter().map(line).collect(),
    })?;
    Ok(Exit::Passed)
}

/// Opens a record.
///
/// # Errors
/// It may not be opened so, or a file could not be read or written.
pub fn open(context: &Context, kind: &'static Kind, title: &str, typed: Typed) -> Result<Exit, Failure> {
    Office::open(context)?.write(context, |desk| desk.open(kind, &typed.new_record(title)))
}

/// Takes the step that a verb stands for.
///
/// # Errors
/// The record is unknown, the verb leads nowhere, or a file could not be read or written.
pub fn step(
    context: &Context,
    kind: &'static Kind,
    verb: &str,
    args: &StepArgs,
    typed: Typed,
) -> Result<Exit, Failure> {
    Office::open(context)?.write(context, |desk| {
        let before = record::find(desk.tree, kind, &args.record.name)?;
        desk.advance(&before, &Advance { verb, note: args.message.as_deref(), fields: typed.fields })
    })
}

/// Hands a record on to somebody else.
///
/// # Errors
/// As [`step`].
pub fn hand_on(context: &Context, kind: &'static Kind, args: &HandOnArgs) -> Result<Exit, Failure> {
    Office::open(context)?.write(context, |desk| {
        let before = record::find(desk.tree, kind, &args.step.record.name)?;
        desk.hand_on(&before, &args.to, args.step.message.as_deref())
    })
}

/// Prints what was written.
///
/// # Errors
/// Standard output cannot be written.
pub fn print(context: &Context, written: &Written) -> Result<(), Failure> {
    let record = &written.record;
    context.output.print(&match context.format {
        Format::Json => envelope("record", &v1::Record::of(record)),
        _ => {
            let by = foreign::line(&record.last_step().by.value);
            let how = if written.signed { ", signed" } else { "" };
            let way = written.from.as_ref().map_or_else(String::new, |from| format!("{from} → "));
            format!("{} {}: {way}{} by {by}{how}\n", record.kind.name, foreign::line(record.name()), record.state())
        }
    })?;
    context.output.say(&format!("wrote {0}; commit it with `git add {0}`", record.path()));
    Ok(())
}

/// Lists the records of a kind.
///
/// # Errors
/// A file could not be read.
pub fn list(context: &Context, kind: &'static Kind, args: &ListArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let mut sink = Sink::new();
    let records = record::list(&workspace.tree, kind, args.all, &mut sink)?;
    context.output.print(&match context.format {
        Format::Json => envelope("records", &records.iter().map(v1::Record::of).collect::<Vec<_>>()),
        _ => table(context, kind, &records, args.all),
    })?;
    broken(context, &sink.into_sorted());
    Ok(Exit::Passed)
}

/// Tells that files could not be read as records.
pub fn broken(context: &Context, found: &[Diagnostic]) {
    let errors = found.iter().filter(|finding| finding.is_error()).count();
    if errors > 0 {
        context.output.say(&format!("{errors} mistakes keep records from being read: run `passmuster check`"));
    }
}

fn table(context: &Context, kind: &Kind, records: &[Record], all: bool) -> String {
    if records.is_empty() {
        return format!("no {}{}\n", if all { "" } else { "open " }, kind.name);
    }
    let columns = ["name", "state", "since", "by", "title"];
    let mut table = Table::new(columns.map(|column| (column, Align::Left)));
    for record in records {
        let last = record.last_step();
        let since = last.at.value.strftime("%Y-%m-%d %H:%M").to_string();
        table.row([record.name(), record.state(), &since, &last.by.value, &record.title.value]);
    }
    table.render(context.output.style())
}

/// Shows one record: what it says, how it came to its state, and what leads on.
///
/// # Errors
/// The record is unknown or cannot be read.
pub fn show(context: &Context, kind: &'static Kind, args: &NameArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let record = record::find(&workspace.tree, kind, &args.name)?;
    context.output.print(&match context.format {
        Format::Json => envelope("record", &v1::Record::of(&record)),
        _ => page(&record),
    })?;
    Ok(Exit::Passed)
}

/// A record as people read it.
pub fn page(record: &Record) -> String {
    let line = |text: &str| foreign::line(text).into_owned();
    let mut out = format!("{}: {}\n{}\n\n", record.kind.name, line(&record.title.value), line(record.path()));
    let width = record.fields.iter().map(|field| field.name.len()).max().unwrap_or(0).max("state".len());
    out.push_str(&format!("{:width$}  {}\n", "state", record.state()));
    for field in &record.fields {
        let values: Vec<String> = field.values.iter().map(|value| line(&value.value)).collect();
        out.push_str(&format!("{:width$}  {}\n", field.name, values.join(", ")));
    }
    out.push('\n');
    for step in &record.steps {
        let at = step.at.value.strftime("%Y-%m-%d %H:%M");
        let note = step.note.as_ref().map_or_else(String::new, |note| format!(": {}", line(&note.value)));
        let signed = if step.signature.is_some() { " (signed)" } else { "" };
        out.push_str(&format!("{at}  {} by {}{signed}{note}\n", step.to.value, line(&step.by.value)));
    }
    let onward: Vec<&str> = record.kind.onward(record.state()).map(|step| step.verb).collect();
    if !onward.is_empty() {
        out.push_str(&format!("\nnext: {}\n", onward.join(", ")));
    }
    out
}

/// Prints what a record lacks to be in a state.
///
/// # Errors
/// The record is unknown or cannot be read.
pub fn check(context: &Context, kind: &'static Kind, args: &NameArgs, state: &str) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let record = record::find(&workspace.tree, kind, &args.name)?;
    let gaps = record::gaps(&record, state);
    if gaps.is_empty() {
        context.output.say(&format!("nothing is missing for it to be {state}"));
    }
    context.report(&gaps)
}
