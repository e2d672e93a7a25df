//! `audit sop`: whether procedures were followed.

use super::past::{LineArgs, facts};
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::facts::Facts;
use crate::id::ObjectId;
use crate::plan::Reader;
use crate::port::History as _;
use crate::project::Project;
use crate::record::book::Book;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style};
use crate::verb::sop::{self, Compliance, Course, How, Past, Sop, Total};
use clap::builder::PossibleValuesParser;

#[derive(Debug, clap::Args)]
pub struct SopArgs {
    /// Only what an item, a record or a day of this name says
    #[arg(value_name = "SUBJECT")]
    subject: Option<String>,

    /// Only this procedure
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Sop::ALL.map(Sop::name)))]
    sop: Option<String>,

    /// Show what went by its steps too
    #[arg(long, short)]
    all: bool,

    #[command(flatten)]
    line: LineArgs,
}

/// Puts the steps together again, and says which are missing.
///
/// # Errors
/// There is no policy, or the history could not be read.
pub fn run(context: &Context, args: &SopArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let facts = facts(&bench, &args.line)?;
    let tip = facts.line().next_back().map(|(id, _)| id.clone());
    let tip = tip.ok_or_else(|| Failure::new("there is no history yet").hint("commit something first"))?;
    let (mut courses, alarm) = audited(&bench, &facts, &tip)?;
    if let Some(name) = &args.sop {
        courses.retain(|course| course.sop.name() == name);
    }
    if let Some(subject) = &args.subject {
        let meant = |course: &Course| course.subject.to_lowercase().contains(&subject.to_lowercase());
        courses.retain(meant);
        if courses.is_empty() {
            return Err(Failure::usage(format!("no procedure was carried out for `{subject}`"))
                .hint("run `passmuster audit sop --all` to see for what"));
        }
    }
    let totals = sop::totals(&courses);
    context.output.print(&match context.format {
        Format::Json => envelope("sop", &answer(&totals, &courses)),
        _ => text(&totals, &courses, args.all || args.subject.is_some(), context.output.style()),
    })?;
    if !facts.is_complete() {
        context.output.say("this clone is shallow: what was done before is not known; `git fetch --unshallow`");
    }
    let fails = totals.iter().filter_map(Total::percent).any(|percent| percent < alarm);
    Ok(if fails { Exit::Findings } else { Exit::Passed })
}

/// The courses up to a commit, by the plan, the records and the policy there, with the alarm of that policy.
fn audited(bench: &Bench, facts: &Facts, tip: &ObjectId) -> Result<(Vec<Course>, u32), Failure> {
    let tree = bench.repo.tree(tip)?;
    let project = Project::read(tree.as_ref(), Reader::Fast, &mut Sink::new())?;
    let policy = project.policy.as_ref().ok_or_else(|| {
        Failure::new(format!("commit {} has no policy that can be used", tip.short())).hint("run `passmuster check`")
    })?;
    let records = Book::new(tree.as_ref());
    let past = Past {
        facts,
        plan: &project.plan,
        policy,
        roster: project.roster.as_ref(),
        records: &records,
        now: bench.now(),
    };
    Ok((sop::run(&past)?, policy.conduct.procedures.alarm))
}

fn answer<'a>(totals: &[Total], courses: &'a [Course]) -> v1::Procedures<'a> {
    let why = |how: &'a How| match how {
        How::Missing(why) | How::Unknown(why) => Some(why.as_str()),
        How::Done | How::NotCalledFor => None,
    };
    let course = |course: &'a Course| v1::Course {
        sop: course.sop.name(),
        subject: &course.subject,
        agent: course.agent.as_deref(),
        compliance: course.compliance().name(),
        steps: course
            .steps
            .iter()
            .map(|step| v1::CourseStep { step: &step.name, how: step.how.name(), why: why(&step.how) })
            .collect(),
    };
    let total = |total: &Total| v1::Procedure {
        sop: total.sop.name(),
        courses: total.courses,
        violations: total.violations,
        warnings: total.warnings,
        percent: total.percent(),
    };
    v1::Procedures { totals: totals.iter().map(total).collect(), courses: courses.iter().map(course).collect() }
}

fn text(totals: &[Total], courses: &[Course], all: bool, style: Style) -> String {
    let mut table = Table::new([
        ("procedure", Align::Left),
        ("times", Align::Right),
        ("with gaps", Align::Right),
        ("not all known", Align::Right),
        ("followed", Align::Right),
    ]);
    for total in totals {
        let percent = total.percent().map_or_else(|| "unknown".to_owned(), |percent| format!("{percent} %"));
        let [times, gaps, unknown] = [total.courses, total.violations, total.warnings].map(|count| count.to_string());
        table.row([total.sop.name(), &times, &gaps, &unknown, &percent]);
    }
    let mut out = table.render(style);
    let shown: Vec<&Course> =
        courses.iter().filter(|course| all || course.compliance() != Compliance::Compliant).collect();
    if shown.is_empty() {
        return out;
    }
    let columns = ["procedure", "subject", "who", "", "what"].map(|column| (column, Align::Left));
    let mut table = Table::new(columns);
    for course in shown {
        let told = [course.violations(), course.unknown()].concat();
        let who = course.agent.as_deref().unwrap_or("");
        let lines = if told.is_empty() { vec![String::new()] } else { told };
        for (index, line) in lines.iter().enumerate() {
            match index {
                0 => table.row([course.sop.name(), &course.subject, who, course.compliance().name(), line]),
                _ => table.row(["", "", "", "", line]),
            };
        }
    }
    out.push('\n');
    out.push_str(&table.render(style));
    out
}
