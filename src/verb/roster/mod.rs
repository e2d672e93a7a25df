//! What can be done with the roster besides reading it.

pub mod export;
pub mod gaps;
pub mod hand_over;
pub mod import;
pub mod lint;
