//! The `passmuster` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    passmuster::cli::report_bugs();
    // Whatever must leave early (Git starts the program under a hook's name for every move of a ref) is decided
    // here, before arguments are parsed.
    passmuster::cli::main(std::env::args_os())
}
