//! How the board looks. A pure function of the state: the same state and size give the same screen.

use super::state::{Over, State};
use crate::report::foreign;
use crate::verb::board::{Act, Row};
use crate::verb::dashboard::{Cell, Tone};
use crate::verb::metrics::Light;
use crate::verb::status::Group;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, List, ListItem, ListState, Paragraph, Wrap};
use unicode_width::UnicodeWidthStr as _;

/// How it is drawn besides what is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether colours may be used; weights and words say the same.
    pub colour: bool,
}

/// Columns below which panes stand one at a time.
const NARROW: u16 = 70;

/// Rows below which there is no room for all panes.
const LOW: u16 = 16;

/// Draws the whole screen.
pub fn render(frame: &mut Frame<'_>, state: &State, look: Look) {
    let area = frame.area();
    let [head, body, foot] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(1)]).areas(area);
    frame.render_widget(header(state, look, head.width), head);
    for (pane, area) in panes(state, body) {
        draw_pane(frame, state, look, pane, area);
    }
    frame.render_widget(footer(state), foot);
    match &state.over {
        Over::Nothing => {}
        Over::Help => help(frame, area),
        Over::Question(act) => question(frame, area, act),
    }
}

/// Which panes are seen, and where.
fn panes(state: &State, body: Rect) -> Vec<(usize, Rect)> {
    if state.wide || body.width < NARROW || body.height < LOW {
        return vec![(state.focus, body)];
    }
    let log = if body.height >= 36 { 12 } else { 6 };
    let [upper, lower] = Layout::vertical([Constraint::Min(8), Constraint::Length(log)]).areas(body);
    let [left, right] = Layout::horizontal([Constraint::Percentage(52), Constraint::Percentage(48)]).areas(upper);
    let [gates, calls, agents] = Layout::vertical([Constraint::Fill(1); 3]).areas(right);
    vec![(0, left), (1, gates), (2, calls), (3, agents), (4, lower)]
}

fn header(state: &State, look: Look, width: u16) -> Line<'static> {
    let board = &state.board;
    let tone = match board.light {
        Light::Green => Tone::Good,
        Light::Unknown => Tone::Quiet,
        Light::Yellow => Tone::Warn,
        Light::Red => Tone::Bad,
    };
    let Group { counts, under_way, free, .. } = &board.tasks;
    let under_way = if *under_way > 0 { format!(", {under_way} under way") } else { String::new() };
    let figures = format!(
        "  {} of {} done{under_way}, {free} ready, {} blocked  ",
        counts.done,
        counts.total(),
        counts.blocked + counts.waiting
    );
    let light = format!(" {} ", board.light.name().to_uppercase());
    let time = board.at.strftime(" %H:%M UTC").to_string();
    let room = usize::from(width).saturating_sub(light.width() + figures.width() + time.width() + 1);
    let title = fitted(&board.title, room.min(40));
    let said = state.trouble.clone().unwrap_or_else(|| board.why.clone());
    let why = fitted(&said, room.saturating_sub(title.width()));
    let filled = format!("{why:<fill$}", fill = room.saturating_sub(title.width()));
    let style = if state.trouble.is_some() { style(Tone::Warn, look) } else { style(Tone::Quiet, look) };
    Line::from(vec![
        Span::styled(light, style_of_light(tone, look)),
        Span::styled(format!(" {title}"), Style::new().add_modifier(Modifier::BOLD)),
        Span::raw(figures),
        Span::styled(filled, style),
        Span::styled(time, self::style(Tone::Quiet, look)),
    ])
}

fn style_of_light(tone: Tone, look: Look) -> Style {
    style(tone, look).add_modifier(Modifier::REVERSED | Modifier::BOLD)
}

