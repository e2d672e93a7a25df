//! Putting the hooks where Git looks for them, and taking them away again.
//!
//! Where nothing of ours collides, links go into the hooks folder Git uses anyway. Where hooks are there already,
//! or `core.hooksPath` names a folder (husky, lefthook, a tracked folder), nobody's files are touched: our own
//! folder becomes `core.hooksPath`, and each link in it first runs the hook of the former folder, in its place and
//! under its own name.

use super::call::{KNOWN, SET_ASIDE, is_executable};
use super::configured;
use super::former::{
    Former, RECORD, Record, change_config, local_hooks_path, read_record, restore, same_place, write_record,
};
use super::store::Store;
use crate::diag::{Failure, Purpose as _};
use crate::disk;
use crate::git::Repository;
use crate::id::RefName;
use crate::verb::land;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Beside the links of our own folder: the first line is the former folder.
pub const CHAIN_FILE: &str = "passmuster-chain";

/// Beside the links when `pre-commit` was asked for.
const PRE_COMMIT_FILE: &str = "passmuster-pre-commit";

const SHIM: &str = include_str!("../../hooks/shim.sh");
const SHIM_MARK: &str = "# passmuster hook shim";

const CLIENT: &[&str] =
    &["commit-msg", "pre-merge-commit", "pre-push", "pre-rebase", "prepare-commit-msg", "reference-transaction"];
const SERVER: &[&str] = &["post-receive", "pre-receive", "reference-transaction"];

/// Hooks that a tracked folder may bring with the next pull. `reference-transaction` and `pre-push` are ours; the
/// ones that Git calls all the time are linked only where the former folder has them.
const MAY_COME: &[&str] = &[
    "applypatch-msg",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-merge",
    "post-rewrite",
    "pre-applypatch",
    "pre-commit",
    "sendemail-validate",
];

/// What to install.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client { pre_commit: bool },
    Server,
}

impl Side {
    /// What the user types to install them.
    pub fn command(self) -> &'static str {
        match self {
            Self::Server => "passmuster hooks install --server",
            Self::Client { pre_commit: false } => "passmuster hooks install",
            Self::Client { pre_commit: true } => "passmuster hooks install --pre-commit",
        }
    }

    fn names(self) -> Vec<&'static str> {
        match self {
            Self::Server => SERVER.to_vec(),
            Self::Client { pre_commit: false } => CLIENT.to_vec(),
            Self::Client { pre_commit: true } => CLIENT.iter().copied().chain(["pre-commit"]).collect(),
        }
    }
}

const OWN_FOLDER: &str = "hooks";

/// How one hook stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Installed,
    /// Somebody else's hook is where ours should be.
    Foreign,
    Missing,
    /// Git ignores it.
    NotExecutable,
}

impl Standing {
    pub fn name(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Foreign => "foreign",
            Self::Missing => "missing",
            Self::NotExecutable => "not executable",
        }
    }
}

/// One hook in the folder Git uses.
#[derive(Debug)]
pub struct HookStatus {
    pub name: &'static str,
    pub path: PathBuf,
    pub standing: Standing,
    /// The hook that was there before and runs first.
    pub runs_first: Option<PathBuf>,
}

/// Installs the hooks; what an earlier call left is replaced. Returns the folder they are in.
///
/// # Errors
/// The repository is of the other kind, the program cannot be found, or the Git folder cannot be written.
pub fn install(repo: &Repository, side: Side) -> Result<PathBuf, Failure> {
    install_with(repo, side, false)
}

