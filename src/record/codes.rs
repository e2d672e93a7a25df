//! The codes of findings about records.

crate::codes! {
    /// A file in a folder of records is no record.
    ///
    /// `plan/handoffs/`, `plan/waivers/` and their neighbours hold one record a file: front matter between two lines
    /// `---`, then the text. Whatever else lies there could be taken for a decision.
    ///
    /// Fix: make it with the verb (`passmuster handoff new`), or move the file somewhere else.
    NO_RECORD = "record/not-one";

    /// The record was written by a newer version.
    ///
    /// A newer format may mean something this version does not know, so the record is not believed.
    ///
    /// Fix: install the newer version of passmuster.
    NEWER_FORMAT = "record/newer-format";

    /// A name in a record is not one.
    ///
    /// Members, roles, teams, items and gates have names of 1 to 64 letters, digits, `.`, `_` or `-`, starting with
    /// a letter or digit.
    ///
    /// Fix: write the name as roster, plan or policy has it.
    BAD_NAME = "record/bad-name";

    /// The text of a record nests too deeply.
    ///
    /// A line with hundreds of quotes or list markers takes a reader long and tells nothing.
    ///
    /// Fix: write it with fewer levels.
    TOO_DEEP = "record/too-deep";

    /// The state of a record was written in by hand.
    ///
    /// A record is in the state its last step led to. Steps say who made them and when; a state without one would
    /// be a decision nobody made.
    ///
    /// ```yaml
    /// state: accepted
    /// steps:
    ///   - {to: offered, by: ada, at: 2026-01-31T12:00:00Z}   # the state is `offered`
    /// ```
    ///
    /// Fix: write the old state back and take the step with its verb.
    STATE = "record/state";

    /// A record takes a step that its kind does not have.
    ///
    /// Each kind has its states and the steps between them; none is skipped. A handoff, say, is offered, authorised
    /// and only then accepted. `passmuster show` of the record tells which steps lead on.
    ///
    /// Fix: take the step back and go by the states in between.
    ILLEGAL_STEP = "record/illegal-step";

    /// The time of a step cannot be right.
    ///
    /// Steps stand in the order in which they happened, and none lies in the future: deadlines are counted from
    /// them.
    ///
    /// Fix: write when it happened.
    TIME = "record/time";

    /// A step that others have to live with does not say why.
    ///
    /// A rejection carries the gaps back to the sender, a refusal its reason.
    ///
    /// Fix: give the reason with `-m`, or add `note:` to the step.
    NO_REASON = "record/no-reason";

    /// A field is missing that a record needs in its state.
    ///
    /// Each kind says which fields a state asks for: an offered handoff says from whom to whom, a waiver which gate
    /// of which item and until when.
    ///
    /// Fix: add the key to the front matter.
    MISSING_FIELD = "record/missing-field";

    /// A section of a record is missing or empty.
    ///
    /// The template of a kind has the sections that readers rely on. Comments (`<!-- … -->`) do not count as
    /// content, so an untouched template is an empty one.
    ///
    /// Fix: write what belongs there, or `none` with the reason.
    SECTION = "record/section";

    /// Boxes of a record are missing or open.
    ///
    /// The checklist of a handoff has eight boxes, all ticked before it is accepted; between phases the nine points
    /// of its agenda are answered as well. What is open is a gap, and gaps go back to the sender.
    ///
    /// Fix: do what they ask and tick them, or reject the handoff with the gaps.
    BOXES = "record/boxes";

    /// Somebody who should have acknowledged a handoff has not.
    ///
    /// Whoever is named in `attendees` was to be there; each says so by an acknowledgement of their own before the
    /// handoff is accepted.
    ///
    /// Fix: let them run `passmuster handoff acknowledge`.
    ATTENDEE = "record/attendee";

    /// A waiver ends before it begins, or lasts too long.
    ///
    /// An exception is for a time. The longest one is `waivers: max_days` of the policy, counted from the grant.
    ///
    /// Fix: write an earlier `expires`; ask again when it is over.
    LIFETIME = "record/lifetime";

    /// The history of a record was rewritten.
    ///
    /// Steps that have landed stay as they are, and new ones come after them. Two people who made a step on two
    /// branches meet here: the second takes what has landed and makes the step again.
    ///
    /// Fix: take the file of the protected side (`git checkout main -- FILE`), then the step.
    HISTORY = "record/history";

    /// Something that was decided is changed afterwards.
    ///
    /// Those who signed or accepted saw the record as it was. A correction is a record of its own.
    ///
    /// Fix: put the old words back.
    REWRITTEN = "record/rewritten";

    /// A record was taken away.
    ///
    /// Records are the memory of the project: what a handoff or a waiver once allowed stays traceable. Close or
    /// revoke it instead.
    ///
    /// Fix: `git checkout main -- FILE`.
    DELETED = "record/deleted";

    /// Somebody makes a step that is not theirs to make.
    ///
    /// Who may is said by the kind (the receiver accepts a handoff), and for decisions by `authority` of the policy
    /// on the protected side. While an incident is open, only its commander decides.
    ///
    /// ```yaml
    /// authority: { handoff: [execution-director], waive: [maintainer] }
    /// ```
    ///
    /// Fix: ask one of those who may.
    NO_AUTHORITY = "record/no-authority";

    /// One person makes two steps that two people must make.
    ///
    /// Who asks for an exception does not grant it, and who offers work does not authorise or accept it. One person
    /// counts once, however many keys they have.
    ///
    /// Fix: let somebody else decide.
    SAME_PERSON = "record/same-person";

    /// Nothing proves who made a step.
    ///
    /// A step that only some may make counts like an approval: where the ref asks for signatures it carries one by a
    /// key on the roster of the protected side, made over exactly this record; where it does not, a commit of the
    /// change that touches the record is theirs.
    ///
    /// Fix: whoever the step names makes it with the verb, on a machine with their signing key.
    UNPROVEN = "record/unproven";

    /// A record names an item that the plan does not have.
    ///
    /// A waiver or handoff for nothing helps nobody, and most often is a misspelt one.
    ///
    /// Fix: write the item's id as the plan has it.
    UNKNOWN_ITEM = "record/unknown-item";

    /// A record names somebody whom the roster does not know.
    ///
    /// Nobody could take the steps that wait for that name.
    ///
    /// Fix: write a member, role or team of the roster.
    UNKNOWN_PARTY = "record/unknown-party";

    /// A message goes past the hub.
    ///
    /// Where the policy says `comms: hub`, one member (with the role `hub`) sees everything: each message comes from
    /// them or goes to them.
    ///
    /// Fix: send it to the hub, who passes it on; or say `comms: open` in the policy.
    PAST_HUB = "message/past-hub";

    /// A closed sync does not say who did not report.
    ///
    /// Silence is what a sync is there to find. Whoever is expected has reported, or is named under `missing`.
    ///
    /// Fix: close it with `passmuster sync close`, which names them.
    UNNAMED = "sync/unnamed";

    /// A waiver is for a gate that is never waived.
    ///
    /// Gates with `waivable: false`, and approvals by a security auditor or for compliance, guard what nobody may
    /// wave through: not for a deadline, not by anybody.
    ///
    /// Fix: satisfy the gate.
    NEVER_WAIVED = "waiver/never";

    /// A waiver names a gate that the policy does not have.
    ///
    /// It would excuse nothing.
    ///
    /// Fix: write the gate's name as `passmuster policy show` has it.
    WAIVED_NOTHING = "waiver/unknown-gate";

    /// A waiver is granted without a debt.
    ///
    /// What a waiver excuses is still to be done. So each granted one leaves an open debt in `plan/risks/`, due when the
    /// waiver ends; `passmuster waive grant` writes both files.
    ///
    /// ```yaml
    /// passmuster: risk/1
    /// type: debt
    /// waiver: plan/waivers/2026-11-20-a-1-without-unit-1f3a9c.md
    /// ```
    ///
    /// Fix: commit the debt as well, or write it: `passmuster risk new`, with `waiver:` and the waiver's path.
    NO_DEBT = "waiver/no-debt";

    /// A waiver is over.
    ///
    /// What it excused needs its evidence again.
    ///
    /// Fix: satisfy the gate; or revoke the waiver, and ask for a new one.
    EXPIRED = "waiver/expired";

    /// A waiver is granted, and this change does not use it.
    ///
    /// An exception that nothing needs is one that something else could use.
    ///
    /// Fix: `passmuster waive revoke`, unless it is for a change that is still to come.
    UNUSED = "waiver/unused";

    /// The scores of a review cannot be added up.
    ///
    /// Each executive of the review board scores four rubrics with 0 to 25 points. Their sum is the verdict, so a rubric
    /// that is missing, named twice or out of range would decide without anybody having said so.
    ///
    /// ```yaml
    /// scores: [architecture 22, quality 20, security 18, operability 21]
    /// ```
    ///
    /// Fix it by giving each rubric one score; the hint names the rubrics.
    SCORES = "record/scores";
}
