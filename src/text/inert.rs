//! Text that Markdown shows as it is.

/// One line of Markdown that shows `text` and does nothing else: no markup, HTML, diagrams, links, references or mentions.
/// Only what would act is escaped, so that the page can be read as it is, too. GitHub looks for `@name` and `#1` in what a
/// page shows, where a backslash would not help: an invisible character keeps them apart.
///
/// What would act only at the beginning of a line (a list, a rule) is left to whoever begins one with it.
///
/// ```
/// use passmuster::text::inert;
/// assert_eq!(inert("a|b <i> 12:30"), "a\\|b \\<i\\> 12:30");
/// assert_eq!(inert("@ada #1 x@y.z"), "@&#8203;ada #&#8203;1 x@&#8203;y.z");
/// ```
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let within = before.is_alphanumeric() && after.is_alphanumeric();
        match c {
            '@' if after.is_ascii_alphanumeric() => out.push_str("@&#8203;"),
            '#' if after.is_ascii_digit() => out.push_str("#&#8203;"),
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '#' => out.extend(['\\', c]),
            '_' if !within => out.push_str("\\_"),
            // What ends a scheme, or begins an emoji; a time of day does neither.
            ':' if after.is_whitespace() || (before.is_ascii_digit() && after.is_ascii_digit()) => out.push(c),
            ':' => out.push_str("\\:"),
            '.' if out.len() >= 3 && out.as_bytes()[out.len() - 3..].eq_ignore_ascii_case(b"www") => {
                out.push_str("\\.");
            }
            c => out.push(c),
        }
        before = c;
    }
    out
}
