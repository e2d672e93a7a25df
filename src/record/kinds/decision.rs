//! A decision that others have to live with.

use crate::diag::{Diagnostic, Place, Sink};
use crate::policy::Power;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};
use crate::record::{Record, codes};

/// The kinds of decisions.
pub const DECISIONS: &[&str] =
    &["tactical", "adr", "arbitration", "accept-risk", "go-no-go", "priority", "reallocation"];

/// Whether a release goes out, and whose risk it is, is for fewer people than the rest.
const DECIDER: Who = Who::If {
    field: "type",
    values: &["accept-risk", "go-no-go"],
    then: &Who::Power(Power::Release),
    other: &Who::Power(Power::Decide),
};

const EVERY: &[&str] = &["proposed", "decided", "superseded", "dropped"];
const DECIDED: &[&str] = &["decided", "superseded"];

pub static DECISION: Kind = Kind {
    name: "decision",
    verb: "decide",
    opens: "decide new",
    folder: "plan/decisions",
    about: "what was decided, between which options, why, and what follows",
    states: &[
        State { name: "proposed", keeps: Keeps::Nothing, closed: false },
        State { name: "decided", keeps: Keeps::All, closed: true },
        State { name: "superseded", keeps: Keeps::All, closed: true },
        State { name: "dropped", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Anyone,
    steps: &[
        Transition { verb: "confirm", from: &["proposed"], to: "decided", who: DECIDER, unlike: &[], note: false },
        Transition {
            verb: "drop",
            from: &["proposed"],
            to: "dropped",
            who: Who::Either(&[Who::Opener, DECIDER]),
            unlike: &[],
            note: true,
        },
        Transition { verb: "supersede", from: &["decided"], to: "superseded", who: DECIDER, unlike: &[], note: true },
        // How it turned out, and that it was looked at again.
        Transition { verb: "review", from: &["decided"], to: "decided", who: Who::Anyone, unlike: &[], note: true },
    ],
    fields: &[
        Field::needed("type", Type::Word(DECISIONS), EVERY),
        Field::optional("items", Type::Items),
        Field::optional("phase", Type::Word(&["0", "1", "2", "3", "4", "5"])),
        Field::optional("owner", Type::Party),
        Field::optional("expires", Type::Time),
        Field::optional("review", Type::Time),
        Field::optional("supersedes", Type::Record),
        Field::optional("verdict", Type::Word(&["GO", "NO-GO"])),
        Field::optional("delay", Type::Text),
        Field::optional("actions", Type::Texts),
    ],
    sections: &[
        Section::prose("Situation", DECIDED),
        Section::prose("Options", DECIDED),
        Section::prose("Decision", DECIDED),
        Section::prose("Rationale", DECIDED),
        Section::prose("Impact", DECIDED),
        // Asked for by a NO-GO only.
        Section::work("Required fixes", &[]),
    ],
    rules: &[accepted_risk, go_no_go],
    template: include_str!("../../../templates/decision.md"),
    variants: &[
        ("go", include_str!("../../../templates/decision-go.md")),
        ("no-go", include_str!("../../../templates/decision-no-go.md")),
    ],
};

fn asks(record: &Record, field: &str, why: &str, sink: &mut Sink) {
    if record.field(field).is_none() {
        let place = Place::text(&record.source, record.state.span);
        sink.push(
            Diagnostic::error(&codes::MISSING_FIELD, place, format!("{why} needs `{field}`"))
                .cause("the key is missing or empty")
                .hint(format!("add `{field}: …` to the front matter")),
        );
    }
}

/// A risk is accepted by somebody, for a time.
fn accepted_risk(record: &Record, sink: &mut Sink) {
    if record.text("type") == Some("accept-risk") && DECIDED.contains(&record.state()) {
        asks(record, "owner", "an accepted risk", sink);
        asks(record, "expires", "an accepted risk", sink);
    }
}

/// GO says what proves it and which risks remain; NO-GO why not, what has to be fixed and how long that takes.
fn go_no_go(record: &Record, sink: &mut Sink) {
    if record.text("type") != Some("go-no-go") || !DECIDED.contains(&record.state()) {
        return;
    }
    asks(record, "verdict", "a go/no-go decision", sink);
    let sections: &[&str] = match record.text("verdict") {
        Some("NO-GO") => {
            asks(record, "delay", "a NO-GO", sink);
            &["Reasons", "Required fixes"]
        }
        _ => &["Proof", "Metrics", "Residual risks"],
    };
    for title in sections {
        if record.section(title).is_none_or(|section| !section.filled) {
            let place = Place::text(&record.source, record.state.span);
            sink.push(
                Diagnostic::error(&codes::SECTION, place, format!("a go/no-go decision needs `{title}`"))
                    .cause("the section is missing or empty")
                    .hint(format!("write it below `## {title}`")),
            );
        }
    }
}
