//! `roster lint`: what is wrong or weak about the roster, and where it, the agent files and their indexes have drifted
//! apart.

use super::import::{self, Fate, File, From, Request};
use crate::agent::Agent;
use crate::diag::{Diagnostic, Failure, Place, Severity, Sink};
use crate::port::Blob;
use crate::roster::{self, Roster, codes};
use std::collections::{BTreeMap, BTreeSet};

/// The largest index document that is read, in bytes.
const MAX_INDEX: u64 = 1024 * 1024;

/// A document is an index when it lists at least so many of the agents beside it.
const LEAST: usize = 3;

/// Checks the roster, if there is one, and the agent files in these places.
///
/// # Errors
/// A folder cannot be read.
pub fn run(from: Vec<From<'_>>, roster: Option<&Roster>) -> Result<Vec<Diagnostic>, Failure> {
    let request = Request { from, ..Request::default() };
    let read = import::run(&request, None)?;
    let mut sink = Sink::new();
    sink.extend(read.findings.into_iter().filter(|finding| finding.severity != Severity::Note));
    let agents: Vec<(&File, &Agent)> = read
        .files
        .iter()
        .filter(|file| file.fate != Fate::Rule)
        .filter_map(|file| Some((file, file.agent.as_ref()?)))
        .collect();
    if let Some(roster) = roster {
        roster::check(roster, &mut sink);
        roster::advice(roster, &mut sink);
        members(roster, &agents, &mut sink);
    }
    colours(&agents, &mut sink);
    indexes(&request, &read.files, &agents, &mut sink)?;
    Ok(sink.into_sorted())
}

/// Members against the files they came from.
fn members(roster: &Roster, agents: &[(&File, &Agent)], sink: &mut Sink) {
    for (file, agent) in agents.iter().filter(|(file, _)| file.inside) {
        let member = roster.member(agent.name.as_str());
        let Some(member) = member else {
            let message = format!("`{}` is not on the roster", agent.name);
            warn(sink, Place::Path(file.path.clone()), message, "its file is there", "run `passmuster roster import`");
            continue;
        };
        let differs = member.model.as_ref().zip(agent.model.as_ref()).filter(|(own, theirs)| own.value != **theirs);
        if let Some((own, theirs)) =
            differs.filter(|_| member.from.as_ref().is_some_and(|from| from.value == file.path))
        {
            let message = format!("`{}` has the model `{}` here and `{theirs}` in its file", agent.name, own.value);
            let hint = "correct the one that is wrong";
            warn(sink, Place::text(&roster.source, own.span), message, &format!("`{}` says so", file.path), hint);
        }
    }
    // Only where the file could have been seen is it gone.
    let seen: BTreeSet<&str> = agents.iter().map(|(file, _)| file.path.as_str()).collect();
    let folders: BTreeSet<&str> = seen.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
    for member in &roster.members {
        let Some(from) = member.from.as_ref().filter(|from| !seen.contains(from.value.as_str())) else { continue };
        if from.rsplit_once('/').is_some_and(|(folder, _)| folders.contains(folder)) {
            let message = format!("the file of `{}` is gone", member.name.value);
            let cause = format!("there is no agent in `{}`", from.value);
            let hint = "take the member off the roster, or correct `from`";
            warn(sink, Place::text(&roster.source, from.span), message, &cause, hint);
        }
    }
}

/// Agents of one division whose colour is not the one most of the division have.
fn colours(agents: &[(&File, &Agent)], sink: &mut Sink) {
    let mut of: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (_, agent) in agents {
        if let (Some(division), Some(colour)) = (&agent.division, &agent.colour) {
            *of.entry(division).or_default().entry(colour).or_default() += 1;
        }
    }
    for (file, agent) in agents {
        let (Some(division), Some(colour)) = (&agent.division, &agent.colour) else { continue };
        let counts = &of[division.as_str()];
        let Some((usual, most)) = counts.iter().max_by_key(|(name, count)| (**count, std::cmp::Reverse(**name))) else {
            continue;
        };
        if *usual != colour && *most > 1 {
            let message = format!("`{}` is {colour}, and most of `{division}` are {usual}", agent.name);
            let cause = format!("{most} agents of the division have that colour");
            warn(sink, Place::Path(file.path.clone()), message, &cause, &format!("write `color: {usual}`"));
        }
    }
}

/// Documents beside agents that list them: names without a file, and files that no document lists.
fn indexes(request: &Request<'_>, files: &[File], agents: &[(&File, &Agent)], sink: &mut Sink) -> Result<(), Failure> {
    let names: BTreeSet<&str> = agents.iter().map(|(_, agent)| agent.name.as_str()).collect();
    let mut listed_anywhere: BTreeSet<String> = BTreeSet::new();
    let mut indexes = 0;
    for file in files.iter().filter(|file| file.agent.is_none()) {
        let (from, path) = &file.place;
        let Blob::Bytes(bytes) = request.from[*from].tree.blob(path, MAX_INDEX)? else { continue };
        let listed = listed(&crate::text::decode(&bytes).text);
        if listed.iter().filter(|name| names.contains(name.as_str())).count() < LEAST {
            continue;
        }
        indexes += 1;
        let missing: Vec<&str> = listed.iter().map(String::as_str).filter(|name| !names.contains(name)).collect();
        if !missing.is_empty() {
            let message = format!("names in the index without a file: {}", missing.len());
            let cause = format!("they are {}", missing.join(", "));
            warn(sink, Place::Path(file.path.clone()), message, &cause, "take them out, or add their files");
        }
        listed_anywhere.extend(listed);
    }
    let unlisted: Vec<&str> = names.into_iter().filter(|name| !listed_anywhere.contains(*name)).collect();
    if indexes > 0 && !unlisted.is_empty() {
        let message = format!("agents that stand in no index: {}", unlisted.len());
        let cause = format!("they are {}", unlisted.join(", "));
        warn(sink, Place::Named("the agent files".to_owned()), message, &cause, "add them to the index beside them");
    }
    Ok(())
}

/// The names that the bullets of a document begin with: `- code-reviewer`, `- **code-reviewer** - reviews`.
fn listed(text: &str) -> BTreeSet<String> {
    let bullets = text.lines().filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("- ").or_else(|| line.strip_prefix("* "))
    });
    bullets
        .filter_map(|bullet| {
            let bullet = bullet.trim();
            let name = match bullet.strip_prefix("**").or_else(|| bullet.strip_prefix('`')) {
                Some(rest) => rest.split(['*', '`']).next()?,
                None => bullet,
            };
            let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            (plain && name.len() > 2 && name.as_bytes()[0].is_ascii_lowercase()).then(|| name.to_owned())
        })
        .collect()
}

fn warn(sink: &mut Sink, place: Place, message: String, cause: &str, hint: &str) {
    sink.push(Diagnostic::warning(&codes::WEAK, place, message).cause(cause).hint(hint));
}
