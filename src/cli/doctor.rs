//! `doctor`: proves that the guards work, by planting violations and looking whether they are refused.
//!
//! Moves are tried in a scratch clone and a scratch server. In the repository itself one move is only prepared and
//! then given up, so that Git asks the hooks and nothing changes.

use super::{Context, Exit};
use crate::diag::{Failure, Purpose as _, Sink};
use crate::git::{Env, Git, Repository};
use crate::hook::install::{self, Side, Standing};
use crate::id::{ObjectId, RefName};
use crate::judge::{Proposal, World};
use crate::plan::{Reader, edit};
use crate::policy;
use crate::port::History as _;
use crate::project;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, foreign};
use crate::sign::Verifier;
use crate::verb::land;
use crate::{disk, port};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// The repository is a bare one on a server
    #[arg(long)]
    server: bool,
}

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    /// Weaker than it could be, for a reason outside the repository.
    Weak,
    Bad,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Weak => "weak",
            Self::Bad => "BAD",
        }
    }
}

struct Check {
    what: String,
    state: State,
    detail: String,
}

impl Check {
    fn new(what: impl Into<String>, state: State, detail: impl Into<String>) -> Self {
        Self { what: what.into(), state, detail: detail.into() }
    }

    /// `said`: what the command wrote; a command that failed by itself proves nothing.
    fn refused(what: impl Into<String>, stands: bool, said: &str) -> Self {
        match (stands, said.contains("passmuster: ")) {
            (true, true) => Self::new(what, State::Good, "refused"),
            (true, false) => {
                let why = said.lines().last().unwrap_or("no message");
                Self::new(what, State::Bad, format!("stopped, but not by a hook of passmuster: {why}"))
            }
            (false, _) => Self::new(what, State::Bad, "went through"),
        }
    }
}

/// Runs all checks.
///
/// # Errors
/// There is no repository, or the scratch folder cannot be set up.
pub fn run(context: &Context, args: DoctorArgs) -> Result<Exit, Failure> {
    let repo = Repository::discover(&context.dir)?;
    let side = if args.server { Side::Server } else { install::side_of(&repo) };
    let mut checks = vec![version(&repo)?];
    hooks(&repo, side, &mut checks)?;
    match land::default_target(&repo) {
        Err(failure) => checks.push(Check::new("protected branch", State::Bad, failure.to_string())),
        Ok((name, tip)) => {
            checks.push(Check::new("protected branch", State::Good, name.to_string()));
            let scratch = Scratch::new(&repo, name, tip)?;
            scratch.plant(&mut checks)?;
            if side != Side::Server {
                scratch.probe(&repo, &mut checks)?;
            }
        }
    }
    print(context, &checks)?;
    Ok(if checks.iter().any(|check| check.state == State::Bad) { Exit::Findings } else { Exit::Passed })
}

fn print(context: &Context, checks: &[Check]) -> Result<(), Failure> {
    if context.format == Format::Json {
        let shown = |check: &Check| v1::Check {
            what: check.what.clone(),
            state: check.state.name().to_lowercase(),
            detail: check.detail.clone(),
        };
        return context.output.print(&envelope("doctor", &checks.iter().map(shown).collect::<Vec<_>>()));
    }
    let mut table = Table::new([("check", Align::Left), ("state", Align::Left), ("what was seen", Align::Left)]);
    for check in checks {
        table.row([&*foreign::line(&check.what), check.state.name(), &*foreign::line(&check.detail)]);
    }
    context.output.print(&table.render(context.output.style()))
}

fn version(repo: &Repository) -> Result<Check, Failure> {
    let (major, minor, patch) = repo.git_version()?;
    let shown = format!("{major}.{minor}.{patch}");
    Ok(match (major, minor) {
        (0..2, _) | (2, 0..38) => Check::new("git version", State::Bad, format!("{shown}; 2.38 or newer is needed")),
        (2, 38..46) => {
            let why = "before 2.46 no hook sees `git symbolic-ref refs/heads/main X`";
            Check::new("git version", State::Weak, format!("{shown}; {why}"))
        }
        _ => Check::new("git version", State::Good, shown),
    })
}

fn hooks(repo: &Repository, side: Side, checks: &mut Vec<Check>) -> Result<(), Failure> {
    let mend = format!("; run `{}`", side.command());
    if let Some(passed) = install::passed_by(repo)? {
        checks.push(Check::new("hooks folder", State::Bad, format!("{passed}{mend}")));
    }
    for hook in install::status(repo, side)? {
        let good = hook.standing == Standing::Installed;
        let state = if good { State::Good } else { State::Bad };
        let more = if good { "" } else { &mend };
        checks.push(Check::new(format!("hook {}", hook.name), state, format!("{}{more}", hook.standing.name())));
    }
    Ok(())
}

