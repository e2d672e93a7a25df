//! Tables for people: what stands in a cell, how it is meant, and what it is sorted by.

use super::Light;
use crate::schedule::Minutes;
use jiff::{SignedDuration, Timestamp};

/// More characters of one text are not shown: somebody's title may be as long as a book.
const LONGEST: usize = 400;

/// How something is meant; a page gives it a colour and says it in words as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    #[default]
    Plain,
    Good,
    Warn,
    Bad,
    /// It stands back: nothing, or nothing known.
    Quiet,
    /// To be typed, or the name of something.
    Code,
}

impl Tone {
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
            Self::Code => "code",
        }
    }
}

impl From<Light> for Tone {
    fn from(light: Light) -> Self {
        match light {
            Light::Green => Self::Good,
            Light::Unknown => Self::Quiet,
            Light::Yellow => Self::Warn,
            Light::Red => Self::Bad,
        }
    }
}

/// One value as people read it. Foreign text in it is not escaped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    pub text: String,
    pub tone: Tone,
    /// What rows are sorted by, where that is not the text.
    pub rank: Option<f64>,
}

impl Cell {
    pub fn text(text: &str) -> Self {
        let text = match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.to_owned(),
        };
        Self { text, tone: Tone::Plain, rank: None }
    }

    /// What nobody knows.
    pub fn unknown() -> Self {
        Self::text("unknown").tone(Tone::Quiet)
    }

    /// What there is none of.
    pub fn none() -> Self {
        Self::text("–").tone(Tone::Quiet)
    }

    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    pub fn rank(self, rank: f64) -> Self {
        Self { rank: rank.is_finite().then_some(rank), ..self }
    }

    /// A text of the plan or of a record that may be missing.
    pub fn said(text: Option<&str>) -> Self {
        text.filter(|text| !text.is_empty()).map_or_else(Self::none, Self::text)
    }

    #[expect(clippy::cast_precision_loss, reason = "nothing that is counted here is so many")]
    pub fn count(count: usize) -> Self {
        Self::text(&count.to_string()).rank(count as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "nobody plans so many minutes")]
    pub fn work(minutes: Minutes) -> Self {
        Self::text(&minutes.to_string()).rank(minutes.0 as f64)
    }

    /// A moment in UTC, which sorts as it reads.
    pub fn moment(at: Timestamp) -> Self {
        Self::text(&at.strftime("%Y-%m-%d %H:%M").to_string())
    }
}

impl From<Option<Cell>> for Cell {
    fn from(cell: Option<Cell>) -> Self {
        cell.unwrap_or_else(Self::unknown)
    }
}

/// A span of time in its largest unit: `40 min`, `5 h`, `12 d`.
pub(super) fn span(age: SignedDuration) -> String {
    let minutes = age.as_mins().max(0);
    match minutes {
        0..120 => format!("{minutes} min"),
        120..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1_440),
    }
}

/// What stands above the cells of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words that are read on one line: an id, a name, a day.
    Name,
    /// Words that may take several lines.
    Text,
    Number,
    /// One of few words, by which rows can be chosen.
    Choice,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// Rows under named columns; the first cell of a row names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its anchor: unique in the page.
    pub id: &'static str,
    pub caption: String,
    /// What is said when there are no rows.
    pub empty: &'static str,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    pub fn new(id: &'static str, caption: impl Into<String>, empty: &'static str) -> Self {
        Self { id, caption: caption.into(), empty, columns: Vec::new(), rows: Vec::new() }
    }

    fn add(mut self, name: impl Into<String>, kind: Kind) -> Self {
        self.columns.push(Column { name: name.into(), kind });
        self
    }

    pub fn column(self, name: impl Into<String>) -> Self {
        self.add(name, Kind::Name)
    }

    pub fn text(self, name: impl Into<String>) -> Self {
        self.add(name, Kind::Text)
    }

    pub fn number(self, name: impl Into<String>) -> Self {
        self.add(name, Kind::Number)
    }

    pub fn choice(self, name: impl Into<String>) -> Self {
        self.add(name, Kind::Choice)
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let cells: Vec<Cell> = cells.into_iter().collect();
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.id);
        self.rows.push(cells);
    }
}
