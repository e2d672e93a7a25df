//! One item of the plan and what it says.
//!
//! Domain layer. An item keeps places, not copies: its words and the values of its fields are read from the source
//! when they are asked for, so a plan costs little to read and verbs pay for what they use. What is wrong with a
//! value is found in `check_fields`; here a value that cannot be read is not there.

use super::field::Key;
use super::paths;
use super::value::{self, GateText, NeedText, StatusText};
use super::{Carrier, Estimate, Kind, Mark, NeedKind, Relation};
use crate::id::{GateName, ItemId};
use crate::text::{Source, Span, Spanned};
use std::ops::Range;

/// Who or what the state of an item depends on besides its tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status<'a> {
    /// Taken out of the plan; counts as closed for its parent, satisfies no need.
    Dropped,
    /// Waits for somebody or something, named by the text.
    Waiting(&'a str),
}

/// One need of an item, as written; see [`Plan::needs`](super::Plan::needs).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need<'a> {
    pub kind: NeedKind,
    /// What is needed: an item's id (or `Phase 1`), a path, a resource's name, a team's name.
    pub target: Spanned<&'a str>,
    /// The named output, resource or integration that justifies the edge.
    pub reason: Option<&'a str>,
    pub relation: Relation,
    /// Minutes after (or, negative, before) the related moment.
    pub lag_minutes: i64,
    /// The item that a technical need names, if there is one.
    pub(super) item: Option<usize>,
}

/// Which gates an item adds to or takes from those of its level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateChoice {
    pub add: Vec<Spanned<GateName>>,
    pub remove: Vec<Spanned<GateName>>,
}

/// A condition of an item: a box under a task or in a section of acceptance criteria.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Criterion<'a> {
    pub text: Spanned<&'a str>,
    pub ticked: bool,
    /// The three characters of the box.
    pub mark: Span,
}

/// Where the box of a criterion stands and what follows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct CriterionBox {
    pub text: Span,
    pub ticked: bool,
    pub mark: Span,
}

/// One value that an item says for a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub key: Key,
    /// Where the key is written; `None` for what the title carries and for values of a list below their key.
    pub word: Option<Span>,
    /// Never empty.
    pub value: Span,
}

/// Room for what most items say, so that saying it takes one allocation.
const USUAL_FIELDS: usize = 6;

/// One item of the plan. Optional parts are `None` or empty when the plan does not say.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: Spanned<ItemId>,
    pub kind: Kind,
    pub carrier: Carrier,
    /// Index of the file in [`Plan::files`](super::Plan::files).
    pub file: usize,
    /// Index of the parent in [`Plan::items`](super::Plan::items); the parent stands before its children.
    pub parent: Option<usize>,
    pub mark: Mark,
    /// The three characters of the box, where there is one.
    pub mark_span: Option<Span>,
    /// The first line of the item.
    pub line: Span,
    /// Everything that belongs to the item itself: its first line, fields, criteria and prose, not its children.
    pub body: Span,
    /// `[P]`: may run beside its neighbours.
    pub parallel: bool,
    pub(super) source: Source,
    pub(super) title: Span,
    /// In the order they are written; what the title carries comes first.
    pub(super) fields: Vec<Field>,
    pub(super) boxes: Vec<CriterionBox>,
}

impl Item {
    /// An item that says nothing but its id.
    pub(super) fn new(
        id: Spanned<ItemId>,
        kind: Kind,
        carrier: Carrier,
        (file, source): (usize, &Source),
        line: Span,
    ) -> Self {
        Self {
            title: Span::at(id.span.end),
            id,
            kind,
            carrier,
            file,
            parent: None,
            mark: Mark::None,
            mark_span: None,
            line,
            body: line,
            parallel: false,
            source: source.clone(),
            fields: Vec::new(),
            boxes: Vec::new(),
        }
    }

