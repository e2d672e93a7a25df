//! What `watch` tells, one object a line.

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
            text: &event.text,
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
