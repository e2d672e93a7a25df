//! What can be wrong with the order of phases.

crate::codes! {
    /// Work lands while the gate of a phase is open.
    ///
    /// At the end of a phase everything rests until it is decided whether the phase is done: what is looked at must not
    /// move while it is looked at. Work that the gate itself needs, and that of open incidents, goes on.
    ///
    /// ```text
    /// plan/phases/2026-11-20-database-1f3a9c.md    state: open, items: [DB-009]
    /// ```
    ///
    /// Fix it by waiting for the decision (`passmuster phase status`), or, if it is work of the gate, by letting whoever
    /// opened the gate add the item to its `items`.
    FROZEN = "phase/frozen";

    /// A task is claimed before the implementation phase has begun.
    ///
    /// Before it lie a plan that is complete, a board that approved it, and a handoff that was accepted. Work that starts
    /// without them starts with gaps that are found when they are dear.
    ///
    /// Fix it by doing what `passmuster phase status` names, or by setting `phases: false` in the policy, if the project
    /// does not work in phases.
    NOT_BEGUN = "phase/not-begun";

    /// A phase was decided GO, and something it needs is missing.
    ///
    /// GO says that everything was proven. `passmuster phase status` lists what each phase needs to end, and the finding
    /// names what is not there.
    ///
    /// Fix it by doing what the hint says, or decide NO-GO with the reasons.
    NOT_READY = "phase/not-ready";

    /// The document of a phase that has not begun.
    ///
    /// A phase's document is made when the phase starts; one that is there before looks like a phase that was reached.
    ///
    /// Fix it by taking the file away until `passmuster phase start` makes it.
    EARLY_DOCUMENT = "phase/early-document";

    /// A task is claimed whose epic was not kicked off, or whose team was not.
    ///
    /// An epic begins with its teams briefed, its needs met and its gates known, and somebody who lets it begin. Teams
    /// that were not named there are not active.
    ///
    /// ```text
    /// passmuster kickoff new DB --team foundation
    /// ```
    ///
    /// Fix it by authorising a kickoff that names the epic and the team.
    NO_KICKOFF = "phase/no-kickoff";

    /// An epic is let begin while as many are under way as the policy allows.
    ///
    /// What is begun and not finished binds people and helps nobody. An epic is under way from its authorised kickoff
    /// on until all of it is done or dropped.
    ///
    /// ```yaml
    /// epics: { active: 2 }
    /// ```
    ///
    /// Fix it by finishing an epic first.
    TOO_MANY_EPICS = "phase/too-many-epics";

    /// A task of a later phase of the plan is claimed before an earlier phase was decided GO.
    ///
    /// The plan's phases follow each other, and each ends at a gate.
    ///
    /// Fix it by deciding the earlier phase first: `passmuster phase gate`, then `passmuster phase close`.
    ORDER = "phase/order";

    /// A gate is about a phase that there is not.
    ///
    /// `phase:` is a number from 0 to 5, or the id of a phase of the plan.
    ///
    /// Fix it by writing one of those.
    UNKNOWN = "phase/unknown";
}
