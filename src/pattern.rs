//! Path patterns, as `touches`, `inputs`, `when`, `changed` and `owners` write them.
//!
//! Domain layer, beside `id`. A pattern is literal apart from globs: `src/` or `src` is that file or folder
//! with all below it, `docs/**` the same, `*.md` names at the root, `.` everything. `*` and `?` stay inside one
//! name (`?` is one byte), and whatever matches a folder covers what is below it. There are no exclusions and
//! no Git pathspec magic. Matching looks at bytes, so paths that are not UTF-8 match or not like any other.

use crate::id::RepoPath;
use crate::text::is_hostile;
use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};
use std::fmt;

/// The longest pattern, in bytes.
pub const MAX_PATTERN: usize = 1024;

/// The most braces inside each other.
const MAX_BRACES: usize = 4;

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPattern {
    pub pattern: String,
    /// What is wrong, as the end of a sentence that starts with the pattern.
    pub reason: String,
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.pattern, self.reason)
    }
}

impl std::error::Error for BadPattern {}

/// One path pattern.
///
/// ```
/// use passmuster::{id::RepoPath, pattern::Pattern};
/// let docs = Pattern::parse("docs/*.md").unwrap();
/// assert!(docs.matches(&RepoPath::from("docs/a.md")));
/// assert!(!docs.matches(&RepoPath::from("docs/deep/a.md")));
/// assert!(Pattern::parse("src").unwrap().matches(&RepoPath::from("src/a/b.rs")));
/// assert!(Pattern::parse("../etc").is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    /// The names without `.` and a last `**`, with `/` between them.
    names: String,
    /// The names before the first with a special character.
    root: RepoPath,
    /// `None`: the root and all below it.
    glob: Option<GlobSet>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// The text is empty, too long, leaves the repository, holds a backslash or an invisible character, starts
    /// with `!` or `:`, or its glob is malformed.
    pub fn parse(pattern: &str) -> Result<Self, BadPattern> {
        if let Some(names) = plain_names(pattern) {
            let root = RepoPath::new(names);
            return Ok(Self { text: pattern.to_owned(), names: names.to_owned(), root, glob: None });
        }
        let refuse = |reason: String| BadPattern { pattern: pattern.to_owned(), reason };
        let (names, glob) = read(pattern).map_err(refuse)?;
        let literal = names.iter().take_while(|name| !is_special(name)).count();
        let root = RepoPath::new(names[..literal].join("/"));
        Ok(Self { text: pattern.to_owned(), names: names.join("/"), root, glob })
    }

    /// What is wrong with a text as a pattern, if anything: [`parse`](Self::parse) without the pattern.
    pub fn fault(pattern: &str) -> Option<BadPattern> {
        if is_plain(pattern) {
            return None;
        }
        let reason = read(pattern).err()?;
        Some(BadPattern { pattern: pattern.to_owned(), reason })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern names one path or folder, without a glob in it.
    pub fn is_literal(&self) -> bool {
        self.glob.is_none()
    }

    /// Whether `path`, or a folder above it, is what the pattern names.
    pub fn matches(&self, path: &RepoPath) -> bool {
        if !path.is_within(&self.root) {
            return false;
        }
        let Some(glob) = &self.glob else { return true };
        let bytes = path.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(_, b)| **b == b'/').map(|(at, _)| at).chain([bytes.len()]);
        ends.filter(|end| *end > 0).any(|end| glob.is_match_candidate(&Candidate::from_bytes(&bytes[..end])))
    }

    /// Whether the pattern names `path` itself. For walks that come from above and so have asked about every
    /// folder on the way: [`matches`](Self::matches) looks at each of them again.
    pub fn matches_exactly(&self, path: &RepoPath) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match_candidate(&Candidate::from_bytes(path.as_bytes())),
            None => *path == self.root,
        }
    }

    /// The longest folder or file that holds everything the pattern can match.
    pub fn literal_root(&self) -> RepoPath {
        self.root.clone()
    }

    /// Whether a path could match both. Never wrongly `false`; `true` also where it cannot be told.
    pub fn overlaps(&self, other: &Pattern) -> bool {
        // The root holds everything and has no names.
        if self.names.is_empty() || other.names.is_empty() {
            return true;
        }
        for (a, b) in self.names.split('/').zip(other.names.split('/')) {
            let open_end = |name: &str| name == "**" || name.matches('{').count() != name.matches('}').count();
            if open_end(a) || open_end(b) {
                return true;
            }
            if !names_overlap(a, b) {
                return false;
            }
        }
        true
    }
}

