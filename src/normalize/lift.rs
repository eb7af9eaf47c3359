//! The few loops over cells: a scalar of `fields` is lifted over a column here and nowhere else.

use crate::record::{FieldColumn, FieldKind, MappedBatch, Outcome, TextColumn};

/// Reads every cell of a column; every cell is missing where there is no column.
pub(super) fn packed<T: Copy + Default>(
    column: Option<&TextColumn>,
    n_rows: usize,
    mut read: impl FnMut(&str, usize) -> Outcome<T>,
) -> FieldColumn<T> {
    let mut out = FieldColumn::with_capacity(n_rows);
    match column {
        Some(column) => {
            for (row, cell) in column.iter().enumerate() {
                out.push(&read(cell, row), cell);
            }
        }
        None => (0..n_rows).for_each(|_| out.push(&Outcome::Missing, "")),
    }
    out
}

/// The texts of several columns of a row, joined; empty cells leave no separator behind.
pub(super) fn joined(batch: &MappedBatch, fields: &[FieldKind], separator: &str) -> TextColumn {
    let columns: Vec<&TextColumn> = fields.iter().filter_map(|field| batch.column(*field)).collect();
    let mut ends = Vec::with_capacity(batch.n_rows());
    let mut text = String::new();
    for row in 0..batch.n_rows() {
        let start = text.len();
        for column in &columns {
            let cell = column.get(row).trim();
            if !cell.is_empty() {
                if text.len() > start {
                    text.push_str(separator);
                }
                text.push_str(cell);
            }
        }
        ends.push((start, text.len()));
    }
    TextColumn::from_texts(ends.iter().map(|&(start, end)| &text[start..end]))
}

/// The column of the first of these fields that there is; where there are several, each row has the first of
/// them that is not empty.
pub(super) fn first_of(batch: &MappedBatch, fields: &[FieldKind]) -> TextColumn {
    let columns: Vec<&TextColumn> = fields.iter().filter_map(|field| batch.column(*field)).collect();
    match columns.as_slice() {
        [] => TextColumn::from_texts((0..batch.n_rows()).map(|_| "")),
        [only] => (*only).clone(),
        several => TextColumn::from_texts((0..batch.n_rows()).map(|row| {
            let cells = several.iter().map(|column| column.get(row));
            cells.clone().find(|cell| !cell.trim().is_empty()).unwrap_or_default()
        })),
    }
}
