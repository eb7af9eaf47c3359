//! What became of every correction: `applied.csv`, `conflicts.csv`, counts, and the end of the folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::corrections::Correction;
use super::reason::{Reason, Status};
use crate::record::{Exit, Trouble};
use crate::report::cells::{push_cell, safe};
use crate::report::folder::{RunFile, RunFolder, Written};
use crate::report::summary::{Ended, Resources, Tool};
use crate::report::tables;

/// Header of `applied.csv`, and of `conflicts.csv` where every row is a conflict.
pub const APPLIED: [&str; 7] = ["file", "line", "record_key", "field", "status", "reason", "decision"];

/// A file by its name, size and checksum.
#[derive(Debug, Clone, Serialize)]
pub struct FileFacts {
    /// Name.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// Checksum.
    pub sha256: String,
}

/// Corrections of one field that came to one end.
#[derive(Debug, Clone, Serialize)]
pub struct ReasonCount {
    /// Field.
    pub field: String,
    /// `auto` or `approved`.
    pub decision: &'static str,
    /// `applied`, `conflict` or `not_applied`.
    pub status: &'static str,
    /// Why it was not applied; empty where it was.
    pub reason: &'static str,
    /// How many.
    pub count: u64,
}

/// How a copy is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// By the cells as they were.
    Journal,
    /// By the file as it was.
    Original,
}

impl Undo {
    /// The word in `summary.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Journal => "cells",
            Self::Original => "original",
        }
    }
}

/// `summary.json` of an applied correction.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
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
    /// Whether every correction came to an end.
    pub complete: bool,
    /// The file that was read.
    pub original: FileFacts,
    /// Checksum of the file that the first of several applications was made of.
    pub first_sha256: String,
    /// The copy.
    pub corrected: FileFacts,
    /// `plain`, `gzip`, `zstd`, `parquet` or `xlsx`.
    pub packing: &'static str,
    /// Encoding of the text.
    pub encoding: Option<&'static str>,
    /// The source whose words were used.
    pub source: String,
    /// Which column is which field.
    pub columns: BTreeMap<&'static str, String>,
    /// `cells` or `original`: what `revert` needs.
    pub undo: &'static str,
    /// Run ids of the folders the corrections came from.
    pub runs: Vec<String>,
    /// What became of the corrections.
    pub corrections: Vec<ReasonCount>,
    /// Rows of the tables that an officer or the household still decides.
    pub undecided: u64,
    /// Rows of the tables that speak of other files.
    pub of_other_files: u64,
    /// Files written.
    pub outputs: Vec<Written>,
}

impl Summary {
    /// How many corrections came to this end.
    pub fn count(&self, status: Status) -> u64 {
        let of_status = self.corrections.iter().filter(|count| count.status == status.name());
        of_status.map(|count| count.count).sum()
    }
}

/// A finished application.
#[derive(Debug)]
pub struct Applied {
    /// What `summary.json` holds.
    pub summary: Summary,
    /// What it cost.
    pub resources: Resources,
    /// How it ended.
    pub exit: Exit,
    /// The folder.
    pub folder: PathBuf,
}

/// The tables on their way.
pub(super) struct Outcomes {
    name: String,
    applied: RunFile,
    conflicts: RunFile,
    n_rows: u64,
    n_conflicts: u64,
    counts: BTreeMap<(String, &'static str, Status, Option<Reason>), u64>,
}

impl Outcomes {
    /// Begins both tables.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn begin(folder: &RunFolder, name: &str) -> Result<Self, Trouble> {
        let (mut applied, mut conflicts) =
            (folder.file("applied.csv", true)?, folder.file("conflicts.csv", true)?);
        applied.write(&tables::header(&APPLIED))?;
        conflicts.write(&tables::header(&APPLIED))?;
        let counts = BTreeMap::new();
        Ok(Self { name: name.to_owned(), applied, conflicts, n_rows: 0, n_conflicts: 0, counts })
    }

    /// Says what became of a correction: written, or why not.
    ///
    /// # Errors
    /// When that cannot be written.
    pub(super) fn add(&mut self, correction: &Correction, reason: Option<Reason>) -> Result<(), Trouble> {
        let status = reason.map_or(Status::Applied, Reason::status);
        let mut row = Vec::with_capacity(96);
        let line = correction.line.to_string();
        let cells = [
            &*safe(&self.name),
            &line,
            &*safe(&correction.key),
            &correction.field,
            status.name(),
            reason.map_or("", Reason::name),
            correction.decision(),
        ];
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                row.push(b',');
            }
            push_cell(&mut row, cell);
        }
        row.push(b'\n');
        self.applied.write(&row)?;
        if status == Status::Conflict {
            self.conflicts.write(&row)?;
            self.n_conflicts += 1;
        }
        self.n_rows += 1;
        let key = (correction.field.clone(), correction.decision(), status, reason);
        *self.counts.entry(key).or_default() += 1;
        Ok(())
    }

    /// Conflicts so far.
    pub(super) const fn n_conflicts(&self) -> u64 {
        self.n_conflicts
    }

    /// The counts, and the tables brought to disk.
    ///
    /// # Errors
    /// When they cannot be.
    pub(super) fn finish(self) -> Result<(Vec<ReasonCount>, [Written; 2]), Trouble> {
        let counts = self.counts.into_iter().map(|((field, decision, status, reason), count)| ReasonCount {
            field,
            decision,
            status: status.name(),
            reason: reason.map_or("", Reason::name),
            count,
        });
        let tables =
            [self.applied.finish(Some(self.n_rows))?, self.conflicts.finish(Some(self.n_conflicts))?];
        Ok((counts.collect(), tables))
    }
}
