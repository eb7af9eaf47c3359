//! A table as workbooks: packed as it passes, so memory does not follow the rows.
//!
//! Sheets end at the limit of spreadsheets and files after a few sheets, since more cannot be opened.

use std::io::Write as _;

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::OwnColumn;
use super::apart::Cells;
use super::shared::Shared;
use super::sheet::{self, SheetFacts, SheetXml};
use crate::record::Trouble;
use crate::report::columns::Column;
use crate::report::folder::{FileMaker, Written};
use crate::report::summary::iso;

/// Where a table that is too long goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Rows of a sheet, without its header.
    pub sheet_rows: u32,
    /// Sheets of a file.
    pub file_sheets: usize,
}

impl Default for Split {
    /// The 1,048,576 rows that spreadsheets have, the header among them, and as many sheets as still can be opened.
    fn default() -> Self {
        Self { sheet_rows: 1_048_575, file_sheets: 4 }
    }
}

/// Bytes of XML after which a sheet ends early: beyond 4 GiB its place in the archive would need another layout.
const SHEET_BYTES: u64 = 3 << 30;
/// Bytes of XML that are packed together.
const PACKED_TOGETHER: usize = 1 << 16;
/// How hard is packed. On tables the second level takes a quarter of the bytes off the first for half as much time again,
/// the sixth an eighth more for thirty times the time.
const LEVEL: i64 = 2;

/// A table that is being written as workbooks.
pub(super) struct Workbook {
    make: FileMaker,
    name: String,
    columns: Vec<OwnColumn>,
    split: Split,
    /// Day of making, yyyy-mm-dd.
    day: String,
    written: Vec<Written>,
    file: OpenFile,
}

/// The file that is being written.
struct OpenFile {
    archive: ZipWriter<StreamWriter<Shared>>,
    shared: Shared,
    sheet: SheetXml,
    sheet_bytes: u64,
    done: Vec<SheetFacts>,
    n_rows: u64,
}

impl Workbook {
    /// Begins the table `name`; `day` is yyyymmdd.
    pub(super) fn begin(
        make: FileMaker,
        name: &str,
        columns: &[Column<'_>],
        split: Split,
        day: u32,
    ) -> Result<Self, Trouble> {
        let (columns, day) = (OwnColumn::all(columns), iso(day));
        let file = OpenFile::begin(&make, &format!("{name}.xlsx"), &columns, &day)?;
        Ok(Self { make, name: name.to_owned(), columns, split, day, written: Vec::new(), file })
    }

    /// Adds a row.
    pub(super) fn push(&mut self, cells: Cells<'_>) -> Result<(), Trouble> {
        if self.file.sheet.n_rows() > self.split.sheet_rows || self.file.sheet_bytes > SHEET_BYTES {
            self.next_sheet()?;
        }
        self.file.sheet.row(cells.iter());
        self.file.n_rows += 1;
        if self.file.sheet.out.len() >= PACKED_TOGETHER { self.file.pack() } else { Ok(()) }
    }

    fn next_sheet(&mut self) -> Result<(), Trouble> {
        self.file.end_sheet(&self.name)?;
        if self.file.done.len() < self.split.file_sheets {
            return self.file.begin_sheet(&self.columns);
        }
        let name = format!("{}.{}.xlsx", self.name, self.written.len() + 2);
        let next = OpenFile::begin(&self.make, &name, &self.columns, &self.day)?;
        let full = std::mem::replace(&mut self.file, next);
        self.written.push(full.finish()?);
        Ok(())
    }

    /// Ends the last file.
    pub(super) fn finish(mut self) -> Result<Vec<Written>, Trouble> {
        self.file.end_sheet(&self.name)?;
        self.written.push(self.file.finish()?);
        Ok(self.written)
    }
}

impl OpenFile {
    fn begin(make: &FileMaker, name: &str, columns: &[OwnColumn], day: &str) -> Result<Self, Trouble> {
        let shared = Shared::new(make.file(name, true)?);
        let archive = ZipWriter::new_stream(shared.clone());
        let sheet = SheetXml::begin(columns, true);
        let mut file = Self { archive, shared, sheet, sheet_bytes: 0, done: Vec::new(), n_rows: 0 };
        file.part("_rels/.rels", &sheet::package_relations())?;
        file.part("docProps/core.xml", &sheet::properties(day))?;
        file.part("xl/styles.xml", &sheet::styles())?;
        file.start("xl/worksheets/sheet1.xml")?;
        Ok(file)
    }

    fn begin_sheet(&mut self, columns: &[OwnColumn]) -> Result<(), Trouble> {
        self.sheet = SheetXml::begin(columns, false);
        self.sheet_bytes = 0;
        let name = format!("xl/worksheets/sheet{}.xml", self.done.len() + 1);
        self.start(&name)
    }

    fn end_sheet(&mut self, table: &str) -> Result<(), Trouble> {
        let range = self.sheet.end();
        self.pack()?;
        let number = self.done.len() + 1;
        let name = if number == 1 { table.to_owned() } else { format!("{table} {number}") };
        self.done.push(SheetFacts { name, range });
        Ok(())
    }

    /// Packs what the sheet has so far.
    fn pack(&mut self) -> Result<(), Trouble> {
        self.sheet_bytes += self.sheet.out.len() as u64;
        let packed = self.archive.write_all(self.sheet.out.as_bytes());
        self.sheet.out.clear();
        packed.map_err(|_| self.shared.trouble())
    }

    /// Begins a part of the archive. Its time is that of every part of every archive of ours: the first that there is.
    fn start(&mut self, name: &str) -> Result<(), Trouble> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o600);
        self.archive.start_file(name, options).map_err(|_| self.shared.trouble())
    }

    fn part(&mut self, name: &str, text: &str) -> Result<(), Trouble> {
        self.start(name)?;
        self.archive.write_all(text.as_bytes()).map_err(|_| self.shared.trouble())
    }

    fn finish(mut self) -> Result<Written, Trouble> {
        let n_sheets = self.done.len();
        self.part("xl/workbook.xml", &sheet::workbook(&self.done))?;
        self.part("xl/_rels/workbook.xml.rels", &sheet::workbook_relations(n_sheets))?;
        self.part("[Content_Types].xml", &sheet::content_types(n_sheets))?;
        let Self { archive, shared, n_rows, .. } = self;
        let rest = archive.finish().map_err(|_| shared.trouble())?;
        drop(rest);
        shared.finish(n_rows)
    }
}
