//! Bytes of unknown origin as text: UTF-16, bytes that are no UTF-8, and UTF-8 that was once read as something else.
//!
//! Ground layer; home of encoding_rs. For files that other tools wrote; our own files are UTF-8 or refused.

use encoding_rs::{Encoding, MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Text with what had to be done to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Without a byte order mark; lines end with a line feed.
    pub text: String,
    /// Name of the UTF-16 that was read, if it was not UTF-8.
    pub utf16: Option<&'static str>,
    /// The line (from 1) of the first byte that was replaced because it fits no character.
    pub replaced: Option<usize>,
}

/// Takes bytes as UTF-8, or as UTF-16 when they start with its byte order mark.
///
/// ```
/// let decoded = passmuster::text::decode(b"\xff\xfea\0\r\0\n\0b\0");
/// assert_eq!((decoded.text.as_str(), decoded.utf16), ("a\nb", Some("UTF-16LE")));
/// ```
pub fn decode(bytes: &[u8]) -> Decoded {
    let (encoding, skip) = Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    let utf16 = (encoding == UTF_16LE || encoding == UTF_16BE).then(|| encoding.name());
    let (text, bad) = encoding.decode_without_bom_handling(&bytes[skip..]);
    let text = line_feeds(&text);
    let replaced = bad.then(|| {
        let before = text.find('\u{fffd}').map_or("", |at| &text[..at]);
        1 + before.bytes().filter(|&b| b == b'\n').count()
    });
    Decoded { text, utf16, replaced }
}

/// The text with every `\r\n` and every lone `\r` as a line feed.
fn line_feeds(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// A text whose characters were put right again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    pub text: String,
    /// The encoding that the UTF-8 had been taken for.
    pub taken_for: &'static str,
    /// The line (from 1) of the first wrong characters.
    pub line: usize,
}

/// Undoes the reading of UTF-8 as Mac Roman or as Windows-1252; `None` when the text does not look like that.
///
/// Only runs of characters that turn into UTF-8 as a whole are changed, and only when at least three characters come
/// out of it and they are most of what the text has beyond ASCII: an `É…` that somebody meant stays.
///
/// ```
/// use passmuster::text::repair_mojibake;
/// let repaired = repair_mojibake("Phase 3 ‚Üí Phase 4 ‚Äì ‚úÖ").unwrap();
/// assert_eq!((repaired.text.as_str(), repaired.taken_for), ("Phase 3 → Phase 4 – ✅", "Mac Roman"));
/// assert_eq!(repair_mojibake("CAFÉ… → für"), None);
/// ```
pub fn repair_mojibake(text: &str) -> Option<Repaired> {
    if text.is_ascii() {
        return None;
    }
    let tried = [(MACINTOSH, "Mac Roman"), (WINDOWS_1252, "Windows-1252")];
    let (repair, name) = tried
        .map(|(encoding, name)| (Repair::of(text, encoding), name))
        .into_iter()
        .max_by_key(|(r, _)| r.characters)?;
    let convincing = repair.characters >= 3 && repair.runs * 2 > repair.all_runs;
    convincing.then(|| Repaired {
        line: 1 + text[..repair.first].bytes().filter(|&b| b == b'\n').count(),
        text: repair.text,
        taken_for: name,
    })
}

/// One try to undo.
#[derive(Default)]
struct Repair {
    text: String,
    /// Runs beyond ASCII, and how many of them were put right.
    all_runs: usize,
    runs: usize,
    /// How many characters came out.
    characters: usize,
    /// Offset of the first run that was put right.
    first: usize,
}

impl Repair {
    fn of(text: &str, encoding: &'static Encoding) -> Self {
        let mut repair = Self::default();
        let mut rest = text;
        while let Some(start) = rest.find(|c: char| !c.is_ascii()) {
            repair.text.push_str(&rest[..start]);
            let offset = text.len() - rest.len() + start;
            rest = &rest[start..];
            let (run, after) = rest.split_at(rest.find(|c: char| c.is_ascii()).unwrap_or(rest.len()));
            repair.run(run, encoding, offset);
            rest = after;
        }
        repair.text.push_str(rest);
        repair
    }

    fn run(&mut self, run: &str, encoding: &'static Encoding, offset: usize) {
        self.all_runs += 1;
        let (bytes, _, unmappable) = encoding.encode(run);
        match String::from_utf8(Cow::into_owned(bytes)) {
            Ok(meant) if !unmappable && meant.chars().count() < run.chars().count() => {
                if self.runs == 0 {
                    self.first = offset;
                }
                self.runs += 1;
                self.characters += meant.chars().count();
                self.text.push_str(&meant);
            }
            _ => self.text.push_str(run),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_taken_for_something_else_is_put_right() {
        for (encoding, name) in [(MACINTOSH, "Mac Roman"), (WINDOWS_1252, "Windows-1252")] {
            let meant = "Schlüssel – prüfen → ✅ fertig\n";
            let (seen, _) = encoding.decode_without_bom_handling(meant.as_bytes());
            let repaired = repair_mojibake(&seen).unwrap();
            assert_eq!((repaired.text.as_str(), repaired.taken_for, repaired.line), (meant, name, 1));
        }
    }

    #[test]
    fn text_that_is_right_is_left_alone() {
        for text in ["", "plain", "für Élise – ça va… → ✅", "日本語のテキスト", "CAFÉ…"] {
            assert_eq!(repair_mojibake(text), None, "{text}");
        }
    }

    #[test]
    fn line_ends_and_bad_bytes() {
        assert_eq!(decode(b"\xef\xbb\xbfa\r\nb\rc\n").text, "a\nb\nc\n");
        let decoded = decode(b"a\nb\xe9\n");
        assert_eq!((decoded.text.as_str(), decoded.replaced), ("a\nb\u{fffd}\n", Some(2)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let decoded = decode(&bytes);
            prop_assert!(!decoded.text.contains('\r'));
            repair_mojibake(&decoded.text);
        }
    }
}
