//! The canonical form of one plan file.
//!
//! Domain layer. Changes only what it understands: boxes of items and criteria, the words between box and title, field
//! lines, and what columns and front matter call a field; prose, comments, code, blank lines and order stay.

use super::carrier::record;
use super::carrier::table::{self, Line, Table};
use super::edit::{Edit, apply};
use super::field::Key;
use super::item::Field;
use super::line::{self, Head};
use super::{Carrier, Item, Reader, meaning, read};
use crate::diag::Sink;
use crate::doc::front_matter;
use crate::text::{Source, Span};

/// Returns the canonical form of a plan file. Formatting twice gives the same as once, and the plan means the same.
///
/// A paragraph of nothing but fields below a heading (`**Depends on**: T0`) becomes a list, where every item of the
/// file still says the same afterwards; one that cannot does not keep the others from it. A row of a table stays one, and
/// front matter stays front matter, since other columns and keys would have no place in a list of fields; what names a
/// field there is written as everywhere: `Needs` above a column, `needs:` in front matter.
///
/// ```
/// use passmuster::{plan::format, text::Source};
/// let source = Source::new("plan.md", "*  [X] T1 - Title\n   - Depends On:   T0\n");
/// assert_eq!(format(&source), "-  [x] T1: Title\n   - needs: T0\n");
/// ```
pub fn format(source: &Source) -> String {
    let plan = read(vec![source.clone()], Reader::Full, &mut Sink::new());
    if plan.files[0].format.is_some_and(|format| format > 1) {
        return source.text().to_owned();
    }
    let mut edits = Vec::new();
    // What is tried one by one, if not all of it can be.
    let mut lists = Vec::new();
    if plan.items.iter().any(|item| item.carrier == Carrier::File) {
        format_front(source, &mut lists);
    }
    format_heads(source, &plan.items, plan.files[0].format.is_some(), &mut lists);
    for item in &plan.items {
        format_marks(source, item, &mut edits);
        match item.carrier {
            Carrier::Checkbox => format_head(source, item, &mut edits),
            Carrier::Row => format_cell(source, item, &mut edits),
            Carrier::Heading | Carrier::Bullet | Carrier::File => {}
        }
        format_fields(source, item, &mut edits);
        if item.carrier == Carrier::Heading {
            format_paragraphs(source, item, &mut lists);
        }
    }
    // A text whose meaning would change is left alone.
    let before = meaning::all(&plan);
    let kept = |edits: &[Edit]| {
        let text = apply(source.text(), edits);
        let again = read(vec![Source::new(source.path(), text.as_str())], Reader::Full, &mut Sink::new());
        (before == meaning::all(&again)).then_some(text)
    };
    if let Some(text) = kept(&[edits.as_slice(), &lists.concat()].concat()) {
        return text;
    }
    // One paragraph that stands in the way costs the others nothing, unless there are very many to try.
    let mut goes_on = lists.len() <= TRIES;
    while goes_on {
        let before = lists.len();
        lists.retain(|list| {
            let more = [edits.as_slice(), list].concat();
            let fits = kept(&more).is_some();
            if fits {
                edits = more;
            }
            !fits
        });
        goes_on = lists.len() < before;
    }
    kept(&edits).unwrap_or_else(|| source.text().to_owned())
}

/// How many paragraphs are tried one by one.
const TRIES: usize = 32;

fn format_marks(source: &Source, item: &Item, edits: &mut Vec<Edit>) {
    for mark in item.mark_span.into_iter().chain(item.criteria().map(|criterion| criterion.mark)) {
        if source.slice(mark) == "[X]" {
            replace(source, mark, "[x]", edits);
        }
        format_bullet(source, mark.start, edits);
    }
}

/// Makes the bullet in front of `content` a `-`, where nothing but blanks stands before it.
fn format_bullet(source: &Source, content: usize, edits: &mut Vec<Edit>) {
    let before = &source.text()[..content];
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let bullet = line.trim_end();
    if matches!(bullet.trim_start(), "*" | "+") {
        let at = content - line.len() + bullet.len() - 1;
        replace(source, Span::new(at, at + 1), "-", edits);
    }
}

