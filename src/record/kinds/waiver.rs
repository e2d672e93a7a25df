//! A signed, scoped, expiring exception from one gate.

use crate::diag::{Diagnostic, Place, Sink};
use crate::policy::Power;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};
use crate::record::{Record, codes};

const EVERY: &[&str] = &["requested", "granted", "refused", "revoked"];

/// Why a gate may be waived at all.
pub const REASONS: &[&str] = &["strategic", "resources", "deadline", "customer"];

pub static WAIVER: Kind = Kind {
    name: "waiver",
    verb: "waive",
    opens: "waive request",
    folder: "plan/waivers",
    about: "an exception from one gate for one item, granted by somebody with the power, until a date",
    states: &[
        State { name: "requested", keeps: Keeps::Nothing, closed: false },
        State { name: "granted", keeps: Keeps::All, closed: false },
        State { name: "refused", keeps: Keeps::All, closed: true },
        State { name: "revoked", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Anyone,
    steps: &[
        Transition {
            verb: "grant",
            from: &["requested"],
            to: "granted",
            who: Who::Power(Power::Waive),
            unlike: &["requested"],
            note: false,
        },
        Transition {
            verb: "refuse",
            from: &["requested"],
            to: "refused",
            who: Who::Power(Power::Waive),
            unlike: &[],
            note: true,
        },
        Transition {
            verb: "revoke",
            from: &["granted"],
            to: "revoked",
            who: Who::Either(&[Who::Power(Power::Waive), Who::Opener]),
            unlike: &[],
            note: true,
        },
    ],
    fields: &[
        Field::needed("gate", Type::Gate, EVERY),
        Field::needed("item", Type::Text, EVERY),
        Field::optional("inputs", Type::Text),
        Field::needed("reason", Type::Word(REASONS), EVERY),
        Field::needed("expires", Type::Time, EVERY),
    ],
    sections: &[Section::prose("Reason", &["granted"])],
    rules: &[lifetime],
    template: include_str!("../../../templates/waiver.md"),
    variants: &[],
};

/// It ends after it begins.
fn lifetime(record: &Record, sink: &mut Sink) {
    let (Some(expires), Some(time)) = (record.field("expires"), record.time("expires")) else { return };
    let opened = &record.steps[0].at;
    if time <= opened.value {
        sink.push(
            Diagnostic::error(
                &codes::LIFETIME,
                Place::text(&record.source, expires.span),
                "the waiver ends before it begins",
            )
            .cause(format!("it was requested at {}", opened.value))
            .hint("write a later `expires`"),
        );
    }
}
