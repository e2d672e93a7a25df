//! The fever of a buffer: how much of it is used against how much of the chain is done.
//!
//! Domain layer.

use super::Minutes;
use crate::policy::{Border, Zones};
use std::fmt;

impl Border {
    /// Percent of the buffer where so many percent of the chain are done.
    pub fn at(self, done: f64) -> f64 {
        self.begin + (self.end - self.begin) * done.clamp(0.0, 100.0) / 100.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    Green,
    Yellow,
    Red,
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Green => "GREEN",
            Self::Yellow => "YELLOW",
            Self::Red => "RED",
        })
    }
}

impl Zones {
    /// The zone of a point.
    pub fn of(self, fever: Fever) -> Zone {
        if fever.used >= self.red.at(fever.done) {
            Zone::Red
        } else if fever.used >= self.yellow.at(fever.done) {
            Zone::Yellow
        } else {
            Zone::Green
        }
    }
}

/// One point of the fever chart, both in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fever {
    /// Of the critical chain, 0 to 100: what remains is estimated again, time spent proves nothing.
    pub done: f64,
    /// Of the buffer; below 0 when the chain is ahead, above 100 when the buffer is gone.
    pub used: f64,
}

impl Fever {
    /// From working time: the length of the chain as planned, what remains of it, and by how much its projected end lies
    /// after the planned one.
    ///
    /// ```
    /// use passmuster::schedule::{Minutes, buffer::{Fever, Zone, Zones}};
    /// let fever = Fever::of(Minutes(1000), Minutes(600), Minutes(150), Minutes(250));
    /// assert_eq!((fever.done, fever.used, fever.burn_ratio()), (40.0, 60.0, Some(1.5)));
    /// assert_eq!(Zones::default().of(fever), Zone::Red);
    /// ```
    pub fn of(chain: Minutes, remaining: Minutes, late: Minutes, buffer: Minutes) -> Self {
        let share = |part: i64, whole: i64| part as f64 * 100.0 / whole.max(1) as f64;
        let used = match (late.0, buffer.0) {
            // Nothing of nothing is used, and any delay is more than all of it.
            (..=0, ..=0) => 0.0,
            (1.., ..=0) => 200.0,
            (late, buffer) => share(late, buffer),
        };
        Self { done: (100.0 - share(remaining.0, chain.0)).clamp(0.0, 100.0), used }
    }

    /// Percent of the buffer for each percent of the chain: 1 is as planned. None before anything is done.
    pub fn burn_ratio(self) -> Option<f64> {
        (self.done > 0.0).then(|| self.used / self.done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_rise_with_the_chain() {
        let zone = |done, used| Zones::default().of(Fever { done, used });
        for (done, used, expected) in [
            (0.0, 9.9, Zone::Green),
            (0.0, 10.0, Zone::Yellow),
            (0.0, 30.0, Zone::Red),
            (50.0, 39.9, Zone::Green),
            (50.0, 40.0, Zone::Yellow),
            (50.0, 60.0, Zone::Red),
            (100.0, 69.0, Zone::Green),
            (100.0, 89.0, Zone::Yellow),
            (100.0, 90.0, Zone::Red),
            (50.0, -20.0, Zone::Green),
        ] {
            assert_eq!(zone(done, used), expected, "{done} % done, {used} % used");
        }
    }

    #[test]
    fn percentages_hold_at_both_ends() {
        let of = |chain, remaining, late, buffer| {
            let fever = Fever::of(Minutes(chain), Minutes(remaining), Minutes(late), Minutes(buffer));
            (fever.done, fever.used)
        };
        assert_eq!(of(100, 0, -20, 40), (100.0, -50.0));
        assert_eq!(of(100, 150, 80, 40), (0.0, 200.0), "work was found");
        assert_eq!(of(0, 0, 0, 0), (100.0, 0.0));
        assert_eq!(of(0, 0, 5, 0), (100.0, 200.0));
        assert_eq!(Fever::default().burn_ratio(), None);
    }
}
