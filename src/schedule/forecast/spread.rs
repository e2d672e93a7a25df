//! How long a task may take: three figures made a distribution.
//!
//! Domain layer. The formulas are those of the PERT beta distribution (alpha = 1 + 4c, beta = 5 - 4c with
//! c = (m - a) / (b - a)) and of the triangular one; both are bounded by the estimate. Times are minutes.

use crate::plan::Estimate;
use std::collections::HashMap;

/// What the time a task takes is drawn from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distribution {
    /// The beta distribution of PERT, which trusts the likely figure most.
    #[default]
    Pert,
    /// Straight from the optimistic figure up to the likely one, and down to the pessimistic one.
    Triangular,
    /// The likely figure times a ratio of actual to estimated time, drawn from those of finished tasks.
    History,
}

impl Distribution {
    pub const ALL: [Self; 3] = [Self::Pert, Self::Triangular, Self::History];

    /// As flags and reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pert => "pert",
            Self::Triangular => "triangular",
            Self::History => "history",
        }
    }
}

/// The distribution of one duration.
///
/// ```
/// use passmuster::schedule::forecast::{Distribution, Spread};
/// let spread = Spread::of_three(Distribution::Pert, 0.6, 1.0, 2.2);
/// assert_eq!(format!("{:.4} {:.4}", spread.mean(), spread.sd()), "1.1333 0.2851");
/// assert_eq!(format!("{:.4}", spread.quantile(0.8)), "1.3843");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// Always the same.
    Exact(f64),
    Pert {
        low: f64,
        likely: f64,
        high: f64,
    },
    Triangular {
        low: f64,
        likely: f64,
        high: f64,
    },
    /// One of these, each as likely as the other; in order.
    Drawn(Vec<f64>),
}

impl Spread {
    /// The distribution of an estimate. Ratios are used where they are asked for, and where an estimate is a single
    /// figure; without any, a single figure is taken at its word.
    pub fn of(estimate: Estimate, distribution: Distribution, ratios: &[f64]) -> Self {
        let [low, likely, high] = [estimate.optimistic, estimate.likely, estimate.pessimistic].map(f64::from);
        if !ratios.is_empty() && (distribution == Distribution::History || low >= high) {
            let mut drawn: Vec<f64> = ratios.iter().map(|ratio| ratio * likely).collect();
            drawn.sort_by(f64::total_cmp);
            return Self::Drawn(drawn);
        }
        Self::of_three(distribution, low, likely, high)
    }

    /// The distribution between three figures, `low <= likely <= high`.
    pub fn of_three(distribution: Distribution, low: f64, likely: f64, high: f64) -> Self {
        match distribution {
            _ if low >= high => Self::Exact(likely),
            Distribution::Triangular => Self::Triangular { low, likely, high },
            Distribution::Pert | Distribution::History => Self::Pert { low, likely, high },
        }
    }

    /// What makes two of them the same, bit by bit.
    pub(super) fn key(&self) -> Vec<u64> {
        let (kind, values): (u64, &[f64]) = match self {
            Self::Exact(value) => (0, &[*value]),
            Self::Pert { low, likely, high } => (1, &[*low, *likely, *high]),
            Self::Triangular { low, likely, high } => (2, &[*low, *likely, *high]),
            Self::Drawn(values) => (3, values),
        };
        std::iter::once(kind).chain(values.iter().map(|value| value.to_bits())).collect()
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Exact(value) => *value,
            Self::Pert { low, likely, high } => (low + 4.0 * likely + high) / 6.0,
            Self::Triangular { low, likely, high } => (low + likely + high) / 3.0,
            Self::Drawn(values) => values.iter().sum::<f64>() / values.len() as f64,
        }
    }

    /// The standard deviation.
    pub fn sd(&self) -> f64 {
        let mean = self.mean();
        match self {
            Self::Exact(_) => 0.0,
            Self::Pert { low, high, .. } => ((mean - low) * (high - mean) / 7.0).sqrt(),
            Self::Triangular { low: a, likely: m, high: b } => {
                ((a * a + m * m + b * b - a * m - a * b - m * b) / 18.0).sqrt()
            }
            Self::Drawn(values) => {
                (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
            }
        }
    }

    /// The value that a share `q` of all draws does not exceed.
    pub fn quantile(&self, q: f64) -> f64 {
        let [value] = Shapes::default().quantiles(self, [q]);
        value
    }
}

/// The shapes that were added up so far. Most tasks of a plan are estimated by a few rules of thumb, and have a few shapes.
#[derive(Debug, Default)]
pub struct Shapes(HashMap<u64, Beta>);

impl Shapes {
    /// The values that these shares of all draws do not exceed.
    pub fn quantiles<const N: usize>(&mut self, spread: &Spread, shares: [f64; N]) -> [f64; N] {
        let shares = shares.map(|q| q.clamp(0.0, 1.0));
        match spread {
            Spread::Exact(value) => [*value; N],
            Spread::Pert { low, likely, high } => {
                let place = (likely - low) / (high - low);
                let beta = self.0.entry(place.to_bits()).or_insert_with(|| Beta::new(place));
                shares.map(|q| low + (high - low) * beta.quantile(q))
            }
            Spread::Triangular { low, likely, high } => {
                let peak = (likely - low) / (high - low);
                shares.map(|q| {
                    if q < peak {
                        low + (q * (high - low) * (likely - low)).sqrt()
                    } else {
                        high - ((1.0 - q) * (high - low) * (high - likely)).sqrt()
                    }
                })
            }
            Spread::Drawn(values) => shares.map(|q| values[rank(values.len(), q)]),
        }
    }
}

