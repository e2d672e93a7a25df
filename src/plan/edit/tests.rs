//! Edits over whole texts: what they write, what they leave alone, and that taking them back gives the same bytes.

use super::*;
use crate::id::ItemId;
use crate::plan::tests::plan_text;
use crate::plan::{Kind, Mark, meaning};
use proptest::prelude::*;

fn plan(text: &str) -> Plan {
    read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new())
}

fn changed(plan: &Plan, changes: Result<Changes, Failure>) -> Result<String, Failure> {
    Ok(apply(plan.files[0].source.text(), changes?.get(&0).map_or(&[], Vec::as_slice)))
}

/// Sets something of the first item.
fn set_text(text: &str, setting: &str) -> Result<String, Failure> {
    let edits = set(&plan(text), 0, &Setting::parse(setting)?)?;
    Ok(apply(text, &edits))
}

fn move_text(text: &str, id: &str, place: fn(usize) -> Position, other: &str) -> Result<String, Failure> {
    let plan = plan(text);
    let find = |id: &str| plan.find(id).expect("the item is there");
    changed(&plan, relocate(&plan, find(id), place(find(other))))
}

fn rename_text(text: &str, id: &str, new: &str) -> Result<String, Failure> {
    let plan = plan(text);
    let new = ItemId::parse(new).expect("an id");
    changed(&plan, rename(&plan, plan.find(id).expect("the item is there"), &new))
}

fn add_text(text: &str, kind: Kind, position: Position, id: Option<&str>) -> Result<String, Failure> {
    let plan = plan(text);
    let id = id.and_then(ItemId::parse).or_else(|| next_id(&plan, kind, position)).expect("an id");
    changed(&plan, add(&plan, &Addition { kind, id, title: "new".to_owned(), position }))
}

#[test]
fn edits_that_do_not_fit_are_left_out() {
    let edit = |start, end, text: &str| Edit { span: Span::new(start, end), text: text.into() };
    assert_eq!(apply("é", &[edit(1, 2, "x"), edit(5, 9, "y")]), "é");
    assert_eq!(apply("abc", &[edit(1, 2, "Y"), edit(0, 2, "X")]), "Xc");
}

#[test]
fn values_are_written_where_they_stand() {
    for (before, setting, after) in [
        ("- [ ] T1: a @ann ~4h\r\n", "owner=bob", "- [ ] T1: a @bob ~4h\r\n"),
        ("- [ ] T1: a @ann ~4h\n", "owner=", "- [ ] T1: a ~4h\n"),
        ("- [ ] T1: a ~4h", "estimate=2h / 4h / 9h", "- [ ] T1: a\n  - estimate: 2h / 4h / 9h"),
        ("- [ ] T1: a\n  - Assignee: ann  \n", "owner=bob", "- [ ] T1: a\n  - Assignee: bob  \n"),
        ("- [ ] T1: a\n  - owner: ann\n  - [ ] c\n", "owner=", "- [ ] T1: a\n  - [ ] c\n"),
        ("- [ ] T1: a\n  - owner: ann", "owner=", "- [ ] T1: a"),
        ("- [ ] T1: a (depends on T2)\n- [ ] T2: b\n", "needs=T3", "- [ ] T1: a (depends on T3)\n- [ ] T2: b\n"),
        ("- [ ] T1: a (depends on T2)\n- [ ] T2: b\n", "needs=", "- [ ] T1: a\n- [ ] T2: b\n"),
        ("### T-1: a\n**Files**:\n- a.rs\n- b.rs\n\ntext\n", "touches=c.rs", "### T-1: a\n**Files**: c.rs\n\ntext\n"),
        ("### T-1: a\n**Files**:\n- a.rs\n- b.rs\n\ntext\n", "touches=", "### T-1: a\n\ntext\n"),
        ("### T-1: a (Priority: P1)\n", "P0", "### T-1: a (Priority: P0)\n"),
        ("- [ ] T014 [P] [US1] c\n", "parallel=", "- [ ] T014 [US1] c\n"),
        ("- [ ] T014 [P] [US1] c\n", "tags=", "- [ ] T014 [P] c\n"),
        ("- [ ] T1: a\n", "title=b (c) d", "- [ ] T1: b (c) d\n"),
    ] {
        assert_eq!(set_text(before, setting).expect(before), after, "{before:?} {setting}");
    }
}

