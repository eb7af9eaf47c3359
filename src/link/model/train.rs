//! The chances m learned from counts of patterns alone: expectation and maximisation, no labels.
//!
//! Pairs come by blocking key, since the share of pairs that are one person differs between keys, and since a comparison
//! that a key fixes tells nothing among the pairs of that key: they were chosen for agreeing in it. The chances u are
//! given and stay, which keeps the smaller class from wandering off. Millions of pairs make some hundred patterns, so that
//! a round costs microseconds. All sums run over patterns in order: the same counts give the same bits.

use super::pattern::{MISSING, Pattern};
use super::weights::Weights;

/// Pairs of one blocking key.
#[derive(Debug, Clone, Default)]
pub struct KeyCounts {
    /// The comparisons that the key fixes, by position.
    pub fixed: Vec<usize>,
    /// How many pairs have each pattern, in any order. A pair may stand in several keys.
    pub counts: Vec<(Pattern, u64)>,
}

/// How training goes on.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Most rounds.
    pub rounds_max: usize,
    /// It ends when no chance has changed by more.
    pub tolerance: f64,
    /// The chances m that training begins with count as so many pairs of one person: no m becomes 0.
    pub smoothing: f64,
    /// The share of pairs that are one person at the beginning, for every key.
    pub share_start: f64,
    /// Levels out of order are put in order where fewer pairs of one person speak of one of them.
    pub few: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { rounds_max: 200, tolerance: 1e-7, smoothing: 2.0, share_start: 0.1, few: 50.0 }
    }
}

/// A better level weighed less than the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disorder {
    /// The comparison.
    pub comparison: usize,
    /// The better of the two levels.
    pub level: usize,
    /// Whether both were given one weight, because too few pairs speak of them.
    pub forced: bool,
}

/// What was learned.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The weights: u as given, m as learned.
    pub weights: Weights,
    /// The share of pairs that are one person, for each key.
    pub shares: Vec<f64>,
    /// How many pairs of one person speak of each comparison; where it is 0 the m given were kept.
    pub evidence: Vec<f64>,
    /// Rounds that were needed.
    pub rounds: usize,
    /// Whether nothing changed any more at the end.
    pub converged: bool,
    /// Levels whose order is odd.
    pub disorders: Vec<Disorder>,
}

/// A key ready for the rounds: patterns without what the key fixes, in order, each once.
struct Ready {
    free: Vec<bool>,
    counts: Vec<(Pattern, f64)>,
}

fn ready(key: &KeyCounts, n_comparisons: usize) -> Ready {
    let free: Vec<bool> = (0..n_comparisons).map(|comparison| !key.fixed.contains(&comparison)).collect();
    let masked = |pattern: Pattern| key.fixed.iter().fold(pattern, |pattern, &at| pattern.with(at, MISSING));
    let mut counts: Vec<(Pattern, u64)> =
        key.counts.iter().map(|(pattern, count)| (masked(*pattern), *count)).collect();
    counts.sort_unstable();
    let mut merged: Vec<(Pattern, f64)> = Vec::new();
    for (pattern, count) in counts {
        match merged.last_mut() {
            Some((last, sum)) if *last == pattern => *sum += count as f64,
            _ => merged.push((pattern, count as f64)),
        }
    }
    Ready { free, counts: merged }
}

/// Expected pairs of one person at each level of each comparison.
type Expected = Vec<Vec<f64>>;

/// Learns the chances m of `start`; its u stay as they are.
pub fn train(start: &Weights, keys: &[KeyCounts], settings: &Settings) -> Trained {
    let n = start.comparisons.len();
    let keys: Vec<Ready> = keys.iter().map(|key| ready(key, n)).collect();
    let mut weights = start.clone();
    let mut shares = vec![settings.share_start.clamp(SHARE_MIN, 1.0 - SHARE_MIN); keys.len()];
    let mut expected: Expected = start.comparisons.iter().map(|of| vec![0.0; of.levels.len()]).collect();
    let (mut rounds, mut converged) = (0, keys.is_empty());
    while rounds < settings.rounds_max && !converged {
        rounds += 1;
        expected.iter_mut().for_each(|levels| levels.fill(0.0));
        let mut change = 0.0_f64;
        for (key, share) in keys.iter().zip(&mut shares) {
            let new = expect(&weights, key, *share, &mut expected);
            change = change.max((new - *share).abs());
            *share = new;
        }
        change = change.max(maximise(start, &mut weights, &expected, settings.smoothing));
        converged = change <= settings.tolerance;
    }
    let evidence: Vec<f64> = expected.iter().map(|levels| levels.iter().sum()).collect();
    let disorders = order(&mut weights, &expected, settings.few);
    Trained { weights, shares, evidence, rounds, converged, disorders }
}

