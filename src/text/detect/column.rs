//! What a column says about its cells: the share of each encoding, learnt from a sample.
//!
//! Owns the prior and the way it is learnt. A column's word is bounded, because real columns mix encodings.

use super::Detector;
use crate::text::Encoding;

/// Shares of the readings of a column: plain text, and each [`Encoding`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnPrior {
    /// Logarithms; [`PLAIN`] last.
    logs: [f32; READINGS],
    /// Whether plain Vietnamese may be believed without looking at other readings.
    plain: bool,
    /// The logarithm of the chance of a plain word among words in an encoding.
    mixed: f32,
}

/// The encodings, and plain text.
pub(super) const READINGS: usize = Encoding::ALL.len() + 1;

/// The place of plain text among the readings.
pub(super) const PLAIN: usize = READINGS - 1;

/// Shares in a cell of which nothing else is known, in the order of [`Encoding::ALL`], plain last.
const UNKNOWN: [f32; READINGS] = [0.03, 0.03, 0.006, 0.003, 0.006, 0.02, 0.004, 0.003, 0.003, 0.002, 0.893];

/// The chance of a plain word among words in an encoding, in a cell of which nothing else is known.
const MIXED: f32 = -1.5;

/// How many cells the shares of [`UNKNOWN`] count for.
const CELLS_BEFORE: f32 = 2.0;

/// How much of the prior a column may decide.
const BOUND: f32 = 0.97;

impl Default for ColumnPrior {
    /// The prior of a cell alone.
    fn default() -> Self {
        Self { logs: UNKNOWN.map(f32::ln), plain: true, mixed: MIXED }
    }
}

impl ColumnPrior {
    /// Learns the shares from cells of the column; some hundreds are enough.
    pub fn learn<'a>(detector: &Detector, cells: impl Iterator<Item = &'a str>) -> Self {
        let seen: Vec<_> = cells.filter_map(|cell| detector.likelihoods(cell)).collect();
        let mut prior = Self::default();
        if seen.is_empty() {
            return prior;
        }
        let mut shares = UNKNOWN;
        for _ in 0..6 {
            let mut sums = UNKNOWN.map(|share| share * CELLS_BEFORE);
            for cell in &seen {
                add_posterior(&cell.scores, &shares, &mut sums);
            }
            let total: f32 = sums.iter().sum();
            shares = sums.map(|sum| sum / total);
        }
        for ((log, share), unknown) in prior.logs.iter_mut().zip(shares).zip(UNKNOWN) {
            *log = (BOUND * share + (1.0 - BOUND) * unknown).ln();
        }
        prior.plain = shares[PLAIN] > 0.8;
        // Ten words as in any cell, against those of the sample.
        let (kept, read) =
            seen.iter().fold((0, 0), |(kept, read), cell| (kept + cell.kept, read + cell.read));
        let chance = (10.0 * MIXED.exp() + kept as f32) / (10.0 + (kept + read) as f32);
        prior.mixed = chance.ln().clamp(3.0 * MIXED, 0.0);
        prior
    }

    /// A prior for text that is told to be in one encoding; words that it cannot be stay plain.
    pub fn told(encoding: Encoding) -> Self {
        let mut shares = UNKNOWN.map(|share| share * 1e-5);
        shares[encoding as usize] = 1.0;
        Self { logs: shares.map(f32::ln), plain: false, mixed: -20.0 }
    }

    /// Whether cells of plain Vietnamese need no second look.
    pub const fn trusts_plain(&self) -> bool {
        self.plain
    }

    /// The share of an encoding in the column.
    pub fn share(&self, encoding: Encoding) -> f32 {
        self.logs[encoding as usize].exp()
    }

    pub(super) const fn mixed(&self) -> f32 {
        self.mixed
    }

    pub(super) const fn log(&self, reading: usize) -> f32 {
        self.logs[reading]
    }
}

/// Adds one cell, shared out among the readings by how likely each is.
fn add_posterior(likelihoods: &[f32; READINGS], shares: &[f32; READINGS], sums: &mut [f32; READINGS]) {
    let mut weights = [0.0_f32; READINGS];
    for ((weight, likelihood), share) in weights.iter_mut().zip(likelihoods).zip(shares) {
        *weight = likelihood + share.ln();
    }
    let best = weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    weights.iter_mut().for_each(|weight| *weight = (*weight - best).exp());
    let total: f32 = weights.iter().sum();
    for (sum, weight) in sums.iter_mut().zip(weights) {
        *sum += weight / total;
    }
}
