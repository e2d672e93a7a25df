//! Whether the reason why one item waits for another holds: what in the plan bears it out, or speaks against it.
//!
//! Two items follow each other for an output, a shared resource, or a place where both meet. What of that the plan
//! itself shows needs nobody's word; a word alone is taken for what it is.

use crate::pattern::PatternSet;
use crate::plan::{Item, Need, Plan};
use std::collections::HashMap;

/// What bears a need out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground<'a> {
    /// It consumes, or its reason names, what the other provides.
    Output(&'a str),
    /// Both use it.
    Resource(&'a str),
    /// Both touch paths that can be the same; a pattern of the one that waits.
    Paths(&'a str),
    /// The reason names what only somebody else provides: an index of an item.
    Elsewhere {
        output: &'a str,
        by: usize,
    },
    /// Only the reason says so.
    Said(&'a str),
    Nothing,
}

impl Ground<'_> {
    /// Whether the plan itself shows it.
    pub fn is_shown(&self) -> bool {
        matches!(self, Self::Output(_) | Self::Resource(_) | Self::Paths(_))
    }
}

/// What the items of a plan provide.
#[derive(Debug)]
pub struct Grounds<'a> {
    plan: &'a Plan,
    /// By output, the items that provide it.
    outputs: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Grounds<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        let mut outputs: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, item) in plan.items.iter().enumerate() {
            item.provides().for_each(|output| outputs.entry(output.value).or_default().push(index));
        }
        Self { plan, outputs }
    }

    /// What bears out that `item` needs `target`, by `need`.
    pub fn of(&self, item: usize, need: &Need<'a>, target: usize) -> Ground<'a> {
        let (after, before) = (&self.plan.items[item], &self.plan.items[target]);
        if let Some(shared) = shared(after, before) {
            return shared;
        }
        let Some(reason) = need.reason else { return Ground::Nothing };
        // What is in an epic provides for the epic.
        let provides = |by: usize| by == target || self.plan.ancestors(by).any(|above| above == target);
        let words = reason.split([' ', ',', ';']).map(|word| word.trim_matches(['`', '\'', '"', '(', ')']));
        let named = words.filter_map(|word| self.outputs.get_key_value(word));
        let mut elsewhere = None;
        for (output, by) in named {
            if by.iter().any(|&by| provides(by)) {
                return Ground::Output(output);
            }
            elsewhere = elsewhere.or(by.first().map(|&by| Ground::Elsewhere { output, by }));
        }
        elsewhere.unwrap_or(Ground::Said(reason))
    }
}

/// What two items share, whatever anybody says of it.
pub(super) fn shared<'a>(after: &'a Item, before: &'a Item) -> Option<Ground<'a>> {
    let output = after.consumes().find(|one| before.provides().any(|other| other.value == one.value));
    let resource = || after.uses().find(|one| before.uses().any(|other| other.value == one.value));
    let paths = || {
        let touched = PatternSet::of_valid(before.touches().map(|one| one.value));
        after.touches().find(|one| PatternSet::of_valid(std::iter::once(one.value)).overlaps(&touched))
    };
    output
        .map(|one| Ground::Output(one.value))
        .or_else(|| resource().map(|one| Ground::Resource(one.value)))
        .or_else(|| paths().map(|one| Ground::Paths(one.value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::text::Source;

    #[test]
    fn a_reason_holds_when_the_plan_shows_it() {
        let first = "- [ ] A-1: a\n  - provides: schema.sql\n  - uses: staging\n  - touches: db/**\n- [ ] A-2: b\n  - provides: api.yaml\n";
        for (second, expected) in [
            ("  - needs: A-1\n", Ground::Nothing),
            ("  - needs: A-1 (technical: the columns)\n", Ground::Said("the columns")),
            ("  - needs: A-1\n  - consumes: schema.sql\n", Ground::Output("schema.sql")),
            ("  - needs: A-1 (technical: `schema.sql`)\n", Ground::Output("schema.sql")),
            ("  - needs: A-1 (technical: api.yaml of it)\n", Ground::Elsewhere { output: "api.yaml", by: 1 }),
            ("  - needs: A-1\n  - uses: staging\n", Ground::Resource("staging")),
            ("  - needs: A-1\n  - touches: db/x.sql\n", Ground::Paths("db/x.sql")),
            ("  - needs: A-1 (technical: schema)\n  - touches: ui/**\n", Ground::Said("schema")),
        ] {
            let text = format!("{first}- [ ] B-1: c\n{second}");
            let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
            let need = plan.needs(2).next().unwrap();
            assert_eq!(Grounds::new(&plan).of(2, &need, 0), expected, "{second}");
        }
    }
}
