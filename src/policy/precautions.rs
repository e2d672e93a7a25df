//! What the policy asks for before work is dangerous, and what it counts as work put off: rollbacks, reading, debt.

use super::parse::Reader;
use super::{Gate, Profile, codes};
use crate::doc::yaml::{Fields, Node};
use crate::id::GateName;
use crate::text::Spanned;
use std::collections::BTreeMap;

/// How risky an item is, as its `risk` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    Low,
    Medium,
    High,
}

impl Grade {
    /// The grade that a text begins with: `high`, or `high: rows may be lost`. Prose without one has none.
    ///
    /// ```
    /// use passmuster::policy::Grade;
    /// assert_eq!(Grade::of("High: rows may be lost"), Some(Grade::High));
    /// assert_eq!(Grade::of("highly unlikely"), None);
    /// ```
    pub fn of(text: &str) -> Option<Self> {
        let word = text.trim().split(|c: char| !c.is_ascii_alphabetic()).next()?;
        match word.to_ascii_lowercase().as_str() {
            "low" => Some(Self::Low),
            "medium" => Some(Self::Medium),
            "high" | "critical" => Some(Self::High),
            _ => None,
        }
    }
}

/// From which risk on an item needs a way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RollbackFrom {
    Never,
    Low,
    Medium,
    High,
}

impl RollbackFrom {
    pub const ALL: [Self; 4] = [Self::Never, Self::Low, Self::Medium, Self::High];

    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// Whether an item of this grade needs a way back.
    pub fn asks(self, grade: Grade) -> bool {
        match self {
            Self::Never => false,
            Self::Low => true,
            Self::Medium => grade >= Grade::Medium,
            Self::High => grade == Grade::High,
        }
    }
}

/// What is asked for before and beside the work itself.
#[derive(Clone, Debug)]
pub struct Precautions {
    /// From which risk on an item says how it is taken back.
    pub rollback_from: RollbackFrom,
    /// The gate that rehearses the way back.
    pub rehearse: Option<Spanned<GateName>>,
    /// What everybody reads before they work.
    pub reading: Vec<Spanned<String>>,
    /// The words that mark debt in a line.
    pub markers: Vec<String>,
}

/// What marks a line as debt where the policy does not say: work put off, and checks that were silenced.
const MARKERS: [&str; 14] = [
    "TODO",
    "FIXME",
    "HACK",
    "XXX",
    "#[allow(",
    "# noqa",
    "# type: ignore",
    "pylint: disable",
    "eslint-disable",
    "@ts-ignore",
    "@ts-nocheck",
    "//nolint",
    "@SuppressWarnings",
    "NOSONAR",
];

impl Precautions {
    /// What a profile asks where the policy is silent.
    pub(super) fn usual(profile: Profile) -> Self {
        Self {
            rollback_from: if profile == Profile::Solo { RollbackFrom::Never } else { RollbackFrom::Medium },
            rehearse: None,
            reading: Vec::new(),
            markers: MARKERS.map(str::to_owned).into(),
        }
    }

    /// Whether an item of this risk needs a way back.
    pub fn needs_rollback(&self, risk: Option<&str>) -> bool {
        risk.and_then(Grade::of).is_some_and(|grade| self.rollback_from.asks(grade))
    }
}

impl Reader<'_> {
    /// What is asked for before and beside the work itself.
    pub(super) fn precautions(
        &mut self,
        fields: &mut Fields<'_>,
        profile: Profile,
        gates: &BTreeMap<GateName, Gate>,
    ) -> Precautions {
        let mut all = Precautions::usual(profile);
        if let Some((from, rehearse)) = self.part(fields, ("rollback", "`rollback`"), |reader, fields| {
            let from = reader.optional(fields, "from", all.rollback_from, |reader, node| {
                reader.word(node, "`from`", &RollbackFrom::ALL, RollbackFrom::name)
            });
            (from, reader.rehearsal(fields, gates))
        }) {
            (all.rollback_from, all.rehearse) = (from, rehearse);
        }
        all.reading = self.optional(fields, "reading", Vec::new(), Self::documents);
        let markers = self.part(fields, ("debt", "`debt`"), |reader, fields| {
            reader.optional(fields, "markers", all.markers.clone(), |reader, node| {
                let texts = node.texts(reader.source, "`markers`", reader.sink)?;
                Some(texts.into_iter().map(|text| text.value).filter(|text| !text.trim().is_empty()).collect())
            })
        });
        all.markers = markers.unwrap_or(all.markers);
        all
    }

    fn rehearsal(&mut self, fields: &mut Fields<'_>, gates: &BTreeMap<GateName, Gate>) -> Option<Spanned<GateName>> {
        let (_, node) = fields.take("rehearse")?;
        let text = node.text(self.source, "`rehearse`", self.sink)?;
        let name = self.name(text, "the gate", GateName::parse)?;
        if !gates.contains_key(&name.value) {
            let message = format!("the gate `{}` is not defined", name.value);
            let cause = "`rehearse` names the gate whose command tries the way back";
            let hint = format!("define it under `gates`: `{}: {{ run: ./rehearse.sh, inputs: . }}`", name.value);
            self.error(&codes::UNKNOWN_GATE, name.span, message, cause, hint);
        }
        Some(name)
    }

    /// Files, one by one: what was read is told by its content.
    fn documents(&mut self, node: &Node) -> Option<Vec<Spanned<String>>> {
        let documents = self.patterns(node, "`reading`")?;
        for document in &documents {
            if crate::pattern::Pattern::parse(&document.value).is_ok_and(|pattern| !pattern.is_literal()) {
                self.bad_pattern(document, "is a glob; name each document");
            }
        }
        Some(documents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grade_is_the_first_word() {
        for (text, grade) in [
            ("low", Some(Grade::Low)),
            (" Medium ", Some(Grade::Medium)),
            ("HIGH, rows may be lost", Some(Grade::High)),
            ("critical", Some(Grade::High)),
            ("tables of before may hold tabs", None),
            ("", None),
            ("mediumish", None),
        ] {
            assert_eq!(Grade::of(text), grade, "{text}");
        }
    }

    #[test]
    fn a_way_back_is_asked_for_from_a_grade_on() {
        let asked = |from: RollbackFrom| [Grade::Low, Grade::Medium, Grade::High].map(|grade| from.asks(grade));
        assert_eq!(asked(RollbackFrom::Never), [false, false, false]);
        assert_eq!(asked(RollbackFrom::Low), [true, true, true]);
        assert_eq!(asked(RollbackFrom::Medium), [false, true, true]);
        assert_eq!(asked(RollbackFrom::High), [false, false, true]);
    }
}
