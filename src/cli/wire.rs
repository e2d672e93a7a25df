//! Wiring: opens what the verbs need and hands it to them as ports.

use super::Context;
use crate::diag::Failure;
use crate::disk::WorkTree;
use crate::evidence::{GateResult, statement};
use crate::git::Repository;
use crate::id::{ObjectId, RefName};
use crate::judge::{Move, Proposal, World};
use crate::policy::Policy;
use crate::port::Head;
use crate::roster::Roster;
use crate::sign::{Signer, Verifier};
use crate::verb::gate::Recording;
use crate::verb::land::Destination;
use crate::verb::{approve, land};
use jiff::Timestamp;
use std::path::Path;

/// The variable that names the signing key.
pub const SIGNING_KEY: &str = "PASSMUSTER_SIGNING_KEY";

/// The variable by which a member says who they are; only ever believed as a claim.
pub const MEMBER: &str = "PASSMUSTER_MEMBER";

/// An opened repository with what judging needs besides.
pub struct Bench {
    pub repo: Repository,
    verifier: Verifier,
    now: Timestamp,
}

impl Bench {
    /// Opens the repository of the folder the run was started for.
    ///
    /// # Errors
    /// There is none, or it cannot be opened.
    pub fn open(context: &Context) -> Result<Self, Failure> {
        Self::at(&context.dir)
    }

    /// Opens the repository of a folder.
    ///
    /// # Errors
    /// As [`Bench::open`].
    pub fn at(folder: &Path) -> Result<Self, Failure> {
        Ok(Self { repo: Repository::discover(folder)?, verifier: Verifier, now: Timestamp::now() })
    }

