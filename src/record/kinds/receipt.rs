//! That somebody has read what is to be read before work begins.

use crate::record::kind::{Field, Keeps, Kind, State, Type, Who};

/// Only who read can say so.
pub static RECEIPT: Kind = Kind {
    name: "receipt",
    verb: "preflight",
    opens: "preflight --read",
    folder: "plan/receipts",
    about: "that somebody has read documents as they were then",
    states: &[State { name: "read", keeps: Keeps::All, closed: true }],
    opening: Who::Opener,
    steps: &[],
    fields: &[Field::needed("read", Type::Texts, &["read"])],
    sections: &[],
    rules: &[],
    template: include_str!("../../../templates/receipt.md"),
    variants: &[],
};
