//! Codes of the YAML reader.

crate::codes! {
    /// The text is no YAML.
    ///
    /// The place is where reading had to stop; the mistake is often on the line above: a missing `:` or quote,
    /// a tab used as indentation, a bracket that is not closed.
    ///
    /// ```yaml
    /// levels:
    ///   merge: [lint        # the bracket is not closed
    ///   task: [committed]
    /// ```
    ///
    /// Fix: correct the line shown or the one above it. A value with `: `, ` #`, a leading `*`, `&`, `!`, `%`,
    /// `@` or a back quote in it needs quotes.
    SYNTAX = "yaml/syntax";

    /// The text is larger than this kind of file may be.
    ///
    /// Policy, roster and front matter are read at every push, before anything about them is trusted, so their
    /// size is bounded.
    ///
    /// Fix: split what can be split, and move prose into Markdown.
    TOO_LARGE = "yaml/too-large";

    /// The text is nested too deeply, or holds too many values.
    ///
    /// No file of this tool needs more than a few levels. Deep nesting is a known way to make readers fall over,
    /// so it is refused before it is followed.
    ///
    /// Fix: remove the surplus brackets or indentation.
    TOO_DEEP = "yaml/too-deep";

    /// An anchor (`&name`), an alias (`*name`), a tag (`!name`) or a directive (`%NAME`) is used.
    ///
    /// These make a file mean something else than what stands in it, differ between readers, and let a small
    /// file become a huge one. What a reviewer sees must be what the tool reads.
    ///
    /// ```yaml
    /// gates:
    ///   lint: &base { run: make lint, inputs: [src/] }
    ///   style: *base
    /// ```
    ///
    /// Fix: write the value out at each place. Where the character is meant, quote the value: `"*.md"`.
    INDIRECTION = "yaml/indirection";

    /// The text holds more than one document.
    ///
    /// Everything after a second `---` would be ignored by one reader and used by another.
    ///
    /// Fix: keep one document; put the rest into a file of its own.
    DOCUMENTS = "yaml/documents";

    /// The same key is written twice in one mapping.
    ///
    /// Readers disagree on which of the two counts, so a second `min_tests: 0` further down could quietly undo
    /// the first.
    ///
    /// ```yaml
    /// lint: { run: make lint, inputs: [src/], run: "true" }
    /// ```
    ///
    /// Fix: remove one of the two.
    DUPLICATE_KEY = "yaml/duplicate-key";

    /// A key is not a plain word: it is a list, a mapping, nothing at all, or the merge key `<<`.
    ///
    /// Fix: write a name before the `:`; copy merged keys to where they are meant.
    KEY = "yaml/key";

    /// A key is not known here.
    ///
    /// In the policy this is an error, because a misspelt key would quietly loosen a gate; elsewhere it is a
    /// warning, so that newer files can be read by older versions.
    ///
    /// ```yaml
    /// unit-tests: { run: cargo test, inputs: [src/], min_test: 1 }   # min_tests is meant
    /// ```
    ///
    /// Fix: use one of the known keys, which the finding lists, or remove the line.
    UNKNOWN_KEY = "yaml/unknown-key";

    /// A value has another type than the one needed at its place.
    ///
    /// Values are taken as written and never bent: `yes` is not `true`, `"3"` is not a number, an empty value
    /// is not an empty list.
    ///
    /// ```yaml
    /// waivable: no        # write: waivable: false
    /// min_tests: many     # write: min_tests: 1
    /// ```
    ///
    /// Fix: write a value of the type the finding names.
    TYPE = "yaml/type";

    /// A key that must be there is missing.
    ///
    /// Fix: add the key with a value; the finding shows a line to start from.
    MISSING_KEY = "yaml/missing-key";

    /// The file does not say what it is.
    ///
    /// Every file of this tool starts with its kind and the number of its format, so that an older version
    /// knows when it reads something newer, and a file moved to the wrong place is noticed.
    ///
    /// ```yaml
    /// passmuster: policy/1
    /// ```
    ///
    /// Fix: write the kind and number that the hint shows.
    FORMAT = "yaml/format";
}
