//! What may be typed after `lamsach report`.

use std::path::PathBuf;

use clap::Args;

use super::args::Common;

#[derive(Debug, Args)]
pub(super) struct Report {
    /// Folder of a finished run: what was given to its -o.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    #[command(flatten)]
    pub(super) common: Common,
}
