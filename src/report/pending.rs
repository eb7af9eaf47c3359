//! Findings of a cleaned list: written once all rows were seen, those of a row together with those about it.

use super::cells::{push_cell, safe};
use super::counts::ToDo;
use super::digits::push_digits;
use super::seen::{Example, ExamplesWanted, UnitTally};
use super::tables::push_row;
use crate::check::Findings;
use crate::record::{Decision, Severity};
use crate::rulebook::{CheckId, Kind, Rulebook};

/// Stands for the unit of a row whose commune is not settled.
pub const NO_UNIT: u16 = u16::MAX;

/// What is kept of a batch to write its findings once the whole list was seen.
#[derive(Debug)]
pub struct Pending {
    /// Which file.
    pub file: usize,
    /// Physical lines.
    pub lines: Vec<u64>,
    /// Keys of the rows.
    pub keys: crate::record::TextColumn,
    /// What the rows answered by themselves.
    pub own: Findings,
    /// The gravest decision of each row that has corrections, by the row.
    pub changes: Vec<(u32, Decision)>,
    /// Today's commune of each row, as the gazetteer counts them, or [`NO_UNIT`]; nothing where no column tells.
    pub units: Vec<u16>,
}

/// What the rows of a batch come to.
#[derive(Debug, Default)]
pub struct Found {
    /// Rows of `findings.csv`.
    pub bytes: Vec<u8>,
    /// The checks that fired.
    pub fired: Vec<CheckId>,
    /// Examples of checks that only the whole list sets off.
    pub examples: Vec<Example>,
    /// What has to be done.
    pub to_do: ToDo,
    /// The rows for which something has to be done, and whether all of that is automatic.
    pub rows: Vec<(u32, bool)>,
}

impl Pending {
    /// Rows of `findings.csv`: those of each row, then those of the whole list about it, which come by row.
    pub fn rows(
        &self,
        file: &str,
        of_whole: &[(usize, CheckId)],
        wanted: &ExamplesWanted,
        book: &Rulebook,
    ) -> Found {
        let mut found = Found::default();
        let mut n_met = vec![0; book.checks.all().len()];
        let mut begin = Vec::new();
        let mut further = of_whole.iter().peekable();
        let mut changes = self.changes.iter().peekable();
        for row in 0..self.lines.len() {
            let own = self.own.row(row);
            let is_next = further.peek().is_some_and(|(next, _)| *next == row);
            let change = changes.next_if(|(next, _)| *next as usize == row).map(|(_, decision)| *decision);
            if own.is_empty() && !is_next {
                found.judge(row, change, false);
                continue;
            }
            begin.clear();
            push_cell(&mut begin, &safe(file));
            begin.push(b',');
            push_digits(&mut begin, self.lines[row], 1);
            begin.push(b',');
            push_cell(&mut begin, &safe(self.keys.get(row)));
            begin.push(b',');
            let start = found.fired.len();
            found.fired.extend_from_slice(own);
            while let Some((_, id)) = further.next_if(|(next, _)| *next == row) {
                if !found.fired[start..].contains(id) {
                    found.fired.push(*id);
                    let n_met = &mut n_met[usize::from(*id)];
                    *n_met += 1;
                    if wanted.wants(*id, *n_met) {
                        found.examples.push(Example::new(*id, (self.file, self.lines[row]), "", ""));
                    }
                }
            }
            let mut is_wrong = false;
            for id in &found.fired[start..] {
                let check = book.checks.get(*id);
                found.bytes.extend_from_slice(&begin);
                push_row(&mut found.bytes, [check.field.name(), &check.code, check.severity.name()]);
                // What a repair mended is among the changes, or is how the whole column is written.
                is_wrong |= check.severity > Severity::Info && check.kind != Kind::Repair;
            }
            found.judge(row, change, is_wrong);
        }
        found
    }

    /// Adds the rows of the batch to the tallies of their units.
    pub fn tally(&self, found: &Found, units: &mut [UnitTally]) {
        for unit in &self.units {
            if let Some(tally) = units.get_mut(usize::from(*unit)) {
                tally.records += 1;
            }
        }
        for (row, is_auto) in &found.rows {
            let unit = self.units.get(*row as usize).and_then(|unit| units.get_mut(usize::from(*unit)));
            if let Some(tally) = unit {
                *(if *is_auto { &mut tally.auto } else { &mut tally.to_check }) += 1;
            }
        }
    }
}

impl Found {
    /// What has to be done for a row with these changes, and whether something else is wrong.
    fn judge(&mut self, row: usize, change: Option<Decision>, is_wrong: bool) {
        match change {
            Some(decision) if decision > Decision::Auto => self.to_do.add(decision),
            _ if is_wrong => self.to_do.open += 1,
            Some(decision) => self.to_do.add(decision),
            None => {
                self.to_do.nothing += 1;
                return;
            }
        }
        self.rows.push((row as u32, change == Some(Decision::Auto) && !is_wrong));
    }
}
