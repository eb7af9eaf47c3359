//! Numbers: twelve-digit personal numbers and nine-digit old numbers, each given out once.
//!
//! A personal number is province or country, sex and century, year, and six random digits (Law on Identity
//! 26/2023/QH15; Circular 59/2021/TT-BCA). Every cell of province, sex, century and year hands out the
//! million endings in a scattered order, people from the bottom and numbers of nobody from the top, so that
//! no table of given numbers is needed. Does not know who gets a number.

use super::places::Places;
use super::random::{Random, mix};
use super::settings::Words;

const ENDINGS: u32 = 1_000_000;
const OLD_ENDINGS: u32 = 10_000_000;
const YEARS: usize = 200;
/// The old numbers that Đồng Nai and Bà Rịa - Vũng Tàu both issued.
const SHARED_FIRST: u32 = 271_450_001;
const SHARED_COUNT: u32 = 50_000;

/// Gives out numbers.
pub(super) struct Numbers {
    seed: u64,
    /// First three digits, the provinces first, then the countries.
    areas: Vec<u16>,
    given: Vec<u32>,
    spare: Vec<u32>,
    old_given: [u32; 100],
    old_spare: [u32; 100],
    shared_given: u32,
    old_refused: Vec<u32>,
}

impl Numbers {
    /// Starts with nothing given.
    pub(super) fn new(seed: u64, places: &Places, words: &Words) -> Self {
        let provinces = places.provinces.iter().map(|province| province.number_code);
        let areas: Vec<u16> = provinces.chain(words.countries.iter().copied()).collect();
        let cells = areas.len() * 2 * YEARS;
        let nine = words.placeholders.iter().filter(|text| text.len() == 9);
        Numbers {
            seed: mix(seed ^ 0x6e75_6d62),
            given: vec![0; cells],
            spare: vec![0; cells],
            areas,
            old_given: [0; 100],
            old_spare: [0; 100],
            shared_given: 0,
            old_refused: nine.filter_map(|text| text.parse().ok()).collect(),
        }
    }

    /// A number for a person; `None` when the cell has no ending left.
    pub(super) fn give(&mut self, area: usize, woman: bool, year: u16) -> Option<u64> {
        let cell = cell(area, woman, year);
        let ending = self.given[cell];
        if ending + self.spare[cell] >= ENDINGS {
            return None;
        }
        self.given[cell] += 1;
        Some(self.number(cell, ending))
    }

    /// A well-formed number that nobody has or gets.
    pub(super) fn give_nobodys(&mut self, area: usize, woman: bool, year: u16) -> Option<u64> {
        let cell = cell(area, woman, year);
        if self.given[cell] + self.spare[cell] >= ENDINGS {
            return None;
        }
        self.spare[cell] += 1;
        Some(self.number(cell, ENDINGS - self.spare[cell]))
    }

    fn number(&self, cell: usize, ending: u32) -> u64 {
        let area = cell / (2 * YEARS);
        let sex = (cell / YEARS) % 2;
        let year = cell % YEARS;
        let century = (year / 100) * 2 + sex;
        let head = u64::from(self.areas[area]) * 1000 + (century * 100 + year % 100) as u64;
        let key = mix(self.seed ^ cell as u64);
        head * u64::from(ENDINGS) + u64::from(scatter(ending, ENDINGS, 10, key))
    }

    /// An old number issued in a province; `None` when the prefix has none left.
    pub(super) fn give_old(&mut self, prefixes: &[u8], random: &mut Random) -> Option<u32> {
        let prefix = *random.pick(prefixes);
        loop {
            let ending = self.old_given[usize::from(prefix)];
            if ending + self.old_spare[usize::from(prefix)] >= OLD_ENDINGS {
                return None;
            }
            self.old_given[usize::from(prefix)] += 1;
            let number = self.old_number(prefix, ending);
            if self.old_is_free(number) {
                return Some(number);
            }
        }
    }

