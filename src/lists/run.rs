//! A finished reconciliation as its folder tells it: which lists it read and how, and what it said of each of their rows.
//!
//! Decides nothing anew. Whatever in the folder is not as it was written is refused with its place.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::Deserialize;

use crate::record::{Decision, Flag, Flags, Trouble, TroubleCode, Verdict};
use crate::report::cells::read_back;
use crate::report::run_input::RunInput;
use crate::report::tables::{CORRECTIONS, VERDICTS};
use crate::rulebook::COMPARED;

/// Rows of corrections that tell the time of the units of the reference.
const UNITS_LOOKED_AT: usize = 20_000;

#[derive(Debug, Deserialize)]
struct Output {
    path: String,
    sha256: String,
}

#[derive(Debug, Deserialize)]
struct Ended {
    code: u8,
}

#[derive(Debug, Deserialize)]
struct Summary {
    run_id: String,
    run_key: String,
    command: String,
    exit: Ended,
    as_of: String,
    inputs: Vec<RunInput>,
    outputs: Vec<Output>,
}

/// A finished reconciliation.
#[derive(Debug, Clone)]
pub struct FinishedRun {
    /// Its folder.
    pub folder: PathBuf,
    /// First digits of its key.
    pub run_id: String,
    /// Hash over everything that it followed from.
    pub run_key: String,
    /// Its day, yyyymmdd.
    pub as_of: u32,
    /// The lists that it read, in their order.
    pub inputs: Vec<RunInput>,
    /// Checksums of its files by name.
    checksums: BTreeMap<String, String>,
}

impl FinishedRun {
    /// Reads the summary of a run.
    ///
    /// # Errors
    /// When the folder holds no run, one of another kind, or one that was refused.
    pub fn open(folder: &Path) -> Result<Self, Trouble> {
        let trouble = |code| Trouble::new(code).file(folder);
        let text = std::fs::read_to_string(folder.join("summary.json"))
            .map_err(|_| trouble(TroubleCode::NotARun).word("name", "summary.json"))?;
        let other = || trouble(TroubleCode::NotAReconciliation);
        let summary: Summary = serde_json::from_str(&text).map_err(|_| other())?;
        if summary.command != "reconcile" || summary.exit.code > 1 {
            return Err(other());
        }
        let as_of = summary.as_of.replace('-', "").parse().map_err(|_| other())?;
        let checksums = summary.outputs.into_iter().map(|output| (output.path, output.sha256));
        Ok(Self {
            folder: folder.to_owned(),
            run_id: summary.run_id,
            run_key: summary.run_key,
            as_of,
            inputs: summary.inputs,
            checksums: checksums.collect(),
        })
    }

    /// The tables that lists are made from, with the checksum that each had when it was written.
    pub fn tables(&self) -> impl Iterator<Item = (PathBuf, &str)> {
        ["verdicts.csv", "corrections.csv"].into_iter().map(|name| {
            let checksum = self.checksums.get(name).map_or("", String::as_str);
            (self.folder.join(name), checksum)
        })
    }

    /// Residences of the first corrections, each once: they tell which units the reference uses.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn units_of_reference(&self) -> Result<Vec<String>, Trouble> {
        let mut table = Table::open(&self.folder, "corrections.csv", &CORRECTIONS)?;
        let mut units = std::collections::BTreeSet::new();
        for _ in 0..UNITS_LOOKED_AT {
            if !table.next()? {
                break;
            }
            let unit = table.cell(3);
            if !units.contains(unit) {
                units.insert(unit.to_owned());
            }
        }
        Ok(units.into_iter().filter(|unit| !unit.is_empty()).collect())
    }

    /// What the run said of each row, in the order of the lists.
    ///
    /// # Errors
    /// When the tables cannot be read.
    pub fn judgements(&self) -> Result<Judgements, Trouble> {
        let verdicts = Table::open(&self.folder, "verdicts.csv", &VERDICTS)?;
        let mut corrections = Table::open(&self.folder, "corrections.csv", &CORRECTIONS)?;
        let has_correction = corrections.next()?;
        Ok(Judgements { verdicts, corrections, has_correction })
    }
}

/// A table of a run, a row at a time.
struct Table {
    path: PathBuf,
    reader: csv::Reader<File>,
    row: StringRecord,
}

