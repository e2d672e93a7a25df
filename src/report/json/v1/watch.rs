//! What `watch` tells, one object a line.

use crate::verb::triggers::Raised;
use crate::verb::watch;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The data of kind `event`.
#[derive(Debug, Serialize)]
pub struct Event<'a> {
    /// The word that stands under `on:` for it, such as `gate-failed`.
    pub event: &'static str,
    /// What it happened to: a ref, a finding, an item's id, or an item and its gate.
    pub subject: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<&'a str>,
    /// The path that made evidence stale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<&'a str>,
    /// What calls for somebody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger<'a>>,
    /// One sentence for people.
    pub text: &'a str,
}

impl<'a> Event<'a> {
    pub fn of(event: &'a watch::Event) -> Self {
        Self {
            event: event.occasion.name(),
            subject: &event.subject,
            before: event.before.as_deref(),
            after: event.after.as_deref(),
            path: event.path.as_deref(),
            trigger: event.call.as_ref().map(Trigger::of),
            text: &event.text,
        }
    }
}

/// One entry of the data of kind `triggers`.
#[derive(Debug, Serialize)]
pub struct Trigger<'a> {
    /// The same for whoever looks.
    pub id: &'a str,
    /// The name under `triggers:` in the policy.
    pub trigger: &'a str,
    /// The path of a record, an item's id, or an item and its gate.
    pub subject: &'a str,
    /// One sentence for people.
    pub what: &'a str,
    /// RFC 3339, UTC.
    pub since: String,
    /// `low`, `normal`, `high` or `critical`.
    pub urgency: &'a str,
    /// Members, roles or teams; empty: whoever is there.
    pub to: &'a [String],
    /// How often it was raised again since.
    pub again: u32,
    /// What settles it, to be typed.
    pub then: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledged<'a>>,
}

/// That somebody has seen a trigger.
#[derive(Debug, Serialize)]
pub struct Acknowledged<'a> {
    pub by: &'a str,
    /// RFC 3339, UTC.
    pub at: String,
    /// Until when that holds, where it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

impl<'a> Trigger<'a> {
    pub fn of(raised: &'a Raised) -> Self {
        let acknowledged = raised.acknowledged.as_ref().map(|seen| Acknowledged {
            by: &seen.by,
            at: seen.at.to_string(),
            until: seen.until.map(|until| until.to_string()),
        });
        Self {
            id: &raised.id,
            trigger: &raised.trigger,
            subject: &raised.subject,
            what: &raised.what,
            since: raised.since.to_string(),
            urgency: &raised.urgency,
            to: &raised.to,
            again: raised.again,
            then: &raised.then,
            acknowledged,
        }
    }
}

/// The data of kind `change`, for the command of `watch --exec`.
#[derive(Debug, Serialize)]
pub struct Change {
    /// More than `paths` may have changed.
    pub all: bool,
    /// Absolute paths; bytes that are not UTF-8 are replaced.
    pub paths: Vec<String>,
}

impl Change {
    pub fn of(all: bool, paths: &BTreeSet<PathBuf>) -> Self {
        Self { all, paths: paths.iter().map(|path| path.to_string_lossy().into_owned()).collect() }
    }
}
