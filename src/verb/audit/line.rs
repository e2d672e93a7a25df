//! Moves that nobody recorded, read from the first-parent history.
//!
//! Several commits may have landed in one push, the evidence in the last of them. So a commit that does not prove
//! itself waits: the nearest later one that proves all since the last verified commit closes the move. Until then
//! each commit is also judged by itself, so that one bad move does not darken everything after it.

use super::{Audit, MAX_COMMITS, Past, Source, Standing};
use crate::diag::Failure;
use crate::id::ObjectId;

/// So many commits in a row are tried as one move; beyond that only ever rarer, or the cost would grow with the square
/// of the history.
const TRIED_IN_A_ROW: usize = 64;

/// Commits that are not proven (yet), since the last one that was.
#[derive(Default)]
struct Open {
    /// The last verified commit.
    anchor: Option<ObjectId>,
    /// Positions of the moves that wait.
    waiting: Vec<usize>,
    /// Commits since the anchor, and at how many the next try to close is due.
    distance: usize,
    due: usize,
}

impl Open {
    fn is_due(&mut self, last: bool) -> bool {
        self.distance += 1;
        if self.distance < self.due && !last {
            return false;
        }
        self.due = self.distance + 1 + self.distance / TRIED_IN_A_ROW * 4;
        true
    }
}

impl Audit<'_> {
    /// The moves after `from` up to `tip`, oldest first.
    pub(super) fn line(&self, from: Option<&ObjectId>, tip: &ObjectId) -> Result<Vec<Past>, Failure> {
        let commits = self.first_parents(from, tip)?;
        let mut moves: Vec<Option<Past>> = Vec::new();
        let mut open = Open { anchor: from.cloned(), ..Open::default() };
        let mut before = from.cloned();
        let mut adopted = false;
        for (index, commit) in commits.iter().enumerate() {
            let last = index + 1 == commits.len();
            let mut past = None;
            if !open.waiting.is_empty() && open.is_due(last) {
                let whole = self.classify(open.anchor.as_ref(), commit, None, Source::History)?;
                if whole.standing != Standing::Unverified {
                    // What led here landed in one push, or was proven by it.
                    open.waiting.drain(..).for_each(|position| moves[position] = None);
                    past = Some(whole);
                }
            }
            let mut past = match past {
                Some(past) => past,
                None => self.classify(before.as_ref(), commit, None, Source::History)?,
            };
            if past.standing == Standing::Adoption && adopted && !open.waiting.is_empty() {
                past.standing = Standing::Unverified;
                past.why = Some("the policy was taken away before, by a move that is not verified".to_owned());
            }
            adopted |= matches!(past.standing, Standing::Verified | Standing::Waived);
            if past.standing == Standing::Unverified {
                open.waiting.push(moves.len());
            } else if open.waiting.is_empty() {
                open = Open { anchor: Some(commit.clone()), ..Open::default() };
            }
            moves.push(Some(past));
            before = Some(commit.clone());
        }
        Ok(moves.into_iter().flatten().collect())
    }

    /// The first-parent line to `tip`, oldest first, without `from` and what lies before.
    fn first_parents(&self, from: Option<&ObjectId>, tip: &ObjectId) -> Result<Vec<ObjectId>, Failure> {
        let mut line = Vec::new();
        let mut next = Some(tip.clone());
        while let Some(id) = next.filter(|id| Some(id) != from) {
            if line.len() >= MAX_COMMITS {
                return Err(Failure::new(format!("the history has more than {MAX_COMMITS} commits")));
            }
            next = self.repo.commit(&id)?.parents.into_iter().next();
            line.push(id);
        }
        line.reverse();
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use super::Open;

    #[test]
    fn tries_to_close_a_move_cost_no_square_of_the_history() {
        for commits in [100, 1_000, 10_000] {
            let mut open = Open::default();
            let looked_at: usize = (1..=commits).filter(|&at| open.is_due(at == commits)).sum();
            assert!(looked_at <= 64 * commits, "{commits} commits: {looked_at}");
            assert_eq!(open.distance, commits, "the last commit is always tried");
        }
    }
}
