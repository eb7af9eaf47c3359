//! What the cells above the commune ask for: which provinces, which districts.
//!
//! Owns how name and code of a province or district are weighed: a name goes before a code that contradicts it.

use super::cell_text::CellText;
use super::cells::PlaceCells;
use super::find::Time;
use super::gazetteer::{Gazetteer, Provinces, only};
use super::marks::{PlaceMark, PlaceMarks};
use super::units::{Unit, UnitId};

/// Provinces and districts that a row may mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'g> {
    pub(super) time: Option<Time>,
    /// Provinces of before; all where none is said.
    pub(super) before: Provinces,
    /// Provinces of today; all where none is said.
    pub(super) since: Provinces,
    pub(super) has_province: bool,
    /// Whether the province, as it is written, had ended before 30 June 2025.
    pub(super) is_ended: bool,
    districts: &'g [UnitId],
    /// Kind that the districts have to be of; 0 for any.
    kind: u8,
    pub(super) has_district: bool,
    /// Whether no name of the row has a mark.
    pub(super) is_bare: bool,
    pub(super) marks: PlaceMarks,
}

/// A code with the zeros in front that spreadsheets take away.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code {
    digits: [u8; 5],
    length: usize,
}

impl Code {
    /// Of at most `length` digits; anything else is the code of nothing.
    pub(super) fn new(written: &str, length: usize) -> Self {
        let mut code = Self { digits: [b'0'; 5], length: length.min(5) };
        let bytes = written.as_bytes();
        if bytes.is_empty() || bytes.len() > code.length || !bytes.iter().all(u8::is_ascii_digit) {
            code.length = 0;
            return code;
        }
        code.digits[code.length - bytes.len()..code.length].copy_from_slice(bytes);
        code
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.length]).unwrap_or_default()
    }
}

/// Name and code; a code of full length in the cell of the name is one.
pub(super) fn name_or_code<'a>(name: &'a str, code: &'a str, length: usize) -> (&'a str, &'a str) {
    let is_code = name.len() == length && name.bytes().all(|byte| byte.is_ascii_digit());
    match (is_code, code.is_empty()) {
        (true, true) => ("", name),
        (true, false) => ("", code),
        (false, _) => (name, code),
    }
}

/// The provinces of a name.
#[derive(Debug, Clone, Copy, Default)]
struct Named {
    before: Provinces,
    since: Provinces,
    is_ended: bool,
}

impl Gazetteer {
    /// What the cells ask for, or, where that is nothing, what they ask for in each other's place.
    pub(super) fn asked_in_order(&self, cells: &PlaceCells<'_>, time: Option<Time>) -> Asked<'_> {
        let asked = self.asked(cells, time);
        let is_named = !cells.province.trim().is_empty() && !cells.district.trim().is_empty();
        if asked.has_province || asked.has_district || !is_named {
            return asked;
        }
        let swapped = PlaceCells { province: cells.district, district: cells.province, ..*cells };
        let mut swapped = self.asked(&swapped, time);
        if !swapped.has_province || !swapped.has_district {
            return asked;
        }
        swapped.marks.insert(PlaceMark::ColumnMixed);
        swapped
    }

    pub(super) fn asked(&self, cells: &PlaceCells<'_>, time: Option<Time>) -> Asked<'_> {
        let mut marks = PlaceMarks::NONE;
        let (name, code) = name_or_code(cells.province.trim(), cells.province_code.trim(), 2);
        let mut named = Named::default();
        if !name.is_empty() {
            let text = self.cell_text(name);
            marks.insert_if(PlaceMark::Abbreviated, text.is_short);
            named = self.provinces_named(text);
        }
        let code = Code::new(code, 2);
        let of_code = |level: &super::units::Level| match level.with_code(code.as_str()) {
            [] => 0,
            [first, ..] => only(self.fact(*first).province),
        };
        let coded =
            Named { before: of_code(&self.old_provinces), since: of_code(&self.provinces), is_ended: false };
        if named.before | named.since == 0 {
            named = coded;
        } else if coded.before | coded.since != 0 {
            let (before, since) = (named.before & coded.before, named.since & coded.since);
            let fits_before = before != 0 && time != Some(Time::Since);
            if fits_before || since != 0 && time != Some(Time::Before) {
                (named.before, named.since) = (before, since);
            } else {
                marks.insert(PlaceMark::CodeConflict);
            }
        }
        let has_province = named.before | named.since != 0;
        let all = |provinces| if has_province { provinces } else { Provinces::MAX };
        let asked = Asked {
            time,
            before: all(named.before),
            since: all(named.since),
            has_province,
            is_ended: named.is_ended,
            districts: &[],
            kind: 0,
            has_district: false,
            is_bare: [cells.province, cells.district, cells.commune].iter().all(|cell| cell.is_ascii()),
            marks,
        };
        self.with_district(asked, cells)
    }

    fn with_district<'g>(&'g self, mut asked: Asked<'g>, cells: &PlaceCells<'_>) -> Asked<'g> {
        let (name, code) = name_or_code(cells.district.trim(), cells.district_code.trim(), 3);
        let coded = self.districts.with_code(Code::new(code, 3).as_str());
        if !name.is_empty() {
            let text = self.cell_text(name);
            asked.marks.insert_if(PlaceMark::Abbreviated, text.is_short);
            asked.kind = text.kind;
            let lies = |unit: &UnitId| asked.before & only(self.fact(*unit).province) != 0;
            let [exact, bare] = [false, true].map(|is_bare| self.districts.of_key(text.keys, is_bare));
            let is_exact = exact.iter().any(lies) || !exact.is_empty() && !bare.iter().any(lies);
            let is_district = text.kind == 0 || self.is_kind_of(text.kind, 3);
            asked.districts = match (is_district, is_exact && !asked.is_bare) {
                (false, _) => &[],
                (true, true) => exact,
                (true, false) => bare,
            };
            let number = |unit: &UnitId| self.fact(*unit).number;
            let is_one = |unit: &UnitId| coded.iter().any(|other| number(other) == number(unit));
            let contradicts = !coded.is_empty() && !self.districts_asked(&asked).any(is_one);
            let is_named = self.districts_asked(&asked).next().is_some();
            asked.marks.insert_if(PlaceMark::CodeConflict, is_named && contradicts);
            if is_named {
                asked.has_district = true;
                return asked;
            }
        }
        if !coded.is_empty() {
            (asked.districts, asked.kind) = (coded, 0);
        }
        asked.has_district = self.districts_asked(&asked).next().is_some();
        asked
    }

