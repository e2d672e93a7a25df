//! From the text of `passmuster.yaml` to a [`Policy`].

use super::profile::default_gates;
use super::refs::RefPattern;
use super::{
    Aims, Builtin, Comms, Gate, Level, NameItem, Occasion, OutsideTouches, Policy, Precautions, Profile, Separation,
    Threshold, Time, Trust, codes, entry,
};
use crate::diag::{Code, Diagnostic, Place, Severity, Sink, nearest};
use crate::doc::yaml::{self, Fields, Node};
use crate::id::{GateName, MemberName, is_id};
use crate::pattern::Pattern;
use crate::text::{Source, Span, Spanned};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The newest format this version knows.
pub const FORMAT: u32 = 1;

/// The pattern that a single word under `trust` stands for.
pub(super) const EVERY_REF: &str = "refs/**";

/// How many gates are named in a cause.
const MAX_LISTED: usize = 8;

/// How many gates a misspelt name is compared with: both lists come from the file, and could be long.
const MAX_COMPARED: usize = 64;

/// The most gates, and the most ref patterns of one list: each is compiled whenever the policy is read.
const MAX_ENTRIES: usize = 250;

/// Reads the policy. Everything wrong becomes a finding; `None` when there is any error, because half a policy
/// would guard half of what it should.
pub fn parse(source: &Source, sink: &mut Sink) -> Option<Policy> {
    let mut found = Sink::new();
    let policy = read(source, &mut found);
    let usable = !found.has_errors();
    sink.extend(found.into_sorted());
    policy.filter(|_| usable)
}

fn read(source: &Source, sink: &mut Sink) -> Option<Policy> {
    let node = yaml::read(source, Span::new(0, source.text().len()), yaml::MAX_BYTES, sink)?;
    let mut fields = Fields::new(source, &node, "the policy", sink)?;
    let format = fields.format("policy", sink);
    if let Some(format) = format.as_ref().filter(|format| format.value > FORMAT) {
        let place = Place::text(source, format.span);
        let message = format!("the policy has format {}, which this version does not know", format.value);
        sink.push(
            Diagnostic::error(&codes::NEWER_FORMAT, place, message)
                .cause(format!("the newest format known here is {FORMAT}"))
                .hint("install the newer version of passmuster"),
        );
        return None;
    }
    let mut reader = Reader { source, sink, written: BTreeSet::new() };
    let policy = reader.policy(&mut fields, format.map_or(FORMAT, |format| format.value));
    fields.finish(Severity::Error, sink);
    policy
}

/// Reading of the parts, with the place findings go to.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source,
    pub(super) sink: &'a mut Sink,
    /// The keys seen so far; see [`Policy::says`].
    pub(super) written: BTreeSet<&'static str>,
}

