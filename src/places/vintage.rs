//! The vintage of a column of codes: 3,316 of the 3,321 codes of communes were given before, 1,790 to another name.
//!
//! Owns which vintage a row speaks for, and what many rows say together. Deliberately guesses nothing from codes alone
//! that were given at both times.

use std::ops::{Add, AddAssign};

use super::asked::Code;
use super::find::Time;
use super::gazetteer::{Gazetteer, only};
use super::units::{Level, UnitId};

/// The time at which the codes of a column were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vintage {
    /// Until 30 June 2025.
    Before,
    /// Since 1 July 2025.
    Since,
    /// Rows are too few, or speak for both.
    Unclear,
}

impl Vintage {
    /// The time, where it is clear.
    pub const fn time(self) -> Option<Time> {
        match self {
            Self::Before => Some(Time::Before),
            Self::Since => Some(Time::Since),
            Self::Unclear => None,
        }
    }
}

/// Rows by what they say of the vintage. Counts of parts of a list add up to those of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VintageCount {
    /// Rows that are right before 1 July 2025 only.
    pub before: u64,
    /// Rows that are right since then only.
    pub since: u64,
    /// Rows that are right at both times.
    pub both: u64,
    /// Rows that are right at neither.
    pub neither: u64,
}

impl VintageCount {
    /// Rows that must speak for a vintage before it is believed.
    const ENOUGH: u64 = 3;
    /// So many rows must speak for it for each that speaks against it.
    const CLEARLY: u64 = 10;

    /// Counts a row. The province code and the name may be empty; a row without a code of a commune counts nothing.
    pub fn count(&mut self, gazetteer: &Gazetteer, province_code: &str, commune_code: &str, commune: &str) {
        if commune_code.trim().is_empty() {
            return;
        }
        let fits = |time| gazetteer.code_agrees(province_code, commune_code, commune, time);
        let rows = match (fits(Time::Before), fits(Time::Since)) {
            (true, false) => &mut self.before,
            (false, true) => &mut self.since,
            (true, true) => &mut self.both,
            (false, false) => &mut self.neither,
        };
        *rows += 1;
    }

    /// What the rows say together.
    pub const fn vintage(self) -> Vintage {
        if self.before >= Self::ENOUGH && self.before / Self::CLEARLY >= self.since {
            Vintage::Before
        } else if self.since >= Self::ENOUGH && self.since / Self::CLEARLY >= self.before {
            Vintage::Since
        } else {
            Vintage::Unclear
        }
    }
}

impl Add for VintageCount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            before: self.before + other.before,
            since: self.since + other.since,
            both: self.both + other.both,
            neither: self.neither + other.neither,
        }
    }
}

impl AddAssign for VintageCount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Gazetteer {
    /// Whether at a time there was a commune of this code, in this province and of this name. An empty province code or
    /// name agrees with all.
    pub fn code_agrees(&self, province_code: &str, commune_code: &str, commune: &str, time: Time) -> bool {
        let (communes, provinces) = match time {
            Time::Before => (&self.old_communes, &self.old_provinces),
            Time::Since => (&self.communes, &self.provinces),
        };
        let units = communes.with_code(Code::new(commune_code.trim(), 5).as_str());
        let name = commune.trim();
        let is_named = |unit: &UnitId| {
            name.is_empty() || !units.is_empty() && communes.has_name(*unit, self.cell_text(name).keys)
        };
        let lies = |unit: &UnitId| self.lies_in(*unit, province_code.trim(), provinces);
        units.iter().any(|unit| lies(unit) && is_named(unit))
    }

    fn lies_in(&self, unit: UnitId, province_code: &str, provinces: &Level) -> bool {
        if province_code.is_empty() {
            return true;
        }
        let named = provinces.with_code(Code::new(province_code, 2).as_str());
        named.iter().any(|province| only(self.fact(*province).province) & only(self.fact(unit).province) != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::tests::gazetteer;

    #[test]
    fn rows_tell_the_vintage() {
        let gazetteer = gazetteer();
        let of = |rows: &[(&str, &str, &str)]| {
            let mut count = VintageCount::default();
            for (province, code, name) in rows {
                count.count(&gazetteer, province, code, name);
            }
            count
        };
        // 00004 was Trúc Bạch and is Ba Đình.
        let old = of(&[("01", "00004", "Phường Trúc Bạch"), ("1", "4", "TRUC BACH"), ("", "00001", "")]);
        let new = of(&[("01", "00004", "P. Ba Đình"), ("", "00008", "Ngọc Hà"), ("01", "00025", "Giảng Võ")]);
        assert_eq!((old.before, new.since), (3, 3));
        assert_eq!((old.vintage(), new.vintage()), (Vintage::Before, Vintage::Since));
        assert_eq!((new + new).vintage(), Vintage::Since);
        assert_eq!((old + new).vintage(), Vintage::Unclear);
        assert_eq!(of(&[("01", "00004", "Bến Nghé"), ("79", "00004", ""), ("", "x", "")]).neither, 3);
    }

    #[test]
    fn columns_of_either_time_are_told_apart() {
        let gazetteer = gazetteer();
        let (mut old, mut new) = (VintageCount::default(), VintageCount::default());
        for unit in gazetteer.old_communes() {
            old.count(&gazetteer, "", &unit.code, &unit.full_name());
        }
        for unit in gazetteer.communes() {
            new.count(&gazetteer, &unit.parent, &unit.code, &unit.name);
        }
        assert_eq!((old.since, old.neither, new.before, new.neither), (0, 0, 0, 0));
        assert_eq!((old.vintage(), new.vintage()), (Vintage::Before, Vintage::Since));
        assert!(new.since > 1_790, "{new:?}");
    }
}