    pub fn world(&self) -> World<'_> {
        World { history: &self.repo, signatures: &self.verifier, now: self.now }
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The files as they lie in the work tree.
    ///
    /// # Errors
    /// The repository is bare.
    pub fn work_tree(&self) -> Result<WorkTree<'_>, Failure> {
        let folder = self.repo.work_dir().ok_or_else(|| {
            Failure::new("this repository has no work tree").hint("run this in a clone, not in the server's repository")
        })?;
        let format = self.repo.format();
        Ok(WorkTree::new(folder, move |bytes| format.blob_id(bytes)))
    }

    /// The commit at HEAD.
    ///
    /// # Errors
    /// There is no commit yet.
    pub fn head(&self) -> Result<(Head, ObjectId), Failure> {
        let head = self.repo.head()?;
        match head.id().cloned() {
            Some(id) => Ok((head, id)),
            None => Err(Failure::new("there is no commit yet").hint("commit something first")),
        }
    }

    /// The move that would bring HEAD to the protected branch it is meant for, or to `against`. Where HEAD has
    /// nothing to land, or is the protected branch itself, the move ends at HEAD.
    ///
    /// # Errors
    /// Nothing is protected here, a revision is unknown, or the merge has conflicts.
    pub fn landing(&self, against: Option<&str>) -> Result<Move, Failure> {
        let (_, head) = self.head()?;
        let Destination { target, tip, guard } = self.destination(against)?;
        let proposal = match land::landing(&self.repo, &tip, &head)? {
            land::Landing::Nothing => Proposal::Commit(head),
            land::Landing::Lands(proposal) => proposal,
            land::Landing::Conflict(paths) => {
                let shown: Vec<String> = paths.iter().take(5).map(ToString::to_string).collect();
                return Err(Failure::new(format!(
                    "merging HEAD into `{target}` gives conflicts, so there is nothing to test"
                ))
                .because(shown.join(", "))
                .hint(format!("merge `{}` into your branch and solve them there", target.short().unwrap_or("it"))));
            }
        };
        Ok(Move { target, old: Some(tip), guard: Some(guard), proposal, published: Vec::new() })
    }

    /// Where HEAD, or any other branch, is meant to land, whether it can or not.
    ///
    /// # Errors
    /// Nothing is protected here, or a revision is unknown.
    pub fn destination(&self, against: Option<&str>) -> Result<Destination, Failure> {
        let (target, tip) = self.target(against)?;
        let guard = land::guard_of(&self.repo, &target)?.map_or_else(|| tip.clone(), |guard| guard.commit);
        Ok(Destination { target, tip, guard })
    }

    /// A branch by its name or a remote-tracking name, with the commit it stands at.
    ///
    /// # Errors
    /// It is unknown.
    pub fn target(&self, against: Option<&str>) -> Result<(RefName, ObjectId), Failure> {
        let Some(against) = against else {
            return land::default_target(&self.repo).or_else(|failure| self.adopting().map_err(|_| failure));
        };
        let tip = self.repo.resolve(against)?;
        let short = against.trim_start_matches("refs/heads/").trim_start_matches("refs/remotes/");
        // `origin/main` stands for the branch `main` of that remote.
        let local = RefName::branch(short);
        let is_branch = self.repo.read_ref(&local)?.is_some();
        let name = match short.split_once('/') {
            Some((_, branch)) if !is_branch => RefName::branch(branch),
            _ => local,
        };
        Ok((name, tip))
    }

    /// Before the first policy has landed anywhere, HEAD's own counts.
    fn adopting(&self) -> Result<(RefName, ObjectId), Failure> {
        let (head, id) = self.head()?;
        let policy = land::policy_at(&self.repo, &id)?;
        let name = head.branch().cloned().filter(|_| policy.is_some());
        name.map(|name| (name, id)).ok_or_else(|| Failure::new("no policy"))
    }

    /// The key to sign with, if one is set up.
    ///
    /// # Errors
    /// The key that was named cannot be used.
    pub fn signer(&self) -> Result<Option<Signer>, Failure> {
        if let Ok(key) = std::env::var(SIGNING_KEY) {
            return Signer::new(&key).map(Some);
        }
        if self.repo.config("gpg.format")?.as_deref() != Some("ssh") {
            return Ok(None);
        }
        self.repo.config("user.signingkey")?.map(|key| Signer::new(&key)).transpose()
    }

    /// Who acts, by signing key, address or claim.
    ///
    /// # Errors
    /// Git knows no identity.
    pub fn actor(&self, roster: Option<&Roster>, signer: Option<&Signer>) -> Result<String, Failure> {
        let key = signer.and_then(Signer::public_key);
        let claimed = std::env::var(MEMBER).ok();
        Ok(approve::actor(roster, key.as_deref(), claimed.as_deref(), &self.repo.identity()?))
    }

    /// The tree of the protected side of a move.
    ///
    /// # Errors
    /// Nothing is protected yet, or the commit cannot be read.
    pub fn protected_tree(&self, change: &Move) -> Result<ObjectId, Failure> {
        use crate::port::History as _;
        let guard = change.guard.as_ref().ok_or_else(|| Failure::usage("nothing is protected yet"))?;
        Ok(self.repo.commit(guard)?.tree)
    }

    /// The tree a move would leave.
    ///
    /// # Errors
    /// The commit cannot be read.
    pub fn tree_of(&self, change: &Move) -> Result<ObjectId, Failure> {
        use crate::port::History as _;
        match &change.proposal {
            Proposal::Merge { tree, .. } => Ok(tree.clone()),
            Proposal::Commit(id) => Ok(self.repo.commit(id)?.tree),
            Proposal::Delete | Proposal::Symbolic(_) => Err(Failure::usage("nothing would land")),
        }
    }
}

/// Writes a report and removes those it supersedes.
///
/// # Errors
/// A file could not be written.
pub fn store(files: &WorkTree<'_>, recording: &Recording) -> Result<(), Failure> {
    files.write(&recording.path, &recording.bytes)?;
    for old in &recording.remove {
        files.remove(old)?;
    }
    Ok(())
}

/// Signs a result in place.
///
/// # Errors
/// The key could not be used.
pub fn sign(signer: Option<&Signer>, policy: &Policy, result: &mut GateResult) -> Result<(), Failure> {
    if let Some(signer) = signer {
        let message = statement::signed_bytes(result, &policy.repository);
        result.signature = Some(signer.sign(statement::NAMESPACE, &message)?);
    }
    Ok(())
}
