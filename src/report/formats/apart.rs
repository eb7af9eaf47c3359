//! Rows of our own CSV taken apart again, cell by cell, as they were before they were guarded.

use csv::{ReaderBuilder, StringRecord};

use super::internal;
use crate::record::Trouble;
use crate::record::guard::read_back;
use crate::report::columns::Column;

/// The cells of one row.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    record: &'a StringRecord,
    is_told: &'a [bool],
}

impl<'a> Cells<'a> {
    /// The values in the order of the columns; an empty one is none.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let of = |(cell, told): (&'a str, &bool)| if *told { read_back(cell) } else { cell };
        self.record.iter().zip(self.is_told).map(of)
    }
}

/// Takes rows apart.
pub(super) struct Rows {
    is_told: Vec<bool>,
    record: StringRecord,
    n_rows: u64,
}

impl Rows {
    pub(super) fn new(columns: &[Column<'_>]) -> Self {
        let is_told = columns.iter().map(|column| column.is_told).collect();
        Self { is_told, record: StringRecord::new(), n_rows: 0 }
    }

    /// Rows so far.
    pub(super) const fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Calls `each` with every row of some whole rows of CSV.
    pub(super) fn each(
        &mut self,
        rows: &[u8],
        mut each: impl FnMut(Cells<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(rows);
        while reader.read_record(&mut self.record).map_err(|_| internal("a row of ours cannot be read"))? {
            if self.record.len() != self.is_told.len() {
                return Err(internal("a row of ours has another width"));
            }
            self.n_rows += 1;
            each(Cells { record: &self.record, is_told: &self.is_told })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::cells::{push_cell, safe};

    #[test]
    fn a_row_comes_back_as_it_was() {
        let columns = [Column::told("a"), Column::word("b"), Column::told("c")];
        let cells = [["=1", "x", "'=1"], ["a,\"b\"\r\n", "", "''"], ["", "", ""], ["''=", "'", "\u{1b}"]];
        let mut csv = Vec::new();
        for row in cells {
            push_cell(&mut csv, &safe(row[0]));
            csv.push(b',');
            push_cell(&mut csv, row[1]);
            csv.push(b',');
            push_cell(&mut csv, &safe(row[2]));
            csv.push(b'\n');
        }
        let (mut rows, mut found) = (Rows::new(&columns), Vec::new());
        let keep = |cells: Cells<'_>| {
            found.push(cells.iter().map(ToOwned::to_owned).collect::<Vec<_>>());
            Ok(())
        };
        rows.each(&csv, keep).expect("our own rows");
        assert_eq!(found, cells);
        assert_eq!(rows.n_rows(), 4);
        assert!(rows.each(b"a,b\n", |_| Ok(())).is_err());
    }
}
