//! The records of both lists: every field a column of codes, every text once.

use std::collections::HashMap;

use super::prepare::{Prepared, prepare};
use super::profile::{FieldKindOf, Profile};
use crate::record::{TextBuilder, TextColumn};

/// The code of a missing value.
pub const NOTHING: u32 = u32::MAX;

/// Texts by code, in the order in which they were met.
#[derive(Debug, Default)]
pub struct Dictionary {
    codes: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Dictionary {
    fn code(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return NOTHING;
        }
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = u32::try_from(self.texts.len()).expect("a list has less than four billion texts");
        self.codes.insert(text.into(), code);
        self.texts.push(text.into());
        code
    }

    /// The text of a code.
    pub fn text(&self, code: u32) -> &str {
        &self.texts[code as usize]
    }

    /// How many different texts.
    pub fn n_texts(&self) -> usize {
        self.texts.len()
    }
}

/// The rows of a batch, each cell as it is compared.
#[derive(Debug)]
pub struct Ready {
    columns: Vec<Option<TextColumn>>,
    unreadable: Vec<u64>,
    n_rows: usize,
}

impl Ready {
    /// Prepares the columns of a batch, one for each field of the profile; joined fields have none.
    pub fn of(profile: &Profile, columns: &[Option<TextColumn>], n_rows: usize) -> Self {
        let mut ready = Self { columns: Vec::new(), unreadable: Vec::new(), n_rows };
        let mut text = String::new();
        for (field, column) in profile.fields.iter().zip(columns) {
            let mut n_unreadable = 0;
            let prepared = column.as_ref().filter(|_| field.joined.is_empty()).map(|column| {
                let mut builder = TextBuilder::with_capacity(n_rows);
                for cell in column.iter() {
                    let state = prepare(cell, &field.kind, &field.empty, &mut text);
                    n_unreadable += u64::from(state == Prepared::Unreadable);
                    builder.push(&text);
                }
                builder.finish()
            });
            ready.columns.push(prepared);
            ready.unreadable.push(n_unreadable);
        }
        ready
    }
}

/// All records: those of list A first, then those of list B, where there are two.
#[derive(Debug)]
pub struct Records {
    /// For each field the code of each record's value.
    pub codes: Vec<Vec<u32>>,
    /// The texts of the fields; fields that may be exchanged share one.
    dictionaries: Vec<Dictionary>,
    /// Which dictionary each field uses.
    dictionary_of: Vec<usize>,
    /// Cells that hold something that is no value of their field.
    pub unreadable: Vec<u64>,
    /// Records of list A; all where there is only one list.
    pub n_a: usize,
    /// All records.
    pub n: usize,
    are_two: bool,
    kinds: Vec<(FieldKindOf, Vec<usize>)>,
    /// Values of each field that stand for none.
    empty: Vec<Vec<String>>,
}

impl Records {
    /// No record yet.
    pub fn new(profile: &Profile) -> Self {
        let n_fields = profile.fields.len();
        let mut dictionary_of: Vec<usize> = (0..n_fields).collect();
        for compared in &profile.comparisons {
            if let [x, y] = compared.fields[..] {
                let (from, to) = (dictionary_of[y], dictionary_of[x]);
                dictionary_of.iter_mut().filter(|of| **of == from).for_each(|of| *of = to);
            }
        }
        Self {
            codes: vec![Vec::new(); n_fields],
            dictionaries: (0..n_fields).map(|_| Dictionary::default()).collect(),
            dictionary_of,
            unreadable: vec![0; n_fields],
            n_a: 0,
            n: 0,
            are_two: false,
            empty: profile.fields.iter().map(|field| field.empty.clone()).collect(),
            kinds: profile.fields.iter().map(|field| (field.kind.clone(), field.joined.clone())).collect(),
        }
    }

    /// Adds the rows of a batch; a field without a column is missing in all of them.
    pub fn add(&mut self, rows: &Ready) {
        for (field, column) in rows.columns.iter().enumerate() {
            let dictionary = &mut self.dictionaries[self.dictionary_of[field]];
            let codes = &mut self.codes[field];
            self.unreadable[field] += rows.unreadable[field];
            match column {
                Some(column) => codes.extend(column.iter().map(|text| dictionary.code(text))),
                None if self.kinds[field].1.is_empty() => {
                    codes.extend(std::iter::repeat_n(NOTHING, rows.n_rows));
                }
                None => {}
            }
        }
        for field in 0..self.kinds.len() {
            self.join(field, rows.n_rows);
        }
        self.n += rows.n_rows;
    }

