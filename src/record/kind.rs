//! What a kind of record is: one table of states, steps, fields and sections.
//!
//! Everything the tool knows about a kind stands in its table under `kinds/`; `parse`, `check`, `transition` and
//! `edit` read the table and know no kind by name.

use super::Record;
use crate::diag::Sink;
use crate::policy::Power;

/// One kind of record.
#[derive(Debug)]
pub struct Kind {
    /// The word in front of `/1` in the file's first key.
    pub name: &'static str,
    /// What a person types before the verb of a step.
    pub verb: &'static str,
    /// What a person types to open one.
    pub opens: &'static str,
    /// The folder of its files.
    pub folder: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// The states; a record opens in the first.
    pub states: &'static [State],
    /// Who may open one.
    pub opening: Who,
    pub steps: &'static [Transition],
    pub fields: &'static [Field],
    pub sections: &'static [Section],
    /// What the tables cannot say about one record by itself.
    pub rules: &'static [fn(&Record, &mut Sink)],
    /// The document a new one starts from; `{title}` stands for its title.
    pub template: &'static str,
    /// Documents for special cases, by name.
    pub variants: &'static [(&'static str, &'static str)],
}

/// A state of a record.
#[derive(Debug)]
pub struct State {
    pub name: &'static str,
    pub keeps: Keeps,
    /// Whether nothing is expected to happen to it any more.
    pub closed: bool,
}

/// What may not change any more in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// A draft: anything may be edited.
    Nothing,
    /// The fields stand; text and boxes may be edited.
    Fields,
    /// It is decided: neither fields nor text change.
    All,
}

/// A step from one state to another, or to the same one: then something is noted, such as an attempt.
#[derive(Debug)]
pub struct Transition {
    /// What a person types.
    pub verb: &'static str,
    pub from: &'static [&'static str],
    pub to: &'static str,
    pub who: Who,
    /// Where four eyes count: nobody who made the last step to one of these states may make this one.
    pub unlike: &'static [&'static str],
    /// Whether the step says why.
    pub note: bool,
}

/// Who may make a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anyone,
    /// Who opened the record.
    Opener,
    /// The members, roles or teams that a field names.
    Field(&'static str),
    /// Whom the policy gives the power.
    Power(Power),
    /// As one field says.
    If {
        field: &'static str,
        values: &'static [&'static str],
        then: &'static Who,
        other: &'static Who,
    },
    /// Any of these.
    Either(&'static [Who]),
}

/// A typed key of the front matter.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Type,
    /// The states in which it must be there.
    pub needed: &'static [&'static str],
    /// A list that a step may lengthen while the fields stand.
    pub grows: bool,
    /// Set by a step, so it may come to be while the fields stand.
    pub later: bool,
    /// Who looks after it, as long as the record is open: handed on in a step of one of these.
    pub handed_on_by: Option<Who>,
}

impl Field {
    /// A field that no state asks for.
    pub const fn optional(name: &'static str, kind: Type) -> Self {
        Self { name, kind, needed: &[], grows: false, later: false, handed_on_by: None }
    }

    /// A field that must be there in some states.
    pub const fn needed(name: &'static str, kind: Type, needed: &'static [&'static str]) -> Self {
        Self { needed, ..Self::optional(name, kind) }
    }

    /// A field that a step brings, and that some states ask for.
    pub const fn later(name: &'static str, kind: Type, needed: &'static [&'static str]) -> Self {
        Self { later: true, ..Self::needed(name, kind, needed) }
    }

    /// A field that goes from hand to hand.
    #[must_use]
    pub const fn handed_on_by(self, who: Who) -> Self {
        Self { handed_on_by: Some(who), ..self }
    }
}

/// What the value of a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    /// Several texts; one counts as a list of one.
    Texts,
    /// A member, a role or a team.
    Party,
    Parties,
    /// Ids of items of the plan.
    Items,
    /// The name of a gate.
    Gate,
    /// A moment, such as `2026-12-01T12:00:00Z`, or a day, which ends at midnight UTC.
    Time,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The path of another record.
    Record,
}

/// A heading of the second level that the document must have something below.
#[derive(Debug)]
pub struct Section {
    pub title: &'static str,
    /// The states in which something must stand there.
    pub filled: &'static [&'static str],
    /// How many boxes it has at least; from the states of `ticked` on all of them are ticked.
    pub boxes: usize,
    pub ticked: &'static [&'static str],
    /// Whether each box is work that follows, to be done as a task of the plan.
    pub tasks: bool,
}

impl Section {
    /// A section of prose.
    pub const fn prose(title: &'static str, filled: &'static [&'static str]) -> Self {
        Self { title, filled, boxes: 0, ticked: &[], tasks: false }
    }

    /// A section whose boxes are work that follows.
    pub const fn work(title: &'static str, filled: &'static [&'static str]) -> Self {
        Self { tasks: true, ..Self::prose(title, filled) }
    }

    /// A list of so many boxes, which are ticked from some states on.
    pub const fn boxes(
        title: &'static str,
        filled: &'static [&'static str],
        boxes: usize,
        ticked: &'static [&'static str],
    ) -> Self {
        Self { boxes, ticked, ..Self::prose(title, filled) }
    }
}

impl Kind {
    /// The state of that name.
    pub fn state(&self, name: &str) -> Option<&'static State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// The state records open in.
    pub fn first(&self) -> &'static State {
        &self.states[0]
    }

    /// The step from one state to another, if there is one.
    pub fn step(&self, from: &str, to: &str) -> Option<&'static Transition> {
        self.steps.iter().find(|step| step.to == to && step.from.contains(&from))
    }

    /// The step a verb stands for in a state.
    pub fn by_verb(&self, from: &str, verb: &str) -> Option<&'static Transition> {
        self.steps.iter().find(|step| step.verb == verb && step.from.contains(&from))
    }

    /// The steps that lead on from a state.
    pub fn onward(&self, from: &str) -> impl Iterator<Item = &'static Transition> {
        self.steps.iter().filter(move |step| step.from.contains(&from))
    }

    /// Whether who made a step to this state may not make another one: then it counts who that was.
    pub fn is_compared(&self, state: &str) -> bool {
        self.steps.iter().any(|step| step.unlike.contains(&state))
    }

    /// The field that says who looks after a record, where that can be handed on.
    pub fn handed_on(&self) -> Option<(&'static Field, Who)> {
        self.fields.iter().find_map(|field| Some((field, field.handed_on_by?)))
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
