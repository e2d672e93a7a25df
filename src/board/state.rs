//! What somebody did to the board: where they are, what they look for, what they were asked.

use crate::verb::board::{Act, Board, Row};

/// A key as the board knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Letter(char),
    Enter,
    Escape,
    Backspace,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Next,
    Previous,
    /// Ctrl-C.
    Interrupt,
}

/// What the terminal has to do after a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Nothing,
    /// Runs a command line; what it says is shown before the board comes back.
    Run(Vec<String>),
    Leave,
    Interrupt,
}

/// What lies over the panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Over {
    #[default]
    Nothing,
    Help,
    /// Whether to do this.
    Question(Act),
}

/// Lines a page key goes.
const PAGE: usize = 10;

/// The board and what was done to it.
#[derive(Clone, Debug)]
pub struct State {
    pub board: Board,
    /// Which pane is in use.
    pub focus: usize,
    /// The chosen line of each pane, among those that match.
    chosen: [usize; 5],
    /// Only lines with this in them are shown.
    pub filter: String,
    /// Whether letters go into the filter.
    pub typing: bool,
    /// Whether the pane in use has the whole screen.
    pub wide: bool,
    pub over: Over,
    /// What went wrong with the last look, while it is not mended.
    pub trouble: Option<String>,
}

impl State {
    pub fn new(board: Board) -> Self {
        Self {
            board,
            focus: 0,
            chosen: [0; 5],
            filter: String::new(),
            typing: false,
            wide: false,
            over: Over::Nothing,
            trouble: None,
        }
    }

    /// Takes a newer look; the chosen lines stay chosen where they are still there.
    pub fn refresh(&mut self, board: Board) {
        let keys: Vec<Option<Vec<String>>> = (0..5).map(|pane| self.current(pane).map(name)).collect();
        self.board = board;
        self.trouble = None;
        for (pane, key) in keys.into_iter().enumerate() {
            let same = key.and_then(|key| self.rows(pane).position(|row| name(row) == key));
            self.chosen[pane] = same.unwrap_or(self.chosen[pane]);
        }
    }

    /// The lines of a pane that match the filter.
    pub fn rows(&self, pane: usize) -> impl Iterator<Item = &Row> {
        let wanted = self.filter.to_lowercase();
        let matches = move |row: &&Row| {
            wanted.is_empty() || row.cells.iter().any(|cell| cell.text.to_lowercase().contains(&wanted))
        };
        self.board.panes[pane].rows.iter().filter(matches)
    }

    /// The place of the chosen line of a pane.
    pub fn chosen(&self, pane: usize) -> usize {
        self.chosen[pane].min(self.rows(pane).count().saturating_sub(1))
    }

    fn current(&self, pane: usize) -> Option<&Row> {
        self.rows(pane).nth(self.chosen(pane))
    }

    /// What can be done about the chosen line.
    pub fn acts(&self) -> &[Act] {
        self.current(self.focus).map_or(&[], |row| &row.acts)
    }

    /// Does what a key stands for.
    pub fn press(&mut self, key: Key) -> Asked {
        if key == Key::Interrupt {
            return Asked::Interrupt;
        }
        if self.over != Over::Nothing {
            return self.answer(key);
        }
        if self.typing {
            self.type_filter(key);
            return Asked::Nothing;
        }
        match key {
            Key::Up | Key::Letter('k') => self.go(-1),
            Key::Down | Key::Letter('j') => self.go(1),
            Key::PageUp => self.go(-(PAGE as isize)),
            Key::PageDown => self.go(PAGE as isize),
            Key::First => self.go(isize::MIN),
            Key::Last => self.go(isize::MAX),
            Key::Next => self.focus = (self.focus + 1) % 5,
            Key::Previous => self.focus = (self.focus + 4) % 5,
            Key::Letter(digit @ '1'..='5') => self.focus = digit as usize - '1' as usize,
            Key::Letter('z') => self.wide = !self.wide,
            Key::Letter('/') => self.typing = true,
            Key::Letter('?') => self.over = Over::Help,
            Key::Letter('q') => return Asked::Leave,
            Key::Escape => self.filter.clear(),
            Key::Enter => return self.act('\n'),
            Key::Letter(letter) => return self.act(letter),
            Key::Backspace | Key::Interrupt => {}
        }
        Asked::Nothing
    }

    fn answer(&mut self, key: Key) -> Asked {
        match std::mem::take(&mut self.over) {
            Over::Question(act) if matches!(key, Key::Letter('y' | 'Y')) => Asked::Run(act.line),
            _ => Asked::Nothing,
        }
    }

    fn type_filter(&mut self, key: Key) {
        match key {
            Key::Letter(letter) => self.filter.push(letter),
            Key::Backspace => {
                self.filter.pop();
            }
            Key::Enter => self.typing = false,
            Key::Escape => {
                self.filter.clear();
                self.typing = false;
            }
            Key::Up => self.go(-1),
            Key::Down => self.go(1),
            _ => {}
        }
    }

    fn act(&mut self, letter: char) -> Asked {
        let Some(act) = self.acts().iter().find(|act| act.key == letter).cloned() else { return Asked::Nothing };
        if act.shows {
            return Asked::Run(act.line);
        }
        self.over = Over::Question(act);
        Asked::Nothing
    }

    fn go(&mut self, by: isize) {
        let last = self.rows(self.focus).count().saturating_sub(1);
        self.chosen[self.focus] = self.chosen(self.focus).saturating_add_signed(by).min(last);
    }
}

/// What a line is told from others by: all but its state.
fn name(row: &Row) -> Vec<String> {
    let first = row.acts.first().map(|act| act.line.clone());
    first.unwrap_or_else(|| row.cells.iter().map(|cell| cell.text.clone()).collect())
}
