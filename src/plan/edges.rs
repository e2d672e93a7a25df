//! Sections about order: `T001 → T002`, `T005 after T004`, `**Polish (Phase 7)**: depends on Phase 6`.
//!
//! Domain layer; pure functions from a line to pairs of places. Only ids that look like ids are taken, and only those of
//! items that exist make a need; everything else in such a section is prose.

use super::{level, line};
use std::ops::Range;

/// One thing waits for another; places are relative to the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub waits: Range<usize>,
    /// An id, a range of ids, a phase with its number, or a name that a label gives to one.
    pub needed: Range<usize>,
}

/// `**Setup (Phase 1)**`: the name, and the phase it stands for.
pub(super) fn label(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let inner = text.strip_prefix("**")?;
    let inner = &inner[..inner.find("**")?];
    let open = inner.find('(')?;
    let id = ids(text, 2 + open..2 + inner.len()).into_iter().next()?;
    let name = inner[..open].trim_end();
    (!name.is_empty()).then(|| (2..2 + name.len(), id))
}

/// Whether a heading opens a section about order.
pub(super) fn names_order(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    ["dependenc", "execution order", "critical path", "依赖", "依存"].iter().any(|name| heading.contains(name))
}

/// How one part of a line leads to the next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    /// `→`: what stands before is needed by what follows.
    Arrow,
    /// `after`, `depends on`: what stands before waits for what follows.
    Waits,
    /// `blocks`
    Blocks,
}

const LINKS: [(&str, Link); 14] = [
    ("-->", Link::Arrow),
    ("->", Link::Arrow),
    ("=>", Link::Arrow),
    ("→", Link::Arrow),
    ("⇒", Link::Arrow),
    ("depends only on", Link::Waits),
    ("depends on", Link::Waits),
    ("depend on", Link::Waits),
    ("blocked by", Link::Waits),
    ("requires", Link::Waits),
    ("needs", Link::Waits),
    ("after", Link::Waits),
    ("must complete before", Link::Arrow),
    ("blocks", Link::Blocks),
];

/// Words that take back what a clause says.
const NEGATIONS: [&str; 6] = ["not ", "n't ", "no dependenc", "independent", "without ", "except "];

/// The edges a line tells.
pub(super) fn edges(text: &str) -> Vec<Edge> {
    let mut found = Vec::new();
    // Nobody tells an order in a line this long, and looking for it would take its time.
    if text.len() > 2000 {
        return found;
    }
    // `**Setup (Phase 1)**: …` says what the clauses after it are about.
    let label = text.starts_with("**").then(|| text[2..].find("**").map(|n| n + 2)).flatten();
    let colon = |end: usize| text[end..].trim_start_matches('*').starts_with(':') || text[..end].ends_with(':');
    let (subject, from) = match label.filter(|&end| colon(end)) {
        Some(end) => (ids(text, 0..end), end),
        None => (Vec::new(), 0),
    };
    let mut start = from;
    for (at, separator) in text[from..].match_indices([';', '—', '–', '.']).map(|(n, s)| (from + n, s)) {
        let inside = match separator {
            // A range, `T002–T005`, or a part of an id, `1.2`.
            "–" | "." => text[at + separator.len()..].starts_with(|c: char| c.is_alphanumeric()),
            _ => false,
        };
        if !inside {
            clause(text, start..at, &subject, &mut found);
            start = at + separator.len();
        }
    }
    clause(text, start..text.len(), &subject, &mut found);
    found
}

fn clause(text: &str, range: Range<usize>, subject: &[Range<usize>], found: &mut Vec<Edge>) {
    let lower = text[range.clone()].to_ascii_lowercase();
    if NEGATIONS.iter().any(|no| lower.contains(no)) {
        return;
    }
    let mut before: Option<(Vec<Range<usize>>, Link)> = None;
    let mut at = range.start;
    while let Some((place, len, link)) = next_link(&lower, range.start, at) {
        let part = ids(text, at..place);
        let part = if part.is_empty() && before.is_none() { subject.to_vec() } else { part };
        connect(before.take(), &part, found);
        before = Some((part, link));
        at = place + len;
    }
    let last = ids(text, at..range.end);
    match (&before, name(text, at..range.end)) {
        (Some((_, Link::Waits)), Some(name)) if last.is_empty() => connect(before, &[name], found),
        _ => connect(before, &last, found),
    }
}

