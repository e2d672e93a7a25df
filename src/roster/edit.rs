//! Adding to a roster byte by byte: what a person wrote stays as it is, comments and all.
//!
//! Text in, text out. Each result is read again and compared before it is handed out, so an edit that would change
//! anybody else is refused rather than written.

mod names;

pub use names::{join, leave, replace};

use super::{Member, Roster, parse};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::doc::yaml::{self, Node, Value as Yaml};
use crate::id::MemberName;
use crate::text::{Source, Span};
use serde_json::{Map, Value, json};

/// A roster without members, for projects that have none.
pub const EMPTY: &str = "passmuster: roster/1\nmembers: []\n";

/// A member that is to be added.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMember {
    pub name: MemberName,
    /// The other keys in the order they are written; empty lists and nulls are left out.
    pub fields: Map<String, Value>,
}

impl NewMember {
    pub fn new(name: MemberName) -> Self {
        Self { name, fields: Map::new() }
    }

    /// Adds a key, unless its value is null, an empty text or an empty list.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            _ => false,
        };
        if !empty {
            self.fields.insert(key.to_owned(), value);
        }
        self
    }

    /// The member as an entry of a block list.
    fn block(&self, indent: &str) -> String {
        let mut text = format!("{indent}- name: {}\n", yaml::flow(&json!(self.name.as_str())));
        for (key, value) in &self.fields {
            text.push_str(&format!("{indent}  {key}: {}\n", yaml::flow(value)));
        }
        text
    }

    fn flow(&self) -> String {
        let mut whole = Map::new();
        whole.insert("name".to_owned(), json!(self.name.as_str()));
        whole.extend(self.fields.clone());
        yaml::flow(&Value::Object(whole))
    }
}

/// The text of the roster with these members after the ones it has.
///
/// # Errors
/// The roster cannot be read, has a newer format, grows too large, or is written in a way that cannot be added to.
///
/// ```
/// use passmuster::{id::MemberName, roster::edit::{add, NewMember, EMPTY}};
/// let ada = NewMember::new(MemberName::parse("ada").unwrap()).with("kind", "human");
/// assert_eq!(add(EMPTY, &[ada]).unwrap(), "passmuster: roster/1\nmembers:\n  - name: ada\n    kind: human\n");
/// ```
pub fn add(text: &str, new: &[NewMember]) -> Result<String, Failure> {
    if new.is_empty() {
        return Ok(text.to_owned());
    }
    let before = read(text)?;
    let list = list_of(&before)?;
    let crlf = text.contains("\r\n");
    let (at, entry) = match &list.value {
        Yaml::Sequence(nodes) if is_in_brackets(text, list) && !nodes.is_empty() => {
            let entries: Vec<String> = new.iter().map(|member| format!(", {}", member.flow())).collect();
            let last = nodes.last().map_or(list.span.start, |node| node.span.end);
            (Span::at(last), entries.concat())
        }
        Yaml::Sequence(nodes) if !nodes.is_empty() => {
            let column = column_of_dash(text, nodes[0].span.start);
            let end = end_of_line(text, nodes.last().map_or(list.span.end, |node| node.span.end));
            let newline = if text[..end].ends_with('\n') { "" } else { "\n" };
            let entries: String = new.iter().map(|member| member.block(&" ".repeat(column))).collect();
            (Span::at(end), format!("{newline}{entries}"))
        }
        _ => {
            let entries: String = new.iter().map(|member| member.block("  ")).collect();
            // `members: []` in the line of its key; the value goes with the blank before it.
            let blanks = text[..list.span.start].len() - text[..list.span.start].trim_end_matches(' ').len();
            let start = list.span.start - blanks;
            let rest_is_empty = text[list.span.end..].lines().next().is_none_or(|rest| rest.trim().is_empty());
            let end = if rest_is_empty { end_of_line(text, list.span.end) } else { list.span.end };
            (Span::new(start, end), format!("\n{entries}"))
        }
    };
    let entry = if crlf { entry.replace('\n', "\r\n") } else { entry };
    let out = format!("{}{entry}{}", &text[..at.start], &text[at.end..]);
    proven(&before, &out, new)?;
    Ok(out)
}

