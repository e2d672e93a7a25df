//! `roster export`: CODEOWNERS for a forge, from `owners` of the policy and `domains` of the roster.

use crate::policy::Policy;
use crate::roster::{Member, Roster, codeowners};

/// The file, and what could not be said in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub text: String,
    pub left_out: Vec<String>,
}

/// Writes CODEOWNERS: the widest patterns first, since the last line that matches counts there.
pub fn run(roster: &Roster, policy: Option<&Policy>) -> Export {
    let mut owned: Vec<(String, Vec<String>)> = Vec::new();
    let mut left_out = Vec::new();
    let mut own = |domain: &str, holders: &[&Member]| {
        let mut handles = Vec::new();
        for holder in holders {
            match handle(holder) {
                Some(handle) => handles.push(handle),
                None => left_out.push(format!("`{}` of `{domain}`: no GitHub login and no address", holder.name.value)),
            }
        }
        let patterns = match codeowners::as_patterns(domain) {
            Ok(patterns) => patterns,
            Err(why) => return left_out.push(format!("`{domain}`: {why}")),
        };
        for pattern in patterns.into_iter().filter(|_| !handles.is_empty()) {
            match owned.iter_mut().find(|(known, _)| *known == pattern) {
                Some((_, known)) => known.extend(handles.iter().cloned()),
                None => owned.push((pattern, handles.clone())),
            }
        }
    };
    for (pattern, role) in policy.map(|policy| policy.owners.as_slice()).unwrap_or_default() {
        let holders: Vec<&Member> = roster.with_role(role.value.as_str()).collect();
        own(&pattern.value, &holders);
    }
    for member in &roster.members {
        for domain in member.domains.iter().filter(|domain| !domain.starts_with('#')) {
            own(&domain.value, &[member]);
        }
    }
    owned.sort_by(|(a, _), (b, _)| (codeowners::depth(a), a).cmp(&(codeowners::depth(b), b)));
    let text = codeowners::write(&owned);
    if text.len() > codeowners::MAX_BYTES {
        left_out.push(format!(
            "GitHub ignores the file: it has {} bytes, more than {}",
            text.len(),
            codeowners::MAX_BYTES
        ));
    }
    Export { text, left_out }
}

/// How a forge knows a member.
fn handle(member: &Member) -> Option<String> {
    let login = member.github.as_ref().map(|login| format!("@{}", login.value.trim_start_matches('@')));
    login.or_else(|| member.emails.first().map(|email| email.value.clone()))
}
