//! What a Markdown text refers to by path: links, pictures, and imports such as `@docs/rules.md`.
//!
//! Ground layer. Code is no reference, nor is what has a scheme, a handle or the scope of a package.

use super::markdown_start;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The file types that an import names: `@alice` and `@scope/package` are none.
const IMPORTED: [&str; 7] = ["md", "mdc", "txt", "yaml", "yml", "toml", "json"];

/// The paths that a text refers to, in order, as written but without a fragment or a query.
///
/// ```
/// let text = "See [how](docs/how.md#run), @rules.md, `@not/this.md` and https://example.org.\n";
/// assert_eq!(passmuster::doc::references::paths(text), ["docs/how.md", "rules.md"]);
/// ```
pub fn paths(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    for event in Parser::new_ext(&text[markdown_start(text)..], Options::empty()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => found.extend(linked(&dest_url)),
            Event::Text(text) if !in_code => found.extend(imports(&text)),
            _ => {}
        }
    }
    found
}

/// The path of a link's target, if it is one. What is percent-encoded could be meant in several ways.
fn linked(target: &str) -> Option<String> {
    let path = target.split(['#', '?']).next()?;
    let is_path = !path.is_empty() && !path.starts_with("//") && !path.contains([':', '%', '\\', '{', '<']);
    is_path.then(|| path.to_owned())
}

fn imports(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split_whitespace().filter_map(|word| word.trim_start_matches(['(', '[', '"']).strip_prefix('@'));
    let words = words.map(|word| word.trim_end_matches(['.', ',', ';', ':', ')', ']', '"', '!', '?']));
    let is_file = |word: &&str| {
        let ending = word.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending);
        ending.is_some_and(|ending| IMPORTED.contains(&ending)) && !word.starts_with('~') && !word.contains([':', '@'])
    };
    words.filter(is_file).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn only_what_is_a_path_is_a_reference() {
        for (text, expected) in [
            ("[a](docs/a.md)", &["docs/a.md"][..]),
            ("![a](../img/a.png \"t\")", &["../img/a.png"]),
            ("[a][b]\n\n[b]: x/y.md#z\n", &["x/y.md"]),
            ("Read @CLAUDE.md, then (@docs/b.md).", &["CLAUDE.md", "docs/b.md"]),
            ("<https://a.b/c.md> [m](mailto:a@b.md) [h](#here) [e](a%20b.md)", &[]),
            ("@alice @types/node a@b.md @.md @~/x.md", &[]),
            ("```\n@a.md [x](y.md)\n```\n\n    @b.md\n\n`@c.md`\n", &[]),
            ("---\nx: '[a](b.md)'\n---\n[c](d.md)\n", &["d.md"]),
        ] {
            assert_eq!(paths(text), expected, "{text}");
        }
    }
}
