//! Git hooks: the program under a hook's name, and putting it there.
//!
//! Edge. Git starts hooks for every move of any ref, so [`started`] runs before arguments are parsed, and a call
//! that concerns no protected name leaves without opening the repository. What is decided is decided by `judge`,
//! as on the command line; here is only which move a hook call stands for, and what to tell afterwards.
//!
//! There is no variable or switch that marks "already inside a hook": whatever the hooks themselves start only
//! reads (trees and commits it writes move no ref), so nothing here calls a hook again, and nobody can pass by
//! pretending it did.

mod call;
pub mod configured;
mod former;
pub mod install;
mod mend;
mod message;
mod moves;
mod push;
mod rebase;
mod say;
mod server;
pub mod store;

use crate::diag::Failure;
use call::Call;
use std::ffi::OsString;
use std::process::ExitCode;

/// What a hook answers Git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Pass,
    Refuse,
    /// A hook that was there before us ended with this status.
    Foreign(u8),
}

/// Runs the hook if this process was started as one: by a hook's name, or as `passmuster hook PATH ARGS…` from a
/// shim. `None`: it was not.
pub fn started(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let call = Call::of(args)?;
    let answer = run(&call).unwrap_or_else(|failure| {
        say::failure(&call, &failure);
        Answer::Foreign(3)
    });
    Some(match answer {
        Answer::Pass => ExitCode::SUCCESS,
        Answer::Refuse => ExitCode::from(1),
        Answer::Foreign(status) => ExitCode::from(status),
    })
}

/// The hooks that were there before come first: they may change the message, and their refusal is cheaper.
fn run(call: &Call) -> Result<Answer, Failure> {
    let idle = call.name() == "reference-transaction" && call.arg(0) != "prepared";
    if let Some(foreign) = call.foreign() {
        let status = call.run_foreign(&foreign)?;
        if status != 0 {
            return Ok(Answer::Foreign(status));
        }
    }
    if idle {
        return Ok(Answer::Pass);
    }
    match call.name() {
        "reference-transaction" => moves::reference_transaction(call),
        "pre-merge-commit" => moves::pre_merge_commit(),
        "pre-rebase" => rebase::pre_rebase(call),
        "prepare-commit-msg" => message::prepare(call),
        "commit-msg" => message::check(call),
        "pre-commit" if install::wants_pre_commit(call.folder()) => message::pre_commit(),
        "pre-push" => push::pre_push(call),
        "pre-receive" => server::pre_receive(call),
        "post-receive" => server::post_receive(call),
        _ => Ok(Answer::Pass),
    }
}
