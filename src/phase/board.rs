//! The review board: three executives, four rubrics each, one verdict.
//!
//! A review counts for the plan it was written about. Every change of the plan asks for a new session.

use crate::diag::Failure;
use crate::evidence::Digest;
use crate::plan::Plan;
use crate::policy::Board;
use crate::record::Record;
use crate::record::kinds::review::{BOARD, points, session_of};
use crate::roster::Roster;

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

    /// Two seats whose reviews one person closed, with the name: one person has one voice, whatever roles they hold and
    /// under whatever name they were known.
    pub fn one_for_two<'s>(&'s self, roster: Option<&'s Roster>) -> Option<(&'static str, &'static str, &'s str)> {
        let closed = |seat: &'s Seat| {
            let by = seat.review.as_ref()?.0.last_step().by.value.as_str();
            Some((seat.executive, roster.map_or(by, |roster| roster.known_as(by))))
        };
        let closed: Vec<(&'static str, &'s str)> = self.seats.iter().filter_map(closed).collect();
        closed.iter().enumerate().find_map(|(at, (executive, by))| {
            let (first, _) = closed[..at].iter().find(|(_, other)| other == by)?;
            Some((*first, *executive, *by))
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::policy::Conduct;
    use crate::record::{kinds, parse};
    use crate::text::Source;

    fn review(executive: &str, rubrics: &str, by: &str) -> Record {
        let text = format!(
            "---\npassmuster: review/1\ntitle: t\nstate: closed\nby: {by}\nat: 2026-01-01T00:00:00Z\nexecutive: {executive}\n\
             session: \"1\"\nplan: p\nscores: [{rubrics}]\nconfidence: high\nsteps:\n  \
             - {{to: closed, by: {by}, at: 2026-01-01T01:00:00Z}}\n---\n# t\n"
        );
        parse(&kinds::REVIEW, &Source::new(format!("plan/review-board/{executive}.md"), text), &mut Sink::new())
            .unwrap()
    }

    #[test]
    fn one_person_has_one_voice() {
        let reviews = |third: &str| {
            [
                review("cio", "research 25, dependencies 25, technology 25, sources 25", "ada"),
                review("cto", "architecture 25, quality 25, security 25, operability 25", "bob"),
                review("coo", "goals 25, timeline 25, capacity 25, experience 25", third),
            ]
        };
        let roster = "passmuster: roster/1\nmembers: [{ name: ada, was: [grace] }, { name: bob }, { name: eve }]\n";
        let roster = crate::roster::parse(&Source::new("r", roster), &mut Sink::new()).unwrap();
        let of = |third: &str| {
            let session = Session::newest(&reviews(third), &Digest::of(&[]), Conduct::default().board).unwrap();
            session.one_for_two(Some(&roster)).map(|(first, second, by)| format!("{first} {second} {by}"))
        };
        assert_eq!(of("eve"), None);
        assert_eq!(of("ada").as_deref(), Some("cio coo ada"));
        assert_eq!(of("grace").as_deref(), Some("cio coo ada"), "it is who she was");
        assert_eq!(of("bob").as_deref(), Some("cto coo bob"));
    }
}
