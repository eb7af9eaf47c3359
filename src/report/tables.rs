//! Verdicts, corrections and findings of a batch as CSV, and the counts that go with them.
//!
//! Decides nothing. A batch becomes bytes on any thread; the bytes are written in order by the caller.

use super::cells::safe;
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

/// Begins the tables of a batch.
pub struct Writer<'a> {
    sources: Sources<'a>,
    verdicts: csv::Writer<Vec<u8>>,
    corrections: csv::Writer<Vec<u8>>,
    findings: csv::Writer<Vec<u8>>,
    counts: Counts,
}

const IN_MEMORY: &str = "writing to memory does not fail";

impl<'a> Writer<'a> {
    /// A writer without rows.
    pub fn new(sources: Sources<'a>) -> Self {
        let table = |bytes_a_row: usize| {
            csv::WriterBuilder::new()
                .has_headers(false)
                .buffer_capacity(1 << 13)
                .from_writer(Vec::with_capacity(sources.rows.n_rows() * bytes_a_row))
        };
        Self {
            sources,
            verdicts: table(90),
            corrections: table(60),
            findings: table(30),
            counts: Counts::default(),
        }
    }

    /// Adds a row of the batch and what was decided of it.
    pub fn push(&mut self, row: usize, decided: &Decided) {
        let line = self.sources.rows.lines[row].to_string();
        self.verdict(row, &line, decided);
        for correction in &decided.corrections {
            self.correction(row, &line, decided, correction);
        }
        for &id in &decided.findings {
            let check = self.sources.book.checks.get(id);
            let key = self.sources.rows.keys.get(row);
            let cells = [
                self.sources.file,
                &line,
                &safe(key),
                check.field.name(),
                &check.code,
                check.severity.name(),
            ];
            self.findings.write_record(cells).expect(IN_MEMORY);
        }
        self.counts.add(decided);
    }

    fn verdict(&mut self, row: usize, line: &str, decided: &Decided) {
        let number = number_text(decided.number);
        let probability = decided.probability.map(probability_text).unwrap_or_default();
        let flags = joined(decided.flags.iter().map(crate::record::Flag::name));
        let wrong = joined(wrong_fields(decided).map(FieldKind::name));
        let key = self.sources.rows.keys.get(row);
        let cells = [
            self.sources.file,
            line,
            &safe(key),
            decided.verdict.name(),
            &flags,
            &number,
            &probability,
            &wrong,
        ];
        self.verdicts.write_record(cells).expect(IN_MEMORY);
    }

    fn correction(&mut self, row: usize, line: &str, decided: &Decided, correction: &Correction) {
        let Some(person) = decided.person else { return };
        let Sources { rows, people, book, file } = self.sources;
        let old = match correction.field {
            FieldKind::CitizenNumber => rows.number_raw.get(row),
            FieldKind::FullName => rows.name_raw.get(row),
            FieldKind::BirthDate => rows.birth_raw.get(row),
            _ => rows.sex_raw.get(row),
        };
        let new = new_value(people, person, correction.field);
        let mut unit = people.batch(person).unit(person.row as usize);
        if unit.is_empty() {
            unit = rows.unit(row);
        }
        let check = book.checks.get(correction.reason.check());
        let cells = [
            file,
            line,
            &safe(rows.keys.get(row)),
            &safe(&unit),
            correction.field.name(),
            &safe(old),
            &safe(&new),
            correction.decision.name(),
            &probability_text(correction.probability),
            &check.code,
            &reason_text(book, correction.reason, Language::Vietnamese),
            &reason_text(book, correction.reason, Language::English),
        ];
        self.corrections.write_record(cells).expect(IN_MEMORY);
    }

    /// The finished tables.
    pub fn finish(self) -> Tables {
        let bytes = |writer: csv::Writer<Vec<u8>>| writer.into_inner().expect(IN_MEMORY);
        Tables {
            verdicts: bytes(self.verdicts),
            corrections: bytes(self.corrections),
            findings: bytes(self.findings),
            counts: self.counts,
        }
    }
}

/// The wrong fields of a row.
pub fn wrong_fields(decided: &Decided) -> impl Iterator<Item = FieldKind> {
    let wrong = decided.wrong;
    COMPARED.into_iter().enumerate().filter(move |(field, _)| wrong & (1 << field) != 0).map(|(_, kind)| kind)
}

fn joined(names: impl Iterator<Item = &'static str>) -> String {
    let mut out = String::new();
    for name in names {
        if !out.is_empty() {
            out.push('+');
        }
        out.push_str(name);
    }
    out
}

fn number_text(packed: u64) -> String {
    let mut out = String::new();
    if let Some(number) = IdNumber::from_packed(packed).filter(|_| packed != 0) {
        number.write(&mut out);
    }
    out
}

fn new_value(people: &People, person: PersonRef, field: FieldKind) -> String {
    let (citizens, at) = (people.batch(person), person.row as usize);
    match field {
        FieldKind::CitizenNumber => number_text(people.number(person)),
        FieldKind::FullName => citizens.names.get(at).to_owned(),
        FieldKind::BirthDate => {
            let mut out = String::with_capacity(10);
            if let Some(date) = BirthDate::from_packed(citizens.facts[at].birth) {
                date.write(&mut out);
            }
            out
        }
        _ => citizen_sex(citizens.facts[at].sex).map_or("", |sex| sex.word()).to_owned(),
    }
}

/// Four decimals, written from whole ten-thousandths: printing a float exactly costs more than the whole row.
fn probability_text(probability: f64) -> String {
    let parts = (probability * 10_000.0).round() as u32;
    format!("{}.{:04}", parts / 10_000, parts % 10_000)
}

/// Why, in words: the check, and how the new value was found where that is not the same thing.
fn reason_text(book: &Rulebook, reason: Reason, language: Language) -> String {
    let check = book.checks.get(reason.check());
    let what = if language == Language::English { &check.en } else { &check.vi };
    let how = match reason {
        Reason::Check(_) | Reason::Missing(_) => return what.clone(),
        Reason::NumberFromOld(_) => "number_from_old",
        Reason::NumberRepaired(_) => "number_repaired",
    };
    format!("{what}; {}", book.wording.label("reason", how, language))
}
