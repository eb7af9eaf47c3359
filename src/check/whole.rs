//! Checks that only the rows of a list together answer: numbers that two people share, one person in two rows, numbers
//! dragged down or sorted alone, one date or one sex far too often.
//!
//! Keeps 27 bytes of each row, and 16 more while rows are put in order: a list of 17 million rows takes 0.7 gigabytes. Knows
//! no text of any cell. The state
//! is added to in the order of the rows, and a list in several parts comes to the same as in one.

mod dates;
mod runs;
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::fields::birth_date::BirthDate;
use crate::fields::id_number::{Hints, IdNumber};
use crate::fields::person_name::{Skeleton, sex_told};
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
    /// The unit as written plus one, 0 where it is not known.
    communes: Vec<u16>,
    facts: Vec<u8>,
    /// First row of each file, and which kind of list it is: people of two kinds of list are not held against each other.
    starts: Vec<(Row, usize)>,
    /// Days of what the list is about, and how many rows say each.
    event_days: BTreeMap<u32, u64>,
}

/// Bits of [`Whole::facts`].
const SEX_KNOWN: u8 = 1;
const WOMAN: u8 = 2;
const AGAINST_NUMBER: u8 = 4;
/// The number or the name says the other sex.
const OTHER_SEX: u8 = 8;

impl Whole {
    /// Begins the next file: no run goes on from one file to another. Rows of files of one kind are seen together.
    pub fn begin_file(&mut self, kind: usize) {
        self.starts.push((self.n_rows(), kind));
    }

    /// Rows so far.
    pub fn n_rows(&self) -> Row {
        Row::try_from(self.numbers.len()).expect("a list of fewer than four thousand million rows")
    }

