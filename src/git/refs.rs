//! Refs by their full names, HEAD, reflogs, and what a user means by a revision.
//!
//! Edge. Names are never guessed the way `git rev-parse` does, where a tag called `main` beats the branch.

use super::Repository;
use super::objects::object_id;
use super::program::Git;
use crate::diag::{Failure, Purpose};
use crate::id::{ObjectId, RefName};
use git2::{ErrorCode, Oid};
use std::collections::HashSet;
use std::io::ErrorKind;

/// How many symbolic refs may point to each other, as in Git.
const MAX_SYMREFS: usize = 5;

pub use crate::port::Head;

/// One line of a reflog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefMove {
    /// The value before; all zeros for a creation.
    pub old: ObjectId,
    /// The value after; all zeros for a deletion.
    pub new: ObjectId,
    /// Why, in the words of the program that moved it.
    pub message: String,
}

/// What one ref holds.
enum Value {
    Object(ObjectId),
    Symbolic(RefName),
}

impl Repository {
    /// # Errors
    /// HEAD is unreadable.
    pub fn head(&self) -> Result<Head, Failure> {
        let head = RefName::new("HEAD");
        let end = self.symref_target(&head)?;
        let value = self.read_ref(end.as_ref().unwrap_or(&head))?;
        match (end, value) {
            (Some(branch), Some(id)) => Ok(Head::Branch(branch, id)),
            (Some(branch), None) => Ok(Head::Unborn(branch)),
            (None, Some(id)) => Ok(Head::Detached(id)),
            (None, None) => Err(Failure::new("HEAD is missing").because(format!("in `{}`", self.git_dir().display()))),
        }
    }

    /// Returns the object a ref stands for, through symbolic refs; `None` if there is no such ref or it points
    /// to a branch without a commit. Annotated tags are not peeled.
    ///
    /// # Errors
    /// The name is no ref name, or the ref is unreadable.
    pub fn read_ref(&self, name: &RefName) -> Result<Option<ObjectId>, Failure> {
        Ok(self.follow(name)?.1)
    }

    /// Returns the name a symbolic ref stands for at the end of the chain; `None` if the ref is not symbolic or
    /// does not exist. The name at the end need not exist.
    ///
    /// # Errors
    /// The name is no ref name, the ref is unreadable, or the chain is longer than Git allows.
    pub fn symref_target(&self, name: &RefName) -> Result<Option<RefName>, Failure> {
        let (end, _) = self.follow(name)?;
        Ok((end != *name).then_some(end))
    }

    /// Follows symbolic refs to the name at the end, and its value if it has one.
    ///
    /// # Errors
    /// As [`symref_target`](Self::symref_target).
    pub fn follow(&self, name: &RefName) -> Result<(RefName, Option<ObjectId>), Failure> {
        let mut at = name.clone();
        for _ in 0..=MAX_SYMREFS {
            match self.value(&at)? {
                Some(Value::Symbolic(next)) => at = next,
                Some(Value::Object(id)) => return Ok((at, Some(id))),
                None => return Ok((at, None)),
            }
        }
        Err(Failure::new(format!("ref `{name}` points to other refs more than {MAX_SYMREFS} times")))
    }

    fn value(&self, name: &RefName) -> Result<Option<Value>, Failure> {
        if !is_ref_name(name.as_str()) {
            return Err(Failure::new(format!("`{name}` is no ref name")));
        }
        if self.refs_in_files { self.value_in_files(name) } else { self.value_by_program(name) }
    }

