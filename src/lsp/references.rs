//! `textDocument/references`: every place that names the thing under the cursor.

use super::mention;
use super::server::Refusal;
use super::state::State;
use gen_lsp_types::{Location, ReferenceParams};

pub(super) fn run(state: &mut State<'_>, params: ReferenceParams) -> Result<Option<Vec<Location>>, Refusal> {
    let at = params.text_document_position_params;
    let Some((view, offset)) = state.view_at(&at) else { return Ok(None) };
    let Some(found) = mention::at(&view.snapshot, &view.path, offset) else { return Ok(None) };
    let with_definition = params.context.include_declaration;
    let named = mention::of_thing(&view.snapshot, &found.thing).into_iter();
    let wanted = named.filter(|(_, mention)| with_definition || !mention.defines);
    Ok(Some(
        wanted.filter_map(|(source, mention)| view.snapshot.location(source, mention.span, &state.client)).collect(),
    ))
}
