//! What looks like an item and was read as something else: no task leaves a plan without a word.
//!
//! Domain layer. The builder keeps the places in mind, which costs it next to nothing; the rule looks at them when
//! a plan is checked. What only mentions an item that is written elsewhere in the plan is not reported.

mod hidden;
mod mend;
mod unnamed;
mod words;

pub(crate) use unnamed::Unnamed;
pub(super) use words::{begins_with_box, boxed, boxed_within, levelled, named};

use super::check::place;
use super::line::{self, Head};
use super::sugar::{self, Sugar};
use super::{Carrier, Item, Kind, Plan, PlanFile, codes};
use crate::diag::{Diagnostic, Place, Sink};
use crate::text::{Source, Span, visible};
use hashbrown::HashSet;
use std::ops::Range;

/// A place where somebody may have meant an item.
#[derive(Clone, Debug)]
pub(crate) enum Missed {
    /// A line with a sign that is no box, and the id after it; in a table without one.
    Box { sign: Span, id: Option<Span> },
    /// A line that begins with an id. When it is not `sure` that an item was meant, the id has to look like those of
    /// the plan.
    Unformed { id: Span, form: Form, sure: bool },
    /// What stands for an id in a row of a table of tasks.
    RowWithoutId(Span),
    /// A box without an id, in a file that calls itself a plan.
    BoxWithoutId { mark: Span, words: Span },
    /// What stands without an id, all of one sort.
    Unnamed(Unnamed, Vec<Span>),
    /// Lines that are no part of the outline: code, HTML, quotes.
    Hidden(Span),
}

/// What a line is that begins with an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Heading,
    Bullet,
    /// A paragraph.
    Line,
    /// A row of a table that stands below a task.
    Row,
    /// A row of a table that is none of tasks.
    Cell,
    /// A box among conditions that belong to no item.
    Criterion,
}

/// The lines that begin with a box, or with an id as tasks have, wherever they stand but in examples and remarks: their
/// numbers from 1, and their words. An import tells those of them that it did not take over.
pub fn lines_like_tasks(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    hidden::lines(source.text()).into_iter().filter_map(|(number, line)| Some((number, words::like_task(line)?)))
}

/// Reports what may have been meant as an item.
pub(super) fn report(plan: &Plan, sink: &mut Sink) {
    let mut known = Known { plan, prefixes: None, titles: None, boxes: None };
    for file in &plan.files {
        for missed in &file.missed {
            sink.extend(finding(&mut known, file, missed));
        }
    }
    for item in &plan.items {
        criteria_with_ids(&mut known, item, sink);
    }
}

/// The ids of the plan, and how they begin.
struct Known<'a> {
    plan: &'a Plan,
    /// Made when the first one is asked for.
    prefixes: Option<HashSet<String>>,
    /// The same; in lower case.
    titles: Option<HashSet<String>>,
    /// The same; how the ids of boxes begin.
    boxes: Option<HashSet<&'a str>>,
}

impl Known<'_> {
    fn has(&self, id: &str) -> bool {
        self.plan.find(id).is_some()
    }

    /// The lowest item that a place of a file stands in, below its first line.
    fn around(&self, file: &PlanFile, at: usize) -> Option<Kind> {
        let plan = self.plan;
        let file = plan.files.iter().position(|known| std::ptr::eq(known, file))?;
        let before = plan.items.partition_point(|item| (item.file, item.line.start) <= (file, at));
        let mut around = before.checked_sub(1).filter(|&index| plan.items[index].file == file);
        while let Some(index) = around {
            let item = &plan.items[index];
            if item.line.end <= at && at < item.body.end {
                return Some(item.kind);
            }
            around = item.parent;
        }
        None
    }

    fn has_title(&mut self, title: &str) -> bool {
        let plan = self.plan;
        let all = || plan.items.iter().map(|item| item.title().to_lowercase()).collect();
        self.titles.get_or_insert_with(all).contains(&title.to_lowercase())
    }

    /// Whether tasks of the plan that are boxes have ids that begin with these letters.
    fn is_sort_of_tasks(&mut self, letters: &str) -> bool {
        let plan = self.plan;
        let boxes = || plan.items.iter().filter(|item| item.carrier == Carrier::Checkbox);
        let all = || boxes().map(|item| line::sort_of(item.id.as_str())).collect();
        self.boxes.get_or_insert_with(all).contains(letters)
    }

    /// Whether an id begins like one of the plan, or as ids of tasks do everywhere: `T1`, `WP01`, `task-2`.
    fn resembles(&mut self, id: &str) -> bool {
        let prefix = |id: &str| line::sort_of(id).to_ascii_lowercase();
        let prefixes = self.prefixes.get_or_insert_with(|| {
            let own = self.plan.items.iter().map(|item| prefix(item.id.as_str()));
            own.chain(["t", "wp", "task"].map(str::to_owned)).filter(|prefix| !prefix.is_empty()).collect()
        });
        prefixes.contains(&prefix(id))
    }
}