/// A clone and a server of their own, with hooks, that go away afterwards.
struct Scratch {
    folder: TempDir,
    clone: Repository,
    server: Repository,
    name: RefName,
    short: String,
    tip: ObjectId,
}

impl Scratch {
    fn new(repo: &Repository, name: RefName, tip: ObjectId) -> Result<Self, Failure> {
        let folder = tempfile::tempdir().purpose(|| "could not make a scratch folder".to_owned())?;
        let (clone, server) = (folder.path().join("clone"), folder.path().join("server"));
        let short = name.short().unwrap_or(name.as_str()).to_owned();
        let format = format!("--object-format={}", repo.format().name());
        let git = |dir: &Path| quiet(repo.git_in(dir));
        for (path, bare, objects) in [(&clone, "--no-bare", ".git/objects"), (&server, "--bare", "objects")] {
            git(folder.path()).args(["init", "--quiet", &format, "--template=", bare]).arg(path).run()?;
            // Objects are borrowed, not copied.
            let objects = path.join(objects);
            let borrowed = format!("{}\n", repo.common_dir().join("objects").display());
            disk::write_atomic(&objects.join("info/alternates"), borrowed.as_bytes())?;
            git(path).args(["update-ref", name.as_str(), tip.as_str()]).run()?;
        }
        // Only top-level files and the plan: a large work tree need not be written out.
        git(&clone).args(["sparse-checkout", "set", policy::PLAN_FOLDER]).run()?;
        git(&clone).args(["checkout", "--quiet", &short]).run()?;
        git(&server).args(["symbolic-ref", "HEAD", name.as_str()]).run()?;
        let env = Env::process()?;
        let scratch = Self {
            clone: Repository::open_at(&env, &clone)?,
            server: Repository::open_at(&env, &server)?,
            folder,
            name,
            short,
            tip,
        };
        install::install(&scratch.clone, Side::Client { pre_commit: false })?;
        install::install(&scratch.server, Side::Server)?;
        Ok(scratch)
    }

