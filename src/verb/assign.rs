//! `assign`: gives an item to a member, once it is ready to be given and the member may take it.

use super::fmt::Rewritten;
use super::{mark, set};
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::plan::Plan;
use crate::policy::Policy;
use crate::project::assignment::{self, unfit};
use crate::project::{codes, domains};
use crate::roster::{Capacity, Member, Roster};

/// Who shall do what.
#[derive(Clone, Debug)]
pub struct Request {
    pub item: String,
    pub member: String,
    /// What exactly somebody who is no specialist for it shall do.
    pub stretch: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Why not, each reason alone.
    Refused(Vec<Diagnostic>),
    /// The item is theirs; no files: it was before.
    Assigned { index: usize, files: Vec<Rewritten>, warnings: Vec<String> },
}

/// Gives the item to the member; the new text is left to be written.
///
/// # Errors
/// The item or the member does not exist, or the plan cannot be changed in place.
pub fn run(plan: &Plan, roster: &Roster, policy: Option<&Policy>, request: &Request) -> Result<Outcome, Failure> {
    let index = mark::find(plan, &request.item)?;
    let name = request.member.trim_start_matches('@');
    let member = roster.member(name).ok_or_else(|| crate::roster::edit::unknown(roster, name))?;
    if request.stretch.as_ref().is_some_and(|note| note.trim().is_empty() || note.contains('\n')) {
        return Err(Failure::usage("the scope of a stretch is one line that says what exactly")
            .hint("write `--stretch \"only the tables, not the queries\"`"));
    }
    let refusals = refusals(plan, index, roster, policy, member, request.stretch.is_some());
    if !refusals.is_empty() {
        return Ok(Outcome::Refused(refusals));
    }
    let mut settings = vec![format!("owner={name}")];
    settings.extend(request.stretch.iter().map(|note| format!("stretch={note}")));
    let files = set::run(plan, &request.item, &settings)?.files;
    Ok(Outcome::Assigned { index, files, warnings: warnings(plan, index, roster, member) })
}

fn refusals(
    plan: &Plan,
    index: usize,
    roster: &Roster,
    policy: Option<&Policy>,
    member: &Member,
    stretch: bool,
) -> Vec<Diagnostic> {
    let item = &plan.items[index];
    let (id, name) = (&item.id.value, &member.name.value);
    let place = || Place::text(&plan.files[item.file].source, item.id.span);
    let mut sink = Sink::new();
    if plan.is_closed(index) {
        sink.push(
            Diagnostic::error(&codes::CANNOT_TAKE, place(), format!("`{id}` is closed"))
                .cause("it is ticked, dropped, or all of it is done")
                .hint(format!("run `passmuster reopen {id}` first, if there is more to do")),
        );
    }
    let domains = domains::of_item(item, policy, roster);
    for gap in assignment::gaps(plan, index, &domains) {
        let message = format!("`{id}` is not ready to be given: {}", gap.why);
        let cause = format!("the point `{}` does not hold", gap.point.name());
        sink.push(Diagnostic::error(&codes::NOT_READY, place(), message).cause(cause).hint(gap.remedy));
    }
    if let Some(why) = unfit(member) {
        let hint = format!("choose another: `passmuster suggest {id}`");
        sink.push(
            Diagnostic::error(&codes::CANNOT_TAKE, place(), format!("`{name}` cannot take `{id}`"))
                .cause(format!("`{name}` {why}"))
                .hint(hint),
        );
    }
    let free = stretch && domains::all_away(&domains);
    if !domains::may_take(&domains, member) && !free {
        let mut finding = Diagnostic::error(
            &codes::NOT_DOMAIN_OWNER,
            place(),
            format!("`{id}` lies in a domain that is not `{name}`'s"),
        );
        for domain in &domains {
            let holders: Vec<&str> = domain.holders.iter().map(|holder| holder.name.as_str()).collect();
            finding = finding.cause(format!("`{}` belongs to {} ({})", domain.what, holders.join(", "), domain.said));
        }
        let first = domains.iter().flat_map(|domain| &domain.holders).find(|holder| unfit(holder).is_none());
        sink.push(finding.hint(match first {
            Some(first) => format!("run `passmuster assign {id} {}`", first.name.value),
            None => "nobody who holds it can take it now: add `--stretch \"what exactly\"`, or wait".to_owned(),
        }));
    }
    sink.into_sorted()
}

fn warnings(plan: &Plan, index: usize, roster: &Roster, member: &Member) -> Vec<String> {
    let mut warnings = Vec::new();
    let at = roster.members.iter().position(|one| std::ptr::eq(one, member));
    let own = plan.items[index].owner().is_some_and(|owner| owner.value == member.name.as_str());
    let load = at.map_or(0, |at| assignment::load(plan, roster)[at]) + usize::from(!own);
    if let Some(Capacity::Tasks(most)) = member.capacity.as_ref().map(|capacity| capacity.value)
        && load > most as usize
    {
        warnings.push(format!("`{}` now has {load} open tasks, and takes {most} at once", member.name.value));
    }
    warnings
}
