//! Which results of gates still count where they landed: whether what they were made for is what stands there now.
//!
//! Verb layer. This says nothing about whether a result is believed; that is judged when something is to land.

use crate::diag::{Failure, Sink};
use crate::evidence::GateResult;
use crate::facts::Facts;
use crate::gate::assess::{Keyed, Scene, Subject};
use crate::gate::reports::subject_of;
use crate::id::{RefName, RepoPath};
use crate::judge::{self, Move, Proposal, World};
use crate::policy::{Gate, GateKind};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// Whether a result is still about what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    Fresh,
    /// It was made for other files, or for another gate of that name.
    Stale {
        /// Whether the gate itself is another one, or is there no more.
        gate: bool,
        /// The inputs that changed since.
        paths: Vec<RepoPath>,
    },
    /// It is older than the policy lets results of this gate grow.
    Old,
}

impl Fit {
    /// In a word, with what made it so: `stale: src/a and 2 more`.
    pub fn words(&self) -> String {
        match self {
            Self::Fresh => "fresh".to_owned(),
            Self::Old => "too old".to_owned(),
            Self::Stale { gate: true, .. } => "stale: the gate".to_owned(),
            Self::Stale { paths, .. } => match &paths[..] {
                [] => "stale".to_owned(),
                [path] => format!("stale: {path}"),
                [path, more @ ..] => format!("stale: {path} and {} more", more.len()),
            },
        }
    }
}

/// How the newest result of each gate of each subject fits.
#[derive(Clone, Debug, Default)]
pub struct Freshness {
    /// By the folded subject and the gate.
    fits: BTreeMap<(String, String), (Timestamp, Fit)>,
}

impl Freshness {
    /// How the newest result of a gate fits; `None` where no report has one.
    pub fn of(&self, subject: &str, gate: &str) -> Option<&Fit> {
        self.fits.get(&(subject.to_ascii_lowercase(), gate.to_owned())).map(|(_, fit)| fit)
    }

    /// The results that no longer count, by subject (folded) and gate.
    pub fn gone(&self) -> impl Iterator<Item = (&str, &str)> {
        let gone = self.fits.iter().filter(|(_, (_, fit))| *fit != Fit::Fresh);
        gone.map(|((subject, gate), _)| (subject.as_str(), gate.as_str()))
    }
}

/// Looks at the reports in the newest commit of the line that the facts are of.
///
/// # Errors
/// Something could not be read, or there is no policy to go by.
pub fn run(world: &World<'_>, facts: &Facts) -> Result<Freshness, Failure> {
    let Some((tip, _)) = facts.line().next_back() else { return Ok(Freshness::default()) };
    let change = Move {
        target: RefName::new("HEAD"),
        old: Some(tip.clone()),
        guard: Some(tip.clone()),
        proposal: Proposal::Commit(tip.clone()),
        published: Vec::new(),
    };
    judge::survey(world, &change, &mut Sink::new(), |scene, sink| {
        let mut look = Look { scene, known: HashMap::new() };
        let mut freshness = Freshness::default();
        for report in scene.reports.all(sink)? {
            let path = RepoPath::from(report.source.path());
            let named = subject_of(path.file_name());
            for result in &report.results {
                let subject = named.unwrap_or(&result.subject);
                let Some(of) = subject_in(scene, subject) else { continue };
                let key = (subject.to_ascii_lowercase(), result.gate.to_string());
                if freshness.fits.get(&key).is_none_or(|(at, _)| *at <= result.at) {
                    let fit = look.fit(of, result)?;
                    freshness.fits.insert(key, (result.at, fit));
                }
            }
        }
        Ok(freshness)
    })
}

fn subject_in(scene: &Scene<'_>, name: &str) -> Option<Subject> {
    let merge = (name == crate::evidence::MERGE).then_some(Subject::Merge);
    merge.or_else(|| scene.plan.find(name).map(Subject::Item))
}

struct Look<'s, 'a> {
    scene: &'s Scene<'a>,
    /// What commands read is the same whatever item asks.
    known: HashMap<String, Rc<Keyed>>,
}

impl Look<'_, '_> {
    fn fit(&mut self, subject: Subject, result: &GateResult) -> Result<Fit, Failure> {
        let scene = self.scene;
        let Some(gate) = scene.policy.gate(result.gate.as_str()) else {
            return Ok(Fit::Stale { gate: true, paths: Vec::new() });
        };
        let keyed = self.keyed(subject, gate)?;
        if keyed.key(scene.policy, gate, &result.environment) != result.key {
            let paths = keyed.inputs.explain(&result.lines, scene.history);
            return Ok(Fit::Stale { gate: keyed.definition != result.definition, paths });
        }
        Ok(if scene.is_old(gate, result).is_some() { Fit::Old } else { Fit::Fresh })
    }

    fn keyed(&mut self, subject: Subject, gate: &Gate) -> Result<Rc<Keyed>, Failure> {
        if let GateKind::Approve { .. } = gate.kind {
            return self.scene.keyed(subject, gate).map(Rc::new);
        }
        let name = gate.name.value.as_str();
        if let Some(known) = self.known.get(name) {
            return Ok(Rc::clone(known));
        }
        let keyed = Rc::new(self.scene.keyed(subject, gate)?);
        self.known.insert(name.to_owned(), Rc::clone(&keyed));
        Ok(keyed)
    }
}
