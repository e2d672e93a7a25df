//! Digests and evidence keys: SHA-256 over parts whose borders are part of what is hashed.
//!
//! Domain layer. What goes into a definition or input digest is decided in `gate/`; this file fixes how
//! parts become a digest, and golden vectors in its tests keep that fixed.

use super::Digest;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The first part of every key. It changes when the meaning of a key changes, so that no old result counts
/// under new rules.
const KEY_FORMAT: &[u8] = b"passmuster-key/1";

impl Digest {
    /// SHA-256 over the parts, each preceded by its length as a 64 bit big endian number. Two lists of parts
    /// give the same digest only if they are the same list.
    ///
    /// ```
    /// use passmuster::evidence::Digest;
    /// assert_ne!(Digest::of(&[b"ab", b"c"]), Digest::of(&[b"a", b"bc"]));
    /// ```
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self::from_hash(&hasher.finalize())
    }

    /// Plain SHA-256 of `bytes`, as `sha256sum` prints it.
    pub fn of_file(bytes: &[u8]) -> Self {
        Self::from_hash(&Sha256::digest(bytes))
    }

    fn from_hash(hash: &[u8]) -> Self {
        let mut hex = String::with_capacity(2 * hash.len());
        for byte in hash {
            write!(hex, "{byte:02x}").expect("writing to a string does not fail");
        }
        Self(hex)
    }
}

/// Returns the key a result is valid for: this repository, this gate, this definition, these inputs, this
/// environment class, and nothing else.
///
/// ```
/// use passmuster::evidence::{Digest, key::key};
/// let (definition, inputs) = (Digest::of(&[b"cargo clippy"]), Digest::of(&[]));
/// let here = key("7f3k9q2m", "lint", &definition, &inputs, "linux-x86_64");
/// assert_ne!(here, key("another", "lint", &definition, &inputs, "linux-x86_64"));
/// ```
pub fn key(repository: &str, gate: &str, definition: &Digest, inputs: &Digest, environment: &str) -> Digest {
    Digest::of(&[
        KEY_FORMAT,
        repository.as_bytes(),
        gate.as_bytes(),
        definition.as_str().as_bytes(),
        inputs.as_str().as_bytes(),
        environment.as_bytes(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(list: &[Vec<u8>]) -> Digest {
        Digest::of(&list.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// Fixed for ever: a change here makes every recorded result worthless. Computed independently with
    /// `printf '\0\0\0\0\0\0\0\3abc' | sha256sum` and the like.
    #[test]
    fn golden_digests() {
        for (list, expected) in [
            (vec![], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (vec![&b""[..]], "af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc"),
            (vec![&b"abc"[..]], "c3494ca1a2cf8eeb8a11ded316fb55b83c3bbbedb6313cd50415251e5d09e12f"),
            (vec![&b"a"[..], b"bc"], "3fafa1cf2f19a7c1129beb20cf0983f73a489a221fc0dd2f16d1be292d089205"),
        ] {
            assert_eq!(Digest::of(&list).as_str(), expected);
        }
        let found = key("7f3k9q2m", "unit-tests", &Digest::of(&[b"d"]), &Digest::of(&[b"i"]), "linux-x86_64");
        assert_eq!(found.as_str(), "4d8917539b5de2c2cc711afff69fdcbd919efb6f917a5a02f343d9f8a1bf3cc4");
    }

    #[test]
    fn a_file_digest_is_plain_sha256() {
        assert_eq!(
            Digest::of_file(b"abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    proptest! {
        #[test]
        fn any_changed_bit_changes_the_digest(
            mut list in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 1..5),
            at in any::<prop::sample::Index>(),
            bit in 0..8u8,
        ) {
            let before = parts(&list);
            let part = at.index(list.len());
            match list[part].first_mut() {
                Some(byte) => *byte ^= 1 << bit,
                None => list[part].push(bit),
            }
            prop_assert_ne!(before, parts(&list));
        }

        #[test]
        fn moving_a_border_changes_the_digest(bytes in prop::collection::vec(any::<u8>(), 0..12), a in 0..12usize, b in 0..12usize) {
            let (a, b) = (a.min(bytes.len()), b.min(bytes.len()));
            prop_assume!(a != b);
            prop_assert_ne!(
                Digest::of(&[&bytes[..a], &bytes[a..]]),
                Digest::of(&[&bytes[..b], &bytes[b..]])
            );
            prop_assert_ne!(Digest::of(&[&bytes]), Digest::of(&[&bytes[..a], &bytes[a..]]));
        }

        #[test]
        fn every_part_of_a_key_counts(which in 0..5usize, old in "[a-z]{1,6}", new in "[a-z]{1,6}") {
            prop_assume!(old != new);
            let make = |part: usize| {
                let pick = |i: usize| if i == part { new.as_str() } else { old.as_str() };
                key(
                    pick(0),
                    pick(1),
                    &Digest::of(&[pick(2).as_bytes()]),
                    &Digest::of(&[pick(3).as_bytes()]),
                    pick(4),
                )
            };
            prop_assert_ne!(make(which), make(usize::MAX));
        }
    }
}
