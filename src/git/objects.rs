//! The object store: raw commits, trees and tags by id, with the store's own words when one is missing.
//!
//! Edge, home of git2 with the rest of this folder. Objects are parsed here from their bytes: a verdict needs
//! trees as they are (names twice, `..`, odd modes), and commits without replace refs, grafts or borders.

use super::alternates;
use super::env::Env;
use crate::diag::{Failure, Purpose};
use crate::id::ObjectId;
use crate::port::{Commit, EntryKind, Identity};
use git2::{ErrorCode, ObjectType, Odb, OdbObject, Oid};
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The largest commit or tag that is read, in bytes. The message of a hostile one may be gigabytes long.
const MAX_COMMIT: usize = 16 << 20;
/// The largest tree that is read, in bytes: about a million entries in one folder.
const MAX_TREE: usize = 64 << 20;
/// How many tags may point to tags.
const MAX_TAGS: usize = 16;

/// How a repository computes its object ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectFormat {
    Sha1,
    Sha256,
}

impl ObjectFormat {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
        }
    }

    /// The number of hex digits of an id.
    pub fn digits(self) -> usize {
        self.bytes() * 2
    }

    fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// The id that a blob of these bytes has.
    pub fn blob_id(self, bytes: &[u8]) -> ObjectId {
        let oid = Oid::hash_object_ext(ObjectType::Blob, bytes, self.into()).expect("hashing bytes in memory works");
        object_id(oid)
    }
}

impl From<ObjectFormat> for git2::ObjectFormat {
    fn from(format: ObjectFormat) -> Self {
        match format {
            ObjectFormat::Sha1 => Self::Sha1,
            ObjectFormat::Sha256 => Self::Sha256,
        }
    }
}

/// A table by id. Walks over history spend much of their time here, and ids are hashes already: a quick seeded hash
/// does as well as the standard one.
pub(super) type OidMap<V> = HashMap<Oid, V, foldhash::fast::RandomState>;
pub(super) type OidSet = HashSet<Oid, foldhash::fast::RandomState>;

pub(super) fn object_id(oid: Oid) -> ObjectId {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = String::with_capacity(64);
    for byte in oid.as_bytes() {
        hex.push(char::from(DIGITS[usize::from(byte >> 4)]));
        hex.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    ObjectId::parse(&hex).expect("an id has 20 or 32 bytes")
}

/// One entry of a tree as it stands in the object.
pub(super) struct RawEntry<'a> {
    pub name: &'a [u8],
    pub kind: EntryKind,
    pub id: Oid,
}

/// What a walk over history needs of a commit.
pub(super) struct Links {
    pub parents: Vec<Oid>,
    pub seconds: i64,
}

pub(super) struct Objects {
    odb: Odb<'static>,
    format: ObjectFormat,
    /// Git knows this tree without storing it.
    empty_tree: Oid,
    shallow: bool,
    partial: bool,
    /// The variables that make the git program read the same store.
    vars: Vec<(&'static str, OsString)>,
    /// The commits that walks have read so far.
    links: Mutex<OidMap<Arc<Links>>>,
}

impl Objects {
    /// Opens the store of a repository; in a receiving hook the quarantine is read first.
    pub fn open(env: &Env, common_dir: &Path, format: ObjectFormat, partial: bool) -> Result<Self, Failure> {
        let purpose = || "could not make an object store".to_owned();
        let odb = Odb::new_ext(format.into()).purpose(purpose)?;
        let empty_tree = Oid::hash_object_ext(ObjectType::Tree, b"", format.into()).purpose(purpose)?;
        let mut vars = Vec::new();
        let folder = env.path("GIT_OBJECT_DIRECTORY");
        add_folder(&odb, folder.as_deref().unwrap_or(&common_dir.join("objects")))?;
        if let Some(folder) = folder {
            vars.push(("GIT_OBJECT_DIRECTORY", folder.into_os_string()));
        }
        if let Some(list) = env.get("GIT_ALTERNATE_OBJECT_DIRECTORIES") {
            for other in alternates::split(list) {
                add_folder(&odb, &env.cwd().join(other))?;
            }
            vars.push(("GIT_ALTERNATE_OBJECT_DIRECTORIES", list.to_owned()));
        }
        if let Some(quarantine) = env.path("GIT_QUARANTINE_PATH") {
            vars.push(("GIT_QUARANTINE_PATH", quarantine.into_os_string()));
        }
        Ok(Self {
            odb,
            format,
            empty_tree,
            shallow: common_dir.join("shallow").exists(),
            partial,
            vars,
            links: Mutex::default(),
        })
    }

    pub fn format(&self) -> ObjectFormat {
        self.format
    }

    pub fn is_shallow(&self) -> bool {
        self.shallow
    }

