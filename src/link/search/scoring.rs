//! Every meeting weighed: the few that matter are kept, of the others only what they take from the certainty of a row.

use super::index::Index;
use super::learning::{is_holder, name_way};
use super::levels::{self, NAME, name_level};
use super::passing::{Desk, Passing};
use super::sought::{NameCounts, NamePlaces, Sought, name_keys};
use crate::fields::birth_date::DateDifference;
use crate::fields::person_name::NameDifference;
use crate::link::model::{MISSING, Pattern, Peaks, Weights};
use crate::record::prefetch;

/// A candidate of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The row.
    pub row: u32,
    /// The citizen, by its place among those that pass.
    pub citizen: u32,
    /// What speaks for it, in bits.
    pub bits: f64,
    /// The levels behind it.
    pub pattern: Pattern,
}

/// What came of some citizens.
#[derive(Debug, Default)]
pub struct Scored {
    /// Candidates worth keeping, in the order of citizens.
    pub hits: Vec<Hit>,
    /// Odds of those that are not kept, by row, in parts of 1 in 2^32.
    pub dropped: Vec<(u32, u64)>,
    /// Pairs that were compared, each once.
    pub n_pairs: u64,
    /// Pairs by their odds.
    pub peaks: Peaks,
}

/// Odds of 1 in whole parts: sums of whole numbers do not depend on their order.
pub const ODDS_UNIT: f64 = (1_u64 << 32) as f64;
/// Odds, in bits, below which a candidate is not kept: one in a thousand.
const KEPT_BITS: f64 = -10.0;
/// Odds, in bits, below which a pair is not even compared by name: a thousand of them change nothing.
const WORTH_BITS: f64 = -24.0;

/// Weights prepared for scoring.
pub struct Scales {
    table: Vec<[f64; 16]>,
    /// What the frequency of a row's name adds: to the same name, to one that is the same without marks, to one that is
    /// alike, and to the same given name.
    of_names: Vec<[f32; 4]>,
    /// The most that a name which is not the same can weigh, by row-independent part.
    best_other: f64,
    prior_bits: f64,
}

/// Places in `of_names`, by the level of the name.
const BY_WAY: [Option<usize>; NameDifference::ALL.len()] = {
    let mut by_way = [None; NameDifference::ALL.len()];
    by_way[NameDifference::Same as usize] = Some(0);
    by_way[NameDifference::IY as usize] = Some(1);
    by_way[NameDifference::SpaceOnly as usize] = Some(1);
    by_way[NameDifference::Marks as usize] = Some(1);
    by_way[NameDifference::OneTone as usize] = Some(1);
    by_way[NameDifference::Sound as usize] = Some(2);
    by_way[NameDifference::Dialect as usize] = Some(2);
    by_way[NameDifference::OneEdit as usize] = Some(2);
    by_way[NameDifference::MiddleMissing as usize] = Some(2);
    by_way[NameDifference::Order as usize] = Some(2);
    by_way[NameDifference::Initials as usize] = Some(2);
    by_way[NameDifference::GivenSame as usize] = Some(3);
    by_way
};

impl Scales {
    /// Prepares weights for rows, whose names were counted among the citizens of a sample.
    pub fn new(
        weights: &Weights,
        sought: &Sought<'_>,
        places: &NamePlaces,
        counts: &NameCounts,
        prior_bits: f64,
    ) -> Self {
        let levels = &weights.comparisons[NAME].levels;
        let share = |level: usize| {
            weights.comparisons[NAME]
                .frequency
                .as_ref()
                .and_then(|use_of| use_of.shares.get(level))
                .copied()
                .unwrap_or(0.0)
        };
        let floor = weights.comparisons[NAME].frequency.as_ref().map_or(1.0, |use_of| use_of.floor);
        let u = |ways: &[NameDifference]| ways.iter().map(|way| levels[*way as usize].u).sum::<f64>();
        use NameDifference::{
            GivenSame, IY, Initials, Marks, MiddleMissing, OneTone, Order, Same, SpaceOnly,
        };
        // How often two names agree as a whole, without marks, and in the last word.
        let common = [
            u(&[Same]),
            u(&[Same, IY, SpaceOnly, Marks, OneTone]),
            u(&[Same, IY, SpaceOnly, Marks, OneTone, MiddleMissing, Initials, Order, GivenSame]),
        ];
        let n = counts.n_people().max(1) as f64;
        let of_names = sought.people.iter().map(|person| {
            let keys = name_keys(person);
            let added = |kind: usize| {
                let count = places.place(kind, keys[kind]).map_or(0, |place| counts.at(kind, place));
                // One unseen citizen more: that none of the sample has the name does not say that nobody has it.
                let frequency = ((f64::from(count) + 0.5) / (n + 1.0)).max(floor);
                (common[kind] / frequency).log2()
            };
            let [same, unmarked, given] = [0, 1, 2].map(added);
            [
                share(Same as usize) * same,
                share(Marks as usize) * unmarked,
                share(NameDifference::OneEdit as usize) * unmarked,
                share(GivenSame as usize) * given,
            ]
            .map(|bits| bits as f32)
        });
        let of_names: Vec<[f32; 4]> = of_names.collect();
        let table = weights.table();
        let best_other = (1..NameDifference::ALL.len()).map(|level| table[NAME][level]).fold(0.0, f64::max);
        Self { of_names, best_other, table, prior_bits }
    }

