//! On which list a row goes: that of the commune of today in which the person lives, as the reference says, else as the
//! list says.
//!
//! Owns the order in which both are believed and the paths of lists. A path is made of codes that were checked to be
//! digits, never of a name, so that no cell and no rules file leads out of the folder.

use std::collections::BTreeMap;

use crate::places::{CommuneId, Gazetteer, PlaceCells, PlaceFound, PlaceMark, PlaceMemo, Time, Unit};
use crate::record::{Trouble, TroubleCode};

/// The folder of all lists.
pub const FOLDER: &str = "units";
/// The file of rows whose commune, or whose province, is not settled.
const OTHER: &str = "khac";
/// Digits of a code of a province, and of a commune.
const PROVINCE_DIGITS: usize = 2;
const COMMUNE_DIGITS: usize = 5;

/// All lists that there may be: one for each commune of today, one for each province, and one for the rest.
#[derive(Debug)]
pub struct Units<'g> {
    gazetteer: &'g Gazetteer,
    provinces: Vec<&'g Unit>,
    /// The province of each commune, by its place.
    province_of: Vec<usize>,
}

/// What a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'g> {
    /// A commune of today and its province.
    Commune(&'g Unit, &'g Unit),
    /// A province of today; the communes are not settled.
    Province(&'g Unit),
    /// Nothing is settled.
    Nowhere,
}

impl<'g> Units<'g> {
    /// The lists of a gazetteer.
    ///
    /// # Errors
    /// When a code is not made of as many digits as it has: the rules are wrong.
    pub fn new(gazetteer: &'g Gazetteer) -> Result<Self, Trouble> {
        let is_code =
            |code: &str, digits| code.len() == digits && code.bytes().all(|byte| byte.is_ascii_digit());
        let wrong = |code: &str| {
            let code: String = code.escape_default().take(20).collect();
            Trouble::new(TroubleCode::BadRules)
                .file("rules/places/communes_2025.csv")
                .word("cause", format!("`{code}` is no code of a unit"))
        };
        let mut provinces: BTreeMap<&str, &Unit> = BTreeMap::new();
        let mut of_communes = Vec::new();
        for commune in gazetteer.communes() {
            let province = gazetteer.province_of(commune.id).ok_or_else(|| wrong(&commune.code))?;
            for (code, digits) in [(&commune.code, COMMUNE_DIGITS), (&province.code, PROVINCE_DIGITS)] {
                if !is_code(code, digits) {
                    return Err(wrong(code));
                }
            }
            provinces.insert(&province.code, province);
            of_communes.push(&*province.code);
        }
        let place = |code: &str| provinces.keys().position(|known| *known == code).unwrap_or_default();
        let province_of = of_communes.into_iter().map(place).collect();
        Ok(Self { gazetteer, province_of, provinces: provinces.into_values().collect() })
    }

    /// All units.
    pub const fn gazetteer(&self) -> &'g Gazetteer {
        self.gazetteer
    }

    /// How many lists there may be.
    pub fn n_lists(&self) -> usize {
        self.province_of.len() + self.provinces.len() + 1
    }

    /// The provinces in the order of their codes.
    pub fn provinces(&self) -> &[&'g Unit] {
        &self.provinces
    }

    /// The lists of a province, by its place: its communes in the order of their codes, and the rest of it.
    pub fn lists_of(&self, province: usize) -> Vec<usize> {
        let mut lists: Vec<usize> =
            (0..self.province_of.len()).filter(|commune| self.province_of[*commune] == province).collect();
        lists.sort_by_key(|commune| &self.gazetteer.communes()[*commune].code);
        lists.push(self.province_of.len() + province);
        lists
    }

    /// The list of the rows of which nothing is settled.
    pub fn nowhere(&self) -> usize {
        self.n_lists() - 1
    }

    /// What a list is about.
    pub fn subject(&self, list: usize) -> Subject<'g> {
        let communes = self.gazetteer.communes();
        if let Some(commune) = communes.get(list) {
            return Subject::Commune(commune, self.provinces[self.province_of[list]]);
        }
        let province = self.provinces.get(list - communes.len());
        province.map_or(Subject::Nowhere, |province| Subject::Province(province))
    }

    /// The path of a list below the folder of the run, without its ending.
    pub fn path(&self, list: usize) -> String {
        match self.subject(list) {
            Subject::Commune(commune, province) => format!("{FOLDER}/{}/{}", province.code, commune.code),
            Subject::Province(province) => format!("{FOLDER}/{}/{OTHER}", province.code),
            Subject::Nowhere => format!("{FOLDER}/{OTHER}"),
        }
    }

    /// Codes of province and commune; empty where they are not settled.
    pub fn codes(&self, list: usize) -> (&'g str, &'g str) {
        match self.subject(list) {
            Subject::Commune(commune, province) => (&province.code, &commune.code),
            Subject::Province(province) => (&province.code, ""),
            Subject::Nowhere => ("", ""),
        }
    }

    fn list_of_province(&self, code: &str) -> Option<usize> {
        let place = self.provinces.iter().position(|province| *province.code == *code)?;
        Some(self.province_of.len() + place)
    }
}

