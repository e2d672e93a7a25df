//! Names that stand for members elsewhere in the roster: in the lists of teams, as deputies, on support seats.

use super::{Read, bare, cannot, end_of_line, entry, read, read_new};
use crate::doc::yaml::{Node, Value as Yaml};
use crate::text::Span;

/// The text in which whatever names one member names another instead; who would stand twice in a list stands once.
///
/// # Errors
/// The roster cannot be read or changed.
///
/// ```
/// use passmuster::roster::edit::replace;
/// let text = "passmuster: roster/1\nmembers:\n- name: ada\nteams:\n- { name: a, members: [al, ada] }\n- { name: b, members: [al] }\n";
/// let after = replace(text, "al", "ada").unwrap();
/// assert!(after.contains("name: a, members: [ada]") && after.contains("name: b, members: [ada]"));
/// ```
pub fn replace(text: &str, from: &str, into: &str) -> Result<String, crate::diag::Failure> {
    let before = read(text)?;
    let mut edits = Vec::new();
    for list in lists(&before) {
        let has_other = names(list).any(|name| name.as_text() == Some(into));
        for (at, _) in names(list).enumerate().filter(|(_, name)| name.as_text() == Some(from)) {
            edits.push(if has_other { (taken(text, list, at)?, "") } else { (nth(list, at).span, into) });
        }
    }
    edits.extend(seats(&before).filter(|node| node.as_text() == Some(from)).map(|node| (node.span, into)));
    applied(text, &before, edits)
}

/// The text in which a team no longer lists a member.
///
/// # Errors
/// The roster cannot be read or changed.
pub fn leave(text: &str, team: &str, member: &str) -> Result<String, crate::diag::Failure> {
    let before = read(text)?;
    let Some(list) = members_of(&before, team) else { return Ok(text.to_owned()) };
    let Some(at) = names(list).position(|name| name.as_text() == Some(member)) else { return Ok(text.to_owned()) };
    let edit = (taken(text, list, at)?, "");
    applied(text, &before, vec![edit])
}

/// The text in which a team that lists its members lists one more.
///
/// # Errors
/// The roster cannot be read or changed.
pub fn join(text: &str, team: &str, member: &str) -> Result<String, crate::diag::Failure> {
    let before = read(text)?;
    let Some(list) = members_of(&before, team) else { return Ok(text.to_owned()) };
    if names(list).any(|name| name.as_text() == Some(member)) {
        return Ok(text.to_owned());
    }
    let Some(last) = names(list).last() else { return Ok(text.to_owned()) };
    let out = match &list.value {
        Yaml::Sequence(_) if super::is_in_brackets(text, list) => {
            super::insert(text, last.span.end, &format!(", {member}"))
        }
        Yaml::Sequence(_) => {
            let column = super::column_of_dash(text, nth(list, 0).span.start);
            super::after_line(text, list.span.end, &format!("{}- {member}", " ".repeat(column)))
        }
        _ => {
            let old = &text[list.span.range()];
            format!("{}[{old}, {member}]{}", &text[..list.span.start], &text[list.span.end..])
        }
    };
    same_members(&before, &out)?;
    Ok(out)
}

fn sequence(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Yaml::Sequence(nodes)) => nodes,
        _ => &[],
    }
}

/// The lists of names: members and flow of teams, deputies of members.
fn lists(read: &Read) -> Vec<&Node> {
    let teams = sequence(entry(&read.root, "teams")).iter();
    let teams = teams.flat_map(|team| ["members", "flow"].into_iter().filter_map(move |key| entry(team, key)));
    let members = sequence(entry(&read.root, "members")).iter();
    teams.chain(members.filter_map(|member| entry(member, "deputies"))).collect()
}

fn members_of<'a>(read: &'a Read, team: &str) -> Option<&'a Node> {
    let mut teams = sequence(entry(&read.root, "teams")).iter();
    let team = teams.find(|one| entry(one, "name").and_then(Node::as_text) == Some(team))?;
    entry(team, "members")
}

fn seats(read: &Read) -> impl Iterator<Item = &Node> {
    let seats = entry(&read.root, "support").map(|node| &node.value);
    let seats = if let Some(Yaml::Mapping(entries)) = seats { entries.as_slice() } else { &[] };
    seats.iter().map(|(_, node)| node)
}

/// The names of a list; a single one may stand without one.
fn names(list: &Node) -> impl Iterator<Item = &Node> {
    let many = sequence(Some(list));
    let one = matches!(list.value, Yaml::Scalar { .. }).then_some(list);
    many.iter().chain(one)
}