    /// An old number that is recorded for nobody.
    pub(super) fn give_old_nobodys(&mut self, prefixes: &[u8], random: &mut Random) -> Option<u32> {
        let prefix = *random.pick(prefixes);
        loop {
            let spare = self.old_spare[usize::from(prefix)] + 1;
            if self.old_given[usize::from(prefix)] + spare > OLD_ENDINGS {
                return None;
            }
            self.old_spare[usize::from(prefix)] = spare;
            let number = self.old_number(prefix, OLD_ENDINGS - spare);
            if self.old_is_free(number) {
                return Some(number);
            }
        }
    }

    /// One of the old numbers that two people were given; `None` elsewhere, and when all were given twice.
    pub(super) fn give_old_shared(&mut self, prefixes: &[u8]) -> Option<u32> {
        let prefix = (SHARED_FIRST / OLD_ENDINGS) as u8;
        if !prefixes.contains(&prefix) || self.shared_given >= 2 * SHARED_COUNT {
            return None;
        }
        let pair = self.shared_given / 2;
        self.shared_given += 1;
        Some(SHARED_FIRST + scatter(pair, SHARED_COUNT, 8, self.seed))
    }

    fn old_number(&self, prefix: u8, ending: u32) -> u32 {
        let key = mix(self.seed ^ 0x6f6c_6400 ^ u64::from(prefix));
        u32::from(prefix) * OLD_ENDINGS + scatter(ending, OLD_ENDINGS, 12, key)
    }

    fn old_is_free(&self, number: u32) -> bool {
        !(SHARED_FIRST..SHARED_FIRST + SHARED_COUNT).contains(&number) && !self.old_refused.contains(&number)
    }
}

/// The birth year that a personal number tells.
pub(super) fn year_of(number: u64) -> u16 {
    let century = number / 100_000_000 % 10 / 2;
    (1900 + century * 100 + number / 1_000_000 % 100) as u16
}

/// Whether a personal number is a woman's.
pub(super) fn is_womans(number: u64) -> bool {
    number / 100_000_000 % 2 == 1
}

/// Whether a personal number can be of a person of this sex, born in this year.
pub(super) fn agrees(number: u64, woman: bool, year: u16) -> bool {
    is_womans(number) == woman && year_of(number) == year
}

fn cell(area: usize, woman: bool, year: u16) -> usize {
    let year = usize::from(year.saturating_sub(1900)).min(YEARS - 1);
    (area * 2 + usize::from(woman)) * YEARS + year
}

/// Sends 0..`size` onto itself in an order that looks random: a four-round Feistel network on two halves of
/// `half` bits, walked until it lands inside.
fn scatter(value: u32, size: u32, half: u32, key: u64) -> u32 {
    let mask = (1 << half) - 1;
    let mut at = value;
    loop {
        let (mut left, mut right) = (at >> half, at & mask);
        for round in 0..4_u64 {
            let turned = mix(key ^ (round << 32) ^ u64::from(right)) as u32 & mask;
            (left, right) = (right, left ^ turned);
        }
        at = (left << half) | right;
        if at < size {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scattering_loses_nothing() {
        let mut seen = vec![false; 50_000];
        for value in 0..50_000 {
            let at = scatter(value, 50_000, 8, 7) as usize;
            assert!(!seen[at]);
            seen[at] = true;
        }
    }

    #[test]
    fn a_number_tells_sex_and_year() {
        assert!(agrees(79_302_001_234, true, 2002));
        assert!(agrees(1_085_001_234, false, 1985));
        assert!(!agrees(1_085_001_234, true, 1985));
    }

    #[test]
    fn people_and_nobody_never_share_a_number() {
        let mut numbers = Numbers {
            seed: 3,
            areas: vec![1, 79],
            given: vec![0; 800],
            spare: vec![0; 800],
            old_given: [0; 100],
            old_spare: [0; 100],
            shared_given: 0,
            old_refused: vec![],
        };
        let mut all: Vec<u64> = (0..600_000).filter_map(|_| numbers.give(1, true, 2001)).collect();
        all.extend((0..500_000).filter_map(|_| numbers.give_nobodys(1, true, 2001)));
        assert_eq!(all.len(), 1_000_000);
        assert!(all.iter().all(|number| number / 1_000_000 == 79_301));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 1_000_000);
    }
}
