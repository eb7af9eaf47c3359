//! The sheet of an office: the same cells to a workbook and, as text, to its twin in CSV, line by line.
//!
//! Owns the place of the next line. Does not know what a cell means.

use std::io::Write;

use anyhow::{Context, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

use super::calendar::Date;
use super::writing::push_cell;

/// A cell with the type that a spreadsheet gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(u64),
}

impl Cell {
    /// A text, or nothing.
    pub(super) fn text(text: &str) -> Self {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    }
}

/// Cells joined into one: from a line and column through a line and column, all from nought.
pub(super) type Range = (u32, u16, u32, u16);

/// The sheet while it is written.
pub(super) struct Sheet<'a> {
    sheet: Worksheet,
    line: u32,
    twin: &'a mut dyn Write,
    text: String,
    plain: Format,
}

impl<'a> Sheet<'a> {
    /// Starts with no line.
    pub(super) fn new(name: &str, twin: &'a mut dyn Write) -> Result<Self> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        Ok(Sheet { sheet, line: 0, twin, text: String::new(), plain: Format::new() })
    }

    /// The number of the next line, as a spreadsheet shows it.
    pub(super) fn next_line(&self) -> u32 {
        self.line + 1
    }

    /// Writes a line.
    pub(super) fn write(&mut self, cells: &[Cell]) -> Result<()> {
        self.text.clear();
        for (column, cell) in (0_u16..).zip(cells) {
            if column > 0 {
                self.text.push(',');
            }
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    push_cell(&mut self.text, text);
                    self.sheet.write_string(self.line, column, text)?;
                }
                Cell::Number(number) => {
                    self.text.push_str(&number.to_string());
                    // Numbers of sixteen digits and more do not occur, so none is rounded.
                    self.sheet.write_number(self.line, column, *number as f64)?;
                }
            }
        }
        self.text.push('\n');
        self.twin.write_all(self.text.as_bytes())?;
        self.line += 1;
        Ok(())
    }

    /// Joins cells that were written before; the first keeps its text.
    pub(super) fn merge(&mut self, (first, left, last, right): Range, text: &str) -> Result<()> {
        self.sheet.merge_range(first, left, last, right, text, &self.plain)?;
        Ok(())
    }

    /// Hides the line written last.
    pub(super) fn hide_last(&mut self) -> Result<()> {
        self.sheet.set_row_hidden(self.line - 1)?;
        Ok(())
    }

    /// Writes the workbook, with a second sheet that is hidden. The day stands for the clock, which would differ.
    pub(super) fn finish(self, hidden: Worksheet, day: Date, out: &mut dyn Write) -> Result<()> {
        let mut workbook = Workbook::new();
        let created = ExcelDateTime::from_ymd(day.year, day.month, day.day)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        workbook.push_worksheet(self.sheet);
        workbook.push_worksheet(hidden);
        let bytes = workbook.save_to_buffer().context("cannot put the workbook together")?;
        out.write_all(&bytes)?;
        out.flush()?;
        self.twin.flush()?;
        Ok(())
    }
}

/// A hidden sheet of one column.
pub(super) fn hidden_sheet<'w>(name: &str, words: impl Iterator<Item = &'w str>) -> Result<Worksheet> {
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    sheet.set_hidden(true);
    for (line, word) in (0_u32..).zip(words) {
        sheet.write_string(line, 0, word)?;
    }
    Ok(sheet)
}
