//! Integration tests: real Git, real files, the real binary.

mod harness;
mod layers;
