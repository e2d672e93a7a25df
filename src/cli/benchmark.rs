//! `schedule --psplib`: problems of the field's libraries instead of a plan.

use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::disk;
use crate::export::starts;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, plural};
use crate::schedule::solve::Budget;
use crate::text::{self, Source};
use crate::verb::benchmark::{self, Solved, mean_gap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long each problem is worked on when nothing else is said.
const SECONDS: Duration = Duration::from_secs(1);

#[derive(Debug, clap::Args)]
pub struct BenchmarkArgs {
    /// Schedule these problems instead of the plan: `.sm` files of PSPLIB, or files in Patterson's form
    ///
    /// `--format csv` prints the start of every job.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub psplib: Vec<PathBuf>,

    /// Work at most that long on each problem
    #[arg(long, value_name = "SECONDS", requires = "psplib", value_parser = clap::value_parser!(u32).range(1..))]
    seconds: Option<u32>,
}

/// Solves every problem and prints what was found.
///
/// # Errors
/// A file could not be read.
pub fn run(
    context: &Context,
    args: &BenchmarkArgs,
    effort: Option<u64>,
    seed: u64,
    format: Format,
) -> Result<Exit, Failure> {
    let (mut solved, mut findings) = (Vec::new(), Vec::new());
    let limit = match (args.seconds, effort) {
        (Some(seconds), _) => Some(Duration::from_secs(seconds.into())),
        (None, None) => Some(SECONDS),
        (None, Some(_)) => None,
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let progress = context.output.progress();
    for path in &args.psplib {
        let source = read(&context.dir.join(path), path)?;
        let began = Instant::now();
        let stop = || limit.is_some_and(|limit| began.elapsed() >= limit);
        let budget = Budget::schedules(effort.unwrap_or(u64::MAX)).seed(seed).threads(threads).until(&stop);
        let name = path.display().to_string();
        progress.start(&name);
        match benchmark::run(&source, &budget) {
            Ok(one) => solved.push(one),
            Err(finding) => findings.push(*finding),
        }
        progress.finish(&name);
    }
    drop(progress);
    print(context, &solved, &findings, seed, format)?;
    Ok(if findings.is_empty() { Exit::Passed } else { Exit::Findings })
}

/// A problem's text, whatever its encoding.
fn read(file: &Path, shown: &Path) -> Result<Source, Failure> {
    let bytes = disk::read(file)?.ok_or_else(|| Failure::usage(format!("there is no file `{}`", shown.display())))?;
    Ok(Source::new(shown.display().to_string(), text::decode(&bytes).text))
}

fn print(
    context: &Context,
    solved: &[Solved],
    findings: &[Diagnostic],
    seed: u64,
    format: Format,
) -> Result<(), Failure> {
    let output = &context.output;
    match format {
        Format::Json => return output.print(&envelope("benchmark", &answer(solved, findings, seed))),
        Format::Csv => {
            let starts = solved.iter().map(|one| (one.name.as_str(), &one.solution.schedule.starts[..]));
            output.print(&starts::csv(starts))?;
            findings.iter().for_each(|finding| output.say(&format!("{}: {}", finding.place, finding.message)));
            return Ok(());
        }
        _ => {}
    }
    if !solved.is_empty() {
        output.print(&table(solved, seed, output.style()))?;
    }
    output.findings(findings, Format::Human)
}

fn table(solved: &[Solved], seed: u64, style: Style) -> String {
    let columns = ["jobs", "length", "at least", "gap", "schedules"].map(|name| (name, Align::Right));
    let mut table = Table::new(std::iter::once(("instance", Align::Left)).chain(columns));
    for Solved { name, solution } in solved {
        let gap = if solution.is_optimal() { "optimal".to_owned() } else { percent(solution.gap()) };
        table.row([
            name.as_str(),
            &solution.schedule.starts.len().to_string(),
            &solution.makespan.to_string(),
            &solution.bound.to_string(),
            &gap,
            &solution.schedules.to_string(),
        ]);
    }
    let proven = solved.iter().filter(|one| one.solution.is_optimal()).count();
    let foot = format!(
        "{}, {proven} proven optimal, mean gap {}, seed {seed}\n",
        plural(solved.len(), "problem"),
        percent(mean_gap(solved)),
    );
    table.render(style) + &foot
}

/// Hundredths of a percent for people.
fn percent(hundredths: Option<u64>) -> String {
    hundredths.map_or_else(|| "unknown".to_owned(), |gap| format!("{}.{:02} %", gap / 100, gap % 100))
}

fn answer<'a>(solved: &'a [Solved], findings: &'a [Diagnostic], seed: u64) -> v1::Benchmark<'a> {
    v1::Benchmark {
        seed,
        instances: solved
            .iter()
            .map(|Solved { name, solution }| v1::BenchmarkInstance {
                name,
                makespan: solution.makespan,
                bound: solution.bound,
                optimal: solution.is_optimal(),
                gap: solution.gap(),
                schedules: solution.schedules,
                starts: &solution.schedule.starts,
            })
            .collect(),
        findings: v1::Findings::of(findings),
    }
}
