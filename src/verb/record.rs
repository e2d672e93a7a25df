//! The verbs around records: opening one, taking its next step, finding and checking it.
//!
//! One engine for every kind: what a verb may do is said by the kind's table and decided by the same
//! [`transition`](record::transition()) the judge asks, here with the files of the work tree, so that a refusal comes
//! early. Nothing is written here: new texts are handed back.

use crate::diag::{Diagnostic, Failure, Sink, nearest};
use crate::id::{MemberName, RepoPath};
use crate::policy::{Policy, Trust};
use crate::port::{Blob, Signatures, Tree};
use crate::project;
use crate::record::book::{read_folder, read_one};
use crate::record::edit::{self, Given};
use crate::record::kind::{Transition, Who};
use crate::record::{self, Court, Kind, MAX_BYTES, Record, Step, Sworn, TEMPLATES, kinds, statement};
use crate::roster::Roster;
use crate::text::{Source, Span, Spanned};
use jiff::Timestamp;

/// How many records a refusal names.
const MAX_NAMED: usize = 5;

/// Signs bytes in a namespace with the actor's key; `None`: there is no key.
pub type Sign<'a> = dyn Fn(&str, &[u8]) -> Result<Option<String>, Failure> + 'a;

/// Where records are made: the files, what they are judged by, and who acts when.
pub struct Desk<'a> {
    pub tree: &'a dyn Tree,
    pub policy: &'a Policy,
    pub roster: Option<&'a Roster>,
    pub actor: MemberName,
    pub now: Timestamp,
    pub sign: &'a Sign<'a>,
}

