//! The formats of a table: CSV, Parquet, workbook.
//!
//! Tables are made as CSV by many threads; the bytes are the file, and what they are read back to goes to the other
//! formats, so all of them hold the same cells. Without other formats the bytes pass as they are.

mod apart;
mod excel;
mod parquet;
mod shared;
mod sheet;
mod workbook;

use super::columns::{Column, Kind};
use super::folder::{RunFile, RunFolder, ToDisk, Written};
use crate::record::Trouble;
use apart::Rows;
use parquet::ParquetFile;
use workbook::Workbook;

pub use workbook::Split;

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Text.
    Csv,
    /// Typed columns, for programs.
    Parquet,
    /// A workbook, for people.
    Xlsx,
}

impl Format {
    /// What a file name ends with, and what is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Which files a table becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formats {
    /// The formats, in order and each once.
    wanted: Vec<Format>,
    /// Whether CSV files are for a spreadsheet: with a byte order mark, and cells that it would change kept as text.
    for_excel: bool,
    /// Day that workbooks say they were made on, yyyymmdd.
    day: u32,
    /// Where a workbook goes on in another sheet or file.
    split: Split,
}

impl Default for Formats {
    /// CSV for everybody.
    fn default() -> Self {
        Self { wanted: vec![Format::Csv], for_excel: false, day: 0, split: Split::default() }
    }
}

impl Formats {
    /// The formats that are wanted.
    pub fn new(mut wanted: Vec<Format>, for_excel: bool, day: u32) -> Self {
        wanted.sort_unstable();
        wanted.dedup();
        Self { wanted, for_excel, day, split: Split::default() }
    }

    /// The same with workbooks that go on elsewhere.
    #[must_use]
    pub fn split(self, split: Split) -> Self {
        Self { split, ..self }
    }

    /// What the bytes of a run follow from, as an option; none where they are plain CSV.
    pub fn as_option(&self) -> Option<String> {
        let names: Vec<&str> = self.wanted.iter().map(|format| format.name()).collect();
        let is_plain = self.wanted == [Format::Csv] && !self.for_excel;
        (!is_plain).then(|| format!("format {} {}", names.join(","), self.for_excel))
    }

    /// Whether tables are written in this format.
    pub fn has(&self, format: Format) -> bool {
        self.wanted.contains(&format)
    }

    /// How many formats.
    pub fn n_formats(&self) -> usize {
        self.wanted.len()
    }

    /// The first of the formats: what a person is sent to.
    pub fn first(&self) -> Format {
        self.wanted.first().copied().unwrap_or(Format::Csv)
    }

    /// The same for a table that is CSV in every run.
    #[must_use]
    pub fn only_csv(&self) -> Self {
        Self { wanted: vec![Format::Csv], ..self.clone() }
    }
}

/// A table of a run that is being written, in each of its formats.
pub struct TableFile {
    csv: Option<RunFile>,
    /// How CSV is written for a spreadsheet.
    excel: Option<excel::Excel>,
    rows: Rows,
    parquet: Option<ParquetFile>,
    workbook: Option<Workbook>,
}

impl TableFile {
    /// Begins the table `name` with its header.
    ///
    /// # Errors
    /// When a file cannot be made.
    pub fn begin(
        folder: &RunFolder,
        name: &str,
        columns: &[Column<'_>],
        formats: &Formats,
    ) -> Result<Self, Trouble> {
        let file = |format: Format| folder.file(&format!("{name}.{}", format.name()), true);
        let csv = formats.has(Format::Csv).then(|| file(Format::Csv)).transpose()?;
        let mut table = Self::of_csv(csv, columns, formats)?;
        if formats.has(Format::Parquet) {
            table.parquet = Some(ParquetFile::begin(file(Format::Parquet)?, columns)?);
        }
        if formats.has(Format::Xlsx) {
            let workbook = Workbook::begin(folder.maker(), name, columns, formats.split, formats.day)?;
            table.workbook = Some(workbook);
        }
        Ok(table)
    }

    /// Begins a table that is CSV only, in a file that was made for it.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn only_csv(file: RunFile, columns: &[Column<'_>], formats: &Formats) -> Result<Self, Trouble> {
        Self::of_csv(Some(file), columns, formats)
    }

    fn of_csv(mut csv: Option<RunFile>, columns: &[Column<'_>], formats: &Formats) -> Result<Self, Trouble> {
        let mut excel = formats.for_excel.then(|| excel::Excel::new(columns));
        if let Some(file) = &mut csv {
            let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
            let header = super::tables::header(&names);
            match &mut excel {
                Some(excel) => file.write(&excel.header(&header))?,
                None => file.write(&header)?,
            }
        }
        Ok(Self { csv, excel, rows: Rows::new(columns), parquet: None, workbook: None })
    }

    /// Lets others bring the files to disk while they grow.
    pub fn hand_over(&mut self) -> Vec<ToDisk> {
        let mut disks: Vec<ToDisk> = self.csv.as_mut().map(RunFile::hand_over).into_iter().collect();
        disks.extend(self.parquet.as_ref().map(ParquetFile::hand_over));
        disks
    }

    /// Adds whole rows of CSV.
    ///
    /// # Errors
    /// When they cannot be written; a full disk has its own code.
    pub fn write(&mut self, rows: &[u8]) -> Result<(), Trouble> {
        if let Some(file) = &mut self.csv {
            match &mut self.excel {
                Some(excel) => file.write(excel.rows(rows)?)?,
                None => file.write(rows)?,
            }
        }
        let Self { parquet, workbook, .. } = self;
        if parquet.is_none() && workbook.is_none() {
            return Ok(());
        }
        self.rows.each(rows, |cells| {
            if let Some(parquet) = parquet {
                parquet.push(cells)?;
            }
            workbook.as_mut().map_or(Ok(()), |workbook| workbook.push(cells))
        })
    }

    /// Ends the table, which has so many rows.
    ///
    /// # Errors
    /// When a file cannot be written to the end, or the formats do not hold that many rows.
    pub fn finish(self, n_rows: u64) -> Result<Vec<Written>, Trouble> {
        let mut written = Vec::new();
        if let Some(file) = self.csv {
            written.push(file.finish(Some(n_rows))?);
        }
        let is_typed = self.parquet.is_some() || self.workbook.is_some();
        if is_typed && self.rows.n_rows() != n_rows {
            return Err(internal("rows written are not rows counted"));
        }
        if let Some(parquet) = self.parquet {
            written.push(parquet.finish()?);
        }
        if let Some(workbook) = self.workbook {
            written.extend(workbook.finish()?);
        }
        Ok(written)
    }
}

/// The trouble of a table that is not what we wrote.
fn internal(cause: &str) -> Trouble {
    Trouble::new(crate::record::TroubleCode::Internal).word("cause", cause)
}

/// A column as the formats keep it.
#[derive(Debug, Clone)]
struct OwnColumn {
    name: String,
    kind: Kind,
    is_told: bool,
}

impl OwnColumn {
    fn all(columns: &[Column<'_>]) -> Vec<Self> {
        let own = |column: &Column<'_>| Self {
            name: column.name.to_owned(),
            kind: column.kind,
            is_told: column.is_told,
        };
        columns.iter().map(own).collect()
    }
}