/// The index, in a sorted row, of the least value that a share `q` does not exceed: the ceil(qN)-th.
pub fn rank(len: usize, q: f64) -> usize {
    // 0.8 × 10,000 must not become 8,001 by the last bit of 0.8.
    let place = (q * len as f64 - 1e-9).ceil() as usize;
    place.clamp(1, len.max(1)) - 1
}

/// How finely the density of a beta distribution is added up.
const STEPS: usize = 1024;

/// The PERT beta distribution on 0 to 1 whose likely value is given.
///
/// Its density is added up over t with x = t²(3 - 2t), which makes it smooth at both ends whatever the exponents.
#[derive(Clone, Debug)]
pub(super) struct Beta {
    /// The share of all below t = k / STEPS.
    below: Vec<f64>,
}

impl Beta {
    pub fn new(likely: f64) -> Self {
        let up = 4.0 * likely.clamp(0.0, 1.0);
        let down = 4.0 - up;
        let mut below = Vec::with_capacity(STEPS + 1);
        let mut sum = 0.0;
        below.push(0.0);
        for step in 0..STEPS {
            let t = (step as f64 + 0.5) / STEPS as f64;
            let x = place(t);
            sum += x.powf(up) * (1.0 - x).powf(down) * t * (1.0 - t);
            below.push(sum);
        }
        below.iter_mut().for_each(|share| *share /= sum);
        Self { below }
    }

    pub fn quantile(&self, q: f64) -> f64 {
        let step = self.below.partition_point(|share| *share <= q).clamp(1, STEPS);
        let (low, high) = (self.below[step - 1], self.below[step]);
        let part = if high > low { ((q - low) / (high - low)).clamp(0.0, 1.0) } else { 1.0 };
        place((step as f64 - 1.0 + part) / STEPS as f64)
    }
}

fn place(t: f64) -> f64 {
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(distribution: Distribution) -> String {
        let spread = Spread::of_three(distribution, 0.6, 1.0, 2.2);
        let [p50, p80, p95] = [0.5, 0.8, 0.95].map(|q| spread.quantile(q));
        format!("{:.4} {:.4} {p50:.4} {p80:.4} {p95:.4}", spread.mean(), spread.sd())
    }

    #[test]
    fn the_golden_values_hold_to_four_digits() {
        assert_eq!(figures(Distribution::Pert), "1.1333 0.2851 1.1021 1.3843 1.6519");
        assert_eq!(figures(Distribution::Triangular), "1.2667 0.3399 1.2202 1.5803 1.8902");
    }

    /// alpha = 1, beta = 5: the share below x is 1 - (1 - x)^5; alpha = beta = 3 is symmetric.
    #[test]
    fn quantiles_are_those_of_closed_forms() {
        for q in [0.0, 0.001, 0.05, 0.3, 0.5, 0.8, 0.95, 0.999, 1.0] {
            let closed = 1.0 - (1.0f64 - q).powf(0.2);
            assert!((Beta::new(0.0).quantile(q) - closed).abs() < 1e-4, "{q}");
            assert!((Beta::new(1.0).quantile(1.0 - q) - (1.0 - closed)).abs() < 1e-4, "{q}");
            let both = Beta::new(0.5).quantile(q) + Beta::new(0.5).quantile(1.0 - q);
            assert!((both - 1.0).abs() < 1e-9, "{q}");
        }
    }

    #[test]
    fn shapes_that_are_remembered_are_told_apart() {
        let pert = |low, likely, high| Spread::Pert { low, likely, high };
        // The same shape in other units, another one, the first once more, and kinds that have none.
        let spreads = [
            pert(0.6, 1.0, 2.2),
            pert(6.0, 10.0, 22.0),
            pert(0.6, 2.0, 2.2),
            pert(0.6, 1.0, 2.2),
            Spread::Triangular { low: 0.6, likely: 2.0, high: 2.2 },
            Spread::Exact(3.0),
        ];
        let shares = [0.0, 0.05, 0.5, 0.8, 0.95, 1.0];
        let mut shapes = Shapes::default();
        for spread in spreads {
            let alone = Shapes::default().quantiles(&spread, shares);
            assert_eq!(shapes.quantiles(&spread, shares), alone, "{spread:?}");
        }
    }

    #[test]
    fn a_quantile_is_the_ceil_qn_th() {
        for (len, q, expected) in
            [(10_000, 0.8, 7999), (10, 0.5, 4), (10, 0.51, 5), (1, 0.95, 0), (7, 0.0, 0), (7, 1.0, 6)]
        {
            assert_eq!(rank(len, q), expected, "{q} of {len}");
        }
    }

    #[test]
    fn a_single_figure_is_exact_until_there_are_ratios() {
        let single = Estimate::single(60);
        assert_eq!(Spread::of(single, Distribution::Pert, &[]), Spread::Exact(60.0));
        assert_eq!(Spread::of(single, Distribution::Pert, &[2.0, 1.0]), Spread::Drawn(vec![60.0, 120.0]));
        let three = Estimate { optimistic: 36, likely: 60, pessimistic: 132 };
        assert!(matches!(Spread::of(three, Distribution::Triangular, &[1.0]), Spread::Triangular { .. }));
        assert_eq!(Spread::of(three, Distribution::History, &[0.5]), Spread::Drawn(vec![30.0]));
        // At either end of the range, where a formula would divide by nothing.
        for (a, m, b) in [(1.0, 1.0, 2.0), (1.0, 2.0, 2.0)] {
            for distribution in Distribution::ALL {
                let spread = Spread::of_three(distribution, a, m, b);
                assert!((1.0..=2.0).contains(&spread.quantile(0.3)), "{distribution:?}");
            }
        }
    }
}
