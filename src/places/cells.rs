//! The unit that the cells of a row mean: province, district, commune, each by name or code.
//!
//! Owns in which order cells are believed: what names a district before what leaves it out, a name before a code that
//! contradicts it, the detail last. Deliberately chooses nothing where units lead to different communes of today.

use super::address::names_commune;
use super::asked::{Asked, name_or_code};
use super::cell_text::CellText;
use super::find::{Reading, Time};
use super::fit::Fit;
use super::gazetteer::Gazetteer;
use super::marks::{PlaceMark, PlaceMarks};
use super::units::{CommuneId, UnitId};

/// The cells of a row that tell of its place; a cell that the list does not have is empty. A code may stand in the cell of
/// the name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlaceCells<'a> {
    /// Name of the province.
    pub province: &'a str,
    /// Its code, two digits.
    pub province_code: &'a str,
    /// Name of the district.
    pub district: &'a str,
    /// Its code, three digits.
    pub district_code: &'a str,
    /// Name of the commune.
    pub commune: &'a str,
    /// Its code, five digits.
    pub commune_code: &'a str,
    /// House, street, hamlet. Looked at only where the other cells tell no commune.
    pub detail: &'a str,
}

/// What the cells of a row mean.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlaceFound {
    /// The commune in which the people live today, where it is one.
    pub commune_today: Option<CommuneId>,
    /// The unit that was read: a commune of before or of today, or a district that became one. For a divided unit
    /// [`Gazetteer::candidates`] has the communes of today.
    pub read_as: Option<UnitId>,
    /// What was noticed.
    pub marks: PlaceMarks,
}

impl Gazetteer {
    /// The unit that a row means. `time` is that of the list, where it is known; else both are read.
    ///
    /// A row with a commune in it is either found, divided, one of several, or unknown.
    pub fn read_cells(&self, cells: &PlaceCells<'_>, time: Option<Time>) -> PlaceFound {
        let found = self.read_columns(cells, time);
        self.with_detail(found, cells, time)
    }

    /// The same with no look at the detail.
    pub(super) fn read_columns(&self, cells: &PlaceCells<'_>, time: Option<Time>) -> PlaceFound {
        let asked = self.asked_in_order(cells, time);
        let name = cells.commune.trim();
        let (name, code) = name_or_code(name, cells.commune_code.trim(), 5);
        if name.is_empty() && code.is_empty() {
            return self.district_alone(&asked);
        }
        let coded = self.coded(code, time);
        let mut marks = asked.marks;
        if name.is_empty() {
            return self.found(self.by_code(&asked, coded), &asked, true, marks);
        }
        let text = self.cell_text(name);
        marks.insert_if(PlaceMark::Abbreviated, text.is_short);
        let fit = self.by_name(&asked, text);
        if coded.is_known {
            // A kind that is another counts where no other unit has name and kind: Xã Long Phú is not Thị trấn Long Phú.
            let has_kind =
                |unit: &UnitId| text.kind == 0 || fit.is_none() || self.fact(*unit).kind == text.kind;
            let has_name = |unit: &UnitId| {
                let named =
                    self.old_communes.has_name(*unit, text.keys) || self.communes.has_name(*unit, text.keys);
                named && has_kind(unit)
            };
            let agrees = |unit: UnitId| coded.old.contains(&unit) || coded.new.contains(&unit);
            if fit.first.is_some_and(agrees) && !fit.several {
                return self.found(fit, &asked, true, marks);
            }
            let agreed = self.choose(&asked, coded, has_name);
            if !agreed.is_none() {
                return self.found(agreed, &asked, true, marks);
            }
            if fit.is_none() && self.words.is_below(name) {
                let fit = self.by_code(&asked, coded);
                return self.found(fit, &asked, true, marks.with(PlaceMark::ColumnMixed));
            }
            marks.insert(PlaceMark::CodeConflict);
        }
        if fit.is_none() {
            return self.otherwise(cells, &asked, text, marks);
        }
        self.found(fit, &asked, false, marks)
    }

    /// Whether only the detail can tell more.
    pub(super) fn wants_detail(found: PlaceFound, cells: &PlaceCells<'_>) -> bool {
        let is_open = found.read_as.is_none() && !found.marks.contains(PlaceMark::SeveralUnits);
        is_open && !cells.detail.trim().is_empty()
    }

    /// Looks for the commune in the detail where the other cells have none.
    pub(super) fn with_detail(
        &self,
        found: PlaceFound,
        cells: &PlaceCells<'_>,
        time: Option<Time>,
    ) -> PlaceFound {
        if !Self::wants_detail(found, cells) {
            return found;
        }
        let commune = cells.commune.trim();
        let mut marks = found.marks.without(PlaceMark::UnknownUnit);
        // A street may have the name of a commune: without its kind a name counts only where the cell of the commune holds
        // what lies below one.
        let is_sure =
            || commune.is_empty() || self.words.is_below(commune) || names_commune(cells.detail, &self.words);
        if let Some(read) = self.of_address(cells.detail, cells, time).filter(|_| is_sure()) {
            marks.insert_if(PlaceMark::ColumnMixed, !commune.is_empty());
            return PlaceFound { marks: marks.union(read.marks), ..read };
        }
        let is_empty = [cells.province, cells.district, cells.province_code, cells.district_code]
            .iter()
            .all(|cell| cell.trim().is_empty());
        marks.insert_if(PlaceMark::UnknownUnit, is_empty);
        PlaceFound { marks: marks.union(found.marks), ..found }
    }

