//! Where an item begins and ends in its file, and where something can stand beside it.
//!
//! Domain layer. Knows lines, lists and headings, nothing of fields.

use super::{Edit, refused};
use crate::diag::Failure;
use crate::doc::blocks::{Block, BlockKind};
use crate::doc::{markdown, markdown_start};
use crate::plan::{Carrier, Item, Plan};
use crate::text::{Source, Span};

/// Where an item is to stand; the numbers are indices in [`Plan::items`] and [`Plan::files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// As the last of its kind in another item.
    Under(usize),
    Before(usize),
    After(usize),
    /// At the end of a file.
    End(usize),
}

/// One file as lists and headings.
pub(super) struct Layout<'a> {
    pub source: &'a Source,
    pub blocks: Vec<Block>,
    lists: Vec<Span>,
}

/// A place for a new piece of text, with what has to stand around it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub at: usize,
    pub before: String,
    pub after: String,
}

impl Spot {
    pub fn insert(&self, text: &str) -> Edit {
        Edit { span: Span::at(self.at), text: format!("{}{text}{}", self.before, self.after) }
    }
}

impl<'a> Layout<'a> {
    /// # Errors
    /// The file nests too deeply to be read.
    pub fn new(source: &'a Source) -> Result<Self, Failure> {
        let too_deep = || {
            Failure::new(format!("`{}` is not changed", source.path()))
                .because("it nests too many lists or quotes to be read")
                .hint("run `passmuster check` to see where")
        };
        let mut blocks = Vec::new();
        markdown::scan(source.text(), markdown_start(source.text()), |block| blocks.push(block))
            .map_err(|_| too_deep())?;
        let lists = markdown::list_items(source.text()).ok_or_else(too_deep)?;
        Ok(Self { source, blocks, lists })
    }

    /// The line end of the line at an offset; that of the file when the line has none.
    pub fn line_end(&self, at: usize) -> &'static str {
        let text = self.source.text();
        let here = text[at..].find('\n').map(|n| at + n).or_else(|| text.find('\n'));
        match here {
            Some(end) if text[..end].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// The line around an offset, without its line end.
    pub fn line_around(&self, at: usize) -> Span {
        let text = self.source.text();
        let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
        let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
        Span::new(start, start + text[start..end].trim_end_matches('\r').len())
    }

    /// The block that is an item's first line.
    pub fn head(&self, item: &Item) -> Option<usize> {
        let at = self.blocks.partition_point(|block| block.line.start < item.line.start);
        let own = |block: &Block| match (block.kind, item.carrier) {
            (BlockKind::Heading { .. }, Carrier::Heading) => true,
            (BlockKind::Item { checkbox: Some(found), .. }, Carrier::Checkbox) => Some(found.span) == item.mark_span,
            (BlockKind::Item { checkbox: None, .. }, Carrier::Bullet) => block.text.end >= item.id.span.end,
            (BlockKind::Text { .. }, Carrier::Row) => true,
            _ => false,
        };
        let on_line = self.blocks[at..].iter().take_while(|block| block.line.start == item.line.start);
        on_line.enumerate().find(|(_, block)| own(block)).map(|(n, _)| at + n)
    }

    /// The levels of all headings in order.
    pub fn headings(&self) -> Vec<u8> {
        let level = |block: &Block| match block.kind {
            BlockKind::Heading { level } => Some(level),
            _ => None,
        };
        self.blocks.iter().filter_map(level).collect()
    }

    /// The level of a heading item; 7 for all others.
    pub fn level(&self, item: &Item) -> u8 {
        match self.head(item).map(|at| self.blocks[at].kind) {
            Some(BlockKind::Heading { level }) => level,
            _ => 7,
        }
    }

    /// Everything of an item, from the start of its first line to the end of its last, without blank lines after it.
    pub fn extent(&self, item: &Item) -> Span {
        let start = item.line.start;
        let text = self.source.text();
        let end = match item.carrier {
            Carrier::Heading => {
                let level = self.level(item);
                let first = self.blocks.partition_point(|block| block.line.start <= start);
                let closes =
                    |block: &&Block| matches!(block.kind, BlockKind::Heading { level: other } if other <= level);
                self.blocks[first..].iter().find(closes).map_or(text.len(), |block| block.line.start)
            }
            Carrier::Row => item.line.end,
            Carrier::File => return Span::new(0, text.trim_end().len()),
            Carrier::Checkbox | Carrier::Bullet => {
                let mark = item.mark_span.map_or(item.id.span.start, |mark| mark.start);
                let at = self.lists.partition_point(|list| list.start < mark);
                at.checked_sub(1).map_or(item.line.end, |at| self.lists[at].end.max(item.line.end))
            }
        };
        Span::new(start, start + text[start..end].trim_end().len())
    }

    /// What stands before the bullet of a checkbox, or nothing.
    pub fn indent(&self, item: &Item) -> &'a str {
        let line = self.source.slice(item.line);
        if matches!(item.carrier, Carrier::Heading | Carrier::File) {
            ""
        } else {
            &line[..line.len() - line.trim_start().len()]
        }
    }

    /// The edit that takes a whole line or several out, with one line end.
    pub fn cut_lines(&self, span: Span) -> Edit {
        let text = self.source.text();
        let span = match text[span.end..].find('\n') {
            Some(n) => Span::new(span.start, span.end + n + 1),
            None => Span::new(text[..span.start].trim_end_matches('\n').trim_end_matches('\r').len(), text.len()),
        };
        Edit { span, text: String::new() }
    }
}

/// A file's items in order with their extents.
pub(super) struct Neighbours<'a> {
    plan: &'a Plan,
    layout: &'a Layout<'a>,
}

