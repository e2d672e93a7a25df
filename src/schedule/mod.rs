//! Time: when the open items of a plan can be done, and which of them decide when the whole is.
//!
//! Domain layer; reads the plan and, for people, the roster; knows no clock. Without people all times are whole working
//! minutes after the beginning of what is left to do; `calendar` turns the minutes somebody works into moments and
//! back. Nothing here is a floating-point number.
//!
//! With people, [`level`] says who does what when. Without, `work` makes a [`Network`] of a plan, `network` holds it in
//! order, `cpm` computes [`Dates`], [`check()`] names what can have none, [`waves`] says what can be done side by side, and
//! [`Critical`] answers in the plan's words:
//!
//! ```
//! use passmuster::diag::Sink;
//! use passmuster::plan::{Reader, read};
//! use passmuster::schedule::{Figure, critical};
//! use passmuster::text::Source;
//!
//! let text = "- [ ] T-1: a ~4h\n- [ ] T-2: b ~1h\n- [ ] T-3: c ~2h\n  - needs: T-1, T-2\n";
//! let plan = read(vec![Source::new("plan.md", text)], Reader::Fast, &mut Sink::new());
//! let critical = critical(&plan, Figure::Expected, &mut Sink::new()).unwrap();
//! assert_eq!(critical.finish().to_string(), "6h");
//! assert!(critical.is_critical("T-1") && !critical.is_critical("T-2"));
//! assert_eq!(critical.float("T-2").unwrap().to_string(), "3h");
//! ```

pub mod buffer;
pub mod calendar;
mod check;
pub mod codes;
mod cpm;
mod critical;
pub mod forecast;
pub mod level;
mod network;
pub mod psplib;
pub mod solve;
mod waves;
mod work;

pub use check::check;
pub use cpm::Dates;
pub use critical::{Critical, Step, Times, critical};
pub use network::{Arc, Fault, Network};
pub use waves::{Serial, Waves, most_at_once, waves};
pub use work::{Figure, NeedOf, Work};

use std::fmt;

/// Minutes of work, or of waiting in working time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minutes(pub i64);

impl fmt::Display for Minutes {
    /// As people say it, in working days of eight hours: `40m`, `6h`, `1h30m`, `3d 2h`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.unsigned_abs();
        let (days, hours, minutes) = (all / 480, all % 480 / 60, all % 60);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        if days > 0 {
            write!(f, "{days}d")?;
            if hours + minutes > 0 {
                f.write_str(" ")?;
            }
        }
        if hours > 0 || all == 0 {
            write!(f, "{hours}h")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
