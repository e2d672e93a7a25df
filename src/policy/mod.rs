//! The policy, `passmuster.yaml`: which refs are protected, which gates guard which level, who may do what.
//!
//! Domain layer. `parse` reads the file strictly: an unknown key is an error, because a misspelt key would
//! quietly loosen a gate; `entry` reads one gate, `conduct` what is said about people. `profile` holds the defaults of
//! solo, team and command, `refs` matches ref names, `occasion` names what a watcher reacts to, `power` says who may
//! decide what, `precautions` what is asked before risky work, `trigger` says what calls for whom, `view` which generated files are kept fresh, `time` how buffers and load are judged, `aim` what figures aim at, `definition` what of a gate its evidence depends on, `show` prints the whole, and `schema` describes the
//! file to editors.

mod aim;
pub mod codes;
mod conduct;
mod definition;
mod entry;
mod gate;
pub mod ladder;
mod occasion;
mod parse;
mod power;
mod precautions;
pub mod profile;
pub mod refs;
mod schema;
mod show;
mod time;
mod trigger;
mod view;

pub use aim::{Aim, Aims, FIGURES, key_figures};
pub use conduct::{Board, Conduct, Handlers, Procedures, Remediation, SPECIALISTS, shown as span};
pub use gate::{Builtin, DEFAULT_TIMEOUT, Gate, GateKind, Metric, NEVER_OVERRIDDEN, Reading};
pub use occasion::Occasion;
pub use parse::{FORMAT, parse};
pub use power::Power;
pub use precautions::{Grade, Precautions, RollbackFrom};
pub use schema::schema;
pub use time::{Band, Border, Case, Complexity, Realistic, Sizing, Time, Zones};
pub use trigger::{Call, Trigger, Urgency};
pub use view::{Generated, IMPLEMENTATION_REPORT};

use crate::id::{GateName, MemberName, RefName};
use crate::plan::Kind;
use crate::text::{Source, Spanned};
use refs::RefPattern;
use std::collections::{BTreeMap, BTreeSet};

/// The path of the policy in a repository.
pub const PATH: &str = "passmuster.yaml";

/// Where YAML editors find the schema of the policy; nothing else reads it.
pub const SCHEMA_PATH: &str = "plan/schemas/policy.json";

/// The folder of the plan, its records and its gate reports.
pub const PLAN_FOLDER: &str = "plan";

/// A set of defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    Solo,
    Team,
    Command,
}

/// How much a result is believed; what a ref asks for is the least that counts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// Somebody says so.
    Claimed,
    /// A gate report whose name, digest and key agree, unsigned.
    Local,
    /// Signed by a member's key that the protected tip knows.
    Signed,
    /// Signed by a member of kind `ci`.
    Ci,
}

impl Trust {
    pub const ALL: [Self; 4] = [Self::Claimed, Self::Local, Self::Signed, Self::Ci];

    pub fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Local => "local",
            Self::Signed => "signed",
            Self::Ci => "ci",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Separation {
    Strict,
    Threshold,
    Off,
}

impl Separation {
    pub const ALL: [Self; 3] = [Self::Strict, Self::Threshold, Self::Off];

    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Threshold => "threshold",
            Self::Off => "off",
        }
    }
}

/// How much a coordinator may do alone where [`Separation::Threshold`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Threshold {
    /// Changed files of one commit.
    pub files: u32,
    /// Estimated minutes of the item that a commit names.
    pub minutes: u32,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { files: 5, minutes: 30 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comms {
    Hub,
    Open,
}

impl Comms {
    pub const ALL: [Self; 2] = [Self::Hub, Self::Open];

    pub fn name(self) -> &'static str {
        match self {
            Self::Hub => "hub",
            Self::Open => "open",
        }
    }
}

/// When a commit must name the item it works for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameItem {
    Optional,
    /// Commits that change anything outside the plan folder.
    OutsidePlan,
    Always,
}

impl NameItem {
    pub const ALL: [Self; 3] = [Self::Optional, Self::OutsidePlan, Self::Always];

    pub fn name(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::OutsidePlan => "outside-plan",
            Self::Always => "always",
        }
    }
}

/// What happens to a commit that leaves the `touches` of its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutsideTouches {
    Warn,
    Refuse,
}

impl OutsideTouches {
    pub const ALL: [Self; 2] = [Self::Warn, Self::Refuse];

    pub fn name(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Refuse => "refuse",
        }
    }
}

/// What gates can be attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Every move of a protected ref, claim or not.
    Merge,
    Item(Kind),
}

impl Level {
    pub const ALL: [Self; 5] = [
        Self::Merge,
        Self::Item(Kind::Task),
        Self::Item(Kind::Feature),
        Self::Item(Kind::Epic),
        Self::Item(Kind::Phase),
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Item(kind) => kind.name(),
        }
    }
}

/// How many days a waiver may last when the policy does not say.
pub const DEFAULT_WAIVER_DAYS: u32 = 30;

/// How many days a policy may let a waiver last.
pub const MAX_WAIVER_DAYS: u32 = 366;

