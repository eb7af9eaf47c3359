//! What each level of each comparison weighs.

use super::pattern::{MISSING, Pattern};

/// One level of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Its name: small letters, digits and underscores.
    pub name: String,
    /// How often it holds for two records of one person, of those where both have a value.
    pub m: f64,
    /// How often it holds for two records of different people, of those where both have a value.
    pub u: f64,
}

impl Level {
    /// What the level weighs, in bits: log2(m/u).
    pub fn bits(&self) -> f64 {
        (self.m / self.u).log2()
    }
}

/// How the frequency of the agreeing value is used: to share a rare name says more than to share a common one.
#[derive(Debug, Clone, PartialEq)]
pub struct FrequencyUse {
    /// Values rarer than this weigh as if they had this frequency: most of the rarest values are typing mistakes, and a
    /// mistake may be made twice.
    pub floor: f64,
    /// For each level which share of the adjustment it takes: 1 where the values are the same, less where they only are
    /// alike, 0 where they differ.
    pub shares: Vec<f64>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Its name: small letters, digits and underscores.
    pub name: String,
    /// Its levels, the best first.
    pub levels: Vec<Level>,
    /// Whether the frequency of the value counts.
    pub frequency: Option<FrequencyUse>,
}

/// The frequency of the value in which two records agree, or of the more frequent one of two that are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreeing {
    /// Which comparison.
    pub comparison: usize,
    /// Share of the records that have a value here and have this one.
    pub frequency: f64,
}

/// What all comparisons weigh.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// The comparisons, in the order of the pattern.
    pub comparisons: Vec<Comparison>,
}

impl Weights {
    /// What a comparison says of a pair, in bits: more than 0 for one person, less than 0 against, 0 where a value is
    /// missing.
    pub fn bits_of(&self, comparison: usize, pattern: Pattern) -> f64 {
        let levels = &self.comparisons[comparison].levels;
        // A level that does not exist is as one of which nothing is known.
        match pattern.level(comparison) {
            MISSING => 0.0,
            level => levels.get(usize::from(level)).map_or(0.0, Level::bits),
        }
    }

    /// What a pattern weighs, in bits.
    pub fn bits(&self, pattern: Pattern) -> f64 {
        (0..self.comparisons.len()).map(|comparison| self.bits_of(comparison, pattern)).sum()
    }

    /// What the frequency of the agreeing value adds to a comparison, in bits: it takes the place of the chance u that
    /// any two records agree here, in the share that the level takes of it.
    pub fn frequency_bits(&self, pattern: Pattern, agreeing: Agreeing) -> f64 {
        let comparison = &self.comparisons[agreeing.comparison];
        let level = pattern.level(agreeing.comparison);
        let Some(frequency) = &comparison.frequency else { return 0.0 };
        let share = frequency.shares.get(usize::from(level)).copied().unwrap_or(0.0);
        let Some(best) = comparison.levels.first() else { return 0.0 };
        if share == 0.0 || level == MISSING {
            return 0.0;
        }
        share * (best.u / agreeing.frequency.max(frequency.floor)).log2()
    }

    /// What a pattern weighs with the frequencies of the values that agree.
    pub fn bits_with(&self, pattern: Pattern, agreeing: &[Agreeing]) -> f64 {
        let added: f64 = agreeing.iter().map(|agreeing| self.frequency_bits(pattern, *agreeing)).sum();
        self.bits(pattern) + added
    }

    /// Log2(m/u) of every level of every comparison, for a table that is asked very often.
    pub fn table(&self) -> Vec<[f64; 16]> {
        let row = |comparison: &Comparison| {
            let mut row = [0.0; 16];
            for (cell, level) in row.iter_mut().zip(&comparison.levels) {
                *cell = level.bits();
            }
            row[usize::from(MISSING)] = 0.0;
            row
        };
        self.comparisons.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(name: &str, m: f64, u: f64) -> Level {
        Level { name: name.to_owned(), m, u }
    }

    fn weights() -> Weights {
        Weights {
            comparisons: vec![
                Comparison {
                    name: "name".to_owned(),
                    levels: vec![level("same", 0.8, 0.1), level("alike", 0.1, 0.1), level("other", 0.1, 0.8)],
                    frequency: Some(FrequencyUse { floor: 0.001, shares: vec![1.0, 0.5, 0.0] }),
                },
                Comparison {
                    name: "sex".to_owned(),
                    levels: vec![level("same", 0.96, 0.48), level("other", 0.04, 0.52)],
                    frequency: None,
                },
            ],
        }
    }

    #[test]
    fn bits_are_the_sum_of_their_comparisons() {
        let weights = weights();
        let cases: [(&[u8], f64); 6] = [
            (&[0, 0], 4.0),
            (&[1, 0], 1.0),
            (&[2, 0], -2.0),
            (&[0, 15], 3.0),
            (&[15, 15], 0.0),
            (&[14, 0], 1.0),
        ];
        for (levels, bits) in cases {
            let pattern = Pattern::of(levels);
            assert!((weights.bits(pattern) - bits).abs() < 1e-12, "{levels:?}");
            let table = weights.table();
            let of_table: f64 =
                (0..2).map(|comparison| table[comparison][usize::from(pattern.level(comparison))]).sum();
            assert!((of_table - bits).abs() < 1e-12, "{levels:?}");
        }
    }

    #[test]
    fn rare_values_weigh_more_down_to_the_floor() {
        let weights = weights();
        let added = |level: u8, frequency: f64| {
            weights.frequency_bits(Pattern::of(&[level, 0]), Agreeing { comparison: 0, frequency })
        };
        assert!((added(0, 0.1)).abs() < 1e-12);
        assert!((added(0, 0.025) - 2.0).abs() < 1e-12);
        assert!((added(0, 0.4) + 2.0).abs() < 1e-12);
        assert!((added(1, 0.025) - 1.0).abs() < 1e-12, "alike takes half");
        assert_eq!((added(2, 0.025), added(MISSING, 0.025)), (0.0, 0.0));
        assert_eq!(added(0, 1e-9), added(0, 0.001), "a mistake is rare too");
        let other = Agreeing { comparison: 1, frequency: 0.01 };
        assert_eq!(weights.frequency_bits(Pattern::of(&[0, 0]), other), 0.0);
        let rare = Agreeing { comparison: 0, frequency: 0.025 };
        assert!((weights.bits_with(Pattern::of(&[0, 0]), &[rare]) - 6.0).abs() < 1e-12);
    }
}
