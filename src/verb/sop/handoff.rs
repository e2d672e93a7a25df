//! How work is handed over.

use super::{Course, How, Past, Sop};
use crate::diag::Failure;
use crate::record::{Record, Step, is_party, kinds};
use jiff::{SignedDuration, Timestamp};

/// The boxes of a complete checklist.
const CHECKS: usize = 8;

pub(super) fn courses(past: &Past<'_>) -> Result<Vec<Course>, Failure> {
    let handoffs = past.records.of(&kinds::HANDOFF)?;
    let offered = handoffs.iter().filter_map(|handoff| Some((handoff, handoff.step_to("offered")?)));
    Ok(offered.map(|(handoff, offer)| course(past, handoff, offer)).collect())
}

fn course(past: &Past<'_>, handoff: &Record, offer: &Step) -> Course {
    let empty = |titles: &[&str]| {
        let gap = titles.iter().find(|title| handoff.section(title).is_none_or(|section| !section.filled));
        How::unless(gap.map(|title| format!("nothing stands below `{title}`")))
    };
    let answered = ["accepted", "rejected"].into_iter().find(|state| handoff.state() == *state);
    let answer = answered.and_then(|state| handoff.step_to(state));
    let due = handoff.time("answer_by").unwrap_or_else(|| {
        let usual = SignedDuration::from_mins(i64::from(past.policy.conduct.answer_minutes));
        offer.at.value.saturating_add(usual).unwrap_or(Timestamp::MAX)
    });
    Course::new(Sop::Handoff, handoff.name(), handoff.text("from"))
        .step("completed", empty(&["Deliverable"]))
        .step("package validated", checked(handoff, answered))
        .step("package built", empty(&["Documentation", "Tests", "Context", "Notes"]))
        .step("initiated", How::Done)
        .step("receiver told", authorised(handoff, answer, due, past.now))
        .step("acknowledged", acknowledged(handoff, answered))
        .step("receiver validates", validated(past, handoff, answer))
        .step("confirmed or rejected", in_time(answer, None, due, past.now))
        .step("confirmation logged", answer.map_or_else(open, |_| How::Done))
        .step("closed in time", in_time(answer, Some(due), due, past.now))
}

fn open() -> How {
    How::Unknown("it is not answered yet".to_owned())
}

fn checked(handoff: &Record, answered: Option<&str>) -> How {
    let boxes = handoff.section("Checklist").map_or(&[][..], |section| section.boxes.as_slice());
    let ticked = boxes.iter().filter(|one| one.ticked).count();
    match answered {
        // What is sent back is sent back for its gaps.
        Some("rejected") => How::NotCalledFor,
        _ => How::unless((ticked < CHECKS).then(|| format!("{ticked} of {CHECKS} points of the checklist are ticked"))),
    }
}

/// Who authorises a handoff lets the receiver know of it.
fn authorised(handoff: &Record, answer: Option<&Step>, due: Timestamp, now: Timestamp) -> How {
    match (handoff.step_to("authorised"), answer) {
        (Some(_), _) => How::Done,
        // A receiver who answers was told.
        (None, Some(_)) => How::Done,
        (None, None) if now > due => How::Missing("nobody authorised it in time".to_owned()),
        (None, None) => open(),
    }
}

fn acknowledged(handoff: &Record, answered: Option<&str>) -> How {
    let attendees = handoff.list("attendees");
    if attendees.is_empty() || answered == Some("rejected") {
        return How::NotCalledFor;
    }
    let was_there = |name: &str| handoff.steps.iter().skip(1).any(|step| step.by.value == name);
    let absent: Vec<&str> =
        attendees.iter().map(|attendee| attendee.value.as_str()).filter(|name| !was_there(name)).collect();
    match answered {
        None if !absent.is_empty() => open(),
        _ => How::unless((!absent.is_empty()).then(|| format!("not by {}", absent.join(", ")))),
    }
}

/// The answer is the receiver's own, and not of whoever offered it.
fn validated(past: &Past<'_>, handoff: &Record, answer: Option<&Step>) -> How {
    let Some(answer) = answer else { return open() };
    let by = answer.by.value.as_str();
    let is_receiver = handoff.list("to").iter().any(|to| is_party(past.roster, by, &to.value));
    let rejected = answer.to.value == "rejected";
    How::unless((!is_receiver && !rejected).then(|| format!("`{by}`, who answered, is not the receiver")))
}

/// Whether there is an answer; with `by`, whether it came by then.
fn in_time(answer: Option<&Step>, by: Option<Timestamp>, due: Timestamp, now: Timestamp) -> How {
    match (answer, by) {
        (Some(answer), Some(by)) if answer.at.value > by => {
            How::Missing(format!("it was answered at {}, and due at {by}", answer.at.value))
        }
        (Some(_), _) => How::Done,
        (None, _) if now > due => How::Missing(format!("it was due at {due}, and has no answer")),
        (None, _) => open(),
    }
}