/// `**T1** - title` becomes `T1: title`.
fn format_head(source: &Source, item: &Item, edits: &mut Vec<Edit>) {
    let Some(mark) = item.mark_span else { return };
    let rest = source.slice(Span::new(mark.end, item.line.end));
    let text = rest.trim();
    let Head::Id { id, title } = line::checkbox(text, true) else { return };
    // Emphasis around id and title belongs to the person.
    if title.is_empty() || title.end != text.len() {
        return;
    }
    let at = mark.end + rest.len() - rest.trim_start().len();
    replace(source, Span::new(mark.end, at + id.start), " ", edits);
    replace(source, Span::new(at + id.end, at + title.start), ": ", edits);
}

/// `| **T1** |` becomes `| T1     |`: the columns of the text stay where they are.
fn format_cell(source: &Source, item: &Item, edits: &mut Vec<Edit>) {
    let (id, line) = (item.id.span, item.line);
    let (before, after) = (source.slice(Span::new(line.start, id.start)), source.slice(Span::new(id.end, line.end)));
    let opened = before.len() - before.trim_end_matches(['*', '`']).len();
    let closed = after.len() - after.trim_start_matches(['*', '`']).len();
    let alone = before[..before.len() - opened].trim_end().ends_with('|') || before.len() == opened;
    if opened > 0 && opened == closed && alone && after[closed..].trim_start().starts_with('|') {
        let whole = Span::new(id.start - opened, id.end + closed);
        replace(source, whole, &format!("{}{}", source.slice(id), " ".repeat(opened + closed)), edits);
    }
}

/// `| Depends on |` above rows that are items becomes `| Needs      |`, unless two columns would have one name then.
fn format_heads(source: &Source, items: &[Item], declared: bool, lists: &mut Vec<Vec<Edit>>) {
    let mut rows = items.iter().filter(|item| item.carrier == Carrier::Row).map(|item| item.id.span.start).peekable();
    let (mut table, mut done) = (Table::default(), None);
    let mut at = 0;
    for whole in source.text().split_inclusive('\n') {
        if rows.peek().is_none() {
            return;
        }
        let line = whole.trim();
        let start = at + (whole.len() - whole.trim_start().len());
        at += whole.len();
        let line = Span::new(start, start + line.len());
        if !table.is_line(source.text(), line) {
            continue;
        }
        let is_row = matches!(table.line(source.text(), line, declared), Line::Row(_));
        let mut is_item = false;
        while rows.next_if(|&id| id < at).is_some() {
            is_item = is_row;
        }
        if is_item && done != Some(table.header()) {
            done = Some(table.header());
            let header = table.header();
            let renamed = table::renamed_heads(source.slice(header)).into_iter();
            let edit = |(range, text): (std::ops::Range<usize>, String)| Edit {
                span: Span::new(header.start + range.start, header.start + range.end),
                text,
            };
            lists.extend(renamed.map(|head| vec![edit(head)]));
        }
    }
}

/// `Depends_On: [T0]` in front matter becomes `needs: [T0]`, unless that key stands there as well.
fn format_front(source: &Source, lists: &mut Vec<Vec<Edit>>) {
    let Some(front) = front_matter(source.text()) else { return };
    let entries = record::entries(source.text(), front.body);
    let named = |key: Key| entries.iter().filter(|entry| record::key(source.slice(entry.word)) == Some(key)).count();
    for entry in &entries {
        let word = source.slice(entry.word);
        let Some(key) = record::key(word).filter(|key| named(*key) == 1) else { continue };
        if let Some(canonical) = key.canonical().filter(|canonical| *canonical != word) {
            lists.push(vec![Edit { span: entry.word, text: canonical.to_owned() }]);
        }
    }
}

