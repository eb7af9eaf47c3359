//! What was collected, as tables: approved corrections, answers, conflicts, what is missing, and the files that were read.

use std::collections::BTreeMap;

use super::ListFacts;
use super::filled::{Filled, READ, Read, SUMMARY};
use super::finding::{Judged, Problem, State};
use super::sent::Sent;
use crate::record::{APPROVED, Trouble};
use crate::report::cells::{push_cell, safe};
use crate::report::folder::{RunFile, RunFolder, Written};
use crate::report::tables::{CORRECTIONS, header};
use crate::rulebook::{AnswerId, COMPARED, CommuneList, Language};

/// Header of `answers.csv`.
pub const ANSWERS: [&str; 14] = [
    "row_key",
    "file",
    "line",
    "record_key",
    "province",
    "commune",
    "path",
    "state",
    "answer",
    "reason",
    "right_value",
    "notes",
    "returned_in",
    "returned_line",
];
/// Header of `conflicts.csv`.
pub const CONFLICTS: [&str; 15] = [
    "reason",
    "field",
    "row_key",
    "file",
    "line",
    "record_key",
    "province",
    "commune",
    "path",
    "returned_in",
    "returned_line",
    "sent",
    "shown",
    "answer",
    "right_value",
];
/// Header of `missing.csv`.
pub const MISSING: [&str; 9] =
    ["what", "province", "commune", "path", "rows", "row_key", "file", "line", "record_key"];
/// Header of `files.csv`.
pub const FILES: [&str; 4] = ["path", "state", "rows", "other_rows"];

/// The tables on their way.
pub(super) struct Tables<'a> {
    list: &'a CommuneList,
    approved_file: RunFile,
    answers_file: RunFile,
    conflicts_file: RunFile,
    missing_file: RunFile,
    files_file: RunFile,
    /// Approved corrections: they are written in the order of the lists, whatever the order they were sent in.
    approved: Vec<(usize, u64, Vec<u8>)>,
    /// Files of the lists in the order in which they are met.
    list_files: Vec<String>,
    n_conflicts: u64,
    n_missing: u64,
    n_files: u64,
    done: Done,
}

/// Counts and files of a collection.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) files_read: u64,
    pub(super) files_not_read: u64,
    pub(super) rows: BTreeMap<&'static str, u64>,
    pub(super) answers: BTreeMap<&'static str, u64>,
    pub(super) conflicts: BTreeMap<&'static str, u64>,
    pub(super) approved: BTreeMap<&'static str, u64>,
    pub(super) outputs: Vec<Written>,
}

impl<'a> Tables<'a> {
    /// Begins all tables.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn begin(folder: &RunFolder, list: &'a CommuneList) -> Result<Self, Trouble> {
        let file = |name, names: &[&str], is_personal| {
            let mut file = folder.file(name, is_personal)?;
            file.write(&header(names)).map(|()| file)
        };
        let zeros = |names: &[&'static str]| names.iter().map(|name| (*name, 0)).collect();
        Ok(Self {
            list,
            approved_file: file("approved.csv", &CORRECTIONS, true)?,
            answers_file: file("answers.csv", &ANSWERS, true)?,
            conflicts_file: file("conflicts.csv", &CONFLICTS, true)?,
            missing_file: file("missing.csv", &MISSING, true)?,
            files_file: file("files.csv", &FILES, false)?,
            approved: Vec::new(),
            list_files: Vec::new(),
            n_conflicts: 0,
            n_missing: 0,
            n_files: 0,
            done: Done {
                rows: zeros(&State::ALL.map(State::name)),
                answers: zeros(&AnswerId::ALL.map(AnswerId::name)),
                ..Done::default()
            },
        })
    }

