//! The codes of import losses.

crate::codes! {
    /// A file or a record of it could not be read.
    ///
    /// The text is cut off, is not UTF-8, is too large, or is not what the format asks for. The rest of the source was
    /// imported without it, so the plan may lack items:
    ///
    /// ```text
    /// .beads/issues.jsonl:17: not read: EOF while parsing a string at line 1 column 240
    /// ```
    ///
    /// Mend that file or line in the source, remove the file the import wrote, and import again.
    NOT_READ = "import/not-read";

    /// A record was left out on purpose.
    ///
    /// It is no work (a pull request in a list of issues, a tombstone, the record of an agent), or it was not wanted
    /// (`--skip-done`). What needed it stands without that need.
    ///
    /// Nothing has to be done, unless it is work after all: then add it to the plan by hand.
    LEFT_OUT = "import/left-out";

    /// Two records of the source have the same id.
    ///
    /// This happens in files that Git merges line by line. The one that was changed last is kept.
    ///
    /// Compare both in the source when they say different things, and correct the item in the plan.
    DUPLICATE = "import/duplicate";

    /// A value of the source has no place in a plan.
    ///
    /// Times of creation, digests and settings of the other tool stay where they are: in its files and in your history.
    /// Values of one name are told together, with the first place.
    ///
    /// Keep the old files as long as you may want to look something up.
    NO_PLACE = "import/no-place";

    /// A value means something to the plan, but not in the form it has.
    ///
    /// An estimate that is no duration, a priority or state nobody knows, a path that leaves the repository. The item
    /// is there without it:
    ///
    /// ```text
    /// tasks.json: effort: `large` is no duration
    /// ```
    ///
    /// Write the value into the plan by hand where it matters.
    NOT_UNDERSTOOD = "import/not-understood";

    /// An item needs something that the source does not hold.
    ///
    /// A need that nobody can satisfy would hold the item for ever, so the plan keeps it as a note only.
    ///
    /// Say in the plan what was meant (`- needs: ID (technical: …)`), or leave it.
    DANGLING_NEED = "import/dangling-need";

    /// A need that cannot hold.
    ///
    /// The item needs itself, or what it is a part of; or it is done although what it needs is not. The source allows
    /// this; in a plan it would be an error, so the need was left away.
    ///
    /// Look at the two items: is one of them ticked too early, or the need out of date?
    IMPOSSIBLE_NEED = "import/impossible-need";

    /// A part of the structure could not be kept.
    ///
    /// An item is a part of itself, of something that is missing, or nested more deeply than headings go. It stands one
    /// or more levels higher in the plan.
    ///
    /// Move it where it belongs.
    STRUCTURE = "import/structure";
}
