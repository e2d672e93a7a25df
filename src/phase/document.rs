//! The documents of the phases: what stands below their headings, and the texts they begin with.

use super::Phase;
use crate::diag::{Failure, Sink};
use crate::doc;
use crate::id::RepoPath;
use crate::port::{Blob, Tree};
use crate::record::{self, Text};
use crate::text::Source;

/// The most that is read of a document.
const MAX_BYTES: u64 = 4 << 20;

/// The text a phase's document begins with; planning begins with the plan that `init` writes.
pub fn opening(phase: Phase) -> &'static str {
    match phase {
        Phase::Brief => include_str!("../../templates/phases/00-project-brief.md"),
        Phase::Vision => include_str!("../../templates/phases/01-vision.md"),
        Phase::Mission => include_str!("../../templates/phases/02-mission.md"),
        Phase::Planning => include_str!("../../templates/phases/03-execution-plan.md"),
        Phase::Implementation => include_str!("../../templates/phases/04-implementation-report.md"),
        Phase::Testing => include_str!("../../templates/phases/05-test-plan.md"),
    }
}

/// The sections of a document; `None` when there is none that can be read.
pub(super) fn sections(tree: &dyn Tree, phase: Phase) -> Result<Option<Vec<Text>>, Failure> {
    let path = RepoPath::from(phase.document());
    if tree.kind(&path)?.is_none_or(|kind| !kind.is_regular()) {
        return Ok(None);
    }
    let Blob::Bytes(bytes) = tree.blob(&path, MAX_BYTES)? else { return Ok(None) };
    let Ok(source) = Source::from_bytes(path.to_string(), bytes) else { return Ok(None) };
    Ok(record::sections(&source, doc::markdown_start(source.text()), &mut Sink::new()))
}
