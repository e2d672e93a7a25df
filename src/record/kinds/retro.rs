//! Looking back on what was done.

use crate::policy::Power;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};

const CLOSED: &[&str] = &["closed"];

pub static RETRO: Kind = Kind {
    name: "retro",
    verb: "retro",
    opens: "retro new",
    folder: "plan/retros",
    about: "what worked, what did not, and what the next ones should know",
    states: &[
        State { name: "opened", keeps: Keeps::Nothing, closed: false },
        State { name: "closed", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Anyone,
    steps: &[Transition {
        verb: "close",
        from: &["opened"],
        to: "closed",
        who: Who::Either(&[Who::Opener, Who::Power(Power::Decide)]),
        unlike: &[],
        note: false,
    }],
    fields: &[Field::needed("items", Type::Items, &["opened", "closed"]), Field::optional("actions", Type::Texts)],
    sections: &[
        Section::prose("What worked", CLOSED),
        Section::prose("What to improve", CLOSED),
        Section::prose("Patterns", CLOSED),
    ],
    rules: &[],
    template: include_str!("../../../templates/retro.md"),
    variants: &[],
};
