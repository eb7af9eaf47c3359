//! A table as Parquet: typed columns in row groups, packed with zstd.
//!
//! A row group ends after so many rows or bytes, wherever batches end, so that the file depends on its rows only and
//! memory on neither.

use polars::prelude::{
    BatchedWriter, ChunkedBuilder, Column as Series, DataFrame, DataType, Field, Float64Type, Int64Type,
    IntoColumn, ParquetCompression, ParquetWriter, PrimitiveChunkedBuilder, Schema, StringChunkedBuilder,
};

use super::apart::Cells;
use super::shared::Shared;
use super::{OwnColumn, internal};
use crate::record::Trouble;
use crate::report::columns::{Column, Kind};
use crate::report::folder::{RunFile, ToDisk, Written};

/// Rows of a row group.
const GROUP_ROWS: usize = 1 << 17;
/// Bytes of text after which a row group ends early.
const GROUP_BYTES: usize = 32 << 20;

/// A Parquet file that is being written.
pub(super) struct ParquetFile {
    columns: Vec<OwnColumn>,
    writer: BatchedWriter<Shared>,
    file: Shared,
    group: Vec<Cellar>,
    n_in_group: usize,
    n_bytes: usize,
    n_rows: u64,
}

/// The cells of a column of the row group that is being filled.
enum Cellar {
    Text(StringChunkedBuilder),
    Whole(PrimitiveChunkedBuilder<Int64Type>),
    Decimal(PrimitiveChunkedBuilder<Float64Type>),
}

impl Cellar {
    fn new(column: &OwnColumn) -> Self {
        let name = column.name.as_str().into();
        match column.kind {
            Kind::Text => Self::Text(StringChunkedBuilder::new(name, 0)),
            Kind::Whole => Self::Whole(PrimitiveChunkedBuilder::new(name, 0)),
            Kind::Decimal => Self::Decimal(PrimitiveChunkedBuilder::new(name, 0)),
        }
    }

    /// Adds a cell; false where it is not what the column holds.
    fn push(&mut self, cell: &str) -> bool {
        let value = Some(cell).filter(|cell| !cell.is_empty());
        match self {
            Self::Text(cells) => cells.append_option(value),
            Self::Whole(cells) => match value.map(str::parse).transpose() {
                Ok(number) => cells.append_option(number),
                Err(_) => return false,
            },
            Self::Decimal(cells) => match value.map(str::parse).transpose() {
                Ok(number) => cells.append_option(number),
                Err(_) => return false,
            },
        }
        true
    }

    fn finish(self) -> Series {
        match self {
            Self::Text(cells) => cells.finish().into_column(),
            Self::Whole(cells) => cells.finish().into_column(),
            Self::Decimal(cells) => cells.finish().into_column(),
        }
    }
}

impl ParquetFile {
    /// Begins a table in a new file.
    pub(super) fn begin(file: RunFile, columns: &[Column<'_>]) -> Result<Self, Trouble> {
        let columns = with_own_names(OwnColumn::all(columns));
        let fields = columns.iter().map(|column| {
            let kind = match column.kind {
                Kind::Text => DataType::String,
                Kind::Whole => DataType::Int64,
                Kind::Decimal => DataType::Float64,
            };
            Field::new(column.name.as_str().into(), kind)
        });
        let schema: Schema = fields.collect();
        let file = Shared::new(file);
        // Threads are made in one place of the tool, and not here.
        let writer = ParquetWriter::new(file.clone())
            .with_compression(ParquetCompression::Zstd(None))
            .set_parallel(false)
            .batched(&schema)
            .map_err(|_| file.trouble())?;
        let group = columns.iter().map(Cellar::new).collect();
        Ok(Self { columns, writer, file, group, n_in_group: 0, n_bytes: 0, n_rows: 0 })
    }

    /// Lets others bring the file to disk.
    pub(super) fn hand_over(&self) -> ToDisk {
        self.file.hand_over()
    }

    /// Adds a row.
    pub(super) fn push(&mut self, cells: Cells<'_>) -> Result<(), Trouble> {
        for (column, cell) in self.group.iter_mut().zip(cells.iter()) {
            if !column.push(cell) {
                return Err(internal("a number of ours cannot be read"));
            }
            self.n_bytes += cell.len();
        }
        self.n_in_group += 1;
        if self.n_in_group >= GROUP_ROWS || self.n_bytes >= GROUP_BYTES {
            self.end_group()?;
        }
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), Trouble> {
        let fresh = self.columns.iter().map(Cellar::new).collect();
        let group = std::mem::replace(&mut self.group, fresh);
        let columns = group.into_iter().map(Cellar::finish).collect();
        let frame =
            DataFrame::new(self.n_in_group, columns).map_err(|_| internal("columns of unlike length"))?;
        self.writer.write_batch(&frame).map_err(|_| self.file.trouble())?;
        self.n_rows += self.n_in_group as u64;
        (self.n_in_group, self.n_bytes) = (0, 0);
        Ok(())
    }

    /// Ends the file.
    pub(super) fn finish(mut self) -> Result<Written, Trouble> {
        if self.n_in_group > 0 {
            self.end_group()?;
        }
        self.writer.finish().map_err(|_| self.file.trouble())?;
        drop(self.writer);
        self.file.finish(self.n_rows)
    }
}

/// Names of which none is there twice: comparisons of a profile may be named as other columns are.
fn with_own_names(mut columns: Vec<OwnColumn>) -> Vec<OwnColumn> {
    for at in 1..columns.len() {
        let (before, rest) = columns.split_at_mut(at);
        let (name, mut number) = (rest[0].name.clone(), 2);
        while before.iter().any(|other| other.name == rest[0].name) {
            rest[0].name = format!("{name}_{number}");
            number += 1;
        }
    }
    columns
}
