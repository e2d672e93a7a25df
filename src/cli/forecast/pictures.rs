//! Which picture of a forecast is asked for.

use super::text;
use crate::picture::Picture as Drawing;
use crate::verb::forecast::{Outcome, Question};
use crate::verb::pictures;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Picture {
    /// How often each finish came up, and the share that is done by then
    Finish,
    /// The tasks that decide most
    Tornado,
    /// Tasks done against tasks there are, and where they may meet
    BurnUp,
    /// How many tasks stood where, day by day
    Flow,
    /// How long tasks took, and how old those under way are
    CycleTime,
}

pub(super) fn draw(what: Picture, question: &Question<'_>, outcome: &Outcome) -> Drawing {
    let subtitle = text::basis(question, outcome);
    let progress = || pictures::progress(question, outcome);
    match what {
        Picture::Finish => pictures::finish(question, outcome, &subtitle),
        Picture::Tornado => pictures::tornado(question, outcome, &subtitle),
        Picture::BurnUp => pictures::burn_up(question, outcome, &progress().days),
        Picture::Flow => pictures::flow(&progress().days),
        Picture::CycleTime => pictures::cycle_time(outcome, &progress()),
    }
}
