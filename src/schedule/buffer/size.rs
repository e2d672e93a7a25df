//! How large a buffer is: what its tasks were trimmed by, put together.
//!
//! Domain layer.

use crate::policy::Sizing;
use crate::schedule::Minutes;
use std::fmt;

/// The two figures of a task that buffers are made of, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trimmed {
    /// What it takes in half of all cases.
    pub aggressive: f64,
    /// What it takes at most in nine of ten.
    pub safe: f64,
    /// What the rule of thumb makes it, where that is asked for.
    pub realistic: f64,
}

/// The least share of the chain that a guarded buffer has.
const GUARD: f64 = 0.25;

impl Sizing {
    /// Minutes of the buffer at the end of a chain.
    ///
    /// ```
    /// use passmuster::{policy::Sizing, schedule::buffer::Trimmed};
    /// let task = |(aggressive, safe)| Trimmed { aggressive, safe, realistic: aggressive };
    /// let chain = [(6.0, 9.0), (4.0, 6.0), (2.0, 3.0)].map(task);
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
            Self::PerTask(_) => chain.iter().map(|task| task.realistic - task.aggressive).sum::<f64>().max(0.0),
            Self::Share(share) => share * length,
        }
    }

    /// The buffer in whole minutes.
    pub fn minutes(self, chain: &[Trimmed]) -> Minutes {
        Minutes(self.of(chain).round() as i64)
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
            Self::PerTask(_) => f.write_str("what the rule of thumb adds to each task"),
            Self::Share(share) => write!(f, "{:.0} % of the chain", share * 100.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Realistic;

    /// The published network: S = 2,9,5,2,3,6,2,3 and A = 1,6,3,1,2,4,1,2, chains 2-6-8, 1-4 and 3-5-7.
    #[test]
    fn golden_buffers() {
        let task = |number: usize| Trimmed {
            aggressive: [1.0, 6.0, 3.0, 1.0, 2.0, 4.0, 1.0, 2.0][number - 1],
            safe: [2.0, 9.0, 5.0, 2.0, 3.0, 6.0, 2.0, 3.0][number - 1],
            realistic: 0.0,
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
        let chain = vec![Trimmed { aggressive: 100.0, safe: 150.0, realistic: 137.5 }; 100];
        assert_eq!(Sizing::RootSquare.of(&chain), 500.0);
        assert_eq!(Sizing::Guarded.of(&chain), 2500.0);
        assert_eq!(Sizing::Guarded.of(&chain[..1]), 50.0);
        assert_eq!(Sizing::Guarded.of(&[]), 0.0);
        assert_eq!(Sizing::PerTask(Realistic::default()).of(&chain), 3750.0);
    }
}
