//! Open tasks without an order between them that touch the same paths.
//!
//! Domain layer. Only patterns that can meet are compared, and of many users of a pattern only neighbours in time; a
//! budget bounds the rest, and what it leaves out is said.

use super::check::place;
use super::codes;
use super::order::{Order, finish, start};
use crate::diag::{Diagnostic, Place, Severity, Sink};
use crate::id::RepoPath;
use crate::pattern::Pattern;
use crate::text::Span;
use hashbrown::{HashMap, HashSet};

/// The most steps and comparisons the search for overlaps may take.
const BUDGET: usize = 4_000_000;

/// What comparing two patterns costs of the budget when one of them holds wildcards.
const WILDCARDS: usize = 50;

/// Reports open tasks that touch the same paths and may run at the same time.
pub(super) fn report(order: &Order<'_>, sink: &mut Sink) {
    let touched = touched(order);
    let mut search =
        Overlaps { order, seen: vec![usize::MAX; order.rank.len()], stamp: 0, left: BUDGET, reported: HashSet::new() };
    for one in &touched {
        for pair in one.users.windows(2) {
            search.compare((pair[0], one.text), (pair[1], one.text), sink);
        }
    }
    search.across(&touched, sink);
    if search.left == 0
        && let Some(file) = order.plan.files.first()
    {
        let at = Place::text(&file.source, Span::at(0));
        let finding = Diagnostic::new(
            &codes::OVERLAP_UNCHECKED,
            Severity::Note,
            at,
            "not all paths that tasks touch were compared",
        )
        .cause(format!("the tasks name {} different patterns, too many of which meet", touched.len()))
        .hint("use folders such as `src/db/**` instead of patterns that begin with a wildcard");
        sink.push(finding);
    }
}

/// A pattern with the open tasks that touch it, in order of time.
struct Touched<'a> {
    text: &'a str,
    pattern: Pattern,
    root: RepoPath,
    users: Vec<usize>,
}

/// What open tasks touch, in order of time; what is no pattern is left out.
fn touched<'a>(order: &Order<'a>) -> Vec<Touched<'a>> {
    let plan = order.plan;
    let is_open = |&index: &usize| !plan.is_closed(index) && plan.children(index).is_empty();
    let mut users: Vec<usize> = (0..plan.items.len()).filter(is_open).collect();
    users.sort_unstable_by_key(|&user| (order.rank[finish(user)], user));
    let mut touched: Vec<Touched<'a>> = Vec::new();
    let mut known: HashMap<&str, Option<usize>> = HashMap::new();
    for user in users {
        for touch in plan.items[user].touches() {
            let at = *known.entry(touch.value).or_insert_with(|| {
                let pattern = Pattern::parse(touch.value).ok()?;
                touched.push(Touched { text: touch.value, root: pattern.literal_root(), pattern, users: Vec::new() });
                Some(touched.len() - 1)
            });
            let Some(users) = at.map(|at| &mut touched[at].users) else { continue };
            if users.last() != Some(&user) {
                users.push(user);
            }
        }
    }
    touched
}

struct Overlaps<'a, 'b> {
    order: &'b Order<'a>,
    /// Stamp of the search that saw a moment last.
    seen: Vec<usize>,
    stamp: usize,
    left: usize,
    reported: HashSet<(usize, usize)>,
}

