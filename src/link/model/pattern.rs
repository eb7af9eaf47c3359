//! The levels of all comparisons of two records, in one number.

/// Most comparisons that a pattern has room for.
pub const MAX_COMPARISONS: usize = 16;
/// Most levels of a comparison.
pub const MAX_LEVELS: usize = 15;
/// The level of a comparison of which one side has no value: it weighs nothing.
pub const MISSING: u8 = 15;

/// Which level of each comparison holds, four bits a comparison: 0 is the best, [`MISSING`] says that a value is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(u64);

impl Pattern {
    /// Nothing could be compared.
    pub const NOTHING: Self = Self(u64::MAX);

    /// The pattern of these levels; comparisons behind them are missing.
    pub fn of(levels: &[u8]) -> Self {
        levels.iter().enumerate().fold(Self::NOTHING, |pattern, (at, level)| pattern.with(at, *level))
    }

    /// The same with another level of one comparison.
    #[must_use]
    #[inline]
    pub fn with(self, comparison: usize, level: u8) -> Self {
        debug_assert!(comparison < MAX_COMPARISONS && level <= MISSING);
        let shift = 4 * comparison as u32;
        Self(self.0 & !(0xf << shift) | u64::from(level & 0xf) << shift)
    }

    /// The level of a comparison.
    #[inline]
    pub const fn level(self, comparison: usize) -> u8 {
        (self.0 >> (4 * comparison as u32) & 0xf) as u8
    }

    /// Whether a comparison has no level because a value is missing.
    #[inline]
    pub const fn is_missing(self, comparison: usize) -> bool {
        self.level(comparison) == MISSING
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_come_back_as_they_were_put() {
        let pattern = Pattern::of(&[0, 3, 15, 14]);
        let levels: Vec<u8> = (0..6).map(|comparison| pattern.level(comparison)).collect();
        assert_eq!(levels, [0, 3, 15, 14, 15, 15]);
        assert!(pattern.is_missing(2) && !pattern.is_missing(3));
        let changed = pattern.with(15, 7).with(1, 0);
        assert_eq!((changed.level(15), changed.level(1), changed.level(0)), (7, 0, 0));
        assert_eq!(Pattern::of(&[]), Pattern::NOTHING);
    }
}
