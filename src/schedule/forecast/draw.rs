//! Draws: which value the n-th sample of a task takes.
//!
//! Domain layer. A draw is a function of seed, task and sample and of nothing before it, so samples can be drawn in any
//! order, on any number of threads, and again. The mixing is the finaliser of SplitMix64 (Steele, Lea and Flood 2014) over
//! a counter; a generator that carries a state could not be entered in the middle.

use super::spread::{Beta, Spread};

/// How many samples are drawn side by side.
pub(super) const LANES: usize = 16;

/// One number for each of the samples side by side.
pub(super) type Lanes = [i32; LANES];

/// Straight pieces that a distribution is computed in.
const PIECES: usize = 256;

/// Values of a pack, a power of two: so many parts of all cases are as fine as ten thousand samples tell.
const CARDS: usize = 512;

/// Likely values between which the shapes of PERT distributions are interpolated.
const SHAPES: usize = 64;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A stream of its own for each of the numbered things that are drawn under a seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream(u64);

impl Stream {
    /// The stream of a numbered thing; [`Stream::under`] sets the seed.
    pub fn new(number: u64) -> Self {
        Self(mix(number.wrapping_mul(GOLDEN).wrapping_add(1)))
    }

    /// The same thing's stream under a seed.
    #[inline]
    pub fn under(self, seed: u64) -> Self {
        Self(mix(self.0 ^ seed.wrapping_mul(GOLDEN)))
    }

    /// 64 random bits.
    pub fn bits(self, counter: u64) -> u64 {
        mix(self.0.wrapping_add(counter.wrapping_mul(GOLDEN)))
    }

    /// One of `0..len`. The bias of at most `len / 2^64` is beyond what any number of samples shows.
    pub fn index(self, counter: u64, len: usize) -> usize {
        ((u128::from(self.bits(counter)) * len as u128) >> 64) as usize
    }
}

/// A distribution as a shuffled pack of equally likely values, in whole minutes. A block of samples is as many cards in a row
/// from anywhere in the pack, so one random number draws for all of them.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The pack, and behind it its first cards again.
    cards: Box<[i32]>,
    longest: i32,
}

impl Table {
    /// The longest draw there is.
    pub fn longest(&self) -> i32 {
        self.longest
    }

    /// The draws of the sample block with the number `block`.
    #[inline]
    pub fn draw(&self, stream: Stream, block: u64) -> Lanes {
        let first = (stream.bits(block) >> (64 - CARDS.ilog2())) as usize;
        self.cards[first..first + LANES].try_into().expect("a block is cut from the pack")
    }
}

/// The places of the cards of every pack, least value first: the same shuffle for all, as each task cuts anew.
fn shuffled() -> Vec<usize> {
    let mut places: Vec<usize> = (0..CARDS).collect();
    let stream = Stream::new(0);
    for last in (1..CARDS).rev() {
        places.swap(last, stream.index(last as u64, last + 1));
    }
    places
}

/// Makes tables. Shapes of PERT distributions are computed once and shared.
#[derive(Debug)]
pub(super) struct Tables {
    places: Vec<usize>,
    shapes: Vec<Option<Box<[f64; PIECES + 1]>>>,
}

impl Default for Tables {
    fn default() -> Self {
        Self { places: shuffled(), shapes: Vec::new() }
    }
}

impl Tables {
    /// The table of what is left of a duration when `spent` minutes have passed and it is not over; a single figure has
    /// none and comes back as an error. No value is below zero.
    pub fn of(&mut self, spread: &Spread, spent: f64) -> Result<Table, i32> {
        if let Spread::Exact(value) = spread {
            return Err(whole(value - spent));
        }
        let all = self.quantiles(spread);
        let passed = if spent > 0.0 { share_below(&all, spent) } else { 0.0 };
        let left = |share: f64| whole(at_share(&all, passed + (1.0 - passed) * share) - spent);
        let (least, longest) = (left(0.0), left(1.0));
        if least == longest {
            return Err(least);
        }
        let mut cards = vec![0; CARDS + LANES].into_boxed_slice();
        for (number, &place) in self.places.iter().enumerate() {
            cards[place] = left((number as f64 + 0.5) / CARDS as f64);
        }
        cards.copy_within(..LANES, CARDS);
        Ok(Table { cards, longest })
    }

