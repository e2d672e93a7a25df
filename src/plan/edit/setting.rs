//! `key=value` as somebody types it.
//!
//! Domain layer. Says what is meant; where it is written is for [`set`](super::set()).

use crate::diag::{Failure, nearest};
use crate::plan::field::Key;
use crate::plan::sugar;
use crate::text::is_hostile;

/// One thing to say about an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub(super) what: What,
    /// Empty: what is there is taken away.
    pub(super) value: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Title,
    Parallel,
    /// One tag more.
    Tag,
    Field {
        key: Key,
        /// As it was typed; words that mean nothing to the tool are told apart by it.
        word: String,
    },
}

impl Setting {
    /// Reads `key=value`, or what a title line carries: `@owner`, `~4h`, `P1`, `#tag`, `[P]`. `key=` takes away.
    ///
    /// ```
    /// use passmuster::plan::edit::Setting;
    /// assert_eq!(Setting::parse("@ann").unwrap(), Setting::parse("Owner=ann").unwrap());
    /// assert!(Setting::parse("ownr=ann").is_err());
    /// ```
    ///
    /// # Errors
    /// The key is not known, or the value does not fit on a line.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let field = |key: Key, value: &str| {
            let word = key.canonical().unwrap_or_default().to_owned();
            Ok(Self { what: What::Field { key, word }, value: value.to_owned() })
        };
        match text.as_bytes() {
            [b'@', ..] => return field(Key::Owner, &text[1..]),
            [b'~', ..] => return field(Key::Estimate, &text[1..]),
            [b'#', ..] => return Ok(Self { what: What::Tag, value: text[1..].to_owned() }),
            _ if sugar::priority_of(text).is_some() => return field(Key::Priority, text),
            _ if text == "[P]" => return Ok(Self { what: What::Parallel, value: "yes".to_owned() }),
            _ => {}
        }
        let Some((word, value)) = text.split_once('=') else {
            return Err(Failure::usage(format!("`{text}` sets nothing"))
                .because("a setting is `key=value`, `@owner`, `~estimate`, `P1`, `#tag` or `[P]`")
                .hint("write for example `owner=ann`, or `owner=` to take the owner away"));
        };
        let (word, value) = (word.trim(), value.trim());
        if value.chars().any(is_hostile) {
            return Err(Failure::usage(format!("the value of `{word}` holds a line end or an invisible character"))
                .hint("write it on one line"));
        }
        Self::new(word, value)
    }

    fn new(word: &str, value: &str) -> Result<Self, Failure> {
        let value = value.to_owned();
        let what = match (word, Key::find(word)) {
            ("title", _) => What::Title,
            ("parallel", _) => {
                let no = ["", "no", "false"].contains(&value.as_str());
                let value = if no { String::new() } else { "yes".to_owned() };
                return Ok(Self { what: What::Parallel, value });
            }
            (_, Some(Key::Criteria)) => {
                return Err(Failure::usage("criteria are boxes under an item, no value of a key")
                    .hint("write `- [ ] what must hold` under the item"));
            }
            (_, Some(key @ Key::Remark)) => What::Field { key, word: word.to_owned() },
            (_, Some(key)) => What::Field { key, word: key.canonical().unwrap_or(word).to_owned() },
            (_, None) => {
                let near = nearest(word, Key::names().chain(["title", "parallel"]));
                let failure = Failure::usage(format!("`{word}` is not a key of an item"));
                return Err(match near {
                    Some(near) => {
                        failure.because(format!("the nearest key is `{near}`")).hint(format!("write `{near}=…`"))
                    }
                    None => {
                        failure.hint("the keys are owner, team, estimate, needs, touches, priority, due, status, …")
                    }
                });
            }
        };
        if what == What::Title && value.is_empty() {
            return Err(Failure::usage("a title cannot be taken away").hint("write `title=what is to be done`"));
        }
        Ok(Self { what, value })
    }

    /// The name of what it sets, as facts have it.
    pub(super) fn name(&self) -> &str {
        match &self.what {
            What::Title => "title",
            What::Parallel => "parallel",
            What::Tag => "tags",
            What::Field { word, .. } => word,
        }
    }

    pub(super) fn key(&self) -> Option<Key> {
        match self.what {
            What::Field { key, .. } => Some(key),
            What::Tag => Some(Key::Tags),
            What::Title | What::Parallel => None,
        }
    }
}
