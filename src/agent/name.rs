//! Names of agents as ids of members.

use crate::id::{MAX_ID, MemberName};
use crate::text::is_hostile;

/// The id for a name that somebody gave an agent: lower case, other characters as `-`; a namespace before a colon
/// stays, with a dot. `None` when nothing is left, or when the name is made to deceive: it leaves a folder or holds
/// invisible characters.
///
/// ```
/// use passmuster::agent::slug;
/// assert_eq!(slug("Frontend Developer").unwrap().as_str(), "frontend-developer");
/// assert_eq!(slug("ring:code-reviewer").unwrap().as_str(), "ring.code-reviewer");
/// assert!(slug("../../etc/cron").is_none() && slug("sec\u{202e}rotidua").is_none() && slug("!").is_none());
/// ```
pub fn slug(name: &str) -> Option<MemberName> {
    let name = name.trim();
    if let Some(name) = MemberName::parse(name).filter(|name| !name.as_str().contains("..")) {
        return Some(name);
    }
    let leaves = name.starts_with(['/', '~', '\\']) || name.split(['/', '\\']).any(|part| part.trim() == "..");
    if leaves || name.chars().any(is_hostile) {
        return None;
    }
    let mut id = String::new();
    for c in name.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || c == '_' => id.push(c.to_ascii_lowercase()),
            ':' | '.' if !id.is_empty() && !id.ends_with(['.', '-']) => id.push('.'),
            '\'' | '’' => {}
            _ if !id.is_empty() && !id.ends_with(['.', '-']) => id.push('-'),
            _ => {}
        }
        if id.len() == MAX_ID {
            break;
        }
    }
    let id = id.trim_start_matches('_').trim_end_matches(['.', '-', '_']);
    MemberName::parse(id)
}

/// The id for an honest name in letters that ids cannot have: that of its file.
pub(super) fn of_file(written: &str, stem: &str) -> Option<MemberName> {
    let honest = written.chars().any(char::is_alphanumeric)
        && !written.chars().any(is_hostile)
        && !written.contains(['/', '\\']);
    if honest { slug(stem) } else { None }
}

/// The name that the path of a file gives it: its last name without the endings that agent files have.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.strip_suffix(".sample").unwrap_or(name);
    let name = ENDINGS.iter().find_map(|ending| strip_ending(name, ending)).unwrap_or(name);
    KINDS.iter().find_map(|ending| strip_ending(name, ending)).unwrap_or(name)
}

const ENDINGS: [&str; 5] = [".markdown", ".mdc", ".md", ".toml", ".txt"];
const KINDS: [&str; 5] = [".agent", ".chatmode", ".instructions", ".prompt", ".mode"];

fn strip_ending<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    let at = name.len().checked_sub(ending.len()).filter(|&at| at > 0)?;
    let last = name.get(at..)?;
    last.eq_ignore_ascii_case(ending).then(|| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_become_ids_or_are_refused() {
        for (name, id) in [
            ("no", Some("no")),
            ("CTO", Some("CTO")),
            ("UI/UX Designer", Some("ui-ux-designer")),
            ("C++ Expert (senior)", Some("c-expert-senior")),
            ("ops::sre", Some("ops.sre")),
            ("Women's health", Some("womens-health")),
            ("_private", Some("private")),
            ("~/x", None),
            ("a/../b", None),
            ("/etc", None),
            ("a\u{200b}b", None),
            ("代码审查", None),
            ("", None),
        ] {
            assert_eq!(slug(name).as_ref().map(MemberName::as_str), id, "{name}");
        }
    }

    #[test]
    fn stems_lose_the_endings_of_agent_files() {
        for (path, expected) in [
            ("a/b/task-planner.agent.md", "task-planner"),
            ("x.chatmode.md", "x"),
            ("x.MDC", "x"),
            (".md", ".md"),
            ("AGENTS.md.sample", "AGENTS"),
            ("v1.2.md", "v1.2"),
            ("é.md", "é"),
        ] {
            assert_eq!(stem(path), expected);
        }
    }

    proptest! {
        #[test]
        fn a_slug_is_its_own_slug(name in "\\PC{0,80}") {
            if let Some(id) = slug(&name) {
                prop_assert_eq!(slug(id.as_str()), Some(id));
            }
            stem(&name);
        }
    }
}
