//! That somebody has seen what calls for them.

use crate::record::kind::{Field, Keeps, Kind, State, Type, Who};

const EVERY: &[&str] = &["acknowledged"];

/// One file per acknowledgement: two people who see the same on two branches merge without a conflict.
pub static ACK: Kind = Kind {
    name: "ack",
    verb: "triggers",
    opens: "triggers ack",
    folder: "plan/acks",
    about: "that somebody has seen a trigger and sees to it, for a while or for good",
    states: &[State { name: "acknowledged", keeps: Keeps::All, closed: true }],
    opening: Who::Anyone,
    steps: &[],
    fields: &[
        Field::needed("trigger", Type::Text, EVERY),
        Field::needed("subject", Type::Text, EVERY),
        Field::optional("until", Type::Time),
    ],
    sections: &[],
    rules: &[],
    template: include_str!("../../../templates/ack.md"),
    variants: &[],
};
