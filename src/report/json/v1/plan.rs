//! Answers of the verbs about the plan.

use serde::Serialize;

/// An item where it is one of many.
#[derive(Clone, Debug, Serialize)]
pub struct Item<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// `task`, `feature`, `epic` or `phase`
    pub kind: &'static str,
    /// `done`, `dropped`, `waiting`, `blocked`, `open` or `ready`
    pub state: &'static str,
    /// 0 (most urgent) to 3.
    pub priority: Option<u8>,
    pub owner: Option<&'a str>,
    pub estimate: Option<Estimate>,
    pub path: &'a str,
    /// From 1.
    pub line: usize,
}

/// Minutes of work.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Estimate {
    pub optimistic: u32,
    pub likely: u32,
    pub pessimistic: u32,
}

/// The data of kind `item`.
#[derive(Debug, Serialize)]
pub struct ItemPage<'a> {
    pub item: Item<'a>,
    pub team: Option<&'a str>,
    pub tags: Vec<&'a str>,
    /// The ids of the items it stands in, outermost first.
    pub within: Vec<&'a str>,
    pub children: Vec<Item<'a>>,
    pub needs: Vec<Need<'a>>,
    /// The items that wait for it.
    pub waiting: Vec<Item<'a>>,
    pub criteria: Vec<Criterion<'a>>,
    pub touches: Vec<&'a str>,
    pub uses: Vec<&'a str>,
    pub provides: Vec<&'a str>,
    pub gates: Vec<Gate<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Need<'a> {
    /// `technical`, `information`, `resource` or `team`
    pub kind: &'static str,
    pub target: &'a str,
    /// `met`, `open` or `unknown`
    pub state: &'static str,
    pub reason: Option<&'a str>,
    /// The id of the item that has the need: the item itself, or one it stands in.
    pub of: &'a str,
}

#[derive(Debug, Serialize)]
pub struct Criterion<'a> {
    pub text: &'a str,
    pub ticked: bool,
}

#[derive(Debug, Serialize)]
pub struct Gate<'a> {
    pub name: &'a str,
    /// What it checks, in words.
    pub checks: String,
    pub waivable: bool,
}

/// The data of kind `next`.
#[derive(Debug, Serialize)]
pub struct Next<'a> {
    /// In the order they should be begun.
    pub ready: Vec<Ready<'a>>,
    pub waiting: Vec<Held<'a>>,
    /// Ids of ready items in groups; all of a group can be worked on at once.
    pub parallel: Vec<Vec<&'a str>>,
    /// What could be begun, had not somebody taken it.
    pub taken: Vec<TakenItem<'a>>,
}

#[derive(Debug, Serialize)]
pub struct TakenItem<'a> {
    pub item: Item<'a>,
    pub by: &'a str,
    pub until: String,
}

#[derive(Debug, Serialize)]
pub struct Ready<'a> {
    pub item: Item<'a>,
    /// How many open items wait for it.
    pub unblocks: usize,
}

#[derive(Debug, Serialize)]
pub struct Held<'a> {
    pub item: Item<'a>,
    /// Each reason alone.
    pub why: Vec<String>,
}

/// The data of kind `status`.
#[derive(Debug, Serialize)]
pub struct Status<'a> {
    /// The worst indicator that is known: `green`, `yellow`, `red`; `unknown` when none is.
    pub light: &'static str,
    pub tasks: Tasks,
    /// Phases and epics in the order of the plan.
    pub parts: Vec<Part<'a>>,
    /// Tasks outside of every phase, epic and feature.
    pub loose: Tasks,
    /// With `--by`: by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<Group<'a>>>,
    /// Worst first.
    pub indicators: Vec<Indicator<'a>>,
}

/// The tasks of one team, member, epic or phase.
#[derive(Debug, Serialize)]
pub struct Group<'a> {
    pub name: &'a str,
    pub tasks: Tasks,
    pub under_way: usize,
}

