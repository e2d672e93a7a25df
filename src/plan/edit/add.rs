//! New items.

use super::place::{Layout, Neighbours, Position};
use super::{Changes, refused, with_changes};
use crate::diag::Failure;
use crate::doc::blocks::BlockKind;
use crate::id::ItemId;
use crate::plan::carrier::table;
use crate::plan::{Carrier, Kind, Plan, meaning};
use crate::text::is_hostile;
use std::collections::BTreeMap;

/// An item to be written. What else it says is for [`set`](super::set()) afterwards.
#[derive(Clone, Debug)]
pub struct Addition {
    pub kind: Kind,
    pub id: ItemId,
    pub title: String,
    pub position: Position,
}

/// The edits that write a new item in the way its neighbours are written.
///
/// # Errors
/// The id is taken, nothing can stand there, or something else would change its meaning.
pub fn add(plan: &Plan, new: &Addition) -> Result<Changes, Failure> {
    let id = &new.id;
    if let Some(taken) = plan.find(id.as_str()) {
        return Err(Failure::usage(format!("`{id}` is taken"))
            .because(format!("it names {:?}; ids are compared without case", plan.items[taken].title().value))
            .hint("choose another id with `--id`, or leave it out"));
    }
    if new.title.trim().is_empty() || new.title.chars().any(is_hostile) {
        return Err(Failure::usage("the title is empty, or holds a line end or an invisible character")
            .hint("write it on one line"));
    }
    let model = model(plan, new);
    let escaped;
    let new = match model {
        Some(model) if plan.items[model].carrier == Carrier::Row => {
            escaped = Addition { title: table::in_cell(&new.title), ..new.clone() };
            &escaped
        }
        _ => new,
    };
    let (file, parent) = match new.position {
        Position::Under(parent) => (plan.items[parent].file, Some(parent)),
        Position::Before(other) | Position::After(other) => (plan.items[other].file, plan.items[other].parent),
        Position::End(file) => (file, None),
    };
    let layout = Layout::new(&plan.files[file].source)?;
    let carrier = match (new.kind, model) {
        (Kind::Task, Some(model)) => match plan.items[model].carrier {
            carrier @ (Carrier::Heading | Carrier::Row) => carrier,
            Carrier::Checkbox | Carrier::Bullet | Carrier::File => Carrier::Checkbox,
        },
        (Kind::Task, None) => Carrier::Checkbox,
        _ => Carrier::Heading,
    };
    let (spot, indent) = Neighbours::new(plan, &layout).spot(new.position, carrier)?;
    let line = match carrier {
        Carrier::Row => row(plan, new, model.expect("only a neighbour is a row")),
        Carrier::Checkbox | Carrier::Bullet | Carrier::File => {
            let marker = model.map_or_else(|| "-".to_owned(), |model| marker(plan, &layout, model));
            format!("{indent}{marker} [ ] {id}: {}", new.title.trim())
        }
        Carrier::Heading => heading(plan, &layout, new, model, parent),
    };
    let changes: Changes = BTreeMap::from([(file, vec![spot.insert(&line)])]);
    if holds(plan, new, parent, &changes) {
        return Ok(changes);
    }
    Err(refused(format!("`{id}` cannot be written there")).hint("name a neighbour with `--after` or `--before`"))
}

/// A neighbour to take the form from: one of the same kind where the item is to stand.
fn model(plan: &Plan, new: &Addition) -> Option<usize> {
    let alike = |index: &usize| plan.items[*index].kind == new.kind;
    match new.position {
        Position::Before(other) | Position::After(other) => Some(other).filter(alike),
        Position::Under(parent) => plan.children(parent).iter().rev().copied().find(alike),
        Position::End(_) => (0..plan.items.len()).rev().filter(|&index| plan.items[index].parent.is_none()).find(alike),
    }
}

/// The bullet of a neighbour; a number is counted on.
fn marker(plan: &Plan, layout: &Layout<'_>, model: usize) -> String {
    let Some(BlockKind::Item { marker, .. }) = layout.head(&plan.items[model]).map(|at| layout.blocks[at].kind) else {
        return "-".to_owned();
    };
    let text = layout.source.slice(marker);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text[..digits].parse::<u32>() {
        Ok(number) => format!("{}{}", number.saturating_add(1), &text[digits..]),
        Err(_) => text.to_owned(),
    }
}

