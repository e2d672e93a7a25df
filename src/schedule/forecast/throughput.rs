//! Forecasts without estimates: how many items were done on past days says how many will be on coming ones.
//!
//! Domain layer; pure. Days are drawn from the past again and again, zeros included, until the items are done. This
//! assumes items of about one size, and a team that goes on as it did.

use super::draw::Stream;
use super::spread::rank;

/// Fewer finished items than this say little.
const FEW_ITEMS: u32 = 30;

/// So do fewer days: five weeks.
const FEW_DAYS: usize = 35;

/// Days past which no forecast is made: ten years.
const HORIZON: f64 = 3653.0;

/// How many items were done on each of the past days, oldest first, days without any included.
///
/// ```
/// use passmuster::schedule::forecast::throughput::Throughput;
/// let steady = Throughput::new(vec![1; 42]);
/// assert_eq!(steady.days_until(10.0, 1000, 1).unwrap().quantile(0.95), 10);
/// assert!(!steady.is_thin());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throughput(Vec<u32>);

/// Days or items of all samples, least first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts(Vec<u32>);

impl Counts {
    fn new(mut all: Vec<u32>) -> Self {
        all.sort_unstable();
        Self(all)
    }

    /// The number that a share `q` of the samples does not exceed.
    pub fn quantile(&self, q: f64) -> u32 {
        self.0[rank(self.0.len(), q)]
    }

    /// The number that a share `q` of the samples reaches or exceeds.
    pub fn kept(&self, q: f64) -> u32 {
        let above = (q * self.0.len() as f64 - 1e-9).ceil() as usize;
        self.0[self.0.len() - above.clamp(1, self.0.len())]
    }
}

impl Throughput {
    pub fn new(days: Vec<u32>) -> Self {
        Self(days)
    }

    /// The past days.
    pub fn days(&self) -> &[u32] {
        &self.0
    }

    /// How many items were done in all.
    pub fn items(&self) -> u32 {
        self.0.iter().fold(0, |sum, day| sum.saturating_add(*day))
    }

    /// Items a day, on average.
    pub fn rate(&self) -> f64 {
        f64::from(self.items()) / self.0.len().max(1) as f64
    }

    /// Whether the past is too short to rely on: fewer than 30 items, or fewer than five weeks.
    pub fn is_thin(&self) -> bool {
        self.items() < FEW_ITEMS || self.0.len() < FEW_DAYS
    }

    /// Days until so many items are done; none when nothing was done in the past, or it would take more than ten years.
    pub fn days_until(&self, items: f64, samples: usize, seed: u64) -> Option<Counts> {
        if self.rate() <= 0.0 || items.is_nan() || items / self.rate() > HORIZON {
            return None;
        }
        let wanted = items.max(0.0).ceil() as u64;
        let one = |sample: usize| {
            let stream = Stream::new(sample as u64).under(seed);
            let (mut done, mut days) = (0, 0);
            // A long row of days on which nothing was done is possible, if not likely.
            while done < wanted && f64::from(days) < 10.0 * HORIZON {
                done += u64::from(self.0[stream.index(u64::from(days), self.0.len())]);
                days += 1;
            }
            days
        };
        Some(Counts::new((0..samples.max(1)).map(one).collect()))
    }

    /// Items done within so many days; none when there is no past.
    pub fn done_within(&self, days: u32, samples: usize, seed: u64) -> Option<Counts> {
        if self.0.is_empty() || f64::from(days) > HORIZON {
            return None;
        }
        let one = |sample: usize| {
            let stream = Stream::new(sample as u64).under(seed);
            let past = |day: u32| self.0[stream.index(u64::from(day), self.0.len())];
            (0..days).map(past).fold(0, u32::saturating_add)
        };
        Some(Counts::new((0..samples.max(1)).map(one).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_lies_at_the_other_end() {
        let counts = Counts::new((1..=100).collect());
        assert_eq!((counts.quantile(0.8), counts.kept(0.8)), (80, 21));
        assert_eq!((counts.kept(0.0), counts.kept(1.0)), (100, 1));
    }

    /// Each day one item with a chance of one half: the sum of days is negative binomial, 20 ± sqrt(20) for 10 items.
    #[test]
    fn days_follow_the_closed_form() {
        let throughput = Throughput::new([vec![0; 40], vec![1; 40]].concat());
        let days = throughput.days_until(10.0, 10_000, 3).unwrap();
        assert!((19..=20).contains(&days.quantile(0.5)));
        assert!((23..=24).contains(&days.quantile(0.8)));
        assert!((27..=29).contains(&days.quantile(0.95)));
        let items = throughput.done_within(40, 10_000, 3).unwrap();
        assert!((19..=21).contains(&items.quantile(0.5)));
        // Binomial with sd sqrt(10): a fifth lies below 20 - 0.84 × 3.16.
        assert!((17..=18).contains(&items.kept(0.8)));
    }

    #[test]
    fn a_past_without_work_says_nothing() {
        assert_eq!(Throughput::new(vec![0; 50]).days_until(1.0, 10, 1), None);
        assert_eq!(Throughput::default().days_until(1.0, 10, 1), None);
        assert_eq!(Throughput::default().done_within(1, 10, 1), None);
        assert_eq!(Throughput::new(vec![1; 50]).days_until(1e9, 10, 1), None);
        assert_eq!(Throughput::new(vec![1; 50]).days_until(f64::NAN, 10, 1), None);
        assert_eq!(Throughput::new(vec![1; 50]).days_until(0.0, 10, 1).unwrap().quantile(0.5), 0);
        assert!(Throughput::new(vec![1; 30]).is_thin() && Throughput::new([vec![0; 60], vec![29]].concat()).is_thin());
    }
}