/// Where a row belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Residence {
    /// The list, see [`Units::subject`].
    pub list: usize,
    /// House, street, hamlet, as the list has them.
    pub detail: String,
    /// What stands behind that, see [`super::Row::unit`].
    pub unit: String,
}

/// Finds the lists of rows: remembers what was read, since most rows share their unit with others.
#[derive(Debug)]
pub struct Finder<'u, 'g> {
    units: &'u Units<'g>,
    /// Time of the units of the reference, where it is known.
    time_of_reference: Option<Time>,
    of_reference: PlaceMemo,
    /// Time of the units of the list.
    time: Option<Time>,
    of_list: PlaceMemo,
    /// Words around the unit that the list used: `{unit}`.
    old_unit: String,
}

impl<'u, 'g> Finder<'u, 'g> {
    /// A finder for one list; times are those of the units in it and in the reference, where they are known. `old_unit` are
    /// the words around a unit of before, with `{unit}` for its name.
    pub fn new(
        units: &'u Units<'g>,
        time: Option<Time>,
        time_of_reference: Option<Time>,
        old_unit: &str,
    ) -> Self {
        Self {
            units,
            time_of_reference,
            of_reference: PlaceMemo::new(time_of_reference),
            time,
            of_list: PlaceMemo::new(time),
            old_unit: old_unit.to_owned(),
        }
    }

    /// Where a row belongs: `unit` is the residence that the reference has, commune first, empty where it has none;
    /// `cells` are those of the row.
    pub fn residence(&mut self, unit: &str, cells: &PlaceCells<'_>) -> Residence {
        let gazetteer = self.units.gazetteer;
        let own = self.of_list.read(gazetteer, cells);
        let list = self.list(unit, cells, own);
        Residence { list, detail: cells.detail.trim().to_owned(), unit: self.unit_used(cells, own, list) }
    }

    fn list(&mut self, unit: &str, cells: &PlaceCells<'_>, own: PlaceFound) -> usize {
        let gazetteer = self.units.gazetteer;
        let mut residence = cells_of(unit);
        // Where the reference has no residences the run took the cells of the list, and these say more.
        let is_own = unit.is_empty() || unit == joined([cells.commune, cells.district, cells.province]);
        let mut told =
            if is_own { PlaceFound::default() } else { self.of_reference.read(gazetteer, &residence) };
        if told.marks.contains(PlaceMark::LevelMissing) && residence.district.is_empty() {
            // The second of two parts is no province: a reference of one province may leave it out.
            let district = residence.province;
            residence = PlaceCells { commune: residence.commune, district, ..PlaceCells::default() };
            told = self.of_reference.read(gazetteer, &residence);
        }
        if let Some(commune) = told.commune_today {
            return commune.index();
        }
        let candidates = told.read_as.map(|id| gazetteer.candidates(id)).unwrap_or_default();
        // A unit that went to several communes leaves the choice to the list, but only among them.
        if let Some(commune) = own.commune_today
            && (candidates.is_empty() || candidates.contains(&commune))
        {
            return commune.index();
        }
        let province = (self.one_province(&candidates))
            .or_else(|| gazetteer.province_asked(&residence, self.time_of_reference))
            .or_else(|| {
                let own = own.read_as.map(|id| gazetteer.candidates(id)).unwrap_or_default();
                self.one_province(&own)
            })
            .or_else(|| gazetteer.province_asked(cells, self.time));
        let of_province = province.and_then(|province| self.units.list_of_province(&province.code));
        of_province.unwrap_or_else(|| self.units.nowhere())
    }

    /// The province of communes, where they have one.
    fn one_province(&self, communes: &[CommuneId]) -> Option<&'g Unit> {
        let gazetteer = self.units.gazetteer;
        let mut provinces = communes.iter().map(|commune| gazetteer.today_province(*commune));
        let first = provinces.next()??;
        provinces.all(|other| other.is_some_and(|other| other.id == first.id)).then_some(first)
    }

    /// The old name of the unit where the list used it, or the unit that the list has where it is another one.
    fn unit_used(&self, cells: &PlaceCells<'_>, own: PlaceFound, list: usize) -> String {
        let gazetteer = self.units.gazetteer;
        if own.commune_today.is_none_or(|commune| commune.index() != list) {
            let names = joined([
                or(cells.commune, cells.commune_code),
                or(cells.district, cells.district_code),
                or(cells.province, cells.province_code),
            ]);
            return if names.is_empty() { names } else { format!(", {names}") };
        }
        let old = own.read_as.map(|id| gazetteer.unit(id)).filter(|unit| unit.validity.to <= CHANGE);
        let Some(old) = old else { return String::new() };
        let of_list = match self.units.subject(list) {
            Subject::Commune(_, province) => &*province.name,
            Subject::Province(_) | Subject::Nowhere => "",
        };
        // Above the commune names are enough, and the province stands above the list where it is the same.
        let mut levels = gazetteer.levels(old);
        let mut name = levels.next().map(Unit::full_name).unwrap_or_default();
        for level in levels.filter(|level| level.code.len() != PROVINCE_DIGITS || *level.name != *of_list) {
            name.push_str(", ");
            name.push_str(&level.name);
        }
        format!(" {}", self.old_unit.replace("{unit}", &name))
    }
}

