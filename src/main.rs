//! The `passmuster` program.

fn main() {}
