//! The generated files that the policy names: which of them are not what they should be.
//!
//! Those that tell how the project stands name the moment they show. They are what they should be as long as they would be
//! the same for that moment, and it is not too long ago: so nothing is written because time passes while nothing happens.

use super::war_room;
use crate::diag::Failure;
use crate::export::{self, Form};
use crate::id::RepoPath;
use crate::policy::{Generated, Policy};
use crate::port::{Blob, EntryKind, Tree};
use crate::project::Project;
use crate::verb::roster::export as owners;
use jiff::{SignedDuration, Timestamp};

/// A file to be written.
#[derive(Debug)]
pub struct Stale {
    pub path: RepoPath,
    /// What it should be, or why nobody can say.
    pub text: Result<String, Failure>,
}

/// What the views need besides the files.
pub struct Clock<'c> {
    pub now: Timestamp,
    /// Tells how the project stood at a moment: the block of the war room, or a report.
    pub tell: &'c dyn Fn(Generated, Timestamp) -> Result<String, Failure>,
}

/// The largest file that a view is a part of, in bytes.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// How old what a view shows may become while it stays the same, in hours: ages and trends grow, too.
const HOURS: i64 = 24;

/// The views that differ from what the project says now. `policy` is that of the protected side: a branch cannot
/// make others' machines write files by naming them.
///
/// # Errors
/// A file could not be read.
pub fn run(tree: &dyn Tree, policy: &Policy, project: &Project, clock: &Clock<'_>) -> Result<Vec<Stale>, Failure> {
    let mut stale = Vec::new();
    for (path, view) in &policy.views {
        let path = RepoPath::from(path.value.as_str());
        let there = read(tree, &path)?;
        let text = match render(*view, project) {
            Shown::Files(text) => text.map(Ok),
            Shown::Moment => Some(told(*view, there.as_deref().unwrap_or_default(), clock)),
        };
        stale.extend(text.filter(|text| text.as_ref().ok() != there.as_ref()).map(|text| Stale { path, text }));
    }
    Ok(stale)
}

/// The file as it is; `None` when it is none, or no text.
fn read(tree: &dyn Tree, path: &RepoPath) -> Result<Option<String>, Failure> {
    if !tree.kind(path)?.is_some_and(EntryKind::is_regular) {
        return Ok(None);
    }
    Ok(match tree.blob(path, MAX_BYTES)? {
        Blob::Bytes(bytes) => String::from_utf8(bytes).ok(),
        Blob::TooLarge(_) => None,
    })
}

/// What a view follows from.
enum Shown {
    /// From the files alone; none where there is nothing to say it of.
    Files(Option<String>),
    /// From the history and a moment, too.
    Moment,
}

fn render(view: Generated, project: &Project) -> Shown {
    let plan = |form| Shown::Files(Some(export::write(&project.plan, form)));
    match view {
        Generated::Codeowners => {
            let roster = project.roster.as_ref();
            Shown::Files(roster.map(|roster| owners::run(roster, project.policy.as_ref()).text))
        }
        Generated::Csv => plan(Form::Csv),
        Generated::Mermaid => plan(Form::Mermaid),
        Generated::Dot => plan(Form::Dot),
        Generated::WarRoom
        | Generated::Daily
        | Generated::Final
        | Generated::Stakeholder
        | Generated::Executive
        | Generated::Goals => Shown::Moment,
    }
}

/// What a file that shows a moment should be.
fn told(view: Generated, there: &str, clock: &Clock<'_>) -> Result<String, Failure> {
    let at = |moment| -> Result<String, Failure> {
        let told = (clock.tell)(view, moment)?;
        match view {
            Generated::WarRoom if there.is_empty() => war_room::place(&war_room::opening(), &told),
            Generated::WarRoom => war_room::place(there, &told),
            _ => Ok(format!("{}{moment}; kept by `passmuster watch` -->\n\n{told}", begin(view))),
        }
    };
    let oldest = clock.now.checked_sub(SignedDuration::from_hours(HOURS)).unwrap_or(Timestamp::MIN);
    let shown = match view {
        Generated::WarRoom => war_room::as_of(there),
        _ => there.strip_prefix(&begin(view)).and_then(|rest| rest.split(';').next()?.parse().ok()),
    };
    if let Some(shown) = shown.filter(|shown| (oldest..=clock.now).contains(shown)) {
        let same = at(shown)?;
        if same == there {
            return Ok(same);
        }
    }
    // Parts of a second are nobody's business.
    at(Timestamp::from_second(clock.now.as_second()).unwrap_or(clock.now))
}

