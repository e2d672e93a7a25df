//! What the policy aims at with the figures of `passmuster metrics`.
//!
//! Which figures there are is known here by name only, so that a misspelt one is found; what they mean and how they are
//! computed is up to the verb.

use super::codes;
use super::parse::Reader;
use crate::diag::Severity;
use crate::doc::yaml::{Fields, Node, Value};
use crate::text::Span;
use std::collections::BTreeMap;

/// The figures, the six that matter most first.
pub static FIGURES: [&str; 34] = [
    "tasks-on-time",
    "gate-pass-rate",
    "blocker-resolution",
    "review-turnaround",
    "utilisation",
    "handoff-success",
    "velocity",
    "feature-velocity",
    "burn-rate",
    "gate-first-time",
    "critical-path-health",
    "buffer-consumed",
    "open-blockers",
    "open-blockers-p0",
    "open-blockers-p1",
    "open-blockers-p2",
    "blocker-resolution-p0",
    "blocker-resolution-p1",
    "blocker-resolution-p2",
    "procedures",
    "rework",
    "predictability",
    "unplanned-work",
    "scope-change",
    "cycle-time",
    "wait-time",
    "lead-time",
    "deployments",
    "change-failure",
    "restore-time",
    "documentation",
    "coordination",
    "waivers",
    "bus-factor",
];

/// The figures that matter most.
pub fn key_figures() -> &'static [&'static str] {
    &FIGURES[..6]
}

/// Which way is better, and from where on it is good or alarming.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// Good from `target` on, alarming below `alarm`.
    AtLeast { target: f64, alarm: f64 },
    /// Good up to `target`, alarming above `alarm`.
    AtMost { target: f64, alarm: f64 },
    /// Good inside the first pair, alarming outside of the second.
    Within { target: (f64, f64), alarm: (f64, f64) },
    /// It tells, and is neither good nor bad.
    None,
}

impl Aim {
    /// The direction in which it gets better.
    pub fn direction(self) -> &'static str {
        match self {
            Self::AtLeast { .. } => "higher",
            Self::AtMost { .. } => "lower",
            Self::Within { .. } => "within",
            Self::None => "none",
        }
    }

    /// What is asked for, for people.
    pub fn target(self) -> Option<String> {
        match self {
            Self::AtLeast { target, .. } => Some(format!("≥ {target}")),
            Self::AtMost { target, .. } => Some(format!("≤ {target}")),
            Self::Within { target: (low, high), .. } => Some(format!("{low} to {high}")),
            Self::None => None,
        }
    }

    /// From where on it alarms, for people.
    pub fn alarm(self) -> Option<String> {
        match self {
            Self::AtLeast { alarm, .. } => Some(format!("< {alarm}")),
            Self::AtMost { alarm, .. } => Some(format!("> {alarm}")),
            Self::Within { alarm: (low, high), .. } => Some(format!("< {low} or > {high}")),
            Self::None => None,
        }
    }

    /// As the policy writes it.
    pub fn written(self) -> serde_json::Value {
        match self {
            Self::AtLeast { target, alarm } => {
                serde_json::json!({ "target": target, "alarm": alarm, "better": "higher" })
            }
            Self::AtMost { target, alarm } => {
                serde_json::json!({ "target": target, "alarm": alarm, "better": "lower" })
            }
            Self::Within { target, alarm } => {
                serde_json::json!({ "target": [target.0, target.1], "alarm": [alarm.0, alarm.1] })
            }
            Self::None => serde_json::json!("off"),
        }
    }
}

/// What differs from the defaults, by the name of the figure.
pub type Aims = BTreeMap<&'static str, Aim>;

/// A number, or two between which something lies.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    One(f64),
    Between(f64, f64),
}

/// The direction, where the numbers do not tell.
#[derive(Clone, Copy, PartialEq)]
enum Better {
    Higher,
    Lower,
}

