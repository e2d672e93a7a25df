//! Diagnostic codes about the files of a project and about rules that need two nouns.

crate::codes! {
    /// A file that passmuster needs is missing.
    ///
    /// The policy is `passmuster.yaml`, the plan `plan/03-execution-plan.md`. `passmuster init` writes both and
    /// never overwrites anything.
    MISSING = "project/missing";
    /// An item cannot be begun now.
    ///
    /// `passmuster start` gives out what can be worked on: open tasks whose needs are done, that nothing blocks, and that do
    /// not rest while an incident or the gate of a phase is open.
    ///
    /// ```console
    /// $ passmuster next
    /// ```
    ///
    /// Fix: do first what it waits for, or begin something else.
    NOT_STARTED = "start/not-ready";
    /// Somebody else has the item.
    ///
    /// An item that was started is taken, for three days and again with each start, or is given to somebody by the plan
    /// (`@owner`). Two who do the same work lose one of the two.
    ///
    /// ```text
    /// refs/passmuster/claims/db-001    item: DB-001, by: ada, until: 2026-11-23T10:00:00Z
    /// ```
    ///
    /// Fix: ask them (`passmuster start DB-001 --give-back` is theirs to run), or begin something else.
    TAKEN = "start/taken";
    /// The item touches the files of another that somebody works on.
    ///
    /// Two items that change the same files at the same time meet when the second one merges. `touches` says which files
    /// those are.
    ///
    /// ```markdown
    /// - touches: src/chunk.rs, tests/chunk.rs
    /// ```
    ///
    /// Fix: wait until the other one is done, say an order (`needs`), or make `touches` narrower.
    STARTED_BESIDE = "start/beside";
    /// The plan files are there, but none holds an item.
    ///
    /// Items are headings and boxes with an id. A plan in which none is found guards nothing, and often was meant in a
    /// way that is not read:
    ///
    /// ```text
    /// - [ ] DB-001: Expand the table
    /// ```
    NO_ITEMS = "project/no-items";
    /// A file that passmuster reads is no regular file.
    ///
    /// Plan, policy, roster and reports are read from Git objects; a symlink (or a submodule) at their place could
    /// show one text to people and another to the judge, so it is refused. Replace it by the file itself.
    NOT_A_FILE = "project/not-a-file";
    /// A file is larger than passmuster reads.
    ///
    /// Policy and roster: 64 KiB and 1 MiB; a plan file: 16 MiB. Split a large plan into `plan/epics/*.md`.
    TOO_LARGE = "project/too-large";
    /// A file is not UTF-8.
    ///
    /// Save it as UTF-8; the finding names the line of the first byte that is not.
    NOT_UTF8 = "project/encoding";
    /// A risky task does not say how it is taken back.
    ///
    /// From a risk on that the policy names (`rollback: { from: medium }`, the default but for one person alone), a task
    /// says its way back, as a file or in words. Its claim is refused without; this tells of it while there is time.
    ///
    /// ```markdown
    /// - [ ] DB-001: Add the checksum column
    ///   - risk: high
    ///   - rollback: scripts/rollback/db-001.sh
    /// ```
    NO_ROLLBACK = "plan/no-rollback";
    /// Policy or roster holds conflict markers of an unfinished merge.
    ///
    /// Two versions stand side by side between `<<<<<<<` and `>>>>>>>`, so nobody can say which one counts, and neither
    /// does. Choose one version, delete the marker lines, then `git add` the file.
    CONFLICT = "project/conflict-marker";
    /// An item's owner is not on the roster.
    ///
    /// With a `plan/roster.yaml`, `@owner` and `owner:` must name one of its members, roles or teams; else nobody
    /// would know whose work it is. Correct the name or add the member.
    UNKNOWN_OWNER = "plan/unknown-owner";
    /// An item names a gate that the policy does not have.
    ///
    /// `gates: +name` adds a gate of `passmuster.yaml` to an item, `-name` takes one away. A task never carries a
    /// command of its own. Correct the name, or add the gate to the policy.
    UNKNOWN_GATE = "plan/unknown-gate";
    /// An item takes away a gate that cannot be taken away.
    ///
    /// A gate with `waivable: false` guards security or law: no item, waiver or flag switches it off. Remove the
    /// `-name` from the item's `gates`.
    UNWAIVABLE_GATE = "plan/unwaivable-gate";
    /// An item is given to somebody outside of its domain.
    ///
    /// The item lies in a domain that members hold: by `owners` of the policy, or by `domains` of the roster. If a
    /// specialist exists for the work, the work is theirs.
    ///
    /// ```yaml
    /// - { name: writer, domains: ["docs/**", "#docs"] }
    /// ```
    ///
    /// Fix: assign one of those who hold the domain. Only while all of them are away can the closest match take it, with
    /// a scope: `passmuster assign ITEM MEMBER --stretch "what exactly"`.
    NOT_DOMAIN_OWNER = "assign/not-domain-owner";
    /// An item is not ready to be given to anybody.
    ///
    /// Before work is handed to somebody, five points hold: its size is known and is not more than two days; what it
    /// takes is plain from a tag or a domain; what counts as done can be checked; where the work happens is said; what
    /// comes in and what is handed on is said.
    ///
    /// ```markdown
    /// - [ ] DB-001: Expand the table ~4h #database
    ///   - touches: migrations/**
    ///   - needs: none
    ///   - [ ] old rows can be read
    /// ```
    ///
    /// Fix: add what the finding names.
    NOT_READY = "assign/not-ready";
    /// An item is given to somebody who cannot take it.
    ///
    /// The member is away, coordinates and leaves the work to others (`implements: false`), or is a CI runner.
    ///
    /// Fix: choose another member: `passmuster suggest ITEM` ranks them.
    CANNOT_TAKE = "assign/cannot-take";
    /// A need between two items does not say why.
    ///
    /// Parallel is the default. An order is worth its cost where one item uses what the other makes, both use the same
    /// thing, or both are brought together; else it only makes people wait.
    ///
    /// ```markdown
    /// - needs: DB-001 (technical: its column names)
    /// ```
    ///
    /// Fix: say in brackets what is needed, or let the second consume what the first provides, or take the need away.
    UNJUSTIFIED_NEED = "plan/unjustified-need";
}