impl Reader<'_> {
    pub(super) fn error(
        &mut self,
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
        cause: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.sink.push(Diagnostic::error(code, Place::text(self.source, span), message).cause(cause).hint(hint));
    }

    /// One word of an enum.
    pub(super) fn word<T: Copy>(
        &mut self,
        node: &Node,
        what: &str,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> Option<T> {
        let words: Vec<_> = all.iter().map(|value| (name(*value), *value)).collect();
        node.one_of(self.source, what, &words, self.sink)
    }

    /// A name that is an id; `what` names it with its article, such as `the role`.
    pub(super) fn name<T>(
        &mut self,
        text: Spanned<String>,
        what: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let name = parse(&text.value);
        if name.is_none() {
            let message = format!("{what} `{}` is not a name", text.value);
            let cause = "a name has 1 to 64 letters, digits, `.`, `_`, `-`, and starts with a letter or digit";
            self.error(&codes::BAD_NAME, text.span, message, cause, "use only those characters, without spaces");
        }
        Some(Spanned::new(name?, text.span))
    }

    /// Path patterns that can be used.
    pub(super) fn patterns(&mut self, node: &Node, what: &str) -> Option<Vec<Spanned<String>>> {
        let patterns = node.texts(self.source, what, self.sink)?;
        for pattern in &patterns {
            if let Err(bad) = Pattern::parse(&pattern.value) {
                self.bad_pattern(pattern, &bad.reason);
            }
        }
        Some(patterns)
    }

    pub(super) fn bad_pattern(&mut self, pattern: &Spanned<String>, reason: &str) {
        let message = format!("the path `{}` cannot be used", pattern.value);
        let hint = "write a path from the root of the repository, such as `src/`, `docs/**` or `.`";
        self.error(&codes::BAD_PATTERN, pattern.span, message, format!("it {reason}"), hint);
    }

    /// A value the file may leave to the profile.
    pub(super) fn optional<'n, T>(
        &mut self,
        fields: &mut Fields<'n>,
        key: &'static str,
        default: T,
        read: impl FnOnce(&mut Self, &'n Node) -> Option<T>,
    ) -> T {
        let Some((_, node)) = fields.take(key) else { return default };
        self.written.insert(key);
        read(self, node).unwrap_or(default)
    }

    /// One of the words of an enum that the file may leave to the profile.
    fn choice<T: Copy>(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        default: T,
        all: &[T],
        name: fn(T) -> &'static str,
    ) -> T {
        self.optional(fields, key, default, |reader, node| reader.word(node, &format!("`{key}`"), all, name))
    }

    fn policy(&mut self, fields: &mut Fields<'_>, format: u32) -> Option<Policy> {
        let repository = self.repository(fields);
        let start = Span::at(fields.span().start);
        let profile = self.optional(fields, "profile", Spanned::new(Profile::Team, start), |reader, node| {
            let profile = reader.word(node, "`profile`", &Profile::ALL, Profile::name)?;
            Some(Spanned::new(profile, node.span))
        });
        let defaults = profile.defaults();
        let (protect, protected) = self.protect(fields).unwrap_or_default();
        let (trust, trusted) = self.optional(fields, "trust", Default::default(), Self::trust);
        let separation = self.choice(fields, "separation", defaults.separation, &Separation::ALL, Separation::name);
        let threshold = self.optional(fields, "threshold", Threshold::default(), Self::threshold);
        let comms = self.choice(fields, "comms", defaults.comms, &Comms::ALL, Comms::name);
        let (commits_name_item, commits_outside_touches) = self.commits(fields, profile.value);
        let gates = self.optional(fields, "gates", BTreeMap::new(), Self::gates);
        let levels = self.levels(fields, profile.value, &gates);
        let owners = self.optional(fields, "owners", Vec::new(), Self::owners);
        let on = self.optional(fields, "on", BTreeMap::new(), Self::on);
        let triggers = self.optional(fields, "triggers", BTreeMap::new(), Self::triggers);
        let views = self.optional(fields, "views", Vec::new(), Self::views);
        let enforce_owners = self.optional(fields, "enforce_owners", defaults.enforce_owners, |reader, node| {
            node.boolean(reader.source, "`enforce_owners`", reader.sink)
        });
        let phases = self.optional(fields, "phases", defaults.phases, |reader, node| {
            node.boolean(reader.source, "`phases`", reader.sink)
        });
        let (policy_approvers, powers) = self.authority(fields, profile.value);
        let waiver_days = self.waivers(fields);
        let critical_minutes = self.messages(fields);
        let ladders = self.ladders(fields);
        let conduct = self.conduct(fields);
        let aims = self.optional(fields, "metrics", Aims::new(), Self::aims);
        let precautions = self.precautions(fields, profile.value, &gates);
        self.unused(&gates, &levels, &precautions);
        let time = self.optional(fields, "time", Time::default(), Self::time);
        Some(Policy {
            source: self.source.clone(),
            format,
            repository: repository?,
            profile,
            protect,
            trust,
            separation,
            threshold,
            comms,
            commits_name_item,
            commits_outside_touches,
            levels,
            gates,
            owners,
            on,
            triggers,
            views,
            enforce_owners,
            phases,
            policy_approvers,
            powers,
            waiver_days,
            critical_minutes,
            conduct,
            precautions,
            time,
            aims,
            ladders,
            protected,
            trusted,
            written: std::mem::take(&mut self.written),
        })
    }

    fn threshold(&mut self, node: &Node) -> Option<Threshold> {
        let mut fields = Fields::new(self.source, node, "the threshold", self.sink)?;
        let mut number = |key: &'static str, default: u32, reader: &mut Self| match fields.take(key) {
            Some((_, node)) => {
                let number = node.whole_number(reader.source, &format!("`{key}`"), reader.sink)?;
                Some(u32::try_from(number).unwrap_or(u32::MAX))
            }
            None => Some(default),
        };
        let usual = Threshold::default();
        let (files, minutes) = (number("files", usual.files, self), number("minutes", usual.minutes, self));
        fields.finish(Severity::Error, self.sink);
        Some(Threshold { files: files?, minutes: minutes? })
    }

    fn repository(&mut self, fields: &mut Fields<'_>) -> Option<Spanned<String>> {
        let (_, node) = fields.need("repository", "repository: 7f3k9q2m", self.sink)?;
        let text = node.text(self.source, "`repository`", self.sink)?;
        if !is_id(&text.value) {
            let message = format!("`{}` cannot name the repository", text.value);
            let cause = "the name has 1 to 64 letters, digits, `.`, `_`, `-`";
            self.error(&codes::BAD_REPOSITORY, text.span, message, cause, "write one such as `7f3k9q2m`");
        }
        Some(text)
    }

    /// Whether a list may be read on; if not, says so.
    fn few(&mut self, what: &str, count: usize, span: Span) -> bool {
        if count > MAX_ENTRIES {
            let message = format!("{what} has more than {MAX_ENTRIES} entries");
            self.error(&codes::TOO_MANY, span, message, format!("it has {count}"), "join what belongs together");
        }
        count <= MAX_ENTRIES
    }

    fn ref_pattern(&mut self, text: &Spanned<String>) -> Option<RefPattern> {
        match RefPattern::parse(&text.value) {
            Ok(pattern) => Some(pattern),
            Err(reason) => {
                let message = format!("the ref pattern `{}` cannot be used", text.value);
                let hint = "write a branch such as `main` or `release/*`, or a full name from `refs/` on";
                self.error(&codes::BAD_REF, text.span, message, format!("it {reason}"), hint);
                None
            }
        }
    }

    fn protect(&mut self, fields: &mut Fields<'_>) -> Option<(Vec<Spanned<String>>, Vec<RefPattern>)> {
        let (span, node) = fields.need("protect", "protect: [main]", self.sink)?;
        let texts = node.texts(self.source, "`protect`", self.sink)?;
        if texts.is_empty() {
            let message = "the policy protects nothing";
            self.error(&codes::NOTHING_PROTECTED, span, message, "`protect` is empty", "write `protect: [main]`");
        }
        if !self.few("`protect`", texts.len(), span) {
            return None;
        }
        let patterns = texts.iter().filter_map(|text| self.ref_pattern(text)).collect();
        Some((texts, patterns))
    }

    /// One word for every ref, or a mapping of patterns to words.
    fn trust(&mut self, node: &Node) -> Option<TrustMap> {
        let entries: Vec<(Spanned<String>, &Node)> = match &node.value {
            yaml::Value::Mapping(entries) => entries.iter().map(|(key, node)| (key.clone(), node)).collect(),
            _ => vec![(Spanned::new(EVERY_REF.to_owned(), node.span), node)],
        };
        if !self.few("`trust`", entries.len(), node.span) {
            return None;
        }
        let mut trust = (Vec::new(), Vec::new());
        for (pattern, node) in entries {
            let compiled = self.ref_pattern(&pattern);
            let word = self.word(node, "`trust`", &Trust::ALL, Trust::name);
            if let (Some(compiled), Some(word)) = (compiled, word) {
                trust.0.push((pattern, word));
                trust.1.push(compiled);
            }
        }
        Some(trust)
    }

    fn commits(&mut self, fields: &mut Fields<'_>, profile: Profile) -> (NameItem, OutsideTouches) {
        let defaults = profile.defaults();
        let default = (defaults.commits_name_item, defaults.commits_outside_touches);
        let Some((_, node)) = fields.take("commits") else { return default };
        let Some(mut fields) = Fields::new(self.source, node, "`commits`", self.sink) else { return default };
        let read = (
            self.choice(&mut fields, "name_item", default.0, &NameItem::ALL, NameItem::name),
            self.choice(&mut fields, "outside_touches", default.1, &OutsideTouches::ALL, OutsideTouches::name),
        );
        fields.finish(Severity::Error, self.sink);
        read
    }

    fn gates(&mut self, node: &Node) -> Option<BTreeMap<GateName, Gate>> {
        let mut gates = BTreeMap::new();
        let mut taken: HashMap<String, Span> = HashMap::new();
        let entries = node.entries(self.source, "`gates`", self.sink)?;
        if !self.few("`gates`", entries.len(), node.span) {
            return None;
        }
        for (key, node) in entries {
            let Some(name) = self.name(key.clone(), "the gate", GateName::parse) else { continue };
            let folded = key.value.to_ascii_lowercase();
            if Builtin::from_name(&folded).is_some() {
                let message = format!("the name `{}` is taken by a built-in gate", key.value);
                let hint = format!("choose another name, such as `my-{folded}`");
                self.error(&codes::NAME_TAKEN, key.span, message, "built-in gates need no entry", hint);
            }
            if let Some(first) = taken.insert(folded, key.span) {
                let message = format!("the gate `{}` has the name of another one in other letters", key.value);
                let finding = Diagnostic::error(&codes::NAME_TAKEN, Place::text(self.source, key.span), message)
                    .label(Place::text(self.source, first), "the other one")
                    .cause("names are compared without regard to case")
                    .hint("rename one of the two");
                self.sink.push(finding);
            }
            // A gate that cannot be read is still known by its name: one mistake, one finding.
            let gate = entry::read(self, name.clone(), node)
                .unwrap_or_else(|| Gate { name: name.clone(), ..Builtin::Committed.gate().clone() });
            gates.insert(name.value, gate);
        }
        Some(gates)
    }

    fn levels(
        &mut self,
        fields: &mut Fields<'_>,
        profile: Profile,
        gates: &BTreeMap<GateName, Gate>,
    ) -> BTreeMap<Level, Vec<Spanned<GateName>>> {
        let start = Span::at(fields.span().start);
        let default = |level| {
            let name = |name: &&str| GateName::parse(name).expect("names of built-in gates are ids");
            default_gates(profile, level).iter().map(|text| Spanned::new(name(text), start)).collect()
        };
        let mut levels: BTreeMap<_, _> = Level::ALL.into_iter().map(|level| (level, default(level))).collect();
        let Some((_, node)) = fields.take("levels") else { return levels };
        for (key, node) in node.entries(self.source, "`levels`", self.sink).unwrap_or_default() {
            let Some(level) = Level::ALL.into_iter().find(|level| level.name() == key.value) else {
                let near = nearest(&key.value, Level::ALL.map(Level::name)).unwrap_or("task");
                let message = format!("the level `{}` is not known", key.value);
                let cause = "gates hang on merge, task, feature, epic and phase";
                let finding = Diagnostic::error(&codes::UNKNOWN_LEVEL, Place::text(self.source, key.span), message);
                self.sink.push(finding.cause(cause).instead(key.span, near));
                continue;
            };
            self.written.insert(written_level(level));
            levels.insert(level, self.level(level, node, gates));
        }
        levels
    }

    fn level(&mut self, level: Level, node: &Node, gates: &BTreeMap<GateName, Gate>) -> Vec<Spanned<GateName>> {
        let mut names: Vec<Spanned<GateName>> = Vec::new();
        let mut seen = BTreeSet::new();
        for text in node.texts(self.source, &format!("the level `{}`", level.name()), self.sink).unwrap_or_default() {
            let Some(name) = self.name(text, "the gate", GateName::parse) else { continue };
            let builtin = Builtin::from_name(name.as_str());
            if builtin.is_none() && !gates.contains_key(&name.value) {
                self.unknown_gate(&name, gates);
            }
            if let Some(builtin) = builtin.filter(|builtin| !builtin.fits(level)) {
                let lowest = builtin.lowest().name();
                let message = format!("`{}` checks nothing at the level `{}`", name.value, level.name());
                let cause = format!("it asks about a {lowest} or what stands above it");
                self.error(&codes::WRONG_LEVEL, name.span, message, cause, format!("move it to `{lowest}`"));
            }
            if !seen.insert(name.value.clone()) {
                let message = format!("`{}` is listed twice", name.value);
                let finding = Diagnostic::warning(&codes::TWICE, Place::text(self.source, name.span), message)
                    .cause("the second one changes nothing")
                    .hint("remove one of the two");
                self.sink.push(finding);
                continue;
            }
            names.push(name);
        }
        names
    }

    fn unknown_gate(&mut self, name: &Spanned<GateName>, gates: &BTreeMap<GateName, Gate>) {
        let known = || gates.keys().map(GateName::as_str).chain(Builtin::ALL.map(Builtin::name));
        let message = format!("the gate `{}` is not defined", name.value);
        let more = if gates.len() > MAX_LISTED { ", …" } else { "" };
        let defined: Vec<_> = gates.keys().take(MAX_LISTED).map(GateName::as_str).collect();
        let cause = match defined.as_slice() {
            [] => "the policy defines no gates".to_owned(),
            names => format!("the policy defines {}{more}", names.join(", ")),
        };
        let finding =
            Diagnostic::error(&codes::UNKNOWN_GATE, Place::text(self.source, name.span), message).cause(cause);
        self.sink.push(match nearest(name.as_str(), known().take(MAX_COMPARED)) {
            Some(near) => finding.instead(name.span, near),
            None => {
                let entry = format!("`{}: {{ run: make test, inputs: . }}`", name.value);
                finding.hint(format!("define it under `gates`: {entry}"))
            }
        });
    }

    fn unused(
        &mut self,
        gates: &BTreeMap<GateName, Gate>,
        levels: &BTreeMap<Level, Vec<Spanned<GateName>>>,
        precautions: &Precautions,
    ) {
        let named = levels.values().flatten().chain(&precautions.rehearse);
        let used: BTreeSet<&GateName> = named.map(|name| &name.value).collect();
        for gate in gates.values().filter(|gate| !used.contains(&gate.name.value)) {
            let name = &gate.name.value;
            let place = Place::text(self.source, gate.name.span);
            self.sink.push(
                Diagnostic::warning(&codes::UNUSED_GATE, place, format!("no level asks for the gate `{name}`"))
                    .cause("only items that choose it need it")
                    .hint(format!("add `{name}` to a level, or remove the gate")),
            );
        }
    }

    fn owners(&mut self, node: &Node) -> Option<Vec<(Spanned<String>, Spanned<MemberName>)>> {
        let mut owners = Vec::new();
        for (pattern, node) in node.entries(self.source, "`owners`", self.sink)? {
            if let Err(bad) = Pattern::parse(&pattern.value) {
                self.bad_pattern(pattern, &bad.reason);
            }
            let owner = node.text(self.source, "an owner", self.sink);
            if let Some(owner) = owner.and_then(|text| self.name(text, "the owner", MemberName::parse)) {
                owners.push((pattern.clone(), owner));
            }
        }
        Some(owners)
    }

    /// Commands by the occasion a watcher runs them on.
    fn on(&mut self, node: &Node) -> Option<BTreeMap<Occasion, Spanned<String>>> {
        let mut fields = Fields::new(self.source, node, "`on`", self.sink)?;
        let mut on = BTreeMap::new();
        for occasion in Occasion::ALL {
            let Some((_, node)) = fields.take(occasion.name()) else { continue };
            if let Some(command) = node.text(self.source, "a command", self.sink) {
                on.insert(occasion, command);
            }
        }
        fields.finish(Severity::Error, self.sink);
        Some(on)
    }
}

/// Patterns with their words, and the same patterns ready to match.
type TrustMap = (Vec<(Spanned<String>, Trust)>, Vec<RefPattern>);

/// How [`Policy::says`] names a level.
pub(super) fn written_level(level: Level) -> &'static str {
    use crate::plan::Kind;
    match level {
        Level::Merge => "levels.merge",
        Level::Item(Kind::Task) => "levels.task",
        Level::Item(Kind::Feature) => "levels.feature",
        Level::Item(Kind::Epic) => "levels.epic",
        Level::Item(Kind::Phase) => "levels.phase",
    }
}
