//! How a blocker climbs: on each level whoever handles that level does something before the next begins.

use super::{Course, How, Past, Sop};
use crate::diag::Failure;
use crate::policy::ladder;
use crate::record::{Record, is_party, kinds};
use crate::verb::blockers::{Situation, Standing};
use jiff::{SignedDuration, Timestamp};

/// What is asked for on each level.
const LEVELS: [(u8, &str); 5] = [
    (1, "L1: its owner tried"),
    (2, "L2: a helper was engaged"),
    (3, "L3: a specialist was engaged"),
    (4, "L4: somebody decided"),
    (5, "L5: the plan was looked at again"),
];

pub(super) fn courses(past: &Past<'_>) -> Result<Vec<Course>, Failure> {
    let blockers = past.records.of(&kinds::BLOCKER)?;
    let situation = Situation::new(past.plan, past.policy, past.roster, past.now);
    Ok(blockers.iter().map(|blocker| course(past, &situation, blocker)).collect())
}

fn course(past: &Past<'_>, situation: &Situation<'_>, blocker: &Record) -> Course {
    let standing = situation.of(blocker);
    let course = Course::new(Sop::Escalation, blocker.name(), blocker.text("owner"));
    LEVELS.iter().fold(course, |course, (level, name)| course.step(*name, on(past, situation, &standing, *level)))
}

/// The ladder a blocker climbed. What it delays is over when it is resolved, so the level that was kept then tells.
fn climbed<'a>(past: &Past<'a>, standing: &Standing<'_>) -> (&'a [u32], u8) {
    let kept = standing.record.text("level").and_then(|level| level.trim_start_matches('L').parse::<u8>().ok());
    let of = |priority| past.policy.ladder(priority);
    let fits = |priority: &u8| kept.is_some_and(|kept| ladder::level(of(*priority), standing.minutes) == kept);
    match [2, 1, 0].into_iter().find(fits) {
        Some(priority) => (of(priority), kept.unwrap_or(standing.level)),
        None => (of(standing.priority), standing.level),
    }
}

/// What was done on one level.
fn on(past: &Past<'_>, situation: &Situation<'_>, standing: &Standing<'_>, level: u8) -> How {
    let blocker = standing.record;
    let (ladder, reached) = climbed(past, standing);
    if level > reached {
        return How::NotCalledFor;
    }
    let opened = blocker.opener().at.value;
    let at = |level: u8| match ladder::begins(ladder, level) {
        u32::MAX => Timestamp::MAX,
        minutes => opened.saturating_add(SignedDuration::from_mins(i64::from(minutes))).unwrap_or(Timestamp::MAX),
    };
    // On L2 the owner goes on, beside whoever helps.
    let handlers: Vec<String> = situation.handlers(level, blocker).into_iter().skip(usize::from(level == 2)).collect();
    let acted = |until: Timestamp| {
        let steps = blocker.steps[1..].iter().filter(move |step| step.at.value <= until);
        steps.map(|step| step.by.value.as_str()).any(|by| handlers.iter().any(|who| is_party(past.roster, by, who)))
    };
    let until = at(level + 1);
    let over = reached > level;
    match (acted(until), over || past.now > until) {
        (true, _) => How::Done,
        (false, true) => How::Missing(format!("none of {} did anything before {until}", handlers.join(", "))),
        (false, false) if blocker.is_closed() => How::NotCalledFor,
        (false, false) => How::Unknown(format!("{} still have time", handlers.join(", "))),
    }
}
