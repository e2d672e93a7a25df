//! Ids for boxes without one: made from their words, so that the same box always gets the same id.
//!
//! Domain layer. Only boxes that would be tasks are named; criteria, prose and examples are left alone, and an id that
//! is there is never changed.

use super::edit::{Edit, apply};
use super::{Plan, Reader, meaning, parse, read};
use crate::diag::Sink;
use crate::text::{Source, Span};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

/// How many letters of the words go into an id.
const WORDS: usize = 28;

/// Gives every box of a file that would be a task an id that no item of `plan` has; `taken` are further ids in lower
/// case, to which the new ones are added. Returns the new text.
///
/// ```
/// use passmuster::{diag::Sink, plan::{name_boxes, read, Reader}, text::Source};
/// let source = Source::new("plan.md", "- [ ] Add retry to client\n");
/// let plan = read(vec![source.clone()], Reader::Full, &mut Sink::new());
/// let named = name_boxes(&plan, &source, &mut Default::default());
/// assert!(named.starts_with("- [ ] add-retry-to-client-"), "{named}");
/// ```
pub fn name_boxes(plan: &Plan, source: &Source, taken: &mut HashSet<String>) -> String {
    let declared = plan.files.iter().any(|file| file.source == *source && file.format.is_some());
    taken.extend(plan.items.iter().map(|item| item.id.value.folded()));
    let mut edits = Vec::new();
    for words in parse::unnamed_boxes(source, declared) {
        let id = id_of(source.slice(words), |id| taken.contains(id));
        edits.push(Edit { span: Span::at(words.start), text: format!("{id}: ") });
        taken.insert(id);
    }
    let named = apply(source.text(), &edits);
    let before = read(vec![source.clone()], Reader::Full, &mut Sink::new());
    let after = read(vec![Source::new(source.path(), named.as_str())], Reader::Full, &mut Sink::new());
    // Every box became one item, and those that were there say what they said.
    let kept = before.items.iter().enumerate().all(|(index, item)| {
        let same = after.find(item.id.as_str());
        let facts = |plan: &Plan, index| {
            let mut facts = meaning::facts(plan, index);
            facts.retain(|(name, _)| *name != "kind");
            facts
        };
        same.is_some_and(|same| facts(&after, same) == facts(&before, index))
    });
    if kept && after.items.len() == before.items.len() + edits.len() { named } else { source.text().to_owned() }
}

/// An id of a box's words that is not taken: as many of them as fit, and four digits of their hash, so that it looks like
/// no word.
pub(super) fn id_of(words: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut slug = String::new();
    for word in words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if slug.len() + word.len() > WORDS {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    if !slug.starts_with(|c: char| c.is_ascii_alphabetic()) {
        slug.insert_str(0, if slug.is_empty() { "task" } else { "task-" });
    }
    let normal: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    for round in 0u32.. {
        let hash = Sha256::digest(format!("{round} {}", normal.join(" ")));
        let number = u32::from(hash[0]) << 16 | u32::from(hash[1]) << 8 | u32::from(hash[2]);
        let id = format!("{slug}-{:04}", number % 10_000);
        if !is_taken(&id) {
            return id;
        }
    }
    unreachable!("one of four thousand million ids is free")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> String {
        let source = Source::new("p", text);
        let plan = read(vec![source.clone()], Reader::Full, &mut Sink::new());
        name_boxes(&plan, &source, &mut HashSet::new())
    }

    #[test]
    fn boxes_get_ids_that_stay() {
        let text = "## Phase 1: a\n\n- [ ] Add retry to the client\n  - [ ] three times\n- [x] T1: b\n- [ ] 実装する\n- [ ] Add retry to the client\n";
        let once = named(text);
        assert_eq!(named(&once), once);
        let plan = read(vec![Source::new("p", once.as_str())], Reader::Full, &mut Sink::new());
        let ids: Vec<&str> = plan.items.iter().map(|item| item.id.as_str()).collect();
        assert_eq!((ids.len(), ids[2]), (5, "T1"));
        assert!(ids[1].starts_with("add-retry-to-the-client-") && ids[3].starts_with("task-") && ids[1] != ids[4]);
        assert_eq!(plan.items[1].criteria().count(), 1);
        // The same words get the same id, whatever stands around them.
        assert!(named(&format!("# x\n\n{text}")).contains(ids[1]));
    }

    #[test]
    fn conditions_and_examples_get_none() {
        for text in [
            "## Acceptance criteria\n- [ ] it works\n",
            "### T-1: a\n- [ ] it works\n",
            "- [ ] T1: a\n  - [ ] it works\n",
            "```\n- [ ] an example\n```\n",
            "- [-] no box\n- [P] a legend\n",
        ] {
            assert_eq!(named(text), text);
        }
    }
}
