//! The rules about the plan alone, one function per rule.
//!
//! Domain layer. What needs policy or roster (unknown owners and gates) is judged in `project/`; what is wrong
//! with single values is in `check_fields`. Every rule is about linear in the plan.

use super::field::Key;
use super::ids::Ids;
use super::item::part;
use super::{
    Item, Kind, Mark, NeedKind, Plan, Relation, check_fields, check_parallel, codes, missed, order, overlap, value,
};
use crate::diag::{Diagnostic, Place, Severity, Sink, nearest};
use crate::id::ItemId;
use crate::pattern::{BadPattern, Pattern};
use crate::text::Span;
use hashbrown::HashMap;

/// How many dangling needs get a guess at what was meant; each guess looks at every id.
const GUESSES: usize = 32;

/// Applies every rule about the plan alone.
pub fn check(plan: &Plan, sink: &mut Sink) {
    let order = breaches(plan, sink);
    look_alike_ids(plan, sink);
    sums(plan, sink);
    missed::report(plan, sink);
    check_parallel::same_files(plan, sink);
    overlap::report(&order, sink);
}

/// Applies the rules that a plan must keep to be built on, and leaves out those that only advise: that is all a verb
/// needs which shows nothing but errors.
pub fn check_errors(plan: &Plan, sink: &mut Sink) {
    breaches(plan, sink);
}

/// Whether no item waits for itself, by what the plan says of starts and finishes: whether there is neither a
/// `plan/cycle` nor a `plan/self-need`.
pub fn is_ordered(plan: &Plan) -> bool {
    let needs_itself = |index| plan.needs(index).any(|need| plan.target(&need) == Some(index));
    !(0..plan.items.len()).any(needs_itself) && order::Order::new(plan).is_ordered()
}

fn breaches<'a>(plan: &'a Plan, sink: &mut Sink) -> order::Order<'a> {
    check_fields::fields(plan, sink);
    duplicate_ids(plan, sink);
    reserved_ids(plan, sink);
    needs(plan, sink);
    blocks(plan, sink);
    bad_patterns(plan, sink);
    ticked_over_criteria(plan, sink);
    ticked_over_needs(plan, sink);
    ticked_over_children(plan, sink);
    let order = order::Order::new(plan);
    order.report_cycles(sink);
    order
}

/// A place in the file of an item.
pub(super) fn place(plan: &Plan, item: &Item, span: Span) -> Place {
    Place::text(&plan.files[item.file].source, span)
}

fn duplicate_ids(plan: &Plan, sink: &mut Sink) {
    for (index, item) in plan.items.iter().enumerate() {
        let Some(first) = plan.find(item.id.value.as_str()).filter(|&first| first != index) else { continue };
        let other = &plan.items[first];
        let finding = Diagnostic::error(
            &codes::DUPLICATE_ID,
            place(plan, item, item.id.span),
            format!("`{}` names two items", item.id.value),
        )
        .inline("taken already")
        .label(place(plan, other, other.id.span), format!("`{}` is the first", other.id.value))
        .hint("give one of them another id; ids are compared without case");
        sink.push(finding);
    }
}

/// A character that stands for all that people take for it.
fn look_alike(character: &u8) -> u8 {
    match character.to_ascii_lowercase() {
        b'o' => b'0',
        b'l' | b'i' => b'1',
        b'_' | b'.' => b'-',
        other => other,
    }
}

fn look_alike_ids(plan: &Plan, sink: &mut Sink) {
    let ids = Ids::new(&plan.items, look_alike);
    for (index, item) in plan.items.iter().enumerate() {
        let first = ids.find(&plan.items, item.id.as_str()).filter(|&first| first != index);
        let Some(first) = first.map(|first| &plan.items[first]) else { continue };
        if first.id.value.as_str().eq_ignore_ascii_case(item.id.value.as_str()) {
            continue;
        }
        let finding = Diagnostic::warning(
            &codes::LOOK_ALIKE_ID,
            place(plan, item, item.id.span),
            format!("`{}` looks like `{}`", item.id.value, first.id.value),
        )
        .label(place(plan, first, first.id.span), "the other one")
        .cause("they differ only by characters people take for each other (O and 0, l, I and 1, `-`, `_` and `.`)")
        .hint("rename one of them");
        sink.push(finding);
    }
}

