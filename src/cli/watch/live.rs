//! What a watcher shows on a terminal: events scroll by, and below them stands how things are now.
//!
//! Nothing is taken over: the block at the bottom is rewritten where it stands, and whatever ends the watcher leaves
//! the terminal as any other command does.

use crate::report::{Style, foreign, plural, table};
use crate::verb::triggers::Raised;
use crate::verb::watch::{Event, View};
use jiff::Zoned;

/// More lines of one kind are only counted.
const MOST: usize = 4;

/// The bottom of a terminal.
pub struct Screen {
    style: Style,
    /// The lines of the block that stands there.
    drawn: usize,
}

impl Screen {
    pub fn new(style: Style) -> Self {
        Self { style, drawn: 0 }
    }

    /// An event as one line, with the time of the day.
    pub fn event(&self, event: &Event) -> String {
        let time = Zoned::now().strftime("%H:%M:%S").to_string();
        format!("{time}  {}: {}\n", self.style.strong(event.occasion.name()), foreign::line(&event.text))
    }

    /// Takes the block away. The cursor stands where it began.
    pub fn erase(&mut self) -> String {
        match std::mem::take(&mut self.drawn) {
            0 => String::new(),
            lines => format!("\x1b[{lines}A\r\x1b[J"),
        }
    }

    /// Puts the block there. The cursor stands on the line below, so that whatever comes next is not on it.
    pub fn draw(&mut self, view: &View) -> String {
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        let lines = block(view, width);
        self.drawn = lines.len();
        lines.into_iter().map(|line| line + "\n").collect()
    }
}

/// One line on where the project stands.
pub fn summary(view: &View) -> String {
    let standing = |name: &str| view.items.values().filter(|item| item.standing == name).count();
    let open = open_gates(view).count();
    let mut parts = vec![
        format!("{}, {} done, {} ready", plural(view.items.len(), "item"), standing("done"), standing("ready")),
        plural(view.findings.len(), "finding"),
    ];
    if !view.gates.is_empty() {
        parts.push(format!("{open} of {} open", plural(view.gates.len(), "gate")));
    }
    let calls = view.triggers.values().filter(|raised| raised.is_open()).count();
    if calls > 0 {
        parts.push(format!("{} to be seen", plural(calls, "trigger")));
    }
    parts.join("; ")
}

fn open_gates(view: &View) -> impl Iterator<Item = &crate::verb::watch::GateView> {
    let passes = |state: &str| matches!(state, "satisfied" | "waived" | "not-applicable");
    view.gates.values().filter(move |gate| !passes(&gate.state))
}

/// How things are, in lines of at most this width: what calls first, then gates, then mistakes.
fn block(view: &View, width: usize) -> Vec<String> {
    let head = view.refs.get("HEAD").map_or("", String::as_str);
    let title = if head.is_empty() { summary(view) } else { format!("{head}: {}", summary(view)) };
    let rule = "─".repeat(width.saturating_sub(1).min(60));
    let mut lines = vec![rule, title];
    let mut calls: Vec<&Raised> = view.triggers.values().filter(|raised| raised.is_open()).collect();
    calls.sort_by_key(|raised| raised.rank());
    add(&mut lines, calls.iter().map(|raised| format!("{:9} {}: {}", raised.urgency, raised.id, raised.what)));
    add(&mut lines, open_gates(view).map(|gate| format!("gate      {} of {}: {}", gate.gate, gate.subject, gate.why)));
    add(&mut lines, view.findings.values().map(|line| format!("finding   {line}")));
    lines.extend(view.not_judged.iter().map(|why| format!("what would land is not judged: {why}")));
    let fit = |line: &String| table::fitted(&foreign::line(line), width.saturating_sub(1));
    lines.iter().map(fit).collect()
}

fn add(lines: &mut Vec<String>, new: impl Iterator<Item = String>) {
    let mut more = 0usize;
    for (index, line) in new.enumerate() {
        if index < MOST {
            lines.push(line);
        } else {
            more += 1;
        }
    }
    if more > 0 {
        lines.push(format!("          … and {more} more"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verb::watch::GateView;
    use unicode_width::UnicodeWidthStr as _;

    fn view(gates: usize) -> View {
        let gate = |number: usize| GateView {
            subject: "T-01".to_owned(),
            gate: format!("g{number}"),
            state: "unsatisfied".to_owned(),
            code: String::new(),
            why: "nobody ran it\x1b[2J, and it is a long story with 漢字 in it".to_owned(),
            changed: Vec::new(),
            soon_stale: None,
        };
        let gates = (0..gates).map(|number| (format!("T-01 g{number}"), gate(number))).collect();
        View { gates, refs: [("HEAD".to_owned(), "task/T-01".to_owned())].into(), ..View::default() }
    }

    #[test]
    fn the_block_fits_and_names_only_the_first_of_many() {
        let lines = block(&view(7), 40);
        assert!(lines.iter().all(|line| line.width() < 40 && !line.contains('\x1b')), "{lines:#?}");
        assert_eq!(lines.len(), 2 + MOST + 1, "{lines:#?}");
        assert_eq!(lines[1], "task/T-01: 0 items, 0 done, 0 ready; 0…");
        assert_eq!(lines.last().map(String::as_str), Some("          … and 3 more"));
    }

    #[test]
    fn what_was_drawn_is_taken_away_line_by_line() {
        let mut screen = Screen::new(Style::PLAIN);
        assert_eq!(screen.erase(), "");
        let drawn = screen.draw(&view(1));
        assert_eq!(drawn.lines().count(), 3);
        assert!(drawn.ends_with('\n'), "the cursor stands below");
        assert_eq!(screen.erase(), "\x1b[3A\r\x1b[J");
        assert_eq!(screen.erase(), "");
    }
}
