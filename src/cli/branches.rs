//! `status --branches`: what the plan says in work trees and on branches, before it lands.

use super::past::usual_tip;
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::Failure;
use crate::disk::WorkTree;
use crate::git::Repository;
use crate::id::RefName;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, foreign, plural};
use crate::verb::branches::{self, Account, Checkout, Outcome, Place, PlaceKind, Question, Row, State};
use crate::verb::land;
use jiff::Timestamp;
use std::fmt::Write as _;
use std::path::Path;

/// Which of several places counts.
const RULE: &str = "files that are not committed count before commits, those of this work tree first; of branches that with \
                    the newest commit; a branch here before that of a remote with its name, unless that has all of it";

/// Prints every item that stands otherwise in a work tree or on a branch than on the protected branch.
///
/// # Errors
/// The refs, or the plan of the protected branch, cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let bench = Bench::open(context)?;
    let tip = usual_tip(&bench)?;
    let named = bench.target(None).map(|(name, _)| name).ok();
    let target = named.or_else(|| bench.repo.head().ok()?.branch().cloned()).unwrap_or_else(|| RefName::new("HEAD"));
    let policy = land::policy_at(&bench.repo, &tip).ok().flatten();
    let opened = bench.repo.work_trees();
    let trees: Vec<(&Repository, WorkTree<'_>)> = opened.iter().filter_map(|repo| Some((repo, files(repo)?))).collect();
    let mut checkouts = Vec::new();
    for (repo, files) in &trees {
        // One in the middle of being made has no HEAD yet.
        let Ok(head) = repo.head() else { continue };
        checkouts.push(Checkout { name: name(bench.repo.work_dir(), repo), head, files });
    }
    let outcome = branches::run(&Question {
        repo: &bench.repo,
        policy: policy.as_ref(),
        target: &target,
        tip: &tip,
        checkouts: &checkouts,
        now: bench.now(),
    })?;
    let target = branches::short(&target);
    context.output.print(&match context.format {
        Format::Json => envelope("branches", &answer(&outcome, target, tip.as_str())),
        Format::Concise => concise(&outcome, target),
        _ => text(&outcome, target, context.output.style()),
    })?;
    Ok(Exit::Passed)
}

fn files(repo: &Repository) -> Option<WorkTree<'_>> {
    let format = repo.format();
    Some(WorkTree::new(repo.work_dir()?, move |bytes| format.blob_id(bytes)))
}

/// What a work tree is called: `.` for this one, and others by where they are.
fn name(here: Option<&Path>, repo: &Repository) -> String {
    let folder = repo.work_dir().unwrap_or_else(|| repo.git_dir());
    let (folder, here) = (folder.components().as_path(), here.map(|here| here.components().as_path()));
    let beside = here.and_then(Path::parent).and_then(|parent| folder.strip_prefix(parent).ok());
    match beside {
        _ if Some(folder) == here => ".".to_owned(),
        Some(beside) => format!("../{}", beside.display()),
        None => folder.display().to_string(),
    }
}

fn state(state: &State) -> String {
    match state {
        State::Waiting(who) => format!("waiting for {who}"),
        other => other.name().to_owned(),
    }
}

/// What a place says of an item, with the id it has there.
fn said(account: &Account) -> String {
    let renamed = account.renamed.as_ref().map_or_else(String::new, |id| format!(", as {id}"));
    state(&account.state) + &renamed
}

fn moment(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M").to_string())
}

fn by(account: &Account) -> &str {
    account.by.as_deref().unwrap_or("not committed")
}

fn place(place: &Place) -> String {
    match place.kind {
        PlaceKind::WorkTree if place.name == "." => "these files".to_owned(),
        PlaceKind::WorkTree => format!("files in {}", place.name),
        PlaceKind::Branch | PlaceKind::Remote | PlaceKind::Detached => place.name.clone(),
    }
}

