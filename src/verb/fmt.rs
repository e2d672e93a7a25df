//! `fmt`: the plan in its canonical form.

use crate::plan::{self, Plan};

/// A file whose text changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// Index in [`Plan::files`].
    pub file: usize,
    pub text: String,
}

/// Returns the files that are not in canonical form, with their new texts.
pub fn run(plan: &Plan) -> Vec<Rewritten> {
    let formatted = plan.files.iter().map(|file| plan::format(&file.source)).enumerate();
    formatted
        .filter(|(file, text)| text != plan.files[*file].source.text())
        .map(|(file, text)| Rewritten { file, text })
        .collect()
}
