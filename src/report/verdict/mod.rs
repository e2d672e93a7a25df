//! A verdict for a forge: the summary of a job, its outputs, and JUnit for reporters.
//!
//! One file per form. All of them tell the same verdict; none decides anything.

pub mod junit;
pub mod outputs;
pub mod summary;

pub use summary::{summary, unjudged};

#[cfg(test)]
mod tests;
