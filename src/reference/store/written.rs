//! Sorted records become groups of the tables, and what can be counted on the way.

use std::collections::{BTreeMap, HashMap};
use std::io;

use arrow_schema::ArrowError;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::citizen::Citizen;
use super::columns::Columns;
use super::open::StoreUnit;
use super::shape::{CITIZENS, Group, NAMES, OLD_NUMBERS, Texts, UNITS, Values};
use super::sorter::{Layout, Unsorted};

/// Rows that are read together: the columns that a list asks for then fit the nearer caches.
const GROUP_ROWS: usize = 1 << 14;
/// Rows that are sorted together at least.
pub const ROWS_TOGETHER: u64 = 1 << 16;

/// What a store holds, in numbers. Counts of parts add up to those of the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreCounts {
    /// Records.
    pub citizens: u64,
    /// Records without a number that can be read.
    pub without_number: u64,
    /// Records whose number the record before has as well.
    pub repeated_numbers: u64,
    /// Records with an earlier number.
    pub with_old_number: u64,
    /// Records by life status: living, deceased, cancelled, emigrated.
    pub by_life: [u64; 4],
}

impl StoreCounts {
    /// Adds the counts of another part.
    pub fn merge(&mut self, other: &Self) {
        self.citizens += other.citizens;
        self.without_number += other.without_number;
        self.repeated_numbers += other.repeated_numbers;
        self.with_old_number += other.with_old_number;
        self.by_life.iter_mut().zip(other.by_life).for_each(|(ours, theirs)| *ours += theirs);
    }

    /// Counts one citizen, all but repetitions.
    pub fn add(&mut self, citizen: &Citizen<'_>) {
        self.citizens += 1;
        self.without_number += u64::from(citizen.number == 0);
        self.with_old_number += u64::from(citizen.old != 0);
        self.by_life[usize::from(citizen.life).min(3)] += 1;
    }

    /// Takes the counts of a part away.
    pub fn remove(&mut self, other: &Self) {
        self.citizens -= other.citizens;
        self.without_number -= other.without_number;
        self.repeated_numbers -= other.repeated_numbers;
        self.with_old_number -= other.with_old_number;
        self.by_life.iter_mut().zip(other.by_life).for_each(|(ours, theirs)| *ours -= theirs);
    }
}

/// How often a word stands in names: as the first, between, and as the last word.
pub type WordCounts = BTreeMap<Vec<u8>, [u64; 3]>;

/// Calls `note` with each word of a name and its part: 0 first, 1 between, 2 last. A single word is the last.
pub fn each_word<'a>(name: &'a [u8], mut note: impl FnMut(&'a [u8], usize)) {
    let mut words = name.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).peekable();
    let mut part = 0;
    while let Some(word) = words.next() {
        note(word, if words.peek().is_none() { 2 } else { part });
        part = 1;
    }
}

/// A piece of the table of citizens, ready to be written.
pub struct CitizenPiece {
    /// Its groups.
    pub groups: Vec<Group>,
    /// Earlier numbers and the rows they lead to, as records for a sorter.
    pub old: Vec<(u64, u32)>,
    /// Counts.
    pub counts: StoreCounts,
    /// Words of its names.
    pub words: WordCounts,
}

/// Sorts citizens and puts them into groups; `residences` says of each unit whether it is one.
///
/// # Errors
/// When records that were put aside cannot be read, or the columns do not fit together.
pub fn citizens(unsorted: Unsorted, residences: &[bool]) -> io::Result<CitizenPiece> {
    let sorted = unsorted.sort()?;
    let mut counts = StoreCounts::default();
    let mut old = Vec::new();
    let mut words: HashMap<u64, (&[u8], [u64; 3])> = HashMap::new();
    let mut groups = Vec::new();
    let mut records = sorted.iter();
    let mut before = 0;
    for n_rows in even_parts(records.len()) {
        let mut columns = Columns::with_capacity(CITIZENS, n_rows);
        for record in records.by_ref().take(n_rows) {
            let citizen = Citizen::unpack(record);
            counts.add(&citizen);
            counts.repeated_numbers += u64::from(citizen.number != 0 && citizen.number == before);
            before = citizen.number;
            if citizen.old != 0 {
                let row = sorted.first_row + counts.citizens - 1;
                old.push((citizen.old, u32::try_from(row).map_err(io::Error::other)?));
            }
            each_word(citizen.name, |word, part| {
                words.entry(xxh3_64(word)).or_insert((word, [0; 3])).1[part] += 1;
            });
            columns.push(&citizen, residences[citizen.unit as usize]);
        }
        groups.push(columns.finish().map_err(of_arrow)?);
    }
    let words = words.into_values().map(|(word, counts)| (word.to_vec(), counts)).collect();
    Ok(CitizenPiece { groups, old, counts, words })
}

