//! Integration tests: real Git, real files, the real binary.

mod cases;
mod cli;
mod explain;
mod harness;
mod layers;
mod readme;
mod scripts;
