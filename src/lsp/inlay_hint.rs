//! `textDocument/inlayHint`: behind an open item, what holds it up or what waits for it, how far it can slip, and when it
//! is likely done.

use super::server::Refusal;
use super::state::State;
use crate::diag::Sink;
use crate::plan::Kind;
use crate::schedule::{Figure, critical};
use crate::verb::standing::{Standing, Standings};
use gen_lsp_types::{InlayHint, InlayHintParams, Label};

/// How many names one hint holds.
const NAMES: usize = 3;

pub(super) fn run(state: &mut State<'_>, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>, Refusal> {
    let Some(view) = state.view(&params.text_document.uri) else { return Ok(None) };
    let Some(file) = view.plan_file() else { return Ok(None) };
    let plan = &view.project().plan;
    let places = view.places(&state.client);
    let asked = places.span(params.range);
    // Without a single estimate there is nothing to compute with; with a circle there is no order.
    let is_estimated = plan.items.iter().any(|item| item.estimate().is_some());
    let critical = is_estimated.then(|| critical(plan, Figure::default(), &mut Sink::new()).ok()).flatten();
    let float = |index: usize| {
        let times = critical.as_ref()?.times(index).filter(|_| plan.items[index].kind == Kind::Task)?;
        Some(if times.is_critical() { "critical".to_owned() } else { format!("float {}", times.float) })
    };
    let likely = view.snapshot.likely(state.host.now());
    let date = |index: usize| likely?.get(index)?.map(|day| format!("P80 {day}"));
    let hints = state.with_tree(&view.snapshot.realm, |tree| {
        let standings = Standings::new(plan, tree)?;
        let here = |index: &usize| {
            let item = &plan.items[*index];
            item.file == file && item.line.start <= asked.end && asked.start <= item.line.end
        };
        let waits = |index: usize| match standings.of(index) {
            Standing::Blocked => {
                let needs = standings.obstacles(index);
                Some(format!("waits for {}", names(needs.iter().map(|(_, need)| need.target.value))))
            }
            Standing::Ready | Standing::Open => {
                let waiting = plan.dependants(index);
                let open = waiting.iter().filter(|&&other| !plan.is_closed(other));
                let names = names(open.map(|&other| plan.items[other].id.as_str()));
                (!names.is_empty()).then(|| format!("holds up {names}"))
            }
            Standing::Done | Standing::Dropped | Standing::Waiting => None,
        };
        let text = |index: usize| {
            let said: Vec<String> = waits(index).into_iter().chain(float(index)).chain(date(index)).collect();
            (!said.is_empty()).then(|| said.join(" · "))
        };
        let all = (0..plan.items.len()).filter(here);
        Ok(all.filter_map(|index| Some((index, text(index)?))).collect::<Vec<_>>())
    });
    let hint = |(index, text): (usize, String)| InlayHint {
        position: places.position(plan.items[index].line.end),
        label: Label::String(crate::text::visible(&text).into_owned()),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    Ok(hints.ok().map(|hints| hints.into_iter().map(hint).collect()))
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = all.collect();
    let more = all.len().saturating_sub(NAMES);
    let shown = all[..all.len().min(NAMES)].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