#[test]
fn new_values_stand_where_the_canonical_form_has_them() {
    for (before, setting, after) in [
        ("- [ ] T1: a", "@ann", "- [ ] T1: a @ann"),
        ("- [ ] T1: a #x\n", "#y", "- [ ] T1: a #x #y\n"),
        ("- [ ] T1: a\n", "[P]", "- [ ] T1: a [P]\n"),
        ("\t- [ ] T1: a\n", "risk=x", "\t- [ ] T1: a\n"),
        ("1. [ ] T1: a\n2. [ ] T2: b\n", "risk=x", "1. [ ] T1: a\n   - risk: x\n2. [ ] T2: b\n"),
        ("- [ ] T1: a\n  goes on\n  - [ ] c\n", "risk=x", "- [ ] T1: a\n  goes on\n  - risk: x\n  - [ ] c\n"),
        ("* [ ] T1: a\r\n  * goal: g\r\n", "risk=x", "* [ ] T1: a\r\n  * goal: g\r\n  * risk: x\r\n"),
        ("## Epic E1: a\n\ntext\n", "goal=x", "## Epic E1: a\n- goal: x\n\ntext\n"),
        ("## Epic E1: a\ntext\n", "goal=x", "## Epic E1: a\n- goal: x\n\ntext\n"),
        ("Epic E1: a\n---\ntext\n", "goal=x", "Epic E1: a\n---\n- goal: x\n\ntext\n"),
        ("## Epic E1: a\n-->\n---\n", "goal=x", "## Epic E1: a\n- goal: x\n\n-->\n---\n"),
        ("## Epic E1: a\n*text*\n", "goal=x", "## Epic E1: a\n- goal: x\n\n*text*\n"),
        ("## Epic E1: a\n* text\n", "goal=x", "## Epic E1: a\n- goal: x\n* text\n"),
        ("## Epic E1: a", "goal=x", "## Epic E1: a\n- goal: x"),
        ("### T-1: a\n**Status**: [x]\n", "owner=ann", "### T-1: a\n**Status**: [x]\n**Owner**: ann\n"),
        ("- [ ] **T1: bold**\n", "@ann", "- [ ] **T1: bold**\n  - owner: ann\n"),
    ] {
        if plan(before).items.is_empty() {
            continue;
        }
        assert_eq!(set_text(before, setting).expect(before), after, "{before:?} {setting}");
    }
}

#[test]
fn a_line_that_would_take_a_heading_into_a_list_is_refused() {
    let code = "## Epic E1: a\n    - code\nb\n---\n  - estimate: 2h\n";
    assert!(set_text(code, "estimate=7h").is_err());
    assert!(set_text(&code.replace("    - code", "code"), "estimate=7h").is_ok());
}

#[test]
fn what_makes_no_sense_is_refused() {
    for setting in
        ["due=soon", "estimate=4x", "priority=soonish", "status=done", "ownr=x", "nothing", "title=", "#1", "a=b\nc"]
    {
        let failure = set_text("- [ ] T1: a\n", setting).unwrap_err();
        assert!(failure.hint.is_some(), "{setting}: {failure}");
    }
}

const LIST: &str =
    "## Epic E1: e\n\n- [ ] T1: a\n  - risk: x\n- [ ] T2: b\n- [ ] T3: c\n\n## Epic E2: f\n\n- [ ] T4: d";

#[test]
fn items_move_with_everything_in_them() {
    let moved = |id, place: fn(usize) -> Position, other| move_text(LIST, id, place, other).expect(id);
    let head = "## Epic E1: e\n\n";
    let tail = "\n\n## Epic E2: f\n\n- [ ] T4: d";
    let (t1, t2, t3) = ("- [ ] T1: a\n  - risk: x", "- [ ] T2: b", "- [ ] T3: c");
    assert_eq!(moved("T1", Position::After, "T3"), format!("{head}{t2}\n{t3}\n{t1}{tail}"));
    assert_eq!(moved("T3", Position::Before, "T1"), format!("{head}{t3}\n{t1}\n{t2}{tail}"));
    assert_eq!(moved("T3", Position::Under, "E2"), format!("{head}{t1}\n{t2}{tail}\n{t3}"));
    assert_eq!(moved("T2", Position::After, "T1"), LIST);
    let swapped = format!("## Epic E2: f\n\n- [ ] T4: d\n\n{head}{t1}\n{t2}\n{t3}");
    assert_eq!(moved("E2", Position::Before, "E1"), swapped);
    let below = moved("E2", Position::Under, "E1");
    assert!(below.contains("### Epic E2: f") && plan(&below).items[4].parent == Some(0), "{below}");
    assert!(move_text(LIST, "E1", Position::Under, "E1").is_err());
    assert!(move_text(LIST, "T1", Position::Under, "T2").is_err());
    assert!(
        move_text("# [ ] Task A1: x\n\n- [ ] c\n\n- [ ] T2: b\n\n# Epic B1: y\n", "B1", Position::Under, "A1").is_ok()
    );
}

