//! Which refs a pattern means: `main`, `release/*`, `release/**`, `refs/tags/v*`.

use crate::id::RefName;
use crate::pattern::{compile, is_special};
use crate::text::is_hostile;
use globset::GlobSet;

const BRANCHES: &str = "refs/heads/";

/// One ref pattern, matched on full names. `*` stays inside one name of the ref, `**` crosses `/`.
#[derive(Clone, Debug)]
pub struct RefPattern {
    text: String,
    exact: GlobSet,
    folded: GlobSet,
}

impl RefPattern {
    /// Reads a branch pattern, or a full one that starts with `refs/`.
    ///
    /// # Errors
    /// Why it can match no ref, as the end of a sentence that starts with the pattern.
    pub fn parse(pattern: &str) -> Result<Self, String> {
        let full = if pattern.starts_with("refs/") { pattern.to_owned() } else { format!("{BRANCHES}{pattern}") };
        if pattern.is_empty() {
            return Err("is empty".to_owned());
        }
        if pattern == "HEAD" {
            return Err("is whatever is checked out, not a branch".to_owned());
        }
        let bad = |c: char| is_hostile(c) || matches!(c, ' ' | '~' | '^' | ':' | '\\');
        if pattern.chars().any(bad) || pattern.contains("..") || pattern.contains("@{") {
            return Err("holds characters that no ref name has".to_owned());
        }
        if full.split('/').any(|name| name.is_empty() || name.starts_with('.') || name.ends_with(".lock")) {
            return Err("has a part that no ref name has".to_owned());
        }
        let exact = compile(&full)?;
        let folded = compile(&fold(&full))?;
        Ok(Self { text: pattern.to_owned(), exact, folded })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern names one ref, without a glob in it.
    pub fn is_literal(&self) -> bool {
        !is_special(&self.text)
    }

    pub fn matches(&self, name: &RefName) -> bool {
        self.exact.is_match(name.as_str())
    }

    fn matches_folded(&self, folded: &str) -> bool {
        self.folded.is_match(folded)
    }
}

/// What `name` could be taken for by a person, a file system without case, or a command that completes short
/// names: the pattern, or `HEAD`. Names that a pattern matches look like themselves: `None`.
pub fn look_alike<'a>(patterns: &'a [RefPattern], name: &RefName) -> Option<&'a str> {
    if patterns.iter().any(|pattern| pattern.matches(name)) {
        return None;
    }
    let folded = fold(name.as_str());
    let mut inner = folded.strip_prefix(BRANCHES).unwrap_or_default();
    if inner == "head" {
        return Some("HEAD");
    }
    let find = |folded: &str| patterns.iter().find(|pattern| pattern.matches_folded(folded)).map(RefPattern::as_str);
    if let Some(found) = find(&folded) {
        return Some(found);
    }
    // `heads/main` and `refs/heads/main` are also ways to write the branch `main`.
    while let Some(rest) = inner.strip_prefix("refs/").or_else(|| inner.strip_prefix("heads/")) {
        inner = rest;
        if let Some(found) = find(&format!("{BRANCHES}{inner}")).or_else(|| find(&format!("refs/{inner}"))) {
            return Some(found);
        }
    }
    None
}

/// Lower case, without characters that cannot be seen.
fn fold(name: &str) -> String {
    name.chars().filter(|c| !is_hostile(*c) && *c != '\u{ad}').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Vec<RefPattern> {
        texts.iter().map(|text| RefPattern::parse(text).unwrap()).collect()
    }

    #[test]
    fn patterns_match_full_names() {
        for (pattern, name, expected) in [
            ("main", "refs/heads/main", true),
            ("main", "refs/heads/main2", false),
            ("main", "refs/heads/a/main", false),
            ("main", "refs/tags/main", false),
            ("main", "main", false),
            ("release/*", "refs/heads/release/1", true),
            ("release/*", "refs/heads/release/1/2", false),
            ("release/*", "refs/heads/release", false),
            ("release/**", "refs/heads/release/1/2", true),
            ("*", "refs/heads/a", true),
            ("*", "refs/heads/a/b", false),
            ("refs/tags/v*", "refs/tags/v1", true),
            ("refs/tags/v*", "refs/heads/v1", false),
            ("refs/**", "refs/tags/a/b", true),
        ] {
            assert_eq!(RefPattern::parse(pattern).unwrap().matches(&RefName::new(name)), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn what_is_no_ref_cannot_be_protected() {
        for pattern in [
            "",
            "HEAD",
            "/main",
            "main/",
            "a//b",
            "a b",
            "a..b",
            "a~1",
            "a\\b",
            "@{u}",
            ".x",
            "x.lock",
            "a\u{200b}",
            "[a",
        ] {
            assert!(RefPattern::parse(pattern).is_err(), "{pattern:?}");
        }
    }

    #[test]
    fn look_alikes_are_found() {
        let patterns = patterns(&["main", "release/*", "refs/tags/v*"]);
        for (name, expected) in [
            ("refs/heads/main", None),
            ("refs/heads/Main", Some("main")),
            ("refs/heads/MAIN", Some("main")),
            ("Refs/Heads/main", Some("main")),
            ("refs/heads/ma\u{200b}in", Some("main")),
            ("refs/heads/ma\u{ad}in", Some("main")),
            ("refs/heads/refs/heads/main", Some("main")),
            ("refs/heads/refs/heads/refs/heads/main", Some("main")),
            ("refs/heads/heads/main", Some("main")),
            ("refs/heads/refs/tags/v1", Some("refs/tags/v*")),
            ("refs/heads/tags/v1", None),
            ("refs/heads/HEAD", Some("HEAD")),
            ("refs/heads/head", Some("HEAD")),
            ("refs/heads/Release/1", Some("release/*")),
            ("refs/heads/main2", None),
            ("refs/heads/feature/main", None),
            ("refs/remotes/origin/main", None),
            ("refs/remotes/origin/HEAD", None),
            ("HEAD", None),
        ] {
            assert_eq!(look_alike(&patterns, &RefName::new(name)), expected, "{name}");
        }
    }
}
