//! `textDocument/foldingRange`: items with what is in them, front matter, and the blocks of YAML.

use super::server::Refusal;
use super::state::State;
use super::symbols::whole;
use crate::diag::Sink;
use crate::doc::{front_matter, yaml};
use crate::text::{Source, Span};
use gen_lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

pub(super) fn run(state: &mut State<'_>, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>, Refusal> {
    let Some(view) = state.view(&params.text_document.uri) else { return Ok(None) };
    let mut spans = Vec::new();
    match view.plan_file() {
        Some(file) => {
            let plan = &view.project().plan;
            spans.extend(front_matter(view.source.text()).map(|front| Span::new(0, front.after.saturating_sub(1))));
            let items = plan.items.iter().enumerate().filter(|(_, item)| item.file == file);
            spans.extend(items.map(|(index, _)| whole(plan, index)));
        }
        None => blocks(&view.source, &mut spans),
    }
    let places = view.places(&state.client);
    let folds = spans.into_iter().filter_map(|span| {
        let range = places.range(span);
        (range.start.line < range.end.line).then_some(FoldingRange {
            start_line: range.start.line,
            start_character: None,
            end_line: range.end.line,
            end_character: None,
            kind: Some(FoldingRangeKind::Region),
            collapsed_text: None,
        })
    });
    Ok(Some(folds.collect()))
}

/// Every key with a value that takes more than its line.
fn blocks(source: &Source, spans: &mut Vec<Span>) {
    let whole = Span::new(0, source.text().len());
    let Some(root) = yaml::read(source, whole, yaml::MAX_BYTES * 4, &mut Sink::new()) else { return };
    let mut open = vec![&root];
    while let Some(node) = open.pop() {
        match &node.value {
            yaml::Value::Mapping(entries) => {
                spans.extend(entries.iter().map(|(key, value)| Span::new(key.span.start, end(value))));
                open.extend(entries.iter().map(|(_, value)| value));
            }
            yaml::Value::Sequence(nodes) => {
                spans.extend(nodes.iter().map(|node| Span::new(node.span.start, end(node))));
                open.extend(nodes);
            }
            yaml::Value::Null | yaml::Value::Scalar { .. } => {}
        }
    }
}

/// Where the last value in a node ends: the span of a block itself may end elsewhere.
fn end(node: &yaml::Node) -> usize {
    match &node.value {
        yaml::Value::Mapping(entries) => entries.last().map_or(node.span.end, |(_, value)| end(value)),
        yaml::Value::Sequence(nodes) => nodes.last().map_or(node.span.end, end),
        yaml::Value::Null | yaml::Value::Scalar { .. } => node.span.end,
    }
}
