//! The review board: three executives, four rubrics each, one verdict.
//!
//! A review counts for the plan it was written about. Every change of the plan asks for a new session.

use crate::diag::Failure;
use crate::evidence::Digest;
use crate::plan::Plan;
use crate::policy::Board;
use crate::record::Record;
use crate::record::kinds::review::{BOARD, points, session_of};

/// What an executive, or the whole board, says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Approved,
    WithConcerns,
    Rejected,
}

impl Verdict {
    /// The verdict of so many points of 100.
    ///
    /// ```
    /// use passmuster::{phase::board::Verdict, policy::Conduct};
    /// let board = Conduct::default().board;
    /// let verdicts = [69, 70, 84, 85].map(|points| Verdict::of(points, board).name());
    /// assert_eq!(verdicts, ["rejected", "approved with concerns", "approved with concerns", "approved"]);
    /// ```
    pub fn of(points: u32, board: Board) -> Self {
        match points {
            points if points >= board.approved => Self::Approved,
            points if points >= board.concerns => Self::WithConcerns,
            _ => Self::Rejected,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::WithConcerns => "approved with concerns",
            Self::Rejected => "rejected",
        }
    }
}

/// One executive's seat in a session.
#[derive(Clone, Debug)]
pub struct Seat {
    pub executive: &'static str,
    /// The closed review, with its points; the last one counts.
    pub review: Option<(Record, u32)>,
    /// What the points come to.
    pub verdict: Option<Verdict>,
}

/// The newest session of the board.
#[derive(Clone, Debug)]
pub struct Session {
    /// From 1.
    pub number: u32,
    pub seats: Vec<Seat>,
    /// Whether every review is about the plan as it is.
    pub current: bool,
}

impl Session {
    /// The newest session among the reviews; `plan` is the digest of the plan as it is.
    pub fn newest(reviews: &[Record], plan: &Digest, board: Board) -> Option<Self> {
        // Anybody may open a review; a session begins when an executive closes one.
        let closed = reviews.iter().filter(|review| review.is_closed()).filter_map(session_of).max();
        let number = closed.or_else(|| reviews.iter().filter_map(session_of).max())?;
        let of_session = || reviews.iter().filter(|review| session_of(review) == Some(number));
        let seats: Vec<Seat> = BOARD
            .iter()
            .map(|(executive, _)| {
                let closed =
                    of_session().filter(|review| review.is_closed() && review.text("executive") == Some(executive));
                let scored = closed.filter_map(|review| Some((review.clone(), points(review).ok()?)));
                let review = scored.max_by_key(|(review, _)| review.last_step().at.value);
                let verdict = review.as_ref().map(|(_, points)| Verdict::of(*points, board));
                Seat { executive, review, verdict }
            })
            .collect();
        let about =
            |seat: &Seat| seat.review.as_ref().is_none_or(|(review, _)| review.text("plan") == Some(plan.as_str()));
        let current = seats.iter().all(about);
        Some(Self { number, seats, current })
    }

    /// The executives who have not closed their review.
    pub fn missing(&self) -> Vec<&'static str> {
        self.seats.iter().filter(|seat| seat.review.is_none()).map(|seat| seat.executive).collect()
    }

    /// The worst verdict of the three; none while somebody is missing, unless one has rejected already.
    pub fn verdict(&self) -> Option<Verdict> {
        let worst = self.seats.iter().filter_map(|seat| seat.verdict).max();
        worst.filter(|verdict| *verdict == Verdict::Rejected || self.missing().is_empty())
    }

    /// The concerns of reviews that approve with some: the review's name, and what each box says.
    pub fn concerns(&self) -> Vec<(String, String)> {
        let with = self.seats.iter().filter(|seat| seat.verdict == Some(Verdict::WithConcerns));
        with.filter_map(|seat| seat.review.as_ref())
            .flat_map(|(review, _)| {
                let boxes = review.section("Concerns").map_or(&[][..], |section| section.boxes.as_slice());
                boxes.iter().map(|one| (review.name().to_owned(), one.text.value.trim().to_owned()))
            })
            .collect()
    }
}

/// The digest of a plan's files, by path and text: what a review is about.
pub fn plan_digest(plan: &Plan) -> Digest {
    let mut parts: Vec<&[u8]> = vec![b"plan/1"];
    for file in &plan.files {
        parts.extend([file.source.path().as_bytes(), file.source.text().as_bytes()]);
    }
    Digest::of(&parts)
}

/// The newest session of the board, if there was any.
///
/// # Errors
/// A file could not be read.
pub fn session(view: &super::View<'_>) -> Result<Option<Session>, Failure> {
    let reviews = view.records.of(&crate::record::kinds::REVIEW)?;
    Ok(Session::newest(&reviews, &plan_digest(view.plan), view.policy.conduct.board))
}