    pub fn vars(&self) -> &[(&'static str, OsString)] {
        &self.vars
    }

    /// The id in libgit2's form; ids of the other object format are refused.
    pub fn oid(&self, id: &ObjectId) -> Result<Oid, Failure> {
        if id.as_str().len() != self.format.digits() {
            return Err(Failure::new(format!("`{id}` is no object id of this repository")).because(format!(
                "the repository uses {}, whose ids have {} digits",
                self.format.name(),
                self.format.digits()
            )));
        }
        Oid::from_str_ext(id.as_str(), self.format.into()).purpose(|| format!("`{id}` is no object id"))
    }

    /// The one object whose id starts with these digits.
    pub fn by_prefix(&self, digits: &str) -> Result<Option<Oid>, Failure> {
        let short = Oid::from_str_ext(digits, self.format.into()).purpose(|| format!("`{digits}` is not hex"))?;
        match self.odb.exists_prefix(short, digits.len()) {
            Ok(oid) => Ok(Some(oid)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) if error.code() == ErrorCode::Ambiguous => {
                Err(Failure::usage(format!("several objects start with `{digits}`"))
                    .hint("write more digits of the id"))
            }
            Err(error) => Err(error).purpose(|| format!("could not look for `{digits}`")),
        }
    }

    /// Size in bytes and type, without reading the object whole.
    pub fn header(&self, oid: Oid) -> Result<(usize, ObjectType), Failure> {
        if oid == self.empty_tree {
            return Ok((0, ObjectType::Tree));
        }
        self.odb.read_header(oid).map_err(|error| self.unreadable(oid, &error))
    }

    /// The bytes of an object of the type.
    pub fn read(&self, oid: Oid, wanted: ObjectType, limit: usize) -> Result<Vec<u8>, Failure> {
        Ok(self.load(oid, wanted, limit)?.data().to_vec())
    }

    /// As [`read`](Self::read), without a copy. Only a blob may be too large to be looked into at all: commits, trees
    /// and tags were read whole by whatever brought them here.
    fn load(&self, oid: Oid, wanted: ObjectType, limit: usize) -> Result<OdbObject<'_>, Failure> {
        let fits = |size: usize, found: ObjectType| {
            if found != wanted {
                return Err(Failure::new(format!("object `{oid}` is a {found}, not a {wanted}")));
            }
            if size > limit {
                return Err(Failure::new(format!("the {found} `{oid}` is too large to be read"))
                    .because(format!("it has {size} bytes, {limit} are allowed")));
            }
            Ok(())
        };
        if wanted == ObjectType::Blob {
            let (size, found) = self.header(oid)?;
            fits(size, found)?;
        }
        let object = self.odb.read(oid).map_err(|error| self.unreadable(oid, &error))?;
        fits(object.len(), object.kind())?;
        Ok(object)
    }

    pub fn tree_bytes(&self, oid: Oid) -> Result<Vec<u8>, Failure> {
        if oid == self.empty_tree { Ok(Vec::new()) } else { self.read(oid, ObjectType::Tree, MAX_TREE) }
    }

    /// The tree of a commit, or the tree itself.
    pub fn tree_of(&self, oid: Oid) -> Result<Oid, Failure> {
        match self.header(oid)?.1 {
            ObjectType::Tree => Ok(oid),
            ObjectType::Commit => {
                let raw = self.load(oid, ObjectType::Commit, MAX_COMMIT)?;
                Ok(self.headers(oid, raw.data())?.tree)
            }
            other => Err(Failure::new(format!("object `{oid}` is a {other}, neither commit nor tree"))),
        }
    }

    /// The commit an annotated tag (or a tag of a tag) points to; commits stand for themselves.
    pub fn peel_to_commit(&self, mut oid: Oid) -> Result<Oid, Failure> {
        for _ in 0..MAX_TAGS {
            match self.header(oid)?.1 {
                ObjectType::Commit => return Ok(oid),
                ObjectType::Tag => {
                    let raw = self.read(oid, ObjectType::Tag, MAX_COMMIT)?;
                    let target = raw.strip_prefix(b"object ").and_then(|rest| rest.get(..self.format.digits()));
                    oid =
                        target.and_then(|hex| self.hex(hex)).ok_or_else(|| damaged(oid, "a tag without its object"))?;
                }
                other => return Err(Failure::new(format!("object `{oid}` is a {other}, not a commit"))),
            }
        }
        Err(Failure::new(format!("more than {MAX_TAGS} tags point to each other before `{oid}`")))
    }

    /// What a walk needs of a commit. Read once: one question after the other walks over the same history.
    pub fn links(&self, oid: Oid) -> Result<Arc<Links>, Failure> {
        // A panic while the map was held leaves it whole: entries are inserted in one step.
        let mut known = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(links) = known.get(&oid) {
            return Ok(Arc::clone(links));
        }
        let raw = self.load(oid, ObjectType::Commit, MAX_COMMIT)?;
        let headers = self.headers(oid, raw.data())?;
        let links = Arc::new(Links { parents: headers.parents, seconds: seconds(headers.committer) });
        known.insert(oid, Arc::clone(&links));
        Ok(links)
    }

