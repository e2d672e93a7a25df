//! What a watcher can react to, by the names that stand under `on:`.

/// One kind of event in the life of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// HEAD or a protected ref stands elsewhere.
    RefMoved,
    /// `check` finds something that it did not find before.
    Finding,
    /// Something `check` found is mended.
    FindingGone,
    /// An item can be begun.
    ItemReady,
    /// An item cannot be begun any more.
    ItemBlocked,
    /// An item is ticked.
    ItemDone,
    /// An item is open again.
    ItemReopened,
    /// A gate that the branch needs is satisfied.
    GatePassed,
    /// A gate ran and did not pass.
    GateFailed,
    /// There is evidence, but for other files than those that would land.
    EvidenceStale,
    /// What the branch needs to land cannot be told.
    NotJudged,
    /// A blocker climbed to another level.
    BlockerLevel,
    /// Something calls for somebody, or calls again.
    TriggerRaised,
    /// Somebody has seen what called, or it is settled.
    TriggerSettled,
    /// A generated file was written anew.
    ViewRefreshed,
}

impl Occasion {
    /// All, in the order of their documentation.
    pub const ALL: [Self; 15] = [
        Self::RefMoved,
        Self::Finding,
        Self::FindingGone,
        Self::ItemReady,
        Self::ItemBlocked,
        Self::ItemDone,
        Self::ItemReopened,
        Self::GatePassed,
        Self::GateFailed,
        Self::EvidenceStale,
        Self::NotJudged,
        Self::BlockerLevel,
        Self::TriggerRaised,
        Self::TriggerSettled,
        Self::ViewRefreshed,
    ];

    /// The word under `on:` and in events.
    pub fn name(self) -> &'static str {
        match self {
            Self::RefMoved => "ref-moved",
            Self::Finding => "finding",
            Self::FindingGone => "finding-gone",
            Self::ItemReady => "item-ready",
            Self::ItemBlocked => "item-blocked",
            Self::ItemDone => "item-done",
            Self::ItemReopened => "item-reopened",
            Self::GatePassed => "gate-passed",
            Self::GateFailed => "gate-failed",
            Self::EvidenceStale => "evidence-stale",
            Self::NotJudged => "not-judged",
            Self::BlockerLevel => "blocker-level",
            Self::TriggerRaised => "trigger-raised",
            Self::TriggerSettled => "trigger-settled",
            Self::ViewRefreshed => "view-refreshed",
        }
    }

    /// The occasion of a word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|occasion| occasion.name() == name)
    }
}
