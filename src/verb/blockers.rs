//! What blockers mean now: their level, who handles it, what can be done, and what solved others like it.
//!
//! Nothing of this is stored: a level follows from a blocker's age, its priority and the ladder of the policy, the
//! priority from the plan.

use super::next;
use crate::diag::Failure;
use crate::escalation::{Height, Measure};
use crate::id::MemberName;
use crate::plan::Plan;
use crate::policy::{Policy, ladder};
use crate::port::Tree;
use crate::record::{Record, Step};
use crate::roster::Roster;
use jiff::{SignedDuration, Timestamp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The level from which on there are options to decide between.
pub const ESCALATED: u8 = 4;

/// The support seat whose holder helps with blockers.
const SEAT: &str = "blockers";

/// How many candidates an option names.
const NAMED: usize = 5;

/// A blocker as it stands now.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    pub record: &'a Record,
    pub minutes: i64,
    /// 0 to 2: 0 delays the whole, 1 blocks several items.
    pub priority: u8,
    /// 1 to 5.
    pub level: u8,
    pub handlers: Vec<String>,
    /// The open items that cannot go on, those that wait for them included.
    pub blocked: Vec<usize>,
    pub critical: bool,
}

/// One way out of an escalated blocker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// `reallocate`, `workaround`, `extend`, `cut-scope` or `escalate`
    pub name: &'static str,
    pub what: String,
}

/// What solved blockers of one kind.
#[derive(Clone, Debug)]
pub struct Pattern<'r> {
    /// As the note says with which they were resolved.
    pub solution: &'r str,
    /// How often it solved one.
    pub uses: usize,
    /// How often it was tried in vain.
    pub failures: usize,
    /// The median of the minutes it took.
    pub minutes: i64,
    /// The blocker that it solved last.
    pub newest: &'r Record,
}

impl<'r> Pattern<'r> {
    /// Type, subtype and signature in one text.
    pub fn kind(&self) -> String {
        kind_of(self.newest)
    }

    /// Of a hundred times that it was tried, how often it helped.
    pub fn percent(&self) -> usize {
        self.uses * 100 / (self.uses + self.failures).max(1)
    }

    /// Who solved the newest: as the record says, else who resolved it.
    pub fn solver(&self) -> &'r str {
        self.newest.text("solved_by").unwrap_or(&self.newest.last_step().by.value)
    }

    /// What was tried with the newest, in order, up to what helped.
    pub fn steps(&self) -> impl Iterator<Item = &'r str> {
        let tried = self.newest.noted("active").iter().filter_map(|step| Some(step.note.as_ref()?.value.as_str()));
        tried.chain(std::iter::once(self.solution))
    }

    /// The level on which the newest was solved, where it was kept.
    pub fn level(&self) -> Option<u8> {
        self.newest.text("level")?.strip_prefix('L')?.parse().ok()
    }
}

/// From how many of a hundred on what helped before is worth trying first.
pub const WORTH_TRYING: usize = 70;

/// What the standing of blockers is computed from.
pub struct Situation<'a> {
    pub plan: &'a Plan,
    pub policy: &'a Policy,
    pub roster: Option<&'a Roster>,
    pub now: Timestamp,
    measure: Measure<'a>,
}

impl<'a> Situation<'a> {
    pub fn new(plan: &'a Plan, policy: &'a Policy, roster: Option<&'a Roster>, now: Timestamp) -> Self {
        Self { plan, policy, roster, now, measure: Measure::new(plan, policy) }
    }

    /// Whether a delay of the item delays the whole.
    pub fn is_critical(&self, id: &str) -> bool {
        self.measure.is_critical(id)
    }

