//! The `passmuster` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    passmuster::cli::report_bugs();
    // Git starts the program under a hook's name for every move of a ref: that is decided before arguments are
    // parsed.
    match passmuster::hook::started(std::env::args_os()) {
        Some(end) => end,
        None => passmuster::cli::main(std::env::args_os()),
    }
}
