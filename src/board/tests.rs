//! What the board shows and does, on a screen in memory.

use super::state::Over;
use super::*;
use crate::verb::board::{Act, Board, Pane, Row};
use crate::verb::dashboard::{Cell, Tone};
use crate::verb::metrics::Light;
use crate::verb::status::{Counts, Group};
use jiff::Timestamp;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn act(key: char, shows: bool, line: &[&str]) -> Act {
    Act { key, name: "do it", line: line.iter().map(|&word| word.to_owned()).collect(), shows }
}

fn board(title: &str, rows: usize) -> Board {
    let row = |number: usize| Row {
        cells: vec![
            Cell::text("!").tone(Tone::Bad),
            Cell::text(&format!("T-{number}")),
            Cell::text("ready"),
            Cell::text("ada").tone(Tone::Quiet),
            Cell::text(title),
        ],
        acts: vec![
            act('\n', true, &["show", &format!("T-{number}")]),
            act('d', false, &["done", &format!("T-{number}")]),
        ],
    };
    let pane = |name| Pane { name, empty: "nothing here", rows: Vec::new() };
    let plan = Pane { rows: (0..rows).map(row).collect(), ..pane("plan") };
    Board {
        title: title.to_owned(),
        light: Light::Yellow,
        why: "overdue: one".to_owned(),
        tasks: Group { counts: Counts { done: 1, ready: rows, ..Counts::default() }, free: rows, ..Group::default() },
        at: Timestamp::UNIX_EPOCH,
        panes: [plan, pane("gates"), pane("blockers and calls"), pane("agents"), pane("log")],
    }
}

fn screen(state: &State, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| render(frame, state, Look { colour: false })).unwrap();
    terminal.backend().to_string()
}

#[test]
fn all_panes_fit_a_small_terminal() {
    let screen = screen(&State::new(board("Chunking", 30)), 80, 24);
    for word in [
        "YELLOW",
        "Chunking",
        "1 of 31 done",
        "1 plan (30)",
        "2 gates (0)",
        "3 blockers",
        "4 agents",
        "5 log",
        "T-0",
        "d do it",
        "q quit",
        "nothing here",
    ] {
        assert!(screen.contains(word), "{word}\n{screen}");
    }
}

#[test]
fn where_there_is_no_room_one_pane_is_shown() {
    let mut state = State::new(board("Chunking", 3));
    let small = screen(&state, 40, 10);
    assert!(small.contains("1 plan") && !small.contains("2 gates"), "{small}");
    state.press(Key::Next);
    assert!(screen(&state, 40, 10).contains("2 gates"));
    state.press(Key::Letter('z'));
    assert!(!screen(&state, 160, 50).contains("1 plan"));
}

#[test]
fn the_chosen_line_is_always_seen() {
    let mut state = State::new(board("x", 10_000));
    for (key, seen) in [(Key::Last, "T-9999"), (Key::First, "T-0 "), (Key::PageDown, "T-10 "), (Key::Up, "T-9 ")] {
        state.press(key);
        let screen = screen(&state, 80, 24);
        assert!(screen.contains(seen), "{seen}\n{screen}");
    }
    assert_eq!(state.chosen(0), 9);
}

#[test]
fn what_writes_is_asked_about_and_what_shows_is_not() {
    let mut state = State::new(board("x", 3));
    state.press(Key::Down);
    assert_eq!(state.press(Key::Enter), Asked::Run(vec!["show".to_owned(), "T-1".to_owned()]));
    assert_eq!(state.press(Key::Letter('d')), Asked::Nothing);
    assert!(screen(&state, 80, 24).contains("passmuster done T-1"));
    assert_eq!(state.press(Key::Letter('n')), Asked::Nothing);
    assert_eq!(state.over, Over::Nothing);
    state.press(Key::Letter('d'));
    assert_eq!(state.press(Key::Letter('y')), Asked::Run(vec!["done".to_owned(), "T-1".to_owned()]));
    state.press(Key::Letter('d'));
    assert_eq!(state.press(Key::Enter), Asked::Nothing, "enter alone is no yes");
}

#[test]
fn a_filter_narrows_every_pane_and_goes_again() {
    let mut state = State::new(board("x", 30));
    for key in [Key::Letter('/'), Key::Letter('t'), Key::Letter('-'), Key::Letter('2'), Key::Letter('q')] {
        assert_eq!(state.press(key), Asked::Nothing, "letters are text while one types");
    }
    assert!(screen(&state, 80, 24).contains("nothing matches"));
    state.press(Key::Backspace);
    state.press(Key::Enter);
    assert!(screen(&state, 80, 24).contains("1 plan (11 of 30)"));
    assert_eq!(state.press(Key::Enter), Asked::Run(vec!["show".to_owned(), "T-2".to_owned()]));
    state.press(Key::Escape);
    assert!(screen(&state, 80, 24).contains("1 plan (30)"));
}

#[test]
fn a_newer_look_keeps_what_was_chosen() {
    let mut state = State::new(board("x", 5));
    state.press(Key::Down);
    state.press(Key::Down);
    let mut newer = board("x", 5);
    newer.panes[0].rows.swap(0, 2);
    state.refresh(newer);
    assert_eq!(state.chosen(0), 0);
    state.refresh(board("x", 0));
    assert_eq!((state.chosen(0), state.press(Key::Enter)), (0, Asked::Nothing));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_size_and_keys_are_borne(
        title in any::<String>(),
        size in (1u16..60, 1u16..30),
        keys in proptest::collection::vec(prop_oneof![
            Just(Key::Down), Just(Key::Last), Just(Key::Next), Just(Key::Letter('z')), Just(Key::Letter('/')),
            Just(Key::Letter('?')), Just(Key::Letter('d')), Just(Key::Enter), Just(Key::Escape), Just(Key::Backspace),
        ], 0..12),
    ) {
        let mut state = State::new(board(&title, 7));
        keys.into_iter().for_each(|key| { state.press(key); });
        let screen = screen(&state, size.0, size.1);
        prop_assert!(!screen.chars().any(|c| crate::text::is_hostile(c) && c != '\n'), "{:?}", screen);
    }
}
