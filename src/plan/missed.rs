//! What looks like an item and was read as something else: no task leaves a plan without a word.
//!
//! Domain layer. The builder keeps the places in mind, which costs it next to nothing; the rule looks at them when
//! a plan is checked. What only mentions an item that is written elsewhere in the plan is not reported.

use super::check::place;
use super::line::{self, Head};
use super::{Item, Plan, PlanFile, codes};
use crate::diag::{Diagnostic, Place, Severity, Sink};
use crate::text::{Span, visible};
use std::ops::Range;

/// A place where somebody may have meant an item.
#[derive(Clone, Debug)]
pub(crate) enum Missed {
    /// A line with a sign that is no box, and the id after it; in a table without one.
    Box { sign: Span, id: Option<Span> },
    /// A line that begins with an id.
    Unformed { id: Span, form: Form },
    /// What stands for an id in a row of a table of tasks.
    RowWithoutId(Span),
    /// Boxes without ids of a file that does not call itself a plan.
    Unnamed { first: Span, count: usize },
    /// Lines that are no part of the outline: code, HTML, quotes.
    Hidden(Span),
}

/// What a line is that begins with an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Heading,
    Bullet,
    /// A row of a table that stands below a task.
    Row,
}

/// Pictures that people draw instead of a box.
const PICTURES: [char; 17] =
    ['☐', '☑', '☒', '✅', '✔', '✓', '✗', '❌', '⬜', '🔲', '🔳', '◻', '□', '■', '⏳', '🚧', '🔄'];

/// Reads a line that begins with something like a box and an id: where both stand.
pub(super) fn almost_a_box(text: &str, declared: bool) -> Option<(Range<usize>, Range<usize>)> {
    let bullets = ['-', '*', '+', '•', '–', '—', '·', ':'];
    // `a.` and `1)` are bullets, too.
    let bytes = text.as_bytes();
    let letters = bytes.iter().take(3).take_while(|b| b.is_ascii_alphanumeric()).count();
    let numbered = matches!(bytes.get(letters), Some(b'.' | b')')).then_some(letters).filter(|letters| *letters > 0);
    let words = &text[numbered.map_or(0, |end| end + 1)..];
    let start = text.len() - words.trim_start_matches(|c: char| bullets.contains(&c) || c.is_whitespace()).len();
    let end = start + sign(&text[start..])?;
    let words = text[end..].trim_start();
    let Head::Id { id, .. } = line::checkbox(words, declared) else { return None };
    let at = text.len() - words.len();
    Some((start..end, at + id.start..at + id.end))
}

/// The length of what stands for a box: at most one character between brackets, or a picture with a blank after it.
fn sign(text: &str) -> Option<usize> {
    let plain = |c: &char| *c != '\u{fe0f}';
    if let Some(inner) = text.strip_prefix('[') {
        let said = &inner[..inner.find(']')?];
        let one = said.trim().chars().filter(plain).count() < 2 && !said.contains(|c: char| c.is_ascii_digit());
        return one.then_some(said.len() + 2);
    }
    let rest = text.strip_prefix(PICTURES)?.trim_start_matches('\u{fe0f}');
    rest.starts_with(char::is_whitespace).then_some(text.len() - rest.len())
}

/// Whether a text begins with a proper box.
pub(super) fn begins_with_box(text: &str) -> bool {
    ["[ ]", "[x]", "[X]"].iter().any(|sign| text.starts_with(sign))
}

/// Reports what may have been meant as an item.
pub(super) fn report(plan: &Plan, sink: &mut Sink) {
    for file in &plan.files {
        for missed in &file.missed {
            sink.extend(finding(plan, file, missed));
        }
    }
    for item in &plan.items {
        criteria_with_ids(plan, item, sink);
    }
}