    /// The key, in its canonical spelling, of the value that stands inside a span below the item's first line. `None` as
    /// well for a remark.
    pub fn key_in(&self, span: Span) -> Option<&'static str> {
        let first = self.fields.partition_point(|field| field.value.start < span.start);
        self.fields.get(first).filter(|field| field.value.end <= span.end)?.key.canonical()
    }

    pub fn title(&self) -> Spanned<&str> {
        self.quote(self.title)
    }

    /// Whether two items are written alike, wherever they stand: then whatever they say of themselves is the same.
    pub fn is_written_as(&self, other: &Self) -> bool {
        fn values(item: &Item) -> impl Iterator<Item = (Key, &str)> {
            item.fields.iter().map(|field| (field.key, item.quote(field.value).value))
        }
        self.id.value == other.id.value
            && (self.kind, self.mark) == (other.kind, other.mark)
            && self.title().value == other.title().value
            && values(self).eq(values(other))
    }

    /// Whether it was dropped or waits for somebody.
    pub fn status(&self) -> Option<Spanned<Status<'_>>> {
        self.first(Key::Status, |text| match value::status(text) {
            StatusText::Dropped => Some(Status::Dropped),
            StatusText::Waiting(who) => Some(Status::Waiting(&text[who])),
            _ => None,
        })
    }

    /// Whether the item was taken out of the plan.
    pub fn is_dropped(&self) -> bool {
        matches!(self.status(), Some(Spanned { value: Status::Dropped, .. }))
    }

    /// Whether its status says that somebody works on it.
    pub fn is_under_way(&self) -> bool {
        self.values(Key::Status).next().is_some_and(|said| value::is_under_way(said.value))
    }

    pub fn owner(&self) -> Option<Spanned<&str>> {
        self.values(Key::Owner).find_map(|said| value::owner(said.value).map(|name| part(said, name)))
    }

    pub fn team(&self) -> Option<Spanned<&str>> {
        self.values(Key::Team).next()
    }

    pub fn risk(&self) -> Option<Spanned<&str>> {
        self.values(Key::Risk).next()
    }

    pub fn rollback(&self) -> Option<Spanned<&str>> {
        self.values(Key::Rollback).next()
    }

    pub fn goal(&self) -> Option<Spanned<&str>> {
        self.values(Key::Goal).next()
    }

    pub fn why(&self) -> Option<Spanned<&str>> {
        self.values(Key::Why).next()
    }

    /// The scope that somebody who is no specialist for it was given.
    pub fn stretch(&self) -> Option<Spanned<&str>> {
        self.values(Key::Stretch).next()
    }

    /// `needs: human`: only a person can close the item.
    pub fn needs_human(&self) -> Option<Spanned<&str>> {
        let mut found = None;
        for said in self.values(Key::Needs) {
            value::needs(said.value, |need| {
                if let NeedText::Human(range) = need {
                    found = found.or(Some(part(said, range)));
                }
            });
        }
        found
    }

    /// The work it takes. A `~4h` on the title line may be told in full below.
    pub fn estimate(&self) -> Option<Spanned<Estimate>> {
        let read = |said: Spanned<&str>| Some(Spanned::new(value::estimate(said.value)?, said.span));
        let told = |first: Spanned<Estimate>, next: Spanned<Estimate>| {
            if first.value == Estimate::single(next.value.likely) { next } else { first }
        };
        self.values(Key::Estimate).filter_map(read).reduce(told)
    }

    /// Minutes really spent.
    pub fn actual(&self) -> Option<Spanned<u32>> {
        self.first(Key::Actual, value::duration)
    }

    /// 0 (most urgent) to 3.
    pub fn priority(&self) -> Option<Spanned<u8>> {
        self.first(Key::Priority, value::priority)
    }

    /// The day before which it cannot begin.
    pub fn start(&self) -> Option<Spanned<jiff::civil::Date>> {
        self.first(Key::Start, |text| text.parse().ok())
    }

    pub fn due(&self) -> Option<Spanned<jiff::civil::Date>> {
        self.first(Key::Due, |text| text.parse().ok())
    }

    /// In the order they stand in the text.
    pub fn tags(&self) -> Vec<Spanned<&str>> {
        let sign = |tag: &str| usize::from(tag.starts_with('#'));
        let mut tags: Vec<_> = self.list(Key::Tags).map(|tag| part(tag, sign(tag.value)..tag.value.len())).collect();
        tags.sort_by_key(|tag| tag.span.start);
        tags
    }

    pub fn uses(&self) -> impl Iterator<Item = Spanned<&str>> {
        self.list(Key::Uses)
    }

    /// Path patterns the work stays inside.
    pub fn touches(&self) -> impl Iterator<Item = Spanned<&str>> {
        self.list(Key::Touches)
    }

    /// Paths that the title names: a proposal of what the work touches, never a rule.
    pub fn proposed_touches(&self) -> impl Iterator<Item = Spanned<&str>> {
        let title = self.title();
        paths::paths(title.value).map(move |range| part(title, range))
    }

    pub fn provides(&self) -> impl Iterator<Item = Spanned<&str>> {
        self.list(Key::Provides)
    }

    pub fn consumes(&self) -> impl Iterator<Item = Spanned<&str>> {
        self.list(Key::Consumes)
    }

    pub fn gates(&self) -> GateChoice {
        let mut choice = GateChoice::default();
        for said in self.values(Key::Gates) {
            value::gates(said.value, |word, gate| match gate {
                GateText::Add(name) => choice.add.push(Spanned::new(name, part(said, word).span)),
                GateText::Remove(name) => choice.remove.push(Spanned::new(name, part(said, word).span)),
                GateText::Bad => {}
            });
        }
        choice
    }

    /// Whether `needs: none` was written.
    pub fn needs_none(&self) -> bool {
        self.values(Key::Needs).any(|said| value::is_none(said.value))
    }

    pub fn criteria(&self) -> impl Iterator<Item = Criterion<'_>> {
        self.boxes.iter().map(|found| Criterion {
            text: self.quote(found.text),
            ticked: found.ticked,
            mark: found.mark,
        })
    }

    /// What the item says for a key, in order.
    pub(super) fn values(&self, key: Key) -> impl Iterator<Item = Spanned<&str>> {
        self.fields.iter().filter(move |field| field.key == key).map(|field| self.quote(field.value))
    }

    /// The first value of a key that can be read.
    fn first<'a, T>(&'a self, key: Key, read: impl Fn(&'a str) -> Option<T>) -> Option<Spanned<T>> {
        self.values(key).find_map(|said| Some(Spanned::new(read(said.value)?, said.span)))
    }

    /// The parts of all lists of a key.
    fn list(&self, key: Key) -> impl Iterator<Item = Spanned<&str>> {
        let lists = self.values(key).filter(|said| !value::is_none(said.value));
        lists.flat_map(|said| value::list(said.value).map(move |range| part(said, range)))
    }

    /// Adds a value; an empty one says nothing.
    pub(super) fn say(&mut self, field: Field) {
        if field.value.is_empty() {
            return;
        }
        if self.fields.capacity() == 0 {
            self.fields.reserve_exact(USUAL_FIELDS);
        }
        self.fields.push(field);
    }

    pub(super) fn quote(&self, span: Span) -> Spanned<&str> {
        Spanned::new(self.source.slice(span), span)
    }
}

/// A part of words with its place.
pub(super) fn part(words: Spanned<&str>, range: Range<usize>) -> Spanned<&str> {
    let place = Span::new(words.span.start + range.start, words.span.start + range.end);
    Spanned::new(&words.value[range], place)
}
