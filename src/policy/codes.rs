//! The codes of findings about the policy.

crate::codes! {
    /// The policy was written by a newer version.
    ///
    /// A newer format may guard things this version does not know, so judging by it could let through what it
    /// means to refuse. Nothing is judged until the versions agree.
    ///
    /// Fix: install the newer version, or write `passmuster: policy/1` and only use what that knows.
    NEWER_FORMAT = "policy/newer-format";

    /// The repository's name is no id.
    ///
    /// `repository` is part of every evidence key, so that a result from another repository never counts here.
    /// `passmuster init` makes a random one; it must not change later.
    ///
    /// ```yaml
    /// repository: 7f3k9q2m
    /// ```
    ///
    /// Fix: write 1 to 64 letters, digits, `.`, `_` or `-`.
    BAD_REPOSITORY = "policy/bad-repository";

    /// The policy protects no ref.
    ///
    /// Gates are asked when a protected ref moves. With an empty list nothing would ever be refused.
    ///
    /// Fix: name the branches, such as `protect: [main, release/*]`.
    NOTHING_PROTECTED = "policy/nothing-protected";

    /// A ref pattern cannot be used.
    ///
    /// A pattern is a branch (`main`), a glob of branches (`release/*`, where `*` stays inside one name;
    /// `release/**` crosses `/`), or a full name that starts with `refs/`. What Git would not take as a ref name
    /// cannot be protected either.
    ///
    /// Fix: write the branch name as `git branch` shows it.
    BAD_REF = "policy/bad-ref";

    /// A path pattern cannot be used.
    ///
    /// Patterns start at the root of the repository and use `/` between names: `src/`, `docs/**`, `*.md`, `.`.
    /// Absolute paths, `..`, backslashes, control characters, exclusions and Git's pathspec magic are refused,
    /// because they would match nothing, or not what they seem to.
    ///
    /// Fix: write the path as `git ls-files` shows it, or a glob of such paths.
    BAD_PATTERN = "policy/bad-pattern";

    /// The plan is declared as an input of a gate.
    ///
    /// The plan folder holds claims and the gate reports themselves. If a command read it, every tick and every
    /// recorded result would make its own evidence stale; so the folder is left out of every input.
    ///
    /// Fix: remove the entry from `inputs`.
    PLAN_AS_INPUT = "policy/plan-as-input";

    /// A level of the plan is not known.
    ///
    /// Gates hang on `merge` (every move of a protected ref), `task`, `feature`, `epic` and `phase`. A misspelt
    /// level would guard nothing.
    ///
    /// Fix: use one of the five names.
    UNKNOWN_LEVEL = "policy/unknown-level";

    /// A level names a gate that is not defined.
    ///
    /// ```yaml
    /// levels: { task: [committed, unit-test] }
    /// gates:  { unit-tests: { run: cargo test, inputs: [.] } }
    /// ```
    ///
    /// Fix: correct the name, or define the gate under `gates`.
    UNKNOWN_GATE = "policy/unknown-gate";

    /// A built-in gate is asked for at a level where it can check nothing.
    ///
    /// `tasks-done` asks about the tasks of a feature or above, `features-done` about the features of an epic or
    /// phase, `epics-done` about the epics of a phase; `merge` belongs to no item, so no built-in gate fits there.
    /// Where there is nothing to check, a gate would always pass.
    ///
    /// Fix: move the name to a level above.
    WRONG_LEVEL = "policy/wrong-level";

    /// A name is not an id.
    ///
    /// Names of gates, roles and members have 1 to 64 letters, digits, `.`, `_` or `-`, and start with a letter or
    /// digit, so that they can stand in file names, commit messages and commands.
    ///
    /// Fix: rename it, such as `unit-tests`.
    BAD_NAME = "policy/bad-name";

    /// A gate has the name of a built-in gate, or two gates differ only in case.
    ///
    /// What a level asks for must be one thing: a second `committed` could replace the one built in.
    ///
    /// Fix: choose another name.
    NAME_TAKEN = "policy/name-taken";

    /// A gate does not say what it checks, or says more than one thing.
    ///
    /// Each gate has exactly one of `run` (a command), `approve` (a role), `checklist` (a document) and `changed`
    /// (paths). `metric` belongs to `run`.
    ///
    /// ```yaml
    /// unit-tests: { run: cargo test, inputs: [src/, Cargo.lock] }
    /// review:     { approve: code-reviewer }
    /// ```
    ///
    /// Fix: keep one; make a second gate of the other.
    GATE_KIND = "policy/gate-kind";

    /// A key has no effect on this kind of gate.
    ///
    /// `min_tests` on an approval, say, would look like a guard and be none.
    ///
    /// Fix: remove the key, or move it to the gate it was meant for.
    NO_EFFECT = "policy/no-effect";

    /// A gate runs a command without saying what the command reads.
    ///
    /// The command runs on an export of its inputs only, and its result counts as long as they stay the same.
    /// Without inputs it would be tested on nothing and hold for everything.
    ///
    /// ```yaml
    /// lint: { run: make lint, inputs: [src/, Makefile] }
    /// ```
    ///
    /// Fix: list what the command reads, or write `inputs: .` for everything.
    NO_INPUTS = "policy/no-inputs";

    /// A metric cannot be judged.
    ///
    /// It needs one place to read a number from (`lcov`, `cobertura`, `junit`, `json` with `pointer`, or `regex`
    /// with a capture group) and `min`, `max` or both, with `min` not above `max`.
    ///
    /// ```yaml
    /// metric: { lcov: lcov.info, min: 80 }
    /// metric: { regex: 'p95=(\d+)ms', max: 200 }
    /// ```
    ///
    /// Fix: complete the entry like one of these.
    BAD_METRIC = "policy/bad-metric";

    /// A time is not one.
    ///
    /// Times are a whole number with its unit: `90s`, `15m`, `1h`; at least one second, at most 24 hours.
    ///
    /// Fix: write the time like that.
    BAD_TIMEOUT = "policy/bad-timeout";

    /// A value cannot be what its key needs.
    ///
    /// `env` takes names of environment variables (not values: those would be in the repository for all to
    /// read), `on` environment classes such as `linux-x86_64`, `min_tests` a number from 1.
    ///
    /// Fix: write a value as the hint shows it.
    BAD_VALUE = "policy/bad-value";

    /// Nobody is named who may do something that only some may.
    ///
    /// In the profiles `team` and `command` a change of policy or roster needs a signed approval. With an empty
    /// list anybody could loosen every gate.
    ///
    /// Fix: name roles or members, such as `authority: { policy: [maintainer] }`.
    NO_APPROVER = "policy/no-approver";

    /// A gate is defined, but no level asks for it.
    ///
    /// It guards nothing by itself; only items that choose it (`gates: +name`) need it.
    ///
    /// Fix: add it to a level, or remove it.
    UNUSED_GATE = "policy/unused-gate";

    /// A list names the same thing twice.
    ///
    /// Once is enough; often another name was meant.
    ///
    /// Fix: remove one of the two.
    TWICE = "policy/twice";

    /// A list has more entries than a policy may have.
    ///
    /// The policy is read at every push, in bounded time; and nobody reviews a thousand gates.
    ///
    /// Fix: join gates that run together, and refs with a pattern such as `release/*`.
    TOO_MANY = "policy/too-many";
}
