//! What coordination costs: for each finished task at most three files, five thousand bytes and one commit that touches
//! nothing but the plan folder.

use super::team::{Campaign, PLAN_PATH};
use std::collections::BTreeSet;

/// What the commits that name a task did to the plan folder.
#[derive(Debug, Default)]
struct Weight {
    files: BTreeSet<String>,
    bytes: usize,
    /// Commits that touch nothing else.
    commits: usize,
}

fn of(campaign: &Campaign, id: &str) -> Weight {
    let sandbox = &campaign.sandbox;
    let named = sandbox.git(&["log", "--format=%H", &format!("--grep=^{id}: ")]).success();
    let mut weight = Weight::default();
    for commit in named.stdout.lines() {
        let listed = sandbox.git(&["show", "--format=", "--name-only", commit]).success();
        let (plan, other): (Vec<&str>, Vec<&str>) = listed.stdout.lines().partition(|path| path.starts_with("plan/"));
        weight.commits += usize::from(other.is_empty());
        weight.files.extend(plan.iter().map(ToString::to_string));
        let added = sandbox.git(&["show", "--format=", "--unified=0", commit, "--", "plan"]).success();
        let lines = added.stdout.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++"));
        weight.bytes += lines.map(str::len).sum::<usize>();
    }
    weight
}

/// Every task that was finished without a detour is light; and all of them together are, detours included.
pub fn is_light(campaign: &Campaign) {
    let plan = campaign.sandbox.read(PLAN_PATH);
    let ticked = plan.lines().filter_map(|line| line.strip_prefix("- [x] ")?.split_once(": "));
    let tasks: Vec<&str> = ticked.map(|(id, _)| id).collect();
    assert_eq!(tasks.len(), 6, "{tasks:?}");
    for id in tasks {
        let weight = of(campaign, id);
        let fits = weight.files.len() <= 3 && weight.bytes <= 5 * 1024 && weight.commits <= 1;
        assert!(fits && weight.commits + weight.files.len() > 0, "{id} weighs {weight:?}");
    }
}