/// The text with one value more in a list of a member, such as a key.
///
/// # Errors
/// There is no such member, or the roster cannot be read or added to.
pub fn push(text: &str, member: &str, list: &str, value: &str) -> Result<String, Failure> {
    let before = read(text)?;
    let node = node_of(&before, member)?;
    let Yaml::Mapping(entries) = &node.value else { return Err(cannot()) };
    let value = yaml::flow(&json!(value));
    let known = entries.iter().find(|(key, _)| key.value == list).map(|(_, node)| node);
    let out = match known {
        Some(node) => match &node.value {
            Yaml::Sequence(nodes) if is_in_brackets(text, node) => {
                let last = nodes.last().map_or(node.span.start + 1, |node| node.span.end);
                let comma = if nodes.is_empty() { "" } else { ", " };
                insert(text, last, &format!("{comma}{value}"))
            }
            Yaml::Sequence(nodes) if !nodes.is_empty() => {
                let column = column_of_dash(text, nodes[0].span.start);
                after_line(text, node.span.end, &format!("{}- {value}", " ".repeat(column)))
            }
            Yaml::Scalar { .. } => {
                let old = &text[node.span.range()];
                format!("{}[{old}, {value}]{}", &text[..node.span.start], &text[node.span.end..])
            }
            _ => return Err(cannot()),
        },
        None => with_key(text, node, entries, &format!("{list}: [{value}]"))?,
    };
    unchanged_but(&before, &out, Some(member))?;
    Ok(out)
}

/// A typed value as YAML; a number stays one.
fn scalar(value: &str) -> String {
    let digits = !value.is_empty() && value.len() < 10 && value.bytes().all(|b| b.is_ascii_digit());
    if digits && !value.starts_with('0') { value.to_owned() } else { yaml::flow(&json!(value)) }
}

/// The text with one key of a member set to a value; `None` takes the key away.
///
/// # Errors
/// There is no such member, or the roster cannot be read or changed.
pub fn set(text: &str, member: &str, key: &str, value: Option<&str>) -> Result<String, Failure> {
    let before = read(text)?;
    let node = node_of(&before, member)?;
    let Yaml::Mapping(entries) = &node.value else { return Err(cannot()) };
    let known = entries.iter().find(|(name, _)| name.value == key);
    let out = match (known, value) {
        (Some((_, old)), Some(value)) => {
            format!("{}{}{}", &text[..old.span.start], scalar(value), &text[old.span.end..])
        }
        (None, Some(value)) => with_key(text, node, entries, &format!("{key}: {}", scalar(value)))?,
        (Some((name, old)), None) if !is_in_braces(text, node) && name.span.start != node.span.start => {
            let start = text[..name.span.start].rfind('\n').map_or(0, |at| at + 1);
            format!("{}{}", &text[..start], &text[end_of_line(text, old.span.end)..])
        }
        (Some(_), None) => return Err(cannot()),
        (None, None) => text.to_owned(),
    };
    unchanged_but(&before, &out, Some(member))?;
    Ok(out)
}

/// The text without a member.
///
/// # Errors
/// There is no such member, or the roster cannot be read or changed.
pub fn remove(text: &str, member: &str) -> Result<String, Failure> {
    let before = read(text)?;
    let list = list_of(&before)?;
    let node = node_of(&before, member)?;
    if is_in_brackets(text, list) {
        return Err(cannot());
    }
    let start = text[..node.span.start].rfind('\n').map_or(0, |at| at + 1);
    let last = matches!(&list.value, Yaml::Sequence(nodes) if nodes.len() == 1);
    if last {
        return Err(Failure::usage(format!("`{member}` is the only member")).hint("add another first"));
    }
    let out = format!("{}{}", &text[..start], &text[end_of_line(text, node.span.end)..]);
    let after = read_new(&out)?;
    let others = |read: &Read| -> Vec<Yaml> {
        let nodes = read.members().into_iter().filter(|(name, _)| name != member);
        nodes.map(|(_, node)| bare(node)).collect()
    };
    if others(&before) == others(&after) && after.roster.member(member).is_none() { Ok(out) } else { Err(cannot()) }
}

