//! The codes of findings about the plan alone.

crate::codes! {
    /// The file says a format this version does not know.
    ///
    /// `passmuster: plan/2` was written by a newer version. The file is read with the rules of `plan/1`, and
    /// the tool does not change it: a newer version may mean something else by the same words.
    ///
    /// Fix it by installing the newer version, or by writing `passmuster: plan/1`.
    FORMAT = "plan/format";

    /// The front matter holds a value that cannot be read.
    ///
    /// ```text
    /// start: next monday      # a date is YYYY-MM-DD
    /// baseline: main          # a commit is named by its whole id: `passmuster plan baseline main` writes it
    /// ```
    ///
    /// Fix it by writing the value in the form the hint shows.
    BAD_FRONT_MATTER = "plan/bad-front-matter";

    /// The file holds conflict markers of an unfinished merge.
    ///
    /// Two versions of the plan stand side by side between `<<<<<<<` and `>>>>>>>`, so nobody can say which one
    /// is meant, and no claim in such a plan counts.
    ///
    /// Fix it by choosing one version and deleting the marker lines; then `git add` the file.
    CONFLICT = "plan/conflict-marker";

    /// A line nests more lists and quotes than any reader will follow.
    ///
    /// Markdown this deep costs every reader much time, so the file is not read at all, and no item in it
    /// counts.
    ///
    /// Fix it by taking some levels away; more than 250 blanks or `>` before a line's first word is too deep.
    TOO_DEEP = "plan/too-deep";

    /// An item's id has a form that is not allowed.
    ///
    /// Ids become file names, ref names and words in commit messages. They begin with a letter or a digit,
    /// go on with letters, digits, `.`, `_` and `-`, and have at most 64 characters. `..`, a `.lock` at
    /// the end and the device names of Windows (`con`, `nul`, `com1` …) are refused because Git or a file
    /// system refuses them.
    ///
    /// ```text
    /// - [ ] DB/001: migrate     # write DB-001
    /// ```
    BAD_ID = "plan/bad-id";

    /// An id the tool uses for itself.
    ///
    /// `merge`, `policy` and `baseline` name the checks of every merge, of policy changes and of the protected side
    /// (`gates/merge.….md`). An item with that id could pass off its evidence as theirs.
    ///
    /// Fix it by choosing another id.
    RESERVED_ID = "plan/reserved-id";

    /// Two items have the same id.
    ///
    /// Ids are unique over all files of the plan, without regard to case: evidence, needs and commit trailers name
    /// items by id alone, and a claim must mean exactly one item.
    ///
    /// Fix it by giving one of them another id.
    DUPLICATE_ID = "plan/duplicate-id";

    /// Two ids look alike.
    ///
    /// They differ only by characters that people take for each other: `O` and `0`, `l`, `I` and `1`, or `-`,
    /// `_` and `.`. Sooner or later somebody ticks, needs or reviews the wrong one.
    ///
    /// ```text
    /// - [ ] DB-001: one
    /// - [ ] DB-0O1: two
    /// ```
    ///
    /// Fix it by renaming one of them.
    LOOK_ALIKE_ID = "plan/look-alike-id";

    /// A box in a plan file has no id.
    ///
    /// Only a box with an id is an item; this one can be ticked by anybody without proof, and nothing can need it.
    /// Boxes under a task or in a section of acceptance criteria are conditions and need no id.
    ///
    /// Fix it by writing `- [ ] ID: title`, or by moving it under its task.
    BOX_WITHOUT_ID = "plan/box-without-id";

    /// A line looks like an item, but has no box.
    ///
    /// Markdown knows two boxes, `[ ]` and `[x]`, with a blank after them. With anything else the line is prose: the
    /// item has left the plan, together with everything that guards it.
    ///
    /// ```text
    /// - [-] DB-001: migrate     # write `- [ ] DB-001: migrate` and `status: dropped` below it
    /// - [x]DB-002: use it       # write `- [x] DB-002: use it`
    /// ```
    ALMOST_A_BOX = "plan/almost-a-box";

    /// A line begins with an id, but not in a form that items have.
    ///
    /// Headings and bullets of tasks say `ID: title`, or have fields below; a table of tasks stands by itself, not inside
    /// another task. In any other form the line is prose: nothing guards what it announces.
    ///
    /// ```text
    /// ### T-4 Set up      # write `### T-4: Set up`
    /// - T7: plain         # write `- [ ] T7: plain`
    /// | T8 | no header |  # write `| ID | Task | Status |` and a line of dashes above
    /// ```
    ///
    /// Numbered headings below a phase (`### 1.2 Set up`), and list items without a box below `## Tasks` or `## Next
    /// steps`, are counted in a note: some of them are tasks. `### Task 1.2: Set up` is one. So are lines that say what
    /// headings say, and are none: `**Task 1: Set up**`, `Phase 2 - Build`.
    ///
    /// Outside sections of tasks only ids that begin like those of the plan are told, or like `T1`, `WP01` and `task-2`.
    ///
    /// Fix it by writing the form the hint shows. A line that only speaks about an item elsewhere is never reported.
    UNFORMED = "plan/almost-an-item";

    /// A row of a table of tasks has no usable id.
    ///
    /// The header names ids and titles, so each row is a task by its id. This row's first words cannot be one, and the
    /// row is left out of the plan.
    ///
    /// ```text
    /// | ID     | Task        | Owner |
    /// |--------|-------------|-------|
    /// | set up | the schema  | ann   |     # write an id such as DB-1
    /// ```
    ///
    /// A table whose header says `Task` and `Status` and has no column of ids is counted in a note: none of its rows is a
    /// task.
    ///
    /// Fix it by giving the row an id.
    ROW_WITHOUT_ID = "plan/row-without-id";

    /// A box stands where nothing is read: in a quote, in HTML, in code, or in a comment or fence without an end.
    ///
    /// Closed comments and code fences are for remarks and examples, and their boxes are none of the plan. Boxes in
    /// quotes, HTML or indented code are mostly there by accident, and a comment or fence that is never closed swallows
    /// everything after it.
    ///
    /// Fix it by moving the box out, or by closing what is open. To show an example, put it between two lines of three
    /// backticks.
    HIDDEN_BOX = "plan/hidden-box";

    /// A criterion has an id like that of the item it stands under.
    ///
    /// A box below a task is a condition of it and never a task of its own, so nothing can need it, and no gate is asked
    /// for it.
    ///
    /// ```text
    /// - [ ] T1: read the file
    ///   - [ ] T2: write it      # a criterion of T1
    /// ```
    ///
    /// Fix it by taking the line out one level, by an id that goes on from the one above (`T1.1`), or by removing the id.
    CRITERION_WITH_ID = "plan/criterion-with-id";

    /// A need names something that does not exist.
    ///
    /// The item could never become ready: nothing in the plan has that id. A need for a document is a path, a need
    /// for anything else says its type.
    ///
    /// ```text
    /// needs: DB-001, docs/api.md, staging-db (resource), design (team)
    /// ```
    ///
    /// Fix it by correcting the id, or by naming the type.
    DANGLING_NEED = "plan/dangling-need";

    /// An item needs itself.
    ///
    /// It could never begin. Fix it by removing the need.
    SELF_NEED = "plan/self-need";

    /// Items wait for each other in a circle.
    ///
    /// None of them could ever begin. A child waits for what its parent needs, and a parent is done when its
    /// children are, so needing one's own parent is a circle as well.
    ///
    /// Fix it by removing one of the needs the finding lists.
    CYCLE = "plan/cycle";

    /// A need's type is none of the four.
    ///
    /// The types are `technical` (an item is done and gated), `information` (a document exists), `resource`
    /// (something is available) and `team` (a handoff was accepted). A mistyped type would change what the need
    /// waits for.
    ///
    /// Fix it by writing one of the four: `staging-db (resource)`.
    UNKNOWN_NEED_TYPE = "plan/unknown-need-type";

    /// The lag of a need is no duration.
    ///
    /// A relation is `FS`, `SS`, `FF` or `SF` with a lag such as `+2h` or `-1d`.
    ///
    /// Fix it by writing for example `DB-001 (SS+2h)`.
    BAD_LAG = "plan/bad-lag";

    /// A need for an item gives no reason.
    ///
    /// Work runs in parallel unless something stands against it. A named output, resource or integration lets
    /// others see when the edge is no longer true.
    ///
    /// Fix it by writing it: `needs: DB-000 (technical: its column names)`.
    NEED_WITHOUT_REASON = "plan/need-without-reason";

    /// A field has a key the plan does not know.
    ///
    /// The line is kept, but it means nothing to the tool. A misspelt `neds:` would quietly drop an order.
    ///
    /// Fix it by writing the key the hint names, or by making the line prose.
    UNKNOWN_KEY = "plan/unknown-key";

    /// A field that can have one value is written twice.
    ///
    /// The first one counts here, but people may read the second. Fix it by removing one of them.
    REPEATED_KEY = "plan/repeated-key";

    /// An estimate or an actual time cannot be read.
    ///
    /// ```text
    /// estimate: 4h                # also 30m, 2d (8 h each), 1w (5 d)
    /// estimate: 2h-4h             # a range
    /// estimate: 2h / 4h / 9h      # optimistic / likely / pessimistic, in this order
    /// ```
    BAD_ESTIMATE = "plan/bad-estimate";

    /// A date cannot be read. Dates are written `2026-11-23`.
    ///
    /// Other orders of day and month mean different days to different readers.
    BAD_DATE = "plan/bad-date";

    /// A priority is none of `P0` (most urgent), `P1`, `P2`, `P3`.
    ///
    /// The ladder of blockers and the order of `passmuster next` rest on it. Fix it by writing one of the four.
    BAD_PRIORITY = "plan/bad-priority";

    /// A status is not known.
    ///
    /// Whether an item is done is said by its box. A status adds what a box cannot say: `dropped`, or
    /// `waiting: who`.
    ///
    /// Fix it by writing one of these, or by removing the line.
    BAD_STATUS = "plan/bad-status";

    /// The status says another thing than the box.
    ///
    /// The box counts, because it is what merges are judged by. Fix it by ticking the box or removing the status.
    STATUS_DISAGREES = "plan/status-disagrees";

    /// The name of a gate cannot be read.
    ///
    /// Gates are named `+name` (added to those of the level) or `-name` (taken away), with the characters an id may
    /// have.
    ///
    /// Fix it by writing for example `gates: +coverage, -docs`.
    BAD_GATE = "plan/bad-gate";

    /// A path pattern cannot match anything in the repository.
    ///
    /// Patterns are relative to the repository's root, with `/` between names, without `.` and `..`.
    ///
    /// ```text
    /// touches: src/**, docs/*.md
    /// ```
    BAD_PATTERN = "plan/bad-pattern";

    /// An item is ticked although a criterion is open.
    ///
    /// The tick says the item is done, the open box says it is not. Fix it by meeting and ticking the criterion, or by
    /// reopening the item.
    OPEN_CRITERION = "plan/ticked-over-open-criterion";

    /// An item is ticked although something it needs is not done.
    ///
    /// Either the need is not true, or the work rests on something unfinished.
    ///
    /// Fix it by finishing the needed item first, or by removing the need.
    OPEN_NEED = "plan/ticked-over-open-need";

    /// A parent is ticked although one of its children is open.
    ///
    /// A feature, epic or phase is done when all its items are. Fix it by finishing or dropping the child, or by reopening
    /// the parent.
    OPEN_CHILD = "plan/ticked-over-open-child";

    /// A parent's estimate does not fit the sum of its children's.
    ///
    /// Only when every child has an estimate; a range or three figures leave room for the sum to fall into.
    ///
    /// Fix it by correcting the figure, or by removing it: the sum is computed anyway.
    SUM = "plan/sum-mismatch";

    /// Two open tasks without an order touch the same paths.
    ///
    /// They may be worked on at the same time, and then change the same file in two branches.
    ///
    /// Fix it by an order (`needs: DB-001 (technical: same file)`), or by narrowing `touches`.
    OVERLAP = "plan/overlapping-touches";

    /// Two tasks marked `[P]` name the same file in their titles.
    ///
    /// `[P]` says that a task may run beside its neighbours because it changes other files. Paths in a title are read as
    /// proposals of what the task touches; `touches:` says it for sure, and then the title does not count.
    ///
    /// ```text
    /// - [ ] T004 [P] Read the header in src/parse.rs
    /// - [ ] T005 [P] Read the rows in src/parse.rs
    /// ```
    ///
    /// Fix it by removing one `[P]`, by an order between the two, or by writing what each `touches`.
    PARALLEL_SAME_PATH = "plan/parallel-same-path";

    /// So many path patterns meet that not all pairs were compared.
    ///
    /// Fix it by using folders (`src/db/**`) instead of patterns that begin with a wildcard.
    OVERLAP_UNCHECKED = "plan/overlap-unchecked";
}
