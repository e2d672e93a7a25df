//! From the text of `plan/roster.yaml` to a [`Roster`].

use super::{Capacity, Member, MemberKind, Roster, codes, hours, resource, team};
use crate::diag::{Code, Diagnostic, Place, Severity, Sink};
use crate::doc::yaml::{self, Fields, Node};
use crate::id::MemberName;
use crate::pattern::Pattern;
use crate::text::{Source, Span, Spanned, is_hostile};
use std::collections::HashMap;

/// The newest format this version knows.
pub const FORMAT: u32 = 1;

/// The size in bytes a roster may have: some thousand members.
pub const MAX_BYTES: usize = 1024 * 1024;

/// Reads the roster. Everything wrong becomes a finding; `None` when there is any error, because a member who is
/// read in part could pass for somebody else. Unknown keys are warnings.
pub fn parse(source: &Source, sink: &mut Sink) -> Option<Roster> {
    let mut found = Sink::new();
    let roster = read(source, &mut found);
    let usable = !found.has_errors();
    sink.extend(found.into_sorted());
    roster.filter(|_| usable)
}

fn read(source: &Source, sink: &mut Sink) -> Option<Roster> {
    let node = yaml::read(source, Span::new(0, source.text().len()), MAX_BYTES, sink)?;
    let mut fields = Fields::new(source, &node, "the roster", sink)?;
    let format = fields.format("roster", sink);
    if let Some(format) = format.as_ref().filter(|format| format.value > FORMAT) {
        let place = Place::text(source, format.span);
        let message = format!("the roster has format {}, which this version does not know", format.value);
        sink.push(
            Diagnostic::error(&codes::NEWER_FORMAT, place, message)
                .cause(format!("the newest format known here is {FORMAT}"))
                .hint("install the newer version of passmuster"),
        );
        return None;
    }
    let members = fields.need("members", "members: []", sink);
    let (teams, support, calendar) = (fields.take("teams"), fields.take("support"), fields.take("calendar"));
    let resources = fields.take("resources");
    fields.finish(Severity::Warning, sink);
    let mut reader = Reader { source, sink };
    let nodes = members.and_then(|(_, node)| node.items(source, "`members`", reader.sink)).unwrap_or_default();
    let members: Vec<Member> = nodes.iter().filter_map(|node| reader.member(node)).collect();
    reader.unique(&members);
    let teams = teams.map(|(_, node)| team::teams(&mut reader, node)).unwrap_or_default();
    let support = support.map(|(_, node)| team::support(&mut reader, node)).unwrap_or_default();
    let calendar = calendar.map(|(_, node)| hours::calendar(&mut reader, node)).unwrap_or_default();
    let resources = resources.map(|(_, node)| resource::resources(&mut reader, node)).unwrap_or_default();
    let format = format.map_or(FORMAT, |format| format.value);
    Some(Roster { source: source.clone(), format, members, teams, calendar, resources, support })
}

/// Reads values of the roster; what is wrong with one goes to the sink.
pub(super) struct Reader<'a> {
    pub source: &'a Source,
    pub sink: &'a mut Sink,
}

