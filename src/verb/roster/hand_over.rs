//! `roster merge` and `roster move`: two entries that are one member become one, or a member goes to another team; their
//! open work goes along or on to somebody else, and what is left without them is named. Who is merged keeps their old name as a former
//! one, so records and results that bear it stay theirs.

use crate::diag::Failure;
use crate::id::MemberName;
use crate::plan::Plan;
use crate::policy::{Policy, Power};
use crate::record::{Record, kind};
use crate::roster::{Member, Roster, edit};
use crate::text::{Span, Spanned};
use crate::verb::change::Changed;
use crate::verb::set;

/// What changes, and what somebody still has to change.
#[derive(Debug)]
pub struct Outcome {
    /// The new text of the roster.
    pub roster: String,
    /// The new text of the policy; `None`: it names nobody who is gone.
    pub policy: Option<String>,
    /// The plan with other owners; `None`: no open item was theirs.
    pub plan: Option<Changed>,
    /// The items that have another owner now.
    pub reassigned: Vec<String>,
    /// Open records that they look after, for the heir.
    pub handed_on: Vec<Record>,
    /// What still names them, a sentence each.
    pub left: Vec<String>,
}

/// What a hand-over looks at besides the roster.
pub struct Scene<'a> {
    pub plan: &'a Plan,
    pub policy: Option<&'a Policy>,
    pub roster: &'a Roster,
    /// The open records of every kind.
    pub records: &'a [Record],
}

/// Makes one member of two: `into` gets what `from` has, and their open work.
///
/// # Errors
/// One of them is not on the roster, they are the same, or a file cannot be changed in place.
pub fn merge(scene: &Scene<'_>, from: &str, into: &str) -> Result<Outcome, Failure> {
    let (from, into) = (known(scene.roster, from)?, known(scene.roster, into)?);
    let (gone, stays) = (from.name.as_str(), into.name.as_str());
    if gone == stays {
        return Err(Failure::usage(format!("`{gone}` cannot be merged into itself")).hint("name two members"));
    }
    let mut text = edit::remove(scene.roster.source.text(), gone)?;
    for (list, theirs, own) in lists(from).into_iter().zip(lists(into)).map(|((list, a), (_, b))| (list, a, b)) {
        for value in theirs.iter().filter(|value| !own.contains(value) && **value != stays) {
            text = edit::push(&text, stays, list, value)?;
        }
    }
    for member in scene.roster.members.iter().filter(|member| member.name.as_str() != gone) {
        if member.reports_to.as_ref().is_some_and(|above| above.as_str() == gone) {
            let name = member.name.as_str();
            let above = from.reports_to.as_ref().map(|above| above.as_str()).filter(|above| *above != stays);
            text = edit::set(&text, name, "reports_to", if name == stays { above } else { Some(stays) })?;
        }
    }
    for former in std::iter::once(gone).chain(from.was.iter().map(|was| was.as_str())) {
        text = edit::push(&text, stays, "was", former)?;
    }
    let text = edit::replace(&text, gone, stays)?;
    let (plan, reassigned) = reassign(scene.plan, gone, stays)?;
    let policy = scene.policy.and_then(|policy| renamed(policy, gone, stays));
    Ok(Outcome { roster: text, policy, plan, reassigned, handed_on: Vec::new(), left: Vec::new() })
}

/// The policy with another name wherever it names somebody as an owner, an approver or one with a power.
fn renamed(policy: &Policy, gone: &str, stays: &str) -> Option<String> {
    let owners = policy.owners.iter().map(|(_, owner)| owner);
    let powers = Power::ALL.into_iter().flat_map(|power| policy.powers(power));
    let named = owners.chain(&policy.policy_approvers).chain(powers).filter(|name| name.as_str() == gone);
    let mut spans: Vec<Span> = named.map(|name| name.span).filter(|span| span.start < span.end).collect();
    spans.sort_by_key(|span| std::cmp::Reverse(span.start));
    let mut text = policy.source.text().to_owned();
    for span in &spans {
        text.replace_range(span.range(), stays);
    }
    (!spans.is_empty()).then_some(text)
}