fn finding(plan: &Plan, file: &PlanFile, missed: &Missed) -> Option<Diagnostic> {
    let source = &file.source;
    let warning = |code, span, message| Diagnostic::warning(code, Place::text(source, span), message);
    let known = |id: Span| plan.find(source.slice(id)).is_some();
    match *missed {
        Missed::Box { sign, id: Some(id) } => (!known(id)).then(|| {
            warning(&codes::ALMOST_A_BOX, sign, format!("`{}` has no box, so it is no item", source.slice(id)))
                .cause("a box is `[ ]` or `[x]` after `- `, with a blank behind it")
                .hint("write `- [ ] ` or `- [x] `; for what is taken out of the plan write `status: dropped` below")
        }),
        Missed::Box { sign, id: None } => Some(
            warning(&codes::ALMOST_A_BOX, sign, "the box in this row is no item".into())
                .cause("a table of tasks has columns for ids, titles and at least one field, such as the status")
                .hint("write `- [ ] ID: title`, or `ID`, `Task` and `Status` into the header"),
        ),
        Missed::Unformed { id, form } => (!known(id)).then(|| {
            let name = source.slice(id);
            let finding = warning(&codes::UNFORMED, id, format!("`{name}` is no item"));
            match form {
                Form::Heading => finding
                    .cause("the heading begins with an id, but neither a colon nor a field follows")
                    .hint(format!("write `{name}: title`, or a field such as `- status: open` below")),
                Form::Bullet => finding.cause("the list item has no box").hint(format!("write `- [ ] {name}: title`")),
                Form::Row => finding
                    .cause("the table stands inside a task, so its rows are a part of that task")
                    .hint("move the table out of the task, below a heading"),
            }
        }),
        Missed::RowWithoutId(cell) => Some(
            warning(
                &codes::ROW_WITHOUT_ID,
                cell,
                format!("`{}` is no id, so the row is no item", visible(source.slice(cell))),
            )
            .hint("write an id such as `T-1` into the column of ids"),
        ),
        Missed::Unnamed { first, count } => {
            let (message, them) = match count {
                1 => ("a box has no id, so it is no item".to_owned(), "it"),
                _ => (format!("{count} boxes have no id, so they are no items; this is the first"), "them"),
            };
            let at = Place::text(source, first);
            let finding = Diagnostic::new(&codes::BOX_WITHOUT_ID, Severity::Note, at, message);
            Some(finding.hint(format!("run `passmuster fmt --ids` to give {them} one")))
        }
        Missed::Hidden(span) => hidden(plan, file, span),
    }
}

/// What a line of a hidden part stands in.
enum Inside {
    Nothing,
    Html,
    Fence(String),
    Comment,
}

/// Looks for boxes in lines that are no part of the outline. Closed fences and comments are examples and remarks.
fn hidden(plan: &Plan, file: &PlanFile, span: Span) -> Option<Diagnostic> {
    let text = file.source.text();
    // A fence may begin on the line of a list item, which is a part of the outline.
    let above = &text.as_bytes()[..span.start.saturating_sub(1)];
    let start = memchr::memrchr(b'\n', above).map_or(0, |at| at + 1);
    let mut inside = Inside::Nothing;
    let mut open_since = 0;
    let mut found: Vec<(Span, &str)> = Vec::new();
    let mut closed = 0;
    let mut at = start;
    for line in text[start..span.end].split_inclusive('\n') {
        let from = at;
        at += line.len();
        let words = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '-' | '*' | '+'));
        match &inside {
            Inside::Fence(fence) if words.starts_with(fence.as_str()) => {
                inside = Inside::Nothing;
                found.truncate(closed);
                continue;
            }
            Inside::Comment if line.contains("-->") => {
                inside = Inside::Nothing;
                found.truncate(closed);
                continue;
            }
            Inside::Html if words.is_empty() => inside = Inside::Nothing,
            Inside::Nothing if words.starts_with("```") || words.starts_with("~~~") => {
                let mark = &words[..1];
                let len = words.len() - words.trim_start_matches(mark).len();
                (inside, open_since, closed) = (Inside::Fence(mark.repeat(len)), from, found.len());
                continue;
            }
            Inside::Nothing if words.starts_with("<!--") => {
                if !words.contains("-->") {
                    (inside, open_since, closed) = (Inside::Comment, from, found.len());
                }
                continue;
            }
            Inside::Nothing if words.starts_with('<') => inside = Inside::Html,
            Inside::Nothing | Inside::Html | Inside::Fence(_) | Inside::Comment => {}
        }
        let why = match &inside {
            _ if line.trim_start().starts_with('>') => "what stands in a quote is no part of the plan",
            Inside::Html => "what stands in HTML is no part of the plan",
            _ => "it is indented so far that Markdown takes it for code",
        };
        if from >= span.start {
            found.extend(hidden_box(plan, file, Span::new(from, at)).map(|span| (span, why)));
        }
    }
    let &(first, why) = found.first()?;
    let since = |what: &str| format!("the {what} that begins in line {} has no end", line_number(file, open_since));
    let cause = match inside {
        Inside::Fence(_) if closed == 0 => since("code block"),
        Inside::Comment if closed == 0 => since("comment"),
        _ => why.to_owned(),
    };
    let more = match found.len() - 1 {
        0 => String::new(),
        1 => ", nor is one more after it".to_owned(),
        more => format!(", nor are {more} more after it"),
    };
    let message = format!("`{}` is hidden here and no item{more}", visible(file.source.slice(first)));
    let finding = Diagnostic::warning(&codes::HIDDEN_BOX, Place::text(&file.source, first), message);
    Some(finding.cause(cause).hint("move it out, or close what is open; examples belong between two lines of ```"))
}

