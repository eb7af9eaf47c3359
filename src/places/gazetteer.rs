//! The units by code and by name.

use std::collections::HashMap;

use super::address::PlaceWords;
use crate::text;

/// The lists, as they stand in the rules.
pub struct PlaceTexts<'a> {
    /// `places/provinces_2024.csv`.
    pub provinces_2024: &'a str,
    /// `places/districts_2024.csv`.
    pub districts_2024: &'a str,
    /// `places/communes_2024.csv`.
    pub communes_2024: &'a str,
    /// `places/communes_prior.csv`.
    pub communes_prior: &'a str,
    /// `places/provinces_2025.csv`.
    pub provinces_2025: &'a str,
    /// `places/communes_2025.csv`.
    pub communes_2025: &'a str,
    /// `places/commune_mapping.csv`.
    pub commune_mapping: &'a str,
}

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Code of the statistics office, with its zeros: two digits for a province, three for a district, five for a
    /// commune.
    pub code: Box<str>,
    /// `Phường`.
    pub kind: Box<str>,
    /// `Bến Nghé`.
    pub name: Box<str>,
    /// Code of the unit above.
    pub parent: Box<str>,
}

impl Unit {
    /// Kind and name, as an address has them.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }
}

/// Units of one level at one time, found by code and by name.
#[derive(Debug, Default)]
pub(super) struct Level {
    pub(super) units: Vec<Unit>,
    by_code: HashMap<Box<str>, usize>,
    by_name: HashMap<String, Vec<usize>>,
    by_bare_name: HashMap<String, Vec<usize>>,
}

impl Level {
    fn add(&mut self, unit: Unit, other_names: &str) {
        let at = self.units.len();
        self.by_code.entry(unit.code.clone()).or_insert(at);
        let names = std::iter::once(&*unit.name).chain(other_names.split(';')).map(str::trim);
        for name in names.filter(|name| !name.is_empty()) {
            let (exact, bare) = (key(name), bare_key(name));
            for (index, key) in [(&mut self.by_name, exact), (&mut self.by_bare_name, bare)] {
                let known = index.entry(key).or_default();
                if known.last() != Some(&at) {
                    known.push(at);
                }
            }
        }
        self.units.push(unit);
    }

    pub(super) fn with_code(&self, code: &str) -> Option<&Unit> {
        self.by_code.get(code).map(|&at| &self.units[at])
    }

    /// Units of this name, with marks if any has them, else without.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Unit> {
        let found = self.by_name.get(&key(name)).or_else(|| self.by_bare_name.get(&bare_key(name)));
        found.into_iter().flatten().map(|&at| &self.units[at])
    }
}

/// The form in which names are compared: the tone in its place, capitals, numbers without zeros in front.
fn key(name: &str) -> String {
    let mut key = String::new();
    text::tone_place_upper(name, &mut key);
    match key.trim_start_matches('0') {
        number if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => number.to_owned(),
        _ => key,
    }
}

fn bare_key(name: &str) -> String {
    let mut bare = String::new();
    text::unmark(&key(name), &mut bare);
    bare.retain(|letter| !matches!(letter, '-' | '\'' | ' '));
    bare
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
    pub(super) old_provinces: Level,
    pub(super) districts: Level,
    pub(super) old_communes: Level,
    pub(super) provinces: Level,
    pub(super) communes: Level,
    /// Codes of today's communes to which people of an old unit went. Districts without communes stand here too.
    successors: HashMap<Box<str>, Vec<Box<str>>>,
    /// Codes of the communes of 2024 that followed one that ended before.
    prior: HashMap<Box<str>, Vec<Box<str>>>,
}

