//! What is known between two messages: the open texts, and what each project held when it was last looked at.

use super::diagnostics::Sent;
use super::documents::{Document, Documents};
use super::initialize::Client;
use super::overlay::Overlay;
use super::place::Places;
use super::{Gates, Host, Located, mention, uri};
use crate::diag::{Failure, Sink};
use crate::doc::front_matter;
use crate::id::{ItemId, RepoPath};
use crate::plan::{self, Reader};
use crate::port::Tree;
use crate::project::{PLAN_FOLDERS, PLAN_PATH, Project, is_plan_file};
use crate::record::{self, Record};
use crate::text::Source;
use crate::verb::check::{self, Checked};
use crate::verb::forecast;
use crate::{policy, roster};
use gen_lsp_types::{Location, TextDocumentPositionParams, Uri};
use jiff::Timestamp;
use jiff::civil::Date;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What is looked at as one: a project, or a plan that lies alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Realm {
    /// The folder of a project.
    Project(PathBuf),
    /// The address of a text that says it is a plan and belongs to none.
    Alone(String),
}

/// A text of a realm.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub realm: Realm,
    pub path: RepoPath,
}

/// A realm as it was at one moment.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub realm: Realm,
    pub checked: Checked,
    /// The records among the open texts.
    pub records: Vec<Record>,
    /// The texts that were open, by their paths.
    pub open: HashMap<String, Opened>,
    /// When each item is likely done, once somebody asked.
    likely: OnceCell<Option<Vec<Option<Date>>>>,
}

/// An open text of a snapshot.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    pub uri: Uri,
    pub version: i32,
}

impl Snapshot {
    pub fn project(&self) -> &Project {
        &self.checked.project
    }

    /// The day on which each item is likely done, seen from the moment it was first asked at; none where the estimates do
    /// not tell.
    pub fn likely(&self, now: Timestamp) -> Option<&[Option<Date>]> {
        let found = || forecast::likely(&self.project().plan, self.project().roster.as_ref(), now);
        self.likely.get_or_init(found).as_deref()
    }

    /// The address of a file, in the editor's own spelling where it is open.
    pub fn uri(&self, path: &str) -> Option<Uri> {
        match (self.open.get(path), &self.realm) {
            (Some(opened), _) => Some(opened.uri.clone()),
            (None, Realm::Project(folder)) => uri::of(&folder.join(path)),
            (None, Realm::Alone(_)) => None,
        }
    }

    /// The places of a text as the editor counts them.
    pub fn places<'s>(&self, source: &'s Source, client: &Client) -> Places<'s> {
        Places::new(source, self.open.contains_key(source.path()), client.unit)
    }

    /// A span of a text as the protocol names it.
    pub fn location(&self, source: &Source, span: crate::text::Span, client: &Client) -> Option<Location> {
        Some(Location { uri: self.uri(source.path())?, range: self.places(source, client).range(span) })
    }
}

/// One realm with what was told about it.
#[derive(Debug, Default)]
struct Known {
    snapshot: Option<Rc<Snapshot>>,
    sent: Sent,
}

/// How gates stood at one revision; `None` for items that would not land.
#[derive(Debug, Default)]
struct KnownGates {
    revision: String,
    of: BTreeMap<ItemId, Option<Gates>>,
}

/// Everything between two messages.
pub(super) struct State<'h> {
    pub host: &'h dyn Host,
    pub client: Client,
    pub documents: Documents,
    known: BTreeMap<Realm, Known>,
    /// What has to be looked at again.
    stale: BTreeSet<Realm>,
    gates: BTreeMap<Realm, KnownGates>,
    /// Before this moment nothing is looked at of our own accord.
    rest_until: Option<Instant>,
}

/// The longest rest between two looks.
const MAX_REST: Duration = Duration::from_millis(500);

impl<'h> State<'h> {
    pub fn new(host: &'h dyn Host, client: Client) -> Self {
        Self {
            host,
            client,
            documents: Documents::default(),
            known: BTreeMap::new(),
            stale: BTreeSet::new(),
            gates: BTreeMap::new(),
            rest_until: None,
        }
    }

    /// Where a text belongs; `None` when it is nothing of ours.
    pub fn home(&self, uri: &Uri) -> Option<Home> {
        home(self.documents.get(uri)?)
    }

    /// Marks a realm to be looked at again.
    pub fn touch(&mut self, realm: Realm) {
        self.stale.insert(realm);
    }

    /// Marks everything.
    pub fn touch_all(&mut self) {
        let homes: Vec<Home> = self.documents.iter().filter_map(home).collect();
        self.stale.extend(homes.into_iter().map(|home| home.realm));
        self.stale.extend(self.known.keys().cloned());
    }

    /// When the next look is due; `None` when nothing has changed.
    pub fn due(&self) -> Option<Instant> {
        (!self.stale.is_empty()).then(|| self.rest_until.unwrap_or_else(Instant::now))
    }

