//! What a sample of the citizens tells: how often people who are not the row's agree with it, how often its names occur,
//! and, by rounds of expectation, how often a row agrees with its own citizen.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;

use super::index::Index;
use super::keys::refined;
use super::levels::{self, COMPARISONS, NAME};
use super::passing::{Desk, Passing};
use super::scoring::is_somebody_else;
use super::sought::{NameCounts, NamePlaces, Sought};
use crate::fields::person_name::NameDifference;
use crate::link::model::{KeyCounts, MISSING, Pattern, Settings, Trained, Weights, train};
use crate::record::{Hashed, prefetch};
use crate::rulebook::{KeyPart, SearchBlock};

/// How often each pattern was seen.
pub type PatternCounts = HashMap<Pattern, u64, BuildHasherDefault<Hashed>>;

/// What was seen among some citizens.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Citizens that were looked at.
    pub n_citizens: u64,
    /// Patterns of the pairs of each block, each pair in every block in which it meets.
    of_blocks: Vec<PatternCounts>,
    /// Patterns of pairs drawn by chance.
    by_chance: PatternCounts,
    /// Meetings in each block.
    pairs: Vec<u64>,
    /// Meetings in those keys of a block in which many meet.
    met: BTreeMap<(u32, u64), u64>,
}

/// Meetings in one key, among the citizens of one part, from which on they are counted.
const MANY: usize = 4;
/// Rows drawn by chance for each citizen; one of them is compared by name too, which takes most of the time.
const DRAWN: usize = 6;

impl Sample {
    /// Nothing yet.
    pub fn new(n_blocks: usize) -> Self {
        Self {
            n_citizens: 0,
            of_blocks: vec![PatternCounts::default(); n_blocks],
            by_chance: PatternCounts::default(),
            pairs: vec![0; n_blocks],
            met: BTreeMap::new(),
        }
    }

    /// Looks at citizens; their names are counted in `counts`.
    pub fn look<'a>(
        &mut self,
        passing: &Passing<'_>,
        index: &Index<'_>,
        sought: &'a Sought<'a>,
        (places, counts): (&NamePlaces, &NameCounts),
        desk: &mut Desk<'a>,
    ) {
        let (of_blocks, pairs) = (&mut self.of_blocks, &mut self.pairs);
        let mut met: Vec<(u32, u64)> = Vec::new();
        let prefetch_row = |row: u32| {
            prefetch(&sought.people[row as usize]);
            prefetch(&sought.names[row as usize]);
        };
        desk.each_meeting(passing, index, true, prefetch_row, |names, meeting, citizen, key| {
            let row = &sought.people[meeting.row as usize];
            pairs[meeting.block as usize] += 1;
            met.push((meeting.block, key));
            if is_holder(row.number, citizen.number) {
                return;
            }
            let way = name_way(row.name_key, citizen.name_key, || {
                names.compare(&sought.names[meeting.row as usize])
            });
            let pattern = levels::besides_name(row, citizen).with(NAME, way);
            // Households share telephone and address: they would teach that names and birth dates do not matter.
            if is_somebody_else(pattern) {
                return;
            }
            *of_blocks[meeting.block as usize].entry(pattern).or_default() += 1;
        });
        met.sort_unstable();
        for same in met.chunk_by(|one, other| one == other).filter(|same| same.len() >= MANY) {
            *self.met.entry(same[0]).or_default() += same.len() as u64;
        }
        for at in (0..passing.people.len()).filter(|at| (passing.is_searched)(*at)) {
            let citizen = passing.people.get(at);
            self.n_citizens += 1;
            counts.count(places, &citizen);
            // Rows drawn by chance, always the same for a citizen: one, and those behind it in the list, which know nothing
            // of the citizen either and lie beside it in memory.
            let drawn = refined(citizen.name_key ^ citizen.number, u64::from(citizen.birth));
            let first = ((u128::from(drawn) * sought.people.len() as u128) >> 64) as usize;
            for draw in 0..DRAWN {
                let row_at = (first + draw) % sought.people.len();
                let row = &sought.people[row_at];
                if is_holder(row.number, citizen.number) {
                    continue;
                }
                let besides = levels::besides_name(row, &citizen);
                let pattern = if draw > 0 {
                    besides
                } else {
                    let way = name_way(row.name_key, citizen.name_key, || {
                        let coded = desk.code((passing.name)(at));
                        desk.codes().compare(&sought.names[row_at], &coded)
                    });
                    besides.with(NAME, way)
                };
                *self.by_chance.entry(pattern).or_default() += 1;
            }
        }
    }

    /// Adds what was seen among others.
    pub fn merge(&mut self, other: Self) {
        self.n_citizens += other.n_citizens;
        for (ours, theirs) in self.of_blocks.iter_mut().zip(other.of_blocks) {
            add(ours, theirs);
        }
        add(&mut self.by_chance, other.by_chance);
        self.pairs.iter_mut().zip(other.pairs).for_each(|(ours, theirs)| *ours += theirs);
        for (key, count) in other.met {
            *self.met.entry(key).or_default() += count;
        }
    }

    /// Pairs that meet in a block, of the citizens that were looked at.
    pub fn pairs(&self, block: usize) -> u64 {
        self.pairs[block]
    }

    /// Of them those that learning looked at: household members are left out.
    pub fn n_learned(&self, block: usize) -> u64 {
        self.of_blocks[block].values().sum()
    }

    /// Pairs that meet in a key of a block, of the citizens that were looked at; 0 where few do.
    pub fn pairs_of(&self, block: usize, key: u64) -> u64 {
        self.met.get(&(block as u32, key)).copied().unwrap_or(0)
    }

    /// The weights that follow: u from pairs drawn by chance, m by expectation.
    pub fn learn(&self, start: &Weights, blocks: &[SearchBlock]) -> Trained {
        let mut weights = start.clone();
        learn_chance(&mut weights, &self.by_chance);
        let keys: Vec<KeyCounts> = blocks
            .iter()
            .zip(&self.of_blocks)
            .map(|(block, counts)| KeyCounts {
                fixed: fixed_by(block),
                counts: counts.iter().map(|(pattern, count)| (*pattern, *count)).collect(),
            })
            .collect();
        // A few rows say little: what is known beforehand then stands.
        train(&weights, &keys, &Settings { smoothing: START_MATCHES, ..Settings::default() })
    }
}

