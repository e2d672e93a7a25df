//! For people: what, where with the lines in question, why, and what to type.

use super::excerpt::{self, MAX_LINES, excerpt};
use super::{Style, foreign, plural, tally};
use crate::diag::{Diagnostic, Failure, Place, Severity};
use crate::text::{Source, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::AnsiColor;
use std::fmt::Write as _;

/// The width of excerpts where no terminal tells one.
const DEFAULT_WIDTH: usize = 120;

/// The most further places of one finding that are shown; the rest is counted.
const MAX_LABELS: usize = 12;

/// Columns an excerpt leaves to the line numbers and their bar.
const GUTTER: usize = 12;

/// Arrows and the marks before causes and hints.
const QUIET: anstyle::Style = AnsiColor::BrightBlue.on_default().bold();

/// The style a severity's name is written in.
pub(super) fn severity_style(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Note => AnsiColor::Green.on_default().bold(),
    }
}

/// Renders each finding with its excerpt, a blank line between two, and the tally at the end.
pub fn findings(found: &[Diagnostic], style: Style) -> String {
    let mut out = String::new();
    for diagnostic in found {
        out.push_str(&finding(diagnostic, style));
        out.push_str("\n\n");
    }
    if !found.is_empty() {
        let _ = writeln!(out, "{}", tally(found));
    }
    out
}

/// Renders one finding, without a line feed at the end.
pub fn finding(diagnostic: &Diagnostic, style: Style) -> String {
    let severity = format!("{}[{}]", diagnostic.severity.name(), diagnostic.code);
    let severity = style.paint(severity_style(diagnostic.severity), &severity);
    let title = style.paint(anstyle::Style::new().bold(), &format!(": {}", foreign::line(&diagnostic.message)));
    let mut out = format!("{severity}{title}");

    let views: Vec<View> = scenes(diagnostic).into_iter().map(|scene| scene.view(diagnostic.severity, style)).collect();
    let gutter = views.iter().map(|view| view.gutter).max().unwrap_or(0);
    for (index, view) in views.iter().enumerate() {
        let arrow = style.paint(QUIET, if index == 0 { "-->" } else { ":::" });
        let _ = write!(out, "\n{:gutter$}{arrow} {}", "", view.name);
        for line in view.excerpt.lines() {
            let _ = write!(out, "\n{:1$}{line}", "", gutter - view.gutter);
        }
    }
    let notes = diagnostic.causes.iter().map(|cause| ("cause", cause));
    for (name, text) in notes.chain(diagnostic.hint.iter().map(|hint| ("hint", hint))) {
        let mark = style.paint(QUIET, "=");
        let name = style.paint(anstyle::Style::new().bold(), name);
        let _ = write!(out, "\n{:gutter$} {mark} {name}: {}", "", indented(text, gutter + 10));
    }
    out
}

/// Renders the end of a run: message, causes and hint, with a line feed at the end.
///
/// ```
/// use passmuster::diag::Failure;
/// use passmuster::report::{Style, failure};
/// let end = Failure::new("could not read `plan`").because("permission denied").hint("run `ls -l plan`");
/// assert_eq!(
///     failure(&end, Style::PLAIN),
///     "error: could not read `plan`\n  = cause: permission denied\n  = hint: run `ls -l plan`\n"
/// );
/// ```
pub fn failure(failure: &Failure, style: Style) -> String {
    let mut out = style.paint(severity_style(Severity::Error), "error");
    let _ = writeln!(out, ": {}", indented(&failure.message, 7));
    let notes = failure.causes.iter().map(|cause| ("cause", cause));
    for (name, text) in notes.chain(failure.hint.iter().map(|hint| ("hint", hint))) {
        let _ = writeln!(out, "  = {}: {}", style.paint(anstyle::Style::new().bold(), name), indented(text, 11));
    }
    out
}

/// Foreign lines, the further ones moved `by` columns to the right.
fn indented(text: &str, by: usize) -> String {
    foreign::lines(text.trim_end()).replace('\n', &format!("\n{:by$}", ""))
}

/// Places of one finding that are shown together.
enum Scene<'a> {
    /// Spans of one source within a few lines, the first one named in the heading.
    Lines { source: &'a Source, marks: Vec<(Span, &'a str, AnnotationKind)> },
    /// A place without lines.
    Bare { name: String, text: &'a str },
}

/// The place of the finding first, then its labels; labels near the place join its excerpt.
fn scenes(diagnostic: &Diagnostic) -> Vec<Scene<'_>> {
    let mut scenes: Vec<Scene<'_>> = Vec::new();
    let inline = diagnostic.inline.as_deref().unwrap_or_default();
    let primary = (&diagnostic.place, inline, AnnotationKind::Primary);
    let (shown, more) = diagnostic.labels.split_at(diagnostic.labels.len().min(MAX_LABELS));
    let labels = shown.iter().map(|label| (&label.place, label.text.as_str(), AnnotationKind::Context));
    for (place, text, kind) in std::iter::once(primary).chain(labels) {
        let Place::Text { source, span } = place else {
            scenes.push(Scene::Bare { name: place.to_string(), text });
            continue;
        };
        let near = scenes.iter_mut().find_map(|scene| match scene {
            Scene::Lines { source: other, marks } if *other == source && is_near(source, marks[0].0, *span) => {
                Some(marks)
            }
            _ => None,
        });
        match near {
            Some(marks) => marks.push((*span, text, kind)),
            None => scenes.push(Scene::Lines { source, marks: vec![(*span, text, kind)] }),
        }
    }
    if !more.is_empty() {
        scenes.push(Scene::Bare { name: format!("and {}", plural(more.len(), "more place")), text: "" });
    }
    scenes
}

fn is_near(source: &Source, one: Span, other: Span) -> bool {
    let (a, b) = (excerpt::lines_of(source, one), excerpt::lines_of(source, other));
    a.1.max(b.1) - a.0.min(b.0) < MAX_LINES
}

/// What a scene looks like.
struct View {
    name: String,
    /// Lines with numbers and underlines; empty for a bare place.
    excerpt: String,
    /// Columns of its line numbers.
    gutter: usize,
}

impl Scene<'_> {
    fn view(self, severity: Severity, style: Style) -> View {
        let (source, marks) = match self {
            Self::Bare { name, text } => {
                let text = if text.is_empty() { String::new() } else { format!(": {}", foreign::line(text)) };
                return View { name: format!("{}{text}", foreign::line(&name)), excerpt: String::new(), gutter: 1 };
            }
            Self::Lines { source, marks } => (source, marks),
        };
        let name = foreign::line(&Place::text(source, marks[0].0).to_string()).into_owned();
        let width = style.width.unwrap_or(DEFAULT_WIDTH);
        let spans: Vec<Span> = marks.iter().map(|(span, ..)| *span).collect();
        let shown = excerpt(source, &spans, width.saturating_sub(GUTTER));
        let last = shown.spans.iter().map(|span| span.end).max().unwrap_or(0);
        let last_line = shown.first_line + shown.text[..last].matches('\n').count();

        let mut snippet = Snippet::source(shown.text).line_start(shown.first_line);
        for ((_, text, kind), span) in marks.into_iter().zip(shown.spans) {
            let label = (!text.is_empty()).then(|| foreign::line(text));
            snippet = snippet.annotation(kind.span(span).label(label));
        }
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
        let excerpt = renderer.term_width(width).render(&[Group::with_level(level).element(snippet)]);
        View { name, excerpt, gutter: last_line.to_string().len() }
    }
}
