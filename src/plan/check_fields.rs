//! What is wrong with what the fields of items say.
//!
//! Domain layer; part of [`check`](super::check()). Knows one item at a time, and only words: what ids and names refer
//! to is found out in `link` and elsewhere.

use super::field::Key;
use super::item::part;
use super::value::{self, GateText, NeedText, StatusText};
use super::{Estimate, Item, Mark, NeedKind, Plan, Status, codes};
use crate::diag::{Code, Diagnostic, Place, Sink, nearest};
use crate::text::{Source, Span, Spanned};

/// Reads every value of every item and reports those that cannot be read, and those that are said twice.
pub(super) fn fields(plan: &Plan, sink: &mut Sink) {
    for (index, item) in plan.items.iter().enumerate() {
        let source = &plan.files[item.file].source;
        let needs_are_read = plan.has_read_needs(index);
        let mut faults = Faults { item, source, sink, first: First::default() };
        faults.picture();
        for field in item.fields.iter().filter(|field| field.key != Key::Needs || !needs_are_read) {
            faults.value(field.key, item.quote(field.value), field.word);
        }
    }
}

/// The values that count of the keys that take one.
#[derive(Default)]
struct First<'a> {
    owner: Option<Spanned<&'a str>>,
    team: Option<Spanned<&'a str>>,
    risk: Option<Spanned<&'a str>>,
    rollback: Option<Spanned<&'a str>>,
    goal: Option<Spanned<&'a str>>,
    why: Option<Spanned<&'a str>>,
    stretch: Option<Spanned<&'a str>>,
    estimate: Option<Spanned<Estimate>>,
    actual: Option<Spanned<u32>>,
    priority: Option<Spanned<u8>>,
    start: Option<Spanned<jiff::civil::Date>>,
    due: Option<Spanned<jiff::civil::Date>>,
    status: Option<Spanned<Status<'a>>>,
}

struct Faults<'a> {
    item: &'a Item,
    source: &'a Source,
    sink: &'a mut Sink,
    first: First<'a>,
}

impl<'a> Faults<'a> {
    fn value(&mut self, key: Key, said: Spanned<&'a str>, word: Option<Span>) {
        let Spanned { value: text, span } = said;
        let twice = match key {
            Key::Owner => value::owner(text).and_then(|name| again(&mut self.first.owner, part(said, name))),
            Key::Team => again(&mut self.first.team, said),
            Key::Risk => again(&mut self.first.risk, said),
            Key::Rollback => again(&mut self.first.rollback, said),
            Key::Goal => again(&mut self.first.goal, said),
            Key::Why => again(&mut self.first.why, said),
            Key::Stretch => again(&mut self.first.stretch, said),
            Key::Estimate => match value::estimate(text) {
                Some(estimate) => self.estimate(Spanned::new(estimate, span)),
                None if value::is_size(text) => None,
                None => {
                    let message = format!("`{text}` is not an estimate");
                    let hint = "write `4h`, a range `2h-4h`, or `2h / 4h / 9h` from least to most, at most 50000h; units are m, h, d, w";
                    return self.error(&codes::BAD_ESTIMATE, span, message, "not an estimate", hint);
                }
            },
            Key::Actual => match value::duration(text) {
                Some(minutes) => again(&mut self.first.actual, Spanned::new(minutes, span)),
                None => {
                    let message = format!("`{text}` is not a duration");
                    let hint = "write for example `4h`, `30m`, `2d` or `1w`";
                    return self.error(&codes::BAD_ESTIMATE, span, message, "not a duration", hint);
                }
            },
            Key::Priority => match value::priority(text) {
                Some(level) => again(&mut self.first.priority, Spanned::new(level, span)),
                None => {
                    let message = format!("`{text}` is not a priority");
                    let hint = "write `P0`, `P1`, `P2` or `P3`";
                    return self.error(&codes::BAD_PRIORITY, span, message, "none of P0, P1, P2, P3", hint);
                }
            },
            Key::Start | Key::Due => match text.parse() {
                Ok(date) => {
                    let first = if key == Key::Start { &mut self.first.start } else { &mut self.first.due };
                    again(first, Spanned::new(date, span))
                }
                Err(_) => {
                    let message = format!("`{text}` is not a date");
                    return self.error(&codes::BAD_DATE, span, message, "not a date", "write it as `2026-11-23`");
                }
            },
            Key::Status => self.status(said),
            Key::Needs => return value::needs(text, |need| self.need(said, &need)),
            Key::Gates => return value::gates(text, |word, gate| self.gate(part(said, word), &gate)),
            Key::Blocks
            | Key::Uses
            | Key::Touches
            | Key::Provides
            | Key::Consumes
            | Key::Tags
            | Key::Criteria
            | Key::Remark => None,
        };
        if let Some(first) = twice {
            let place = Place::text(self.source, word.unwrap_or(span));
            let finding = Diagnostic::error(&codes::REPEATED_KEY, place, "the item already has a value for this key")
                .label(Place::text(self.source, first), "the first one, which counts")
                .hint("remove one of the two");
            self.sink.push(finding);
        }
    }

