//! The front matter's `baseline`: which commit holds what was planned.

use super::{Changes, Edit};
use crate::doc::{front_matter, markdown_start};
use crate::id::ObjectId;
use crate::plan::Plan;
use crate::text::Span;

/// What to change so that the plan names a commit as its baseline: in the file that names one already, else in its first
/// one. Empty for a plan without files, and when it names that commit already.
pub fn set_baseline(plan: &Plan, commit: &ObjectId) -> Changes {
    let named = plan.files.iter().position(|file| file.baseline.is_some()).unwrap_or(0);
    let Some(file) = plan.files.get(named) else { return Changes::new() };
    let text = file.source.text();
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let edit = match (&file.baseline, front_matter(text)) {
        (Some(said), _) if said.value == *commit => return Changes::new(),
        (Some(said), _) => Edit { span: said.span, text: commit.to_string() },
        (None, Some(front)) => Edit { span: Span::at(front.body.end), text: format!("baseline: {commit}{end}") },
        (None, None) => Edit {
            span: Span::at(markdown_start(text)),
            text: format!("---{end}passmuster: plan/1{end}baseline: {commit}{end}---{end}"),
        },
    };
    Changes::from([(named, vec![edit])])
}

#[cfg(test)]
mod tests {
    use super::super::with_changes;
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::text::Source;

    #[test]
    fn a_baseline_is_written_where_one_looks_for_it() {
        let (new, old) = ("ab".repeat(20), "cd".repeat(20));
        let commit = ObjectId::parse(&new).unwrap();
        for (text, expected) in [
            ("# P\n", format!("---\npassmuster: plan/1\nbaseline: {new}\n---\n# P\n")),
            ("---\r\ntitle: P\r\n---\r\n# P\r\n", format!("---\r\ntitle: P\r\nbaseline: {new}\r\n---\r\n# P\r\n")),
            (
                &format!("---\nbaseline: {old} # the first\nx: y\n---\n"),
                format!("---\nbaseline: {new} # the first\nx: y\n---\n"),
            ),
            (&format!("---\nbaseline: {new}\n---\n"), format!("---\nbaseline: {new}\n---\n")),
            ("\u{feff}x", format!("\u{feff}---\npassmuster: plan/1\nbaseline: {new}\n---\nx")),
        ] {
            let plan = read(vec![Source::new("p.md", text)], Reader::Fast, &mut Sink::new());
            let after = with_changes(&plan, &set_baseline(&plan, &commit));
            assert_eq!(after.files[0].source.text(), expected, "{text}");
            assert_eq!(after.baseline(), Some(&commit));
        }
        assert!(set_baseline(&Plan::default(), &commit).is_empty());
    }
}