/// A record somebody wants to open.
#[derive(Clone, Debug, Default)]
pub struct New<'a> {
    pub title: &'a str,
    /// The document it starts from, where the kind has several.
    pub variant: Option<&'a str>,
    pub fields: Vec<(&'static str, Given)>,
    /// What stands below a heading, for those whose text is known already.
    pub texts: Vec<(&'static str, String)>,
}

/// A step somebody wants to take.
#[derive(Clone, Debug)]
pub struct Advance<'a> {
    pub verb: &'a str,
    pub note: Option<&'a str>,
    /// What comes with it.
    pub fields: Vec<(&'static str, Given)>,
}

/// A record as it is to be written.
#[derive(Clone, Debug)]
pub struct Written {
    pub record: Record,
    /// The state before; `None`: the record is new.
    pub from: Option<String>,
    pub signed: bool,
}

/// A record to be written, or the findings that keep it from being.
pub type Answer = Result<Written, Vec<Diagnostic>>;

/// Reads what a desk goes by.
///
/// # Errors
/// Policy or roster cannot be used, or a file could not be read.
pub fn rules(tree: &dyn Tree) -> Result<(Policy, Option<Roster>), Failure> {
    let mut sink = Sink::new();
    let policy = project::read_policy(tree, &mut sink)?;
    let roster = project::read_roster(tree, &mut sink)?;
    match policy {
        Some(policy) if !sink.has_errors() => Ok((policy, roster)),
        _ => Err(Failure::new("policy or roster cannot be used").hint("run `passmuster check`")),
    }
}

/// The name by which somebody acts in records: that of the roster, else what Git knows, made fit for a name.
///
/// # Errors
/// Nothing of it could be a name.
pub fn actor(name: &str) -> Result<MemberName, Failure> {
    MemberName::near(name).ok_or_else(|| {
        Failure::new(format!("`{name}` cannot stand in a record"))
            .because("a name has 1 to 64 letters, digits, `.`, `_`, `-`, and starts with a letter or digit")
            .hint(format!("add yourself to {} with your e-mail address", crate::roster::PATH))
    })
}

impl Desk<'_> {
    /// A new record from the user's template or the tool's.
    ///
    /// # Errors
    /// The template cannot be used, or a file could not be read.
    pub fn open(&self, kind: &'static Kind, new: &New<'_>) -> Result<Answer, Failure> {
        let New { title, variant, fields, texts } = new;
        let by = self.actor.as_str();
        let path = edit::new_path(kind, title, by, self.now);
        let template = template(self.tree, kind, *variant)?;
        let text =
            edit::open(kind, &template, title, by, whole_seconds(self.now), fields, texts).map_err(|failure| {
                let failure = failure.because(format!("a new {} starts from `{}`", kind.name, template.path()));
                failure.hint("mend the template, or remove it: then the tool's own is used")
            })?;
        let written = match self.judged(kind, &path, text, None)? {
            Ok(record) => record,
            Err(findings) => return Ok(Err(findings)),
        };
        let Some(signature) = self.signature(kind.opening, &written)? else {
            return Ok(Ok(Written { record: written, from: None, signed: false }));
        };
        let text = edit::sign_opening(&written, &signature.seen, &signature.signature)?;
        let record = self.judged(kind, &path, text, None)?;
        Ok(record.map(|record| Written { record, from: None, signed: true }))
    }

    /// A record after its next step.
    ///
    /// # Errors
    /// The verb leads nowhere from the record's state, or a file could not be read.
    pub fn advance(&self, before: &Record, advance: &Advance<'_>) -> Result<Answer, Failure> {
        let transition = step_of(before, advance.verb)?;
        let note = advance.note.map(crate::evidence::one_line);
        let mut step = self.step(transition.to, note);
        let after = |step: &Step| -> Result<Result<Record, Vec<Diagnostic>>, Failure> {
            let text = edit::advance(before, step, &advance.fields)?;
            self.judged(before.kind, before.path(), text, Some(before))
        };
        let unsigned = match after(&step)? {
            Ok(record) => record,
            // What the document lacks is told where the person finds it: in the file as it is.
            Err(mut findings) => {
                findings.retain(|finding| !is_about_text(finding));
                findings.extend(gaps(before, transition.to).into_iter().filter(is_about_text));
                return Ok(Err(findings));
            }
        };
        let from = Some(before.state().to_owned());
        let handed_on =
            before.kind.handed_on().filter(|(field, _)| advance.fields.iter().any(|(name, _)| *name == field.name));
        let who = handed_on.map_or(transition.who, |(_, who)| who);
        let Some(signature) = self.signature(who, &unsigned)? else {
            return Ok(Ok(Written { record: unsigned, from, signed: false }));
        };
        step.seen = Some(Spanned::new(signature.seen, Span::default()));
        step.signature = Some(Spanned::new(signature.signature, Span::default()));
        Ok(after(&step)?.map(|record| Written { record, from, signed: true }))
    }

    /// A record that somebody else looks after from now on.
    ///
    /// # Errors
    /// Records of the kind, or in that state, are nobody's to hand on, or a file could not be read.
    pub fn hand_on(&self, before: &Record, to: &str, why: Option<&str>) -> Result<Answer, Failure> {
        let staying = before.kind.step(before.state(), before.state());
        let Some(((field, _), staying)) = before.kind.handed_on().zip(staying) else {
            let message =
                format!("the {} `{}` is {}: nobody hands it on", before.kind.name, before.name(), before.state());
            return Err(Failure::usage(message));
        };
        let to = self.roster.map_or(to, |roster| roster.known_as(to));
        let note = why.map_or_else(|| format!("handed on to {to}"), |why| format!("handed on to {to}: {why}"));
        let fields = vec![(field.name, Given::One(to.to_owned()))];
        self.advance(before, &Advance { verb: staying.verb, note: Some(&note), fields })
    }

    fn step(&self, to: &str, note: Option<String>) -> Step {
        let here = Span::default();
        Step {
            to: Spanned::new(to.to_owned(), here),
            by: Spanned::new(self.actor.to_string(), here),
            at: Spanned::new(whole_seconds(self.now), here),
            note: note.filter(|note| !note.is_empty()).map(|note| Spanned::new(note, here)),
            seen: None,
            signature: None,
        }
    }

    /// Reads what would be written and asks what the judge asks, but for the proof of who made the step.
    fn judged(
        &self,
        kind: &'static Kind,
        path: &str,
        text: String,
        before: Option<&Record>,
    ) -> Result<Result<Record, Vec<Diagnostic>>, Failure> {
        let mut sink = Sink::new();
        let Some(record) = record::parse(kind, &Source::new(path, text), &mut sink) else {
            return Ok(Err(sink.into_sorted()));
        };
        record::check(&record, &mut sink);
        project::check_conduct(&record, Some(self.policy), self.roster, &mut sink);
        let incidents = read_folder(self.tree, &kinds::INCIDENT, &mut Sink::new())?;
        let incidents: Vec<&Record> = incidents.iter().filter(|incident| !incident.is_closed()).collect();
        let believed = |_: &Record, _: usize| Ok(Sworn { trust: Trust::Ci, why: String::new() });
        let court = Court {
            policy: self.policy,
            roster: self.roster,
            incidents: &incidents,
            least: Trust::Claimed,
            now: self.now,
            sworn: &believed,
        };
        record::transition(before, &record, &court, &mut sink)?;
        let errors: Vec<Diagnostic> = sink.into_sorted().into_iter().filter(Diagnostic::is_error).collect();
        Ok(if errors.is_empty() { Ok(record) } else { Err(errors) })
    }

    /// The signature of the newest step, where it counts who took it and the actor has a key.
    fn signature(&self, who: Who, record: &Record) -> Result<Option<Signature>, Failure> {
        if who == Who::Anyone && !record.kind.is_compared(record.state()) {
            return Ok(None);
        }
        let seen = statement::content(record).to_string();
        let mut signed = record.clone();
        let last = signed.steps.len() - 1;
        signed.steps[last].seen = Some(Spanned::new(seen.clone(), Span::default()));
        let message = statement::signed_bytes(&self.policy.repository, &signed, last);
        let signature = (self.sign)(statement::NAMESPACE, &message)?;
        Ok(signature.map(|signature| Signature { seen, signature }))
    }
}