    /// Odds, in bits, of a candidate by its bits.
    pub fn odds_bits(&self, bits: f64) -> f64 {
        bits + self.prior_bits
    }

    /// What a name of this level adds for a row.
    #[inline]
    pub fn name_bits(&self, row: u32, level: u8) -> f64 {
        let added = BY_WAY.get(usize::from(level)).copied().flatten();
        let added = added.map_or(0.0, |place| f64::from(self.of_names[row as usize][place]));
        self.table[NAME][usize::from(level)] + added
    }

    /// What everything but the name weighs.
    #[inline]
    fn besides_name(&self, pattern: Pattern) -> f64 {
        (1..self.table.len()).map(|at| self.table[at][usize::from(pattern.level(at))]).sum()
    }

    /// The most that a name which is not the same can add.
    #[inline]
    fn best_other(&self, row: u32) -> f64 {
        let [_, unmarked, alike, given] = self.of_names[row as usize];
        self.best_other + f64::from(unmarked.max(alike).max(given).max(0.0))
    }
}

/// Whether nothing of name and birth date is near: a member of the household shares all the rest.
#[inline]
pub const fn is_somebody_else(pattern: Pattern) -> bool {
    let name = pattern.level(NAME);
    let birth = pattern.level(levels::BIRTH);
    let no_name = name == MISSING || name >= name_level(NameDifference::SurnameOnly);
    let no_birth = birth == MISSING || birth >= DateDifference::SameYear as u8;
    no_name && no_birth
}

/// Weighs the citizens that pass.
pub fn score<'a>(
    passing: &Passing<'_>,
    index: &Index<'_>,
    sought: &'a Sought<'a>,
    scales: &Scales,
    desk: &mut Desk<'a>,
) -> Scored {
    let mut scored = Scored::default();
    let prefetch_row = |row: u32| {
        prefetch(&sought.people[row as usize]);
        prefetch(&sought.names[row as usize]);
        prefetch(&scales.of_names[row as usize]);
    };
    desk.each_meeting(passing, index, false, prefetch_row, |names, meeting, citizen, _| {
        scored.n_pairs += 1;
        let row = &sought.people[meeting.row as usize];
        if is_holder(row.number, citizen.number) {
            return;
        }
        let pattern = levels::besides_name(row, citizen);
        let besides = scales.besides_name(pattern);
        let is_same = row.name_key == citizen.name_key;
        let most = if is_same { f64::INFINITY } else { scales.best_other(meeting.row) };
        if scales.odds_bits(besides + most) < WORTH_BITS {
            scored.peaks.below += 1;
            return;
        }
        let way =
            name_way(row.name_key, citizen.name_key, || names.compare(&sought.names[meeting.row as usize]));
        let pattern = pattern.with(NAME, way);
        if is_somebody_else(pattern) {
            scored.peaks.below += 1;
            return;
        }
        let bits = besides + scales.name_bits(meeting.row, way);
        let odds_bits = scales.odds_bits(bits);
        scored.peaks.add(odds_bits);
        if odds_bits >= KEPT_BITS {
            scored.hits.push(Hit { row: meeting.row, citizen: meeting.citizen, bits, pattern });
        } else {
            let odds = (odds_bits.exp2() * ODDS_UNIT) as u64;
            if odds > 0 {
                scored.dropped.push((meeting.row, odds));
            }
        }
    });
    scored
}