/// How many minutes a critical message may wait for its acknowledgement, where the policy does not say.
pub const DEFAULT_CRITICAL_MINUTES: u32 = 60;

/// The whole policy, with the profile's defaults filled in.
#[derive(Clone, Debug)]
pub struct Policy {
    pub source: Source,
    pub format: u32,
    /// Made by `init`; part of every evidence key.
    pub repository: Spanned<String>,
    pub profile: Spanned<Profile>,
    /// Branch patterns (`main`, `release/*`); `refs/…` for full names.
    pub protect: Vec<Spanned<String>>,
    /// Least trust by branch pattern, first match counts.
    pub trust: Vec<(Spanned<String>, Trust)>,
    pub separation: Separation,
    pub threshold: Threshold,
    pub comms: Comms,
    pub commits_name_item: NameItem,
    pub commits_outside_touches: OutsideTouches,
    pub levels: BTreeMap<Level, Vec<Spanned<GateName>>>,
    pub gates: BTreeMap<GateName, Gate>,
    /// Path pattern → role or member that owns it.
    pub owners: Vec<(Spanned<String>, Spanned<MemberName>)>,
    /// What a watcher runs when something happens. Never believed from a proposal.
    pub on: BTreeMap<Occasion, Spanned<String>>,
    /// What calls for somebody, where it differs from the defaults.
    pub(crate) triggers: BTreeMap<Trigger, Call>,
    /// The generated files that a watcher keeps fresh, by path. Never believed from a proposal.
    pub views: Vec<(Spanned<String>, Generated)>,
    /// Whether owners are enforced.
    pub enforce_owners: bool,
    /// Whether work goes through the phases 0 to 5, with a gate at the end of each.
    pub phases: bool,
    /// Roles or members that may approve a change of policy, roster or gate scripts. Empty (solo): anybody local.
    pub policy_approvers: Vec<Spanned<MemberName>>,
    /// Roles or members by power; empty: everybody has it.
    pub(crate) powers: BTreeMap<Power, Vec<Spanned<MemberName>>>,
    /// How many days after its grant a waiver may last.
    pub waiver_days: u32,
    /// How many minutes a critical message may wait for its acknowledgement.
    pub critical_minutes: u32,
    /// How people work together.
    pub conduct: Conduct,
    /// What is asked for before and beside the work.
    pub precautions: Precautions,
    /// How time is judged.
    pub time: Time,
    /// What figures aim at, where it differs from the defaults.
    pub aims: Aims,
    /// For each priority, when a blocker climbs.
    pub(crate) ladders: [ladder::Ladder; 3],
    /// `protect`, ready to match.
    protected: Vec<RefPattern>,
    /// `trust`, ready to match, in the same order.
    trusted: Vec<RefPattern>,
    /// The keys that the file itself says (`levels.task` for a level); the rest comes from the profile.
    written: BTreeSet<&'static str>,
}

impl Policy {
    /// Whether moves of the ref are judged. The name must be full, with symbolic refs resolved.
    pub fn protects(&self, name: &RefName) -> bool {
        self.protected.iter().any(|pattern| pattern.matches(name))
    }

    /// The protected pattern (or `HEAD`) that an unprotected ref could be taken for; see [`refs::look_alike`].
    pub fn look_alike(&self, name: &RefName) -> Option<&str> {
        refs::look_alike(&self.protected, name)
    }

    /// The least trust that counts on a ref: the first pattern that matches, else the profile's.
    pub fn trust_for(&self, name: &RefName) -> Trust {
        let position = self.trusted.iter().position(|pattern| pattern.matches(name));
        position.map_or(self.profile.defaults().trust, |index| self.trust[index].1)
    }

    /// The gate of that name, defined or built in.
    pub fn gate(&self, name: &str) -> Option<&Gate> {
        match Builtin::from_name(name) {
            Some(builtin) => Some(builtin.gate()),
            None => self.gates.get(&GateName::parse(name)?),
        }
    }

    /// The gates of a level in the order the policy lists them.
    pub fn gates_for(&self, level: Level) -> impl Iterator<Item = &Gate> {
        self.levels.get(&level).into_iter().flatten().filter_map(|name| self.gate(name.as_str()))
    }

    /// How a trigger calls.
    pub fn call(&self, trigger: Trigger) -> Call {
        self.triggers.get(&trigger).cloned().unwrap_or_else(|| trigger.default())
    }

    /// The roles or members that have a power; none: everybody has it.
    pub fn powers(&self, power: Power) -> &[Spanned<MemberName>] {
        self.powers.get(&power).map_or(&[], Vec::as_slice)
    }

    /// The ladder of a priority (0 is most urgent); what is less urgent than all has the last one.
    pub fn ladder(&self, priority: u8) -> &[u32] {
        &self.ladders[usize::from(priority).min(2)]
    }

    /// Whether decisions about somebody's own work need somebody else.
    pub fn four_eyes(&self) -> bool {
        self.profile.value != Profile::Solo
    }

    /// Whether the file itself says the key (`trust`, `levels.task`); if not, the profile does.
    pub fn says(&self, key: &str) -> bool {
        self.written.contains(key)
    }
}

#[cfg(test)]
mod tests;