/// How a report that is kept begins.
fn begin(view: Generated) -> String {
    format!("<!-- passmuster {} as of ", view.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::Reader;
    use crate::port::memory::MemoryTree;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn stale(
        tree: &MemoryTree,
        policy: &Policy,
        project: &Project,
        now: Timestamp,
        state: &str,
    ) -> Vec<(String, String)> {
        let block = |at: Timestamp| {
            format!("<!-- passmuster war-room as of {at}; x -->\n{state}\n<!-- /passmuster war-room -->\n")
        };
        let tell = |view: Generated, at| {
            Ok(if view == Generated::WarRoom { block(at) } else { format!("{} {state}\n", view.name()) })
        };
        let found = run(tree, policy, project, &Clock { now, tell: &tell }).expect("memory can be read");
        let pair = |one: Stale| (one.path.to_string(), one.text.unwrap_or_else(|failure| failure.message));
        found.into_iter().map(pair).collect()
    }

    const POLICY: &str = "passmuster: policy/1\nrepository: r\nprotect: [main]\nviews: { docs/plan.csv: csv, CODEOWNERS: codeowners, g.mmd: mermaid, g.dot: dot }\n";
    const ROSTER: &str = "passmuster: roster/1\nmembers:\n- {name: ann, github: ann, domains: [src/**]}\n";

    fn of(files: &[(String, String)]) -> MemoryTree {
        files.iter().fold(MemoryTree::default(), |tree, (path, text)| tree.with(EntryKind::File, path.as_str(), text))
    }

    #[test]
    fn only_what_differs_is_written() {
        let mut files = vec![
            (crate::policy::PATH.to_owned(), POLICY.to_owned()),
            (crate::project::PLAN_PATH.to_owned(), "- [ ] T-1: a\n".to_owned()),
            (crate::roster::PATH.to_owned(), ROSTER.to_owned()),
        ];
        let tree = of(&files);
        let project = Project::read(&tree, Reader::Full, &mut Sink::new()).expect("memory can be read");
        let policy = project.policy.as_ref().expect("it is one");
        let stale = |tree: &MemoryTree| stale(tree, policy, &project, NOW, "");
        let first = stale(&tree);
        let paths: Vec<&str> = first.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["docs/plan.csv", "CODEOWNERS", "g.mmd", "g.dot"]);
        assert!(first[1].1.contains("@ann"), "{}", first[1].1);
        files.extend(first);
        assert_eq!(stale(&of(&files)), []);
        files[3].1.push('\n');
        assert_eq!(stale(&of(&files)).len(), 1);
    }

    #[test]
    fn without_a_roster_nobody_owns_anything() {
        let tree = MemoryTree::from([(crate::policy::PATH, POLICY), (crate::project::PLAN_PATH, "- [ ] T-1: a\n")]);
        let project = Project::read(&tree, Reader::Full, &mut Sink::new()).expect("memory can be read");
        let stale = stale(&tree, project.policy.as_ref().expect("it is one"), &project, NOW, "");
        assert!(stale.iter().all(|(path, _)| path != "CODEOWNERS"));
    }

    #[test]
    fn what_shows_a_moment_is_written_when_it_would_say_something_else_or_is_a_day_old() {
        const REPORT: &str = "plan/04-implementation-report.md";
        let policy = format!(
            "passmuster: policy/1\nrepository: r\nprotect: [main]\nviews: {{ {REPORT}: war-room, d.md: daily }}\n"
        );
        let mut files = vec![
            (crate::policy::PATH.to_owned(), policy),
            (crate::project::PLAN_PATH.to_owned(), "- [ ] T-1: a\n".to_owned()),
        ];
        let project = Project::read(&of(&files), Reader::Full, &mut Sink::new()).expect("memory can be read");
        let policy = project.policy.as_ref().expect("it is one");
        let hours = |hours| NOW.checked_add(SignedDuration::from_hours(hours)).expect("it is a time");
        let first = stale(&of(&files), policy, &project, NOW, "one");
        assert_eq!(first.len(), 2);
        assert!(first[0].1.starts_with("# ") && first[0].1.contains("\none\n"), "{first:?}");
        assert!(first[1].1.starts_with("<!-- passmuster daily as of 1970-01-01T00:00:00Z;"), "{first:?}");
        files.extend(first);
        files[2].1.push_str("mine\n");
        for (at, state, count) in [(1, "one", 0), (24, "one", 0), (25, "one", 2), (1, "two", 2), (-1, "one", 2)] {
            let found = stale(&of(&files), policy, &project, hours(at), state);
            assert_eq!(found.len(), count, "{at} {state}");
            assert!(found.iter().take(1).all(|(_, text)| text.ends_with("mine\n")), "{found:?}");
        }
        files[2].1 = files[2].1.replace("<!-- /passmuster", "<!-- ");
        let broken = stale(&of(&files), policy, &project, NOW, "two");
        assert!(broken[0].1.contains("no pair"), "{broken:?}");
    }
}