    /// Districts asked for that lie in a province asked for: of their kind, or of any if none of them is of it.
    pub(super) fn districts_asked<'g>(
        &'g self,
        asked: &Asked<'g>,
    ) -> impl Iterator<Item = &'g UnitId> + use<'g> {
        let (before, kind) = (asked.before, asked.kind);
        let lies = move |unit: &UnitId| before & only(self.fact(*unit).province) != 0;
        let is_of_kind = move |unit: &UnitId| kind == 0 || self.fact(*unit).kind == kind;
        let any_kind = !asked.districts.iter().any(|unit| lies(unit) && is_of_kind(unit));
        asked.districts.iter().filter(move |unit| lies(unit) && (any_kind || is_of_kind(unit)))
    }

    /// The province of today in which the cells of a row lie, whatever their commune: the one that they name, or the one
    /// that it went into; `None` where that is not one.
    pub fn province_asked(&self, cells: &PlaceCells<'_>, time: Option<Time>) -> Option<&Unit> {
        let asked = self.asked_in_order(cells, time);
        if !asked.has_province {
            return None;
        }
        let of_time = |other, provinces: Provinces| if time == Some(other) { 0 } else { provinces };
        let (before, since) = (of_time(Time::Since, asked.before), of_time(Time::Before, asked.since));
        let led = self.mergers.iter().filter(|(old, _)| before & only(*old) != 0);
        let today = led.fold(since, |all, (_, new)| all | only(*new));
        let code = (today.count_ones() == 1).then(|| format!("{:02}", today.trailing_zeros()))?;
        self.provinces.with_code(&code).first().map(|id| self.unit(*id))
    }

    /// The same with the provinces of the other time: a list may name today's province over a district of before.
    pub(super) fn widened<'g>(&'g self, asked: &Asked<'g>) -> Asked<'g> {
        let mut widened = *asked;
        if asked.has_province {
            for (old, new) in &self.mergers {
                if asked.since & only(*new) != 0 {
                    widened.before |= only(*old);
                }
                if asked.before & only(*old) != 0 {
                    widened.since |= only(*new);
                }
            }
            widened.has_district = self.districts_asked(&widened).next().is_some();
        }
        widened
    }

    /// Of the provinces of a name those of its kind, if there are, and of these those of 30 June 2025.
    fn provinces_named(&self, text: CellText) -> Named {
        let old = self.old_provinces.named(text.keys);
        let is_of_kind = |unit: &&UnitId| text.kind == 0 || self.fact(**unit).kind == text.kind;
        let mut named = Named::default();
        for (any_kind, may_have_ended) in [(false, false), (false, true), (true, false), (true, true)] {
            let fits =
                |unit: &&UnitId| (any_kind || is_of_kind(unit)) && self.fact(**unit).ended <= may_have_ended;
            let extents = old.iter().filter(fits).filter_map(|unit| self.extents.get(unit));
            named.before = extents.fold(0, |all, extent| all | extent);
            if named.before != 0 {
                named.is_ended = may_have_ended;
                break;
            }
        }
        let new = self.provinces.named(text.keys);
        let any_kind = !new.iter().any(|unit| is_of_kind(&unit));
        let new = new.iter().filter(|unit| any_kind || is_of_kind(unit));
        named.since = new.fold(0, |all, unit| all | only(self.fact(*unit).province));
        named
    }
}
