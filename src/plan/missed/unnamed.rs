//! What looks like a task and has no id: boxes, rows of tables, numbered headings, lines with a level and a number.
//!
//! Domain layer. A document can hold very many of them, so those of one sort are told once: how many there are, and
//! where the first one stands. What speaks about an item that is written elsewhere is not counted.

use super::{Known, codes, mend};
use crate::diag::{Code, Diagnostic, Fix, Place, Safety, Severity};
use crate::plan::{Kind, PlanFile, level, line, naming};
use crate::text::{Source, Span};

/// What has no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unnamed {
    /// A box of a file that does not call itself a plan; in others they are told one by one.
    Box,
    /// A row of a table whose header says `Task` and `Status`, but not `ID`.
    Row,
    /// A numbered heading below a phase or an epic.
    Step,
    /// A list item without a box below `## Tasks`.
    Bullet,
    /// A line such as `**Task 1: Set up**` that is no heading.
    Level,
}

/// Tells that a box has no id, with the id that `fmt --ids` would give it.
pub(super) fn bare_box(known: &Known<'_>, source: &Source, mark: Span, words: Span) -> Diagnostic {
    let place = Place::text(source, mark.to(words));
    Diagnostic::warning(&codes::BOX_WITHOUT_ID, place, "the box has no id, so it is no item")
        .hint("write `- [ ] ID: title`, run `passmuster fmt --ids`, or move it under its task as a criterion")
        .fixed_by(Some(name_for(known, source, words)))
}

/// The id of a box in front of its words.
fn name_for(known: &Known<'_>, source: &Source, words: Span) -> Fix {
    let id = naming::id_of(source.slice(words), |id| known.has(id));
    Fix { span: Span::at(words.start), text: format!("{id}: "), safety: Safety::Unsafe }
}

/// Tells what of one sort has no id in a file.
pub(super) fn finding(known: &mut Known<'_>, file: &PlanFile, what: Unnamed, all: &[Span]) -> Option<Diagnostic> {
    let source = &file.source;
    let is_lost = |place: &&Span| match what {
        Unnamed::Box => true,
        Unnamed::Row | Unnamed::Bullet => !known.is_about(source.slice(**place)),
        Unnamed::Step => !known.has_task(source.slice(**place)),
        Unnamed::Level => !known.has_level(source.slice(**place)),
    };
    let lost: Vec<Span> = all.iter().filter(is_lost).copied().collect();
    let first = Place::text(source, *lost.first()?);
    let note = |code: &'static Code, one: &str, many: &str| {
        let message = match lost.len() {
            1 => one.to_owned(),
            count => format!("{count} {many}; this is the first"),
        };
        Diagnostic::new(code, Severity::Note, first, message)
    };
    let them = if lost.len() == 1 { "it" } else { "them" };
    Some(match what {
        Unnamed::Box => {
            note(&codes::BOX_WITHOUT_ID, "a box has no id, so it is no item", "boxes have no id, so they are no items")
                .hint(format!("run `passmuster fmt --ids` to give {them} one"))
                .fixed_by(Some(name_for(known, source, lost[0])))
        }
        Unnamed::Row => note(
            &codes::ROW_WITHOUT_ID,
            "a row of a table has no id, so it is no item",
            "rows of tables have no id, so they are no items",
        )
        .cause("the table names tasks and says how they stand, but has no column of ids")
        .hint("write a column `ID` in front, with ids such as `T-1`"),
        Unnamed::Step => note(&codes::UNFORMED, "a numbered heading is no item", "numbered headings are no items")
            .cause("a number begins a section more often than a task")
            .hint("where it is a task write `Task 1: title`, or a field such as `- status: open` below"),
        Unnamed::Bullet => {
            note(&codes::UNFORMED, "a list item is no item of the plan", "list items are no items of the plan")
                .cause("they stand in a list of tasks, and have no box")
                .hint("write `- [ ] ID: title`; boxes without an id get one by `passmuster fmt --ids`")
        }
        Unnamed::Level => {
            let name = source.slice(lost[0]);
            note(&codes::UNFORMED, "a line is no item of the plan", "lines are no items of the plan")
                .cause(format!("`{name}` names a level and a number, as headings of a plan do, but the line is none"))
                .hint(format!("write `## {name}: title`"))
                .fixed_by(mend::with_heading(source, lost[0]))
        }
    })
}