    /// Looks at all that changed, and gives what has to be told about it.
    pub fn look(&mut self) -> Vec<Result<gen_lsp_types::PublishDiagnosticsParams, Failure>> {
        let started = Instant::now();
        let mut news = Vec::new();
        for realm in std::mem::take(&mut self.stale) {
            match self.refresh(&realm) {
                Ok(snapshot) => {
                    let known = self.known.entry(realm.clone()).or_default();
                    news.extend(known.sent.news(&snapshot, &self.client).into_iter().map(Ok));
                    if matches!(realm, Realm::Alone(_)) && snapshot.open.is_empty() {
                        self.known.remove(&realm);
                    }
                }
                Err(failure) => news.push(Err(failure)),
            }
        }
        // Whatever a look costs, at least as much time is left for the rest.
        let now = Instant::now();
        self.rest_until = Some(now + (now - started).min(MAX_REST));
        news
    }

    /// A text with its realm as both are now.
    pub fn view(&mut self, uri: &Uri) -> Option<View> {
        let home = self.home(uri)?;
        let snapshot = self.snapshot(&home.realm)?;
        let path = home.path.to_string();
        let read = mention::sources(&snapshot).find(|source| source.path() == path).cloned();
        let source = match read {
            Some(source) => source,
            None => Source::new(path.clone(), self.documents.get(uri)?.text.as_str()),
        };
        Some(View { snapshot, path, source })
    }

    /// A text as [`State::view`] gives it, and the byte offset of a place in it.
    pub fn view_at(&mut self, at: &TextDocumentPositionParams) -> Option<(View, usize)> {
        let view = self.view(&at.text_document.uri)?;
        let offset = view.places(&self.client).offset(at.position);
        Some((view, offset))
    }

    /// How the gates of items stand in what would land; those that would not land are left out. Answers are kept
    /// until the repository moves on: finding them out reads inputs.
    pub fn gates(&mut self, realm: &Realm, ids: &[ItemId]) -> BTreeMap<ItemId, Gates> {
        let Realm::Project(folder) = realm else { return BTreeMap::new() };
        let Ok(revision) = self.host.revision(folder) else { return BTreeMap::new() };
        let known = self.gates.entry(realm.clone()).or_default();
        if known.revision != revision {
            *known = KnownGates { revision, of: BTreeMap::new() };
        }
        let missing: Vec<ItemId> = ids.iter().filter(|id| !known.of.contains_key(*id)).cloned().collect();
        if !missing.is_empty() {
            // What cannot be judged is told by the command that judges; here it is only not shown.
            let found = self.host.gates(folder, &missing).unwrap_or_default();
            known.of.extend(missing.into_iter().map(|id| (id, None)));
            known.of.extend(found.into_iter().map(|gates| (gates.id.clone(), Some(gates))));
        }
        ids.iter().filter_map(|id| Some((id.clone(), known.of.get(id)?.clone()?))).collect()
    }

    /// A realm as it is now; `None` when it cannot be read (which the next look tells).
    pub fn snapshot(&mut self, realm: &Realm) -> Option<Rc<Snapshot>> {
        let known = self.known.get(realm).and_then(|known| known.snapshot.clone());
        match known {
            Some(snapshot) if self.is_fresh(&snapshot) => Some(snapshot),
            _ => self.refresh(realm).ok(),
        }
    }

    /// The projects that texts are open in.
    pub fn realms(&self) -> BTreeSet<Realm> {
        self.documents.iter().filter_map(home).map(|home| home.realm).collect()
    }

    /// Whether the open texts are those the snapshot was made from. Files that changed on disk are found by the next
    /// look.
    fn is_fresh(&self, snapshot: &Snapshot) -> bool {
        !self.stale.contains(&snapshot.realm)
    }

    fn refresh(&mut self, realm: &Realm) -> Result<Rc<Snapshot>, Failure> {
        let mut open = HashMap::new();
        let mut texts = BTreeMap::new();
        let mut records = Vec::new();
        for document in self.documents.iter() {
            if let Some(home) = home(document).filter(|home| home.realm == *realm) {
                let opened = Opened { uri: document.uri.clone(), version: document.version };
                if let Some(kind) = record::book::kind_of(&home.path) {
                    let source = Source::new(home.path.to_string(), document.text.as_str());
                    // What is wrong with it is found by the check.
                    records.extend(record::parse(kind, &source, &mut Sink::new()));
                }
                open.insert(home.path.to_string(), opened);
                texts.insert(home.path, document.text.as_str());
            }
        }
        let checked = match realm {
            Realm::Project(folder) => {
                let below = self.host.tree(folder)?;
                let tree = Overlay { below: below.as_ref(), texts };
                if has_anything(&tree)? { check::run(&tree, Reader::Fast)? } else { nothing() }
            }
            Realm::Alone(_) => alone(texts),
        };
        let snapshot = Rc::new(Snapshot { realm: realm.clone(), checked, records, open, likely: OnceCell::new() });
        self.known.entry(realm.clone()).or_default().snapshot = Some(snapshot.clone());
        Ok(snapshot)
    }

