//! The start of an epic: its teams are briefed, what it needs is there, and somebody lets it begin.

use crate::policy::Power;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};

const EVERY: &[&str] = &["opened", "authorised"];

pub static KICKOFF: Kind = Kind {
    name: "kickoff",
    verb: "kickoff",
    opens: "kickoff new",
    folder: "plan/kickoffs",
    about: "the start of an epic: briefed, ready, authorised",
    states: &[
        State { name: "opened", keeps: Keeps::Nothing, closed: false },
        State { name: "authorised", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Anyone,
    steps: &[Transition {
        verb: "authorise",
        from: &["opened"],
        to: "authorised",
        who: Who::Power(Power::Handoff),
        unlike: &[],
        note: false,
    }],
    fields: &[
        Field::needed("items", Type::Items, EVERY),
        // The teams that begin with it.
        Field::needed("teams", Type::Parties, EVERY),
    ],
    sections: &[Section::boxes("Checklist", EVERY, 5, &["authorised"])],
    rules: &[],
    template: include_str!("../../../templates/kickoff.md"),
    variants: &[],
};
