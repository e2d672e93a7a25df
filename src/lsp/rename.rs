//! `textDocument/rename` and what may be renamed: items, members and gates, with every place that names them.

use super::edit::{self, Change};
use super::mention::{self, Thing};
use super::server::Refusal;
use super::state::{State, View};
use crate::id::{ItemId, is_id};
use crate::plan::edit as plan_edit;
use crate::text::{Span, visible};
use gen_lsp_types::{PrepareRenameParams, PrepareRenamePlaceholder, PrepareRenameResult, RenameParams, WorkspaceEdit};

/// What is renamed.
struct Renaming {
    thing: Thing,
    name: String,
    /// Where the cursor stands.
    here: Span,
}

pub(super) fn prepare(
    state: &mut State<'_>,
    params: PrepareRenameParams,
) -> Result<Option<PrepareRenameResult>, Refusal> {
    let Some((view, offset)) = state.view_at(&params.text_document_position_params) else { return Ok(None) };
    let Some(renaming) = find(&view, offset) else { return Ok(None) };
    let range = view.places(&state.client).range(renaming.here);
    let placeholder = PrepareRenamePlaceholder { range, placeholder: renaming.name };
    Ok(Some(PrepareRenameResult::PrepareRenamePlaceholder(placeholder)))
}

pub(super) fn run(state: &mut State<'_>, params: RenameParams) -> Result<Option<WorkspaceEdit>, Refusal> {
    let Some((view, offset)) = state.view_at(&params.text_document_position_params) else { return Ok(None) };
    let Some(renaming) = find(&view, offset) else {
        return Err(Refusal::failed("only items, members and gates can be renamed"));
    };
    let new = params.new_name.trim();
    if !is_id(new) {
        let why = "a name has 1 to 64 letters, digits, `.`, `_`, `-`, and begins with a letter or a digit";
        return Err(Refusal::failed(format!("`{}` is no name: {why}", visible(new))));
    }
    let changes = match renaming.thing {
        Thing::Item(index) => item(&view, index, new)?,
        _ if is_taken(&view, &renaming, new) => {
            return Err(Refusal::failed(format!("there is a `{new}` already")));
        }
        _ => places(&view, &renaming, new),
    };
    Ok(Some(edit::workspace(&view.snapshot, &state.client, changes)))
}

/// What stands under the cursor, if it has a name that can be changed and is made somewhere.
fn find(view: &View, offset: usize) -> Option<Renaming> {
    let found = mention::at(&view.snapshot, &view.path, offset)?;
    let name = match &found.thing {
        Thing::Item(index) => view.project().plan.items[*index].id.to_string(),
        Thing::Member(name) | Thing::Gate(name) => name.clone(),
        Thing::Path(_) | Thing::Priority | Thing::Estimate | Thing::Date | Thing::Tag => return None,
    };
    let is_made = mention::of_thing(&view.snapshot, &found.thing).iter().any(|(_, mention)| mention.defines);
    is_made.then_some(Renaming { thing: found.thing, name, here: found.span })
}

/// The changes that `passmuster rename` makes. Records and reports say what was, and stay.
fn item<'v>(view: &'v View, index: usize, new: &str) -> Result<Vec<Change<'v>>, Refusal> {
    let plan = &view.project().plan;
    let id = ItemId::parse(new).ok_or_else(|| Refusal::failed(format!("`{new}` is no id")))?;
    let changes = plan_edit::rename(plan, index, &id).map_err(|failure| Refusal::failed(failure.to_string()))?;
    let of_file = |(file, edits): (usize, Vec<plan_edit::Edit>)| {
        let source = &plan.files[file].source;
        edits.into_iter().map(move |edit| Change { source, span: edit.span, text: edit.text })
    };
    Ok(changes.into_iter().flat_map(of_file).collect())
}

fn places<'v>(view: &'v View, renaming: &Renaming, new: &str) -> Vec<Change<'v>> {
    let named = mention::of_thing(&view.snapshot, &renaming.thing).into_iter();
    named.map(|(source, mention)| Change { source, span: mention.span, text: new.to_owned() }).collect()
}

fn is_taken(view: &View, renaming: &Renaming, new: &str) -> bool {
    let project = view.project();
    if new.eq_ignore_ascii_case(&renaming.name) {
        return false;
    }
    match renaming.thing {
        Thing::Gate(_) => project.policy.as_ref().is_some_and(|policy| policy.gate(new).is_some()),
        _ => project.roster.as_ref().is_some_and(|roster| roster.with_role(new).next().is_some()),
    }
}
