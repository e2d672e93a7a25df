//! `textDocument/rename` and what may be renamed: items, members and gates, with every place that names them.

use super::edit::{self, Change};
use super::mention::{self, Thing};
use super::server::Refusal;
use super::state::{State, View};
use crate::id::is_id;
use crate::text::{Source, Span, visible};
use gen_lsp_types::{PrepareRenameParams, PrepareRenamePlaceholder, PrepareRenameResult, RenameParams, WorkspaceEdit};

/// What is renamed, and where it is written.
struct Renaming {
    thing: Thing,
    name: String,
    /// Where the cursor stands.
    here: Span,
    places: Vec<(Source, Span)>,
}

pub(super) fn prepare(
    state: &mut State<'_>,
    params: PrepareRenameParams,
) -> Result<Option<PrepareRenameResult>, Refusal> {
    let Some((view, offset)) = state.view_at(&params.text_document_position_params) else { return Ok(None) };
    let Some(renaming) = find(&view, offset)? else { return Ok(None) };
    let range = view.places(&state.client).range(renaming.here);
    let placeholder = PrepareRenamePlaceholder { range, placeholder: renaming.name };
    Ok(Some(PrepareRenameResult::PrepareRenamePlaceholder(placeholder)))
}

pub(super) fn run(state: &mut State<'_>, params: RenameParams) -> Result<Option<WorkspaceEdit>, Refusal> {
    let Some((view, offset)) = state.view_at(&params.text_document_position_params) else { return Ok(None) };
    let Some(renaming) = find(&view, offset)? else {
        return Err(Refusal::failed("only items, members and gates can be renamed"));
    };
    let new = params.new_name.trim();
    if !is_id(new) {
        let why = "a name has 1 to 64 letters, digits, `.`, `_`, `-`, and begins with a letter or a digit";
        return Err(Refusal::failed(format!("`{}` is no name: {why}", visible(new))));
    }
    if is_taken(&view, &renaming, new) {
        return Err(Refusal::failed(format!("there is a `{new}` already")));
    }
    let changes = renaming.places.iter().map(|(source, span)| Change { source, span: *span, text: new.to_owned() });
    Ok(Some(edit::workspace(&view.snapshot, &state.client, changes)))
}

/// What stands under the cursor, if it has a name that can be changed.
fn find(view: &View, offset: usize) -> Result<Option<Renaming>, Refusal> {
    let project = view.project();
    let Some(found) = mention::at(project, &view.path, offset) else { return Ok(None) };
    let name = match &found.thing {
        Thing::Item(index) => project.plan.items[*index].id.to_string(),
        Thing::Member(name) | Thing::Gate(name) => name.clone(),
        Thing::Path(_) | Thing::Priority | Thing::Estimate | Thing::Date | Thing::Tag => return Ok(None),
    };
    let mut places = Vec::new();
    let mut is_made_here = false;
    for (source, mention) in mention::of_thing(project, &found.thing) {
        // `Phase 1` is the item `phase-1`: such a name is made of other words and changes with them.
        if !source.slice(mention.span).eq_ignore_ascii_case(&name) {
            let message = format!("`{name}` is named after its heading: rewrite the heading, or give it an id");
            return Err(Refusal::failed(message));
        }
        is_made_here |= mention.defines;
        places.push((source.clone(), mention.span));
    }
    Ok(is_made_here.then_some(Renaming { thing: found.thing, name, here: found.span, places }))
}

fn is_taken(view: &View, renaming: &Renaming, new: &str) -> bool {
    let project = view.project();
    if new.eq_ignore_ascii_case(&renaming.name) {
        return false;
    }
    match renaming.thing {
        Thing::Item(_) => project.plan.find(new).is_some(),
        Thing::Gate(_) => project.policy.as_ref().is_some_and(|policy| policy.gate(new).is_some()),
        _ => project.roster.as_ref().is_some_and(|roster| roster.with_role(new).next().is_some()),
    }
}
