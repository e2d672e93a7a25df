//! `hooks`: puts the Git hooks in place, takes them away, tells how they stand.

use super::{Context, Exit};
use crate::diag::Failure;
use crate::git::Repository;
use crate::hook::configured;
use crate::hook::install::{self, HookStatus, Side, Standing};
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, foreign};

#[derive(Debug, clap::Args)]
pub struct HooksArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Put the hooks where Git looks for them; hooks that are there already keep running
    Install(InstallArgs),

    /// Take the hooks away and restore exactly what was there before
    Uninstall {
        /// The repository is a bare one on a server
        #[arg(long)]
        server: bool,
    },

    /// Tell how each hook stands; status 1 when one does not run
    Status {
        /// The repository is a bare one on a server
        #[arg(long)]
        server: bool,
    },
}

#[derive(Debug, clap::Args)]
struct InstallArgs {
    /// Guard a bare repository: judge pushes before they are taken
    #[arg(long)]
    server: bool,

    /// Also check staged plan files before the editor opens (slows down every commit a little)
    #[arg(long, conflicts_with = "server")]
    pre_commit: bool,

    /// Also name the hooks in the repository's configuration, where Git 2.54 and newer finds them past any manager
    #[arg(long, conflicts_with = "server")]
    config: bool,
}

/// Installs, uninstalls or tells.
///
/// # Errors
/// There is no repository, it is of the other kind, or its Git folder cannot be written.
pub fn run(context: &Context, args: HooksArgs) -> Result<Exit, Failure> {
    let repo = Repository::discover(&context.dir)?;
    match args.action {
        Action::Install(InstallArgs { server, pre_commit, config }) => {
            let side = if server { Side::Server } else { Side::Client { pre_commit } };
            let folder = install::install_with(&repo, side, config)?;
            context.output.say(&format!("hooks are installed in {}", folder.display()));
            for hook in install::status(&repo, side)? {
                if let Some(first) = hook.runs_first {
                    context.output.say(&format!("  {} runs {} first", hook.name, first.display()));
                }
            }
            tell_configured(context, &repo)?;
            Ok(Exit::Passed)
        }
        Action::Uninstall { .. } => {
            let found = install::uninstall(&repo)?;
            let line = if found { "the hooks are gone; all is as it was before" } else { "no hooks were installed" };
            context.output.say(line);
            Ok(Exit::Passed)
        }
        Action::Status { server } => {
            let side = if server { Side::Server } else { install::side_of(&repo) };
            status(context, &repo, side)
        }
    }
}

fn status(context: &Context, repo: &Repository, side: Side) -> Result<Exit, Failure> {
    let hooks = install::status(repo, side)?;
    let text = if context.format == Format::Json {
        envelope("hooks", &hooks.iter().map(v1_hook).collect::<Vec<_>>())
    } else {
        let mut table = Table::new([("hook", Align::Left), ("state", Align::Left), ("runs first", Align::Left)]);
        for hook in &hooks {
            let first = hook.runs_first.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            table.row([hook.name, hook.standing.name(), &foreign::line(&first)]);
        }
        table.render(context.output.style())
    };
    context.output.print(&text)?;
    tell_configured(context, repo)?;
    if hooks.iter().all(|hook| hook.standing == Standing::Installed) {
        return Ok(Exit::Passed);
    }
    if let Some(passed) = install::passed_by(repo)? {
        context.output.say(&foreign::line(&passed.to_string()));
    }
    context.output.say(&format!("some hooks do not run: `{}` puts them in place", side.command()));
    Ok(Exit::Findings)
}

fn tell_configured(context: &Context, repo: &Repository) -> Result<(), Failure> {
    let events = configured::events(repo)?;
    if events.is_empty() {
        return Ok(());
    }
    let (major, minor, patch) = repo.git_version()?;
    let read = if configured::is_read_by((major, minor, patch)) { "runs them" } else { "leaves them unread" };
    context.output.say(&format!("by configuration: {}; Git {major}.{minor}.{patch} {read}", events.join(", ")));
    Ok(())
}

fn v1_hook(hook: &HookStatus) -> v1::Hook {
    let shown = |path: &std::path::Path| path.display().to_string();
    v1::Hook {
        name: hook.name,
        state: hook.standing.name(),
        path: shown(&hook.path),
        runs_first: hook.runs_first.as_deref().map(shown),
    }
}
