//! JSON of strangers as a tree that keeps the order of keys and borrows what it can.
//!
//! Domain layer. Lighter than a map per object: an import looks at every key exactly once.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// One value. Nesting is limited by the parser (128 levels).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Fields<'a>),
}

/// The members of an object in the order of the text.
pub(super) type Fields<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// Records of trackers have at most so many keys, mostly.
const USUAL_KEYS: usize = 16;

/// What a document holds more of than this takes no more room than it needs.
const MANY: usize = 1_000;

impl<'a> Json<'a> {
    /// # Errors
    /// The text is no JSON, or has more than one value.
    pub(super) fn read(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, or a number as a text: many tools write ids either way.
    pub(super) fn scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text.trim())).filter(|text| !text.is_empty()),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Null | Self::Bool(_) | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// A whole number that is not negative.
    pub(super) fn whole(&self) -> Option<u32> {
        match self {
            Self::Number(number) if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number) => {
                // In range and whole, as just asked.
                Some(*number as u32)
            }
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// The elements; anything else but nothing is a list of one.
    pub(super) fn elements(&self) -> &[Self] {
        match self {
            Self::List(list) => list,
            Self::Null => &[],
            one => std::slice::from_ref(one),
        }
    }

    pub(super) fn fields(&self) -> Option<&Fields<'a>> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The member with a key; of several the last one, as everywhere in JSON.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.fields()?.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(super) fn get_text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text().filter(|text| !text.trim().is_empty())
    }

    /// Whether the value says nothing: null, false, zero, or empty. Some tools write every column.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Null | Self::Bool(false) => true,
            Self::Bool(true) => false,
            Self::Number(number) => *number == 0.0,
            Self::Text(text) => matches!(text.trim(), "" | "{}" | "[]"),
            Self::List(list) => list.is_empty(),
            Self::Object(fields) => fields.is_empty(),
        }
    }
}

/// What the parser says, without the place it appends.
pub(super) fn cause(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.rsplit_once(" at line ").map_or(said.clone(), |(cause, _)| cause.to_owned())
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            let value = fitted(value, list.len());
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            if fields.is_empty() {
                fields.reserve_exact(USUAL_KEYS);
            }
            let value = fitted(map.next_value()?, fields.len());
            fields.push((key, value));
        }
        Ok(Json::Object(fields))
    }
}

/// A value that stands behind so many others, with no room left over where those are many: a document may hold millions
/// of small objects.
fn fitted(mut value: Json<'_>, before: usize) -> Json<'_> {
    if let Json::Object(fields) = &mut value
        && before >= MANY
    {
        fields.shrink_to_fit();
    }
    value
}

/// A key, borrowed where no escape stands in it.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyReader;
        impl<'de> Visitor<'de> for KeyReader {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyReader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_texts_are_borrowed() {
        let json = Json::read(r#"{"b": "x", "a": ["\n", 1, null], "b": true}"#).unwrap();
        assert_eq!(json.get("b"), Some(&Json::Bool(true)));
        let fields = json.fields().unwrap();
        assert!(matches!(&fields[0], (Cow::Borrowed("b"), Json::Text(Cow::Borrowed("x")))));
        assert_eq!(json.get("a").unwrap().elements().len(), 3);
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(Json::read(&"[".repeat(100_000)).is_err());
        assert!(Json::read(&format!("{}{}", "[".repeat(100), "]".repeat(100))).is_ok());
    }
}
