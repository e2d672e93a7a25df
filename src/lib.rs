//! # passmuster: the plan decides what merges
//!
//! A Git-native coordinator for teams of people and coding agents. The plan is the merge policy, a tick is
//! only a claim, and a claim passes on evidence the tool itself produced.
//!
//! ## Map
//!
//! Four layers; arrows point down only (a test draws the module graph and fails on an upward arrow or a cycle).
//!
//! ```text
//! edges   cli/      arguments, wiring, exit statuses               home of clap
//!         hook/     Git hook entry points, install and uninstall
//!         lsp/      the language server: one file per request     home of lsp-server
//!         report/   one file per output: human, concise, json, github, sarif
//!         git/      Tree, Index and History over git2; the git program     home of git2
//!         disk/     the work tree as a Tree, atomic writes         home of walkdir and std::fs
//!         run/      gate commands: export, timeout, bounded output home of std::process (with git/)
//!         sign/     SSH signatures: made by ssh-keygen, checked in process  home of ssh-key
//!         query/    questions in SQL about the project           home of rusqlite
//!         serve/    one page for browsers of this machine          home of tiny_http
//!         board/    the war room on a terminal                     home of ratatui
//!         watch/    what wakes a watcher: file events, merged      home of notify
//!
//! verb    one file per thing a person or agent can do
//!
//! domain  judge/    the one place where pass or refuse is decided
//!         phase/    the phases 0 to 5: what each needs to begin and to end
//!         project/  everything read at one revision, linked; rules that need two nouns
//!         facts/    what really happened to the plan, read from the history of a branch
//!         gate/     which gates an item needs, what their keys are, which evidence satisfies them
//!         escalation how high an unresolved blocker has climbed
//!         record/   handoffs, waivers …: dated documents that go from state to state
//!         import/   plans of other tools: read, settled, written as a plan, with an account of losses
//!         export/   the plan as tables, graphs and files of other trackers     home of csv
//!         picture/  figures in, SVG out: canvas, scales, axes, themes, one file per chart
//!         schedule/ when the open items can be done, by whom, and which of them decide
//!         plan/ policy/ roster/ evidence/                          strangers to each other
//!         outline/  topics with who answers for them and the files that show them
//!         agent/    agent files of other tools, read as they are in the wild
//!         id        TaskId, RefName, RepoPath …: what one noun stores of another is an id
//!         pattern   path patterns of touches, inputs and owners
//!         port      what the domain asks of the world: Tree, History, Signatures (a few methods each)
//!
//! ground  text/     Source, spans, lines and columns
//!         diag/     Diagnostic, Code, Sink, Failure
//!         doc/      Markdown blocks and YAML with spans            home of pulldown-cmark and the YAML crates
//! ```
//!
//! The way of the data: bytes → [`text::Source`] → [`doc`] blocks → [`plan::Plan`], [`policy::Policy`],
//! [`evidence::GateReport`] → [`judge::Verdict`] → [`report`].

pub mod diag;
pub mod doc;
pub mod text;

pub mod agent;
pub mod escalation;
pub mod evidence;
pub mod export;
pub mod facts;
pub mod gate;
pub mod id;
pub mod import;
pub mod judge;
pub mod outline;
pub mod pattern;
pub mod phase;
pub mod picture;
pub mod plan;
pub mod policy;
pub mod port;
pub mod project;
pub mod record;
pub mod roster;
pub mod schedule;

pub mod verb;

#[cfg(feature = "tui")]
pub mod board;
pub mod cli;
pub mod disk;
pub mod git;
pub mod hook;
pub mod lsp;
pub mod query;
pub mod report;
pub mod run;
#[cfg(feature = "serve")]
pub mod serve;
pub mod sign;
pub mod watch;