    /// The files of a realm with the open texts over them, for questions that go beyond a snapshot.
    ///
    /// # Errors
    /// The folder cannot be opened, or what is asked could not be read.
    pub fn with_tree<T>(&self, realm: &Realm, ask: impl FnOnce(&dyn Tree) -> Result<T, Failure>) -> Result<T, Failure> {
        let homes = self.documents.iter().filter_map(|document| Some((home(document)?, document)));
        let texts = homes
            .filter(|(home, _)| home.realm == *realm)
            .map(|(home, document)| (home.path, document.text.as_str()))
            .collect();
        match realm {
            Realm::Project(folder) => ask(&Overlay { below: self.host.tree(folder)?.as_ref(), texts }),
            Realm::Alone(_) => ask(&Overlay { below: &Nowhere, texts }),
        }
    }
}

/// One text in its realm.
pub(super) struct View {
    pub snapshot: Rc<Snapshot>,
    pub path: String,
    pub source: Source,
}

impl View {
    pub fn project(&self) -> &Project {
        self.snapshot.project()
    }

    /// The index of the text among the plan's files.
    pub fn plan_file(&self) -> Option<usize> {
        self.project().plan.files.iter().position(|file| file.source.path() == self.path)
    }

    /// The places of the text as the editor counts them.
    pub fn places(&self, client: &Client) -> Places<'_> {
        self.snapshot.places(&self.source, client)
    }
}

fn home(document: &Document) -> Option<Home> {
    match &document.place {
        Some(Located { folder, path }) if is_read(path) => {
            Some(Home { realm: Realm::Project(folder.clone()), path: path.clone() })
        }
        _ => declares_plan(&document.text)
            .then(|| Home { realm: Realm::Alone(document.uri.0.clone()), path: RepoPath::from(document.uri.as_ref()) }),
    }
}

/// Whether `check` reads the file.
fn is_read(path: &RepoPath) -> bool {
    let known = [policy::PATH, roster::PATH].map(RepoPath::from);
    known.contains(path) || is_plan_file(path) || record::book::kind_of(path).is_some()
}

/// Whether a text says in its front matter that it is a plan.
fn declares_plan(text: &str) -> bool {
    let lines = front_matter(text).map_or("", |front| &text[front.body.range()]).lines();
    lines.filter_map(|line| line.strip_prefix("passmuster:")).any(|format| format.trim_start().starts_with("plan/"))
}

/// Whether anything of ours is in a folder: a repository that never heard of the tool is left alone.
fn has_anything(tree: &dyn Tree) -> Result<bool, Failure> {
    for path in [policy::PATH, PLAN_PATH, roster::PATH].into_iter().chain(PLAN_FOLDERS) {
        if tree.kind(&RepoPath::from(path))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn nothing() -> Checked {
    Checked { project: Project::default(), findings: Vec::new() }
}

/// Reads a plan by the rules about the plan alone.
fn alone(texts: BTreeMap<RepoPath, &str>) -> Checked {
    let mut sink = Sink::new();
    let sources = texts.into_iter().map(|(path, text)| Source::new(path.to_string(), text)).collect();
    let plan = plan::read(sources, Reader::Fast, &mut sink);
    plan::check(&plan, &mut sink);
    let project = Project { plan, has_plan: true, ..Project::default() };
    Checked { project, findings: sink.into_sorted() }
}

/// No files at all.
struct Nowhere;

impl Tree for Nowhere {
    fn root(&self) -> Option<crate::id::ObjectId> {
        None
    }

    fn entry(&self, _: &RepoPath) -> Result<Option<crate::port::Entry>, Failure> {
        Ok(None)
    }

    fn children(&self, _: &RepoPath) -> Result<Vec<crate::port::Child>, Failure> {
        Ok(Vec::new())
    }

    fn blob(&self, path: &RepoPath, _: u64) -> Result<crate::port::Blob, Failure> {
        Err(Failure::new(format!("there is no `{path}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_say_so_in_their_front_matter() {
        assert!(declares_plan("---\ntitle: a\npassmuster: plan/1\n---\n- [ ] T-1: a\n"));
        assert!(!declares_plan("---\npassmuster: gate-report/1\n---\n") && !declares_plan("passmuster: plan/1\n"));
    }

    #[test]
    fn what_check_reads_is_looked_at() {
        for (path, expected) in [
            ("passmuster.yaml", true),
            ("plan/03-execution-plan.md", true),
            ("plan/epics/a.md", true),
            ("plan/roster.yaml", true),
            ("plan/epics/deep/a.md", true),
            ("plan/tasks/a.md", true),
            ("plan/epics/a.txt", false),
            ("plan/waivers/2026-11-21-a.md", true),
            ("README.md", false),
        ] {
            assert_eq!(is_read(&path.into()), expected, "{path}");
        }
    }
}