    /// The texts of other fields, one behind the other.
    fn join(&mut self, field: usize, n_rows: usize) {
        let (kind, joined) = self.kinds[field].clone();
        if joined.is_empty() {
            return;
        }
        let (mut whole, mut text) = (String::new(), String::new());
        for row in self.n..self.n + n_rows {
            whole.clear();
            for &other in &joined {
                if let Some(part) = self.text(other, row) {
                    whole.push_str(if whole.is_empty() { "" } else { " " });
                    whole.push_str(part);
                }
            }
            prepare(&whole, &kind, &self.empty[field], &mut text);
            let code = self.dictionaries[self.dictionary_of[field]].code(&text);
            self.codes[field].push(code);
        }
    }

    /// Ends list A: what comes behind is list B, where there is one.
    pub const fn end_of_a(&mut self, has_b: bool) {
        self.n_a = self.n;
        self.are_two = has_b;
    }

    /// Whether there are two lists.
    pub const fn are_two(&self) -> bool {
        self.are_two
    }

    /// The dictionary of a field.
    pub fn dictionary(&self, field: usize) -> &Dictionary {
        &self.dictionaries[self.dictionary_of[field]]
    }

    /// The text of a record's field.
    pub fn text(&self, field: usize, record: usize) -> Option<&str> {
        let code = self.codes[field][record];
        (code != NOTHING).then(|| self.dictionary(field).text(code))
    }

    /// How many records have each code in a field, in the records of a range.
    pub fn counts(&self, field: usize, range: std::ops::Range<usize>) -> Vec<u32> {
        let mut counts = vec![0; self.dictionary(field).n_texts()];
        for &code in self.codes[field][range].iter().filter(|code| **code != NOTHING) {
            counts[code as usize] += 1;
        }
        counts
    }

    /// All pairs that could be compared: of two lists each with each, of one list every two.
    pub fn n_pairs(&self) -> u64 {
        let (a, n) = (self.n_a as u64, self.n as u64);
        if self.are_two() { a * (n - a) } else { n * n.saturating_sub(1) / 2 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "title = \"t\"\n\
        [[field]]\nname = \"x\"\ncolumns = [\"x\"]\nkind = \"text\"\nprepare = [\"lower\"]\n\
        [[field]]\nname = \"y\"\ncolumns = [\"y\"]\nkind = \"text\"\n\
        [[field]]\nname = \"z\"\njoined = [\"x\", \"y\"]\nkind = \"text\"\n\
        [[field]]\nname = \"n\"\ncolumns = [\"n\"]\nkind = \"digits\"\noptional = true\n\
        [[comparison]]\nname = \"xy\"\nkind = \"pair\"\nfields = [\"x\", \"y\"]\n\
        [[block]]\non = [\"x\"]\n";

    fn column(cells: &[&str]) -> Option<TextColumn> {
        Some(TextColumn::from_texts(cells.iter().copied()))
    }

    #[test]
    fn batches_become_codes() {
        let profile = Profile::from_text(PROFILE).expect("a good profile");
        let mut records = Records::new(&profile);
        let (x, y, n) = (column(&["P", "", "q"]), column(&["q", "r", ""]), column(&["1-2", "?", ""]));
        records.add(&Ready::of(&profile, &[x, y, None, n], 3));
        records.end_of_a(true);
        records.add(&Ready::of(&profile, &[column(&["q"]), column(&["p"]), None, None], 1));
        let texts = |field: usize| -> Vec<Option<&str>> {
            (0..records.n).map(|record| records.text(field, record)).collect()
        };
        assert_eq!(texts(0), [Some("p"), None, Some("q"), Some("q")]);
        assert_eq!(texts(2), [Some("p q"), Some("r"), Some("q"), Some("q p")]);
        assert_eq!(texts(3), [Some("12"), None, None, None]);
        // Fields that may be exchanged share their texts.
        assert_eq!(records.codes[0][0], records.codes[1][3]);
        assert_eq!(records.unreadable, [0, 0, 0, 1]);
        assert_eq!((records.n_a, records.n, records.n_pairs()), (3, 4, 3));
        let counts = records.counts(0, 0..records.n_a);
        assert_eq!(counts[records.codes[0][2] as usize], 1);
    }
}