fn draw_pane(frame: &mut Frame<'_>, state: &State, look: Look, pane: usize, area: Rect) {
    let focused = pane == state.focus;
    let shown = &state.board.panes[pane];
    let rows: Vec<&Row> = state.rows(pane).collect();
    let count = if rows.len() == shown.rows.len() {
        rows.len().to_string()
    } else {
        format!("{} of {}", rows.len(), shown.rows.len())
    };
    let title = format!(" {} {} ({count}) ", pane + 1, shown.name);
    let mut block = Block::bordered().title(title);
    if focused {
        block = block.border_type(BorderType::Thick).title_style(Style::new().add_modifier(Modifier::BOLD));
    } else {
        block = block.border_style(style(Tone::Quiet, look));
    }
    let inside = block.inner(area);
    if rows.is_empty() {
        let said = if shown.rows.is_empty() { shown.empty } else { "nothing matches" };
        let line = Paragraph::new(said).style(style(Tone::Quiet, look)).wrap(Wrap { trim: true }).block(block);
        frame.render_widget(line, area);
        return;
    }
    // Only what can be seen is laid out: a plan may have thousands of tasks.
    let chosen = state.chosen(pane);
    let height = usize::from(inside.height).max(1);
    let first = chosen.saturating_sub(height - 1).min(rows.len().saturating_sub(height));
    let first = if chosen < height { 0 } else { first };
    let seen = &rows[first..rows.len().min(first + height)];
    let widths = widths(seen, inside.width);
    let items = seen.iter().map(|row| ListItem::new(line(row, &widths, look)));
    let mark = if focused { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
    let list = List::new(items).block(block).highlight_style(mark);
    let mut at = ListState::default().with_selected(Some(chosen - first));
    frame.render_stateful_widget(list, area, &mut at);
}

/// How wide columns are: as wide as the texts that are seen, within bounds; the last takes the rest.
fn widths(rows: &[&Row], room: u16) -> Vec<usize> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let most = usize::from(room) / 4;
    (0..columns)
        .map(|column| {
            let texts = rows.iter().filter(|row| column + 1 < row.cells.len());
            texts.map(|row| foreign::line(&row.cells[column].text).width()).max().unwrap_or(0).min(most.max(3))
        })
        .collect()
}

fn line(row: &Row, widths: &[usize], look: Look) -> Line<'static> {
    let last = row.cells.len().saturating_sub(1);
    let span = |(column, cell): (usize, &Cell)| {
        let text = if column == last {
            foreign::line(&cell.text).into_owned()
        } else {
            let fit = fitted(&cell.text, widths[column]);
            let fill = widths[column].saturating_sub(fit.width());
            format!("{fit}{} ", " ".repeat(fill))
        };
        Span::styled(text, style(cell.tone, look))
    };
    Line::from(row.cells.iter().enumerate().map(span).collect::<Vec<_>>())
}

/// A foreign text in at most so many columns.
fn fitted(text: &str, width: usize) -> String {
    crate::report::table::fitted(&foreign::line(text), width)
}

fn style(tone: Tone, look: Look) -> Style {
    let (colour, weight) = match tone {
        Tone::Plain => (Color::Reset, Modifier::empty()),
        Tone::Good => (Color::Green, Modifier::empty()),
        Tone::Warn => (Color::Yellow, Modifier::empty()),
        Tone::Bad => (Color::Red, Modifier::BOLD),
        Tone::Quiet => (Color::Reset, Modifier::DIM),
        Tone::Code => (Color::Cyan, Modifier::empty()),
    };
    let style = Style::new().add_modifier(weight);
    if look.colour && colour != Color::Reset { style.fg(colour) } else { style }
}

fn key_name(key: char) -> String {
    if key == '\n' { "enter".to_owned() } else { key.to_string() }
}

fn footer(state: &State) -> Line<'static> {
    if state.typing {
        return Line::from(format!("/{}▏  enter keeps it, esc takes it away", foreign::line(&state.filter)));
    }
    let acts = state.acts().iter().map(|act| format!("{} {}", key_name(act.key), act.name));
    let rest = ["? help", "q quit", "/ filter", "tab pane", "z zoom"].map(str::to_owned);
    let filter = (!state.filter.is_empty()).then(|| format!("[/{}] esc", foreign::line(&state.filter)));
    let all: Vec<String> = filter.into_iter().chain(acts).chain(rest).collect();
    Line::styled(all.join(" · "), Style::new().add_modifier(Modifier::DIM))
}

/// An area in the middle of another.
fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

fn help(frame: &mut Frame<'_>, area: Rect) {
    const LINES: [&str; 12] = [
        "1 … 5, tab, shift-tab   go to a pane",
        "↑ ↓, j k, page, home    choose a line",
        "enter                   show more of it",
        "s                       start: take it, go to its branch",
        "d  r                    claim done, reopen",
        "g                       run gates",
        "a                       see to a call",
        "b                       who claimed it, on which evidence",
        "/                       only lines with some text",
        "z                       this pane alone",
        "q, ctrl-c               leave",
        "What writes is asked about first.",
    ];
    let place = middle(area, 60, u16::try_from(LINES.len()).unwrap_or(11) + 2);
    frame.render_widget(Clear, place);
    let block = Block::bordered().border_type(BorderType::Thick).title(" keys ");
    frame.render_widget(Paragraph::new(LINES.join("\n")).block(block), place);
}

fn question(frame: &mut Frame<'_>, area: Rect, act: &Act) {
    let line = format!("passmuster {}", foreign::line(&act.line.join(" ")));
    let width = u16::try_from(line.width()).unwrap_or(u16::MAX).saturating_add(6).max(34);
    let place = middle(area, width, 5);
    frame.render_widget(Clear, place);
    let block = Block::bordered().border_type(BorderType::Thick).title(" run this? ");
    frame.render_widget(Paragraph::new(format!(" {line}\n\n y yes · any other key no")).block(block), place);
}