/// A commit that is about to be made.
pub struct Commit<'a> {
    /// What it stands on, whose rules count.
    pub base: &'a dyn Tree,
    /// The protected side, where decided things stay as they are; `None`: nothing is protected.
    pub landed: Option<&'a dyn Tree>,
    /// What it would leave.
    pub tree: &'a dyn Tree,
    pub paths: &'a [RepoPath],
    pub signatures: &'a dyn Signatures,
    pub now: Timestamp,
}

/// What is wrong with records that a commit brings: what each says by itself, its new steps and the signatures on them, and
/// what it takes away or changes of what has landed. Who made an unsigned step is for the judge, who knows the commits.
///
/// # Errors
/// A file could not be read.
pub fn brought(commit: &Commit<'_>) -> Result<Vec<Diagnostic>, Failure> {
    let &Commit { base, landed, tree, paths, signatures, now } = commit;
    let mut quiet = Sink::new();
    let project = project::Project::read(tree, crate::plan::Reader::Fast, &mut quiet)?;
    let policy = project::read_policy(base, &mut quiet)?.or_else(|| project.policy.clone());
    let roster = project::read_roster(base, &mut quiet)?.or_else(|| project.roster.clone());
    let incidents = read_folder(base, &kinds::INCIDENT, &mut quiet)?;
    let incidents: Vec<&Record> = incidents.iter().filter(|incident| !incident.is_closed()).collect();
    let mut sink = Sink::new();
    for path in paths {
        let Some(kind) = record::book::kind_of(path) else { continue };
        // What has not landed is judged as a whole: it may be written anew until then.
        let side = landed.unwrap_or(base);
        let known = side.kind(path)?.is_some();
        if tree.kind(path)?.is_none() {
            if known && landed.is_some() {
                sink.push(record::deleted(path));
            }
            continue;
        }
        let Some(after) = read_one(tree, kind, path, &mut sink)? else { continue };
        record::check(&after, &mut sink);
        project::check_record(&after, &project.plan, policy.as_ref(), roster.as_ref(), &mut sink);
        let Some(policy) = &policy else { continue };
        let before = if known { read_one(side, kind, path, &mut quiet)? } else { None };
        let roster = roster.as_ref();
        let sworn = |record: &Record, index: usize| {
            if record.steps[index].signature.is_none() {
                return Ok(Sworn { trust: Trust::Local, why: String::new() });
            }
            record::statement::sworn(record, index, &policy.repository, roster, signatures)
        };
        let least = if policy.four_eyes() { Trust::Local } else { Trust::Claimed };
        let court = Court { policy, roster, incidents: &incidents, least, now, sworn: &sworn };
        let mut found = Sink::new();
        record::transition(before.as_ref(), &after, &court, &mut found)?;
        let of_landed = [record::codes::HISTORY.name, record::codes::REWRITTEN.name];
        let counts = |finding: &Diagnostic| landed.is_some() || !of_landed.contains(&finding.code.name);
        sink.extend(found.into_sorted().into_iter().filter(counts));
    }
    Ok(sink.into_sorted())
}

