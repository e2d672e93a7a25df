//! Records: the dated documents besides plan, roster and policy, one file each.
//!
//! Domain layer, over policy and roster; knows no plan and no gate. A record is Markdown with front matter: its
//! kind, its state, its fields, and the *steps* that led to the state. Steps are only ever added, so a record that
//! took several steps on one branch is judged step by step, and two people who step from the same state on two
//! branches meet in a conflict of plain Git.
//!
//! `kind` says what a kind is, `kinds/` holds one table per kind, `parse` reads a file, `check` looks at one record
//! by itself, [`transition`] decides whether one state of a record may become another (every verb and the judge ask
//! it), `edit` makes and changes files byte by byte, `book` finds the records of a tree, `statement` gives the bytes
//! that are signed.

pub mod book;
mod check;
pub mod codes;
pub mod edit;
pub mod kind;
pub mod kinds;
mod parse;
mod schema;
pub mod statement;
mod transition;

pub use check::{check, deleted};
pub use kind::Kind;
pub(crate) use parse::sections;
pub use parse::{FORMAT, MAX_BYTES, parse};
pub use schema::schema;
pub use transition::{Court, Sworn, has_power, is_party, may, transition};

use crate::text::{Source, Span, Spanned};
use jiff::Timestamp;

/// The folder of the user's own templates, before those of the tool.
pub const TEMPLATES: &str = "plan/templates";

/// One record as it was read.
#[derive(Clone, Debug)]
pub struct Record {
    pub source: Source,
    pub kind: &'static Kind,
    pub title: Spanned<String>,
    /// What the front matter says; [`check`] compares it with the last step.
    pub state: Spanned<String>,
    /// The opening and every step after it.
    pub steps: Vec<Step>,
    pub fields: Vec<FieldValue>,
    pub sections: Vec<Text>,
    /// Every key but those that hold the steps, with its value as written: what a signature is about besides the
    /// text.
    pub entries: Vec<(String, Span)>,
    /// Where the text begins.
    pub body: Span,
}

/// One step in the life of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub to: Spanned<String>,
    pub by: Spanned<String>,
    pub at: Spanned<Timestamp>,
    pub note: Option<Spanned<String>>,
    /// The digest of what the signer saw.
    pub seen: Option<Spanned<String>>,
    pub signature: Option<Spanned<String>>,
}

impl Step {
    /// Whether two steps say the same, wherever they stand.
    pub fn same(&self, other: &Self) -> bool {
        let texts = |step: &Self| {
            let optional = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
            (
                step.to.value.clone(),
                step.by.value.clone(),
                optional(&step.note),
                optional(&step.seen),
                optional(&step.signature),
            )
        };
        self.at.value == other.at.value && texts(self) == texts(other)
    }
}

/// A field with its values: one, or those of a list.
#[derive(Clone, Debug)]
pub struct FieldValue {
    pub name: &'static str,
    pub key: Span,
    pub span: Span,
    pub values: Vec<Spanned<String>>,
}

/// What stands below a heading of the second level.
#[derive(Clone, Debug)]
pub struct Text {
    pub title: Spanned<String>,
    /// Whether anything but comments stands there.
    pub filled: bool,
    pub boxes: Vec<Tick>,
    pub span: Span,
}

/// A box in a section.
#[derive(Clone, Debug)]
pub struct Tick {
    pub text: Spanned<String>,
    pub ticked: bool,
    pub mark: Span,
}

impl Record {
    /// The name of the state it is in.
    pub fn state(&self) -> &str {
        &self.state.value
    }

    /// Whether nothing is expected to happen to it any more.
    pub fn is_closed(&self) -> bool {
        self.kind.state(self.state()).is_none_or(|state| state.closed)
    }

    /// The path of its file.
    pub fn path(&self) -> &str {
        self.source.path()
    }

    /// The name of its file without the ending: how people name it.
    pub fn name(&self) -> &str {
        let file = self.path().rsplit('/').next().unwrap_or_default();
        file.strip_suffix(".md").unwrap_or(file)
    }

    /// Who opened it.
    pub fn opener(&self) -> &Step {
        &self.steps[0]
    }

    /// The newest step.
    pub fn last_step(&self) -> &Step {
        self.steps.last().expect("a record has its opening")
    }

    /// The newest step that led from elsewhere to a state.
    pub fn step_to(&self, state: &str) -> Option<&Step> {
        let arrived = |index: usize| index == 0 || self.steps[index - 1].to.value != state;
        (0..self.steps.len())
            .rev()
            .find(|&index| self.steps[index].to.value == state && arrived(index))
            .map(|index| &self.steps[index])
    }

    /// The steps that stayed in a state since it was last reached: what was noted there.
    pub fn noted(&self, state: &str) -> &[Step] {
        let there = |step: &Step| step.to.value == state;
        let Some(last) = self.steps.iter().rposition(there) else { return &[] };
        let arrival = self.steps[..=last].iter().rposition(|step| !there(step)).map_or(0, |before| before + 1);
        &self.steps[arrival + 1..=last]
    }

    pub fn field(&self, name: &str) -> Option<&FieldValue> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The one value of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.field(name)?.values.first().map(|value| value.value.as_str())
    }

    /// The values of a field; none if it is not there.
    pub fn list(&self, name: &str) -> &[Spanned<String>] {
        self.field(name).map_or(&[], |field| &field.values)
    }

    /// Whether a list has a value, without regard to case.
    pub fn lists(&self, name: &str, value: &str) -> bool {
        self.list(name).iter().any(|own| own.value.eq_ignore_ascii_case(value))
    }

    /// A field as a moment.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        parse::moment(self.text(name)?)
    }

    /// The work that follows from it, in the words of the record: its actions, and the boxes that are work.
    pub fn work(&self) -> Vec<&str> {
        let sections = self.kind.sections.iter().filter(|rule| rule.tasks).filter_map(|rule| self.section(rule.title));
        let boxes = sections.flat_map(|section| &section.boxes).map(|one| one.text.value.trim());
        self.list("actions").iter().map(|action| action.value.as_str()).chain(boxes).collect()
    }

    pub fn section(&self, title: &str) -> Option<&Text> {
        self.sections.iter().find(|section| section.title.value.eq_ignore_ascii_case(title))
    }
}

#[cfg(test)]
mod tests;
