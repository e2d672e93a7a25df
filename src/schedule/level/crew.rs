//! Who there is to do the work, when they work, and who of them can do an item.
//!
//! Domain layer. With a roster these are its members: the owner of an item where one is named, whoever has the role or
//! is in the team that is named, and else everybody who does such work. Without one, each owner the plan names counts
//! as a person.

use super::super::codes;
use super::Changes;
use crate::diag::{Diagnostic, Place};
use crate::plan::{Item, Plan};
use crate::roster::{Capacity, Hours, Member, MemberKind, Off, Roster};
use jiff::civil::Date;
use std::collections::HashMap;

/// More tasks at once count as this many.
const MAX_AT_ONCE: u32 = 64;

/// Whoever does what names nobody, where there is no roster.
const UNNAMED: &str = "unassigned";

/// Somebody who does work.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    /// The team they are first in, if any.
    pub team: Option<String>,
    pub hours: Hours,
    /// How many tasks they work on at once.
    pub at_once: u32,
    /// They are away, and nobody knows until when.
    away: bool,
    /// Index in the roster; none for those who are assumed.
    member: Option<usize>,
    /// Whom an added person stands beside: a member, a role or a team.
    like: Option<String>,
}

/// Who an item asks for: its owner, its team, and whether it has to be a person.
type Asked = (Option<String>, Option<String>, bool);

/// Everybody, and who of them can do what.
#[derive(Debug)]
pub(super) struct Crew<'a> {
    roster: Option<&'a Roster>,
    pub people: Vec<Person>,
    /// Sets of people, each ascending; items with the same owner share one.
    pub pools: Vec<Vec<u32>>,
    known: HashMap<Asked, Result<u32, String>>,
}

impl<'a> Crew<'a> {
    /// Everybody a roster names, and those that the changes add.
    pub fn new(plan: &Plan, roster: Option<&'a Roster>, changes: &Changes, first: Date) -> Self {
        let mut people: Vec<Person> = match roster {
            Some(roster) => {
                let members = roster.members.iter().enumerate();
                members.map(|(index, member)| Person::of(roster, index, member, first)).collect()
            }
            None => assumed(plan, changes),
        };
        for like in &changes.add {
            let number = people.iter().filter(|person| person.like.as_ref() == Some(like)).count() + 1;
            people.push(Person {
                name: format!("{like}+{number}"),
                team: roster.and_then(|roster| roster.team(like)).map(|team| team.name.to_string()),
                hours: Hours::of_all(roster),
                like: Some(like.clone()),
                ..Person::unnamed()
            });
        }
        if changes.crowded {
            people.iter_mut().for_each(|person| person.at_once = MAX_AT_ONCE);
        }
        Self { roster, people, pools: Vec::new(), known: HashMap::new() }
    }

    /// The set of those who can do an item; else why nobody can.
    pub fn pool(&mut self, plan: &Plan, index: usize, changes: &Changes) -> Result<u32, Box<Diagnostic>> {
        let item = &plan.items[index];
        let owner = changes.owner(index).or_else(|| item.owner().map(|owner| owner.value));
        let owner = owner.map(str::to_owned);
        let team = if owner.is_some() { None } else { asked(plan, index) };
        let key = (owner, team, item.needs_human().is_some());
        let found = match self.known.get(&key) {
            Some(found) => found.clone(),
            None => {
                let found = self.find(&key.0, &key.1, key.2);
                let found = found.map(|pool| self.index_of(pool));
                self.known.insert(key, found.clone());
                found
            }
        };
        found.map_err(|cause| nobody(plan, item, cause))
    }

    fn index_of(&mut self, pool: Vec<u32>) -> u32 {
        let index = self.pools.iter().position(|other| *other == pool).unwrap_or_else(|| {
            self.pools.push(pool);
            self.pools.len() - 1
        });
        u32::try_from(index).expect("there are fewer sets than items")
    }

