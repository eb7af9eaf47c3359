//! Options that say which files a table becomes.

use clap::{Args, ValueEnum};

use crate::record::{Trouble, TroubleCode};
use crate::report::formats::{Format, Formats};

/// Formats of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatName {
    /// Text, for people and programs.
    Csv,
    /// Typed columns, for programs.
    Parquet,
    /// Workbooks, for people.
    Xlsx,
}

#[derive(Debug, Args)]
pub(super) struct Writing {
    /// Formats of the tables, several with commas between; quarantine.csv is CSV in any case.
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "csv",
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(super) format: Vec<FormatName>,
    /// Write CSV for Excel: with a byte order mark, and numbers and dates as ="0012", so that zeros stay.
    #[arg(long, help_heading = "Output")]
    pub(super) excel: bool,
}

impl Writing {
    /// For commands that write no tables of these.
    pub(super) fn csv() -> Self {
        Self { format: vec![FormatName::Csv], excel: false }
    }

    /// The files that tables become; workbooks say that they were made on `day`, yyyymmdd.
    pub(super) fn formats(&self, day: u32) -> Result<Formats, Trouble> {
        let format = |name: &FormatName| match name {
            FormatName::Csv => Format::Csv,
            FormatName::Parquet => Format::Parquet,
            FormatName::Xlsx => Format::Xlsx,
        };
        if self.excel && !self.format.contains(&FormatName::Csv) {
            return Err(Trouble::new(TroubleCode::ExcelWithoutCsv));
        }
        Ok(Formats::new(self.format.iter().map(format).collect(), self.excel, day))
    }
}