    /// A picture in the title of an item with a box must not say another thing than the box.
    fn picture(&mut self) {
        let title = self.item.title();
        if title.value.is_ascii() || self.item.mark_span.is_none() {
            return;
        }
        let first = title.value.chars().next().map_or(0, char::len_utf8);
        let sign =
            value::sign(title.value, 0..first).or_else(|| value::closing_sign(title.value, 0..title.value.len()));
        if let Some((range, done)) = sign
            && done != (self.item.mark == Mark::Ticked)
        {
            self.disagrees(part(title, range));
        }
    }

    /// `~4h` on the title line may be told in full below.
    fn estimate(&mut self, said: Spanned<Estimate>) -> Option<Span> {
        let first = &mut self.first.estimate;
        if first.is_some_and(|first| first.value == Estimate::single(said.value.likely)) {
            *first = Some(said);
        }
        again(first, said)
    }

    fn status(&mut self, said: Spanned<&'a str>) -> Option<Span> {
        let Spanned { value: text, span } = said;
        match value::status(text) {
            StatusText::Box { .. } if self.item.mark_span.is_none_or(|mark| mark.start != span.start) => {
                let message = format!("`{}` already has a box", self.item.id.value);
                self.error(&codes::REPEATED_KEY, span, message, "a second box", "keep one of the two boxes");
            }
            StatusText::Box { .. } => {}
            StatusText::Dropped => return again(&mut self.first.status, Spanned::new(Status::Dropped, span)),
            StatusText::Waiting(who) => {
                return again(&mut self.first.status, Spanned::new(Status::Waiting(&text[who]), span));
            }
            StatusText::Open if self.item.mark == Mark::Ticked => self.disagrees(said),
            StatusText::Done if self.item.mark != Mark::Ticked => self.disagrees(said),
            StatusText::Open | StatusText::Done => {}
            StatusText::Unknown => {
                let message = format!("`{text}` is not a status");
                let hint = "write `dropped` or `waiting: who`; whether it is done is said by the box";
                self.error(&codes::BAD_STATUS, span, message, "not a status", hint);
            }
        }
        None
    }

    fn disagrees(&mut self, said: Spanned<&str>) {
        let (id, word) = (&self.item.id.value, crate::text::visible(said.value));
        let is_ticked = self.item.mark == Mark::Ticked;
        let says = if is_ticked { "ticked" } else { "not ticked" };
        let finding = Diagnostic::warning(
            &codes::STATUS_DISAGREES,
            Place::text(self.source, said.span),
            format!("the status of `{id}` says `{word}`, but the item is {says}"),
        )
        .cause("the box counts")
        .hint(if is_ticked {
            "remove the status".into()
        } else {
            format!("tick it with `passmuster done {id}`, or remove the status")
        });
        self.sink.push(finding);
    }

    fn need(&mut self, said: Spanned<&str>, need: &NeedText) {
        match need {
            NeedText::Need { .. } | NeedText::Human(_) | NeedText::Nothing => {}
            NeedText::UnknownKind(range) => {
                let word = part(said, range.clone());
                let near = nearest(word.value, NeedKind::ALL.map(NeedKind::name)).unwrap_or("technical");
                let place = Place::text(self.source, word.span);
                let message = format!("`{}` is not a type of need", word.value);
                let finding = Diagnostic::error(&codes::UNKNOWN_NEED_TYPE, place, message)
                    .inline("none of technical, information, resource, team")
                    .instead(word.span, near);
                self.sink.push(finding);
            }
            NeedText::BadLag(range) => {
                let words = part(said, range.clone());
                let message = format!("`{}` is not a relation with a lag", words.value);
                let hint = "write for example `SS+2h` or `FS-1d`, at most 50000h";
                self.error(&codes::BAD_LAG, words.span, message, "not a lag", hint);
            }
        }
    }

    fn gate(&mut self, word: Spanned<&str>, gate: &GateText) {
        if *gate == GateText::Bad {
            let message = format!("`{}` does not name a gate", word.value);
            self.error(&codes::BAD_GATE, word.span, message, "not a name", "write `+name` or `-name`");
        }
    }

    fn error(&mut self, code: &'static Code, span: Span, message: String, inline: &str, hint: &str) {
        let place = Place::text(self.source, span);
        self.sink.push(Diagnostic::error(code, place, message).inline(inline).hint(hint));
    }
}

/// Keeps the first value of a key; answers with its place when this is another one.
fn again<T: PartialEq>(slot: &mut Option<Spanned<T>>, said: Spanned<T>) -> Option<Span> {
    match slot {
        Some(first) => (first.value != said.value).then_some(first.span),
        None => {
            *slot = Some(said);
            None
        }
    }
}
