//! Chance: one seeded stream of numbers and the draws made from it.
//!
//! Owns integers only, so that a draw falls the same way on every machine. Does not know what is drawn.

use rand_core::Rng;
use rand_pcg::Pcg64;

/// One in a thousand million: the unit in which a `Share` is kept.
pub(super) const SHARE_WHOLE: u64 = 1_000_000_000;

/// A seeded stream of draws.
pub(super) struct Random(Pcg64);

impl Random {
    /// A stream of its own for each purpose, so that one purpose does not disturb another.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let state = (u128::from(mix(seed)) << 64) | u128::from(mix(seed ^ 0x5eed));
        Random(Pcg64::new(state, u128::from(stream)))
    }

    /// A number from 0 to `bound` - 1; a bound of nought counts as one.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.0.next_u64()) * u128::from(bound.max(1));
        (product >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True in `share` of the draws, the share in parts of `SHARE_WHOLE`.
    pub(super) fn chance(&mut self, share: u64) -> bool {
        self.below(SHARE_WHOLE) < share
    }

    /// One of the indices of a list that is not empty.
    pub(super) fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// One of the values of a list that is not empty.
    pub(super) fn pick<'a, T>(&mut self, values: &'a [T]) -> &'a T {
        &values[self.index(values.len())]
    }

    /// One of the words of a list that is not empty.
    pub(super) fn word<'a>(&mut self, words: &'a [String]) -> &'a str {
        &words[self.index(words.len())]
    }
}

/// Scatters the bits of a number (the finalizer of SplitMix64).
pub(super) fn mix(value: u64) -> u64 {
    let a = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}

/// A list of weights from which indices are drawn.
#[derive(Default)]
pub(super) struct Weighted {
    cumulative: Vec<u64>,
}

impl Weighted {
    /// Sums up the weights.
    pub(super) fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut sum = 0;
        let add = |weight| {
            sum += weight;
            sum
        };
        Weighted { cumulative: weights.into_iter().map(add).collect() }
    }

    /// The sum of all weights.
    pub(super) fn total(&self) -> u64 {
        self.cumulative.last().copied().unwrap_or(0)
    }

    /// Draws an index; the weights must not all be nought.
    pub(super) fn draw(&self, random: &mut Random) -> usize {
        let point = random.below(self.total());
        self.cumulative.partition_point(|sum| *sum <= point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_of_nought_is_never_drawn() {
        let weights = Weighted::new([3, 0, 1]);
        let mut random = Random::new(1, 1);
        let mut seen = [0_u32; 3];
        for _ in 0..4000 {
            seen[weights.draw(&mut random)] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!(seen[0] > 2800 && seen[2] > 800, "{seen:?}");
    }

    #[test]
    fn the_stream_is_pinned() {
        let mut random = Random::new(1, 2);
        let mut again = Random::new(1, 2);
        assert_eq!(random.below(1 << 40), again.below(1 << 40));
        assert!(Random::new(2, 2).below(1 << 40) != Random::new(1, 2).below(1 << 40));
    }
}