impl<'a> Neighbours<'a> {
    pub fn new(plan: &'a Plan, layout: &'a Layout<'a>) -> Self {
        Self { plan, layout }
    }

    fn extent(&self, index: usize) -> Span {
        self.layout.extent(&self.plan.items[index])
    }

    /// The next item of the same parent, when nothing but blank lines stands between.
    fn next(&self, index: usize) -> Option<usize> {
        self.beside(index, |list, at| list.get(at + 1).copied())
            .filter(|&next| self.between(self.extent(index).end, self.extent(next).start).is_some())
    }

    fn previous(&self, index: usize) -> Option<usize> {
        self.beside(index, |list, at| at.checked_sub(1).map(|at| list[at]))
            .filter(|&previous| self.between(self.extent(previous).end, self.extent(index).start).is_some())
    }

    fn beside(&self, index: usize, pick: impl Fn(&[usize], usize) -> Option<usize>) -> Option<usize> {
        let items = &self.plan.items;
        let item = &items[index];
        let like = |other: &usize| items[*other].file == item.file && items[*other].carrier == item.carrier;
        let same: Vec<usize> = match item.parent {
            Some(parent) => self.plan.children(parent).iter().copied().filter(like).collect(),
            None => (0..items.len()).filter(|&other| items[other].parent.is_none()).filter(like).collect(),
        };
        let at = same.iter().position(|&other| other == index)?;
        pick(&same, at)
    }

    /// The text between two places if it is nothing but white space.
    fn between(&self, from: usize, to: usize) -> Option<&'a str> {
        let text = self.layout.source.text().get(from..to)?;
        text.trim().is_empty().then_some(text)
    }

    /// Takes an item out with what separates it from its neighbour.
    pub fn cut(&self, index: usize) -> Edit {
        let extent = self.extent(index);
        let span = match self.next(index) {
            Some(next) => Span::new(extent.start, self.extent(next).start),
            None => {
                let before = &self.layout.source.text()[..extent.start];
                let kept = before.trim_end().len();
                let from = if kept > 0 { kept } else { extent.start };
                Span::new(from, extent.end)
            }
        };
        Edit { span, text: String::new() }
    }

    /// What stands between items like this one.
    fn separator(&self, carrier: Carrier, at: usize) -> String {
        let end = self.layout.line_end(at.min(self.layout.source.text().len()));
        end.repeat(if carrier == Carrier::Heading { 2 } else { 1 })
    }

    /// The spot at a position for an item written as `carrier`, with the indent it needs there.
    ///
    /// # Errors
    /// Nothing can stand there.
    pub fn spot(&self, position: Position, carrier: Carrier) -> Result<(Spot, &'a str), Failure> {
        let items = &self.plan.items;
        match position {
            Position::Before(index) => {
                let at = self.extent(index).start;
                let gap = self.previous(index).and_then(|other| self.between(self.extent(other).end, at));
                let gap = gap.or_else(|| {
                    let end = self.extent(index).end;
                    self.next(index).and_then(|other| self.between(end, self.extent(other).start))
                });
                let after = unindented(gap).unwrap_or_else(|| self.separator(carrier, at));
                Ok((Spot { at, before: String::new(), after }, self.layout.indent(&items[index])))
            }
            Position::After(index) => {
                let end = self.extent(index).end;
                let indent = self.layout.indent(&items[index]);
                if let Some(next) = self.next(index) {
                    let at = self.extent(next).start;
                    let after = unindented(self.between(end, at));
                    let after = after.unwrap_or_else(|| self.separator(carrier, at));
                    return Ok((Spot { at, before: String::new(), after }, indent));
                }
                let gap = self
                    .previous(index)
                    .and_then(|other| self.between(self.extent(other).end, self.extent(index).start));
                let before = unindented(gap).unwrap_or_else(|| self.separator(carrier, end));
                Ok((Spot { at: end, before, after: String::new() }, indent))
            }
            Position::Under(parent) => {
                let same = self.plan.children(parent).iter().rev().copied();
                let last = same
                    .filter(|&child| items[child].file == items[parent].file)
                    .find(|&child| items[child].carrier == carrier);
                match (last, items[parent].carrier, carrier) {
                    (Some(last), ..) => self.spot(Position::After(last), carrier),
                    (None, Carrier::Checkbox | Carrier::Bullet | Carrier::Row | Carrier::File, _) => {
                        Err(refused(format!("nothing can stand in `{}`, which is no heading", items[parent].id.value))
                            .hint("name a heading: a feature, an epic or a phase"))
                    }
                    (None, Carrier::Heading, Carrier::Heading) => Ok((self.after(self.extent(parent)), "")),
                    (None, Carrier::Heading, _) => Ok((self.after(items[parent].body), "")),
                }
            }
            Position::End(_) => Ok((self.after(Span::new(0, self.layout.source.text().len())), "")),
        }
    }

    /// A spot behind a piece of text, with a blank line between.
    fn after(&self, span: Span) -> Spot {
        let text = self.layout.source.text();
        let at = span.start + text[span.range()].trim_end().len();
        let end = self.layout.line_end(at);
        let before = if text[..at].trim_start_matches('\u{feff}').is_empty() { String::new() } else { end.repeat(2) };
        let after = if text[at..].contains('\n') || !before.is_empty() { "" } else { end };
        Spot { at, before, after: after.to_owned() }
    }
}

/// The line ends of a gap, without blanks.
fn unindented(gap: Option<&str>) -> Option<String> {
    gap.map(|gap| gap.chars().filter(|c| matches!(c, '\r' | '\n')).collect())
}
