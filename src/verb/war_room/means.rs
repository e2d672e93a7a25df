//! What the work rests on: documents, resources, those who could do it, and what holds most of it up.

use super::{cell, table, time};
use crate::evidence::Outcome;
use crate::facts::What;
use crate::plan::NeedKind;
use crate::roster::{Member, MemberKind};
use crate::verb::next::waiting_for;
use crate::verb::survey::Survey;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How many bottlenecks are named.
const NARROWEST: usize = 5;

/// The documents that items need, whether they are there, and how many use them.
pub(super) fn documents(survey: &Survey<'_>, block: &mut String) {
    let plan = survey.plan;
    let mut uses: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for index in 0..plan.items.len() {
        for need in plan.needs(index).filter(|need| need.kind == NeedKind::Information) {
            let (open, closed) = uses.entry(need.target.value).or_default();
            *(if plan.is_closed(index) { closed } else { open }) += 1;
        }
    }
    let row = |(path, (open, closed)): (&str, (usize, usize))| {
        let there = match survey.documents.get(path) {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        };
        vec![cell(path), there.to_owned(), open.to_string(), closed.to_string()]
    };
    let columns = ["document", "is there", "open items that need it", "closed ones that did"];
    table(block, "Documents", &columns, uses.into_iter().map(row).collect(), "No item needs one.");
}

/// The resources that items need or use, with what their check said last.
pub(super) fn environment(survey: &Survey<'_>, block: &mut String) {
    let plan = survey.plan;
    let mut resources: BTreeMap<&str, usize> = BTreeMap::new();
    let listed = survey.roster.map_or(&[][..], |roster| roster.resources.as_slice());
    for resource in listed {
        resources.insert(&resource.name.value, 0);
    }
    for index in 0..plan.items.len() {
        let needed = plan.needs(index).filter(|need| need.kind == NeedKind::Resource).map(|need| need.target.value);
        let used: BTreeSet<&str> = needed.chain(plan.items[index].uses().map(|used| used.value)).collect();
        for name in used {
            *resources.entry(name).or_default() += usize::from(!plan.is_closed(index));
        }
    }
    let row = |(name, open): (&str, usize)| {
        let resource = listed.iter().find(|resource| resource.name.value == name);
        let check = resource.and_then(|resource| resource.check.as_ref()).map(|check| check.value.as_str());
        let last = check.and_then(|gate| last_result(survey, gate));
        let (outcome, at) = match (check, last) {
            (_, Some((outcome, at))) => (outcome.name().to_owned(), time(at)),
            (Some(_), None) => ("no result".to_owned(), String::new()),
            (None, None) => ("unknown".to_owned(), String::new()),
        };
        vec![cell(name), cell(check.unwrap_or_default()), outcome, at, open.to_string()]
    };
    let columns = ["resource", "checked by", "last result", "when", "open items that need it"];
    table(block, "Environment", &columns, resources.into_iter().map(row).collect(), "No item needs a resource.");
}

/// What a gate said last, about whatever.
fn last_result(survey: &Survey<'_>, gate: &str) -> Option<(Outcome, Timestamp)> {
    let results = survey.facts.events().filter_map(|event| match event.what {
        What::Gate { gate: own, outcome, at, reused: false, .. } if own == gate => {
            Some((*outcome, Timestamp::from_second(*at).ok()?))
        }
        _ => None,
    });
    results.filter(|(_, at)| *at <= survey.now).max_by_key(|(_, at)| *at)
}

/// How many of those who could work had work so far. Agents that never had any are named: they cost nothing and may be
/// forgotten; people are not.
pub(super) fn members(survey: &Survey<'_>, block: &mut String) {
    let Some(roster) = survey.roster else { return };
    let owners: BTreeSet<&str> = survey.facts.items().filter_map(|item| item.owner.as_deref()).collect();
    let owners: BTreeSet<&str> =
        owners.into_iter().chain(survey.plan.items.iter().filter_map(|item| Some(item.owner()?.value))).collect();
    let authors: BTreeSet<String> =
        survey.facts.items().flat_map(|item| item.work.iter().map(|work| work.by.to_lowercase())).collect();
    let had_work = |member: &Member| {
        owners.iter().any(|owner| member.is_called(owner))
            || member.emails.iter().any(|email| authors.contains(&email.value.to_lowercase()))
    };
    let mut rows = Vec::new();
    for kind in MemberKind::ALL {
        let own: Vec<&Member> = roster.members.iter().filter(|member| member.kind == kind).collect();
        if own.is_empty() {
            continue;
        }
        let without: Vec<&str> =
            own.iter().filter(|member| !had_work(member)).map(|member| member.name.as_str()).collect();
        let named = if kind == MemberKind::Agent { cell(&without.join(", ")) } else { String::new() };
        let with = own.len() - without.len();
        rows.push(vec![kind.name().to_owned(), own.len().to_string(), with.to_string(), named]);
    }
    let columns = ["kind", "members", "had work so far", "agents that had none"];
    table(block, "Members", &columns, rows, "The roster has no members.");
}

/// The open items that most others wait for.
pub(super) fn bottlenecks(survey: &Survey<'_>, block: &mut String) {
    let plan = survey.plan;
    let waiting = waiting_for(plan);
    let mut open: Vec<usize> = (0..plan.items.len()).filter(|&one| !plan.is_closed(one) && waiting[one] > 0).collect();
    open.sort_by_key(|&index| (std::cmp::Reverse(waiting[index]), index));
    open.truncate(NARROWEST);
    let row = |index: usize| {
        let item = &plan.items[index];
        let owner = item.owner().map(|owner| owner.value).unwrap_or_default();
        vec![
            cell(item.id.as_str()),
            cell(item.title().value),
            survey.standings.of(index).name().to_owned(),
            cell(owner),
            waiting[index].to_string(),
        ]
    };
    let columns = ["item", "title", "state", "owner", "open items that wait for it"];
    table(block, "Bottlenecks", &columns, open.into_iter().map(row).collect(), "Nothing waits for anything.");
}
