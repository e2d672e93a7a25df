//! `start`: takes an item and goes to its branch.

use super::show::{self, ShowArgs};
use super::wire::Bench;
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure, Place};
use crate::evidence::Digest;
use crate::git::Git;
use crate::id::{ObjectId, RefName};
use crate::plan::Plan;
use crate::project::codes;
use crate::report::Format;
use crate::report::json::{envelope, v1};
use crate::verb::start::{self, Held, REFS, Scene, Taken, ref_of};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct StartArgs {
    /// Item to begin
    #[arg(value_name = "ITEM")]
    item: String,

    /// Work in a folder of its own: a worktree of Git
    #[arg(long, value_name = "DIR", conflicts_with = "give_back")]
    worktree: Option<PathBuf>,

    /// Let somebody else have it; the branch stays
    #[arg(long)]
    give_back: bool,
}

/// Takes the item, or gives it back.
///
/// # Errors
/// The item is unknown, the server cannot be asked, or Git refuses.
pub fn run(context: &Context, args: &StartArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => return context.report(&errors),
    };
    let (plan, roster) = (&checked.project.plan, checked.project.roster.as_ref());
    let bench = Bench::open(context)?;
    let actor = bench.actor(roster, bench.signer()?.as_ref())?;
    let board = Board { context, bench: &bench, remote: remote(context, &bench)? };
    let held = board.held()?;
    let taken: Vec<Taken> = held.iter().filter_map(|held| held.taken.clone()).collect();
    let scene = Scene { plan, tree: &workspace.tree, roster, taken: &taken, actor: &actor, now: bench.now() };
    let (index, findings) = start::obstacles(&scene, &args.item)?;
    let id = plan.items[index].id.as_str();
    let old = held.iter().find(|held| held.name == ref_of(id));
    if args.give_back {
        return board.give_back(plan, id, old, &actor);
    }
    if !findings.is_empty() {
        return context.report(&findings);
    }
    let now = Taken::now(id, &actor, bench.now());
    if let Some(finding) = board.take(plan, &now, old)? {
        return context.report(&[finding]);
    }
    let branch = format!("task/{id}");
    go(context, &bench, &branch, args.worktree.as_ref())?;
    context.output.say(&format!(
        "`{id}` is `{actor}`'s until {}, on the branch `{branch}`",
        now.until.strftime("%Y-%m-%d %H:%M UTC")
    ));
    if board.remote.is_none() {
        context.output.say("this repository has no remote: only who works here sees that it is taken");
    }
    context.output.say(&format!(
        "before you begin: `passmuster preflight {id}`; to let it go: `passmuster start {id} --give-back`"
    ));
    if context.format == Format::Json {
        let Taken { item, by, until } = &now;
        let until = until.to_string();
        let shared = board.remote.is_some();
        context
            .output
            .print(&envelope("started", &v1::Started { item, by, until: &until, branch: &branch, shared }))?;
        return Ok(Exit::Passed);
    }
    show::run(context, ShowArgs::of(id))
}

/// The remote that the protected branch is shared on, if there is one.
fn remote(context: &Context, bench: &Bench) -> Result<Option<String>, Failure> {
    let (target, _) = bench.target(None)?;
    let of_branch = target.short().map(|short| bench.repo.config(&format!("branch.{short}.remote"))).transpose()?;
    if let Some(name) = of_branch.flatten().filter(|name| name != ".") {
        return Ok(Some(name));
    }
    let names = git(context, bench).arg("remote").run_line()?;
    Ok(names.lines().find(|name| *name == "origin").map(str::to_owned))
}

fn git(context: &Context, bench: &Bench) -> Git {
    Git::in_dir(bench.repo.env(), &context.dir)
}

/// Goes to the branch of an item, which is made where the protected branch stands.
fn go(context: &Context, bench: &Bench, branch: &str, worktree: Option<&PathBuf>) -> Result<(), Failure> {
    let there = bench.repo.read_ref(&RefName::branch(branch))?.is_some();
    let (_, tip) = bench.target(None)?;
    let call = match worktree {
        Some(folder) => {
            let call = git(context, bench).args(["worktree", "add", "--quiet"]);
            let call = if there { call } else { call.args(["-b", branch]) };
            call.arg("--").arg(folder.as_os_str()).arg(if there { branch } else { tip.as_str() })
        }
        None if there => git(context, bench).args(["switch", "--quiet", branch]),
        None => git(context, bench).args(["switch", "--quiet", "--no-track", "-c", branch, tip.as_str()]),
    };
    call.run().map(drop).map_err(|failure| failure.hint("it is taken; go to its branch yourself"))
}

/// Where it stands who has taken what: on the server, or here where there is none.
struct Board<'a> {
    context: &'a Context,
    bench: &'a Bench,
    remote: Option<String>,
}