impl Reader<'_> {
    /// What stands under `metrics:`.
    pub(super) fn aims(&mut self, node: &Node) -> Option<Aims> {
        let mut fields = Fields::new(self.source, node, "`metrics`", self.sink)?;
        let mut aims = Aims::new();
        for figure in FIGURES {
            let Some((span, node)) = fields.take(figure) else { continue };
            if let Some(aim) = self.aim(figure, span, node) {
                self.written.insert(figure);
                aims.insert(figure, aim);
            }
        }
        fields.finish(Severity::Error, self.sink);
        Some(aims)
    }

    /// `off`, or a target and an alarm.
    fn aim(&mut self, figure: &str, span: Span, node: &Node) -> Option<Aim> {
        if node.as_text() == Some("off") {
            return Some(Aim::None);
        }
        let mut fields = Fields::new(self.source, node, "a figure (or `off`)", self.sink)?;
        let example = "`{ target: 90, alarm: 80 }`";
        let target = fields.need("target", "target: 90", self.sink).map(|(_, node)| node);
        let alarm = fields.need("alarm", "alarm: 80", self.sink).map(|(_, node)| node);
        let better = fields.take("better");
        fields.finish(Severity::Error, self.sink);
        let target = self.bound(target?, "`target`")?;
        let alarm = self.bound(alarm?, "`alarm`")?;
        let name = |better: Better| if better == Better::Higher { "higher" } else { "lower" };
        let better = match better {
            Some((_, node)) => Some(self.word(node, "`better`", &[Better::Higher, Better::Lower], name)?),
            None => None,
        };
        let aim = match (target, alarm) {
            (Bound::One(target), Bound::One(alarm)) => match better {
                Some(Better::Higher) if alarm <= target => Some(Aim::AtLeast { target, alarm }),
                Some(Better::Lower) if alarm >= target => Some(Aim::AtMost { target, alarm }),
                None if alarm < target => Some(Aim::AtLeast { target, alarm }),
                None if alarm > target => Some(Aim::AtMost { target, alarm }),
                _ => None,
            },
            (Bound::Between(low, high), Bound::Between(least, most)) => {
                let holds = least <= low && low <= high && high <= most && better.is_none();
                holds.then_some(Aim::Within { target: (low, high), alarm: (least, most) })
            }
            _ => None,
        };
        if aim.is_none() {
            let message = format!("what is aimed at with `{figure}` contradicts itself");
            let cause = "what alarms is worse than the target, and both are one number, or both two";
            let hint = format!("write {example}, `{{ target: [70, 80], alarm: [50, 85] }}`, or add `better: lower`");
            self.error(&codes::BAD_VALUE, span, message, cause, hint);
        }
        aim
    }

    /// A number, or a list of two.
    fn bound(&mut self, node: &Node, what: &str) -> Option<Bound> {
        let Value::Sequence(items) = &node.value else {
            return node.number(self.source, what, self.sink).map(Bound::One);
        };
        if let [low, high] = &items[..] {
            let low = low.number(self.source, what, self.sink);
            let high = high.number(self.source, what, self.sink);
            return Some(Bound::Between(low?, high?));
        }
        let cause = format!("it lists {} numbers", items.len());
        self.error(&codes::BAD_VALUE, node.span, format!("{what} is no range"), cause, "write two numbers: `[70, 80]`");
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Diagnostic, Sink};
    use crate::policy::{Policy, parse};
    use crate::text::Source;

    fn read(metrics: &str) -> (Option<Policy>, Vec<String>) {
        let text = format!("passmuster: policy/1\nrepository: r\nprotect: [main]\nmetrics: {metrics}\n");
        let mut sink = Sink::new();
        let policy = parse(&Source::new("passmuster.yaml", text), &mut sink);
        (policy, sink.into_sorted().into_iter().filter(Diagnostic::is_error).map(|found| found.message).collect())
    }

    #[test]
    fn the_numbers_tell_the_direction() {
        for (written, expected) in [
            ("{ velocity: { target: 5, alarm: 2 } }", Aim::AtLeast { target: 5.0, alarm: 2.0 }),
            ("{ velocity: { target: 2, alarm: 5 } }", Aim::AtMost { target: 2.0, alarm: 5.0 }),
            ("{ velocity: { target: 0, alarm: 0, better: lower } }", Aim::AtMost { target: 0.0, alarm: 0.0 }),
            (
                "{ velocity: { target: [3, 5], alarm: [1, 9.5] } }",
                Aim::Within { target: (3.0, 5.0), alarm: (1.0, 9.5) },
            ),
            ("{ velocity: off }", Aim::None),
        ] {
            let (policy, errors) = read(written);
            assert_eq!(errors, Vec::<String>::new(), "{written}");
            let policy = policy.unwrap();
            assert_eq!(policy.aims.get("velocity"), Some(&expected), "{written}");
            // What is shown is read the same way.
            let (again, errors) = read(&format!("{{ velocity: {} }}", policy.aims["velocity"].written()));
            assert_eq!((again.unwrap().aims, errors), (policy.aims, Vec::new()));
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for wrong in [
            "{ velocty: { target: 5, alarm: 2 } }",
            "{ velocity: { target: 5 } }",
            "{ velocity: { target: 5, alarm: 5 } }",
            "{ velocity: { target: 5, alarm: 2, better: lower } }",
            "{ velocity: { target: [5, 3], alarm: [1, 9] } }",
            "{ velocity: { target: [3, 5], alarm: 1 } }",
            "{ velocity: { target: [3], alarm: [1, 2, 3] } }",
            "{ velocity: { target: many, alarm: 2 } }",
            "{ velocity: { target: 5, alarm: 2, size: 1 } }",
            "{ velocity: on }",
            "[velocity]",
        ] {
            assert_eq!(read(wrong).1.len(), 1, "{wrong}: {:?}", read(wrong).1);
        }
    }
}
