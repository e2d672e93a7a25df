//! GitHub's CODEOWNERS: reading one, and writing one from owners, within what that file can say.

use crate::pattern::Pattern;
use std::collections::BTreeMap;

/// Where GitHub looks for the file; the first that exists counts.
pub const PATHS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The size in bytes above which GitHub ignores the file.
pub const MAX_BYTES: usize = 3 * 1024 * 1024;

/// One line that gives a pattern owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// As GitHub reads it.
    pub pattern: String,
    /// `@login`, `@org/team` or an address each.
    pub owners: Vec<String>,
}

/// The lines of a CODEOWNERS file that name a pattern; comments and blank lines are left out.
pub fn parse(text: &str) -> Vec<Line> {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    lines
        .filter_map(|(index, line)| {
            let words = words(line);
            let (pattern, owners) = words.split_first()?;
            Some(Line { number: index + 1, pattern: pattern.clone(), owners: owners.to_vec() })
        })
        .collect()
}

/// The words of a line up to a comment; a backslash keeps the blank after it.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => word.extend(chars.next()),
            '#' if word.is_empty() => break,
            c if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// One of our path patterns for a pattern of that file; `None` where the two cannot say the same.
///
/// ```
/// use passmuster::roster::codeowners::as_domain;
/// assert_eq!(as_domain("/docs/").as_deref(), Some("docs"));
/// assert_eq!(as_domain("*.js").as_deref(), Some("**/*.js"));
/// assert_eq!(as_domain("*").as_deref(), Some("."));
/// ```
pub fn as_domain(pattern: &str) -> Option<String> {
    let inner = pattern.trim_end_matches('/');
    let anchored = inner.strip_prefix('/').map(str::to_owned);
    let domain = match (inner, anchored) {
        ("*" | "" | "**" | "/*" | "/**", _) => ".".to_owned(),
        (_, Some(anchored)) => anchored,
        (inner, None) if inner.contains('/') => inner.to_owned(),
        (inner, None) => format!("**/{inner}"),
    };
    let domain = domain.strip_suffix("/**").map_or(domain.clone(), str::to_owned);
    // Braces and brackets are letters there, and special here.
    let same = !domain.contains(['{', '}', '[', ']', '!']);
    (same && Pattern::parse(&domain).is_ok()).then_some(domain)
}

/// A pattern of that file for one of ours, or why there is none.
///
/// # Errors
/// The pattern uses a range of characters, which that file cannot say.
pub fn as_patterns(domain: &str) -> Result<Vec<String>, String> {
    let mut alternatives = expanded(domain);
    alternatives.sort();
    alternatives.dedup();
    if alternatives.len() > 64 {
        return Err("it stands for too many patterns".to_owned());
    }
    alternatives.iter().map(|domain| as_pattern(domain)).collect()
}

fn as_pattern(domain: &str) -> Result<String, String> {
    if domain.contains(['[', ']']) {
        return Err("CODEOWNERS has no ranges of characters".to_owned());
    }
    let names: Vec<&str> = domain.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
    let is_folder = domain.ends_with('/') || domain.ends_with("/**") || domain.ends_with("/*");
    let escaped = |names: &[&str]| names.join("/").replace(' ', "\\ ").replace('#', "\\#");
    Ok(match names.as_slice() {
        [] | ["**" | "*"] => "*".to_owned(),
        ["**", name] => escaped(&[name]),
        [folder @ .., "**" | "*"] => format!("/{}/", escaped(folder)),
        names => format!("/{}{}", escaped(names), if is_folder { "/" } else { "" }),
    })
}

/// The patterns that one with braces stands for.
fn expanded(domain: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![domain.to_owned()];
    while let Some(next) = open.pop() {
        let Some((start, end)) = innermost(&next) else {
            done.push(next);
            continue;
        };
        if open.len() + done.len() > 64 {
            return vec![String::new(); 65];
        }
        let parts: Vec<String> = next[start + 1..end]
            .split(',')
            .map(|part| format!("{}{part}{}", &next[..start], &next[end + 1..]))
            .collect();
        open.extend(parts.into_iter().rev());
    }
    done
}

