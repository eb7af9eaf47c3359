//! The units that an address may mean, at the time it was written.

use super::address::{Cut, Part, parts};
use super::gazetteer::{Gazetteer, Provinces, Today, only};
use super::marks::{PlaceMark, PlaceMarks};
use super::units::{Level, NameKeys, Unit};

/// The time at which an address was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// Until 30 June 2025: province, district, commune.
    Before,
    /// Since 1 July 2025: province, commune.
    Since,
}

/// One way to read an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<'a> {
    /// The time of the units.
    pub time: Time,
    /// The commune, if one was found.
    pub commune: Option<&'a Unit>,
    /// The province of that time.
    pub province: Option<&'a Unit>,
    /// What was noticed: `old_unit` or `old_unit_before`, `level_missing` where a level between commune and province, or
    /// the province, was not said, `abbreviated`, `column_mixed` where district and commune stand in each other's place.
    pub marks: PlaceMarks,
    /// Where the people live today.
    pub today: Today<'a>,
}

impl Gazetteer {
    /// All readings that say most. Without a time both are read: 316 communes of today are named as one of before that
    /// went elsewhere.
    pub fn read(&self, address: &str, time: Option<Time>) -> Vec<Reading<'_>> {
        let by_kinds = self.readings(address, time, Cut::Kinds);
        if by_kinds.iter().any(|reading| reading.commune.is_some()) {
            return by_kinds;
        }
        let by_commas = self.readings(address, time, Cut::Commas);
        if by_commas.iter().any(|reading| reading.commune.is_some()) { by_commas } else { by_kinds }
    }

    fn readings(&self, address: &str, time: Option<Time>, cut: Cut) -> Vec<Reading<'_>> {
        let all = parts(address, &self.words, cut);
        let mut parts: Vec<&Part> = all.iter().filter(|part| !part.below).collect();
        let mut readings = Vec::new();
        if time != Some(Time::Since) {
            self.before(&parts, &mut readings);
        }
        if time != Some(Time::Before) {
            self.since(&parts, &mut readings);
        }
        let is_full = |reading: &Reading<'_>| {
            reading.commune.is_some() && !reading.marks.contains(PlaceMark::LevelMissing)
        };
        if !readings.iter().any(is_full)
            && time != Some(Time::Since)
            && let [.., district, commune, _] = &mut parts[..]
        {
            let mut swapped = Vec::new();
            std::mem::swap(district, commune);
            self.before(&parts, &mut swapped);
            swapped.retain(is_full);
            if !swapped.is_empty() {
                swapped.iter_mut().for_each(|reading| reading.marks.insert(PlaceMark::ColumnMixed));
                readings = swapped;
            }
        }
        let has_commune = readings.iter().any(|reading| reading.commune.is_some());
        readings.retain(|reading| reading.commune.is_some() == has_commune);
        // What is said in full is believed before what leaves a level out, and what was there on 30 June 2025 before what
        // had ended.
        if readings.iter().any(|reading| reading.time == Time::Before && is_full(reading)) {
            readings.retain(|reading| reading.time == Time::Since || is_full(reading));
        }
        let had_ended = |reading: &Reading<'_>| reading.marks.contains(PlaceMark::OldUnitBefore);
        let lasts = |reading: &Reading<'_>| !had_ended(reading);
        let is_any = readings.iter().any(lasts);
        let is_old = readings.iter().any(|reading| reading.time == Time::Before && lasts(reading));
        readings.retain(|reading| lasts(reading) || !is_old && (is_full(reading) || !is_any));
        let is_short = all.iter().any(|part| part.short);
        let mut kept: Vec<Reading<'_>> = Vec::new();
        for mut reading in readings {
            reading.marks.insert_if(PlaceMark::Abbreviated, is_short);
            if !kept.contains(&reading) {
                kept.push(reading);
            }
        }
        kept
    }

    /// Readings with the units until 30 June 2025.
    fn before<'a>(&'a self, parts: &[&Part], readings: &mut Vec<Reading<'a>>) {
        let provinces: Vec<&Unit> = self.last_named(&self.old_provinces, parts);
        let rest = if provinces.is_empty() { parts } else { &parts[..parts.len() - 1] };
        let extent = |province: &&Unit| self.extents.get(&province.id).copied().unwrap_or_default();
        let lies_in =
            |province: &Unit, unit: &Unit| extent(&province) & only(self.fact(unit.id).province) != 0;
        let said = provinces.iter().map(extent).fold(0, |all: Provinces, extent| all | extent);
        let in_province = |unit: &Unit| provinces.is_empty() || said & only(self.fact(unit.id).province) != 0;
        // The province as it was said, if it was: with its own end.
        let is_ended = |unit: &Unit| {
            let mut named = provinces.iter().filter(|province| lies_in(province, unit)).peekable();
            named.peek().is_some() && named.all(|province| province.validity.ended_before_2025())
        };
        let districts: Vec<&Unit> = match rest.last() {
            Some(part) => self.named(&self.districts, part).filter(|unit| in_province(unit)).collect(),
            None => Vec::new(),
        };
        for district in &districts {
            let commune_part = rest.len().checked_sub(2).map(|at| rest[at]);
            let communes = commune_part.into_iter().flat_map(|part| self.named(&self.old_communes, part));
            let mut found = communes.filter(|unit| unit.parent == district.code).peekable();
            if found.peek().is_none() {
                readings.push(self.old(None, district, is_ended(district)));
            }
            for commune in found {
                let ended = is_ended(district) || district.validity.ended_before_2025();
                let mut reading = self.old(Some(commune), commune, ended);
                reading.marks.insert_if(PlaceMark::LevelMissing, provinces.is_empty());
                readings.push(reading);
            }
        }
        if districts.is_empty() && !provinces.is_empty() {
            let communes = rest.last().into_iter().flat_map(|part| self.named(&self.old_communes, part));
            for commune in communes.filter(|commune| in_province(commune)) {
                let mut reading = self.old(Some(commune), commune, is_ended(commune));
                reading.marks.insert(PlaceMark::LevelMissing);
                readings.push(reading);
            }
        }
        if districts.is_empty() && readings.is_empty() {
            let only = |province| Reading {
                time: Time::Before,
                commune: None,
                province: Some(province),
                marks: PlaceMarks::NONE.with(PlaceMark::LevelMissing),
                today: Today::Unknown,
            };
            readings.extend(provinces.into_iter().map(only));
        }
    }

    /// A reading with a commune, or with a district alone: five of them were islands without communes.
    fn old<'a>(&'a self, commune: Option<&'a Unit>, unit: &'a Unit, ended: bool) -> Reading<'a> {
        let today = self.today(unit.id);
        let ended = ended || unit.validity.ended_before_2025();
        let mark = if ended { PlaceMark::OldUnitBefore } else { PlaceMark::OldUnit };
        let mut marks = PlaceMarks::NONE;
        let is_unit = commune.is_some() || today != Today::Unknown;
        marks.insert(if is_unit { mark } else { PlaceMark::LevelMissing });
        Reading { time: Time::Before, commune, province: self.province_of(unit.id), marks, today }
    }

    /// Readings with the units since 1 July 2025.
    fn since<'a>(&'a self, parts: &[&Part], readings: &mut Vec<Reading<'a>>) {
        let provinces = self.last_named(&self.provinces, parts);
        let Some(part) = parts.len().checked_sub(2).map(|at| parts[at]) else { return };
        for province in provinces {
            let communes = self.named(&self.communes, part).filter(|unit| unit.parent == province.code);
            readings.extend(communes.map(|commune| Reading {
                time: Time::Since,
                commune: Some(commune),
                province: Some(province),
                marks: PlaceMarks::NONE,
                today: Today::One(commune),
            }));
        }
    }

    /// Units named by the last part.
    fn last_named<'a>(&'a self, level: &'a Level, parts: &[&Part]) -> Vec<&'a Unit> {
        parts.last().into_iter().flat_map(|part| self.named(level, part)).collect()
    }

    /// Units of a part's name and, where it says one, its kind.
    fn named<'a>(&'a self, level: &'a Level, part: &Part) -> impl Iterator<Item = &'a Unit> {
        let kind = part.kind.clone();
        let keys = NameKeys::new(&part.name);
        let found = if part.bare { level.of_key(keys, true) } else { level.named(keys) };
        let found = found.iter().map(|id| self.unit(*id));
        found.filter(move |unit| kind.as_ref().is_none_or(|kind| *kind == unit.kind))
    }
}

#[cfg(test)]
mod tests;
