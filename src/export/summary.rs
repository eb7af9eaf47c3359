//! `summary.json` of an export: what was exported, what was left out, and why. It holds no clock and no personal data.

use serde::Serialize;

use super::layout::{Layout, LeftOut};
use super::writer::Counts;
use crate::report::folder::Written;
use crate::report::summary::{CorrectionCount, Ended, Input, RulesInForce, Tool};
use crate::rulebook::{Disclosure, Template};

/// `summary.json` of an export.
#[derive(Debug, Clone, Serialize)]
pub struct ExportSummary {
    /// Layout.
    pub schema_version: u32,
    /// First digits of the run key.
    pub run_id: String,
    /// Hash over everything that the output follows from.
    pub run_key: String,
    /// The tool.
    pub tool: Tool,
    /// What was run.
    pub command: &'static str,
    /// How it ended.
    pub exit: Ended,
    /// The reconciliation that was exported.
    pub of_run: OfRun,
    /// The lists, read again.
    pub inputs: Vec<Input>,
    /// The rules.
    pub rules: RulesInForce,
    /// What was exported.
    pub export: ExportFacts,
    /// Files written.
    pub outputs: Vec<Written>,
}

/// The run that an export belongs to.
#[derive(Debug, Clone, Serialize)]
pub struct OfRun {
    /// First digits of its key.
    pub run_id: String,
    /// Its key.
    pub run_key: String,
}

/// What was exported.
#[derive(Debug, Clone, Serialize)]
pub struct ExportFacts {
    /// The template.
    pub template: String,
    /// How much is told.
    pub disclose: &'static str,
    /// Headers of the columns.
    pub columns: Vec<String>,
    /// Columns of the template without their values.
    pub left_out: Vec<LeftOut>,
    /// Records of the lists.
    pub rows_read: u64,
    /// Records written.
    pub rows_written: u64,
    /// Records that the template does not ask for.
    pub rows_not_asked_for: u64,
    /// Corrections applied to the records written.
    pub applied: Vec<CorrectionCount>,
    /// Fields for which people approved different values: the list's own value was kept, see `conflicts.csv`.
    pub conflicts: u64,
    /// Cells that would have been formulas and were marked as text.
    pub cells_escaped: u64,
    /// Cells that were longer than a spreadsheet takes and end in `…`.
    pub cells_cut: u64,
}

impl ExportFacts {
    /// The facts of a finished export.
    pub fn of(template: &Template, disclose: Disclosure, layout: &Layout, counts: &Counts) -> Self {
        let applied = counts.applied.iter().map(|(&(field, decision), &count)| CorrectionCount {
            field: field.name(),
            decision,
            count,
        });
        Self {
            template: template.name.clone(),
            disclose: disclose.name(),
            columns: layout.headers().into_iter().map(ToOwned::to_owned).collect(),
            left_out: layout.left_out.clone(),
            rows_read: counts.rows_read,
            rows_written: counts.rows_written,
            rows_not_asked_for: counts.rows_read - counts.rows_written,
            applied: applied.collect(),
            conflicts: counts.conflicts,
            cells_escaped: counts.cells_escaped,
            cells_cut: counts.cells_cut,
        }
    }
}
