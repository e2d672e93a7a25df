//! What can stand in a line of a plan.

use super::{Offer, Offers};
use crate::doc::front_matter;
use crate::id::RepoPath;
use crate::lsp::hover::line_at;
use crate::lsp::mention;
use crate::lsp::state::{State, View};
use crate::plan::{self, NeedKind, Plan};
use crate::policy::{Builtin, GateKind, Policy};
use crate::port::EntryKind;
use crate::text::Span;
use gen_lsp_types::CompletionItemKind as Kind;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use std::collections::BTreeSet;

/// The words that begin a list of needs in brackets.
const NEEDS_WORDS: [&str; 5] = ["(depends on ", "(blocked by ", "(needs ", "(requires ", "(after "];

/// What is being written at the cursor.
enum Written<'l> {
    /// The value of a key, from its beginning to the cursor.
    Value { key: &'l str, said: &'l str },
    /// A word after one of the signs of a title.
    Sign(char, &'l str),
    /// A list of needs in brackets.
    Needs(&'l str),
    /// The first word of a line below an item.
    Key(&'l str),
}

pub(super) fn offers(state: &State<'_>, view: &View, file: usize, offset: usize) -> Option<Offers> {
    let text = view.source.text();
    let (line, start) = line_at(text, offset);
    let before = line.get(..offset.checked_sub(start)?)?;
    let is_front = front_matter(text).is_some_and(|front| offset <= front.body.end && offset >= front.body.start);
    if is_front {
        let keys = plan::schema::keys();
        let all = keys.map(|(key, meaning)| Offer::new(format!("{key}: "), Kind::Property, meaning)).collect();
        let is_word = before.bytes().all(|b| b.is_ascii_alphabetic());
        return is_word.then_some(Offers { span: Span::new(start, offset), all });
    }
    let plan = &view.project().plan;
    let around = mention::item_around(plan, file, offset);
    let (all, typed) = match written(before)? {
        Written::Value { key, said } => value(state, view, around, key, said)?,
        Written::Sign('@', word) => (member_names(view), word),
        Written::Sign(_, word) => (known(plan, plan::Item::tags), word),
        Written::Needs(said) => (ids(plan, around), last_part(said)),
        Written::Key(word) => {
            // Below an item; a line with nothing but its dash hides the item above it for a moment.
            // A line with nothing but its dash hides the item above it for a moment.
            if around.is_none() && !before.starts_with([' ', '\t']) {
                return None;
            }
            (plan::keys().map(|(key, meaning)| Offer::new(format!("{key}: "), Kind::Property, meaning)).collect(), word)
        }
    };
    Some(Offers { span: Span::new(offset - typed.len(), offset), all })
}

/// Reads a line up to the cursor.
fn written(before: &str) -> Option<Written<'_>> {
    let content = before.trim_start_matches([' ', '\t']);
    let marker = content.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with([' ', '*', '_']));
    let said = marker.map_or(content, |rest| rest.trim_start());
    if let Some((key, value)) = plan::field_of(said) {
        let cursor_in_value = said.get(value..).unwrap_or_default();
        return Some(Written::Value { key, said: cursor_in_value });
    }
    let word = said.rsplit([' ', '\t']).next().unwrap_or_default();
    if let Some(sign @ ('@' | '#')) = word.chars().next() {
        // The number signs of a heading are no tag.
        return (word.len() < said.len() || sign == '@').then(|| Written::Sign(sign, &word[1..]));
    }
    let lower = said.to_ascii_lowercase();
    if let Some(at) = NEEDS_WORDS.iter().filter_map(|word| Some(lower.rfind(word)? + word.len())).max()
        && !said[at..].contains(')')
    {
        return Some(Written::Needs(&said[at..]));
    }
    let is_word = said.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
    (marker.is_some() && is_word).then_some(Written::Key(said))
}

/// The last entry of a list, as far as it is written.
fn last_part(said: &str) -> &str {
    said.rsplit([',', ';']).next().unwrap_or_default().trim_start()
}

