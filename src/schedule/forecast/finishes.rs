//! The finishes of all samples, in order, and what can be asked of them.
//!
//! Domain layer.

use super::spread::rank;
use crate::schedule::Minutes;

/// When something is done in each sample, earliest first, in working time from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finishes(Vec<i32>);

impl Finishes {
    pub(super) fn new(mut samples: Vec<i32>) -> Self {
        samples.sort_unstable();
        Self(samples)
    }

    /// The same in other minutes; `to` never puts a later one before an earlier one.
    #[must_use]
    pub fn map(&self, to: impl Fn(Minutes) -> Minutes) -> Self {
        let narrow = |minutes: Minutes| i32::try_from(minutes.0).unwrap_or(i32::MAX);
        Self(self.0.iter().map(|&finish| narrow(to(Minutes(i64::from(finish))))).collect())
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The finish that a share `q` of the samples does not exceed: the ceil(qN)-th smallest.
    pub fn quantile(&self, q: f64) -> Minutes {
        let value = if self.0.is_empty() { 0 } else { self.0[rank(self.0.len(), q)] };
        Minutes(i64::from(value))
    }

    /// The share of samples that are done by then.
    pub fn chance(&self, by: Minutes) -> f64 {
        let done = self.0.partition_point(|finish| i64::from(*finish) <= by.0);
        done as f64 / self.0.len().max(1) as f64
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.0.iter().map(|finish| f64::from(*finish)).sum::<f64>() / self.0.len().max(1) as f64
    }

    /// The standard deviation.
    pub fn sd(&self) -> f64 {
        let mean = self.mean();
        let squares = self.0.iter().map(|finish| (f64::from(*finish) - mean).powi(2));
        (squares.sum::<f64>() / self.0.len().max(1) as f64).sqrt()
    }

    /// How many samples end in each of `bins` equal spans between the first and the last finish, with the end of each
    /// span; fewer spans when there are fewer minutes.
    pub fn histogram(&self, bins: usize) -> Vec<(Minutes, usize)> {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else { return Vec::new() };
        let (first, last) = (i64::from(*first), i64::from(*last));
        let bins = (last - first + 1).min(bins.max(1) as i64);
        let mut below = 0;
        let span = |bin: i64| {
            let end = first + (last - first + 1) * (bin + 1) / bins - 1;
            let upto = self.0.partition_point(|finish| i64::from(*finish) <= end);
            let count = upto - below;
            below = upto;
            (Minutes(end), count)
        };
        (0..bins).map(span).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_chances_are_each_others_inverse() {
        let finishes = Finishes::new((1..=100).rev().collect());
        assert_eq!([0.5, 0.8, 0.95].map(|q| finishes.quantile(q).0), [50, 80, 95]);
        assert_eq!(finishes.chance(Minutes(80)), 0.8);
        assert_eq!((finishes.chance(Minutes(0)), finishes.chance(Minutes(1000))), (0.0, 1.0));
        assert_eq!(Finishes::default().quantile(0.5), Minutes(0));
    }

    #[test]
    fn a_histogram_counts_every_sample_once() {
        for samples in [vec![], vec![7], vec![7, 7, 8], (0..1000).map(|x| x * x).collect()] {
            let finishes = Finishes::new(samples.clone());
            let bins = finishes.histogram(30);
            assert!(bins.len() <= 30);
            assert_eq!(bins.iter().map(|(_, count)| count).sum::<usize>(), samples.len());
            assert!(bins.is_sorted_by(|a, b| a.0 < b.0));
        }
    }
}