/// A moment as records carry it: nobody reads fractions of a second.
fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

struct Signature {
    seen: String,
    signature: String,
}

/// What a verb stands for in the record's state.
fn step_of(record: &Record, verb: &str) -> Result<&'static Transition, Failure> {
    let state = record.state();
    record.kind.by_verb(state, verb).ok_or_else(|| {
        let onward: Vec<&str> = record.kind.onward(state).map(|step| step.verb).collect();
        let failure = Failure::usage(format!("`{}` is {state}: it cannot be made to {verb}", record.name()));
        match onward.as_slice() {
            [] => failure.because("nothing happens to it any more"),
            verbs => failure.because(format!("from there lead {}", verbs.join(", "))).hint(format!(
                "run `passmuster {} {} {}`",
                record.kind.verb,
                verbs[0],
                record.name()
            )),
        }
    })
}

/// The template of a kind: the user's own, else the tool's.
///
/// # Errors
/// The user's own cannot be read.
pub fn template(tree: &dyn Tree, kind: &Kind, variant: Option<&str>) -> Result<Source, Failure> {
    let special = kind.variants.iter().find(|(name, _)| Some(*name) == variant);
    let (name, text) = match special {
        Some((variant, text)) => (format!("{}-{variant}.md", kind.name), *text),
        None => (format!("{}.md", kind.name), kind.template),
    };
    let own = own_template(tree, &RepoPath::from(TEMPLATES).join(&name))?;
    Ok(own.unwrap_or_else(|| Source::new(format!("templates/{name}"), text)))
}

/// The user's own template at a path, if there is one.
///
/// # Errors
/// It cannot be read.
pub fn own_template(tree: &dyn Tree, path: &RepoPath) -> Result<Option<Source>, Failure> {
    if tree.kind(path)?.is_none_or(|found| !found.is_regular()) {
        return Ok(None);
    }
    let unfit = |why: String| Failure::new(format!("the template `{path}` cannot be used")).because(why);
    match tree.blob(path, MAX_BYTES)? {
        Blob::TooLarge(size) => Err(unfit(format!("it holds {size} bytes; at most {MAX_BYTES} are read"))),
        Blob::Bytes(bytes) => Source::from_bytes(path.to_string(), bytes)
            .map(Some)
            .map_err(|bad| unfit(format!("line {} is not UTF-8", bad.line))),
    }
}

/// The record that somebody means: by the name of its file, or by a part of it that only one has.
///
/// # Errors
/// None or several are meant, or the one cannot be read.
pub fn find(tree: &dyn Tree, kind: &'static Kind, meant: &str) -> Result<Record, Failure> {
    let folder = RepoPath::from(kind.folder);
    let mut names: Vec<String> = Vec::new();
    for child in tree.children(&folder)? {
        let name = String::from_utf8(child.name).ok();
        names.extend(name.and_then(|name| name.strip_suffix(".md").map(str::to_owned)));
    }
    let meant = meant.rsplit('/').next().unwrap_or(meant);
    let meant = meant.strip_suffix(".md").unwrap_or(meant);
    let exact = names.iter().filter(|name| *name == meant);
    let part = names.iter().filter(|name| !meant.is_empty() && name.contains(meant));
    let found: Vec<&String> = if exact.clone().count() > 0 { exact.collect() } else { part.collect() };
    let name = match found.as_slice() {
        [one] => one,
        [] => {
            let failure = Failure::usage(format!("there is no {} `{meant}`", kind.name));
            return Err(match nearest(meant, names.iter().map(String::as_str)) {
                Some(near) => failure.hint(format!("write `{near}`")),
                None => failure
                    .because(format!("`{}` holds {} of them", kind.folder, names.len()))
                    .hint(format!("run `passmuster {} list`", kind.verb)),
            });
        }
        many => {
            let shown: Vec<&str> = many.iter().take(MAX_NAMED).map(|name| name.as_str()).collect();
            return Err(Failure::usage(format!("`{meant}` means {} of the {}s", many.len(), kind.name))
                .because(shown.join(", "))
                .hint("write more of the name"));
        }
    };
    let mut sink = Sink::new();
    let path = folder.join(format!("{name}.md"));
    read_one(tree, kind, &path, &mut sink)?.ok_or_else(|| {
        let failure = Failure::new(format!("`{path}` cannot be read as a {}", kind.name));
        let first = sink.into_sorted().into_iter().find(Diagnostic::is_error);
        first.map_or(failure.clone(), |first| failure.because(first.message)).hint("run `passmuster check`")
    })
}

