//! `textDocument/documentSymbol` and `workspace/symbol`: the outline, and the way to a name.

use super::mention::{self, Thing};
use super::server::Refusal;
use super::state::{State, View};
use crate::plan::{Item, Kind, Plan};
use crate::text::{Span, visible};
use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolKind, WorkspaceSymbol,
    WorkspaceSymbolLocation, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

/// The most names that are given for one query.
const MAX_FOUND: usize = 256;

pub(super) fn of_document(
    state: &mut State<'_>,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, Refusal> {
    let Some(view) = state.view(&params.text_document.uri) else { return Ok(None) };
    let places = view.places(&state.client);
    let symbol = |name: &str, detail: String, kind, whole: Span, own: Span, children| {
        #[expect(deprecated, reason = "the type has the old field, and no other way to be made")]
        let symbol = DocumentSymbol {
            name: visible(name).into_owned(),
            detail: Some(detail).filter(|detail| !detail.is_empty()),
            kind,
            tags: None,
            deprecated: None,
            range: places.range(whole),
            selection_range: places.range(own),
            children: Some(children).filter(|children: &Vec<_>| !children.is_empty()),
        };
        symbol
    };
    let symbols = match view.plan_file() {
        Some(file) => {
            let plan = &view.project().plan;
            // From the last to the first: what is in an item is made before the item.
            let mut made: Vec<Vec<DocumentSymbol>> = vec![Vec::new(); plan.items.len() + 1];
            let top = plan.items.len();
            for (index, item) in plan.items.iter().enumerate().rev().filter(|(_, item)| item.file == file) {
                let mut children = std::mem::take(&mut made[index]);
                children.reverse();
                let detail = visible(item.title().value).into_owned();
                let whole = whole(plan, index);
                let one = symbol(item.id.as_str(), detail, kind_of(item), whole, item.id.span, children);
                let parent = item.parent.filter(|&parent| plan.items[parent].file == file);
                made[parent.unwrap_or(top)].push(one);
            }
            let mut symbols = std::mem::take(&mut made[top]);
            symbols.reverse();
            symbols
        }
        None => mention::all(&view.snapshot, &view.path)
            .into_iter()
            .filter(|mention| mention.defines && is_entry(&view, mention.span))
            .filter_map(|mention| {
                let (name, kind) = match mention.thing {
                    Thing::Gate(name) => (name, SymbolKind::Function),
                    Thing::Member(name) => (name, SymbolKind::Object),
                    _ => return None,
                };
                Some(symbol(&name, String::new(), kind, mention.span, mention.span, Vec::new()))
            })
            .collect(),
    };
    Ok(Some(DocumentSymbolResponse::DocumentSymbolList(symbols)))
}

/// Whether a name of the roster is that of a member, and not of a role or team.
fn is_entry(view: &View, span: Span) -> bool {
    let roster = view.project().roster.as_ref().filter(|roster| roster.source.path() == view.path);
    roster.is_none_or(|roster| roster.members.iter().any(|member| member.name.span == span))
}

/// An item with everything in it.
pub(super) fn whole(plan: &Plan, index: usize) -> Span {
    let item = &plan.items[index];
    let mut last = index;
    while let Some(&child) = plan.children(last).last() {
        last = child;
    }
    let end = if plan.items[last].file == item.file { plan.items[last].body.end } else { item.body.end };
    let end = end.max(item.body.end);
    let text = plan.files[item.file].source.text();
    let trimmed = text[item.line.start..end].trim_end().len();
    Span::new(item.line.start, (item.line.start + trimmed).max(item.line.end))
}

fn kind_of(item: &Item) -> SymbolKind {
    match item.kind {
        Kind::Phase => SymbolKind::Namespace,
        Kind::Epic => SymbolKind::Module,
        Kind::Feature => SymbolKind::Class,
        Kind::Task => SymbolKind::Event,
    }
}

pub(super) fn of_workspace(
    state: &mut State<'_>,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>, Refusal> {
    let query = params.query.to_lowercase();
    let mut found = Vec::new();
    for realm in state.realms() {
        let Some(snapshot) = state.snapshot(&realm) else { continue };
        let project = snapshot.project();
        for source in mention::sources(&snapshot) {
            let places = snapshot.places(source, &state.client);
            let Some(uri) = snapshot.uri(source.path()) else { continue };
            for mention in mention::all(&snapshot, source.path()).into_iter().filter(|mention| mention.defines) {
                let (name, kind) = match &mention.thing {
                    Thing::Item(index) => {
                        let item = &project.plan.items[*index];
                        (format!("{} {}", item.id.value, item.title().value), kind_of(item))
                    }
                    Thing::Gate(name) => (name.clone(), SymbolKind::Function),
                    Thing::Member(name) => (name.clone(), SymbolKind::Object),
                    _ => continue,
                };
                if found.len() >= MAX_FOUND || !name.to_lowercase().contains(&query) {
                    continue;
                }
                let location = gen_lsp_types::Location { uri: uri.clone(), range: places.range(mention.span) };
                found.push(WorkspaceSymbol {
                    location: WorkspaceSymbolLocation::Location(location),
                    data: None,
                    base_symbol_information: BaseSymbolInformation {
                        name: visible(&name).into_owned(),
                        kind,
                        tags: None,
                        container_name: None,
                    },
                });
            }
        }
    }
    Ok(Some(WorkspaceSymbolResponse::WorkspaceSymbolList(found)))
}