#[derive(Debug, Serialize)]
pub struct Indicator<'a> {
    pub name: &'static str,
    /// `green`, `unknown`, `yellow` or `red`
    pub light: &'static str,
    pub reason: &'a str,
    /// The command that shows more.
    pub more: &'a str,
}

#[derive(Debug, Serialize)]
pub struct Part<'a> {
    pub item: Item<'a>,
    /// How many parts it stands in.
    pub depth: usize,
    pub tasks: Tasks,
}

/// Counts of tasks; dropped ones are not part of the total.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Tasks {
    pub total: usize,
    pub done: usize,
    pub ready: usize,
    pub blocked: usize,
    pub waiting: usize,
    pub dropped: usize,
}

/// The data of kind `marked`.
#[derive(Debug, Serialize)]
pub struct Marks<'a> {
    pub items: Vec<Marked<'a>>,
    /// The paths that were written.
    pub written: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
pub struct Marked<'a> {
    pub id: &'a str,
    pub ticked: bool,
    /// `false`: the plan said so already.
    pub changed: bool,
    pub warnings: &'a [String],
}

/// The data of kind `changed`.
#[derive(Debug, Serialize)]
pub struct Changed<'a> {
    /// The id the item has now.
    pub id: &'a str,
    /// `false`: the plan said so already.
    pub changed: bool,
    /// The paths that were written.
    pub written: Vec<&'a str>,
    /// What is found only since the change.
    pub findings: super::Findings<'a>,
    /// Lines that still say the old id.
    pub mentions: Vec<Mention<'a>>,
}

#[derive(Debug, Serialize)]
pub struct Mention<'a> {
    pub path: &'a str,
    /// From 1.
    pub line: usize,
}

/// The data of kind `formatted`.
#[derive(Debug, Serialize)]
pub struct Formatted<'a> {
    /// Whether the files were written, or only looked at.
    pub written: bool,
    /// The paths that are not in canonical form (any more).
    pub changed: Vec<&'a str>,
}

/// The data of kind `policy`.
#[derive(Debug, Serialize)]
pub struct Policy<'a> {
    /// The effective policy, as YAML.
    pub yaml: &'a str,
}

/// The data of kind `initialised`.
#[derive(Debug, Serialize)]
pub struct Initialised<'a> {
    pub files: Vec<InitialisedFile<'a>>,
    /// Commands to type next.
    pub next: &'a [String],
}

#[derive(Debug, Serialize)]
pub struct InitialisedFile<'a> {
    pub path: &'a str,
    /// `created`, `kept` or `extended`
    pub what: &'static str,
}

/// The data of kind `critical`. All times are minutes of work after now.
#[derive(Debug, Serialize)]
pub struct CriticalPath<'a> {
    /// `optimistic`, `likely`, `expected` or `pessimistic`: the figure of the estimates that counts
    pub estimate: &'static str,
    pub finish: i64,
    /// One chain of tasks that is as long as the whole, first to last.
    pub chain: Vec<ChainLink<'a>>,
    /// The ids of tasks that can slip by less than a tenth of the whole, least first.
    pub near: Vec<&'a str>,
    /// Every open task, in the order of the plan.
    pub tasks: Vec<TimedItem<'a>>,
    /// How many tasks have no estimate.
    pub unestimated: usize,
    /// What each of those counts as.
    pub assumed: i64,
    /// Figures that look wrong.
    pub findings: super::Findings<'a>,
}

#[derive(Debug, Serialize)]
pub struct ChainLink<'a> {
    pub id: &'a str,
    /// What keeps it from being earlier, in words.
    pub because: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub struct TimedItem<'a> {
    pub item: Item<'a>,
    pub start: i64,
    pub finish: i64,
    /// How far it can move without moving the finish of the whole.
    pub float: i64,
    /// How far it can move without moving any other task.
    pub free_float: i64,
    pub critical: bool,
}