fn add(ours: &mut PatternCounts, theirs: PatternCounts) {
    for (pattern, count) in theirs {
        *ours.entry(pattern).or_default() += count;
    }
}

/// Whether a citizen has the number of the row: that one was looked at before, by number.
#[inline]
pub const fn is_holder(row: u64, citizen: u64) -> bool {
    row != 0 && row == citizen
}

/// The level of the name; compared only where one look does not tell.
#[inline]
pub fn name_way(row_key: u64, citizen_key: u64, compare: impl FnOnce() -> NameDifference) -> u8 {
    if row_key == 0 || citizen_key == 0 {
        MISSING
    } else if row_key == citizen_key {
        levels::name_level(NameDifference::Same)
    } else {
        levels::name_level(compare())
    }
}

/// The comparisons that agree, wholly or in part, because a pair meets in a block.
fn fixed_by(block: &SearchBlock) -> Vec<usize> {
    let comparison = |part: &KeyPart| match part {
        KeyPart::BirthDate | KeyPart::BirthYear | KeyPart::BirthDay => levels::BIRTH,
        KeyPart::GivenName | KeyPart::Name | KeyPart::UnmarkedName => levels::NAME,
        KeyPart::Sex => levels::SEX,
        KeyPart::Commune | KeyPart::Province => levels::COMMUNE,
        KeyPart::Phone => levels::PHONE,
        KeyPart::OldNumber => levels::OLD_NUMBER,
        KeyPart::NumberHead | KeyPart::NumberTail => levels::NUMBER,
    };
    let mut fixed: Vec<usize> = block.parts.iter().map(comparison).collect();
    fixed.sort_unstable();
    fixed.dedup();
    fixed
}

/// Pairs of one person that the m at the beginning count for.
const START_MATCHES: f64 = 50.0;

/// Pairs that the u at the beginning count for. Levels that chance hardly ever shows (a telephone, a number but for a
/// digit) keep theirs.
const START_PAIRS: f64 = 20_000.0;

/// Sets u of every level as pairs drawn by chance have it.
fn learn_chance(weights: &mut Weights, by_chance: &PatternCounts) {
    for (at, comparison) in weights.comparisons.iter_mut().enumerate() {
        let mut counts = vec![0_u64; comparison.levels.len()];
        for (pattern, count) in by_chance {
            if let Some(cell) = counts.get_mut(usize::from(pattern.level(at))) {
                *cell += count;
            }
        }
        let total: f64 = counts.iter().map(|count| *count as f64).sum();
        for (level, count) in comparison.levels.iter_mut().zip(counts) {
            level.u = (count as f64 + START_PAIRS * level.u) / (total + START_PAIRS);
        }
    }
}

/// Whether the weights have the comparisons of a search.
pub fn fits(weights: &Weights) -> bool {
    weights.comparisons.len() == COMPARISONS.len()
        && weights.comparisons.iter().zip(COMPARISONS).all(|(comparison, (name, levels))| {
            comparison.name == name
                && comparison.levels.iter().map(|level| level.name.as_str()).eq(levels.iter().copied())
        })
}