#[test]
fn new_items_look_like_their_neighbours() {
    for (before, kind, place, after) in [
        (LIST, Kind::Task, Position::Under(0), LIST.replace("T3: c\n", "T3: c\n- [ ] T5: new\n")),
        (LIST, Kind::Task, Position::Before(1), LIST.replace("- [ ] T1", "- [ ] T5: new\n- [ ] T1")),
        (LIST, Kind::Epic, Position::End(0), format!("{LIST}\n\n## Epic E3: new")),
        (LIST, Kind::Feature, Position::Under(4), format!("{LIST}\n\n### Feature E2-01: new")),
        (
            "1. [ ] T-08: a\r\n2. [ ] T-09: b\r\n",
            Kind::Task,
            Position::After(1),
            "1. [ ] T-08: a\r\n2. [ ] T-09: b\r\n3. [ ] T-10: new\r\n".to_owned(),
        ),
        ("## Phase 1: a\n", Kind::Phase, Position::End(0), "## Phase 1: a\n\n## Phase 2: new\n".to_owned()),
        (
            "### T-001: a\n**Owner**: x\n",
            Kind::Task,
            Position::After(0),
            "### T-001: a\n**Owner**: x\n\n### T-002: new\n".to_owned(),
        ),
        (
            "## Epic DB: x\n- goal: g\n\n```\ncode\n```\n",
            Kind::Task,
            Position::Under(0),
            "## Epic DB: x\n- goal: g\n\n```\ncode\n```\n\n- [ ] DB-01: new\n".to_owned(),
        ),
        ("", Kind::Epic, Position::End(0), "## Epic 1: new\n".to_owned()),
    ] {
        assert_eq!(add_text(before, kind, place, None).expect(before), after, "{before:?} {kind:?}");
    }
    assert!(add_text(LIST, Kind::Task, Position::Under(0), Some("t4")).is_err());
    assert!(add_text(LIST, Kind::Task, Position::Under(1), None).is_err());
}

