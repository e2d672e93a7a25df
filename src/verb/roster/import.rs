//! `roster import`: members from agent files, from the history's authors and from CODEOWNERS.
//!
//! Nothing a person wrote is changed and nobody is merged: who is on the roster already stays as they are, and a
//! second definition of a name is told and left out. Every file gives a member or a finding; none stops the others.

use crate::agent::{self, Agent, Tool};
use crate::diag::{Diagnostic, Failure, Place, Severity};
use crate::id::{MemberName, RepoPath};
use crate::port::{Author, Blob, EntryKind, Tree};
use crate::roster::edit::{self, NewMember};
use crate::roster::{Roster, codeowners, codes};
use crate::text::{Source, Span};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// The most files one import looks at.
const MAX_FILES: usize = 20_000;

/// The deepest folder below a named one.
const MAX_DEPTH: usize = 32;

/// The most people taken from history; the busiest first.
pub const MAX_PEOPLE: usize = 100;

/// Folders that hold other people's files.
const FOREIGN: [&[u8]; 5] = [b"node_modules", b"target", b"vendor", b".venv", b"__pycache__"];

/// A file or folder to import from.
pub struct From<'a> {
    pub tree: &'a dyn Tree,
    pub path: RepoPath,
    /// What stands before a path of the tree when it is shown: empty inside the repository.
    pub prefix: String,
    /// Whether a person named it: then files of every kind are told about.
    pub named: bool,
}

/// What to import.
#[derive(Default)]
pub struct Request<'a> {
    pub from: Vec<From<'a>>,
    pub authors: Vec<Author>,
    /// Path and text of CODEOWNERS.
    pub codeowners: Option<Source>,
}

/// What became of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// A new member.
    Added,
    /// A member of that name is on the roster already.
    Kept,
    /// Another file defines that name, and comes first.
    Second,
    /// No member, and a finding says why.
    None,
    /// Something that every agent is to keep to, and no agent.
    Rule,
}

impl Fate {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Kept => "kept",
            Self::Second => "second",
            Self::None => "none",
            Self::Rule => "rule",
        }
    }
}

/// One agent file with what was read from it.
#[derive(Clone, Debug)]
pub struct File {
    /// As shown.
    pub path: String,
    /// Index in [`Request::from`] and the path there.
    pub place: (usize, RepoPath),
    /// Whether it lies in the repository, so that a member can say where it came from.
    pub inside: bool,
    pub tool: Tool,
    pub agent: Option<Agent>,
    pub fate: Fate,
}

/// A file whose characters were put right.
#[derive(Clone, Debug)]
pub struct Repair {
    /// Index in [`Request::from`].
    pub from: usize,
    pub path: RepoPath,
    /// The path as shown.
    pub shown: String,
    pub text: String,
}

#[derive(Debug, Default)]
pub struct Outcome {
    pub files: Vec<File>,
    /// Files of other kinds in named folders.
    pub passed_over: Vec<String>,
    pub added: Vec<NewMember>,
    /// Members that were on the roster before and were found again.
    pub kept: usize,
    pub repairs: Vec<Repair>,
    /// Sorted by place.
    pub findings: Vec<Diagnostic>,
}

impl Outcome {
    /// The text of the roster with the new members (`None`: there is no roster yet).
    ///
    /// # Errors
    /// The roster cannot be added to, or grows too large.
    pub fn text(&self, roster: Option<&Roster>) -> Result<String, Failure> {
        edit::add(roster.map_or(edit::EMPTY, |roster| roster.source.text()), &self.added)
    }
}

/// Reads everything asked for and finds who of it is not on the roster yet.
///
/// # Errors
/// A folder cannot be read, or there are too many files.
pub fn run(request: &Request<'_>, roster: Option<&Roster>) -> Result<Outcome, Failure> {
    let mut import = Import { roster, taken: HashMap::new(), outcome: Outcome::default(), divisions: BTreeMap::new() };
    for (index, from) in request.from.iter().enumerate() {
        import.from(index, from)?;
    }
    import.agents();
    import.people(&request.authors);
    if let Some(source) = &request.codeowners {
        import.owners(source);
    }
    let mut outcome = import.outcome;
    let mut sink = crate::diag::Sink::new();
    sink.extend(std::mem::take(&mut outcome.findings));
    outcome.findings = sink.into_sorted();
    Ok(outcome)
}

