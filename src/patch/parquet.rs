//! Parquet: the columns that change are put together anew in their own types, all others pass through as they are read.
//!
//! The copy is packed anew, so what is not changed is the same in value and type, not in bytes.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use polars::prelude::{
    Column, DataFrame, DataType, Int32Chunked, Int64Chunked, IntoColumn, IntoSeries, NewChunkedArray,
    ParquetReader, ParquetWriter, PolarsError, SerReader, StringChunked,
};

use super::cells::Edit;
use super::notation::read_date;
use super::reason::Reason;
use super::rewrite::Rewrite;
use crate::fields::birth_date::{BirthDate, Precision};
use crate::record::{Trouble, TroubleCode};
use crate::report::folder::{RunFile, Written};

/// A Parquet file being copied.
pub(super) struct ParquetCopy {
    path: PathBuf,
    frame: DataFrame,
    row: usize,
    /// Changed cells by column and row, from 0.
    edits: BTreeMap<usize, BTreeMap<usize, String>>,
}

impl ParquetCopy {
    /// Reads a file. The messages of polars may quote data, so none is passed on.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn begin(path: &Path) -> Result<Self, Trouble> {
        let broken = || Trouble::new(TroubleCode::BrokenParquet).file(path);
        let file = File::open(path).map_err(|_| broken())?;
        let frame = ParquetReader::new(file).finish().map_err(|_| broken())?;
        Ok(Self { path: path.to_owned(), frame, row: 0, edits: BTreeMap::new() })
    }

    /// Writes the copy.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn finish(mut self, mut out: RunFile) -> Result<Written, Trouble> {
        let shown = out.shown().to_owned();
        for (at, edits) in std::mem::take(&mut self.edits) {
            let column = changed(&self.frame.columns()[at], &edits)
                .map_err(|_| Trouble::new(TroubleCode::BrokenParquet).file(&self.path))?;
            self.frame
                .replace_column(at, column)
                .map_err(|_| Trouble::new(TroubleCode::BrokenParquet).file(&self.path))?;
        }
        let failed = |_| Trouble::new(TroubleCode::CannotWrite).file(&shown).word("cause", "parquet");
        ParquetWriter::new(&mut out).set_parallel(false).finish(&mut self.frame).map_err(failed)?;
        out.finish(None)
    }
}

impl Rewrite for ParquetCopy {
    fn go_to(&mut self, line: u64) -> Result<bool, Trouble> {
        let row = line.checked_sub(1).and_then(|row| usize::try_from(row).ok());
        self.row = row.unwrap_or(usize::MAX);
        Ok(self.row < self.frame.height())
    }

    fn refuses(&mut self, edit: &Edit) -> Option<Reason> {
        let Some(column) = self.frame.columns().get(edit.column) else { return Some(Reason::NoSuchRecord) };
        (!can_hold(column.dtype(), &edit.text)).then_some(Reason::ColumnType)
    }

    fn put(&mut self, edit: Edit) {
        self.edits.entry(edit.column).or_default().insert(self.row, edit.text);
    }
}

/// Whether a type holds a text without losing anything of it.
fn can_hold(kind: &DataType, text: &str) -> bool {
    match kind {
        DataType::String => true,
        DataType::Date | DataType::Datetime(..) => days(text).is_some(),
        kind if kind.is_integer() => integer(text).is_some_and(|number| fits(kind, number)),
        _ => false,
    }
}

/// A whole number that is written as this text: no zero at the front is lost.
fn integer(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|number| number.to_string() == text)
}

fn fits(kind: &DataType, number: i64) -> bool {
    match kind {
        DataType::Int8 => i8::try_from(number).is_ok(),
        DataType::Int16 => i16::try_from(number).is_ok(),
        DataType::Int32 => i32::try_from(number).is_ok(),
        DataType::Int64 => true,
        DataType::UInt8 => u8::try_from(number).is_ok(),
        DataType::UInt16 => u16::try_from(number).is_ok(),
        DataType::UInt32 => u32::try_from(number).is_ok(),
        DataType::UInt64 => number >= 0,
        _ => false,
    }
}

/// Days since the beginning of 1970 of a whole date.
fn days(text: &str) -> Option<i32> {
    let date: BirthDate = read_date(text).filter(|date| date.precision() == Precision::Day)?;
    let (year, month, day) = (i16::try_from(date.year()).ok()?, date.month()?, date.day()?);
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let epoch = jiff::civil::date(1970, 1, 1);
    Some((date - epoch).get_days())
}

/// The column with other values in some rows. Each of them fits its type.
fn changed(column: &Column, edits: &BTreeMap<usize, String>) -> Result<Column, PolarsError> {
    let name = column.name().clone();
    let kind = column.dtype().clone();
    match &kind {
        DataType::String => {
            let cells = column.str()?.iter().enumerate();
            let cells = cells.map(|(row, cell)| edits.get(&row).map(String::as_str).or(cell));
            let mut changed = StringChunked::from_iter_options(name.clone(), cells);
            changed.rename(name);
            Ok(changed.into_series().into_column())
        }
        DataType::Date => {
            let cells = column.cast(&DataType::Int32)?;
            let cells = cells.i32()?.iter().enumerate();
            let cells = cells.map(|(row, cell)| edits.get(&row).and_then(|text| days(text)).or(cell));
            Int32Chunked::from_iter_options(name, cells).into_series().into_column().cast(&kind)
        }
        DataType::Datetime(unit, _) => {
            let a_day: i64 = match unit {
                polars::prelude::TimeUnit::Nanoseconds => 86_400_000_000_000,
                polars::prelude::TimeUnit::Microseconds => 86_400_000_000,
                polars::prelude::TimeUnit::Milliseconds => 86_400_000,
            };
            let cells = column.cast(&DataType::Int64)?;
            let cells = cells.i64()?.iter().enumerate();
            let midnight = |text: &String| days(text).map(|days| i64::from(days) * a_day);
            let cells = cells.map(|(row, cell)| edits.get(&row).and_then(midnight).or(cell));
            Int64Chunked::from_iter_options(name, cells).into_series().into_column().cast(&kind)
        }
        _ => {
            let cells = column.strict_cast(&DataType::Int64)?;
            let cells = cells.i64()?.iter().enumerate();
            let cells = cells.map(|(row, cell)| edits.get(&row).and_then(|text| integer(text)).or(cell));
            Int64Chunked::from_iter_options(name, cells).into_series().into_column().strict_cast(&kind)
        }
    }
}
