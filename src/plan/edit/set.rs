//! What one item says: `key=value` on its title line or below it.
//!
//! Domain layer. A value is written where the old one stands; a new one goes where the canonical form has it.

mod front;

use super::place::Layout;
use super::setting::{Setting, What};
use super::{Edit, apply, refused};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::doc::blocks::{Block, BlockKind};
use crate::plan::carrier::table;
use crate::plan::field::Key;
use crate::plan::item::Field;
use crate::plan::line::{self, Head, Heading};
use crate::plan::meaning::{self, fact};
use crate::plan::sugar::{self, Sugar};
use crate::plan::{Carrier, Item, Kind, Plan, Reader, check_fields, read, value};
use crate::text::{Source, Span};
use std::ops::Range;

/// The edits, in the text of the item's file, that make an item say a setting. None when it says so already.
///
/// # Errors
/// The value is none for its key, or it cannot be written without changing what something else says.
pub fn set(plan: &Plan, index: usize, setting: &Setting) -> Result<Vec<Edit>, Failure> {
    let item = &plan.items[index];
    let source = &plan.files[item.file].source;
    let escaped;
    let setting = if item.carrier == Carrier::Row {
        escaped = Setting { what: setting.what.clone(), value: table::in_cell(&setting.value) };
        &escaped
    } else {
        setting
    };
    let wanted = wanted(item, setting)?;
    let layout = Layout::new(source)?;
    let pen = Pen { plan, item, layout, setting };
    let check = Check::new(&pen.layout, item, setting, wanted)?;
    let stands = pen.stands().len();
    let once = setting.what == What::Tag || stands <= 1 && (stands == 1) != setting.value.is_empty();
    if check.before == check.wanted && once && setting.key() != Some(Key::Remark) {
        return Ok(Vec::new());
    }
    let ways = pen.ways();
    let fits = ways.into_iter().find(|edits| check.holds(&apply(source.text(), edits)));
    fits.ok_or_else(|| refused(format!("`{}` of `{}` is not changed", setting.name(), item.id.value)))
}

/// What the fact a setting is about must be in the end.
fn wanted(item: &Item, setting: &Setting) -> Result<String, Failure> {
    match &setting.what {
        What::Title => Ok(setting.value.clone()),
        What::Parallel => Ok((!setting.value.is_empty()).to_string()),
        What::Tag => {
            let tag = setting.value.as_str();
            if !crate::id::is_id(tag) || !tag.as_bytes()[0].is_ascii_alphabetic() {
                return Err(Failure::usage(format!("`#{tag}` is no tag"))
                    .hint("a tag begins with a letter, and goes on with letters, digits, `.`, `_` and `-`"));
            }
            let mut tags: Vec<&str> = item.tags().into_iter().map(|tag| tag.value).collect();
            if !tags.contains(&tag) {
                tags.push(tag);
            }
            Ok(format!("{tags:?}"))
        }
        What::Field { key, word } => {
            let text = format!("- [ ] X-1: x\n  - {word}: {}\n", setting.value);
            let mut sink = Sink::new();
            let plan = read(vec![Source::new("", text)], Reader::Fast, &mut sink);
            check_fields::fields(&plan, &mut sink);
            if *key == Key::Status && plan.items[0].status().is_none() && !setting.value.is_empty() {
                let id = &item.id.value;
                return Err(Failure::usage(format!("`{}` is no status that can be set", setting.value))
                    .because("whether an item is done is said by its box; a status is `dropped` or `waiting: who`")
                    .hint(format!("run `passmuster done {id}`, or `passmuster reopen {id}`")));
            }
            if let Some(bad) = sink.into_sorted().into_iter().find(Diagnostic::is_error) {
                let failure = bad.causes.iter().fold(Failure::usage(bad.message.clone()), Failure::because);
                return Err(match bad.hint {
                    Some(hint) => failure.hint(hint),
                    None => failure,
                });
            }
            Ok(fact(&meaning::facts(&plan, 0), setting.name()).to_owned())
        }
    }
}

/// What has to hold after an edit.
struct Check<'a> {
    source: &'a Source,
    id: String,
    name: &'a str,
    before: String,
    wanted: String,
    /// The facts of the file's items before the edit.
    facts: Vec<Vec<meaning::Fact>>,
    /// The file's headings: a line too many above one can take it into a list.
    headings: Vec<u8>,
}

