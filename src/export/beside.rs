//! What a reconciliation wrote, read row by row beside its lists: one row of each table is held at a time.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::record::{FieldKind, Trouble, TroubleCode, Verdict, hex};
use crate::report::cells::read_back;
use crate::report::folder::MANIFEST;
use crate::report::run_input::RunInput;
use crate::report::tables::{CORRECTIONS, VERDICTS};

/// What `summary.json` of a reconciliation says that reading its lists again takes.
#[derive(Debug, Clone, Deserialize)]
pub struct RunFacts {
    /// First digits of the run key.
    pub run_id: String,
    /// Hash over everything that the run followed from.
    pub run_key: String,
    /// What was run.
    pub command: String,
    /// Latest possible date, yyyy-mm-dd.
    pub as_of: String,
    /// Its lists, in the order of its tables.
    pub inputs: Vec<RunInput>,
}

#[derive(Deserialize)]
struct Manifest {
    files: Vec<Named>,
    #[serde(default)]
    sealed: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Named {
    path: String,
    sha256: String,
}

/// The checksums that the manifest of a finished folder names.
///
/// # Errors
/// When the folder is none, or is sealed.
pub(super) fn sums(folder: &Path) -> Result<BTreeMap<String, String>, Trouble> {
    let no_run = || Trouble::new(TroubleCode::NotARun).file(folder).word("name", MANIFEST);
    let text = std::fs::read(folder.join(MANIFEST)).map_err(|_| no_run())?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| no_run())?;
    if manifest.sealed.is_some() {
        return Err(Trouble::new(TroubleCode::IsSealed).file(folder).word("folder", folder.display()));
    }
    Ok(manifest.files.into_iter().map(|file| (file.path, file.sha256)).collect())
}

impl RunFacts {
    /// Reads the summary of a finished reconciliation.
    ///
    /// # Errors
    /// When the folder holds none, or its summary is not the one that was written.
    pub fn read(folder: &Path) -> Result<Self, Trouble> {
        const NAME: &str = "summary.json";
        let sums = sums(folder)?;
        let no_run = || Trouble::new(TroubleCode::NotARun).file(folder).word("name", NAME);
        let text = std::fs::read(folder.join(NAME)).map_err(|_| no_run())?;
        if sums.get(NAME) != Some(&hex(&Sha256::digest(&text))) {
            return Err(changed(&folder.join(NAME), NAME));
        }
        let facts: Self = serde_json::from_slice(&text).map_err(|_| no_run())?;
        if facts.command != "reconcile" || !sums.contains_key("verdicts.csv") {
            return Err(Trouble::new(TroubleCode::NotARun).file(folder).word("name", "verdicts.csv"));
        }
        Ok(facts)
    }
}

fn changed(path: &Path, name: &str) -> Trouble {
    Trouble::new(TroubleCode::ChangedRun).file(path).word("name", name)
}

/// A change that a run proposes.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// The field.
    pub field: FieldKind,
    /// The cell of the list.
    pub old: String,
    /// What it should be.
    pub new: String,
    /// Code of who decides.
    pub decision: String,
}

/// What a run says of a row.
#[derive(Debug, Clone)]
pub struct Said {
    /// The list's own key of the record.
    pub key: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Codes of flags, joined by `+`.
    pub flags: String,
    /// The citizen found: its number.
    pub citizen_number: String,
    /// Names of wrong fields, joined by `+`.
    pub wrong_fields: String,
    /// What is proposed.
    pub corrections: Vec<Proposed>,
}

/// The tables of a run on their way, in the order of its lists.
pub struct Beside {
    verdicts: Table,
    corrections: Table,
    said: Said,
}

impl Beside {
    /// Opens the tables of a finished reconciliation.
    ///
    /// # Errors
    /// When one is missing or has other columns.
    pub fn open(folder: &Path) -> Result<Self, Trouble> {
        let sums = sums(folder)?;
        let verdicts = Table::open(folder, "verdicts.csv", &VERDICTS, &sums)?;
        let mut corrections = Table::open(folder, "corrections.csv", &CORRECTIONS, &sums)?;
        corrections.advance()?;
        let said = Said {
            key: String::new(),
            verdict: Verdict::Match,
            flags: String::new(),
            citizen_number: String::new(),
            wrong_fields: String::new(),
            corrections: Vec::new(),
        };
        Ok(Self { verdicts, corrections, said })
    }

