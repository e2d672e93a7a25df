//! The defaults of solo, team and command.

use super::{Comms, Level, NameItem, OutsideTouches, Profile, Separation, Trust};
use crate::plan::Kind;

/// What a profile says where the policy is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defaults {
    pub trust: Trust,
    pub separation: Separation,
    pub comms: Comms,
    pub commits_name_item: NameItem,
    pub commits_outside_touches: OutsideTouches,
    pub enforce_owners: bool,
    pub phases: bool,
    /// Roles that may approve a change of policy; empty: anybody on the spot.
    pub policy_approvers: &'static [&'static str],
}

impl Profile {
    pub const ALL: [Self; 3] = [Self::Solo, Self::Team, Self::Command];

    pub fn name(self) -> &'static str {
        match self {
            Self::Solo => "solo",
            Self::Team => "team",
            Self::Command => "command",
        }
    }

    pub fn defaults(self) -> Defaults {
        match self {
            Self::Solo => Defaults {
                trust: Trust::Local,
                separation: Separation::Off,
                comms: Comms::Open,
                commits_name_item: NameItem::Optional,
                commits_outside_touches: OutsideTouches::Warn,
                enforce_owners: false,
                phases: false,
                policy_approvers: &[],
            },
            Self::Team => Defaults {
                trust: Trust::Signed,
                separation: Separation::Threshold,
                comms: Comms::Open,
                commits_name_item: NameItem::OutsidePlan,
                commits_outside_touches: OutsideTouches::Refuse,
                enforce_owners: true,
                phases: false,
                policy_approvers: &["maintainer"],
            },
            Self::Command => Defaults {
                trust: Trust::Signed,
                separation: Separation::Strict,
                comms: Comms::Hub,
                commits_name_item: NameItem::Always,
                commits_outside_touches: OutsideTouches::Refuse,
                enforce_owners: true,
                phases: true,
                policy_approvers: &["maintainer"],
            },
        }
    }
}

/// The gates of a level that the policy does not list; none of them needs a command.
pub fn default_gates(profile: Profile, level: Level) -> &'static [&'static str] {
    match level {
        // Whoever works in phases puts nothing off unseen, and decides about what failed.
        Level::Merge if profile == Profile::Command => &["no-new-debt", "references-hold"],
        Level::Merge => &[],
        Level::Item(Kind::Task) if profile == Profile::Command => &["committed", "failures-decided"],
        Level::Item(Kind::Task) => &["committed"],
        Level::Item(Kind::Feature) => &["tasks-done"],
        // Whoever works in phases looks back before the next epic begins.
        Level::Item(Kind::Epic) if profile == Profile::Command => &["features-done", "retro-held"],
        Level::Item(Kind::Epic) => &["features-done"],
        Level::Item(Kind::Phase) => &["epics-done"],
    }
}
