//! The generated files that the policy names, to be kept fresh.

use super::parse::Reader;
use super::{PATH, PLAN_FOLDER, codes};
use crate::doc::yaml::Node;
use crate::id::RepoPath;
use crate::pattern::Pattern;
use crate::text::Spanned;

/// What a generated file shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Generated {
    /// Who owns which paths, as GitHub reads it.
    Codeowners,
    /// The plan as a table.
    Csv,
    /// The plan as a graph, for Markdown.
    Mermaid,
    /// The plan as a graph, for Graphviz.
    Dot,
    /// How the project stands, in a block of [`IMPLEMENTATION_REPORT`] or of another document.
    WarRoom,
    /// The report of that name, as Markdown.
    Daily,
    Final,
    Stakeholder,
    Executive,
    Goals,
}

/// The one document of the plan folder that a view may be part of.
pub const IMPLEMENTATION_REPORT: &str = "plan/04-implementation-report.md";

impl Generated {
    pub const ALL: [Self; 10] = [
        Self::Codeowners,
        Self::Csv,
        Self::Mermaid,
        Self::Dot,
        Self::WarRoom,
        Self::Daily,
        Self::Final,
        Self::Stakeholder,
        Self::Executive,
        Self::Goals,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Codeowners => "codeowners",
            Self::Csv => "csv",
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
            Self::WarRoom => "war-room",
            Self::Daily => "daily",
            Self::Final => "final",
            Self::Stakeholder => "stakeholder",
            Self::Executive => "executive",
            Self::Goals => "goals",
        }
    }
}

/// Paths with what the file there shows.
pub(super) type Views = Vec<(Spanned<String>, Generated)>;

impl Reader<'_> {
    /// What stands under `views:`.
    pub(super) fn views(&mut self, node: &Node) -> Option<Views> {
        let mut views = Views::new();
        for (path, node) in node.entries(self.source, "`views`", self.sink)? {
            let view = self.word(node, "a view", &Generated::ALL, Generated::name)?;
            let is_block = view == Generated::WarRoom && path.value == IMPLEMENTATION_REPORT;
            if let Some(reason) = unfit(&path.value).filter(|_| !is_block) {
                let message = format!("`{}` cannot be a generated file", path.value);
                let hint = "write the path of one file, such as `docs/plan.mmd` or `.github/CODEOWNERS`";
                self.error(&codes::BAD_VALUE, path.span, message, format!("it {reason}"), hint);
                continue;
            }
            views.push((path.clone(), view));
        }
        Some(views)
    }
}

/// Why a path cannot be written by the tool.
fn unfit(path: &str) -> Option<String> {
    let pattern = match Pattern::parse(path) {
        Ok(pattern) => pattern,
        Err(bad) => return Some(bad.reason),
    };
    let place = pattern.literal_root();
    let first = place.names().next().map(<[u8]>::to_ascii_lowercase);
    if !pattern.is_literal() || place.is_root() {
        Some("is a pattern or the root, not a file".to_owned())
    } else if place == RepoPath::from(PATH) || place.is_within(&RepoPath::from(PLAN_FOLDER)) {
        Some("belongs to what people decide".to_owned())
    } else if first.as_deref() == Some(b".git") {
        Some("belongs to Git".to_owned())
    } else {
        None
    }
}
