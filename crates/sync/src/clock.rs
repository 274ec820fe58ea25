//! Waiting times on a clock that somebody may set.

use tendero_vault::Random;

/// Milliseconds that never go back, made from a clock that may: setting it back stops the time, setting it forward (or a
/// laptop that slept) lets it jump, and then what was waited for is due.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    last: Option<u64>,
    steady: u64,
}

impl Clock {
    /// The time, when the clock on the wall shows `now_ms`.
    pub(crate) fn tell(&mut self, now_ms: u64) -> u64 {
        let passed = self.last.map_or(0, |last| now_ms.saturating_sub(last));
        self.last = Some(now_ms);
        self.steady = self.steady.saturating_add(passed);
        self.steady
    }
}

/// The first wait before another attempt, and the longest, milliseconds.
const FIRST: u64 = 500;
/// See [`FIRST`].
pub(crate) const LONGEST: u64 = 30_000;

/// How long to wait after so many attempts in a row that failed: twice as long each time, spread over half of it, so that a
/// team does not come back to its relay all at once. Milliseconds.
pub(crate) fn back_off(attempts: u32, rng: &mut dyn Random) -> u64 {
    let whole = FIRST
        .saturating_mul(1_u64.checked_shl(attempts).unwrap_or(u64::MAX))
        .min(LONGEST);
    let mut dice = [0; 2];
    rng.fill(&mut dice);
    let half = whole / 2;
    half + half * u64::from(u16::from_le_bytes(dice)) / u64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Dice(u8);

    impl Random for Dice {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_clock_that_is_set_back_stands_still() {
        let mut clock = Clock::default();
        let told: Vec<u64> = [5_000, 5_010, 3_000, 3_005]
            .map(|now| clock.tell(now))
            .to_vec();
        assert_eq!(told, [0, 10, 10, 15]);
    }

    #[test]
    fn waiting_doubles_up_to_half_a_minute() {
        let longest: Vec<u64> = (0..9).map(|n| back_off(n, &mut Dice(255))).collect();
        assert_eq!(
            longest,
            [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]
        );
        assert_eq!(back_off(0, &mut Dice(0)), 250);
        assert_eq!(back_off(u32::MAX, &mut Dice(0)), 15_000);
    }
}
