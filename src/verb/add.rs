//! `add`: writes a new item.

use super::change::Changed;
use super::mark::find;
use super::set::settled;
use crate::diag::Failure;
use crate::id::ItemId;
use crate::plan::edit::{self, Addition, Position, Setting};
use crate::plan::{Kind, Plan};

/// What is to be written, as it was typed.
#[derive(Clone, Debug)]
pub struct Request {
    pub kind: Kind,
    pub title: String,
    /// Without one the next free id is taken.
    pub id: Option<String>,
    pub place: Place,
    /// As [`Setting::parse`] reads them.
    pub settings: Vec<String>,
}

/// Where an item is to stand, as it was typed.
#[derive(Clone, Debug)]
pub enum Place {
    Under(String),
    Before(String),
    After(String),
    /// At the end of the main file.
    End,
}

impl Place {
    /// # Errors
    /// An id names no item or two.
    pub fn find(&self, plan: &Plan) -> Result<Position, Failure> {
        Ok(match self {
            Self::Under(id) => Position::Under(find(plan, id)?),
            Self::Before(id) => Position::Before(find(plan, id)?),
            Self::After(id) => Position::After(find(plan, id)?),
            Self::End => Position::End(0),
        })
    }
}

/// Writes the item with all its settings, or nothing at all.
///
/// # Errors
/// The id is taken or none, the place is not there, a setting makes no sense, or a file must not be written.
pub fn run(plan: &Plan, request: &Request) -> Result<Changed, Failure> {
    let position = request.place.find(plan)?;
    let file = match position {
        Position::Under(other) | Position::Before(other) | Position::After(other) => plan.items[other].file,
        Position::End(file) => file,
    };
    edit::writable(&plan.files[file])?;
    let settings: Vec<Setting> = request.settings.iter().map(|text| Setting::parse(text)).collect::<Result<_, _>>()?;
    let id = match &request.id {
        Some(id) => ItemId::parse(id).ok_or_else(|| {
            Failure::usage(format!("`{id}` cannot be an id"))
                .hint("use letters, digits, `.`, `_` and `-`, at most 64, with a letter or digit first")
        })?,
        None => edit::next_id(plan, request.kind, position)
            .ok_or_else(|| Failure::usage("no id can be made from those beside it").hint("give one with `--id`"))?,
    };
    let addition = Addition { kind: request.kind, id, title: request.title.clone(), position };
    let changes = edit::add(plan, &addition)?;
    let after = settled(&edit::with_changes(plan, &changes), addition.id.as_str(), &settings)?;
    let index = after.find(addition.id.as_str()).expect("an edit was checked to keep its item");
    Changed::new(plan, after, index)
}