    /// How a blocker stands; a resolved one as it stood when it was resolved.
    pub fn of<'r>(&self, record: &'r Record) -> Standing<'r> {
        let Height { minutes, priority, level, blocked, critical } = self.measure.of(record, self.now);
        let handlers = self.handlers(level, record);
        Standing { record, minutes, priority, level, handlers, blocked, critical }
    }

    /// Who handles a blocker of a level: by the policy, and on L2 whoever holds the support seat, unless the policy says.
    pub fn handlers(&self, level: u8, record: &Record) -> Vec<String> {
        let handlers = &self.policy.conduct.handlers;
        let named = |names: &[MemberName]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let owner = record.text("owner").unwrap_or("its owner").to_owned();
        match level {
            0 | 1 => vec![owner],
            2 => {
                let seats = self.roster.map_or(&[][..], |roster| roster.support.as_slice());
                let seat = seats.iter().find(|(seat, _)| seat.value == SEAT && !self.policy.says("L2"));
                let helpers = seat.map_or_else(|| named(&handlers.helpers), |(_, holder)| vec![holder.to_string()]);
                std::iter::once(owner).chain(helpers).collect()
            }
            3 => {
                let of = |field| handlers.specialists.get(record.text(field)?);
                of("subtype").or_else(|| of("type")).map_or_else(|| vec![owner], |name| vec![name.to_string()])
            }
            4 => named(&handlers.deciders),
            _ => named(&handlers.planners),
        }
    }

    /// What whoever decides on this level is still to be told, below these headings of the document.
    pub fn untold(&self, standing: &Standing<'_>) -> Vec<&'static str> {
        let asked: &[&'static str] = match standing.level {
            _ if standing.record.is_closed() => &[],
            ESCALATED => &["Root cause"],
            5.. => &["Root cause", "Assumptions", "Proposed revision"],
            _ => &[],
        };
        let told = |title: &str| standing.record.section(title).is_some_and(|section| section.filled);
        asked.iter().copied().filter(|title| !told(title)).collect()
    }

    /// When an open blocker reaches its next level, if it has one before it.
    pub fn climbs(&self, standing: &Standing<'_>) -> Option<Timestamp> {
        let rung = ladder::begins(self.policy.ladder(standing.priority), standing.level + 1);
        let open = !standing.record.is_closed() && rung != u32::MAX;
        let opened = standing.record.opener().at.value;
        open.then(|| opened.checked_add(SignedDuration::from_mins(i64::from(rung))).ok()).flatten()
    }

    /// What can be decided about an escalated blocker, with what each would mean.
    ///
    /// # Errors
    /// A file could not be read.
    pub fn ways(&self, standing: &Standing<'_>, tree: &dyn Tree) -> Result<Vec<Way>, Failure> {
        if standing.level < ESCALATED || standing.record.is_closed() {
            return Ok(Vec::new());
        }
        let ids = |indices: &[usize]| {
            let mut ids: Vec<&str> =
                indices.iter().take(NAMED).map(|&index| self.plan.items[index].id.as_str()).collect();
            if indices.len() > NAMED {
                ids.push("…");
            }
            ids.join(", ")
        };
        let owner = standing.record.text("owner").unwrap_or_default();
        let mut ways = Vec::new();
        let others = self.others(owner);
        if !others.is_empty() {
            ways.push(Way { name: "reallocate", what: format!("give it to {}", others.join(", ")) });
        }
        let ready: Vec<usize> = next::run(self.plan, tree, &[])?
            .ready
            .iter()
            .map(|ready| ready.index)
            .filter(|index| !standing.blocked.contains(index))
            .collect();
        if !ready.is_empty() {
            ways.push(Way { name: "workaround", what: format!("go on beside it with {}", ids(&ready)) });
        }
        ways.push(Way { name: "extend", what: self.extension(standing) });
        ways.push(Way { name: "cut-scope", what: format!("leave out {}", ids(&standing.blocked)) });
        if standing.level < 5 {
            ways.push(Way { name: "escalate", what: "ask the planner for another plan (L5)".to_owned() });
        }
        Ok(ways)
    }

    /// What waiting as long again would cost.
    fn extension(&self, standing: &Standing<'_>) -> String {
        if standing.critical {
            return format!("every hour lost here is lost for the whole; so far {}", span(standing.minutes));
        }
        let floats = standing.record.list("items").iter();
        let floats = floats.filter_map(|id| self.measure.critical()?.float(&id.value));
        match floats.min() {
            Some(float) => format!("wait: {float} can be lost before the whole is late"),
            None => "wait".to_owned(),
        }
    }

    /// Members who could take over: those of the owner's team or with a role of theirs.
    fn others(&self, owner: &str) -> Vec<&'a str> {
        let Some(roster) = self.roster else { return Vec::new() };
        let member = roster.member(owner);
        let fits = |other: &&crate::roster::Member| {
            let team = |member: &crate::roster::Member| member.team.as_ref().map(|team| team.value.to_lowercase());
            let same_team = member.is_some_and(|member| member.team.is_some() && team(member) == team(other));
            let same_role =
                member.is_some_and(|member| member.roles.iter().any(|role| roster.has_role(other, role.as_str())));
            let named = other.team.as_ref().is_some_and(|team| team.value.eq_ignore_ascii_case(owner))
                || roster.has_role(other, owner);
            other.name.as_str() != owner && other.away.is_none() && (same_team || same_role || named)
        };
        roster.members.iter().filter(fits).take(NAMED).map(|member| member.name.as_str()).collect()
    }
}

