//! `lsp`: the language server on standard input and output.

use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::disk::WorkTree;
use crate::gate::assess::Subject;
use crate::git::{ObjectFormat, Repository};
use crate::id::{ItemId, RepoPath};
use crate::judge;
use crate::lsp::{self, End, Gates, Host, Located, Stdio};
use crate::port::Tree;
use crate::verb::gate;
use crate::{policy, project};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct LspArgs {
    /// Taken and ignored: some editors pass it
    #[arg(long, hide = true)]
    stdio: bool,
}

/// Serves the editor that started this process.
///
/// # Errors
/// None: what goes wrong is answered to the editor.
pub fn run(_: &Context, _: LspArgs) -> Result<Exit, Failure> {
    let (connection, stdio) = Stdio::start();
    let end = lsp::serve(&connection, &World);
    drop(connection);
    stdio.finish();
    Ok(match end {
        End::Orderly => Exit::Passed,
        End::Abrupt => Exit::Findings,
    })
}

/// What the language server stands on: real files, real repositories, and the clock.
#[derive(Clone, Copy, Debug)]
pub struct World;

impl Host for World {
    fn locate(&self, file: &Path) -> Option<Located> {
        let folder = file.ancestors().skip(1).find(|folder| folder.is_dir())?;
        let inside = file.strip_prefix(folder).ok()?;
        let folder = folder.canonicalize().ok()?;
        let repository = Repository::discover(&folder).ok();
        let root = repository.and_then(|repository| repository.work_dir()?.canonicalize().ok());
        let root = root.or_else(|| marked(&folder))?;
        let path = folder.join(inside);
        let names = path.strip_prefix(&root).ok()?.components().map(|part| part.as_os_str().as_encoded_bytes());
        Some(Located { path: names.fold(RepoPath::root(), |path, name| path.join(name)), folder: root })
    }

    fn tree(&self, folder: &Path) -> Result<Box<dyn Tree>, Failure> {
        // No id is asked of these files: what stands in them is only looked at.
        Ok(Box::new(WorkTree::new(folder, |bytes| ObjectFormat::Sha1.blob_id(bytes))))
    }

    fn revision(&self, folder: &Path) -> Result<String, Failure> {
        let bench = Bench::at(folder)?;
        let (_, head) = bench.head()?;
        let (target, tip) = bench.target(None)?;
        Ok(format!("{head} {target} {tip}"))
    }

    fn gates(&self, folder: &Path, ids: &[ItemId]) -> Result<Vec<Gates>, Failure> {
        let bench = Bench::at(folder)?;
        let change = bench.landing(None)?;
        judge::survey(&bench.world(), &change, &mut Sink::new(), |scene, sink| {
            let known = ids.iter().filter_map(|id| Some((id, scene.plan.find(id.as_str())?)));
            known
                .map(|(id, index)| {
                    let before = scene.base_plan.find(id.as_str());
                    let landed = before.is_some_and(|index| scene.base_plan.claimed(index));
                    let requirements = match landed {
                        true => Vec::new(),
                        false => gate::requirements(scene, &[Subject::Item(index)], sink)?,
                    };
                    Ok(Gates { id: id.clone(), landed, requirements })
                })
                .collect()
        })
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Outside of a repository: the nearest folder that holds files of ours.
fn marked(folder: &Path) -> Option<PathBuf> {
    let holds = |folder: &&Path| [policy::PATH, project::PLAN_PATH].iter().any(|path| folder.join(path).is_file());
    folder.ancestors().find(holds).map(Path::to_owned)
}
