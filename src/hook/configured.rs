//! Hooks by configuration (`hook.NAME.event` and `hook.NAME.command`), which Git runs from 2.54 on before the hook of
//! the folder, whatever `core.hooksPath` says. Older Git leaves the settings unread, so they come beside the links in
//! the folder and never instead of them; where Git runs both, the same question is asked twice.

use super::call::KNOWN;
use crate::diag::Failure;
use crate::git::{Git, Repository};
use std::path::Path;

/// Whether a Git of this version runs hooks by configuration.
pub fn is_read_by((major, minor, _): (u32, u32, u32)) -> bool {
    (major, minor) >= (2, 54)
}

/// The events that have a hook of ours in the repository's configuration.
///
/// # Errors
/// Git's configuration cannot be read.
pub fn events(repo: &Repository) -> Result<Vec<&'static str>, Failure> {
    let ask = Git::reading(repo).args(["config", "--local", "--null", "--name-only", "--list"]);
    let listed = ask.run()?;
    let has =
        |name: &&&str| listed.split(|&b| b == 0).any(|key| key == format!("{}.command", section(name)).as_bytes());
    Ok(KNOWN.iter().filter(has).copied().collect())
}

/// Adds a hook for each name. `program` is escaped for single quotes; `folder` is where nobody but us writes, so
/// that no foreign hook is found beside.
pub(super) fn add(repo: &Repository, folder: &Path, program: &str, names: &[&str]) -> Result<(), Failure> {
    let folder = super::install::slashed(folder)?;
    for name in names {
        let section = section(name);
        repo.set_config(&format!("{section}.event"), name)?;
        repo.set_config(&format!("{section}.command"), &format!("'{program}' hook '{folder}/{name}'"))?;
    }
    Ok(())
}

pub(super) fn remove(repo: &Repository) -> Result<(), Failure> {
    for name in events(repo)? {
        Git::reading(repo).args(["config", "--local", "--remove-section", &section(name)]).run()?;
    }
    Ok(())
}

/// The name of a hook by configuration must not be that of an event.
fn section(name: &str) -> String {
    format!("hook.passmuster-{name}")
}

#[cfg(test)]
mod tests {
    use super::is_read_by;

    #[test]
    fn configured_hooks_are_read_from_2_54_on() {
        for (version, read) in [((1, 99, 0), false), ((2, 53, 9), false), ((2, 54, 0), true), ((3, 0, 0), true)] {
            assert_eq!(is_read_by(version), read, "{version:?}");
        }
    }
}
