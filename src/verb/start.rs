//! `start`: takes an item, so that nobody else begins it too.
//!
//! Who works on what stands in a ref of its own for each item, below [`REFS`]: a commit without files whose message says
//! who and until when. Creating a ref that is not there yet succeeds for one of many, on this machine and on a server, so
//! no lock is needed. What is taken is a courtesy among people who push to the same server; what merges is decided without it.

use super::mark;
use super::standing::{Standing, Standings};
use crate::diag::{Diagnostic, Failure, Place, Sink};
use crate::id::{ObjectId, RefName};
use crate::pattern::PatternSet;
use crate::plan::Plan;
use crate::port::{Repo, Tree};
use crate::project::codes;
use crate::roster::Roster;
use jiff::{SignedDuration, Timestamp};

/// The folder of the refs.
pub const REFS: &str = "refs/passmuster/claims/";

/// How long an item is taken, in hours. Whoever still works on it starts it again.
pub const HOURS: i64 = 72;

/// The first words of the message that such a ref leads to.
const SUBJECT: &str = "passmuster: taken/1";

/// An item that somebody works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// As the plan writes it.
    pub item: String,
    pub by: String,
    pub until: Timestamp,
}

/// The ref of an item.
pub fn ref_of(item: &str) -> RefName {
    RefName::new(format!("{REFS}{}", item.to_ascii_lowercase()))
}

impl Taken {
    /// Somebody takes an item now.
    pub fn now(item: &str, by: &str, now: Timestamp) -> Self {
        let until = now.checked_add(SignedDuration::from_hours(HOURS)).unwrap_or(now);
        let until = Timestamp::from_second(until.as_second()).unwrap_or(until);
        Self { item: item.to_owned(), by: by.to_owned(), until }
    }

    /// The message that says so. `nonce` makes two that take the same item at the same time differ.
    ///
    /// ```
    /// use passmuster::verb::start::Taken;
    /// let taken = Taken::now("DB-001", "ada", "2026-11-20T10:00:00Z".parse().unwrap());
    /// assert_eq!(Taken::parse(&taken.message("7")), Some(taken));
    /// assert_eq!(Taken::parse("passmuster: taken/2\n\nitem: DB-001\n"), None);
    /// ```
    pub fn message(&self, nonce: &str) -> String {
        let Self { item, by, until } = self;
        format!("{SUBJECT}\n\nitem: {item}\nby: {by}\nuntil: {until}\nnonce: {nonce}\n")
    }

    /// Reads such a message; `None`: it says something else.
    pub fn parse(message: &str) -> Option<Self> {
        let mut lines = message.lines();
        let field = |name: &str| {
            let mut values = message.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            values.next().map(|value| value.trim().to_owned())
        };
        (lines.next() == Some(SUBJECT)).then_some(())?;
        Some(Self { item: field("item")?, by: field("by")?, until: field("until")?.parse().ok()? })
    }

    /// Whether it counts: the time is not over, and the item is still to be done.
    pub fn counts(&self, plan: &Plan, now: Timestamp) -> bool {
        self.until > now && plan.find(&self.item).is_some_and(|index| !plan.is_closed(index))
    }
}

/// A ref that says that something is taken.
pub struct Held {
    pub name: RefName,
    pub at: ObjectId,
    /// `None`: it says nothing that can be read.
    pub taken: Option<Taken>,
}

/// What is taken, as far as this repository knows: it hears of others when somebody fetches.
///
/// # Errors
/// The refs cannot be read.
pub fn held(repo: &dyn Repo) -> Result<Vec<Held>, Failure> {
    let read = |(name, at): (RefName, ObjectId)| {
        let taken = repo.commit(&at).ok().and_then(|commit| Taken::parse(&commit.message));
        // A ref speaks for the item it is named after, and for no other.
        let taken = taken.filter(|taken| ref_of(&taken.item) == name);
        Held { name, at, taken }
    };
    Ok(repo.refs(REFS)?.into_iter().map(read).collect())
}