/// Lets a member go to another team. With `heir`, their open items go to that member, and so do the records they look
/// after, which are told to be handed on; else all of it is named.
///
/// # Errors
/// One of them is not on the roster, or a file cannot be changed in place.
pub fn relocate(scene: &Scene<'_>, member: &str, team: &str, heir: Option<&str>) -> Result<Outcome, Failure> {
    let member = known(scene.roster, member)?;
    let name = member.name.as_str();
    if !scene.roster.teams.is_empty() && scene.roster.team(team).is_none() {
        let near = crate::diag::nearest(team, scene.roster.teams.iter().map(|team| team.name.as_str()));
        let failure = Failure::usage(format!("there is no team `{team}`"));
        return Err(
            failure.hint(near.map_or("add it under `teams:` first".to_owned(), |near| format!("write `{near}`")))
        );
    }
    let mut text = edit::set(scene.roster.source.text(), name, "team", Some(team))?;
    let listed = scene.roster.teams.iter().filter(|one| one.name.as_str() != team);
    let listed = listed.filter(|one| one.members.iter().any(|own| own.as_str() == name));
    for one in listed {
        text = edit::leave(&text, one.name.as_str(), name)?;
    }
    let text = edit::join(&text, team, name)?;
    let (mut left, named) = (Vec::new(), in_records(scene, name));
    let (plan, reassigned) = match heir {
        Some(heir) => reassign(scene.plan, name, known(scene.roster, heir)?.name.as_str())?,
        None => {
            let theirs = open_items(scene.plan, name).map(|id| format!("`{id}` is still theirs"));
            left.extend(theirs);
            (None, Vec::new())
        }
    };
    let (own, others): (Vec<_>, Vec<_>) = named.into_iter().partition(|(_, field)| field.handed_on_by.is_some());
    let handed_on = if heir.is_some() { own.iter().map(|(record, _)| (*record).clone()).collect() } else { Vec::new() };
    let own = own.iter().filter(|_| heir.is_none()).map(|(record, _)| theirs(record, "MEMBER"));
    left.extend(own);
    left.extend(others.into_iter().map(|(record, field)| {
        let (kind, verb, name) = (record.kind.name, record.kind.verb, record.name());
        format!("the {kind} `{name}` names them under `{}`: `passmuster {verb} show {name}`", field.name)
    }));
    Ok(Outcome { roster: text, policy: None, plan, reassigned, handed_on, left })
}

fn known<'a>(roster: &'a Roster, name: &str) -> Result<&'a Member, Failure> {
    let name = name.trim_start_matches('@');
    roster.member(name).ok_or_else(|| edit::unknown(roster, name))
}

