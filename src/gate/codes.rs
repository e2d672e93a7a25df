//! Diagnostic codes about gates and what they need.

crate::codes! {
    /// A gate that this claim or merge needs has no evidence that counts.
    ///
    /// Every claim (a ticked item, a finished feature) and every move of a protected ref needs the gates that the
    /// policy attaches to its level. A gate passes on a result whose key fits what would land: same gate
    /// definition, same inputs, same repository. Results that are red, stale, unsigned where signatures are asked
    /// for, or not there at all do not count.
    ///
    /// Run the gate and commit the report it writes:
    ///
    /// ```console
    /// $ passmuster gate run DB-001
    /// $ git add plan/gates && git commit -m "DB-001: evidence"
    /// ```
    UNSATISFIED = "gate/unsatisfied";
    /// There is evidence, but for something else: an input or the gate's definition changed since.
    ///
    /// The finding names the paths that changed. A commit that changes only the plan folder never makes evidence
    /// stale; a changed input always does. Run the gate again: `passmuster gate run ITEM`.
    STALE = "gate/stale";
    /// The gate ran and did not pass.
    ///
    /// The report under `plan/gates/` holds the end of the output. Mend what is red, then run the gate again.
    ///
    /// What was red before the change can be excused where the policy allows it for the gate, by a recorded run of
    /// the same gate that is red on the protected side as it stands. A number that got worse is not excused, nor is
    /// a run that ended in an error, nor an item whose own work has landed before:
    ///
    /// ```yaml
    /// gates:
    ///   unit: { run: make test, inputs: [.], baseline: true }
    /// ```
    /// ```console
    /// $ passmuster gate run --baseline      # on the protected branch
    /// $ passmuster gate run DB-001          # on what would land
    /// ```
    RED = "gate/red";
    /// The evidence is believed less than the ref asks for.
    ///
    /// `trust:` in the policy says how much a result must be believed on a protected ref: `local` (the tool wrote
    /// it), `signed` (with a key that the roster on the protected ref knows), `ci` (signed by a member of kind
    /// `ci`). Configure a signing key and run the gate again:
    ///
    /// ```console
    /// $ git config gpg.format ssh && git config user.signingkey ~/.ssh/id_ed25519.pub
    /// $ passmuster gate run DB-001 --fresh
    /// ```
    TRUST = "gate/trust";
    /// An approval does not count: by the author, or by somebody without the role.
    ///
    /// A role approves with `passmuster approve ITEM --gate NAME`. The author of the work never counts, and
    /// with `independent: true` neither does anybody who committed any of it. Roles are read from
    /// `plan/roster.yaml` as it stands on the protected ref.
    APPROVER = "gate/approver";
}
