//! Ticks.

use super::Edit;
use crate::plan::{Carrier, Mark, Plan};
use crate::text::Span;

/// The edit that ticks an item or takes its tick away, for the text of the item's file; `None` when the item's mark
/// says so already.
///
/// A heading without a box gets one in front of its words (`### [x] Feature DB: …`) when it is ticked, and nothing
/// when it is not. Unticking leaves an empty box.
pub fn set_mark(plan: &Plan, index: usize, ticked: bool) -> Option<Edit> {
    let item = &plan.items[index];
    let wanted = if ticked { Mark::Ticked } else { Mark::Open };
    if item.mark == wanted {
        return None;
    }
    match (item.mark_span, item.carrier) {
        (Some(mark), _) => {
            let inside = Span::new(mark.start + 1, mark.end - 1);
            Some(Edit { span: inside, text: if ticked { "x" } else { " " }.to_owned() })
        }
        (None, Carrier::Heading) if ticked => {
            let line = plan.files[item.file].source.slice(item.line);
            let indent = line.len() - line.trim_start().len();
            let signs = line[indent..].bytes().take_while(|&b| b == b'#').count();
            let blanks = line[indent + signs..].len() - line[indent + signs..].trim_start().len();
            let at = Span::at(item.line.start + indent + signs + blanks);
            Some(Edit { span: at, text: "[x] ".to_owned() })
        }
        (None, _) => None,
    }
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
            ("### T-1: a\n**Status**: [ ]\n", "### T-1: a\n**Status**: [x]\n"),
            ("Epic E1: a\n---\n", "[x] Epic E1: a\n---\n"),
            ("\u{feff}- [ ] T1: a", "\u{feff}- [x] T1: a"),
        ] {
            let edit = set_mark(&plan(before), 0, true).expect(before);
            assert_eq!(apply(before, &[edit]), after);
            assert_eq!(set_mark(&plan(after), 0, true), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn tick_then_untick_gives_the_same_bytes(text in plan_text()) {
            let before = plan(&text);
            for index in (0..before.items.len()).filter(|&index| before.items[index].mark == Mark::Open) {
                let ticked = apply(&text, &[set_mark(&before, index, true).expect("it is open")]);
                let after = plan(&ticked);
                prop_assert_eq!(after.items[index].mark, Mark::Ticked);
                let again = apply(&ticked, &[set_mark(&after, index, false).expect("it is ticked")]);
                prop_assert_eq!(&again, &text);
            }
        }
    }
}
