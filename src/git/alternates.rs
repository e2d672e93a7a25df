//! `GIT_ALTERNATE_OBJECT_DIRECTORIES`: a list of folders, as Git writes and reads it.

use std::ffi::OsStr;
use std::path::PathBuf;

/// Splits a list of folders as Git does: an entry that holds the separator stands in quotes, C style. An entry
/// whose quotes do not close is left out; what it holds will then be missing.
pub(super) fn split(list: &OsStr) -> Vec<PathBuf> {
    let Some(text) = list.to_str().filter(|text| text.contains('"')) else {
        return std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect();
    };
    let separator = if cfg!(windows) { ';' } else { ':' };
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (entry, after) = match rest.strip_prefix('"').and_then(unquote) {
            Some((entry, after)) => (entry, after.strip_prefix(separator).unwrap_or(after)),
            None => {
                let (entry, after) = rest.split_once(separator).unwrap_or((rest, ""));
                (entry.to_owned(), after)
            }
        };
        rest = after;
        found.push(entry);
    }
    found.into_iter().filter(|entry| !entry.is_empty() && !entry.starts_with('"')).map(PathBuf::from).collect()
}

/// Reads up to the closing quote; returns what was quoted and what follows.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut out = Vec::new();
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Some((String::from_utf8(out).ok()?, &text[at + 1..])),
            b'\\' => out.push(match bytes.next()?.1 {
                b'a' => 7,
                b'b' => 8,
                b't' => b'\t',
                b'n' => b'\n',
                b'v' => 11,
                b'f' => 12,
                b'r' => b'\r',
                plain @ (b'"' | b'\\') => plain,
                first @ b'0'..=b'3' => {
                    let mut digit = || bytes.next().map(|(_, b)| b).filter(|b| matches!(b, b'0'..=b'7'));
                    let (second, third) = (digit()?, digit()?);
                    ((first - b'0') << 6) | ((second - b'0') << 3) | (third - b'0')
                }
                _ => return None,
            }),
            plain => out.push(plain),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn alternates_are_split_as_git_quotes_them() {
        for (list, expected) in [
            ("/a:/b", &["/a", "/b"][..]),
            ("", &[]),
            (":/a::", &["/a"]),
            (r#""/a:b":/c"#, &["/a:b", "/c"]),
            (r#"/c:"/\303\244\"\\:x""#, &["/c", "/ä\"\\:x"]),
            (r#""/open:/c"#, &["/c"]),
            (r#""/bad\q":/c"#, &["/c"]),
        ] {
            let found: Vec<_> = split(OsStr::new(list));
            assert_eq!(found, expected.iter().map(PathBuf::from).collect::<Vec<_>>(), "{list}");
        }
    }
}
