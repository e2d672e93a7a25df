//! Whether an item can be given to a member: asked by the verb that gives it, and by the judge when a plan is changed
//! by hand.

use super::domains::{self, Domain};
use crate::plan::{Item, Plan};
use crate::policy::Policy;
use crate::roster::{Member, MemberKind, Roster};

/// The longest piece of work that is given away as one, in minutes: two days.
pub const LARGEST: u32 = 2 * 8 * 60;

/// One of the five points that hold before an item is given to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Its size is known, and it is small enough.
    Size,
    /// What it takes is plain.
    Expertise,
    /// What counts as done can be checked.
    Criteria,
    /// Where the work happens is said.
    Context,
    /// What comes in and what is handed on is said.
    Integration,
}

impl Point {
    pub const ALL: [Self; 5] = [Self::Size, Self::Expertise, Self::Criteria, Self::Context, Self::Integration];

    pub fn name(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Expertise => "expertise",
            Self::Criteria => "criteria",
            Self::Context => "context",
            Self::Integration => "integration",
        }
    }
}

/// One point that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub point: Point,
    pub why: String,
    /// What to write.
    pub remedy: String,
}

/// The points that do not hold for an item.
pub fn gaps(plan: &Plan, index: usize, domains: &[Domain<'_>]) -> Vec<Gap> {
    let item = &plan.items[index];
    let mut gaps = Vec::new();
    let mut gap = |point, why: String, remedy: &str| gaps.push(Gap { point, why, remedy: remedy.to_owned() });
    let parts = plan.children(index).len();
    match item.estimate() {
        _ if parts > 0 => gap(Point::Size, format!("it has {parts} parts"), "assign its parts"),
        None => gap(Point::Size, "it has no estimate".to_owned(), "write `~4h` behind its title"),
        Some(estimate) if estimate.value.likely > LARGEST => {
            let why = format!("its estimate is {}, more than two days", estimate.value);
            gap(Point::Size, why, "split it into smaller items");
        }
        Some(_) => {}
    }
    if item.tags().is_empty() && domains.is_empty() {
        let why = "it has no tag, and touches nobody's domain".to_owned();
        gap(Point::Expertise, why, "write what it takes as a tag: `#database`");
    }
    if item.criteria().next().is_none() {
        gap(Point::Criteria, "it has no criteria".to_owned(), "write boxes below it: `- [ ] old rows can be read`");
    }
    if item.touches().next().is_none() {
        gap(Point::Context, "it does not say where the work happens".to_owned(), "write `- touches: src/**`");
    }
    let comes_in = item.needs_none() || plan.needs(index).len() > 0 || item.consumes().next().is_some();
    let goes_out = item.provides().next().is_some() || !plan.dependants(index).is_empty();
    if !comes_in && !goes_out {
        let why = "neither what it needs nor what it provides is said".to_owned();
        gap(Point::Integration, why, "write `- needs: none`, or `- provides: docs/api.md`");
    }
    gaps
}

/// Why a member cannot be given anything, if so.
pub fn unfit(member: &Member) -> Option<String> {
    if let Some(away) = &member.away {
        return Some(format!("away: {}", away.value));
    }
    match member.kind {
        _ if !member.implements => Some("coordinates, and leaves the work to others".to_owned()),
        MemberKind::Ci => Some("is a CI runner".to_owned()),
        MemberKind::Human | MemberKind::Agent => None,
    }
}

/// The domains that an owner as a plan names it (member, role or team) takes an item out of: none of those who are
/// meant holds one of them, and there is no reason to let the closest match do it.
pub fn taken_from<'a>(item: &Item, owner: &str, policy: &'a Policy, roster: &'a Roster) -> Option<Vec<Domain<'a>>> {
    let domains = domains::of_item(item, Some(policy), roster);
    let may = |member: &Member| domains::may_take(&domains, member);
    let meant: Vec<&Member> = roster.members.iter().filter(|member| roster.is_meant(member, owner)).collect();
    let excused = item.stretch().is_some() && domains::all_away(&domains);
    let fits = meant.is_empty() || meant.into_iter().any(may) || excused;
    (!fits).then_some(domains)
}

/// The open tasks that each member is named as owner of, in the order of the roster.
pub fn load(plan: &Plan, roster: &Roster) -> Vec<usize> {
    let mut load = vec![0; roster.members.len()];
    for (index, item) in plan.items.iter().enumerate() {
        if !plan.is_closed(index)
            && plan.children(index).is_empty()
            && let Some(owner) = item.owner()
            && let Some(member) = roster.members.iter().position(|member| member.name.as_str() == owner.value)
        {
            load[member] += 1;
        }
    }
    load
}
