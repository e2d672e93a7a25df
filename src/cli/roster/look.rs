//! `roster tree`, `roster lint`, `roster gaps` and `roster export`.

use super::super::workspace::{Workspace, readable_plan};
use super::super::{Context, Exit};
use super::import::{Named, name, usual};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::plan::Reader;
use crate::project;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, foreign, plural};
use crate::roster::{Member, Roster, heads, reports};
use crate::verb::roster::import::From;
use crate::verb::roster::{export, gaps, lint};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct LintArgs {
    /// Files or folders with agents; without, those that the tools look into
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Count warnings as findings
    #[arg(long)]
    strict: bool,
}

pub fn lint(context: &Context, args: &LintArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let roster = match super::read(&workspace)? {
        Ok(roster) => roster,
        Err(findings) => return context.report(&findings),
    };
    let named: Vec<Named> = args.paths.iter().map(|path| name(context, &workspace, path)).collect::<Result<_, _>>()?;
    let mut from: Vec<From<'_>> = named.iter().map(|named| named.from(&workspace)).collect();
    if from.is_empty() {
        from.extend(usual(&workspace));
    }
    let found = lint::run(from, roster.as_ref())?;
    let exit = context.report(&found)?;
    if found.is_empty() && context.format == Format::Human {
        context.output.print("no findings\n")?;
    }
    let failed = args.strict && !found.is_empty();
    Ok(if failed { Exit::Findings } else { exit })
}

pub fn tree(context: &Context) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let roster = match super::read(&workspace)? {
        Ok(roster) => roster.ok_or_else(super::none)?,
        Err(findings) => return context.report(&findings),
    };
    let lines = branches(&roster);
    if context.format == Format::Json {
        let members: Vec<_> = lines.iter().map(|(depth, member)| (depth, member.name.as_str())).collect();
        context.output.print(&envelope("roster-tree", &members))?;
        return Ok(Exit::Passed);
    }
    let mut out = String::new();
    for (depth, member) in &lines {
        let about = member.about.as_ref().or(member.title.as_ref()).map_or("", |text| text.value.as_str());
        let below = reports(&roster, member.name.as_str()).count();
        let below = if below > 0 { format!(" ({})", plural(below, "report")) } else { String::new() };
        let line = format!("{}{}{below}  {about}", "  ".repeat(*depth), member.name.value);
        out.push_str(&format!("{}\n", foreign::line(line.trim_end())));
    }
    context.output.print(&out)?;
    let left = roster.members.len() - lines.len();
    if left > 0 {
        context.output.say(&format!("{} report in a circle: `passmuster check` tells who", plural(left, "member")));
    }
    Ok(Exit::Passed)
}

/// Everybody below somebody who reports to nobody, with how deep they stand.
fn branches(roster: &Roster) -> Vec<(usize, &Member)> {
    let mut open: Vec<(usize, &Member)> = heads(roster).map(|member| (0, member)).collect();
    open.reverse();
    let mut lines = Vec::new();
    while let Some((depth, member)) = open.pop() {
        lines.push((depth, member));
        let mut below: Vec<_> = reports(roster, member.name.as_str()).map(|one| (depth + 1, one)).collect();
        below.reverse();
        open.extend(below);
    }
    lines
}

pub fn gaps(context: &Context) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let roster = match super::read(&workspace)? {
        Ok(roster) => roster.ok_or_else(super::none)?,
        Err(findings) => return context.report(&findings),
    };
    let plan = match readable_plan(&workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(findings) => return context.report(&findings),
    };
    let gaps = gaps::run(plan, &roster);
    context.output.print(&match context.format {
        Format::Json => {
            let rows = gaps.iter().map(|gap| v1::Gap { tag: &gap.tag, items: &gap.items, away: gap.away });
            envelope("gaps", &rows.collect::<Vec<_>>())
        }
        _ if gaps.is_empty() => "every tag of open work has somebody\n".to_owned(),
        _ => {
            let mut table = Table::new(["tag", "items", ""].map(|column| (column, Align::Left)));
            for gap in &gaps {
                table.row([gap.tag.as_str(), &gap.items.join(", "), if gap.away { "who could is away" } else { "" }]);
            }
            table.render(context.output.style())
        }
    })?;
    Ok(if gaps.is_empty() { Exit::Passed } else { Exit::Findings })
}

pub fn export(context: &Context) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let roster = match super::read(&workspace)? {
        Ok(roster) => roster.ok_or_else(super::none)?,
        Err(findings) => return context.report(&findings),
    };
    let mut sink = Sink::new();
    let policy = project::read_policy(&workspace.tree, &mut sink)?;
    let errors: Vec<Diagnostic> = sink.into_sorted().into_iter().filter(Diagnostic::is_error).collect();
    if !errors.is_empty() {
        return context.report(&errors);
    }
    let export = export::run(&roster, policy.as_ref());
    context.output.print(&foreign::lines(&export.text))?;
    for left_out in &export.left_out {
        context.output.say(&format!("left out: {left_out}"));
    }
    Ok(Exit::Passed)
}
