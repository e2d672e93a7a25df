//! Diagnostic codes of verdicts.

crate::codes! {
    /// A box is ticked (or its parent is complete) and something it depends on is still open.
    ///
    /// An item can be claimed when every item it needs is done. Dropping a needed item does not help: nobody did
    /// the work. Finish the needed item first, or change the need in a commit of its own.
    CLAIM_NEEDS = "claim/open-needs";
    /// A box is ticked over open criteria.
    ///
    /// The criteria of an item are the boxes below it. Each must be ticked before the item is.
    CLAIM_CRITERIA = "claim/open-criteria";
    /// Criteria, needs or gates of an item vanish in the same change that claims it.
    ///
    /// A change cannot loosen what it is measured by: nor by moving an item out of what waits for something, by
    /// dropping what a needed phase still has, by taking open parts out of what it claims, or by finishing an open
    /// item under a new id. Land the change of the plan first, on its own; then claim.
    CLAIM_LOOSENED = "claim/loosened";
    /// A document, resource or handoff that the item needs is not there.
    ///
    /// An information need must exist as a file in what would land. A need of a team is met by a handoff from that
    /// team that is accepted and lists the item (or what it is part of) under `items`.
    ///
    /// ```console
    /// $ passmuster handoff new "Schema" --from database --to backend --item BE-002
    /// ```
    CLAIM_UNPROVEN_NEED = "claim/unproven-need";
    /// A claimed item is not one that can be claimed: dropped, or waiting.
    ///
    /// An item is either done, or out of the plan, or waiting for somebody. Remove the `status:` line or untick
    /// the box.
    CLAIM_STATUS = "claim/status";
    /// A claimed item is kept from going on by an open blocker.
    ///
    /// While a blocker names the item, it cannot be done. Resolve the blocker (`passmuster unblock`), in this change
    /// or before.
    CLAIM_BLOCKED = "claim/blocked";
    /// An incident is open, and this does not belong to it.
    ///
    /// While an incident is open on the protected side, only its items land there, besides records and gate reports.
    /// Each commit names items of the incident and no others, and those stay what they were when it was declared: a
    /// title that is changed, or an id that goes to other work, is refused. Its commander can add items, which counts
    /// once that has landed, and hand the command on. Whoever may declare incidents may declare another one meanwhile, for
    /// its own items.
    ///
    /// ```console
    /// $ passmuster incident note rows-vanish --item DB-009
    /// ```
    FROZEN = "incident/frozen";
    /// The ref would be rewritten, not moved forward.
    ///
    /// A protected ref only moves to commits that contain its present one. Merge or rebase onto it first.
    REWIND = "ref/not-forward";
    /// A protected ref would be deleted.
    ///
    /// Deleting and creating it again would be a way round every rule. Ask the server's administrator if the
    /// branch must really go.
    DELETE = "ref/deleted";
    /// A protected ref would become a symbolic ref.
    ///
    /// A symbolic ref moves when its target moves, unseen. Protected refs hold commits themselves.
    SYMREF = "ref/symbolic";
    /// A ref name that people or case-blind file systems take for a protected one.
    ///
    /// `refs/heads/Main`, `refs/heads/refs/heads/main` and the like are refused beside a protected `main`. Choose
    /// another name.
    LOOK_ALIKE = "ref/look-alike";
    /// A replace ref was pushed.
    ///
    /// Git would show other content for an object than the one it names. passmuster reads the real objects; the
    /// refs are refused so that people see the same.
    REPLACE = "ref/replace";
    /// The change holds a path that cannot be trusted to be what it looks like.
    ///
    /// Names such as `.git`, `..`, names with control characters or invisible characters, two names that differ
    /// only by case, and trees that list a name twice show different files to different programs.
    HOSTILE_PATH = "path/hostile";
    /// Policy, roster or a gate's script changes without an approval.
    ///
    /// These files say what is judged and by whom, so the side that is protected now must agree to the change: an
    /// approval bound to exactly the old and the new content, by somebody whom the old policy lets. A gate's scripts
    /// are the files its command names, the links that lead to them, and the rules of `make` where it starts that.
    ///
    /// ```console
    /// $ passmuster approve policy
    /// $ git add plan/gates && git commit -m "approve the policy change"
    /// ```
    POLICY_UNAPPROVED = "policy/unapproved";
    /// The change would leave the protected ref without a usable policy.
    ///
    /// Policy and roster are read from the protected side when the next change is judged. If they could not be
    /// read then, nothing could land any more. Run `passmuster check` and mend what it finds.
    POLICY_UNUSABLE = "policy/unusable";
    /// The document of a phase that ended with GO is taken away.
    ///
    /// What was decided rests on it: whoever looks back later has to find what was looked at then. It may still be
    /// changed, and a phase that is still under way may drop its own.
    ///
    /// ```text
    /// plan/phases/2026-11-20-phase-1-1f3a9c.md    state: go, phase: "1"
    /// plan/01-vision.md                           taken away
    /// ```
    ///
    /// Fix: put it back, `git checkout HEAD~1 -- plan/01-vision.md`.
    DOCUMENT_GONE = "phase/document-gone";
    /// A commit does not name the item it works for.
    ///
    /// In the profiles `team` and `command` a commit names its item: as a word of the subject (`DB-001: expand`)
    /// or in a line `Item: DB-001`. `prepare-commit-msg` writes the line by itself on a branch named after the
    /// item (`task/DB-001`). A merge is asked only for what it changes beyond what its parents bring.
    ///
    /// `team` asks for what lies outside of the plan folder, `command` for everything but records, gate reports and the
    /// documents of phases, which say by themselves what they are about.
    COMMIT_UNNAMED = "commit/unnamed";
    /// A commit changes files outside the `touches` of the items it names.
    ///
    /// `touches` says where an item's work happens; other items rely on it to run beside it. Widen `touches` in a
    /// change of the plan that lands first, or move the change to the item it belongs to.
    COMMIT_OUTSIDE = "commit/outside-touches";
    /// A commit changes files of a domain that its author does not own.
    ///
    /// `owners` in the policy maps paths to roles. In the profiles `team` and `command` a change inside such a
    /// path is written by somebody who holds the role (roster of the protected side).
    COMMIT_OWNER = "commit/not-owner";
    /// passmuster is adopted by this change: the protected ref had no policy so far.
    ///
    /// Policy and plan must be well-formed. What is already ticked is taken as history; from the next change on,
    /// claims need evidence.
    ADOPTION = "policy/adoption";
    /// The plan disappears.
    ///
    /// A protected ref with a policy keeps a plan, since the plan is what decides. `plan/03-execution-plan.md` or
    /// a file in `plan/epics/` or `plan/tasks/` must be there.
    PLAN_MISSING = "plan/missing";
    /// The merge has conflicts, so there is no result that could be judged.
    ///
    /// Merge the protected branch into yours first, solve the conflicts there, run the gates on the result.
    CONFLICT = "merge/conflict";
    /// Somebody who coordinates did the work themselves.
    ///
    /// A member with `implements: false` delegates, decides and directs. With `separation: strict` their commits change
    /// nothing outside of the plan folder; with `threshold` small work is fine: few files, a short item, or an item that
    /// a specialist owns.
    ///
    /// ```yaml
    /// separation: threshold
    /// threshold: { files: 5, minutes: 30 }
    /// ```
    ///
    /// Give the work to a specialist: `passmuster suggest ITEM`, then `passmuster assign ITEM MEMBER`.
    COORDINATOR = "commit/coordinator";
    /// A task is closed while its team is not active, or before its turn in the team.
    ///
    /// Teams in the roster say when they are active (`activate: after foundation`) and in which order their members
    /// work on one feature (`flow: [api-architect, backend-developer]`). Finish what comes first.
    TEAM_INACTIVE = "claim/team-inactive";
    /// A risky item is claimed, and there is no way back.
    ///
    /// From the risk on that the policy names (`rollback: { from: medium }`, the default but for one person alone), a task
    /// says under `rollback` how it is taken back: in words, or a file, which is there. `rehearse: GATE` asks besides that a gate has
    /// tried the way; `max_age: 30d` at that gate asks for it anew from time to time.
    ///
    /// ```markdown
    /// - [ ] DB-001: Add the checksum column
    ///   - risk: high
    ///   - rollback: scripts/rollback/db-001.sh
    /// ```
    NO_WAY_BACK = "claim/no-way-back";
    /// Who worked on a claimed item has not read what is to be read first.
    ///
    /// `reading` of the policy names documents for everybody, `requires` of a member of the roster those for them. Each is
    /// read as the protected side has it, and again when it changes. `passmuster preflight ITEM` shows the list;
    /// `passmuster preflight ITEM --read` writes a receipt to commit with the work.
    ///
    /// ```yaml
    /// reading: [plan/02-mission.md, docs/conventions.md]
    /// ```
    UNREAD = "claim/unread";
    /// A blocker has climbed to the last level, and nobody has decided how the plan goes on.
    ///
    /// Where work goes through phases, what such a blocker holds up goes back to planning: its items, what waits for them,
    /// and the rest of their epics. Nothing of that is claimed, and the blocker is not resolved, before a decision names one
    /// of its items.
    ///
    /// ```console
    /// $ passmuster decide new "Another store" --item DB-001
    /// $ passmuster decide confirm another-store
    /// ```
    IN_REVISION = "claim/in-revision";
    /// An item that needs a person was not closed by one.
    ///
    /// `needs: human` marks decisions that are not delegated to agents: architecture, changed requirements, resources,
    /// anything outside. The commit that ticks the item must be by a member of kind `human`. Let such a member look,
    /// decide, and tick it.
    NEEDS_HUMAN = "claim/needs-human";
}
