//! Tables of linking: `links.csv` and `clusters.csv`, and the summary of such a run.
//!
//! Knows no weight and no level; it writes what it is given.

use schemars::JsonSchema;
use serde::Serialize;

use super::cells::{push_cell, safe};
use super::folder::Written;
use super::summary::{Ended, Input, RulesInForce, Tool};

/// Appends the cells of a record: file, line, key. What was read from a file becomes no formula.
pub fn push_record(out: &mut Vec<u8>, file: &str, line: u64, key: &str) {
    push_cell(out, &safe(file));
    out.push(b',');
    out.extend_from_slice(line.to_string().as_bytes());
    out.push(b',');
    push_cell(out, &safe(key));
}

/// `summary.json` of a run that links.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LinkSummary<T> {
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
    /// List A, or the lists that are looked through for repetitions.
    pub inputs: Vec<Input>,
    /// List B.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Input>,
    /// The rules.
    pub rules: RulesInForce,
    /// What was compared, learned and found.
    pub linking: T,
    /// Files written.
    pub outputs: Vec<Written>,
    /// Odd things worth a look.
    pub warnings: Vec<String>,
}
