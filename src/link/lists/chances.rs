//! How often records of different people agree, and how many pairs are one person.
//!
//! Same values are counted in closed form, other levels in random pairs. Both hold some pairs of one person, which are
//! taken out again once training says how many there are.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::compare::{Comparer, Memo};
use super::records::Records;
use crate::link::model::{Pattern, Weights};

/// How often each level of each slot holds among all pairs, whoever they are.
#[derive(Debug, Clone, PartialEq)]
pub struct All {
    /// For each slot and level the share of the pairs where both have a value.
    pub shares: Vec<Vec<f64>>,
    /// For each slot how many pairs say so.
    pub n_known: Vec<f64>,
}

/// The seed of the random pairs: any number, but always the same.
const SEED: u64 = 0x6c61_6d73_6163_6800;

/// Random pairs of one piece of work.
const DRAWN_TOGETHER: u64 = 50_000;

/// Some of the pairs that tell how often records agree: all where they are few, else random ones.
#[derive(Debug, Clone, Copy)]
pub enum Draw {
    /// All pairs of one record of list A with those of list B, or with the later ones.
    Record(usize),
    /// So many random pairs, from a seed of their own.
    Random(u64, u64),
}

/// How many pairs have each level of each slot.
pub type LevelCounts = Vec<Vec<u64>>;

/// The pieces of work whose counts [`All::of`] takes.
pub fn draws(comparer: &Comparer<'_>) -> Vec<Draw> {
    let (sample, records) = (comparer.profile().sample, comparer.records());
    if records.n_pairs() <= sample {
        let first = if records.are_two() { records.n_a } else { records.n };
        return (0..first).map(Draw::Record).collect();
    }
    let n_draws = sample.div_ceil(DRAWN_TOGETHER);
    let size = |draw: u64| DRAWN_TOGETHER.min(sample - draw * DRAWN_TOGETHER);
    (0..n_draws).map(|draw| Draw::Random(SEED + draw, size(draw))).collect()
}

/// Compares the pairs of a piece of work.
pub fn draw(comparer: &Comparer<'_>, start: &Weights, draw: Draw, memo: &mut Memo) -> LevelCounts {
    let records = comparer.records();
    let mut counts: LevelCounts = start.comparisons.iter().map(|of| vec![0; of.levels.len()]).collect();
    let mut agreeing = Vec::new();
    let mut add = |a: usize, b: usize| {
        let pattern = comparer.compare(a, b, memo, &mut agreeing);
        for (slot, counts) in counts.iter_mut().enumerate() {
            if let Some(count) = counts.get_mut(usize::from(pattern.level(slot))) {
                *count += 1;
            }
        }
    };
    let (n, n_a) = (records.n, records.n_a);
    match draw {
        Draw::Record(a) => (if records.are_two() { n_a } else { a + 1 }..n).for_each(|b| add(a, b)),
        Draw::Random(seed, n_pairs) => {
            let mut random = Pcg64Mcg::seed_from_u64(seed);
            let mut below = |end: usize| ((u128::from(random.next_u64()) * end as u128) >> 64) as usize;
            for _ in 0..n_pairs {
                let (a, b) = if records.are_two() {
                    (below(n_a), n_a + below(n - n_a))
                } else {
                    let (a, b) = (below(n), below(n - 1));
                    let b = if b >= a { b + 1 } else { b };
                    (a.min(b), a.max(b))
                };
                add(a, b);
            }
        }
    }
    counts
}

impl All {
    /// The shares of all levels from the counts of all draws; same values are counted exactly.
    pub fn of(comparer: &Comparer<'_>, counts: &LevelCounts) -> Self {
        let mut all = Self { shares: Vec::new(), n_known: Vec::new() };
        for counts in counts {
            let known: f64 = counts.iter().map(|count| *count as f64).sum();
            all.shares.push(counts.iter().map(|count| *count as f64 / known.max(1.0)).collect());
            all.n_known.push(known);
        }
        for compared in &comparer.profile().comparisons {
            for (at, &field) in compared.fields.iter().enumerate() {
                set_same(&mut all, compared.slot + at, same_values(comparer.records(), field));
            }
        }
        all
    }
}

/// The share of pairs with the same value among those that have two.
fn same_values(records: &Records, field: usize) -> f64 {
    let square = |counts: &[u32], other: &[u32]| -> f64 {
        counts.iter().zip(other).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    };
    let sum = |counts: &[u32]| -> f64 { counts.iter().map(|count| f64::from(*count)).sum() };
    let (same, known) = if records.are_two() {
        let (a, b) = (records.counts(field, 0..records.n_a), records.counts(field, records.n_a..records.n));
        (square(&a, &b), sum(&a) * sum(&b))
    } else {
        let all = records.counts(field, 0..records.n);
        let n = sum(&all);
        ((square(&all, &all) - n) / 2.0, n * (n - 1.0) / 2.0)
    };
    same / known.max(1.0)
}

