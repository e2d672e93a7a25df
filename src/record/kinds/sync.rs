//! A synchronisation: who reported, and who did not.

use crate::policy::Power;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};

const EVERY: &[&str] = &["opened", "closed"];

/// The occasions of a sync.
pub const OCCASIONS: &[&str] = &["daily", "kickoff", "weekly"];

pub static SYNC: Kind = Kind {
    name: "sync",
    verb: "sync",
    opens: "sync open",
    folder: "plan/syncs",
    about: "everybody reports once; who is missing is named",
    states: &[
        State { name: "opened", keeps: Keeps::Fields, closed: false },
        State { name: "closed", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Anyone,
    steps: &[
        Transition {
            verb: "report",
            from: &["opened"],
            to: "opened",
            who: Who::Field("expected"),
            unlike: &[],
            note: true,
        },
        Transition {
            verb: "close",
            from: &["opened"],
            to: "closed",
            who: Who::Either(&[Who::Opener, Who::Power(Power::Decide)]),
            unlike: &[],
            note: false,
        },
    ],
    fields: &[
        Field::needed("occasion", Type::Word(OCCASIONS), EVERY),
        Field::needed("expected", Type::Parties, EVERY),
        Field::optional("items", Type::Items),
        Field::later("missing", Type::Parties, &[]),
        Field::later("actions", Type::Texts, &[]),
    ],
    sections: &[Section::prose("Issues", &[])],
    rules: &[],
    template: include_str!("../../../templates/sync.md"),
    variants: &[],
};
