//! Tasks marked `[P]` whose titles name the same file.
//!
//! Domain layer; part of [`check`](super::check()). `[P]` promises different files. Paths in a title are only proposals
//! of what a task touches: nothing is enforced by them, but two that are equal are worth a word.

use super::check::place;
use super::{Plan, codes};
use crate::diag::{Diagnostic, Sink};
use hashbrown::HashMap;

/// Reports open parallel neighbours without an order that name the same file.
pub(super) fn same_files(plan: &Plan, sink: &mut Sink) {
    let mut users: HashMap<(Option<usize>, &str), usize> = HashMap::new();
    for (index, item) in plan.items.iter().enumerate().filter(|(_, item)| item.parallel) {
        if plan.is_closed(index) || item.touches().next().is_some() {
            continue;
        }
        for path in item.proposed_touches() {
            let first = *users.entry((item.parent, path.value)).or_insert(index);
            let ordered =
                plan.targets(index).any(|other| other == first) || plan.targets(first).any(|other| other == index);
            if first == index || ordered {
                continue;
            }
            let other = &plan.items[first];
            let finding = Diagnostic::warning(
                &codes::PARALLEL_SAME_PATH,
                place(plan, item, path.span),
                format!("`{}` and `{}` are marked `[P]` and name the same file", other.id.value, item.id.value),
            )
            .label(place(plan, other, other.id.span), "the other one")
            .cause(format!("both name `{}`, and neither waits for the other", path.value))
            .hint(format!("remove one `[P]`, or write `needs: {}` under `{}`", other.id.value, item.id.value));
            sink.push(finding);
        }
    }
}
