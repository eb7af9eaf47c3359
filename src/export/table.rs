//! The files of an export: text or workbooks, as many as the rows need, in plain or sealed.

use std::io;

use super::layout::Layout;
use super::workbook::Workbook;
use crate::record::{Trouble, TroubleCode};
use crate::report::cells::safe;
use crate::report::folder::RunFolder;
use crate::rulebook::{Format, Template};
use crate::seal::{Finished, Out, Recipients};

/// The files of an export.
pub(super) struct Files<'a> {
    folder: &'a RunFolder,
    template: &'a Template,
    recipients: Option<&'a Recipients>,
    /// Headers and widths.
    columns: Vec<(&'a str, f64)>,
    file: Option<File>,
    n_parts: u64,
    /// Records of the file that is being written.
    n_rows: u64,
    /// A row of text that is put together.
    line: Vec<u8>,
    finished: Vec<Finished>,
    /// Cells that would have been formulas.
    pub(super) n_escaped: u64,
    /// Cells that were longer than a spreadsheet takes.
    pub(super) n_cut: u64,
}

/// A file that is being written.
enum File {
    Text(Out),
    Workbook(Box<Workbook<Out>>),
}

impl<'a> Files<'a> {
    /// No file yet.
    pub(super) fn new(
        folder: &'a RunFolder,
        template: &'a Template,
        layout: &'a Layout,
        recipients: Option<&'a Recipients>,
    ) -> Self {
        let columns = layout.columns.iter().map(|column| (column.header.as_str(), column.width)).collect();
        Self {
            folder,
            template,
            recipients,
            columns,
            file: None,
            n_parts: 0,
            n_rows: 0,
            line: Vec::new(),
            finished: Vec::new(),
            n_escaped: 0,
            n_cut: 0,
        }
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn push(&mut self, cells: &[&str]) -> Result<(), Trouble> {
        if self.n_rows == self.template.rows_per_file {
            self.close()?;
        }
        self.open()?;
        self.n_rows += 1;
        match &mut self.file {
            Some(File::Text(out)) => {
                self.line.clear();
                self.n_escaped += push_line(&mut self.line, cells, &self.template.format);
                out.write(&self.line)
            }
            Some(File::Workbook(workbook)) => {
                let name = self.template.file_name(self.n_parts - 1);
                workbook.push(cells).map_err(|error| writing(self.folder, &name, &error))
            }
            None => Err(Trouble::new(TroubleCode::Internal).word("cause", "no file")),
        }
    }

    /// Begins the next file, unless one is being written.
    fn open(&mut self) -> Result<(), Trouble> {
        if self.file.is_some() {
            return Ok(());
        }
        let name = self.template.file_name(self.n_parts);
        let mut out = Out::create(self.folder, &name, true, self.recipients)?;
        self.n_parts += 1;
        self.file = Some(match &self.template.format {
            format @ Format::Csv { bom, .. } => {
                if *bom {
                    out.write("\u{feff}".as_bytes())?;
                }
                let headers: Vec<&str> = self.columns.iter().map(|(header, _)| *header).collect();
                let mut line = Vec::new();
                push_line(&mut line, &headers, format);
                out.write(&line)?;
                File::Text(out)
            }
            Format::Xlsx { sheet, title } => {
                let workbook = Workbook::new(out, sheet, title, &self.columns);
                File::Workbook(Box::new(workbook.map_err(|error| writing(self.folder, &name, &error))?))
            }
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Trouble> {
        let out = match self.file.take() {
            None => return Ok(()),
            Some(File::Text(out)) => out,
            Some(File::Workbook(workbook)) => {
                self.n_cut += workbook.n_cut;
                let name = self.template.file_name(self.n_parts - 1);
                workbook.finish().map_err(|error| writing(self.folder, &name, &error))?
            }
        };
        self.finished.push(out.finish(Some(self.n_rows))?);
        self.n_rows = 0;
        Ok(())
    }

    /// Ends the last file; an export without a record is a file with a header.
    ///
    /// # Errors
    /// When it cannot be written to the end.
    pub(super) fn finish(&mut self) -> Result<Vec<Finished>, Trouble> {
        if self.n_parts == 0 {
            self.open()?;
        }
        self.close()?;
        Ok(std::mem::take(&mut self.finished))
    }
}

fn writing(folder: &RunFolder, name: &str, error: &io::Error) -> Trouble {
    Trouble::writing(error, folder.target().join(name))
}

/// Appends a row of text; gives how many cells would have been formulas. Such a cell stands in quotes as well.
fn push_line(out: &mut Vec<u8>, cells: &[&str], format: &Format) -> u64 {
    let Format::Csv { delimiter, for_people, .. } = format else { return 0 };
    let mut n_escaped = 0;
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.push(*delimiter);
        }
        let written = if *for_people { safe(cell) } else { (*cell).into() };
        let is_escaped = written.len() != cell.len();
        n_escaped += u64::from(is_escaped);
        let is_special = |byte: u8| byte == *delimiter || matches!(byte, b'"' | b'\n' | b'\r');
        // An only cell without a letter would be an empty line.
        let is_alone = cells.len() == 1 && written.is_empty();
        if !is_escaped && !is_alone && !written.bytes().any(is_special) {
            out.extend_from_slice(written.as_bytes());
            continue;
        }
        out.push(b'"');
        for byte in written.bytes() {
            if byte == b'"' {
                out.push(b'"');
            }
            out.push(byte);
        }
        out.push(b'"');
    }
    out.push(b'\n');
    n_escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_text_can_be_read_again() {
        let row = ["a", "", "x;y", "\"q\"", "=1", "dòng\nhai", "'=2", "0012"];
        for (delimiter, for_people) in [(b',', true), (b';', true), (b'\t', false)] {
            let mut out = Vec::new();
            let format = Format::Csv { delimiter, bom: false, for_people };
            let n_escaped = push_line(&mut out, &row, &format);
            assert_eq!(n_escaped, if for_people { 2 } else { 0 });
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(out.as_slice());
            let read = reader.records().next().expect("a row").expect("well formed");
            let cells: Vec<&str> = read
                .iter()
                .map(|cell| if for_people { crate::report::cells::raw(cell) } else { cell })
                .collect();
            assert_eq!(cells, row);
        }
        let mut out = Vec::new();
        let format = Format::Csv { delimiter: b',', bom: false, for_people: true };
        push_line(&mut out, &["=1"], &format);
        push_line(&mut out, &[""], &format);
        assert_eq!(out, b"\"'=1\"\n\"\"\n");
    }
}
