//! Rows of an export: the values of the list, what was said of the row, and the corrections that are applied.

use std::collections::BTreeMap;

use super::approved::{Answer, Approved};
use super::beside::{Beside, Said};
use super::layout::{Layout, Wish};
use super::table::Files;
use super::values::{push_date, sex};
use crate::record::{FieldKind, NormalBatch, Particulars, TextColumn, Trouble};
use crate::report::cells::{push_cell, safe};
use crate::report::cleaned::UnitNames;
use crate::report::folder::RunFolder;
use crate::report::tables::header;
use crate::report::values::Values;
use crate::rulebook::{DatePart, Rows, Rulebook, Template, What};
use crate::seal::{Finished, Out, Recipients};

/// Header of `conflicts.csv`: fields for which people approved different values, so that none was taken.
const CONFLICTS: [&str; 4] = ["file", "line", "record_key", "field"];

/// What was written.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Records of the lists.
    pub rows_read: u64,
    /// Records written.
    pub rows_written: u64,
    /// Corrections that were applied, by field and by who decided.
    pub applied: BTreeMap<(FieldKind, &'static str), u64>,
    /// Fields for which people approved different values.
    pub conflicts: u64,
    /// Cells that would have been formulas and were marked as text.
    pub cells_escaped: u64,
    /// Cells that were longer than a spreadsheet takes.
    pub cells_cut: u64,
}

/// Rows of a list, in the order in which they stand there.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// Number of the list.
    pub list: usize,
    /// Its file as the run shows it.
    pub file: &'a str,
    /// What the rows say.
    pub rows: &'a NormalBatch,
    /// What they say besides.
    pub more: &'a Particulars,
    /// The columns that are carried over, without those the list does not have.
    pub carried: &'a [TextColumn],
}

/// Writes the rows of an export.
pub struct Writer<'a> {
    template: &'a Template,
    layout: &'a Layout,
    book: &'a Rulebook,
    units: &'a [UnitNames],
    beside: Beside,
    approved: Approved,
    files: Files<'a>,
    conflicts: Option<Out>,
    counts: Counts,
    folder: &'a RunFolder,
    recipients: Option<&'a Recipients>,
    /// The cells of a row, one behind the other, and where each ends.
    text: String,
    ends: Vec<usize>,
}

