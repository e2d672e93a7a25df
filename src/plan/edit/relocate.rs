//! Putting an item, with everything in it, at another place.

use super::place::{Layout, Neighbours, Position};
use super::{Changes, Edit, refused, with_changes};
use crate::diag::Failure;
use crate::doc::blocks::BlockKind;
use crate::plan::{Carrier, Item, Plan, meaning};
use crate::text::Span;
use std::collections::BTreeMap;

/// The edits that put an item at a position. Its own bytes stay, but for the blanks in front of its lines, or the
/// signs of its headings, where the new place stands deeper or less deep.
///
/// # Errors
/// The position is in the item itself, nothing can stand there, or something else would change its meaning.
pub fn relocate(plan: &Plan, index: usize, position: Position) -> Result<Changes, Failure> {
    let item = &plan.items[index];
    let id = &item.id.value;
    let (file, parent) = match position {
        Position::Under(parent) => (plan.items[parent].file, Some(parent)),
        Position::Before(other) | Position::After(other) => (plan.items[other].file, plan.items[other].parent),
        Position::End(file) => (file, None),
    };
    if let Position::Before(other) | Position::After(other) | Position::Under(other) = position
        && (other == index || plan.ancestors(other).any(|above| above == index))
    {
        return Err(Failure::usage(format!("`{id}` cannot be moved into or beside itself")));
    }
    let from = Layout::new(&plan.files[item.file].source)?;
    let other = if file == item.file { None } else { Some(Layout::new(&plan.files[file].source)?) };
    let to = other.as_ref().unwrap_or(&from);
    let (spot, indent) = Neighbours::new(plan, to).spot(position, item.carrier)?;
    let content = match item.carrier {
        Carrier::File => {
            return Err(Failure::usage(format!("`{id}` is a file of its own")).hint(format!(
                "name another parent in its front matter: `passmuster set {id} …`, or `epic: …` there"
            )));
        }
        Carrier::Row => to_line(&from, item),
        Carrier::Checkbox | Carrier::Bullet => indented(&from, item, indent, to.line_end(spot.at))?,
        Carrier::Heading => {
            let beside = match position {
                Position::Before(other) | Position::After(other) => Some(other),
                Position::Under(parent) => plan.children(parent).iter().copied().find(|&child| child != index),
                Position::End(_) => None,
            };
            let beside = beside.map(|other| to.level(&plan.items[other])).filter(|&level| level < 7);
            let below = parent.map(|parent| to.level(&plan.items[parent]) + 1);
            let level = beside.or(below).unwrap_or(from.level(item));
            levelled(&from, item, level, to.line_end(spot.at))?
        }
    };
    let mut changes: Changes = BTreeMap::new();
    changes.entry(item.file).or_default().push(Neighbours::new(plan, &from).cut(index));
    let insertion = spot.insert(&content);
    let own = &changes[&item.file][0];
    if file == item.file && own.span.start <= insertion.span.start && insertion.span.start <= own.span.end {
        // At the edge of what is cut out the item stands already, if it does not stand deeper or less deep.
        if parent == item.parent {
            return Ok(BTreeMap::new());
        }
        let replaced = Edit { span: own.span, ..insertion };
        changes.insert(file, vec![replaced]);
    } else {
        changes.entry(file).or_default().push(insertion);
    }
    verify(plan, index, parent, &changes)?;
    Ok(changes)
}

fn to_line(layout: &Layout<'_>, item: &Item) -> String {
    layout.source.slice(item.line).trim().to_owned()
}

/// The text of a checkbox item with another indent.
fn indented(layout: &Layout<'_>, item: &Item, indent: &str, end: &str) -> Result<String, Failure> {
    let old = layout.indent(item);
    let text = layout.source.slice(layout.extent(item));
    if !text[old.len()..].starts_with(['-', '*', '+']) && !text[old.len()..].starts_with(|c: char| c.is_ascii_digit()) {
        return Err(refused(format!("`{}` does not begin its line", item.id.value)));
    }
    Ok(lines(text, end, |line| match line.strip_prefix(old) {
        Some(rest) if !rest.is_empty() => format!("{indent}{rest}"),
        _ => line.to_owned(),
    }))
}

/// The text of a heading item with its headings raised or lowered so that its own has the level.
fn levelled(layout: &Layout<'_>, item: &Item, level: u8, end: &str) -> Result<String, Failure> {
    let extent = layout.extent(item);
    let by = i32::from(level) - i32::from(layout.level(item));
    let mut edits = Vec::new();
    for block in layout.blocks.iter().filter(|block| extent.start <= block.line.start && block.line.start < extent.end)
    {
        let BlockKind::Heading { level } = block.kind else { continue };
        let Some(new) = usize::try_from(i32::from(level) + by).ok().filter(|new| by == 0 || (1..=6).contains(new))
        else {
            return Err(refused(format!("`{}` cannot be moved there", item.id.value))
                .because("a heading in it would be deeper than six levels"));
        };
        let line = layout.source.slice(block.line);
        let blanks = line.len() - line.trim_start().len();
        if by != 0 && !line[blanks..].starts_with('#') {
            return Err(refused(format!("`{}` cannot be moved there", item.id.value))
                .because("an underlined heading in it would have to change its level")
                .hint("write it with `#` first"));
        }
        let start = block.line.start - extent.start + blanks;
        edits.push(Edit { span: Span::new(start, start + usize::from(level)), text: "#".repeat(new) });
    }
    if by == 0 {
        edits.clear();
    }
    Ok(lines(&super::apply(layout.source.slice(extent), &edits), end, str::to_owned))
}

/// A text line by line, with other line ends.
fn lines(text: &str, end: &str, each: impl Fn(&str) -> String) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| each(line.strip_suffix('\r').unwrap_or(line))).collect();
    lines.join(end)
}

/// Whether nothing changes but where the item stands.
fn verify(plan: &Plan, index: usize, parent: Option<usize>, changes: &Changes) -> Result<(), Failure> {
    let after = with_changes(plan, changes);
    let item = &plan.items[index];
    let fail = || refused(format!("`{}` cannot be moved there", item.id.value));
    let named = |plan: &Plan, at: usize| plan.items[at].id.value.folded();
    let new = after.find(item.id.as_str()).ok_or_else(fail)?;
    let wanted = parent.map(|parent| named(plan, parent));
    if after.items[new].parent.map(|parent| named(&after, parent)) != wanted || after.items.len() != plan.items.len() {
        return Err(fail());
    }
    let all = |plan: &Plan| -> BTreeMap<String, Vec<meaning::Fact>> {
        let numbered = (0..plan.items.len()).map(|at| {
            let mut facts = meaning::facts(plan, at);
            // A heading that does not say its level takes it from what is in it.
            facts.retain(|(name, _)| {
                *name != "kind" && !(*name == "parent" && named(plan, at) == item.id.value.folded())
            });
            (named(plan, at), facts)
        });
        numbered.collect()
    };
    if all(plan) == all(&after) { Ok(()) } else { Err(fail()) }
}