/// `* **Depends on**:  X` becomes `- needs: X`; keys whose values follow below stay.
fn format_fields(source: &Source, item: &Item, edits: &mut Vec<Edit>) {
    for field in &item.fields {
        let Some((word, canonical)) = field.word.zip(field.key.canonical()) else { continue };
        let before = &source.text()[..word.start];
        let lead = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let emphasis = lead.len() - lead.trim_end_matches(['*', '_']).len();
        let bulleted = matches!(lead[..lead.len() - emphasis].trim(), "-" | "*" | "+");
        let wrapped = emphasis == 1 || emphasis > 0 && source.slice(field.value).ends_with(['*', '_']);
        if !bulleted || wrapped {
            continue;
        }
        let start = word.start - emphasis;
        replace(source, Span::new(start, field.value.start), &format!("{canonical}: "), edits);
        format_bullet(source, start, edits);
    }
}

/// `**Depends on**: X` becomes `- needs: X` where the whole paragraph is such lines, and nothing below would become a
/// part of the new list.
fn format_paragraphs(source: &Source, item: &Item, lists: &mut Vec<Vec<Edit>>) {
    let text = source.text();
    let mut run: Vec<(Span, Edit)> = Vec::new();
    for line in item.fields.iter().filter_map(|field| field_line(source, field)) {
        if run.last().is_some_and(|(above, _)| above.end != line.0.start) {
            take_paragraph(text, item, &mut run, lists);
        }
        run.push(line);
    }
    take_paragraph(text, item, &mut run, lists);
}

