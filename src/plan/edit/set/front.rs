//! Settings of a task that is a file of its own: its front matter says them, line by line.
//!
//! Domain layer. Other tools read these files as YAML, so a value that YAML would take for something else is quoted.

use super::{Pen, Stand};
use crate::doc::front_matter;
use crate::plan::carrier::record;
use crate::plan::edit::Edit;
use crate::plan::edit::setting::What;
use crate::plan::field::Key;
use crate::text::Span;

impl Pen<'_> {
    /// The ways to write the setting, best first: over what says it, or on a new line below the id.
    pub(super) fn ways_of_file(&self) -> Vec<Vec<Edit>> {
        let value = &self.setting.value;
        let word = match &self.setting.what {
            What::Title => {
                let title = self.item.title().span;
                if !title.is_empty() {
                    return vec![vec![Edit { span: title, text: self.written(title) }]];
                }
                "title"
            }
            What::Field { word, .. } => word.as_str(),
            What::Tag => "tags",
            What::Parallel => return Vec::new(),
        };
        let stands = self.setting.key().map_or_else(Vec::new, |key| self.stands_of_file(key));
        let gone = |at: usize| {
            let others = stands.iter().enumerate().filter(move |(other, _)| *other != at);
            others.map(|(_, stand)| stand.whole.clone())
        };
        if value.is_empty() {
            return vec![gone(stands.len()).collect()];
        }
        let over = stands.iter().enumerate().filter_map(|(at, stand)| {
            let value = stand.value?;
            let here = Edit { span: value, text: self.written(value) };
            Some(gone(at).chain([here]).chain(stand.list.clone()).collect())
        });
        let line = self.new_line(self.item.line.end, &format!("{word}: {}", quoted(value)));
        over.chain([gone(stands.len()).chain([line]).collect()]).collect()
    }

    /// The lines of the front matter that say something for a key, also those that leave it empty.
    pub(super) fn stands_of_file(&self, key: Key) -> Vec<Stand> {
        let text = self.text();
        let Some(front) = front_matter(text) else { return Vec::new() };
        let entries = record::entries(text, front.body).into_iter();
        let own = entries.filter(|entry| record::key(&text[entry.word.range()]) == Some(key));
        own.map(|entry| {
            let end = self.layout.line_around(entry.word.start).end;
            let below = Span::new((end + self.layout.line_end(end).len()).min(entry.lines.end), entry.lines.end);
            Stand {
                value: Some(record::inside(text, entry.value)),
                list: (!entry.list.is_empty()).then(|| self.layout.cut_lines(below)),
                whole: self.layout.cut_lines(entry.lines),
                on_title: false,
            }
        })
        .collect()
    }

    /// The value as it has to be written over what stands at `old`.
    fn written(&self, old: Span) -> String {
        let value = &self.setting.value;
        // A title may stand in the first heading below.
        if front_matter(self.text()).is_none_or(|front| front.body.end <= old.start) {
            return value.clone();
        }
        match self.text()[..old.start].chars().next_back() {
            Some(':') => format!(" {}", quoted(value)),
            Some('"' | '\'' | '[') => value.clone(),
            _ => quoted(value),
        }
    }
}

/// A value between quotes, when YAML would not take it for plain words.
fn quoted(value: &str) -> String {
    let special = value.starts_with(['*', '&', '!', '@', '`', '%', '#', '|', '>', '{', '"', '\'', '?', '-', ',', ']']);
    if !special && !value.contains(": ") && !value.contains(" #") && !value.ends_with(':') {
        return value.to_owned();
    }
    let sign = if value.contains(['"', '\\']) { '\'' } else { '"' };
    format!("{sign}{value}{sign}")
}
