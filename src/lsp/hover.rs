//! `textDocument/hover`: what stands behind a name, a key or a finding.

use super::completion::schema_of;
use super::mention::{self, Thing};
use super::server::Refusal;
use super::state::{State, View};
use super::yaml::{Role, Spot, at_path, spot};
use crate::diag::{Code, Diagnostic, Place, Sink};
use crate::gate::assess::Requirement;
use crate::plan;
use crate::policy::Gate;
use crate::schedule::{Figure, critical};
use crate::text::{Span, visible, visible_lines};
use crate::verb::show;
use crate::verb::standing::Standing;
use gen_lsp_types::{Contents, Hover, HoverParams, MarkupContent, MarkupKind};
use jiff::Timestamp;
use std::fmt::Write as _;

pub(super) fn run(state: &mut State<'_>, params: HoverParams) -> Result<Option<Hover>, Refusal> {
    let Some((view, offset)) = state.view_at(&params.text_document_position_params) else { return Ok(None) };
    let mut pages = Vec::new();
    let mut span = None;
    if let Some(found) = mention::at(&view.snapshot, &view.path, offset) {
        let page = page(state, &view, &found.thing);
        span = page.is_some().then_some(found.span);
        pages.extend(page);
    } else if let Some((page, at)) = key(&view, offset) {
        span = Some(at);
        pages.push(page);
    }
    for finding in at(&view, offset) {
        pages.push(explanation(finding.code));
    }
    let range = span.map(|span| view.places(&state.client).range(span));
    let contents = |value| Contents::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value });
    Ok((!pages.is_empty()).then(|| Hover { contents: contents(pages.join("\n\n---\n\n")), range }))
}

fn page(state: &mut State<'_>, view: &View, thing: &Thing) -> Option<String> {
    match thing {
        Thing::Item(index) => item(state, view, *index),
        Thing::Member(name) => member(view, name),
        Thing::Gate(name) => gate(view, name),
        Thing::Path(_) | Thing::Priority | Thing::Estimate | Thing::Date | Thing::Tag => None,
    }
}

/// One item with all that concerns it.
fn item(state: &mut State<'_>, view: &View, index: usize) -> Option<String> {
    let project = view.project();
    let shown = state
        .with_tree(&view.snapshot.realm, |tree| show::run(&project.plan, project.policy.as_ref(), tree, index))
        .ok()?;
    let item = shown.item;
    let mut out = format!("**{}** {}\n\n", item.id.value, text(item.title().value));
    let within: Vec<&str> = shown.within.iter().map(|above| above.id.as_str()).collect();
    let mut facts = vec![item.kind.name().to_owned(), shown.standing.name().to_owned()];
    facts.extend((!within.is_empty()).then(|| format!("in {}", within.join(" / "))));
    facts.extend(item.owner().map(|owner| format!("@{}", text(owner.value))));
    facts.extend(item.estimate().map(|estimate| estimate.to_string()));
    facts.extend(item.priority().map(|priority| format!("P{}", priority.value)));
    facts.extend(item.due().map(|due| format!("due {}", due.value)));
    let _ = writeln!(out, "{}\n", facts.join(" · "));
    let criteria = item.criteria().count();
    if criteria > 0 {
        let ticked = item.criteria().filter(|criterion| criterion.ticked).count();
        let _ = writeln!(out, "- criteria: {ticked} of {criteria} ticked");
    }
    for (need, met) in &shown.needs {
        let reason = need.reason.map(|reason| format!(", {}", text(reason))).unwrap_or_default();
        let _ = writeln!(out, "- needs {} ({}{reason}): {}", text(need.target.value), need.kind.name(), met.name());
    }
    for (of, need) in &shown.inherited {
        let _ = writeln!(out, "- needs {} as all of {}: open", text(need.target.value), of.id.value);
    }
    out.push_str(&float(view, index));
    if !shown.waiting.is_empty() {
        let names: Vec<&str> = shown.waiting.iter().map(|(item, _)| item.id.as_str()).collect();
        let _ = writeln!(out, "- waits for it: {}", names.join(", "));
    }
    out.push_str(&gates(state, view, &shown.gates, shown.standing, &item.id.value));
    Some(out)
}

