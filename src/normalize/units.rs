//! The unit of residence of each row of a batch, and the province of birth registration.

use std::collections::HashMap;

use crate::places::{Gazetteer, PlaceCells, PlaceMark, PlaceMemo, Time, Vintage, VintageCount};
use crate::record::{FieldKind, MappedBatch, TextColumn, UnitFound};

/// The cells that tell of a place, column by column.
struct PlaceColumns<'a> {
    columns: [Option<&'a TextColumn>; 7],
}

impl<'a> PlaceColumns<'a> {
    /// The columns of a batch, if one of them can tell a commune.
    fn of(batch: &'a MappedBatch) -> Option<Self> {
        const FIELDS: [FieldKind; 7] = [
            FieldKind::Province,
            FieldKind::ProvinceCode,
            FieldKind::District,
            FieldKind::DistrictCode,
            FieldKind::Commune,
            FieldKind::CommuneCode,
            FieldKind::Address,
        ];
        let has_commune = [FieldKind::Commune, FieldKind::CommuneCode];
        let can_tell = has_commune.iter().any(|field| batch.column(*field).is_some());
        can_tell.then(|| Self { columns: FIELDS.map(|field| batch.column(field)) })
    }

    fn row(&self, row: usize) -> PlaceCells<'a> {
        let cell = |at: usize| self.columns[at].map_or("", |column| column.get(row));
        PlaceCells {
            province: cell(0),
            province_code: cell(1),
            district: cell(2),
            district_code: cell(3),
            commune: cell(4),
            commune_code: cell(5),
            detail: cell(6),
        }
    }
}

/// The units of a batch; nothing where no column tells a commune.
pub fn units(batch: &MappedBatch, gazetteer: &Gazetteer, memo: &mut PlaceMemo) -> Vec<UnitFound> {
    let Some(columns) = PlaceColumns::of(batch) else { return Vec::new() };
    let read = |row| {
        let found = memo.read(gazetteer, &columns.row(row));
        let marks = found.marks.iter().fold(0, |marks, mark| marks | 1 << mark as u16);
        let today = found.commune_today.and_then(|unit| u16::try_from(unit.index()).ok());
        let read_as = found.read_as.and_then(|unit| u16::try_from(unit.index()).ok());
        UnitFound { today, read_as, marks }
    };
    (0..batch.n_rows()).map(read).collect()
}

/// The code of the commune of today in which a row lives, where its cells tell one.
pub fn commune_of<'g>(
    batch: &MappedBatch,
    row: usize,
    gazetteer: &'g Gazetteer,
    memo: &mut PlaceMemo,
) -> Option<&'g str> {
    let found = memo.read(gazetteer, &PlaceColumns::of(batch)?.row(row));
    found.commune_today.map(|commune| gazetteer.today_code(commune))
}

/// The time of the units that a list uses, as its first rows tell: by codes and names together, else by the names.
pub fn time_of_units(batch: &MappedBatch, gazetteer: &Gazetteer) -> Option<Time> {
    /// Rows for a time for each that is against it.
    const CLEARLY: usize = 20;
    let columns = PlaceColumns::of(batch)?;
    let mut count = VintageCount::default();
    let (mut before, mut since) = (0, 0);
    for cells in (0..batch.n_rows()).map(|row| columns.row(row)) {
        count.count(gazetteer, cells.province_code, cells.commune_code, cells.commune);
        let found = gazetteer.read_cells(&PlaceCells { detail: "", ..cells }, None);
        if found.read_as.is_some() {
            let is_old = [PlaceMark::OldUnit, PlaceMark::OldUnitBefore, PlaceMark::SplitUnit]
                .into_iter()
                .any(|mark| found.marks.contains(mark));
            *(if is_old { &mut before } else { &mut since }) += 1;
        }
    }
    match count.vintage() {
        Vintage::Before => Some(Time::Before),
        Vintage::Since => Some(Time::Since),
        Vintage::Unclear if before > since * CLEARLY => Some(Time::Before),
        Vintage::Unclear if since > before * CLEARLY => Some(Time::Since),
        Vintage::Unclear => None,
    }
}

/// The three first digits that a number has which was given where each row says that the birth was registered; 0 where
/// the row does not say, or says it in a way that could be several.
pub fn birth_provinces(batch: &MappedBatch, gazetteer: &Gazetteer) -> Vec<u16> {
    let Some(column) = batch.column(FieldKind::BirthPlace) else { return Vec::new() };
    let mut known: HashMap<&str, u16> = HashMap::new();
    let read = |place: &str| {
        // A dash parts the names of one province.
        let readings = gazetteer.read(&place.replace(" - ", "-"), Some(Time::Before));
        let mut provinces = readings.iter().map(|reading| reading.province.map(|unit| &unit.code));
        let first = provinces.next().flatten();
        let is_one = provinces.all(|other| other == first);
        // The code of the number is that of the province with a zero before it (Circular 07/2016/TT-BCA).
        first.filter(|_| is_one).and_then(|code| code.parse().ok()).unwrap_or(0)
    };
    column.iter().map(|cell| *known.entry(cell).or_insert_with(|| read(cell))).collect()
}
