//! What can be done with the roster besides reading it.

pub mod import;
