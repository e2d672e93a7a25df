//! Which tasks decide when the whole is done, in figures.
//!
//! Domain layer. The criticality index is the share of samples in which any delay of the task delays the whole; the
//! schedule sensitivity index weighs it by how far the task can stray, sd(task) / sd(whole); the cruciality is how
//! closely the two go together, |correlation(duration, finish)|.

use super::sample::Samples;
use crate::schedule::network::Network;
use crate::schedule::work::Work;

/// What one task has to say about the finish.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Driver {
    /// Index of the item.
    pub item: usize,
    /// Share of samples in which it is critical, 0 to 1.
    pub criticality: f64,
    /// Schedule sensitivity index.
    pub sensitivity: f64,
    /// 0 to 1.
    pub cruciality: f64,
}

/// The tasks that are critical in some sample or go with the finish, by sensitivity, cruciality and criticality.
pub(super) fn of(samples: &Samples, network: &Network, work: &Work) -> Vec<Driver> {
    let count = samples.finish.len() as f64;
    let spread = samples.sd;
    let mut drivers: Vec<Driver> = Vec::new();
    for (position, sums) in samples.sums.iter().enumerate() {
        let activity = work.activities[network.activity(position)];
        if !activity.is_task {
            continue;
        }
        let own_mean = sums.duration / count;
        let own_spread = (sums.squared / count - own_mean * own_mean).max(0.0).sqrt();
        // The finish is added up from its middle too; its mean from there is the same for all tasks.
        let together = sums.with_finish / count - own_mean * samples.mean_from_middle;
        let criticality = f64::from(sums.critical) / count;
        let driver = Driver {
            item: activity.item,
            criticality,
            sensitivity: if spread > 0.0 { criticality * own_spread / spread } else { 0.0 },
            cruciality: if spread > 0.0 && own_spread > 0.0 {
                (together / (own_spread * spread)).abs().min(1.0)
            } else {
                0.0
            },
        };
        drivers.push(driver);
    }
    drivers.sort_by(|a, b| {
        let figures = |driver: &Driver| [driver.sensitivity, driver.cruciality, driver.criticality];
        let (a_figures, b_figures) = (figures(a), figures(b));
        let order = a_figures.iter().zip(&b_figures).map(|(a, b)| b.total_cmp(a)).find(|order| order.is_ne());
        order.unwrap_or(std::cmp::Ordering::Equal).then(a.item.cmp(&b.item))
    });
    drivers
}