/// The records of a kind, open ones only unless `all`; what is wrong with others goes to `sink`.
///
/// # Errors
/// A file could not be read.
pub fn list(tree: &dyn Tree, kind: &'static Kind, all: bool, sink: &mut Sink) -> Result<Vec<Record>, Failure> {
    let mut records = read_folder(tree, kind, sink)?;
    records.retain(|record| all || !record.is_closed());
    Ok(records)
}

/// What a record lacks to be in a state.
pub fn gaps(record: &Record, state: &str) -> Vec<Diagnostic> {
    let mut there = record.clone();
    state.clone_into(&mut there.state.value);
    let mut step = record.last_step().clone();
    state.clone_into(&mut step.to.value);
    // Only the sections, fields and boxes are asked for: the step itself is not taken.
    there.steps.push(step);
    let mut sink = Sink::new();
    record::check(&there, &mut sink);
    let own = |finding: &Diagnostic| {
        let about = finding.code.name;
        ![record::codes::ILLEGAL_STEP.name, record::codes::NO_REASON.name, record::codes::TIME.name].contains(&about)
    };
    sink.into_sorted().into_iter().filter(own).collect()
}

/// Whether a finding is about the text below the front matter.
fn is_about_text(finding: &Diagnostic) -> bool {
    [record::codes::SECTION.name, record::codes::BOXES.name].contains(&finding.code.name)
}

/// Something that should have been looked at.
#[derive(Clone, Debug)]
pub struct Due<'a> {
    pub record: &'a Record,
    /// `review` or `expires`
    pub what: &'static str,
    pub at: Timestamp,
}

/// The decisions that hold and whose review or end has come, longest due first.
pub fn due(records: &[Record], now: Timestamp) -> Vec<Due<'_>> {
    let mut due: Vec<Due<'_>> = records
        .iter()
        .filter(|record| record.state() == "decided")
        .flat_map(|record| {
            let looked = record.noted("decided").last().map(|step| step.at.value);
            let of = move |what: &'static str| {
                let at = record.time(what).filter(|at| *at <= now)?;
                let seen = what == "review" && looked.is_some_and(|looked| looked >= at);
                (!seen).then_some(Due { record, what, at })
            };
            [of("review"), of("expires")].into_iter().flatten()
        })
        .collect();
    due.sort_by_key(|due| due.at);
    due
}

/// The messages that wait for a member's acknowledgement, most urgent first, then in order of time.
pub fn inbox<'a>(records: &'a [Record], roster: Option<&Roster>, member: &str) -> Vec<&'a Record> {
    let waits = |record: &&Record| {
        let acknowledged = record.steps[1..].iter().any(|step| step.by.value == member);
        !acknowledged && record.list("to").iter().any(|party| record::is_party(roster, member, &party.value))
    };
    let mut waiting: Vec<&Record> = records.iter().filter(waits).collect();
    let urgency = |record: &Record| kinds::URGENCIES.iter().position(|name| Some(*name) == record.text("urgency"));
    waiting.sort_by_key(|record| (std::cmp::Reverse(urgency(record)), record.opener().at.value));
    waiting
}

/// Who was expected to report to a sync and has not.
pub fn missing<'a>(sync: &'a Record, roster: Option<&Roster>) -> Vec<&'a str> {
    let reported = sync.noted("opened");
    let names = sync.list("expected").iter().map(|party| party.value.as_str());
    names.filter(|party| !reported.iter().any(|step| record::is_party(roster, &step.by.value, party))).collect()
}
