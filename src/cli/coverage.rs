//! `coverage`: how far an outline of topics is covered by files.

use super::workspace::{Workspace, readable_plan};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::outline::{self, Outline};
use crate::plan::Reader;
use crate::port::{Blob, Tree as _};
use crate::project;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, plural};
use crate::text::Source;
use crate::verb::coverage::{self, Coverage, Request, State, Tally};
use jiff::Timestamp;
use std::path::PathBuf;

/// How many topics that are not covered are shown when not all are asked for.
const SHOWN: usize = 20;

#[derive(Debug, clap::Args)]
pub struct CoverageArgs {
    /// Outline: any Markdown file of headings and bullets
    #[arg(long, value_name = "FILE", required_unless_present = "template")]
    framework: Option<PathBuf>,

    /// Show every topic
    #[arg(long)]
    all: bool,

    /// Least share of covered topics, in percent; less is a finding
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min: Option<u8>,

    /// Judge ages as of this time, such as 2026-11-23T00:00:00Z
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,

    /// Print an outline to start from
    #[arg(long)]
    template: bool,
}

/// Reports what of the outline is covered.
///
/// # Errors
/// A file could not be read.
pub fn run(context: &Context, args: &CoverageArgs) -> Result<Exit, Failure> {
    let Some(framework) = args.framework.as_ref().filter(|_| !args.template) else {
        context.output.print(include_str!("../../templates/outline.md"))?;
        return Ok(Exit::Passed);
    };
    let workspace = Workspace::open(context)?;
    let (tree, path) = super::roster::file(&workspace, &context.dir.join(framework));
    let bytes = match tree.blob(&path, outline::MAX_BYTES)? {
        Blob::Bytes(bytes) => bytes,
        Blob::TooLarge(size) => {
            return Err(Failure::usage(format!("`{}` is too large for an outline", framework.display()))
                .because(format!("it has {size} bytes, and at most {} are read", outline::MAX_BYTES)));
        }
    };
    let source = Source::new(framework.display().to_string(), crate::text::decode(&bytes).text);
    let mut sink = Sink::new();
    let outline = outline::read(&source, &mut sink);
    let roster = project::read_roster(&workspace.tree, &mut Sink::new())?;
    let plan = readable_plan(&workspace, Reader::Fast)?.ok();
    let coverage = coverage::run(&Request {
        outline: &outline,
        tree: &workspace.tree,
        history: &workspace.repository,
        head: workspace.repository.head()?.id().cloned(),
        now: args.at.unwrap_or_else(Timestamp::now),
        plan,
        roster: roster.as_ref(),
    })?;
    sink.extend(coverage.findings.iter().cloned());
    let findings = sink.into_sorted();
    match context.format {
        Format::Json => context.output.print(&envelope("coverage", &answer(&outline, &coverage, &findings)))?,
        Format::Human => context.output.print(&text(context, args, &outline, &coverage))?,
        _ => {}
    }
    if context.format != Format::Json && !findings.is_empty() {
        if context.format == Format::Human {
            context.output.print("\n")?;
        }
        context.output.findings(&findings, context.format)?;
    }
    let too_little = args.min.is_some_and(|min| coverage.whole.percent() < usize::from(min));
    if too_little {
        let min = args.min.unwrap_or_default();
        context.output.say(&format!("{}% is covered, less than {min}%", coverage.whole.percent()));
    }
    let failed = too_little || findings.iter().any(Diagnostic::is_error);
    Ok(if failed { Exit::Findings } else { Exit::Passed })
}

fn text(context: &Context, args: &CoverageArgs, outline: &Outline, coverage: &Coverage) -> String {
    let style = context.output.style();
    let mut table = Table::new([
        ("group", Align::Left),
        ("covered", Align::Right),
        ("stale", Align::Right),
        ("empty", Align::Right),
        ("n/a", Align::Right),
        ("percent", Align::Right),
    ]);
    let mut row = |name: String, tally: Tally| {
        let counts = State::ALL.map(|state| tally.of(state).to_string());
        let percent = format!("{}%", tally.percent());
        table.row([&name, &counts[0], &counts[1], &counts[2], &counts[3], &percent]);
    };
    for (group, tally) in outline.groups.iter().zip(&coverage.groups) {
        row(format!("{}{}", "  ".repeat(group.depth), group.title.value), *tally);
    }
    row(format!("all {}", plural(outline.leaves.len(), "topic")), coverage.whole);
    let mut out = table.render(style);
    let shown = |index: &usize| args.all || matches!(coverage.topics[*index].state, State::Stale | State::Empty);
    let topics: Vec<usize> = (0..outline.leaves.len()).filter(shown).collect();
    if topics.is_empty() {
        return out;
    }
    let columns = ["topic", "state", "owner", "why"];
    let mut table = Table::new(columns.map(|name| (name, Align::Left)));
    let limit = if args.all { usize::MAX } else { SHOWN };
    for &index in topics.iter().take(limit) {
        let (leaf, topic) = (&outline.leaves[index], &coverage.topics[index]);
        let owner = leaf.owner.as_ref().map_or("", |owner| owner.value.as_str());
        table.row([leaf.title.as_str(), topic.state.name(), owner, topic.why.as_str()]);
    }
    out.push('\n');
    out.push_str(&table.render(style));
    let more = topics.len().saturating_sub(limit);
    if more > 0 {
        out.push_str(&format!("… and {}: --all\n", plural(more, "more topic")));
    }
    out
}

fn answer<'a>(outline: &'a Outline, coverage: &'a Coverage, findings: &'a [Diagnostic]) -> v1::Coverage<'a> {
    let tally = |tally: Tally| v1::CoverageTally {
        covered: tally.of(State::Covered),
        stale: tally.of(State::Stale),
        empty: tally.of(State::Empty),
        not_applicable: tally.of(State::NotApplicable),
        percent: tally.percent(),
    };
    let title = |group: usize| outline.groups[group].title.as_str();
    v1::Coverage {
        whole: tally(coverage.whole),
        groups: outline
            .groups
            .iter()
            .zip(&coverage.groups)
            .map(|(group, counts)| v1::CoverageGroup {
                title: group.title.as_str(),
                depth: group.depth,
                parent: group.parent.map(title),
                tally: tally(*counts),
            })
            .collect(),
        topics: outline
            .leaves
            .iter()
            .zip(&coverage.topics)
            .map(|(leaf, topic)| v1::CoverageTopic {
                title: leaf.title.as_str(),
                group: leaf.group.map(title),
                tag: leaf.tag(),
                state: topic.state.name(),
                why: &topic.why,
                owner: leaf.owner.as_ref().map(|owner| owner.value.as_str()),
                evidence: leaf.evidence.iter().map(|one| one.value.as_str()).collect(),
                review_days: leaf.review.as_ref().map(|days| days.value),
                files: topic.files,
                touched: topic
                    .touched
                    .and_then(|seconds| Timestamp::from_second(seconds).ok())
                    .map(|time| time.to_string()),
                items: topic.items,
                line: outline.source.line_column(leaf.title.span.start).line,
            })
            .collect(),
        findings: v1::Findings::of(findings),
    }
}
