//! Verdicts, corrections and findings of a batch as CSV, and the counts that go with them.
//!
//! Decides nothing. A batch becomes bytes on any thread; the bytes are written in order by the caller.

use std::borrow::Cow;
use std::ops::Range;

use super::cells::{are_plain, push_cell, safe};
use super::columns::{self, names};
use super::counts::Counts;
use super::digits::{LastChance, push_line};
use super::seen::{Example, ExamplesWanted, Seen};
use crate::decide::{Correction, Decided, Reason};
use crate::fields::birth_date::BirthDate;
use crate::fields::id_number::IdNumber;
use crate::normalize::citizen_sex;
use crate::record::{CellStates, Decision, FieldKind, Flags, NormalBatch, Verdict};
use crate::reference::{People, PersonRef};
use crate::rulebook::{COMPARED, CheckId, Language, Rulebook};

/// Header of `verdicts.csv`.
pub const VERDICTS: [&str; 8] = names(&columns::VERDICTS);
/// Header of `corrections.csv`.
pub const CORRECTIONS: [&str; 12] = names(&columns::CORRECTIONS);
/// Header of `findings.csv`.
pub const FINDINGS: [&str; 6] = names(&columns::FINDINGS);

/// Tables of one batch.
#[derive(Debug, Default)]
pub struct Tables {
    /// Rows of `verdicts.csv`.
    pub verdicts: Vec<u8>,
    /// Rows of `corrections.csv`.
    pub corrections: Vec<u8>,
    /// Rows of `findings.csv`.
    pub findings: Vec<u8>,
    /// What was written.
    pub counts: Counts,
    /// What a page shows besides.
    pub seen: Seen,
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
    /// Of which checks examples are wanted.
    pub wanted: &'a ExamplesWanted,
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
    endings: Endings,
    /// Rows of findings of each check.
    n_findings: Vec<u64>,
    /// The cells around the number, as rows met before had them, by verdict and wrong fields.
    around: [[Vec<Around>; 1 << COMPARED.len()]; Verdict::ALL.len()],
    /// Whether no key needs quotes.
    plain_keys: bool,
    reasons: Reasons,
    chance: LastChance,
    tables: Tables,
}

/// The last cells of rows of corrections, as rows met before had them: code and words, by check and by how the new value
/// was found.
struct Reasons(Vec<[Option<Box<[u8]>>; 3]>);

impl Reasons {
    fn of(&mut self, reason: Reason, book: &Rulebook) -> &[u8] {
        let how = match reason {
            Reason::Check(_) | Reason::Missing(_) => 0,
            Reason::NumberFromOld(_) => 1,
            Reason::NumberRepaired(_) => 2,
        };
        self.0[usize::from(reason.check())][how].get_or_insert_with(|| {
            let mut cells = Vec::new();
            let text = |language| reason_text(book, reason, language);
            let code = &book.checks.get(reason.check()).code;
            push_row(&mut cells, [code, &text(Language::Vietnamese), &text(Language::English)]);
            cells.into_boxed_slice()
        })
    }
}

/// The last cells of every row of findings, by check.
struct Endings {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Endings {
    fn new(book: &Rulebook) -> Self {
        let mut endings = Self { text: Vec::new(), ends: Vec::new() };
        for check in book.checks.all() {
            push_row(&mut endings.text, [check.field.name(), &check.code, check.severity.name()]);
            endings.ends.push(endings.text.len());
        }
        endings
    }

    fn of(&self, check: CheckId) -> &[u8] {
        let at = usize::from(check);
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }
}

/// The cells of a row of verdicts before the number and behind the probability: few, and most rows share theirs with others.
struct Around {
    of: (Verdict, Flags),
    before: Vec<u8>,
    behind: Vec<u8>,
}

impl Around {
    fn new(decided: &Decided) -> Self {
        let (mut before, mut behind) = (decided.verdict.name().as_bytes().to_vec(), vec![b',']);
        before.push(b',');
        push_joined(&mut before, decided.flags.iter().map(crate::record::Flag::name));
        before.push(b',');
        push_joined(&mut behind, wrong_fields(decided).map(FieldKind::name));
        behind.push(b'\n');
        Self { of: Self::key(decided), before, behind }
    }

