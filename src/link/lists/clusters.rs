//! Records that are one person, from what speaks for each pair: groups that hold together as a whole.
//!
//! Two groups become one while the pairs between them speak for it on average (average linkage). One strong pair does not
//! chain two groups whose other pairs speak against it, and a weak pair is carried by the others of its group.

use super::apart::NEVER;
use std::collections::BTreeMap;

/// Two records and what speaks for them being one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tie {
    /// The earlier record.
    pub a: u32,
    /// The later record.
    pub b: u32,
    /// The odds in bits: 0 is as likely as not.
    pub odds: f64,
}

/// Two records and what speaks for them with all records of their groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joined {
    /// The pair, its odds by itself.
    pub tie: Tie,
    /// The odds, in bits, of the two groups through which it came together.
    pub group_odds: f64,
}

/// What came of the ties.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grouped {
    /// Groups of two records or more, each in order, by their first record.
    pub clusters: Vec<Vec<u32>>,
    /// Every pair that came together at all, in order, above the cut or not.
    pub joined: Vec<Joined>,
    /// Tangles of more records than are looked at together; only their stronger ties counted.
    pub large_tangles: u64,
}

/// One pair speaks at most so strongly for or against a group, in bits: a million to one is enough, and a single pair must
/// not outvote many.
const MOST_BITS: f64 = 20.0;
/// Most records that are looked at together.
const LARGE: usize = 300;
/// By how much weak ties are raised in larger tangles, in bits.
const STEP_BITS: f64 = 4.0;

/// Groups records by their ties. Ties weaker than `least` odds are left out, groups come together down to `least`, and
/// those of `cut` or more are clusters. `odds` tells of two records that have no tie.
pub fn group(ties: &[Tie], least: f64, cut: f64, odds: &mut dyn FnMut(u32, u32) -> f64) -> Grouped {
    let mut grouped = Grouped::default();
    tangles(
        ties.iter().filter(|tie| tie.odds >= least).copied().collect(),
        least,
        &mut grouped,
        &mut |records, ties, grouped| {
            gather(records, ties, (least, cut), odds, grouped);
        },
    );
    grouped.clusters.sort_unstable();
    grouped.joined.sort_unstable_by_key(|joined| (joined.tie.a, joined.tie.b));
    grouped
}

type Sink<'a> = dyn FnMut(&[u32], &[Tie], &mut Grouped) + 'a;

/// The connected records of ties, each tangle by itself; large ones by their stronger ties.
fn tangles(ties: Vec<Tie>, least: f64, grouped: &mut Grouped, sink: &mut Sink<'_>) {
    let mut records: Vec<u32> = ties.iter().flat_map(|tie| [tie.a, tie.b]).collect();
    records.sort_unstable();
    records.dedup();
    let place = |record: u32| records.binary_search(&record).expect("it is one of them");
    let mut roots: Vec<usize> = (0..records.len()).collect();
    for tie in &ties {
        let (a, b) = (root(&mut roots, place(tie.a)), root(&mut roots, place(tie.b)));
        let (low, high) = (a.min(b), a.max(b));
        roots[high] = low;
    }
    let mut by_root: BTreeMap<usize, (Vec<u32>, Vec<Tie>)> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        by_root.entry(root(&mut roots, at)).or_default().0.push(*record);
    }
    for tie in ties {
        let root = root(&mut roots, place(tie.a));
        by_root.entry(root).or_default().1.push(tie);
    }
    for (records, ties) in by_root.into_values() {
        if records.len() <= LARGE {
            sink(&records, &ties, grouped);
            continue;
        }
        grouped.large_tangles += 1;
        let least = least + STEP_BITS;
        let stronger: Vec<Tie> = ties.into_iter().filter(|tie| tie.odds >= least).collect();
        tangles(stronger, least, grouped, sink);
    }
}

fn root(roots: &mut [usize], mut at: usize) -> usize {
    while roots[at] != at {
        roots[at] = roots[roots[at]];
        at = roots[at];
    }
    at
}

