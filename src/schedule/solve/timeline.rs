//! How much of one resource is free, over time.
//!
//! Domain layer. A list of steps, so that minutes cost no more than days; what one activity leaves and the next one
//! takes grows together, so a busy resource has few of them.

/// The free amount of one resource: nothing is taken before the first activity or after the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// By time; each holds until the next, the first since ever and the last for ever. Neighbours differ.
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    from: i64,
    free: i64,
}

impl Timeline {
    /// A resource of which `capacity` is free at all times.
    pub fn new(capacity: i64) -> Self {
        Self { steps: vec![Step { from: i64::MIN, free: capacity }] }
    }

    /// Gives everything back.
    pub fn clear(&mut self, capacity: i64) {
        self.steps.clear();
        self.steps.push(Step { from: i64::MIN, free: capacity });
    }

    /// The first moment, `from` or later, after which `amount` is free for `length`.
    ///
    /// ```
    /// use passmuster::schedule::solve::Timeline;
    /// let mut person = Timeline::new(1);
    /// person.take(60, 30, 1);
    /// assert_eq!(person.fit(0, 60, 1), 0);
    /// assert_eq!(person.fit(1, 60, 1), 90);
    /// ```
    ///
    /// # Panics
    /// When there is never so much.
    pub fn fit(&self, from: i64, length: i64, amount: i64) -> i64 {
        let mut at = self.steps.partition_point(|step| step.from <= from) - 1;
        let mut start = from;
        loop {
            while self.steps[at].free < amount {
                at += 1;
                start = self.steps[at].from;
            }
            let mut next = at + 1;
            loop {
                match self.steps.get(next) {
                    Some(step) if step.from < start + length => {
                        if step.free < amount {
                            break;
                        }
                        next += 1;
                    }
                    _ => return start,
                }
            }
            at = next;
        }
    }

    /// Takes `amount` from `from` on for `length`. What is there must suffice.
    pub fn take(&mut self, from: i64, length: i64, amount: i64) {
        if length <= 0 || amount == 0 {
            return;
        }
        let first = self.split(from);
        let end = self.split(from + length);
        for step in &mut self.steps[first..end] {
            step.free -= amount;
        }
        // Inside, the differences are as before; the two edges may have become level.
        if self.steps[end].free == self.steps[end - 1].free {
            self.steps.remove(end);
        }
        if first > 0 && self.steps[first].free == self.steps[first - 1].free {
            self.steps.remove(first);
        }
    }

    /// The index of the step that begins at `at`, made if need be.
    fn split(&mut self, at: i64) -> usize {
        let next = self.steps.partition_point(|step| step.from <= at);
        if self.steps[next - 1].from == at {
            return next - 1;
        }
        let free = self.steps[next - 1].free;
        self.steps.insert(next, Step { from: at, free });
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn steps_that_are_level_grow_together() {
        let mut line = Timeline::new(2);
        line.take(0, 10, 1);
        line.take(10, 10, 1);
        assert_eq!(line.steps.len(), 3);
        line.take(0, 20, 1);
        assert_eq!(line.fit(-5, 5, 2), -5);
        assert_eq!((line.fit(-5, 6, 1), line.fit(3, 0, 1)), (20, 20));
        line.clear(2);
        assert_eq!(line, Timeline::new(2));
    }

    proptest! {
        #[test]
        fn it_answers_like_an_array(takes in prop::collection::vec((0i64..40, 0i64..8, 1i64..=3), 0..30), asked in 0i64..50) {
            let mut line = Timeline::new(3);
            let mut free = [3i64; 500];
            let room = |free: &[i64], at: i64, length: i64, amount: i64| {
                (at..at + length).all(|t| free[usize::try_from(t).unwrap()] >= amount)
            };
            for (from, length, amount) in takes {
                let expected = (from..).find(|&at| room(&free, at, length.max(1), amount)).unwrap();
                let at = line.fit(from, length.max(1), amount);
                prop_assert_eq!(at, expected);
                line.take(at, length, amount);
                (at..at + length).for_each(|t| free[usize::try_from(t).unwrap()] -= amount);
                prop_assert!(line.steps.windows(2).all(|two| two[0].from < two[1].from && two[0].free != two[1].free));
            }
            prop_assert_eq!(line.fit(asked, 3, 2), (asked..).find(|&at| room(&free, at, 3, 2)).unwrap());
        }
    }
}
