//! Training on counts that were made from known chances.

use super::*;
use crate::link::model::weights::{Comparison, Level};

fn weights(chances: &[&[(f64, f64)]]) -> Weights {
    let comparison = |(at, levels): (usize, &&[(f64, f64)])| Comparison {
        name: format!("c{at}"),
        levels: levels.iter().map(|&(m, u)| Level { name: "l".to_owned(), m, u }).collect(),
        frequency: None,
    };
    Weights { comparisons: chances.iter().enumerate().map(comparison).collect() }
}

/// What `n` pairs show on average when `share` of them are one person.
fn counts(weights: &Weights, fixed: &[usize], share: f64, n: f64) -> KeyCounts {
    let mut patterns = vec![(Pattern::NOTHING, share, 1.0 - share)];
    for (at, comparison) in weights.comparisons.iter().enumerate() {
        let more = patterns.iter().flat_map(|&(pattern, one, two)| {
            let missing = (pattern, one * 0.05, two * 0.05);
            let at_level = move |(level, chances): (usize, &Level)| {
                (pattern.with(at, level as u8), one * 0.95 * chances.m, two * 0.95 * chances.u)
            };
            let known = comparison.levels.iter().enumerate().map(at_level);
            let agree = (pattern.with(at, 0), one, two);
            if fixed.contains(&at) { vec![agree] } else { known.chain([missing]).collect() }
        });
        patterns = more.collect();
    }
    let count = |(pattern, one, two): (Pattern, f64, f64)| (pattern, ((one + two) * n).round() as u64);
    KeyCounts { fixed: fixed.to_vec(), counts: patterns.into_iter().map(count).collect() }
}

fn truth() -> Weights {
    weights(&[
        &[(0.85, 0.01), (0.1, 0.02), (0.05, 0.97)],
        &[(0.9, 0.02), (0.06, 0.03), (0.04, 0.95)],
        &[(0.7, 0.05), (0.3, 0.95)],
        &[(0.95, 0.5), (0.05, 0.5)],
        &[(0.8, 0.001), (0.2, 0.999)],
    ])
}

fn start() -> Weights {
    let mut start = truth();
    for comparison in &mut start.comparisons {
        let n = comparison.levels.len();
        for (at, level) in comparison.levels.iter_mut().enumerate() {
            level.m = if at == 0 { 0.6 } else { 0.4 / (n - 1) as f64 };
        }
    }
    start
}

#[test]
fn known_chances_are_found_again() {
    let truth = truth();
    let keys = [
        counts(&truth, &[0], 0.3, 1e7),
        counts(&truth, &[4], 0.02, 1e7),
        counts(&truth, &[1, 2], 0.001, 1e8),
    ];
    let trained = train(&start(), &keys, &Settings::default());
    assert!(trained.converged, "{} rounds", trained.rounds);
    for (share, wanted) in trained.shares.iter().zip([0.3, 0.02, 0.001]) {
        assert!((share / wanted - 1.0).abs() < 0.02, "{share} for {wanted}");
    }
    for (found, wanted) in trained.weights.comparisons.iter().zip(&truth.comparisons) {
        for (found, wanted) in found.levels.iter().zip(&wanted.levels) {
            assert!((found.m - wanted.m).abs() < 0.01, "{found:?} for {wanted:?}");
            assert_eq!(found.u, wanted.u);
        }
    }
    assert!(trained.disorders.is_empty());
}

#[test]
fn order_of_counts_does_not_show() {
    let truth = truth();
    let keys = [counts(&truth, &[0], 0.3, 1e6), counts(&truth, &[4], 0.02, 1e6)];
    let mut turned = keys.clone();
    turned.iter_mut().for_each(|key| key.counts.reverse());
    // A pattern that comes in two parts is one pattern.
    let (pattern, count) = turned[0].counts[7];
    turned[0].counts[7].1 = count / 3;
    turned[0].counts.push((pattern, count - count / 3));
    let (one, two) =
        (train(&start(), &keys, &Settings::default()), train(&start(), &turned, &Settings::default()));
    assert_eq!(one.weights.to_text(), two.weights.to_text());
    assert_eq!(one.shares, two.shares);
}

#[test]
fn what_no_key_leaves_free_stays_as_given() {
    let truth = truth();
    let trained = train(&start(), &[counts(&truth, &[3], 0.3, 1e6)], &Settings::default());
    assert_eq!(trained.evidence[3], 0.0);
    assert_eq!(trained.weights.comparisons[3].levels[0].m, 0.6);
    let nothing = train(&start(), &[], &Settings::default());
    assert_eq!((nothing.rounds, nothing.weights), (0, start()));
    let empty = train(&start(), &[KeyCounts::default()], &Settings::default());
    let chances = empty.weights.comparisons.iter().flat_map(|comparison| &comparison.levels);
    assert!(chances.into_iter().all(|level| level.m > 0.0 && level.m < 1.0));
}

#[test]
fn levels_of_few_pairs_are_put_in_order() {
    // Levels 1 and 2 are out of order: 0.02/0.1 stands before 0.18/0.1.
    let odd = weights(&[&[(0.8, 0.1), (0.02, 0.1), (0.18, 0.1), (0.0001, 0.7)]]);
    let sum_before: f64 = odd.comparisons[0].levels.iter().map(|level| level.m).sum();
    let mut few = odd.clone();
    let disorders = order(&mut few, &vec![vec![80.0, 2.0, 18.0, 0.0]], 50.0);
    assert_eq!(disorders, [Disorder { comparison: 0, level: 1, forced: true }]);
    let levels = &few.comparisons[0].levels;
    assert!((levels[1].m - 0.1).abs() < 1e-12 && (levels[2].m - 0.1).abs() < 1e-12);
    assert!((levels.iter().map(|level| level.m).sum::<f64>() - sum_before).abs() < 1e-12);
    let mut many = odd.clone();
    let disorders = order(&mut many, &vec![vec![8000.0, 200.0, 1800.0, 1.0]], 50.0);
    assert_eq!(disorders, [Disorder { comparison: 0, level: 1, forced: false }]);
    assert_eq!(many, odd);
}
