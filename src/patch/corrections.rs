//! Approved corrections, read from the folders that hold them and merged in the order of the list.
//!
//! Of a run those that are `auto`, of collected answers all. Rows of each table lie in the order of the list, so only one
//! row of each is held at a time.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde_json::Value;

use crate::record::{APPROVED, Decision, Trouble, TroubleCode};
use crate::report::cells::read_back;
use crate::report::tables::CORRECTIONS;

/// Collected answers.
const COLLECTED: &str = "approved.csv";
/// Corrections of a run.
const OF_RUN: &str = "corrections.csv";

/// A correction to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Correction {
    /// Physical line, or row of the sheet, from 1.
    pub(super) line: u64,
    /// The list's own key, or the line.
    pub(super) key: String,
    /// Name of the field.
    pub(super) field: String,
    /// The cell as the run found it.
    pub(super) old: String,
    /// What is to stand there.
    pub(super) new: String,
    /// Whether somebody said so, or nobody had to be asked.
    pub(super) is_collected: bool,
}

impl Correction {
    /// The word in `applied.csv`.
    pub(super) const fn decision(&self) -> &'static str {
        if self.is_collected { APPROVED } else { "auto" }
    }
}

/// What a run says of the file that the corrections are about.
#[derive(Debug, Clone, Default)]
pub(super) struct OfRun {
    /// Name of the input.
    pub(super) name: String,
    /// Checksum of the input.
    pub(super) sha256: String,
    /// Its source.
    pub(super) source: String,
    /// Its encoding.
    pub(super) encoding: Option<String>,
    /// Byte between its fields.
    pub(super) delimiter: Option<String>,
    /// Physical line of its header.
    pub(super) header_line: u64,
    /// Which column held which field.
    pub(super) columns: BTreeMap<String, String>,
}

/// A folder with corrections.
pub(super) struct Given {
    folder: PathBuf,
    /// First digits of its run key.
    pub(super) run_id: String,
    /// The inputs of a run; none of collected answers.
    pub(super) inputs: Vec<OfRun>,
    tables: Vec<(&'static str, bool)>,
    /// SHA-256 of the tables, as the manifest has them.
    pub(super) hashes: Vec<(String, String)>,
}

impl Given {
    /// Opens a folder.
    ///
    /// # Errors
    /// When it holds no corrections of ours.
    pub(super) fn open(folder: &Path) -> Result<Self, Trouble> {
        let not_ours = |name: &str| Trouble::new(TroubleCode::NotARun).file(folder).word("name", name);
        let json = |name: &str| -> Result<Value, Trouble> {
            let text = std::fs::read_to_string(folder.join(name)).map_err(|_| not_ours(name))?;
            serde_json::from_str(&text).map_err(|_| not_ours(name))
        };
        let tables: Vec<(&'static str, bool)> = [(OF_RUN, false), (COLLECTED, true)]
            .into_iter()
            .filter(|(name, _)| folder.join(name).is_file())
            .collect();
        if tables.is_empty() {
            return Err(not_ours("corrections.csv | approved.csv"));
        }
        let (summary, manifest) = (json("summary.json")?, json("manifest.json")?);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let inputs =
            summary["inputs"].as_array().into_iter().flatten().filter(|input| !input["columns"].is_null());
        let inputs = inputs.map(|input| OfRun {
            name: text(&input["path"]),
            sha256: text(&input["sha256"]),
            source: text(&input["source"]),
            encoding: input["encoding"].as_str().map(ToOwned::to_owned),
            delimiter: input["delimiter"].as_str().map(ToOwned::to_owned),
            header_line: input["header_line"].as_u64().unwrap_or_default(),
            columns: input["columns"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(field, column)| (field.clone(), text(column)))
                .collect(),
        });
        let files = manifest["files"].as_array().into_iter().flatten();
        let files = files.filter(|file| tables.iter().any(|(name, _)| file["path"] == *name));
        Ok(Self {
            folder: folder.to_owned(),
            run_id: text(&summary["run_id"]),
            inputs: inputs.collect(),
            hashes: files.map(|file| (text(&file["path"]), text(&file["sha256"]))).collect(),
            tables,
        })
    }
}

/// How many rows of the tables were no corrections to be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PassedOver {
    /// Rows that an officer or the household still decides.
    pub(super) undecided: u64,
    /// Rows of other files.
    pub(super) of_other_files: u64,
}

/// A table at its next correction of the file.
struct Table {
    reader: csv::Reader<File>,
    path: PathBuf,
    file: String,
    is_collected: bool,
    row: StringRecord,
    next: Option<Correction>,
    passed: PassedOver,
}

/// All corrections of a file, line by line.
pub(super) struct Corrections(Vec<Table>);

impl Corrections {
    /// The corrections of the file of this name.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub(super) fn open(given: &[Given], name: &str) -> Result<Self, Trouble> {
        let mut tables = Vec::new();
        for folder in given {
            for (table, is_collected) in &folder.tables {
                tables.push(Table::open(&folder.folder.join(table), name, *is_collected)?);
            }
        }
        Ok(Self(tables))
    }

