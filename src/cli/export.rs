//! `export`: the plan for other programs.

use super::workspace::{Workspace, readable_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::export::{self, Form};
use crate::plan::{Plan, Reader};
use crate::report::json::{envelope, v1};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// Form of the plan
    #[arg(value_name = "FORM", value_parser = form_parser(), default_value = "json")]
    form: Wanted,

    /// With sqlite: the file to write, which must not be there yet
    #[arg(value_name = "FILE", required_if_eq("form", "sqlite"))]
    file: Option<PathBuf>,
}

/// JSON is the answer every verb gives; the others are forms of their own.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Json,
    /// The tables of `query`.
    Sqlite,
    Form(Form),
}

fn form_parser() -> impl TypedValueParser<Value = Wanted> {
    let names = ["json", "sqlite"].into_iter().chain(Form::ALL.map(Form::name));
    PossibleValuesParser::new(names).map(|name| match name.as_str() {
        "sqlite" => Wanted::Sqlite,
        name => Form::from_name(name).map_or(Wanted::Json, Wanted::Form),
    })
}

/// Prints the whole plan.
///
/// # Errors
/// A file could not be read.
pub fn run(context: &Context, args: ExportArgs) -> Result<Exit, Failure> {
    if let (Wanted::Sqlite, Some(file)) = (args.form, &args.file) {
        return super::query::export(context, file);
    }
    let workspace = Workspace::open(context)?;
    let plan = match readable_plan(&workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(errors) => return context.report(&errors),
    };
    context.output.print(&match args.form {
        Wanted::Json | Wanted::Sqlite => envelope("plan", &answer(plan)),
        Wanted::Form(form) => export::write(plan, form),
    })?;
    Ok(Exit::Passed)
}

fn answer(plan: &Plan) -> v1::Exported<'_> {
    let items = plan.items.iter().enumerate().map(|(index, item)| {
        let source = &plan.files[item.file].source;
        v1::ExportedItem {
            id: item.id.as_str(),
            title: item.title().value,
            kind: item.kind.name(),
            state: export::state(plan, index),
            parent: item.parent.map(|parent| plan.items[parent].id.as_str()),
            priority: item.priority().map(|priority| priority.value),
            owner: item.owner().map(|owner| owner.value),
            team: item.team().map(|team| team.value),
            estimate: item.estimate().map(|estimate| v1::Estimate {
                optimistic: estimate.value.optimistic,
                likely: estimate.value.likely,
                pessimistic: estimate.value.pessimistic,
            }),
            due: item.due().map(|due| due.value.to_string()),
            goal: item.goal().map(|goal| goal.value),
            tags: item.tags().into_iter().map(|tag| tag.value).collect(),
            touches: item.touches().map(|path| path.value).collect(),
            needs: plan
                .needs(index)
                .map(|need| v1::ExportedNeed { kind: need.kind.name(), target: need.target.value, reason: need.reason })
                .collect(),
            criteria: item
                .criteria()
                .map(|criterion| v1::Criterion { text: criterion.text.value, ticked: criterion.ticked })
                .collect(),
            path: source.path(),
            line: source.line_column(item.line.start).line,
        }
    });
    v1::Exported { items: items.collect() }
}
