//! From the bytes of one file to an [`Agent`], or to a finding that says why not.

use super::front::{self, Front};
use super::{Agent, Form, Reading, Tool, codes, lines, meaning, name, place};
use crate::diag::{Code, Diagnostic, Place, Severity, Sink};
use crate::doc::yaml::{self, Node, Value};
use crate::text::{self, Source, Span, is_hostile, visible};

/// The size in bytes an agent file may have; the largest seen have a tenth of it.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Reads one file of a tool. Whatever its bytes are, the result has an agent or a finding.
pub fn read(path: &str, tool: Tool, bytes: &[u8]) -> Reading {
    let decoded = text::decode(bytes);
    let repaired = text::repair_mojibake(&decoded.text);
    let shown = repaired.as_ref().map_or(&decoded.text, |repaired| &repaired.text);
    let mut reader = Reader { tool, source: Source::new(path, dedented(shown)), findings: Vec::new() };
    let encoding = decoded.utf16.map(|encoding| format!("it is {encoding}"));
    let replaced = decoded.replaced.map(|line| format!("a byte in line {line} fits no character"));
    for cause in encoding.into_iter().chain(replaced) {
        let (message, hint) = ("the file is not UTF-8", "save it as UTF-8");
        reader.say(&codes::NOT_UTF8, Severity::Warning, Span::at(0), message, &cause, hint);
    }
    if let Some(repaired) = &repaired {
        let at = reader.source.line_span(repaired.line).unwrap_or_default();
        let cause = format!("UTF-8 was once read as {}", repaired.taken_for);
        let hint = "rewrite the file: `passmuster roster import --repair`";
        reader.say(&codes::MOJIBAKE, Severity::Warning, at, "the text holds garbled characters", &cause, hint);
    }
    let agent = if bytes.len() > MAX_BYTES {
        let cause = format!("it has {} bytes, and at most {MAX_BYTES} are read", bytes.len());
        reader.refuse(&codes::TOO_LARGE, "the file is too large for an agent", &cause, "check that it is an agent");
        None
    } else {
        reader.agent()
    };
    Reading { agent, findings: reader.findings, repaired: repaired.map(|repaired| repaired.text) }
}

/// The text without the indentation that the whole of it has.
fn dedented(text: &str) -> String {
    let indent = front::indentation(text);
    if indent.is_empty() {
        return text.to_owned();
    }
    text.split_inclusive('\n').map(|line| line.strip_prefix(indent).unwrap_or(line)).collect()
}

/// The keys of a file and where its text begins.
struct Keys {
    node: Node,
    form: Form,
    after: usize,
}

struct Reader {
    tool: Tool,
    source: Source,
    findings: Vec<Diagnostic>,
}

impl Reader {
    fn agent(&mut self) -> Option<Agent> {
        if self.source.text().trim().is_empty() {
            self.refuse(&codes::EMPTY, "the file is empty", "an agent needs a name at least", "write the agent");
            return None;
        }
        let keys = self.keys();
        let stem = name::stem(self.source.path()).to_owned();
        let written = keys.as_ref().and_then(|keys| meaning::value(&keys.node, &["name"])).and_then(|node| {
            let text = node.as_text()?.trim().to_owned();
            (!text.is_empty()).then_some((text, node.span))
        });
        if written.is_none() && place::is_document(&stem) {
            let cause = "nothing in it says a name, and files of this name are documents";
            let hint = "if it is an agent, give it front matter with a `name`";
            let message = format!("`{stem}` is a document, not an agent");
            self.findings.retain(|finding| finding.code.name != codes::NO_FRONT_MATTER.name);
            self.say(&codes::DOCUMENT, Severity::Note, Span::at(0), &message, cause, hint);
            return None;
        }
        if let Some(keys) = &keys
            && self.is_template(&keys.node, &stem)
        {
            return None;
        }
        let form = keys.as_ref().map_or(Form::Unstructured, |keys| keys.form);
        let (name, title) = self.name(written, &stem, form)?;
        let description = self.description(keys.as_ref());
        let get = |names: &[&str]| keys.as_ref().and_then(|keys| meaning::value(&keys.node, names));
        Some(Agent {
            tool: self.tool,
            form,
            name,
            title,
            about: description.as_deref().and_then(meaning::about),
            description,
            model: get(&["model"]).and_then(meaning::word),
            tools: get(&["tools", "allowed-tools"]).map(meaning::names),
            colour: get(&["color", "colour"]).and_then(meaning::word),
            division: get(&["division", "category"]).and_then(meaning::word).and_then(|word| division(&word)),
            competencies: get(&["competencies", "capabilities", "tags", "skills"])
                .map(meaning::competencies)
                .unwrap_or_default(),
        })
    }

