//! Corrections that people approved: `approved.csv` of collected lists, held by file, line and field.
//!
//! Memory follows the number of approved corrections, about 40 bytes and the value of each.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::beside::{Table, sums};
use crate::record::{FieldKind, Trouble, TroubleCode};
use crate::report::tables::CORRECTIONS;

/// The file of approved corrections in a collected folder.
pub const APPROVED: &str = "approved.csv";

/// An approved correction.
#[derive(Debug)]
struct Entry {
    file: usize,
    line: u64,
    field: FieldKind,
    /// Where key and value begin and end in the text of all.
    key: (usize, usize),
    new: (usize, usize),
    /// Where it stands: the folder, and the line in its table.
    at: (usize, u64),
}

/// All approved corrections of a run.
#[derive(Debug, Default)]
pub struct Approved {
    entries: Vec<Entry>,
    text: String,
    paths: Vec<PathBuf>,
    /// How many rows were met that have one.
    next: usize,
}

/// The approved correction of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer<'a> {
    /// The value.
    One(&'a str),
    /// Several people approved different values: none is taken.
    Several,
}

impl Approved {
    /// Reads the approved corrections of collected folders; `files` are the lists of the run, by name.
    ///
    /// # Errors
    /// With file and line, when a folder holds none, or one does not belong to the run.
    pub fn read(folders: &[PathBuf], files: &[String]) -> Result<Self, Trouble> {
        let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
        let mut repeated: Vec<&str> = Vec::new();
        for (file, name) in files.iter().enumerate() {
            if by_name.insert(name, file).is_some() {
                repeated.push(name);
            }
        }
        let mut approved = Self::default();
        for folder in folders {
            let mut table = Table::open(folder, APPROVED, &CORRECTIONS, &sums(folder)?)?;
            approved.paths.push(table.path().to_owned());
            while table.advance()? {
                approved.add(&table, &by_name, &repeated)?;
            }
            table.check_sum()?;
        }
        approved.entries.sort_by_key(|entry| (entry.file, entry.line, entry.field));
        Ok(approved)
    }

    fn add(
        &mut self,
        table: &Table,
        by_name: &BTreeMap<&str, usize>,
        repeated: &[&str],
    ) -> Result<(), Trouble> {
        let name = table.cell(0);
        let bad = |cause| bad(table.path(), table.own_line(), cause);
        if repeated.contains(&name) {
            return Err(bad("two lists of the run have this name"));
        }
        let file = *by_name.get(name).ok_or_else(|| bad("the run has no list of this name"))?;
        let line = table.line().ok_or_else(|| bad("no line"))?;
        let field = FieldKind::from_name(table.cell(4)).ok_or_else(|| bad("no such field"))?;
        if table.cell(7) != "approved" {
            return Err(bad("the decision is not `approved`"));
        }
        let mut keep = |text: &str| {
            let start = self.text.len();
            self.text.push_str(text);
            (start, self.text.len())
        };
        let (key, new) = (keep(table.cell(2)), keep(table.cell(6)));
        let at = (self.paths.len() - 1, table.own_line());
        self.entries.push(Entry { file, line, field, key, new, at });
        Ok(())
    }

    /// The corrections of a row, field by field; rows are asked for in their order.
    ///
    /// # Errors
    /// When one speaks of a line without a record, or of another record than the one there.
    pub(super) fn of_row(
        &mut self,
        file: usize,
        line: u64,
        key: &str,
    ) -> Result<Vec<(FieldKind, Answer<'_>)>, Trouble> {
        let start = self.next;
        while let Some(entry) = self.entries.get(self.next)
            && (entry.file, entry.line) <= (file, line)
        {
            if (entry.file, entry.line) != (file, line) {
                return Err(self.misplaced(entry, "the list has no record on this line"));
            }
            if self.slice(entry.key) != key {
                return Err(self.misplaced(entry, "another record stands on this line"));
            }
            self.next += 1;
        }
        let mut answers: Vec<(FieldKind, Answer<'_>)> = Vec::new();
        for entry in &self.entries[start..self.next] {
            let new = self.slice(entry.new);
            match answers.last_mut() {
                Some((field, answer)) if *field == entry.field => {
                    if *answer != Answer::One(new) {
                        *answer = Answer::Several;
                    }
                }
                _ => answers.push((entry.field, Answer::One(new))),
            }
        }
        Ok(answers)
    }

    /// Ends asking: every approved correction found its row.
    ///
    /// # Errors
    /// When one did not.
    pub(super) fn end(&self) -> Result<(), Trouble> {
        match self.entries.get(self.next) {
            Some(entry) => Err(self.misplaced(entry, "the list has no record on this line")),
            None => Ok(()),
        }
    }

    fn slice(&self, (start, end): (usize, usize)) -> &str {
        &self.text[start..end]
    }

    fn misplaced(&self, entry: &Entry, cause: &str) -> Trouble {
        bad(&self.paths[entry.at.0], entry.at.1, cause)
    }
}

fn bad(path: &std::path::Path, line: u64, cause: &str) -> Trouble {
    Trouble::new(TroubleCode::BadApproved).file(path).line(line).word("cause", cause)
}