fn finding(known: &mut Known<'_>, file: &PlanFile, missed: &Missed) -> Option<Diagnostic> {
    let source = &file.source;
    let warning = |code, span, message| Diagnostic::warning(code, Place::text(source, span), message);
    match *missed {
        Missed::Box { sign, id: Some(id) } => (!known.has(source.slice(id))).then(|| {
            warning(&codes::ALMOST_A_BOX, sign, format!("`{}` has no box, so it is no item", source.slice(id)))
                .cause("a box is `[ ]` or `[x]` after `- `, with a blank behind it")
                .hint("write `- [ ] ` or `- [x] `; for what is taken out of the plan write `status: dropped` below")
                .fixed_by(mend::with_box(source, sign, id))
        }),
        Missed::Box { sign, id: None } => Some(
            warning(&codes::ALMOST_A_BOX, sign, "the box in this row is no item".into())
                .cause("a table of tasks has columns for ids, titles and at least one field, such as the status")
                .hint("write `- [ ] ID: title`, or `ID`, `Task` and `Status` into the header"),
        ),
        Missed::Unformed { id, form, sure } => {
            let name = source.slice(id);
            if known.has(name) || !(sure || known.resembles(name)) {
                return None;
            }
            let finding = warning(&codes::UNFORMED, id, format!("`{name}` is no item"));
            Some(match form {
                Form::Heading => finding
                    .cause("the heading begins with an id, but neither a colon nor a field follows")
                    .hint(format!("write `{name}: title`, or a field such as `- status: open` below"))
                    .fixed_by(mend::with_colon(source, id)),
                Form::Bullet => finding
                    .cause("the list item has no box")
                    .hint(format!("write `- [ ] {name}: title`"))
                    .fixed_by(mend::with_new_box(source, id)),
                Form::Line => finding
                    .cause("the line begins with an id, but is neither a heading nor a list item with a box")
                    .hint(format!("write `- [ ] {name}: title`"))
                    .fixed_by(mend::with_new_box(source, id)),
                Form::Row => finding
                    .cause("the table stands inside a task, so its rows are a part of that task")
                    .hint("move the table out of the task, below a heading"),
                Form::Cell => finding
                    .cause(
                        "the row belongs to no table of tasks, whose header names ids, titles and at least one field",
                    )
                    .hint("begin the table with `| ID | Task | Status |` and a line of dashes"),
                Form::Criterion => finding
                    .cause("the box stands in a section of conditions, and outside of every item")
                    .hint("move it below another heading, or below its item as a condition"),
            })
        }
        Missed::RowWithoutId(cell) => Some(
            warning(
                &codes::ROW_WITHOUT_ID,
                cell,
                format!("`{}` is no id, so the row is no item", visible(source.slice(cell))),
            )
            .hint("write an id such as `T-1` into the column of ids"),
        ),
        Missed::BoxWithoutId { mark, words } => Some(unnamed::bare_box(known, source, mark, words)),
        Missed::Unnamed(what, ref places) => unnamed::finding(known, file, what, places),
        Missed::Hidden(span) => hidden::finding(known, file, span),
    }
}

/// Criteria that have an id as items of the plan have, as if they were items.
fn criteria_with_ids(known: &mut Known<'_>, item: &Item, sink: &mut Sink) {
    let (plan, own) = (known.plan, item.id.as_str());
    let digit_in_front = |text: &str| text.bytes().take(16).take_while(|b| *b != b' ').any(|b| b.is_ascii_digit());
    for criterion in item.criteria().filter(|criterion| digit_in_front(criterion.text.value)) {
        let text = criterion.text.value;
        let Head::Id { id, title } = line::checkbox(text, false) else { continue };
        let word = &text[id.clone()];
        let sort = line::sort_of(word);
        let is_known_sort = !sort.is_empty() && (sort == line::sort_of(own) || known.is_sort_of_tasks(sort));
        if !(is_known_sort || is_work(text, title)) || sort.len() == word.len() || known.has(word) {
            continue;
        }
        let span = Span::new(criterion.text.span.start + id.start, criterion.text.span.start + id.end);
        let finding = Diagnostic::warning(
            &codes::CRITERION_WITH_ID,
            place(plan, item, span),
            format!("`{word}` is a criterion of `{own}` and no item"),
        )
        .cause("a box below an item, or in a section of conditions, is a condition of it")
        .hint(format!("take the line out one level, write `{own}.1`, or remove the id"));
        sink.push(finding);
    }
}

