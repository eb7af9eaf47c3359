//! Checks that only the rows of a list together answer: numbers that two people share, one person in two rows, numbers
//! dragged down or sorted alone, one date or one sex far too often.
//!
//! Keeps 27 bytes of each row, so a list of 17 million rows takes half a gigabyte; knows no text of any cell. The state
//! is added to in the order of the rows, and a list in several parts comes to the same as in one.

mod dates;
mod runs;
mod shared;

use std::ops::Range;

use crate::fields::birth_date::BirthDate;
use crate::fields::id_number::{Hints, IdNumber};
use crate::fields::person_name::Skeleton;
use crate::fields::sex::Sex;
use crate::record::{FieldKind, NormalBatch, Particulars};
use crate::rulebook::{CheckId, Kind, Rulebook};

/// A row among all rows of the list, from 0.
pub type Row = u32;

/// What is kept of each row.
#[derive(Debug, Default)]
pub struct Whole {
    /// Packed numbers, 0 where there is none.
    numbers: Vec<u64>,
    /// Hashes of the names as compared, 0 where there is none.
    names: Vec<u64>,
    skeletons: Vec<Skeleton>,
    /// yyyymmdd, 0 where there is none.
    births: Vec<u32>,
    /// Today's commune plus one, 0 where it is not known.
    communes: Vec<u16>,
    facts: Vec<u8>,
    /// First row of each file.
    starts: Vec<Row>,
    /// First and last day of what the list is about.
    event_days: Option<(u32, u32)>,
}

/// Bits of [`Whole::facts`].
const SEX_KNOWN: u8 = 1;
const WOMAN: u8 = 2;
const AGAINST_NUMBER: u8 = 4;

impl Whole {
    /// Begins the next file: no run goes on from one file to another.
    pub fn begin_file(&mut self) {
        self.starts.push(self.n_rows());
    }

    /// Rows so far.
    pub fn n_rows(&self) -> Row {
        Row::try_from(self.numbers.len()).expect("a list of fewer than four thousand million rows")
    }

    /// Adds the rows of a batch.
    pub fn add(&mut self, rows: &NormalBatch, more: &Particulars) {
        for row in 0..rows.n_rows() {
            let sex = rows.sex.value(row);
            let number = rows.number.value(row).unwrap_or_default();
            let has_name = rows.name_states[row].has_value();
            let birth = rows.birth.value(row).unwrap_or_default();
            self.numbers.push(number);
            self.names.push(if has_name { rows.name_keys[row] } else { 0 });
            self.skeletons.push(if has_name { Skeleton::of(rows.name(row)) } else { Skeleton::default() });
            self.births.push(birth);
            let today = more.units.get(row).and_then(|unit| unit.today);
            self.communes.push(today.map_or(0, |commune| commune + 1));
            let mut facts = 0;
            if let Some(sex) = sex {
                facts |= SEX_KNOWN | if sex == Sex::Female as u8 { WOMAN } else { 0 };
            }
            if is_against_number(number, birth, sex) {
                facts |= AGAINST_NUMBER;
            }
            self.facts.push(facts);
        }
        for (field, days) in &more.other_dates {
            if *field == FieldKind::EventDate {
                for day in days.iter().copied().filter(|day| *day != 0) {
                    let (first, last) = self.event_days.unwrap_or((day, day));
                    self.event_days = Some((first.min(day), last.max(day)));
                }
            }
        }
    }

    /// Adds the rows that follow: those of the next batch.
    pub fn append(&mut self, mut next: Self) {
        self.numbers.append(&mut next.numbers);
        self.names.append(&mut next.names);
        self.skeletons.append(&mut next.skeletons);
        self.births.append(&mut next.births);
        self.communes.append(&mut next.communes);
        self.facts.append(&mut next.facts);
        self.event_days = match (self.event_days, next.event_days) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, other) => one.or(other),
        };
    }

    /// The checks that fired, by row and then by check.
    pub fn finish(&self, book: &Rulebook) -> Vec<(Row, CheckId)> {
        let group = |field, of| book.checks.find(field, Kind::Group, of);
        let number = |of| group(FieldKind::CitizenNumber, of);
        let mut found = Vec::new();
        let mut add = |id: Option<CheckId>, rows: Vec<Row>| {
            found.extend(id.into_iter().flat_map(|id| rows.iter().map(move |row| (*row, id))));
        };
        let claims = shared::by_number(self, book);
        add(number("shared_number"), claims.shared);
        add(number("same_person"), [claims.same_person, shared::by_person(self)].concat());
        for file in self.files() {
            add(number("filled_down"), runs::filled_down(self, file.clone()));
            add(number("sorted_alone"), runs::sorted_alone(self, file.clone()));
            add(group(FieldKind::Sex, "one_sex"), runs::one_sex(self, file));
        }
        let frequent = dates::frequent(self);
        add(group(FieldKind::BirthDate, "frequent_date"), frequent.dates);
        add(group(FieldKind::BirthDate, "frequent_event_date"), frequent.event_dates);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether all rows of a file say the same sex, and there are enough of them to wonder.
    pub fn has_one_sex(&self, file: usize) -> bool {
        let Some(rows) = self.files().nth(file) else { return false };
        runs::has_one_sex(self, rows)
    }

    fn files(&self) -> impl Iterator<Item = Range<Row>> {
        let ends = self.starts.iter().copied().skip(1).chain([self.n_rows()]);
        self.starts.iter().copied().zip(ends).map(|(start, end)| start..end)
    }

    fn birth(&self, row: Row) -> Option<BirthDate> {
        BirthDate::from_packed(self.births[row as usize])
    }

    fn fact(&self, row: Row, bit: u8) -> bool {
        self.facts[row as usize] & bit != 0
    }

    /// The number, where it is a personal one.
    fn citizen(&self, row: Row) -> Option<u64> {
        let number = self.numbers[row as usize];
        let is_citizen =
            number != 0 && IdNumber::from_packed(number).is_some_and(|id| id.citizen().is_some());
        is_citizen.then_some(number)
    }
}

/// Whether the sex or the birth year of the row is not the number's.
fn is_against_number(number: u64, birth: u32, sex: Option<u8>) -> bool {
    if number == 0 {
        return false;
    }
    let Some(citizen) = IdNumber::from_packed(number).and_then(IdNumber::citizen) else { return false };
    let sex = match sex {
        Some(0) => Some(Sex::Male),
        Some(_) => Some(Sex::Female),
        None => None,
    };
    let birth_year = BirthDate::from_packed(birth).map(BirthDate::year);
    !citizen.agrees_with(Hints { sex, birth_year })
}

#[cfg(test)]
mod tests;
