//! What a page shows, as programs see it: what it says, without looks and without pictures.

use crate::verb::dashboard::{self, Table};
use serde::Serialize;

/// The data of kind `dashboard`.
#[derive(Debug, Serialize)]
pub struct Dashboard<'a> {
    pub title: &'a str,
    /// `green`, `yellow`, `red` or `unknown`
    pub light: &'static str,
    /// The newest commit of the branch that is looked at.
    pub commit: Option<&'a str>,
    /// RFC 3339, UTC.
    pub as_of: String,
    /// The zone of the times in cells; those that say nothing else are in UTC.
    pub zone: Option<&'a str>,
    pub sections: Vec<DashboardSection<'a>>,
}

#[derive(Debug, Serialize)]
pub struct DashboardSection<'a> {
    /// Its anchor in the page.
    pub id: &'static str,
    pub title: &'static str,
    pub lead: &'a str,
    pub tiles: Vec<DashboardTile<'a>>,
    /// Those of its charts first.
    pub tables: Vec<DashboardTable<'a>>,
}

#[derive(Debug, Serialize)]
pub struct DashboardTile<'a> {
    pub name: &'static str,
    pub value: &'a str,
    pub note: &'a str,
}

#[derive(Debug, Serialize)]
pub struct DashboardTable<'a> {
    pub id: &'static str,
    pub caption: &'a str,
    pub columns: Vec<&'a str>,
    /// Each as long as `columns`. `unknown` is what nobody knows, `–` is nothing.
    pub rows: Vec<Vec<&'a str>>,
}

impl<'a> Dashboard<'a> {
    pub fn of(page: &'a dashboard::Dashboard) -> Self {
        Self {
            title: &page.title,
            light: page.light.name(),
            commit: page.commit.as_deref(),
            as_of: page.at.to_string(),
            zone: page.zone.iana_name(),
            sections: page.sections.iter().map(section).collect(),
        }
    }
}

fn section(section: &dashboard::Section) -> DashboardSection<'_> {
    let tables = section.charts.iter().map(|chart| &chart.table).chain(&section.tables);
    DashboardSection {
        id: section.id,
        title: section.title,
        lead: &section.lead,
        tiles: section
            .tiles
            .iter()
            .map(|tile| DashboardTile { name: tile.name, value: &tile.value, note: &tile.note })
            .collect(),
        tables: tables.map(table).collect(),
    }
}

fn table(table: &Table) -> DashboardTable<'_> {
    DashboardTable {
        id: table.id,
        caption: &table.caption,
        columns: table.columns.iter().map(|column| column.name.as_str()).collect(),
        rows: table.rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()).collect(),
    }
}
