//! How the plan goes, as history and clock tell it, for those triggers that the policy has switched on: the past is read
//! only when one of them asks.

use crate::diag::Failure;
use crate::facts::Facts;
use crate::judge::World;
use crate::policy::{Policy, Trigger};
use crate::port::Tree;
use crate::project::Project;
use crate::record::Record;
use crate::verb::buffer::{self, Course};
use crate::verb::schedule::Question;
use crate::verb::slip::{self, Alarm};
use crate::verb::triggers::silence::{self, Silence};

/// What is known about it.
#[derive(Default)]
pub(super) struct Going {
    pub course: Option<Course>,
    pub slip: Option<Alarm>,
    pub silence: Option<Silence>,
}

/// Looks at it. What keeps it from being found out is a finding of its own.
///
/// # Errors
/// A commit or a file could not be read.
pub(super) fn look(
    world: &World<'_>,
    (project, policy): (&Project, &Policy),
    (files, records): (&dyn Tree, &[Record]),
    past: &dyn Fn() -> Option<Facts>,
) -> Result<Going, Failure> {
    let asks = |trigger: Trigger| policy.call(trigger).is_on;
    let of_buffers = asks(Trigger::BufferYellow) || asks(Trigger::BufferRed);
    let (of_slip, of_silence) = (asks(Trigger::Slip), silence::is_expected(policy, records));
    let Some(facts) = (of_buffers || of_slip || of_silence).then(past).flatten() else { return Ok(Going::default()) };
    let (plan, roster) = (&project.plan, project.roster.as_ref());
    let mut going = Going::default();
    if of_buffers {
        let project = (plan, roster, &policy.time);
        let (outcome, _) = buffer::run(&buffer::Question::of(project, world.history, &facts, world.now))?;
        going.course = outcome.and_then(|outcome| outcome.course);
    }
    if of_slip {
        let question = Question::quick(plan, roster, world.now);
        let bound = slip::bound(&policy.call(Trigger::Slip));
        going.slip = slip::alarm(&question, world.history, &facts, files, bound)?;
    }
    if of_silence {
        going.silence = silence::silence((plan, policy, roster), records, &facts);
    }
    Ok(going)
}