/// Whether evidence is kept under this name for something else than an item.
pub fn is_reserved(id: &ItemId) -> bool {
    ["merge", "policy", "baseline"].iter().any(|reserved| id.as_str().eq_ignore_ascii_case(reserved))
}

fn reserved_ids(plan: &Plan, sink: &mut Sink) {
    for item in &plan.items {
        let id = item.id.value.as_str();
        if is_reserved(&item.id.value) {
            let finding = Diagnostic::error(
                &codes::RESERVED_ID,
                place(plan, item, item.id.span),
                format!("`{id}` is a name the tool uses itself"),
            )
            .cause("evidence of every merge, of the protected side and of policy changes is kept under such names")
            .hint("choose another id");
            sink.push(finding);
        }
    }
}

/// What `blocks:` names has to be there, and in the same file: the need is the other item's own.
fn blocks(plan: &Plan, sink: &mut Sink) {
    for item in &plan.items {
        for list in item.values(Key::Blocks).filter(|list| !value::is_none(list.value)) {
            for word in value::list(list.value).map(|range| part(list, range)) {
                let found = plan.find(word.value);
                if found.is_some_and(|other| plan.items[other].file == item.file) {
                    continue;
                }
                let finding = Diagnostic::error(
                    &codes::DANGLING_NEED,
                    place(plan, item, word.span),
                    format!("`{}` blocks `{}`, which is no item of this file", item.id.value, word.value),
                )
                .inline("no such item here");
                sink.push(match found {
                    Some(_) => finding.hint(format!("write `needs: {}` under `{}`", item.id.value, word.value)),
                    None => finding.hint("correct the id, or remove it"),
                });
            }
        }
    }
}

fn needs(plan: &Plan, sink: &mut Sink) {
    let mut guesses = GUESSES;
    for (index, item) in plan.items.iter().enumerate() {
        for need in plan.needs(index).filter(|need| need.kind == NeedKind::Technical) {
            let at = place(plan, item, need.target.span);
            let wanted = need.target.value;
            match plan.target(&need) {
                None => {
                    let near = guesses.checked_sub(1).and_then(|left| {
                        guesses = left;
                        nearest(wanted, plan.items.iter().map(|item| item.id.value.as_str()))
                    });
                    let finding = Diagnostic::error(
                        &codes::DANGLING_NEED,
                        at,
                        format!("`{}` needs `{wanted}`, which is no item", item.id.value),
                    )
                    .inline("no such item");
                    sink.push(match near {
                        Some(near) => finding.instead(need.target.span, near),
                        None => finding
                            .cause(format!("the plan has {} items, none with a similar id", plan.items.len()))
                            .hint(format!(
                                "correct the id, or say what it is: `{wanted} (resource)`, `{wanted} (team)`"
                            )),
                    });
                }
                Some(target) if target == index => sink.push(
                    Diagnostic::error(&codes::SELF_NEED, at, format!("`{}` needs itself", item.id.value))
                        .hint("remove the need"),
                ),
                Some(_) if need.reason.is_none() && !plan.is_closed(index) => sink.push(
                    Diagnostic::new(
                        &codes::NEED_WITHOUT_REASON,
                        Severity::Note,
                        at,
                        format!("`{}` needs `{wanted}` without a reason", item.id.value),
                    )
                    .cause("work runs in parallel unless an output, a resource or an integration stands against it")
                    .hint(if need.relation == Relation::FinishToStart {
                        format!("write `{wanted} (technical: what it provides)`")
                    } else {
                        "add `(technical: what it provides)` behind it".to_owned()
                    }),
                ),
                Some(_) => {}
            }
        }
    }
}

