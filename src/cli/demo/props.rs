//! The files of the demo's project, as they are at the start and as each ticket leaves them.

use crate::policy;
use crate::roster;

/// A file: its path in the project, and its text.
pub(super) type Prop = (&'static str, &'static str);

pub(super) const PLAN: &str = "plan/03-execution-plan.md";

/// What stands in the roster in place of the key that each demo makes for itself.
pub(super) const KEY_MARK: &str = "@KEY@";

macro_rules! prop {
    ($folder:literal, $path:literal) => {
        include_str!(concat!("../../../templates/demo/", $folder, "/", $path))
    };
}

/// The project before the campaign.
pub(super) const START: &[Prop] = &[
    (policy::PATH, prop!("start", "passmuster.yaml")),
    (roster::PATH, prop!("start", "plan/roster.yaml")),
    (PLAN, prop!("start", "plan/03-execution-plan.md")),
    ("README.md", prop!("start", "README.md")),
    ("chunker/chunk.sh", prop!("start", "chunker/chunk.sh")),
    ("chunker/split.awk", prop!("start", "chunker/split.awk")),
    ("chunker/store.sh", prop!("start", "chunker/store.sh")),
    ("schema/chunks.tsv", prop!("start", "schema/chunks.tsv")),
    ("tests/run.sh", prop!("start", "tests/run.sh")),
    ("tests/chunk_test.sh", prop!("start", "tests/chunk_test.sh")),
    ("tests/store_test.sh", prop!("start", "tests/store_test.sh")),
    ("ci/lint.sh", prop!("start", "ci/lint.sh")),
];

/// The table gets a checksum.
pub(super) const DB_001: &[Prop] = &[
    ("schema/001-expand.sh", prop!("DB-001", "schema/001-expand.sh")),
    ("tests/schema_test.sh", prop!("DB-001", "tests/schema_test.sh")),
];

/// Texts are cut behind blanks.
pub(super) const BE_001: &[Prop] = &[
    ("chunker/split.awk", prop!("BE-001", "chunker/split.awk")),
    ("tests/split_test.sh", prop!("BE-001", "tests/split_test.sh")),
];

/// Sizes are checked, but not for being too large: one of its tests fails.
pub(super) const SEC_001: &[Prop] = &[
    ("chunker/chunk.sh", prop!("SEC-001", "chunker/chunk.sh")),
    ("tests/size_test.sh", prop!("SEC-001", "tests/size_test.sh")),
];

/// `plan` with all criteria of an item ticked.
pub(super) fn met(plan: &str, id: &str) -> String {
    let item = format!("- [ ] {id}: ");
    let mut below = false;
    let lines = plan.split_inclusive('\n').map(|line| {
        below = line.starts_with(&item) || (below && line.starts_with("  "));
        if below { line.replacen("  - [ ] ", "  - [x] ", 1) } else { line.to_owned() }
    });
    lines.collect()
}

/// `plan` with an item and all of its criteria ticked.
pub(super) fn ticked(plan: &str, id: &str) -> String {
    met(plan, id).replace(&format!("- [ ] {id}: "), &format!("- [x] {id}: "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Kind, Reader};
    use crate::text::Source;

    fn start(path: &str) -> &'static str {
        START.iter().find(|(name, _)| *name == path).expect("it is there").1
    }

    #[test]
    fn the_plan_has_twenty_tickets_in_five_phases_and_no_fault() {
        let mut sink = Sink::new();
        let plan = crate::plan::read(vec![Source::new(PLAN, start(PLAN))], Reader::Full, &mut sink);
        crate::plan::check(&plan, &mut sink);
        let count = |kind| plan.items.iter().filter(|item| item.kind == kind).count();
        assert_eq!((count(Kind::Task), count(Kind::Phase)), (20, 5));
        let thin = plan.items.iter().filter(|item| item.kind == Kind::Task).find(|task| {
            let touches = task.touches().next().is_some();
            task.owner().is_none() || !touches || task.criteria().next().is_none() || task.estimate().is_none()
        });
        assert!(thin.is_none(), "{thin:?}");
        let found = sink.into_sorted();
        assert!(found.is_empty(), "{found:#?}");
    }

    #[test]
    fn the_policy_has_no_fault() {
        let mut sink = Sink::new();
        let policy = crate::policy::parse(&Source::new(policy::PATH, start(policy::PATH)), &mut sink);
        let found = sink.into_sorted();
        assert!(policy.is_some() && found.is_empty(), "{found:#?}");
    }

    #[test]
    fn ticking_one_item_leaves_the_others() {
        let plan = ticked(start(PLAN), "DB-001");
        assert_eq!(plan.matches("[x]").count(), 3, "{plan}");
        assert!(plan.contains("- [x] DB-001: ") && plan.contains("  - [x] old columns are kept\n"));
        assert_eq!(ticked(&plan, "DB-001"), plan);
    }
}
