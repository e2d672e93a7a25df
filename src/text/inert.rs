//! Text that Markdown shows as it is.

/// One line of Markdown that shows `text` and does nothing else: no markup, HTML, links or mentions.
///
/// ```
/// assert_eq!(passmuster::text::inert("a|b <i> @ada"), "a\\|b \\<i\\> \\@ada");
/// ```
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        let after_www = c == '.' && out.len() >= 3 && out.as_bytes()[out.len() - 3..].eq_ignore_ascii_case(b"www");
        if after_www || (c.is_ascii_punctuation() && !matches!(c, '.' | ',' | '-' | '%' | '/' | '(' | ')')) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
