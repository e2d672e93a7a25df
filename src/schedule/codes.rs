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
}
