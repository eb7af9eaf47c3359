//! A batch of a list: number, name, birth date and sex of every row, with what was done to each cell.

use super::Context;
use super::expected::expected;
use super::lift::{first_of, joined, packed};
use crate::fields::birth_date::{self, BirthDate, DateContext};
use crate::fields::id_number::{self, Hints, IdNumber};
use crate::fields::nationality;
use crate::fields::person_name::{self, NameParts};
use crate::fields::sex::{self, Sex};
use crate::record::{
    CellState, Defect, FieldColumn, FieldKind, MappedBatch, NormalBatch, Outcome, Repair, Repairs,
    SparseTexts, TextColumn,
};

/// Normalises a batch. Rows out are rows in, in the same order. With them the
/// fingerprint that each row expects of its citizen, 0 where it expects nothing; see `FingerprintReader`.
pub fn list(batch: &MappedBatch, context: Context<'_>) -> (NormalBatch, Vec<u64>) {
    let n_rows = batch.n_rows();
    let sexes = sexes(batch, context);
    let birth_raw = birth_texts(batch);
    let mut birth = births(&birth_raw, context);
    let number_raw = first_of(batch, &[FieldKind::CitizenNumber, FieldKind::AnyNumber, FieldKind::OldNumber]);
    let number = packed(Some(&number_raw), n_rows, |cell, row| {
        let hints = Hints { sex: sexes.value(row).and_then(sex_of), birth_year: year_of(&birth, row) };
        id_number::parse(cell, &context.book.id_words, hints).map(IdNumber::packed)
    });
    complete_years(&birth_raw, &mut birth, &number, context);
    let names = names(batch, context);
    let foreigner = foreigners(batch, &number);
    let rows = NormalBatch {
        file: batch.file,
        keys: keys(batch),
        number,
        name_raw: names.raw,
        names: names.canonical,
        name_states: names.states,
        name_keys: names.keys,
        birth,
        sex: sexes,
        unit_parts: [FieldKind::Commune, FieldKind::District, FieldKind::Province]
            .iter()
            .filter_map(|field| batch.column(*field).cloned())
            .collect(),
        foreigner,
        lines: batch.lines.clone(),
    };
    let fingerprints = expected(&rows, &names.settled, context.book);
    (rows, fingerprints)
}

/// Sex from its packed form.
pub(super) const fn sex_of(packed: u8) -> Option<Sex> {
    match packed {
        0 => Some(Sex::Male),
        1 => Some(Sex::Female),
        _ => None,
    }
}

fn year_of(birth: &FieldColumn<u32>, row: usize) -> Option<u16> {
    birth.value(row).and_then(BirthDate::from_packed).map(BirthDate::year)
}

/// The list's own key; the line where it has none or leaves it empty.
fn keys(batch: &MappedBatch) -> TextColumn {
    match batch.column(FieldKind::RecordKey) {
        Some(column) if column.iter().all(|cell| !cell.trim().is_empty()) => column.clone(),
        column => {
            let own = |row: usize| column.map(|column| column.get(row).trim()).filter(|key| !key.is_empty());
            let keys: Vec<String> = (0..batch.n_rows())
                .map(|row| own(row).map_or_else(|| batch.lines[row].to_string(), ToOwned::to_owned))
                .collect();
            TextColumn::from_texts("record_key", keys.iter().map(String::as_str))
        }
    }
}

/// The columns of men, and those of women, where a list tells sex by the column that is filled.
const OF_MEN: [FieldKind; 2] = [FieldKind::MaleMark, FieldKind::BirthYearMale];
const OF_WOMEN: [FieldKind; 2] = [FieldKind::FemaleMark, FieldKind::BirthYearFemale];

/// The sex of each row: as its column says, or as the column that is filled tells.
fn sexes(batch: &MappedBatch, context: Context<'_>) -> FieldColumn<u8> {
    let has_any = |fields: &[FieldKind]| fields.iter().any(|field| batch.column(*field).is_some());
    let n_rows = batch.n_rows();
    if has_any(&[FieldKind::Sex]) || !has_any(&OF_WOMEN) {
        let raw = first_of(batch, &[FieldKind::Sex]);
        return packed(Some(&raw), n_rows, |cell, _| {
            sex::parse(cell, &context.source.sex_codes).map(|sex| sex as u8)
        });
    }
    let (men, women) = (first_of(batch, &OF_MEN), first_of(batch, &OF_WOMEN));
    let only_marks_women = !has_any(&OF_MEN);
    let mut sexes = FieldColumn::with_capacity(n_rows);
    for (row, cell) in women.iter().enumerate() {
        let told = |sex: Sex| Outcome::Value(sex as u8, Repairs::only(Repair::Joined));
        let outcome = match (men.get(row).trim().is_empty(), cell.trim().is_empty()) {
            (true, false) => told(Sex::Female),
            (false, true) => told(Sex::Male),
            // School lists mark the girls and nobody else.
            (true, true) if only_marks_women => told(Sex::Male),
            (true, true) => Outcome::Missing,
            (false, false) => Outcome::Defective(Defect::Ambiguous),
        };
        // No cell of the list is a sex as written.
        sexes.push(&outcome, "");
    }
    sexes
}

