//! `textDocument/definition`: from a name to where the thing is made.

use super::mention::{self, Thing};
use super::server::Refusal;
use super::state::{Realm, State, View};
use crate::id::RepoPath;
use gen_lsp_types::{Definition, DefinitionParams, DefinitionResponse, Location, Position, Range};

pub(super) fn run(state: &mut State<'_>, params: DefinitionParams) -> Result<Option<DefinitionResponse>, Refusal> {
    let at = params.text_document_position_params;
    let Some((view, offset)) = state.view_at(&at) else { return Ok(None) };
    let Some(found) = mention::at(&view.snapshot, &view.path, offset) else { return Ok(None) };
    let locations = match &found.thing {
        Thing::Path(path) => file(state, &view, path).into_iter().collect(),
        thing => {
            let named = mention::of_thing(&view.snapshot, thing).into_iter();
            let made = named.filter(|(_, mention)| mention.defines);
            made.filter_map(|(source, mention)| view.snapshot.location(source, mention.span, &state.client)).collect()
        }
    };
    let some = |locations: &Vec<Location>| !locations.is_empty();
    let answer = |locations| DefinitionResponse::Definition(Definition::LocationList(locations));
    Ok(Some(locations).filter(some).map(answer))
}

/// The start of a file, if a path names one.
fn file(state: &State<'_>, view: &View, path: &str) -> Option<Location> {
    let Realm::Project(_) = view.snapshot.realm else { return None };
    let path = RepoPath::from(path.trim_start_matches("./"));
    let kind = state.with_tree(&view.snapshot.realm, |tree| tree.kind(&path)).ok()??;
    let start = Position { line: 0, character: 0 };
    let uri = view.snapshot.uri(path.as_str()?)?;
    kind.is_regular().then_some(Location { uri, range: Range { start, end: start } })
}
