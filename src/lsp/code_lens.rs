//! `textDocument/codeLens`: above each open task, how its gates stand.
//!
//! Finding that out reads inputs and history, so it is done for what the editor shows, when it asks.

use super::server::Refusal;
use super::state::State;
use crate::gate::assess::State as Standing;
use crate::id::ItemId;
use crate::plan::Kind;
use gen_lsp_types::{CodeLens, CodeLensParams, Command, Uri};
use serde_json::json;

/// How many tasks are looked at together: an editor asks for one after the other, and a look has a cost of its own.
const TOGETHER: usize = 32;

pub(super) fn run(state: &mut State<'_>, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>, Refusal> {
    let uri = params.text_document.uri;
    let Some(view) = state.view(&uri) else { return Ok(None) };
    let (Some(file), Some(_)) = (view.plan_file(), &view.project().policy) else { return Ok(None) };
    let places = view.places(&state.client);
    let items = view.project().plan.items.iter();
    let tasks = items.filter(|item| item.file == file && item.kind == Kind::Task && !item.is_dropped());
    Ok(Some(
        tasks
            .map(|item| CodeLens {
                range: places.range(item.id.span),
                command: None,
                data: Some(json!({"uri": uri.as_ref(), "item": item.id.as_str()})),
            })
            .collect(),
    ))
}

pub(super) fn resolve(state: &mut State<'_>, mut lens: CodeLens) -> Result<CodeLens, Refusal> {
    let text = |key: &str| lens.data.as_ref().and_then(|data| data[key].as_str());
    let wanted = text("uri").map(Uri::from).zip(text("item").and_then(ItemId::parse));
    let title = wanted.and_then(|(uri, id)| title(state, &uri, &id)).unwrap_or_default();
    lens.command = Some(Command { title, tooltip: None, command: String::new(), arguments: None });
    Ok(lens)
}

fn title(state: &mut State<'_>, uri: &Uri, id: &ItemId) -> Option<String> {
    let view = state.view(uri)?;
    let plan = &view.project().plan;
    let index = plan.find(id.as_str())?;
    let following = plan.items[index..].iter().filter(|item| item.kind == Kind::Task);
    let ids: Vec<ItemId> = following.take(TOGETHER).map(|item| item.id.value.clone()).collect();
    let Some(gates) = state.gates(&view.snapshot.realm, &ids).remove(id) else {
        return Some("not committed yet".to_owned());
    };
    if gates.landed {
        return Some("landed".to_owned());
    }
    let asked = gates.requirements.iter().filter(|one| one.state != Standing::NotApplicable);
    let open: Vec<String> = gates
        .requirements
        .iter()
        .filter(|one| !one.state.passes())
        .map(|one| if one.state == Standing::Error { format!("{} (error)", one.gate) } else { one.gate.to_string() })
        .collect();
    let count = asked.count();
    Some(match (count, open.len()) {
        (0, _) => "no gates".to_owned(),
        (count, 0) => format!("all {count} gates satisfied"),
        (count, missing) => format!("{} of {count} gates satisfied; open: {}", count - missing, open.join(", ")),
    })
}
