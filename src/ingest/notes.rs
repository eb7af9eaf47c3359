//! Records that were never a person: titles between the rows, totals, signatures, the row of column numbers.
//!
//! Knows how such a record looks. Which words it begins with is asked of the caller.

use std::fmt;
use std::sync::Arc;

use super::cells::BlockText;
use super::records::{Fields, QUOTE};

/// Says whether a cell is one that totals, signatures and the like begin with.
pub type IsNote = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Columns from which on a single cell in a row says something of a list and nothing of a person.
const COLUMNS_NEEDED: usize = 4;
/// Bytes a column up to which a record is looked at: records of people are longer than notes or have more cells, and
/// most need not be counted.
const BYTES_A_COLUMN: usize = 32;

/// What tells a note from a person, for one file.
#[derive(Clone, Default)]
pub struct Notes {
    /// Records as long as this or longer are no notes.
    pub(super) longest: usize,
    number_row: Vec<u8>,
    most_cells: usize,
    is_note: Option<IsNote>,
}

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notes").field("longest", &self.longest).finish_non_exhaustive()
    }
}

impl Notes {
    /// The notes of a file whose columns have these names. `number_row` is the row of column numbers as it stands in
    /// the file, if there is one.
    pub fn new(names: &[String], number_row: Vec<u8>, is_note: Option<IsNote>) -> Self {
        let n_named = names.iter().filter(|name| !name.is_empty()).count();
        let longest = if names.len() < COLUMNS_NEEDED { 0 } else { names.len() * BYTES_A_COLUMN };
        let most_cells = (n_named / 3).max(2);
        Self { longest: longest.max(number_row.len() + 1), number_row, most_cells, is_note }
    }

    /// Whether a record is the row of column numbers, which forms repeat on every page like the header.
    #[inline]
    pub(super) fn is_number_row(&self, record: &[u8]) -> bool {
        !self.number_row.is_empty() && record == self.number_row
    }

    /// How many fields from the left have to be located for [`Notes::is_full`] to say yes of most people.
    pub(super) fn n_telling(&self) -> usize {
        /// People have empty cells too.
        const SPARE: usize = 2;
        self.most_cells + 1 + SPARE
    }

    /// Whether the first bytes of the located fields show more cells than a note has: then the others need not be
    /// located. Saying no means nothing.
    #[inline]
    fn is_full(&self, bytes: &[u8], fields: &Fields) -> bool {
        let mut n_filled = 0;
        // Most records show it by their first fields.
        for field in 0..fields.n_located() {
            let (start, end) = fields.written(field);
            if start < end && bytes[start] > b' ' && bytes[start] != QUOTE {
                n_filled += 1;
                if n_filled > self.most_cells {
                    return true;
                }
            }
        }
        false
    }

    /// Whether a record may be a note, told by its length, its ends and the fields that are located.
    #[inline]
    pub(super) fn may_be(&self, record: &[u8], bytes: &[u8], fields: &Fields) -> bool {
        record.len() < self.longest && may_be_note(record) && !self.is_full(bytes, fields)
    }

    /// Whether a record of the right width is a note: one cell alone, or few of which the first is a word of notes.
    /// All of its fields have to be located.
    pub(super) fn is_note(&self, text: BlockText<'_>, fields: &Fields) -> bool {
        if fields.len() < COLUMNS_NEEDED {
            return false;
        }
        let (mut n_filled, mut first) = (0, None);
        for field in 0..fields.len() {
            let span = fields.span(text.bytes, field);
            if text.bytes[span.start..span.end].trim_ascii().is_empty() {
                continue;
            }
            n_filled += 1;
            first = first.or(Some(span));
            if n_filled > self.most_cells {
                return false;
            }
        }
        match (n_filled, first, &self.is_note) {
            (0, ..) | (_, None, _) => false,
            (1, ..) => true,
            (_, Some(span), Some(is_note)) => is_note(&text.cell(span)),
            (_, Some(_), None) => false,
        }
    }
}