/// What a member has several of.
fn lists(member: &Member) -> [(&'static str, Vec<&str>); 7] {
    fn texts(list: &[Spanned<String>]) -> Vec<&str> {
        list.iter().map(|one| one.value.as_str()).collect()
    }
    fn names(list: &[Spanned<MemberName>]) -> Vec<&str> {
        list.iter().map(|one| one.value.as_str()).collect()
    }
    [
        ("roles", names(&member.roles)),
        ("emails", texts(&member.emails)),
        ("keys", texts(&member.keys)),
        ("domains", texts(&member.domains)),
        ("competencies", texts(&member.competencies)),
        ("tools", texts(&member.tools)),
        ("deputies", names(&member.deputies)),
    ]
}

/// The ids of the open items whose owner is named so.
fn open_items<'a>(plan: &'a Plan, name: &'a str) -> impl Iterator<Item = &'a str> {
    let open = plan.items.iter().enumerate().filter(|(index, _)| !plan.is_closed(*index));
    open.filter(move |(_, item)| item.owner().is_some_and(|owner| owner.value == name))
        .map(|(_, item)| item.id.as_str())
}

fn reassign(plan: &Plan, from: &str, to: &str) -> Result<(Option<Changed>, Vec<String>), Failure> {
    let ids: Vec<String> = open_items(plan, from).map(str::to_owned).collect();
    let mut changed: Option<Changed> = None;
    for id in &ids {
        let now = changed.as_ref().map_or(plan, |changed| &changed.plan);
        changed = Some(set::run(now, id, &[format!("owner={to}")])?);
    }
    // What is to be written is the difference to the plan as it is, not to the one before the last item.
    let changed = changed.map(|last| Changed::new(plan, last.plan, last.index)).transpose()?;
    Ok((changed, ids))
}

/// The sentence that a record is still theirs to look after, and how it goes to somebody else.
pub fn theirs(record: &Record, to: &str) -> String {
    let (kind, verb, name) = (record.kind.name, record.kind.verb, record.name());
    format!("the {kind} `{name}` is theirs to look after: `passmuster {verb} hand-on {name} --to {to}`")
}

/// The open records that name a member as one who has to act, with the field that does.
fn in_records<'a>(scene: &Scene<'a>, name: &str) -> Vec<(&'a Record, &'static kind::Field)> {
    let of = |record: &'a Record| {
        let rules = record.fields.iter().filter_map(|field| Some((field, record.kind.field(field.name)?)));
        let party = |rule: &kind::Field| matches!(rule.kind, kind::Type::Party | kind::Type::Parties);
        let named = rules.filter(|(field, rule)| party(rule) && field.values.iter().any(|value| value.value == name));
        named.map(|(_, rule)| (record, rule)).collect::<Vec<_>>()
    };
    scene.records.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::roster;
    use crate::text::Source;

    const ROSTER: &str = "passmuster: roster/1\nmembers:\n  - name: ada\n    emails: [a@x.org]\n    roles: [dev]\n    reports_to: lin\n\
        \x20 - name: ada-l\n    emails: [al@x.org]\n    roles: [dev, dba]\n    reports_to: ada\n\
        \x20 - name: lin\n    reports_to: ada-l\n    deputies: [ada-l]\n\
        teams:\n  - { name: a, members: [ada-l] }\n  - { name: b }\nsupport: { quality: ada-l }\n";

    const PLAN: &str =
        "- [ ] T-1: a @ada-l\n- [x] T-2: b @ada-l\n- [ ] T-3: c\n  - owner: ada-l\n- [ ] T-4: d @lin #sql\n";

    fn with<T>(look: impl FnOnce(&Scene<'_>) -> T) -> T {
        let roster = roster::parse(&Source::new("r", ROSTER), &mut Sink::new()).unwrap();
        let plan = read(vec![Source::new("p", PLAN)], Reader::Fast, &mut Sink::new());
        look(&Scene { plan: &plan, policy: None, roster: &roster, records: &[] })
    }

    #[test]
    fn ct_67_two_entries_become_one_member() {
        let outcome = with(|scene| merge(scene, "ada-l", "ada").unwrap());
        let after = roster::parse(&Source::new("r", outcome.roster.as_str()), &mut Sink::new()).unwrap();
        let ada = after.member("ada").unwrap();
        let values = |list: &[Spanned<String>]| list.iter().map(|one| one.value.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(values(&ada.emails), "a@x.org al@x.org");
        assert!(after.has_role(ada, "dba") && ada.roles.len() == 2 && after.members.len() == 2);
        assert_eq!(after.member("lin").unwrap().reports_to.as_ref().unwrap().as_str(), "ada");
        assert_eq!(outcome.reassigned, ["T-1", "T-3"], "what is done stays theirs who did it");
        let plan = &outcome.plan.unwrap().files[0].text;
        assert_eq!(plan.matches("ada-l").count(), 1, "{plan}");
        assert!(outcome.left.is_empty() && ada.is_called("ada-l") && after.known_as("ada-l") == "ada");
        assert_eq!(after.team("a").unwrap().members[0].as_str(), "ada");
        assert_eq!(after.member("lin").unwrap().deputies[0].as_str(), "ada");
        assert_eq!(after.support[0].1.as_str(), "ada");
        assert!(with(|scene| merge(scene, "ada", "ada").is_err() && merge(scene, "ada", "nobody").is_err()));
    }

    #[test]
    fn ct_67_who_goes_to_another_team_leaves_no_work_unsaid() {
        let alone = with(|scene| relocate(scene, "ada-l", "b", None).unwrap());
        assert!(alone.roster.contains("team: b") && alone.plan.is_none());
        assert!(alone.roster.contains("{ name: a, members: [] }"), "{}", alone.roster);
        let left = ["`T-1` is still theirs", "`T-3` is still theirs"];
        assert_eq!(alone.left, left);
        let handed = with(|scene| relocate(scene, "@ada-l", "b", Some("lin")).unwrap());
        assert_eq!((handed.reassigned.len(), handed.left.len()), (2, 0), "{handed:?}");
        assert!(with(|scene| relocate(scene, "ada", "c", None).is_err()));
    }

    #[test]
    fn ct_16_what_nobody_is_good_at_is_told() {
        let gaps = with(|scene| super::super::gaps::run(scene.plan, scene.roster));
        assert_eq!(gaps.iter().map(|gap| (gap.tag.as_str(), gap.items.len())).collect::<Vec<_>>(), [("sql", 1)]);
    }
}
