//! Whether what was learned can be believed: reasons not to publish links.
//!
//! A model that was trained on lists of another kind gives numbers all the same. These few signs tell.

use super::weights::Weights;

/// A reason not to believe the links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The best level of a comparison speaks against one person.
    AgreementAgainst {
        /// The comparison.
        comparison: usize,
    },
    /// The worst level of a comparison speaks for one person.
    DisagreementFor {
        /// The comparison.
        comparison: usize,
    },
    /// Not one pair was linked.
    NothingLinked,
    /// A greater share of the pairs was linked than can be.
    TooManyLinked,
    /// Pairs lie between one person and two as densely as where they are one: there is no cut.
    OnePeak,
}

impl Doubt {
    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AgreementAgainst { .. } => "agreement_against",
            Self::DisagreementFor { .. } => "disagreement_for",
            Self::NothingLinked => "nothing_linked",
            Self::TooManyLinked => "too_many_linked",
            Self::OnePeak => "one_peak",
        }
    }
}

/// How many pairs lie on each side of the cut, by their odds in bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Peaks {
    /// Surely two people.
    pub below: u64,
    /// Neither surely: a chance between 1 and 9 tenths.
    pub between: u64,
    /// Surely one person.
    pub above: u64,
}

/// Log2 of 9: the odds of a chance of nine tenths.
const SURE_BITS: f64 = 3.17;

impl Peaks {
    /// Counts a pair with these odds in bits.
    #[inline]
    pub fn add(&mut self, odds_bits: f64) {
        let side = if odds_bits >= SURE_BITS {
            &mut self.above
        } else if odds_bits > -SURE_BITS {
            &mut self.between
        } else {
            &mut self.below
        };
        *side += 1;
    }

    /// Adds what another part counted.
    pub const fn append(&mut self, other: Self) {
        self.below += other.below;
        self.between += other.between;
        self.above += other.above;
    }

    /// All pairs.
    pub const fn n_pairs(self) -> u64 {
        self.below + self.between + self.above
    }
}

/// What came of a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// The pairs that were compared.
    pub peaks: Peaks,
    /// Most pairs that can be one person: for two lists the records of the smaller one, unless they repeat people.
    pub most_links: Option<u64>,
}

/// So few pairs between one person and two say nothing.
const FEW: u64 = 10;

/// Reasons not to publish, none where all is well.
pub fn doubts(weights: &Weights, seen: Seen) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (comparison, of) in weights.comparisons.iter().enumerate() {
        if of.levels.first().is_some_and(|level| level.bits() <= 0.0) {
            doubts.push(Doubt::AgreementAgainst { comparison });
        }
        if of.levels.last().is_some_and(|level| level.bits() >= 0.0) {
            doubts.push(Doubt::DisagreementFor { comparison });
        }
    }
    let Peaks { between, above, .. } = seen.peaks;
    if above + between == 0 {
        doubts.push(Doubt::NothingLinked);
    }
    if seen.most_links.is_some_and(|most| above > most) {
        doubts.push(Doubt::TooManyLinked);
    }
    // Six bits wide is the valley; a peak of links is several times as wide.
    if between > above.max(FEW) {
        doubts.push(Doubt::OnePeak);
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::model::weights::{Comparison, Level};

    fn weights(m: f64, u: f64) -> Weights {
        let level = |m, u| Level { name: "l".to_owned(), m, u };
        let levels = vec![level(m, u), level(1.0 - m, 1.0 - u)];
        Weights { comparisons: vec![Comparison { name: "c".to_owned(), levels, frequency: None }] }
    }

    #[test]
    fn each_sign_is_seen() {
        let good = Seen { peaks: Peaks { below: 1000, between: 5, above: 100 }, most_links: Some(120) };
        assert_eq!(doubts(&weights(0.9, 0.1), good), []);
        let comparison = 0;
        assert_eq!(
            doubts(&weights(0.1, 0.9), good),
            [Doubt::AgreementAgainst { comparison }, Doubt::DisagreementFor { comparison }]
        );
        let with = |between, above| Seen { peaks: Peaks { below: 9, between, above }, ..good };
        for (seen, doubt) in [
            (with(0, 0), Doubt::NothingLinked),
            (with(5, 121), Doubt::TooManyLinked),
            (with(101, 100), Doubt::OnePeak),
        ] {
            assert_eq!(doubts(&weights(0.9, 0.1), seen), [doubt]);
        }
    }

    #[test]
    fn pairs_are_counted_by_their_odds() {
        let mut peaks = Peaks::default();
        [-40.0, -3.0, 0.0, 3.0, 3.2, 12.0].into_iter().for_each(|bits| peaks.add(bits));
        assert_eq!(peaks, Peaks { below: 1, between: 3, above: 2 });
        peaks.append(peaks);
        assert_eq!(peaks.n_pairs(), 12);
    }
}
