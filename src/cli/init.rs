//! `init`: writes the first policy, plan and roster.

use super::workspace::Workspace;
use super::{Context, Exit};
use crate::diag::{Failure, Purpose as _};
use crate::git::Repository;
use crate::hook::install::{self, Side};
use crate::id::RefName;
use crate::policy::Profile;
use crate::report::json::{envelope, v1};
use crate::report::{Format, foreign};
use crate::sign::Signer;
use crate::verb::init::{self, Action, Founder, Outcome, Request};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

/// Branches that are protected when the remote does not say which one counts, first match wins.
const USUAL_BRANCHES: [&str; 4] = ["main", "master", "trunk", "develop"];

#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// Set of defaults: how strict the policy is where it does not say
    #[arg(long, value_parser = profile_parser(), default_value = "solo")]
    profile: Profile,

    /// Also write GitHub workflows: one decides about pull requests, one runs the gates they lack evidence for
    #[arg(long)]
    github: bool,

    /// Leave the Git hooks as they are
    #[arg(long)]
    no_hooks: bool,

    /// Folder in the repository to set up
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

fn profile_parser() -> impl TypedValueParser<Value = Profile> {
    PossibleValuesParser::new(Profile::ALL.map(Profile::name))
        .try_map(|name| Profile::ALL.into_iter().find(|profile| profile.name() == name).ok_or("no profile"))
}

/// Writes what is missing, and installs the hooks; files that are there are kept as they are.
///
/// # Errors
/// There is no repository, Git knows no identity for the roster, or a file cannot be written.
pub fn run(context: &Context, args: InitArgs) -> Result<Exit, Failure> {
    let folder = args.folder.map_or_else(|| context.dir.clone(), |folder| context.dir.join(folder));
    let workspace = Workspace::at(&folder)?;
    let repository = &workspace.repository;
    let name = workspace.tree.folder().canonicalize().ok();
    let request = Request {
        repository: random_id()?,
        profile: args.profile,
        branch: branch(repository)?,
        title: name.and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned())).unwrap_or_default(),
        founder: if args.profile == Profile::Solo { None } else { Some(founder(repository)?) },
        github: args.github,
        action: action(),
    };
    let outcome = init::run(&workspace.tree, &request)?;
    for file in &outcome.files {
        match file.action {
            Action::Create => workspace.tree.create(&file.path, file.text.as_bytes())?,
            Action::Extend => workspace.tree.write(&file.path, file.text.as_bytes())?,
            Action::Keep => {}
        }
    }
    let hooks =
        if args.no_hooks { None } else { Some(install::install(repository, Side::Client { pre_commit: false })?) };
    let next = next(args.no_hooks);
    context.output.print(&match context.format {
        Format::Json => answer(&outcome, &next),
        _ => text(&outcome),
    })?;
    if let Some(folder) = hooks {
        context.output.say(&format!("hooks are installed in {}", folder.display()));
    }
    advise(context, &request, &outcome, &next);
    Ok(Exit::Passed)
}

fn answer(outcome: &Outcome, next: &[String]) -> String {
    let paths: Vec<String> = outcome.files.iter().map(|file| file.path.to_string()).collect();
    let files = outcome.files.iter().zip(&paths);
    let files = files.map(|(file, path)| v1::InitialisedFile { path, what: file.action.name() });
    envelope("initialised", &v1::Initialised { files: files.collect(), next })
}

fn text(outcome: &Outcome) -> String {
    let line = |file: &init::File| format!("{:<8}  {}\n", file.action.name(), foreign::line(&file.path.to_string()));
    outcome.files.iter().map(line).collect()
}

fn next(no_hooks: bool) -> Vec<String> {
    let mut next = vec!["passmuster check".to_owned()];
    if no_hooks {
        next.push("passmuster hooks install".to_owned());
    }
    next.push("git add --all && git commit -m \"passmuster: policy and plan\"".to_owned());
    next.push("passmuster next".to_owned());
    next
}

fn advise(context: &Context, request: &Request, outcome: &Outcome, next: &[String]) {
    let say = |line: &str| context.output.say(line);
    let names: Vec<&str> = outcome.ecosystems.iter().map(|ecosystem| ecosystem.name).collect();
    let has_new_policy = outcome.files.first().is_some_and(|file| file.action == Action::Create);
    match (names.is_empty(), has_new_policy) {
        (_, false) => {}
        (true, true) => say("no test command was found: add a gate to passmuster.yaml"),
        (false, true) => say(&format!("gates were proposed from: {}; look at their inputs", names.join(", "))),
    }
    if request.founder.as_ref().is_some_and(|founder| founder.key.is_none()) {
        say("this profile counts signed results only: add your public key under `keys` in plan/roster.yaml");
    }
    say("next:");
    for command in next {
        say(&format!("  {command}"));
    }
    if request.github {
        say(&format!("then make the check `verify` required in the settings of `{}` on GitHub", request.branch));
    }
}

/// The action of this very version: by its commit, which nobody can move, where the build was told it.
fn action() -> String {
    let tag = concat!("v", env!("CARGO_PKG_VERSION"));
    option_env!("PASSMUSTER_COMMIT").map_or_else(|| tag.to_owned(), |commit| format!("{commit} # {tag}"))
}

/// Eight characters of `[a-z0-9]` that nobody can guess.
fn random_id() -> Result<String, Failure> {
    const CHARACTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut id = String::new();
    while id.len() < 8 {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).purpose(|| "could not get random bytes for the repository's id".to_owned())?;
        // 252 is seven times 36: each character is as likely as any other.
        let usable =
            bytes.into_iter().filter(|&byte| byte < 252).map(|byte| char::from(CHARACTERS[usize::from(byte % 36)]));
        id.extend(usable.take(8 - id.len()));
    }
    Ok(id)
}

/// The branch to protect: the remote's, else a usual one that exists, else the one that is checked out.
fn branch(repository: &Repository) -> Result<String, Failure> {
    if let Some(target) = repository.symref_target(&RefName::new("refs/remotes/origin/HEAD"))?
        && let Some(short) = target.as_str().strip_prefix("refs/remotes/origin/")
    {
        return Ok(short.to_owned());
    }
    for name in USUAL_BRANCHES {
        if repository.read_ref(&RefName::branch(name))?.is_some() {
            return Ok(name.to_owned());
        }
    }
    let head = repository.head()?;
    Ok(head.branch().and_then(RefName::short).unwrap_or(USUAL_BRANCHES[0]).to_owned())
}

/// The person who sets the project up, as Git knows them.
fn founder(repository: &Repository) -> Result<Founder, Failure> {
    let identity = repository.identity()?;
    let setting = match repository.config("gpg.format")?.as_deref() {
        Some("ssh") => repository.config("user.signingkey")?,
        _ => None,
    };
    // A key that cannot be read now can be added to the roster later.
    let key = setting.and_then(|setting| Signer::new(&setting).ok()?.public_key());
    Ok(Founder { name: identity.name, email: identity.email, key })
}

#[cfg(test)]
mod tests {
    use super::random_id;

    #[test]
    fn ids_are_eight_characters_and_differ() {
        let (one, other) = (random_id().unwrap(), random_id().unwrap());
        assert!(one.len() == 8 && one.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        assert_ne!(one, other);
    }
}
