//! The page of a code, as its doc comment was written.

use crate::diag::Code;

/// The page of a code as Markdown: without the space that starts each doc comment line.
pub fn page(code: &Code) -> String {
    let lines: Vec<&str> = code.page.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n").trim().to_owned()
}

/// The first paragraph of the page in one line.
pub fn summary(code: &Code) -> String {
    let page = page(code);
    page.split("\n\n").next().unwrap_or_default().replace('\n', " ")
}