/// What is taken and whose time is not over, by the names of the refs.
///
/// # Errors
/// The refs cannot be read.
pub fn taken(repo: &dyn Repo, now: Timestamp) -> Result<Vec<Taken>, Failure> {
    let taken = held(repo)?.into_iter().filter_map(|held| held.taken);
    Ok(taken.filter(|taken| taken.until > now).collect())
}

/// What is looked at before somebody begins.
pub struct Scene<'a> {
    pub plan: &'a Plan,
    pub tree: &'a dyn Tree,
    pub roster: Option<&'a Roster>,
    /// What is taken, also by the actor, and also if it does not count any more.
    pub taken: &'a [Taken],
    pub actor: &'a str,
    pub now: Timestamp,
}

/// The item, and what keeps the actor from beginning it now.
///
/// # Errors
/// The id names no item or two, or the tree could not be read.
pub fn obstacles(scene: &Scene<'_>, id: &str) -> Result<(usize, Vec<Diagnostic>), Failure> {
    let index = mark::find(scene.plan, id)?;
    let mut sink = Sink::new();
    ready(scene, index, &mut sink)?;
    theirs(scene, index, &mut sink);
    free(scene, index, &mut sink);
    Ok((index, sink.into_sorted()))
}

fn place(scene: &Scene<'_>, index: usize) -> Place {
    let item = &scene.plan.items[index];
    Place::text(&scene.plan.files[item.file].source, item.id.span)
}

/// It is a task that can be begun: nothing it needs is open, nothing blocks it, and nothing makes it rest.
fn ready(scene: &Scene<'_>, index: usize, sink: &mut Sink) -> Result<(), Failure> {
    let next = super::next::run(scene.plan, scene.tree, &[])?;
    let standing = Standings::new(scene.plan, scene.tree)?.of(index);
    if standing == Standing::Ready && scene.plan.children(index).is_empty() {
        return Ok(());
    }
    let id = &scene.plan.items[index].id.value;
    let finding = Diagnostic::error(&codes::NOT_STARTED, place(scene, index), format!("`{id}` cannot be begun"));
    let why = next.why(index);
    let finding = match (standing, why.is_empty()) {
        (Standing::Done, _) => finding.cause("it is done"),
        (Standing::Dropped, _) => finding.cause("it was dropped"),
        (_, true) => finding.cause("it has parts of its own, which are begun one by one"),
        (_, false) => why.into_iter().fold(finding, |finding, why| finding.cause(format!("it {why}"))),
    };
    sink.push(finding.hint("see what can be begun: `passmuster next`"));
    Ok(())
}

/// Where the plan says whose it is, it is begun by one of those.
fn theirs(scene: &Scene<'_>, index: usize, sink: &mut Sink) {
    let Some(owner) = scene.plan.items[index].owner() else { return };
    let member = scene.roster.and_then(|roster| roster.member(scene.actor));
    let meant = scene.roster.zip(member).is_some_and(|(roster, member)| roster.is_meant(member, owner.value));
    if meant || owner.value.eq_ignore_ascii_case(scene.actor) {
        return;
    }
    let id = &scene.plan.items[index].id.value;
    let place = Place::text(&scene.plan.files[scene.plan.items[index].file].source, owner.span);
    sink.push(
        Diagnostic::error(&codes::TAKEN, place, format!("`{id}` is `{}`'s to do", owner.value))
            .cause(format!("you are `{}`", scene.actor))
            .hint(format!("have it given to you first: `passmuster assign {id} {}`", scene.actor)),
    );
}