/// How far an open item can slip, where anything is estimated.
fn float(view: &View, index: usize) -> String {
    let plan = &view.project().plan;
    if !plan.items.iter().any(|item| item.estimate().is_some()) {
        return String::new();
    }
    let critical = critical(plan, Figure::default(), &mut Sink::new()).ok();
    let times = critical.and_then(|critical| critical.times(index));
    times.map_or_else(String::new, |times| match times.is_critical() {
        true => format!("- critical: any delay of it delays the whole; done after {} of work\n", times.finish),
        false => format!("- float {}; done after {} of work at the earliest\n", times.float, times.finish),
    })
}

/// The gates of an item: as they stand in what would land, else what they ask.
fn gates(state: &mut State<'_>, view: &View, asked: &[&Gate], standing: Standing, id: &crate::id::ItemId) -> String {
    if asked.is_empty() || standing == Standing::Dropped {
        return String::new();
    }
    let now = state.host.now();
    let known = state.gates(&view.snapshot.realm, std::slice::from_ref(id)).remove(id);
    let mut out = String::from("\n**Gates**\n\n");
    match known {
        Some(gates) if gates.landed => out.push_str("The claim has landed.\n"),
        Some(gates) => {
            for requirement in &gates.requirements {
                let _ = writeln!(out, "- `{}`: {}", requirement.gate, stands(requirement, now));
            }
        }
        None => {
            for gate in asked {
                let _ = writeln!(out, "- `{}`: {}", gate.name.value, text(&gate.kind.to_string()));
            }
            out.push_str("\nHow they stand is known once the item is committed.\n");
        }
    }
    out
}

/// How a gate stands, by which evidence, and how old that is.
pub(super) fn stands(requirement: &Requirement, now: Timestamp) -> String {
    let mut out = format!("{} ({})", requirement.state.name(), text(&requirement.why));
    if let Some(evidence) = &requirement.evidence {
        let at = age(evidence.at, now);
        let _ = write!(out, ", {} by {} {at}", evidence.outcome.name(), text(&evidence.by));
    }
    out
}

/// How long ago something was, as people say it.
pub(super) fn age(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second());
    let ago = |count: i64, unit: &str| match count {
        1 => format!("1 {unit} ago"),
        count => format!("{count} {unit}s ago"),
    };
    match seconds {
        ..60 => "just now".to_owned(),
        60..3_600 => ago(seconds / 60, "minute"),
        3_600..86_400 => ago(seconds / 3_600, "hour"),
        86_400..1_209_600 => ago(seconds / 86_400, "day"),
        _ => ago(seconds / 604_800, "week"),
    }
}

fn member(view: &View, name: &str) -> Option<String> {
    let roster = view.project().roster.as_ref()?;
    let texts = |list: Vec<&str>| list.join(", ");
    let line = |member: &crate::roster::Member| {
        let mut facts = vec![member.kind.name().to_owned()];
        let roles: Vec<&str> = member.roles.iter().map(|role| role.as_str()).collect();
        facts.extend((!roles.is_empty()).then(|| texts(roles)));
        facts.extend(member.team.as_ref().map(|team| format!("team {}", text(team))));
        facts.extend(member.keys.is_empty().then(|| "no key".to_owned()));
        format!("- **{}**: {}\n", member.name.value, facts.join(" · "))
    };
    let of_team = |member: &&crate::roster::Member| member.team.as_ref().is_some_and(|team| team.value == name);
    let mut found: Vec<String> = roster.with_role(name).map(line).collect();
    if found.is_empty() {
        found = roster.members.iter().filter(of_team).map(line).collect();
    }
    (!found.is_empty()).then(|| format!("`{name}`\n\n{}", found.concat()))
}

