//! The rows of a batch while it is put together.

use super::cells::BlockText;
use super::fault::Quarantined;
use super::records::Fields;
use super::splitter::{RawBatch, Splitter};
use crate::record::TextBuilder;

/// Columns under construction.
pub(super) struct Rows {
    /// Records that could be read and are not kept.
    pub(super) n_passed: usize,
    lines: Vec<u64>,
    columns: Vec<TextBuilder>,
    /// Records that cannot be read.
    pub(super) quarantined: Vec<Quarantined>,
    /// Lines without a character.
    pub(super) n_blank_lines: u64,
    /// Lines that begin with a byte-order mark.
    pub(super) marks_inside: Vec<u64>,
}

impl Rows {
    /// Room for so many rows.
    pub(super) fn new(splitter: &Splitter, n_rows: usize) -> Self {
        Self {
            n_passed: 0,
            lines: Vec::with_capacity(n_rows),
            columns: splitter.wanted.iter().map(|_| TextBuilder::with_capacity(n_rows)).collect(),
            quarantined: Vec::new(),
            n_blank_lines: 0,
            marks_inside: Vec::new(),
        }
    }

    /// Adds a row.
    #[inline]
    pub(super) fn push(&mut self, splitter: &Splitter, text: BlockText<'_>, line: u64, fields: &Fields) {
        self.lines.push(line);
        let columns = self.columns.iter_mut().zip(&splitter.wanted);
        let Some(valid) = text.text else {
            columns.for_each(|(builder, &column)| builder.push(&text.cell(fields.span(text.bytes, column))));
            return;
        };
        for (builder, &column) in columns {
            match fields.bare(valid, column) {
                Some(cell) => builder.push(cell),
                None => builder.push(&text.cell(fields.span(text.bytes, column))),
            }
        }
    }

    /// The finished batch.
    pub(super) fn finish(self, index: usize) -> RawBatch {
        RawBatch {
            index,
            columns: self.columns.into_iter().map(TextBuilder::finish).collect(),
            lines: self.lines,
            n_passed: self.n_passed,
            quarantined: self.quarantined,
            n_blank_lines: self.n_blank_lines,
            marks_inside: self.marks_inside,
        }
    }
}