/// The row of a neighbour with nothing in it but id and title.
fn row(plan: &Plan, new: &Addition, model: usize) -> String {
    let item = &plan.items[model];
    let line = plan.files[item.file].source.slice(item.line);
    let mut out = String::new();
    let mut at = 0;
    for cell in table::cells(line) {
        out.push_str(&line[at..cell.start]);
        let holds = |offset: usize| cell.contains(&(offset - item.line.start));
        if holds(item.id.span.start) {
            out.push_str(new.id.as_str());
        } else if holds(item.title().span.start) {
            out.push_str(new.title.trim());
        }
        at = cell.end;
    }
    out + &line[at..]
}

fn heading(plan: &Plan, layout: &Layout<'_>, new: &Addition, model: Option<usize>, parent: Option<usize>) -> String {
    let beside = model.map(|model| layout.level(&plan.items[model])).filter(|&level| level < 7);
    let below =
        parent.map(|parent| layout.level(&plan.items[parent])).filter(|&level| level < 6).map(|level| level + 1);
    let signs = "#".repeat(usize::from(beside.or(below).unwrap_or(2)));
    // `Phase 1: x` has the id `phase-1`, and says no more than the number.
    let prefix = crate::plan::level::prefix_of(new.kind);
    let id = new.id.as_str();
    let number =
        id.get(prefix.len()..).filter(|rest| id[..prefix.len()].eq_ignore_ascii_case(prefix) && is_number(rest));
    let mut name = new.kind.name().to_owned();
    name[..1].make_ascii_uppercase();
    let word = match (new.kind, number) {
        (Kind::Task, None) => String::new(),
        _ => format!("{name} "),
    };
    format!("{signs} {word}{}: {}", number.unwrap_or(id), new.title.trim())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the item is there, and everything else is as it was.
fn holds(plan: &Plan, new: &Addition, parent: Option<usize>, changes: &Changes) -> bool {
    let after = with_changes(plan, changes);
    let Some(index) = after.find(new.id.as_str()) else { return false };
    let item = &after.items[index];
    let id_of = |plan: &Plan, at: usize| plan.items[at].id.value.clone();
    let stands = item.title().value == new.title.trim()
        && item.kind == new.kind
        && item.parent.map(|at| id_of(&after, at)) == parent.map(|at| id_of(plan, at));
    let mut facts = meaning::all(&after);
    facts.remove(index);
    let mut before = meaning::all(plan);
    // A heading that does not say its level takes it from what is in it.
    for facts in facts.iter_mut().chain(&mut before) {
        facts.retain(|(name, _)| *name != "kind");
    }
    stands && facts == before
}

/// The next free id for an item of a kind at a position: that of its neighbours counted on.
pub fn next_id(plan: &Plan, kind: Kind, position: Position) -> Option<ItemId> {
    let parent = match position {
        Position::Under(parent) => Some(parent),
        Position::Before(other) | Position::After(other) => plan.items[other].parent,
        Position::End(_) => None,
    };
    let alike = |index: usize| plan.items[index].kind == kind && numbered(plan.items[index].id.as_str()).is_some();
    let siblings: Vec<usize> = match parent {
        Some(parent) => plan.children(parent).iter().copied().filter(|&index| alike(index)).collect(),
        None => (0..plan.items.len()).filter(|&index| plan.items[index].parent.is_none() && alike(index)).collect(),
    };
    // Without numbered siblings, those below the nearest item around count.
    let near = || {
        parent.and_then(|parent| {
            std::iter::once(parent).chain(plan.ancestors(parent)).find_map(|above| {
                (above + 1..plan.items.len())
                    .rfind(|&index| alike(index) && plan.ancestors(index).any(|other| other == above))
            })
        })
    };
    let model = siblings.last().copied().or_else(near);
    let (prefix, width) = match model.and_then(|model| numbered(plan.items[model].id.as_str())) {
        Some((prefix, digits)) => (prefix.to_owned(), digits.len()),
        None => match (parent, kind) {
            (Some(parent), _) => (format!("{}-", plan.items[parent].id.value), 2),
            (None, Kind::Task) => ("T-".to_owned(), 3),
            (None, kind) => (crate::plan::level::prefix_of(kind).to_owned(), 1),
        },
    };
    let numbers = plan.items.iter().filter_map(|item| {
        let (other, digits) = numbered(item.id.as_str())?;
        if other.eq_ignore_ascii_case(&prefix) { digits.parse::<u64>().ok() } else { None }
    });
    let next = numbers.max().map_or(1, |highest| highest.saturating_add(1));
    ItemId::parse(&format!("{prefix}{next:0width$}"))
}

/// An id that ends in a number, taken apart.
fn numbered(id: &str) -> Option<(&str, &str)> {
    let prefix = id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let digits = &id[prefix..];
    (!digits.is_empty() && digits.len() < 10).then_some((&id[..prefix], digits))
}
