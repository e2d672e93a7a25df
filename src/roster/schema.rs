//! The roster as a JSON Schema, for editors that know YAML and not us.

use super::{MemberKind, SUPPORT};
use crate::doc::schema::{Unknown, boolean, document, list, name, object, one_or_many, text, texts, whole, word};
use serde_json::{Map, Value, json};

/// What `plan/roster.yaml` may hold. Unknown keys are warnings to us, so they are none of the schema's business.
pub fn schema() -> Value {
    let support = |role: &str| (role.to_owned(), name("The member who holds the role, or `passmuster` for the tool"));
    let support: Map<String, Value> = SUPPORT.into_iter().map(support).collect();
    let properties = json!({
        "members": list("Everybody, in any order", member()),
        "teams": list("Groups that work together", team()),
        "calendar": calendar("When those work who say nothing else"),
        "resources": list("Things that items use, where more than one can at a time", resource()),
        "support": object("Who holds the support roles", &[], Value::Object(support), Unknown::Allowed),
    });
    document("roster", "Who takes part: members, their roles and keys", &["members"], properties, Unknown::Allowed)
}

fn member() -> Value {
    let names = |about: &str| one_or_many(about, name("A name"));
    let properties = json!({
        "name": name("Who it is; unique without regard to case"),
        "title": text("A name for people, where it is not the id"),
        "kind": word("What it is; a person when nothing is said", &MemberKind::ALL.map(MemberKind::name)),
        "about": text("What the member is for, in one line"),
        "roles": names("What it may do, as the policy names it"),
        "implements": boolean("`false`: the member coordinates, and leaves the work to others"),
        "division": text("The division it belongs to"),
        "team": text("The team it belongs to"),
        "domains": texts("Path patterns and `#tags` whose work is this member's to do or approve"),
        "competencies": texts("What the member is good at, as tags"),
        "reports_to": name("To whom things are escalated"),
        "deputies": names("Who stands in"),
        "capacity": text("How much it can take on: `3` (tasks at once), `6h` (a day) or `50%` (of eight hours)"),
        "calendar": calendar("When the member works, where it is not as the team or the roster says"),
        "away": text("Why and until when nothing can be given to the member"),
        "model": text("The model of an agent"),
        "tools": texts("The tools of an agent"),
        "was": names("Names under which it was known before"),
        "requires": texts("The documents the member reads before any work"),
        "from": text("The file that an agent was imported from"),
        "github": text("The login on GitHub, for CODEOWNERS"),
        "emails": texts("Addresses its commits carry; each belongs to one member"),
        "keys": texts("Public keys its results and approvals are signed with: whole lines of `.pub` files"),
    });
    object("A person, an agent, or a CI runner", &["name"], properties, Unknown::Allowed)
}

fn team() -> Value {
    let names = |about: &str| one_or_many(about, name("A member or a role"));
    let properties = json!({
        "name": name("The team"),
        "about": text("What the team answers for"),
        "members": names("Who is in it"),
        "activate": text("When the team may finish work: `start`, `always`, `ready`, or `after` and a team or item"),
        "flow": names("Members or roles in the order in which they work on the same thing"),
        "capacity": whole("Tasks at once", 0),
        "calendar": calendar("When its members work, where they do not say"),
    });
    object("A group of members that works together", &["name"], properties, Unknown::Allowed)
}

fn resource() -> Value {
    let properties = json!({
        "name": text("What items call it under `uses`"),
        "capacity": whole("Items that can use it at once", 1),
        "check": name("The gate that finds out whether it is there; items that need it need the gate"),
    });
    object("Something that items use", &["name"], properties, Unknown::Allowed)
}

fn calendar(about: &str) -> Value {
    let properties = json!({
        "zone": text("Time zone by its IANA name, such as `Europe/Berlin`; UTC when nothing is said"),
        "days": texts("Days of work: `mon-fri`, or `mon, wed, fri`"),
        "hours": texts("Hours of these days: `09:00-12:30, 13:30-17:00`; `22:00-06:00` ends the next morning"),
        "holidays": texts("Days off for all it holds for: `2026-12-25`, or `2026-12-24..2027-01-01`"),
        "leave": texts("Days off, like `holidays`"),
    });
    object(about, &[], properties, Unknown::Allowed)
}
