//! `move`: puts an item, with everything in it, at another place.

use super::add::Place;
use super::change::Changed;
use super::mark::find;
use crate::diag::Failure;
use crate::plan::Plan;
use crate::plan::edit;

/// Moves an item.
///
/// # Errors
/// An id names no item or two, the item cannot stand there, or a file must not be written.
pub fn run(plan: &Plan, id: &str, place: &Place) -> Result<Changed, Failure> {
    let index = find(plan, id)?;
    edit::writable(&plan.files[plan.items[index].file])?;
    let changes = edit::relocate(plan, index, place.find(plan)?)?;
    Changed::apply(plan, &changes, plan.items[index].id.as_str())
}