fn value<'l>(
    state: &State<'_>,
    view: &View,
    around: Option<usize>,
    key: &str,
    said: &'l str,
) -> Option<(Vec<Offer>, &'l str)> {
    let plan = &view.project().plan;
    let part = last_part(said);
    let words = |words: &[(&str, &str)]| {
        words.iter().map(|(word, detail)| Offer::new(*word, Kind::EnumMember, *detail)).collect::<Vec<_>>()
    };
    Some(match key {
        "needs" => match said.rsplit_once('(').filter(|(_, inside)| !inside.contains(')')) {
            Some((_, inside)) => {
                let kinds = NeedKind::ALL.map(NeedKind::name);
                let all = kinds.map(|kind| Offer::new(format!("{kind}: "), Kind::EnumMember, "type of need"));
                (all.into_iter().collect(), inside)
            }
            None if part.contains('/') => (paths(state, view, part), part),
            None => (ids(plan, around), part),
        },
        "blocks" => (ids(plan, around), part),
        "owner" => (member_names(view), said.trim_start_matches('@')),
        "team" => (team_names(view), said),
        "gates" => {
            let word = part.rsplit(' ').next().unwrap_or_default();
            (gates(view.project().policy.as_ref(), word), word)
        }
        "priority" => {
            (words(&[("P0", "at once"), ("P1", "next"), ("P2", "as planned"), ("P3", "when there is time")]), said)
        }
        "status" => (words(&[("dropped", "taken out of the plan"), ("waiting: ", "for somebody or something")]), said),
        "estimate" => (
            words(&[
                ("1h", ""),
                ("2h", ""),
                ("4h", "half a day"),
                ("1d", "8 hours"),
                ("2d", ""),
                ("1w", "5 days"),
                ("2h / 4h / 9h", "least, likely, most"),
            ]),
            said,
        ),
        "start" | "due" => (dates(state.host.now()), said),
        "touches" | "provides" | "consumes" | "rollback" => (paths(state, view, part), part),
        "uses" => (known(plan, |item| item.uses().collect()), part),
        "tags" => (known(plan, plan::Item::tags), part.trim_start_matches('#')),
        _ => return None,
    })
}

/// The items, those that are open first.
pub(super) fn ids(plan: &Plan, around: Option<usize>) -> Vec<Offer> {
    let mut order: Vec<usize> = (0..plan.items.len()).filter(|&index| Some(index) != around).collect();
    order.sort_by_key(|&index| plan.is_closed(index));
    let offer = |index: usize| {
        let item = &plan.items[index];
        Offer::new(item.id.as_str(), Kind::Reference, item.title().value)
    };
    order.into_iter().map(offer).collect()
}

/// Members, then roles and teams.
pub(super) fn member_names(view: &View) -> Vec<Offer> {
    let Some(roster) = &view.project().roster else { return Vec::new() };
    let mut all: Vec<Offer> = roster
        .members
        .iter()
        .map(|member| Offer::new(member.name.as_str(), Kind::Variable, member.kind.name()))
        .collect();
    all.extend(role_names(view));
    all.extend(team_names(view));
    all
}

/// The roles that members have, and those whose approval the policy asks for.
pub(super) fn role_names(view: &View) -> Vec<Offer> {
    let project = view.project();
    let members = project.roster.iter().flat_map(|roster| &roster.members);
    let mut roles: BTreeSet<&str> = members.flat_map(|member| member.roles.iter().map(|role| role.as_str())).collect();
    let gates = project.policy.iter().flat_map(|policy| policy.gates.values());
    roles.extend(gates.filter_map(|gate| match &gate.kind {
        GateKind::Approve { role } => Some(role.value.as_str()),
        _ => None,
    }));
    roles.into_iter().map(|role| Offer::new(role, Kind::Interface, "role")).collect()
}

pub(super) fn team_names(view: &View) -> Vec<Offer> {
    let Some(roster) = &view.project().roster else { return Vec::new() };
    let said = roster.members.iter().filter_map(|member| member.team.as_deref().map(String::as_str));
    let teams: BTreeSet<&str> = said.chain(roster.teams.iter().map(|team| team.name.as_str())).collect();
    teams.into_iter().map(|team| Offer::new(team, Kind::Module, "team")).collect()
}

/// Gates with the sign that was typed, or with both.
fn gates(policy: Option<&Policy>, word: &str) -> Vec<Offer> {
    let own = policy.into_iter().flat_map(|policy| policy.gates.values());
    let all: Vec<_> = own.chain(Builtin::ALL.map(Builtin::gate)).collect();
    let mut offers = Vec::new();
    for (sign, detail) in [('+', "added"), ('-', "taken away")] {
        if word.starts_with(['+', '-']) && !word.starts_with(sign) {
            continue;
        }
        let fitting = all.iter().filter(|gate| sign == '+' || gate.waivable);
        offers.extend(fitting.map(|gate| {
            Offer::new(format!("{sign}{}", gate.name.value), Kind::Function, format!("{detail}: {}", gate.kind))
        }));
    }
    offers
}

