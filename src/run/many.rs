//! Independent gates at the same time.
//!
//! Edge. The calling thread owns the tree and writes the exports; workers only run commands. So a tree need not
//! be shared between threads, and at most one more export exists than there are workers.

use super::gate::{Job, Prepared, Run, Setting};
use super::group::{Watch, interrupted};
use std::num::NonZero;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What happens while gates run; the number is the gate's place in the list.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    Started(usize),
    Finished(usize, &'a Run),
}

/// Runs gates, at most `at_once` at a time, and returns what came of each in the order given. `on` is called
/// from several threads. After an interrupt the rest is not run (see [`interrupted`]).
pub fn many(
    setting: &Setting<'_>,
    jobs: &[Job<'_>],
    at_once: NonZero<usize>,
    on: &(dyn Fn(Progress<'_>) + Sync),
) -> Vec<Run> {
    // Without handlers an interrupt ends this program as ever; that is no reason not to run.
    let _watch = Watch::start();
    let runs: Vec<OnceLock<Run>> = jobs.iter().map(|_| OnceLock::new()).collect();
    let finish = |index: usize, run: Run| {
        on(Progress::Finished(index, &run));
        runs[index].set(run).expect("each gate runs once");
    };
    let work = |index: usize, prepared: Prepared<'_>| {
        on(Progress::Started(index));
        finish(index, prepared.run());
    };
    std::thread::scope(|scope| {
        // No room in between: an export is handed over when a worker is free for it.
        let (hand_over, take) = mpsc::sync_channel(0);
        let take = Arc::new(Mutex::new(take));
        for _ in 0..at_once.get().min(jobs.len()) {
            // Each worker owns a share, so that handing over fails, and does not wait, when none is left.
            let take = Arc::clone(&take);
            scope.spawn(move || {
                loop {
                    let next = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((index, prepared)) = next else { break };
                    work(index, prepared);
                }
            });
        }
        drop(take);
        for (index, job) in jobs.iter().enumerate() {
            if interrupted() {
                finish(index, Run::never_started());
                continue;
            }
            match Prepared::new(setting, job) {
                Ok(prepared) => hand_over.send((index, prepared)).expect("workers live until this end is dropped"),
                Err(run) => finish(index, *run),
            }
        }
    });
    runs.into_iter().map(|run| run.into_inner().expect("the scope has waited for every gate")).collect()
}

/// Runs one gate.
pub fn gate(setting: &Setting<'_>, job: &Job<'_>) -> Run {
    many(setting, std::slice::from_ref(job), NonZero::<usize>::MIN, &|_| {}).pop().expect("one gate gives one run")
}

/// How many gates run at once when nobody says: as many as there are processors.
pub fn default_jobs() -> NonZero<usize> {
    std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}