/// The next word that leads from one part to another.
fn next_link(lower: &str, base: usize, from: usize) -> Option<(usize, usize, Link)> {
    let rest = &lower[from - base..];
    let found = LINKS.iter().filter_map(|(words, link)| Some((rest.find(words)?, words.len(), *link)));
    found.min_by_key(|(at, len, _)| (*at, usize::MAX - len)).map(|(at, len, link)| (from + at, len, link))
}

/// The words that may name something: `Setup` in `Depends on Setup completion`.
fn name(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    let words = part.trim_start();
    let end = [" completion", " phase", " being", " complete", ",", "(", " and "]
        .iter()
        .filter_map(|end| words.find(end))
        .min();
    let name = words[..end.unwrap_or(words.len())].trim_end();
    (!name.is_empty() && name.len() < 40).then(|| start..start + name.len())
}

fn connect(before: Option<(Vec<Range<usize>>, Link)>, after: &[Range<usize>], found: &mut Vec<Edge>) {
    let Some((before, link)) = before else { return };
    // Many on both sides are a list of examples rather than an order.
    if before.len() * after.len() > 64 {
        return;
    }
    for first in &before {
        for second in after {
            let (waits, needed) = if link == Link::Waits { (first, second) } else { (second, first) };
            found.push(Edge { waits: waits.clone(), needed: needed.clone() });
        }
    }
}

/// The ids, ranges of ids and phases that a part of a line names.
fn ids(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '–');
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let rest = &text[at..range.end];
        let start = at + rest.find(part).unwrap_or(rest.len());
        let len = text[start..range.end].find(|c| !part(c)).unwrap_or(range.end - start);
        let word = text[start..start + len].trim_end_matches(['.', '-', '–']);
        at = start + len.max(1);
        while at < range.end && !text.is_char_boundary(at) {
            at += 1;
        }
        let first = word.split(['–', '-']).next().unwrap_or("");
        if line::is_shaped(word) || (word.len() > first.len() && line::is_shaped(first)) {
            found.push(start..start + word.len());
        } else if level::LEVELS.iter().any(|level| level.word.eq_ignore_ascii_case(word)) {
            let number = text[at..range.end].trim_start();
            let gap = text[at..range.end].len() - number.len();
            let digits = number.bytes().take_while(u8::is_ascii_digit).count();
            if digits > 0 && gap > 0 {
                found.push(start..at + gap + digits);
                at += gap + digits;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        edges(text).into_iter().map(|edge| format!("{}<{}", &text[edge.needed], &text[edge.waits])).collect()
    }

    #[test]
    fn lines_that_tell_an_order() {
        for (text, expected) in [
            ("T001 → T002 → T003", &["T001<T002", "T002<T003"][..]),
            ("DB-001 --> DB-002", &["DB-001<DB-002"]),
            ("T001, T002 -> T003", &["T001<T003", "T002<T003"]),
            ("T005 after T004; T006 needs T002–T004", &["T004<T005", "T002–T004<T006"]),
            ("**Polish (Phase 7)**: Depends on Phase 6 and T001", &["Phase 6<Phase 7", "T001<Phase 7"]),
            ("**Base (Phase 2):** T002 → T003 — BLOCKS Phase 3", &["T002<T003", "Phase 2<Phase 3"]),
            ("Phase 2 → Phase 3", &["Phase 2<Phase 3"]),
            ("T003 is blocked by T001", &["T001<T003"]),
            (
                "**US1 (Phase 3)**: Depends on Base phase completion — BLOCKS US2",
                &["Base<US1", "Base<Phase 3", "US1<US2", "Phase 3<US2"],
            ),
            ("WP01 blocks WP02, WP03", &["WP01<WP02", "WP01<WP03"]),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn lines_that_tell_none() {
        for text in [
            "T006 independent of T002–T005",
            "T006 does not depend on T002",
            "T006 doesn't need anything after T002",
            "**Setup (Phase 1)**: No dependencies — can start immediately",
            "T001, T002 can run in parallel",
            "start → finish",
            "see T001",
            "",
        ] {
            assert_eq!(read(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn labels_name_phases() {
        let read = |text: &'static str| label(text).map(|(name, id)| (&text[name], &text[id]));
        assert_eq!(read("**Setup (Phase 1)**: none"), Some(("Setup", "Phase 1")));
        for text in ["**Setup**: none", "Setup (Phase 1)", "**(Phase 1)**", "**Setup (soon)**"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn long_lines_take_linear_time() {
        for piece in ["T001 ", "→", "T001 → ", "after ", ";", ".", "–", "phase ", "é"] {
            edges(&piece.repeat(20_000));
        }
    }
}
