//! The tables of a run, read row by row: the row that was asked for, and what stands about it in the others.
//!
//! A table may be larger than the memory: one row of it is held at a time, and reading ends where rows are past.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::ByteRecord;

use crate::record::guard::read_back;
use crate::record::{Trouble, TroubleCode};

/// A table of the run, at the row that was read last.
pub(super) struct Table {
    reader: csv::Reader<File>,
    columns: Vec<String>,
    path: PathBuf,
    name: &'static str,
    row: ByteRecord,
}

/// Where a record stands in its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// File as the run shows it.
    pub(super) file: String,
    /// Physical line, from 1.
    pub(super) line: u64,
}

impl Table {
    /// Opens a table that every run has.
    pub(super) fn open(folder: &Path, name: &'static str) -> Result<Self, Trouble> {
        let path = folder.join(name);
        let missing = |_| Trouble::no_table(folder, name);
        let mut reader = csv::Reader::from_path(&path).map_err(missing)?;
        let columns = reader.headers().map_err(missing)?.iter().map(ToOwned::to_owned).collect();
        Ok(Self { reader, columns, path, name, row: ByteRecord::new() })
    }

    /// Opens a table that some runs have.
    pub(super) fn open_if_there(folder: &Path, name: &'static str) -> Result<Option<Self>, Trouble> {
        if folder.join(name).exists() { Self::open(folder, name).map(Some) } else { Ok(None) }
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The place of the first column with this name.
    pub(super) fn column(&self, name: &str) -> Result<usize, Trouble> {
        self.columns.iter().position(|column| column == name).ok_or_else(|| self.damaged())
    }

    /// Reads the next row; false at the end.
    pub(super) fn next(&mut self) -> Result<bool, Trouble> {
        match self.reader.read_byte_record(&mut self.row) {
            Ok(is_row) => Ok(is_row),
            Err(_) => Err(self.damaged()),
        }
    }

    /// Bytes of a cell of the row, without what keeps a spreadsheet from changing it.
    pub(super) fn bytes(&self, column: usize) -> &[u8] {
        let cell = self.row.get(column).unwrap_or_default();
        std::str::from_utf8(cell).map_or(cell, |text| read_back(text).as_bytes())
    }

    /// A cell of the row as text.
    pub(super) fn text(&self, column: usize) -> String {
        String::from_utf8_lossy(self.bytes(column)).into_owned()
    }

    /// A cell of the row as a number, if it is one.
    pub(super) fn number<N: std::str::FromStr>(&self, column: usize) -> Option<N> {
        std::str::from_utf8(self.bytes(column)).ok()?.parse().ok()
    }

    /// A cell of several codes joined by `+`.
    pub(super) fn codes(&self, column: usize) -> Vec<String> {
        self.text(column).split('+').filter(|code| !code.is_empty()).map(ToOwned::to_owned).collect()
    }

    /// Calls `each` at every row of the table about one record. Rows lie in the order of the list, so that reading ends
    /// behind the record.
    pub(super) fn each_about(
        &mut self,
        place: &Place,
        mut each: impl FnMut(&Self) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let (file, line) = (self.column("file")?, self.column("line")?);
        let mut is_in_file = false;
        while self.next()? {
            // What is said of a file as a whole has no line.
            let Some(at) = self.number::<u64>(line) else { continue };
            let is_file = self.bytes(file) == place.file.as_bytes();
            if is_file && at == place.line {
                each(self)?;
            } else if (is_file && at > place.line) || (is_in_file && !is_file) {
                break;
            }
            is_in_file |= is_file;
        }
        Ok(())
    }

    fn damaged(&self) -> Trouble {
        Trouble::new(TroubleCode::NotARun).file(&self.path).word("name", self.name)
    }
}

/// How a record is named: by its key, or by its line, with or without the file.
struct Asked<'a> {
    key: &'a str,
    file: Option<&'a str>,
    line: Option<u64>,
}

impl<'a> Asked<'a> {
    fn new(record: &'a str) -> Self {
        match record.rsplit_once(':').map(|(file, line)| (file, line.parse())) {
            Some((file, Ok(line))) => Self { key: record, file: Some(file), line: Some(line) },
            _ => Self { key: record, file: None, line: record.parse().ok() },
        }
    }

    fn is_line(&self, file: &[u8], line: Option<u64>) -> bool {
        let is_file = |asked: &str| {
            file.strip_suffix(asked.as_bytes())
                .is_some_and(|before| before.is_empty() || before.ends_with(b"/"))
        };
        self.line.is_some() && line == self.line && self.file.is_none_or(is_file)
    }
}

/// Leads a table to the row of a record. `record` is a key, a line, or `FILE:LINE`; a key goes before a line.
///
/// # Errors
/// When no record is named so, or several are: nobody is explained in the place of another.
pub(super) fn find<T>(
    table: &mut Table,
    record: &str,
    mut read: impl FnMut(&Table, Place) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let asked = Asked::new(record);
    let [file, line, key] = ["file", "line", "record_key"].map(|name| table.column(name));
    let (file, line, key) = (file?, line?, key?);
    let (mut by_key, mut by_line) = (Named::default(), Named::default());
    while table.next()? {
        let is_key = !record.is_empty() && table.bytes(key) == asked.key.as_bytes();
        let at = table.number(line);
        let is_line = asked.line.is_some() && asked.is_line(table.bytes(file), at);
        if !is_key && !is_line {
            continue;
        }
        let place = Place { file: table.text(file), line: at.unwrap_or(0) };
        let named = if is_key { &mut by_key } else { &mut by_line };
        // Only one of them can be the answer, and there may be as many as rows.
        if named.places.len() < PLACES_SHOWN {
            named.places.push(format!("{}:{}", place.file, place.line));
        }
        if named.n == 0 {
            named.first = Some(read(table, place)?);
        }
        named.n += 1;
        // A line of a file is there once.
        if is_line && asked.file.is_some() {
            break;
        }
    }
    let named = if by_key.n > 0 { by_key } else { by_line };
    match (named.n, named.first) {
        (1, Some(first)) => Ok(first),
        (0, _) | (_, None) => Err(Trouble::new(TroubleCode::UnknownRecord).file(&table.path)),
        (n, _) => {
            let mut places = named.places.join(", ");
            if n > PLACES_SHOWN {
                places.push_str(", ...");
            }
            let trouble = Trouble::new(TroubleCode::SeveralRecords).file(&table.path);
            Err(trouble.word("count", n).word("places", places))
        }
    }
}

/// Places of records that a message names.
const PLACES_SHOWN: usize = 5;

/// The records that are named in one way.
struct Named<T> {
    n: usize,
    first: Option<T>,
    places: Vec<String>,
}

impl<T> Default for Named<T> {
    /// None yet.
    fn default() -> Self {
        Self { n: 0, first: None, places: Vec::new() }
    }
}
