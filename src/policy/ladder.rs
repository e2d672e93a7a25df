//! How fast an unresolved blocker climbs: a ladder for each priority.

/// The minutes after which a blocker stands on the second, third, fourth and (where there is one) fifth level.
pub type Ladder = Vec<u32>;

/// The ladders where the policy does not say. Only what delays the whole reaches the fifth level, so only P0 has one.
pub const DEFAULT: [&[u32]; 3] = [&[15, 30, 60, 120], &[30, 120, 240], &[60, 240, 480]];

/// The names of the priorities, most urgent first.
pub const PRIORITIES: [&str; 3] = ["P0", "P1", "P2"];

/// The level of something that has lasted so long, from 1.
///
/// ```
/// use passmuster::policy::ladder::level;
/// assert_eq!((level(&[60, 240], 59), level(&[60, 240], 60), level(&[60, 240], 9999)), (1, 2, 3));
/// ```
pub fn level(ladder: &[u32], minutes: i64) -> u8 {
    let passed = ladder.iter().take(4).take_while(|&&rung| minutes >= i64::from(rung)).count();
    u8::try_from(passed).map_or(5, |passed| passed + 1)
}

/// The minutes after which a level begins; the first begins at once, and one that the ladder lacks never does.
///
/// ```
/// use passmuster::policy::ladder::begins;
/// assert_eq!((begins(&[60, 240], 1), begins(&[60, 240], 3)), (0, 240));
/// ```
pub fn begins(ladder: &[u32], level: u8) -> u32 {
    let rung = usize::from(level).checked_sub(2);
    rung.map_or(0, |rung| ladder.get(rung).copied().unwrap_or(u32::MAX))
}