fn bad_patterns(plan: &Plan, sink: &mut Sink) {
    // What many items touch is read once.
    let mut read: HashMap<&str, Option<BadPattern>> = HashMap::new();
    for item in &plan.items {
        for touch in item.touches() {
            let text = touch.value;
            let Some(bad) = read.entry(text).or_insert_with(|| Pattern::fault(text)) else { continue };
            let finding = Diagnostic::error(
                &codes::BAD_PATTERN,
                place(plan, item, touch.span),
                format!("`{}` names no path of the repository", crate::text::visible(text)),
            )
            .cause(format!("it {}", bad.reason))
            .hint("write for example `src/**` or `docs/*.md`");
            sink.push(finding);
        }
    }
}

fn ticked_over_criteria(plan: &Plan, sink: &mut Sink) {
    for (index, item) in plan.items.iter().enumerate().filter(|(index, _)| plan.claimed(*index)) {
        let open = item.criteria().filter(|criterion| !criterion.ticked);
        for criterion in open {
            let finding = Diagnostic::error(
                &codes::OPEN_CRITERION,
                place(plan, item, criterion.mark),
                format!("`{}` is claimed done, but this criterion is open", item.id.value),
            )
            .label(place(plan, item, claim_span(plan, index)), "the claim")
            .hint(format!("tick the criterion when it holds, or run `passmuster reopen {}`", item.id.value));
            sink.push(finding);
        }
    }
}

/// What claims an item done: its box, or its id when its children do.
fn claim_span(plan: &Plan, index: usize) -> Span {
    let item = &plan.items[index];
    item.mark_span.unwrap_or(item.id.span)
}

fn ticked_over_needs(plan: &Plan, sink: &mut Sink) {
    // The first open item of each phase that is needed; looked for once.
    let mut phases: HashMap<usize, Option<usize>> = HashMap::new();
    for (index, item) in plan.items.iter().enumerate().filter(|(index, _)| plan.claimed(*index)) {
        for need in plan.needs(index) {
            let Some(target) = plan.target(&need).filter(|&target| target != index) else { continue };
            let open = if plan.items[target].kind == Kind::Phase {
                *phases
                    .entry(target)
                    .or_insert_with(|| plan.leaves(target).into_iter().find(|&leaf| !plan.is_closed(leaf)))
            } else {
                Some(target).filter(|&target| !plan.claimed(target))
            };
            let Some(open) = open.filter(|&open| open != index) else { continue };
            let other = &plan.items[open];
            let state = if other.is_dropped() { "dropped, which satisfies no need" } else { "open" };
            let finding = Diagnostic::error(
                &codes::OPEN_NEED,
                place(plan, item, claim_span(plan, index)),
                format!("`{}` is claimed done, but it needs `{}`", item.id.value, other.id.value),
            )
            .label(place(plan, item, need.target.span), "the need")
            .label(place(plan, other, claim_span(plan, open)), format!("`{}` is {state}", other.id.value))
            .hint(format!("finish `{}` first, or remove the need", other.id.value));
            sink.push(finding);
        }
    }
}

fn ticked_over_children(plan: &Plan, sink: &mut Sink) {
    for (index, item) in plan.items.iter().enumerate().filter(|(_, item)| item.mark == Mark::Ticked) {
        let mut open = plan.children(index).iter().filter(|&&child| !plan.is_closed(child));
        let Some(&first) = open.next() else { continue };
        let other = &plan.items[first];
        let more = open.count();
        let finding = Diagnostic::error(
            &codes::OPEN_CHILD,
            place(plan, item, claim_span(plan, index)),
            format!("`{}` is ticked, but `{}` in it is open", item.id.value, other.id.value),
        )
        .label(place(plan, other, claim_span(plan, first)), "open")
        .cause(match more {
            0 => "it is the only open one".to_owned(),
            more => format!("{more} more of its items are open"),
        })
        .hint(format!("finish or drop what is open, or run `passmuster reopen {}`", item.id.value));
        sink.push(finding);
    }
}

