//! Paths in the words of a title.
//!
//! Domain layer; pure functions from text to ranges.

use std::ops::Range;

/// The paths a text names: words with a folder and a file or a closing `/`, and file names in backticks.
pub(super) fn paths(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let rest = &text[at..];
            let start = at + (rest.len() - rest.trim_start().len());
            let len = text[start..].find(char::is_whitespace).unwrap_or(text.len() - start);
            at = start + len;
            let word = &text[start..start + len];
            let quoted = word.contains('`');
            let lead = word.len() - word.trim_start_matches(['`', '(', '[', '"', '\'', '*']).len();
            let trimmed = word[lead..].trim_end_matches(['`', ')', ']', '"', '\'', ',', ';', ':', '.', '*']);
            if is_path(trimmed, quoted) {
                return Some(start + lead..start + lead + trimmed.len());
            }
        }
        None
    })
}

fn is_path(word: &str, quoted: bool) -> bool {
    let part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/');
    let outside = word.starts_with(['/', '-', '.']) && !word.starts_with("./") && !word.starts_with(".github/");
    if word.len() > 200 || outside || word.contains("//") || word.contains("..") || !word.bytes().all(part) {
        return false;
    }
    let name = word.rsplit('/').next().unwrap_or(word);
    let ending = name.rsplit_once('.').is_some_and(|(stem, end)| {
        let letters = end.bytes().all(|b| b.is_ascii_alphanumeric()) && end.bytes().any(|b| b.is_ascii_lowercase());
        !stem.is_empty() && (1..=6).contains(&end.len()) && letters
    });
    if word.contains('/') { name.is_empty() && word.len() > 2 || ending } else { quoted && ending }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_paths() {
        let read = |text: &'static str| paths(text).map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(
            read("Create `src/a.rs`, tests/fixtures/ and (docs/x.md). Also `ci.yml`"),
            ["src/a.rs", "tests/fixtures/", "docs/x.md", "ci.yml"]
        );
        for text in
            ["read/write and/or CI/CD", "https://example.org/a.html", "/etc/passwd", "a.rs", "v1.2", "../x.rs", ""]
        {
            assert_eq!(read(text), [""; 0], "{text}");
        }
    }
}
