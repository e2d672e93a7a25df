//! Names that one noun stores of another: item ids, member and gate names, ref names, object ids, paths.
//!
//! Domain layer, below every noun.

use std::fmt;

/// The most characters an id may have.
pub const MAX_ID: usize = 64;

/// Whether `text` is an id: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
///
/// ```
/// use passmuster::id::is_id;
/// assert!(is_id("DB-001") && is_id("1.2") && is_id("t001.1"));
/// assert!(!is_id("") && !is_id("-x") && !is_id("a/b") && !is_id("é"));
/// ```
pub fn is_id(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= MAX_ID
        && bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes a name; `None` when it is not an id (see [`is_id`]).
            pub fn parse(text: &str) -> Option<Self> {
                is_id(text).then(|| Self(text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type!(
    /// The id of an item of the plan.
    ItemId
);
name_type!(
    /// The name of a gate.
    GateName
);
name_type!(
    /// The name of a member, a team or a role.
    MemberName
);

impl MemberName {
    /// The name nearest to what somebody calls themselves; `None` when nothing of it could be one.
    ///
    /// ```
    /// let near = passmuster::id::MemberName::near("Ada Lovelace").unwrap();
    /// assert_eq!(near.as_str(), "Ada-Lovelace");
    /// ```
    pub fn near(text: &str) -> Option<Self> {
        let fit = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
        let name: String = text.trim().chars().map(fit).collect();
        let name = name.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        Self::parse(name.get(..MAX_ID).unwrap_or(name).trim_end_matches('-'))
    }
}

impl ItemId {
    /// The form two ids are compared in: ids are unique without regard to case.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// A full ref name, such as `refs/heads/main`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefName(String);

impl RefName {
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The full name of a branch.
    pub fn branch(short: &str) -> Self {
        Self(format!("refs/heads/{short}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The branch name, if the ref is a branch.
    pub fn short(&self) -> Option<&str> {
        self.0.strip_prefix("refs/heads/")
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of a Git object in lower case hex: 40 digits (SHA-1) or 64 (SHA-256).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(String);

impl ObjectId {
    pub fn parse(hex: &str) -> Option<Self> {
        (matches!(hex.len(), 40 | 64) && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
            .then(|| Self(hex.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id Git writes for "no object".
    pub fn is_zero(&self) -> bool {
        self.0.bytes().all(|b| b == b'0')
    }

    /// The first twelve digits, for people.
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A path inside a repository: bytes with `/` between names; the empty path is the root.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RepoPath(Vec<u8>);

impl RepoPath {
    pub fn root() -> Self {
        Self::default()
    }

    pub fn new(path: impl Into<Vec<u8>>) -> Self {
        Self(path.into())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path as text, if it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    #[must_use]
    pub fn join(&self, name: impl AsRef<[u8]>) -> Self {
        let mut path = self.0.clone();
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name.as_ref());
        Self(path)
    }

    /// The names of the path, outermost first.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|&b| b == b'/').filter(|name| !name.is_empty())
    }

    /// The last name.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|&b| b == b'/').next().unwrap_or(&[])
    }

    /// The folder that holds it; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        let end = self.0.iter().rposition(|&b| b == b'/').unwrap_or(0);
        Some(Self(self.0[..end].to_vec()))
    }

    /// Whether this path is `folder` or lies below it. Everything lies below the root.
    pub fn is_within(&self, folder: &RepoPath) -> bool {
        folder.is_root()
            || self.0 == folder.0
            || (self.0.starts_with(&folder.0) && self.0.get(folder.0.len()) == Some(&b'/'))
    }
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        Self(path.as_bytes().to_vec())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepoPath({self})")
    }
}

impl fmt::Display for RepoPath {
    /// Bytes that are not UTF-8 appear as `\xNN`. Control characters are left to the renderer.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_know_their_folders() {
        let path = RepoPath::from("a/b/c");
        assert_eq!(path.parent(), Some(RepoPath::from("a/b")));
        assert_eq!(RepoPath::from("a").parent(), Some(RepoPath::root()));
        assert!(path.is_within(&RepoPath::from("a/b")) && !path.is_within(&RepoPath::from("a/bb")));
        assert!(!RepoPath::from("a/bc").is_within(&RepoPath::from("a/b")));
        assert_eq!(RepoPath::new(b"a\xff".to_vec()).to_string(), "a\\xff");
    }

    #[test]
    fn object_ids_are_lower_case_hex_of_two_lengths() {
        assert!(ObjectId::parse(&"a".repeat(40)).is_some() && ObjectId::parse(&"0".repeat(64)).unwrap().is_zero());
        assert!(ObjectId::parse(&"A".repeat(40)).is_none() && ObjectId::parse("abc").is_none());
    }
}