impl Table {
    fn open(folder: &Path, name: &'static str, header: &[&str]) -> Result<Self, Trouble> {
        let path = folder.join(name);
        let trouble = |code| Trouble::new(code).file(&path);
        let missing = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => trouble(TroubleCode::NotARun).word("name", name),
            kind => trouble(TroubleCode::CannotOpen).word("cause", kind),
        };
        let file = File::open(&path).map_err(missing)?;
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(file);
        let is_ours = reader.headers().is_ok_and(|names| names.iter().eq(header.iter().copied()));
        if !is_ours {
            return Err(trouble(TroubleCode::RunChanged).line(1));
        }
        Ok(Self { path, reader, row: StringRecord::new() })
    }

    fn next(&mut self) -> Result<bool, Trouble> {
        self.reader.read_record(&mut self.row).map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            Trouble::new(TroubleCode::RunChanged).file(&self.path).line(line)
        })
    }

    fn cell(&self, column: usize) -> &str {
        self.row.get(column).unwrap_or_default()
    }

    /// The trouble of a row that is not as it was written.
    fn wrong(&self) -> Trouble {
        let line = self.row.position().map_or(1, csv::Position::line);
        Trouble::new(TroubleCode::RunChanged).file(&self.path).line(line)
    }
}

/// What a run said of a row.
#[derive(Debug, Default, Clone)]
pub struct Judged {
    /// Name of the file, as tables have it.
    pub file: String,
    /// Line, as tables have it.
    pub line: String,
    /// Key of the record, as tables have it.
    pub record_key: String,
    /// The verdict; none before the first row.
    pub verdict: Option<Verdict>,
    /// What stands beside it.
    pub flags: Flags,
    /// Wrong fields, as bits in the order of the compared fields.
    pub wrong: u8,
    /// What is proposed for each of them; empty where nothing is.
    pub new: [String; COMPARED.len()],
    /// Residence that the corrections have.
    pub unit: String,
    /// Whether somebody has to decide a correction.
    pub is_open: bool,
}

/// What a run said, row by row.
pub struct Judgements {
    verdicts: Table,
    corrections: Table,
    has_correction: bool,
}

impl Judgements {
    /// The next row, which is the one on `line` of the list `file`.
    ///
    /// # Errors
    /// When the tables end, speak of another row, or are not as they were written.
    pub fn next(&mut self, file: &str, line: u64, judged: &mut Judged) -> Result<(), Trouble> {
        let disagree = || Trouble::new(TroubleCode::RunDisagrees).file(file).line(line);
        if !self.verdicts.next()? {
            return Err(disagree());
        }
        let table = &self.verdicts;
        let has_line = table.cell(1).parse() == Ok(line);
        if !has_line || read_back(table.cell(0)) != file {
            return Err(disagree());
        }
        for (text, column) in [(&mut judged.file, 0), (&mut judged.line, 1), (&mut judged.record_key, 2)] {
            text.clear();
            text.push_str(table.cell(column));
        }
        judged.verdict = Verdict::from_name(table.cell(3));
        judged.flags = Flags::default();
        for name in table.cell(4).split('+').filter(|name| !name.is_empty()) {
            let flag = Flag::ALL.into_iter().find(|flag| flag.name() == name);
            judged.flags.insert(flag.ok_or_else(|| table.wrong())?);
        }
        judged.wrong = 0;
        for name in table.cell(7).split('+').filter(|name| !name.is_empty()) {
            judged.wrong |= 1 << place(name).ok_or_else(|| table.wrong())?;
        }
        if judged.verdict.is_none() {
            return Err(table.wrong());
        }
        self.corrections_of(judged)
    }

    /// Takes the corrections of a row.
    fn corrections_of(&mut self, judged: &mut Judged) -> Result<(), Trouble> {
        judged.new.iter_mut().for_each(String::clear);
        judged.unit.clear();
        judged.is_open = false;
        let table = &mut self.corrections;
        while self.has_correction
            && table.cell(1) == judged.line
            && table.cell(0) == judged.file
            && table.cell(2) == judged.record_key
        {
            let field = place(table.cell(4)).ok_or_else(|| table.wrong())?;
            judged.new[field].push_str(read_back(table.cell(6)));
            judged.is_open |= table.cell(7) != Decision::Auto.name();
            if judged.unit.is_empty() {
                judged.unit.push_str(read_back(table.cell(3)));
            }
            self.has_correction = table.next()?;
        }
        Ok(())
    }

    /// Holds that the tables spoke of no other row.
    ///
    /// # Errors
    /// When they did.
    pub fn end(mut self) -> Result<(), Trouble> {
        if self.verdicts.next()? {
            return Err(self.verdicts.wrong());
        }
        if self.has_correction { Err(self.corrections.wrong()) } else { Ok(()) }
    }
}

/// Place of a compared field.
fn place(name: &str) -> Option<usize> {
    COMPARED.iter().position(|field| field.name() == name)
}
