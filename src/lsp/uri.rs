//! `file:` addresses and the paths they mean.

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::path::{Path, PathBuf};

/// What is written as it is: the unreserved characters of RFC 3986, and what separates names and drives.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path of an address; `None` for what is no file of this machine.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let text = uri.as_ref();
    let scheme = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"))?;
    let rest = &text[scheme.len()..];
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let at = rest.find('/')?;
            let host = &rest[..at];
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return None;
            }
            &rest[at..]
        }
        None => rest,
    };
    if !path.starts_with('/') {
        return None;
    }
    // Editors hand out text: a name that is not UTF-8 cannot be opened there.
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    if decoded.contains('\0') {
        return None;
    }
    Some(native(&decoded))
}

/// `/c:/x` is a path of a drive.
#[cfg(windows)]
fn native(path: &str) -> PathBuf {
    let is_drive = path.as_bytes().get(2) == Some(&b':');
    PathBuf::from(if is_drive { &path[1..] } else { path })
}

#[cfg(not(windows))]
fn native(path: &str) -> PathBuf {
    PathBuf::from(path)
}

/// The address of an absolute path; `None` for one that is no text.
pub(super) fn of(path: &Path) -> Option<Uri> {
    let text = path.to_str()?;
    let slashed = if cfg!(windows) { format!("/{}", text.replace('\\', "/")) } else { text.to_owned() };
    Some(Uri(format!("file://{}", utf8_percent_encode(&slashed, ENCODED))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn addresses_of_files_are_read_in_their_spellings() {
        for (text, path_) in [
            ("file:///a/b%20c.md", Some("/a/b c.md")),
            ("file://localhost/a", Some("/a")),
            ("FILE:///%C3%A9%F0%9F%91%8D", Some("/é👍")),
            ("file:/a", Some("/a")),
            ("file:///a#x", Some("/a")),
            ("file://host/a", None),
            ("untitled:Untitled-1", None),
            ("file:", None),
            ("", None),
            ("é:", None),
            ("file:///%ff", None),
            ("file:///a%00b", None),
            ("http://a/b", None),
        ] {
            assert_eq!(path(&Uri::from(text)), path_.map(PathBuf::from), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn there_and_back_is_the_same_path() {
        for text in ["/", "/a b/é👍#?%.md", "/c:/x"] {
            assert_eq!(path(&of(Path::new(text)).expect("it is text")), Some(PathBuf::from(text)));
        }
        assert_eq!(of(Path::new("/a b#")).expect("it is text").as_ref(), "file:///a%20b%23");
    }
}
