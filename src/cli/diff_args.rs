//! What may be typed behind `lamsach diff`.

use std::path::PathBuf;

use clap::Args;

use super::args::{Common, Limits, Reading};

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The first file: CSV, TSV, semicolon (plain, gzip, zstd), Parquet, Excel or ODS.
    #[arg(value_name = "A")]
    pub(super) a: PathBuf,
    /// The second file; it need not be of the same kind.
    #[arg(value_name = "B")]
    pub(super) b: PathBuf,
    /// Folder for all changes in full: new, empty, or an earlier one with --replace.
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Put the result in the place of an earlier one.
    #[arg(long, requires = "output")]
    pub(super) replace: bool,
    /// Changed records that are shown, masked.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(super) examples: usize,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}
