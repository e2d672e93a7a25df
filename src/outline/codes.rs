//! The codes of findings about outlines.

crate::codes! {
    /// The outline has no topics.
    ///
    /// Topics are bullets, or headings with nothing below them.
    ///
    /// ```markdown
    /// ## Operations
    /// - Incident response
    ///   - evidence: docs/runbooks/**
    /// ```
    NO_LEAVES = "outline/no-topics";
    /// The files that show a topic are not told by a path pattern.
    ///
    /// A pattern that cannot be read would leave its topic empty without a word. Patterns are those of `touches`:
    /// `docs/**`, `*.md`, `src/api`.
    BAD_EVIDENCE = "outline/bad-evidence";
    /// How often a topic is to be looked at again cannot be read.
    ///
    /// It is a number of days, weeks, months or years: `90d`, `12w`, `6m`, `1y`. Write one of these.
    BAD_REVIEW = "outline/bad-review";
    /// A topic says the same thing twice.
    ///
    /// The first counts. Remove one of the two; several patterns of evidence stand in one line, between commas.
    TWICE = "outline/said-twice";
    /// A topic does not concern the project, and does not say why.
    ///
    /// Whoever reads the report later wants to know whether that still holds. Write `n/a: reason`.
    NO_REASON = "outline/no-reason";
    /// Who answers for a topic is not on the roster.
    ///
    /// Correct the name, or add the member.
    UNKNOWN_OWNER = "outline/unknown-owner";
    /// The outline nests too deeply to be read.
    ///
    /// Take surplus quotation signs or indentation away.
    TOO_DEEP = "outline/too-deep";
}