/// The path of a file from the folder on that a person named.
fn below(from: &From<'_>, path: &RepoPath) -> String {
    let named = from.path.to_string();
    let name = named.rsplit('/').next().unwrap_or_default();
    let rest = path.to_string();
    let rest = rest.strip_prefix(&named).unwrap_or(&rest);
    format!("{name}/{}", rest.trim_start_matches('/'))
}

/// Whether a file says no name of its own.
fn is_nameless(reading: &agent::Reading) -> bool {
    let nameless = [agent::codes::NO_NAME.name, agent::codes::NO_FRONT_MATTER.name, agent::codes::NOT_TOML.name];
    reading.findings.iter().any(|finding| nameless.contains(&finding.code.name))
}

/// Takes what was read for something else than an agent.
fn no_member(reading: &mut agent::Reading, shown: &str, what: &str, why: &str) {
    if reading.agent.take().is_none() {
        return;
    }
    reading.findings.retain(Diagnostic::is_error);
    let message = format!("the file is {what}, not an agent");
    reading.findings.push(
        Diagnostic::new(&agent::codes::DOCUMENT, Severity::Note, Place::Path(shown.to_owned()), message)
            .cause(why)
            .hint("if it is an agent, give it front matter with a `name`, or import the file itself"),
    );
}

/// The finding of a rule, which is read like an agent and is none.
fn rule(shown: &str) -> Diagnostic {
    let message = "the file is a rule for agents, and no agent";
    Diagnostic::new(&agent::codes::RULE, Severity::Note, Place::Path(shown.to_owned()), message)
        .cause("its ending or its folder says so, and nobody can be given a task under its name")
        .hint("if it is an agent, import the file itself")
}

struct Import<'a> {
    roster: Option<&'a Roster>,
    /// Names in lower case, with what defined them.
    taken: HashMap<String, String>,
    outcome: Outcome,
    /// The division a file's folder gives it, by path.
    divisions: BTreeMap<String, String>,
}

