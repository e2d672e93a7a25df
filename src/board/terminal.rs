//! The screen itself: taken, drawn on, and given back whatever happens.

use super::render::{Look, render};
use super::state::{Asked, Key, State};
use crate::diag::Failure;
use crate::verb::board::Board;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

/// How long a key is waited for before looks are taken in.
const TICK: Duration = Duration::from_millis(150);

/// Why the board ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Left,
    Interrupted,
}

/// Shows the board until somebody leaves it. `looks` brings newer ones, or why there is none; `act` runs a command line on
/// the usual screen and returns when what it said was read.
///
/// # Errors
/// The terminal cannot be drawn on.
pub fn run(
    first: Board,
    look: Look,
    looks: &Receiver<Result<Board, String>>,
    act: &mut dyn FnMut(&[String]),
) -> Result<End, Failure> {
    let mut state = State::new(first);
    let told = told_to_end()?;
    // It also gives the screen back when the program panics.
    let mut terminal = ratatui::try_init().map_err(lost)?;
    let end = loop {
        match take(looks, &mut state) {
            Ok(()) => {}
            Err(Gone) => break Ok(End::Left),
        }
        if told.load(Ordering::SeqCst) {
            break Ok(End::Interrupted);
        }
        if let Err(error) = terminal.draw(|frame| render(frame, &state, look)) {
            break Err(lost(error));
        }
        let asked = match next_key() {
            Ok(Some(key)) => state.press(key),
            Ok(None) => continue,
            Err(error) => break Err(lost(error)),
        };
        match asked {
            Asked::Nothing => {}
            Asked::Leave => break Ok(End::Left),
            Asked::Interrupt => break Ok(End::Interrupted),
            Asked::Run(line) => {
                ratatui::restore();
                act(&line);
                match ratatui::try_init() {
                    Ok(again) => terminal = again,
                    Err(error) => break Err(lost(error)),
                }
            }
        }
    };
    ratatui::restore();
    end
}

fn lost(error: io::Error) -> Failure {
    Failure::new("the board cannot be drawn").because(error).hint("run it on a terminal, or use `passmuster status`")
}

/// Nobody brings looks any more.
struct Gone;

fn take(looks: &Receiver<Result<Board, String>>, state: &mut State) -> Result<(), Gone> {
    loop {
        match looks.try_recv() {
            Ok(Ok(board)) => state.refresh(board),
            Ok(Err(why)) => state.trouble = Some(why),
            Err(TryRecvError::Empty) => return Ok(()),
            Err(TryRecvError::Disconnected) => return Err(Gone),
        }
    }
}

/// A flag that goes up when the system asks the process to end.
fn told_to_end() -> Result<Arc<AtomicBool>, Failure> {
    let told = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGINT, SIGTERM};
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&told)).map_err(lost)?;
        }
        end_with_the_terminal().map_err(lost)?;
    }
    Ok(told)
}

/// Ends the program when its terminal goes away. Waiting for a key never ends then, so nobody would see a flag.
#[cfg(unix)]
fn end_with_the_terminal() -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGHUP])?;
    std::thread::Builder::new().name("hangup".to_owned()).spawn(move || {
        for signal in signals.forever() {
            // Somebody may have sent it by hand, and still have a terminal. Otherwise there is nobody to tell.
            let _ = ratatui::try_restore();
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

fn next_key() -> io::Result<Option<Key>> {
    if !event::poll(TICK)? {
        return Ok(None);
    }
    Ok(match event::read()? {
        Event::Key(key) if key.kind != KeyEventKind::Release => known(key),
        _ => None,
    })
}

fn known(key: KeyEvent) -> Option<Key> {
    Some(match key.code {
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => Key::Interrupt,
        KeyCode::Char(letter) => Key::Letter(letter),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::First,
        KeyCode::End => Key::Last,
        KeyCode::Tab | KeyCode::Right => Key::Next,
        KeyCode::BackTab | KeyCode::Left => Key::Previous,
        _ => return None,
    })
}