fn sums(plan: &Plan, sink: &mut Sink) {
    // Minutes of each item: its own estimate, else the sum of its children's; none if one is missing.
    let mut minutes: Vec<Option<u64>> = vec![None; plan.items.len()];
    for (index, item) in plan.items.iter().enumerate().rev() {
        let own = item.estimate();
        let children = plan.children(index);
        let sum = children.iter().map(|&child| minutes[child]).sum::<Option<u64>>().filter(|_| !children.is_empty());
        minutes[index] = match own {
            _ if item.is_dropped() => Some(0),
            Some(own) => Some(u64::from(own.value.likely)),
            None => sum,
        };
        let (Some(own), Some(sum)) = (own, sum) else { continue };
        if (u64::from(own.optimistic)..=u64::from(own.pessimistic)).contains(&sum) || item.is_dropped() {
            continue;
        }
        let finding = Diagnostic::warning(
            &codes::SUM,
            place(plan, item, own.span),
            format!(
                "`{}` is estimated at {}, its items add up to {}",
                item.id.value,
                in_hours(u64::from(own.likely)),
                in_hours(sum)
            ),
        )
        .cause(format!("{} items below have estimates of their own", children.len()))
        .instead(own.span, &in_hours(sum))
        .hint(format!("write `{}`, or remove the figure", in_hours(sum)));
        sink.push(finding);
    }
}