    const fn key(decided: &Decided) -> (Verdict, Flags) {
        (decided.verdict, decided.flags)
    }
}

impl<'a> Writer<'a> {
    /// A writer without rows; the memory of tables that were written is used again.
    pub fn new(sources: Sources<'a>, used: Tables) -> Self {
        let table = |mut used: Vec<u8>, bytes_a_row: usize| {
            let room = sources.rows.n_rows() * bytes_a_row;
            if used.capacity() < room {
                // Growing would copy what nobody needs any more; batches differ by some rows.
                return Vec::with_capacity(room + room / 16);
            }
            used.clear();
            used
        };
        let mut file = Vec::new();
        push_cell(&mut file, &safe(sources.file));
        file.push(b',');
        let tables = Tables {
            verdicts: table(used.verdicts, 70),
            corrections: table(used.corrections, 40),
            findings: table(used.findings, 24),
            counts: Counts::default(),
            seen: used.seen,
        };
        let n_findings = vec![0; sources.book.checks.all().len()];
        let (endings, around) = (Endings::new(sources.book), Default::default());
        let plain_keys = are_plain(&sources.rows.keys);
        let reasons = Reasons(n_findings.iter().map(|_| [None, None, None]).collect());
        let chance = LastChance::new(0.0);
        Self { sources, file, endings, n_findings, around, plain_keys, reasons, chance, tables }
    }

    /// Adds a row of the batch and what was decided of it.
    pub fn push(&mut self, row: usize, decided: &Decided) {
        let Sources { rows, .. } = self.sources;
        // The cells that begin each row about a record: file, line, key.
        let out = &mut self.tables.verdicts;
        let start = out.len();
        out.extend_from_slice(&self.file);
        push_line(out, rows.lines[row]);
        match safe(rows.keys.get(row)) {
            key if self.plain_keys => out.extend_from_slice(key.as_bytes()),
            key => push_cell(out, &key),
        }
        out.push(b',');
        let begin = start..out.len();
        self.verdict(decided);
        for correction in &decided.corrections {
            self.correction(row, begin.clone(), decided, correction);
        }
        for &id in &decided.findings {
            let Tables { verdicts, findings, .. } = &mut self.tables;
            findings.extend_from_slice(&verdicts[begin.clone()]);
            findings.extend_from_slice(self.endings.of(id));
            let n_met = &mut self.n_findings[usize::from(id)];
            *n_met += 1;
            if self.sources.wanted.wants(id, *n_met) {
                self.example(row, decided, id);
            }
        }
        if let Some(person) = decided.person.filter(|_| !decided.corrections.is_empty()) {
            let is_auto = decided.corrections.iter().all(|change| change.decision == Decision::Auto);
            self.tables.seen.units.push((self.sources.people.unit_id(person), is_auto));
        }
        self.tables.counts.add(decided);
    }

    /// Keeps a row as an example of a check, masked.
    fn example(&mut self, row: usize, decided: &Decided, id: CheckId) {
        let Sources { rows, people, book, .. } = self.sources;
        let field = book.checks.get(id).field;
        let old = if COMPARED.contains(&field) { old_value(rows, row, field) } else { Cow::Borrowed("") };
        let is_changed = decided.corrections.iter().any(|change| change.field == field);
        let new = decided.person.filter(|_| is_changed).map(|person| new_value(people, person, field));
        let example = Example::new(id, (rows.file, rows.lines[row]), &old, &new.unwrap_or_default());
        self.tables.seen.examples.push(example);
    }

    fn verdict(&mut self, decided: &Decided) {
        let out = &mut self.tables.verdicts;
        let met = &mut self.around[decided.verdict as usize][usize::from(decided.wrong)];
        let key = Around::key(decided);
        let place = met.iter().position(|around| around.of == key).unwrap_or_else(|| {
            met.push(Around::new(decided));
            met.len() - 1
        });
        let around = &met[place];
        out.extend_from_slice(&around.before);
        push_number(out, decided.number);
        out.push(b',');
        if let Some(probability) = decided.probability {
            self.chance.push(out, probability);
        }
        out.extend_from_slice(&around.behind);
    }

