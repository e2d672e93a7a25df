//! The paths that Rust source names, read from its tokens: comments, strings and `#[cfg(test)]` parts do not
//! count, `use` groups are taken apart, `crate`, `self` and `super` are resolved.

use std::path::{Path, PathBuf};

/// Lists the Rust files below `folder`, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("source folders can be listed") {
        let path = entry.expect("source folders can be listed").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// One path and where it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// `["crate", "plan", "Kind"]`, or `["git2", "Repository"]` for a path outside the crate.
    pub path: Vec<String>,
    pub line: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
}

/// Lists the paths in `source`, the text of the module `module` (`["plan", "parse"]`; empty for the root).
/// Single names without `::` are no paths, except after `use`.
pub fn paths(source: &str, module: &[&str]) -> Vec<Named> {
    let tokens = without_tests(tokens(source));
    let mut walk = Walk { tokens: &tokens, found: Vec::new() };
    let mut scopes: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while at < tokens.len() {
        match walk.text(at) {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                scopes.retain(|(_, opened)| *opened <= depth);
            }
            "mod" if walk.text(at + 2) == "{" => {
                scopes.push((walk.text(at + 1).to_owned(), depth + 1));
                at += 2;
                continue;
            }
            _ => {}
        }
        if walk.starts_path(at) {
            let first = walk.found.len();
            at = walk.tree(at, &[]).max(at + 1);
            let here: Vec<&str> = module.iter().copied().chain(scopes.iter().map(|(name, _)| name.as_str())).collect();
            for named in &mut walk.found[first..] {
                resolve(&mut named.path, &here);
            }
        } else {
            at += 1;
        }
    }
    walk.found
}

struct Walk<'a> {
    tokens: &'a [Token],
    found: Vec<Named>,
}

impl Walk<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn is_name(&self, at: usize) -> bool {
        self.text(at).starts_with(|c: char| c.is_alphabetic() || c == '_')
    }

    fn starts_path(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or("", |at| self.text(at));
        self.is_name(at)
            && (before != "::" || at < 2 || !(self.is_name(at - 2) || self.text(at - 2) == ">"))
            && (self.text(at + 1) == "::" || before == "use")
    }

    /// Reads a path, or a tree of paths with `{…}`, and returns where it ends.
    fn tree(&mut self, mut at: usize, prefix: &[String]) -> usize {
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        let mut path = prefix.to_vec();
        loop {
            match self.text(at) {
                "{" => return self.group(at + 1, &path),
                "*" => at += 1,
                _ if self.is_name(at) => {
                    path.push(self.text(at).to_owned());
                    at += 1;
                    let next = self.text(at + 1);
                    if self.text(at) == "::" && (next == "{" || next == "*" || self.is_name(at + 1)) {
                        at += 1;
                        continue;
                    }
                }
                _ => {}
            }
            self.found.push(Named { path, line });
            return at;
        }
    }

    fn group(&mut self, mut at: usize, prefix: &[String]) -> usize {
        while !matches!(self.text(at), "}" | "") {
            at = if self.is_name(at) || self.text(at) == "{" { self.tree(at, prefix) } else { at + 1 };
            if self.text(at) == "as" {
                at += 2;
            }
        }
        at + 1
    }
}

fn resolve(path: &mut Vec<String>, here: &[&str]) {
    let supers = path.iter().take_while(|name| *name == "super").count();
    let skip = if supers > 0 { supers } else { usize::from(path[0] == "self") };
    if skip > 0 {
        let base = here[..here.len().saturating_sub(supers)].iter().map(|name| (*name).to_owned());
        *path = std::iter::once("crate".to_owned()).chain(base).chain(path.drain(skip..)).collect();
    }
    if path[0] == "passmuster" {
        path[0] = "crate".to_owned();
    }
}

