//! Further ways to write an item: a row of a table, a bold bullet, a file of its own.
//!
//! Domain layer; pure functions and small states that the builder in `parse` asks, each in a file of its own. A
//! carrier only finds out where things stand: ids, titles and values become the same items and fields as everywhere.
//!
//! Rows and bullets also *mention* items: a table of estimates, a list of who does what. So they are weak: where a box,
//! a heading or a file in the same document has the id, the row or bullet is no item.

pub(super) mod bullet;
pub(super) mod record;
pub(super) mod table;
