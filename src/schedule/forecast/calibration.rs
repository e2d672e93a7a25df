//! Past forecasts held against what came: whether a P80 holds in eight of ten cases.
//!
//! Domain layer; pure.

use super::SHARES;

/// One past forecast, and what came of it; any unit, the same for all four.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Past {
    /// At [`SHARES`].
    pub forecast: [f64; 3],
    pub actual: f64,
}

/// How well a number of past forecasts held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// How many there were.
    pub count: usize,
    /// The share of actual values that did not exceed the forecast, at each of [`SHARES`].
    pub inside: [f64; 3],
    /// The mean pinball loss at each of them, in the unit of the forecasts.
    pub loss: [f64; 3],
}

/// The loss of a forecast `f` of the quantile `q` when `y` came: max(q(y - f), (q - 1)(y - f)). Its mean is least for
/// the true quantile, so it can be neither gamed by wide forecasts nor by bold ones.
///
/// ```
/// use passmuster::schedule::forecast::pinball_loss;
/// assert_eq!(pinball_loss(0.8, 10.0, 15.0), 4.0);
/// assert!((pinball_loss(0.8, 15.0, 10.0) - 1.0).abs() < 1e-12);
/// ```
pub fn pinball_loss(q: f64, forecast: f64, actual: f64) -> f64 {
    let off = actual - forecast;
    (q * off).max((q - 1.0) * off)
}

impl Calibration {
    /// Of past forecasts; none when there are none.
    pub fn of(past: &[Past]) -> Option<Self> {
        if past.is_empty() {
            return None;
        }
        let count = past.len() as f64;
        let mean = |value: &dyn Fn(usize, &Past) -> f64| {
            std::array::from_fn(|at| past.iter().map(|one| value(at, one)).sum::<f64>() / count)
        };
        Some(Self {
            count: past.len(),
            inside: mean(&|at, one| f64::from(u8::from(one.actual <= one.forecast[at]))),
            loss: mean(&|at, one| pinball_loss(SHARES[at], one.forecast[at], one.actual)),
        })
    }

    /// Whether the P80 held in 75 to 85 % of the cases.
    pub fn is_honest(&self) -> bool {
        (0.75..=0.85).contains(&self.inside[1])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Distribution, Shapes, Spread};
    use super::*;
    use crate::plan::Estimate;

    #[test]
    fn shares_and_losses_are_means_over_all_cases() {
        assert_eq!(Calibration::of(&[]), None);
        let past = [9.0, 10.0, 11.0, 30.0].map(|actual| Past { forecast: [10.0, 20.0, 40.0], actual });
        let found = Calibration::of(&past).unwrap();
        assert_eq!((found.count, found.inside), (4, [0.5, 0.75, 1.0]));
        // P50: (0.5 + 0 + 0.5 + 10) / 4
        assert!((found.loss[0] - 2.75).abs() < 1e-12);
        assert!(found.is_honest());
        assert!(!Calibration::of(&past[..2]).unwrap().is_honest());
    }

    /// A team that takes half as long again as it says, more or less, and now and then much longer: each task is forecast
    /// by the ratios of those before it.
    #[test]
    fn a_p80_by_the_teams_own_history_holds_whatever_the_team_is_like() {
        for (bold, spread, seed) in [(1.5, 0.4, 1), (0.8, 0.2, 2), (2.5, 0.9, 3)] {
            let mut random = fastrand::Rng::with_seed(seed);
            let (mut known, mut past): (Vec<f64>, Vec<Past>) = (Vec::new(), Vec::new());
            for _ in 0..900 {
                let hours = random.u32(1..12);
                let estimate = Estimate::single(hours * 60);
                // The sum of twelve draws is as good as normal.
                let normal = (0..12).map(|_| random.f64()).sum::<f64>() - 6.0;
                let ratio = bold * f64::exp(spread * normal);
                let actual = f64::from(hours * 60) * ratio;
                if known.len() >= 30 {
                    let forecast = Spread::of(estimate, Distribution::History, &known);
                    let forecast = Shapes::default().quantiles(&forecast, SHARES);
                    past.push(Past { forecast, actual });
                }
                let place = known.partition_point(|other| *other < ratio);
                known.insert(place, ratio);
            }
            let found = Calibration::of(&past).unwrap();
            assert!(found.is_honest(), "{bold}: {:?}", found.inside);
            assert!(
                (found.inside[0] - 0.5).abs() < 0.06 && (found.inside[2] - 0.95).abs() < 0.03,
                "{:?}",
                found.inside
            );
        }
    }
}