impl<'a> Check<'a> {
    fn new(layout: &Layout<'a>, item: &Item, setting: &'a Setting, wanted: String) -> Result<Self, Failure> {
        let source = layout.source;
        let plan = read(vec![source.clone()], Reader::Fast, &mut Sink::new());
        let id = item.id.value.folded();
        let own = plan.find(&id).ok_or_else(|| refused(format!("`{}` is not changed", item.id.value)))?;
        let facts = meaning::all(&plan);
        let before = fact(&facts[own], setting.name()).to_owned();
        Ok(Self { source, id, name: setting.name(), before, wanted, facts, headings: layout.headings() })
    }

    /// Whether the item says what it should and everything else what it did.
    fn holds(&self, text: &str) -> bool {
        let source = Source::new(self.source.path(), text);
        if Layout::new(&source).map_or(true, |layout| layout.headings() != self.headings) {
            return false;
        }
        let plan = read(vec![source], Reader::Fast, &mut Sink::new());
        let Some(own) = plan.find(&self.id) else { return false };
        let mut facts = meaning::all(&plan);
        if fact(&facts[own], self.name) != self.wanted || facts.len() != self.facts.len() {
            return false;
        }
        for (name, value) in &mut facts[own] {
            if *name == self.name {
                value.clone_from(&self.before);
            }
        }
        facts == self.facts
    }
}

/// One place where an item says what a setting is about.
struct Stand {
    /// What a new value replaces.
    value: Option<Span>,
    /// Values in a list below go when the value is replaced.
    list: Option<Edit>,
    /// What goes when it is taken away.
    whole: Edit,
    on_title: bool,
}

struct Pen<'a> {
    plan: &'a Plan,
    item: &'a Item,
    layout: Layout<'a>,
    setting: &'a Setting,
}

impl Pen<'_> {
    fn text(&self) -> &str {
        self.layout.source.text()
    }

    /// The ways to write the setting, best first. One of no edits: there is nothing to do.
    fn ways(&self) -> Vec<Vec<Edit>> {
        if self.item.carrier == Carrier::File {
            return self.ways_of_file();
        }
        if self.setting.what == What::Title {
            return vec![vec![Edit { span: self.item.title().span, text: self.setting.value.clone() }]];
        }
        let stands = self.stands();
        if self.setting.value.is_empty() {
            return vec![stands.into_iter().map(|stand| stand.whole).collect()];
        }
        if self.setting.what == What::Tag || (self.setting.key() == Some(Key::Tags) && stands.len() > 1) {
            return self.new_values(if self.setting.what == What::Tag { &[] } else { &stands });
        }
        let mut ways = Vec::new();
        for (at, stand) in stands.iter().enumerate() {
            let Some(value) = stand.value.filter(|_| !stand.on_title || self.fits_title()) else { continue };
            let others = stands.iter().enumerate().filter(|(other, _)| *other != at);
            let mut edits: Vec<Edit> = others.map(|(_, stand)| stand.whole.clone()).collect();
            let glued = value.is_empty() && self.text()[..value.start].ends_with(|c: char| !c.is_whitespace());
            let text = format!("{}{}", if glued { " " } else { "" }, self.setting.value);
            edits.push(Edit { span: value, text });
            edits.extend(stand.list.clone());
            ways.push(edits);
        }
        ways.extend(self.new_values(&stands));
        ways
    }

    /// The ways to write the setting where nothing of it stood, after what stood was taken away.
    fn new_values(&self, old: &[Stand]) -> Vec<Vec<Edit>> {
        let title =
            self.title_words().map(|words| Edit { span: Span::at(self.title_line_end()), text: format!(" {words}") });
        let new: Vec<Edit> = title.into_iter().chain(self.new_fields()).collect();
        new.into_iter().map(|edit| old.iter().map(|stand| stand.whole.clone()).chain([edit]).collect()).collect()
    }

    /// The end of what the title line says, before the signs that may close a heading.
    fn title_line_end(&self) -> usize {
        self.layout.head(self.item).map_or(self.item.line.end, |at| self.layout.blocks[at].text.end)
    }

    fn fits_title(&self) -> bool {
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

    /// Where the key of a field is written; a value of a list stands below it. None for what the title carries.
    fn word_of(&self, field: &Field) -> Option<Span> {
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
    fn holds_below(&self, span: Span) -> bool {
        self.item.line.end <= span.start && span.start < self.item.body.end
    }

    fn new_line(&self, at: usize, line: &str) -> Edit {
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

    /// The end of a field and of the list of values below it.
    fn below(&self, key: usize) -> usize {
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

    /// Everywhere the item says what the setting is about.
    fn stands(&self) -> Vec<Stand> {
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
