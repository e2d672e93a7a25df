//! Another id for an item: its own line and every need that names it.

use super::{Changes, Edit, refused, with_changes};
use crate::diag::Failure;
use crate::id::ItemId;
use crate::plan::field::Key;
use crate::plan::item::part;
use crate::plan::{Carrier, Item, Kind, Plan, level, meaning, value};
use crate::text::Span;
use std::collections::BTreeMap;

/// The edits that give an item another id, wherever the plan names it.
///
/// # Errors
/// The id is taken, or a place cannot be rewritten without changing what it says.
pub fn rename(plan: &Plan, index: usize, new: &ItemId) -> Result<Changes, Failure> {
    let item = &plan.items[index];
    if let Some(taken) = plan.find(new.as_str()).filter(|&taken| taken != index) {
        return Err(Failure::usage(format!("`{new}` is taken"))
            .because(format!("it names {:?}; ids are compared without case", plan.items[taken].title().value))
            .hint("choose another id"));
    }
    let mut changes: Changes = BTreeMap::new();
    let own = own_word(plan, item, new);
    changes.entry(item.file).or_default().push(Edit { span: item.id.span, text: own });
    for (other, user) in plan.items.iter().enumerate() {
        for list in user.values(Key::Blocks) {
            for word in value::list(list.value).map(|range| part(list, range)) {
                if plan.find(word.value) == Some(index) {
                    changes.entry(user.file).or_default().push(Edit { span: word.span, text: new.to_string() });
                }
            }
        }
        // A need that the item's own `blocks:` makes points at its id.
        let mut seen: Vec<Span> = vec![item.id.span];
        for need in plan.needs(other).filter(|need| plan.target(need) == Some(index)) {
            if seen.contains(&need.target.span) {
                continue;
            }
            seen.push(need.target.span);
            let text = reference(plan, other, index, need.target.span, new);
            changes.entry(user.file).or_default().push(Edit { span: need.target.span, text });
        }
    }
    verify(plan, index, new, &changes)?;
    Ok(changes)
}

/// The word on the item's own line: `Phase 1` has the id `phase-1` and says the number only.
fn own_word(plan: &Plan, item: &Item, new: &ItemId) -> String {
    let source = &plan.files[item.file].source;
    let before = source.slice(Span::new(item.line.start, item.id.span.start)).trim_end();
    let word = before.rsplit([' ', '\t', '#']).next().unwrap_or("");
    let level = level::LEVELS.iter().find(|level| level.word.eq_ignore_ascii_case(word));
    let written = source.slice(item.id.span);
    let hidden = item.id.as_str().strip_suffix(written).filter(|prefix| !prefix.is_empty());
    // `### 3. Set up` is the task `task-3`.
    let numbered = item.carrier == Carrier::Heading && source.text()[item.id.span.end..].starts_with(". ");
    let prefix = hidden.or(level.map(|level| level.prefix)).or(numbered.then(|| level::prefix_of(Kind::Task)));
    let number = prefix.and_then(|prefix| new.as_str().strip_prefix(prefix)).filter(|rest| level::is_bare(rest));
    number.filter(|rest| !rest.is_empty()).unwrap_or(new.as_str()).to_owned()
}

/// What stands in place of a reference. A range that ends in the item, or has it inside, is written out.
fn reference(plan: &Plan, user: usize, index: usize, span: Span, new: &ItemId) -> String {
    let written = plan.files[plan.items[user].file].source.slice(span);
    let named: Vec<Option<usize>> =
        plan.needs(user).filter(|need| need.target.span == span).map(|need| plan.target(&need)).collect();
    if named.len() > 1 {
        let id = |other: usize| if other == index { new.as_str() } else { plan.items[other].id.as_str() };
        return named.into_iter().flatten().map(id).collect::<Vec<_>>().join(", ");
    }
    // `Phase 1` stays a phase with its number.
    let level = |word: &str| level::LEVELS.iter().find(|level| level.word.eq_ignore_ascii_case(word));
    match written.split_once(' ').and_then(|(word, _)| Some((word, level(word)?))) {
        Some((word, level)) => {
            let rest = new.as_str().strip_prefix(level.prefix).unwrap_or(new.as_str());
            format!("{word} {rest}")
        }
        None => new.as_str().to_owned(),
    }
}

/// Whether nothing changes but the id, and every need leads to the same item as before.
fn verify(plan: &Plan, index: usize, new: &ItemId, changes: &Changes) -> Result<(), Failure> {
    let after = with_changes(plan, changes);
    let fail = || refused(format!("`{}` cannot be renamed to `{new}`", plan.items[index].id.value));
    if after.items.len() != plan.items.len() || after.items[index].id.value.as_str() != new.as_str() {
        return Err(fail().hint("use letters, a digit, and the form the file's other ids have"));
    }
    for at in 0..plan.items.len() {
        let said = |plan: &Plan| {
            let mut facts = meaning::facts(plan, at);
            facts.retain(|(name, _)| !matches!(*name, "id" | "parent" | "needs"));
            (facts, plan.items[at].parent, plan.targets(at).collect::<Vec<_>>(), plan.needs(at).len())
        };
        if said(plan) != said(&after) {
            return Err(fail().hint(format!("look at what `{}` says first", plan.items[at].id.value)));
        }
    }
    Ok(())
}