/// As [`install`]; with `configured` the hooks are named in the repository's configuration as well, where Git finds
/// them whatever `core.hooksPath` says, if it is new enough ([`configured::is_read_by`]).
///
/// # Errors
/// As for [`install`].
pub fn install_with(repo: &Repository, side: Side, configured: bool) -> Result<PathBuf, Failure> {
    check_side(repo, side)?;
    let store = Store::of(repo.common_dir());
    // A second installation mends the first: what stood in the configuration stays there until `uninstall`.
    let configured = configured || read_record(&store)?.is_some_and(|before| before.configured);
    uninstall_links(repo)?;
    let program = program()?;
    let effective = repo.hooks_folder()?;
    let mut record = Record { version: 1, folder: effective.clone(), configured, ..Record::default() };
    let mut names: BTreeSet<&'static str> = side.names().into_iter().collect();
    if takes_own_folder(repo, &effective, &names)? {
        record.folder = store.folder().join(OWN_FOLDER);
        record.config = Some(Former { value: local_hooks_path(repo)? });
        names.extend(KNOWN.iter().copied().filter(|name| is_executable(&effective.join(name))));
        if repo.work_dir().is_some_and(|top| effective.starts_with(top) && !effective.starts_with(repo.common_dir())) {
            names.extend(MAY_COME);
        }
    }
    record.made_folder = !record.folder.exists();
    write_record(&store, &record)?;
    make_folder(&record.folder)?;
    if record.config.is_some() {
        let former = chain_target(repo, &effective)?;
        disk::write_atomic(&record.folder.join(CHAIN_FILE), format!("{former}\n").as_bytes())?;
    }
    if side == (Side::Client { pre_commit: true }) {
        disk::write_atomic(&record.folder.join(PRE_COMMIT_FILE), b"")?;
    }
    for name in names {
        put(&record.folder.join(name), &program)?;
    }
    if record.config.is_some() || configured {
        change_config(repo, &store, &record, || match configured {
            true => configured::add(repo, store.folder(), &slashed(&program)?, &side.names()),
            false => Ok(()),
        })?;
    }
    remember(repo, &store, side)?;
    let now = repo.hooks_folder()?;
    if same_place(&now, &record.folder) {
        return Ok(record.folder);
    }
    Err(Failure::new("Git does not look where the hooks were put")
        .because(format!("they are in `{}`, and Git looks in `{}`", record.folder.display(), now.display()))
        .because("`core.hooksPath` is set in a place that wins over the repository's configuration")
        .hint("run `git config --show-origin --get-all core.hooksPath`, and remove the last one"))
}

/// Removes the hooks and restores what was there before, to the byte. Returns whether there was anything.
///
/// # Errors
/// The Git folder cannot be written.
pub fn uninstall(repo: &Repository) -> Result<bool, Failure> {
    let found = uninstall_links(repo)?;
    Store::of(repo.common_dir()).forget()?;
    Ok(found)
}

/// How each hook of a side stands in the folder Git uses.
///
/// # Errors
/// Git's configuration cannot be read.
pub fn status(repo: &Repository, side: Side) -> Result<Vec<HookStatus>, Failure> {
    let folder = repo.hooks_folder()?;
    let former = std::fs::read_to_string(folder.join(CHAIN_FILE)).ok();
    let former = former.as_deref().and_then(|text| text.lines().next()).map(|former| top(repo).join(former));
    let all = side.names().into_iter().map(|name| {
        let path = folder.join(name);
        let standing = if path.symlink_metadata().is_err() {
            Standing::Missing
        } else if !is_ours(&path) {
            Standing::Foreign
        } else if is_executable(&path) {
            Standing::Installed
        } else {
            Standing::NotExecutable
        };
        let runs_first = former.as_ref().map(|former| former.join(name)).filter(|path| is_executable(path));
        HookStatus { name, path, standing, runs_first }
    });
    Ok(all.collect())
}

/// Git looks for hooks in another folder than the one they were installed in.
#[derive(Debug)]
pub struct PassedBy {
    pub installed: PathBuf,
    pub looked_in: PathBuf,
}

impl std::fmt::Display for PassedBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (looked_in, installed) = (self.looked_in.display(), self.installed.display());
        write!(f, "`core.hooksPath` sends Git to {looked_in}, past the hooks in {installed}")
    }
}

/// Whether the installed hooks are passed by, as when a hook manager has set `core.hooksPath` since.
///
/// # Errors
/// Git's configuration or the record of the installation cannot be read.
pub fn passed_by(repo: &Repository) -> Result<Option<PassedBy>, Failure> {
    let Some(record) = read_record(&Store::of(repo.common_dir()))? else { return Ok(None) };
    let looked_in = repo.hooks_folder()?;
    let passed = !same_place(&looked_in, &record.folder);
    Ok(passed.then_some(PassedBy { installed: record.folder, looked_in }))
}

