//! One page for a browser that shows where a project stands: a single file, which loads nothing from anywhere.
//!
//! Its security policy lets run one script and apply two style sheets, by their digests, and nothing else; text of plans
//! and records is text in it whatever it says (see [`Markup`]). The first rows of long tables stand in the page, the
//! others as data that the script shows page by page: ten thousand tasks are painted as quickly as ten.
//!
//! The look is in `templates/dashboard`, what there is to be seen in [`crate::verb::dashboard`].

mod markup;

#[cfg(test)]
mod tests;

pub use markup::{Attributes, Code, Markup};

use crate::picture;
use crate::text::visible;
use crate::verb::dashboard::{Cell, Chart, Dashboard, Kind, Section, Table, Tone};
use crate::verb::metrics::Light;
use serde::Serialize;
use serde::ser::{SerializeTuple as _, Serializer};

/// Rows of a table that stand in the page itself.
const FIRST: usize = 25;

/// A page with the version of what it shows, for one that is served and looks anew by itself; none: a file.
pub fn page(dashboard: &Dashboard, version: Option<u64>) -> String {
    let script = Code::script(include_str!("../../../templates/dashboard/page.js"));
    let styles = [Code::style(include_str!("../../../templates/dashboard/page.css")), Code::picture_style()];
    let policy = policy(&script, &styles, version.is_some());
    let version = version.map(|version| version.to_string());
    let mut html = Markup::document();
    html.element("html", &[("lang", "en")], |html| {
        html.element("head", &[], |head| {
            head.void("meta", &[("charset", "utf-8")]);
            head.void("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
            head.void("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
            head.void("meta", &[("name", "referrer"), ("content", "no-referrer")]);
            // Without one, browsers ask the server for a picture.
            head.void("link", &[("rel", "icon"), ("href", "data:,")]);
            head.leaf("title", &[], &format!("{}: {}", dashboard.title, dashboard.light.name()));
            head.line();
            styles.iter().for_each(|style| head.code(style));
        });
        let versions = version.as_deref().map(|version| ("data-version", version));
        html.element("body", versions.as_slice(), |body| {
            body.leaf("a", &[("class", "skip"), ("href", "#main")], "Skip to the content");
            body.picture(&picture::patterns());
            top(body, dashboard, version.is_some());
            body.element("div", &[("class", "frame")], |frame| {
                navigation(frame, &dashboard.sections);
                frame.element("main", &[("id", "main"), ("tabindex", "-1")], |main| {
                    dashboard.sections.iter().for_each(|one| section(main, one));
                    main.leaf(
                        "footer",
                        &[],
                        "Made by passmuster from the files and the history of the repository alone.",
                    );
                });
            });
            tables(dashboard).for_each(|table| rest(body, table));
            body.code(&script);
        });
    });
    let mut html = html.finish();
    html.push('\n');
    html
}

/// What the page may do: apply its own styles, run its own script, and where it is served ask the server.
fn policy(script: &Code, styles: &[Code], is_served: bool) -> String {
    let styles: Vec<String> = styles.iter().map(Code::source).collect();
    let connect = if is_served { "'self'" } else { "'none'" };
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; connect-src {connect}; base-uri 'none'; form-action 'none'",
        script.source(),
        styles.join(" ")
    )
}

fn tables(dashboard: &Dashboard) -> impl Iterator<Item = &Table> {
    dashboard.sections.iter().flat_map(|one| one.charts.iter().map(|chart| &chart.table).chain(&one.tables))
}

fn tone(light: Light) -> Tone {
    light.into()
}

fn top(body: &mut Markup, dashboard: &Dashboard, is_served: bool) {
    body.element("header", &[("class", "top")], |top| {
        top.element("div", &[("class", "name")], |name| {
            name.element("h1", &[], |head| {
                head.text(&dashboard.title);
                let class = format!("light {}", tone(dashboard.light).name());
                head.element("span", &[("class", &class)], |light| {
                    light.leaf("span", &[("class", "unseen")], "status: ");
                    light.text(dashboard.light.name());
                });
            });
            name.element("p", &[("class", "facts")], |facts| {
                let at = dashboard.at.to_zoned(dashboard.zone.clone());
                facts.text("as of ");
                facts.leaf(
                    "time",
                    &[("datetime", &dashboard.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())],
                    &at.strftime("%a %Y-%m-%d %H:%M %Z").to_string(),
                );
                if let Some(commit) = &dashboard.commit {
                    facts.text(", newest commit ");
                    facts.leaf("code", &[], commit.get(..10).unwrap_or(commit));
                }
            });
        });
        top.element("div", &[("class", "tools script"), ("role", "search")], |tools| {
            if is_served {
                tools.leaf("span", &[("class", "live"), ("id", "live"), ("role", "status")], "live");
            }
            tools.leaf("label", &[("class", "unseen"), ("for", "search")], "Search all tables");
            tools.void(
                "input",
                &[
                    ("type", "search"),
                    ("id", "search"),
                    ("placeholder", "Search all tables  ( / )"),
                    ("autocomplete", "off"),
                ],
            );
            tools.leaf("button", &[("type", "button"), ("id", "theme")], "Colours: auto");
        });
    });
    body.line();
}

fn navigation(frame: &mut Markup, sections: &[Section]) {
    frame.element("nav", &[("aria-label", "Parts of this page")], |nav| {
        nav.element("ul", &[], |list| {
            for one in sections {
                list.element("li", &[], |entry| entry.leaf("a", &[("href", &format!("#{}", one.id))], one.title));
            }
        });
    });
    frame.line();
}

fn section(main: &mut Markup, one: &Section) {
    let head = format!("{}-head", one.id);
    main.element("section", &[("id", one.id), ("aria-labelledby", &head)], |section| {
        section.leaf("h2", &[("id", &head)], one.title);
        if !one.lead.is_empty() {
            section.element("p", &[("class", "lead")], |lead| prose(lead, &one.lead));
        }
        if !one.tiles.is_empty() {
            section.element("ul", &[("class", "tiles")], |tiles| {
                for tile in &one.tiles {
                    tiles.element("li", &[("class", tile.tone.name())], |item| {
                        item.leaf("div", &[("class", "what")], tile.name);
                        item.leaf("div", &[("class", "value")], &tile.value);
                        item.leaf("div", &[("class", "note")], &tile.note);
                    });
                }
            });
        }
        one.charts.iter().for_each(|one| chart(section, one));
        one.tables.iter().for_each(|one| listing(section, one));
    });
    main.line();
}

/// Words in which backticks surround what can be typed.
fn prose(out: &mut Markup, text: &str) {
    for (place, part) in text.split('`').enumerate() {
        if place % 2 == 1 { out.leaf("code", &[], part) } else { out.text(part) }
    }
}

fn chart(section: &mut Markup, chart: &Chart) {
    section.element("div", &[("class", "chart")], |out| {
        out.element("figure", &[], |figure| {
            // What is too large for the window is scrolled, by keys as well.
            let class = if chart.is_wide { "canvas wide" } else { "canvas" };
            let label = format!("picture: {}", chart.table.caption);
            figure.element(
                "div",
                &[("class", class), ("tabindex", "0"), ("role", "region"), ("aria-label", &label)],
                |canvas| canvas.picture(&chart.svg.inlay()),
            );
        });
        if chart.is_drilled {
            out.element("div", &[("class", "script"), ("data-drill", chart.name)], |_| {});
        }
        out.element("div", &[("class", "under")], |under| {
            under.leaf("button", &[("type", "button"), ("class", "script"), ("data-save", chart.name)], "Save as SVG");
            under.element("details", &[], |details| {
                details.leaf("summary", &[], "The same as a table");
                listing(details, &chart.table);
            });
        });
    });
}

fn listing(out: &mut Markup, table: &Table) {
    if table.rows.is_empty() {
        out.element("div", &[("class", "listing")], |empty| {
            empty.element("p", &[("class", "nothing")], |line| {
                line.leaf("strong", &[], &table.caption);
                line.text(": ");
                line.text(table.empty);
            });
        });
        return;
    }
    out.element("div", &[("class", "listing")], |out| {
        let caption = format!("{}-caption", table.id);
        out.element(
            "div",
            &[("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", &caption)],
            |scroll| {
                scroll.element("table", &[("id", table.id)], |inside| {
                    inside.leaf("caption", &[("id", &caption)], &table.caption);
                    head(inside, table);
                    inside.element("tbody", &[], |body| {
                        for row in table.rows.iter().take(FIRST) {
                            body.element("tr", &[], |out| cells(out, table, row));
                            body.line();
                        }
                    });
                });
            },
        );
        let more = table.rows.len().saturating_sub(FIRST);
        if more > 0 {
            out.element("noscript", &[], |out| {
                out.leaf("p", &[("class", "nothing")], &format!("{more} more rows are shown by the page's script."));
            });
        }
    });
}

fn head(inside: &mut Markup, table: &Table) {
    inside.element("thead", &[], |out| {
        out.element("tr", &[], |row| {
            for column in &table.columns {
                let kind = kind(column.kind);
                row.leaf("th", &[("scope", "col"), ("class", kind), ("data-kind", kind)], &column.name);
            }
        });
    });
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Name => "name",
        Kind::Text => "words",
        Kind::Number => "number",
        Kind::Choice => "choice",
    }
}

