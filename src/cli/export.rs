//! `export`: the plan for other programs.

use super::workspace::{Workspace, readable_plan};
use super::{Context, Exit};
use crate::diag::Failure;
use crate::export::{self, Form};
use crate::plan::{Plan, Reader};
use crate::report::json::{envelope, v1};
use clap::builder::{PossibleValuesParser, TypedValueParser};

#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// Form of the plan
    #[arg(value_name = "FORM", value_parser = form_parser(), default_value = "json")]
    form: Wanted,
}

/// JSON is the answer every verb gives; the others are forms of their own.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Json,
    Form(Form),
}

fn form_parser() -> impl TypedValueParser<Value = Wanted> {
    let names = std::iter::once("json").chain(Form::ALL.map(Form::name));
    PossibleValuesParser::new(names).map(|name| Form::from_name(&name).map_or(Wanted::Json, Wanted::Form))
}

/// Prints the whole plan.
///
/// # Errors
/// A file could not be read.
pub fn run(context: &Context, args: ExportArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let plan = match readable_plan(&workspace, Reader::Fast)? {
        Ok(plan) => plan,
        Err(errors) => return context.report(&errors),
    };
    context.output.print(&match args.form {
        Wanted::Json => envelope("plan", &answer(plan)),
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