/// Whether a title says who does it, how long it takes, how urgent it is or what it waits for.
fn is_work(text: &str, title: Range<usize>) -> bool {
    let mut is_work = false;
    sugar::sugar(text, title, |sugar| is_work |= !matches!(sugar, Sugar::Tag(_)));
    is_work
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Reader, check, read};
    use crate::text::Source;

    /// What is reported by both readers about lines that are no items, as `line:column code`.
    fn said(text: &str) -> Vec<String> {
        let found = |reader| {
            let mut sink = Sink::new();
            let plan = read(vec![Source::new("p", text)], reader, &mut sink);
            check(&plan, &mut sink);
            let codes = [
                &codes::ALMOST_A_BOX,
                &codes::UNFORMED,
                &codes::ROW_WITHOUT_ID,
                &codes::HIDDEN_BOX,
                &codes::CRITERION_WITH_ID,
                &codes::BOX_WITHOUT_ID,
            ];
            let about = |finding: &Diagnostic| codes.iter().any(|code| code.name == finding.code.name);
            let shown = |d: Diagnostic| format!("{} {}", d.place.to_string().trim_start_matches("p:"), d.code);
            sink.into_sorted().into_iter().filter(about).map(shown).collect::<Vec<_>>()
        };
        let (fast, full) = (found(Reader::Fast), found(Reader::Full));
        assert_eq!(fast, full, "{text}");
        fast
    }

    fn in_plan(text: &str) -> Vec<String> {
        said(&format!("---\npassmuster: plan/1\n---\n{text}"))
    }

    #[test]
    fn signs_that_are_no_boxes_are_said() {
        for line in [
            "- [✓] T8: a",
            "- [~] T8: a",
            "- [] T8: a",
            "- [ x ] T8: a",
            "-[ ] T8: a",
            "- ☐ T8: a",
            "- 🔲 T8: a",
            "☑ T8 a",
            "– [ ] T8: a",
            "•\u{a0}[ ] T8: a",
            "a. [ ] T8: a",
            "- [x]T8: a",
            "text\n    - [ ] T8: a",
            "✅\u{fe0f} T8: a",
            "✅T8: a",
            "🟢 T8 a",
            "→ [ ] T8: a",
            "1.1. [ ] T8: a",
            "（1） [ ] T8: a",
            "- (x) T8: a",
            "- \\[ \\] T8: a",
            "- ［ ］ T8: a",
            "- [done] T8: a",
            "- TODO: T8 a",
            "[^2]: - [ ] T8: a",
            "%% - [ ] T8: a",
            "Now [ ] T8: a",
            "- [ ] T1: a<br>- [ ] T8: b",
            "id: T8",
        ] {
            let found = in_plan(&format!("{line}\n"));
            assert!(found.len() == 1 && found[0].ends_with("plan/almost-a-box"), "{line}: {found:?}");
        }
        for line in [
            "- [1] T8: a",
            "- [link] T8: a",
            "- ✅ done",
            "- [P] parallel",
            "☐ prose",
            "- [x](T8) a",
            "write `- [ ] T8: a`",
        ] {
            assert_eq!(in_plan(&format!("{line}\n")), [""; 0], "{line}");
        }
        // Below a task it is a part of it, and what speaks of an item is no loss.
        assert_eq!(in_plan("- [ ] T1: a\n  - [~] T8: b\n\n✅ T1: soon\n"), [""; 0]);
    }

    #[test]
    fn ids_without_the_form_of_an_item_are_said() {
        for (text, place) in [
            ("## T-4 Set up\n", "4:4"),
            ("## [T-4] Set up\n", "4:5"),
            ("## T-4. Set up\n", "4:4"),
            ("## P3-T2 Set up\n", "4:4"),
            ("## Ticket T-4: set up\n", "4:11"),
            ("## Tasks\n- T7 — plain\n", "5:3"),
            ("## Version 2\n- T7 — plain\n", "5:3"),
            ("## Tasks\n- `T7`: code\n", "5:4"),
            ("## Tasks\n- T7 plain\n", "5:3"),
            ("- T7: plain\n", "4:3"),
            ("- [T7] x\n", "4:4"),
            ("- [T7](#t7): x\n", "4:4"),
            ("**T7: bold**\n", "4:3"),
            ("#T7: no blank\n", "4:2"),
            ("### Task: T-7 set up\n", "4:11"),
            ("## Acceptance criteria\n- [ ] T7: a\n", "5:7"),
            ("| Name | Owner |\n|---|---|\n| T7 do it | ann |\n", "6:3"),
            ("- [ ] DB-1: a\n- DB-2: b\n", "5:3"),
            ("| ID | Feature | Build Status |\n|---|---|---|\n| E1-F1 | a | [ ] |\n", "6:3"),
            ("- [ ] T1: a\n\n  | ID | Task | Owner |\n  |---|---|---|\n  | T2 | b | ann |\n", "8:5"),
        ] {
            assert_eq!(in_plan(text), [format!("{place} plan/almost-an-item")], "{text}");
        }
        for text in [
            "## T-4 Set up\n- status: open\n",
            "## [T-4] Set up\n**Owner**: ann\n",
            "- [ ] T-4: a\n\n## T-4 in detail\n",
            "## Version 2\n- T7 plain\n",
            "## Version 2\n- see T7\n- T7 is done\n",
            "- R-1: a risk\n- FR-001: a requirement\n",
            "T7 is done\n",
            "## Acceptance criteria\n- T7: works\n",
            "## 1.2 Overview\n",
            "## 1.2 Set up\n**Owner**: ann\n",
            "## Step 3: set up\n- status: open\n",
        ] {
            assert_eq!(in_plan(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn rows_without_ids_are_said() {
        let table = |row: &str| in_plan(&format!("| ID | Task | Owner |\n|---|---|---|\n| T1 | a | ann |\n{row}\n"));
        assert_eq!(table("| set up | b | ann |"), ["7:3 plan/row-without-id"]);
        for row in ["|  | sum | |", "| **Total** | 9h | |", "| [ID] | [title] | |", "| - | b | |", "| x | | |"] {
            assert_eq!(table(row), [""; 0], "{row}");
        }
        assert_eq!(in_plan("| Done | Task |\n|---|---|\n| [ ] | T2: b |\n"), ["6:3 plan/almost-a-box"]);
    }

    #[test]
    fn boxes_that_nobody_reads_are_said() {
        for (text, place) in [
            ("> - [ ] T1: a\n> - [x] T2: b\n", "4:9"),
            ("a\n\n    - [ ] T1: a\n", "6:11"),
            ("<div>\n- [ ] T1: a\n</div>\n", "5:7"),
            ("<ul>\n<li>[ ] T1: a</li>\n</ul>\n", "5:9"),
            ("<ul>\n<li><input type=\"checkbox\"> DB-1: a</li>\n</ul>\n", "5:29"),
            ("<table>\n<tr><td>T1</td><td>a</td></tr>\n</table>\n", "5:9"),
            ("```mermaid\ngantt\n  T1 set up :a1, 3d\n```\n", "6:3"),
            ("a\n\n```\nb\n- [ ] T1: a\n", "8:7"),
            ("a\n\n<!-- b\n- [ ] T1: a\n", "7:7"),
            ("> - [ ] without an id\n", "4:5"),
            ("- [ ] DB-1: a\n\n  > - [ ] DB-2: b\n", "6:11"),
            ("## Epic E: a\n\nb\n\n    - [ ] docs: c\n", "8:11"),
        ] {
            assert_eq!(in_plan(text), [format!("{place} plan/hidden-box")], "{text}");
        }
        for text in [
            "```\n- [ ] T1: a\n```\n",
            "- ~~~\n  - [ ] T1: a\n  ~~~\n",
            "```mermaid\ngraph TD\n  DB-1[a] --> x\n```\n",
            "<!--\n- [ ] T1: a\n-->\n",
            "<!-- - [ ] T1: a -->\n",
            "> see T1\n",
            "- [ ] T1: a\n\n> - [x] T1: a\n",
            "- [ ] T1: a\n\n  > - [ ] without an id\n  > - [ ] docs: in a note\n",
            "## Epic E: a\n\n> - [ ] in a note\n",
        ] {
            assert_eq!(in_plan(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn criteria_that_look_like_tasks_are_said() {
        assert_eq!(said("- [ ] T1: a\n  - [ ] T2: b\n"), ["2:9 plan/criterion-with-id"]);
        let of_phase = "## Phase 1: a\n- [ ] DB-1: a\n\n### Acceptance\n- [ ] DB-2: b\n- [ ] AC-1: c\n";
        assert_eq!(said(of_phase), ["5:7 plan/criterion-with-id"]);
        // Ids of another sort are those of items where the rest of the line is that of one.
        for rest in ["a ~2h", "a @ada", "a P1", "a (depends on T1)"] {
            let text = format!("- [ ] E1: a\n  - [ ] AC-1: b\n    - [ ] F-2: {rest}\n");
            assert_eq!(said(&text), ["3:11 plan/criterion-with-id"], "{rest}");
        }
        // The label holds for what stands below it, and not for the next task.
        assert_eq!(
            said("- [ ] DB-1: a\n\nAcceptance:\n\n- quick\n\n- [ ] DB-2: b\n- [ ] c\n"),
            ["8:7 plan/box-without-id"]
        );
        for text in ["- [ ] T1: a\n  - [ ] AC1: b\n", "- [ ] T1: a\n  - [ ] T1.1: b\n", "- [ ] T1: a\n  - [ ] Two b\n"]
        {
            assert_eq!(said(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn boxes_without_ids_are_counted() {
        assert_eq!(said("- [ ] T1: a\n- [ ] b\n- [ ] c\n"), ["2:7 plan/box-without-id"]);
        assert_eq!(in_plan("- [ ] b\n- [ ] c\n").len(), 2);
    }

    #[test]
    fn rows_of_tables_without_ids_are_counted() {
        let table = |head: &str, rows: &str| said(&format!("- [ ] T1: a\n\n## x\n\n| {head} |\n|---|---|\n{rows}"));
        for (head, rows) in [
            ("Task | Owner | Status", "| Set up | ann | done |\n| Write | ben | |\n"),
            ("# | Task | Status", "| 1 | Set up | done |\n"),
            ("Phase | Status", "| 1. Scaffold | complete |\n"),
            ("任务 | 状态", "| 部署 | 完成 |\n"),
            ("Task | Fixes", "| **1.1** Lock | C1 |\n| 1.2: Kill | C2 |\n"),
        ] {
            let found = table(head, rows);
            assert!(found.len() == 1 && found[0].ends_with(" plan/row-without-id"), "{head}: {found:?}");
        }
        for (head, rows) in [
            ("Task | Owner | Status", "| T1 | ann | done |\n| a | ann | done |\n| **Total** | | |\n| [task] | | |\n"),
            ("Name | Status", "| Set up | done |\n"),
            ("Feature | Notes", "| Search | fast |\n"),
            ("Phase | Duration", "| Set up | 3d |\n"),
            ("Task | Command", "| Build it | `make` |\n"),
        ] {
            assert_eq!(table(head, rows), [""; 0], "{head}");
        }
        // Below a task a table is a part of it.
        assert_eq!(said("### T-1: a\n\n| Task | Status |\n|---|---|\n| x | done |\n"), [""; 0]);
    }

    #[test]
    fn list_items_below_a_heading_of_tasks_are_counted() {
        assert_eq!(said("# TODO\n\n- set up\n"), ["3:3 plan/almost-an-item"]);
        for heading in ["Tasks", "🚀 Next steps", "2. Remaining tasks:", "待办", "Backlog\n\n### High"] {
            assert_eq!(said(&format!("## {heading}\n\n- set up\n  - with care\n* write\n")).len(), 1, "{heading}");
        }
        for text in [
            "## Task template\n\n- set up\n",
            "## Multitasks\n\n- set up\n",
            "# All tasks\n\n- set up\n",
            "## Tasks\n\n- [ ] T1: a\n  - set up\n- T1 is late\n",
            "## Tasks\n\n- owner: ann\n- [overview](#a)\n",
            "## Tasks\n\n### Acceptance criteria\n- quick\n",
            "## Phase 1: tasks\n\n- set up\n",
        ] {
            assert_eq!(said(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn numbered_headings_below_a_phase_are_counted() {
        for heading in ["1.1 Set up", "1. Set up", "Step 1: set up", "F5. Set up", "Step 1.1: set up"] {
            assert_eq!(said(&format!("## Phase 1: a\n\n### {heading}\n\nx\n")).len(), 1, "{heading}");
        }
        for text in [
            "## Phase 1: a\n\n### 1.1 Set up\n- status: open\n",
            "## Phase 1: a\n\n### Task 1.1: a\n\n#### 1.1 In detail\n",
            "## Phase 1: a\n\n### Acceptance criteria\n\n#### 1. Works\n",
            "## Phase 1: a\n\n### Task 1: a\n\n#### Step 1: b\n",
            "- [ ] T1: a\n\n## 1.1 Overview\n",
        ] {
            assert_eq!(said(text), [""; 0], "{text}");
        }
    }
}