impl Overlaps<'_, '_> {
    /// Compares different patterns that can meet: those with the same literal beginning, and those whose beginning is a
    /// folder above.
    fn across(&mut self, touched: &[Touched<'_>], sink: &mut Sink) {
        let mut by_root: HashMap<&[u8], Vec<usize>> = HashMap::with_capacity(touched.len());
        for (index, one) in touched.iter().enumerate() {
            by_root.entry(one.root.as_bytes()).or_default().push(index);
        }
        for (index, one) in touched.iter().enumerate() {
            let root = one.root.as_bytes();
            let folders = std::iter::successors(Some(root), |folder| {
                let end = folder.iter().rposition(|&b| b == b'/').unwrap_or(0);
                (!folder.is_empty()).then_some(&folder[..end])
            });
            for folder in folders {
                for &at in by_root.get(folder).into_iter().flatten() {
                    if folder == root && at >= index {
                        continue;
                    }
                    let other = &touched[at];
                    let cost = if one.pattern.is_literal() && other.pattern.is_literal() { 1 } else { WILDCARDS };
                    self.left = self.left.saturating_sub(cost);
                    if self.left == 0 {
                        return;
                    }
                    if one.pattern.overlaps(&other.pattern) {
                        self.compare_users(one, other, sink);
                    }
                }
            }
        }
    }

    /// Each user of the rarer pattern against its neighbours in time among the users of the other: when those are in
    /// order among themselves, the neighbours decide for all.
    fn compare_users(&mut self, a: &Touched<'_>, b: &Touched<'_>, sink: &mut Sink) {
        let (few, many) = if a.users.len() <= b.users.len() { (a, b) } else { (b, a) };
        for &user in &few.users {
            let key = (self.order.rank[finish(user)], user);
            let at = many.users.partition_point(|&other| (self.order.rank[finish(other)], other) < key);
            let after = many.users[at..].iter().find(|&&other| other != user);
            let before = many.users[..at].last();
            for &other in before.into_iter().chain(after) {
                self.compare((user, few.text), (other, many.text), sink);
            }
        }
    }

    /// Compares two tasks, each with the pattern it touches.
    fn compare(&mut self, one: (usize, &str), other: (usize, &str), sink: &mut Sink) {
        let ((a, _), (b, _)) = (one, other);
        if self.left == 0 || self.reported.contains(&(a.min(b), a.max(b))) || self.is_ordered(a, b) {
            return;
        }
        // A search that ran out of steps has found nothing.
        if self.left == 0 {
            return;
        }
        self.reported.insert((a.min(b), a.max(b)));
        let plan = self.order.plan;
        let ((first, first_pattern), (later, later_pattern)) = if a < b { (one, other) } else { (other, one) };
        let (first, later) = (&plan.items[first], &plan.items[later]);
        let span = |item: &super::Item, pattern: &str| {
            let found = item.touches().find(|touch| touch.value == pattern);
            found.map_or(item.id.span, |touch| touch.span)
        };
        let paths = if first_pattern == later_pattern {
            format!("`{first_pattern}`")
        } else {
            format!("`{first_pattern}` and `{later_pattern}`, which overlap")
        };
        let finding = Diagnostic::warning(
            &codes::OVERLAP,
            place(plan, later, span(later, later_pattern)),
            format!("`{}` and `{}` have no order and touch {paths}", first.id.value, later.id.value),
        )
        .label(place(plan, first, span(first, first_pattern)), format!("`{}` touches it here", first.id.value))
        .cause("both are open and neither waits for the other, so both may change the same file")
        .hint(format!(
            "add `needs: {} (technical: same files)` under `{}`, or narrow `touches`",
            first.id.value, later.id.value
        ));
        sink.push(finding);
    }

    fn is_ordered(&mut self, a: usize, b: usize) -> bool {
        let (early, late) = if self.order.rank[finish(a)] <= self.order.rank[finish(b)] { (a, b) } else { (b, a) };
        self.reaches(start(late), finish(early))
    }

    fn reaches(&mut self, from: usize, to: usize) -> bool {
        let rank = &self.order.rank;
        self.stamp += 1;
        let mut open = vec![from];
        while let Some(moment) = open.pop() {
            if moment == to {
                return true;
            }
            if self.left == 0 {
                return false;
            }
            self.left -= 1;
            for &next in self.order.waits_for(moment) {
                if rank[next] >= rank[to] && self.seen[next] != self.stamp {
                    self.seen[next] = self.stamp;
                    open.push(next);
                }
            }
        }
        false
    }
}