/// Several patterns, of which any may match.
#[derive(Clone, Debug, Default)]
pub struct PatternSet(Vec<Pattern>);

impl PatternSet {
    /// # Errors
    /// The first text that is no pattern.
    pub fn parse<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, BadPattern> {
        patterns.into_iter().map(Pattern::parse).collect::<Result<_, _>>().map(Self)
    }

    /// The set of those texts that are patterns; the others match nothing.
    pub fn of_valid<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Self {
        Self(patterns.into_iter().filter_map(|pattern| Pattern::parse(pattern).ok()).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The patterns in the order they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Pattern> {
        self.0.iter()
    }

    /// Whether any pattern matches; nothing matches an empty set.
    pub fn matches(&self, path: &RepoPath) -> bool {
        self.0.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether a path could match both sets; see [`Pattern::overlaps`].
    pub fn overlaps(&self, other: &PatternSet) -> bool {
        self.0.iter().any(|a| other.0.iter().any(|b| a.overlaps(b)))
    }
}

/// Whether a text is so plain that nothing can be wrong with it: letters, digits and signs without a meaning, a single
/// dot, with or without `/**` at the end.
fn is_plain(pattern: &str) -> bool {
    let names = pattern.strip_suffix("/**").unwrap_or(pattern).as_bytes();
    let dots = |pair: &[u8]| pair == b"..";
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-');
    matches!(names.len(), 1..MAX_PATTERN) && names[0] != b'/' && names.iter().all(plain) && !names.windows(2).any(dots)
}

/// The names of a plain pattern, where they stand in it as they are: what most patterns are.
fn plain_names(pattern: &str) -> Option<&str> {
    let names = pattern.strip_suffix("/**").unwrap_or(pattern);
    let is_name = |name: &str| !matches!(name, "" | ".");
    (is_plain(pattern) && names.split('/').all(is_name)).then_some(names)
}

/// The names of a pattern, without `.` and a last `**`, and its glob where they are not enough. The error is the end
/// of a sentence that starts with the pattern.
fn read(pattern: &str) -> Result<(Vec<&str>, Option<GlobSet>), String> {
    if let Some(reason) = hostile(pattern) {
        return Err(reason.to_owned());
    }
    let mut names: Vec<&str> = pattern.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
    if names.contains(&"..") {
        return Err("leaves the repository through `..`".to_owned());
    }
    let literal = names.iter().take_while(|name| !is_special(name)).count();
    let glob = match names[literal..] {
        [] => None,
        ["**"] => {
            names.pop();
            None
        }
        _ => Some(compile(&names.join("/"))?),
    };
    Ok((names, glob))
}

/// What makes a text unfit to name paths inside a repository, if anything.
fn hostile(pattern: &str) -> Option<&'static str> {
    let drive = pattern.as_bytes().get(1) == Some(&b':') && pattern.as_bytes()[0].is_ascii_alphabetic();
    if pattern.is_empty() {
        Some("is empty")
    } else if pattern.len() > MAX_PATTERN {
        Some("is too long")
    } else if pattern.chars().any(is_hostile) {
        Some("holds a control or invisible character")
    } else if pattern.starts_with('/') || drive {
        Some("is absolute; patterns start at the root of the repository")
    } else if pattern.contains('\\') {
        Some("holds a backslash; names are separated by `/`")
    } else if pattern.starts_with(['!', ':']) {
        Some("starts with `!` or `:`; there are no exclusions and no Git pathspec magic")
    } else {
        None
    }
}

/// Whether a name or ref pattern is more than its own letters.
pub(crate) fn is_special(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

/// Compiles a glob in which `*`, `?` and `[…]` stay inside one name; the error is the end of a sentence that
/// starts with the glob.
pub(crate) fn compile(glob: &str) -> Result<GlobSet, String> {
    if glob.len() > MAX_PATTERN {
        return Err("is too long".to_owned());
    }
    check_braces(glob)?;
    check_classes(glob)?;
    build(glob, true)
}

/// A set of one, because compiling a single matcher panics where the set gives an error.
fn build(glob: &str, literal_separator: bool) -> Result<GlobSet, String> {
    let malformed = |error: globset::Error| format!("is a malformed glob: {}", error.kind());
    let glob = GlobBuilder::new(glob).literal_separator(literal_separator).build().map_err(malformed)?;
    GlobSetBuilder::new().add(glob).build().map_err(malformed)
}

fn check_braces(glob: &str) -> Result<(), String> {
    let mut depth = 0usize;
    for c in glob.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_BRACES {
            return Err(format!("nests more than {MAX_BRACES} braces"));
        }
    }
    Ok(())
}

/// The matcher sees bytes and lets a class match `/`: a class that would is refused, and so is one that could
/// match half a character.
fn check_classes(glob: &str) -> Result<(), String> {
    let mut rest = glob;
    while let Some(start) = rest.find('[') {
        let class = &rest[start..];
        let first = 1 + usize::from(class[1..].starts_with(['!', '^']));
        let Some(skip) = class[first..].chars().next().map(char::len_utf8) else { break };
        let Some(end) = class[first + skip..].find(']').map(|at| first + skip + at + 1) else { break };
        let class = &class[..end];
        if !class.is_ascii() {
            return Err(format!("has a class `{class}` with more than ASCII letters"));
        }
        if build(class, false)?.is_match("/") {
            return Err(format!("has a class `{class}` that would match `/`"));
        }
        rest = &rest[start + end..];
    }
    Ok(())
}

/// Whether one name could match both; neither is `**`.
fn names_overlap(a: &str, b: &str) -> bool {
    let one = |glob: &str, name: &str| compile(glob).is_ok_and(|set| set.is_match(name));
    match (is_special(a), is_special(b)) {
        (false, false) => a == b,
        (true, false) => one(a, b),
        (false, true) => one(b, a),
        (true, true) => {
            let head = |name: &str| name.find(['*', '?', '[', '{']).unwrap_or(name.len());
            let tail = |name: &str| name.rfind(['*', '?', ']', '}']).map_or(0, |at| at + 1);
            let (a_head, b_head) = (&a[..head(a)], &b[..head(b)]);
            let (a_tail, b_tail) = (&a[tail(a)..], &b[tail(b)..]);
            (a_head.starts_with(b_head) || b_head.starts_with(a_head))
                && (a_tail.ends_with(b_tail) || b_tail.ends_with(a_tail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_name_what_they_say() {
        for (pattern, path, expected) in [
            (".", "a/b", true),
            ("./", "a", true),
            ("**", "a/b", true),
            ("*", "a/b", true),
            ("src", "src/a/b", true),
            ("src/", "src", true),
            ("src", "srcs/a", false),
            ("src", "a/src", false),
            ("./src//a", "src/a", true),
            ("docs/**", "docs/a/b", true),
            ("docs/**", "doc", false),
            ("*.md", "a.md", true),
            ("*.md", "docs/a.md", false),
            ("**/*.md", "docs/a.md", true),
            ("**/*.md", "a.md", true),
            ("docs/*", "docs/a/b", true),
            ("docs/*", "docs", false),
            ("a?c", "a/c", false),
            ("{a,b/c}/d", "b/c/d/e", true),
            ("v[0-9]", "v1", true),
            ("README.md", "README.md", true),
            ("Readme.md", "README.md", false),
            ("a}b", "a}b", true),
        ] {
            let matches = Pattern::parse(pattern).unwrap().matches(&RepoPath::from(path));
            assert_eq!(matches, expected, "{pattern} on {path}");
            assert_eq!(Pattern::fault(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn paths_that_are_not_text_match_too() {
        let path = RepoPath::new(b"docs/\xff.md".to_vec());
        for (pattern, expected) in [("docs/**", true), ("docs/*.md", true), ("docs/?.md", true), ("docs/a.md", false)] {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(&path), expected, "{pattern}");
        }
    }

    #[test]
    fn hostile_and_malformed_patterns_are_refused() {
        let long = "a".repeat(MAX_PATTERN + 1);
        let braces = format!("{}b{}", "{a".repeat(300), "}".repeat(300));
        for pattern in [
            "",
            "/etc",
            "../x",
            "a/../b",
            "a\\b",
            "C:/x",
            "a\u{202e}b",
            "a\nb",
            "a\0",
            "!a",
            ":(glob)a",
            "[a",
            "{a",
            "a[!b]c",
            "[+-9]",
            "[é]",
            "[z-a]",
            "*}",
            &long,
            &braces,
        ] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern:?}");
            assert_eq!(Pattern::fault(pattern), Pattern::parse(pattern).err(), "{pattern:?}");
        }
    }

    #[test]
    fn roots_are_the_literal_start() {
        for (pattern, root) in [(".", ""), ("src/", "src"), ("a/b/*.rs", "a/b"), ("*.md", ""), ("a/**/b", "a")] {
            assert_eq!(Pattern::parse(pattern).unwrap().literal_root(), RepoPath::from(root), "{pattern}");
        }
    }

    #[test]
    fn overlap_is_told_name_by_name() {
        for (a, b, expected) in [
            ("src/", "src/a.rs", true),
            ("src/a", "src/b", false),
            (".", "x", true),
            ("docs/*.md", "docs/img", false),
            ("docs/*.md", "docs/a.md/x", true),
            ("*.md", "*.rs", false),
            ("a*", "*b", true),
            ("**/a", "b", true),
            ("src/*/x", "src/a/y", false),
            ("{a/b,c}/d", "e", true),
            ("src/a*", "src/b*", false),
        ] {
            let (a, b) = (Pattern::parse(a).unwrap(), Pattern::parse(b).unwrap());
            assert_eq!((a.overlaps(&b), b.overlaps(&a)), (expected, expected), "{a:?} {b:?}");
        }
    }

    proptest! {
        #[test]
        fn what_matches_both_overlaps(
            a in "[ab*?]{1,2}(/([ab]|\\*\\*|\\*b|\\{a,b\\}|[ab]\\*)){0,2}",
            b in "[ab*?]{1,2}(/([ab]|\\*\\*|\\*b|\\{a,b\\}|[ab]\\*)){0,2}",
            path in "[ab]{1,2}(/[ab]{1,2}){0,2}",
        ) {
            let (a, b) = (Pattern::parse(&a).unwrap(), Pattern::parse(&b).unwrap());
            let path = RepoPath::from(path.as_str());
            prop_assert!(!(a.matches(&path) && b.matches(&path)) || a.overlaps(&b));
            if a.matches(&path) {
                prop_assert!(path.is_within(&a.literal_root()) && a.matches(&path.join("x")));
            }
            let above = std::iter::successors(Some(path.clone()), RepoPath::parent);
            prop_assert_eq!(a.matches(&path), above.into_iter().any(|folder| a.matches_exactly(&folder)));
        }

        #[test]
        fn plain_patterns_are_read_as_all_others(pattern in "[ab./-]{1,10}(/\\*\\*)?") {
            if let Some(names) = plain_names(&pattern) {
                let (read, glob) = read(&pattern).expect("nothing can be wrong with it");
                prop_assert!(glob.is_none());
                prop_assert_eq!(names, read.join("/"));
            }
        }

        #[test]
        fn any_text_is_survived(pattern in "[\\[\\]{}*?!,^/a.\\\\é-]{0,30}", path in prop::collection::vec(any::<u8>(), 0..20)) {
            if let Ok(pattern) = Pattern::parse(&pattern) {
                pattern.matches(&RepoPath::new(path));
                pattern.overlaps(&pattern);
            }
        }
    }
}
