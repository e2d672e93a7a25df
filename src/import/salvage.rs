//! The entries of a JSON document that is broken somewhere: each is read by itself, so that one bad entry costs no other.
//!
//! Domain layer. Where an entry ends that cannot be read is a guess: the next line that begins as far in as the entry
//! does, or the bracket that closes it.

use super::json::{self, Json};
use std::borrow::Cow;

/// What was found in a broken document.
#[derive(Debug, Default)]
pub(super) struct Salvaged<'a> {
    /// The lists, each with its name.
    pub lists: Vec<(&'a str, Vec<Json<'a>>)>,
    /// Where an entry could not be read, in order, and why.
    pub broken: Vec<(usize, String)>,
}

impl<'a> Salvaged<'a> {
    /// The entries of a list that begins the document, under no name; as many as can be read.
    pub(super) fn list(text: &'a str, from: usize) -> Self {
        let mut found = Self::default();
        let blank = text.len() - text[from..].trim_start().len();
        if text[blank..].starts_with('[') {
            let (entries, _) = found.entries(text, blank + 1);
            found.lists.push(("", entries));
        }
        found
    }

    /// The entries of every list under `key`, named by the key around it.
    pub(super) fn lists(text: &'a str, key: &str) -> Self {
        let mut found = Self::default();
        let quoted = format!("\"{key}\"");
        let mut at = 0;
        while let Some(start) = text[at..].find(&quoted).map(|n| at + n) {
            at = start + quoted.len();
            let after = text[at..].trim_start().strip_prefix(':').map(str::trim_start);
            let Some(list) = after.and_then(|rest| rest.strip_prefix('[')) else { continue };
            let (entries, end) = found.entries(text, text.len() - list.len());
            found.lists.push((name_before(text, start), entries));
            at = end;
        }
        found
    }

    /// The same as a document: its lists under `key`, in an object for each name.
    pub(super) fn into_document(self, key: &'static str) -> Json<'a> {
        let list = |entries| Json::Object(vec![(Cow::Borrowed(key), Json::List(entries))]);
        let mut named: Vec<_> =
            self.lists.into_iter().map(|(name, entries)| (Cow::Borrowed(name), list(entries))).collect();
        match named.as_slice() {
            [(name, _)] if name.is_empty() => named.swap_remove(0).1,
            _ => Json::Object(named),
        }
    }

    /// Reads entries from behind the bracket that opens their list; also returns where it ended.
    fn entries(&mut self, text: &'a str, mut at: usize) -> (Vec<Json<'a>>, usize) {
        let mut entries = Vec::new();
        loop {
            let rest = text[at..].trim_start_matches(|c: char| c == ',' || c.is_whitespace());
            at = text.len() - rest.len();
            if rest.is_empty() {
                self.broken.push((at, "the list has no end".to_owned()));
                return (entries, at);
            }
            if rest.starts_with(']') {
                return (entries, at + 1);
            }
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Json<'a>>();
            match values.next() {
                Some(Ok(entry)) => {
                    entries.push(entry);
                    at += values.byte_offset();
                }
                Some(Err(error)) => {
                    self.broken.push((at, json::cause(&error)));
                    let Some(next) = next_entry(text, at) else { return (entries, text.len()) };
                    at = next;
                }
                None => return (entries, at),
            }
        }
    }
}

/// The key of the object that begins right before `at`: `"master": { "tasks"`.
fn name_before(text: &str, at: usize) -> &str {
    let before = text[..at].trim_end().strip_suffix('{').map(str::trim_end);
    let quoted = before.and_then(|text| text.strip_suffix(':')).and_then(|text| text.trim_end().strip_suffix('"'));
    quoted.and_then(|text| text.rsplit_once('"')).map_or("", |(_, name)| name)
}

/// Where the entry after the one at `at`, which cannot be read, may begin.
fn next_entry(text: &str, at: usize) -> Option<usize> {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let indent = &text[line..at];
    if line > 0 && indent.trim().is_empty() {
        let next = format!("\n{indent}{{");
        return text[at..].find(&next).map(|n| at + n + next.len() - 1);
    }
    let mut depth = 0usize;
    let mut quoted = false;
    let mut bytes = text.bytes().enumerate().skip(at);
    while let Some((here, byte)) = bytes.next() {
        match byte {
            b'\\' if quoted => {
                bytes.next();
            }
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(here + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ids that are read, and how many entries are not.
    fn seen(found: &Salvaged<'_>) -> (Vec<String>, usize) {
        let id = |json: &Json<'_>| json.get("id").and_then(Json::scalar).unwrap_or_default().into_owned();
        let ids =
            found.lists.iter().flat_map(|(name, list)| list.iter().map(move |json| format!("{name}{}", id(json))));
        (ids.collect(), found.broken.len())
    }

    #[test]
    fn one_broken_entry_costs_no_other() {
        for (text, ids, broken) in [
            (r#"[{"id":1},{"id":2,},{"id":3}]"#, &["1", "3"][..], 1),
            (r#"[{"id":1}{"id":2} {"id":3}"#, &["1", "2", "3"], 1),
            ("[\n  {\"id\": 1},\n  {\"id\": \"2},\n  {\"id\": 3}\n]", &["1", "3"], 1),
            ("[\n  {\n    \"id\": 1\n    \"x\": {}\n  },\n  {\n    \"id\": 2\n  }\n]", &["2"], 1),
            (r#"[{"id":1},{"id":2"#, &["1"], 1),
            ("[", &[], 1),
            ("{}", &[], 0),
        ] {
            let (found, lost) = seen(&Salvaged::list(text, 0));
            assert_eq!((found.iter().map(String::as_str).collect::<Vec<_>>(), lost), (ids.to_vec(), broken), "{text}");
        }
    }

    #[test]
    fn lists_keep_their_names() {
        let text = r#"{"a": {"tasks": [{"id": 1}, {"id": oops}]}, "b": {"tasks": [{"id": 2}], "metadata": {}"#;
        assert_eq!(seen(&Salvaged::lists(text, "tasks")), (vec!["a1".to_owned(), "b2".to_owned()], 1));
        let text = r#"{"tasks": [{"id": 1}], "metadata": {"#;
        let found = Salvaged::lists(text, "tasks");
        assert_eq!(found.lists.len(), 1);
        assert!(found.into_document("tasks").get("tasks").is_some());
    }

    #[test]
    fn absurd_texts_end_soon() {
        for piece in ["[", "{", "{\"tasks\":[", "{\"a\":[\n", "\n{", "\"tasks\":[{", "\\", "\"", ","] {
            let text = format!("[{}", piece.repeat(20_000));
            Salvaged::list(&text, 0);
            Salvaged::lists(&text, "tasks");
        }
    }
}
