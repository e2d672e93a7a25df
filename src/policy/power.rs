//! Powers: what only some may do, and whom the policy lets.

use super::Profile;

/// Something a policy may reserve for roles or members, under `authority:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// Authorise handoffs.
    Handoff,
    /// Grant, refuse and revoke waivers.
    Waive,
    /// Make decisions that bind others.
    Decide,
    /// Decide GO or NO-GO, and accept risks.
    Release,
    /// Declare incidents, which freezes merges.
    Incident,
}

impl Power {
    pub const ALL: [Self; 5] = [Self::Handoff, Self::Waive, Self::Decide, Self::Release, Self::Incident];

    /// The key under `authority:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handoff => "handoff",
            Self::Waive => "waive",
            Self::Decide => "decide",
            Self::Release => "release",
            Self::Incident => "incident",
        }
    }

    /// How [`Policy::says`](super::Policy::says) names it.
    pub(super) fn written(self) -> &'static str {
        match self {
            Self::Handoff => "authority.handoff",
            Self::Waive => "authority.waive",
            Self::Decide => "authority.decide",
            Self::Release => "authority.release",
            Self::Incident => "authority.incident",
        }
    }

    /// The roles that have the power where the policy does not say; none: everybody has it.
    pub fn default_roles(self, profile: Profile) -> &'static [&'static str] {
        match (profile, self) {
            (Profile::Solo, _) => &[],
            (_, Self::Handoff | Self::Decide) => &["maintainer", "execution-director"],
            (_, Self::Waive | Self::Release) => &["maintainer"],
            (_, Self::Incident) => &["maintainer", "incident-commander"],
        }
    }
}
