//! Times of commits whose dates may lie.
//!
//! Domain layer. The order of the line is certain, the dates are not: a rebase, a wrong clock or somebody's hand may
//! have set them. Dates that grow along the line are believed, as many as can be at once; one that stands out of order
//! gets the time of the nearest believed commit before it, and is marked. So one commit from the year 2099 or 1970
//! moves no other.

use jiff::Timestamp;

/// When something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    pub at: Timestamp,
    /// Whether the commit's own date was out of order, and this is its neighbour's.
    pub settled: bool,
}

/// The times of a line of commit dates, oldest first: never decreasing.
pub(super) fn settle(seconds: impl IntoIterator<Item = i64>) -> Vec<Moment> {
    let dates: Vec<Timestamp> = seconds.into_iter().map(timestamp).collect();
    // Nearly always so: nothing to find out.
    if dates.is_sorted() {
        return dates.into_iter().map(|at| Moment { at, settled: false }).collect();
    }
    let believed = longest_rise(&dates);
    let mut next = believed.iter().copied().peekable();
    let mut now = dates[believed[0]];
    let settled = |index: usize, now: &mut Timestamp| {
        let own = next.next_if_eq(&index).is_some();
        if own {
            *now = dates[index];
        }
        Moment { at: *now, settled: !own }
    };
    let mut settled = settled;
    (0..dates.len()).map(|index| settled(index, &mut now)).collect()
}

/// Any number of seconds as a time; beyond the calendar it is the calendar's end.
pub(super) fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The positions of a longest part that never decreases. Of several, one that ends lowest, and before that stays as
/// near below the next as it can.
fn longest_rise(dates: &[Timestamp]) -> Vec<usize> {
    // `piles[n]` holds the positions that end a longest rise of n + 1, their dates falling.
    let mut piles: Vec<Vec<usize>> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(dates.len());
    for (index, date) in dates.iter().enumerate() {
        let lowest = |pile: &Vec<usize>| pile.last().map(|&end| dates[end]);
        let length = piles.partition_point(|pile| lowest(pile) <= Some(*date));
        let nearest = |pile: &Vec<usize>| pile[pile.partition_point(|&end| dates[end] > *date)];
        before.push(length.checked_sub(1).map(|shorter| nearest(&piles[shorter])));
        match piles.get_mut(length) {
            Some(pile) => pile.push(index),
            None => piles.push(vec![index]),
        }
    }
    let last = piles.last().and_then(|pile| pile.last()).copied();
    let mut rise: Vec<usize> = std::iter::successors(last, |&index| before[index]).collect();
    rise.reverse();
    rise
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settled(dates: &[i64]) -> Vec<(i64, bool)> {
        settle(dates.iter().copied()).iter().map(|moment| (moment.at.as_second(), moment.settled)).collect()
    }

    #[test]
    fn a_date_out_of_order_is_its_neighbours() {
        let (own, taken) = (|date| (date, false), |date| (date, true));
        assert_eq!(settled(&[1, 2, 2, 5]), [own(1), own(2), own(2), own(5)]);
        assert_eq!(settled(&[10, 9_999_999, 20, 30]), [own(10), taken(10), own(20), own(30)]);
        assert_eq!(settled(&[10, 0, 20, 30]), [own(10), taken(10), own(20), own(30)]);
        assert_eq!(settled(&[500, 10, 20, 30]), [taken(10), own(10), own(20), own(30)]);
        assert_eq!(settled(&[10, 20, 30, 0]), [own(10), own(20), own(30), taken(30)]);
        assert!(settled(&[]).is_empty());
    }

    #[test]
    fn dates_beyond_the_calendar_are_its_ends() {
        assert_eq!(settle([i64::MIN, 5, i64::MAX]).iter().filter(|moment| moment.settled).count(), 0);
    }

    proptest! {
        #[test]
        fn times_never_go_back(dates in proptest::collection::vec(any::<i64>(), 0..60)) {
            let times = settle(dates.iter().copied());
            prop_assert_eq!(times.len(), dates.len());
            prop_assert!(times.windows(2).all(|pair| pair[0].at <= pair[1].at));
            for (moment, date) in times.iter().zip(&dates) {
                prop_assert!(moment.settled || moment.at == timestamp(*date));
            }
        }
    }
}