impl Known<'_> {
    /// Whether a task has the number of a heading, or the heading's word is an id.
    fn has_task(&self, number: &str) -> bool {
        self.has(number) || self.has(&format!("{}{number}", level::prefix_of(Kind::Task)))
    }

    /// Whether an item has the level and the number that a line names.
    pub(super) fn has_level(&self, name: &str) -> bool {
        let Some(level) = level::level_of(name) else { return false };
        let number = name[level.word.len()..].trim_start();
        self.has(number) || self.has(&format!("{}{number}", level.prefix))
    }

    /// Whether words speak about an item of the plan: by its id, its number, or its title.
    fn is_about(&mut self, words: &str) -> bool {
        let words = words.trim_matches(['*', '`', '_', '~', ' ']);
        let said = level::level_of(words).map_or(words, |level| words[level.word.len()..].trim_start());
        let id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let word = said[..said.find(|c| !id(c)).unwrap_or(said.len())].trim_end_matches('.');
        let numbered = level::is_bare(word) && !word.is_empty();
        let title = line::numbered(words).map_or(words, |(_, title)| &words[title]);
        self.has(word)
            || numbered && level::LEVELS.iter().any(|level| self.has(&format!("{}{word}", level.prefix)))
            || self.has_title(title)
    }
}

#[cfg(test)]
mod tests {
    use crate::diag::Sink;
    use crate::plan::edit::{Edit, apply};
    use crate::plan::{Reader, check, read};
    use crate::text::Source;

    /// What is said about a text, and the text after what the first finding offers.
    fn checked(text: &str) -> (Vec<String>, String) {
        let mut sink = Sink::new();
        check(&read(vec![Source::new("p", text)], Reader::Full, &mut sink), &mut sink);
        let found = sink.into_sorted();
        let shown = |place: String| place.trim_start_matches("p:").to_owned();
        let said = found.iter().map(|d| format!("{} {}", shown(d.place.to_string()), d.code)).collect();
        let fixes = found.into_iter().filter_map(|finding| finding.fix);
        let edits: Vec<Edit> = fixes.map(|fix| Edit { span: fix.span, text: fix.text }).collect();
        (said, apply(text, &edits))
    }

    #[test]
    fn lines_with_a_level_and_a_number_are_counted() {
        for (text, place, mended) in [
            ("**Task 1: Set up**\n\nwords\n", "1:3", "## Task 1: Set up\n\nwords\n"),
            ("# Plan\n\n**Phase 1** — Set *it* up\n", "3:3", "# Plan\n\n## Phase 1 — Set *it* up\n"),
            ("## 计划\n\n阶段2：部署\n", "3:1", "## 计划\n\n### 阶段2：部署\n"),
            ("## Epic 1: a\n\nPhase 1.2 - b\n- c\n", "3:1", "## Epic 1: a\n\n## Phase 1.2 - b\n- c\n"),
            ("## Phase 1: a\n\nb\n**Task 3**\n", "4:3", "## Phase 1: a\n\nb\n### Task 3\n"),
        ] {
            assert_eq!(checked(text), (vec![format!("{place} plan/almost-an-item")], mended.into()), "{text}");
            assert_eq!(checked(mended).0, [""; 0], "{mended}");
        }
        for (text, place) in [
            ("- Task 1: a\n- Task 2: b\n", "1:3"),
            ("1. **Phase 1: a** b\n", "1:6"),
            ("<tasks>\n<task>\n  <name>Task 1: a</name>\n</task>\n</tasks>\n", "3:9"),
        ] {
            let (said, mended) = checked(text);
            let is_told = said.len() == 1 && said[0].starts_with(place);
            assert!(is_told && mended == text, "{said:?}");
        }
        for text in [
            "## Phase 1: a\n\nPhase 1: more\n",
            "- [ ] T1: a\n  - Phase 1: b\n",
            "### Task 1: a\n\n**Phase 1**: b\n",
            "Phase 1 was hard.\n\nTask 3 of it - [Phase 2: x](#p)\n",
            "## Acceptance criteria\n\n- Phase 1: works\n",
            "**Task 1: [name]**\n",
        ] {
            assert_eq!(checked(text).0, [""; 0], "{text}");
        }
    }
}