    fn top(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    fn git(&self) -> Git {
        quiet(self.clone.git_in(&self.top()))
    }

    /// Tries every planted commit in every way.
    fn plant(&self, checks: &mut Vec<Check>) -> Result<(), Failure> {
        let mut planted = 0;
        for (what, commit) in [("changed policy", self.policy_change()?), ("forged tick", self.forged_tick()?)] {
            let Some(commit) = commit else { continue };
            if !self.is_violation(&commit)? {
                continue;
            }
            planted += 1;
            self.try_client(what, &commit, checks)?;
            self.try_server(&format!("{what}: push --no-verify"), &[&format!("{commit}:{}", self.name)], checks)?;
        }
        if planted == 0 {
            checks.push(Check::new("planted violations", State::Bad, "none that the judge refuses could be made"));
        }
        self.try_server("push that deletes the branch", &[&format!(":{}", self.name)], checks)?;
        let tree = self.clone.commit(&self.tip)?.tree;
        let orphan = self.git().args(["commit-tree", "-m", "orphan", tree.as_str()]).run_line()?;
        self.try_server("push that rewrites the branch", &["--force", &format!("{orphan}:{}", self.name)], checks)
    }

    fn is_violation(&self, commit: &ObjectId) -> Result<bool, Failure> {
        let world = World { history: &self.clone, signatures: &Verifier, now: Timestamp::now() };
        let proposal = Proposal::Commit(commit.clone());
        let verdict = land::judge_move(&world, &self.clone, &self.name, Some(self.tip.clone()), proposal, Vec::new())?;
        Ok(verdict.is_some_and(|verdict| !verdict.passes()))
    }

    /// A commit on the tip that holds `text` at `path`; the work tree is on the protected branch again afterwards.
    fn commit_with(&self, path: &str, text: &str) -> Result<ObjectId, Failure> {
        self.git().args(["checkout", "--quiet", "--detach", self.tip.as_str()]).run()?;
        disk::write_atomic(&self.top().join(path), text.as_bytes())?;
        self.git()
            .args(["commit", "--quiet", "--all", "--no-verify", "--message", "planted by passmuster doctor"])
            .run()?;
        let id = self.git().args(["rev-parse", "HEAD"]).run_line()?;
        self.git().args(["checkout", "--quiet", &self.short]).run()?;
        ObjectId::parse(&id).ok_or_else(|| Failure::new(format!("`git rev-parse` answered `{id}`")))
    }

    fn policy_change(&self) -> Result<Option<ObjectId>, Failure> {
        let Some(text) = self.text(policy::PATH)? else { return Ok(None) };
        self.commit_with(policy::PATH, &format!("{text}\n# planted by passmuster doctor\n")).map(Some)
    }

    fn forged_tick(&self) -> Result<Option<ObjectId>, Failure> {
        let tree = self.clone.tree(&self.tip)?;
        let (plan, _) = project::read_plan(tree.as_ref(), Reader::Full, &mut Sink::new())?;
        let Some(index) = (0..plan.items.len()).find(|&index| !plan.claimed(index)) else { return Ok(None) };
        let source = &plan.files[plan.items[index].file].source;
        let Some(edit) = edit::set_mark(&plan, index, true)? else { return Ok(None) };
        self.commit_with(source.path(), &edit::apply(source.text(), &[edit])).map(Some)
    }

    fn text(&self, path: &str) -> Result<Option<String>, Failure> {
        let tree = self.clone.tree(&self.tip)?;
        Ok(match tree.blob(&path.into(), 1024 * 1024)? {
            port::Blob::Bytes(bytes) => String::from_utf8(bytes).ok(),
            port::Blob::TooLarge(_) => None,
        })
    }

    fn try_client(&self, what: &str, commit: &ObjectId, checks: &mut Vec<Check>) -> Result<(), Failure> {
        let (id, full) = (commit.as_str(), self.name.as_str());
        let fetch = format!("planted:{full}");
        let ways: [(&str, bool, &[&str]); 6] = [
            ("merge --ff-only", false, &["merge", "--ff-only", id]),
            ("merge --no-ff --no-verify", false, &["merge", "--no-ff", "--no-verify", "-m", "x", id]),
            ("pull --ff-only", false, &["pull", "--ff-only", ".", "planted"]),
            ("branch --force", true, &["branch", "--force", &self.short, id]),
            ("update-ref", true, &["update-ref", full, id]),
            ("fetch . X:branch", true, &["fetch", ".", &fetch]),
        ];
        self.git().args(["branch", "--force", "planted", id]).run()?;
        for (way, detached, command) in ways {
            let stand: &[&str] = if detached { &["checkout", "--quiet", "--detach"] } else { &["checkout", "--quiet"] };
            self.git().args(stand.iter().copied()).arg(if detached { self.tip.as_str() } else { &self.short }).run()?;
            let output = self.git().args(command.iter().copied()).output()?;
            self.judge_try(&format!("{what}: {way}"), &self.clone, &output.stderr, checks)?;
        }
        self.git().args(["checkout", "--quiet", &self.short]).run().map(drop)
    }

    fn try_server(&self, what: &str, push: &[&str], checks: &mut Vec<Check>) -> Result<(), Failure> {
        let ask = self.git().args(["push", "--quiet", "--no-verify"]).arg(self.server.git_dir());
        // Options stand before the remote's name as well as behind it.
        let output = ask.args(push.iter().copied()).output()?;
        self.judge_try(what, &self.server, &output.stderr, checks)
    }

    /// Looks whether the branch stands where it stood, and puts it back if not.
    fn judge_try(&self, what: &str, at: &Repository, said: &str, checks: &mut Vec<Check>) -> Result<(), Failure> {
        let stands = at.read_ref(&self.name)?.as_ref() == Some(&self.tip);
        checks.push(Check::refused(what, stands, said));
        if stands {
            return Ok(());
        }
        let off = ["-c", "core.hooksPath=/dev/null", "update-ref", self.name.as_str(), self.tip.as_str()];
        quiet(at.git_in(at.work_dir().unwrap_or(at.git_dir()))).args(off).run()?;
        match at.is_bare() {
            true => Ok(()),
            false => self.git().args(["-c", "core.hooksPath=/dev/null", "reset", "--hard", "--quiet"]).run().map(drop),
        }
    }

    /// Lets Git prepare a forbidden move in the repository itself, and gives it up.
    fn probe(&self, repo: &Repository, checks: &mut Vec<Check>) -> Result<(), Failure> {
        let Some(commit) = self.policy_change()? else { return Ok(()) };
        if repo.read_ref(&self.name)?.is_none() || !self.is_violation(&commit)? {
            return Ok(());
        }
        let script = format!("start\nupdate {} {commit}\nprepare\nabort\n", self.name);
        let dir = repo.work_dir().unwrap_or(repo.git_dir());
        let borrowed = self.clone.common_dir().join("objects");
        let ask = quiet(repo.git_in(dir)).env("GIT_ALTERNATE_OBJECT_DIRECTORIES", borrowed);
        let output = ask.args(["update-ref", "--stdin"]).input(script).output()?;
        let stands = output.status != Some(0);
        checks.push(Check::refused("this repository: a forbidden move, only prepared", stands, &output.stderr));
        Ok(())
    }
}

/// Commits of the doctor need no identity and no signature of the user.
fn quiet(git: Git) -> Git {
    git.args(["-c", "user.name=passmuster doctor", "-c", "user.email=doctor@localhost", "-c", "commit.gpgSign=false"])
        .args(["-c", "advice.detachedHead=false", "-c", "protocol.file.allow=always"])
}