/// A roster as read, with its nodes.
struct Read {
    roster: Roster,
    root: Node,
}

impl Read {
    /// The entries under `members:` with their names.
    fn members(&self) -> Vec<(String, &Node)> {
        let Some(Yaml::Sequence(nodes)) = entry(&self.root, "members").map(|node| &node.value) else {
            return Vec::new();
        };
        let name = |node: &Node| entry(node, "name").and_then(Node::as_text).unwrap_or_default().to_owned();
        nodes.iter().map(|node| (name(node), node)).collect()
    }
}

fn entry<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    let Yaml::Mapping(entries) = &node.value else { return None };
    entries.iter().find(|(name, _)| name.value == key).map(|(_, node)| node)
}

fn read(text: &str) -> Result<Read, Failure> {
    let source = Source::new(super::PATH, text);
    let mut sink = Sink::new();
    let roster = parse(&source, &mut sink);
    let root = yaml::read(&source, Span::new(0, text.len()), super::MAX_BYTES, &mut sink);
    match (roster, root) {
        (Some(roster), Some(root)) => Ok(Read { roster, root }),
        _ => {
            let first = sink.into_sorted().into_iter().find(Diagnostic::is_error);
            let mut failure = Failure::new(format!("`{}` is not changed", super::PATH));
            if let Some(first) = first {
                failure = failure.because(format!("{}: {}", first.place, first.message));
            }
            Err(failure.hint("run `passmuster check`, and mend the roster first"))
        }
    }
}

/// Reads a text that is to be written: what is wrong with it is wrong with the new value.
fn read_new(text: &str) -> Result<Read, Failure> {
    let mut sink = Sink::new();
    parse(&Source::new(super::PATH, text), &mut sink);
    let Some(wrong) = sink.into_sorted().into_iter().find(Diagnostic::is_error) else { return read(text) };
    let mut failure = Failure::usage(wrong.message);
    failure.causes = wrong.causes;
    failure.hint = wrong.hint;
    Err(failure)
}

fn list_of(read: &Read) -> Result<&Node, Failure> {
    entry(&read.root, "members").ok_or_else(cannot)
}

fn node_of<'a>(read: &'a Read, member: &str) -> Result<&'a Node, Failure> {
    let found = read.members().into_iter().find(|(name, _)| name == member);
    found.map(|(_, node)| node).ok_or_else(|| unknown(&read.roster, member))
}

/// The failure that a name is no member's.
pub fn unknown(roster: &Roster, name: &str) -> Failure {
    let failure = Failure::usage(format!("there is no member `{name}`"));
    let near = crate::diag::nearest(name, roster.members.iter().map(|member: &Member| member.name.as_str()));
    match near {
        Some(near) => failure.because(format!("the nearest name is `{near}`")).hint(format!("write `{near}`")),
        None => failure
            .because(format!("{} lists {} members, and none is near", super::PATH, roster.members.len()))
            .hint(format!("add the member: `passmuster roster add {name}`")),
    }
}

fn cannot() -> Failure {
    Failure::new(format!("`{}` is not changed", super::PATH))
        .because("it is written in a way that cannot be changed without touching the rest")
        .hint("write one member per line as `- name: …`, or change it by hand")
}

