//! An outline of topics: headings and bullets, each topic with who answers for it, the files that show it, and how
//! often they are to be looked at again.
//!
//! Domain layer. [`read()`] takes any Markdown text; what of it is covered is a question for the verb, which knows the
//! files and the clock.

pub mod codes;
mod parse;

pub use parse::read;

use crate::text::{Source, Spanned};

/// The size in bytes an outline may have.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// A heading, or a bullet with bullets below it that are topics themselves.
#[derive(Clone, Debug)]
pub struct Group {
    pub title: Spanned<String>,
    /// How many groups it stands in.
    pub depth: usize,
    /// Index in [`Outline::groups`]; the parent stands before its children.
    pub parent: Option<usize>,
}

/// One topic.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub title: Spanned<String>,
    /// Index in [`Outline::groups`].
    pub group: Option<usize>,
    pub owner: Option<Spanned<String>>,
    /// Path patterns of the files that show it.
    pub evidence: Vec<Spanned<String>>,
    /// Days after which the files are to be looked at again.
    pub review: Option<Spanned<u32>>,
    /// Why it does not concern the project.
    pub not_applicable: Option<Spanned<String>>,
}

impl Leaf {
    /// The tag by which items of a plan can name the topic: `Incident response` is `#incident-response`.
    pub fn tag(&self) -> String {
        let words = self.title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
    }
}

#[derive(Clone, Debug)]
pub struct Outline {
    pub source: Source,
    pub groups: Vec<Group>,
    pub leaves: Vec<Leaf>,
}

impl Outline {
    /// The groups a topic stands in, innermost first.
    pub fn around(&self, leaf: &Leaf) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(leaf.group, |&group| self.groups[group].parent)
    }
}

#[cfg(test)]
mod tests;
