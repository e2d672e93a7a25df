//! Finds the front matter of an agent file, also where it is not quite one.

use super::lines::is_key;
use crate::text::Span;

/// The front matter of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Front {
    /// What stands between the fences.
    pub body: Span,
    /// Where the text of the agent begins.
    pub after: usize,
    /// Whether a fence closes it.
    pub closed: bool,
    /// Whether the opening fence is the first line.
    pub at_start: bool,
    /// The first heading inside that no known key follows: a comment of YAML looks the same.
    pub heading: Option<usize>,
}

impl Front {
    /// The same, ended at its heading.
    pub fn up_to_heading(self) -> Option<Self> {
        let at = self.heading?;
        Some(Self { body: Span::new(self.body.start, at), after: at, closed: false, heading: None, ..self })
    }
}

/// The indentation that the whole file has before its opening fence; some files are pasted from a quotation.
pub(super) fn indentation(text: &str) -> &str {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let indent = &first[..first.len() - first.trim_start_matches(' ').len()];
    if first.trim() == "---" { indent } else { "" }
}

/// Finds the opening fence after blank lines, one-line comments and at most one code fence, and what closes it.
pub(super) fn find(text: &str) -> Option<Front> {
    let mut at = 0;
    let mut fenced = false;
    let mut lines = text.split_inclusive('\n').peekable();
    let opening = loop {
        let line = lines.next()?;
        let said = line.trim();
        if said == "---" {
            break line;
        }
        let comment = said.starts_with("<!--") && said.ends_with("-->");
        let code = !fenced && (said.starts_with("```") || said.starts_with("~~~"));
        if !(said.is_empty() || comment || code) {
            return None;
        }
        fenced |= code;
        at += line.len();
    };
    let start = at + opening.len();
    let mut front = Front { body: Span::at(start), after: start, closed: false, at_start: at == 0, heading: None };
    let mut at = start;
    let mut has_field = false;
    while let Some(line) = lines.next() {
        if is_closing(line) {
            front.closed = true;
            front.body.end = at;
            front.after = at + line.len();
            return Some(front);
        }
        if has_field && front.heading.is_none() && is_heading(line) {
            let goes_on = lines.peek().and_then(|next| next.split_once(':')).is_some_and(|(key, _)| is_key(key));
            front.heading = (!goes_on).then_some(at);
        }
        has_field |= line.contains(':');
        at += line.len();
    }
    front.body.end = at;
    front.after = at;
    Some(front)
}

/// `---`, `...`, or a rule of more dashes, which some take for the same.
fn is_closing(line: &str) -> bool {
    let line = line.trim_end();
    line == "..." || (line.len() >= 3 && line.bytes().all(|b| b == b'-'))
}

pub(super) fn is_heading(line: &str) -> bool {
    let signs = line.bytes().take_while(|&b| b == b'#').count();
    (1..=6).contains(&signs) && line[signs..].starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_are_found_where_people_put_them() {
        for (text, body, closed) in [
            ("---\na: b\n---\nx", "a: b\n", true),
            ("\n<!-- x -->\n---\na: b\n...\nx", "a: b\n", true),
            ("```yaml\n---\na: b\n---\n```\n", "a: b\n", true),
            ("---\na: b\n------\nx", "a: b\n", true),
            ("---\na: b\n\n# T\n", "a: b\n\n", false),
            ("---\na: b\n# T\nc\n---\n", "a: b\n", false),
            ("---\na: b", "a: b", false),
            ("---", "", false),
        ] {
            let front = find(text).expect(text);
            let front = front.up_to_heading().unwrap_or(front);
            assert_eq!((&text[front.body.range()], front.closed), (body, closed), "{text}");
        }
        for text in ["", "# T\n---\na: b\n---\n", "text\n", "```\n```\nx\n---\n"] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
