//! The cells of one record as they lie in a block, and the question that is asked of them.
//!
//! Nothing is copied here unless doubled quotes have to be undone, which `csv_core` does by its own rules.

use std::borrow::Cow;

use super::records::{Fields, Span};
use crate::record::TextColumn;

/// The wanted cells of one record, before it is known whether its row is kept.
pub enum Cells<'a> {
    /// A record of text.
    Text {
        /// The block.
        block: BlockText<'a>,
        /// The fields of the record, as far as they are looked at.
        fields: &'a Fields,
        /// Positions of the wanted ones.
        wanted: &'a [usize],
    },
    /// A row of columns.
    Row {
        /// The wanted columns.
        columns: &'a [TextColumn],
        /// The row.
        row: usize,
    },
}

impl Cells<'_> {
    /// The bytes of a wanted column's cell; doubled quotes stay doubled.
    #[inline]
    pub fn bytes(&self, column: usize) -> &[u8] {
        match self {
            Self::Row { columns, row } => columns[column].get(*row).as_bytes(),
            Self::Text { block, fields, wanted } => {
                let span = fields.span(block.bytes, wanted[column]);
                &block.bytes[span.start..span.end]
            }
        }
    }

    /// The cell of a wanted column, by its position among the wanted ones.
    #[inline]
    pub fn get(&self, column: usize) -> Cow<'_, str> {
        match self {
            Self::Row { columns, row } => Cow::Borrowed(columns[column].get(*row)),
            Self::Text { block, fields, wanted } => block.cell(fields.span(block.bytes, wanted[column])),
        }
    }
}

/// The bytes of a block, and the same as text where all of it is valid: then no cell has to be looked at again.
#[derive(Clone, Copy)]
pub struct BlockText<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) text: Option<&'a str>,
}

impl<'a> BlockText<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, text: simdutf8::basic::from_utf8(bytes).ok() }
    }

    /// The text of a field; of a record that is valid, if the block is not.
    #[inline]
    pub(super) fn cell(&self, span: Span) -> Cow<'a, str> {
        if span.escaped {
            let mut text = Vec::new();
            unescape(&self.bytes[span.start - 1..=span.end], &mut text);
            return Cow::Owned(String::from_utf8(text).unwrap_or_default());
        }
        Cow::Borrowed(match self.text {
            Some(text) => &text[span.start..span.end],
            None => std::str::from_utf8(&self.bytes[span.start..span.end]).unwrap_or_default(),
        })
    }
}

/// Asks every record of a piece something, and says at the end which ones to keep. The answer comes for all
/// records at once, so that looking many of them up can overlap.
pub trait Question {
    /// Whether it looks at a wanted column, by its position among the wanted ones. Of others only their number is known.
    fn looks_at(&self, column: usize) -> bool;
    /// One record; called in order.
    fn see(&mut self, cells: &Cells<'_>);
    /// Which of the records seen are kept.
    fn answer(&mut self) -> Vec<bool>;
    /// Whether a record that the answer keeps is needed as a row, now that all its cells can be seen. Asked once for
    /// each, in order.
    fn needs(&mut self, cells: &Cells<'_>) -> bool;
}

/// Writes the text of a quoted field, given with its outer quotes, with doubled quotes made single.
fn unescape(quoted: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + quoted.len(), 0);
    let (_, _, n_written) = csv_core::Reader::new().read_field(quoted, &mut out[start..]);
    out.truncate(start + n_written);
}
