//! Places as editors count them: line and column from 0, the column in a unit that both sides agreed on.
//!
//! Ground layer. [`Source`](super::Source) counts for people; this counts for protocols, whose lines also end at a
//! lone carriage return.

use std::cell::OnceCell;

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Utf8,
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// Line and column, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// Bytes between two counts along a text.
const STEP: usize = 4096;

/// Both directions between byte offsets and positions, for one text.
///
/// ```
/// use passmuster::text::position::{Position, Positions, Unit};
/// let positions = Positions::new("a👍b\n", Unit::Utf16);
/// assert_eq!(positions.at_offset(5), Position { line: 0, column: 3 });
/// assert_eq!(positions.to_offset(Position { line: 0, column: 3 }), 5);
/// ```
#[derive(Debug)]
pub struct Positions<'t> {
    text: &'t str,
    unit: Unit,
    /// Byte offset of each line's start.
    starts: Vec<usize>,
    /// Units before every [`STEP`]th byte; made when a line is long enough to need them.
    counts: OnceCell<Vec<usize>>,
}

impl<'t> Positions<'t> {
    /// Finds the lines of a text.
    pub fn new(text: &'t str, unit: Unit) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|at| at + 1)).collect();
        Self { text, unit, starts, counts: OnceCell::new() }
    }

    /// The position of a byte offset; offsets past the end and inside a character move back to the nearest boundary.
    pub fn at_offset(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let column = self.units(self.starts[line], offset);
        Position { line: narrow(line), column: narrow(column) }
    }

    /// The byte offset of a position. A column past the end of its line is the line's end, a line past the last is the
    /// end of the text, and a column inside a character is its start.
    pub fn to_offset(&self, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let end = self.line_end(line);
        let wanted = usize::try_from(position.column).unwrap_or(usize::MAX);
        if self.unit == Unit::Utf8 {
            return self.text.floor_char_boundary(start.saturating_add(wanted).min(end));
        }
        let (mut at, mut left) = (start, wanted);
        if end - start > STEP {
            (at, left) = self.leap(start, end, wanted);
        }
        for c in self.text[at..end].chars() {
            let units = self.width(c);
            if left < units {
                break;
            }
            left -= units;
            at += c.len_utf8();
        }
        at
    }

    /// Where a line ends, without its line end.
    fn line_end(&self, line: usize) -> usize {
        let Some(&next) = self.starts.get(line + 1) else { return self.text.len() };
        let two = self.text.as_bytes()[..next].ends_with(b"\r\n");
        next - if two { 2 } else { 1 }
    }

    /// The last counted boundary of a long line that is not past the wanted column, and the units left from there.
    fn leap(&self, start: usize, end: usize, wanted: usize) -> (usize, usize) {
        let counts = self.counts();
        let before = self.units(0, start);
        let first = start / STEP + 1;
        let last = end / STEP;
        let steps = &counts[first.min(last + 1)..=last];
        let passed = steps.partition_point(|&count| count <= before + wanted);
        if passed == 0 {
            return (start, wanted);
        }
        let at = self.text.floor_char_boundary((first + passed - 1) * STEP);
        if at < start { (start, wanted) } else { (at, wanted - self.units(start, at).min(wanted)) }
    }

    fn counts(&self) -> &[usize] {
        self.counts.get_or_init(|| {
            let sums = self.text.as_bytes().chunks(STEP).scan(0, |sum, chunk| {
                *sum += count(chunk, self.unit);
                Some(*sum)
            });
            std::iter::once(0).chain(sums).collect()
        })
    }

    /// The units between two boundaries.
    fn units(&self, from: usize, to: usize) -> usize {
        let bytes = self.text.as_bytes();
        if self.unit == Unit::Utf8 || to - from <= STEP {
            return count(&bytes[from..to], self.unit);
        }
        let counts = self.counts();
        let before = |offset: usize| counts[offset / STEP] + count(&bytes[offset / STEP * STEP..offset], self.unit);
        before(to) - before(from)
    }

    fn width(&self, c: char) -> usize {
        match self.unit {
            Unit::Utf8 => c.len_utf8(),
            Unit::Utf16 => c.len_utf16(),
            Unit::Utf32 => 1,
        }
    }
}

/// Units in bytes of UTF-8: a character counts where it begins, wherever the bytes are cut.
fn count(bytes: &[u8], unit: Unit) -> usize {
    let begins = |b: u8| usize::from(b & 0xc0 != 0x80);
    match unit {
        Unit::Utf8 => bytes.len(),
        Unit::Utf16 => bytes.iter().map(|&b| begins(b) + usize::from(b >= 0xf0)).sum(),
        Unit::Utf32 => bytes.iter().map(|&b| begins(b)).sum(),
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn columns_count_the_agreed_unit() {
        let text = "é👍x\r\nb\rc\n";
        for (unit, column) in [(Unit::Utf8, 6), (Unit::Utf16, 3), (Unit::Utf32, 2)] {
            let positions = Positions::new(text, unit);
            assert_eq!(positions.at_offset(6), at(0, column));
            assert_eq!(positions.to_offset(at(0, column)), 6);
        }
        let positions = Positions::new(text, Unit::Utf16);
        assert_eq!([9, 11, 13].map(|offset| positions.at_offset(offset)), [at(1, 0), at(2, 0), at(3, 0)]);
    }

    #[test]
    fn positions_that_are_not_there_move_to_the_nearest() {
        let positions = Positions::new("a👍\r\nb", Unit::Utf16);
        for (line, column, offset) in [(0, 2, 1), (0, 99, 5), (1, 99, 8), (7, 0, 8), (u32::MAX, u32::MAX, 8)] {
            assert_eq!(positions.to_offset(at(line, column)), offset, "{line}:{column}");
        }
        assert_eq!(positions.at_offset(3), at(0, 1));
        assert_eq!(positions.at_offset(usize::MAX), at(1, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn there_and_back_is_the_same_place(line in "[aé👍]{0,9}", times in 1usize..900, unit in 0..3) {
            let unit = [Unit::Utf8, Unit::Utf16, Unit::Utf32][usize::try_from(unit).expect("small")];
            let text = format!("x\r\n{}\nend", line.repeat(times));
            let positions = Positions::new(&text, unit);
            for (offset, _) in text.char_indices().filter(|(offset, c)| *c != '\n' && offset % 7 == 0) {
                let position = positions.at_offset(offset);
                let start = text[..offset].rfind('\n').map_or(0, |n| n + 1);
                let column: usize = text[start..offset].chars().map(|c| positions.width(c)).sum();
                prop_assert_eq!(position.column, narrow(column));
                prop_assert_eq!(positions.to_offset(position), offset);
            }
        }
    }
}