    /// What is said of the next row, which stands on this line of this file.
    ///
    /// # Errors
    /// When the tables speak of another row: then they belong to another list.
    pub fn next(&mut self, file: &str, line: u64) -> Result<&Said, Trouble> {
        if !self.verdicts.advance()? || !self.verdicts.is_of(file, line) {
            return Err(self.verdicts.wrong());
        }
        let row = &self.verdicts;
        let copy = |to: &mut String, column: usize| {
            to.clear();
            to.push_str(row.cell(column));
        };
        copy(&mut self.said.key, 2);
        copy(&mut self.said.flags, 4);
        copy(&mut self.said.citizen_number, 5);
        copy(&mut self.said.wrong_fields, 7);
        self.said.verdict = Verdict::from_name(row.cell(3)).ok_or_else(|| row.wrong())?;
        self.said.corrections.clear();
        while self.corrections.is_row && self.corrections.is_of(file, line) {
            let row = &self.corrections;
            self.said.corrections.push(Proposed {
                field: FieldKind::from_name(row.cell(4)).ok_or_else(|| row.wrong())?,
                old: row.cell(5).to_owned(),
                new: row.cell(6).to_owned(),
                decision: row.cell(7).to_owned(),
            });
            self.corrections.advance()?;
        }
        Ok(&self.said)
    }

    /// Ends reading: every row was met, and both tables are those that the run wrote.
    ///
    /// # Errors
    /// When not.
    pub fn end(mut self) -> Result<(), Trouble> {
        if self.verdicts.advance()? || self.corrections.is_row {
            let table = if self.corrections.is_row { &self.corrections } else { &self.verdicts };
            return Err(table.wrong());
        }
        self.verdicts.check_sum()?;
        self.corrections.check_sum()
    }
}

/// A table at the row that was read last.
pub(super) struct Table {
    reader: csv::Reader<Hashing>,
    row: StringRecord,
    pub(super) is_row: bool,
    path: PathBuf,
    name: &'static str,
    sha256: String,
}

impl Table {
    /// Opens a table whose checksum the manifest names.
    pub(super) fn open(
        folder: &Path,
        name: &'static str,
        header: &[&str],
        sums: &BTreeMap<String, String>,
    ) -> Result<Self, Trouble> {
        let path = folder.join(name);
        let no_run = || Trouble::new(TroubleCode::NotARun).file(folder).word("name", name);
        let sha256 = sums.get(name).ok_or_else(no_run)?.clone();
        let file = File::open(&path).map_err(|_| no_run())?;
        let mut reader =
            csv::Reader::from_reader(Hashing { file: BufReader::new(file), hasher: Sha256::new() });
        let found = reader.headers().map_err(|_| changed(&path, name))?;
        if found.iter().ne(header.iter().copied()) {
            return Err(changed(&path, name).line(1));
        }
        Ok(Self { reader, row: StringRecord::new(), is_row: false, path, name, sha256 })
    }

    /// Reads the next row; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool, Trouble> {
        let read = self.reader.read_record(&mut self.row);
        self.is_row = read.map_err(|_| self.wrong())?;
        Ok(self.is_row)
    }

    /// A cell of the row, without what keeps a spreadsheet from changing it.
    pub(super) fn cell(&self, column: usize) -> &str {
        read_back(self.row.get(column).unwrap_or_default())
    }

    /// Whether the row speaks of this line of this file.
    fn is_of(&self, file: &str, line: u64) -> bool {
        self.line() == Some(line) && self.cell(0) == file
    }

    /// The line that the row speaks of.
    pub(super) fn line(&self) -> Option<u64> {
        self.row.get(1)?.parse().ok()
    }

    /// The line of the row in the table itself.
    pub(super) fn own_line(&self) -> u64 {
        self.row.position().map_or(1, csv::Position::line)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn wrong(&self) -> Trouble {
        changed(&self.path, self.name).line(self.own_line())
    }

    /// Whether all that was read is what the manifest names; only after the last row.
    pub(super) fn check_sum(self) -> Result<(), Trouble> {
        let sha256 = hex(&self.reader.into_inner().hasher.finalize());
        if sha256 == self.sha256 { Ok(()) } else { Err(changed(&self.path, self.name)) }
    }
}

/// A file whose checksum is known once it was read.
struct Hashing {
    file: BufReader<File>,
    hasher: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n_read = self.file.read(into)?;
        self.hasher.update(&into[..n_read]);
        Ok(n_read)
    }
}
