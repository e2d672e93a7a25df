//! Gates that need no evidence: what the plan, the paths and the commits of a change say by themselves.

use super::{Answer, Scene, State, Subject};
use crate::diag::Failure;
use crate::doc::markdown;
use crate::gate::work::Work;
use crate::id::RepoPath;
use crate::pattern::PatternSet;
use crate::plan::Item;
use crate::policy::{self, Builtin};
use crate::port::{Blob, Tree};
use crate::record::{Kind, Record, kinds};
use std::collections::BTreeSet;

impl Scene<'_> {
    pub(super) fn builtin(&self, subject: Subject, builtin: Builtin) -> Result<Answer, Failure> {
        let index = match subject {
            Subject::Item(index) => Some(index),
            Subject::Merge | Subject::Baseline => None,
        };
        Ok(match (builtin, index) {
            (Builtin::NoNewDebt, _) => self.no_new_debt()?,
            (Builtin::ReferencesHold, _) => self.references_hold()?,
            (_, None) => Answer::of(State::Error, "only items have this gate"),
            (Builtin::Committed, Some(index)) => self.committed(subject, &self.plan.items[index])?,
            (Builtin::SelfReview, Some(index)) => reviewed(&self.plan.items[index]),
            (Builtin::TasksDone | Builtin::FeaturesDone | Builtin::EpicsDone, Some(index)) => self.children_done(index),
            (Builtin::NoOpenBlockers, Some(index)) => self.none_open(index, &kinds::BLOCKER)?,
            (Builtin::HandoffsClosed, Some(index)) => self.none_open(index, &kinds::HANDOFF)?,
            (Builtin::RetroHeld, Some(index)) => self.retro_held(index)?,
            (Builtin::GoalsMet, Some(index)) => self.goals_met(index),
            (Builtin::FailuresDecided, Some(index)) => self.failures_decided(index)?,
            (Builtin::FreshSession, Some(index)) => self.fresh_session(index)?,
        })
    }

    /// Whether no record of a kind that names the item, or what is below it, is open.
    fn none_open(&self, index: usize, kind: &'static Kind) -> Result<Answer, Failure> {
        let concerns = |record: &&Record| {
            let items = record.list("items").iter().filter_map(|id| self.plan.find(&id.value));
            let mut items = items.flat_map(|item| std::iter::once(item).chain(self.plan.ancestors(item)));
            items.any(|item| item == index)
        };
        let records = self.records.of(kind)?;
        let open: Vec<&str> =
            records.iter().filter(|record| !record.is_closed()).filter(concerns).map(Record::name).collect();
        Ok(if open.is_empty() {
            Answer::of(State::Satisfied, format!("no {} of it is open", kind.name))
        } else {
            Answer::of(State::Unsatisfied, format!("open: {}", open.join(", ")))
        })
    }

    fn retro_held(&self, index: usize) -> Result<Answer, Failure> {
        let id = self.plan.items[index].id.value.as_str();
        let retros = self.records.of(&kinds::RETRO)?;
        Ok(match retros.iter().find(|retro| retro.is_closed() && retro.lists("items", id)) {
            Some(retro) => Answer::of(State::Satisfied, format!("`{}` looks back on it", retro.name())),
            None => Answer::of(State::Unsatisfied, format!("no closed retrospective names `{id}`")),
        })
    }

    /// Each goal that the item or something below it names stands in a ticked criterion of the item.
    fn goals_met(&self, index: usize) -> Answer {
        let item = &self.plan.items[index];
        let below = |other: usize| other == index || self.plan.ancestors(other).any(|above| above == index);
        let goals = (0..self.plan.items.len()).filter(|&other| below(other));
        let goals: BTreeSet<&str> =
            goals.filter_map(|other| self.plan.items[other].goal()).map(|goal| goal.value.trim()).collect();
        let ticked: Vec<String> = item
            .criteria()
            .filter(|criterion| criterion.ticked)
            .map(|criterion| criterion.text.value.to_lowercase())
            .collect();
        let open: Vec<&str> = goals
            .iter()
            .copied()
            .filter(|goal| !ticked.iter().any(|text| text.contains(&goal.to_lowercase())))
            .collect();
        match (goals.len(), open.as_slice()) {
            (0, _) => Answer::of(State::Unsatisfied, "nothing in it names a goal; write `goal: …`"),
            (all, []) => Answer::of(State::Satisfied, format!("{all} goals have a ticked criterion")),
            (_, open) => Answer::of(State::Unsatisfied, format!("no ticked criterion names: {}", open.join(", "))),
        }
    }

    fn children_done(&self, index: usize) -> Answer {
        let open: Vec<&str> = self
            .plan
            .children(index)
            .iter()
            .filter(|&&child| !self.plan.is_closed(child))
            .map(|&child| self.plan.items[child].id.value.as_str())
            .collect();
        if open.is_empty() {
            Answer::of(State::Satisfied, "everything below it is done or dropped")
        } else {
            Answer::of(State::Unsatisfied, format!("still open: {}", open.join(", ")))
        }
    }

    fn committed(&self, subject: Subject, item: &Item) -> Result<Answer, Failure> {
        let id = item.id.value.folded();
        let touches = self.touches(subject);
        let touched = PatternSet::of_valid(touches.iter().copied());
        let plan_folder = RepoPath::from(policy::PLAN_FOLDER);
        let counts = |paths: &[RepoPath]| {
            paths
                .iter()
                .any(|path| if touches.is_empty() { !path.is_within(&plan_folder) } else { touched.matches(path) })
        };
        for work in self.work.iter().filter(|work| work.items.contains(&id)) {
            if !counts(work.paths(self.history)?) {
                continue;
            }
            return Ok(Answer::of(State::Satisfied, format!("commit {} names it", work.commit.id.short())));
        }
        let earlier = self.earlier.naming(&id, |work| Ok(counts(work.paths(self.history)?)))?;
        if let Some(commit) = earlier {
            return Ok(Answer::of(State::Satisfied, format!("commit {} names it", commit.id.short())));
        }
        Ok(Answer::of(
            State::Unsatisfied,
            if touches.is_empty() {
                format!("no commit names `{}` and changes something outside the plan folder", item.id.value)
            } else {
                format!("no commit names `{}` and changes something inside {}", item.id.value, touches.join(", "))
            },
        ))
    }

    pub(super) fn changed_together(&self, paths: &[crate::text::Spanned<String>], or: Option<&str>) -> Answer {
        let wanted = PatternSet::of_valid(paths.iter().map(|pattern| pattern.value.as_str()));
        if let Some(path) = self.changed.iter().find(|path| wanted.matches(path)) {
            return Answer::of(State::Satisfied, format!("`{path}` changed too"));
        }
        if let Some(text) = or {
            let says = |work: &&Work| work.commit.message.lines().any(|line| line.trim().starts_with(text));
            if let Some(work) = self.work.iter().find(says) {
                return Answer::of(State::Satisfied, format!("commit {} says `{text}`", work.commit.id.short()));
            }
        }
        let names: Vec<&str> = paths.iter().map(|pattern| pattern.value.as_str()).collect();
        let or = or.map(|text| format!(", and no commit message has a line `{text}`")).unwrap_or_default();
        Answer::of(State::Unsatisfied, format!("nothing in {} changed{or}", names.join(", ")))
    }

    pub(super) fn checklist(&self, document: &str) -> Result<Answer, Failure> {
        let path = RepoPath::from(document);
        let text = match document_text(self.tree, &path)? {
            Ok(Some(text)) => text,
            Ok(None) => return Ok(Answer::of(State::Unsatisfied, format!("`{document}` is not there"))),
            Err(why) => return Ok(Answer::of(State::Error, format!("`{document}` {why}"))),
        };
        let Some(boxes) = markdown::boxes(&text) else {
            return Ok(Answer::of(State::Error, format!("`{document}` nests too deeply to be read")));
        };
        // A box that is open on the protected side is met by a tick, and not by taking it away.
        let before = document_text(self.base_tree, &path)?.ok().flatten().unwrap_or_default();
        let open_before = markdown::boxes(&before).unwrap_or_default().into_iter().filter(|one| !one.ticked);
        let mut gone = open_before.filter(|one| !boxes.iter().any(|now| now.text == one.text));
        if let Some(gone) = gone.next() {
            let why = format!("an open box of `{document}` was taken away: {}", gone.text);
            return Ok(Answer::of(State::Unsatisfied, why));
        }
        let open = boxes.iter().filter(|one| !one.ticked).count();
        Ok(match (boxes.len(), open) {
            (0, _) => Answer::of(State::Unsatisfied, format!("`{document}` has no boxes")),
            (all, 0) => Answer::of(State::Satisfied, format!("all {all} boxes of `{document}` are ticked")),
            (all, open) => Answer::of(State::Unsatisfied, format!("{open} of {all} boxes of `{document}` are open")),
        })
    }
}

