//! Something keeps items from going on.

use crate::policy::Power;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};

const EVERY: &[&str] = &["active", "resolved"];

const LOOKS_AFTER: Who = Who::Either(&[Who::Opener, Who::Field("owner"), Who::Power(Power::Decide)]);

pub static BLOCKER: Kind = Kind {
    name: "blocker",
    verb: "blocker",
    opens: "block",
    folder: "plan/blockers",
    about: "something that keeps items from going on; its level follows from its age and priority",
    states: &[
        State { name: "active", keeps: Keeps::Fields, closed: false },
        State { name: "resolved", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Anyone,
    steps: &[
        Transition { verb: "attempt", from: &["active"], to: "active", who: Who::Anyone, unlike: &[], note: true },
        Transition { verb: "resolve", from: &["active"], to: "resolved", who: LOOKS_AFTER, unlike: &[], note: true },
    ],
    fields: &[
        Field::needed("items", Type::Items, EVERY),
        Field::needed("type", Type::Word(&["technical", "information", "resource", "team"]), EVERY),
        Field::optional(
            "subtype",
            Type::Word(&["code", "database", "api", "performance", "infrastructure", "security"]),
        ),
        Field::optional("priority", Type::Word(&["P0", "P1", "P2"])),
        Field::needed("owner", Type::Party, EVERY).handed_on_by(LOOKS_AFTER),
        Field::optional("eta", Type::Time),
        Field::optional("signature", Type::Text),
        Field::later("level", Type::Word(&["L1", "L2", "L3", "L4", "L5"]), &[]),
        Field::later("solved_by", Type::Party, &[]),
    ],
    sections: &[
        Section::prose("What is blocked", &[]),
        Section::prose("Root cause", &[]),
        Section::prose("Assumptions", &[]),
        Section::prose("Proposed revision", &[]),
    ],
    rules: &[],
    template: include_str!("../../../templates/blocker.md"),
    variants: &[],
};