impl Reader<'_> {
    fn member(&mut self, node: &Node) -> Option<Member> {
        let mut fields = Fields::new(self.source, node, "a member", self.sink)?;
        let name = fields.need("name", "name: ada", self.sink);
        let name = name.and_then(|(_, node)| node.text(self.source, "`name`", self.sink));
        let name = name.and_then(|text| self.name(text, "the member"));
        let kinds = MemberKind::ALL.map(|kind| (kind.name(), kind));
        let kind = fields.take("kind").and_then(|(_, node)| node.one_of(self.source, "`kind`", &kinds, self.sink));
        let roles = self.names(&mut fields, "roles", "the role");
        let implements =
            fields.take("implements").and_then(|(_, node)| node.boolean(self.source, "`implements`", self.sink));
        let emails = self.texts(&mut fields, "emails", "`emails`");
        for email in emails.iter().filter(|email| !is_email(&email.value)) {
            let message = format!("`{}` is no e-mail address", email.value);
            let cause = "an address has a name, one `@` and a host, without spaces";
            self.error(&codes::BAD_EMAIL, email.span, message, cause, "write it as `git config user.email` shows it");
        }
        let keys = self.texts(&mut fields, "keys", "`keys`");
        for key in &keys {
            if let Err(cause) = key_blob(&key.value) {
                let hint = "copy the whole line from the `.pub` file";
                self.error(&codes::BAD_KEY, key.span, "a public key cannot be used", cause, hint);
            }
        }
        let domains = self.domains(&mut fields);
        let reports_to = self.text(&mut fields, "reports_to", "`reports_to`");
        let reports_to = reports_to.and_then(|text| self.name(text, "the member"));
        let capacity = self.text(&mut fields, "capacity", "`capacity`").and_then(|text| self.capacity(&text));
        let calendar = fields.take("calendar").map(|(_, node)| hours::calendar(self, node)).unwrap_or_default();
        let member = Member {
            name: name?,
            title: self.text(&mut fields, "title", "`title`"),
            kind: kind.unwrap_or(MemberKind::Human),
            about: self.text(&mut fields, "about", "`about`"),
            roles,
            implements: implements.unwrap_or(true),
            division: self.text(&mut fields, "division", "`division`"),
            team: self.text(&mut fields, "team", "`team`"),
            domains,
            competencies: self.texts(&mut fields, "competencies", "`competencies`"),
            reports_to,
            deputies: self.names(&mut fields, "deputies", "the deputy"),
            capacity,
            calendar,
            away: self.text(&mut fields, "away", "`away`"),
            model: self.text(&mut fields, "model", "`model`"),
            tools: self.texts(&mut fields, "tools", "`tools`"),
            was: self.names(&mut fields, "was", "the former name"),
            requires: self.texts(&mut fields, "requires", "`requires`"),
            from: self.text(&mut fields, "from", "`from`"),
            github: self.text(&mut fields, "github", "`github`"),
            emails,
            keys,
        };
        fields.finish(Severity::Warning, self.sink);
        Some(member)
    }

    /// Path patterns and tags. One that cannot be read would quietly own nothing, so it is an error.
    fn domains(&mut self, fields: &mut Fields<'_>) -> Vec<Spanned<String>> {
        let domains = self.texts(fields, "domains", "`domains`");
        for domain in domains.iter().filter(|domain| !domain.starts_with('#')) {
            if let Err(bad) = Pattern::parse(&domain.value) {
                let message = format!("`{}` is no domain", domain.value);
                let hint = "write a path pattern such as `docs/**`, or a tag such as `#security`";
                self.error(&codes::BAD_DOMAIN, domain.span, message, &bad.to_string(), hint);
            }
        }
        domains
    }

    fn capacity(&mut self, text: &Spanned<String>) -> Option<Spanned<Capacity>> {
        let capacity = Capacity::parse(&text.value);
        if capacity.is_none() {
            let place = Place::text(self.source, text.span);
            self.sink.push(
                Diagnostic::warning(&codes::BAD_CAPACITY, place, format!("`{}` is no capacity", text.value))
                    .cause("a capacity is a number of tasks at once, or hours or a share of a day")
                    .hint("write `3`, `6h` or `50%`"),
            );
        }
        Some(Spanned::new(capacity?, text.span))
    }

    pub(super) fn text(&mut self, fields: &mut Fields<'_>, key: &'static str, what: &str) -> Option<Spanned<String>> {
        fields.take(key).and_then(|(_, node)| node.text(self.source, what, self.sink))
    }

    /// Names of members or roles; `what` names one of them.
    pub(super) fn names(&mut self, fields: &mut Fields<'_>, key: &'static str, what: &str) -> Vec<Spanned<MemberName>> {
        let texts = self.texts(fields, key, &format!("`{key}`"));
        texts.into_iter().filter_map(|text| self.name(text, what)).collect()
    }

    pub(super) fn texts(&mut self, fields: &mut Fields<'_>, key: &'static str, what: &str) -> Vec<Spanned<String>> {
        let texts = fields.take(key).and_then(|(_, node)| node.texts(self.source, what, self.sink));
        texts.unwrap_or_default()
    }

    pub(super) fn name(&mut self, text: Spanned<String>, what: &str) -> Option<Spanned<MemberName>> {
        let name = MemberName::parse(&text.value);
        if name.is_none() {
            let message = format!("{what} `{}` is not a name", text.value);
            let cause = "a name has 1 to 64 letters, digits, `.`, `_`, `-`, and starts with a letter or digit";
            self.error(&codes::BAD_NAME, text.span, message, cause, "write a name such as `ada`");
        }
        Some(Spanned::new(name?, text.span))
    }

    /// Names, keys and addresses belong to one member each.
    fn unique(&mut self, members: &[Member]) {
        let mut names: HashMap<String, Span> = HashMap::new();
        let mut emails: HashMap<String, (usize, Span)> = HashMap::new();
        let mut keys: HashMap<&str, (usize, Span)> = HashMap::new();
        for (index, member) in members.iter().enumerate() {
            let name = &member.name;
            for name in std::iter::once(name).chain(&member.was) {
                if let Some(first) = names.insert(name.as_str().to_ascii_lowercase(), name.span) {
                    let message = format!("there are two members `{}`", name.value);
                    self.shared(
                        &codes::DUPLICATE_MEMBER,
                        name.span,
                        message,
                        first,
                        "rename one, or join the two entries",
                    );
                }
            }
            for email in &member.emails {
                let (first, span) = *emails.entry(email.to_ascii_lowercase()).or_insert((index, email.span));
                if first != index {
                    let message = format!("`{}` is the address of two members", email.value);
                    let hint = format!("remove it from `{}` or `{}`", members[first].name.value, name.value);
                    self.shared(&codes::SHARED_EMAIL, email.span, message, span, &hint);
                }
            }
            for key in &member.keys {
                let Ok(blob) = key_blob(&key.value) else { continue };
                let (first, span) = *keys.entry(blob).or_insert((index, key.span));
                if first != index {
                    let message = format!("`{}` and `{}` have the same key", members[first].name.value, name.value);
                    self.shared(&codes::SHARED_KEY, key.span, message, span, "give each member a key of their own");
                }
            }
        }
    }

    pub(super) fn shared(&mut self, code: &'static Code, span: Span, message: String, first: Span, hint: &str) {
        let finding = Diagnostic::error(code, Place::text(self.source, span), message)
            .label(Place::text(self.source, first), "first written here")
            .cause(format!("it stands in line {} too", self.source.line_column(first.start).line))
            .hint(hint);
        self.sink.push(finding);
    }

    pub(super) fn error(
        &mut self,
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
        cause: &str,
        hint: &str,
    ) {
        self.sink.push(Diagnostic::error(code, Place::text(self.source, span), message).cause(cause).hint(hint));
    }
}