/// Nobody else works on it, or where it does.
fn free(scene: &Scene<'_>, index: usize, sink: &mut Sink) {
    let item = &scene.plan.items[index];
    let id = &item.id.value;
    let touches = PatternSet::of_valid(item.touches().map(|touch| touch.value));
    let others = scene.taken.iter().filter(|taken| taken.by != scene.actor && taken.counts(scene.plan, scene.now));
    for other in others {
        let Some(theirs) = scene.plan.find(&other.item) else { continue };
        let until = other.until;
        if theirs == index {
            sink.push(
                Diagnostic::error(&codes::TAKEN, place(scene, index), format!("`{id}` is taken by `{}`", other.by))
                    .cause(format!("until {until}, unless it is given back or started again"))
                    .hint(format!("ask `{}`, or take something else: `passmuster next`", other.by)),
            );
            continue;
        }
        let their = &scene.plan.items[theirs];
        if !touches.overlaps(&PatternSet::of_valid(their.touches().map(|touch| touch.value))) {
            continue;
        }
        let message = format!("`{id}` touches what `{}` does, which `{}` works on", their.id.value, other.by);
        sink.push(
            Diagnostic::error(&codes::STARTED_BESIDE, place(scene, index), message)
                .label(place(scene, theirs), format!("taken until {until}"))
                .cause("two who change the same files at the same time find out when they merge")
                .hint(format!("wait for `{}`, or make `touches` of either narrower", their.id.value)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Reader, read};
    use crate::port::memory::MemoryTree;
    use crate::roster;
    use crate::text::Source;

    const PLAN: &str = "- [ ] T-1: a\n  - touches: src/**\n- [ ] T-2: b\n  - touches: src/b\n- [ ] T-3: c\n  - needs: T-1\n\
        - [ ] T-4: d @bob\n- [x] T-5: e\n- [ ] T-6: f @team-a\n## Epic E-1: g\n- [ ] T-7: h\n";

    fn said(id: &str, actor: &str, taken: &[(&str, &str, i64)]) -> Vec<String> {
        let plan = read(vec![Source::new("p", PLAN)], Reader::Fast, &mut Sink::new());
        let members = "passmuster: roster/1\nmembers: [{ name: ada, team: team-a }, { name: bob }]\n";
        let roster = roster::parse(&Source::new("r", members), &mut Sink::new()).unwrap();
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let until = |hours: i64| now.checked_add(SignedDuration::from_hours(hours)).unwrap();
        let taken: Vec<Taken> = taken
            .iter()
            .map(|&(item, by, hours)| Taken { item: item.to_owned(), by: by.to_owned(), until: until(hours) })
            .collect();
        let tree = MemoryTree::default();
        let scene = Scene { plan: &plan, tree: &tree, roster: Some(&roster), taken: &taken, actor, now };
        obstacles(&scene, id).unwrap().1.into_iter().map(|one| format!("{}: {}", one.code, one.message)).collect()
    }

    #[test]
    fn what_can_be_begun_is_begun_by_one() {
        let none: [&str; 0] = [];
        assert_eq!(said("T-1", "ada", &[]), none);
        assert_eq!(said("t-1", "ada", &[("T-1", "ada", 1), ("T-4", "bob", 1)]), none, "it is theirs already");
        assert_eq!(said("T-1", "ada", &[("T-1", "bob", 0), ("T-2", "bob", -1)]), none, "the time is over");
        assert_eq!(said("T-1", "ada", &[("t-1", "bob", 1)]), ["start/taken: `T-1` is taken by `bob`"]);
        let beside = ["start/beside: `T-1` touches what `T-2` does, which `bob` works on"];
        assert_eq!(said("T-1", "ada", &[("T-2", "bob", 1)]), beside);
        assert_eq!(said("T-1", "ada", &[("T-5", "bob", 1), ("T-9", "bob", 1)]), none, "done, and no item");
    }

    #[test]
    fn what_cannot_be_begun_says_why() {
        for (id, expected) in [
            ("T-3", "start/not-ready: `T-3` cannot be begun"),
            ("T-4", "start/taken: `T-4` is `bob`'s to do"),
            ("T-5", "start/not-ready: `T-5` cannot be begun"),
            ("E-1", "start/not-ready: `E-1` cannot be begun"),
        ] {
            assert_eq!(said(id, "ada", &[]), [expected]);
        }
        assert_eq!(said("T-6", "ada", &[]), [""; 0], "her team's");
    }
}