/// The side a repository is installed on by default.
pub fn side_of(repo: &Repository) -> Side {
    if repo.is_bare() {
        return Side::Server;
    }
    let folder = repo.hooks_folder().unwrap_or_default();
    Side::Client { pre_commit: wants_pre_commit(&folder) }
}

/// Whether `pre-commit` was asked for in this hooks folder.
pub fn wants_pre_commit(folder: &Path) -> bool {
    folder.join(PRE_COMMIT_FILE).exists()
}

/// Whether a file is one of our links or shims, also when the program has moved away since.
pub fn is_ours(path: &Path) -> bool {
    if let Ok(target) = path.read_link() {
        let is_program = |path: &Path| path.file_stem().is_some_and(|stem| stem == "passmuster");
        return is_program(&target)
            || (path.canonicalize().ok().is_some_and(|end| program().is_ok_and(|own| own == end)));
    }
    std::fs::read_to_string(path).is_ok_and(|text| text.lines().take(3).any(|line| line.starts_with(SHIM_MARK)))
}

fn check_side(repo: &Repository, side: Side) -> Result<(), Failure> {
    match (side, repo.is_bare()) {
        (Side::Client { .. }, true) => Err(Failure::usage("this is a bare repository: nobody commits here")
            .hint("run `passmuster hooks install --server`")),
        (Side::Server, false) => Err(Failure::usage("this repository has a work tree: it is no server")
            .hint("run `passmuster hooks install`, or go to the bare repository")),
        _ => Ok(()),
    }
}

/// The real path of this program.
fn program() -> Result<PathBuf, Failure> {
    let purpose = || "could not find the path of this program".to_owned();
    std::env::current_exe().purpose(purpose)?.canonicalize().purpose(purpose)
}

fn takes_own_folder(repo: &Repository, effective: &Path, names: &BTreeSet<&str>) -> Result<bool, Failure> {
    let usual = repo.common_dir().join("hooks");
    let linked = effective.symlink_metadata().is_ok_and(|found| found.is_symlink());
    let taken = names.iter().any(|name| effective.join(name).symlink_metadata().is_ok());
    Ok(linked || taken || !same_place(effective, &usual))
}

/// The former folder as each later hook call will find it: one inside the work tree stays relative, since every
/// linked work tree has its own.
fn chain_target(repo: &Repository, effective: &Path) -> Result<String, Failure> {
    let relative = match effective.strip_prefix(top(repo)) {
        Ok(inside) if !effective.starts_with(repo.common_dir()) => inside,
        _ => effective,
    };
    relative.to_str().filter(|path| !path.contains('\n')).map(str::to_owned).ok_or_else(|| {
        Failure::new(format!("the hooks folder `{}` has a name that cannot be kept", effective.display()))
            .hint("rename it to UTF-8, and set `core.hooksPath` again")
    })
}

/// Where Git starts hooks.
fn top(repo: &Repository) -> &Path {
    repo.work_dir().unwrap_or(repo.git_dir())
}

fn uninstall_links(repo: &Repository) -> Result<bool, Failure> {
    let store = Store::of(repo.common_dir());
    let Some(record) = read_record(&store)? else { return Ok(false) };
    if record.config.is_some() || record.configured {
        restore(repo, &store, &record)?;
    }
    for name in KNOWN {
        for suffix in [""].iter().chain(SET_ASIDE) {
            let hook = record.folder.join(format!("{name}{suffix}"));
            if is_ours(&hook) {
                disk::remove(&hook)?;
            }
        }
    }
    if record.config.is_some() {
        hand_over(repo, &record.folder)?;
    }
    disk::remove(&record.folder.join(CHAIN_FILE))?;
    disk::remove(&record.folder.join(PRE_COMMIT_FILE))?;
    if record.made_folder {
        // A hook that somebody has put there since keeps the folder.
        let _ = std::fs::remove_dir(&record.folder);
    }
    disk::remove(&store.folder().join(RECORD))?;
    Ok(true)
}

