//! What a gate's command sees of the environment: a short allow-list, and what the policy names besides.
//!
//! Edge. A variable that is not listed cannot change a result; `GIT_*` of a surrounding hook would make a `git`
//! inside the command work on the wrong repository.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// Always passed on when set: what shells and toolchains need to be found at all.
const PASSED: &[&str] = &["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "CARGO_HOME", "RUSTUP_HOME"];

/// What programs on Windows need besides.
const PASSED_WINDOWS: &[&str] = &[
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "COMSPEC",
    "PATHEXT",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "PROGRAMFILES",
];

/// The variables of one command; nothing else is set for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// Picks from `present` what a gate may see: the allow-list and the names in `also` (the gate's `env`), never
    /// `GIT_*` or `PASSMUSTER_*`. Adds `PASSMUSTER_GATE`, `PASSMUSTER_ITEM`, and what keeps output plain.
    ///
    /// ```
    /// use passmuster::run::Environment;
    /// let present = [("PATH", "/bin"), ("GIT_DIR", "/x"), ("SECRET", "s")].map(|(k, v)| (k.into(), v.into()));
    /// let seen = Environment::for_gate("unit", "DB-001", &["GIT_DIR".to_owned()], present);
    /// assert_eq!(seen.get("PATH"), Some("/bin".as_ref()));
    /// assert_eq!(seen.get("PASSMUSTER_ITEM"), Some("DB-001".as_ref()));
    /// assert!(seen.get("GIT_DIR").is_none() && seen.get("SECRET").is_none());
    /// ```
    pub fn for_gate(
        gate: &str,
        subject: &str,
        also: &[String],
        present: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Self {
        let mut seen: BTreeMap<OsString, OsString> = [("TERM", "dumb"), ("NO_COLOR", "1"), ("CI", "true")]
            .map(|(name, value)| (name.into(), value.into()))
            .into();
        seen.extend(present.into_iter().filter(|(name, _)| is_passed(name, also)));
        seen.insert("PASSMUSTER_GATE".into(), gate.into());
        seen.insert("PASSMUSTER_ITEM".into(), subject.into());
        Self(seen)
    }

    /// All of `present` except `GIT_*` and `PASSMUSTER_*`, for commands that reach out of the repository: to a
    /// desktop, a proxy, a token store.
    pub fn for_reaction(event: &str, present: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut seen: BTreeMap<OsString, OsString> = present.into_iter().filter(|(name, _)| !is_ours(name)).collect();
        seen.insert("PASSMUSTER_EVENT".into(), event.into());
        Self(seen)
    }

    /// Keeps a `git` inside the command from finding a repository above `folder`.
    #[must_use]
    pub fn below(mut self, folder: &Path) -> Self {
        self.0.insert("GIT_CEILING_DIRECTORIES".into(), folder.into());
        self
    }

    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.0.iter()
    }
}

fn is_passed(name: &OsStr, also: &[String]) -> bool {
    let same = |listed: &str| {
        name.to_str().is_some_and(|name| if cfg!(windows) { listed.eq_ignore_ascii_case(name) } else { listed == name })
    };
    let listed = PASSED.iter().any(|listed| same(listed))
        || (cfg!(windows) && PASSED_WINDOWS.iter().any(|listed| same(listed)))
        || also.iter().any(|listed| same(listed));
    listed && !is_ours(name)
}

/// Whether a variable tells Git or this program where to work.
fn is_ours(name: &OsStr) -> bool {
    let upper = name.to_string_lossy().to_ascii_uppercase();
    upper.starts_with("GIT_") || upper.starts_with("PASSMUSTER_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_variables_pass_and_may_replace_the_plain_ones() {
        let present = [("TERM", "xterm"), ("JAVA_HOME", "/j"), ("PASSMUSTER_GATE", "forged"), ("SSH_AUTH_SOCK", "s")]
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let plain = Environment::for_gate("g", "merge", &[], present.clone());
        assert_eq!((plain.get("TERM"), plain.get("JAVA_HOME")), (Some("dumb".as_ref()), None));
        let also = ["TERM", "JAVA_HOME", "PASSMUSTER_GATE"].map(str::to_owned);
        let asked = Environment::for_gate("g", "merge", &also, present);
        assert_eq!((asked.get("TERM"), asked.get("JAVA_HOME")), (Some("xterm".as_ref()), Some("/j".as_ref())));
        assert_eq!((asked.get("PASSMUSTER_GATE"), asked.get("SSH_AUTH_SOCK")), (Some("g".as_ref()), None));
    }

    #[test]
    fn a_reaction_sees_all_but_what_leads_git_elsewhere() {
        let present = [("DISPLAY", ":0"), ("GIT_DIR", "/x"), ("PASSMUSTER_EVENT", "forged")]
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let seen = Environment::for_reaction("gate-failed", present);
        assert_eq!((seen.get("DISPLAY"), seen.get("GIT_DIR")), (Some(":0".as_ref()), None));
        assert_eq!(seen.get("PASSMUSTER_EVENT"), Some("gate-failed".as_ref()));
    }
}