impl Import<'_> {
    fn from(&mut self, index: usize, from: &From<'_>) -> Result<(), Failure> {
        let mut open = vec![(from.path.clone(), 0)];
        let mut files = Vec::new();
        while let Some((path, depth)) = open.pop() {
            match from.tree.kind(&path)? {
                Some(EntryKind::Directory) if depth < MAX_DEPTH => {
                    for child in from.tree.children(&path)? {
                        if !FOREIGN.contains(&child.name.as_slice()) {
                            open.push((path.join(&child.name), depth + 1));
                        }
                    }
                }
                Some(kind) if kind.is_regular() => files.push((path, depth)),
                Some(_) => self.outcome.passed_over.push(shown(from, &path)),
                None if depth == 0 && from.named => {
                    return Err(Failure::usage(format!("there is no `{}`", shown(from, &path)))
                        .hint("name a file or a folder with agent files"));
                }
                None => {}
            }
            if files.len() > MAX_FILES {
                return Err(Failure::new(format!("`{}` holds more than {MAX_FILES} files", shown(from, &from.path)))
                    .hint("name the folders with agent files one by one"));
            }
        }
        files.sort();
        for (path, depth) in files {
            self.file(index, from, &path, depth)?;
        }
        Ok(())
    }

    fn file(&mut self, index: usize, from: &From<'_>, path: &RepoPath, depth: usize) -> Result<(), Failure> {
        let shown = shown(from, path);
        let tool = agent::tool_of(&shown).or((from.named && depth == 0).then_some(Tool::Claude));
        let Some(tool) = tool else {
            self.outcome.passed_over.push(shown);
            return Ok(());
        };
        let inside = from.prefix.is_empty();
        let limit = agent::MAX_BYTES as u64;
        let bytes = match from.tree.blob(path, limit)? {
            Blob::Bytes(bytes) => bytes,
            Blob::TooLarge(size) => {
                let message = "the file is too large for an agent";
                let cause = format!("it has {size} bytes, and at most {limit} are read");
                let finding = Diagnostic::error(&agent::codes::TOO_LARGE, Place::Path(shown.clone()), message);
                self.outcome.findings.push(finding.cause(cause).hint("check that it is an agent"));
                self.outcome.files.push(File {
                    path: shown,
                    place: (index, path.clone()),
                    inside,
                    tool,
                    agent: None,
                    fate: Fate::None,
                });
                return Ok(());
            }
        };
        let mut reading = agent::read(&shown, tool, &bytes);
        if from.named && depth > 0 {
            let below = below(from, path);
            if agent::is_for_agents(&below) {
                no_member(&mut reading, &shown, "a skill, a command or a prompt", "it is something that agents use");
            } else if !agent::is_among_agents(&below) && is_nameless(&reading) {
                no_member(&mut reading, &shown, "a document", "it says no name, and lies in no folder of agents");
            }
        }
        let is_rule = tool == Tool::Rule && !(from.named && depth == 0) && reading.agent.is_some();
        if is_rule {
            reading.findings.push(rule(&shown));
        }
        self.outcome.findings.extend(reading.findings);
        if let Some(text) = reading.repaired {
            self.outcome.repairs.push(Repair { from: index, path: path.clone(), shown: shown.clone(), text });
        }
        if depth > 1
            && let Some(folder) = path.parent()
            && let Some(division) = folder_division(&String::from_utf8_lossy(folder.file_name()))
        {
            self.divisions.insert(shown.clone(), division);
        }
        self.outcome.files.push(File {
            path: shown,
            place: (index, path.clone()),
            inside,
            tool,
            agent: reading.agent,
            fate: if is_rule { Fate::Rule } else { Fate::None },
        });
        Ok(())
    }

    /// Turns the agents into members, in the order in which sources count.
    fn agents(&mut self) {
        let mut order: Vec<usize> = (0..self.outcome.files.len()).collect();
        order.sort_by(|&a, &b| {
            let key = |index: usize| (self.outcome.files[index].tool, &self.outcome.files[index].path);
            key(a).cmp(&key(b))
        });
        for index in order {
            let file = &self.outcome.files[index];
            let Some(agent) = file.agent.clone().filter(|_| file.fate != Fate::Rule) else { continue };
            let (path, inside) = (file.path.clone(), file.inside);
            self.outcome.files[index].fate = self.agent(&agent, &path, inside);
        }
    }

    fn agent(&mut self, agent: &Agent, path: &str, inside: bool) -> Fate {
        if let Some(member) = self.on_roster(&agent.name) {
            let from = member.from.as_ref().map(|from| from.value.clone());
            self.outcome.kept += 1;
            if from.as_deref() != Some(path) {
                let cause = match from {
                    Some(from) => format!("that member came from `{from}`"),
                    None => "that member was written by hand".to_owned(),
                };
                let message = format!("`{}` is on the roster already", agent.name);
                self.tell(path, Severity::Note, message, cause, "keep it, or rename one of the two");
            }
            return Fate::Kept;
        }
        if let Some(first) = self.taken.get(&agent.name.as_str().to_ascii_lowercase()).cloned() {
            let message = format!("`{}` is defined twice", agent.name);
            let cause = format!("`{first}` defines it too, and was taken");
            self.tell(path, Severity::Warning, message, cause, "rename one, or remove the copy");
            return Fate::Second;
        }
        let division = agent.division.clone().or_else(|| self.divisions.get(path).cloned());
        let member = NewMember::new(agent.name.clone())
            .with("title", json!(agent.title))
            .with("kind", "agent")
            .with("about", json!(agent.about))
            .with("division", json!(division))
            .with("competencies", json!(agent.competencies))
            .with("model", json!(agent.model))
            .with("tools", json!(agent.tools.clone().unwrap_or_default()))
            .with("from", json!(inside.then_some(path)));
        self.add(member, path.to_owned());
        Fate::Added
    }

    /// The authors of the history who are not on the roster yet.
    fn people(&mut self, authors: &[Author]) {
        let mut left_out = 0;
        for (index, author) in authors.iter().enumerate() {
            let email = author.identity.email.as_str();
            if self.roster.is_some_and(|roster| roster.by_email(email).is_some()) {
                self.outcome.kept += 1;
                continue;
            }
            if index >= MAX_PEOPLE {
                left_out += 1;
                continue;
            }
            self.person(author);
        }
        if left_out > 0 {
            let message = format!("{left_out} authors with few commits are left out");
            let cause = format!("at most {MAX_PEOPLE} people are taken from history, the busiest first");
            self.tell("the history", Severity::Note, message, cause, "add whoever is missing: `passmuster roster add`");
        }
    }

    fn person(&mut self, author: &Author) {
        let (name, email) = (author.identity.name.trim(), author.identity.email.as_str());
        let place = format!("{name} <{email}>");
        let is_bot = name.ends_with("[bot]");
        let Some(id) = agent::slug(name.trim_end_matches("[bot]")).or_else(|| agent::slug(email.split('@').next()?))
        else {
            let cause = "neither the name nor the address gives an id".to_owned();
            let message = "an author has no usable name".to_owned();
            return self.tell(&place, Severity::Warning, message, cause, "add them: `passmuster roster add NAME`");
        };
        // A person's id is for typing; the name as written stays as their title.
        let id = MemberName::parse(&id.as_str().to_ascii_lowercase()).unwrap_or(id);
        let known = self.on_roster(&id).is_some();
        if known || self.taken.contains_key(id.as_str()) {
            let message = format!("the name `{id}` is taken");
            let cause = format!("{place} has no address on the roster, and may be somebody else");
            let hint =
                format!("if it is the same person, add the address: `passmuster roster set {id} emails {email}`");
            return self.tell(&place, Severity::Warning, message, cause, &hint);
        }
        if !crate::roster::is_email(email) {
            let cause = format!("`{email}` is no address");
            let message = format!("commits of `{id}` cannot be told to be theirs");
            return self.tell(&place, Severity::Warning, message, cause, "set `user.email`, or map it in .mailmap");
        }
        let member = NewMember::new(id.clone())
            .with("title", json!((id.as_str() != name).then_some(name)))
            .with("kind", if is_bot { "ci" } else { "human" })
            .with("github", json!(login(email)))
            .with("emails", json!([email]));
        self.add(member, place);
    }

    /// Owners of paths: who is known gets told, who is not becomes a member with the paths as domains.
    fn owners(&mut self, source: &Source) {
        let mut domains: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in codeowners::parse(source.text()) {
            let span = source.line_span(line.number).unwrap_or_default();
            let Some(domain) = codeowners::as_domain(&line.pattern) else {
                let message = format!("`{}` is left out", line.pattern);
                let cause = "it cannot be said as a path pattern of ours";
                self.at(source, span, Severity::Warning, message, cause, "write it under `owners:` in the policy");
                continue;
            };
            if domain == "." {
                let message = format!("the owners of everything are left out: {}", line.owners.join(", "));
                let cause = "a later line takes paths from them, and a domain here is nobody else's";
                let hint = "write what is theirs alone under `domains` of the member";
                self.at(source, span, Severity::Note, message, cause, hint);
                continue;
            }
            for owner in line.owners {
                if owner.starts_with('@') && owner.contains('/') {
                    let message = format!("the team `{owner}` owns `{domain}`");
                    let cause = "who is in it is only known to GitHub";
                    let hint = "add it under `teams:`, and the path under `owners:` in the policy";
                    self.at(source, span, Severity::Note, message, cause, hint);
                    continue;
                }
                domains.entry(owner).or_default().push(domain.clone());
            }
        }
        for (owner, domains) in domains {
            self.owner(source, &owner, domains);
        }
    }

    fn owner(&mut self, source: &Source, owner: &str, domains: Vec<String>) {
        let login = owner.strip_prefix('@');
        let on_roster = self.roster.and_then(|roster| {
            roster.by_email(owner).or_else(|| {
                let named = |github: &str| login.is_some_and(|login| github.eq_ignore_ascii_case(login));
                roster.members.iter().find(|member| member.github.as_ref().is_some_and(|own| named(own)))
            })
        });
        if let Some(member) = on_roster {
            let message = format!("`{owner}` is `{}`, and owns {}", member.name.value, domains.join(", "));
            let hint = format!("add the paths to the `domains` of `{}`, if they are not there", member.name.value);
            return self.at(
                source,
                Span::at(0),
                Severity::Note,
                message,
                "who is on the roster stays as they are",
                &hint,
            );
        }
        let is_theirs = |member: &NewMember| match login {
            Some(login) => member.fields.get("github").is_some_and(|own| own == &json!(login)),
            None => member.fields.get("emails").is_some_and(|own| own == &json!([owner])),
        };
        if let Some(member) = self.outcome.added.iter_mut().find(|member| is_theirs(member)) {
            member.fields.insert("domains".to_owned(), json!(domains));
            return;
        }
        let Some(id) = agent::slug(login.unwrap_or_else(|| owner.split('@').next().unwrap_or(owner))) else { return };
        let known = self.on_roster(&id).is_some();
        if known || self.taken.contains_key(&id.as_str().to_ascii_lowercase()) {
            let message = format!("the name `{id}` is taken");
            let cause = format!("`{owner}` owns {}, and may be somebody else", domains.join(", "));
            let hint =
                format!("if it is the same person: `passmuster roster set {id} github {}`", login.unwrap_or(owner));
            return self.at(source, Span::at(0), Severity::Warning, message, &cause, &hint);
        }
        let emails = if login.is_none() { vec![owner] } else { Vec::new() };
        let member = NewMember::new(id)
            .with("kind", "human")
            .with("domains", json!(domains))
            .with("github", json!(login))
            .with("emails", json!(emails));
        self.add(member, source.path().to_owned());
    }

    fn on_roster(&self, name: &MemberName) -> Option<&crate::roster::Member> {
        let same = |member: &&crate::roster::Member| member.name.as_str().eq_ignore_ascii_case(name.as_str());
        self.roster.and_then(|roster| roster.members.iter().find(same))
    }

    fn add(&mut self, member: NewMember, by: String) {
        self.taken.insert(member.name.as_str().to_ascii_lowercase(), by);
        self.outcome.added.push(member);
    }

    fn at(&mut self, source: &Source, span: Span, severity: Severity, message: String, cause: &str, hint: &str) {
        let finding = Diagnostic::new(&codes::IMPORT, severity, Place::text(source, span), message);
        self.outcome.findings.push(finding.cause(cause).hint(hint));
    }

    fn tell(&mut self, place: &str, severity: Severity, message: String, cause: String, hint: &str) {
        let place = if place.contains('<') || !place.contains(['/', '.']) {
            Place::Named(place.to_owned())
        } else {
            Place::Path(place.to_owned())
        };
        let finding = Diagnostic::new(&codes::IMPORT, severity, place, message);
        self.outcome.findings.push(finding.cause(cause).hint(hint));
    }
}

fn shown(from: &From<'_>, path: &RepoPath) -> String {
    let path = path.to_string();
    match (from.prefix.as_str(), path.as_str()) {
        ("", _) => path,
        (prefix, "") => prefix.to_owned(),
        (prefix, path) => format!("{}/{path}", prefix.trim_end_matches('/')),
    }
}

/// The division a folder stands for; folders that only say that agents are in them stand for none.
fn folder_division(folder: &str) -> Option<String> {
    const PLAIN: [&str; 9] =
        ["agents", "agent", "subagents", "rules", "chatmodes", "instructions", "prompts", "templates", "categories"];
    let id = agent::slug(folder)?.as_str().to_ascii_lowercase();
    let plain = id.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['-', '_', '.']);
    (!plain.is_empty() && !PLAIN.contains(&plain) && !folder.starts_with('.')).then(|| plain.to_owned())
}

/// The login that an address of GitHub's own stands for.
fn login(email: &str) -> Option<&str> {
    let local = email.strip_suffix("@users.noreply.github.com")?;
    Some(local.split_once('+').map_or(local, |(_, login)| login))
}
