//! `key: value` lines: how they are written, the keys and their spellings.
//!
//! Domain layer; pure functions from text to ranges and keys. What a value does to an item is in `assign`.

use super::line::WIDE_COLON;
use crate::diag::nearest;
use std::ops::Range;

/// The keys that mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Owner,
    Team,
    Estimate,
    Actual,
    Needs,
    Blocks,
    Uses,
    Touches,
    Provides,
    Consumes,
    Gates,
    Priority,
    Risk,
    Rollback,
    Goal,
    Start,
    Due,
    Status,
    Why,
    Stretch,
    Tags,
    /// A label above the boxes of an item's criteria.
    Criteria,
    /// Known words that the plan keeps for people.
    Remark,
}

/// Every key: canonical spelling, then the others people use. Words are compared without case, with `-` for
/// blanks and underscores.
const KEYS: &[(Key, &[&str])] = &[
    (
        Key::Owner,
        &[
            "owner",
            "assignee",
            "assigned",
            "assigned-to",
            "assigned-agent",
            "responsible",
            "负责人",
            "担当",
            "担当者",
            "담당자",
            "verantwortlich",
            "responsable",
        ],
    ),
    (Key::Team, &["team", "assigned-team"]),
    (
        Key::Estimate,
        &[
            "estimate",
            "estimated",
            "estimated-time",
            "estimated-effort",
            "estimated-duration",
            "effort",
            "duration",
            "size",
            "估计",
            "预估",
            "工时",
            "工数",
            "見積",
            "見積もり",
            "aufwand",
            "schätzung",
            "dauer",
            "estimation",
            "estimación",
        ],
    ),
    (Key::Actual, &["actual", "actual-time", "actual-effort", "spent"]),
    (
        Key::Needs,
        &[
            "needs",
            "need",
            "depends",
            "depends-on",
            "dependencies",
            "dependency",
            "deps",
            "blocked-by",
            "requires",
            "prerequisites",
            "prerequisite",
            "依赖",
            "依赖于",
            "前置",
            "依存",
            "依存関係",
            "前提",
            "前提条件",
            "의존성",
            "abhängig-von",
            "abhängigkeiten",
            "voraussetzungen",
            "dépend-de",
            "dépendances",
            "depende-de",
            "dependencias",
        ],
    ),
    (Key::Blocks, &["blocks"]),
    (Key::Uses, &["uses", "resources"]),
    (Key::Touches, &["touches", "files", "file", "paths", "files-to-change", "files-to-modify", "文件", "ファイル"]),
    (Key::Provides, &["provides", "produces", "outputs", "output", "deliverables", "deliverable"]),
    (Key::Consumes, &["consumes", "inputs", "input"]),
    (Key::Gates, &["gates", "gate"]),
    (Key::Priority, &["priority", "prio", "优先级", "優先度", "우선순위", "priorität", "priorité", "prioridad"]),
    (Key::Risk, &["risk", "risks"]),
    (Key::Rollback, &["rollback"]),
    (Key::Goal, &["goal", "goals", "vision-goal", "目标", "目標", "ziel", "objectif", "objetivo"]),
    (Key::Start, &["start", "not-before", "start-date"]),
    (Key::Due, &["due", "deadline", "due-date", "截止", "期限", "fällig", "frist", "échéance"]),
    (Key::Status, &["status", "state", "状态", "状態", "ステータス", "상태", "statut", "estado"]),
    (Key::Why, &["why", "rationale"]),
    (Key::Stretch, &["stretch"]),
    (Key::Tags, &["tags", "tag", "labels", "label"]),
    (
        Key::Criteria,
        &[
            "acceptance-criteria",
            "acceptance",
            "criteria",
            "success-criteria",
            "definition-of-done",
            "done-when",
            "验收标准",
            "受け入れ基準",
            "受入基準",
            "受入条件",
            "akzeptanzkriterien",
            "checklist",
        ],
    ),
    (
        Key::Remark,
        &[
            "description",
            "note",
            "notes",
            "type",
            "complexity",
            "uncertainty",
            "impact",
            "skills",
            "tools",
            "details",
            "context",
            "summary",
            "line",
            "lines",
            "location",
            "issue",
            "requirements",
            "references",
            "refs",
            "links",
            "example",
            "test",
            "tests",
            "started",
            "completed",
            "checkpoint",
        ],
    ),
];