    pub fn commit(&self, oid: Oid) -> Result<Commit, Failure> {
        let object = self.load(oid, ObjectType::Commit, MAX_COMMIT)?;
        let raw = object.data();
        let headers = self.headers(oid, raw)?;
        let message = memchr::memmem::find(raw, b"\n\n").map_or(&[][..], |end| &raw[end + 2..]);
        Ok(Commit {
            id: object_id(oid),
            tree: object_id(headers.tree),
            parents: headers.parents.iter().copied().map(object_id).collect(),
            author: identity(headers.author),
            committer: identity(headers.committer),
            seconds: seconds(headers.committer),
            message: String::from_utf8_lossy(message).into_owned(),
        })
    }

    /// Reads the headers in the one order Git takes them: tree, parents, author, committer. A parent that
    /// stands later is none, for Git as for us.
    fn headers<'a>(&self, oid: Oid, raw: &'a [u8]) -> Result<Headers<'a>, Failure> {
        let mut rest = raw;
        let mut field = |name: &[u8]| {
            let value = rest.strip_prefix(name)?;
            let end = memchr::memchr(b'\n', value).unwrap_or(value.len());
            rest = value.get(end + 1..).unwrap_or_default();
            Some(&value[..end])
        };
        let tree =
            field(b"tree ").and_then(|hex| self.hex(hex)).ok_or_else(|| damaged(oid, "a commit without its tree"))?;
        let mut parents = Vec::new();
        while let Some(hex) = field(b"parent ") {
            parents.push(self.hex(hex).ok_or_else(|| damaged(oid, "a parent that is no id"))?);
        }
        let author = field(b"author ").unwrap_or_default();
        let committer = field(b"committer ").unwrap_or_default();
        Ok(Headers { tree, parents, author, committer })
    }

    /// The entries of a tree in their stored order, names unchecked.
    pub fn entries<'a>(&self, oid: Oid, raw: &'a [u8]) -> Result<Vec<RawEntry<'a>>, Failure> {
        let mut entries = Vec::new();
        let mut rest = raw;
        while !rest.is_empty() {
            let (mode, name, id, after) =
                self.next_entry(rest).ok_or_else(|| damaged(oid, "a tree cut off in an entry"))?;
            let kind = kind_of_mode(mode)
                .ok_or_else(|| damaged(oid, &format!("mode {mode:o} of `{}`", String::from_utf8_lossy(name))))?;
            entries.push(RawEntry { name, kind, id });
            rest = after;
        }
        Ok(entries)
    }

    /// Splits `mode SP name NUL id` off; the rest comes last.
    fn next_entry<'a>(&self, raw: &'a [u8]) -> Option<(u32, &'a [u8], Oid, &'a [u8])> {
        let space = raw.iter().position(|&b| b == b' ')?;
        let mode = u32::from_str_radix(std::str::from_utf8(&raw[..space]).ok()?, 8).ok()?;
        let raw = &raw[space + 1..];
        let nul = raw.iter().position(|&b| b == 0)?;
        let (id, after) = raw[nul + 1..].split_at_checked(self.format.bytes())?;
        Some((mode, &raw[..nul], Oid::from_bytes(id).ok()?, after))
    }

    /// An id as objects name each other: all digits, in lower case.
    fn hex(&self, hex: &[u8]) -> Option<Oid> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut raw = [0; 32];
        let raw = raw.get_mut(..self.format.bytes()).filter(|raw| raw.len() * 2 == hex.len())?;
        for (byte, pair) in raw.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Oid::from_bytes(raw).ok()
    }

    fn unreadable(&self, oid: Oid, error: &git2::Error) -> Failure {
        if error.code() != ErrorCode::NotFound {
            return Failure::new(format!("object `{oid}` could not be read"))
                .because(error.message())
                .hint("run `git fsck` to see what is damaged");
        }
        let failure = Failure::new(format!("object `{oid}` is missing"));
        if self.shallow {
            failure.because("the repository is shallow: its history is cut off").hint("run `git fetch --unshallow`")
        } else if self.partial {
            failure
                .because("the repository is a partial clone: some objects were left on the server")
                .hint("run `git fetch --refetch --no-filter`")
        } else {
            failure.because("the object store does not hold it").hint("run `git fsck` to see what is damaged")
        }
    }
}

struct Headers<'a> {
    tree: Oid,
    parents: Vec<Oid>,
    author: &'a [u8],
    committer: &'a [u8],
}

