//! Ticks.

use super::Edit;
use crate::diag::Failure;
use crate::plan::field::Key;
use crate::plan::value::{self, StatusText};
use crate::plan::{Carrier, Item, Mark, Plan};
use crate::text::Span;

/// The edit that ticks an item or takes its tick away, for the text of the item's file; `None` when the item's mark
/// says so already.
///
/// Where a word says whether the item is done (`Status: done`, a cell of a table, front matter), the word changes. A
/// heading or a bullet without a box gets one in front of its words (`### [x] Feature DB: …`) when it is ticked, and
/// nothing when it is not. Unticking leaves an empty box.
///
/// # Errors
/// Nothing in the item can say it: a row of a table without such a column.
pub fn set_mark(plan: &Plan, index: usize, ticked: bool) -> Result<Option<Edit>, Failure> {
    let item = &plan.items[index];
    if (item.mark == Mark::Ticked) == ticked {
        return Ok(None);
    }
    if let Some(mark) = item.mark_span {
        let inside = Span::new(mark.start + 1, mark.end - 1);
        return Ok(Some(Edit { span: inside, text: if ticked { "x" } else { " " }.to_owned() }));
    }
    let source = &plan.files[item.file].source;
    let word =
        item.values(Key::Status).find(|said| matches!(value::status(said.value), StatusText::Done | StatusText::Open));
    if let Some(word) = word {
        return Ok(Some(Edit { span: word.span, text: like(word.value, ticked) }));
    }
    let line = source.slice(item.line);
    let at = |offset: usize| Span::at(item.line.start + offset);
    let boxed = |offset: usize| Ok(Some(Edit { span: at(offset), text: "[x] ".to_owned() }));
    match item.carrier {
        Carrier::Heading if !ticked => Ok(sign(item, line)),
        Carrier::Heading => {
            let indent = line.len() - line.trim_start().len();
            let signs = line[indent..].bytes().take_while(|&b| b == b'#').count();
            boxed(line.len() - line[indent + signs..].trim_start().len())
        }
        Carrier::Bullet => boxed(line.find("**").unwrap_or(0)),
        Carrier::File => Ok(Some(Edit {
            span: at(line.len()),
            text: format!("{}status: done", line_end(source.text(), item.line.end)),
        })),
        Carrier::Row => Err(Failure::new(format!("`{}` cannot be ticked", item.id.value))
            .because("its table has no cell that says whether it is done")
            .hint("add a column `Status` to the table, with `open` in this row")),
        Carrier::Checkbox => Ok(None),
    }
}

/// The word for done or open in the manner of the old one.
fn like(old: &str, ticked: bool) -> String {
    let mut word = if ticked { "done" } else { "open" }.to_owned();
    let first = old.chars().find(|c| c.is_alphabetic());
    if first.is_none_or(char::is_uppercase) {
        word[..1].make_ascii_uppercase();
    }
    if ticked && old.chars().any(|c| !c.is_ascii() && !c.is_alphanumeric()) { format!("✅ {word}") } else { word }
}

/// Takes the picture away by which a heading says that it is done, with the blanks before or after it.
fn sign(item: &Item, line: &str) -> Option<Edit> {
    let title = item.title().span;
    let range = title.start - item.line.start..title.end - item.line.start;
    let (range, _) =
        value::closing_sign(line, range).or_else(|| value::sign(line, 0..item.id.span.start - item.line.start))?;
    let before = line[..range.start].trim_end_matches(' ').len();
    let after = line.len() - line[range.end..].trim_start_matches(' ').len();
    let span = if line[range.end..].trim().is_empty() { before..range.end } else { range.start..after };
    Some(Edit { span: Span::new(item.line.start + span.start, item.line.start + span.end), text: String::new() })
}

fn line_end(text: &str, at: usize) -> &'static str {
    if text[at..].starts_with("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::super::apply;
    use super::*;
    use crate::diag::Sink;
    use crate::plan::tests::plan_text;
    use crate::plan::{Reader, read};
    use crate::text::Source;
    use proptest::prelude::*;

    fn plan(text: &str) -> Plan {
        read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new())
    }

    #[test]
    fn only_the_mark_changes() {
        for (before, after) in [
            ("- [ ] T1: a\r\n  - [ ] c", "- [x] T1: a\r\n  - [ ] c"),
            ("## Epic E1: a\r\n", "## [x] Epic E1: a\r\n"),
            ("##  Epic E1: a ##\n", "##  [x] Epic E1: a ##\n"),
            ("## Epic E1: a [ ]\n", "## Epic E1: a [x]\n"),
            ("### T-1: a\n- status: [ ]\n", "### T-1: a\n- status: [x]\n"),
            ("### T-1: a\n**Status**: [ ]\n", "### T-1: a\n**Status**: [x]\n"),
            ("Epic E1: a\n---\n", "[x] Epic E1: a\n---\n"),
            ("\u{feff}- [ ] T1: a", "\u{feff}- [x] T1: a"),
            ("### T-1: a\n**Status**: In progress\n", "### T-1: a\n**Status**: Done\n"),
            ("- **T1** — a\n", "- [x] **T1** — a\n"),
            (
                "| ID | Task | Status |\n|--|--|--|\n| T1 | a | ⏳ todo |\n",
                "| ID | Task | Status |\n|--|--|--|\n| T1 | a | ✅ done |\n",
            ),
            (
                "---\r\nid: T1\r\ntitle: a\r\nstatus: todo\r\n---\r\n",
                "---\r\nid: T1\r\ntitle: a\r\nstatus: done\r\n---\r\n",
            ),
            ("---\r\nid: T1\r\ntitle: a\r\n---\r\n", "---\r\nid: T1\r\nstatus: done\r\ntitle: a\r\n---\r\n"),
        ] {
            let edit = set_mark(&plan(before), 0, true).unwrap().expect(before);
            assert_eq!(apply(before, &[edit]), after);
            assert!(set_mark(&plan(after), 0, true).unwrap().is_none());
        }
    }

    #[test]
    fn a_word_or_picture_that_claims_is_taken_back() {
        for (before, after) in [
            ("## Phase 1: a ✅ COMPLETED\n", "## Phase 1: a\n"),
            ("### ✅ T-1: a\n", "### T-1: a\n"),
            ("### T-1: a\n**Status**: Complete (May)\n", "### T-1: a\n**Status**: Open\n"),
            (
                "| ID | Task | Status |\n|--|--|--|\n| T1 | a | [x] |\n",
                "| ID | Task | Status |\n|--|--|--|\n| T1 | a | [ ] |\n",
            ),
        ] {
            let claimed = plan(before);
            assert_eq!(claimed.items[0].mark, Mark::Ticked, "{before}");
            let edit = set_mark(&claimed, 0, false).unwrap().expect(before);
            assert_eq!(apply(before, &[edit]), after);
            assert_ne!(plan(after).items[0].mark, Mark::Ticked);
        }
        let row = plan("| ID | Task | Owner |\n|--|--|--|\n| T1 | a | x |\n");
        assert!(set_mark(&row, 0, true).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn tick_then_untick_gives_the_same_bytes(text in plan_text()) {
            let before = plan(&text);
            for index in (0..before.items.len()).filter(|&index| before.items[index].mark == Mark::Open) {
                let ticked = apply(&text, &[set_mark(&before, index, true).expect("it has a box").expect("it is open")]);
                let after = plan(&ticked);
                prop_assert_eq!(after.items[index].mark, Mark::Ticked);
                let again = apply(&ticked, &[set_mark(&after, index, false).expect("it has a box").expect("it is ticked")]);
                prop_assert_eq!(&again, &text);
            }
        }
    }
}
