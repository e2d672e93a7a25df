//! `report daily` and its like, and `collect`: reports made by a template.

use super::super::args::format_among;
use super::super::past::{LineArgs, surveyed_with_branches, when};
use super::super::wire::Bench;
use super::super::workspace::Workspace;
use super::super::{Context, Exit};
use crate::diag::Failure;
use crate::id::RepoPath;
use crate::port::Tree;
use crate::record::TEMPLATES;
use crate::report::json::{envelope, v1};
use crate::report::{Format, template};
use crate::verb::document::Document;
use crate::verb::reports::{self, Material, Purpose};
use crate::verb::survey::Survey;
use crate::verb::{indicators, metrics, record};
use jiff::Timestamp;

/// How a report is to be made.
#[derive(Debug, clap::Args)]
pub struct DocumentArgs {
    /// Form of the report
    #[arg(long, value_parser = format_among(&FORMS), default_value = "markdown")]
    format: Format,

    /// Use plan/templates/report-NAME.md instead of the one for this report
    #[arg(long, value_name = "NAME")]
    style: Option<String>,

    /// Look as if it were then: a day, or a moment
    #[arg(long, value_name = "WHEN", value_parser = when)]
    now: Option<Timestamp>,

    #[command(flatten)]
    line: LineArgs,
}

/// The forms of a report.
const FORMS: [Format; 3] = [Format::Markdown, Format::Html, Format::Json];

/// Makes and prints a report; `item` is what it is about, where it is about one.
///
/// # Errors
/// The item or the template is unknown, or something could not be read.
pub fn run(context: &Context, purpose: Purpose, item: Option<&str>, args: &DocumentArgs) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let made = surveyed_with_branches(context, &args.line, args.now, |survey| {
        let readings = metrics::run(survey, &bench.repo)?;
        let indicators = indicators::run(survey, &readings);
        let material = Material { survey, readings: &readings, indicators: &indicators };
        Ok((reports::run(purpose, &material, item)?, survey.now))
    })?;
    let (document, now) = match made {
        Ok(made) => made,
        Err(errors) => return context.report(&errors),
    };
    context.output.print(&match args.format {
        Format::Json => envelope("report", &v1::Report::of(purpose.name(), &document, now.to_string())),
        form => {
            let workspace = Workspace::open(context)?;
            let filled = filled(&workspace.tree, purpose, &document, args.style.as_deref())?;
            if form == Format::Html { template::page(&document.title, &filled) } else { filled }
        }
    })?;
    Ok(Exit::Passed)
}

/// A report that is about nothing in particular, as Markdown.
///
/// # Errors
/// The user's own template cannot be used.
pub(super) fn of((bench, tree): (&Bench, &dyn Tree), survey: &Survey<'_>, purpose: Purpose) -> Result<String, Failure> {
    let readings = metrics::run(survey, &bench.repo)?;
    let indicators = indicators::run(survey, &readings);
    let material = Material { survey, readings: &readings, indicators: &indicators };
    filled(tree, purpose, &reports::run(purpose, &material, None)?, None)
}

/// The document by the user's own template, else by the tool's.
fn filled(tree: &dyn Tree, purpose: Purpose, document: &Document, style: Option<&str>) -> Result<String, Failure> {
    let path = RepoPath::from(format!("{TEMPLATES}/report-{}.md", style.unwrap_or(purpose.name())).as_str());
    match (record::own_template(tree, &path)?, style) {
        (Some(own), _) => template::fill(own.text(), document)
            .map_err(|failure| failure.while_doing(format!("could not use `{path}`"))),
        (None, None) => template::fill(purpose.template(), document),
        (None, Some(style)) => match reports::styles().find(|(name, _)| *name == style) {
            Some((_, text)) => template::fill(text, document),
            None => Err(Failure::usage(format!("there is no style `{style}`"))
                .because(format!("`{path}` is not there"))
                .hint("write the file, or `--style campaign` for a daily report")),
        },
    }
}