/// The first look: a record that begins with a digit and ends with text has two cells, and no note begins with a
/// digit. Most records of a reference are passed over by it.
#[inline]
fn may_be_note(record: &[u8]) -> bool {
    let is_text = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
    !(record.first().is_some_and(u8::is_ascii_digit) && record.last().is_some_and(is_text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::fault::Fault;
    use crate::ingest::records::{Dialect, record_at};

    fn is_note(record: &str) -> bool {
        let names: Vec<String> = ["ma", "ten", "ngay", "gioi", "so"].map(ToOwned::to_owned).to_vec();
        let words: IsNote = Arc::new(|cell| cell.starts_with("tong"));
        let notes = Notes::new(&names, b"1,2,3,4,5".to_vec(), Some(words));
        let dialect =
            Dialect { delimiter: b',', width: 5, max_field_bytes: 1 << 10, max_record_bytes: 1 << 12 };
        let mut fields = Fields::default();
        record_at(record.as_bytes(), 0, true, &dialect, &mut fields).expect("one record");
        let looked_at = record.len() < notes.longest && may_be_note(record.as_bytes());
        notes.is_number_row(record.as_bytes())
            || (looked_at && notes.is_note(BlockText::new(record.as_bytes()), &fields))
    }

    #[test]
    fn notes_are_told_from_people() {
        let notes = [
            "thon 3,,,,",
            ",,,,ky ten",
            ",,\"a, b\",,",
            "17,,,,",
            "\"\",,,1,",
            "1,2,3,4,5",
            "tong,,,,45",
            "tong cong,12,,,",
            ",tong,\"\",4,",
        ];
        for note in notes {
            assert!(is_note(note), "{note}");
        }
        let people = ["1,an,,,", "tong,an,1990,,", ",an,1990,,", "1,2,3,4,6", ",,,,", "an,,,,tong", "1,,,,x"];
        for person in people {
            assert!(!is_note(person), "{person}");
        }
    }

    mod laws {
        use proptest::prelude::*;

        use super::*;
        use crate::ingest::blocks::Block;
        use crate::ingest::cells::{Cells, Question};
        use crate::ingest::scan::Structure;
        use crate::ingest::splitter::{RawBatch, Splitter};

        /// Keeps all and looks at the first column only, so that the other fields are not located.
        struct First(usize);

        impl Question for First {
            fn looks_at(&self, column: usize) -> bool {
                column == 0
            }
            fn see(&mut self, _: &Cells<'_>) {
                self.0 += 1;
            }
            fn answer(&mut self) -> Vec<bool> {
                vec![true; self.0]
            }
            fn needs(&mut self, _: &Cells<'_>) -> bool {
                true
            }
        }

        fn shown(batch: &RawBatch) -> (Vec<u64>, Vec<(u64, Fault)>) {
            let slips = batch.quarantined.iter().map(|slip| (slip.line, slip.fault)).collect();
            (batch.lines.clone(), slips)
        }

        const PIECES: [&[u8]; 9] =
            [b",", b",,,", b",,,,\n", b"\n", b"tong", b"7", b"\"\"", b"1,2,3,4,5\n", b"tong,,,,1\n"];

        proptest! {
            /// A note is one however few fields are looked at, and whether its block is plain or not.
            #[test]
            fn all_readings_agree(parts in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..60)) {
                let names = ["ma", "ten", "ngay", "gioi", "so"].map(ToOwned::to_owned).to_vec();
                let words: IsNote = Arc::new(|cell| cell.starts_with("tong"));
                let splitter = Splitter {
                    dialect: Dialect { delimiter: b',', width: 5, max_field_bytes: 60, max_record_bytes: 300 },
                    header_rows: Vec::new(),
                    notes: Notes::new(&names, b"1,2,3,4,5".to_vec(), Some(words)),
                    wanted: vec![0],
                };
                let block = |first: &str| {
                    let bytes = [first.as_bytes(), &parts.concat()].concat();
                    let structure = Structure::of_whole(&bytes, b',');
                    Block { index: 0, first_line: 1, bytes, structure, oversized: Vec::new() }
                };
                let (all, ..) = splitter.split(block("1,a,b,c,d\n")).expect("whole records");
                let (few, ..) = splitter.split_where(block("1,a,b,c,d\n"), &mut First(0)).expect("whole records");
                prop_assert_eq!(shown(&all), shown(&few));
                let (odd, ..) = splitter.split(block("\"a\nb\",,,,\n")).expect("whole records");
                let below = |(lines, slips): (Vec<u64>, Vec<(u64, Fault)>), n_lines: u64| {
                    let lines: Vec<u64> = lines.iter().filter(|line| **line > n_lines).map(|line| line - n_lines).collect();
                    let slips: Vec<(u64, Fault)> =
                        slips.iter().filter(|(line, _)| *line > n_lines).map(|(line, fault)| (line - n_lines, *fault)).collect();
                    (lines, slips)
                };
                prop_assert_eq!(below(shown(&all), 1), below(shown(&odd), 2));
            }
        }
    }
}
