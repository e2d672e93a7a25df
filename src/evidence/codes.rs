//! Codes of gate reports.

crate::codes! {
    /// A file among the gate reports could not be read as one.
    ///
    /// It is too large, not UTF-8, no regular file, or has no front matter. Nothing in it counts as evidence:
    /// what cannot be read never passes.
    ///
    /// ```text
    /// plan/gates/DB-001.3fa9c1.md -> ../../elsewhere.md     # a symbolic link
    /// ```
    ///
    /// Fix: remove the file and run the gate again with `passmuster gate run ITEM`, which writes a report.
    UNREADABLE = "evidence/unreadable";

    /// The name of a gate report does not agree with its content.
    ///
    /// A report is called `<item>.<6 hex>.md`; the six digits are the beginning of the SHA-256 of the file, and the
    /// item is the one named inside. A report that was edited, merged, renamed, or whose line ends were changed
    /// at checkout does not agree with its name any more, and none of its results counts.
    ///
    /// ```console
    /// $ sha256sum plan/gates/DB-001.3fa9c1.md
    /// 88d4266f…  plan/gates/DB-001.3fa9c1.md                # starts with 88d426, not with 3fa9c1
    /// ```
    ///
    /// Fix: restore it with `git checkout -- FILE`, or remove it and run the gate again. Reports need
    /// `plan/gates/* -text` in `.gitattributes`, which `passmuster init` writes.
    NAME = "evidence/name";

    /// A gate report is of a format this version does not know.
    ///
    /// The first line of its front matter says `passmuster: gate-report/1`. A newer version may have written
    /// something that an older one would misread, so the older one counts none of it.
    ///
    /// Fix: install a newer passmuster, or run the gate again with this one.
    FORMAT = "evidence/format";

    /// A result in a gate report is not one this tool writes.
    ///
    /// A field is missing or has a value that cannot be: a digest that is not 64 hex digits, an outcome besides
    /// `pass`, `fail`, `error` and `not-run`, a date that is none, the same gate twice. One such field and no result of
    /// the file counts, because a reader that guesses can be led.
    ///
    /// ```yaml
    /// results:
    /// - gate: unit-tests
    ///   outcome: passed          # the word is `pass`
    /// ```
    ///
    /// Fix: do not write reports by hand; remove the file and run `passmuster gate run ITEM`.
    INVALID = "evidence/invalid";

    /// There are too many gate reports for one item.
    ///
    /// All reports of an item are read when its claim is judged, so their number is bounded. Each run removes
    /// the reports it supersedes; many at once come from merges of long-lived branches, or from somebody who
    /// wants to slow the judge down. None of them counts.
    ///
    /// Fix: run `passmuster gate run ITEM`, which leaves one report.
    TOO_MANY = "evidence/too-many";
}
