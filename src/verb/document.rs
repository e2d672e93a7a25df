//! A document as data: what reports and summaries say, before anybody decides how it looks.
//!
//! Verb layer. Whoever makes one writes no markup and escapes nothing: every text is foreign until `report` puts it into
//! Markdown, HTML or JSON.

/// A titled page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    pub title: String,
    pub sections: Vec<Section>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What templates and programs call it; lower case, unique in its document.
    pub name: &'static str,
    /// The heading; empty where the part needs none.
    pub title: String,
    pub blocks: Vec<Block>,
}

/// What a section is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Paragraph(Words),
    /// Names with their values, one a line.
    Facts(Vec<(String, Words)>),
    List(List),
    Table(Table),
    /// A diagram in Mermaid, already escaped for it.
    Diagram(String),
}

/// Items one below the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    pub numbered: bool,
    pub items: Vec<Words>,
    /// What stands there when there is no item.
    pub none: &'static str,
}

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<Words>>,
    /// What stands there when there is no row.
    pub none: &'static str,
}

/// A line of text, parts of which may look different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Vec<Word>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    Plain(String),
    /// What can be typed, or stands in a file.
    Code(String),
    Strong(String),
}

impl Words {
    pub fn code(text: impl Into<String>) -> Self {
        Self(vec![Word::Code(text.into())])
    }

    pub fn strong(text: impl Into<String>) -> Self {
        Self(vec![Word::Strong(text.into())])
    }

    /// A sentence of ours in which names and commands stand between backticks, as messages and hints have it.
    ///
    /// ```
    /// use passmuster::verb::document::{Word, Words};
    /// let words = Words::marked("run `passmuster next`");
    /// assert_eq!(words.0, [Word::Plain("run ".into()), Word::Code("passmuster next".into())]);
    /// assert_eq!(Words::marked("one ` alone").0, [Word::Plain("one ` alone".into())]);
    /// ```
    pub fn marked(text: &str) -> Self {
        let parts: Vec<&str> = text.split('`').collect();
        if parts.len().is_multiple_of(2) {
            return Self::from(text);
        }
        let words = parts.into_iter().enumerate().filter(|(_, part)| !part.is_empty());
        let word = |(index, part): (usize, &str)| match index % 2 {
            0 => Word::Plain(part.to_owned()),
            _ => Word::Code(part.to_owned()),
        };
        Self(words.map(word).collect())
    }

    /// The same words with others after them.
    #[must_use]
    pub fn and(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// The text without any looks.
    pub fn plain(&self) -> String {
        let text = |word: &Word| match word {
            Word::Plain(text) | Word::Code(text) | Word::Strong(text) => text.clone(),
        };
        self.0.iter().map(text).collect()
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self(vec![Word::Plain(text.to_owned())])
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self(vec![Word::Plain(text)])
    }
}

impl From<&String> for Words {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl Section {
    pub fn new(name: &'static str, title: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { name, title: title.into(), blocks }
    }
}

impl Block {
    pub fn text(words: impl Into<Words>) -> Self {
        Self::Paragraph(words.into())
    }

    pub fn list(items: impl IntoIterator<Item = Words>, none: &'static str) -> Self {
        Self::List(List { numbered: false, items: items.into_iter().collect(), none })
    }

    pub fn numbered(items: impl IntoIterator<Item = Words>, none: &'static str) -> Self {
        Self::List(List { numbered: true, items: items.into_iter().collect(), none })
    }

    pub fn facts<W: Into<Words>>(facts: impl IntoIterator<Item = (&'static str, W)>) -> Self {
        Self::Facts(facts.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
    }

    pub fn table<C: Into<String>, W: Into<Words>, R: IntoIterator<Item = W>>(
        columns: impl IntoIterator<Item = C>,
        rows: impl IntoIterator<Item = R>,
        none: &'static str,
    ) -> Self {
        let columns: Vec<String> = columns.into_iter().map(Into::into).collect();
        let row = |row: R| {
            let mut cells: Vec<Words> = row.into_iter().map(Into::into).collect();
            cells.resize(columns.len(), Words::default());
            cells
        };
        let rows = rows.into_iter().map(row).collect();
        Self::Table(Table { columns, rows, none })
    }
}
