//! `show`: everything the plan and the policy say about one item.

use super::standing::{Met, Standing, Standings};
use crate::diag::Failure;
use crate::plan::{Item, Need, Plan};
use crate::policy::{Gate, Level, Policy};
use crate::port::Tree;

/// One item in its surroundings.
#[derive(Debug)]
pub struct Shown<'a> {
    pub item: &'a Item,
    pub standing: Standing,
    /// The items it stands in, outermost first.
    pub within: Vec<&'a Item>,
    pub children: Vec<(&'a Item, Standing)>,
    /// Its own needs with how they stand.
    pub needs: Vec<(Need<'a>, Met)>,
    /// Needs of what it stands in that hold it up, with who has them.
    pub inherited: Vec<(&'a Item, Need<'a>)>,
    /// The items that wait for it.
    pub waiting: Vec<(&'a Item, Standing)>,
    /// The gates a claim of it has to pass, in the order of the policy.
    pub gates: Vec<&'a Gate>,
}

/// Looks at the item `index`.
///
/// # Errors
/// The tree could not be read.
pub fn run<'a>(
    plan: &'a Plan,
    policy: Option<&'a Policy>,
    tree: &dyn Tree,
    index: usize,
) -> Result<Shown<'a>, Failure> {
    let standings = Standings::new(plan, tree)?;
    let with_standing = |&other: &usize| (&plan.items[other], standings.of(other));
    let item = &plan.items[index];
    let obstacles = standings.obstacles(index).into_iter().filter(|(whose, _)| *whose != index);
    let inherited = obstacles.map(|(whose, need)| (&plan.items[whose], need)).collect();
    let mut within: Vec<&Item> = plan.ancestors(index).map(|above| &plan.items[above]).collect();
    within.reverse();
    Ok(Shown {
        item,
        standing: standings.of(index),
        within,
        children: plan.children(index).iter().map(with_standing).collect(),
        needs: standings.needs(index).collect(),
        inherited,
        waiting: plan.dependants(index).iter().map(with_standing).collect(),
        gates: policy.map(|policy| gates(policy, item)).unwrap_or_default(),
    })
}

/// The gates of an item's level, less those it takes away and may, with those it adds.
pub(super) fn gates<'a>(policy: &'a Policy, item: &Item) -> Vec<&'a Gate> {
    let choice = item.gates();
    let removed = |gate: &Gate| choice.remove.iter().any(|choice| choice.value == gate.name.value);
    let mut gates: Vec<&Gate> =
        policy.gates_for(Level::Item(item.kind)).filter(|gate| !gate.waivable || !removed(gate)).collect();
    for choice in &choice.add {
        if let Some(gate) = policy.gate(choice.value.as_str())
            && !gates.iter().any(|known| known.name.value == gate.name.value)
        {
            gates.push(gate);
        }
    }
    gates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::policy;
    use crate::port::memory::MemoryTree;
    use crate::text::Source;

    #[test]
    fn gates_follow_the_level_and_the_choice_of_the_item() {
        let policy = "passmuster: policy/1\nrepository: 7f3k9q2m\nprofile: solo\nprotect: [main]\n\
            levels: { task: [committed, lint, security] }\n\
            gates:\n  lint: { run: l, inputs: [.] }\n  security: { run: s, inputs: [.], waivable: false }\n  extra: { run: e, inputs: [.] }\n";
        let mut sink = Sink::new();
        let policy = policy::parse(&Source::new(policy::PATH, policy), &mut sink).expect("the policy is right");
        let text = "- [ ] T-01: a\n  - gates: -lint, -security, +extra, +committed\n";
        let plan = read(vec![Source::new("p", text)], Reader::Fast, &mut sink);
        let shown = run(&plan, Some(&policy), &MemoryTree::default(), 0).unwrap();
        let names: Vec<&str> = shown.gates.iter().map(|gate| gate.name.as_str()).collect();
        assert_eq!(names, ["committed", "security", "extra"]);
    }
}
