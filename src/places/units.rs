//! Units, and how they are found: by code, by name, and by name inside the unit above.
//!
//! Owns the keys of names and the tables of ids. Knows neither which lists there are nor how an address is written.

use std::collections::HashMap;
use std::ops::Range;

use crate::text;

/// A unit of any level and time; the number is its place among all units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub(super) u16);

impl UnitId {
    /// The place among all units, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A commune of today; the number is its place in `places/communes_2025.csv`, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommuneId(pub(super) u16);

impl CommuneId {
    /// The place in `places/communes_2025.csv`, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The days on which a unit was listed, as yyyymmdd. The lists begin with 31 August 2004: what began then may be older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day; 0 for one that is not known.
    pub from: u32,
    /// The first day on which it was no more; 99991231 for a unit of today.
    pub to: u32,
}

impl Validity {
    /// 1 July 2025: no unit of before is left.
    pub(super) const CHANGE: u32 = 20_250_701;

    /// Whether the unit was no more on 30 June 2025.
    pub const fn ended_before_2025(self) -> bool {
        self.to < Self::CHANGE
    }

    /// Whether a day (yyyymmdd) is one of them.
    pub const fn contains(self, day: u32) -> bool {
        self.from <= day && day < self.to
    }
}

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its place among all units.
    pub id: UnitId,
    /// Code of the statistics office, with its zeros: two digits for a province, three for a district, five for a
    /// commune. The same code may stand for units of different times.
    pub code: Box<str>,
    /// `Phường`.
    pub kind: Box<str>,
    /// `Bến Nghé`.
    pub name: Box<str>,
    /// Code of the unit above.
    pub parent: Box<str>,
    /// When it was.
    pub validity: Validity,
}

impl Unit {
    /// Kind and name, as an address has them.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }
}

/// Ids by a 64-bit key; several may share one.
#[derive(Debug, Default)]
pub(super) struct Index {
    ranges: HashMap<u64, Range<u32>>,
    ids: Vec<UnitId>,
}

impl Index {
    /// The table of these pairs. Ids of one key come in their order, each once.
    pub(super) fn new(mut pairs: Vec<(u64, UnitId)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut ranges: HashMap<u64, Range<u32>> = HashMap::with_capacity(pairs.len());
        for (at, (key, _)) in (0..).zip(&pairs) {
            ranges.entry(*key).or_insert(at..at).end = at + 1;
        }
        Self { ranges, ids: pairs.into_iter().map(|(_, id)| id).collect() }
    }

    pub(super) fn get(&self, key: u64) -> &[UnitId] {
        let range = self.ranges.get(&key);
        range.and_then(|range| self.ids.get(range.start as usize..range.end as usize)).unwrap_or_default()
    }
}

/// The keys of a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct NameKeys {
    /// Of the name with its marks.
    pub(super) exact: u64,
    /// Of the name without marks, blanks, dashes and apostrophes. No name with marks has the same.
    pub(super) bare: u64,
}

impl NameKeys {
    /// Of a name that is clean.
    pub(super) fn new(name: &str) -> Self {
        let exact = key(name);
        let mut bare = String::new();
        text::unmark(&exact, &mut bare);
        bare.retain(|letter| !matches!(letter, '-' | '\'' | ' '));
        Self { exact: text::hash(&exact), bare: !text::hash(&bare) }
    }
}

/// The form in which names are compared: the tone in its place, capitals, numbers without zeros in front, and `Hải Châu I`
/// as `Hải Châu 1`.
fn key(name: &str) -> String {
    let mut key = String::new();
    text::tone_place_upper(name, &mut key);
    if let Some((first, last)) = key.rsplit_once(' ')
        && let Some(number) = ["I", "II", "III", "IV"].iter().position(|roman| *roman == last)
    {
        return format!("{first} {}", number + 1);
    }
    match key.trim_start_matches('0') {
        number if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => number.to_owned(),
        _ => key,
    }
}

/// Units of one level at one time, found by code and by name.
#[derive(Debug, Default)]
pub(super) struct Level {
    codes: Index,
    exact: Index,
    bare: Index,
}

impl Level {
    pub(super) fn with_code(&self, code: &str) -> &[UnitId] {
        self.codes.get(text::hash(code))
    }

    /// Units of this name, with marks or without.
    pub(super) fn of_key(&self, keys: NameKeys, is_bare: bool) -> &[UnitId] {
        if is_bare { self.bare.get(keys.bare) } else { self.exact.get(keys.exact) }
    }

    /// Units of this name, with marks if any has them, else without.
    pub(super) fn named(&self, keys: NameKeys) -> &[UnitId] {
        match self.of_key(keys, false) {
            [] => self.of_key(keys, true),
            found => found,
        }
    }

    /// Whether the unit has the name.
    pub(super) fn has_name(&self, unit: UnitId, keys: NameKeys) -> bool {
        [false, true].into_iter().any(|is_bare| self.of_key(keys, is_bare).contains(&unit))
    }
}

/// Gathers what becomes a [`Level`].
#[derive(Debug, Default)]
pub(super) struct LevelBuilder {
    codes: Vec<(u64, UnitId)>,
    exact: Vec<(u64, UnitId)>,
    bare: Vec<(u64, UnitId)>,
}

impl LevelBuilder {
    pub(super) fn add_code(&mut self, unit: UnitId, code: &str) {
        self.codes.push((text::hash(code), unit));
    }

    pub(super) fn add_name(&mut self, unit: UnitId, keys: NameKeys) {
        self.exact.push((keys.exact, unit));
        self.bare.push((keys.bare, unit));
    }

    pub(super) fn finish(self) -> Level {
        let index = Index::new;
        Level { codes: index(self.codes), exact: index(self.exact), bare: index(self.bare) }
    }
}
