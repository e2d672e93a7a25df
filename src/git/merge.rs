//! What a merge would give, computed without touching index or work tree.
//!
//! Edge. Git's own merge, through the program: it is the one that will run for real.

use super::Repository;
use super::program::Git;
use crate::diag::Failure;
use crate::id::{ObjectId, RepoPath};

pub use crate::port::MergeTree;

impl Repository {
    /// Merges two commits in memory, as `git merge` on a clean work tree of `ours` would. Writes tree and blob
    /// objects, nothing else.
    ///
    /// # Errors
    /// Git is older than 2.38, the histories have nothing in common, or an object is missing.
    pub fn merge_tree(&self, ours: &ObjectId, theirs: &ObjectId) -> Result<MergeTree, Failure> {
        let version = self.git_version()?;
        if version < (2, 38, 0) {
            return Err(Failure::new("merges cannot be computed with this Git")
                .because(format!("it is version {}.{}.{}", version.0, version.1, version.2))
                .hint("install Git 2.38 or newer"));
        }
        let mut ask = Git::reading(self);
        if version >= (2, 41, 0) {
            // Attributes come from the commit: a bare repository has no others, and a dirty file must not count.
            ask = ask.arg(format!("--attr-source={ours}"));
        }
        ask = ask.args(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"]);
        if self.is_shallow() && version >= (2, 40, 0) {
            // Git's own search reads the parents of every commit it meets and stumbles at the border even where
            // it need not cross it; ours fails only if the answer lies beyond.
            if let [base] = self.merge_bases(ours, theirs)?.as_slice() {
                ask = ask.arg(format!("--merge-base={base}"));
            }
        }
        let ask = ask.arg("--end-of-options");
        let ask = ask.arg(ours.as_str()).arg(theirs.as_str());
        let line = ask.line();
        let output = ask.output()?;
        if !matches!(output.status, Some(0 | 1)) {
            let failure = output.failure(&line);
            return Err(if self.is_shallow() { failure.hint("run `git fetch --unshallow`") } else { failure });
        }
        let mut parts = output.stdout.split(|&b| b == 0).filter(|part| !part.is_empty());
        let tree = parts.next().and_then(|hex| ObjectId::parse(std::str::from_utf8(hex).ok()?));
        match (tree, output.status) {
            (Some(tree), Some(0)) => Ok(MergeTree::Clean(tree)),
            (Some(_), _) => Ok(MergeTree::Conflict(parts.map(RepoPath::new).collect())),
            (None, _) => Err(output.failure(&line).because("it named no tree")),
        }
    }

    /// Writes a commit that no ref points to, for a merge that goes on from it. The same tree and parents give
    /// the same commit.
    ///
    /// # Errors
    /// The object store cannot be written.
    pub fn commit_tree(&self, tree: &ObjectId, parents: &[ObjectId]) -> Result<ObjectId, Failure> {
        let mut ask = Git::reading(self).args(["commit-tree", "--no-gpg-sign", "-m", "passmuster: speculative merge"]);
        for parent in parents {
            ask = ask.args(["-p", parent.as_str()]);
        }
        for who in ["AUTHOR", "COMMITTER"] {
            ask = ask
                .env(&format!("GIT_{who}_NAME"), "passmuster")
                .env(&format!("GIT_{who}_EMAIL"), "passmuster@localhost")
                .env(&format!("GIT_{who}_DATE"), "@0 +0000");
        }
        let answer = ask.arg(tree.as_str()).run_line()?;
        ObjectId::parse(&answer).ok_or_else(|| Failure::new(format!("`git commit-tree` answered `{answer}`")))
    }
}