impl Gazetteer {
    /// Builds the tables from the lists, which have a header each.
    ///
    /// # Errors
    /// When a list has a line with too few columns.
    pub fn new(texts: &PlaceTexts<'_>, words: PlaceWords) -> Result<Self, String> {
        let mut gazetteer = Self {
            words,
            old_provinces: Level::default(),
            districts: Level::default(),
            old_communes: Level::default(),
            provinces: Level::default(),
            communes: Level::default(),
            successors: HashMap::new(),
            prior: HashMap::new(),
        };
        for [code, name, kind] in rows("provinces_2024.csv", texts.provinces_2024)? {
            gazetteer.old_provinces.add(unit(code, kind, name, ""), "");
        }
        for [code, name, kind, province] in rows("districts_2024.csv", texts.districts_2024)? {
            gazetteer.districts.add(unit(code, kind, name, province), "");
        }
        for [code, name, kind, district, _, others] in rows("communes_2024.csv", texts.communes_2024)? {
            gazetteer.old_communes.add(unit(code, kind, name, district), others);
        }
        for [code, name, kind, district, _, _, followed_by] in
            rows("communes_prior.csv", texts.communes_prior)?
        {
            // A code that is used again names its commune of 2024; the one before is known by name only.
            gazetteer.old_communes.add(unit(&format!("{code}*"), kind, name, district), "");
            let codes = followed_by.split(';').filter(|code| !code.is_empty()).map(Into::into);
            gazetteer.prior.insert(format!("{code}*").into(), codes.collect());
        }
        for [code, name, kind] in rows("provinces_2025.csv", texts.provinces_2025)? {
            gazetteer.provinces.add(unit(code, kind, name, ""), "");
        }
        for [code, name, kind, province, _, others] in rows("communes_2025.csv", texts.communes_2025)? {
            gazetteer.communes.add(unit(code, kind, name, province), others);
        }
        for [level, old, new, _, _, takes_people] in rows("commune_mapping.csv", texts.commune_mapping)? {
            if takes_people == "1" && level != "unnumbered_area" {
                gazetteer.successors.entry(old.into()).or_default().push(new.into());
            }
        }
        Ok(gazetteer)
    }

    /// Today's commune of a commune of before 1 July 2025.
    pub fn today(&self, code: &str) -> Today<'_> {
        let own = [Box::from(code)];
        let codes = self.prior.get(code).map_or(&own[..], Vec::as_slice);
        let mut found: Vec<&Unit> = Vec::new();
        for code in codes.iter().filter_map(|code| self.successors.get(code)).flatten() {
            if let Some(unit) = self.communes.with_code(code)
                && !found.contains(&unit)
            {
                found.push(unit);
            }
        }
        match found[..] {
            [] => Today::Unknown,
            [one] => Today::One(one),
            _ => Today::Several(found),
        }
    }

    /// Every commune of 30 June 2025.
    pub fn old_communes(&self) -> impl Iterator<Item = &Unit> {
        self.old_communes.units.iter().filter(|unit| !unit.code.ends_with('*'))
    }

    /// A commune as an address has it: commune and province today, commune, district and province before.
    pub fn address(&self, unit: &Unit) -> String {
        let mut parts = vec![unit.full_name()];
        if let Some(district) = self.districts.with_code(&unit.parent) {
            parts.push(district.full_name());
            parts.extend(self.old_provinces.with_code(&district.parent).map(Unit::full_name));
        } else {
            parts.extend(self.provinces.with_code(&unit.parent).map(Unit::full_name));
        }
        parts.join(", ")
    }
}

fn unit(code: &str, kind: &str, name: &str, parent: &str) -> Unit {
    Unit { code: code.into(), kind: kind.into(), name: name.into(), parent: parent.into() }
}

/// The first columns of a list; none of them is quoted.
fn rows<'a, const COLUMNS: usize>(
    name: &str,
    list: &'a str,
) -> Result<impl Iterator<Item = [&'a str; COLUMNS]>, String> {
    let columns = |line: &'a str| {
        let mut cells = line.split(',');
        let row = std::array::from_fn(|_| cells.next());
        row.iter().all(Option::is_some).then(|| row.map(Option::unwrap_or_default))
    };
    let parsed: Vec<_> = list.lines().skip(1).map(|line| columns(line).ok_or(line)).collect();
    if let Some(Err(line)) = parsed.iter().find(|row| row.is_err()) {
        return Err(format!("{name}: cannot read `{line}`"));
    }
    Ok(parsed.into_iter().flatten())
}