/// What a hook manager has put into our own folder, since Git looked there, goes where the manager would have put it
/// without us. A file that would replace another one stays.
fn hand_over(repo: &Repository, own: &Path) -> Result<(), Failure> {
    let folder = repo.hooks_folder()?;
    if same_place(&folder, own) {
        return Ok(());
    }
    let same =
        |one: &Path, other: &Path| matches!((std::fs::read(one), std::fs::read(other)), (Ok(a), Ok(b)) if a == b);
    for name in KNOWN {
        let (from, to) = (own.join(name), folder.join(name));
        if from.symlink_metadata().is_err() {
            continue;
        }
        let purpose = || format!("could not move `{}` to `{}`", from.display(), to.display());
        if to.symlink_metadata().is_err() && folder.starts_with(repo.common_dir()) {
            make_folder(&folder)?;
            std::fs::rename(&from, &to).purpose(purpose)?;
        } else if same(&from, &to) {
            disk::remove(&from)?;
        }
    }
    Ok(())
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).purpose(|| format!("could not make the folder `{}`", folder.display()))
}

/// Puts a link to the program at `path`, or a shim where there are no links.
fn put(path: &Path, program: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    if std::os::unix::fs::symlink(program, path).is_ok() {
        return Ok(());
    }
    if path.symlink_metadata().is_ok() {
        return Err(Failure::new(format!("`{}` is somebody else's hook, in the folder of passmuster", path.display()))
            .hint("move it to the folder of your hook manager, or remove it, and install again"));
    }
    disk::create_new(path, shim(program)?.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode).purpose(|| format!("could not make `{}` executable", path.display()))?;
    }
    Ok(())
}

fn shim(program: &Path) -> Result<String, Failure> {
    Ok(SHIM.replace("@PROGRAM@", &slashed(program)?))
}

/// A path as it stands between single quotes of a shell.
pub(super) fn slashed(program: &Path) -> Result<String, Failure> {
    let path = program.to_str().ok_or_else(|| Failure::new(format!("`{}` is not UTF-8", program.display())))?;
    // The shell that Git for Windows brings wants slashes.
    Ok(path.trim_start_matches(r"\\?\").replace('\\', "/").replace('\'', r"'\''"))
}

/// Remembers the protected names and where they stand now, so that the first hook calls know them.
fn remember(repo: &Repository, store: &Store, side: Side) -> Result<(), Failure> {
    if side == Side::Server {
        // Any push may protect further names, so none is left out there.
        return store.remember_all_names();
    }
    let Some(head) = repo.head()?.id().cloned() else { return Ok(()) };
    let Some(policy) = land::policy_at(repo, &head).unwrap_or(None) else { return Ok(()) };
    store.remember_names(&policy)?;
    for (name, id) in repo.refs("refs/heads/")? {
        if policy.protects(&name) && !already_judged(store, &name) {
            store.remember_judged(&name, &id)?;
        }
    }
    Ok(())
}

fn already_judged(store: &Store, name: &RefName) -> bool {
    !store.judged(name).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shim_starts_the_program_whatever_its_path() {
        let text = shim(Path::new("/opt/it's here/passmuster")).expect("UTF-8");
        assert!(text.contains(r#"exec '/opt/it'\''s here/passmuster' hook "$0" "$@""#), "{text}");
        assert!(text.starts_with("#!/bin/sh\n") && text.lines().nth(1).is_some_and(|line| line.starts_with(SHIM_MARK)));
    }

    #[test]
    fn only_our_own_files_are_ours() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let file = dir.path().join("update");
        std::fs::write(&file, "#!/bin/sh\necho passmuster hook shim\n").expect("writable");
        assert!(!is_ours(&file) && !is_ours(&dir.path().join("none")));
        std::fs::write(&file, SHIM).expect("writable");
        assert!(is_ours(&file));
        #[cfg(unix)]
        {
            let link = dir.path().join("link");
            std::os::unix::fs::symlink("/gone/passmuster", &link).expect("writable");
            assert!(is_ours(&link));
        }
    }
}
