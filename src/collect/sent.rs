//! `sent.csv`, row by row: what was sent to whom.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use crate::lists::SENT;
use crate::record::{Trouble, TroubleCode};
use crate::report::cells::read_back;
use crate::rulebook::COMPARED;

/// A row that was sent. What tells its place is as the table has it; values are as the list and the reference have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) row_key: String,
    pub(super) file: String,
    pub(super) line: u64,
    pub(super) record_key: String,
    pub(super) province: String,
    pub(super) commune: String,
    pub(super) path: String,
    /// What the list has, in the order of the compared fields.
    pub(super) old: [String; COMPARED.len()],
    /// What is proposed; empty where nothing is.
    pub(super) new: [String; COMPARED.len()],
}

/// Reads the table.
pub(super) struct SentReader {
    reader: csv::Reader<File>,
    path: PathBuf,
    row: StringRecord,
}

impl SentReader {
    /// Opens the table.
    ///
    /// # Errors
    /// When it is not one that `lists` wrote.
    pub(super) fn open(path: &Path) -> Result<Self, Trouble> {
        let damaged = || Trouble::new(TroubleCode::BadSent).file(path).line(1);
        let mut reader = csv::Reader::from_path(path).map_err(|_| damaged())?;
        if *reader.headers().map_err(|_| damaged())? != SENT[..] {
            return Err(damaged());
        }
        Ok(Self { reader, path: path.to_owned(), row: StringRecord::new() })
    }

    /// The next row, `None` at the end.
    ///
    /// # Errors
    /// When the table is damaged.
    pub(super) fn next_row(&mut self) -> Result<Option<Sent>, Trouble> {
        let line = self.reader.position().line();
        let damaged = || Trouble::new(TroubleCode::BadSent).file(&self.path).line(line);
        if !self.reader.read_record(&mut self.row).map_err(|_| damaged())? {
            return Ok(None);
        }
        let cell = |at: usize| self.row[at].to_owned();
        let value = |at: usize| read_back(&self.row[at]).to_owned();
        Ok(Some(Sent {
            row_key: cell(0),
            file: cell(1),
            line: self.row[2].parse().map_err(|_| damaged())?,
            record_key: cell(3),
            province: cell(4),
            commune: cell(5),
            path: cell(6),
            old: std::array::from_fn(|field| value(8 + 2 * field)),
            new: std::array::from_fn(|field| value(9 + 2 * field)),
        }))
    }
}
