//! Something is on fire: seven states, none skipped, and one who decides.

use crate::diag::{Diagnostic, Place, Sink};
use crate::policy::Power;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};
use crate::record::{Record, codes};

const EVERY: &[&str] = &["stop", "assess", "communicate", "decide", "execute", "verify", "document", "closed"];
const DECIDED: &[&str] = &["execute", "verify", "document", "closed"];

/// What kinds there are, each with a runbook in the template of its name.
pub const RUNBOOKS: &[&str] = &["data-loss", "api-break", "vulnerability"];

const fn state(name: &'static str) -> State {
    State { name, keeps: Keeps::Fields, closed: false }
}

const COMMANDER: Who = Who::Field("commander");

const fn advance(from: &'static [&'static str], to: &'static str) -> Transition {
    Transition { verb: "advance", from, to, who: COMMANDER, unlike: &[], note: false }
}

const fn note(at: &'static [&'static str], to: &'static str) -> Transition {
    Transition { verb: "note", from: at, to, who: COMMANDER, unlike: &[], note: true }
}

pub static INCIDENT: Kind = Kind {
    name: "incident",
    verb: "incident",
    opens: "incident declare",
    folder: "plan/incidents",
    about: "something is on fire; merges stop but for its items, and its commander decides alone",
    states: &[
        state("stop"),
        state("assess"),
        state("communicate"),
        state("decide"),
        state("execute"),
        state("verify"),
        state("document"),
        State { name: "closed", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Power(Power::Incident),
    steps: &[
        advance(&["stop"], "assess"),
        advance(&["assess"], "communicate"),
        advance(&["communicate"], "decide"),
        advance(&["decide"], "execute"),
        advance(&["execute"], "verify"),
        advance(&["verify"], "document"),
        Transition { verb: "close", from: &["document"], to: "closed", who: COMMANDER, unlike: &[], note: false },
        // A fix that does not hold is decided on again.
        Transition { verb: "back", from: &["verify"], to: "decide", who: COMMANDER, unlike: &[], note: true },
        note(&["stop"], "stop"),
        note(&["assess"], "assess"),
        note(&["communicate"], "communicate"),
        note(&["decide"], "decide"),
        note(&["execute"], "execute"),
        note(&["verify"], "verify"),
        note(&["document"], "document"),
        // That somebody looked for more of the kind, and what was found.
        Transition { verb: "follow-up", from: &["closed"], to: "closed", who: Who::Anyone, unlike: &[], note: true },
    ],
    fields: &[
        Field::needed("commander", Type::Party, EVERY).handed_on_by(COMMANDER),
        Field { grows: true, ..Field::optional("items", Type::Items) },
        Field::needed("severity", Type::Word(&["critical", "high", "medium"]), EVERY),
        Field::optional("runbook", Type::Word(RUNBOOKS)),
        Field::later("choice", Type::Word(&["rollback", "fix-forward", "escalate"]), DECIDED),
        Field::later("follow_up", Type::Time, &[]),
    ],
    sections: &[
        Section::prose("Situation", &["communicate", "decide", "execute", "verify", "document", "closed"]),
        Section::prose("Told", &["decide", "execute", "verify", "document", "closed"]),
        Section::prose("Decision", DECIDED),
        Section::boxes("Runbook", &["verify", "document", "closed"], 1, &["document", "closed"]),
        Section::prose("Evidence", &["document", "closed"]),
        Section::prose("Post-mortem", &["closed"]),
    ],
    rules: &[audit_follows],
    template: include_str!("../../../templates/incident.md"),
    variants: &[
        ("data-loss", include_str!("../../../templates/incident-data-loss.md")),
        ("api-break", include_str!("../../../templates/incident-api-break.md")),
        ("vulnerability", include_str!("../../../templates/incident-vulnerability.md")),
    ],
};

/// After a vulnerability somebody looks for the next one, and by when is said before the incident is closed.
fn audit_follows(record: &Record, sink: &mut Sink) {
    let concerned = record.text("runbook") == Some("vulnerability") && record.state() == "closed";
    if concerned && record.field("follow_up").is_none() {
        let place = Place::text(&record.source, record.state.span);
        sink.push(
            Diagnostic::error(&codes::MISSING_FIELD, place, "a vulnerability is closed with a day for its audit")
                .cause("`follow_up` is missing or empty")
                .hint("run `passmuster incident close` with `--follow-up DAY`"),
        );
    }
}
