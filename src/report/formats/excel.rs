//! CSV for a spreadsheet: a byte order mark, without which Vietnamese is not read as UTF-8, and cells that it would make
//! numbers or dates of kept as text.

use super::apart::Rows;
use crate::record::Trouble;
use crate::record::guard::{kept, safe};
use crate::report::cells::push_cell;
use crate::report::columns::Column;

/// The byte order mark of UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes rows once more, for a spreadsheet.
pub(super) struct Excel {
    rows: Rows,
    is_told: Vec<bool>,
    out: Vec<u8>,
}

impl Excel {
    pub(super) fn new(columns: &[Column<'_>]) -> Self {
        let is_told = columns.iter().map(|column| column.is_told).collect();
        Self { rows: Rows::new(columns), is_told, out: Vec::new() }
    }

    /// The header with the mark before it.
    pub(super) fn header(&self, header: &[u8]) -> Vec<u8> {
        [MARK, header].concat()
    }

    /// The same rows for a spreadsheet.
    pub(super) fn rows(&mut self, rows: &[u8]) -> Result<&[u8], Trouble> {
        let Self { is_told, out, .. } = self;
        out.clear();
        self.rows.each(rows, |cells| {
            for (index, (cell, is_told)) in cells.iter().zip(is_told.iter()).enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                match kept(cell).filter(|_| *is_told) {
                    Some(text) => push_cell(out, &text),
                    None if *is_told => push_cell(out, &safe(cell)),
                    None => push_cell(out, cell),
                }
            }
            out.push(b'\n');
            Ok(())
        })?;
        Ok(&self.out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_stay_and_numbers_stay_numbers() {
        let columns = [Column::told("key"), Column::whole("line"), Column::told("old")];
        let mut excel = Excel::new(&columns);
        let rows = excel.rows(b"007,12,'=1\nTC1,13,01/02/1990\n").expect("our own rows");
        let expected = "\"=\"\"007\"\"\",12,'=1\nTC1,13,\"=\"\"01/02/1990\"\"\"\n";
        assert_eq!(String::from_utf8_lossy(rows), expected);
        assert_eq!(excel.header(b"key\n"), b"\xEF\xBB\xBFkey\n");
    }
}