impl<'a> Writer<'a> {
    /// Begins the files of an export in a folder. `units` are the names of today's communes, as the gazetteer counts them.
    pub fn new(
        (wish, layout): (Wish<'a>, &'a Layout),
        (beside, approved): (Beside, Approved),
        (book, units): (&'a Rulebook, &'a [UnitNames]),
        folder: &'a RunFolder,
        recipients: Option<&'a Recipients>,
    ) -> Self {
        Self {
            template: wish.template,
            layout,
            book,
            units,
            beside,
            approved,
            files: Files::new(folder, wish.template, layout, recipients),
            conflicts: None,
            counts: Counts::default(),
            folder,
            recipients,
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When the run or an approved correction speaks of other rows, or something cannot be written.
    pub fn push(&mut self, batch: Batch<'_>) -> Result<(), Trouble> {
        for row in 0..batch.rows.n_rows() {
            self.push_row(batch, row)?;
        }
        Ok(())
    }

    fn push_row(&mut self, batch: Batch<'_>, row: usize) -> Result<(), Trouble> {
        let line = batch.rows.lines[row];
        let said = self.beside.next(batch.file, line)?;
        self.counts.rows_read += 1;
        let mut applied: Vec<(FieldKind, &str, &'static str)> = said
            .corrections
            .iter()
            .filter(|correction| correction.decision == "auto")
            .map(|correction| (correction.field, correction.new.as_str(), "auto"))
            .collect();
        for (field, answer) in self.approved.of_row(batch.list, line, &said.key)? {
            // What people said goes before what was safe enough to be applied unseen.
            applied.retain(|(other, ..)| *other != field);
            match answer {
                Answer::One(new) => applied.push((field, new, "approved")),
                Answer::Several => {
                    self.counts.conflicts += 1;
                    let at = (batch.file, line);
                    note_conflict(&mut self.conflicts, self.folder, self.recipients, at, &said.key, field)?;
                }
            }
        }
        let is_written = match &self.template.rows {
            Rows::All => true,
            Rows::Corrected => !applied.is_empty(),
            Rows::Of(verdicts) => verdicts.contains(&said.verdict),
        };
        if !is_written {
            return Ok(());
        }
        self.counts.rows_written += 1;
        // Where no values are told none was written.
        let told = applied.iter().filter(|_| self.layout.tells_values());
        for (field, _, by) in told {
            *self.counts.applied.entry((*field, by)).or_default() += 1;
        }
        let row = Row {
            template: self.template,
            book: self.book,
            units: self.units,
            batch,
            row,
            places: self.layout.carried(batch.list),
            said,
            applied: &applied,
            number: self.counts.rows_written,
        };
        row.cells(&self.layout.columns, &mut self.text, &mut self.ends);
        let mut start = 0;
        let cells: Vec<&str> =
            self.ends.iter().map(|end| &self.text[std::mem::replace(&mut start, *end)..*end]).collect();
        self.files.push(&cells)
    }

    /// Ends the export: every row of the run was met, and the files are on the disk.
    ///
    /// # Errors
    /// When not.
    pub fn finish(mut self) -> Result<(Counts, Vec<Finished>), Trouble> {
        self.beside.end()?;
        self.approved.end()?;
        let mut finished = self.files.finish()?;
        if let Some(conflicts) = self.conflicts {
            finished.push(conflicts.finish(Some(self.counts.conflicts))?);
        }
        self.counts.cells_escaped = self.files.n_escaped;
        self.counts.cells_cut = self.files.n_cut;
        Ok((self.counts, finished))
    }
}

/// Lists a field for which people approved different values.
fn note_conflict(
    conflicts: &mut Option<Out>,
    folder: &RunFolder,
    recipients: Option<&Recipients>,
    (file, line): (&str, u64),
    key: &str,
    field: FieldKind,
) -> Result<(), Trouble> {
    if conflicts.is_none() {
        let mut out = Out::create(folder, "conflicts.csv", true, recipients)?;
        out.write(&header(&CONFLICTS))?;
        *conflicts = Some(out);
    }
    let mut row = Vec::new();
    for (place, cell) in [&*safe(file), &line.to_string(), &safe(key), field.name()].into_iter().enumerate() {
        if place > 0 {
            row.push(b',');
        }
        push_cell(&mut row, cell);
    }
    row.push(b'\n');
    conflicts.as_mut().map_or(Ok(()), |out| out.write(&row))
}

/// A row that is written.
struct Row<'a> {
    template: &'a Template,
    book: &'a Rulebook,
    units: &'a [UnitNames],
    batch: Batch<'a>,
    row: usize,
    /// Of each column that is carried over: whether the list has it.
    places: &'a [Option<usize>],
    said: &'a Said,
    applied: &'a [(FieldKind, &'a str, &'static str)],
    /// From 1.
    number: u64,
}

impl Row<'_> {
    /// Writes the cells one behind the other.
    fn cells(&self, columns: &[crate::rulebook::ExportColumn], text: &mut String, ends: &mut Vec<usize>) {
        use std::fmt::Write as _;
        text.clear();
        ends.clear();
        let mut places = self.places.iter();
        let mut carried = self.batch.carried.iter();
        for column in columns {
            match &column.what {
                What::Counted => {
                    let _ = write!(text, "{}", self.number);
                }
                What::Key => text.push_str(&self.said.key),
                What::File => text.push_str(self.batch.file),
                What::Line => {
                    let _ = write!(text, "{}", self.batch.rows.lines[self.row]);
                }
                What::Verdict => text.push_str(self.label("verdict", self.said.verdict.name())),
                What::Flags => self.labels("flag", &self.said.flags, text),
                What::WrongFields => self.labels("field", &self.said.wrong_fields, text),
                What::Value(field) => self.value(*field, text),
                What::Corrected(field) => {
                    if let Some(new) = self.corrected(*field) {
                        push_in_notation(*field, new, self.template, text);
                    }
                }
                What::CommuneCodeToday => text.push_str(self.unit().map_or("", |unit| &unit.code)),
                What::CommuneToday => text.push_str(self.unit().map_or("", |unit| &unit.commune)),
                What::ProvinceToday => text.push_str(self.unit().map_or("", |unit| &unit.province)),
                What::Carried(_) => {
                    let has = places.next().is_some_and(Option::is_some);
                    let cells = if has { carried.next() } else { None };
                    text.push_str(cells.map_or("", |cells| cells.get(self.row)));
                }
                What::Text(constant) => text.push_str(constant),
            }
            ends.push(text.len());
        }
    }

    /// The right value of a field, where one is applied.
    fn corrected(&self, field: FieldKind) -> Option<&str> {
        self.applied.iter().find(|(other, ..)| *other == field).map(|(_, new, _)| *new)
    }

    fn value(&self, field: FieldKind, text: &mut String) {
        let Batch { rows, more, .. } = self.batch;
        match self.corrected(field) {
            Some(new) => push_in_notation(field, new, self.template, text),
            None if matches!(field, FieldKind::BirthDate | FieldKind::Sex) => {
                let mut value = String::new();
                Values { rows, more, book: self.book }.push(field, self.row, &mut value);
                push_in_notation(field, &value, self.template, text);
            }
            None => Values { rows, more, book: self.book }.push(field, self.row, text),
        }
    }

    fn unit(&self) -> Option<&UnitNames> {
        let today = self.batch.more.units.get(self.row)?.today?;
        self.units.get(usize::from(today))
    }

    fn label<'b>(&'b self, group: &str, code: &'b str) -> &'b str {
        match self.template.labels.language() {
            Some(language) => self.book.wording.label(group, code, language),
            None => code,
        }
    }

    /// Labels of codes joined by `+`.
    fn labels(&self, group: &str, codes: &str, text: &mut String) {
        let between = if self.template.labels.language().is_some() { ", " } else { "+" };
        for (place, code) in codes.split('+').filter(|code| !code.is_empty()).enumerate() {
            if place > 0 {
                text.push_str(between);
            }
            text.push_str(self.label(group, code));
        }
    }
}

/// Appends a canonical value in the notation of the receiver.
fn push_in_notation(field: FieldKind, value: &str, template: &Template, text: &mut String) {
    let date: &[DatePart] = &template.date;
    match field {
        FieldKind::BirthDate => push_date(value, date, text),
        FieldKind::Sex => text.push_str(sex(value, &template.sex)),
        _ => text.push_str(value),
    }
}