    fn value_in_files(&self, name: &RefName) -> Result<Option<Value>, Failure> {
        let repository = self.libgit2();
        let reference = match repository.find_reference(name.as_str()) {
            Ok(reference) => reference,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(name, &error)),
        };
        let target =
            reference.symbolic_target().purpose(|| format!("ref `{name}` points to a name that is not UTF-8"))?;
        Ok(match (reference.target(), target) {
            (Some(oid), _) => Some(Value::Object(object_id(oid))),
            (None, Some(target)) => Some(Value::Symbolic(RefName::new(target))),
            (None, None) => None,
        })
    }

    fn value_by_program(&self, name: &RefName) -> Result<Option<Value>, Failure> {
        let ask = Git::reading(self).args(["symbolic-ref", "--quiet", "--", name.as_str()]);
        let line = ask.line();
        let output = ask.output()?;
        match output.status {
            Some(0) => {
                let target =
                    String::from_utf8(output.stdout).purpose(|| format!("the target of `{name}` is not UTF-8"))?;
                return Ok(Some(Value::Symbolic(RefName::new(target.trim_end_matches('\n')))));
            }
            Some(1) => {}
            _ => return Err(output.failure(&line)),
        }
        // A full name is taken as it stands, and `--verify` alone says what an unreadable ref would hide.
        let ask = Git::reading(self).args(["show-ref", "--verify", "--hash", "--", name.as_str()]);
        let line = ask.line();
        let output = ask.output()?;
        match output.status {
            Some(0) => {}
            Some(1 | 128) if output.stderr.is_empty() || output.stderr.contains("not a valid ref") => return Ok(None),
            _ => return Err(output.failure(&line)),
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let id = ObjectId::parse(text.trim_end());
        id.map(|id| Some(Value::Object(id))).ok_or_else(|| output.failure(&line).because("the answer is no object id"))
    }

    /// Returns the refs below a folder of names such as `refs/heads/`, in byte order of their names. Symbolic
    /// refs appear with the object they stand for, or not at all if there is none.
    ///
    /// # Errors
    /// The folder is no such name, or a ref is unreadable.
    pub fn refs(&self, folder: &str) -> Result<Vec<(RefName, ObjectId)>, Failure> {
        let folder = folder.strip_suffix('/').unwrap_or(folder);
        if folder != "refs" && !is_ref_name(folder) {
            return Err(Failure::new(format!("`{folder}` is no folder of refs")));
        }
        let mut found = if self.refs_in_files { self.refs_in_files(folder)? } else { self.refs_by_program(folder)? };
        found.sort();
        Ok(found)
    }

    fn refs_in_files(&self, folder: &str) -> Result<Vec<(RefName, ObjectId)>, Failure> {
        let mut found = self.refs_by_libgit2(folder)?;
        // libgit2 leaves out the files it cannot read; asking for each of them says why.
        let known: HashSet<RefName> = found.iter().map(|(name, _)| name.clone()).collect();
        for name in self.loose_names(folder)? {
            if !known.contains(&name) {
                found.extend(self.read_ref(&name)?.map(|id| (name, id)));
            }
        }
        Ok(found)
    }

    fn refs_by_libgit2(&self, folder: &str) -> Result<Vec<(RefName, ObjectId)>, Failure> {
        let purpose = || format!("could not list the refs below `{folder}`");
        let repository = self.libgit2();
        let mut found = Vec::new();
        // Ref names hold no glob characters, and `*` crosses `/` here.
        for reference in repository.references_glob(&format!("{folder}/*")).purpose(purpose)? {
            let reference = reference.purpose(purpose)?;
            let name = RefName::new(reference.name().purpose(purpose)?);
            match reference.resolve() {
                Ok(end) => found.extend(end.target().map(|oid| (name, object_id(oid)))),
                Err(error) if error.code() == ErrorCode::NotFound => {}
                Err(error) => return Err(unreadable(&name, &error)),
            }
        }
        Ok(found)
    }

    /// The names of the ref files below a folder; what could not be a ref (locks, hidden files) is left out.
    fn loose_names(&self, folder: &str) -> Result<Vec<RefName>, Failure> {
        let mut names = Vec::new();
        let mut todo = vec![folder.to_owned()];
        while let Some(name) = todo.pop() {
            let place = self.common_dir().join(&name);
            let purpose = || format!("could not list the refs in `{}`", place.display());
            let entries = match place.read_dir() {
                Ok(entries) => entries,
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => continue,
                Err(error) => return Err(error).purpose(purpose),
            };
            for entry in entries {
                let entry = entry.purpose(purpose)?;
                let name = format!("{name}/{}", entry.file_name().to_string_lossy());
                if !is_ref_name(&name) {
                    continue;
                }
                if entry.file_type().purpose(purpose)?.is_dir() {
                    todo.push(name);
                } else {
                    names.push(RefName::new(name));
                }
            }
        }
        Ok(names)
    }

    fn refs_by_program(&self, folder: &str) -> Result<Vec<(RefName, ObjectId)>, Failure> {
        let folder = format!("{folder}/");
        let ask = Git::reading(self).args(["for-each-ref", "--format=%(objectname) %(refname)", &folder]);
        let line = ask.line();
        let output = ask.output()?;
        // Git leaves out a ref it cannot read, and only warns.
        if output.status != Some(0) || output.stderr.contains("ignoring broken ref") {
            return Err(output.failure(&line));
        }
        let text = String::from_utf8(output.stdout).purpose(|| format!("a ref below `{folder}` is not UTF-8"))?;
        text.lines()
            .map(|line| {
                let (id, name) = line.split_once(' ')?;
                Some((RefName::new(name), ObjectId::parse(id)?))
            })
            .collect::<Option<_>>()
            .ok_or_else(|| Failure::new(format!("`{line}` answered something that is no list of refs")))
    }

    /// Returns the commit a user means: `HEAD` or `@`, an id, a full ref name, a branch, a remote's branch, a
    /// tag, the first digits of an id; each with any number of `~N` and `^N` behind it, or `@{…}`.
    /// Branches win over tags of the same name; a full id is always the object.
    ///
    /// # Errors
    /// Nothing is called so, what is called so is no commit, or an object is missing.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId, Failure> {
        let end = revision.find(['~', '^']).unwrap_or(revision.len());
        let (name, steps) = revision.split_at(end);
        let mut oid = self.objects.peel_to_commit(self.named(name)?)?;
        let unknown = || Failure::usage(format!("`{revision}` is no revision this tool understands"));
        let mut steps = steps;
        while let Some(step) = steps.chars().next() {
            let digits: usize = steps[1..].bytes().take_while(u8::is_ascii_digit).count();
            let count: usize = match &steps[1..=digits] {
                "" => 1,
                number => number.parse().map_err(|_| unknown())?,
            };
            steps = &steps[1 + digits..];
            match step {
                '~' => {
                    for _ in 0..count {
                        oid = self.parent(oid, 1, revision)?;
                    }
                }
                '^' if count > 0 => oid = self.parent(oid, count, revision)?,
                '^' => {}
                _ => return Err(unknown()),
            }
        }
        Ok(object_id(oid))
    }

    fn parent(&self, oid: Oid, number: usize, revision: &str) -> Result<Oid, Failure> {
        let parents = self.objects.links(oid)?.parents.clone();
        parents.get(number - 1).copied().ok_or_else(|| {
            Failure::usage(format!("there is no `{revision}`"))
                .because(format!("commit `{oid}` has {} parents", parents.len()))
        })
    }

    fn named(&self, name: &str) -> Result<Oid, Failure> {
        let unknown =
            || Failure::usage(format!("there is no revision `{name}`")).hint("`git branch --all` lists the branches");
        if name.contains("@{") {
            let full = format!("{name}^{{commit}}");
            let ask = Git::reading(self).args(["rev-parse", "--verify", "--quiet", "--end-of-options", &full]);
            let answer =
                ask.run_line().map_err(|failure| failure.while_doing(format!("there is no revision `{name}`")))?;
            return self.objects.oid(&ObjectId::parse(&answer).ok_or_else(unknown)?);
        }
        if name == "HEAD" || name == "@" {
            return match self.head()?.id() {
                Some(id) => self.objects.oid(id),
                None => Err(Failure::new("HEAD has no commit yet").hint("make a first commit with `git commit`")),
            };
        }
        if let Some(id) = ObjectId::parse(&name.to_ascii_lowercase()) {
            return self.objects.oid(&id);
        }
        let places = ["", "refs/heads/", "refs/remotes/", "refs/tags/"];
        for place in places.iter().filter(|place| !place.is_empty() || name.starts_with("refs/")) {
            let full = format!("{place}{name}");
            if !is_ref_name(&full) {
                continue;
            }
            if let Some(id) = self.read_ref(&RefName::new(full))? {
                return self.objects.oid(&id);
            }
        }
        let is_hex = (4..self.format().digits()).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_hexdigit());
        if is_hex {
            return self.objects.by_prefix(&name.to_ascii_lowercase())?.ok_or_else(unknown);
        }
        Err(unknown())
    }

    /// Returns the recorded moves of a ref, newest first; empty if none are recorded. With a ref storage other
    /// than files the old values are those of the entry before, and deletions are left out.
    ///
    /// # Errors
    /// The log is unreadable.
    pub fn reflog(&self, name: &RefName) -> Result<Vec<RefMove>, Failure> {
        if !is_ref_name(name.as_str()) {
            return Err(Failure::new(format!("`{name}` is no ref name")));
        }
        if !self.refs_in_files {
            return self.reflog_by_program(name);
        }
        let purpose = || format!("could not read the reflog of `{name}`");
        let repository = self.libgit2();
        // Reading a log that does not exist would make libgit2 create it.
        if !repository.reference_has_log(name.as_str()).purpose(purpose)? {
            return Ok(Vec::new());
        }
        let log = repository.reflog(name.as_str()).purpose(purpose)?;
        let entries = log.iter().map(|entry| RefMove {
            old: object_id(entry.id_old()),
            new: object_id(entry.id_new()),
            message: String::from_utf8_lossy(entry.message_bytes().unwrap_or_default()).into_owned(),
        });
        Ok(entries.collect())
    }

    fn reflog_by_program(&self, name: &RefName) -> Result<Vec<RefMove>, Failure> {
        if self.read_ref(name)?.is_none() {
            return Ok(Vec::new());
        }
        let ask =
            Git::reading(self).args(["log", "--walk-reflogs", "--no-patch", "--format=%H %gs", name.as_str(), "--"]);
        let text = String::from_utf8_lossy(&ask.run()?).into_owned();
        let mut moves = Vec::new();
        let zero = ObjectId::parse(&"0".repeat(self.format().digits())).expect("zeros of full length are an id");
        for line in text.lines().rev() {
            let (id, message) = line.split_once(' ').unwrap_or((line, ""));
            let new = ObjectId::parse(id).ok_or_else(|| Failure::new(format!("`git log` answered `{line}`")))?;
            let old = moves.last().map_or_else(|| zero.clone(), |last: &RefMove| last.new.clone());
            moves.push(RefMove { old, new, message: message.to_owned() });
        }
        moves.reverse();
        Ok(moves)
    }
}

fn unreadable(name: &RefName, error: &git2::Error) -> Failure {
    Failure::new(format!("could not read ref `{name}`"))
        .because(error.message())
        .hint(format!("write its value again with `git update-ref {name} ID`, or remove the broken file"))
}

/// Whether Git could have a ref of this full name.
fn is_ref_name(name: &str) -> bool {
    git2::Reference::is_valid_name(name)
}

impl crate::port::Refs for Repository {
    fn is_bare(&self) -> bool {
        Repository::is_bare(self)
    }

    fn head(&self) -> Result<Head, Failure> {
        Repository::head(self)
    }

    fn read_ref(&self, name: &RefName) -> Result<Option<ObjectId>, Failure> {
        Repository::read_ref(self, name)
    }

    fn refs(&self, folder: &str) -> Result<Vec<(RefName, ObjectId)>, Failure> {
        Repository::refs(self, folder)
    }

    fn merge_base(&self, one: &ObjectId, other: &ObjectId) -> Result<Option<ObjectId>, Failure> {
        self.merge_base(one, other)
    }

    fn merge_tree(&self, ours: &ObjectId, theirs: &ObjectId) -> Result<super::MergeTree, Failure> {
        Repository::merge_tree(self, ours, theirs)
    }
}
