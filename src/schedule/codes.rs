//! What can be wrong with a schedule.

crate::codes! {
    /// Tasks wait for each other once their durations are fixed.
    ///
    /// A task takes as long as its estimate says, so a need that binds its finish binds its start as well. Two needs
    /// that each look possible can then hold each other up, and no start can be computed for any task in the circle.
    ///
    /// ```text
    /// - [ ] T-01: write        # needs: T-02 (FF)   finishes after T-02 does
    /// - [ ] T-02: translate    # needs: T-01 (SS)   starts after T-01 does
    /// ```
    ///
    /// Fix it by splitting one of the tasks at the moment the other waits for, or by removing one of the needs.
    CYCLE = "schedule/cycle";

    /// A file that was given as a scheduling problem is none, or its problem has no solution.
    ///
    /// Two forms are read: the `.sm` files of PSPLIB with the sections PRECEDENCE RELATIONS, REQUESTS/DURATIONS and
    /// RESOURCEAVAILABILITIES, and Patterson's, which has numbers only. Each job takes a fixed time and so much of each
    /// renewable resource; several modes or other resources would be another problem. A schedule of something else
    /// than the file says would make every figure worthless, so nothing is guessed.
    ///
    /// ```text
    ///   2      1     3       5    0     # job 2 needs 5 of R 1
    ///   R 1  R 2
    ///     4    1                        # which has 4
    /// ```
    ///
    /// Fix the line that is named, or leave the file out.
    PROBLEM = "schedule/problem";

    /// A single task is estimated at more than a working year.
    ///
    /// Nobody can say when such a task will be done, or see in between that it slips; and as one number it outweighs all
    /// others, so the critical path says little else than its name. Often it is a slip of the unit.
    ///
    /// ```text
    /// - [ ] DB-001: migrate ~400d     # meant: 400h? a whole epic?
    /// ```
    ///
    /// Fix it by correcting the estimate, or by splitting the task into parts that can be seen to finish.
    LONG_TASK = "schedule/long-task";

    /// More time was spent on an open task than was estimated for it.
    ///
    /// What remains cannot be told from estimate and time spent, so it counts as nothing, and the computed finish
    /// comes out early by whatever remains.
    ///
    /// Fix it by estimating again: write what the whole task will have taken, with the time spent so far.
    OVERSPENT = "schedule/overspent";

    /// The commit that is to be compared with has no plan.
    ///
    /// A baseline is a commit that holds what was planned: its plan is scheduled as it was on that day, and what comes is
    /// compared with that. A commit from before the plan was written says nothing about it.
    ///
    /// ```console
    /// $ passmuster plan baseline HEAD       # what is planned now
    /// ```
    ///
    /// Fix it by choosing a commit at which the plan had items.
    EMPTY_BASELINE = "schedule/empty-baseline";

    /// Too few tasks are finished to forecast from the time they took.
    ///
    /// A forecast by history multiplies estimates by what finished tasks took of theirs. A handful of such ratios says
    /// more about those tasks than about the next, so the figures are drawn from the estimates instead.
    ///
    /// ```text
    /// - [x] T-01: parse ~4h
    ///   - actual: 6h
    /// ```
    ///
    /// Fix it by writing `actual:` when a task is done, or by ticking tasks when they are done and naming them in commits:
    /// then the time between is known.
    FEW_ACTUALS = "schedule/few-actuals";

    /// The tasks of a plan may take so long that their times cannot be added up any more.
    ///
    /// A forecast counts minutes, up to four thousand years of work. A plan beyond that says nothing about any task in
    /// it; mostly a unit slipped (`h` for `m`), or a lag was meant for something else.
    ///
    /// ```text
    /// - [ ] T-01: migrate
    ///   - needs: T-00 (FS+9000000d)
    /// ```
    ///
    /// Fix it by correcting the longest estimates and lags; `passmuster plan critical --all` shows where they lie.
    TOO_LONG = "schedule/too-long";

    /// Nobody can do a task.
    ///
    /// A schedule gives each task to somebody: its owner, whoever has the role or is in the team it names, or, where it
    /// names nobody, anybody who does work. When there is no such person, or all of them are away without a date, there
    /// is no day on which it is done, and none is made up.
    ///
    /// ```text
    /// - [ ] DB-001: migrate @dba ~4h     # nobody on the roster is `dba`, or has that role
    /// ```
    ///
    /// Fix it by naming somebody else, by adding the member, or by saying until when they are away
    /// (`away: on leave until 2026-12-04`).
    NO_CAPACITY = "schedule/no-capacity";

    /// A task is never done, because whoever does it hardly ever works.
    ///
    /// Holidays and leave can swallow every hour of a calendar, and a long task may need more hours than somebody has in
    /// the years that are counted.
    ///
    /// ```yaml
    /// calendar: { holidays: 2026-01-01..2999-12-31 }     # meant: ..2026-01-06
    /// ```
    ///
    /// Fix it by correcting the `calendar` in plan/roster.yaml, or the estimate.
    NO_TIME = "schedule/no-time";

    /// In the schedule an item is done after the day it is due.
    ///
    /// The dates follow from estimates, people and their hours; a due date does not move them. An item that is due before
    /// the schedule begins is late whatever happens.
    ///
    /// Fix it by what `passmuster whatif` shows to help: less to do, more people, another order; or move the date.
    LATE = "schedule/late";

    /// Tasks name too many path patterns to compare each with each.
    ///
    /// Tasks that touch the same files are not put side by side. Above a number of pairs no more are compared, and tasks
    /// that touch the same files by different patterns may lie side by side in the schedule.
    ///
    /// Fix it by naming folders such as `src/db/**` instead of patterns that begin with a wildcard.
    UNCOMPARED = "schedule/paths-not-compared";
}
