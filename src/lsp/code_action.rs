//! `textDocument/codeAction`: the fixes of findings, and ticking boxes.

use super::edit::{self, Change};
use super::mention;
use super::server::Refusal;
use super::state::{State, View};
use crate::diag::{Diagnostic, Fix, Place, Safety};
use crate::plan::edit::set_mark;
use crate::plan::{Mark, PlanFile};
use crate::text::{Span, visible};
use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse};

/// The newest plan format that is changed.
const FORMAT: u32 = 1;

/// The most characters of a line that a title shows.
const TITLE: usize = 60;

pub(super) fn run(state: &mut State<'_>, params: CodeActionParams) -> Result<Option<Vec<CodeActionResponse>>, Refusal> {
    let Some(view) = state.view(&params.text_document.uri) else { return Ok(None) };
    let span = view.places(&state.client).span(params.range);
    let only = params.context.only.as_deref();
    let wanted = |kind: &CodeActionKind| only.is_none_or(|only| only.iter().any(|asked| covers(asked, kind)));
    let mut actions = Vec::new();
    if wanted(&CodeActionKind::QuickFix) {
        let mut found: Vec<_> = fixes(&view, span).collect();
        if found.is_empty() {
            // Editors put the cursor at the start of a line, far from what is wrong in it.
            found.extend(fixes(&view, whole_lines(view.source.text(), span)));
        }
        actions.extend(found.into_iter().map(|(finding, fix)| Action {
            title: title(&view, finding, fix),
            kind: CodeActionKind::QuickFix,
            changes: vec![(fix.span, fix.text.clone())],
            is_preferred: true,
        }));
    }
    if wanted(&CodeActionKind::RefactorRewrite) {
        actions.extend(ticks(&view, span));
    }
    // Asked for by its name only: an editor runs it on every save.
    if only.is_some_and(|only| only.iter().any(|asked| covers(asked, &CodeActionKind::SourceFixAll))) {
        let safe: Vec<_> = fixes(&view, Span::new(0, view.source.text().len()))
            .filter(|(_, fix)| fix.safety == Safety::Safe)
            .map(|(_, fix)| (fix.span, fix.text.clone()))
            .collect();
        actions.extend((!safe.is_empty()).then(|| Action {
            title: "make all safe fixes".to_owned(),
            kind: CodeActionKind::SourceFixAll,
            changes: safe,
            is_preferred: false,
        }));
    }
    Ok(Some(actions.into_iter().map(|action| action.answer(&view, state)).collect()))
}

/// Whether a kind is the one that was asked for, or one below it (`refactor` covers `refactor.rewrite`).
fn covers(asked: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let (asked, kind) = (String::from(asked.clone()), String::from(kind.clone()));
    kind.strip_prefix(&asked).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) || asked.is_empty()
}

struct Action {
    title: String,
    kind: CodeActionKind,
    changes: Vec<(Span, String)>,
    is_preferred: bool,
}

impl Action {
    fn answer(self, view: &View, state: &State<'_>) -> CodeActionResponse {
        let changes = self.changes.into_iter().map(|(span, text)| Change { source: &view.source, span, text });
        CodeActionResponse::CodeAction(CodeAction {
            title: visible(&self.title).into_owned(),
            kind: Some(self.kind),
            is_preferred: self.is_preferred.then_some(true),
            edit: Some(edit::workspace(&view.snapshot, &state.client, changes)),
            ..CodeAction::default()
        })
    }
}

/// The findings around a span that know how they are mended.
fn fixes(view: &View, around: Span) -> impl Iterator<Item = (&Diagnostic, &Fix)> {
    view.snapshot.checked.findings.iter().filter_map(move |finding| {
        let Place::Text { source, span } = &finding.place else { return None };
        let touches = source.path() == view.path && span.start <= around.end && around.start <= span.end;
        finding.fix.as_ref().filter(|_| touches).map(|fix| (finding, fix))
    })
}

/// The lines that a span touches, without the last line end.
fn whole_lines(text: &str, span: Span) -> Span {
    let start = text[..span.start].rfind('\n').map_or(0, |n| n + 1);
    let end = text[span.end..].find('\n').map_or(text.len(), |n| span.end + n);
    Span::new(start, end)
}

/// The hint, where it says what is written; else the line as it will be.
fn title(view: &View, finding: &Diagnostic, fix: &Fix) -> String {
    if let Some(hint) = finding.hint.as_ref().filter(|hint| hint.contains(fix.text.trim())) {
        return hint.clone();
    }
    let text = view.source.text();
    let start = text[..fix.span.start].rfind('\n').map_or(0, |n| n + 1);
    let line = format!("{}{}{}", &text[start..fix.span.start], fix.text, &text[fix.span.end..]);
    let line = line.lines().next().unwrap_or("").trim();
    match line.char_indices().nth(TITLE) {
        Some((end, _)) => format!("write `{}…`", &line[..end]),
        None => format!("write `{line}`"),
    }
}

/// What ticking or unticking is about at this place: a criterion on its line, and the item around.
fn ticks(view: &View, at: Span) -> Vec<Action> {
    let plan = &view.project().plan;
    let is_ours = |file: &PlanFile| file.format.is_none_or(|format| format <= FORMAT);
    let Some(file) = view.plan_file().filter(|&file| is_ours(&plan.files[file])) else { return Vec::new() };
    let Some(index) = mention::item_around(plan, file, at.start) else { return Vec::new() };
    let item = &plan.items[index];
    let mut actions = Vec::new();
    let action = |title, changes| Action { title, kind: CodeActionKind::RefactorRewrite, changes, is_preferred: false };
    let on_line = |criterion: &crate::plan::Criterion<'_>| {
        let line = Span::new(criterion.mark.start, criterion.text.span.end);
        line.start <= at.end.saturating_add(6) && at.start <= line.end
    };
    for criterion in item.criteria().filter(on_line) {
        let (title, mark) = if criterion.ticked { ("untick", " ") } else { ("tick", "x") };
        let inside = Span::new(criterion.mark.start + 1, criterion.mark.end - 1);
        actions.push(action(format!("{title} this criterion"), vec![(inside, mark.to_owned())]));
    }
    let (title, ticked) = match item.mark {
        Mark::Ticked => (format!("reopen `{}`", item.id.value), false),
        Mark::Open | Mark::None => (format!("claim `{}` done", item.id.value), true),
    };
    if let Ok(Some(edit)) = set_mark(plan, index, ticked) {
        actions.push(action(title, vec![(edit.span, edit.text)]));
    }
    actions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_covers_those_below_it() {
        let kind = |name: &str| CodeActionKind::from(name.to_owned());
        assert!(covers(&kind("refactor"), &kind("refactor.rewrite")) && covers(&kind(""), &kind("quickfix")));
        assert!(!covers(&kind("refactor.rewrite"), &kind("refactor")) && !covers(&kind("quick"), &kind("quickfix")));
    }
}