/// Minutes as `2h`, `90m`, `1h30m`.
fn in_hours(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, rest) => format!("{hours}h{rest}m"),
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::Sink;
    use crate::plan::{Reader, check, read};
    use crate::text::Source;

    /// Findings of reading and checking as `line:column code`, notes about missing reasons left out.
    fn findings(text: &str) -> Vec<String> {
        let mut sink = Sink::new();
        let plan = read(vec![Source::new("p", text)], Reader::Full, &mut sink);
        check(&plan, &mut sink);
        let shown =
            |d: &crate::diag::Diagnostic| format!("{} {}", d.place.to_string().trim_start_matches("p:"), d.code);
        sink.into_sorted().iter().filter(|d| d.code.name != "plan/need-without-reason").map(shown).collect()
    }

    #[test]
    fn each_rule_has_a_case_that_breaks_it_and_a_near_miss() {
        let cases: &[(&str, &[&str])] = &[
            ("- [ ] T1: a\n- [ ] t1: b\n", &["2:7 plan/duplicate-id"]),
            (
                "- [ ] DB-001: a\n- [ ] DB-0O1: b\n- [ ] DB_001: c\n",
                &["2:7 plan/look-alike-id", "3:7 plan/look-alike-id"],
            ),
            ("- [ ] DB-001: a\n- [ ] DB-002: b\n", &[]),
            ("- [ ] T1: a\n- [ ] MERGE: b\n", &["2:7 plan/reserved-id"]),
            ("- [ ] T1: a\n  - needs: T3\n", &["2:12 plan/dangling-need"]),
            ("- [ ] T1: a\n  - needs: db (resource), team x (team), a/b, c.md, none\n", &[]),
            ("- [ ] T1: a\n  - needs: t1\n", &["2:12 plan/self-need"]),
            ("- [ ] T1: a\n  - needs: T2\n- [ ] T2: b\n  - needs: T1\n", &["2:12 plan/cycle"]),
            ("- [ ] T1: a\n  - needs: T2 (SS)\n- [ ] T2: b\n  - needs: T1 (FF)\n", &[]),
            ("## Epic E1: a\n- [ ] T1: a\n  - needs: E1\n", &["1:9 plan/cycle"]),
            ("## Epic E1: a\n- needs: T1\n- [ ] T1: a\n", &[]),
            (
                "## Epic E1: a\n- needs: E2\n- [ ] T1: a\n## Epic E2: b\n- [ ] T2: b\n  - needs: T1\n",
                &["2:10 plan/cycle"],
            ),
            (
                "- [ ] T1: a\n  - touches: /etc/x, ../y, a\\b, a/[b\n",
                &["2:14 plan/bad-pattern", "2:22 plan/bad-pattern", "2:28 plan/bad-pattern", "2:33 plan/bad-pattern"],
            ),
            ("- [x] T1: a\n  - [ ] b\n  - [x] c\n", &["2:5 plan/ticked-over-open-criterion"]),
            ("- [ ] T1: a\n  - [ ] b\n", &[]),
            ("- [x] T1: a\n  - needs: T2\n- [ ] T2: b\n", &["1:3 plan/ticked-over-open-need"]),
            ("- [x] T1: a\n  - needs: T2\n- [x] T2: b\n", &[]),
            ("- [x] T1: a\n  - needs: T2\n- [ ] T2: b\n  - status: dropped\n", &["1:3 plan/ticked-over-open-need"]),
            (
                "## Phase 1: a\n- [x] T1: a\n- [ ] T2: b\n## Phase 2: c\n- [x] T3: c\n  - needs: Phase 1\n",
                &["5:3 plan/ticked-over-open-need"],
            ),
            ("## [x] Epic E1: a\n- [ ] T1: a\n", &["1:4 plan/ticked-over-open-child"]),
            ("## [x] Epic E1: a\n- [ ] T1: a\n  - status: dropped\n", &[]),
            ("## Epic E1: a\n- estimate: 9h\n- [ ] T1: a ~4h\n- [ ] T2: b ~4h\n", &["2:13 plan/sum-mismatch"]),
            ("## Epic E1: a\n- estimate: 7h-9h\n- [ ] T1: a ~4h\n- [ ] T2: b ~4h\n", &[]),
            ("## Epic E1: a\n- estimate: 9h\n- [ ] T1: a ~4h\n- [ ] T2: b\n", &[]),
            ("- [ ] T1: a\n  - touches: a.rs\n- [ ] T2: b\n  - touches: a.rs\n", &["4:14 plan/overlapping-touches"]),
            (
                "- [ ] T1: a\n  - touches: src/**\n- [ ] T2: b\n  - touches: src/a/b.rs\n",
                &["4:14 plan/overlapping-touches"],
            ),
            ("- [ ] T1: a\n  - touches: a.rs\n- [ ] T2: b\n  - touches: a.rs\n  - needs: T1\n", &[]),
            ("- [x] T1: a\n  - touches: a.rs\n- [ ] T2: b\n  - touches: a.rs\n", &[]),
            (
                "## Epic E1: a\n- [ ] T1: a\n  - touches: a.rs\n## Epic E2: b\n- needs: E1\n- [ ] T2: b\n  - touches: a.rs\n",
                &[],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(findings(text), *expected, "{text}");
        }
    }

    #[test]
    fn a_cycle_is_shown_whole() {
        let mut sink = Sink::new();
        let text = "- [ ] T1: a\n  - needs: T2\n- [ ] T2: b\n  - needs: T3\n- [ ] T3: c\n  - needs: T1, T2\n";
        let plan = read(vec![Source::new("p", text)], Reader::Fast, &mut sink);
        check(&plan, &mut sink);
        let found = sink.into_sorted();
        let cycle: Vec<_> = found.iter().filter(|d| d.code.name == "plan/cycle").collect();
        assert_eq!(cycle.len(), 1);
        assert_eq!(cycle[0].message, "`T1` waits for itself: T1 → T2 → T3 → T1");
        assert_eq!(cycle[0].labels.len(), 2);
    }

    #[test]
    fn thousands_of_tasks_in_awkward_shapes_are_no_trouble() {
        use std::fmt::Write;
        let mut chain = String::new();
        let mut crowd = String::from("## Phase 1: a\n");
        for i in 10_000..14_000 {
            writeln!(chain, "- [ ] T{i}: a\n  - needs: T{}\n  - touches: src/**, x/{i}*", i + 1).unwrap();
            writeln!(crowd, "- [x] T{i}: a\n  - needs: Phase 1, T99999\n  - touches: *{i}*").unwrap();
        }
        assert_eq!(findings(&chain).iter().filter(|f| f.contains("overlapping")).count(), 0);
        findings(&crowd.replace("[x]", "[ ]"));
        findings(&crowd);
    }
}