    /// Adds the rows of a batch.
    pub fn add(&mut self, rows: &NormalBatch, more: &Particulars) {
        for row in 0..rows.n_rows() {
            // The cells of a shifted row are those of other columns.
            let is_right = !more.shifted.get(row).copied().unwrap_or_default();
            let sex = rows.sex.value(row).filter(|_| is_right);
            let number = rows.number.value(row).filter(|_| is_right).unwrap_or_default();
            let has_name = is_right && rows.name_states.has_value(row);
            let birth = rows.birth.value(row).filter(|_| is_right).unwrap_or_default();
            self.numbers.push(number);
            self.names.push(if has_name { rows.name_keys[row] } else { 0 });
            self.skeletons.push(if has_name { Skeleton::of(rows.name(row)) } else { Skeleton::default() });
            self.births.push(birth);
            let unit = more.units.get(row).and_then(|unit| unit.read_as);
            self.communes.push(unit.map_or(0, |unit| unit + 1));
            let mut facts = 0;
            if let Some(sex) = sex {
                facts |= SEX_KNOWN | if sex == Sex::Female as u8 { WOMAN } else { 0 };
            }
            if is_against_number(number, birth, sex) {
                facts |= AGAINST_NUMBER;
            }
            let by_name = || sex_told(rows.name(row)).filter(|_| has_name);
            if is_other_sex(number, sex, by_name) {
                facts |= OTHER_SEX;
            }
            self.facts.push(facts);
        }
        for (field, days) in &more.other_dates {
            if *field == FieldKind::EventDate {
                for day in days.iter().filter(|day| **day != 0) {
                    *self.event_days.entry(*day).or_default() += 1;
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
        for (day, count) in next.event_days {
            *self.event_days.entry(day).or_default() += count;
        }
    }

    /// The checks that fired, by row and then by check.
    pub fn finish(&self, book: &Rulebook) -> Vec<(Row, CheckId)> {
        let group = |field, of| book.checks.find(field, Kind::Group, of);
        let number = |of| group(FieldKind::CitizenNumber, of);
        let mut found = Vec::new();
        let mut add = |id: Option<CheckId>, rows: Vec<Row>| {
            found.extend(id.into_iter().flat_map(|id| rows.iter().map(move |row| (*row, id))));
        };
        let kinds: BTreeSet<usize> = self.starts.iter().map(|(_, kind)| *kind).collect();
        for kind in kinds {
            let of_kind = self.files().zip(&self.starts).filter(|(_, (_, other))| *other == kind);
            let rows: Vec<Range<Row>> = of_kind.map(|(rows, _)| rows).collect();
            let claims = shared::by_number(self, &rows, book);
            add(number("shared_number"), claims.shared);
            add(number("same_person"), [claims.same_person, shared::by_person(self, &rows)].concat());
            let frequent = dates::frequent(self, &rows);
            add(group(FieldKind::BirthDate, "frequent_date"), frequent.dates);
            add(group(FieldKind::BirthDate, "frequent_event_date"), frequent.event_dates);
        }
        for file in self.files() {
            add(number("filled_down"), runs::filled_down(self, file.clone()));
            add(number("sorted_alone"), runs::sorted_alone(self, file.clone()));
            add(group(FieldKind::Sex, "one_sex"), runs::one_sex(self, file));
        }
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
        let starts = || self.starts.iter().map(|(start, _)| *start);
        let ends = starts().skip(1).chain([self.n_rows()]);
        starts().zip(ends).map(|(start, end)| start..end)
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
    let sex = sex.and_then(Sex::from_packed);
    let birth_year = BirthDate::from_packed(birth).map(BirthDate::year);
    !citizen.agrees_with(Hints { sex, birth_year })
}

/// Whether the number, or else the name, says another sex than the row.
fn is_other_sex(number: u64, sex: Option<u8>, by_name: impl FnOnce() -> Option<Sex>) -> bool {
    let Some(sex) = sex else { return false };
    let citizen = IdNumber::from_packed(number).filter(|_| number != 0).and_then(IdNumber::citizen);
    let told = citizen.map(crate::fields::id_number::CitizenNumber::sex).or_else(by_name);
    told.is_some_and(|told| told as u8 != sex)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::Rulebook;

    /// Rows of number, name, birth date and sex; numbers and dates are 0 where there are none.
    fn whole(rows: &[(u64, &str, u32, u8)]) -> Whole {
        let mut whole = Whole::default();
        whole.begin_file(0);
        for &(number, name, birth, sex) in rows {
            whole.numbers.push(number);
            whole.names.push(if name.is_empty() { 0 } else { crate::fields::person_name::exact_key(name) });
            whole.skeletons.push(Skeleton::of(name));
            whole.births.push(birth);
            whole.communes.push(1);
            let against = if is_against_number(number, birth, Some(sex)) { AGAINST_NUMBER } else { 0 };
            let other = if is_other_sex(number, Some(sex), || None) { OTHER_SEX } else { 0 };
            whole.facts.push(other | SEX_KNOWN | if sex == 1 { WOMAN } else { 0 } | against);
        }
        whole
    }

    fn found(whole: &Whole) -> Vec<(Row, String)> {
        let book = Rulebook::load(None).expect("the built-in rules are right");
        whole.finish(&book).into_iter().map(|(row, id)| (row, book.checks.get(id).code.clone())).collect()
    }

    fn codes(rows: &[(u64, &str, u32, u8)]) -> Vec<(Row, String)> {
        found(&whole(rows))
    }

    fn said(rows: impl IntoIterator<Item = Row>, code: &str) -> Vec<(Row, String)> {
        rows.into_iter().map(|row| (row, code.to_owned())).collect()
    }

    /// A number that agrees with sex and birth year.
    fn number(serial: u64, birth: u32, sex: u8) -> u64 {
        let year = u64::from(birth / 10_000);
        1_000_000_000 * 79
            + (u64::from(sex) + if year >= 2000 { 2 } else { 0 }) * 100_000_000
            + year % 100 * 1_000_000
            + serial
    }

    const OLD: u64 = 1 << 62;

    #[test]
    fn rows_that_share_a_number_are_one_person_or_two() {
        let birth = 19_900_412;
        let one = number(1, birth, 0);
        let check = |other: (&str, u32), code: &str| {
            let rows = [
                (one, "Nguyễn Văn An", birth, 0),
                (one, other.0, other.1, 0),
                (number(2, birth, 0), "Lê Ba", birth, 0),
            ];
            let mut whole = whole(&rows);
            whole.communes[1] = 2;
            assert_eq!(found(&whole), said([0, 1], code), "{other:?}");
        };
        check(("Nguyễn Văn An", birth), "PS02");
        check(("NGUYEN VAN AN", birth), "PS02");
        check(("Nguyễn An", birth), "PS02");
        // One slip of the birth date under the same name.
        check(("Nguyễn Văn An", 19_901_204), "PS02");
        check(("Nguyễn Văn An", 19_900_000), "PS02");
        check(("Nguyễn Văn An", 19_550_101), "ID22");
        check(("Trần Thị Bình", birth), "ID22");
        check(("Nguyễn Văn Anh", 19_800_302), "ID22");
        check(("", 0), "ID22");
        // The same name in the same commune.
        let rows = [(one, "Nguyễn Văn An", birth, 0), (one, "Nguyễn Văn An", 19_550_101, 0)];
        assert_eq!(codes(&rows), said([0, 1], "PS02"));
    }

    #[test]
    fn lists_of_two_kinds_are_not_held_against_each_other() {
        let birth = 19_900_412;
        let row = (number(1, birth, 0), "Nguyễn Văn An", birth, 0);
        let mut whole = whole(&[row, row]);
        assert_eq!(found(&whole), said([0, 1], "PS02"));
        whole.starts = vec![(0, 0), (1, 0)];
        assert_eq!(found(&whole), said([0, 1], "PS02"));
        whole.starts = vec![(0, 0), (1, 1)];
        assert!(found(&whole).is_empty());
    }

    #[test]
    fn a_third_row_may_be_somebody_else() {
        let birth = 19_900_412;
        let one = number(1, birth, 0);
        let rows = [
            (one, "Nguyễn Văn An", birth, 0),
            (one, "Nguyễn Văn An", birth, 0),
            (one, "Trần Thị Bình", 19_650_101, 0),
        ];
        let expected = [(0, "ID22"), (0, "PS02"), (1, "ID22"), (1, "PS02"), (2, "ID22")];
        let mut found = codes(&rows);
        found.sort();
        assert_eq!(found, expected.map(|(row, code)| (row, code.to_owned())));
    }

    #[test]
    fn one_person_under_two_numbers_is_found_by_name_date_and_commune() {
        let birth = 19_900_412;
        let check = |first: u64, second: u64, is_found: bool| {
            let rows = [(first, "Nguyễn Văn An", birth, 0), (second, "Nguyễn Văn An", birth, 0)];
            let expected = if is_found { said([0, 1], "PS02") } else { Vec::new() };
            assert_eq!(codes(&rows), expected, "{first} {second}");
        };
        check(number(1, birth, 0), OLD | 25_123_456, true);
        check(number(1, birth, 0), 0, true);
        check(0, 0, true);
        // Two personal numbers are two people of one name.
        check(number(1, birth, 0), number(777_777, birth, 0), false);
        // One digit mistyped, or two in each other's place.
        check(number(1, birth, 0), number(2, birth, 0), true);
        check(number(12, birth, 0), number(21, birth, 0), true);
        let mut apart = whole(&[(0, "Nguyễn Văn An", birth, 0), (0, "Nguyễn Văn An", birth, 0)]);
        apart.communes[1] = 2;
        assert!(found(&apart).is_empty());
        let year_only = [(0, "Nguyễn Văn An", 19_900_000, 0), (0, "Nguyễn Văn An", 19_900_000, 0)];
        assert!(codes(&year_only).is_empty());
    }

    /// People who agree with their numbers, each with a number of their own.
    fn people(count: u64) -> Vec<(u64, &'static str, u32, u8)> {
        (0..count)
            .map(|index| {
                let birth = 19_500_000
                    + (index as u32 * 7 % 60) * 10_000
                    + (index as u32 % 12 + 1) * 100
                    + index as u32 % 28
                    + 1;
                let sex = (index * index / 3 % 2) as u8;
                (number(index * 7919 % 1_000_000, birth, sex), "Nguyễn Văn An", birth, sex)
            })
            .collect()
    }

    #[test]
    fn people_who_agree_with_their_numbers_set_nothing_off() {
        let birth_dates = codes(&people(2000));
        assert!(birth_dates.is_empty(), "{birth_dates:?}");
    }

    #[test]
    fn a_number_dragged_down_is_found_from_three_rows_on() {
        let mut rows = people(100);
        let first = rows[40].0;
        for step in 1..5 {
            rows[40 + step as usize].0 = first + step;
        }
        // A row in between that keeps its own.
        rows[42].0 = people(100)[42].0;
        let dragged: Vec<Row> =
            codes(&rows).into_iter().filter(|(_, code)| code == "RD03").map(|(row, _)| row).collect();
        assert_eq!(dragged, [41, 43, 44]);
        let mut rows = people(100);
        rows[41].0 = rows[40].0 + 1;
        assert!(codes(&rows).iter().all(|(_, code)| code != "RD03"));
    }

    #[test]
    fn a_column_sorted_alone_is_found_and_a_sorted_list_is_not() {
        let mut rows = people(200);
        let mut numbers: Vec<u64> = rows[60..90].iter().map(|row| row.0).collect();
        numbers.sort_unstable();
        for (row, number) in rows[60..90].iter_mut().zip(numbers) {
            row.0 = number;
        }
        let sorted: Vec<Row> =
            codes(&rows).into_iter().filter(|(_, code)| code == "RD02").map(|(row, _)| row).collect();
        assert!(sorted.len() > 24 && sorted.iter().all(|row| (60..90).contains(row)), "{sorted:?}");
        let mut rows = people(200);
        rows.sort_unstable();
        assert!(codes(&rows).is_empty());
    }

    #[test]
    fn one_sex_is_found_in_a_long_run_and_in_a_whole_list() {
        let mut rows = people(300);
        for row in &mut rows[100..160] {
            row.3 = 0;
        }
        let found_rows: Vec<Row> =
            codes(&rows).into_iter().filter(|(_, code)| code == "SX03").map(|(row, _)| row).collect();
        assert!(found_rows.len() >= 60 && (100..160).all(|row| found_rows.contains(&row)), "{found_rows:?}");
        // A list of conscripts is of men, and no row of it is wrong for that.
        let men: Vec<_> =
            people(300).into_iter().map(|(number, name, birth, _)| (number, name, birth, 0)).collect();
        assert!(codes(&men).iter().all(|(_, code)| code != "SX03"));
        assert!(whole(&men).has_one_sex(0));
        assert!(!whole(&people(300)).has_one_sex(0));
    }

    #[test]
    fn a_date_far_too_often_is_a_default_or_the_day_of_the_list() {
        let mut rows = people(1000);
        let names =
            ["Lê An", "Lê Ba", "Lê Chi", "Lê Du", "Lê Em", "Lê Gia", "Lê Hoa", "Lê Ích", "Lê Khoa", "Lê Lan"];
        for (index, row) in rows.iter_mut().step_by(50).enumerate() {
            row.2 = 19_800_615;
            row.1 = names[index % names.len()];
        }
        let of = |whole: &Whole, wanted: &str| {
            found(whole)
                .into_iter()
                .filter(|(_, code)| code == wanted)
                .map(|(row, _)| row)
                .collect::<Vec<Row>>()
        };
        let mut whole = whole(&rows);
        assert_eq!(of(&whole, "DB04"), (0..1000).step_by(50).collect::<Vec<Row>>());
        whole.event_days = [(19_500_101, 1), (19_800_520, 60), (19_800_601, 60)].into();
        assert_eq!(of(&whole, "DB11").len(), 20);
        assert!(of(&whole, "DB04").is_empty());
        // One mistyped day of vaccination is no day of the list.
        whole.event_days = [(19_500_101, 1), (20_211_001, 200)].into();
        assert_eq!(of(&whole, "DB04").len(), 20);
        // The same people in several files are not many people of one day.
        let mut again = people(100);
        again.iter_mut().take(20).for_each(|row| row.2 = 19_800_615);
        assert!(codes(&again).iter().all(|(_, code)| code != "DB04"));
    }

    #[test]
    fn parts_come_to_the_same_as_the_whole() {
        let mut rows = people(300);
        let first = rows[140].0;
        for step in 1..30 {
            rows[140 + step as usize].0 = first + step;
        }
        rows[290].0 = rows[10].0;
        let together = found(&whole(&rows));
        let mut parts = Whole::default();
        parts.begin_file(0);
        for piece in rows.chunks(37) {
            let mut part = whole(piece);
            part.starts.clear();
            parts.append(part);
        }
        assert_eq!(found(&parts), together);
        assert!(together.len() > 20);
    }
}
