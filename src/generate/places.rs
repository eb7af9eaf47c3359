//! Places: the units of 2024 and of today as the generator needs them, and which old unit became which new one.
//!
//! Owns the reading of the place tables from text. Does not know who lives where.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use super::Tables;
use super::random::{Random, Weighted};

/// A province until June 2025.
pub(super) struct Province {
    /// Name with its type, as an address writes it.
    pub(super) name: String,
    /// First three digits of the numbers registered there.
    pub(super) number_code: u16,
    /// First two digits of the old numbers issued there.
    pub(super) old_prefixes: Vec<u8>,
    /// Inhabitants of 2020.
    pub(super) population: u64,
    /// The code of the unit, two digits.
    pub(super) code: String,
    /// Today's communes on its ground, and their weights.
    communes: Vec<u32>,
    commune_weights: Weighted,
}

/// A commune since July 2025.
pub(super) struct Commune {
    /// The code of the unit, five digits.
    pub(super) code: String,
    /// `code,name` of province and commune as the extract writes them, with commas between.
    pub(super) cells: String,
    /// The old units that went to it with people.
    old: Vec<u32>,
}

/// A commune, or an island district without communes, until June 2025.
#[derive(Default)]
pub(super) struct OldUnit {
    /// The code of the unit.
    pub(super) code: String,
    /// Index of the province.
    pub(super) province: u32,
    /// District with its type.
    pub(super) district: String,
    /// Commune with its type; empty for an island district.
    pub(super) commune: String,
    /// Another commune of the province has the same name.
    pub(super) same_in_province: bool,
    /// A commune of another province has the same name, in a district of the same name.
    pub(super) same_in_country: bool,
    /// It was divided between several units of today.
    pub(super) split: bool,
    /// Names of communes that had gone into it before, none of which is a commune of its district.
    pub(super) prior: Vec<String>,
}

/// All places.
pub(super) struct Places {
    /// The 63 provinces.
    pub(super) provinces: Vec<Province>,
    /// Today's communes.
    pub(super) communes: Vec<Commune>,
    /// The old units.
    pub(super) old: Vec<OldUnit>,
    province_weights: Weighted,
}

impl Places {
    /// Reads the tables.
    pub(super) fn new(tables: &Tables) -> Result<Self> {
        let mut provinces = read_provinces(tables.provinces_2024)?;
        let (mut old, old_index) = read_old_units(tables, &provinces)?;
        let (mut communes, populations, index) = read_communes(tables)?;
        let columns = ["old_level", "old_code", "new_code", "split", "takes_people"];
        for [level, from, to, split, takes_people] in rows(tables.commune_mapping, columns)? {
            let (Some(from), Some(to)) = (old_index.get(&(level == "district", from)), index.get(&to)) else {
                bail!("commune_mapping: a code is in no table of units");
            };
            old[*from as usize].split |= split == "yes";
            if takes_people == "1" {
                communes[*to as usize].old.push(*from);
            }
        }
        for (at, commune) in communes.iter().enumerate() {
            let first = commune
                .old
                .first()
                .with_context(|| format!("commune {} came from nowhere", commune.cells))?;
            let home = old[*first as usize].province as usize;
            provinces[home].communes.push(at as u32);
        }
        for province in &mut provinces {
            let weights = province.communes.iter().map(|at| populations[*at as usize]);
            province.commune_weights = Weighted::new(weights);
            if province.communes.is_empty() {
                bail!("{} has no commune of today", province.name);
            }
        }
        let province_weights = Weighted::new(provinces.iter().map(|province| province.population));
        Ok(Places { provinces, communes, old, province_weights })
    }

    /// Draws a province by its inhabitants.
    pub(super) fn draw_province(&self, random: &mut Random) -> u32 {
        self.province_weights.draw(random) as u32
    }

    /// Draws one of today's communes on the ground of an old province.
    pub(super) fn draw_commune(&self, province: u32, random: &mut Random) -> u32 {
        let province = &self.provinces[province as usize];
        province.communes[province.commune_weights.draw(random)]
    }

    /// Draws the old unit in which a person of a commune of today lived.
    pub(super) fn draw_old_unit(&self, commune: u32, random: &mut Random) -> u32 {
        *random.pick(&self.communes[commune as usize].old)
    }
}

/// Reads the named columns of a CSV text.
pub(super) fn rows<const N: usize>(text: &str, columns: [&str; N]) -> Result<Vec<[String; N]>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        let found = header.iter().position(|name| name == column);
        *place = found.with_context(|| format!("the column {column} is missing"))?;
    }
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record?;
        all.push(places.map(|place| record.get(place).unwrap_or("").to_owned()));
    }
    Ok(all)
}

