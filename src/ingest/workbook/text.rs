//! The text that a sheet becomes, a line for each row.
//!
//! Cells are written as they come; the commas that make all lines as wide as the widest are added when the text is
//! read, because only the end of the sheet tells how wide it is.

use std::io::{self, Read};

use memchr::memchr;

use super::WorkbookFault;
use crate::ingest::notice::Notice;

/// Most columns of a sheet.
pub(super) const MAX_COLUMNS: u32 = 16_384;
/// Most rows of a sheet.
pub(super) const MAX_ROWS: u32 = 1_048_576;

/// Where something was seen first and how often.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub(super) count: u64,
    pub(super) first_row: u64,
}

impl Seen {
    /// So many more; `row` counts from 1.
    pub(super) fn add(&mut self, count: u64, row: u64) {
        if self.count == 0 {
            self.first_row = row;
        }
        self.count += count;
    }
}

/// The text of a sheet while it is put together.
pub(super) struct SheetText {
    text: Vec<u8>,
    /// Cells of each finished line.
    widths: Vec<u16>,
    /// Cells of the line that is being written.
    n_cells: u16,
    widest: u16,
    max_bytes: u64,
    max_rows: usize,
    /// What a line end inside a cell becomes.
    line_end: &'static str,
    /// Rows that are hidden.
    pub(super) hidden_rows: Seen,
    /// Formulas without a value.
    pub(super) without_value: Seen,
}

impl SheetText {
    /// A text for a whole sheet.
    pub(super) fn new(max_bytes: u64) -> Self {
        Self {
            text: Vec::new(),
            widths: Vec::new(),
            n_cells: 0,
            widest: 0,
            max_bytes,
            max_rows: usize::MAX,
            line_end: " ",
            hidden_rows: Seen::default(),
            without_value: Seen::default(),
        }
    }

    /// A text for the first rows of a sheet.
    pub(super) fn beginning(max_bytes: u64, max_rows: usize) -> Self {
        Self { max_rows, ..Self::new(max_bytes) }
    }

    /// The same with line ends inside cells told from spaces: no row is more than one line.
    pub(super) fn marking_lines(self) -> Self {
        Self { line_end: "\u{2028}", ..self }
    }

    /// Whether no more rows are wanted.
    pub(super) fn has_enough(&self) -> bool {
        self.widths.len() >= self.max_rows
    }

    /// Whether the sheet holds nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Writes a cell. Cells come in the order of rows and columns; empty ones need not come.
    ///
    /// # Errors
    /// When a cell stands before the last one, or the text grows too large.
    pub(super) fn put(&mut self, (row, column): (u32, u32), cell: &str) -> Result<(), WorkbookFault> {
        if cell.trim().is_empty() {
            return Ok(());
        }
        let is_behind = (row as usize) < self.widths.len()
            || (column < u32::from(self.n_cells) && row as usize == self.widths.len());
        if is_behind || row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(WorkbookFault::Broken);
        }
        while self.widths.len() < row as usize {
            self.end_row();
            if self.has_enough() {
                return Ok(());
            }
        }
        let n_commas = column as usize + usize::from(self.n_cells > 0) - usize::from(self.n_cells);
        let n_new = (cell.len() * self.line_end.len().max(2) + n_commas + 4) as u64;
        let n_held = self.text.len() as u64 + 2 * self.widths.len() as u64;
        if n_held + n_new > self.max_bytes {
            return Err(WorkbookFault::TooLarge);
        }
        self.text.resize(self.text.len() + n_commas, b',');
        write(cell, self.line_end, &mut self.text);
        self.n_cells = column as u16 + 1;
        Ok(())
    }

    fn end_row(&mut self) {
        self.text.push(b'\n');
        self.widths.push(self.n_cells);
        self.widest = self.widest.max(self.n_cells);
        self.n_cells = 0;
    }

    /// What is odd about the sheet.
    pub(super) fn notices(&self) -> impl Iterator<Item = Notice> {
        let Seen { count, first_row: line } = self.hidden_rows;
        let hidden = (count > 0).then_some(Notice::HiddenRows { count, line });
        let Seen { count, first_row: line } = self.without_value;
        hidden.into_iter().chain((count > 0).then_some(Notice::FormulasWithoutValue { count, line }))
    }

    /// The text, every line as wide as the widest. Rows without a cell become lines without a character.
    pub(super) fn into_reader(mut self) -> Padded {
        if self.n_cells > 0 {
            self.end_row();
        }
        Padded { text: self.text, widths: self.widths, widest: self.widest, at: 0, row: 0, n_commas: 0 }
    }
}