/// Whether a text is an e-mail address as commits carry it.
pub fn is_email(text: &str) -> bool {
    let unfit = |c: char| c.is_whitespace() || is_hostile(c) || matches!(c, '<' | '>' | ',' | ';' | '"');
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.chars().any(unfit)
}

/// The base64 part of an OpenSSH public key line, which is the same for the same key; else what is wrong.
fn key_blob(line: &str) -> Result<&str, &'static str> {
    if line.contains("PRIVATE KEY") {
        return Err("it is a private key; make a new pair, this one is no secret any more");
    }
    if line.chars().any(is_hostile) {
        return Err("it has line ends or invisible characters; a key is one line");
    }
    let mut words = line.split(' ').filter(|word| !word.is_empty());
    let (Some(kind), Some(blob)) = (words.next(), words.next()) else {
        return Err("it is not a type and a key in base64");
    };
    if !["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].iter().any(|prefix| kind.starts_with(prefix)) {
        return Err("it does not start with a key type such as `ssh-ed25519`");
    }
    if !is_base64(blob) {
        return Err("its second word is not base64");
    }
    Ok(blob)
}

/// Whether `text` is whole, canonical base64: the same bytes have no second spelling.
fn is_base64(text: &str) -> bool {
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let last = digits.bytes().last().unwrap_or_default();
    let canonical = match text.len() - digits.len() {
        0 => true,
        1 => b"AEIMQUYcgkosw048".contains(&last),
        _ => b"AQgw".contains(&last),
    };
    !digits.is_empty()
        && text.len().is_multiple_of(4)
        && canonical
        && digits.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_one_spelling() {
        for (text, expected) in [
            ("AAAA", true),
            ("AAA=", true),
            ("AAB=", false),
            ("AA==", true),
            ("AB==", false),
            ("A===", false),
            ("AAAAA", false),
            ("AA-_", false),
            ("====", false),
            ("", false),
        ] {
            assert_eq!(is_base64(text), expected, "{text}");
        }
    }

    #[test]
    fn addresses_are_told_from_other_text() {
        for (text, expected) in [
            ("a@b", true),
            ("1+x@users.host", true),
            ("é@b", true),
            ("a", false),
            ("@b", false),
            ("a@", false),
            ("a@b@c", false),
            ("A <a@b>", false),
            ("a@b\u{200b}", false),
        ] {
            assert_eq!(is_email(text), expected, "{text}");
        }
    }
}
