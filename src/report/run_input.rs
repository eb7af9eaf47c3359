//! A list as the summary of a finished run tells it: what reading the list once more, in the same way, takes.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A list as the run read it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RunInput {
    /// Name without the folder that it lay in.
    pub path: String,
    /// Checksum of its bytes on the disk.
    pub sha256: String,
    /// Encoding of its text.
    pub encoding: Option<String>,
    /// Byte between its fields.
    pub delimiter: Option<String>,
    /// Physical line of its header.
    pub header_line: u64,
    /// The source whose rules applied.
    pub source: String,
    /// Which column was which field.
    pub columns: BTreeMap<String, String>,
    /// Records that became rows.
    pub records_clean: u64,
}
