//! From the text of `plan/roster.yaml` to a [`Roster`].

use super::{Member, MemberKind, Roster, codes};
use crate::diag::{Code, Diagnostic, Place, Severity, Sink};
use crate::doc::yaml::{self, Fields, Node};
use crate::id::MemberName;
use crate::text::{Source, Span, Spanned, is_hostile};
use std::collections::HashMap;

/// The newest format this version knows.
pub const FORMAT: u32 = 1;

/// The size in bytes a roster may have: some thousand members with a key each.
pub const MAX_BYTES: usize = 256 * 1024;

/// Keys of a member that say something about the person only, not about what counts.
const DESCRIPTIVE: [&str; 7] = ["division", "domains", "competencies", "reports_to", "capacity", "model", "tools"];

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
    fields.finish(Severity::Warning, sink);
    let mut reader = Reader { source, sink };
    let nodes = members.and_then(|(_, node)| node.items(source, "`members`", reader.sink)).unwrap_or_default();
    let members: Vec<Member> = nodes.iter().filter_map(|node| reader.member(node)).collect();
    reader.unique(&members);
    Some(Roster { source: source.clone(), format: format.map_or(FORMAT, |format| format.value), members })
}

struct Reader<'a> {
    source: &'a Source,
    sink: &'a mut Sink,
}

impl Reader<'_> {
    fn member(&mut self, node: &Node) -> Option<Member> {
        let mut fields = Fields::new(self.source, node, "a member", self.sink)?;
        let name = fields.need("name", "name: ada", self.sink);
        let name = name.and_then(|(_, node)| node.text(self.source, "`name`", self.sink));
        let name = name.and_then(|text| self.name(text, "the member"));
        let kinds = [("human", MemberKind::Human), ("agent", MemberKind::Agent), ("ci", MemberKind::Ci)];
        let kind = fields.take("kind").and_then(|(_, node)| node.one_of(self.source, "`kind`", &kinds, self.sink));
        let roles = self.texts(&mut fields, "roles", "`roles`");
        let roles = roles.into_iter().filter_map(|text| self.name(text, "the role")).collect();
        let team = fields.take("team").and_then(|(_, node)| node.text(self.source, "`team`", self.sink));
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
        for key in DESCRIPTIVE {
            fields.take(key);
        }
        fields.finish(Severity::Warning, self.sink);
        Some(Member { name: name?, kind: kind.unwrap_or(MemberKind::Human), roles, team, emails, keys })
    }

    fn texts(&mut self, fields: &mut Fields<'_>, key: &'static str, what: &str) -> Vec<Spanned<String>> {
        let texts = fields.take(key).and_then(|(_, node)| node.texts(self.source, what, self.sink));
        texts.unwrap_or_default()
    }

    fn name(&mut self, text: Spanned<String>, what: &str) -> Option<Spanned<MemberName>> {
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
            if let Some(first) = names.insert(name.as_str().to_ascii_lowercase(), name.span) {
                let message = format!("there are two members `{}`", name.value);
                self.shared(&codes::DUPLICATE_MEMBER, name.span, message, first, "rename one, or join the two entries");
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

    fn shared(&mut self, code: &'static Code, span: Span, message: String, first: Span, hint: &str) {
        let finding = Diagnostic::error(code, Place::text(self.source, span), message)
            .label(Place::text(self.source, first), "first written here")
            .cause(format!("it stands in line {} too", self.source.line_column(first.start).line))
            .hint(hint);
        self.sink.push(finding);
    }

    fn error(&mut self, code: &'static Code, span: Span, message: impl Into<String>, cause: &str, hint: &str) {
        self.sink.push(Diagnostic::error(code, Place::text(self.source, span), message).cause(cause).hint(hint));
    }
}

fn is_email(text: &str) -> bool {
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
