//! The formats of Excel, read by `calamine`: xlsx and xlsb cell by cell, xls as a whole.
//!
//! Its errors may quote cells, so none is passed on.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, XlsError, XlsbError, XlsxError};

use super::cell::{write_data, write_ref};
use super::text::{Seen, SheetText};
use super::{Book, Sheet, WorkbookFault};

type Source = BufReader<File>;

/// The sheets that hold cells.
fn sheets_of<R: Reader<Source>>(book: &R) -> Vec<Sheet> {
    let lists = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    lists
        .map(|sheet| Sheet { name: sheet.name.clone(), is_hidden: sheet.visible != SheetVisible::Visible })
        .collect()
}

/// xlsx and xlsm.
pub(super) struct Xlsx {
    book: calamine::Xlsx<Source>,
    sheets: Vec<Sheet>,
    hidden_rows: HashMap<String, Seen>,
}

impl Xlsx {
    /// Opens a workbook whose size was measured; with it came the hidden rows of each sheet.
    pub(super) fn open(path: &Path, hidden_rows: HashMap<String, Seen>) -> Result<Self, WorkbookFault> {
        let book = calamine::Xlsx::new(BufReader::new(File::open(path)?))?;
        let sheets = sheets_of(&book);
        Ok(Self { book, sheets, hidden_rows })
    }
}

impl Book for Xlsx {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(&mut self, sheet: usize, out: &mut SheetText) -> Result<(), WorkbookFault> {
        let name = &self.sheets[sheet].name;
        out.hidden_rows = self.hidden_rows.get(name).copied().unwrap_or_default();
        let mut cells = self.book.worksheet_cells_reader(name)?;
        let mut text = String::new();
        while let Some(cell) = cells.next_cell_with_formula_metadata()? {
            if cell.formula.is_some() && cell.value == DataRef::Empty {
                out.without_value.add(1, u64::from(cell.pos.0) + 1);
            }
            text.clear();
            write_ref(&cell.value, &mut text);
            out.put(cell.pos, &text)?;
            if out.has_enough() {
                break;
            }
        }
        Ok(())
    }
}

/// xlsb. It always holds the values of formulas; its hidden rows are not known.
pub(super) struct Xlsb {
    book: calamine::Xlsb<Source>,
    sheets: Vec<Sheet>,
}

impl Xlsb {
    /// Opens a workbook whose size was measured.
    pub(super) fn open(path: &Path) -> Result<Self, WorkbookFault> {
        let book = calamine::Xlsb::new(BufReader::new(File::open(path)?))?;
        let sheets = sheets_of(&book);
        Ok(Self { book, sheets })
    }
}

impl Book for Xlsb {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(&mut self, sheet: usize, out: &mut SheetText) -> Result<(), WorkbookFault> {
        let mut cells = self.book.worksheet_cells_reader(&self.sheets[sheet].name)?;
        let mut text = String::new();
        while let Some(cell) = cells.next_cell()? {
            text.clear();
            write_ref(cell.get_value(), &mut text);
            out.put(cell.get_position(), &text)?;
            if out.has_enough() {
                break;
            }
        }
        Ok(())
    }
}

/// xls, the format until 2003. Its hidden rows are not known.
pub(super) struct Xls {
    book: calamine::Xls<Source>,
    sheets: Vec<Sheet>,
}

impl Xls {
    /// Opens a workbook whose container was checked.
    pub(super) fn open(path: &Path) -> Result<Self, WorkbookFault> {
        let book = calamine::Xls::new(BufReader::new(File::open(path)?))?;
        let sheets = sheets_of(&book);
        Ok(Self { book, sheets })
    }
}

impl Book for Xls {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(&mut self, sheet: usize, out: &mut SheetText) -> Result<(), WorkbookFault> {
        let name = &self.sheets[sheet].name;
        let range = self.book.worksheet_range(name)?;
        let formulas = self.book.worksheet_formula(name)?;
        let Some((first_row, first_column)) = range.start() else { return Ok(()) };
        let mut text = String::new();
        for (row, cells) in (first_row..).zip(range.rows()) {
            for (column, value) in (first_column..).zip(cells) {
                let has_formula =
                    || formulas.get_value((row, column)).is_some_and(|formula| !formula.is_empty());
                if *value == Data::Empty && has_formula() {
                    out.without_value.add(1, u64::from(row) + 1);
                }
                text.clear();
                write_data(value, &mut text);
                out.put((row, column), &text)?;
            }
            if out.has_enough() {
                break;
            }
        }
        Ok(())
    }
}

impl From<XlsxError> for WorkbookFault {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Password => Self::Password,
            XlsxError::Io(error) => error.into(),
            _ => Self::Broken,
        }
    }
}

impl From<XlsbError> for WorkbookFault {
    fn from(error: XlsbError) -> Self {
        match error {
            XlsbError::Password => Self::Password,
            XlsbError::Io(error) => error.into(),
            _ => Self::Broken,
        }
    }
}

impl From<XlsError> for WorkbookFault {
    fn from(error: XlsError) -> Self {
        match error {
            XlsError::Password => Self::Password,
            XlsError::Io(error) => error.into(),
            _ => Self::Broken,
        }
    }
}
