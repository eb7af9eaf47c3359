//! The units that an address may mean, at the time it was written.

use super::address::{Cut, Part, parts};
use super::gazetteer::{Gazetteer, Level, Today, Unit};

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
    /// Whether a level between commune and province, or the province, was not said.
    pub level_missing: bool,
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
        let parts: Vec<&Part> = all.iter().filter(|part| !part.below).collect();
        let mut readings = Vec::new();
        if time != Some(Time::Since) {
            self.before(&parts, &mut readings);
        }
        if time != Some(Time::Before) {
            self.since(&parts, &mut readings);
        }
        let has_commune = readings.iter().any(|reading| reading.commune.is_some());
        readings.retain(|reading| reading.commune.is_some() == has_commune);
        // What is said in full is believed before what leaves a level out.
        let is_full = |reading: &Reading<'_>| reading.time == Time::Before && !reading.level_missing;
        if readings.iter().any(is_full) {
            readings.retain(|reading| reading.time == Time::Since || !reading.level_missing);
        }
        let mut kept: Vec<Reading<'_>> = Vec::new();
        for reading in readings {
            if !kept.contains(&reading) {
                kept.push(reading);
            }
        }
        kept
    }

    /// Readings with the units until 30 June 2025.
    fn before<'a>(&'a self, parts: &[&Part], readings: &mut Vec<Reading<'a>>) {
        let provinces = last_named(&self.old_provinces, parts);
        let rest = if provinces.is_empty() { parts } else { &parts[..parts.len() - 1] };
        let in_province = |unit: &Unit| {
            provinces.is_empty() || provinces.iter().any(|province| province.code == unit.parent)
        };
        let districts: Vec<&Unit> = match rest.last() {
            Some(part) => named(&self.districts, part).filter(|unit| in_province(unit)).collect(),
            None => Vec::new(),
        };
        for district in &districts {
            let province = self.old_provinces.with_code(&district.parent);
            let commune_part = rest.len().checked_sub(2).map(|at| rest[at]);
            let communes = commune_part.into_iter().flat_map(|part| named(&self.old_communes, part));
            let mut found = communes.filter(|unit| unit.parent == district.code).peekable();
            if found.peek().is_none() {
                readings.push(Reading {
                    time: Time::Before,
                    commune: None,
                    province,
                    level_missing: true,
                    today: Today::Unknown,
                });
            }
            readings.extend(found.map(|commune| self.old(commune, province, provinces.is_empty())));
        }
        if districts.is_empty() && !provinces.is_empty() {
            let communes = rest.last().into_iter().flat_map(|part| named(&self.old_communes, part));
            for commune in communes {
                let district = self.districts.with_code(&commune.parent);
                let province = district
                    .filter(|district| in_province(district))
                    .and_then(|district| self.old_provinces.with_code(&district.parent));
                if province.is_some() {
                    readings.push(self.old(commune, province, true));
                }
            }
        }
        if districts.is_empty() && readings.is_empty() {
            let only = |province| Reading {
                time: Time::Before,
                commune: None,
                province: Some(province),
                level_missing: true,
                today: Today::Unknown,
            };
            readings.extend(provinces.into_iter().map(only));
        }
    }

    fn old<'a>(&'a self, commune: &'a Unit, province: Option<&'a Unit>, level_missing: bool) -> Reading<'a> {
        let today = self.today(&commune.code);
        Reading { time: Time::Before, commune: Some(commune), province, level_missing, today }
    }

    /// Readings with the units since 1 July 2025.
    fn since<'a>(&'a self, parts: &[&Part], readings: &mut Vec<Reading<'a>>) {
        let provinces = last_named(&self.provinces, parts);
        let Some(part) = parts.len().checked_sub(2).map(|at| parts[at]) else { return };
        for province in provinces {
            let communes = named(&self.communes, part).filter(|unit| unit.parent == province.code);
            readings.extend(communes.map(|commune| Reading {
                time: Time::Since,
                commune: Some(commune),
                province: Some(province),
                level_missing: false,
                today: Today::One(commune),
            }));
        }
    }
}

/// Units named by the last part.
fn last_named<'a>(level: &'a Level, parts: &[&Part]) -> Vec<&'a Unit> {
    parts.last().into_iter().flat_map(|part| named(level, part)).collect()
}

/// Units of a part's name and, where it says one, its kind.
fn named<'a>(level: &'a Level, part: &Part) -> impl Iterator<Item = &'a Unit> {
    let kind = part.kind.clone();
    level.named(&part.name).filter(move |unit| kind.as_ref().is_none_or(|kind| *kind == unit.kind))
}

#[cfg(test)]
mod tests;