    /// Tells what reading a file gave.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn file(&mut self, shown: &str, read: &Read) -> Result<(), Trouble> {
        match read.state {
            READ => self.done.files_read += 1,
            // Our own, which say nothing that is not known.
            SUMMARY => {}
            _ => self.done.files_not_read += 1,
        }
        self.n_files += 1;
        let count = |n: u64| if read.state == READ { n.to_string() } else { String::new() };
        let (rows, others) = (count(read.rows.len() as u64), count(read.n_others));
        put(&mut self.files_file, &[&safe(shown), read.state, &rows, &others])
    }

    /// Tells what became of a row that was sent. `is_list_back` says whether any row of its list came back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn row(
        &mut self,
        sent: &Sent,
        rows: &[&Filled],
        judged: &Judged,
        is_list_back: bool,
    ) -> Result<(), Trouble> {
        *self.done.rows.entry(judged.state.name()).or_default() += 1;
        let taken = rows.get(judged.from);
        let line = sent.line.to_string();
        let reason = match (judged.state, judged.problem) {
            (State::Missing, _) if is_list_back => "row_missing",
            (State::Missing, _) => "list_missing",
            (_, Some((problem, _))) => problem.name(),
            _ => "",
        };
        let answer = judged.answer.map_or("", AnswerId::name);
        let returned_line = taken.map_or_else(String::new, |row| row.line.to_string());
        let [file, right_value, notes] = [
            taken.map_or("", |row| &row.file),
            taken.map_or("", |row| row.right_value.as_str()),
            taken.map_or("", |row| row.notes.as_str()),
        ]
        .map(safe);
        put(
            &mut self.answers_file,
            &[
                &sent.row_key,
                &sent.file,
                &line,
                &sent.record_key,
                &sent.province,
                &sent.commune,
                &sent.path,
                judged.state.name(),
                answer,
                reason,
                &right_value,
                &notes,
                &file,
                &returned_line,
            ],
        )?;
        match judged.state {
            State::Answered => {
                *self.done.answers.entry(answer).or_default() += 1;
                self.approve(sent, judged)
            }
            State::Conflict => self.conflict(sent, rows, judged),
            State::Missing if is_list_back => {
                self.n_missing += 1;
                let cells = [
                    "row",
                    &sent.province,
                    &sent.commune,
                    &sent.path,
                    "1",
                    &sent.row_key,
                    &sent.file,
                    &line,
                    &sent.record_key,
                ];
                put(&mut self.missing_file, &cells)
            }
            State::Blank | State::Missing => Ok(()),
        }
    }

    fn approve(&mut self, sent: &Sent, judged: &Judged) -> Result<(), Trouble> {
        let file = self.list_files.iter().position(|file| *file == sent.file).unwrap_or_else(|| {
            self.list_files.push(sent.file.clone());
            self.list_files.len() - 1
        });
        let label = |language| {
            let answer = self.list.answers.iter().find(|answer| Some(answer.id) == judged.answer);
            answer.map_or("", |answer| answer.label.of(language))
        };
        let labels = [Language::Vietnamese, Language::English].map(label);
        for (field, new) in &judged.changes {
            let old = COMPARED.iter().position(|known| known == field).map_or("", |at| sent.old[at].as_str());
            let mut row = Vec::with_capacity(160);
            let line = sent.line.to_string();
            let cells = [
                &*sent.file,
                &line,
                &sent.record_key,
                &sent.commune,
                field.name(),
                &safe(old),
                &safe(new),
                APPROVED,
                "",
                "",
                labels[0],
                labels[1],
            ];
            push_cells(&mut row, &cells);
            self.approved.push((file, sent.line, row));
            // A value that is kept changes nothing.
            if old != new {
                *self.done.approved.entry(field.name()).or_default() += 1;
            }
        }
        Ok(())
    }

    /// One row for each row that came back, so that both of two answers are seen.
    fn conflict(&mut self, sent: &Sent, rows: &[&Filled], judged: &Judged) -> Result<(), Trouble> {
        let Some((problem, field)) = judged.problem else { return Ok(()) };
        *self.done.conflicts.entry(problem.name()).or_default() += 1;
        let at = field.and_then(|field| COMPARED.iter().position(|known| *known == field));
        let of_all = problem == Problem::AnsweredTwice;
        for (_, row) in rows.iter().enumerate().filter(|(from, _)| of_all || *from == judged.from) {
            let (line, returned_line) = (sent.line.to_string(), row.line.to_string());
            let was = at.map_or(String::new(), |at| match sent.new[at].as_str() {
                "" => sent.old[at].clone(),
                new => format!("{} | {}", sent.old[at], new),
            });
            let shown = at.and_then(|at| row.shown[at].as_deref()).unwrap_or_default();
            let [file, was, shown, answer, right_value] =
                [&*row.file, &was, shown, &row.answer, &row.right_value].map(safe);
            self.n_conflicts += 1;
            let cells = [
                problem.name(),
                field.map_or("", |field| field.name()),
                &sent.row_key,
                &sent.file,
                &line,
                &sent.record_key,
                &sent.province,
                &sent.commune,
                &sent.path,
                &file,
                &returned_line,
                &was,
                &shown,
                &answer,
                &right_value,
            ];
            put(&mut self.conflicts_file, &cells)?;
        }
        Ok(())
    }

    /// A row that came back and is none of those that were sent.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn stranger(&mut self, row: &Filled, problem: Problem) -> Result<(), Trouble> {
        *self.done.conflicts.entry(problem.name()).or_default() += 1;
        self.n_conflicts += 1;
        let returned_line = row.line.to_string();
        let shown: Vec<&str> =
            row.shown.iter().flatten().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        let shown = shown.join(" | ");
        let [key, file, shown, answer, right_value] =
            [row.key.as_str(), &row.file, &shown, &row.answer, &row.right_value].map(safe);
        let commune = row.commune.as_deref().unwrap_or_default();
        let cells = [
            problem.name(),
            "",
            &*key,
            "",
            "",
            "",
            "",
            commune,
            "",
            &file,
            &returned_line,
            "",
            &shown,
            &answer,
            &right_value,
        ];
        put(&mut self.conflicts_file, &cells)
    }

    /// A list of which no row came back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn missing_list(&mut self, list: &ListFacts) -> Result<(), Trouble> {
        self.n_missing += 1;
        let rows = list.sent.to_string();
        let cells = ["list", &list.province, &list.commune, &list.path, &rows, "", "", "", ""];
        put(&mut self.missing_file, &cells)
    }

    /// All tables brought to disk, and the counts.
    ///
    /// # Errors
    /// When they cannot be.
    pub(super) fn finish(mut self) -> Result<Done, Trouble> {
        self.approved.sort_by_key(|(file, line, _)| (*file, *line));
        for (_, _, row) in &self.approved {
            self.approved_file.write(row)?;
        }
        let n_rows = self.done.rows.values().sum();
        let mut done = self.done;
        done.outputs = vec![
            self.approved_file.finish(Some(self.approved.len() as u64))?,
            self.answers_file.finish(Some(n_rows))?,
            self.conflicts_file.finish(Some(self.n_conflicts))?,
            self.missing_file.finish(Some(self.n_missing))?,
            self.files_file.finish(Some(self.n_files))?,
        ];
        Ok(done)
    }
}

fn push_cells(out: &mut Vec<u8>, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push_cell(out, cell);
    }
    out.push(b'\n');
}

fn put(file: &mut RunFile, cells: &[&str]) -> Result<(), Trouble> {
    let mut row = Vec::with_capacity(160);
    push_cells(&mut row, cells);
    file.write(&row)
}
