//! Verdicts, corrections and findings of a batch as CSV, and the counts that go with them.
//!
//! Decides nothing. A batch becomes bytes on any thread; the bytes are written in order by the caller.

use std::borrow::Cow;

use super::cells::{push_cell, safe};
use super::counts::Counts;
use crate::decide::{Correction, Decided, Reason};
use crate::fields::birth_date::BirthDate;
use crate::fields::id_number::IdNumber;
use crate::normalize::citizen_sex;
use crate::record::{FieldKind, NormalBatch};
use crate::reference::{People, PersonRef};
use crate::rulebook::{COMPARED, Language, Rulebook};

/// Header of `verdicts.csv`.
pub const VERDICTS: [&str; 8] =
    ["file", "line", "record_key", "verdict", "flags", "citizen_number", "probability", "wrong_fields"];
/// Header of `corrections.csv`.
pub const CORRECTIONS: [&str; 12] = [
    "file",
    "line",
    "record_key",
    "unit",
    "field",
    "old",
    "new",
    "decision",
    "probability",
    "code",
    "reason",
    "reason_en",
];
/// Header of `findings.csv`.
pub const FINDINGS: [&str; 6] = ["file", "line", "record_key", "field", "code", "severity"];

/// Tables of one batch.
pub struct Tables {
    /// Rows of `verdicts.csv`.
    pub verdicts: Vec<u8>,
    /// Rows of `corrections.csv`.
    pub corrections: Vec<u8>,
    /// Rows of `findings.csv`.
    pub findings: Vec<u8>,
    /// What was written.
    pub counts: Counts,
}

/// Everything that rows are written from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The list.
    pub rows: &'a NormalBatch,
    /// Its file as shown.
    pub file: &'a str,
    /// The citizens found.
    pub people: &'a People,
    /// Labels and checks.
    pub book: &'a Rulebook,
}

/// A header line.
pub fn header(names: &[&str]) -> Vec<u8> {
    let mut line = names.join(",").into_bytes();
    line.push(b'\n');
    line
}

/// Writes the tables of a batch. Rows are put together by hand: most cells are words of ours or digits, and a list has
/// millions of them.
pub struct Writer<'a> {
    sources: Sources<'a>,
    /// The first cell of every row, with its comma.
    file: Vec<u8>,
    /// The cells that begin each row about a record: file, line, key.
    begin: Vec<u8>,
    tables: Tables,
}

impl<'a> Writer<'a> {
    /// A writer without rows.
    pub fn new(sources: Sources<'a>) -> Self {
        let table = |bytes_a_row: usize| Vec::with_capacity(sources.rows.n_rows() * bytes_a_row);
        let mut file = Vec::new();
        push_cell(&mut file, &safe(sources.file));
        file.push(b',');
        let tables = Tables {
            verdicts: table(70),
            corrections: table(40),
            findings: table(24),
            counts: Counts::default(),
        };
        Self { sources, file, begin: Vec::new(), tables }
    }

    /// Adds a row of the batch and what was decided of it.
    pub fn push(&mut self, row: usize, decided: &Decided) {
        self.begin.clear();
        self.begin.extend_from_slice(&self.file);
        push_digits(&mut self.begin, self.sources.rows.lines[row], 1);
        self.begin.push(b',');
        push_cell(&mut self.begin, &safe(self.sources.rows.keys.get(row)));
        self.begin.push(b',');
        self.verdict(decided);
        for correction in &decided.corrections {
            self.correction(row, decided, correction);
        }
        for &id in &decided.findings {
            let check = self.sources.book.checks.get(id);
            let out = &mut self.tables.findings;
            out.extend_from_slice(&self.begin);
            push_row(out, [check.field.name(), &check.code, check.severity.name()]);
        }
        self.tables.counts.add(decided);
    }

    fn verdict(&mut self, decided: &Decided) {
        let out = &mut self.tables.verdicts;
        out.extend_from_slice(&self.begin);
        out.extend_from_slice(decided.verdict.name().as_bytes());
        out.push(b',');
        push_joined(out, decided.flags.iter().map(crate::record::Flag::name));
        out.push(b',');
        out.extend_from_slice(number_text(decided.number).as_bytes());
        out.push(b',');
        if let Some(probability) = decided.probability {
            push_probability(out, probability);
        }
        out.push(b',');
        push_joined(out, wrong_fields(decided).map(FieldKind::name));
        out.push(b'\n');
    }

