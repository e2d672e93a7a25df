//! Answers of the verbs around phases.

use serde::Serialize;

/// The data of kind `phases`.
#[derive(Debug, Serialize)]
pub struct Phases<'a> {
    /// Whether the policy asks for phases.
    pub binding: bool,
    pub phases: Vec<Phase<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Phase<'a> {
    /// `0` to `5`, or the id of a phase of the plan
    pub id: &'a str,
    pub name: &'a str,
    /// `done`, `gate`, `active` or `waiting`
    pub state: &'static str,
    /// What it needs to begin while it waits, to end while it goes on.
    pub needs: Vec<PhaseNeed<'a>>,
}

#[derive(Debug, Serialize)]
pub struct PhaseNeed<'a> {
    pub what: &'a str,
    pub met: bool,
    /// What is; empty when it is met.
    pub why: &'a str,
    pub hint: &'a str,
}

/// The data of kind `preflight`.
#[derive(Debug, Serialize)]
pub struct Preflight<'a> {
    pub item: &'a str,
    /// Whether work can begin.
    pub clear: bool,
    pub points: Vec<PhaseNeed<'a>>,
    pub reading: Vec<ToRead<'a>>,
}

#[derive(Debug, Serialize)]
pub struct ToRead<'a> {
    pub path: String,
    /// The content, as Git names it; none where the document is not there.
    pub object: Option<&'a str>,
    /// What asks for it.
    pub asked: &'a str,
    pub read: bool,
}

/// The data of kind `board`: its newest session.
#[derive(Debug, Serialize)]
pub struct Board<'a> {
    pub session: u32,
    /// `approved`, `approved with concerns` or `rejected`; none while somebody is missing
    pub verdict: Option<&'static str>,
    /// Whether it is about the plan as it is.
    pub current: bool,
    pub reviews: Vec<BoardSeat<'a>>,
    pub concerns: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct BoardSeat<'a> {
    pub executive: &'static str,
    pub review: Option<&'a str>,
    pub points: Option<u32>,
    pub verdict: Option<&'static str>,
}
