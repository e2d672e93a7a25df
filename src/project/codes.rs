//! Diagnostic codes about the files of a project and about rules that need two nouns.

crate::codes! {
    /// A file that passmuster needs is missing.
    ///
    /// The policy is `passmuster.yaml`, the plan `plan/03-execution-plan.md`. `passmuster init` writes both and
    /// never overwrites anything.
    MISSING = "project/missing";
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
}
