//! Files on disk: the work tree as a [`Tree`](crate::port::Tree), writes that leave a file whole, locks, answers kept.
//!
//! Edge; home of walkdir and of writing through `std::fs`. Knows nothing about Git beyond the name `.git`: ids
//! come from a function the caller hands in.

mod answers;
mod stamp;
mod work_tree;
mod write;

pub use answers::{Answers, SeenTree};
pub use stamp::{Stamp, stamps};
pub use work_tree::WorkTree;
pub use write::{Lock, append, create_new, lock, read, remove, write_atomic};
