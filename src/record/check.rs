//! One record by itself: its state, the steps that led there, and what that state must have.

use super::kind::{Field, Section};
use super::{Record, codes};
use crate::diag::{Diagnostic, Place, Sink};
use crate::id::RepoPath;
use crate::text::Span;

/// Checks a record against the table of its kind.
pub fn check(record: &Record, sink: &mut Sink) {
    state(record, sink);
    steps(record, sink);
    for field in record.kind.fields {
        needed(record, field, sink);
    }
    for section in record.kind.sections {
        filled(record, section, sink);
    }
    for rule in record.kind.rules {
        rule(record, sink);
    }
}

/// The finding of a record that has landed and is taken away.
pub fn deleted(path: &RepoPath) -> Diagnostic {
    Diagnostic::error(&codes::DELETED, Place::Path(path.to_string()), format!("the record `{path}` is taken away"))
        .cause("it has landed, and what it decided must stay traceable")
        .hint(format!("put it back: `git checkout HEAD~1 -- {path}`; close it with its verb"))
}

/// The state is where the last step led: a state that was typed in has no step behind it.
fn state(record: &Record, sink: &mut Sink) {
    let last = record.last_step();
    if last.to.value == record.state() {
        return;
    }
    let verbs: Vec<&str> =
        record.kind.onward(&last.to.value).filter(|step| step.to == record.state()).map(|step| step.verb).collect();
    let message = format!("no step led to the state `{}`", record.state());
    let finding = Diagnostic::error(&codes::STATE, Place::text(&record.source, record.state.span), message)
        .cause(format!("the last step led to `{}`", last.to.value));
    sink.push(match verbs.first() {
        Some(verb) => finding.hint(format!(
            "write `state: {}` back, then run `passmuster {} {verb} {}`",
            last.to.value,
            record.kind.verb,
            record.name()
        )),
        None => finding.hint(format!("write `state: {}`", last.to.value)),
    });
}

/// Each step leads on from the one before, in time as well.
fn steps(record: &Record, sink: &mut Sink) {
    for pair in record.steps.windows(2) {
        let (before, step) = (&pair[0], &pair[1]);
        let Some(transition) = record.kind.step(&before.to.value, &step.to.value) else {
            let onward: Vec<String> =
                record.kind.onward(&before.to.value).map(|step| format!("`{}` to `{}`", step.verb, step.to)).collect();
            let message =
                format!("a {} that is {} does not become {}", record.kind.name, before.to.value, step.to.value);
            let cause = if onward.is_empty() {
                "it ends there".to_owned()
            } else {
                format!("from there lead {}", onward.join(", "))
            };
            sink.push(
                Diagnostic::error(&codes::ILLEGAL_STEP, Place::text(&record.source, step.to.span), message)
                    .cause(cause)
                    .hint("take the step back, and go by the states in between"),
            );
            continue;
        };
        if step.at.value < before.at.value {
            sink.push(
                Diagnostic::error(
                    &codes::TIME,
                    Place::text(&record.source, step.at.span),
                    "a step lies before the one above it",
                )
                .cause(format!("that one was at {}", before.at.value))
                .hint("write the steps in the order in which they happened"),
            );
        }
        if transition.note && step.note.is_none() {
            sink.push(
                Diagnostic::error(
                    &codes::NO_REASON,
                    Place::text(&record.source, step.to.span),
                    format!("the step to `{}` does not say why", step.to.value),
                )
                .cause(format!("`{}` is a decision that others have to live with", transition.verb))
                .hint("add `note: why`"),
            );
        }
    }
}

fn needed(record: &Record, field: &Field, sink: &mut Sink) {
    if !field.needed.contains(&record.state()) || record.field(field.name).is_some_and(|field| !field.values.is_empty())
    {
        return;
    }
    let message = format!("a {} that is {} needs `{}`", record.kind.name, record.state(), field.name);
    sink.push(
        Diagnostic::error(&codes::MISSING_FIELD, Place::text(&record.source, record.state.span), message)
            .cause("the key is missing or empty")
            .hint(format!("add `{}: …` to the front matter", field.name)),
    );
}

fn filled(record: &Record, rule: &Section, sink: &mut Sink) {
    if !rule.filled.contains(&record.state()) {
        return;
    }
    let end = Span::at(record.body.end);
    let Some(section) = record.section(rule.title) else {
        let message = format!("a {} that is {} needs a section `{}`", record.kind.name, record.state(), rule.title);
        sink.push(
            Diagnostic::error(&codes::SECTION, Place::text(&record.source, end), message)
                .cause(format!("no heading `## {}` is there", rule.title))
                .hint(format!("add `## {}` with what belongs below it", rule.title)),
        );
        return;
    };
    let place = Place::text(&record.source, section.title.span);
    if rule.boxes == 0 {
        if !section.filled {
            sink.push(
                Diagnostic::error(&codes::SECTION, place, format!("nothing stands below `{}`", rule.title))
                    .cause(format!("a {} that is {} needs it; comments do not count", record.kind.name, record.state()))
                    .hint("write what a reader has to know, or `none` and why"),
            );
        }
        return;
    }
    let open = section.boxes.iter().filter(|one| !one.ticked);
    if section.boxes.len() < rule.boxes {
        sink.push(
            Diagnostic::error(&codes::BOXES, place, format!("`{}` needs {} boxes", rule.title, rule.boxes))
                .cause(format!("it has {}", section.boxes.len()))
                .hint("put the lines of the template back"),
        );
    } else if rule.ticked.contains(&record.state()) {
        let open: Vec<&str> = open.map(|one| one.text.value.as_str()).collect();
        if let Some(first) = open.first() {
            sink.push(
                Diagnostic::error(
                    &codes::BOXES,
                    place,
                    format!("{} of {} boxes below `{}` are open", open.len(), section.boxes.len(), rule.title),
                )
                .cause(format!("open is: {first}"))
                .hint("do what they ask and tick them, or send the gaps back"),
            );
        }
    }
}
