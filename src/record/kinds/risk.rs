//! The risk register and the debt ledger: what may go wrong, and what was put off.

use crate::diag::{Diagnostic, Place, Sink};
use crate::policy::Power;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};
use crate::record::{Record, codes};

const EVERY: &[&str] = &["open", "accepted", "occurred", "closed"];

/// How likely or how bad.
pub const GRADES: &[&str] = &["low", "medium", "high"];

const LOOKS_AFTER: Who = Who::Either(&[Who::Opener, Who::Field("owner"), Who::Power(Power::Decide)]);

const fn hand_on(at: &'static [&'static str], to: &'static str) -> Transition {
    Transition { verb: "hand-on", from: at, to, who: LOOKS_AFTER, unlike: &[], note: false }
}

pub static RISK: Kind = Kind {
    name: "risk",
    verb: "risk",
    opens: "risk new",
    folder: "plan/risks",
    about: "something that may go wrong, or work that was put off, with somebody who looks after it",
    states: &[
        State { name: "open", keeps: Keeps::Nothing, closed: false },
        State { name: "accepted", keeps: Keeps::All, closed: false },
        State { name: "occurred", keeps: Keeps::All, closed: false },
        State { name: "closed", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Anyone,
    steps: &[
        Transition {
            verb: "accept",
            from: &["open"],
            to: "accepted",
            who: Who::Power(Power::Release),
            unlike: &["open"],
            note: true,
        },
        Transition {
            verb: "occur",
            from: &["open", "accepted"],
            to: "occurred",
            who: Who::Anyone,
            unlike: &[],
            note: true,
        },
        hand_on(&["open"], "open"),
        hand_on(&["accepted"], "accepted"),
        hand_on(&["occurred"], "occurred"),
        Transition {
            verb: "close",
            from: &["open", "accepted", "occurred"],
            to: "closed",
            who: LOOKS_AFTER,
            unlike: &[],
            note: true,
        },
    ],
    fields: &[
        Field::needed("type", Type::Word(&["risk", "debt"]), EVERY),
        Field::needed("owner", Type::Party, EVERY).handed_on_by(LOOKS_AFTER),
        Field::optional("probability", Type::Word(GRADES)),
        Field::needed("impact", Type::Word(GRADES), EVERY),
        Field::optional("due", Type::Time),
        Field::optional("items", Type::Items),
        // The waiver that left it.
        Field::optional("waiver", Type::Record),
    ],
    sections: &[Section::prose("Mitigation", &["accepted"])],
    rules: &[complete],
    template: include_str!("../../../templates/risk.md"),
    variants: &[],
};

/// A risk has a probability; a debt has a day on which it is paid.
fn complete(record: &Record, sink: &mut Sink) {
    let (what, field) = match record.text("type") {
        Some("debt") => ("a debt", "due"),
        Some(_) => ("a risk", "probability"),
        None => return,
    };
    if record.field(field).is_none() {
        let place = Place::text(&record.source, record.state.span);
        sink.push(
            Diagnostic::error(&codes::MISSING_FIELD, place, format!("{what} needs `{field}`"))
                .cause("the key is missing or empty")
                .hint(format!("add `{field}: …` to the front matter")),
        );
    }
}