impl Board<'_> {
    /// Everything that is taken, as the server has it.
    fn held(&self) -> Result<Vec<Held>, Failure> {
        if let Some(remote) = &self.remote {
            let all = format!("+{REFS}*:{REFS}*");
            git(self.context, self.bench)
                .args(["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", remote, &all])
                .run()
                .map_err(|failure| {
                    failure.hint(format!("`{remote}` knows who works on what: try again when it answers"))
                })?;
        }
        start::held(&self.bench.repo)
    }

    /// Takes an item that was free, or the actor's own, or whose time is over, when it was looked. The finding says who was
    /// faster.
    fn take(&self, plan: &Plan, taken: &Taken, old: Option<&Held>) -> Result<Option<Diagnostic>, Failure> {
        if let Some(Held { name, taken: None, .. }) = old {
            return Ok(Some(unreadable(name, self.remote.as_deref())));
        }
        let name = ref_of(&taken.item);
        let git = || git(self.context, self.bench);
        let empty = git().arg("mktree").input("").run_line()?;
        let nonce =
            Digest::of(&[std::process::id().to_string().as_bytes(), jiff::Timestamp::now().to_string().as_bytes()]);
        let message = taken.message(&nonce.as_str()[..12]);
        let new = git().args(["commit-tree", &empty]).input(message).run_line()?;
        if self.set(&name, Some(&new), old.map(|held| &held.at))? {
            return Ok(None);
        }
        let now = self.held()?;
        let by = now
            .iter()
            .find(|held| held.name == name)
            .and_then(|held| held.taken.as_ref())
            .map(|taken| taken.by.as_str());
        let item = plan.find(&taken.item).map(|index| &plan.items[index]);
        let place = item.map_or_else(
            || Place::Ref(name.to_string()),
            |item| Place::text(&plan.files[item.file].source, item.id.span),
        );
        let message = format!("`{}` was taken by `{}` at the same moment", taken.item, by.unwrap_or("somebody"));
        Ok(Some(
            Diagnostic::error(&codes::TAKEN, place, message)
                .cause("one of several who start an item at once has it")
                .hint("take something else: `passmuster next`"),
        ))
    }

    /// Lets go of an item.
    fn give_back(&self, plan: &Plan, id: &str, old: Option<&Held>, actor: &str) -> Result<Exit, Failure> {
        let Some(old) = old else {
            self.context.output.say(&format!("nobody has taken `{id}`"));
            return Ok(Exit::Passed);
        };
        if let Some(taken) =
            old.taken.as_ref().filter(|taken| taken.by != actor && taken.counts(plan, self.bench.now()))
        {
            let finding = Diagnostic::error(
                &codes::TAKEN,
                Place::Ref(old.name.to_string()),
                format!("`{id}` is taken by `{}`", taken.by),
            );
            let finding =
                finding.cause(format!("until {}", taken.until)).hint(format!("ask `{}` to give it back", taken.by));
            return self.context.report(&[finding]);
        }
        if self.set(&old.name, None, Some(&old.at))? {
            self.context.output.say(&format!("`{id}` is free again"));
            return Ok(Exit::Passed);
        }
        Err(Failure::new(format!("`{id}` was taken by somebody else meanwhile")))
    }

    /// Moves a ref from what it is known to hold to something else, on the server first; `false`: it holds something else.
    fn set(&self, name: &RefName, new: Option<&str>, old: Option<&ObjectId>) -> Result<bool, Failure> {
        let zero = "0".repeat(new.map_or(40, str::len));
        let old = old.map_or("", ObjectId::as_str);
        if let Some(remote) = &self.remote {
            let lease = format!("--force-with-lease={name}:{old}");
            let what = format!("{}:{name}", new.unwrap_or(""));
            let pushed = git(self.context, self.bench)
                .args(["push", "--quiet", "--no-verify", &lease, remote, &what])
                .output()?;
            if pushed.status != Some(0) {
                let there = self.on_server(remote, name)?;
                return if there.as_deref() == Some(old).filter(|old| !old.is_empty()) {
                    Err(pushed
                        .failure(&format!("git push {remote} {what}"))
                        .hint("the server does not let it be taken"))
                } else {
                    Ok(false)
                };
            }
            // Some servers answer before they know.
            if self.on_server(remote, name)?.as_deref() != new {
                return Ok(false);
            }
        }
        let update = match new {
            Some(new) => git(self.context, self.bench).args([
                "update-ref",
                name.as_str(),
                new,
                if old.is_empty() { &zero } else { old },
            ]),
            None => git(self.context, self.bench).args(["update-ref", "-d", name.as_str(), old]),
        };
        let updated = update.output()?;
        // What the server holds is what counts; the copy here follows with the next fetch.
        Ok(updated.status == Some(0) || self.remote.is_some())
    }

    fn on_server(&self, remote: &str, name: &RefName) -> Result<Option<String>, Failure> {
        let line = git(self.context, self.bench).args(["ls-remote", "--quiet", remote, name.as_str()]).run_line()?;
        Ok(line.split_whitespace().next().map(str::to_owned))
    }
}

fn unreadable(name: &RefName, remote: Option<&str>) -> Diagnostic {
    let remove =
        remote.map_or_else(|| format!("git update-ref -d {name}"), |remote| format!("git push {remote} :{name}"));
    Diagnostic::error(&codes::TAKEN, Place::Ref(name.to_string()), format!("`{name}` says nothing that can be read"))
        .cause("it may say in words of a newer version who works on the item")
        .hint(format!("look at it with `git show {name}`; what nobody needs goes by `{remove}`"))
}