/// Brings the records of one tangle together, the best two groups first.
fn gather(
    records: &[u32],
    ties: &[Tie],
    (least, cut): (f64, f64),
    odds: &mut dyn FnMut(u32, u32) -> f64,
    grouped: &mut Grouped,
) {
    let n = records.len();
    let place = |record: u32| records.binary_search(&record).expect("it is one of them");
    let mut own = vec![f64::NAN; n * n];
    for tie in ties {
        let (a, b) = (place(tie.a), place(tie.b));
        own[a * n + b] = tie.odds;
        own[b * n + a] = tie.odds;
    }
    for a in 0..n {
        for b in a + 1..n {
            if own[a * n + b].is_nan() {
                let odds = odds(records[a], records[b]);
                own[a * n + b] = odds;
                own[b * n + a] = odds;
            }
        }
    }
    // Sums over the pairs between groups; a group is known by its first record.
    // Who is told apart for certain is in no group together, whoever else carries them.
    let counted = |odds: &f64| if *odds == NEVER { NEVER } else { odds.clamp(-MOST_BITS, MOST_BITS) };
    let mut sums: Vec<f64> = own.iter().map(counted).collect();
    let mut members: Vec<Vec<usize>> = (0..n).map(|at| vec![at]).collect();
    let mut clusters: Vec<Vec<usize>> = members.clone();
    loop {
        let mut best: Option<(f64, usize, usize)> = None;
        for a in (0..n).filter(|&a| !members[a].is_empty()) {
            for b in (a + 1..n).filter(|&b| !members[b].is_empty()) {
                let mean = sums[a * n + b] / (members[a].len() * members[b].len()) as f64;
                if best.is_none_or(|(most, _, _)| mean > most) {
                    best = Some((mean, a, b));
                }
            }
        }
        let Some((mean, a, b)) = best.filter(|(mean, _, _)| *mean >= least) else { break };
        for &x in &members[a] {
            for &y in &members[b] {
                let (x, y) = (x.min(y), x.max(y));
                let tie = Tie { a: records[x], b: records[y], odds: own[x * n + y] };
                grouped.joined.push(Joined { tie, group_odds: mean });
            }
        }
        let moved = std::mem::take(&mut members[b]);
        members[a].extend(moved);
        for c in (0..n).filter(|&c| c != a && c != b) {
            let sum = sums[a * n + c] + sums[b * n + c];
            sums[a * n + c] = sum;
            sums[c * n + a] = sum;
        }
        if mean >= cut {
            clusters.clone_from(&members);
        }
    }
    for cluster in clusters.into_iter().filter(|cluster| cluster.len() > 1) {
        let mut cluster: Vec<u32> = cluster.into_iter().map(|at| records[at]).collect();
        cluster.sort_unstable();
        grouped.clusters.push(cluster);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(pairs: &[(u32, u32, f64)], other: f64) -> Grouped {
        let ties: Vec<Tie> = pairs.iter().map(|&(a, b, odds)| Tie { a, b, odds }).collect();
        group(&ties, -10.0, 0.0, &mut |_, _| other)
    }

    #[test]
    fn one_strong_pair_does_not_chain_two_groups() {
        let two = [(0, 1, 20.0), (0, 2, 18.0), (1, 2, 19.0), (3, 4, 20.0), (2, 3, 12.0)];
        let found = grouped(&two, -15.0);
        assert_eq!(found.clusters, [vec![0, 1, 2], vec![3, 4]]);
        // The same pair carries where nothing speaks against it.
        assert_eq!(grouped(&two, 1.0).clusters, [vec![0, 1, 2, 3, 4]]);
    }

    #[test]
    fn a_weak_pair_is_carried_by_its_group() {
        assert!(
            grouped(&[(0, 1, 20.0), (0, 2, 15.0), (1, 2, NEVER)], -20.0)
                .clusters
                .iter()
                .all(|one| one.len() == 2)
        );
        let found = grouped(&[(0, 1, 20.0), (0, 2, 15.0), (1, 2, -3.0)], -20.0);
        assert_eq!(found.clusters, [vec![0, 1, 2]]);
        let weak = found.joined.iter().find(|joined| joined.tie.a == 1).expect("it came together");
        assert_eq!((weak.tie.odds, weak.group_odds), (-3.0, 6.0));
    }

    #[test]
    fn the_order_of_ties_does_not_show() {
        let mut ties = vec![(7, 9, 3.0), (1, 2, 8.0), (2, 9, 8.0), (1, 9, 4.0), (3, 7, 8.0)];
        let one = grouped(&ties, -2.0);
        ties.reverse();
        assert_eq!(grouped(&ties, -2.0), one);
    }

    #[test]
    fn large_tangles_fall_apart_at_their_weak_ties() {
        // Many strong couples, hanging together by weak ties.
        let mut ties = Vec::new();
        for couple in 0..400 {
            ties.push((2 * couple, 2 * couple + 1, 20.0));
            ties.push((2 * couple, 2 * couple + 2, -9.0));
        }
        let found = grouped(&ties, -20.0);
        assert_eq!((found.clusters.len(), found.large_tangles), (400, 1));
    }
}
