//! What the values of fields do to an item.
//!
//! Domain layer. Knows one item at a time; what ids and names refer to is found out in `link` and elsewhere.

use super::field::Key;
use super::value::{self, NeedText};
use super::{Estimate, Field, Item, Kind, Mark, Need, NeedKind, Status, codes, line};
use crate::diag::{Code, Diagnostic, Place, Sink, nearest};
use crate::id::GateName;
use crate::text::{Source, Span, Spanned};
use std::ops::Range;

/// Takes the values of one item's fields; findings go to the sink.
pub(super) struct Values<'a> {
    pub source: &'a Source,
    pub sink: &'a mut Sink,
}

impl Values<'_> {
    fn error(&mut self, code: &'static Code, span: Span, message: String, inline: &str, hint: &str) {
        let place = Place::text(self.source, span);
        self.sink.push(Diagnostic::error(code, place, message).inline(inline).hint(hint));
    }

    /// Applies a whole field; the first of two single values counts.
    pub(super) fn field(&mut self, item: &mut Item, key: Key, word: Spanned<String>, span: Span) {
        let source = self.source;
        let text = source.slice(span);
        self.value(item, key, text, span, Some(word.span));
        item.fields.push(Field { key: word, value: Spanned::new(text.to_owned(), span) });
    }

    /// Applies one value; `key_span` is `None` for what a title line carries.
    pub(super) fn value(&mut self, item: &mut Item, key: Key, text: &str, span: Span, key_span: Option<Span>) {
        match key {
            Key::Owner => {
                let name = text.trim().trim_matches('`').trim_start_matches('@');
                let nobody =
                    value::is_none(name) || ["tbd", "unassigned"].iter().any(|no| name.eq_ignore_ascii_case(no));
                if !name.is_empty() && !nobody {
                    self.set(&mut item.owner, name.to_owned(), span, key_span);
                }
            }
            Key::Team => self.set_text(&mut item.team, text, span, key_span),
            Key::Risk => self.set_text(&mut item.risk, text, span, key_span),
            Key::Rollback => self.set_text(&mut item.rollback, text, span, key_span),
            Key::Goal => self.set_text(&mut item.goal, text, span, key_span),
            Key::Why => self.set_text(&mut item.why, text, span, key_span),
            Key::Estimate => self.estimate(item, text, span, key_span),
            Key::Actual => match value::duration(text) {
                Some(minutes) => self.set(&mut item.actual, minutes, span, key_span),
                None if text.is_empty() => {}
                None => self.bad_duration(text, span),
            },
            Key::Priority => self.priority(item, text, span, key_span),
            Key::Due => match text.parse() {
                Ok(date) => self.set(&mut item.due, date, span, key_span),
                Err(_) if text.is_empty() => {}
                Err(_) => {
                    let message = format!("`{text}` is not a date");
                    self.error(&codes::BAD_DATE, span, message, "not a date", "write it as `2026-11-23`");
                }
            },
            Key::Status => self.status(item, text, span, key_span),
            Key::Needs => self.needs(item, text, span),
            Key::Gates => self.gates(item, text, span),
            Key::Uses => push_list(&mut item.uses, text, span),
            Key::Touches => push_list(&mut item.touches, text, span),
            Key::Provides => push_list(&mut item.provides, text, span),
            Key::Consumes => push_list(&mut item.consumes, text, span),
            Key::Tags => {
                let known = item.tags.len();
                push_list(&mut item.tags, text, span);
                for tag in &mut item.tags[known..] {
                    if tag.value.starts_with('#') {
                        tag.value.remove(0);
                    }
                }
            }
            Key::Criteria | Key::Remark => {}
        }
    }

    fn set_text(&mut self, slot: &mut Option<Spanned<String>>, text: &str, span: Span, key: Option<Span>) {
        if !text.is_empty() {
            self.set(slot, text.to_owned(), span, key);
        }
    }

    fn set<T: PartialEq>(&mut self, slot: &mut Option<Spanned<T>>, value: T, span: Span, key: Option<Span>) {
        let Some(first) = slot else {
            *slot = Some(Spanned::new(value, span));
            return;
        };
        if first.value == value {
            return;
        }
        let place = Place::text(self.source, key.unwrap_or(span));
        let finding = Diagnostic::error(&codes::REPEATED_KEY, place, "the item already has a value for this key")
            .label(Place::text(self.source, first.span), "the first one, which counts")
            .hint("remove one of the two");
        self.sink.push(finding);
    }

    fn bad_duration(&mut self, text: &str, span: Span) {
        let message = format!("`{text}` is not a duration");
        self.error(
            &codes::BAD_ESTIMATE,
            span,
            message,
            "not a duration",
            "write for example `4h`, `30m`, `2d` or `1w`",
        );
    }

    fn estimate(&mut self, item: &mut Item, text: &str, span: Span, key: Option<Span>) {
        match value::estimate(text) {
            // `~4h` on the title line may be told in full below.
            Some(estimate)
                if item.estimate.as_ref().is_some_and(|said| said.value == Estimate::single(estimate.likely)) =>
            {
                item.estimate = Some(Spanned::new(estimate, span));
            }
            Some(estimate) => self.set(&mut item.estimate, estimate, span, key),
            None if text.is_empty() => {}
            None => {
                let message = format!("`{text}` is not an estimate");
                let hint = "write `4h`, a range `2h-4h`, or `2h / 4h / 9h` from least to most; units are m, h, d, w";
                self.error(&codes::BAD_ESTIMATE, span, message, "not an estimate", hint);
            }
        }
    }

    fn priority(&mut self, item: &mut Item, text: &str, span: Span, key: Option<Span>) {
        match line::priority_of(text.split([' ', '(']).next().unwrap_or("")) {
            Some(level) => self.set(&mut item.priority, level, span, key),
            None if text.is_empty() => {}
            None => {
                let message = format!("`{text}` is not a priority");
                self.error(
                    &codes::BAD_PRIORITY,
                    span,
                    message,
                    "none of P0, P1, P2, P3",
                    "write `P0`, `P1`, `P2` or `P3`",
                );
            }
        }
    }

    fn status(&mut self, item: &mut Item, text: &str, span: Span, key: Option<Span>) {
        if let Some(at) = box_in(text) {
            if item.mark == Mark::None {
                item.mark = if text[at..].starts_with("[ ]") { Mark::Open } else { Mark::Ticked };
                item.mark_span = Some(Span::new(span.start + at, span.start + at + 3));
            } else {
                self.error(
                    &codes::REPEATED_KEY,
                    span,
                    format!("`{}` already has a box", item.id.value),
                    "a second box",
                    "keep one of the two boxes",
                );
            }
            return;
        }
        let (word, rest) = text.split_once(':').unwrap_or((text, ""));
        let word = word.trim().trim_matches(['*', '`']).to_ascii_lowercase();
        match word.as_str() {
            "" => {}
            "dropped" | "cancelled" | "canceled" => self.set(&mut item.status, Status::Dropped, span, key),
            "waiting" | "blocked" | "on hold" => {
                self.set(&mut item.status, Status::Waiting(rest.trim().to_owned()), span, key);
            }
            "open" | "todo" | "to do" | "planned" | "pending" | "not started" | "ready" | "draft" | "in progress"
            | "in-progress" | "in review" | "active" => {
                if item.mark == Mark::Ticked {
                    self.disagrees(item, &word, span);
                }
            }
            "done" | "complete" | "completed" | "finished" | "closed" => {
                if item.mark != Mark::Ticked {
                    self.disagrees(item, &word, span);
                }
            }
            _ => {
                let message = format!("`{text}` is not a status");
                let hint = "write `dropped` or `waiting: who`; whether it is done is said by the box";
                self.error(&codes::BAD_STATUS, span, message, "not a status", hint);
            }
        }
    }

    fn disagrees(&mut self, item: &Item, word: &str, span: Span) {
        let id = &item.id.value;
        let says = if item.mark == Mark::Ticked { "ticked" } else { "not ticked" };
        let finding = Diagnostic::warning(
            &codes::STATUS_DISAGREES,
            Place::text(self.source, span),
            format!("the status of `{id}` says `{word}`, but the item is {says}"),
        )
        .cause("the box counts")
        .hint(if item.mark == Mark::Ticked {
            "remove the status".into()
        } else {
            format!("tick it with `passmuster done {id}`, or remove the status")
        });
        self.sink.push(finding);
    }

    pub(super) fn needs(&mut self, item: &mut Item, text: &str, span: Span) {
        if value::is_none(text) {
            item.needs_none = true;
            return;
        }
        let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(inner) = bracketed.filter(|inner| !inner.contains(['[', ']'])) {
            return self.needs(item, inner, Span::new(span.start + 1, span.end - 1));
        }
        let at = |range: &Range<usize>| Span::new(span.start + range.start, span.start + range.end);
        for part in value::list(text) {
            match value::need(text, part) {
                NeedText::Nothing => {}
                NeedText::UnknownKind(range) => {
                    let word = &text[range.clone()];
                    let near = nearest(word, NeedKind::ALL.map(NeedKind::name)).unwrap_or("technical");
                    self.error(
                        &codes::UNKNOWN_NEED_TYPE,
                        at(&range),
                        format!("`{word}` is not a type of need"),
                        "none of technical, information, resource, team",
                        &format!("write `{near}`"),
                    );
                }
                NeedText::BadLag(range) => {
                    let message = format!("`{}` is not a relation with a lag", &text[range.clone()]);
                    self.error(
                        &codes::BAD_LAG,
                        at(&range),
                        message,
                        "not a lag",
                        "write for example `SS+2h` or `FS-1d`",
                    );
                }
                NeedText::Need { kind, target, reason, relation, lag } => {
                    let (target, reason) = reduce(text, target, reason, kind);
                    let words = &text[target.clone()];
                    let kind =
                        kind.unwrap_or(if value::is_path(words) { NeedKind::Information } else { NeedKind::Technical });
                    let target = Spanned::new(words.to_owned(), at(&target));
                    item.needs.push(Need { kind, target, reason, relation, lag_minutes: lag });
                }
            }
        }
    }

    fn gates(&mut self, item: &mut Item, text: &str, span: Span) {
        if value::is_none(text) {
            return;
        }
        for list in value::list(text) {
            let mut start = list.start;
            for word in text[list].split([' ', '\t']) {
                let place = Span::new(span.start + start, span.start + start + word.len());
                start += word.len() + 1;
                if word.is_empty() {
                    continue;
                }
                let (to, name) = match word.strip_prefix('-') {
                    Some(name) => (&mut item.gates.remove, name),
                    None => (&mut item.gates.add, word.strip_prefix('+').unwrap_or(word)),
                };
                match GateName::parse(name) {
                    Some(name) => to.push(Spanned::new(name, place)),
                    None => {
                        let message = format!("`{word}` does not name a gate");
                        self.error(&codes::BAD_GATE, place, message, "not a name", "write `+name` or `-name`");
                    }
                }
            }
        }
    }
}