/// Leaves out every item under `#[cfg(test)]`.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].iter().map(|token| token.text.as_str()).take(MARK.len()).eq(MARK) {
            at = item_end(&tokens, at + MARK.len());
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// Where an item ends: after its `;`, or after the brace that closes its first one.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    let mut depth = 0usize;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth <= 1 => break,
            "}" => depth -= 1,
            ";" if depth == 0 => break,
            _ => {}
        }
    }
    at
}

fn tokens(source: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while !rest.is_empty() {
        let (length, is_token) = next(rest);
        let (token, after) = rest.split_at(length);
        if is_token {
            out.push(Token { text: token.to_owned(), line });
        }
        line += token.matches('\n').count();
        rest = after;
    }
    out
}

/// The length of what stands first, and whether it counts as a token.
fn next(rest: &str) -> (usize, bool) {
    let first = rest.chars().next().expect("rest is not empty");
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), false);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), false);
    }
    if let Some(length) = string(rest) {
        return (length, false);
    }
    if first.is_alphanumeric() || first == '_' {
        return (rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()), true);
    }
    if rest.starts_with("::") {
        return (2, true);
    }
    (first.len_utf8(), !first.is_whitespace())
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        match rest.get(at..at + 2) {
            Some("/*") => depth += 1,
            Some("*/") => depth -= 1,
            _ => {
                at += rest[at..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The length of a string, byte string, raw string or character; `None` when something else (such as a
/// lifetime) stands here.
fn string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""]
        .into_iter()
        .find(|prefix| rest.strip_prefix(prefix).is_some_and(|after| after.starts_with(['"', '#', '\''])))?;
    let after = &rest[prefix.len()..];
    if prefix.contains('r') {
        let hashes = after.len() - after.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let body = after[hashes..].strip_prefix('"')?;
        return Some(prefix.len() + hashes + 1 + body.find(&end)? + end.len());
    }
    if after.starts_with('#') {
        return None;
    }
    let quote = after.chars().next()?;
    if quote == '\'' {
        let mut chars = after[1..].chars();
        let first = chars.next()?;
        if first != '\\' && chars.next() != Some('\'') {
            return None;
        }
    }
    let mut escaped = false;
    for (at, c) in after.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(prefix.len() + at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::paths;

    fn named(source: &str, module: &[&str]) -> Vec<String> {
        paths(source, module).into_iter().map(|named| named.path.join("::")).collect()
    }

    #[test]
    fn groups_are_taken_apart() {
        let source = "use crate::{diag::{Code, Sink as S}, text, plan::*};\nfn f() { crate::gate::run::<u8>() }";
        let expected = ["crate::diag::Code", "crate::diag::Sink", "crate::text", "crate::plan", "crate::gate::run"];
        assert_eq!(named(source, &["a"]), expected);
    }

    #[test]
    fn relatives_are_resolved() {
        let source =
            "use super::x; use super::super::plan::y; use self::z; mod inner { use super::super::w; } use super::v;";
        let expected = ["crate::a::x", "crate::plan::y", "crate::a::b::z", "crate::a::w", "crate::a::v"];
        assert_eq!(named(source, &["a", "b"]), expected);
        assert_eq!(
            named("passmuster::cli::main(); use git2; $crate::diag::Code", &[]),
            ["crate::cli::main", "git2", "crate::diag::Code"]
        );
    }

    #[test]
    fn comments_strings_and_tests_do_not_count() {
        let source = r###"
            // crate::a::b
            /* crate::a /* crate::b::c */ crate::d::e */
            /// [`crate::f::g`]
            fn f<'a>(x: &'a str) { ("crate::h::i", r#"" crate::j::k"#, b'"', '\'', "\" crate::l::m"); crate::yes::x }
            #[cfg(test)]
            mod tests { use crate::n::o; fn f() { {} } }
            #[cfg(test)]
            use crate::p::q;
            use crate::also::y;
        "###;
        assert_eq!(named(source, &["a"]), ["crate::yes::x", "crate::also::y"]);
    }
}
