//! The units of all times, and the way from those of before to those of today.
//!
//! Owns what can be asked of a unit that is known. Reading the lists is `lists`, finding units `find` and `cells`.

use std::collections::HashMap;

use super::address::PlaceWords;
use super::cell_text::CellText;
use super::units::{CommuneId, Index, Level, Unit, UnitId};

/// What is asked of a unit in every row, in a few bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts {
    /// Place of the kind in `kinds`, from 1.
    pub(super) kind: u8,
    /// Number of the province.
    pub(super) province: u8,
    /// Its code as a number.
    pub(super) number: u16,
    /// Whether it was no more on 30 June 2025.
    pub(super) ended: bool,
    /// Whether it is one of before 1 July 2025.
    pub(super) is_old: bool,
}

/// A set of provinces of one time, by their numbers.
pub(super) type Provinces = u128;

/// The set of one province.
pub(super) const fn only(province: u8) -> Provinces {
    if province < 128 { 1 << province } else { 0 }
}

/// Where the people of a unit live today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Today<'a> {
    /// In one commune.
    One(&'a Unit),
    /// In several: hamlet or street decides.
    Several(Vec<&'a Unit>),
    /// Nothing is known of the unit.
    Unknown,
}

/// All units.
#[derive(Debug)]
pub struct Gazetteer {
    pub(super) words: PlaceWords,
    /// By their ids; those of today's communes come first.
    pub(super) units: Vec<Unit>,
    pub(super) facts: Vec<Facts>,
    /// Kinds of units.
    pub(super) kinds: Vec<Box<str>>,
    /// For units whose code has so many digits, the kinds that they are of, by their places.
    pub(super) kinds_of: [u32; 6],
    pub(super) n_communes: u16,
    pub(super) old_provinces: Level,
    pub(super) districts: Level,
    pub(super) old_communes: Level,
    pub(super) provinces: Level,
    pub(super) communes: Level,
    /// Communes by the number of the unit above and their name, see `within`.
    pub(super) within: Index,
    /// For each unit the first of its communes of today in `todays`, and the first that is no more one.
    pub(super) leads: Vec<(u16, u16)>,
    pub(super) todays: Vec<CommuneId>,
    /// Provinces of before whose communes may be named under a province of before: Hà Tây has those of Hà Nội too.
    pub(super) extents: HashMap<UnitId, Provinces>,
    /// Number of a province of 30 June 2025, and of the one it became.
    pub(super) mergers: Vec<(u8, u8)>,
    /// Names as the lists have them, read.
    pub(super) texts: HashMap<u64, CellText>,
}

/// The key of a name inside the unit above.
pub(super) const fn within(is_old: bool, parent: u16, name: u64) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    name ^ ((parent as u64) << 1 | is_old as u64).wrapping_add(1).wrapping_mul(SPREAD)
}

impl Gazetteer {
    /// The unit of an id.
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[usize::from(id.0)]
    }

    /// A commune of today.
    pub fn today_unit(&self, id: CommuneId) -> &Unit {
        self.unit(UnitId(id.0))
    }

    /// Code of the statistics office of a commune of today, five digits.
    pub fn today_code(&self, id: CommuneId) -> &str {
        &self.today_unit(id).code
    }

    /// The province of a commune of today.
    pub fn today_province(&self, id: CommuneId) -> Option<&Unit> {
        self.province_of(UnitId(id.0))
    }

    /// The communes of today to which people of a unit went, in the order of the list: itself for one of today, none for
    /// a unit of which nothing is known.
    pub fn candidates(&self, id: UnitId) -> Vec<CommuneId> {
        self.lead(id).to_vec()
    }

    pub(super) fn lead(&self, id: UnitId) -> &[CommuneId] {
        let (from, to) = self.leads.get(usize::from(id.0)).copied().unwrap_or_default();
        self.todays.get(usize::from(from)..usize::from(to)).unwrap_or_default()
    }

    pub(super) fn fact(&self, id: UnitId) -> Facts {
        self.facts[usize::from(id.0)]
    }

    /// Today's communes of a unit.
    pub fn today(&self, id: UnitId) -> Today<'_> {
        match self.lead(id) {
            [] => Today::Unknown,
            [one] => Today::One(self.today_unit(*one)),
            several => Today::Several(several.iter().map(|id| self.today_unit(*id)).collect()),
        }
    }

    /// Every commune of 30 June 2025.
    pub fn old_communes(&self) -> impl Iterator<Item = &Unit> {
        let communes = self.units.iter().zip(&self.facts);
        communes
            .filter(|(unit, facts)| unit.code.len() == 5 && facts.is_old && !facts.ended)
            .map(|(unit, _)| unit)
    }

    /// Every commune of today; a [`CommuneId`] counts in them.
    pub fn communes(&self) -> &[Unit] {
        &self.units[..usize::from(self.n_communes)]
    }

    /// Of several units of a code the one that was when `unit` ended, else the first.
    fn above(&self, level: &Level, unit: &Unit, code: &str) -> Option<&Unit> {
        let last = unit.validity.to.saturating_sub(1);
        let found = level.with_code(code);
        let then = found.iter().find(|id| self.unit(**id).validity.contains(last));
        then.or(found.first()).map(|id| self.unit(*id))
    }

    /// The district of a commune of before.
    pub(super) fn district_of(&self, id: UnitId) -> Option<&Unit> {
        let is_below = self.fact(id).is_old && self.unit(id).code.len() == 5;
        self.above(&self.districts, self.unit(id), &self.unit(id).parent).filter(|_| is_below)
    }

    /// The province of a commune or district, at its time.
    pub fn province_of(&self, id: UnitId) -> Option<&Unit> {
        let facts = self.fact(id);
        let level = if facts.is_old { &self.old_provinces } else { &self.provinces };
        self.above(level, self.unit(id), &format!("{:02}", facts.province))
    }

    /// A commune as an address has it: commune and province today, commune, district and province before.
    pub fn address(&self, unit: &Unit) -> String {
        self.levels(unit).map(Unit::full_name).collect::<Vec<_>>().join(", ")
    }

    /// A commune and the units above it, at its time: commune and province today, commune, district and province before.
    pub fn levels<'g>(&'g self, unit: &'g Unit) -> impl Iterator<Item = &'g Unit> {
        let above = [self.district_of(unit.id), self.province_of(unit.id)];
        std::iter::once(unit).chain(above.into_iter().flatten())
    }

    /// Whether units whose code has so many digits are of a kind.
    pub(super) fn is_kind_of(&self, kind: u8, n_digits: usize) -> bool {
        kind < 32 && self.kinds_of.get(n_digits).is_some_and(|kinds| kinds & 1 << kind != 0)
    }

    /// Place of a kind in `kinds`, from 1; 0 for one that no unit has.
    pub(super) fn kind_number(&self, kind: &str) -> u8 {
        let at = self.kinds.iter().position(|known| **known == *kind);
        at.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or_default()
    }
}
