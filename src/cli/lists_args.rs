//! Options of `lamsach lists`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::{Common, Limits};

/// How much of the reference a list shows.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum DiscloseWay {
    /// The verdict only.
    Verdict,
    /// Which fields are wrong, without the new values.
    Fields,
    /// Old and new values: the list stays with the offices that may see both.
    Values,
}

/// Which rows go on lists.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RowsWay {
    /// Every verdict but `match`, and corrections that somebody has to decide.
    #[value(name = "to_check")]
    ToCheck,
    /// All rows.
    All,
}

/// What lists are written as.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum FormWay {
    /// Workbooks.
    Xlsx,
    /// Pages that any browser prints, for places without a spreadsheet.
    Html,
    /// Both.
    Both,
}

#[derive(Debug, Args)]
pub(super) struct Lists {
    /// Folder of a finished reconciliation.
    #[arg(value_name = "RUN")]
    pub(super) run: PathBuf,
    /// The lists that it read, unchanged; files or folders.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub(super) list: Vec<PathBuf>,
    /// Folder of the lists: new, empty, or an earlier run with --replace.
    #[arg(long, short, required_unless_present = "dry_run", value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Put these lists in the place of earlier ones.
    #[arg(long)]
    pub(super) replace: bool,
    /// Write again even if the folder holds the same lists.
    #[arg(long)]
    pub(super) force: bool,
    /// Check run, lists and rules; read no record and write nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// How much of the reference the lists show.
    #[arg(long, value_enum, default_value = "values")]
    pub(super) disclose: DiscloseWay,
    /// Which rows go on the lists.
    #[arg(long, value_enum, default_value = "to_check")]
    pub(super) rows: RowsWay,
    /// What the lists are written as.
    #[arg(long, value_enum, default_value = "xlsx")]
    pub(super) form: FormWay,
    /// Agency above the list; given twice, the first is the one above it.
    #[arg(long, value_name = "NAME", help_heading = "Title")]
    pub(super) agency: Vec<String>,
    /// Number of the dispatch that the lists come with, as 123/SYT-NVY.
    #[arg(long, value_name = "NUMBER", help_heading = "Title")]
    pub(super) dispatch_number: Option<String>,
    /// Its date: yyyy-mm-dd. What is not given is left to be filled in by hand.
    #[arg(long, value_name = "DATE", help_heading = "Title")]
    pub(super) dispatch_date: Option<String>,
    /// Column where the run does not say which it was, see error L0215.
    #[arg(long, value_name = "COLUMN=FIELD", help_heading = "Reading")]
    pub(super) map: Vec<String>,
    /// Sheet of workbooks, where the run was told one.
    #[arg(long, value_name = "NAME|N", help_heading = "Reading")]
    pub(super) sheet: Option<String>,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}
