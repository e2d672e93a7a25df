//! Boxes as people and tools draw them: `[-]` while it is done, `[✓]`, `[ ]*` for what is optional.
//!
//! Domain layer. They are written as plain boxes of the same length before a text is read, so that places stay; what
//! they said besides is kept by line.

use super::draft::{DraftItem, State};
use crate::text::Source;
use regex::{Captures, Regex};
use std::collections::HashMap;
use std::sync::LazyLock;

static SIGN: LazyLock<Regex> = LazyLock::new(|| {
    let sign = r"[ xX~/>✓✔✅☑☐⬜🔄🚧⏳-]\u{fe0f}?";
    Regex::new(&format!(r"(?m)^([ \t]*(?:[-*+]|\d{{1,9}}[.)])[ \t]+)\[({sign})\](\*?)([ \t])"))
        .expect("it is a pattern")
});

/// What a sign says besides open and done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Said {
    started: bool,
    optional: bool,
}

/// What the signs of a text say, by line from 1.
#[derive(Debug, Default)]
pub(super) struct Signs(HashMap<usize, Said>);

impl Signs {
    /// Takes the signs out of a text: the text with plain boxes, and what the signs said.
    pub(super) fn take(source: &Source) -> (Source, Self) {
        let mut signs = Self::default();
        let plain = SIGN.replace_all(source.text(), |found: &Captures<'_>| {
            let (sign, star) = (&found[2], &found[3]);
            let said =
                Said { started: sign.starts_with(['-', '~', '/', '🔄', '🚧', '⏳']), optional: !star.is_empty() };
            if said != Said::default() {
                let at = found.get(0).expect("the whole is a group").start();
                signs.0.insert(source.line_column(at).line, said);
            }
            let mark = if sign.starts_with(['x', 'X', '✓', '✔', '✅', '☑']) { 'x' } else { ' ' };
            let blanks = " ".repeat(sign.len() - 1 + star.len());
            format!("{}[{mark}]{}{blanks}", &found[1], &found[4])
        });
        (Source::new(source.path(), plain.into_owned()), signs)
    }

    /// Gives items what the signs of their lines said.
    pub(super) fn give(&self, items: &mut [DraftItem]) {
        for item in items {
            let Some(said) = item.spot.line.and_then(|line| self.0.get(&line)) else { continue };
            if said.started && item.state == State::Open {
                item.state = State::Started;
            }
            if said.optional {
                item.tags.push("optional".to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay() {
        for (text, expected) in [
            ("- [-] a\n", "- [ ] a\n"),
            ("1. [✓] a\r\n- [ ]* b\n", "1. [x]   a\r\n- [ ]  b\n"),
            ("- [x] a\n- [P] b\n- [~](c) d\n", "- [x] a\n- [P] b\n- [~](c) d\n"),
        ] {
            let source = Source::new("p", text);
            assert_eq!(Signs::take(&source).0.text(), expected);
            assert_eq!(expected.len(), text.len());
        }
    }
}