/// The birth date as written; parts in their own columns are joined as day/month/year.
fn birth_texts(batch: &MappedBatch) -> TextColumn {
    const PARTS: [FieldKind; 5] = [
        FieldKind::BirthDay,
        FieldKind::BirthMonth,
        FieldKind::BirthYear,
        FieldKind::BirthYearMale,
        FieldKind::BirthYearFemale,
    ];
    if batch.column(FieldKind::BirthDate).is_none() {
        return joined(batch, &PARTS, "/");
    }
    first_of(batch, &[FieldKind::BirthDate, FieldKind::BirthYear])
}

fn births(texts: &TextColumn, context: Context<'_>) -> FieldColumn<u32> {
    let dates = context.date_context();
    let is_half_swapped = context.dates.is_half_swapped();
    packed(Some(texts), texts.len(), |cell, _| {
        let outcome = birth_date::parse(cell, &dates);
        let is_turned = is_half_swapped && cell.trim().as_bytes().get(4) == Some(&b'-');
        let outcome = if is_turned { swapped_back(outcome) } else { outcome };
        outcome.map(BirthDate::packed)
    })
}

/// A date that the spreadsheet stored, in a column where it turned day and month of all it could.
fn swapped_back(outcome: Outcome<BirthDate>) -> Outcome<BirthDate> {
    match outcome {
        Outcome::Value(date, mut repairs) if repairs.contains(Repair::DateNotation) => {
            let Some(swapped) = date.swapped() else { return Outcome::Value(date, repairs) };
            repairs.insert(Repair::DayMonthSwapped);
            Outcome::Value(swapped, repairs)
        }
        outcome => outcome,
    }
}

/// A year of two digits is read again where the number of the row says the century.
fn complete_years(
    texts: &TextColumn,
    birth: &mut FieldColumn<u32>,
    number: &FieldColumn<u64>,
    context: Context<'_>,
) {
    for row in 0..texts.len() {
        if !birth.states[row].repairs().contains(Repair::TwoDigitYear) {
            continue;
        }
        let known = number.value(row).and_then(IdNumber::from_packed).and_then(IdNumber::citizen);
        let Some(citizen) = known else { continue };
        let dates = DateContext { birth_year: Some(citizen.birth_year()), ..context.date_context() };
        if let Outcome::Value(date, repairs) = birth_date::parse(texts.get(row), &dates) {
            birth.packed[row] = date.packed();
            birth.states[row] = CellState::of(repairs);
        }
    }
}

struct Names {
    raw: TextColumn,
    canonical: SparseTexts,
    states: Vec<CellState>,
    keys: Vec<u64>,
    /// Whether one look showed that the raw name is canonical.
    settled: Vec<bool>,
}

fn names(batch: &MappedBatch, context: Context<'_>) -> Names {
    let in_one = batch.column(FieldKind::FullName);
    let raw = match in_one {
        Some(column) => column.clone(),
        None => joined(batch, &[FieldKind::FamilyMiddleName, FieldKind::GivenName], " "),
    };
    let mut name = String::new();
    let mut canonical = SparseTexts::default();
    let mut states = Vec::with_capacity(raw.len());
    let mut keys = Vec::with_capacity(raw.len());
    let mut settled = Vec::with_capacity(raw.len());
    let (words, prior) = (&context.book.name_words, &context.names.0);
    let of_columns = |state| match (in_one, state) {
        (None, CellState::Unchanged) => CellState::of(Repairs::only(Repair::Joined)),
        (_, state) => state,
    };
    for (row, cell) in raw.iter().enumerate() {
        settled.push(person_name::is_settled(cell, words, prior));
        if settled[row] {
            keys.push(person_name::exact_key(cell));
            states.push(of_columns(CellState::Unchanged));
            continue;
        }
        let outcome = person_name::parse_parts(cell, words, prior, &mut name, &mut NameParts::default());
        let has_value = matches!(outcome, Outcome::Value(..));
        if has_value && name != cell {
            canonical.push(row, &name);
        }
        keys.push(if has_value { person_name::exact_key(&name) } else { 0 });
        states.push(of_columns(outcome.state()));
    }
    Names { raw, canonical, states, keys, settled }
}

/// A foreigner by nationality, where the list has that column, or by a passport for a number.
fn foreigners(batch: &MappedBatch, number: &FieldColumn<u64>) -> Vec<bool> {
    let nationality = batch.column(FieldKind::Nationality);
    // The word of the row before, which is nearly always the word of this row too.
    let mut last = ("", false);
    let mut is_foreign = |cell| {
        if cell != last.0 {
            last = (cell, nationality::is_foreign(cell));
        }
        last.1
    };
    (0..batch.n_rows())
        .map(|row| {
            let by_number = number.states[row].defect() == Some(Defect::Foreign);
            by_number || nationality.is_some_and(|column| is_foreign(column.get(row)))
        })
        .collect()
}