    fn find(&self, owner: &Option<String>, team: &Option<String>, human: bool) -> Result<Vec<u32>, String> {
        let all = || (0u32..).zip(&self.people);
        // A member who is named does it, also one who otherwise coordinates; of a role or team only who does work.
        let named = |name: &str| {
            let is_member = self.people.iter().any(|person| person.name == name);
            let does_it = |(index, person): &(u32, &Person)| match is_member {
                true => person.name == name,
                false => self.is_meant(person, name) && self.does_work(*index),
            };
            let added = |person: &Person| person.like.as_deref() == Some(name);
            all().filter(|one| does_it(one) || added(one.1)).map(|(index, _)| index).collect::<Vec<u32>>()
        };
        let (mut pool, whom) = match (owner, team) {
            (Some(name), _) | (None, Some(name)) => (named(name), format!("`{name}`")),
            (None, None) => {
                let all = all().map(|(index, _)| index).filter(|index| self.does_work(*index));
                (all.collect(), "nobody in particular".to_owned())
            }
        };
        if pool.is_empty() {
            return Err(format!("it asks for {whom}, and the roster has nobody like that who does work"));
        }
        if human {
            pool.retain(|index| self.kind(*index) == MemberKind::Human);
            if pool.is_empty() {
                return Err(format!("it asks for {whom} and needs a person, and there is none"));
            }
        }
        let away = |index: &u32| self.people[*index as usize].away;
        if pool.iter().all(away) {
            let names: Vec<&str> = pool.iter().map(|index| self.people[*index as usize].name.as_str()).collect();
            return Err(format!("{} is away, and nobody says until when", names.join(", ")));
        }
        pool.retain(|index| !away(index));
        pool.sort_unstable();
        Ok(pool)
    }

    fn member(&self, index: u32) -> Option<&Member> {
        Some(&self.roster?.members[self.people[index as usize].member?])
    }

    fn kind(&self, index: u32) -> MemberKind {
        self.member(index).map_or(MemberKind::Human, |member| member.kind)
    }

    fn does_work(&self, index: u32) -> bool {
        self.member(index).is_none_or(|member| member.implements && member.kind != MemberKind::Ci)
    }

    fn is_meant(&self, person: &Person, name: &str) -> bool {
        let member = self.roster.zip(person.member);
        member.is_some_and(|(roster, index)| roster.is_meant(&roster.members[index], name))
    }
}

impl Person {
    fn unnamed() -> Self {
        Self {
            name: UNNAMED.to_owned(),
            team: None,
            hours: Hours::default(),
            at_once: 1,
            away: false,
            member: None,
            like: None,
        }
    }

    fn of(roster: &Roster, index: usize, member: &Member, first: Date) -> Self {
        let mut hours = Hours::of(roster, member);
        let until = member.away.as_ref().map(|away| last_date(&away.value));
        if let Some(Some(last)) = until
            && first <= last
        {
            hours.off.push(Off { first, last });
        }
        let at_once = match member.capacity.as_ref().map(|capacity| capacity.value) {
            Some(Capacity::Tasks(tasks)) => tasks,
            Some(Capacity::Daily(_)) | None => 1,
        };
        Self {
            name: member.name.to_string(),
            team: roster.teams_of(member).first().map(|team| (*team).to_owned()),
            hours,
            at_once: at_once.min(MAX_AT_ONCE),
            away: until == Some(None) || at_once == 0,
            member: Some(index),
            like: None,
        }
    }
}

/// The last date that a text names.
fn last_date(text: &str) -> Option<Date> {
    let words = text.split(|c: char| !c.is_ascii_digit() && c != '-');
    words.filter(|word| word.len() == 10).filter_map(|word| word.parse().ok()).max()
}

/// Without a roster: those whom the plan names, and one for the rest.
fn assumed(plan: &Plan, changes: &Changes) -> Vec<Person> {
    let mut people = vec![Person::unnamed()];
    let mut known: HashMap<&str, ()> = HashMap::new();
    for (index, item) in plan.items.iter().enumerate() {
        let asked = changes.owner(index).or_else(|| item.owner().map(|owner| owner.value));
        let names = asked.into_iter().chain(item.team().map(|team| team.value));
        for name in names {
            if known.insert(name, ()).is_none() {
                people.push(Person { name: name.to_owned(), ..Person::unnamed() });
            }
        }
    }
    people
}

/// Whom an item without an owner asks for: its team, or what the nearest item around it says.
fn asked(plan: &Plan, index: usize) -> Option<String> {
    let said = |index: usize| {
        let item = &plan.items[index];
        item.team().or_else(|| item.owner()).map(|name| name.value.to_owned())
    };
    std::iter::once(index).chain(plan.ancestors(index)).find_map(said)
}

fn nobody(plan: &Plan, item: &Item, cause: String) -> Box<Diagnostic> {
    let named = item.owner().map(|owner| owner.span).or_else(|| item.team().map(|team| team.span));
    let place = Place::text(&plan.files[item.file].source, named.unwrap_or(item.id.span));
    Box::new(
        Diagnostic::error(&codes::NO_CAPACITY, place, format!("nobody can do `{}`", item.id.value))
            .cause(cause)
            .hint(format!("name somebody else: `passmuster suggest {}`", item.id.value)),
    )
}