/// Type, subtype and signature: blockers that have them in common are alike.
fn kind_of(record: &Record) -> String {
    let parts = ["type", "subtype", "signature"].into_iter().filter_map(|name| record.text(name));
    parts.collect::<Vec<_>>().join(" / ")
}

/// What is worth trying first for a blocker: what solved others like it in most cases.
pub fn known<'r>(records: &'r [Record], blocker: &Record) -> Vec<Pattern<'r>> {
    let kind = kind_of(blocker);
    let mut known = patterns(records.iter().filter(|record| record.path() != blocker.path()));
    known.retain(|pattern| pattern.kind() == kind && pattern.percent() > WORTH_TRYING);
    known
}

/// What resolved blockers teach: solutions by type, subtype and signature, the most used first. A solution that stands
/// among the attempts of a blocker of its kind was tried in vain there.
pub fn patterns<'r>(blockers: impl IntoIterator<Item = &'r Record>) -> Vec<Pattern<'r>> {
    let mut solved: BTreeMap<(String, &str), Vec<&Record>> = BTreeMap::new();
    let mut tried: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let note = |step: &'r Step| step.note.as_ref().map(|note| note.value.as_str());
    for record in blockers {
        let attempts: BTreeSet<&str> = record.noted("active").iter().filter_map(note).collect();
        for attempt in attempts {
            *tried.entry((kind_of(record), attempt)).or_default() += 1;
        }
        if record.state() == "resolved" {
            solved.entry((kind_of(record), note(record.last_step()).unwrap_or_default())).or_default().push(record);
        }
    }
    let ended = |record: &Record| record.last_step().at.value;
    let took = |record: &&Record| (ended(record).as_second() - record.opener().at.value.as_second()) / 60;
    let pattern = |((kind, solution), records): ((String, &'r str), Vec<&'r Record>)| {
        let mut minutes: Vec<i64> = records.iter().map(took).collect();
        minutes.sort_unstable();
        Some(Pattern {
            solution,
            uses: records.len(),
            failures: tried.get(&(kind, solution)).copied().unwrap_or(0),
            minutes: minutes[minutes.len() / 2],
            newest: records.into_iter().max_by_key(|record| ended(record))?,
        })
    };
    let mut patterns: Vec<Pattern<'_>> = solved.into_iter().filter_map(pattern).collect();
    patterns.sort_by_key(|pattern| (Reverse(pattern.uses), pattern.kind()));
    patterns
}