/// Sorts earlier numbers and puts them into groups.
///
/// # Errors
/// As [`citizens`].
pub fn old_numbers(unsorted: Unsorted) -> io::Result<Vec<Group>> {
    let sorted = unsorted.sort()?;
    let n_rows = sorted.iter().len();
    let mut records = sorted.iter();
    let group = |n_rows: usize| {
        let (mut olds, mut rows) = (Vec::with_capacity(n_rows), Vec::with_capacity(n_rows));
        for record in records.by_ref().take(n_rows) {
            let (old, row) = Layout::old_of(record);
            olds.push(old);
            rows.push(row);
        }
        Group::new(OLD_NUMBERS, vec![Values::U64(olds), Values::U32(rows)]).map_err(of_arrow)
    };
    even_parts(n_rows).map(group).collect()
}

fn texts<'a>(texts: impl Iterator<Item = &'a [u8]>) -> Values {
    let mut column = Texts::with_capacity(0);
    texts.for_each(|text| column.push(text));
    Values::Text(column)
}

/// The table of units, in their order.
///
/// # Errors
/// When the columns do not fit together.
pub fn units(units: &[StoreUnit]) -> io::Result<Group> {
    let columns = vec![
        Values::U64((0..units.len() as u64).collect()),
        texts(units.iter().map(|unit| unit.text.as_bytes())),
        Values::U8(units.iter().map(|unit| u8::from(unit.is_residence)).collect()),
        texts(units.iter().map(|unit| unit.commune.as_bytes())),
        texts(units.iter().map(|unit| unit.time.as_bytes())),
    ];
    Group::new(UNITS, columns).map_err(of_arrow)
}

/// The table of the words of names.
///
/// # Errors
/// As [`units`].
pub fn words(words: &WordCounts) -> io::Result<Group> {
    let counts = |part: usize| Values::U64(words.values().map(|counts| counts[part]).collect());
    let columns = vec![texts(words.keys().map(Vec::as_slice)), counts(0), counts(1), counts(2)];
    Group::new(NAMES, columns).map_err(of_arrow)
}

/// Sizes of groups of nearly the same size.
fn even_parts(n_rows: usize) -> impl Iterator<Item = usize> {
    let n_parts = n_rows.div_ceil(GROUP_ROWS);
    (0..n_parts).map(move |part| (part + 1) * n_rows / n_parts - part * n_rows / n_parts)
}

/// An error of writing as one of the system.
pub fn of_arrow(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        // Its text may quote what was to be written.
        _ => io::ErrorKind::InvalidData.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_even_and_whole() {
        for n_rows in [0, 1, GROUP_ROWS, GROUP_ROWS + 1, 5 * GROUP_ROWS - 3] {
            let parts: Vec<usize> = even_parts(n_rows).collect();
            assert_eq!(parts.iter().sum::<usize>(), n_rows);
            assert!(parts.iter().all(|part| *part > 0 && *part <= GROUP_ROWS));
        }
    }

    #[test]
    fn words_are_told_by_their_place() {
        let check = |name: &str, expected: &[(&str, usize)]| {
            let mut found = Vec::new();
            each_word(name.as_bytes(), |word, part| {
                found.push((std::str::from_utf8(word).expect("text"), part))
            });
            assert_eq!(found, expected);
        };
        check("LE THI  HOA", &[("LE", 0), ("THI", 1), ("HOA", 2)]);
        check("HOA", &[("HOA", 2)]);
        check("", &[]);
    }
}