/// Checks that every member is as before and the new ones are there.
fn proven(before: &Read, out: &str, new: &[NewMember]) -> Result<(), Failure> {
    if out.len() > super::MAX_BYTES {
        return Err(Failure::new(format!("`{}` is not changed", super::PATH))
            .because(format!("it would have {} bytes, and at most {} are read", out.len(), super::MAX_BYTES))
            .hint("import fewer folders at once"));
    }
    let after = read_new(out)?;
    let kept = before.members().into_iter().map(|(_, node)| bare(node));
    let now: Vec<Yaml> = after.members().into_iter().map(|(_, node)| bare(node)).collect();
    let same = kept.eq(now.iter().take(before.members().len()).cloned());
    let added = new.iter().all(|new| after.roster.member(new.name.as_str()).is_some());
    if same && added && rest(&before.root) == rest(&after.root) { Ok(()) } else { Err(cannot()) }
}

fn unchanged_but(before: &Read, out: &str, member: Option<&str>) -> Result<(), Failure> {
    let after = read_new(out)?;
    let others = |read: &Read| -> Vec<Yaml> {
        let nodes = read.members().into_iter().filter(|(name, _)| Some(name.as_str()) != member);
        nodes.map(|(_, node)| bare(node)).collect()
    };
    if others(before) == others(&after) && rest(&before.root) == rest(&after.root) { Ok(()) } else { Err(cannot()) }
}

/// What a roster says besides its members.
fn rest(root: &Node) -> Vec<(String, Yaml)> {
    let Yaml::Mapping(entries) = &root.value else { return Vec::new() };
    let others = entries.iter().filter(|(key, _)| key.value != "members");
    others.map(|(key, node)| (key.value.clone(), bare(node))).collect()
}

