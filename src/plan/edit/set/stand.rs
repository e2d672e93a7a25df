//! Where an item says what a setting is about: its title line, the lines below it, a cell of its row.
//!
//! Domain layer; a part of `set`.

use super::Pen;
use crate::doc::blocks::{Block, BlockKind};
use crate::plan::Carrier;
use crate::plan::edit::Edit;
use crate::plan::edit::setting::What;
use crate::plan::field::Key;
use crate::plan::item::Field;
use crate::plan::line::{self, Head, Heading};
use crate::plan::sugar::{self, Sugar};
use crate::text::Span;
use std::ops::Range;

/// One place where an item says what a setting is about.
pub(super) struct Stand {
    /// What a new value replaces.
    pub value: Option<Span>,
    /// Values in a list below go when the value is replaced.
    pub list: Option<Edit>,
    /// What goes when it is taken away.
    pub whole: Edit,
    pub on_title: bool,
}

impl Pen<'_> {
    /// Everywhere the item says what the setting is about.
    pub(super) fn stands(&self) -> Vec<Stand> {
        let mut stands = self.title_stands();
        let Some(key) = self.setting.key() else { return stands };
        if self.item.carrier == Carrier::File {
            return self.stands_of_file(key);
        }
        let mut lists: Vec<usize> = Vec::new();
        for field in self.item.fields.iter().filter(|field| field.key == key) {
            let Some(word) = self.word_of(field) else { continue };
            if key == Key::Remark && !self.layout.source.slice(word).eq_ignore_ascii_case(self.setting.name()) {
                continue;
            }
            if field.word.is_some() {
                let whole = self.layout.cut_lines(self.layout.line_around(word.start));
                stands.push(Stand { value: Some(field.value), list: None, whole, on_title: false });
                continue;
            }
            let at = self.layout.blocks.partition_point(|block| block.line.end < word.start);
            let line = self.layout.blocks[at].line;
            if !lists.contains(&at) {
                lists.push(at);
                let start = line.end + self.layout.line_end(line.end).len();
                let below = self.below(word.start);
                let whole = self.layout.cut_lines(Span::new(line.start, below));
                let list = Some(self.layout.cut_lines(Span::new(start, below)));
                let value = Some(Span::at(self.layout.blocks[at].text.end));
                stands.push(Stand { value, list, whole, on_title: false });
            }
        }
        stands
    }

    /// The pieces of the title line that say it.
    fn title_stands(&self) -> Vec<Stand> {
        let Some(head) = self.layout.head(self.item) else { return Vec::new() };
        let line = self.layout.blocks[head].text;
        let text = self.layout.source.slice(line);
        let declared = self.plan.files[self.item.file].format.is_some();
        let title = match self.item.carrier {
            Carrier::Row => return self.cells(),
            Carrier::File => return Vec::new(),
            Carrier::Checkbox | Carrier::Bullet => match line::checkbox(text, declared) {
                Head::Id { title, .. } => title,
                Head::Bad(_) | Head::None => return Vec::new(),
            },
            Carrier::Heading => match line::heading(text) {
                Heading::Item(found) => found.title,
                Heading::Bad(_) | Heading::Plain => return Vec::new(),
            },
        };
        let mut found: Vec<(Option<Range<usize>>, Range<usize>)> = Vec::new();
        let key = self.setting.key();
        let parallel = self.setting.what == What::Parallel;
        sugar::sugar(text, title.clone(), |sugar| {
            let (wanted, value, whole) = match sugar {
                Sugar::Owner(at) => (key == Some(Key::Owner), at.clone(), at.start - 1..at.end),
                Sugar::Estimate(at) => (key == Some(Key::Estimate), at.clone(), at.start - 1..at.end),
                Sugar::Priority(at, _) => (key == Some(Key::Priority), at.clone(), bracketed(text, at)),
                Sugar::Tag(at) if text[..at.start].ends_with('[') => {
                    (key == Some(Key::Tags), at.clone(), at.start - 1..at.end + 1)
                }
                Sugar::Tag(at) => (key == Some(Key::Tags), at.clone(), at.start - 1..at.end),
                Sugar::Needs(at) => (key == Some(Key::Needs), at.clone(), bracketed(text, at)),
                Sugar::Parallel => {
                    let at = text[title.clone()].find("[P]").map_or(title.start, |n| title.start + n);
                    (parallel, at..at + 3, at..at + 3)
                }
            };
            if wanted {
                found.push((Some(value).filter(|_| key != Some(Key::Tags)), whole));
            }
        });
        found.sort_by_key(|(_, whole)| whole.start);
        found.dedup();
        let stand = |(value, whole): (Option<Range<usize>>, Range<usize>)| {
            let absolute = |at: Range<usize>| Span::new(line.start + at.start, line.start + at.end);
            let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
            let before = text[..whole.start].len() - text[..whole.start].trim_end_matches([' ', '\t']).len();
            let gone = if whole.start == title.start {
                whole.start..whole.end + blanks(&text[whole.end..])
            } else {
                whole.start - before..whole.end
            };
            let whole = Edit { span: absolute(gone), text: String::new() };
            Stand { value: value.map(absolute), list: None, whole, on_title: true }
        };
        found.into_iter().map(stand).collect()
    }

    /// The cells of a row that say it.
    fn cells(&self) -> Vec<Stand> {
        let key = self.setting.key();
        let said = self.item.fields.iter().filter(|field| Some(field.key) == key && field.word.is_none());
        let inside = said.filter(|field| self.item.line.to(field.value) == self.item.line);
        inside
            .map(|field| Stand {
                value: Some(field.value),
                list: None,
                whole: Edit { span: field.value, text: String::new() },
                on_title: false,
            })
            .collect()
    }

    /// Where the key of a field is written; a value of a list stands below it. None for what the title carries.
    pub(super) fn word_of(&self, field: &Field) -> Option<Span> {
        if field.word.is_some() || self.item.line.to(field.value) == self.item.line {
            return field.word;
        }
        let at = self.layout.blocks.partition_point(|block| block.line.end < field.value.start);
        let is_value = |block: &&Block| matches!(block.kind, BlockKind::Item { checkbox: None, .. });
        let depth = |block: &Block| match block.kind {
            BlockKind::Item { depth, .. } | BlockKind::Text { depth } => depth,
            BlockKind::Heading { .. } => 0,
        };
        let own = depth(self.layout.blocks.get(at)?);
        let key = self.layout.blocks[..at].iter().rev().find(|block| !is_value(block) || depth(block) < own)?;
        Some(Span::at(key.text.start))
    }

    /// Whether a place is the item's own, below its first line and before its children.
    pub(super) fn holds_below(&self, span: Span) -> bool {
        self.item.line.end <= span.start && span.start < self.item.body.end
    }

    /// The end of a field and of the list of values below it.
    pub(super) fn below(&self, key: usize) -> usize {
        let at = self.layout.blocks.partition_point(|block| block.line.end < key);
        self.list_below(at)
            .last()
            .map_or_else(|| self.layout.blocks.get(at).map_or(key, |block| block.line.end), |line| line.end)
    }

    /// The lines of the list that may stand below the block `at`.
    fn list_below(&self, at: usize) -> Vec<Span> {
        let Some(block) = self.layout.blocks.get(at) else { return Vec::new() };
        let wanted = match block.kind {
            BlockKind::Item { depth, .. } => depth + 1,
            BlockKind::Text { depth } => depth,
            BlockKind::Heading { .. } => return Vec::new(),
        };
        let inside =
            |block: &&Block| matches!(block.kind, BlockKind::Item { depth, checkbox: None, .. } if depth == wanted);
        self.layout.blocks[at + 1..].iter().take_while(inside).map(|block| block.line).collect()
    }
}

/// The bracket or the word around a value: `(Priority: P1)`, `(depends on T1)`, `blocked-by:T1`.
fn bracketed(text: &str, value: Range<usize>) -> Range<usize> {
    let start = match text[value.end..].starts_with(')') {
        true => text[..value.start].rfind('('),
        false => None,
    };
    match start {
        Some(start) => start..value.end + 1,
        None => text[..value.start].rfind([' ', '\t']).map_or(0, |n| n + 1)..value.end,
    }
}
