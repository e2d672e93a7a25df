//! The plan as comma-separated values; the home of the csv crate.

use crate::plan::Plan;
use std::borrow::Cow;

const COLUMNS: [&str; 18] = [
    "id",
    "title",
    "kind",
    "parent",
    "state",
    "priority",
    "owner",
    "team",
    "estimate_minutes",
    "needs",
    "tags",
    "touches",
    "due",
    "goal",
    "criteria",
    "criteria_ticked",
    "path",
    "line",
];

pub(super) fn csv(plan: &Plan) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |cells: Vec<String>| {
        let cells = cells.iter().map(|cell| inert(cell).into_owned());
        writer.write_record(cells).expect("memory can be written, and every row has as many cells");
    };
    row(COLUMNS.map(str::to_owned).to_vec());
    for (index, item) in plan.items.iter().enumerate() {
        let source = &plan.files[item.file].source;
        let needs: Vec<&str> = plan.needs(index).map(|need| need.target.value).collect();
        let tags: Vec<&str> = item.tags().into_iter().map(|tag| tag.value).collect();
        let touches: Vec<&str> = item.touches().map(|path| path.value).collect();
        row(vec![
            item.id.to_string(),
            item.title().value.to_owned(),
            item.kind.name().to_owned(),
            item.parent.map(|parent| plan.items[parent].id.to_string()).unwrap_or_default(),
            super::state(plan, index).to_owned(),
            item.priority().map(|priority| format!("P{}", priority.value)).unwrap_or_default(),
            item.owner().map(|owner| owner.value.to_owned()).unwrap_or_default(),
            item.team().map(|team| team.value.to_owned()).unwrap_or_default(),
            item.estimate().map(|estimate| estimate.value.likely.to_string()).unwrap_or_default(),
            needs.join(", "),
            tags.join(", "),
            touches.join(", "),
            item.due().map(|due| due.value.to_string()).unwrap_or_default(),
            item.goal().map(|goal| goal.value.to_owned()).unwrap_or_default(),
            item.criteria().count().to_string(),
            item.criteria().filter(|criterion| criterion.ticked).count().to_string(),
            source.path().to_owned(),
            source.line_column(item.line.start).line.to_string(),
        ]);
    }
    let bytes = writer.into_inner().expect("memory can be written");
    String::from_utf8(bytes).expect("every cell is UTF-8")
}

/// Rows under named columns, safe to open in a spreadsheet.
pub(super) fn rows(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heading = columns.iter().map(|column| (*column).to_owned()).collect();
    for row in std::iter::once(heading).chain(rows) {
        let cells = row.iter().map(|cell| inert(cell).into_owned());
        writer.write_record(cells).expect("memory can be written, and every row has as many cells");
    }
    let bytes = writer.into_inner().expect("memory can be written");
    String::from_utf8(bytes).expect("texts were written")
}

/// A cell that no spreadsheet takes for a formula: a quote before what could begin one, as OWASP advises. Control
/// characters are shown, not obeyed.
pub(super) fn inert(cell: &str) -> Cow<'_, str> {
    let plain = crate::text::visible(cell);
    let formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    if plain.trim_start().starts_with(formula) || cell.starts_with(['\t', '\r', '\n']) {
        Cow::Owned(format!("'{plain}"))
    } else {
        plain
    }
}
