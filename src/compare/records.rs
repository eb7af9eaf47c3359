//! Records of two files, paired. Both files are read in turn; a record waits until its other half comes.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

use super::FileFacts;
use super::columns::Columns;
use crate::ingest::{BatchReader, Feeder, Quarantined};
use crate::pipeline::{Prepared, Stop};
use crate::record::{Trouble, TroubleCode};

/// A record.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Its key, or its line.
    pub(super) key: String,
    /// Physical line.
    pub(super) line: u64,
    /// The cells of the common columns.
    pub(super) cells: Vec<Box<str>>,
    /// Its place among the records of its file.
    order: u64,
}

/// A record of each file, or of one.
pub(super) enum Pair {
    /// The same record in both.
    Both(Record, Record),
    /// In the first only.
    OnlyA(Record),
    /// In the second only.
    OnlyB(Record),
}

/// One file being read.
struct Side {
    path: PathBuf,
    feeder: Feeder,
    reader: BatchReader,
    facts: FileFacts,
    waiting: HashMap<String, VecDeque<Record>>,
    is_over: bool,
    /// Position of the key among the columns that are read.
    has_key: bool,
}

/// The records of two files.
pub(super) struct Pairs {
    sides: [Side; 2],
}

impl Pairs {
    /// Begins to read both.
    pub(super) fn new(a: Prepared<'_>, b: Prepared<'_>, columns: &Columns<'_>) -> Self {
        let side = |file: Prepared<'_>, which: usize| {
            let key = columns.keys[which].filter(|_| columns.by_key);
            let positions = key.into_iter().chain(columns.common.iter().map(|column| column.at[which]));
            let path = file.opened.path.clone();
            let facts = FileFacts {
                path: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                bytes: 0,
                sha256: String::new(),
                records: 0,
                quarantined: 0,
                columns_only_here: columns.alone[which].clone(),
            };
            let (feeder, reader) = file.opened.into_parts(positions.collect());
            let waiting = HashMap::new();
            Side { path, feeder, reader, facts, waiting, is_over: false, has_key: key.is_some() }
        };
        Self { sides: [side(a, 0), side(b, 1)] }
    }

    /// Reads both files to their ends and gives every pair; those of records that one file lacks come last, in its order.
    ///
    /// # Errors
    /// When a file cannot be read, or `visit` says so.
    pub(super) fn each(
        &mut self,
        stop: &Stop,
        advance: impl Fn(u64),
        mut visit: impl FnMut(Pair) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        // The file that has read fewer records reads on, so that both stay side by side.
        loop {
            stop.check()?;
            let [a, b] = &self.sides;
            let which = match (a.is_over, b.is_over) {
                (true, true) => break,
                (true, false) => 1,
                (false, true) => 0,
                _ => usize::from(a.facts.records > b.facts.records),
            };
            let records = self.sides[which].read(&advance)?;
            for record in records {
                let other = &mut self.sides[1 - which].waiting;
                let found = other.get_mut(&record.key).and_then(VecDeque::pop_front);
                let Some(found) = found else {
                    self.sides[which].waiting.entry(record.key.clone()).or_default().push_back(record);
                    continue;
                };
                if other.get(&record.key).is_some_and(VecDeque::is_empty) {
                    other.remove(&record.key);
                }
                visit(if which == 0 { Pair::Both(record, found) } else { Pair::Both(found, record) })?;
            }
        }
        for which in [0, 1] {
            let waiting = std::mem::take(&mut self.sides[which].waiting);
            let mut alone: Vec<Record> = waiting.into_values().flatten().collect();
            alone.sort_by_key(|record| record.order);
            for record in alone {
                visit(if which == 0 { Pair::OnlyA(record) } else { Pair::OnlyB(record) })?;
            }
        }
        Ok(())
    }

    /// The facts of both files, once they were read.
    ///
    /// # Errors
    /// When a file changed while it was read.
    pub(super) fn facts(self) -> Result<[FileFacts; 2], Trouble> {
        let [a, b] = self.sides.map(|mut side| {
            (side.facts.bytes, side.facts.sha256) = side.reader.fingerprint()?;
            let now = std::fs::metadata(&side.path).map_or(0, |metadata| metadata.len());
            if now != side.facts.bytes {
                return Err(Trouble::new(TroubleCode::FileChanged).file(&side.path));
            }
            Ok(side.facts)
        });
        Ok([a?, b?])
    }
}

impl Side {
    /// The next records; none at the end.
    fn read(&mut self, advance: &impl Fn(u64)) -> Result<Vec<Record>, Trouble> {
        let Some(work) = self.feeder.next_work()? else {
            self.is_over = true;
            return Ok(Vec::new());
        };
        advance(work.n_bytes());
        let batch = self.reader.read(work)?;
        let is_bad = |slip: &&Quarantined| !slip.fault.is_harmless();
        self.facts.quarantined += batch.quarantined.iter().filter(is_bad).count() as u64;
        let first = self.facts.records;
        self.facts.records += batch.n_rows() as u64;
        let record = |(row, line): (usize, &u64)| {
            let cell = |at: usize| batch.columns[at].get(row);
            let key = if self.has_key { cell(0).trim() } else { "" };
            let from = usize::from(self.has_key);
            Record {
                // A record of a list with keys that has none is known by its line.
                key: if key.is_empty() { format!("#{line}") } else { key.to_owned() },
                line: *line,
                cells: (from..batch.columns.len()).map(|at| cell(at).into()).collect(),
                order: first + row as u64,
            }
        };
        Ok(batch.lines.iter().enumerate().map(record).collect())
    }
}