/// A line that is one field and no list item, with its line end, and what makes it one.
fn field_line(source: &Source, field: &Field) -> Option<(Span, Edit)> {
    let text = source.text();
    let (word, canonical) = field.word.zip(field.key.canonical())?;
    let start = text[..word.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[field.value.end..].find('\n').map_or(text.len(), |at| field.value.end + at + 1);
    let emphasis = &text[start..word.start];
    let bare = emphasis.trim_end_matches(['*', '_']).is_empty() && emphasis.len() != 1;
    let wrapped = source.slice(field.value).ends_with(['*', '_']);
    let alone = text.get(word.end..field.value.start).is_some_and(|between| !between.contains('\n'))
        && text[field.value.end..end].trim().is_empty();
    let edit = Edit { span: Span::new(start, field.value.start), text: format!("- {canonical}: ") };
    (bare && !wrapped && alone).then(|| (Span::new(start, end), edit))
}

/// Takes the edits of a run of lines when the run is a paragraph of its own.
fn take_paragraph(text: &str, item: &Item, run: &mut Vec<(Span, Edit)>, lists: &mut Vec<Vec<Edit>>) {
    let run = std::mem::take(run);
    let (Some((first, _)), Some((last, _))) = (run.first(), run.last()) else { return };
    let above = text[..first.start].lines().next_back().unwrap_or("");
    let begins = above.trim().is_empty() || text[item.line.end..first.start].trim().is_empty();
    let below = &text[last.end..];
    let next = below.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let ends = below.lines().next().is_none_or(|line| line.trim().is_empty() || line.starts_with('#'));
    if begins && ends && !next.starts_with([' ', '\t']) {
        lists.push(run.into_iter().map(|(_, edit)| edit).collect());
    }
}

fn replace(source: &Source, span: Span, text: &str, edits: &mut Vec<Edit>) {
    if source.slice(span) != text {
        edits.push(Edit { span, text: text.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::plan_text;
    use proptest::prelude::*;

    fn formatted(text: &str) -> String {
        format(&Source::new("p", text))
    }

    #[test]
    fn what_is_understood_becomes_canonical() {
        for (before, after) in [
            ("* [X] **T1** - Title [P]\r\n  + **Depends on:**  T0\r\n", "- [x] T1: Title [P]\r\n  - needs: T0\r\n"),
            ("- [ ]   T014 [P] [US1] Create x\n", "- [ ] T014: [P] [US1] Create x\n"),
            ("- [ ] 2.3 Do\n  - [X] c\n  - Assignee: ann", "- [ ] 2.3: Do\n  - [x] c\n  - owner: ann"),
            ("- [ ] #15 - x\n", "- [ ] 15: x\n"),
            (
                "| ID | Task | Done |\n|---|---|---|\n| **T1** | a | [X] |\n| `T2` | b | |\n",
                "| ID | Task | Done |\n|---|---|---|\n| T1     | a | [x] |\n| T2   | b | |\n",
            ),
            (
                "| ID | Task | **Depends On** | Done? |\n|---|---|----------------|---|\n| T1 | a | `T2`       | |\n",
                "| ID | Task | **Needs**      | Done? |\n|---|---|----------------|---|\n| T1 | a | `T2`       | |\n",
            ),
            (
                "a\n\n  | ID | Task | Prio |\r\n  |---|---|---|\r\n  | T1 | a | P1 |\r\n",
                "a\n\n  | ID | Task | Priority |\r\n  |---|---|---|\r\n  | T1 | a | P1 |\r\n",
            ),
            (
                "---\nid: T1 # x\nAssignee: \"ann\" # y\nDepends_On:\n  - T2\nOther: z\n---\n# a\n",
                "---\nid: T1 # x\nowner: \"ann\" # y\nneeds:\n  - T2\nOther: z\n---\n# a\n",
            ),
            ("### T-1: a\n**Dependencies**: T-2\n", "### T-1: a\n- needs: T-2\n"),
            (
                "### T-1: a\r\n\r\n**Depends on:** T-2\r\n__Owner__: ann\r\nEstimate: 3h\r\n\r\nprose\r\n",
                "### T-1: a\r\n\r\n- needs: T-2\r\n- owner: ann\r\n- estimate: 3h\r\n\r\nprose\r\n",
            ),
            ("### T-1: a\n**Status**: [X]\n**Owner**: ann\n", "### T-1: a\n- status: [x]\n- owner: ann\n"),
            ("### T-1: a\n**Owner**: ann", "### T-1: a\n- owner: ann"),
            ("- [ ] T1: -x flag\n", "- [ ] T1: -x flag\n"),
            ("- [ ] T1：宽\n  - 依赖：T2、T3\n", "- [ ] T1: 宽\n  - needs: T2、T3\n"),
        ] {
            assert_eq!(formatted(before), after);
        }
    }

    #[test]
    fn what_is_not_understood_stays() {
        let text = "prose  *  x\n\n<!-- * [X] T1 x -->\n```\n* [X] T1 x\n```\n> * [X] T1 x\n* [X] prose\n  + Neds: x\n";
        assert_eq!(formatted(text), text);
        for text in [
            "### T-1: a\n**Owner**: ann\nprose goes on\n",
            "### T-1: a\nprose\n**Owner**: ann\n",
            "### T-1: a\n**Owner**: ann\n**Files**:\n- a.rs\n",
            "### T-1: a\n**Owner**: ann\n\n  indented\n",
            "| ID | Task | Depends On | Blocked by |\n|---|---|---|---|\n| T1 | a | T2 | T3 |\n",
            "| ID | Depends On |\n|---|---|\n| FR-1 | x |\n",
            "| ID | Task | Depends On |\n|---|---|---|\n",
            "---\nid: T1\nassignee: ann\nowner: ben\n---\n# a\n",
            "---\ntitle: x\nAssignee: ann\n---\n# a\n",
        ] {
            assert_eq!(formatted(text), text);
        }
        let newer = "---\npassmuster: plan/9\n---\n* [X] T1 x\n";
        assert_eq!(formatted(newer), newer);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn formatting_twice_is_formatting_once_and_means_the_same(text in plan_text()) {
            let once = formatted(&text);
            prop_assert_eq!(&formatted(&once), &once);
            let plan = |text: &str| read(vec![Source::new("p", text)], Reader::Full, &mut Sink::new());
            prop_assert_eq!(meaning::all(&plan(&text)), meaning::all(&plan(&once)));
        }
    }
}