/// The first day without the units of before.
const CHANGE: u32 = 20_250_701;

fn or<'a>(name: &'a str, code: &'a str) -> &'a str {
    if name.trim().is_empty() { code } else { name }
}

/// Parts that are not empty, with commas between.
fn joined<const PARTS: usize>(parts: [&str; PARTS]) -> String {
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

/// The cells of a residence as a run writes it: commune, district, province, of which those that are not known are left
/// out. Of two parts the last is a province; one part is looked for in both places.
pub fn cells_of(unit: &str) -> PlaceCells<'_> {
    let mut parts = unit.split(", ");
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(commune), Some(district), Some(province), None) => {
            PlaceCells { commune, district, province, ..PlaceCells::default() }
        }
        (Some(commune), Some(province), None, _) => PlaceCells { commune, province, ..PlaceCells::default() },
        (Some(only), None, ..) => PlaceCells { commune: only, province: only, ..PlaceCells::default() },
        _ => PlaceCells { detail: unit, ..PlaceCells::default() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::Rulebook;

    fn gazetteer() -> Gazetteer {
        Rulebook::load(None).and_then(|book| book.gazetteer()).expect("our own rules")
    }

    fn path(unit: &str, cells: &PlaceCells<'_>) -> (String, String) {
        let gazetteer = gazetteer();
        let units = Units::new(&gazetteer).expect("codes are digits");
        let mut finder = Finder::new(&units, None, None, "(cũ: {unit})");
        let found = finder.residence(unit, cells);
        (units.path(found.list), format!("{}{}", found.detail, found.unit))
    }

    fn list<'a>(province: &'a str, district: &'a str, commune: &'a str, detail: &'a str) -> PlaceCells<'a> {
        PlaceCells { province, district, commune, detail, ..PlaceCells::default() }
    }

    #[test]
    fn every_list_has_a_path_of_its_own_made_of_digits() {
        let gazetteer = gazetteer();
        let units = Units::new(&gazetteer).expect("codes are digits");
        assert_eq!(units.n_lists(), 3_321 + 34 + 1);
        let mut paths: Vec<String> = (0..units.n_lists()).map(|list| units.path(list)).collect();
        assert!(paths.iter().all(|path| {
            path.split('/').all(|part| {
                part == "units" || part == "khac" || part.bytes().all(|byte| byte.is_ascii_digit())
            })
        }));
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), units.n_lists());
        let mut of_provinces: Vec<usize> = (0..34).flat_map(|province| units.lists_of(province)).collect();
        of_provinces.sort_unstable();
        assert_eq!(of_provinces, (0..units.nowhere()).collect::<Vec<_>>());
    }

    #[test]
    fn the_reference_is_believed_before_the_list() {
        let old = list("Tỉnh Tiền Giang", "Huyện Châu Thành", "Xã Long Định", "Khóm 10");
        let (path_of_list, address) = path("", &old);
        assert_eq!(address, "Khóm 10 (cũ: Xã Long Định, Châu Thành, Tiền Giang)");
        assert!(path_of_list.starts_with("units/82/2"), "{path_of_list}");
        // Somebody who moved: the unit of the list stands beside the house.
        let (path, address) = path("Phường Từ Liêm, Thành phố Hà Nội", &old);
        assert_eq!(path, "units/01/00592");
        assert_eq!(address, "Khóm 10, Xã Long Định, Huyện Châu Thành, Tỉnh Tiền Giang");
    }

    #[test]
    fn what_is_not_settled_stays_in_the_province_that_is() {
        let nowhere = ("units/khac".to_owned(), String::new());
        assert_eq!(path("", &PlaceCells::default()), nowhere);
        let (path_of, address) = path("", &list("Tỉnh An Giang", "", "Xã Không Có Thật", "Ấp 3"));
        assert_eq!((&*path_of, &*address), ("units/91/khac", "Ấp 3, Xã Không Có Thật, Tỉnh An Giang"));
        let (path_of, _) = path("Xã Không Có Thật, Tỉnh An Giang", &list("Tỉnh Tiền Giang", "", "", ""));
        assert_eq!(path_of, "units/91/khac");
        let (path_of, _) = path("Tỉnh An Giang", &PlaceCells::default());
        assert_eq!(path_of, "units/91/khac");
        for hostile in ["../../etc/passwd", "/etc", "COM1", "..", "a/b, c/d", ", , ", "\0", "00592/.."] {
            let (path, _) = path(hostile, &list(hostile, hostile, hostile, hostile));
            assert_eq!(path, "units/khac", "{hostile}");
        }
    }
}
