//! Handing work from one team to another.

use crate::diag::{Diagnostic, Place, Sink};
use crate::policy::Power;
use crate::record::Record;
use crate::record::codes;
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};

/// From the offer on the package is complete.
const OFFERED: &[&str] = &["offered", "authorised", "accepted"];

pub static HANDOFF: Kind = Kind {
    name: "handoff",
    verb: "handoff",
    opens: "handoff new",
    folder: "plan/handoffs",
    about: "work that one team gives to another, with everything that belongs to it",
    states: &[
        State { name: "draft", keeps: Keeps::Nothing, closed: false },
        State { name: "offered", keeps: Keeps::Fields, closed: false },
        State { name: "authorised", keeps: Keeps::Fields, closed: false },
        State { name: "accepted", keeps: Keeps::All, closed: true },
        State { name: "rejected", keeps: Keeps::Nothing, closed: false },
    ],
    opening: Who::Anyone,
    steps: &[
        Transition {
            verb: "offer",
            from: &["draft", "rejected"],
            to: "offered",
            who: Who::Either(&[Who::Opener, Who::Field("from")]),
            unlike: &[],
            note: false,
        },
        Transition {
            verb: "authorise",
            from: &["offered"],
            to: "authorised",
            who: Who::Power(Power::Handoff),
            unlike: &["offered"],
            note: false,
        },
        Transition {
            verb: "acknowledge",
            from: &["authorised"],
            to: "authorised",
            who: Who::Field("attendees"),
            unlike: &[],
            note: false,
        },
        Transition {
            verb: "accept",
            from: &["authorised"],
            to: "accepted",
            who: Who::Field("to"),
            unlike: &["offered"],
            note: false,
        },
        Transition {
            verb: "reject",
            from: &["offered", "authorised"],
            to: "rejected",
            who: Who::Either(&[Who::Field("to"), Who::Power(Power::Handoff)]),
            unlike: &[],
            note: true,
        },
    ],
    fields: &[
        Field::needed("from", Type::Party, &["draft", "offered", "authorised", "accepted", "rejected"]),
        Field::needed("to", Type::Party, &["draft", "offered", "authorised", "accepted", "rejected"]),
        Field::optional("items", Type::Items),
        Field::optional("phase", Type::Word(&["0", "1", "2", "3", "4", "5"])),
        Field::optional("attendees", Type::Parties),
        Field::optional("answer_by", Type::Time),
    ],
    sections: &[
        Section::prose("Deliverable", OFFERED),
        Section::prose("Documentation", OFFERED),
        Section::prose("Tests", OFFERED),
        Section::prose("Context", OFFERED),
        Section::prose("Notes", OFFERED),
        Section::boxes("Checklist", OFFERED, 8, &["accepted"]),
    ],
    rules: &[agenda, attendance],
    template: include_str!("../../../templates/handoff.md"),
    variants: &[],
};

/// A handoff between phases has the nine points of its meeting, all answered before it is accepted.
fn agenda(record: &Record, sink: &mut Sink) {
    if record.text("phase").is_none() || record.state() == "draft" {
        return;
    }
    let place = Place::text(&record.source, record.state.span);
    let boxes = record.section("Agenda").map_or(&[][..], |section| section.boxes.as_slice());
    let open = boxes.iter().filter(|one| !one.ticked).count();
    if boxes.len() < 9 {
        sink.push(
            Diagnostic::error(&codes::BOXES, place, "a handoff between phases needs an agenda of 9 points")
                .cause(format!("its section `Agenda` has {} boxes", boxes.len()))
                .hint("add `## Agenda` with a box for each point of the meeting"),
        );
    } else if record.state() == "accepted" && open > 0 {
        sink.push(
            Diagnostic::error(&codes::BOXES, place, format!("{open} points of the agenda are open"))
                .cause("a handoff between phases is accepted when every point was answered")
                .hint("answer and tick them"),
        );
    }
}

/// Everybody who is named as an attendee has acknowledged before it is accepted.
fn attendance(record: &Record, sink: &mut Sink) {
    if record.state() != "accepted" {
        return;
    }
    let acknowledged: Vec<&str> = record.noted("authorised").iter().map(|step| step.by.value.as_str()).collect();
    for attendee in record.list("attendees") {
        if acknowledged.contains(&attendee.value.as_str()) || record.last_step().by.value == attendee.value {
            continue;
        }
        let place = Place::text(&record.source, attendee.span);
        sink.push(
            Diagnostic::error(
                &codes::ATTENDEE,
                place,
                format!("`{}` has not acknowledged the handoff", attendee.value),
            )
            .cause(format!("acknowledged by: {}", super::listed(&acknowledged)))
            .hint("let each attendee run `passmuster handoff acknowledge`"),
        );
    }
}