/// Writes a cell as a field. Line ends in it become `line_end`: a row is a line.
fn write(cell: &str, line_end: &str, out: &mut Vec<u8>) {
    let is_plain = !cell.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
    if is_plain {
        out.extend_from_slice(cell.as_bytes());
        return;
    }
    out.push(b'"');
    let mut last = 0;
    for &byte in cell.as_bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\"\""),
            b'\n' if last == b'\r' => {}
            b'\n' | b'\r' => out.extend_from_slice(line_end.as_bytes()),
            byte => out.push(byte),
        }
        last = byte;
    }
    out.push(b'"');
}

/// Reads the text with the commas that short lines lack.
pub(super) struct Padded {
    text: Vec<u8>,
    widths: Vec<u16>,
    widest: u16,
    at: usize,
    row: usize,
    /// Commas still to be given before the end of this line.
    n_commas: usize,
}

impl Read for Padded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut n = 0;
        while n < out.len() && self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            if end > 0 {
                let n_copied = end.min(out.len() - n);
                out[n..n + n_copied].copy_from_slice(&rest[..n_copied]);
                (self.at, n) = (self.at + n_copied, n + n_copied);
                if n_copied == end {
                    let width = self.widths.get(self.row).copied().unwrap_or(self.widest);
                    self.n_commas = usize::from(self.widest - width);
                }
            } else if self.n_commas > 0 {
                let n_given = self.n_commas.min(out.len() - n);
                out[n..n + n_given].fill(b',');
                (self.n_commas, n) = (self.n_commas - n_given, n + n_given);
            } else {
                out[n] = b'\n';
                (self.at, n, self.row) = (self.at + 1, n + 1, self.row + 1);
            }
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cells: &[(u32, u32, &str)], piece: usize) -> String {
        let mut out = SheetText::new(1 << 20);
        for (row, column, cell) in cells {
            out.put((*row, *column), cell).expect("in order and small");
        }
        let (mut reader, mut read, mut buffer) = (out.into_reader(), Vec::new(), vec![0; piece]);
        loop {
            match reader.read(&mut buffer).expect("memory") {
                0 => return String::from_utf8(read).expect("text"),
                n => read.extend_from_slice(&buffer[..n]),
            }
        }
    }

    #[test]
    fn every_row_is_one_line_as_wide_as_the_widest() {
        let cells = [(1, 1, "a, \"b\""), (1, 2, "c\r\nd\ne"), (2, 0, "x"), (2, 1, " "), (4, 3, "y")];
        for piece in [1, 2, 7, 1000] {
            assert_eq!(text(&cells, piece), "\n,\"a, \"\"b\"\"\",\"c d e\",\nx,,,\n\n,,,y\n");
        }
        assert_eq!(text(&[], 10), "");
    }

    #[test]
    fn cells_out_of_order_or_out_of_the_sheet_are_refused() {
        for (row, column) in [(3, 1), (2, 9), (4, 4), (4, MAX_COLUMNS), (MAX_ROWS, 0)] {
            let mut out = SheetText::new(1 << 20);
            out.put((4, 4), "a").expect("the first cell");
            assert_eq!(out.put((row, column), "b"), Err(WorkbookFault::Broken), "{row} {column}");
        }
    }

    #[test]
    fn the_limit_and_the_number_of_rows_hold() {
        let mut out = SheetText::new(100);
        assert_eq!(out.put((0, 0), &"a".repeat(60)), Err(WorkbookFault::TooLarge));
        assert_eq!(out.put((0, 200), "a"), Err(WorkbookFault::TooLarge));
        let mut out = SheetText::beginning(1 << 20, 2);
        out.put((0, 0), "a").expect("small");
        out.put((1_000_000, 0), "a").expect("not written");
        assert!(out.has_enough());
    }
}