/// The place of a box in a status, if there is one.
fn box_in(text: &str) -> Option<usize> {
    ["[ ]", "[x]", "[X]"].iter().find_map(|mark| text.starts_with(mark).then_some(0))
}

/// Cuts an untyped target to the item it names: the number sign goes, `T-1 for its schema` becomes target and reason.
fn reduce(
    text: &str,
    target: Range<usize>,
    reason: Option<String>,
    kind: Option<NeedKind>,
) -> (Range<usize>, Option<String>) {
    let words = &text[target.clone()];
    let hash = usize::from(words.starts_with('#') && words.len() > 1);
    let start = target.start + hash;
    let Some(blank) = words.find(' ') else { return (start..target.end, reason) };
    let first = &words[hash..blank];
    let level = Kind::ALL.iter().any(|kind| kind.name().eq_ignore_ascii_case(first));
    let id = crate::id::is_id(first) && first.bytes().any(|b| b.is_ascii_digit());
    if !matches!(kind, None | Some(NeedKind::Technical)) || level || !id {
        return (start..target.end, reason);
    }
    let rest = words[blank..].trim_start_matches([' ', '-', '–', '—']).to_owned();
    (start..target.start + blank, reason.or(Some(rest).filter(|rest| !rest.is_empty())))
}

fn push_list(list: &mut Vec<Spanned<String>>, text: &str, span: Span) {
    if value::is_none(text) {
        return;
    }
    for range in value::list(text) {
        let place = Span::new(span.start + range.start, span.start + range.end);
        list.push(Spanned::new(text[range].to_owned(), place));
    }
}