/// A line that looks like a box of a task: its id, or the box where the file calls itself a plan.
fn hidden_box(plan: &Plan, file: &PlanFile, line: Span) -> Option<Span> {
    let text = file.source.slice(line);
    let declared = file.format.is_some();
    let tag = |text: &str| text.trim_start().strip_prefix('<').and_then(|rest| rest.find('>')).is_some();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let quoted = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
        at = text.len() - quoted.len();
        if !tag(quoted) {
            break;
        }
        at += quoted.find('>')? + 1;
    }
    let words = text[at..].trim_end();
    let lead = words.len() - words.trim_start_matches(['-', '*', '+', ' ', '\t']).len();
    if let Some((_, id)) = almost_a_box(words, declared) {
        let id = Span::new(line.start + at + id.start, line.start + at + id.end);
        return plan.find(file.source.slice(id)).is_none().then_some(id);
    }
    let unnamed = declared && lead > 0 && begins_with_box(&words[lead..]) && words.len() > lead + 4;
    unnamed.then(|| Span::new(line.start + at + lead, line.start + at + words.len()))
}

fn line_number(file: &PlanFile, offset: usize) -> usize {
    file.source.line_column(offset).line
}

/// Criteria that have an id like that of their item, as if they were items.
fn criteria_with_ids(plan: &Plan, item: &Item, sink: &mut Sink) {
    let own = item.id.as_str();
    let letters = |id: &str| id.find(|c: char| c.is_ascii_digit()).unwrap_or(id.len());
    let prefix = letters(own);
    if prefix == 0 || prefix == own.len() {
        return;
    }
    for criterion in item.criteria().filter(|criterion| criterion.text.value.starts_with(&own[..prefix])) {
        let Head::Id { id, .. } = line::checkbox(criterion.text.value, false) else { continue };
        let word = &criterion.text.value[id.clone()];
        if letters(word) != prefix || word.len() == prefix || plan.find(word).is_some() {
            continue;
        }
        let span = Span::new(criterion.text.span.start + id.start, criterion.text.span.start + id.end);
        let finding = Diagnostic::warning(
            &codes::CRITERION_WITH_ID,
            place(plan, item, span),
            format!("`{word}` is a criterion of `{own}` and no item"),
        )
        .cause("a box below a task is a condition of it")
        .hint(format!("take the line out one level, write `{own}.1`, or remove the id"));
        sink.push(finding);
    }
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
        ] {
            let found = in_plan(&format!("{line}\n"));
            assert!(found.len() == 1 && found[0].ends_with("plan/almost-a-box"), "{line}: {found:?}");
        }
        for line in
            ["- [1] T8: a", "- [link] T8: a", "- ✅ done", "- [P] parallel", "☐ prose", "- [x](T8) a", "✅T8: a"]
        {
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
            ("## Ticket T-4: set up\n", "4:11"),
            ("## Tasks\n- T7 — plain\n", "5:3"),
            ("## Tasks\n- `T7`: code\n", "5:4"),
            ("- [ ] T1: a\n\n  | ID | Task | Owner |\n  |---|---|---|\n  | T2 | b | ann |\n", "8:5"),
        ] {
            assert_eq!(in_plan(text), [format!("{place} plan/almost-an-item")], "{text}");
        }
        for text in [
            "## T-4 Set up\n- status: open\n",
            "## [T-4] Set up\n**Owner**: ann\n",
            "- [ ] T-4: a\n\n## T-4 in detail\n",
            "## Version 2\n- T7 — plain\n",
            "## Tasks\n- see T7\n- T7 is done\n",
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
            ("a\n\n```\nb\n- [ ] T1: a\n", "8:7"),
            ("a\n\n<!-- b\n- [ ] T1: a\n", "7:7"),
            ("> - [ ] without an id\n", "4:5"),
        ] {
            assert_eq!(in_plan(text), [format!("{place} plan/hidden-box")], "{text}");
        }
        for text in [
            "```\n- [ ] T1: a\n```\n",
            "- ~~~\n  - [ ] T1: a\n  ~~~\n",
            "<!--\n- [ ] T1: a\n-->\n",
            "<!-- - [ ] T1: a -->\n",
            "> see T1\n",
            "- [ ] T1: a\n\n> - [x] T1: a\n",
        ] {
            assert_eq!(in_plan(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn criteria_that_look_like_tasks_are_said() {
        assert_eq!(said("- [ ] T1: a\n  - [ ] T2: b\n"), ["2:9 plan/criterion-with-id"]);
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
}
