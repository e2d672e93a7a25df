//! How large a buffer is: what its tasks were trimmed by, put together.
//!
//! Domain layer.

use crate::schedule::Minutes;
use std::fmt;

/// The two figures of a task that buffers are made of, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trimmed {
    /// What it takes in half of all cases.
    pub aggressive: f64,
    /// What it takes at most in nine of ten.
    pub safe: f64,
}

/// How a buffer is sized.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Sizing {
    /// The root of the squares, but at least a quarter of the chain: squares add up to too little when tasks are late
    /// for the same reason.
    #[default]
    Guarded,
    /// The root of the summed squares of what was trimmed: delays that have nothing to do with each other.
    RootSquare,
    /// Half of the chain.
    CutAndPaste,
    /// Half of what was trimmed.
    HalfTrimmed,
    /// A share of the chain.
    Share(f64),
}

/// The least share of the chain that a guarded buffer has.
const GUARD: f64 = 0.25;

impl Sizing {
    /// Minutes of the buffer at the end of a chain.
    ///
    /// ```
    /// use passmuster::schedule::buffer::{Sizing, Trimmed};
    /// let chain = [(6.0, 9.0), (4.0, 6.0), (2.0, 3.0)].map(|(aggressive, safe)| Trimmed { aggressive, safe });
    /// assert_eq!(format!("{:.3}", Sizing::RootSquare.of(&chain)), "3.742");
    /// assert_eq!(Sizing::CutAndPaste.of(&chain), 6.0);
    /// ```
    pub fn of(self, chain: &[Trimmed]) -> f64 {
        let length: f64 = chain.iter().map(|task| task.aggressive).sum();
        let trimmed = || chain.iter().map(|task| (task.safe - task.aggressive).max(0.0));
        let root = || trimmed().map(|minutes| minutes * minutes).sum::<f64>().sqrt();
        match self {
            Self::Guarded => root().max(GUARD * length),
            Self::RootSquare => root(),
            Self::CutAndPaste => length / 2.0,
            Self::HalfTrimmed => trimmed().sum::<f64>() / 2.0,
            Self::Share(share) => share * length,
        }
    }

    /// The buffer in whole minutes.
    pub fn minutes(self, chain: &[Trimmed]) -> Minutes {
        Minutes(self.of(chain).round() as i64)
    }

    /// Reads `guarded`, `root-square`, `cut-and-paste`, `half-trimmed`, or a percentage of the chain: `25%`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "guarded" => Self::Guarded,
            "root-square" => Self::RootSquare,
            "cut-and-paste" => Self::CutAndPaste,
            "half-trimmed" => Self::HalfTrimmed,
            _ => {
                let percent: f64 = name.strip_suffix('%')?.trim().parse().ok()?;
                Self::Share(Some(percent / 100.0).filter(|share| (0.0..=10.0).contains(share))?)
            }
        })
    }
}

impl fmt::Display for Sizing {
    /// What the buffer is, in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guarded => f.write_str("the root of the squares of what was trimmed, at least 25 % of the chain"),
            Self::RootSquare => f.write_str("the root of the squares of what was trimmed"),
            Self::CutAndPaste => f.write_str("half of the chain"),
            Self::HalfTrimmed => f.write_str("half of what was trimmed"),
            Self::Share(share) => write!(f, "{:.0} % of the chain", share * 100.0),
        }
    }
}

/// How hard a task is, for [`realistic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Complexity {
    Low,
    Medium,
    High,
}

/// The realistic figure of a task by rule of thumb, from its optimistic one: a quarter more; of that 15, 10 or no percent
/// more by complexity, 10 when several teams take part, and 20 when the technology is new.
///
/// ```
/// use passmuster::schedule::buffer::{Complexity, realistic};
/// assert_eq!(realistic(100.0, Complexity::Low, false, false), 125.0);
/// assert_eq!(realistic(100.0, Complexity::High, true, false), 156.25);
/// ```
pub fn realistic(optimistic: f64, complexity: Complexity, several_teams: bool, new_technology: bool) -> f64 {
    let by_complexity = match complexity {
        Complexity::Low => 0.0,
        Complexity::Medium => 0.10,
        Complexity::High => 0.15,
    };
    let teams = if several_teams { 0.10 } else { 0.0 };
    let technology = if new_technology { 0.20 } else { 0.0 };
    optimistic * 1.25 * (1.0 + by_complexity + teams + technology)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published network: S = 2,9,5,2,3,6,2,3 and A = 1,6,3,1,2,4,1,2, chains 2-6-8, 1-4 and 3-5-7.
    #[test]
    fn golden_buffers() {
        let task = |number: usize| Trimmed {
            aggressive: [1.0, 6.0, 3.0, 1.0, 2.0, 4.0, 1.0, 2.0][number - 1],
            safe: [2.0, 9.0, 5.0, 2.0, 3.0, 6.0, 2.0, 3.0][number - 1],
        };
        for (chain, root, half) in [(&[2, 6, 8][..], "3.742", 6.0), (&[1, 4], "1.414", 1.0), (&[3, 5, 7], "2.449", 3.0)]
        {
            let chain: Vec<Trimmed> = chain.iter().map(|&number| task(number)).collect();
            assert_eq!(format!("{:.3}", Sizing::RootSquare.of(&chain)), root);
            assert_eq!(Sizing::CutAndPaste.of(&chain), half);
            let trimmed: f64 = chain.iter().map(|task| task.safe - task.aggressive).sum();
            assert_eq!(Sizing::HalfTrimmed.of(&chain), trimmed / 2.0);
        }
    }

    #[test]
    fn many_small_tasks_are_guarded() {
        let chain = vec![Trimmed { aggressive: 100.0, safe: 150.0 }; 100];
        assert_eq!(Sizing::RootSquare.of(&chain), 500.0);
        assert_eq!(Sizing::Guarded.of(&chain), 2500.0);
        assert_eq!(Sizing::Guarded.of(&chain[..1]), 50.0);
        assert_eq!(Sizing::Guarded.of(&[]), 0.0);
    }

    #[test]
    fn sizings_are_read_by_name() {
        assert_eq!(Sizing::from_name("25%"), Some(Sizing::Share(0.25)));
        assert_eq!(Sizing::from_name("guarded"), Some(Sizing::Guarded));
        for wrong in ["", "%", "-5%", "NaN%", "1e9%", "half"] {
            assert_eq!(Sizing::from_name(wrong), None, "{wrong}");
        }
    }
}
