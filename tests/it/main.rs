//! Integration tests: real Git, real files, the real binary.

mod cli;
mod explain;
mod harness;
mod layers;
mod scripts;