fn nth(list: &Node, at: usize) -> &Node {
    names(list).nth(at).expect("it was counted in this list")
}

/// What to cut so that a name is not in a list any more.
fn taken(text: &str, list: &Node, at: usize) -> Result<Span, crate::diag::Failure> {
    let (nodes, node) = (sequence(Some(list)), nth(list, at));
    if super::is_in_brackets(text, list) {
        return Ok(match (at, nodes.get(at + 1)) {
            (0, Some(next)) => Span::new(node.span.start, next.span.start),
            (0, None) => node.span,
            _ => Span::new(nodes[at - 1].span.end, node.span.end),
        });
    }
    if nodes.len() < 2 {
        return Err(cannot());
    }
    let start = text[..node.span.start].rfind('\n').map_or(0, |at| at + 1);
    Ok(Span::new(start, end_of_line(text, node.span.end)))
}

fn applied(text: &str, before: &Read, mut edits: Vec<(Span, &str)>) -> Result<String, crate::diag::Failure> {
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut out = text.to_owned();
    for (span, new) in edits {
        out.replace_range(span.range(), new);
    }
    same_members(before, &out)?;
    Ok(out)
}

/// Checks that nobody came or went, and that each says the same but for whom they name.
fn same_members(before: &Read, out: &str) -> Result<(), crate::diag::Failure> {
    let after = read_new(out)?;
    let told = |read: &Read| -> Vec<Vec<(String, Yaml)>> {
        let members = sequence(entry(&read.root, "members")).iter();
        let entries = members.map(|member| match &member.value {
            Yaml::Mapping(entries) => entries.as_slice(),
            _ => &[],
        });
        let kept = entries.map(|entries| {
            let kept = entries.iter().filter(|(key, _)| key.value != "deputies");
            kept.map(|(key, node)| (key.value.clone(), bare(node))).collect()
        });
        kept.collect()
    };
    if told(before) == told(&after) { Ok(()) } else { Err(cannot()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "passmuster: roster/1\nmembers:\n- name: ada\n- name: al\n- name: lin\n  deputies: DEPUTIES\n";

    #[test]
    fn names_are_replaced_wherever_they_stand() {
        for (before, after) in [
            (
                "teams:\n- { name: a, members: [al, lin], flow: al }\n",
                "teams:\n- { name: a, members: [ada, lin], flow: ada }\n",
            ),
            (
                "teams:\n- { name: a, members: [lin, al, ada] } # x\n",
                "teams:\n- { name: a, members: [lin, ada] } # x\n",
            ),
            ("teams:\n- { name: a, members: [al, ada] }\n", "teams:\n- { name: a, members: [ada] }\n"),
            (
                "teams:\n- name: a\n  members:\n    - ada\n    - al # he\n    - lin\n",
                "teams:\n- name: a\n  members:\n    - ada\n    - lin\n",
            ),
            ("support: { quality: al, blockers: lin }\n", "support: { quality: ada, blockers: lin }\n"),
            ("teams:\n- { name: alpha, members: [lin] }\n", "teams:\n- { name: alpha, members: [lin] }\n"),
        ] {
            let head = HEAD.replace("DEPUTIES", "[al]");
            let expected = format!("{}{after}", HEAD.replace("DEPUTIES", "[ada]"));
            assert_eq!(replace(&format!("{head}{before}"), "al", "ada").unwrap(), expected);
        }
    }

    #[test]
    fn members_leave_and_join_lists() {
        let head = HEAD.replace("DEPUTIES", "[]");
        for (before, after) in [("[al, lin]", "[lin]"), ("[lin, al]", "[lin]"), ("[al]", "[]"), ("[lin]", "[lin]")] {
            let text = format!("{head}teams:\n- {{ name: a, members: {before} }}\n");
            assert_eq!(leave(&text, "a", "al").unwrap(), text.replace(before, after));
        }
        for (before, after) in [
            ("members: [lin]", "members: [lin, al]"),
            ("members: lin", "members: [lin, al]"),
            ("members: [al]", "members: [al]"),
            ("about: x", "about: x"),
            ("members:\n    - lin\n", "members:\n    - lin\n    - al\n"),
        ] {
            let text = format!("{head}teams:\n- name: a\n  {before}\n");
            assert_eq!(join(&text, "a", "al").unwrap().trim_end(), text.replace(before, after).trim_end(), "{before}");
        }
    }
}
