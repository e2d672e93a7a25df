//! Answers of the verbs that take plans over from other tools and hand them out.

use serde::Serialize;

/// The data of kind `imported`.
#[derive(Debug, Serialize)]
pub struct Imported<'a> {
    /// The name of the origin.
    pub from: &'a str,
    /// The plan file.
    pub path: &'a str,
    /// Whether the file was written, or only looked at.
    pub written: bool,
    pub items: usize,
    /// How many of them come ticked.
    pub ticked: usize,
    pub files: ImportTally,
    pub records: ImportTally,
    pub needs: ImportTally,
    pub values: ImportTally,
    pub losses: Vec<ImportLoss<'a>>,
    pub renamed: Vec<Renamed<'a>>,
    /// Errors that the new file has because the source has them.
    pub faults: Vec<&'a str>,
}

/// `read` is `mapped` plus `dropped`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ImportTally {
    pub read: usize,
    pub mapped: usize,
    pub dropped: usize,
}

#[derive(Debug, Serialize)]
pub struct ImportLoss<'a> {
    /// `import/what-happened`
    pub code: &'static str,
    /// `file`, `record`, `need` or `value`
    pub unit: &'static str,
    pub path: &'a str,
    /// From 1; of the first, where several are counted together.
    pub line: Option<usize>,
    pub what: &'a str,
    pub reason: &'a str,
    pub count: usize,
}

/// An id that could not be kept.
#[derive(Debug, Serialize)]
pub struct Renamed<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub reason: &'a str,
}

/// The data of kind `plan`.
#[derive(Debug, Serialize)]
pub struct Exported<'a> {
    /// In the order of the plan; a parent stands before its children.
    pub items: Vec<ExportedItem<'a>>,
}

/// An item with all that the plan alone says of it.
#[derive(Debug, Serialize)]
pub struct ExportedItem<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// `task`, `feature`, `epic` or `phase`
    pub kind: &'static str,
    /// `done`, `dropped`, `waiting` or `open`
    pub state: &'static str,
    pub parent: Option<&'a str>,
    /// 0 (most urgent) to 3.
    pub priority: Option<u8>,
    pub owner: Option<&'a str>,
    pub team: Option<&'a str>,
    pub estimate: Option<super::Estimate>,
    /// `2026-11-23`
    pub due: Option<String>,
    pub goal: Option<&'a str>,
    pub tags: Vec<&'a str>,
    pub touches: Vec<&'a str>,
    pub needs: Vec<ExportedNeed<'a>>,
    pub criteria: Vec<super::Criterion<'a>>,
    pub path: &'a str,
    /// From 1.
    pub line: usize,
}

#[derive(Debug, Serialize)]
pub struct ExportedNeed<'a> {
    /// `technical`, `information`, `resource` or `team`
    pub kind: &'static str,
    pub target: &'a str,
    pub reason: Option<&'a str>,
}
