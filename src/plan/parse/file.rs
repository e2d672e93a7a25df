//! What holds for a plan file as a whole: its front matter, and whether a merge was left unfinished in it.

use crate::diag::{Diagnostic, Place, Sink};
use crate::doc::front_matter;
use crate::id::ObjectId;
use crate::plan::{PlanFile, codes};
use crate::text::{Source, Span, Spanned};

/// The newest file format this version knows.
const FORMAT: u32 = 1;

/// Reads what a file says about itself: its format, title, start and baseline.
pub(super) fn front(source: Source, sink: &mut Sink) -> PlanFile {
    let mut file = PlanFile { format: None, title: None, start: None, baseline: None, source, missed: Vec::new() };
    let source = file.source.clone();
    let Some(front) = front_matter(source.text()) else { return file };
    let mut at = front.body.start;
    for line in source.slice(front.body).split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some((key, value)) = line.split_once(':') else { continue };
        let said = value.split(" #").next().unwrap_or("");
        let from = start + key.len() + 1 + (said.len() - said.trim_start().len());
        let word = said.trim();
        let unquoted = word.trim_matches(['"', '\'']);
        let span = Span::new(from, from + word.len());
        match key {
            "passmuster" => file.format = format_number(&source, unquoted, span, sink).or(file.format),
            "title" if !unquoted.is_empty() => file.title = Some(Spanned::new(unquoted.to_owned(), span)),
            "start" if !unquoted.is_empty() => match unquoted.parse() {
                Ok(date) => file.start = Some(Spanned::new(date, span)),
                Err(_) => sink.push(
                    Diagnostic::error(
                        &codes::BAD_FRONT_MATTER,
                        Place::text(&source, span),
                        format!("`{word}` is not a date"),
                    )
                    .inline("not a date")
                    .hint("write it as `start: 2026-11-23`"),
                ),
            },
            "baseline" if !unquoted.is_empty() => match ObjectId::parse(unquoted) {
                Some(commit) => file.baseline = Some(Spanned::new(commit, span)),
                None => sink.push(
                    Diagnostic::error(
                        &codes::BAD_FRONT_MATTER,
                        Place::text(&source, span),
                        format!("`{word}` is not the id of a commit"),
                    )
                    .inline("not a whole id")
                    .cause("a branch or a tag can move, and with it what was planned")
                    .hint("let the tool write it: `passmuster plan baseline REVISION`"),
                ),
            },
            _ => {}
        }
    }
    file
}

fn format_number(source: &Source, word: &str, span: Span, sink: &mut Sink) -> Option<u32> {
    let number = word.strip_prefix("plan/").and_then(|number| number.parse().ok());
    let place = Place::text(source, span);
    match number {
        Some(FORMAT) => {}
        Some(newer) if newer > FORMAT => sink.push(
            Diagnostic::warning(
                &codes::FORMAT,
                place,
                format!("`{word}` is newer than this version, which knows `plan/{FORMAT}`"),
            )
            .cause("it is read with the rules of `plan/1` and will not be changed")
            .hint("install a newer passmuster"),
        ),
        _ => sink.push(
            Diagnostic::error(&codes::FORMAT, place, format!("`{word}` is not the format of a plan"))
                .instead(span, &format!("plan/{FORMAT}"))
                .hint(format!("write `passmuster: plan/{FORMAT}`")),
        ),
    }
    number
}

/// One finding per conflict, wherever it stands: code fences and front matter do not excuse it.
pub(in crate::plan) fn conflicts(source: &Source, sink: &mut Sink) {
    let bytes = source.text().as_bytes();
    let starts_line = |at: usize| at == 0 || bytes[at - 1] == b'\n';
    let mut open_until = 0;
    let mut report = |at: usize| {
        let finding = Diagnostic::error(
            &codes::CONFLICT,
            Place::text(source, Span::new(at, at + 7)),
            "the file holds the markers of an unfinished merge",
        )
        .hint("choose one version, delete the marker lines, and `git add` the file");
        sink.push(finding);
    };
    let closing = memchr::memmem::Finder::new(b"\n>>>>>>> ");
    for at in memchr::memmem::find_iter(bytes, b"<<<<<<< ").filter(|&at| starts_line(at)) {
        report(at);
        if at >= open_until {
            open_until = closing.find(&bytes[at..]).map_or(bytes.len(), |n| at + n + 2);
        }
    }
    for at in memchr::memmem::find_iter(bytes, b">>>>>>> ").filter(|&at| starts_line(at) && at >= open_until) {
        report(at);
    }
}
