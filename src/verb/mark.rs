//! `done` and `reopen`: ticks items, or takes their ticks away.
//!
//! A tick is only a claim, so nothing here asks whether it is true; what stands against it is told as a warning, and
//! the gates decide at the merge.

use super::fmt::Rewritten;
use super::standing::{Met, Standings};
use crate::diag::{Failure, nearest};
use crate::plan::edit::{self, Edit};
use crate::plan::{Mark, Plan};
use crate::port::Tree;
use std::collections::{BTreeMap, BTreeSet};

/// What to do with the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Done,
    Reopen,
}

/// What happened to one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// Index in [`Plan::items`].
    pub index: usize,
    /// `false`: the plan said so already.
    pub changed: bool,
    /// What stands against the claim, one sentence each.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub items: Vec<Marked>,
    pub files: Vec<Rewritten>,
}

/// Ticks or unticks items; the new texts are left to be written.
///
/// # Errors
/// An id names no item or two, a file has a format this version does not write, or the tree could not be read.
pub fn run(plan: &Plan, tree: &dyn Tree, ids: &[String], turn: Turn) -> Result<Outcome, Failure> {
    let indices = ids.iter().map(|id| find(plan, id)).collect::<Result<BTreeSet<usize>, _>>()?;
    let standings = Standings::new(plan, tree)?;
    let mut outcome = Outcome::default();
    let mut edits: BTreeMap<usize, Vec<Edit>> = BTreeMap::new();
    for index in indices {
        let item = &plan.items[index];
        if !edits.contains_key(&item.file) {
            edit::writable(&plan.files[item.file])?;
        }
        let edit = edit::set_mark(plan, index, turn == Turn::Done)?;
        let changed = edit.is_some();
        edits.entry(item.file).or_default().extend(edit);
        let warnings = match turn {
            Turn::Done => against(plan, &standings, index),
            Turn::Reopen => rests_on(plan, index, changed),
        };
        outcome.items.push(Marked { index, changed, warnings });
    }
    for (file, edits) in edits.into_iter().filter(|(_, edits)| !edits.is_empty()) {
        outcome.files.push(Rewritten { file, text: edit::apply(plan.files[file].source.text(), &edits) });
    }
    Ok(outcome)
}

/// The item of an id that somebody typed.
///
/// # Errors
/// There is none, or more than one.
pub fn find(plan: &Plan, id: &str) -> Result<usize, Failure> {
    let Some(index) = plan.find(id) else {
        let failure = Failure::usage(format!("there is no item `{id}` in the plan"));
        let near = nearest(id, plan.items.iter().map(|item| item.id.value.as_str()));
        return Err(match near {
            Some(near) => failure.because(format!("the nearest id is `{near}`")).hint(format!("write `{near}`")),
            None => failure
                .because(format!("the plan has {} items, and none is near", plan.items.len()))
                .hint("run `passmuster next --all` to see what is open"),
        });
    };
    let name = plan.items[index].id.as_str();
    // What is found is the first; another one stands after it.
    match plan.items[index + 1..].iter().any(|item| item.id.as_str().eq_ignore_ascii_case(name)) {
        false => Ok(index),
        true => Err(Failure::usage(format!("`{id}` names more than one item"))
            .because("ids are compared without regard to case, over all files of the plan")
            .hint("run `passmuster check` to see where they stand, and rename one")),
    }
}

/// What stands against a claim of the item.
fn against(plan: &Plan, standings: &Standings<'_>, index: usize) -> Vec<String> {
    let item = &plan.items[index];
    let mut warnings = Vec::new();
    let open: Vec<&str> =
        item.criteria().filter(|criterion| !criterion.ticked).map(|criterion| criterion.text.value).collect();
    match open.as_slice() {
        [] => {}
        [one] => warnings.push(format!("a criterion is open: {one}")),
        [first, rest @ ..] => warnings.push(format!("{} criteria are open: {first}, …", rest.len() + 1)),
    }
    let around = std::iter::once(index).chain(plan.ancestors(index));
    let unmet = around.flat_map(|one| standings.needs(one)).filter(|(_, met)| *met == Met::No);
    let names: Vec<String> = unmet.map(|(need, _)| format!("`{}`", need.target.value)).collect();
    if !names.is_empty() {
        warnings.push(format!("it needs {}, which is not done", names.join(", ")));
    }
    warnings.extend(standings.blockers(index).map(|name| format!("it is blocked by `{name}`")));
    warnings.extend(standings.frozen(index).map(|name| format!("nothing of it lands while `{name}` is open")));
    let children = plan.children(index).iter().filter(|&&child| !plan.is_closed(child));
    let names: Vec<String> = children.map(|&child| format!("`{}`", plan.items[child].id.value)).collect();
    if !names.is_empty() {
        warnings.push(format!("in it is open: {}", names.join(", ")));
    }
    if item.status().is_some() {
        warnings.push("its `status` says that it is dropped or waits".to_owned());
    }
    warnings
}