fn reviewed(item: &Item) -> Answer {
    let about: Vec<_> = item.criteria().filter(|criterion| speaks_of_review(criterion.text.value)).collect();
    match about.first() {
        None => Answer::of(
            State::Unsatisfied,
            "no criterion speaks of a self-review; add `- [ ] self-review` under the item",
        ),
        Some(_) if about.iter().all(|criterion| criterion.ticked) => {
            Answer::of(State::Satisfied, "the self-review box is ticked")
        }
        Some(_) => Answer::of(State::Unsatisfied, "the self-review box is open"),
    }
}

fn speaks_of_review(text: &str) -> bool {
    let text = text.to_lowercase().replace(['-', '_'], " ");
    text.contains("self review")
}

/// The text of a document, if it is there; the inner error says what keeps it from being read.
fn document_text(tree: &dyn Tree, path: &RepoPath) -> Result<Result<Option<String>, String>, Failure> {
    const LIMIT: u64 = 4 * 1024 * 1024;
    if !tree.entry(path)?.is_some_and(|entry| entry.kind.is_regular()) {
        return Ok(Ok(None));
    }
    Ok(match tree.blob(path, LIMIT)? {
        Blob::Bytes(bytes) => String::from_utf8(bytes).map(Some).map_err(|_| "is not UTF-8".to_owned()),
        Blob::TooLarge(_) => Err(format!("is larger than {LIMIT} bytes")),
    })
}
