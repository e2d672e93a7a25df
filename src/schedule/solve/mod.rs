//! Short schedules under scarce resources.
//!
//! Domain layer; knows no plan, no calendar and no clock. What can be done beside what is asked of a [`Decoder`], so
//! the same search serves benchmark problems and people with calendars: [`improve`] turns its lists into a
//! [`Solution`] that says how far from the best it may be. Whole minutes throughout, and the same bytes for the same
//! seed on any number of threads.

mod budget;
mod decoder;
mod justify;
mod precedence;
mod search;

pub use budget::{Budget, Solution};
pub use decoder::{Decoder, Schedule};
pub use precedence::Precedence;
pub use search::improve;
