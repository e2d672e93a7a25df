//! Values where nothing of their key stood: words of a title line, lines below an item, empty cells.
//!
//! Domain layer; a part of `set`.

use super::{Pen, Stand};
use crate::doc::blocks::{Block, BlockKind};
use crate::plan::carrier::table;
use crate::plan::edit::Edit;
use crate::plan::edit::setting::What;
use crate::plan::field::Key;
use crate::plan::{Carrier, Kind, sugar, value};
use crate::text::Span;

impl Pen<'_> {
    /// The ways to write the setting where nothing of it stood, after what stood was taken away.
    pub(super) fn new_values(&self, old: &[Stand]) -> Vec<Vec<Edit>> {
        let title =
            self.title_words().map(|words| Edit { span: Span::at(self.title_line_end()), text: format!(" {words}") });
        let new: Vec<Edit> = title.into_iter().chain(self.new_fields()).collect();
        new.into_iter().map(|edit| old.iter().map(|stand| stand.whole.clone()).chain([edit]).collect()).collect()
    }

    /// The end of what the title line says, before the signs that may close a heading.
    fn title_line_end(&self) -> usize {
        self.layout.head(self.item).map_or(self.item.line.end, |at| self.layout.blocks[at].text.end)
    }

    pub(super) fn fits_title(&self) -> bool {
        let value = &self.setting.value;
        match self.setting.key() {
            Some(Key::Estimate) => value.starts_with(|c: char| c.is_ascii_digit()) && !value.contains([' ', '/']),
            Some(Key::Owner) => crate::id::is_id(value.trim_start_matches('@')),
            Some(Key::Priority) => sugar::priority_of(value).is_some(),
            Some(Key::Needs) => true,
            _ => false,
        }
    }

    /// The setting as words of a title line, where the canonical form has it there.
    fn title_words(&self) -> Option<String> {
        let value = &self.setting.value;
        let is_box = self.item.carrier == Carrier::Checkbox || self.item.kind == Kind::Task;
        match &self.setting.what {
            What::Parallel => Some("[P]".to_owned()),
            What::Tag => is_box.then(|| format!("#{value}")),
            What::Field { key: Key::Tags, .. } => {
                let tags: Vec<&str> = value.split([',', ' ']).filter(|tag| !tag.is_empty()).collect();
                let plain = tags.iter().all(|tag| crate::id::is_id(tag.trim_start_matches('#')));
                (is_box && plain).then(|| {
                    tags.iter().map(|tag| format!("#{}", tag.trim_start_matches('#'))).collect::<Vec<_>>().join(" ")
                })
            }
            What::Field { key, .. } if is_box && self.item.carrier == Carrier::Checkbox && self.fits_title() => {
                match key {
                    Key::Owner => Some(format!("@{}", value.trim_start_matches('@'))),
                    Key::Estimate => Some(format!("~{value}")),
                    Key::Priority => Some(value.clone()),
                    _ => None,
                }
            }
            What::Title | What::Field { .. } => None,
        }
    }

    /// New lines below the item, at every place where they may be understood.
    fn new_fields(&self) -> Vec<Edit> {
        let word = match &self.setting.what {
            What::Field { word, .. } => word.as_str(),
            What::Tag => "tags",
            What::Title | What::Parallel => return Vec::new(),
        };
        let line = format!("{}: {}", word, self.setting.value);
        let Some(head) = self.layout.head(self.item) else { return Vec::new() };
        if self.item.carrier == Carrier::Row {
            return self.new_cell().into_iter().collect();
        }
        let mut edits = Vec::new();
        let words = self.item.fields.iter().rev().filter_map(|field| self.word_of(field));
        if let Some(field) = words.into_iter().find(|word| self.holds_below(*word)) {
            let (lead, emphasis) = self.lead(field.start);
            let line = if emphasis.is_empty() {
                format!("{lead}{line}")
            } else {
                let capital: String =
                    word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
                format!("{lead}{emphasis}{capital}{emphasis}: {}", self.setting.value)
            };
            edits.push(self.new_line(self.below(field.start), &line));
        }
        let lead = self.own_lead(head);
        let after_title = self.after_paragraph(head);
        match self.item.carrier {
            Carrier::Row | Carrier::File => {}
            Carrier::Checkbox | Carrier::Bullet => edits.push(self.new_line(after_title, &format!("{lead}{line}"))),
            Carrier::Heading => {
                let end = self.layout.line_end(after_title);
                let rest = &self.text()[after_title..];
                let next = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or("");
                // A line of prose below would become a part of the new list.
                let apart = next.trim_start().is_empty() || starts_a_block(next);
                let gap = if apart { "" } else { end };
                edits.push(self.new_line(after_title, &format!("{lead}{line}{gap}")));
                edits.push(self.new_line(after_title, &format!("{end}{lead}{line}{gap}")));
            }
        }
        edits
    }

    pub(super) fn new_line(&self, at: usize, line: &str) -> Edit {
        Edit { span: Span::at(at), text: format!("{}{line}", self.layout.line_end(at)) }
    }

    /// What stands before a field's key: blanks and bullet, and the emphasis that follows.
    fn lead(&self, key: usize) -> (&str, &str) {
        let before = &self.text()[..key];
        let lead = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let blank = lead.trim_end_matches(['*', '_']);
        // A bullet may be a star as well.
        if blank.trim().is_empty() && lead.ends_with(' ') { (lead, "") } else { (blank, &lead[blank.len()..]) }
    }

    /// What a field line below the item begins with when it has none yet.
    fn own_lead(&self, head: usize) -> String {
        let block = &self.layout.blocks[head];
        let BlockKind::Item { marker, .. } = block.kind else { return "- ".to_owned() };
        let line = &self.text()[block.line.start..];
        let before = &self.text()[block.line.start..marker.start];
        let indent = before.len() - before.trim_start().len();
        let content = self.item.mark_span.map_or(marker.end + 1, |mark| mark.start);
        format!("{}{}- ", &line[..indent], " ".repeat(content - block.line.start - indent))
    }

    /// The value in the cell of a row that says nothing, under the column that is named after it.
    fn new_cell(&self) -> Option<Edit> {
        let head = self.layout.head(self.item)?;
        let joined = |pair: &&[Block]| pair[1].line.start - pair[0].line.end <= 12;
        let above = self.layout.blocks[..=head].windows(2).rev().take_while(joined).count();
        let header = self.layout.source.slice(self.layout.blocks[head - above].text);
        let column = table::column(header, self.setting.key()?)?;
        let line = self.layout.blocks[head].text;
        let cell = table::cells(self.layout.source.slice(line)).into_iter().nth(column)?;
        let at = line.start + cell.start;
        if !cell.is_empty() {
            let span = Span::new(at, line.start + cell.end);
            let nothing = value::is_none(self.layout.source.slice(span));
            return nothing.then(|| Edit { span, text: self.setting.value.clone() });
        }
        // The blanks of an empty cell stand around the value.
        let blanks = self.text()[..at].len() - self.text()[..at].trim_end_matches(' ').len();
        Some(Edit { span: Span::at(at - blanks.saturating_sub(1)), text: self.setting.value.clone() })
    }

    /// The end of the last line of the paragraph a block begins, or of an underlined heading.
    fn after_paragraph(&self, head: usize) -> usize {
        let mut end = self.layout.blocks[head].line.end;
        for block in &self.layout.blocks[head + 1..] {
            let follows = self.text()[end..block.line.start].matches('\n').count() == 1;
            if !follows || !matches!(block.kind, BlockKind::Text { depth } if depth > 0) {
                break;
            }
            end = block.line.end;
        }
        let underlined = matches!(self.layout.blocks[head].kind, BlockKind::Heading { .. })
            && !self.layout.source.slice(self.layout.blocks[head].line).trim_start().starts_with('#');
        if underlined {
            let rest = self.text()[end..].trim_start_matches('\r').strip_prefix('\n').unwrap_or("");
            let line = rest.lines().next().unwrap_or("");
            let start = self.text().len() - rest.len();
            return start + line.len();
        }
        end
    }
}

/// Whether a line cannot be read as more of the paragraph above it. In doubt it can.
fn starts_a_block(text: &str) -> bool {
    let line = text.lines().next().unwrap_or("");
    let unmarked = line.trim_start_matches([' ', '\t']).trim_start_matches(['#', '-', '*', '+']);
    let marked = unmarked.len() < line.trim_start_matches([' ', '\t']).len();
    line.trim().is_empty()
        || (marked && unmarked.starts_with([' ', '\t']))
        || ["```", "~~~", ">"].iter().any(|start| line.trim_start_matches([' ', '\t']).starts_with(start))
}