fn gate(view: &View, name: &str) -> Option<String> {
    let policy = view.project().policy.as_ref()?;
    let gate = policy.gate(name)?;
    let mut out = format!("gate `{}`: {}\n", gate.name.value, text(&gate.kind.to_string()));
    let levels = crate::policy::Level::ALL.into_iter();
    let asks = levels.filter(|level| policy.gates_for(*level).any(|asked| asked.name.value == gate.name.value));
    let asks: Vec<&str> = asks.map(crate::policy::Level::name).collect();
    let paths = |list: &[crate::text::Spanned<String>]| {
        list.iter().map(|path| format!("`{}`", text(&path.value))).collect::<Vec<_>>().join(", ")
    };
    for (label, said) in [
        ("asked of every", asks.join(", ")),
        ("reads", paths(&gate.inputs)),
        ("applies when one changes of", paths(&gate.when)),
    ] {
        if !said.is_empty() {
            let _ = write!(out, "\n- {label} {said}");
        }
    }
    if !gate.waivable {
        out.push_str("\n- cannot be taken away from an item");
    }
    Some(out)
}

/// The key of an item's line, with what it says.
fn key(view: &View, offset: usize) -> Option<(String, Span)> {
    if view.plan_file().is_none() {
        return yaml_key(view, offset);
    }
    let (line, start) = line_at(view.source.text(), offset);
    let content = line.trim_start_matches([' ', '\t', '-', '*', '+']);
    let begin = start + (line.len() - content.len());
    let (name, value) = plan::field_of(content)?;
    let (_, meaning) = plan::keys().find(|(key, _)| *key == name)?;
    (offset >= begin && offset < begin + value)
        .then(|| (format!("`{name}`: {meaning}"), Span::new(begin, begin + value)))
}

/// The key of a line of the policy or the roster, with what its schema says.
fn yaml_key(view: &View, offset: usize) -> Option<(String, Span)> {
    let schema = schema_of(&view.path)?;
    let text = view.source.text();
    let rest = &text[text.floor_char_boundary(offset)..];
    let more = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(rest.len());
    let end = text.floor_char_boundary(offset) + more;
    let Spot { mut path, word, role: Role::Key } = spot(text, end)? else { return None };
    let name = view.source.slice(word);
    path.push(name.to_owned());
    let meaning = at_path(&schema, &path).into_iter().find_map(|part| part["description"].as_str())?;
    Some((format!("`{name}`: {meaning}"), word))
}

/// The line around an offset and where it begins.
pub(super) fn line_at(text: &str, offset: usize) -> (&str, usize) {
    let offset = text.floor_char_boundary(offset);
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    (text[start..end].trim_end_matches('\r'), start)
}

fn at(view: &View, offset: usize) -> impl Iterator<Item = &Diagnostic> {
    view.snapshot.checked.findings.iter().filter(move |finding| match &finding.place {
        Place::Text { source, span } => {
            source.path() == view.path && span.start <= offset && offset <= span.end.max(span.start + 1)
        }
        _ => false,
    })
}

/// The page of a code.
fn explanation(code: &Code) -> String {
    format!("`{}`\n\n{}", code.name, crate::report::page(code))
}

/// Foreign text inside of Markdown: nothing hides, and nothing becomes a link or markup.
fn text(foreign: &str) -> String {
    let mut out = String::new();
    for c in visible_lines(&visible(foreign)).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '!' | '|' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_said_in_words() {
        let now = Timestamp::from_second(2_000_000_000).expect("in range");
        let ago = |seconds: i64| age(Timestamp::from_second(2_000_000_000 - seconds).expect("in range"), now);
        for (seconds, expected) in [
            (-90, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (7_199, "1 hour ago"),
            (90_000, "1 day ago"),
            (1_209_600, "2 weeks ago"),
        ] {
            assert_eq!(ago(seconds), expected);
        }
    }

    #[test]
    fn foreign_text_is_no_markup() {
        assert_eq!(text("a [x](http://y) `b` <i>\u{202e}"), "a \\[x\\](http://y) \\`b\\` \\<i\\>\\\\u{202e}");
    }
}