#[test]
fn every_need_follows_a_new_id() {
    for (before, new, after) in [
        (
            "- [ ] T1: a\n- [ ] T2: b (depends on #T1)\n  - needs: `t1` (x), T3\n",
            "X-1",
            "- [ ] X-1: a\n- [ ] T2: b (depends on #X-1)\n  - needs: `X-1` (x), T3\n",
        ),
        (
            "## Phase 1: a\n- [ ] T1: b (depends on Phase 1)\n",
            "phase-7",
            "## Phase 7: a\n- [ ] T1: b (depends on Phase 7)\n",
        ),
        (
            "- [ ] T02 a\n- [ ] T01 a\n- [ ] T03 a\n- [ ] T04 a\n  - needs: T01–T03 (x)\n",
            "T99",
            "- [ ] T99 a\n- [ ] T01 a\n- [ ] T03 a\n- [ ] T04 a\n  - needs: T01, T99, T03 (x)\n",
        ),
        ("- [ ] T2: a\n- [ ] T1: b\n  - blocks: T2\n", "X9", "- [ ] X9: a\n- [ ] T1: b\n  - blocks: X9\n"),
        ("- [ ] T1: b\n  - blocks: T2\n- [ ] T2: a\n", "X9", "- [ ] X9: b\n  - blocks: T2\n- [ ] T2: a\n"),
        (
            "## Sprint 1: a\n- [ ] T1: b (depends on Sprint 1)\n",
            "sprint-3",
            "## Sprint 3: a\n- [ ] T1: b (depends on Sprint 3)\n",
        ),
        ("- [ ] T1: a\n- [ ] T2: T1 in a title\n", "t1", "- [ ] t1: a\n- [ ] T2: T1 in a title\n"),
    ] {
        let id = plan(before).items[0].id.value.to_string();
        assert_eq!(rename_text(before, &id, new).expect(before), after);
    }
    assert!(rename_text(LIST, "T1", "e2").is_err());
    assert!(rename_text("- [ ] T1 a\n", "T1", "setup").is_err(), "outside a declared plan a bare word is no id");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_that_is_set_and_taken_back_leaves_the_same_bytes(text in plan_text(), pick in any::<prop::sample::Index>()) {
        let before = plan(&text);
        prop_assume!(!before.items.is_empty());
        let index = pick.index(before.items.len());
        for setting in ["owner=zed", "risk=much", "priority=P3", "estimate=7h", "touches=x/**", "needs=T-004", "parallel=yes"] {
            let setting = Setting::parse(setting).expect("it makes sense");
            let key = setting.name().to_owned();
            let old = Setting::parse(&format!("{key}=")).expect("it makes sense");
            let facts = meaning::facts(&before, index);
            let nothing = meaning::fact(&facts, &key);
            let label = before.items[index].body;
            let written = before.files[0].source.slice(label).to_lowercase();
            if written.contains(&key) || written.contains("files") || !matches!(nothing, "" | "[]" | "[] false" | "false") {
                continue;
            }
            let Ok(edits) = set(&before, index, &setting) else { continue };
            // The blank line that keeps prose out of a new list stays.
            if edits.iter().any(|edit| edit.text.ends_with('\n')) {
                continue;
            }
            let item = &before.items[index];
            prop_assert!(edits.iter().all(|edit| item.body.start <= edit.span.start && edit.span.end <= item.body.end));
            let said = apply(&text, &edits);
            let after = plan(&said);
            prop_assert_eq!(after.items.len(), before.items.len());
            let Ok(edits) = set(&after, index, &old) else { continue };
            prop_assert_eq!(&apply(&said, &edits), &text);
        }
    }

    #[test]
    fn a_value_that_is_replaced_and_put_back_leaves_the_same_bytes(text in plan_text(), pick in any::<prop::sample::Index>()) {
        let before = plan(&text);
        prop_assume!(!before.items.is_empty());
        let index = pick.index(before.items.len());
        let item = &before.items[index];
        for (key, span) in [("owner", item.owner().map(|v| v.span)), ("estimate", item.estimate().map(|v| v.span)), ("team", item.team().map(|v| v.span))] {
            let Some(old) = span.map(|span| before.files[0].source.slice(span)) else { continue };
            let Ok(edits) = set(&before, index, &Setting::parse(&format!("{key}=9h")).expect("it makes sense")) else { continue };
            if edits.len() != 1 || edits[0].text != "9h" {
                continue;
            }
            let said = apply(&text, &edits);
            let back = set(&plan(&said), index, &Setting::parse(&format!("{key}={old}")).expect("it makes sense"));
            prop_assert_eq!(&apply(&said, &back.expect("it was there")), &text);
        }
    }

    #[test]
    fn an_id_that_is_changed_and_changed_back_leaves_the_same_bytes(text in plan_text(), pick in any::<prop::sample::Index>()) {
        let before = plan(&text);
        prop_assume!(!before.items.is_empty());
        let index = pick.index(before.items.len());
        let old = before.items[index].id.value.clone();
        let Ok(there) = changed(&before, rename(&before, index, &ItemId::parse("ZZ-9").expect("an id"))) else { return Ok(()) };
        let after = plan(&there);
        prop_assert_eq!(after.items[index].id.value.as_str(), "ZZ-9");
        // Duplicates of the old id, and other spellings of it, cannot be told apart any more.
        if after.find(old.as_str()).is_some() || text.contains('`') || text.contains("Phase 1") {
            return Ok(());
        }
        let back = changed(&after, rename(&after, index, &old)).expect("it had this id before");
        prop_assert_eq!(&back, &text);
    }

    #[test]
    fn an_item_that_is_moved_there_and_back_leaves_the_same_bytes(
        sizes in prop::collection::vec(1usize..4, 2..4), crlf in any::<bool>(), last in any::<bool>(), blank in any::<bool>(),
        from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let gap = if blank { end.repeat(2) } else { end.to_owned() };
        let part = |(number, size): (usize, &usize)| {
            let tasks: Vec<String> = (0..*size).map(|n| format!("- [ ] T{number}-{n}: a{end}  - risk: x{end}    more")).collect();
            format!("## Epic E{number}: e{end}{end}{}", tasks.join(&gap))
        };
        let parts: Vec<String> = sizes.iter().enumerate().map(part).collect();
        let text = format!("{}{}", parts.join(&end.repeat(2)), if last { end } else { "" });
        let before = plan(&text);
        let epics: Vec<usize> = (0..before.items.len()).filter(|&index| before.items[index].parent.is_none()).collect();
        let tasks: Vec<usize> = (0..before.items.len()).filter(|&index| before.items[index].mark == Mark::Open).collect();
        for group in [epics, tasks] {
            let (from, to) = (group[from.index(group.len())], group[to.index(group.len())]);
            let siblings = |of: usize| -> Vec<usize> { group.iter().copied().filter(|&other| before.items[other].parent == before.items[of].parent).collect() };
            // The only item of a section leaves no neighbour to find back to.
            if from == to || siblings(from).len() < 2 + usize::from(blank) {
                continue;
            }
            let there = changed(&before, relocate(&before, from, Position::Before(to))).expect("it can stand there");
            let after = plan(&there);
            let id = before.items[from].id.value.as_str();
            let place = siblings(from).iter().position(|&other| other == from).expect("it is there");
            let find = |index: usize| after.find(before.items[index].id.value.as_str()).expect("it is there");
            let position = match siblings(from).get(place + 1) {
                Some(&next) => Position::Before(find(next)),
                None => Position::After(find(siblings(from)[place - 1])),
            };
            let back = changed(&after, relocate(&after, after.find(id).expect("it is there"), position));
            prop_assert_eq!(&back.expect("it stood there"), &text);
        }
    }
}

mod carriers;