fn add_folder(odb: &Odb<'_>, folder: &Path) -> Result<(), Failure> {
    let name = folder.to_str().ok_or_else(|| {
        Failure::new(format!("the object folder `{}` cannot be opened", folder.display()))
            .because("its path is not UTF-8")
            .hint("move the repository to a path of UTF-8 names")
    })?;
    odb.add_disk_alternate(name).purpose(|| format!("could not open the object folder `{name}`"))
}

fn damaged(oid: Oid, what: &str) -> Failure {
    Failure::new(format!("object `{oid}` is damaged")).because(what).hint("run `git fsck` to see what is damaged")
}

/// The kind of a mode. Like Git, takes every regular file for one of the two kinds it checks out: old
/// histories hold modes such as 100640.
fn kind_of_mode(mode: u32) -> Option<EntryKind> {
    match mode & 0o170000 {
        0o100000 if mode & 0o100 != 0 => Some(EntryKind::Executable),
        0o100000 => Some(EntryKind::File),
        _ => EntryKind::from_mode(mode),
    }
}

/// Cuts `Name <address> seconds zone`. What does not fit is an empty identity, which is nobody's.
fn identity(line: &[u8]) -> Identity {
    let text = String::from_utf8_lossy(line);
    let cut = text.split_once('<').and_then(|(name, rest)| Some((name, rest.split_once('>')?.0)));
    let (name, email) = cut.unwrap_or_default();
    Identity { name: name.trim().to_owned(), email: email.trim().to_owned() }
}

fn seconds(line: &[u8]) -> i64 {
    let date = memchr::memrchr(b'>', line).map_or(&[][..], |end| &line[end + 1..]);
    let mut words = date.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.next().and_then(|word| std::str::from_utf8(word).ok()?.parse().ok()).unwrap_or(0)
}

/// Cuts the answer of `git var GIT_AUTHOR_IDENT`, which has the form of a commit's author line.
pub(super) fn parse_identity(line: &str) -> Identity {
    identity(line.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identities_are_cut_without_trust() {
        for (line, name, email, time) in [
            ("Ada L <ada@x> 12 +0100", "Ada L", "ada@x", 12),
            (" <> -5 +0000", "", "", -5),
            ("Eve <eve@x> <ada@x> 12 +0000", "Eve", "eve@x", 12),
            ("no address", "", "", 0),
            ("Ada <ada@x> soon", "Ada", "ada@x", 0),
        ] {
            let cut = identity(line.as_bytes());
            assert_eq!(
                (cut.name.as_str(), cut.email.as_str(), seconds(line.as_bytes())),
                (name, email, time),
                "{line}"
            );
        }
    }

    fn store(format: ObjectFormat) -> Objects {
        Objects::open(&Env::new("/", []), Path::new("/nonexistent"), format, false).unwrap()
    }

    #[test]
    fn a_parent_line_after_the_author_is_no_parent() {
        let objects = store(ObjectFormat::Sha1);
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let raw = format!("tree {a}\nparent {b}\nauthor A <a> 1 +0\ncommitter B <b> 2 +0\nparent {a}\n\nm");
        let headers = objects.headers(Oid::ZERO_SHA1, raw.as_bytes()).unwrap();
        assert_eq!((headers.parents.len(), seconds(headers.committer)), (1, 2));
        for bad in ["", "parent x", "tree x\n", &format!("tree {}\n", "A".repeat(40)), &format!("tree {a}\nparent x\n")]
        {
            assert!(objects.headers(Oid::ZERO_SHA1, bad.as_bytes()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(raw in proptest::collection::vec(any::<u8>(), 0..200), sha256 in any::<bool>()) {
            let objects = store(if sha256 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 });
            let _ = objects.headers(Oid::ZERO_SHA1, &raw);
            let _ = (identity(&raw), seconds(&raw));
            let _ = alternates::split(std::ffi::OsStr::new(&*String::from_utf8_lossy(&raw)));
            // What is read as a tree is exactly what was written.
            if let Ok(entries) = objects.entries(Oid::ZERO_SHA1, &raw) {
                let size: usize = entries.iter().map(|entry| entry.name.len() + objects.format.bytes() + 2).sum();
                prop_assert!(size <= raw.len());
            }
        }

        #[test]
        fn trees_come_back_as_written(names in proptest::collection::vec("[^/\0]{1,9}|\\.\\.|a/b", 0..9)) {
            let objects = store(ObjectFormat::Sha1);
            let raw: Vec<u8> = names.iter().flat_map(|name| [format!("100644 {name}\0").as_bytes(), &[7; 20]].concat()).collect();
            let entries = objects.entries(Oid::ZERO_SHA1, &raw).unwrap();
            prop_assert!(entries.iter().map(|entry| entry.name).eq(names.iter().map(String::as_bytes)));
            if !raw.is_empty() {
                prop_assert!(objects.entries(Oid::ZERO_SHA1, &raw[..raw.len() - 1]).is_err());
            }
        }
    }
}
