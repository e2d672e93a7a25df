//! Answers of the verbs around records.

use serde::Serialize;
use std::collections::BTreeMap;

/// The data of kind `record`, and each of those of kind `records`.
#[derive(Debug, Serialize)]
pub struct Record<'a> {
    /// `handoff`, `waiver`, …
    pub record: &'static str,
    /// The name of its file without the ending.
    pub name: &'a str,
    pub path: &'a str,
    pub title: &'a str,
    pub state: &'a str,
    pub closed: bool,
    /// The values of each field that is there; a single value is a list of one.
    pub fields: BTreeMap<&'static str, Vec<&'a str>>,
    /// The opening and what came after it.
    pub steps: Vec<Step<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Step<'a> {
    pub to: &'a str,
    pub by: &'a str,
    /// RFC 3339, UTC.
    pub at: String,
    pub note: Option<&'a str>,
    pub signed: bool,
}

impl<'a> Record<'a> {
    pub fn of(record: &'a crate::record::Record) -> Self {
        let fields = record.fields.iter().map(|field| {
            let values = field.values.iter().map(|value| value.value.as_str()).collect();
            (field.name, values)
        });
        let steps = record.steps.iter().map(|step| Step {
            to: &step.to.value,
            by: &step.by.value,
            at: step.at.value.to_string(),
            note: step.note.as_ref().map(|note| note.value.as_str()),
            signed: step.signature.is_some(),
        });
        Self {
            record: record.kind.name,
            name: record.name(),
            path: record.path(),
            title: &record.title.value,
            state: record.state(),
            closed: record.is_closed(),
            fields: fields.collect(),
            steps: steps.collect(),
        }
    }
}

/// Each of the data of kind `overdue`.
#[derive(Debug, Serialize)]
pub struct Overdue<'a> {
    pub record: Record<'a>,
    /// What should have happened.
    pub what: &'a str,
    /// When: RFC 3339, UTC.
    pub since: String,
    /// What settles it, to be typed.
    pub then: &'a str,
}

/// The data of kind `blocker`, and each of those of kind `blockers`.
#[derive(Debug, Serialize)]
pub struct Blocker<'a> {
    pub blocker: Record<'a>,
    /// 1 to 5, from age, priority and ladder.
    pub level: u8,
    /// 0 (most urgent) to 2.
    pub priority: u8,
    pub minutes: i64,
    /// Whether it delays the whole.
    pub critical: bool,
    pub handlers: &'a [String],
    /// The ids of the open items that cannot go on.
    pub blocked: Vec<&'a str>,
    /// What can be decided, from the fourth level on.
    pub ways: Vec<Way<'a>>,
    /// What solved others like it in most cases.
    pub known: Vec<Pattern<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Way<'a> {
    pub name: &'static str,
    pub what: &'a str,
}

/// One of the data of kind `patterns`.
#[derive(Debug, Serialize)]
pub struct Pattern<'a> {
    pub kind: String,
    pub solution: &'a str,
    pub uses: usize,
    /// How often it was tried in vain.
    pub failures: usize,
    pub minutes: i64,
    /// Who solved the newest, and when.
    pub solver: &'a str,
    pub last_used: String,
}

/// One of the data of kind `follow-ups`: a task that was written.
#[derive(Debug, Serialize)]
pub struct FollowUp<'a> {
    pub id: &'a str,
    pub title: &'a str,
}
