use super::*;
use crate::diag::Sink;
use crate::id::RepoPath;
use crate::import::{self, Notes, Origin, Settings};
use crate::plan::{self, Reader};
use crate::port::EntryKind;
use crate::port::memory::MemoryTree;
use crate::text::Source;
use proptest::prelude::*;

fn read(text: &str) -> Plan {
    plan::read(vec![Source::new("plan/p.md", text)], Reader::Full, &mut Sink::new())
}

const PLAN: &str = "---\npassmuster: plan/1\n---\n# P\n\n## Epic E1: =cmd|' /C calc'!A0 P1\n\n- [x] T1: Say \"hi\" <b>&amp; `x` ~2h\n- [ ] T2: -1+1, [a] @ada\n  - needs: T1 (technical: x), db (resource)\n  - tags: a, b\n  - touches: src/**\n  - [x] one\n  - [ ] two\n- [ ] T3: gone\n  - status: dropped\n\n## Feature F1: waits\n\n- [ ] 4: x\n  - needs: E1\n  - status: waiting: ada\n";

#[test]
fn tables_are_inert() {
    let csv = write(&read(PLAN), Form::Csv);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[1].starts_with("E1,'=cmd|' /C calc'!A0,epic,,open,P1,"), "{csv}");
    assert!(lines[2].starts_with("T1,\"Say \"\"hi\"\" <b>"), "{csv}");
    assert!(
        lines[3].starts_with("T2,\"'-1+1, [a]\",task,E1,open,,ada,,,\"T1, db\",\"a, b\",src/**,,,2,1,plan/p.md,9"),
        "{csv}"
    );
    assert_eq!(lines.len(), 7);
}

#[test]
fn graphs_show_texts_and_run_nothing() {
    let mermaid = write(&read(PLAN), Form::Mermaid);
    assert!(mermaid.contains("n1[\"T1: Say #34;hi#34; #60;b#62;#38;amp#59; #96;x#96;\"]"), "{mermaid}");
    assert!(mermaid.contains("subgraph n0[") && mermaid.contains("  n1 --> n2\n") && mermaid.contains("class n1 done"));
    let dot = write(&read(PLAN), Form::Dot);
    assert!(dot.contains("label=\"T1: Say \\\"hi\\\" <b>"), "{dot}");
    assert!(dot.contains("\"T1\" -> \"T2\";") && dot.contains("\"E1\" -> \"4\";"), "{dot}");
}

/// What a round trip keeps of each item, by id.
fn kept(plan: &Plan) -> Vec<String> {
    let item = |index: usize| {
        let item = &plan.items[index];
        let mut needs: Vec<&str> = targets(plan, index).map(|target| plan.items[target].id.as_str()).collect();
        needs.sort_unstable();
        let said = (
            item.title().value,
            item.kind,
            item.parent.map(|parent| plan.items[parent].id.as_str()),
            state(plan, index),
            item.owner().map(|owner| owner.value),
            item.estimate().map(|estimate| estimate.value.likely),
            item.priority().map(|priority| priority.value),
            item.tags().iter().map(|tag| tag.value).collect::<Vec<_>>(),
            item.criteria().map(|criterion| (criterion.text.value, criterion.ticked)).collect::<Vec<_>>(),
        );
        format!("{}: {said:?} {needs:?}", item.id.value)
    };
    let mut items: Vec<String> = (0..plan.items.len()).map(item).collect();
    items.sort();
    items
}

fn again(text: String, form: Form) -> (Plan, String) {
    let (origin, path) = match form {
        Form::Beads => (Origin::Beads, "issues.jsonl"),
        _ => (Origin::TaskMaster, "tasks.json"),
    };
    let tree = MemoryTree::default().with(EntryKind::File, path, text);
    let (draft, mut report) = import::read(&tree, origin, &RepoPath::from(path)).unwrap().expect("it is there");
    let outline = import::settle(draft, &Settings::default(), &mut report);
    let text = import::write(&outline, Notes::All);
    (read(&text), text)
}

#[test]
fn trackers_give_back_what_they_got() {
    let plan = read(PLAN);
    for form in [Form::Beads, Form::TaskMaster] {
        let (back, text) = again(write(&plan, form), form);
        assert_eq!(kept(&back), kept(&plan), "{form:?}\n{text}");
    }
}

prop_compose! {
    fn task(index: usize)(
        title in "[A-Za-z]{1,8}( [a-z]{1,5}){0,3}",
        state in 0..4u8,
        needs in prop::collection::vec(0..8usize, 0..3),
        extras in prop::sample::subsequence(vec!["  - tags: a, b\n", "  - owner: ada l\n", "  - estimate: 90m\n", "  - priority: P1\n", "  - touches: src/**\n"], 0..5),
        criteria in prop::collection::vec(any::<bool>(), 0..3),
    ) -> String {
        let mark = if state == 1 { 'x' } else { ' ' };
        let status = ["", "", "  - status: dropped\n", "  - status: waiting: ada\n"][usize::from(state)];
        // Needs of what comes before, and of nothing that is done too early.
        let needs = needs.into_iter().filter(|&need| need < index && state != 1).map(|need| format!("  - needs: T{need}\n"));
        let boxes = criteria.iter().filter(|ticked| **ticked || state != 1);
        let boxes = boxes.enumerate().map(|(n, ticked)| format!("  - [{}] c{n}\n", if *ticked { 'x' } else { ' ' }));
        let mut lines: Vec<String> = needs.take(1).chain(boxes).collect();
        lines.sort();
        format!("- [{mark}] T{index}: {title}\n{status}{}{}", extras.concat(), lines.concat())
    }
}

fn plan_text() -> impl Strategy<Value = String> {
    let tasks = (0..8).map(task).collect::<Vec<_>>();
    (tasks, prop::collection::vec(0..8usize, 0..4)).prop_map(|(tasks, heads)| {
        let mut out = "---\npassmuster: plan/1\n---\n# P\n\n".to_owned();
        for (index, task) in tasks.iter().enumerate() {
            if heads.contains(&index) {
                let level = ["## Epic", "### Feature"][index % 2];
                out.push_str(&format!("\n{level} G{index}: Group\n\n"));
            }
            out.push_str(task);
        }
        out
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn round_trips_keep_items(text in plan_text()) {
        let plan = read(&text);
        for form in [Form::Beads, Form::TaskMaster] {
            let (back, written) = again(write(&plan, form), form);
            prop_assert_eq!(kept(&back), kept(&plan), "{}\n{}", text, written);
        }
    }
}
