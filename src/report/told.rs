//! `summary.json` read again, of whatever command: what a report in a terminal needs of it, and nothing else.
//!
//! What a summary does not say is empty or none, so that runs of other commands can be shown as far as they go.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::counts::ToDo;
use super::folder::MANIFEST;
use super::summary::{SCHEMA_VERSION, Tool};
use crate::record::{Trouble, TroubleCode, hex};

/// The file.
const SUMMARY: &str = "summary.json";

/// What a run said of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct Told {
    /// The tool.
    pub tool: ToldTool,
    /// What was run.
    #[serde(default)]
    pub command: String,
    /// How it ended.
    pub exit: ToldExit,
    /// Latest possible date, as yyyy-mm-dd.
    pub as_of: Option<String>,
    /// The lists.
    #[serde(default)]
    pub inputs: Vec<ToldInput>,
    /// Further lists of a run that links.
    #[serde(default)]
    pub with: Vec<ToldInput>,
    /// The reference.
    pub reference: Option<ToldReference>,
    /// Rows per verdict.
    #[serde(default)]
    pub verdicts: Vec<ToldCount>,
    /// Rows per flag.
    #[serde(default)]
    pub flags: Vec<ToldCount>,
    /// Corrections per field and decision.
    #[serde(default)]
    pub corrections: Vec<ToldCorrections>,
    /// Findings.
    pub findings: Option<ToldFindings>,
    /// Records by what has to be done.
    pub to_do: Option<ToDo>,
    /// The fields of the lists.
    #[serde(default)]
    pub fields: Vec<ToldField>,
    /// How sure corrections are.
    pub certainty: Option<ToldCertainty>,
    /// Units with most to do.
    pub units: Option<ToldUnits>,
    /// Files written.
    #[serde(default)]
    pub outputs: Vec<ToldOutput>,
}

/// The tool that wrote a run.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldTool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How a run ended.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldExit {
    /// Exit code.
    pub code: u8,
    /// Its name.
    pub reason: String,
}

/// A file that was read.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldInput {
    /// Its name.
    pub path: String,
    /// Its checksum.
    pub sha256: String,
    /// Records in it.
    pub records_read: u64,
    /// Records that became rows.
    pub records_clean: u64,
    /// Records in quarantine.
    pub records_quarantined: u64,
    /// Quarantined records by reason.
    #[serde(default)]
    pub quarantined_by_reason: BTreeMap<String, u64>,
}

/// The reference.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldReference {
    /// Its files.
    #[serde(default)]
    pub files: Vec<ToldInput>,
    /// The store, where it is one.
    pub store: Option<ToldStore>,
    /// Repeated numbers.
    #[serde(default)]
    pub repeated_numbers: u64,
}

/// The store that was looked into.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldStore {
    /// Name of its folder.
    pub path: String,
    /// Citizens in it.
    pub citizens: u64,
}

/// A count with its labels.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldCount {
    /// Code.
    pub code: String,
    /// Label in Vietnamese.
    pub vi: String,
    /// Label in English.
    pub en: String,
    /// How many.
    pub count: u64,
}

/// Corrections of one field with one decision.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldCorrections {
    /// Field.
    pub field: String,
    /// Decision.
    pub decision: String,
    /// How many.
    pub count: u64,
}

/// Findings.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldFindings {
    /// All.
    pub total: u64,
    /// Per check.
    pub by_rule: Vec<ToldCount>,
}

/// One field of a list.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldField {
    /// The field.
    pub field: String,
    /// Its cells.
    pub cells: u64,
    /// Empty ones.
    pub missing: u64,
    /// Those that stand as they were written.
    pub as_written: u64,
    /// Those that became canonical.
    pub rewritten: u64,
    /// Those that could not.
    pub unreadable: u64,
    /// Those of which the reference says something else.
    pub wrong: Option<u64>,
}

/// How sure corrections are.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldCertainty {
    /// How many corrections are wrong if the chances are right.
    pub expected_wrong: f64,
}

/// Units with something to do.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldUnits {
    /// How many.
    pub units: u64,
    /// Those with most to do.
    pub top: Vec<ToldUnit>,
}

/// A unit with something to do.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldUnit {
    /// Code and names.
    pub unit: String,
    /// Records to look at.
    pub to_check: u64,
    /// Records with nothing but automatic changes.
    pub auto: u64,
}

/// A file that was written.
#[derive(Debug, Clone, Deserialize)]
pub struct ToldOutput {
    /// Its path below the folder.
    pub path: String,
    /// Its records, where it is a table.
    pub rows: Option<u64>,
}

/// Reads the summary of a finished run; gives what it says and its text.
///
/// # Errors
/// When the folder holds no run, or its summary is not what was written or of a later layout.
pub fn read(folder: &Path) -> Result<(Told, String), Trouble> {
    let not_a_run = |name| Trouble::new(TroubleCode::NotARun).file(folder).word("name", name);
    let text = fs::read_to_string(folder.join(SUMMARY)).map_err(|_| not_a_run(SUMMARY))?;
    let manifest = fs::read_to_string(folder.join(MANIFEST)).map_err(|_| not_a_run(MANIFEST))?;
    let bad = |cause| Trouble::new(TroubleCode::BadSummary).file(folder.join(SUMMARY)).word("cause", cause);
    let layout: Layout = serde_json::from_str(&text).map_err(|_| bad("JSON"))?;
    if layout.schema_version > SCHEMA_VERSION {
        let trouble = Trouble::new(TroubleCode::LaterSummary).file(folder.join(SUMMARY));
        return Err(trouble.word("theirs", layout.schema_version).word("ours", SCHEMA_VERSION));
    }
    let manifest: Manifest = serde_json::from_str(&manifest).map_err(|_| bad(MANIFEST))?;
    let written = manifest.files.iter().find(|file| file.path == SUMMARY).ok_or_else(|| bad(MANIFEST))?;
    if written.sha256 != hex(&Sha256::digest(text.as_bytes())) {
        return Err(bad("SHA-256"));
    }
    let told: Told = serde_json::from_str(&text).map_err(|_| bad("JSON"))?;
    if told.tool.name != Tool::THIS.name {
        return Err(bad("tool"));
    }
    Ok((told, text))
}

#[derive(Deserialize)]
struct Layout {
    schema_version: u32,
}

#[derive(Deserialize)]
struct Manifest {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    sha256: String,
}