/// The gates by their names alone.
pub(super) fn gate_names(view: &View) -> Vec<Offer> {
    let own = view.project().policy.iter().flat_map(|policy| policy.gates.values());
    let all = own.chain(Builtin::ALL.map(Builtin::gate));
    all.map(|gate| Offer::new(gate.name.as_str(), Kind::Function, gate.kind.to_string())).collect()
}

/// Words that other items say already.
fn known<'p>(plan: &'p Plan, words: impl Fn(&'p plan::Item) -> Vec<crate::text::Spanned<&'p str>>) -> Vec<Offer> {
    let all: BTreeSet<&str> = plan.items.iter().flat_map(words).map(|word| word.value).collect();
    all.into_iter().map(|word| Offer::new(word, Kind::Keyword, "")).collect()
}

/// What lies in the folder that a path names so far.
fn paths(state: &State<'_>, view: &View, part: &str) -> Vec<Offer> {
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = RepoPath::from(folder.trim_start_matches("./"));
    let children = state.with_tree(&view.snapshot.realm, |tree| tree.children(&path)).unwrap_or_default();
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let offer = |child: &crate::port::Child| {
        let name = std::str::from_utf8(&child.name).ok()?;
        Some(match child.entry.kind {
            EntryKind::Directory => Offer::new(format!("{prefix}{name}/"), Kind::Folder, ""),
            EntryKind::File | EntryKind::Executable => Offer::new(format!("{prefix}{name}"), Kind::File, ""),
            EntryKind::Symlink | EntryKind::Gitlink => return None,
        })
    };
    let mut all: Vec<Offer> = children.iter().filter_map(offer).collect();
    all.push(Offer::new(format!("{prefix}**"), Kind::Folder, "all below"));
    all
}

/// Days that are often meant.
pub(super) fn dates(now: Timestamp) -> Vec<Offer> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let to_friday = (5 - i64::from(today.weekday().to_monday_one_offset())).rem_euclid(7);
    let later = |days: i64| today.checked_add(days.days()).unwrap_or(today);
    let month = today.checked_add(1.month()).unwrap_or(today);
    let offer = |(date, detail): (Date, &str)| Offer::new(date.to_string(), Kind::Constant, detail);
    [
        (today, "today"),
        (later(1), "tomorrow"),
        (later(to_friday), "friday"),
        (later(7), "in a week"),
        (later(14), "in two weeks"),
        (month, "in a month"),
        (today.last_of_month(), "end of the month"),
    ]
    .map(offer)
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_what_is_written() {
        let read = |before: &'static str| match written(before) {
            Some(Written::Value { key, said }) => format!("{key}={said}"),
            Some(Written::Sign(sign, word)) => format!("{sign}{word}"),
            Some(Written::Needs(said)) => format!("needs {said}"),
            Some(Written::Key(word)) => format!("key {word}"),
            None => String::new(),
        };
        for (before, expected) in [
            ("  - needs: DB-0", "needs=DB-0"),
            ("  - Depends on: A, B", "needs=A, B"),
            ("**Owner**: a", "owner=a"),
            ("  - blocks: ", "blocks="),
            ("- [ ] T-1: x @ad", "@ad"),
            ("- [ ] T-1: x #", "#"),
            ("## ", ""),
            ("- [ ] T-1: x (depends on A, ", "needs A, "),
            ("- [ ] T-1: x (depends on A) ", ""),
            ("  - ne", "key ne"),
            ("  - ", "key "),
            ("prose ", ""),
        ] {
            assert_eq!(read(before), expected, "{before:?}");
        }
    }

    #[test]
    fn days_that_are_meant_lie_ahead() {
        // A Saturday.
        let offers = dates("2026-11-21T10:00:00Z".parse().expect("a time"));
        let texts: Vec<&str> = offers.iter().map(|offer| offer.text.as_str()).collect();
        let expected =
            ["2026-11-21", "2026-11-22", "2026-11-27", "2026-11-28", "2026-12-05", "2026-12-21", "2026-11-30"];
        assert_eq!(texts, expected);
    }
}
