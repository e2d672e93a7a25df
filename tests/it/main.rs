//! Integration tests: real Git, real files, the real binary.

mod assign;
mod attacks;
mod cases;
mod cli;
mod corpus;
mod coverage;
mod demo;
mod explain;
mod gates;
mod harness;
mod import;
mod init;
mod judge;
mod layers;
mod lsp;
mod phases;
mod plan_verbs;
mod readme;
mod records;
mod repositories;
mod roster;
mod schema;
mod scripts;
mod templates;
mod trust;
mod watch;
