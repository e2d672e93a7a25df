//! The gate at the end of a phase: while it is open other work rests, and it ends in GO or NO-GO.

use crate::policy::Power;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};

const EVERY: &[&str] = &["open", "go", "no-go"];

pub static PHASE: Kind = Kind {
    name: "phase",
    verb: "phase",
    opens: "phase gate",
    folder: "plan/phases",
    about: "the gate at the end of a phase, and what was decided there",
    states: &[
        State { name: "open", keeps: Keeps::Fields, closed: false },
        State { name: "go", keeps: Keeps::All, closed: true },
        State { name: "no-go", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Power(Power::Release),
    steps: &[
        Transition {
            verb: "close",
            from: &["open"],
            to: "go",
            who: Who::Power(Power::Release),
            unlike: &[],
            note: true,
        },
        Transition {
            verb: "no-go",
            from: &["open"],
            to: "no-go",
            who: Who::Power(Power::Release),
            unlike: &[],
            note: true,
        },
    ],
    fields: &[
        Field::needed("phase", Type::Text, EVERY),
        // What may be worked on while the gate is open: the work of the gate itself.
        Field { grows: true, ..Field::later("items", Type::Items, &[]) },
        Field::later("delay", Type::Text, &["no-go"]),
    ],
    sections: &[
        Section::prose("Proof", &["go"]),
        Section::prose("Metrics", &["go"]),
        Section::prose("Accepted risks", &["go"]),
        Section::prose("Reasons", &["no-go"]),
        Section::work("Required fixes", &["no-go"]),
    ],
    rules: &[],
    template: include_str!("../../../templates/phase.md"),
    variants: &[],
};
