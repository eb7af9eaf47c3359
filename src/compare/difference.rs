//! What differs between records: counted by column, written in full, and shown masked.

use serde::Serialize;

use super::columns::Columns;
use super::records::{Pair, Record};
use super::{Diff, FileFacts};
use crate::record::Trouble;
use crate::report::cells::{push_cell, safe};
use crate::report::folder::{RunFile, Written};
use crate::report::mask::masked;
use crate::report::summary::{self, Tool};
use crate::rulebook::Rulebook;

/// Changes of one column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnCount {
    /// Its name in the first file.
    pub name: String,
    /// Cells with another value in both files.
    pub changed: u64,
    /// Cells that only the second file fills.
    pub filled: u64,
    /// Cells that only the first file fills.
    pub emptied: u64,
    /// Cells that say the same and are written otherwise.
    pub rewritten: u64,
}

impl ColumnCount {
    /// Cells with another value.
    pub const fn n_changed(&self) -> u64 {
        self.changed + self.filled + self.emptied
    }
}

/// A changed record, masked.
#[derive(Debug, Clone, Serialize)]
pub struct Example {
    /// Line in the first file.
    pub line_a: u64,
    /// Line in the second.
    pub line_b: u64,
    /// Its changed cells.
    pub cells: Vec<ExampleCell>,
}

/// A changed cell, masked.
#[derive(Debug, Clone, Serialize)]
pub struct ExampleCell {
    /// Column.
    pub column: String,
    /// In the first file.
    pub a: String,
    /// In the second.
    pub b: String,
}

/// Differences on their way.
pub(super) struct Differences<'a> {
    columns: &'a Columns<'a>,
    book: &'a Rulebook,
    changes: Option<RunFile>,
    n_rows: u64,
    examples_wanted: usize,
    counts: Vec<ColumnCount>,
    examples: Vec<Example>,
    only: [u64; 2],
    same: u64,
    rewritten: u64,
    changed: u64,
}

impl<'a> Differences<'a> {
    /// Nothing yet.
    pub(super) fn new(
        columns: &'a Columns<'a>,
        book: &'a Rulebook,
        changes: Option<RunFile>,
        examples_wanted: usize,
    ) -> Self {
        let count = |name: &String| ColumnCount {
            name: name.clone(),
            changed: 0,
            filled: 0,
            emptied: 0,
            rewritten: 0,
        };
        Self {
            columns,
            book,
            changes,
            n_rows: 0,
            examples_wanted,
            counts: columns.common.iter().map(|column| count(&column.name)).collect(),
            examples: Vec::new(),
            only: [0, 0],
            same: 0,
            rewritten: 0,
            changed: 0,
        }
    }

    /// Adds a pair of records.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn add(&mut self, pair: &Pair) -> Result<(), Trouble> {
        match pair {
            Pair::Both(a, b) => self.both(a, b),
            Pair::OnlyA(a) => {
                self.only[0] += 1;
                self.write("only_a", &a.key, [Some(a.line), None], "", ["", ""])
            }
            Pair::OnlyB(b) => {
                self.only[1] += 1;
                self.write("only_b", &b.key, [None, Some(b.line)], "", ["", ""])
            }
        }
    }

    fn both(&mut self, a: &Record, b: &Record) -> Result<(), Trouble> {
        let (mut is_changed, mut is_rewritten) = (false, false);
        let mut cells = Vec::new();
        for (at, column) in self.columns.common.iter().enumerate() {
            let (old, new) = (&*a.cells[at], &*b.cells[at]);
            if old == new {
                continue;
            }
            let count = &mut self.counts[at];
            let what = if self.columns.same_value(column, [old, new], self.book) {
                count.rewritten += 1;
                is_rewritten = true;
                "rewritten"
            } else {
                *match (old.trim().is_empty(), new.trim().is_empty()) {
                    (true, false) => &mut count.filled,
                    (false, true) => &mut count.emptied,
                    _ => &mut count.changed,
                } += 1;
                is_changed = true;
                cells.push(ExampleCell { column: column.name.clone(), a: masked(old), b: masked(new) });
                "changed"
            };
            self.write(what, &a.key, [Some(a.line), Some(b.line)], &column.name, [old, new])?;
        }
        *match (is_changed, is_rewritten) {
            (true, _) => &mut self.changed,
            (false, true) => &mut self.rewritten,
            _ => &mut self.same,
        } += 1;
        if is_changed && self.examples.len() < self.examples_wanted {
            self.examples.push(Example { line_a: a.line, line_b: b.line, cells });
        }
        Ok(())
    }

    fn write(
        &mut self,
        what: &str,
        key: &str,
        lines: [Option<u64>; 2],
        column: &str,
        cells: [&str; 2],
    ) -> Result<(), Trouble> {
        let Some(file) = &mut self.changes else { return Ok(()) };
        let [line_a, line_b] = lines.map(|line| line.map_or_else(String::new, |line| line.to_string()));
        let mut row = Vec::with_capacity(120);
        let texts = [key, column, cells[0], cells[1]].map(safe);
        let [key, column, a, b] = &texts;
        for (at, cell) in [what, key, &line_a, &line_b, column, a, b].into_iter().enumerate() {
            if at > 0 {
                row.push(b',');
            }
            push_cell(&mut row, cell);
        }
        row.push(b'\n');
        self.n_rows += 1;
        file.write(&row)
    }

    /// All that was found, and the files that were written.
    ///
    /// # Errors
    /// When they cannot be brought to disk.
    pub(super) fn finish(
        self,
        a: FileFacts,
        b: FileFacts,
        by: &'static str,
        run_key: String,
    ) -> Result<(Diff, Vec<Written>), Trouble> {
        let written = self.changes.map(|file| file.finish(Some(self.n_rows))).transpose()?;
        let outputs: Vec<Written> = written.into_iter().collect();
        let mut columns = self.counts;
        columns.sort_by_key(|column| std::cmp::Reverse((column.n_changed(), column.rewritten)));
        let diff = Diff {
            schema_version: summary::SCHEMA_VERSION,
            run_id: run_key[..16].to_owned(),
            run_key,
            tool: Tool::THIS,
            command: "diff",
            a,
            b,
            by,
            only_a: self.only[0],
            only_b: self.only[1],
            same: self.same,
            rewritten: self.rewritten,
            changed: self.changed,
            columns,
            examples: self.examples,
            outputs: outputs.clone(),
        };
        Ok((diff, outputs))
    }
}
