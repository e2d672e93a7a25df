//! `textDocument/completion`: what can stand at a place.
//!
//! `plan` knows the lines of items, `yaml` the keys of policy and roster. Each gives [`Offer`]s with the span they
//! replace; here they become the protocol's.

mod plan;
mod yaml;

pub(super) use yaml::schema_of;

use super::server::Refusal;
use super::state::State;
use crate::text::{Span, visible};
use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionList, CompletionParams, CompletionResponse,
    Documentation, TextEdit,
};

/// The most offers of one answer; typing on asks again.
const MAX_OFFERS: usize = 500;

/// One thing that could stand there.
struct Offer {
    /// What is written.
    text: String,
    kind: CompletionItemKind,
    /// A few words behind it.
    detail: String,
    /// A sentence or two, as Markdown.
    page: String,
}

impl Offer {
    fn new(text: impl Into<String>, kind: CompletionItemKind, detail: impl Into<String>) -> Self {
        Self { text: text.into(), kind, detail: detail.into(), page: String::new() }
    }
}

/// What could stand in the place of a span.
struct Offers {
    span: Span,
    all: Vec<Offer>,
}

pub(super) fn run(state: &mut State<'_>, params: CompletionParams) -> Result<Option<CompletionResponse>, Refusal> {
    let Some((view, offset)) = state.view_at(&params.text_document_position_params) else { return Ok(None) };
    let offers = match view.plan_file() {
        Some(file) => plan::offers(state, &view, file, offset),
        None => yaml::offers(state, &view, offset),
    };
    let Some(Offers { span, mut all }) = offers else { return Ok(None) };
    let typed = view.source.slice(span).to_lowercase();
    if all.len() > MAX_OFFERS {
        all.retain(|offer| offer.text.to_lowercase().contains(&typed));
    }
    let is_incomplete = all.len() > MAX_OFFERS;
    all.truncate(MAX_OFFERS);
    let range = view.places(&state.client).range(span);
    let item = |(order, offer): (usize, Offer)| CompletionItem {
        label: visible(offer.text.trim_end()).into_owned(),
        kind: Some(offer.kind),
        detail: Some(visible(&offer.detail).into_owned()).filter(|detail| !detail.is_empty()),
        documentation: Some(Documentation::String(offer.page.clone())).filter(|_| !offer.page.is_empty()),
        sort_text: Some(format!("{order:05}")),
        filter_text: Some(offer.text.clone()),
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text: offer.text })),
        ..CompletionItem::default()
    };
    let items = all.into_iter().enumerate().map(item).collect();
    let list = CompletionList { is_incomplete, items, ..CompletionList::default() };
    Ok(Some(CompletionResponse::CompletionList(list)))
}
