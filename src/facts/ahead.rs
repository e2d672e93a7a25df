//! Work whose results are wanted in order, done by several threads.
//!
//! Domain layer. What comes out does not depend on how many threads there are.

use std::sync::mpsc;

/// So many threads read; more would wait for each other at the object store, and hold more results nobody took yet.
const THREADS: usize = 4;

/// Does each job and hands the results to `take` in the order of the jobs. A thread does its next job when its last
/// result was taken, so no more results wait than there are threads, however many jobs there are; what `take` leaves is
/// not done.
pub(super) fn ahead<J: Sync, R: Send, T>(
    jobs: &[J],
    work: impl Fn(&J) -> R + Sync,
    take: impl FnOnce(&mut dyn Iterator<Item = R>) -> T,
) -> T {
    let threads = THREADS.min(jobs.len());
    if threads < 2 {
        return take(&mut jobs.iter().map(work));
    }
    std::thread::scope(|scope| {
        let start = |first: usize| {
            let (hand_over, results) = mpsc::sync_channel(0);
            let work = &work;
            scope.spawn(move || {
                let mut own = jobs.iter().skip(first).step_by(threads);
                own.try_for_each(|job| hand_over.send(work(job)))
            });
            results
        };
        let results: Vec<mpsc::Receiver<R>> = (0..threads).map(start).collect();
        let next = |index: usize| results[index % threads].recv().expect("a thread does all of its jobs");
        take(&mut (0..jobs.len()).map(next))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        for count in [0, 1, 2, 3, THREADS, THREADS + 1, 1_000] {
            let jobs: Vec<usize> = (0..count).collect();
            let squares = ahead(&jobs, |job| job * job, |results| results.collect::<Vec<_>>());
            assert_eq!(squares, jobs.iter().map(|job| job * job).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_nobody_takes_is_not_done() {
        let done = AtomicUsize::new(0);
        let jobs: Vec<usize> = (0..1_000).collect();
        let work = |job: &usize| {
            done.fetch_add(1, Ordering::Relaxed);
            *job
        };
        let found = ahead(&jobs, work, |results| results.nth(2));
        assert_eq!(found, Some(2));
        assert!(done.into_inner() <= 3 + THREADS);
    }
}
