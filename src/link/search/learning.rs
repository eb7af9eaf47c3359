//! What a sample of the citizens tells: how often people who are not the row's agree with it, how often its names occur,
//! and, by rounds of expectation, how often a row agrees with its own citizen.

use std::collections::BTreeMap;

use super::index::Index;
use super::levels::{self, COMPARISONS, NAME};
use super::passing::{Desk, Passing};
use super::scoring::is_somebody_else;
use super::sought::{NameCounts, NamePlaces, Sought, name_keys};
use crate::fields::person_name::NameDifference;
use crate::record::prefetch;
use crate::link::model::{KeyCounts, MISSING, Pattern, Settings, Trained, Weights, train};
use crate::rulebook::{KeyPart, SearchBlock};

/// How often each pattern was seen, in order of patterns.
pub type PatternCounts = BTreeMap<Pattern, u64>;

/// What was seen among some citizens.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Citizens that were looked at.
    pub n_citizens: u64,
    /// Patterns of the pairs of each block, each pair in every block in which it meets.
    pub of_blocks: Vec<PatternCounts>,
    /// Patterns of pairs drawn by chance.
    pub by_chance: PatternCounts,
    /// Names.
    pub names: NameCounts,
    /// Meetings by block and key.
    pub met: BTreeMap<(u32, u64), u64>,
}

impl Sample {
    /// Nothing yet.
    pub fn new(n_blocks: usize, places: &NamePlaces) -> Self {
        Self {
            n_citizens: 0,
            of_blocks: vec![PatternCounts::new(); n_blocks],
            by_chance: PatternCounts::new(),
            names: places.counts(),
            met: BTreeMap::new(),
        }
    }

    /// Looks at citizens.
    pub fn look<'a>(
        &mut self,
        passing: &Passing<'_>,
        index: &Index<'_>,
        sought: &'a Sought<'a>,
        places: &NamePlaces,
        desk: &mut Desk<'a>,
    ) {
        let (of_blocks, met) = (&mut self.of_blocks, &mut self.met);
        // Nearly all pairs of a block come in runs: the last pattern is the likeliest.
        let prefetch_row = |row: u32| {
            prefetch(&sought.people[row as usize]);
            prefetch(&sought.names[row as usize]);
        };
        desk.each_meeting(passing, index, true, prefetch_row, |names, meeting, citizen, key| {
            let row = &sought.people[meeting.row as usize];
            *met.entry((meeting.block, key)).or_default() += 1;
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
        for at in (0..passing.people.len()).filter(|at| (passing.is_searched)(*at)) {
            let citizen = passing.people.get(at);
            self.n_citizens += 1;
            self.names.n_people += u64::from(citizen.name_key != 0);
            for (kind, key) in name_keys(&citizen).into_iter().enumerate() {
                if let Some(place) = places.place(kind, key) {
                    self.names.of[kind][place] += 1;
                }
            }
            // A row drawn by chance, always the same for a citizen.
            let drawn = super::keys::refined(citizen.name_key ^ citizen.number, citizen.birth.into());
            let row_at = (u128::from(drawn) * sought.people.len() as u128 >> 64) as usize;
            let row = &sought.people[row_at];
            if !is_holder(row.number, citizen.number) {
                let way = name_way(row.name_key, citizen.name_key, || {
                    let coded = desk.code((passing.name)(at));
                    desk.codes().compare(&sought.names[row_at], &coded)
                });
                *self.by_chance.entry(levels::besides_name(row, &citizen).with(NAME, way)).or_default() += 1;
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
        self.names.merge(&other.names);
        for (key, count) in other.met {
            *self.met.entry(key).or_default() += count;
        }
    }

    /// Pairs that meet in each block, of the citizens that were looked at.
    pub fn pairs(&self, block: usize) -> u64 {
        let of_block = (block as u32, 0)..(block as u32 + 1, 0);
        self.met.range(of_block).map(|(_, count)| count).sum()
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
        train(&weights, &keys, &Settings::default())
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
