//! The bytes of a gate report → results, or findings and nothing.

use super::{FORMAT, KIND, MAX_BYTES, MAX_RESULTS, file_name};
use crate::diag::{Diagnostic, Place, Severity, Sink};
use crate::doc::{front_matter, yaml};
use crate::evidence::{Digest, GateReport, GateResult, InputLine, Outcome, codes, one_line};
use crate::id::{GateName, ObjectId, is_id};
use crate::port::EntryKind;
use crate::text::{Source, Span, is_hostile};
use std::collections::HashSet;

const HINT: &str = "remove the file and run the gate again with `passmuster gate run`";

/// Reads a gate report strictly. `file_name` is its name without folders, which must agree with the content.
///
/// Anything that is not as [`write`](super::write()) makes it is a finding, and then there is no report: nothing
/// malformed, edited or from a newer version ever counts.
pub fn parse(source: &Source, file_name: &str, sink: &mut Sink) -> Option<GateReport> {
    let mut found = Sink::new();
    let report = Reader { source, sink: &mut found }.report(file_name);
    let broken = found.has_errors();
    sink.extend(found.into_sorted());
    report.filter(|_| !broken)
}

struct Reader<'a> {
    source: &'a Source,
    sink: &'a mut Sink,
}

impl Reader<'_> {
    fn report(&mut self, name: &str) -> Option<GateReport> {
        let text = self.source.text();
        if text.len() > MAX_BYTES {
            return self.unreadable(format!("it holds {} bytes; a report is at most {MAX_BYTES}", text.len()));
        }
        let Some(front) = front_matter(text).filter(|_| text.starts_with("---\n")) else {
            return self.unreadable("it has no front matter");
        };
        let node = yaml::read(self.source, front.body, MAX_BYTES, self.sink)?;
        let mut fields = yaml::Fields::new(self.source, &node, "a gate report", self.sink)?;
        let (_, format) = fields.need("passmuster", "passmuster: gate-report/1", self.sink)?;
        self.format(format)?;
        let (_, item) = fields.need("item", "item: DB-001", self.sink)?;
        let subject = self.named(item, "item", |text| is_id(text).then(|| text.to_owned()))?;
        self.agrees(name, &subject, item.span)?;
        let (_, results) = fields.need("results", "results: []", self.sink)?;
        let results = self.results(results, &subject)?;
        fields.finish(Severity::Error, self.sink);
        Some(GateReport { source: self.source.clone(), format: FORMAT, subject, results })
    }

    fn unreadable<T>(&mut self, cause: impl Into<String>) -> Option<T> {
        let message = format!("`{}` is not a gate report", self.source.path());
        let place = Place::Path(self.source.path().to_owned());
        self.sink.push(Diagnostic::error(&codes::UNREADABLE, place, message).cause(cause).hint(HINT));
        None
    }

    fn format(&mut self, node: &yaml::Node) -> Option<()> {
        let text = node.as_text().unwrap_or_default();
        if text.strip_prefix(KIND).is_some_and(|number| number == FORMAT.to_string()) {
            return Some(());
        }
        let place = Place::text(self.source, node.span);
        let newer = text.strip_prefix(KIND).and_then(|number| number.parse::<u32>().ok()).is_some_and(|n| n > FORMAT);
        let finding = Diagnostic::error(&codes::FORMAT, place, "the format of the gate report is not known")
            .cause(format!("it is {}; this version reads `{KIND}{FORMAT}`", node.describe()));
        self.sink.push(finding.hint(if newer { "install a newer passmuster" } else { HINT }));
        None
    }

    fn agrees(&mut self, name: &str, subject: &str, item: Span) -> Option<()> {
        let expected = file_name(subject, self.source.text().as_bytes());
        if name == expected {
            return Some(());
        }
        self.sink.push(
            Diagnostic::error(
                &codes::NAME,
                Place::text(self.source, item),
                "the name of the gate report does not agree with its content",
            )
            .cause(format!("the file is called `{name}`; with this content it would be `{expected}`"))
            .hint("restore the file with `git checkout`, or remove it and run the gate again"),
        );
        None
    }

    fn results(&mut self, node: &yaml::Node, subject: &str) -> Option<Vec<GateResult>> {
        let nodes = node.items(self.source, "`results`", self.sink)?;
        if nodes.is_empty() || nodes.len() > MAX_RESULTS {
            return self.invalid(
                node.span,
                format!("a gate report with {} results", nodes.len()),
                format!("it holds 1 to {MAX_RESULTS}"),
            );
        }
        let mut results = Vec::with_capacity(nodes.len());
        let mut seen = HashSet::new();
        for node in nodes {
            let result = self.result(node, subject)?;
            if !seen.insert((result.gate.clone(), result.environment.clone(), result.by.clone())) {
                return self.invalid(
                    node.span,
                    format!("two results of the gate `{}`", result.gate),
                    "one run gives one result",
                );
            }
            results.push(result);
        }
        Some(results)
    }

    fn result(&mut self, node: &yaml::Node, subject: &str) -> Option<GateResult> {
        let mut fields = yaml::Fields::new(self.source, node, "a result", self.sink)?;
        let own = self.optional(&mut fields, "subject", |text| is_id(text).then(|| text.to_owned()))?;
        let result = GateResult {
            subject: own.unwrap_or_else(|| subject.to_owned()),
            gate: self.needed(&mut fields, "gate", GateName::parse)?,
            outcome: self.needed(&mut fields, "outcome", |text| {
                Outcome::ALL.into_iter().find(|outcome| outcome.name() == text)
            })?,
            key: self.needed(&mut fields, "key", Digest::parse)?,
            definition: self.needed(&mut fields, "definition", Digest::parse)?,
            inputs: self.needed(&mut fields, "inputs", Digest::parse)?,
            lines: self.lines(&mut fields)?,
            environment: self.needed(&mut fields, "environment", text_line)?,
            tree: self.needed(&mut fields, "tree", ObjectId::parse)?,
            at: self.needed(&mut fields, "at", |text| text.parse().ok())?,
            by: self.needed(&mut fields, "by", text_line)?,
            milliseconds: self.needed(&mut fields, "milliseconds", |text| text.parse().ok())?,
            exit: self.optional(&mut fields, "exit", |text| text.parse().ok())?,
            tests: self.optional(&mut fields, "tests", |text| text.parse().ok())?,
            value: self
                .optional(&mut fields, "value", |text| text.parse().ok().filter(|value: &f64| value.is_finite()))?,
            note: self
                .needed(&mut fields, "note", |text| text.is_empty().then(String::new).or_else(|| text_line(text)))?,
            signature: self.optional(&mut fields, "signature", armor)?,
        };
        fields.finish(Severity::Error, self.sink);
        Some(result)
    }

    /// The input lines; none when they were left out.
    fn lines(&mut self, fields: &mut yaml::Fields<'_>) -> Option<Vec<InputLine>> {
        let Some((_, node)) = fields.take("lines") else { return Some(Vec::new()) };
        let nodes = node.items(self.source, "`lines`", self.sink)?;
        nodes.iter().map(|node| self.named(node, "lines", input_line)).collect()
    }

    fn needed<T>(
        &mut self,
        fields: &mut yaml::Fields<'_>,
        key: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let (_, node) = fields.need(key, &format!("{key}: …"), self.sink)?;
        self.named(node, key, read)
    }

    /// The outer `None` is a finding; the inner one an absent field.
    fn optional<T>(
        &mut self,
        fields: &mut yaml::Fields<'_>,
        key: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        match fields.take(key) {
            Some((_, node)) => self.named(node, key, read).map(Some),
            None => Some(None),
        }
    }

    /// A scalar that `read` takes.
    fn named<T>(&mut self, node: &yaml::Node, key: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        match node.as_text().and_then(read) {
            Some(value) => Some(value),
            None => self.invalid(
                node.span,
                format!("`{key}` cannot be {}", node.describe()),
                "this tool does not write such a value",
            ),
        }
    }

    fn invalid<T>(&mut self, span: Span, message: String, cause: impl Into<String>) -> Option<T> {
        let place = Place::text(self.source, span);
        self.sink.push(Diagnostic::error(&codes::INVALID, place, message).cause(cause).hint(HINT));
        None
    }
}

/// A text just as [`one_line`] leaves it.
fn text_line(text: &str) -> Option<String> {
    (!text.is_empty() && one_line(text) == text).then(|| text.to_owned())
}

/// Printable lines; whether they hold a signature is found out when it is checked.
fn armor(text: &str) -> Option<String> {
    text.bytes().all(|b| b == b'\n' || b == b' ' || b.is_ascii_graphic()).then(|| text.to_owned())
}

fn input_line(text: &str) -> Option<InputLine> {
    let (word, rest) = text.split_once(' ')?;
    let line = if word == "absent" {
        InputLine { path: rest.to_owned(), mode: None, id: None }
    } else {
        let kind = EntryKind::from_mode(u32::from_str_radix(word, 8).ok()?)?;
        let (id, path) = rest.split_once(' ')?;
        InputLine { path: path.to_owned(), mode: Some(kind.mode()), id: Some(ObjectId::parse(id)?) }
    };
    (!line.path.is_empty() && !line.path.chars().any(is_hostile)).then_some(line)
}
