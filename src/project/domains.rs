//! Whose an item is: the domains it lies in, by the paths it touches and by its tags, and who holds them.

use crate::id::RepoPath;
use crate::pattern::Pattern;
use crate::plan::Item;
use crate::policy::Policy;
use crate::roster::{Member, Roster};

/// One domain that an item lies in.
#[derive(Clone, Debug)]
pub struct Domain<'a> {
    /// The path pattern or `#tag`.
    pub what: &'a str,
    /// Where that is said: `owners` of the policy, or a member's `domains`.
    pub said: &'static str,
    /// The members who hold it, in the order of the roster.
    pub holders: Vec<&'a Member>,
}

/// The domains of an item that somebody holds. A domain in the policy whose role nobody has is not among them.
pub fn of_item<'a>(item: &Item, policy: Option<&'a Policy>, roster: &'a Roster) -> Vec<Domain<'a>> {
    let touched: Vec<&str> = item.touches().map(|touch| touch.value).collect();
    let tags: Vec<&str> = item.tags().iter().map(|tag| tag.value).collect();
    let within = |what: &str| match what.strip_prefix('#') {
        Some(tag) => tags.iter().any(|own| own.eq_ignore_ascii_case(tag)),
        None => Pattern::parse(what).is_ok_and(|domain| touched.iter().any(|touch| lies_in(touch, &domain))),
    };
    let mut domains: Vec<Domain<'a>> = Vec::new();
    for (pattern, owner) in policy.map(|policy| policy.owners.as_slice()).unwrap_or_default() {
        let holders: Vec<&Member> = roster.with_role(owner.value.as_str()).collect();
        if !holders.is_empty() && within(&pattern.value) {
            domains.push(Domain { what: &pattern.value, said: "`owners` of the policy", holders });
        }
    }
    for member in &roster.members {
        for domain in member.domains.iter().filter(|domain| within(&domain.value)) {
            match domains.iter_mut().find(|known| known.what == domain.value) {
                Some(known) if known.holders.iter().any(|holder| std::ptr::eq(*holder, member)) => {}
                Some(known) => known.holders.push(member),
                None => {
                    domains.push(Domain {
                        what: &domain.value,
                        said: "`domains` of the roster",
                        holders: vec![member],
                    });
                }
            }
        }
    }
    domains
}

/// Whether a pattern of what is touched names something inside a domain. One that names far more than the domain,
/// such as `src/**` beside the domain `src/auth`, does not make its item one of the domain's.
fn lies_in(touch: &str, domain: &Pattern) -> bool {
    let names: Vec<&str> = touch.split('/').filter(|name| !matches!(*name, "" | "." | "**")).collect();
    domain.matches(&RepoPath::new(names.join("/")))
}

/// Whether one of the domains is the member's, or there is none.
pub fn may_take(domains: &[Domain<'_>], member: &Member) -> bool {
    domains.is_empty() || domains.iter().any(|domain| domain.holders.iter().any(|holder| std::ptr::eq(*holder, member)))
}

/// Whether nobody who holds one of the domains can be given anything now.
pub fn all_away(domains: &[Domain<'_>]) -> bool {
    domains.iter().flat_map(|domain| &domain.holders).all(|holder| holder.away.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_more_than_a_domain_does_not_lie_in_it() {
        for (touch, domain, expected) in [
            ("docs/**", "docs", true),
            ("docs/api/", "docs/**", true),
            ("docs/*.md", "**/*.md", true),
            ("README.md", "*.md", true),
            ("src/auth/**", "src/auth", true),
            ("src/**", "src/auth", false),
            ("src/**", "**/*.md", false),
            (".", "docs", false),
            ("x", ".", true),
        ] {
            assert_eq!(lies_in(touch, &Pattern::parse(domain).unwrap()), expected, "{touch} {domain}");
        }
    }
}
