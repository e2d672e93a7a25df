//! Whether something is done: the words and the pictures that people use for it.
//!
//! Domain layer; pure functions from text to values.

use super::blankless;
use std::ops::Range;

/// What a status says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plan) enum StatusText {
    /// `[ ]` or `[x]`: the box of the item.
    Box {
        ticked: bool,
    },
    Dropped,
    /// With the range of who or what is waited for.
    Waiting(Range<usize>),
    /// A word for what is not done yet, and what only the box can say.
    Open,
    Done,
    Unknown,
}

pub(in crate::plan) fn status(text: &str) -> StatusText {
    match text.as_bytes() {
        [b'[', b' ', b']', ..] => return StatusText::Box { ticked: false },
        [b'[', b'x' | b'X', b']', ..] => return StatusText::Box { ticked: true },
        _ => {}
    }
    let word_end = text.find(':').unwrap_or(text.len());
    let word = status_word(text);
    match word.as_str() {
        "dropped" | "cancelled" | "canceled" | "wontfix" | "won't fix" | "wont do" => StatusText::Dropped,
        "waiting" | "blocked" | "on hold" => {
            StatusText::Waiting(blankless(text, (word_end + 1).min(text.len())..text.len()))
        }
        "open" | "todo" | "to do" | "to-do" | "planned" | "pending" | "not started" | "not-started" | "ready"
        | "draft" | "in progress" | "in-progress" | "in_progress" | "in review" | "in-review" | "review" | "active"
        | "backlog" | "new" | "wip" | "doing" | "started" | "ongoing" | "partial" | "未着手" | "進行中" | "未开始"
        | "进行中" | "待办" | "计划中" | "未完成" | "offen" | "geplant" | "in arbeit" | "à faire" | "en cours"
        | "pendiente" | "en curso" | "대기" | "진행 중" | "진행중" => StatusText::Open,
        "done" | "complete" | "completed" | "finished" | "closed" | "implemented" | "shipped" | "merged" | "完了"
        | "完成" | "已完成" | "済" | "erledigt" | "fertig" | "terminé" | "hecho" | "completado" | "완료" => {
            StatusText::Done
        }
        "" => match text.chars().find_map(sign_of) {
            Some(true) => StatusText::Done,
            Some(false) => StatusText::Open,
            None => StatusText::Unknown,
        },
        _ => StatusText::Unknown,
    }
}

/// Whether a status says that the work has begun and is not done.
pub(in crate::plan) fn is_under_way(text: &str) -> bool {
    matches!(
        status_word(text).as_str(),
        "in progress"
            | "in-progress"
            | "in_progress"
            | "in review"
            | "in-review"
            | "review"
            | "active"
            | "wip"
            | "doing"
            | "started"
            | "ongoing"
            | "partial"
            | "進行中"
            | "进行中"
    )
}

/// The word of a status without emphasis, pictures and remarks, in lower case: `✅ **Done** (May)` says `done`.
fn status_word(text: &str) -> String {
    let word =
        text.split([':', '(', ',', ';', '—', '–']).find(|part| part.contains(char::is_alphanumeric)).unwrap_or("");
    let word = word.split(" - ").next().unwrap_or(word);
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Whether a picture says that something is done, or that it is not.
fn sign_of(c: char) -> Option<bool> {
    match c {
        '✅' | '☑' | '✔' | '✓' | '🟢' => Some(true),
        '❌' | '✗' | '✘' | '🔄' | '⏳' | '⌛' | '🚧' | '⬜' | '🔲' | '☐' | '🟡' | '🟠' | '🔴' | '📋' | '⏸' | '🔜' => {
            Some(false)
        }
        _ => None,
    }
}

/// The first picture in a part of a line that says whether something is done.
pub(in crate::plan) fn sign(text: &str, range: Range<usize>) -> Option<(Range<usize>, bool)> {
    let found = text[range.clone()].char_indices().find_map(|(at, c)| Some((at, c, sign_of(c)?)));
    found.map(|(at, c, done)| (range.start + at..range.start + at + c.len_utf8(), done))
}

/// A picture at the end of a line that says whether something is done, with the word that may follow: `✅ COMPLETED`.
pub(in crate::plan) fn closing_sign(text: &str, range: Range<usize>) -> Option<(Range<usize>, bool)> {
    let part = &text[range.clone()];
    let (at, c, done) = part.char_indices().rev().take(40).find_map(|(at, c)| Some((at, c, sign_of(c)?)))?;
    let rest = &part[at + c.len_utf8()..];
    let closes = !rest.contains(char::is_alphanumeric) || matches!(status(rest), StatusText::Done | StatusText::Open);
    closes.then(|| (range.start + at..range.end, done))
}