    fn quantiles(&mut self, spread: &Spread) -> [f64; PIECES + 1] {
        let share = |piece: usize| piece as f64 / PIECES as f64;
        match spread {
            Spread::Pert { low, likely, high } => {
                let place = (likely - low) / (high - low) * SHAPES as f64;
                let below = (place.floor() as usize).min(SHAPES - 1);
                let part = place - below as f64;
                self.shape(below);
                self.shape(below + 1);
                let [a, b] = [below, below + 1].map(|shape| self.shapes[shape].as_deref());
                let (a, b) = a.zip(b).expect("both have just been made");
                std::array::from_fn(|piece| low + (high - low) * (a[piece] + part * (b[piece] - a[piece])))
            }
            Spread::Exact(_) | Spread::Triangular { .. } | Spread::Drawn(_) => {
                std::array::from_fn(|piece| spread.quantile(share(piece)))
            }
        }
    }

    fn shape(&mut self, shape: usize) {
        self.shapes.resize(SHAPES + 1, None);
        if self.shapes[shape].is_none() {
            let beta = Beta::new(shape as f64 / SHAPES as f64);
            let quantiles = std::array::from_fn(|piece| beta.quantile(piece as f64 / PIECES as f64));
            self.shapes[shape] = Some(Box::new(quantiles));
        }
    }
}

/// Minutes as the samples count them. Estimates are at most 50,000 hours, and ratios are bounded where they are read. Not by
/// `round`, which is a call where the processor has no instruction for it.
fn whole(minutes: f64) -> i32 {
    (minutes + 0.5).clamp(0.0, f64::from(super::LONGEST)) as i32
}

fn at_share(all: &[f64; PIECES + 1], share: f64) -> f64 {
    let place = share.clamp(0.0, 1.0) * PIECES as f64;
    let piece = (place as usize).min(PIECES - 1);
    all[piece] + (place - piece as f64) * (all[piece + 1] - all[piece])
}

fn share_below(all: &[f64; PIECES + 1], value: f64) -> f64 {
    let piece = all.partition_point(|knot| *knot <= value);
    if piece == 0 {
        return 0.0;
    }
    if piece > PIECES {
        return 1.0;
    }
    (piece as f64 - 1.0 + (value - all[piece - 1]) / (all[piece] - all[piece - 1])) / PIECES as f64
}

#[cfg(test)]
mod tests {
    use super::super::spread::Distribution;
    use super::*;

    #[test]
    fn draws_have_the_mean_and_spread_of_what_they_are_drawn_from() {
        for distribution in [Distribution::Pert, Distribution::Triangular] {
            for (low, likely, high) in [(360.0, 600.0, 1320.0), (0.0, 0.0, 1000.0), (100.0, 977.0, 1000.0)] {
                let spread = Spread::of_three(distribution, low, likely, high);
                let table = Tables::default().of(&spread, 0.0).unwrap();
                let stream = Stream::new(2).under(1);
                let all: Vec<f64> = (0..4000).flat_map(|block| table.draw(stream, block)).map(f64::from).collect();
                let mean = all.iter().sum::<f64>() / all.len() as f64;
                let sd = (all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / all.len() as f64).sqrt();
                assert!((mean - spread.mean()).abs() < 0.005 * spread.mean() + 0.5, "{spread:?}: mean {mean}");
                assert!((sd - spread.sd()).abs() < 0.015 * spread.sd(), "{spread:?}: sd {sd}");
            }
        }
    }

    #[test]
    fn what_has_begun_is_drawn_from_what_can_still_be() {
        let spread = Spread::of_three(Distribution::Triangular, 0.0, 0.0, 1000.0);
        // Above the half the triangle has the same form again.
        let table = Tables::default().of(&spread, 500.0).unwrap();
        let half = Spread::of_three(Distribution::Triangular, 0.0, 0.0, 500.0);
        let mut cards = table.cards[..CARDS].to_vec();
        cards.sort_unstable();
        for card in [0, 128, 256, 384, 500] {
            let expected = half.quantile((card as f64 + 0.5) / CARDS as f64);
            assert!((f64::from(cards[card]) - expected).abs() < 2.0, "{card}");
        }
        assert_eq!(Tables::default().of(&spread, 1000.0).unwrap_err(), 0);
        assert_eq!(Tables::default().of(&Spread::Exact(60.0), 45.0).unwrap_err(), 15);
        assert_eq!(Tables::default().of(&Spread::Exact(60.0), 75.0).unwrap_err(), 0);
    }

    #[test]
    fn seed_task_and_sample_each_make_another_draw() {
        let first = Stream::new(1).under(1);
        assert_ne!(first.bits(0), first.bits(1));
        assert_ne!(first.bits(0), Stream::new(2).under(1).bits(0));
        assert_ne!(first.bits(0), Stream::new(1).under(2).bits(0));
        let mut seen = [0; 7];
        (0..7000).for_each(|counter| seen[first.index(counter, 7)] += 1);
        assert!(seen.iter().all(|times| (850..1150).contains(times)), "{seen:?}");
    }
}