fn cells(out: &mut Markup, table: &Table, row: &[Cell]) {
    for (place, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
        let kind = kind(column.kind);
        let class = if cell.tone == Tone::Plain { kind.to_owned() } else { format!("{} {kind}", cell.tone.name()) };
        let rank = cell.rank.map(|rank| rank.to_string());
        let mut attributes: Vec<(&'static str, &str)> = vec![("class", &class)];
        if cell.tone != Tone::Plain {
            attributes.push(("data-tone", cell.tone.name()));
        }
        if let Some(rank) = &rank {
            attributes.push(("data-rank", rank));
        }
        if place == 0 {
            attributes.push(("scope", "row"));
        }
        out.leaf(if place == 0 { "th" } else { "td" }, &attributes, &cell.text);
    }
}

/// The rows that do not stand in the page, as data.
fn rest(body: &mut Markup, table: &Table) {
    if table.rows.len() > FIRST {
        let rows: Vec<Vec<Datum<'_>>> = table.rows[FIRST..].iter().map(|row| row.iter().map(Datum).collect()).collect();
        body.island(&format!("{}-rows", table.id), &rows);
    }
}

/// A cell as the script reads it: its text, or text, tone and rank.
struct Datum<'a>(&'a Cell);

impl Serialize for Datum<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = visible(&self.0.text);
        if self.0.tone == Tone::Plain && self.0.rank.is_none() {
            return serializer.serialize_str(&text);
        }
        let mut tuple = serializer.serialize_tuple(3)?;
        tuple.serialize_element(&text)?;
        tuple.serialize_element(self.0.tone.name())?;
        tuple.serialize_element(&self.0.rank)?;
        tuple.end()
    }
}