/// Puts the exact share of same values in the place of the drawn one; the others keep their proportions.
fn set_same(all: &mut All, slot: usize, same: f64) {
    let shares = &mut all.shares[slot];
    let rest = 1.0 - shares[0];
    if rest > 0.0 && all.n_known[slot] > 0.0 {
        shares[1..].iter_mut().for_each(|share| *share *= (1.0 - same) / rest);
        shares[0] = same;
    }
}

/// The weights with u as among pairs of different people, given the share of all pairs that are one person and how often
/// their levels hold (m of `trained`).
pub fn cleared(start: &Weights, trained: &Weights, all: &All, n_pairs: u64, share: f64) -> Weights {
    let mut weights = start.clone();
    for (slot, comparison) in weights.comparisons.iter_mut().enumerate() {
        // Fewer than half a pair of those looked at tells nothing.
        let n_levels = comparison.levels.len() as f64;
        for (at, level) in comparison.levels.iter_mut().enumerate() {
            let of_one = share * trained.comparisons[slot].levels[at].m;
            let n_seen = if at == 0 { n_pairs as f64 } else { all.n_known[slot] };
            let least = 0.5 / n_seen.max(n_levels);
            level.u = ((all.shares[slot][at] - of_one) / (1.0 - share)).max(least);
        }
        let sum: f64 = comparison.levels.iter().map(|level| level.u).sum();
        comparison.levels.iter_mut().for_each(|level| level.u /= sum);
    }
    weights
}

/// The share of all pairs that are one person, from the patterns of those put side by side: the others are taken for
/// pairs of different people.
pub fn pair_share(weights: &Weights, patterns: &[(Pattern, u64)], n_pairs: u64) -> f64 {
    const ROUNDS: usize = 100;
    let table = weights.table();
    let bits: Vec<(f64, f64)> = patterns
        .iter()
        .map(|(pattern, count)| {
            let bits = table.iter().enumerate().map(|(at, row)| row[usize::from(pattern.level(at))]).sum();
            (bits, *count as f64)
        })
        .collect();
    let all = (n_pairs as f64).max(1.0);
    let mut share: f64 = 0.5 * patterns.iter().map(|(_, count)| *count as f64).sum::<f64>() / all;
    for _ in 0..ROUNDS {
        share = share.clamp(1e-12, 1.0 - 1e-6);
        let prior = (share / (1.0 - share)).log2();
        let expected: f64 = bits.iter().map(|(bits, count)| count / (1.0 + (-bits - prior).exp2())).sum();
        let next = expected / all;
        let is_done = (next / share - 1.0).abs() < 1e-9;
        share = next;
        if is_done {
            break;
        }
    }
    share.clamp(1e-12, 1.0 - 1e-6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::model::{Comparison, Level};

    fn weights(chances: &[(f64, f64)]) -> Weights {
        let level = |&(m, u): &(f64, f64)| Level { name: "l".to_owned(), m, u };
        let levels = chances.iter().map(level).collect();
        Weights { comparisons: vec![Comparison { name: "c".to_owned(), levels, frequency: None }] }
    }

    #[test]
    fn pairs_of_one_person_are_taken_out_again() {
        let truth = weights(&[(0.9, 1e-6), (0.06, 1e-4), (0.04, 0.999_899)]);
        let (share, n_pairs) = (5e-4, 12_000_000);
        let mix = |level: &Level| share * level.m + (1.0 - share) * level.u;
        let shares = vec![truth.comparisons[0].levels.iter().map(mix).collect()];
        let all = All { shares, n_known: vec![2e6] };
        let mixed = cleared(&truth, &truth, &all, n_pairs, 0.0);
        assert!(mixed.comparisons[0].levels[0].u > 4e-4);
        let found = cleared(&truth, &truth, &all, n_pairs, share);
        for (found, wanted) in found.comparisons[0].levels.iter().zip(&truth.comparisons[0].levels) {
            assert!((found.u / wanted.u - 1.0).abs() < 1e-6, "{found:?} for {wanted:?}");
        }
        // More taken out than there is leaves what half a pair would be.
        let least = cleared(&truth, &truth, &all, n_pairs, 6e-4).comparisons[0].levels[0].u;
        assert!((least * n_pairs as f64 - 0.5).abs() < 0.01, "{least}");
    }

    #[test]
    fn the_share_of_pairs_is_found_among_those_side_by_side() {
        let weights = weights(&[(0.9, 1e-5), (0.1, 0.999_99)]);
        // 900 agree of a thousand pairs of one person; of a million others ten agree.
        let patterns = [(Pattern::of(&[0]), 910), (Pattern::of(&[1]), 1_000_090)];
        let share = pair_share(&weights, &patterns, 1_001_000);
        assert!((share * 1_001_000.0 / 1000.0 - 1.0).abs() < 0.01, "{share}");
        assert_eq!(pair_share(&weights, &[], 1000), 1e-12);
    }
}