/// Neither class of a key ever vanishes wholly: it could not come back.
const SHARE_MIN: f64 = 1e-9;

/// The chance of each pattern to be one person, added up by level. Gives the share of pairs that are.
fn expect(weights: &Weights, key: &Ready, share: f64, expected: &mut Expected) -> f64 {
    let table = weights.table();
    let prior = (share / (1.0 - share)).log2();
    let (mut matched, mut all) = (0.0, 0.0);
    for (pattern, count) in &key.counts {
        let bits: f64 =
            table.iter().enumerate().map(|(at, row)| row[usize::from(pattern.level(at))]).sum::<f64>()
                + prior;
        let one_person = count / (1.0 + (-bits).exp2());
        matched += one_person;
        all += count;
        for (comparison, levels) in expected.iter_mut().enumerate().filter(|(at, _)| key.free[*at]) {
            if let Some(cell) = levels.get_mut(usize::from(pattern.level(comparison))) {
                *cell += one_person;
            }
        }
    }
    if all == 0.0 { share } else { (matched / all).clamp(SHARE_MIN, 1.0 - SHARE_MIN) }
}

/// The chances m that fit best what is expected. Gives the largest change.
fn maximise(start: &Weights, weights: &mut Weights, expected: &Expected, smoothing: f64) -> f64 {
    let mut change = 0.0_f64;
    for ((comparison, start), expected) in
        weights.comparisons.iter_mut().zip(&start.comparisons).zip(expected)
    {
        let sum: f64 =
            expected.iter().sum::<f64>() + smoothing * start.levels.iter().map(|l| l.m).sum::<f64>();
        for ((level, start), expected) in comparison.levels.iter_mut().zip(&start.levels).zip(expected) {
            let m = (expected + smoothing * start.m) / sum;
            change = change.max((m - level.m).abs());
            level.m = m;
        }
    }
    change
}

/// Finds levels that weigh less than the next worse one. Where few pairs speak of them, they get one weight together.
fn order(weights: &mut Weights, expected: &Expected, few: f64) -> Vec<Disorder> {
    /// A rise of less is rounding.
    const BITS: f64 = 1e-9;
    let mut disorders = Vec::new();
    for (at, (comparison, expected)) in weights.comparisons.iter_mut().zip(expected).enumerate() {
        let levels = &mut comparison.levels;
        // Neighbours with one weight: first level, m, u, pairs.
        let mut groups: Vec<(usize, f64, f64, f64)> = Vec::new();
        for (index, level) in levels.iter().enumerate() {
            groups.push((index, level.m, level.u, expected[index]));
            while let [.., better, worse] = groups.as_slice() {
                if (better.1 / better.2).log2() >= (worse.1 / worse.2).log2() - BITS {
                    break;
                }
                let forced = better.3.min(worse.3) < few;
                disorders.push(Disorder { comparison: at, level: worse.0 - 1, forced });
                if !forced {
                    break;
                }
                let joined = (better.0, better.1 + worse.1, better.2 + worse.2, better.3 + worse.3);
                groups.truncate(groups.len() - 2);
                groups.push(joined);
            }
        }
        let ends: Vec<usize> = groups.iter().skip(1).map(|group| group.0).chain([levels.len()]).collect();
        for ((first, m, u, _), end) in groups.into_iter().zip(ends) {
            if end - first > 1 {
                levels[first..end].iter_mut().for_each(|level| level.m = level.u * m / u);
            }
        }
    }
    disorders
}

#[cfg(test)]
mod tests;
