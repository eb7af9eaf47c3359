//! What may be typed behind `lamsach apply` and `lamsach revert`.

use std::path::PathBuf;

use clap::Args;

use super::args::{Common, Limits, Reading};

#[derive(Debug, Args)]
pub(super) struct Apply {
    /// Folders with corrections: finished runs (rows that are `auto`), and folders of `lamsach collect` (all rows).
    #[arg(required = true, value_name = "DIR")]
    pub(super) folders: Vec<PathBuf>,
    /// The file that the corrections are about, as the run read it. It is not touched: a corrected copy is written.
    #[arg(long, required = true, value_name = "FILE")]
    pub(super) to: PathBuf,
    /// Folder for the corrected copy and what was done: new, empty, or an earlier one with --replace.
    #[arg(long, short, value_name = "NEW")]
    pub(super) output: PathBuf,
    /// Put the result in the place of an earlier one.
    #[arg(long)]
    pub(super) replace: bool,
    /// Exit with 1 when a correction is a conflict.
    #[arg(long)]
    pub(super) fail_on_conflict: bool,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Revert {
    /// Folder that `lamsach apply` wrote.
    #[arg(value_name = "NEW")]
    pub(super) applied: PathBuf,
    /// Folder for the file as it was: new, empty, or an earlier one with --replace.
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: PathBuf,
    /// Put the result in the place of an earlier one.
    #[arg(long)]
    pub(super) replace: bool,
    #[command(flatten)]
    pub(super) common: Common,
}
