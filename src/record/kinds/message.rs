//! A message from one member to others.

use crate::record::kind::{Field, Keeps, Kind, State, Transition, Type, Who};

const EVERY: &[&str] = &["sent", "acknowledged"];

/// How urgent a message is.
pub const URGENCIES: &[&str] = &["low", "normal", "high", "critical"];

/// What a message is about.
pub const SUBJECTS: &[&str] = &["assignment", "status", "handoff", "blocker", "clarification", "priority"];

pub static MESSAGE: Kind = Kind {
    name: "message",
    verb: "msg",
    opens: "msg send",
    folder: "plan/log",
    about: "a message from one member to others, and who has seen it",
    states: &[
        State { name: "sent", keeps: Keeps::All, closed: false },
        State { name: "acknowledged", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Anyone,
    steps: &[
        Transition {
            verb: "ack",
            from: &["sent"],
            to: "acknowledged",
            who: Who::Field("to"),
            unlike: &[],
            note: false,
        },
        Transition {
            verb: "ack",
            from: &["acknowledged"],
            to: "acknowledged",
            who: Who::Field("to"),
            unlike: &[],
            note: false,
        },
    ],
    fields: &[
        Field::needed("to", Type::Parties, EVERY),
        Field::needed("urgency", Type::Word(URGENCIES), EVERY),
        Field::needed("about", Type::Word(SUBJECTS), EVERY),
        Field::optional("items", Type::Items),
    ],
    sections: &[],
    rules: &[],
    template: include_str!("../../../templates/message.md"),
    variants: &[],
};