impl Key {
    /// The key with a spelling.
    pub(super) fn find(word: &str) -> Option<Self> {
        let same = |known: &str| {
            known.len() == word.len()
                && known
                    .bytes()
                    .zip(word.bytes())
                    .all(|(k, w)| k == w.to_ascii_lowercase() || (k == b'-' && matches!(w, b' ' | b'_')))
        };
        // Most plans use the canonical words.
        let canonical = KEYS.iter().find(|(_, names)| names[0] == word);
        canonical.or_else(|| KEYS.iter().find(|(_, names)| names.iter().any(|name| same(name)))).map(|(key, _)| *key)
    }

    /// The spelling `fmt` writes; `None` for words that are kept as they are.
    pub(super) fn canonical(self) -> Option<&'static str> {
        if matches!(self, Self::Criteria | Self::Remark) {
            return None;
        }
        KEYS.iter().find(|(key, _)| *key == self).map(|(_, names)| names[0])
    }

    /// What the key says about its item, for people.
    fn meaning(self) -> &'static str {
        match self {
            Self::Owner => "who does it: a member, a role or a team of the roster",
            Self::Team => "the team that does it",
            Self::Estimate => "the work it takes: `4h`, a range `2h-4h`, or `2h / 4h / 9h` from least to most",
            Self::Actual => "the work it took, such as `5h`",
            Self::Needs => {
                "what has to be there first: items, documents, resources or teams, each with its reason: \
                 `DB-001 (technical: its columns)`; `none` is an answer too"
            }
            Self::Blocks => "items of the same file that need it",
            Self::Uses => "resources that only one item can use at a time",
            Self::Touches => "path patterns the work stays inside, such as `src/**`",
            Self::Provides => "what it leaves for others",
            Self::Consumes => "what it takes from others",
            Self::Gates => "gates it adds to those of its level, or takes from them: `+bench, -docs`",
            Self::Priority => "`P0` (most urgent) to `P3`",
            Self::Risk => "what can go wrong",
            Self::Rollback => "how to take it back",
            Self::Goal => "what it is for",
            Self::Start => "the day before which it cannot begin, such as `2026-11-23`",
            Self::Due => "the day it has to be done by, such as `2026-11-23`",
            Self::Status => {
                "`dropped` takes it out of the plan, `waiting: who` says that it waits; done is said by the box"
            }
            Self::Why => "why it is done this way",
            Self::Stretch => "what exactly somebody who is no specialist for it shall do",
            Self::Tags => "words to find it by",
            Self::Criteria => "what has to hold, as boxes below",
            Self::Remark => "a note for people",
        }
    }

    /// Whether values may follow as a list below the key.
    pub(super) fn takes_list(self) -> bool {
        use Key::{Consumes, Gates, Needs, Provides, Tags, Touches, Uses};
        matches!(self, Needs | Uses | Touches | Provides | Consumes | Gates | Tags)
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        KEYS.iter().flat_map(|(_, names)| names.iter().copied())
    }
}

/// The keys of an item in their canonical spelling, each with what it says.
pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = KEYS.iter().map(|(key, _)| *key);
    all.filter_map(|key| Some((key.canonical()?, key.meaning())))
}

/// Reads the text of a line as `key: value`: the key in its canonical spelling (a word that is kept for people stays
/// as it is written), and where the value begins.
pub fn field_of(text: &str) -> Option<(&str, usize)> {
    let FieldLine { key, value, .. } = split(text)?;
    let word = &text[key];
    let known = Key::find(word)?;
    Some((known.canonical().unwrap_or(word), value.start))
}

/// A line split at its colon; ranges are relative to the line's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldLine {
    pub key: Range<usize>,
    pub value: Range<usize>,
    /// `**Key**: value`
    pub emphasised: bool,
}

