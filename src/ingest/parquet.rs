//! Parquet files as batches of text, a slice of rows at a time.
//!
//! Parquet has no lines: a record's place is its row number, from 1. Every column is turned into text; what
//! has no text (lists, structures) is refused for the wanted columns only.

use std::fs::File;
use std::path::Path;

use polars::prelude::{DataType, ParquetReader, PolarsError, SerReader};

use super::splitter::RawBatch;
use crate::record::TextColumn;

/// Rows of a batch.
const BATCH_ROWS: usize = 100_000;

/// A slice of rows to read.
#[derive(Debug, Clone, Copy)]
pub struct RowSlice {
    /// Position among the slices of the file, from 0.
    pub index: usize,
    /// First row, from 0.
    pub offset: usize,
    /// Number of rows.
    pub n_rows: usize,
}

/// Column names and number of rows. The messages of polars may quote data, so none is passed on.
pub fn shape(path: &Path) -> Option<(Vec<String>, usize)> {
    let mut reader = ParquetReader::new(File::open(path).ok()?);
    let names = reader.schema().ok()?.iter_names().map(ToString::to_string).collect();
    Some((names, reader.num_rows().ok()?))
}

/// The slices of a file with so many rows.
pub fn slices(n_rows: usize) -> impl Iterator<Item = RowSlice> + Send {
    (0..n_rows.div_ceil(BATCH_ROWS)).map(move |index| {
        let offset = index * BATCH_ROWS;
        RowSlice { index, offset, n_rows: BATCH_ROWS.min(n_rows - offset) }
    })
}

/// Reads the wanted columns of a slice; `None` when the file cannot be read as it promises.
pub fn read(path: &Path, slice: RowSlice, wanted: &[&str]) -> Option<RawBatch> {
    let columns = read_columns(path, slice, wanted).ok()?;
    if columns.iter().any(|column| column.len() != slice.n_rows) {
        return None;
    }
    let first = slice.offset as u64 + 1;
    Some(RawBatch {
        index: slice.index,
        lines: (first..first + slice.n_rows as u64).collect(),
        columns,
        n_passed: 0,
        quarantined: Vec::new(),
        n_blank_lines: 0,
        marks_inside: Vec::new(),
    })
}

fn read_columns(path: &Path, slice: RowSlice, wanted: &[&str]) -> Result<Vec<TextColumn>, PolarsError> {
    let names = wanted.iter().map(ToString::to_string).collect();
    let frame = ParquetReader::new(File::open(path)?)
        .with_slice(Some((slice.offset, slice.n_rows)))
        .with_columns(Some(names))
        .finish()?;
    wanted
        .iter()
        .map(|name| {
            let text = frame.column(name)?.strict_cast(&DataType::String)?;
            Ok(TextColumn::from_texts(text.str()?.iter().map(Option::unwrap_or_default)))
        })
        .collect()
}