    /// The keys of TOML or front matter; `None` when there are none.
    fn keys(&mut self) -> Option<Keys> {
        if self.source.path().to_ascii_lowercase().trim_end_matches(".sample").ends_with(".toml") {
            match crate::doc::toml::read(&self.source) {
                Ok(node) => return Some(Keys { node, form: Form::Strict, after: self.source.text().len() }),
                Err(bad) => {
                    let hint = "correct the line, or give the file its right ending";
                    let message = "the file is no TOML";
                    self.say(&codes::NOT_TOML, Severity::Warning, bad.span, message, &bad.reason, hint);
                }
            }
        }
        let Some(found) = front::find(self.source.text()) else {
            let cause = "its first line is not `---`";
            let hint = "begin it with `---`, a `name`, a `description` and `---`";
            let message = "the file has no front matter";
            self.say(&codes::NO_FRONT_MATTER, Severity::Warning, Span::at(0), message, cause, hint);
            return None;
        };
        if !found.at_start || !front::indentation(self.source.text()).is_empty() {
            let hint = "let the file begin with `---` in the first column";
            let message = "the front matter does not begin in the first line";
            self.say(&codes::NOT_AT_START, Severity::Warning, Span::at(0), message, "something stands before it", hint);
        }
        Some(self.front_matter(found))
    }

    /// Reads the front matter as YAML; else line by line.
    fn front_matter(&mut self, found: Front) -> Keys {
        let mut sink = Sink::new();
        let whole = strict(&self.source, found.body, &mut sink);
        if let (Some(node), true) = (&whole, found.closed)
            && found.heading.is_none_or(|heading| has_key_after(node, heading))
        {
            let node = node.clone();
            return Keys { node, form: Form::Strict, after: found.after };
        }
        let front = found.up_to_heading().unwrap_or(found);
        if !front.closed {
            let at = Span::at(front.body.end);
            let hint = "write a line `---` between the last key and the text";
            let cause = "no `---` stands between the keys and the text";
            let message = "the front matter is not closed";
            self.say(&codes::NOT_CLOSED, Severity::Warning, at, message, cause, hint);
        }
        let mut sink_of_rest = Sink::new();
        let rest = if front.body == found.body { whole } else { strict(&self.source, front.body, &mut sink_of_rest) };
        if let Some(node) = rest {
            return Keys { node, form: Form::Strict, after: front.after };
        }
        let errors = if front.body == found.body { sink } else { sink_of_rest };
        let fields = lines::read(&self.source, front.body);
        if let Some(error) = errors.into_sorted().into_iter().find(Diagnostic::is_error) {
            let cause = error.causes.first().map_or(error.message.clone(), |why| format!("{}: {why}", error.message));
            // Cursor's own `globs: *.ts` is none.
            let severity = if self.tool == Tool::Rule { Severity::Note } else { Severity::Warning };
            let finding = Diagnostic::new(&codes::NOT_YAML, severity, error.place, "the front matter is no YAML")
                .cause(cause)
                .hint("put the value in quotes, or write `>` after the key and indent the text below");
            self.findings.push(finding);
        }
        for key in fields.twice {
            let message = format!("the key `{}` is written twice", key.value);
            let hint = "remove one of the two";
            self.say(&codes::TWICE, Severity::Warning, key.span, &message, "the first was taken", hint);
        }
        Keys { node: fields.node, form: Form::Lines, after: front.after }
    }

    /// Whether name or description is a placeholder; then a finding says so.
    fn is_template(&mut self, node: &Node, stem: &str) -> bool {
        let named_so = stem.to_ascii_lowercase().contains("template");
        let placeholder = |text: &str| {
            let text = text.trim();
            text.contains("{{")
                || (named_so && text.contains('[') && text.contains(']'))
                || [('[', ']'), ('<', '>'), ('{', '}')]
                    .iter()
                    .any(|(open, close)| text.starts_with(*open) && text.ends_with(*close))
        };
        let found = ["name", "description"].iter().find_map(|key| {
            let node = meaning::value(node, &[key])?;
            // `{{NAME}}` is a mapping in a mapping to a YAML reader.
            let raw = self.source.slice(node.span);
            (placeholder(raw) || node.as_text().is_some_and(placeholder)).then_some((*key, node.span))
        });
        let Some((key, span)) = found else { return false };
        let message = format!("the file is a template: its `{key}` is still to be filled in");
        let hint = "fill it in, or leave it: it makes no member";
        let cause = format!("it says `{}`", visible(self.source.slice(span).trim()));
        self.say(&codes::TEMPLATE, Severity::Note, span, &message, &cause, hint);
        true
    }

