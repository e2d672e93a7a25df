//! Pictures as lines of characters.

use super::{Style, foreign};
use crate::picture::{Cell, Picture, Role};
use anstyle::AnsiColor;
use unicode_width::UnicodeWidthStr as _;

/// Columns where nobody says how many there are.
const COLUMNS: usize = 120;

/// Renders a picture: its title, what its figures rest on, what its signs mean, and its lines, each with a line feed.
pub fn chart(picture: &Picture, style: Style) -> String {
    let columns = style.width.unwrap_or(COLUMNS);
    let mut out = style.strong(&foreign::line(picture.title()));
    out.push('\n');
    wrapped(&mut out, picture.subtitle().split_whitespace().map(|word| (word.to_owned(), 0)), " ", columns);
    let key = picture.key().map(|(sign, role, label)| {
        let label = foreign::line(label);
        (format!("{} {label}", paint(style, role, &sign.to_string())), sign_width(style, role))
    });
    wrapped(&mut out, key, "   ", columns);
    out.push('\n');
    for row in picture.characters(columns) {
        out.push_str(&line(&row, style));
        out.push('\n');
    }
    out
}

/// How many columns of a painted sign are not seen.
fn sign_width(style: Style, role: Role) -> usize {
    paint(style, role, "x").width() - 1
}

/// Adds words, each with how many of its columns are not seen, in lines that fit.
fn wrapped(out: &mut String, words: impl Iterator<Item = (String, usize)>, gap: &str, columns: usize) {
    let mut used = 0;
    for (word, unseen) in words {
        let wide = word.width() - unseen.min(word.width());
        if used > 0 && used + gap.len() + wide > columns {
            out.push('\n');
            used = 0;
        }
        if used > 0 {
            out.push_str(gap);
            used += gap.len();
        }
        // What stands at the beginning of a line could be taken for a command.
        out.push_str(&if used == 0 && unseen == 0 { foreign::line(&word).into_owned() } else { word });
        used += wide;
    }
    if used > 0 {
        out.push('\n');
    }
}

/// One line, without the blanks at its end.
fn line(row: &[Cell], style: Style) -> String {
    let blank = |cell: &Cell| cell.glyph == Some(' ');
    let end = row.iter().rposition(|cell| !blank(cell)).map_or(0, |last| last + 1);
    let mut out = String::new();
    for run in row[..end].chunk_by(|one, next| one.role == next.role) {
        let text: String = run.iter().filter_map(|cell| cell.glyph).collect();
        let text = if out.trim().is_empty() { foreign::line(&text).into_owned() } else { text };
        out.push_str(&run[0].role.map_or_else(|| text.clone(), |role| paint(style, role, &text)));
    }
    out
}

fn paint(style: Style, role: Role, text: &str) -> String {
    let colour = match role {
        Role::Ink => return text.to_owned(),
        Role::Muted | Role::Grid | Role::Sixth => AnsiColor::BrightBlack,
        Role::Good => AnsiColor::Green,
        Role::Warn => AnsiColor::Yellow,
        Role::Bad => AnsiColor::Red,
        Role::First => AnsiColor::Blue,
        Role::Second => AnsiColor::Magenta,
        Role::Third => AnsiColor::BrightMagenta,
        Role::Fourth => AnsiColor::Cyan,
        Role::Fifth => AnsiColor::BrightYellow,
    };
    style.paint(anstyle::Style::new().fg_color(Some(colour.into())), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::{Look, Sheet};

    #[test]
    fn nothing_foreign_reaches_the_terminal() {
        let hostile = "::error::x\u{1b}[31m\u{202e}y\n::warning::z";
        let legend = [(Look::fill(Role::Bad), hostile)];
        let sheet = Sheet { title: hostile, subtitle: hostile, legend: &legend, height: 120.0, ..Sheet::default() };
        let (mut picture, area) = sheet.begin();
        picture.text(
            crate::picture::Point { x: 0.0, y: area.top + 10.0 },
            crate::picture::Anchor::Start,
            Role::Ink,
            hostile,
        );
        for style in [Style::PLAIN, Style { colour: false, width: Some(30) }] {
            let shown = chart(&picture, style);
            assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
            assert!(shown.lines().all(|line| !line.trim_start().starts_with("::")), "{shown}");
        }
        assert!(chart(&picture, Style { colour: true, width: None }).contains("\u{1b}[31m█\u{1b}[0m "));
    }
}