/// The value with all places taken out, so that two can be compared.
fn bare(node: &Node) -> Yaml {
    let at = |node: &Node| Node { span: Span::default(), value: bare(node) };
    match &node.value {
        Yaml::Sequence(nodes) => Yaml::Sequence(nodes.iter().map(at).collect()),
        Yaml::Mapping(entries) => Yaml::Mapping(
            entries
                .iter()
                .map(|(key, node)| (crate::text::Spanned::new(key.value.clone(), Span::default()), at(node)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// A line with a key after the first line of a member, or the key before the closing brace.
fn with_key(text: &str, node: &Node, entries: &[yaml::Entry], line: &str) -> Result<String, Failure> {
    let last = entries.last().ok_or_else(cannot)?;
    if is_in_braces(text, node) {
        return Ok(insert(text, last.1.span.end, &format!(", {line}")));
    }
    let start = text[..node.span.start].rfind('\n').map_or(0, |at| at + 1);
    let column = text[start..node.span.start].chars().count();
    Ok(after_line(text, last.1.span.end.max(last.0.span.end), &format!("{}{line}", " ".repeat(column))))
}

/// Whether a list stands in brackets. A list of flow mappings may begin with a brace.
fn is_in_brackets(text: &str, list: &Node) -> bool {
    text[list.span.range()].starts_with('[')
}

fn is_in_braces(text: &str, mapping: &Node) -> bool {
    text[mapping.span.range()].starts_with('{')
}

/// How far the dash of a list entry is indented.
fn column_of_dash(text: &str, entry: usize) -> usize {
    let start = text[..entry].rfind('\n').map_or(0, |at| at + 1);
    text[start..entry].find('-').unwrap_or(2)
}

/// The offset after the line in which what ends at `at` has its last word; a block text ends lines below.
fn end_of_line(text: &str, at: usize) -> usize {
    let at = text[..at].trim_end().len();
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

fn insert(text: &str, at: usize, what: &str) -> String {
    format!("{}{what}{}", &text[..at], &text[at..])
}

/// Puts a line of its own after the line that holds `at`.
fn after_line(text: &str, at: usize, line: &str) -> String {
    let end = end_of_line(text, at);
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let before = if text[..end].ends_with('\n') { "" } else { newline };
    insert(text, end, &format!("{before}{line}{newline}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEAD: &str = "passmuster: roster/1\nmembers:";

    fn bob() -> NewMember {
        NewMember::new(MemberName::parse("bob").unwrap()).with("kind", "agent").with("tools", Value::Array(vec![]))
    }

    #[test]
    fn members_are_added_where_people_put_them() {
        for (before, after) in [
            (" []\n", "\n  - name: bob\n    kind: agent\n"),
            (" []  # none yet\n", "\n  - name: bob\n    kind: agent\n  # none yet\n"),
            (" []", "\n  - name: bob\n    kind: agent\n"),
            ("\n- name: ada # me\n# end\n", "\n- name: ada # me\n- name: bob\n  kind: agent\n# end\n"),
            ("   # us\n- { name: ada }\n", "   # us\n- { name: ada }\n- name: bob\n  kind: agent\n"),
            ("\n    - { name: ada }", "\n    - { name: ada }\n    - name: bob\n      kind: agent\n"),
            (" [{ name: ada }]\n", " [{ name: ada }, {name: bob, kind: agent}]\n"),
            ("\r\n  - name: ada\r\n", "\r\n  - name: ada\r\n  - name: bob\r\n    kind: agent\r\n"),
            (
                "\n  - name: ada\n    about: |\n      text\n\nteams: []\n",
                "\n  - name: ada\n    about: |\n      text\n  - name: bob\n    kind: agent\n\nteams: []\n",
            ),
        ] {
            let out = add(&format!("{HEAD}{before}"), &[bob()]).unwrap_or_else(|failure| panic!("{before}: {failure}"));
            assert_eq!(out, format!("{HEAD}{after}"));
        }
        assert!(
            add("members: [\n", &[bob()]).is_err() && add("passmuster: roster/9\nmembers: []\n", &[bob()]).is_err()
        );
    }

    #[test]
    fn lists_grow_and_keys_change_in_place() {
        for (before, after) in [
            ("\n  - name: ada\n", "\n  - name: ada\n    roles: [x]\n"),
            ("\n  - { name: ada } # me\n", "\n  - { name: ada, roles: [x] } # me\n"),
            ("\n  - name: ada\n    roles: [a]\n  - name: b\n", "\n  - name: ada\n    roles: [a, x]\n  - name: b\n"),
            (
                "\n  - name: ada\n    roles:\n      - a\n    team: t\n",
                "\n  - name: ada\n    roles:\n      - a\n      - x\n    team: t\n",
            ),
            ("\n  - name: ada\n    roles: a\n", "\n  - name: ada\n    roles: [a, x]\n"),
        ] {
            assert_eq!(push(&format!("{HEAD}{before}"), "ada", "roles", "x").unwrap(), format!("{HEAD}{after}"));
        }
        let text = format!("{HEAD}\n  - name: ada\n    team: a # first\n  - name: b\n");
        assert_eq!(set(&text, "ada", "team", Some("b")).unwrap(), text.replace("team: a", "team: b"));
        assert_eq!(set(&text, "ada", "team", None).unwrap(), format!("{HEAD}\n  - name: ada\n  - name: b\n"));
        assert_eq!(remove(&text, "ada").unwrap(), format!("{HEAD}\n  - name: b\n"));
        assert_eq!(push(&text, "adda", "roles", "x").unwrap_err().hint.unwrap(), "write `ada`");
    }

    proptest! {
        #[test]
        fn nobody_else_is_changed(text in "passmuster: roster/1\nmembers:( \\[\\]|( |\n)?(\n  ?- (name: [a-c]|\\{ name: [d-f] \\})( #x)?(\n    (team: t|about: \\|\n      x))?){0,3})\n{0,2}(teams: \\[\\]\n)?(# x)?") {
            if let Ok(out) = add(&text, &[bob()]) {
                let (before, after) = (read(&text).unwrap(), read(&out).unwrap());
                prop_assert_eq!(before.roster.members.len() + 1, after.roster.members.len());
                prop_assert!(after.roster.member("bob").is_some());
            }
        }
    }
}