/// Splits `key: value`, `**Key**: value`, `**Key:** value`, `_Key: value_`, with the colon of either script.
pub(super) fn split(text: &str) -> Option<FieldLine> {
    let bytes = text.as_bytes();
    let mark = |b: &u8| matches!(b, b'*' | b'_');
    let opened = bytes.iter().take(3).take_while(|b| mark(b)).count();
    if !bytes.get(opened)?.is_ascii_alphabetic() {
        return if bytes[opened].is_ascii() { None } else { split_foreign(text, opened) };
    }
    let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-' | b'_');
    let key_end = opened + bytes[opened..].iter().take(33).take_while(|b| word(b)).count();
    let mut at = key_end + bytes[key_end..].iter().take_while(|b| mark(b)).count();
    let wide = bytes.get(at) != Some(&b':');
    if wide && !text[at..].starts_with(WIDE_COLON) {
        let foreign = bytes.get(key_end).is_some_and(|b| !b.is_ascii());
        return if foreign { split_foreign(text, opened) } else { None };
    }
    at += if wide { WIDE_COLON.len_utf8() } else { 1 };
    at += bytes[at..].iter().take(3).take_while(|b| mark(b)).count();
    if !wide && !matches!(bytes.get(at), None | Some(b' ' | b'\t')) {
        return None;
    }
    let blanks = bytes[opened..key_end].iter().rev().take_while(|b| matches!(b, b' ' | b'_')).count();
    let key = &text[opened..key_end - blanks];
    let rest = text[at..].trim_start();
    let start = text.len() - rest.len();
    let rest = rest.trim_end();
    let wrapped = opened == 1 && rest.len() > 1 && rest.as_bytes()[rest.len() - 1] == bytes[0];
    Some(FieldLine {
        key: opened..opened + key.len(),
        value: start..start + rest.len() - usize::from(wrapped),
        emphasised: opened > 0,
    })
}

/// Splits `**依赖**：T1` and `Abhängig von: T1`: keys with letters beyond ASCII, which are few, with the colon of either
/// script.
fn split_foreign(text: &str, opened: usize) -> Option<FieldLine> {
    let ends = |c: char| !c.is_alphabetic() && c != ' ' && c != '-';
    let key_end = text[opened..].char_indices().take(20).find(|(_, c)| ends(*c)).map(|(n, _)| opened + n)?;
    Key::find(&text[opened..key_end])?;
    let marks = |at: usize| at + text[at..].bytes().take(3).take_while(|b| matches!(b, b'*' | b'_')).count();
    let at = marks(key_end);
    let colon = text[at..].chars().next().filter(|c| matches!(*c, ':' | WIDE_COLON))?;
    let at = marks(at + colon.len_utf8());
    let rest = text[at..].trim();
    let start = at + (text[at..].len() - text[at..].trim_start().len());
    Some(FieldLine { key: opened..key_end, value: start..start + rest.len(), emphasised: opened > 0 })
}

/// Whether a word that is no key was surely meant as one; with the nearest key.
pub(super) fn unknown(word: &str, emphasised: bool) -> Option<Option<&'static str>> {
    if word.len() > 24 || word.contains(' ') {
        return None;
    }
    let near = nearest(word, Key::names());
    let lower = !emphasised && word.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_'));
    (lower || (near.is_some() && word.len() > 3)).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_split_at_their_colon() {
        let read = |text: &'static str| {
            split(text).map(|field| (&text[field.key.clone()], &text[field.value.clone()], field.emphasised))
        };
        assert_eq!(read("needs: a, b"), Some(("needs", "a, b", false)));
        assert_eq!(read("**Depends on**: T-1"), Some(("Depends on", "T-1", true)));
        assert_eq!(read("**Status:** [x]"), Some(("Status", "[x]", true)));
        assert_eq!(read("_Requirements: 1.1, 2.3_"), Some(("Requirements", "1.1, 2.3", true)));
        assert_eq!(read("files:"), Some(("files", "", false)));
        assert_eq!(read("**依赖**：T1, T2"), Some(("依赖", "T1, T2", true)));
        assert_eq!(read("担当: ann"), Some(("担当", "ann", false)));
        assert_eq!(read("**Needs**：T1、T2"), Some(("Needs", "T1、T2", true)));
        for text in ["http://x", "a, b: c", "", ":", "1: x", "**bold** text", "needs", "é: x"] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn keys_are_found_in_all_their_spellings() {
        for word in ["Depends on", "depends-on", "BLOCKED_BY", "Dependencies", "needs"] {
            assert_eq!(Key::find(word), Some(Key::Needs), "{word}");
        }
        assert!(KEYS.iter().all(|(key, names)| names.iter().all(|name| Key::find(name) == Some(*key))));
        assert_eq!(Key::find("ownr"), None);
        assert_eq!(unknown("ownr", false), Some(Some("owner")));
        assert_eq!(unknown("Ownr", true), Some(Some("owner")));
        assert_eq!(unknown("Members", true), None);
        assert_eq!(unknown("Please consider", false), None);
    }
}
