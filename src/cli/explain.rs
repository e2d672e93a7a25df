//! `explain`: the page of a code, or of a figure of `metrics`.

use super::{Context, Exit, codes};
use crate::diag::{Code, Failure, nearest};
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, page, summary};
use crate::verb::metrics::{METRICS, Metric};

#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// Code of a finding, such as plan/unknown-owner, or a figure of `metrics`, such as rework
    #[arg(required_unless_present = "list")]
    code: Option<String>,

    /// List all codes with what they mean
    #[arg(long, conflicts_with = "code")]
    list: bool,
}

/// Prints one page, or the list of all codes.
///
/// # Errors
/// There is no such code.
pub fn run(context: &Context, args: ExplainArgs) -> Result<Exit, Failure> {
    let all = codes::all();
    let text = match args.code {
        None => list(context, &all),
        Some(name) => match METRICS.iter().find(|metric| metric.name == name) {
            Some(metric) => figure(context, metric),
            None => one(context, find(&all, &name)?),
        },
    };
    context.output.print(&text)?;
    Ok(Exit::Passed)
}

/// What a figure is, wherever it is asked: its value needs a project.
fn figure(context: &Context, metric: &Metric) -> String {
    let what = v1::Figure {
        name: metric.name,
        title: metric.title,
        unit: metric.unit,
        target: metric.usual.target(),
        alarm: metric.usual.alarm(),
        better: metric.usual.direction(),
        formula: metric.formula,
        more: metric.more,
    };
    if context.format == Format::Json {
        return envelope("figure", &what);
    }
    let aim = match (&what.target, &what.alarm) {
        (Some(target), Some(alarm)) => format!("{target} {unit}, alarm {alarm} {unit}", unit = what.unit),
        _ => "none, unless the policy says one under `metrics:`".to_owned(),
    };
    format!(
        "{}\n\n{}: {}.\n\nTarget: {aim}.\n\nIts value here, with its trend: `passmuster metrics {}`. What it is made of: `{}`.\n",
        what.name, what.title, what.formula, what.name, what.more
    )
}

fn find(all: &[&'static Code], name: &str) -> Result<&'static Code, Failure> {
    // Codes are often copied with the brackets they are shown in.
    let name = name.trim_matches(['[', ']']);
    all.iter().find(|code| code.name == name).copied().ok_or_else(|| {
        let names = all.iter().map(|code| code.name).chain(METRICS.iter().map(|metric| metric.name));
        let hint = match nearest(name, names) {
            Some(near) => format!("run `passmuster explain {near}`"),
            None => "run `passmuster explain --list`".to_owned(),
        };
        Failure::usage(format!("there is no code `{name}`")).hint(hint)
    })
}

fn one(context: &Context, code: &'static Code) -> String {
    match context.format {
        Format::Json => envelope("explanation", &v1::Explanation::of(code)),
        _ => format!("{}\n\n{}\n", code.name, page(code)),
    }
}

fn list(context: &Context, all: &[&'static Code]) -> String {
    if context.format == Format::Json {
        let pages: Vec<v1::Explanation> = all.iter().map(|code| v1::Explanation::of(code)).collect();
        return envelope("explanations", &pages);
    }
    let mut table = Table::new([("code", Align::Left), ("meaning", Align::Left)]);
    for code in all {
        table.row([code.name, &summary(code)]);
    }
    table.render(context.output.style())
}
