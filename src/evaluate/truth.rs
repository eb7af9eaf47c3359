//! A truth file: what each record of a list really is.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use crate::record::{Trouble, TroubleCode};

/// One record; columns beyond the first three may be missing.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct TrueRow {
    pub(super) record_key: String,
    pub(super) citizen_number: String,
    pub(super) errors: String,
    #[serde(default)]
    pub(super) verdict: String,
    #[serde(default)]
    pub(super) wrong_fields: String,
    #[serde(default)]
    pub(super) full_name: String,
    #[serde(default)]
    pub(super) birth_date: String,
    #[serde(default)]
    pub(super) sex: String,
}

/// The key of the row that speaks of the list as a whole.
const OF_FILE: &str = "*";

/// All records, found by key.
#[derive(Debug)]
pub(super) struct Truth {
    rows: Vec<TrueRow>,
    of_file: Option<TrueRow>,
    by_key: HashMap<String, usize>,
}

impl Truth {
    /// Reads a truth file; a key may stand once.
    pub(super) fn read(path: &Path) -> Result<Self, Trouble> {
        let trouble = |line, cause: &str| {
            Trouble::new(TroubleCode::BadTruth).file(path).line(line).word("cause", cause)
        };
        let mut reader = csv::Reader::from_path(path)
            .map_err(|_| Trouble::new(TroubleCode::CannotOpen).file(path).word("cause", "csv"))?;
        let mut truth = Self { rows: Vec::new(), of_file: None, by_key: HashMap::new() };
        for row in reader.deserialize::<TrueRow>() {
            let row = row.map_err(|error| {
                let line = error.position().map_or(1, csv::Position::line);
                trouble(line, "a column is missing or a row is too short")
            })?;
            if row.record_key == OF_FILE {
                truth.of_file = Some(row);
                continue;
            }
            if truth.by_key.insert(row.record_key.clone(), truth.rows.len()).is_some() {
                return Err(trouble(truth.rows.len() as u64 + 2, "a record_key stands twice"));
            }
            truth.rows.push(row);
        }
        Ok(truth)
    }

    pub(super) const fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &TrueRow> {
        self.rows.iter()
    }

    /// What is true of the list as a whole, where the file says it.
    pub(super) const fn of_file(&self) -> Option<&TrueRow> {
        self.of_file.as_ref()
    }

    pub(super) fn find(&self, key: &str) -> Option<(usize, &TrueRow)> {
        self.by_key.get(key).map(|&index| (index, &self.rows[index]))
    }
}
