//! Tasks as bullets with a bold id: `- **T6** — wire it. Depends only on T4`.
//!
//! Domain layer; pure functions. Legends and requirements are written the same way, so the id has to be one that tasks
//! have, or the section has to be one of tasks.

use crate::plan::line::{self, Head};
use std::ops::Range;

/// Reads a list item without a box: where its id and its title stand.
pub(in crate::plan) fn head(text: &str, section_of_tasks: bool) -> Option<(Range<usize>, Range<usize>)> {
    if !text.starts_with("**") {
        return None;
    }
    let Head::Id { id, title } = line::checkbox(text, false) else { return None };
    let word = &text[id.clone()];
    let letters = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
    let of_tasks = ["t", "wp", "task"].iter().any(|prefix| word[..letters].eq_ignore_ascii_case(prefix));
    let named = line::is_shaped(word) && (of_tasks || (section_of_tasks && !is_other(&word[..letters])));
    (named && !title.is_empty()).then_some((id, title))
}

/// Prefixes of what is no task: requirements, stories, criteria, risks, decisions, questions.
fn is_other(prefix: &str) -> bool {
    const OTHERS: [&str; 15] =
        ["fr", "nfr", "sc", "ac", "us", "req", "r", "risk", "q", "d", "adr", "uc", "tc", "bug", "p"];
    OTHERS.iter().any(|other| prefix.eq_ignore_ascii_case(other))
}

/// A sentence in a title that names what is needed: `… Depends only on T4.` Where the list stands.
pub(in crate::plan) fn needs(text: &str, title: Range<usize>) -> Option<Range<usize>> {
    const SENTENCES: [&str; 5] = ["depends only on ", "depends on ", "blocked by ", "requires only ", "needs only "];
    let lower = text[title.clone()].to_ascii_lowercase();
    let (at, words) = SENTENCES.iter().find_map(|words| Some((lower.find(words)?, words)))?;
    // It begins a sentence, and nothing in front of it takes it back.
    let before = lower[..at].trim_end();
    if !(before.is_empty() || before.ends_with(['.', ';', '—', '–', ':', '('])) {
        return None;
    }
    let start = title.start + at + words.len();
    let rest = &text[start..title.end];
    let end = rest.find(['.', ';', ')', '—', '–']).filter(|&n| {
        !rest[n..].starts_with(|c: char| c == '.' && rest[n + 1..].starts_with(|d: char| d.is_ascii_digit()))
    });
    let list = start..end.map_or(title.end, |n| start + n);
    let first = text[list.clone()].trim_start().split([' ', ',']).next().unwrap_or("");
    (line::is_shaped(first.trim_start_matches('#')) || first.eq_ignore_ascii_case("phase")).then_some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bold_ids_of_tasks() {
        let read = |text: &'static str, section| head(text, section).map(|(id, title)| (&text[id], &text[title]));
        assert_eq!(read("**T6** — wire it", false), Some(("T6", "wire it")));
        assert_eq!(read("**T-6:** wire it", false), Some(("T-6", "wire it")));
        assert_eq!(read("**DB-001**: expand", true), Some(("DB-001", "expand")));
        for (text, section) in [
            ("**[P]**: can run in parallel", true),
            ("**FR-001**: the system must", true),
            ("**DB-001**: expand", false),
            ("**US1 (Phase 3)**: depends on", true),
            ("**T001**", true),
            ("T001 without bold", true),
        ] {
            assert_eq!(read(text, section), None, "{text}");
        }
    }

    #[test]
    fn sentences_that_name_needs() {
        let read = |text: &'static str| needs(text, 0..text.len()).map(|list| &text[list]);
        assert_eq!(read("Wire it. Depends only on T4, T5. Small."), Some("T4, T5"));
        assert_eq!(read("depends on Phase 2"), Some("Phase 2"));
        for text in ["It does not depend on T4", "what depends on T4", "Depends on luck", "see T4"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
