//! Markdown, YAML and foreign TOML as documents with places.
//!
//! Ground layer: the home of pulldown-cmark, toml and the YAML crates.

pub mod blocks;
pub mod markdown;
pub mod references;
pub mod schema;
pub mod toml;
pub mod yaml;

use crate::text::Span;

/// The front matter of a Markdown text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// What stands between the two fences.
    pub body: Span,
    /// Where the Markdown begins: the start of the line after the closing fence.
    pub after: usize,
}

/// Returns the front matter of `text`: a first line `---` (after a byte order mark), closed by a line `---` or
/// `...`. An opening line that is never closed opens nothing.
///
/// ```
/// let front = passmuster::doc::front_matter("---\ntitle: a\n---\n# b\n").unwrap();
/// assert_eq!((front.body.range(), front.after), (4..13, 17));
/// ```
pub fn front_matter(text: &str) -> Option<FrontMatter> {
    let first = body_start(text);
    let mut lines = text[first..].split_inclusive('\n');
    let opening = lines.next().filter(|line| line.ends_with('\n') && line.trim_end() == "---")?;
    let start = first + opening.len();
    let mut at = start;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Some(FrontMatter { body: Span::new(start, at), after: at + line.len() });
        }
        at += line.len();
    }
    None
}

/// The length of the byte order mark, if `text` begins with one.
fn body_start(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// Where the Markdown of `text` begins: after the byte order mark and the front matter.
pub fn markdown_start(text: &str) -> usize {
    front_matter(text).map_or_else(|| body_start(text), |front| front.after)
}

#[cfg(test)]
mod tests;
