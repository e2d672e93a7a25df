//! Documents as Markdown that GitHub shows.
//!
//! Every text is foreign: it shows and does nothing else. A page that would be too large for where it goes is cut
//! between rows, and says so.

use crate::text::{inert, visible};
use crate::verb::document::{Block, Document, List, Section, Table, Word, Words};
use std::fmt::Write as _;

/// Characters of one text that are shown; a line of 100 kB is nobody's title.
const MAX_TEXT: usize = 2_000;

/// Room that is kept for the sentence about what is left out, and for closing a block.
const RESERVE: usize = 512;

/// Renders a document in at most `budget` bytes; its title is a heading of the level given.
pub fn document(document: &Document, level: usize, budget: usize) -> String {
    let mut page = Page::new(budget);
    page.push(&format!("{} {}\n", "#".repeat(level), text(&document.title)));
    for section in &document.sections {
        page.section(section, level + 1);
    }
    page.finish()
}

/// Renders the blocks of one section, without its heading: what stands in a template in place of the section's name.
pub fn section(section: &Section) -> String {
    let mut page = Page::new(usize::MAX);
    for block in &section.blocks {
        page.block(block);
    }
    page.finish().trim_matches('\n').to_owned()
}

/// Foreign text as part of one line, as far as a page shows it.
pub fn text(text: &str) -> String {
    inert(&visible(text_of_page(text).trim()))
}

/// A line that begins with such text: what would make it a list, a rule or a heading loses its meaning.
fn opening(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let at = match line.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => digits,
        Some(b'-' | b'+' | b'=') if digits == 0 => 0,
        _ => return line.to_owned(),
    };
    format!("{}\\{}", &line[..at], &line[at..])
}

/// Foreign text as a code span. A cell of a table is cut at a bar whatever stands around it, so there text with a bar is
/// escaped instead.
fn code(foreign: &str, place: Place) -> String {
    let shown = visible(text_of_page(foreign).trim()).into_owned();
    if shown.is_empty() || (place == Place::Cell && shown.contains('|')) {
        return text(foreign);
    }
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let gap = if longest > 0 { " " } else { "" };
    format!("{fence}{gap}{shown}{gap}{fence}")
}

/// Where words stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Line,
    Cell,
}

fn words(words: &Words, place: Place) -> String {
    let mut out = String::new();
    for word in &words.0 {
        let (piece, marked) = match word {
            Word::Plain(plain) => (spaced(plain), false),
            Word::Code(typed) => (code(typed, place), true),
            Word::Strong(strong) if strong.trim().is_empty() => continue,
            Word::Strong(strong) => (format!("**{}**", text(strong)), true),
        };
        // Marks of two words that touch each other would be taken for others.
        let touches = out.ends_with(['`', '*'])
            && (marked || !piece.starts_with(|c: char| c.is_whitespace() || c.is_ascii_punctuation()));
        if touches || (marked && out.ends_with(|c: char| !c.is_whitespace() && c != '(')) {
            out.push(' ');
        }
        out.push_str(&piece);
    }
    if place == Place::Line { opening(out.trim()) } else { out.trim().to_owned() }
}

/// Plain words, with a space where they had one: they may stand between others.
fn spaced(plain: &str) -> String {
    let space = |is: bool| if is { " " } else { "" };
    let words = text(plain);
    if words.is_empty() {
        return space(!plain.is_empty()).to_owned();
    }
    let (before, after) = (plain.starts_with(char::is_whitespace), plain.ends_with(char::is_whitespace));
    format!("{}{words}{}", space(before), space(after))
}

/// The text as far as a page shows it.
fn text_of_page(text: &str) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(MAX_TEXT) {
        Some((at, _)) => format!("{}…", &text[..at]).into(),
        None => text.into(),
    }
}

/// A page that never grows beyond its budget.
struct Page {
    out: String,
    budget: usize,
    /// Lines that did not fit.
    left_out: usize,
}

impl Page {
    fn new(budget: usize) -> Self {
        Self { out: String::new(), budget, left_out: 0 }
    }

    /// Adds whole lines, or none of them.
    fn push(&mut self, lines: &str) -> bool {
        let fits = self.left_out == 0 && self.out.len() + lines.len() + RESERVE <= self.budget;
        if fits {
            self.out.push_str(lines);
        } else {
            self.left_out += lines.lines().filter(|line| !line.is_empty()).count();
        }
        fits
    }

    fn section(&mut self, section: &Section, level: usize) {
        if !section.title.is_empty() {
            self.push(&format!("\n{} {}\n", "#".repeat(level), text(&section.title)));
        }
        for block in &section.blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(paragraph) => {
                self.push(&format!("\n{}\n", words(paragraph, Place::Line)));
            }
            Block::Facts(facts) => {
                self.push("\n");
                for (name, value) in facts {
                    let fact = Words::strong(name).and(": ").and(value.clone());
                    self.push(&format!("- {}\n", words(&fact, Place::Line)));
                }
            }
            Block::List(list) => self.list(list),
            Block::Table(table) => self.table(table),
            Block::Diagram(diagram) => {
                // A fence that nothing in the diagram can close.
                self.push(&format!("\n```mermaid\n{}\n```\n", diagram.trim_end().replace("```", "")));
            }
        }
    }

    fn list(&mut self, list: &List) {
        if list.items.is_empty() {
            self.push(&format!("\n{}\n", words(&Words::marked(list.none), Place::Line)));
            return;
        }
        self.push("\n");
        for (index, item) in list.items.iter().enumerate() {
            let mark = if list.numbered { format!("{}.", index + 1) } else { "-".to_owned() };
            self.push(&format!("{mark} {}\n", words(item, Place::Line)));
        }
    }

    fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            self.push(&format!("\n{}\n", words(&Words::marked(table.none), Place::Line)));
            return;
        }
        let columns: Vec<String> = table.columns.iter().map(|column| text(column)).collect();
        self.push(&format!("\n| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len())));
        for row in &table.rows {
            let cells: Vec<String> = row.iter().map(|cell| words(cell, Place::Cell)).collect();
            self.push(&format!("| {} |\n", cells.join(" | ")));
        }
    }

    fn finish(mut self) -> String {
        if self.left_out > 0 {
            let _ = writeln!(self.out, "\n{} more lines are left out: the page would be too large.", self.left_out);
        }
        self.out
    }
}

#[cfg(test)]
pub(crate) mod tests;