    /// The next line that has corrections.
    pub(super) fn next_line(&self) -> Option<u64> {
        self.0.iter().filter_map(|table| table.next.as_ref()).map(|correction| correction.line).min()
    }

    /// Takes the corrections of a line, which is the next.
    ///
    /// # Errors
    /// When a table cannot be read, or its rows are not in the order of the list.
    pub(super) fn take(&mut self, line: u64) -> Result<Vec<Correction>, Trouble> {
        let mut taken = Vec::new();
        for table in &mut self.0 {
            while table.next.as_ref().is_some_and(|next| next.line == line) {
                taken.extend(table.next.take());
                table.advance(line)?;
            }
        }
        Ok(taken)
    }

    /// What was passed over so far.
    pub(super) fn passed(&self) -> PassedOver {
        self.0.iter().fold(PassedOver::default(), |sum, table| PassedOver {
            undecided: sum.undecided + table.passed.undecided,
            of_other_files: sum.of_other_files + table.passed.of_other_files,
        })
    }
}

impl Table {
    fn open(path: &Path, name: &str, is_collected: bool) -> Result<Self, Trouble> {
        let damaged = || Trouble::new(TroubleCode::BadCorrections).file(path).line(1);
        let mut reader = csv::Reader::from_path(path).map_err(|_| damaged())?;
        if *reader.headers().map_err(|_| damaged())? != CORRECTIONS[..] {
            return Err(damaged());
        }
        let mut table = Self {
            reader,
            path: path.to_owned(),
            file: name.to_owned(),
            is_collected,
            row: StringRecord::new(),
            next: None,
            passed: PassedOver::default(),
        };
        table.advance(0)?;
        Ok(table)
    }

    /// Reads up to the next correction of the file, which may not stand before `line`.
    fn advance(&mut self, line: u64) -> Result<(), Trouble> {
        loop {
            let at = self.reader.position().line();
            let damaged = || Trouble::new(TroubleCode::BadCorrections).file(&self.path).line(at);
            if !self.reader.read_record(&mut self.row).map_err(|_| damaged())? {
                return Ok(());
            }
            let [file, number, key, _, field, old, new, decision] = std::array::from_fn(|at| &self.row[at]);
            if read_back(file) != self.file {
                self.passed.of_other_files += 1;
                continue;
            }
            let is_taken =
                if self.is_collected { decision == APPROVED } else { decision == Decision::Auto.name() };
            if !is_taken {
                self.passed.undecided += 1;
                continue;
            }
            let number: u64 = number.parse().map_err(|_| damaged())?;
            if number < line {
                return Err(damaged());
            }
            self.next = Some(Correction {
                line: number,
                key: read_back(key).to_owned(),
                field: field.to_owned(),
                old: read_back(old).to_owned(),
                new: read_back(new).to_owned(),
                is_collected: self.is_collected,
            });
            return Ok(());
        }
    }
}
