//! `fmt`: the plan in its canonical form.

use crate::plan::{self, Plan, PlanFile, edit};
use crate::text::Source;
use std::collections::HashSet;

/// A file whose text changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// Index in [`Plan::files`].
    pub file: usize,
    pub text: String,
}

/// Returns the files that are not in canonical form, with their new texts. With `ids` every box that would be a task
/// gets an id first.
pub fn run(plan: &Plan, ids: bool) -> Vec<Rewritten> {
    let mut taken = HashSet::new();
    let mut new_text = |file: &PlanFile| {
        let may = ids && edit::writable(file).is_ok();
        let named = may.then(|| plan::name_boxes(plan, &file.source, &mut taken));
        let source = named.map_or_else(|| file.source.clone(), |text| Source::new(file.source.path(), text));
        plan::format(&source)
    };
    let formatted: Vec<(usize, String)> = plan.files.iter().map(&mut new_text).enumerate().collect();
    formatted
        .into_iter()
        .filter(|(file, text)| text != plan.files[*file].source.text())
        .map(|(file, text)| Rewritten { file, text })
        .collect()
}