fn read_provinces(text: &str) -> Result<Vec<Province>> {
    let columns = ["code", "name", "type", "number_code", "population_2020", "old_number_prefixes"];
    let mut provinces = Vec::new();
    for [code, name, kind, number_code, population, prefixes] in rows(text, columns)? {
        let prefixes: Result<Vec<u8>, _> = prefixes.split(';').map(str::parse).collect();
        provinces.push(Province {
            name: format!("{kind} {name}"),
            number_code: number_code.parse().with_context(|| format!("province {code}: number_code"))?,
            old_prefixes: prefixes.with_context(|| format!("province {code}: old_number_prefixes"))?,
            population: population.parse().with_context(|| format!("province {code}: population_2020"))?,
            code,
            communes: Vec::new(),
            commune_weights: Weighted::default(),
        });
    }
    Ok(provinces)
}

/// Units by "is a district" and code.
type OldIndex = BTreeMap<(bool, String), u32>;

fn read_old_units(tables: &Tables, provinces: &[Province]) -> Result<(Vec<OldUnit>, OldIndex)> {
    let province_index: BTreeMap<&str, u32> =
        (0..).zip(provinces).map(|(at, unit)| (unit.code.as_str(), at)).collect();
    let find = |code: &str| province_index.get(code).copied().with_context(|| format!("no province {code}"));
    let mut units = Vec::new();
    let mut index = OldIndex::new();
    let mut districts = BTreeMap::new();
    for [code, name, kind, province] in
        rows(tables.districts_2024, ["code", "name", "type", "province_code"])?
    {
        let district = format!("{kind} {name}");
        index.insert((true, code.clone()), units.len() as u32);
        let province = find(&province)?;
        districts.insert(code.clone(), district.clone());
        units.push(OldUnit { code, province, district, ..OldUnit::default() });
    }
    let columns = ["code", "name", "type", "district_code", "province_code"];
    for [code, name, kind, district, province] in rows(tables.communes_2024, columns)? {
        let commune = format!("{kind} {name}");
        let province = find(&province)?;
        let district = districts.get(&district).with_context(|| format!("no district {district}"))?.clone();
        index.insert((false, code.clone()), units.len() as u32);
        units.push(OldUnit { code, province, district, commune, ..OldUnit::default() });
    }
    mark_same_names(&mut units);
    read_prior_names(tables.communes_prior, &index, &mut units)?;
    Ok((units, index))
}

fn mark_same_names(units: &mut [OldUnit]) {
    let mut in_province: BTreeMap<(u32, String), u32> = BTreeMap::new();
    let mut in_country: BTreeMap<(String, String), u32> = BTreeMap::new();
    for unit in units.iter() {
        *in_province.entry((unit.province, unit.commune.clone())).or_default() += 1;
        *in_country.entry((unit.district.clone(), unit.commune.clone())).or_default() += 1;
    }
    for unit in units {
        let several = |count: Option<&u32>| count.is_some_and(|count| *count > 1);
        unit.same_in_province = several(in_province.get(&(unit.province, unit.commune.clone())));
        unit.same_in_country = several(in_country.get(&(unit.district.clone(), unit.commune.clone())));
    }
}

fn read_prior_names(text: &str, index: &OldIndex, units: &mut [OldUnit]) -> Result<()> {
    let key = |unit: &OldUnit, commune: String| (unit.province, unit.district.clone(), commune);
    let today: BTreeSet<_> = units.iter().map(|unit| key(unit, unit.commune.clone())).collect();
    for [name, kind, successors] in rows(text, ["old_name", "old_type", "successor_codes_2024"])? {
        let heirs = successors.split(';').filter_map(|code| index.get(&(false, code.to_owned())));
        for heir in heirs {
            let unit = &mut units[*heir as usize];
            let former = format!("{kind} {name}");
            // A name that a neighbour bears today says that neighbour, and nobody could know better.
            if !today.contains(&key(unit, former.clone())) {
                unit.prior.push(former);
            }
        }
    }
    Ok(())
}

/// Communes, their inhabitants, and their places by code.
type Today = (Vec<Commune>, Vec<u64>, BTreeMap<String, u32>);

fn read_communes(tables: &Tables) -> Result<Today> {
    let mut provinces = BTreeMap::new();
    for [code, name, kind] in rows(tables.provinces_2025, ["code", "name", "type"])? {
        let cells = format!("{code},{kind} {name}");
        provinces.insert(code, cells);
    }
    let (mut communes, mut populations, mut index) = (Vec::new(), Vec::new(), BTreeMap::new());
    let columns = ["code", "name", "type", "province_code", "population"];
    for [code, name, kind, province, population] in rows(tables.communes_2025, columns)? {
        let province = provinces.get(&province).with_context(|| format!("no province {province}"))?;
        let cells = format!("{province},{code},{kind} {name}");
        communes.push(Commune { code: code.clone(), cells, old: Vec::new() });
        // A commune whose inhabitants are not known counts as a middling one.
        populations.push(population.parse().unwrap_or(15_000));
        index.insert(code, communes.len() as u32 - 1);
    }
    Ok((communes, populations, index))
}
