//! What may be typed behind `lamsach reference`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::args::{Common, Limits, Reading};

#[derive(Debug, Args)]
pub(super) struct Reference {
    #[command(subcommand)]
    pub(super) action: ReferenceAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum ReferenceAction {
    /// Build a store from extracts: read once, then opened in milliseconds.
    Build(Box<Build>),
    /// Bring a store up to date: a delta says the whole present state of every number in it.
    ///
    /// Citizens whose number the delta does not name stay as they are. What the others were goes to the history of the
    /// store. Readers of the store are not disturbed; a killed update leaves it as it was.
    Update(Box<Update>),
    /// Show what a store holds; with --number, whom a number belongs and belonged to (masked).
    Info(Info),
    /// Look at every file, buffer and row of a store. Exit 5 when something is wrong.
    Verify(Verify),
}

/// What building and updating have in common.
#[derive(Debug, Args)]
pub(super) struct Making {
    /// Date of the run instead of today: yyyy-mm-dd.
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    /// Check files, headers and rules; read no record and write nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Most records that cannot be read: a number, or a share as 5%.
    #[arg(long, value_name = "N|N%", default_value = "100%", help_heading = "Limits")]
    pub(super) max_bad_records: String,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Build {
    /// Extracts: CSV, TSV, semicolon (plain, gzip, zstd), Parquet, Excel or ODS; files or folders.
    #[arg(required = true, value_name = "EXTRACT")]
    pub(super) extracts: Vec<PathBuf>,
    /// Folder of the store: new, empty, or an earlier store with --replace.
    #[arg(long, short, required_unless_present = "dry_run", value_name = "STORE")]
    pub(super) output: Option<PathBuf>,
    /// Put this store in the place of an earlier one.
    #[arg(long)]
    pub(super) replace: bool,
    /// Take extracts without any column of numbers: such a store can only be searched.
    #[arg(long)]
    pub(super) without_numbers: bool,
    #[command(flatten)]
    pub(super) making: Making,
}

#[derive(Debug, Args)]
pub(super) struct Update {
    /// The store.
    #[arg(value_name = "STORE")]
    pub(super) store: PathBuf,
    /// Deltas, in the columns of an extract; files or folders.
    #[arg(required = true, value_name = "DELTA")]
    pub(super) deltas: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) making: Making,
}

#[derive(Debug, Args)]
pub(super) struct Info {
    /// The store.
    #[arg(value_name = "STORE")]
    pub(super) store: PathBuf,
    /// A number: whom it belongs to, and belonged to before updates.
    #[arg(long, value_name = "NUMBER")]
    pub(super) number: Option<String>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The store.
    #[arg(value_name = "STORE")]
    pub(super) store: PathBuf,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}
