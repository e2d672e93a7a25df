//! What changed on the line, commit by commit: the form in which facts are kept between runs.
//!
//! Domain layer. A ledger is plain data. It is only ever continued at its end or cut short, so it can be kept in a
//! cache; whoever reads a damaged or older one gets none, and reads the history anew.

use super::snapshot::Said;
use crate::evidence::Outcome;
use crate::id::ObjectId;
use crate::plan::Kind;
use crc::{CRC_32_ISO_HDLC, Crc};
use serde::{Deserialize, Serialize};

/// Raised whenever a ledger of older code would differ.
const VERSION: u32 = 3;

/// What tells a damaged ledger: the sum of its bytes.
const SUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// One commit of the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    #[serde(with = "object_id")]
    pub id: ObjectId,
    /// The committer's date as it stands there, in seconds since 1970.
    pub seconds: i64,
}

/// One change that a commit of the line brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The position of the commit.
    pub step: u32,
    /// The item's id as the plan writes it; the path, for a record or a file.
    pub subject: String,
    pub what: What,
}

/// What happened to the subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// The item came into the plan.
    Created(Said),
    /// The item, once called so, has another id now.
    Renamed(String),
    Removed,
    /// It is claimed done.
    Ticked,
    /// It no longer is.
    Reopened,
    Dropped,
    Restored,
    /// Its status says that somebody works on it.
    Begun,
    /// Its status no longer says so.
    Paused,
    Owner(Option<String>),
    Waits(Option<String>),
    /// In minutes: optimistic, likely, pessimistic.
    Estimate(Option<[u32; 3]>),
    /// Minutes spent, as the plan says.
    Actual(Option<u32>),
    Priority(Option<u8>),
    Title(String),
    /// The item it stands in.
    Parent(Option<String>),
    Team(Option<String>),
    /// It has parts of its own now, or has none any more.
    Parts(bool),
    /// A commit that names the item landed.
    Work {
        #[serde(with = "object_id")]
        commit: ObjectId,
        /// The commit's own date.
        seconds: i64,
        /// The author's address.
        by: String,
        /// The beginning of its message.
        subject: String,
    },
    /// A result of a gate landed.
    Gate {
        gate: String,
        #[serde(with = "outcome")]
        outcome: Outcome,
        key: String,
        /// When it was run, in seconds since 1970, as the report says.
        at: i64,
        by: String,
        milliseconds: u64,
        tests: Option<u64>,
        /// It was made for an earlier report, and is used again.
        reused: bool,
    },
    /// A record took a step; the first is its opening.
    Step {
        kind: String,
        title: String,
        to: String,
        by: String,
        /// In seconds since 1970, as the record says.
        at: i64,
        note: Option<String>,
        /// The items the record names.
        items: Vec<String>,
    },
    /// A record, once at that path, lies here now.
    Moved(String),
    /// A file of the plan could not be read; what it said before still counts.
    Unreadable,
}

/// The changes of one line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Whether the line was read to its first commit.
    pub complete: bool,
    /// Oldest first.
    pub line: Vec<Mark>,
    /// In the order of their commits.
    pub entries: Vec<Entry>,
}

impl Ledger {
    /// The bytes to keep.
    pub fn encode(&self) -> Vec<u8> {
        postcard::to_stdvec_crc32(&(VERSION, self), SUM.digest()).expect("a ledger is plain data")
    }

    /// Reads kept bytes; `None` if they are damaged or of another version.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (version, ledger): (u32, Self) = postcard::from_bytes_crc32(bytes, SUM.digest()).ok()?;
        let in_order = ledger.entries.is_sorted_by_key(|entry| entry.step);
        let inside = ledger.entries.last().is_none_or(|entry| (entry.step as usize) < ledger.line.len());
        (version == VERSION && in_order && inside).then_some(ledger)
    }

    /// Leaves the first `len` commits of the line.
    #[must_use]
    pub(super) fn cut(mut self, len: usize) -> Self {
        self.line.truncate(len);
        self.entries.truncate(self.entries_of(len));
        self
    }

    /// The ledger of the first `len` commits of the line.
    pub(super) fn first(&self, len: usize) -> Self {
        let entries = self.entries[..self.entries_of(len)].to_vec();
        Self { complete: self.complete, line: self.line[..len].to_vec(), entries }
    }

    /// How many entries the first `len` commits have.
    fn entries_of(&self, len: usize) -> usize {
        self.entries.partition_point(|entry| (entry.step as usize) < len)
    }
}

mod object_id {
    use crate::id::ObjectId;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(id: &ObjectId, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(id.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ObjectId, D::Error> {
        let text = <&str>::deserialize(from)?;
        ObjectId::parse(text).ok_or_else(|| D::Error::custom("no object id"))
    }
}

mod outcome {
    use crate::evidence::Outcome;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub fn serialize<S: Serializer>(outcome: &Outcome, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(outcome.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Outcome, D::Error> {
        let text = <&str>::deserialize(from)?;
        Outcome::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| D::Error::custom("no outcome"))
    }
}

pub(super) mod kind {
    use super::Kind;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub fn serialize<S: Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(kind.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Kind, D::Error> {
        let text = <&str>::deserialize(from)?;
        Kind::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| D::Error::custom("no kind"))
    }
}
