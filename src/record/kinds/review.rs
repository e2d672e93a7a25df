//! What one executive of the review board says about the plan.

use crate::diag::{Diagnostic, Place, Sink};
use crate::record::kind::{Field, Keeps, Kind, Section, State, Transition, Type, Who};
use crate::record::{Record, codes};

/// The executives of the board, and what each of them scores, with at most [`MOST`] points each.
pub const BOARD: [(&str, [&str; 4]); 3] = [
    ("cio", ["research", "dependencies", "technology", "sources"]),
    ("cto", ["architecture", "quality", "security", "operability"]),
    ("coo", ["goals", "timeline", "capacity", "experience"]),
];

/// The most points for one rubric.
pub const MOST: u32 = 25;

const EVERY: &[&str] = &["opened", "closed"];

pub static REVIEW: Kind = Kind {
    name: "review",
    verb: "review",
    opens: "review new",
    folder: "plan/review-board",
    about: "what an executive of the review board says about the plan before work begins",
    states: &[
        State { name: "opened", keeps: Keeps::Nothing, closed: false },
        State { name: "closed", keeps: Keeps::All, closed: true },
    ],
    opening: Who::Anyone,
    steps: &[Transition {
        verb: "close",
        from: &["opened"],
        to: "closed",
        who: Who::Field("executive"),
        unlike: &[],
        note: false,
    }],
    fields: &[
        Field::needed("executive", Type::Party, EVERY),
        Field::needed("session", Type::Text, EVERY),
        // The digest of the plan that was read.
        Field::needed("plan", Type::Text, EVERY),
        Field::needed("scores", Type::Texts, &["closed"]),
        Field::needed("confidence", Type::Word(&["low", "medium", "high"]), &["closed"]),
    ],
    sections: &[Section::prose("Findings", &["closed"]), Section::work("Concerns", &["closed"])],
    rules: &[session, scores],
    template: include_str!("../../../templates/review.md"),
    variants: &[],
};

/// The session a review belongs to; the first is 1.
pub fn session_of(record: &Record) -> Option<u32> {
    record.text("session")?.parse().ok().filter(|&session| session > 0)
}

/// The points of a review: all four rubrics of its executive, each once.
///
/// # Errors
/// What is wrong with them, in words.
pub fn points(record: &Record) -> Result<u32, String> {
    let executive = record.text("executive").unwrap_or_default();
    let Some((_, rubrics)) = BOARD.iter().find(|(name, _)| *name == executive) else {
        return Err(format!("`{executive}` is not on the board"));
    };
    let mut total = 0;
    let scores = record.list("scores");
    for rubric in rubrics {
        let mut said = scores.iter().filter_map(|score| {
            let (name, points) = score.value.trim().rsplit_once(' ')?;
            name.trim_end_matches(':').trim().eq_ignore_ascii_case(rubric).then_some(points)
        });
        let (Some(points), None) = (said.next(), said.next()) else {
            return Err(format!("`{rubric}` is not scored exactly once"));
        };
        match points.parse::<u32>() {
            Ok(points) if points <= MOST => total += points,
            _ => return Err(format!("`{rubric}` has `{points}`, which is not 0 to {MOST}")),
        }
    }
    if scores.len() == rubrics.len() {
        Ok(total)
    } else {
        Err(format!("{} scores are there, {} are asked for", scores.len(), rubrics.len()))
    }
}

fn session(record: &Record, sink: &mut Sink) {
    let unnumbered = record.is_closed() && session_of(record).is_none();
    let Some(field) = record.field("session").filter(|_| unnumbered) else { return };
    sink.push(
        Diagnostic::error(&codes::BAD_NAME, Place::text(&record.source, field.span), "the session has no number")
            .cause("the board's sessions are counted from 1")
            .hint("write `session: \"1\"`"),
    );
}

fn scores(record: &Record, sink: &mut Sink) {
    let Some(field) = record.field("scores").filter(|_| record.is_closed()) else { return };
    let Err(why) = points(record) else { return };
    let executive = record.text("executive").unwrap_or_default();
    let rubrics = BOARD.iter().find(|(name, _)| *name == executive).map_or([""; 4], |(_, rubrics)| *rubrics);
    sink.push(
        Diagnostic::error(&codes::SCORES, Place::text(&record.source, field.span), "the scores cannot be added up")
            .cause(why)
            .hint(format!(
                "write `scores: [{}]` with 0 to {MOST} for each",
                rubrics.map(|name| format!("{name} 20")).join(", ")
            )),
    );
}