/// The first pair of braces with none inside.
fn innermost(text: &str) -> Option<(usize, usize)> {
    let end = text.find('}')?;
    let start = text[..end].rfind('{')?;
    Some((start, end))
}

/// The text of a CODEOWNERS file: every pattern with its owners, in the order given. Since the last line that matches
/// counts, a later pattern that lies inside an earlier one also names the owners of that one.
pub fn write(owned: &[(String, Vec<String>)]) -> String {
    let mut text = String::from("# Written by `passmuster roster export`; change the policy or the roster instead.\n");
    for (index, (pattern, owners)) in owned.iter().enumerate() {
        let mut all: BTreeMap<&str, ()> = owners.iter().map(|owner| (owner.as_str(), ())).collect();
        let outer = owned[..index].iter().filter(|(other, _)| is_inside(pattern, other));
        all.extend(outer.flat_map(|(_, owners)| owners).map(|owner| (owner.as_str(), ())));
        let owners: Vec<&str> = all.into_keys().collect();
        text.push_str(&format!("{pattern} {}\n", owners.join(" ")));
    }
    text
}

/// How many folders a written pattern names; what may stand anywhere comes first.
pub fn depth(pattern: &str) -> usize {
    if pattern.starts_with('/') { pattern.matches('/').count() } else { 0 }
}

/// Whether every path of one written pattern surely matches the other.
fn is_inside(pattern: &str, outer: &str) -> bool {
    outer == "*" || pattern == outer || (outer.ends_with('/') && pattern.starts_with(outer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_read_as_github_does() {
        let lines = parse("# all\n*  @org/all a@b.c # x\n\n/my\\ docs/ @ada\n/none\n");
        let said: Vec<_> =
            lines.iter().map(|line| format!("{} {} {:?}", line.number, line.pattern, line.owners)).collect();
        assert_eq!(said, ["2 * [\"@org/all\", \"a@b.c\"]", "4 /my docs/ [\"@ada\"]", "5 /none []"]);
    }

    #[test]
    fn patterns_go_both_ways_or_not_at_all() {
        for (domain, patterns) in [
            (".", Ok(vec!["*"])),
            ("docs/**", Ok(vec!["/docs/"])),
            ("docs", Ok(vec!["/docs"])),
            ("*.md", Ok(vec!["/*.md"])),
            ("**/*.md", Ok(vec!["*.md"])),
            ("src/{a,b{c,d}}/x", Ok(vec!["/src/a/x", "/src/bc/x", "/src/bd/x"])),
            ("my docs/", Ok(vec!["/my\\ docs/"])),
            ("[ab].rs", Err(())),
        ] {
            let patterns = patterns.map(|patterns| patterns.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(as_patterns(domain).map_err(|_| ()), patterns, "{domain}");
        }
        for (pattern, domain) in [("docs/*", Some("docs/*")), ("/a/**", Some("a")), ("[a]", None), ("../x", None)] {
            assert_eq!(as_domain(pattern).as_deref(), domain, "{pattern}");
        }
    }

    #[test]
    fn the_last_line_that_matches_names_all_who_own() {
        let owned = [("*", "@a"), ("/docs/", "@b"), ("/docs/api/", "@c"), ("/src/", "@d")];
        let owned = owned.map(|(pattern, owner)| (pattern.to_owned(), vec![owner.to_owned()]));
        let lines: Vec<String> = write(&owned).lines().skip(1).map(str::to_owned).collect();
        assert_eq!(lines, ["* @a", "/docs/ @a @b", "/docs/api/ @a @b @c", "/src/ @a @d"]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[ -~é\\\\{}#\n]{0,60}") {
            for line in parse(&text) {
                as_domain(&line.pattern);
            }
            let _ = as_patterns(&text);
        }
    }
}
