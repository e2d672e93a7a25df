//! A document as programs see it: what it says, without looks.

use crate::verb::document::{Block, Document, Section, Words};
use serde::Serialize;

/// The data of kind `report`.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    /// What it is for: `daily`, `final`, …
    pub purpose: &'static str,
    pub title: &'a str,
    /// When it holds, RFC 3339.
    pub as_of: String,
    pub sections: Vec<ReportSection<'a>>,
}

#[derive(Debug, Serialize)]
pub struct ReportSection<'a> {
    /// As templates call it.
    pub name: &'static str,
    pub title: &'a str,
    pub blocks: Vec<ReportBlock>,
}

/// One block; `kind` tells which other field there is.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ReportBlock {
    Text {
        text: String,
    },
    /// Names with values.
    Facts {
        facts: Vec<[String; 2]>,
    },
    List {
        items: Vec<String>,
    },
    Table {
        columns: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    /// In Mermaid.
    Diagram {
        text: String,
    },
}

impl<'a> Report<'a> {
    pub fn of(purpose: &'static str, document: &'a Document, as_of: String) -> Self {
        let section = |section: &'a Section| ReportSection {
            name: section.name,
            title: &section.title,
            blocks: section.blocks.iter().map(ReportBlock::of).collect(),
        };
        Self { purpose, title: &document.title, as_of, sections: document.sections.iter().map(section).collect() }
    }
}

impl ReportBlock {
    fn of(block: &Block) -> Self {
        let plain = |words: &[Words]| words.iter().map(Words::plain).collect::<Vec<_>>();
        match block {
            Block::Paragraph(words) => Self::Text { text: words.plain() },
            Block::Facts(facts) => {
                Self::Facts { facts: facts.iter().map(|(name, value)| [name.clone(), value.plain()]).collect() }
            }
            Block::List(list) => Self::List { items: plain(&list.items) },
            Block::Table(table) => {
                Self::Table { columns: table.columns.clone(), rows: table.rows.iter().map(|row| plain(row)).collect() }
            }
            Block::Diagram(text) => Self::Diagram { text: text.clone() },
        }
    }
}