    /// The agent's name as an id and, where it is written otherwise, as written.
    fn name(
        &mut self,
        written: Option<(String, Span)>,
        stem: &str,
        form: Form,
    ) -> Option<(crate::id::MemberName, Option<String>)> {
        let Some((written, span)) = written else {
            if form != Form::Unstructured {
                let cause = format!("`{stem}` was taken from the file's name");
                // OpenCode calls an agent by its file.
                let usual = matches!(self.tool, Tool::Rule | Tool::OpenCode);
                let severity = if usual { Severity::Note } else { Severity::Warning };
                let message = "the agent has no name";
                self.say(&codes::NO_NAME, severity, Span::at(0), message, &cause, "add `name: …` to the front matter");
            }
            let name = name::slug(stem);
            if name.is_none() {
                let cause = format!("the file's name `{}` gives none either", visible(stem));
                self.refuse(&codes::BAD_NAME, "the agent has no usable name", &cause, "add `name: …`");
            }
            let title = name.as_ref().filter(|name| name.as_str() != stem).map(|_| visible(stem).into_owned());
            return Some((name?, title));
        };
        let Some(name) = name::slug(&written).or_else(|| name::of_file(&written, stem)) else {
            let cause = if written.chars().any(is_hostile) {
                "it holds invisible or direction-changing characters"
            } else {
                "it leaves its folder, or has no letter or digit that an id can have"
            };
            let message = format!("`{}` cannot be the name of a member", visible(&written));
            let finding = Diagnostic::error(&codes::BAD_NAME, Place::text(&self.source, span), message)
                .cause(cause)
                .hint("choose a name such as `code-reviewer`");
            self.findings.push(finding);
            return None;
        };
        if name::slug(stem).is_none_or(|of_file| !of_file.as_str().eq_ignore_ascii_case(name.as_str())) {
            let message = format!("the agent is called `{name}`, its file `{}`", visible(stem));
            let hint = "rename the file, if nothing refers to it";
            self.say(&codes::OTHER_NAME, Severity::Note, span, &message, "the name inside the file counts", hint);
        }
        let title = (name.as_str() != written).then(|| visible(&written).into_owned());
        Some((name, title))
    }

    /// The description as written, else the first words of the text.
    fn description(&mut self, keys: Option<&Keys>) -> Option<String> {
        let written = keys.and_then(|keys| meaning::value(&keys.node, &["description"])).and_then(meaning::text);
        if written.is_some() {
            return written;
        }
        let instructions = || keys.and_then(|keys| meaning::value(&keys.node, &["developer_instructions", "prompt"]));
        let body = &self.source.text()[keys.map_or(0, |keys| keys.after)..];
        let found = first_words(body).or_else(|| meaning::text(instructions()?).and_then(|text| first_words(&text)));
        if keys.is_some() || found.is_none() {
            let cause = match &found {
                Some(_) => "the first words of its text were taken",
                None => "and its text has no words to take instead",
            };
            let hint = "add `description: …` to the front matter";
            let severity = if self.tool == Tool::Rule { Severity::Note } else { Severity::Warning };
            let message = "the agent has no description";
            self.say(&codes::NO_DESCRIPTION, severity, Span::at(0), message, cause, hint);
        }
        found
    }

    fn refuse(&mut self, code: &'static Code, message: &str, cause: &str, hint: &str) {
        self.say(code, Severity::Error, Span::at(0), message, cause, hint);
    }

    fn say(&mut self, code: &'static Code, severity: Severity, at: Span, message: &str, cause: &str, hint: &str) {
        let place = Place::text(&self.source, at);
        self.findings.push(Diagnostic::new(code, severity, place, message).cause(cause).hint(hint));
    }
}

/// The mapping that front matter is, if it is YAML.
fn strict(source: &Source, span: Span, sink: &mut Sink) -> Option<Node> {
    yaml::read(source, span, yaml::MAX_BYTES, sink).filter(|node| matches!(node.value, Value::Mapping(_)))
}

/// Whether a known key of the mapping stands after `at`.
fn has_key_after(node: &Node, at: usize) -> bool {
    let Value::Mapping(entries) = &node.value else { return false };
    entries.iter().any(|(key, _)| key.span.start > at && lines::is_key(&key.value))
}

/// The first paragraph of a text, or its first heading if there is none.
fn first_words(text: &str) -> Option<String> {
    let mut heading = None;
    let mut paragraph = String::new();
    let mut code = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("```") || line.starts_with("~~~") {
            code = !code;
            continue;
        }
        let is_text = line.contains(char::is_alphanumeric) && !line.starts_with(['<', '|']) && !code;
        if front::is_heading(line) {
            heading = heading.or_else(|| Some(line.trim_start_matches('#').trim().to_owned()));
        } else if is_text {
            paragraph.push_str(line.trim_start_matches(['-', '*', '>', ' ']));
            paragraph.push(' ');
            continue;
        }
        if !paragraph.is_empty() {
            break;
        }
    }
    let paragraph = paragraph.trim();
    if paragraph.is_empty() { heading.filter(|heading| !heading.is_empty()) } else { Some(paragraph.to_owned()) }
}

/// The name of a division: an id without the number that sorts folders (`02-quality`).
pub(super) fn division(word: &str) -> Option<String> {
    let id = name::slug(word)?.as_str().to_ascii_lowercase();
    let plain = id.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['-', '_', '.']);
    let plain = if plain.is_empty() { &id } else { plain };
    Some(plain.to_owned())
}
