//! The words that give a heading its level, in the languages people plan in: `Phase 1`, `阶段1`, `Aufgabe 3`.
//!
//! Domain layer; pure functions from text to values.

use super::Kind;

/// Whether a word is no id of the whole plan by itself: a number, or a single letter.
pub(super) fn is_bare(word: &str) -> bool {
    word.len() < 2 || !word.bytes().any(|b| b.is_ascii_alphabetic())
}

/// A word in front of a heading's id.
pub(super) struct Level {
    pub word: &'static str,
    pub kind: Kind,
    /// What makes a bare number into an id of the whole plan.
    pub prefix: &'static str,
    /// Also common in prose about time: `Week 1 was hard` is no item.
    pub of_time: bool,
}

const fn level(word: &'static str, kind: Kind, prefix: &'static str, of_time: bool) -> Level {
    Level { word, kind, prefix, of_time }
}

/// The level that a heading's first word gives it: `Phase 1`, and `阶段1` where no blank is written.
pub(super) fn level_of(heading: &str) -> Option<&'static Level> {
    LEVELS.iter().find(|level| {
        let word = heading.get(..level.word.len()).filter(|word| word.eq_ignore_ascii_case(level.word));
        let next = word.and_then(|word| heading[word.len()..].chars().next());
        word.is_some() && next.is_none_or(|next| next == ' ' || next.is_ascii_digit() && !level.word.is_ascii())
    })
}

/// Every word that gives a heading its level.
pub(super) const LEVELS: [Level; 23] = [
    level("task", Kind::Task, "task-", false),
    level("feature", Kind::Feature, "feature-", false),
    level("epic", Kind::Epic, "epic-", false),
    level("phase", Kind::Phase, "phase-", false),
    level("milestone", Kind::Phase, "milestone-", true),
    level("sprint", Kind::Phase, "sprint-", true),
    level("iteration", Kind::Phase, "iteration-", true),
    level("stage", Kind::Phase, "stage-", true),
    level("week", Kind::Phase, "week-", true),
    level("day", Kind::Phase, "day-", true),
    level("任务", Kind::Task, "task-", false),
    level("タスク", Kind::Task, "task-", false),
    level("阶段", Kind::Phase, "phase-", false),
    level("階段", Kind::Phase, "phase-", false),
    level("フェーズ", Kind::Phase, "phase-", false),
    level("里程碑", Kind::Phase, "milestone-", true),
    level("작업", Kind::Task, "task-", false),
    level("단계", Kind::Phase, "phase-", false),
    level("aufgabe", Kind::Task, "task-", false),
    level("tâche", Kind::Task, "task-", false),
    level("tarea", Kind::Task, "task-", false),
    level("meilenstein", Kind::Phase, "milestone-", true),
    level("fase", Kind::Phase, "phase-", false),
];

/// What makes the bare number of a kind into an id of the whole plan, where no other word is said.
pub(super) fn prefix_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Task => "task-",
        Kind::Feature => "feature-",
        Kind::Epic => "epic-",
        Kind::Phase => "phase-",
    }
}