/// What still claims the item, or rests on it, when its own tick is gone.
fn rests_on(plan: &Plan, index: usize, changed: bool) -> Vec<String> {
    let mut warnings = Vec::new();
    if !changed && plan.items[index].mark == Mark::None && plan.claimed(index) {
        warnings.push("it has no box of its own: it is done because all in it is; reopen one of those".to_owned());
    }
    let dependants = plan.dependants(index);
    let parents = plan.ancestors(index).filter(|&above| plan.items[above].mark == Mark::Ticked);
    let claimed = dependants.into_iter().filter(|&other| plan.claimed(other));
    let names: Vec<String> = parents.chain(claimed).map(|other| format!("`{}`", plan.items[other].id.value)).collect();
    if !names.is_empty() {
        warnings.push(format!("still claimed done, and resting on it: {}", names.join(", ")));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::port::memory::MemoryTree;
    use crate::text::Source;

    const TEXT: &str = "## [ ] Epic E1: e\n- [ ] T-01: a\r\n  - needs: T-02\n  - [ ] shown\n- [ ] T-02: b";

    fn mark(text: &str, ids: &[&str], turn: Turn) -> Result<(String, Vec<Marked>), Failure> {
        let plan = read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new());
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut outcome = run(&plan, &MemoryTree::default(), &ids, turn)?;
        let text = outcome.files.pop().map_or(text.to_owned(), |file| file.text);
        Ok((text, outcome.items))
    }

    #[test]
    fn only_the_boxes_change_and_twice_is_once() {
        let (text, items) = mark(TEXT, &["t-01", "T-02", "T-01"], Turn::Done).unwrap();
        assert_eq!(text, TEXT.replace("- [ ] T", "- [x] T"));
        assert!(items.iter().all(|item| item.changed) && items.len() == 2);
        assert_eq!(items[0].warnings, ["a criterion is open: shown", "it needs `T-02`, which is not done"]);
        let (again, items) = mark(&text, &["T-01"], Turn::Done).unwrap();
        assert!(again == text && !items[0].changed);
        assert_eq!(mark(&text, &["T-01", "T-02"], Turn::Reopen).unwrap().0, TEXT);
    }

    #[test]
    fn reopening_names_what_rests_on_it() {
        let text = "## [x] Epic E1: e\n- [x] T-01: a\n  - needs: T-02\n- [x] T-02: b\n";
        let (_, items) = mark(text, &["T-02"], Turn::Reopen).unwrap();
        assert_eq!(items[0].warnings, ["still claimed done, and resting on it: `E1`, `T-01`"]);
        let (same, items) = mark("## Epic E1: e\n- [x] T-01: a\n", &["E1"], Turn::Reopen).unwrap();
        assert!(same.starts_with("## Epic") && items[0].warnings[0].starts_with("it has no box"));
    }

    #[test]
    fn what_is_not_clear_is_refused() {
        for (text, id, message) in [
            (TEXT, "T-03", "there is no item `T-03` in the plan"),
            (TEXT, "nothing", "there is no item `nothing` in the plan"),
            ("- [ ] T-01: a\n- [ ] t-01: b\n", "T-01", "`T-01` names more than one item"),
            ("---\npassmuster: plan/2\n---\n- [ ] T-01: a\n", "T-01", "`p` is not changed"),
            ("- [ ] T-01: a\n<<<<<<< a\n=======\n>>>>>>> b\n", "T-01", "`p` is not changed"),
        ] {
            assert_eq!(mark(text, &[id], Turn::Done).unwrap_err().message, message);
        }
    }
}