    fn correction(&mut self, row: usize, begin: Range<usize>, decided: &Decided, correction: &Correction) {
        let Some(person) = decided.person else { return };
        let Sources { rows, people, book, .. } = self.sources;
        let old = old_value(rows, row, correction.field);
        let new = new_value(people, person, correction.field);
        let unit = match people.unit(person) {
            "" => Cow::Owned(rows.unit(row)),
            unit => Cow::Borrowed(unit),
        };
        let Tables { verdicts, corrections: out, .. } = &mut self.tables;
        out.extend_from_slice(&verdicts[begin]);
        push_cell(out, &safe(&unit));
        out.push(b',');
        out.extend_from_slice(correction.field.name().as_bytes());
        out.push(b',');
        for cell in [&*safe(&old), &safe(&new)] {
            push_cell(out, cell);
            out.push(b',');
        }
        out.extend_from_slice(correction.decision.name().as_bytes());
        out.push(b',');
        self.chance.push(out, correction.probability);
        out.push(b',');
        out.extend_from_slice(self.reasons.of(correction.reason, book));
    }

    /// The finished tables.
    pub fn finish(mut self) -> Tables {
        let counted = self.n_findings.iter().zip(0..).filter(|(count, _)| **count > 0);
        self.tables.counts.findings = counted.map(|(count, id)| (id, *count)).collect();
        let rows = self.sources.rows;
        for (field, states) in COMPARED.into_iter().zip(compared_states(rows)) {
            self.tables.counts.add_cells(field, states);
        }
        self.tables
    }
}

/// What became of the cells of the compared fields, in their order.
pub(super) fn compared_states(rows: &NormalBatch) -> [&CellStates; COMPARED.len()] {
    [&rows.number.states, &rows.name_states, &rows.birth.states, &rows.sex.states]
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

/// Appends a packed number; nothing for 0.
#[inline]
pub(super) fn push_number(out: &mut Vec<u8>, packed: u64) {
    if let Some(number) = IdNumber::from_packed(packed).filter(|_| packed != 0) {
        match number.digits() {
            // Nearly every number: copied as a whole it need not be read back from memory.
            (digits, 0) => out.extend_from_slice(&digits),
            (digits, start) => out.extend_from_slice(&digits[start..]),
        }
    }
}

fn number_text(packed: u64) -> String {
    let mut out = String::new();
    if let Some(number) = IdNumber::from_packed(packed).filter(|_| packed != 0) {
        number.write(&mut out);
    }
    out
}

/// The cell of the list as it was written: of number, name, birth date or sex.
pub fn old_value(rows: &NormalBatch, row: usize, field: FieldKind) -> Cow<'_, str> {
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
                _ => return Cow::Borrowed(sex_text(rows.sex.packed[row] + 1)),
            })
        },
        Cow::Borrowed,
    )
}

fn new_value(people: &People, person: PersonRef, field: FieldKind) -> Cow<'_, str> {
    let facts = people.facts(person);
    match field {
        FieldKind::CitizenNumber => Cow::Owned(number_text(facts.number)),
        FieldKind::FullName => Cow::Borrowed(people.name(person)),
        FieldKind::BirthDate => Cow::Owned(birth_text(facts.birth)),
        _ => Cow::Borrowed(sex_text(facts.sex)),
    }
}

fn birth_text(packed: u32) -> String {
    let mut out = String::with_capacity(10);
    if let Some(date) = BirthDate::from_packed(packed) {
        date.write(&mut out);
    }
    out
}

/// Appends a packed birth date; nothing where it is none.
pub(super) fn push_birth(out: &mut Vec<u8>, packed: u32) {
    if let Some(date) = BirthDate::from_packed(packed) {
        let (text, start) = date.text();
        out.extend_from_slice(&text[start..]);
    }
}

pub(super) fn sex_text(packed: u8) -> &'static str {
    citizen_sex(packed).map_or("", |sex| sex.word())
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
