//! What may be typed behind `lamsach schema`.

use clap::{Args, ValueEnum};

use super::args::Common;

/// What can be described.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Described {
    /// summary.json of `reconcile` and `clean`, as JSON Schema.
    Summary,
    /// summary.json of `link` and `dedupe`, as JSON Schema.
    LinkSummary,
    /// manifest.json, as JSON Schema.
    Manifest,
    /// Tables and columns: a page in Markdown, or data with --json.
    Tables,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// What to describe.
    #[arg(value_enum, value_name = "WHAT")]
    pub(super) what: Described,
    #[command(flatten)]
    pub(super) common: Common,
}