    /// A row without a commune: five districts were islands without one.
    fn district_alone(&self, asked: &Asked<'_>) -> PlaceFound {
        let mut fit = Fit::default();
        for district in self.districts_asked(asked) {
            if !self.lead(*district).is_empty() {
                fit.add(self, *district, false);
            }
        }
        if fit.is_none() || fit.several {
            return PlaceFound { marks: asked.marks, ..PlaceFound::default() };
        }
        self.found(fit, asked, false, asked.marks)
    }

    /// What a fit means. `is_coded`: a code tells the levels that are not named.
    fn found(&self, fit: Fit, asked: &Asked<'_>, is_coded: bool, mut marks: PlaceMarks) -> PlaceFound {
        let Some(unit) = fit.first.filter(|_| !fit.several) else {
            let what = if fit.several { PlaceMark::SeveralUnits } else { PlaceMark::UnknownUnit };
            return PlaceFound { marks: marks.with(what), ..PlaceFound::default() };
        };
        let is_old = self.fact(unit).is_old;
        let is_missing = !asked.has_province || is_old && !asked.has_district;
        marks.insert_if(PlaceMark::LevelMissing, is_missing && !is_coded);
        if is_old {
            let ended = fit.is_ended || asked.is_ended;
            marks.insert(if ended { PlaceMark::OldUnitBefore } else { PlaceMark::OldUnit });
        }
        self.lead_of(unit, marks)
    }

    /// Where a unit leads.
    fn lead_of(&self, unit: UnitId, mut marks: PlaceMarks) -> PlaceFound {
        let commune_today = match self.lead(unit) {
            [one] => Some(*one),
            [] => {
                marks.insert(PlaceMark::UnknownUnit);
                None
            }
            _ => {
                marks.insert(PlaceMark::SplitUnit);
                None
            }
        };
        PlaceFound { commune_today, read_as: Some(unit), marks }
    }

    /// What an address means in the district and the province of its row, or by itself.
    fn of_address(&self, address: &str, cells: &PlaceCells<'_>, time: Option<Time>) -> Option<PlaceFound> {
        let above = [cells.district, cells.province].map(str::trim);
        let above = above.into_iter().filter(|cell| !cell.is_empty());
        let whole = std::iter::once(address).chain(above).collect::<Vec<_>>().join(", ");
        // What stands in the cell of the district is no commune of today.
        let names_district = time.is_none() && self.asked(cells, time).has_district;
        let within = names_district.then_some((whole.as_str(), Some(Time::Before)));
        let mut ways = within.into_iter().chain([(whole.as_str(), time), (address, time)]);
        ways.find_map(|(address, time)| self.of_readings(&self.read(address, time)))
    }

    /// What readings of an address mean together; `None` where none has a commune.
    fn of_readings(&self, readings: &[Reading<'_>]) -> Option<PlaceFound> {
        let mut fit = Fit::default();
        let communes = || readings.iter().filter_map(|reading| Some((reading.commune?, reading)));
        for (commune, _) in communes() {
            fit.add(self, commune.id, false);
        }
        let (first, reading) = communes().next()?;
        if fit.several {
            let marks = PlaceMarks::NONE.with(PlaceMark::SeveralUnits);
            return Some(PlaceFound { marks, ..PlaceFound::default() });
        }
        Some(self.lead_of(first.id, reading.marks))
    }

    /// What else the cells may mean: units of the other time's province, cells in each other's place, an address in the
    /// commune's cell.
    fn otherwise(
        &self,
        cells: &PlaceCells<'_>,
        asked: &Asked<'_>,
        text: CellText,
        marks: PlaceMarks,
    ) -> PlaceFound {
        let widened = self.widened(asked);
        let fit = self.by_name(&widened, text);
        if asked.has_province && !fit.is_none() {
            return self.found(fit, &widened, false, marks);
        }
        let swapped =
            PlaceCells { district: cells.commune, commune: cells.district, district_code: "", ..*cells };
        let of_swapped = self.asked(&swapped, asked.time);
        let commune = swapped.commune.trim();
        let is_number = |cell: &str| cell.bytes().all(|byte| byte.is_ascii_digit());
        let are_numbers = is_number(commune) && is_number(cells.commune.trim());
        if !are_numbers && of_swapped.has_district && !commune.is_empty() && asked.time != Some(Time::Since) {
            let fit = self.in_district(&of_swapped, self.cell_text(commune));
            if !fit.is_none() {
                return self.found(fit, &of_swapped, false, marks.with(PlaceMark::ColumnMixed));
            }
        }
        let is_address = cells.commune.contains([',', ';', '|']) || cells.commune.contains(" - ");
        let read = is_address.then(|| self.of_address(cells.commune, cells, asked.time)).flatten();
        if let Some(read) = read {
            return PlaceFound { marks: marks.union(read.marks).with(PlaceMark::ColumnMixed), ..read };
        }
        self.found(Fit::default(), asked, false, marks)
    }
}

#[cfg(test)]
mod tests;
