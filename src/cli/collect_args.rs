//! What may be typed behind `lamsach collect`.

use std::path::PathBuf;

use clap::Args;

use super::args::{Common, Limits};

#[derive(Debug, Args)]
pub(super) struct Collect {
    /// Folder of the lists that came back: workbooks, or CSV saved from them, at any depth.
    #[arg(value_name = "FOLDER")]
    pub(super) folder: PathBuf,
    /// Folder that `lamsach lists` wrote; FOLDER itself when not given.
    #[arg(long, value_name = "LISTS")]
    pub(super) sent: Option<PathBuf>,
    /// Folder for what was collected: new, empty, or an earlier one with --replace.
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: PathBuf,
    /// Put the result in the place of an earlier one.
    #[arg(long)]
    pub(super) replace: bool,
    /// Latest possible date instead of today: yyyy-mm-dd.
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}