/// A time as people say it.
///
/// ```
/// use passmuster::verb::blockers::span;
/// assert_eq!((span(5), span(125), span(3000)), ("5m".to_owned(), "2h05m".to_owned(), "2d02h".to_owned()));
/// ```
pub fn span(minutes: i64) -> String {
    let minutes = minutes.max(0);
    match (minutes / (24 * 60), minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes}m"),
        (0, hours, minutes) => format!("{hours}h{minutes:02}m"),
        (days, hours, _) => format!("{days}d{hours:02}h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::port::memory::MemoryTree;
    use crate::record::{kinds, parse};
    use crate::text::Source;
    use crate::{policy, roster};

    const PLAN: &str = "- [ ] T-1: a ~8h\n- [ ] T-2: b ~8h\n  - needs: T-1\n- [ ] T-3: c ~1h\n- [ ] T-4: d ~1h\n";

    fn blocker(fields: &str) -> Record {
        let text = format!(
            "---\npassmuster: blocker/1\ntitle: t\nstate: active\nby: ada\nat: 2026-01-01T00:00:00Z\nowner: ada\n\
             type: technical\n{fields}---\n# t\n"
        );
        parse(&kinds::BLOCKER, &Source::new("plan/blockers/b.md", text), &mut Sink::new()).unwrap()
    }

    fn at<T>(minutes: i64, look: impl FnOnce(&Situation<'_>) -> T) -> T {
        let plan = read(vec![Source::new("p", PLAN)], Reader::Fast, &mut Sink::new());
        let policy = "passmuster: policy/1\nrepository: r\nprotect: [main]\n";
        let policy = policy::parse(&Source::new("passmuster.yaml", policy), &mut Sink::new()).unwrap();
        let members = "passmuster: roster/1\nmembers:\n- {name: ada, team: a}\n- {name: bob, team: a}\n- {name: eve}\n";
        let roster = roster::parse(&Source::new("r", members), &mut Sink::new()).unwrap();
        let opened: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let now = Timestamp::from_second(opened.as_second() + minutes * 60).unwrap();
        look(&Situation::new(&plan, &policy, Some(&roster), now))
    }

    #[test]
    fn ed_50_levels_follow_from_age_and_priority() {
        for (fields, minutes, priority, level) in [
            ("items: [T-3]\n", 59, 2, 1),
            ("items: [T-3]\n", 60, 2, 2),
            ("items: [T-3]\n", 240, 2, 3),
            ("items: [T-3]\n", 480, 2, 4),
            ("items: [T-3]\n", 99_999, 2, 4),
            ("items: [T-3, T-4]\n", 120, 1, 3),
            ("items: [T-3]\npriority: P0\n", 120, 0, 5),
            ("items: [T-1]\n", 14, 0, 1),
            ("items: [T-1]\n", 119, 0, 4),
            ("items: [T-1]\n", 120, 0, 5),
            ("items: [T-1]\npriority: P2\n", 120, 0, 5),
        ] {
            let record = blocker(fields);
            let found = at(minutes, |situation| {
                let standing = situation.of(&record);
                (standing.priority, standing.level)
            });
            assert_eq!(found, (priority, level), "{fields} after {minutes} minutes");
        }
    }

    #[test]
    fn ef_16_who_handles_it_follows_from_level_and_type() {
        let at = |minutes: i64, fields: &str, rules: &str, roster: &str| {
            let (record, plan) = (blocker(fields), read(vec![Source::new("p", PLAN)], Reader::Fast, &mut Sink::new()));
            let policy = format!("passmuster: policy/1\nrepository: r\nprotect: [main]\n{rules}");
            let mut sink = Sink::new();
            let policy = policy::parse(&Source::new("passmuster.yaml", policy), &mut sink).unwrap();
            assert_eq!(sink.into_sorted().len(), 0, "{rules}");
            let roster = format!("passmuster: roster/1\nmembers: [{{name: ada}}, {{name: bob}}]\n{roster}");
            let roster = roster::parse(&Source::new("r", roster), &mut Sink::new()).unwrap();
            let now = Timestamp::from_second(record.opener().at.value.as_second() + minutes * 60).unwrap();
            Situation::new(&plan, &policy, Some(&roster), now).of(&record).handlers.join(" ")
        };
        let item = "items: [T-3]\n";
        let seat = "support: { blockers: bob }\n";
        for (minutes, subtype, rules, roster, expected) in [
            (0, "", "", "", "ada"),
            (60, "", "", "", "ada blocker-resolver"),
            (60, "", "", seat, "ada bob"),
            (60, "", "blockers: { L2: eve }\n", seat, "ada eve"),
            (240, "", "", "", "debugger"),
            (240, "subtype: code\n", "", "", "debugger"),
            (240, "subtype: security\n", "", "", "security-auditor"),
            (240, "subtype: security\n", "blockers: { L3: { security: eve } }\n", "", "eve"),
            (240, "subtype: code\n", "blockers: { L3: { technical: eve } }\n", "", "debugger"),
            (480, "", "", "", "execution-director"),
            (480, "", "blockers: { L4: [eve, bob] }\n", "", "eve bob"),
        ] {
            assert_eq!(
                at(minutes, &format!("{item}{subtype}"), rules, roster),
                expected,
                "{minutes} {subtype} {rules}"
            );
        }
    }

    #[test]
    fn ed_54_what_mostly_helped_is_tried_first() {
        let solved = |name: &str, signature: &str, tried: &str, solution: &str| {
            let text = format!(
                "---\npassmuster: blocker/1\ntitle: t\nstate: resolved\nby: ada\nat: 2026-01-01T00:00:00Z\nowner: ada\n\
                 type: technical\nsignature: {signature}\nsteps:\n  - {{to: active, by: ada, at: 2026-01-01T00:10:00Z, note: {tried}}}\n  \
                 - {{to: resolved, by: ada, at: 2026-01-01T01:00:00Z, note: {solution}}}\n---\n# t\n"
            );
            parse(&kinds::BLOCKER, &Source::new(format!("plan/blockers/{name}.md"), text), &mut Sink::new()).unwrap()
        };
        let mut records = vec![
            solved("a", "E42", "restart", "raise the pool size"),
            solved("b", "E42", "reinstall", "raise the pool size"),
            solved("c", "E42", "reinstall", "restart"),
            solved("d", "E7", "sleep", "wait"),
        ];
        let new = blocker("items: [T-1]\nsignature: E42\n");
        let said = |records: &[Record]| {
            known(records, &new).iter().map(|one| format!("{} {}%", one.solution, one.percent())).collect::<Vec<_>>()
        };
        assert_eq!(said(&records), ["raise the pool size 100%"], "to restart helped in one case of two");
        records.push(solved("e", "E42", "raise the pool size", "restart"));
        assert_eq!(said(&records), [""; 0], "it failed once in three");
        assert!(known(&records, &records[3]).is_empty(), "a blocker does not teach itself");
    }

    #[test]
    fn ed_51_options_come_from_the_plan() {
        let record = blocker("items: [T-1]\n");
        let ways =
            |minutes| at(minutes, |situation| situation.ways(&situation.of(&record), &MemoryTree::default()).unwrap());
        assert_eq!(ways(30), []);
        let said: Vec<String> = ways(100).into_iter().map(|way| format!("{}: {}", way.name, way.what)).collect();
        assert_eq!(
            said,
            [
                "reallocate: give it to bob",
                "workaround: go on beside it with T-3, T-4",
                "extend: every hour lost here is lost for the whole; so far 1h40m",
                "cut-scope: leave out T-1, T-2",
                "escalate: ask the planner for another plan (L5)",
            ]
        );
        let untold = |minutes| at(minutes, |situation| situation.untold(&situation.of(&record)));
        assert_eq!(untold(30), [""; 0]);
        assert_eq!(untold(100), ["Root cause"]);
        assert_eq!(untold(120), ["Root cause", "Assumptions", "Proposed revision"]);
    }
}