fn text(outcome: &Outcome, target: &str, style: Style) -> String {
    let mut out = String::new();
    if outcome.rows.is_empty() {
        let _ = writeln!(out, "nowhere does an item stand otherwise than on {}", foreign::line(target));
    } else {
        let columns = ["item", "there", "where", "by", "when", "title"].map(|column| (column.to_owned(), Align::Left));
        let mut columns = columns.to_vec();
        columns.insert(1, (format!("on {target}"), Align::Left));
        let mut table = Table::new(columns);
        for Row { id, title, landed, accounts } in &outcome.rows {
            for (index, account) in accounts.iter().enumerate() {
                let (id, landed, title) =
                    if index == 0 { (id.as_str(), state(landed), title.as_str()) } else { ("", String::new(), "") };
                let place = place(&outcome.places[account.place]);
                table.row([id, &landed, &said(account), &place, by(account), &moment(account.at), title]);
            }
        }
        out += &table.render(style);
    }
    if !outcome.places.is_empty() {
        let _ = write!(out, "\n{}", places(outcome, style));
    }
    if outcome.left_out > 0 {
        let _ =
            writeln!(out, "\n{} more are too old, or too many, to be looked at", plural(outcome.left_out, "branch"));
    }
    if !outcome.rows.is_empty() {
        let _ = writeln!(out, "\nthe first line of an item counts: {RULE}");
    }
    out
}

fn places(outcome: &Outcome, style: Style) -> String {
    let mut table = Table::new([
        ("place", Align::Left),
        ("kind", Align::Left),
        ("ahead", Align::Right),
        ("items", Align::Right),
        ("last commit", Align::Left),
        ("note", Align::Left),
    ]);
    for (index, place) in outcome.places.iter().enumerate() {
        let ahead = place.ahead.map_or_else(String::new, |ahead| ahead.to_string());
        let items = items(outcome, index).to_string();
        let note = place.note.as_deref().unwrap_or_default();
        table.row([place.name.as_str(), place.kind.name(), &ahead, &items, &moment(place.at), note]);
    }
    table.render(style)
}

/// How many items a place says something about.
fn items(outcome: &Outcome, place: usize) -> usize {
    outcome.rows.iter().filter(|row| row.accounts.iter().any(|account| account.place == place)).count()
}

/// A line for each item: what counts.
fn concise(outcome: &Outcome, target: &str) -> String {
    let mut out = String::new();
    for Row { id, landed, accounts, .. } in &outcome.rows {
        let Some(first) = accounts.first() else { continue };
        let place = place(&outcome.places[first.place]);
        let line = format!("{id}: {} ({place}, {}), {} on {target}", said(first), by(first), state(landed));
        let _ = writeln!(out, "{}", foreign::line(&line));
    }
    out
}

fn answer<'a>(outcome: &'a Outcome, target: &'a str, tip: &'a str) -> v1::Branches<'a> {
    let account = |account: &'a Account| v1::Account {
        place: account.place,
        state: account.state.name(),
        waits_for: waits_for(&account.state),
        renamed: account.renamed.as_deref(),
        by: account.by.as_deref(),
        at: account.at.map(|at| at.to_string()),
    };
    let row = |row: &'a Row| v1::Elsewhere {
        id: &row.id,
        title: &row.title,
        landed: row.landed.name(),
        accounts: row.accounts.iter().map(account).collect(),
    };
    let place = |place: &'a Place| v1::Stand {
        kind: place.kind.name(),
        name: &place.name,
        commit: place.commit.as_str(),
        at: place.at.map(|at| at.to_string()),
        ahead: place.ahead,
        note: place.note.as_deref(),
    };
    v1::Branches {
        target,
        tip,
        rule: RULE,
        items: outcome.rows.iter().map(row).collect(),
        places: outcome.places.iter().map(place).collect(),
        left_out: outcome.left_out,
    }
}

fn waits_for(state: &State) -> Option<&str> {
    match state {
        State::Waiting(who) => Some(who),
        _ => None,
    }
}