    fn correction(&mut self, row: usize, decided: &Decided, correction: &Correction) {
        let Some(person) = decided.person else { return };
        let Sources { rows, people, book, .. } = self.sources;
        let old = old_value(rows, row, correction.field);
        let new = new_value(people, person, correction.field);
        let unit = match people.unit(person) {
            "" => Cow::Owned(rows.unit(row)),
            unit => Cow::Borrowed(unit),
        };
        let check = book.checks.get(correction.reason.check());
        let out = &mut self.tables.corrections;
        out.extend_from_slice(&self.begin);
        for cell in [&*safe(&unit), correction.field.name(), &safe(&old), &safe(&new)] {
            push_cell(out, cell);
            out.push(b',');
        }
        out.extend_from_slice(correction.decision.name().as_bytes());
        out.push(b',');
        push_probability(out, correction.probability);
        out.push(b',');
        let reason = |language| reason_text(book, correction.reason, language);
        push_row(out, [&check.code, &reason(Language::Vietnamese), &reason(Language::English)]);
    }

    /// The finished tables.
    pub fn finish(self) -> Tables {
        self.tables
    }
}

/// Appends the last cells of a row and ends it.
pub(super) fn push_row<const CELLS: usize>(out: &mut Vec<u8>, cells: [&str; CELLS]) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_cell(out, cell);
    }
    out.push(b'\n');
}

/// Appends a number of at least so many digits.
pub(super) fn push_digits(out: &mut Vec<u8>, mut number: u64, at_least: usize) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while number > 0 || digits.len() - start < at_least {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&digits[start..]);
}

/// The wrong fields of a row.
pub fn wrong_fields(decided: &Decided) -> impl Iterator<Item = FieldKind> {
    let wrong = decided.wrong;
    COMPARED.into_iter().enumerate().filter(move |(field, _)| wrong & (1 << field) != 0).map(|(_, kind)| kind)
}

fn push_joined(out: &mut Vec<u8>, names: impl Iterator<Item = &'static str>) {
    for (index, name) in names.enumerate() {
        if index > 0 {
            out.push(b'+');
        }
        out.extend_from_slice(name.as_bytes());
    }
}

fn number_text(packed: u64) -> String {
    let mut out = String::new();
    if let Some(number) = IdNumber::from_packed(packed).filter(|_| packed != 0) {
        number.write(&mut out);
    }
    out
}

/// The cell of the list as it was written.
fn old_value(rows: &NormalBatch, row: usize, field: FieldKind) -> Cow<'_, str> {
    let raw = match field {
        FieldKind::CitizenNumber => rows.number.raw(row),
        FieldKind::FullName => Some(rows.name_raw.get(row)),
        FieldKind::BirthDate => rows.birth.raw(row),
        _ => rows.sex.raw(row),
    };
    raw.map_or_else(
        || {
            Cow::Owned(match field {
                FieldKind::CitizenNumber => number_text(rows.number.packed[row]),
                FieldKind::BirthDate => birth_text(rows.birth.packed[row]),
                _ => sex_text(rows.sex.packed[row] + 1).to_owned(),
            })
        },
        Cow::Borrowed,
    )
}

fn new_value(people: &People, person: PersonRef, field: FieldKind) -> String {
    let facts = people.facts(person);
    match field {
        FieldKind::CitizenNumber => number_text(facts.number),
        FieldKind::FullName => people.name(person).to_owned(),
        FieldKind::BirthDate => birth_text(facts.birth),
        _ => sex_text(facts.sex).to_owned(),
    }
}

fn birth_text(packed: u32) -> String {
    let mut out = String::with_capacity(10);
    if let Some(date) = BirthDate::from_packed(packed) {
        date.write(&mut out);
    }
    out
}

fn sex_text(packed: u8) -> &'static str {
    citizen_sex(packed).map_or("", |sex| sex.word())
}

/// Four decimals, written from whole ten-thousandths: printing a float exactly costs more than the whole row.
pub(super) fn push_probability(out: &mut Vec<u8>, probability: f64) {
    let parts = (probability * 10_000.0).round() as u64;
    push_digits(out, parts / 10_000, 1);
    out.push(b'.');
    push_digits(out, parts % 10_000, 4);
}

/// Why, in words: the check, and how the new value was found where that is not the same thing.
fn reason_text(book: &Rulebook, reason: Reason, language: Language) -> Cow<'_, str> {
    let check = book.checks.get(reason.check());
    let what = if language == Language::English { &check.en } else { &check.vi };
    let how = match reason {
        Reason::Check(_) | Reason::Missing(_) => return Cow::Borrowed(what),
        Reason::NumberFromOld(_) => "number_from_old",
        Reason::NumberRepaired(_) => "number_repaired",
    };
    Cow::Owned(format!("{what}; {}", book.wording.label("reason", how, language)))
}
