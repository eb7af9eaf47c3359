//! A batch of a list: number, name, birth date and sex of every row, with what was done to each cell.

use super::Context;
use super::expected::{expected, prints};
use super::lift::{first_of, joined, packed};
use super::particulars::NUMBERS;
use crate::fields::birth_date::{self, BirthDate, DateContext};
use crate::fields::id_number::{self, Hints, IdNumber};
use crate::fields::nationality;
use crate::fields::person_name::{self, NameParts};
use crate::fields::sex::{self, Sex};
use crate::record::{
    CellState, CellStates, Defect, FieldColumn, FieldKind, MappedBatch, NormalBatch, Outcome, Repair,
    Repairs, SparseTexts, TextColumn,
};

/// What rows are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// The cells of an extract.
    Cells,
    /// Citizens whose values are known already.
    Values,
}

/// Normalises a batch. Rows out are rows in, in the same order. With them what each row expects of its citizen, 0 where it
/// expects nothing: the fingerprint of cells, see `FingerprintReader`, or the print of values.
pub fn list(batch: &MappedBatch, beside: Beside, context: Context<'_>) -> (NormalBatch, Vec<u64>) {
    let (rows, settled) = rows_and_settled(batch, context);
    let expected = match beside {
        Beside::Cells => expected(&rows, &settled, context.book),
        Beside::Values => prints(&rows),
    };
    (rows, expected)
}

/// The same where nobody is held against a citizen.
pub fn rows(batch: &MappedBatch, context: Context<'_>) -> NormalBatch {
    rows_and_settled(batch, context).0
}

/// The rows, and whether one look showed that a raw name is canonical.
fn rows_and_settled(batch: &MappedBatch, context: Context<'_>) -> (NormalBatch, Vec<bool>) {
    let sexes = sexes(batch, context);
    let birth_raw = birth_texts(batch);
    let mut birth = births(&birth_raw, context);
    let number = numbers(batch, &sexes, &birth, context);
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
        besides: None,
    };
    (rows, names.settled)
}

/// The number of each row: of several columns the first that can be read, else the first that is not empty.
fn numbers(
    batch: &MappedBatch,
    sexes: &FieldColumn<u8>,
    birth: &FieldColumn<u32>,
    context: Context<'_>,
) -> FieldColumn<u64> {
    let words = &context.book.id_words;
    let read = |cell: &str, row: usize| {
        // Most cells are twelve digits that stand as they are, whatever the row says.
        if let Some(number @ IdNumber::Citizen(_)) = id_number::parse_plain(cell.as_bytes(), words) {
            return Outcome::Value(number.packed(), Repairs::NONE);
        }
        let hints =
            Hints { sex: sexes.value(row).and_then(Sex::from_packed), birth_year: year_of(birth, row) };
        id_number::parse(cell, words, hints).map(IdNumber::packed)
    };
    let columns: Vec<&TextColumn> = NUMBERS.iter().filter_map(|field| batch.column(*field)).collect();
    if columns.len() < 2 {
        return packed(columns.first().copied(), batch.n_rows(), read);
    }
    let mut numbers = FieldColumn::with_capacity(batch.n_rows());
    for row in 0..batch.n_rows() {
        let outcomes = columns.iter().map(|column| (column.get(row), read(column.get(row), row)));
        let mut best: Option<(&str, Outcome<u64>)> = None;
        for (cell, outcome) in outcomes {
            let is_better = matches!(
                (&best, &outcome),
                (None | Some((_, Outcome::Missing)), _)
                    | (Some((_, Outcome::Defective(_))), Outcome::Value(..))
            );
            if is_better {
                best = Some((cell, outcome));
            }
        }
        let (cell, outcome) = best.unwrap_or(("", Outcome::Missing));
        numbers.push(&outcome, cell);
    }
    numbers
}

fn year_of(birth: &FieldColumn<u32>, row: usize) -> Option<u16> {
    birth.value(row).map(BirthDate::year_of_packed)
}

/// The list's own key; the line where it has none, with a mark before it where a row of a list with keys leaves its own
/// empty.
fn keys(batch: &MappedBatch) -> TextColumn {
    let Some(column) = batch.column(FieldKind::RecordKey) else {
        let lines: Vec<String> = batch.lines.iter().map(ToString::to_string).collect();
        return TextColumn::from_texts(lines.iter().map(String::as_str));
    };
    let is_bare = |cell: &str| match *cell.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => true,
        _ => !cell.is_empty() && cell.trim().len() == cell.len(),
    };
    if column.iter().all(is_bare) {
        return column.clone();
    }
    let key = |(row, cell): (usize, &str)| match cell.trim() {
        "" => format!("#{}", batch.lines[row]),
        key => key.to_owned(),
    };
    let keys: Vec<String> = column.iter().enumerate().map(key).collect();
    TextColumn::from_texts(keys.iter().map(String::as_str))
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
    let (mut sexes, mut raw) = (FieldColumn::with_capacity(n_rows), String::new());
    for (row, cell) in women.iter().enumerate() {
        let told = |sex: Sex| Outcome::Value(sex as u8, Repairs::only(Repair::Joined));
        let outcome = match (!sex::is_mark(men.get(row)), !sex::is_mark(cell)) {
            (true, false) => told(Sex::Female),
            (false, true) => told(Sex::Male),
            // School lists mark the girls and nobody else.
            (true, true) if only_marks_women => told(Sex::Male),
            (true, true) => Outcome::Missing,
            (false, false) => Outcome::Defective(Defect::Ambiguous),
        };
        raw.clear();
        raw.extend([men.get(row).trim(), "/", cell.trim()]);
        sexes.push(&outcome, if raw.len() > 1 { &raw } else { "" });
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
    let is_month_first = context.dates.is_month_first();
    packed(Some(texts), texts.len(), |cell, _| {
        let outcome = birth_date::parse(cell, &dates);
        let is_turned = is_half_swapped && cell.trim().as_bytes().get(4) == Some(&b'-');
        let outcome = if is_turned { swapped_back(outcome) } else { outcome };
        let outcome = if is_month_first { told_by_column(outcome) } else { outcome };
        outcome.map(BirthDate::packed)
    })
}

/// A date that only its column says how to read.
fn told_by_column(outcome: Outcome<BirthDate>) -> Outcome<BirthDate> {
    match outcome {
        Outcome::Value(date, mut repairs) if date.swapped().is_some_and(|other| other != date) => {
            repairs.insert(Repair::DayMonthSwapped);
            Outcome::Value(date, repairs)
        }
        outcome => outcome,
    }
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
        if !birth.states.get(row).repairs().contains(Repair::TwoDigitYear) {
            continue;
        }
        let known = number.value(row).and_then(IdNumber::from_packed).and_then(IdNumber::citizen);
        let Some(citizen) = known else { continue };
        let dates = DateContext { birth_year: Some(citizen.birth_year()), ..context.date_context() };
        if let Outcome::Value(date, repairs) = birth_date::parse(texts.get(row), &dates) {
            birth.packed[row] = date.packed();
            birth.states.set(row, CellState::of(repairs));
        }
    }
}

struct Names {
    raw: TextColumn,
    canonical: SparseTexts,
    states: CellStates,
    keys: Vec<u64>,
    /// Whether one look showed that the raw name is canonical.
    settled: Vec<bool>,
}

fn names(batch: &MappedBatch, context: Context<'_>) -> Names {
    const IN_TWO: [FieldKind; 2] = [FieldKind::FamilyMiddleName, FieldKind::GivenName];
    let in_one = batch.column(FieldKind::FullName);
    let has_parts = IN_TWO.iter().any(|field| batch.column(*field).is_some());
    // Without columns of parts there is nothing to put into an empty cell; one of spaces becomes empty.
    let begins = |cell: &str| cell.as_bytes().first().is_some_and(u8::is_ascii_graphic);
    let is_replaced = |cell: &str| !begins(cell) && cell.trim().is_empty() && (has_parts || !cell.is_empty());
    let raw = match in_one {
        Some(column) if column.iter().any(is_replaced) => {
            let parts = joined(batch, &IN_TWO, " ");
            let cells = column.iter().zip(parts.iter());
            TextColumn::from_texts(
                cells.map(|(whole, parts)| if whole.trim().is_empty() { parts } else { whole }),
            )
        }
        Some(column) => column.clone(),
        None => joined(batch, &IN_TWO, " "),
    };
    let (mut name, mut seen) = (String::new(), context.names.words_seen());
    let mut canonical = SparseTexts::default();
    let mut states = CellStates::with_capacity(raw.len());
    let mut keys = Vec::with_capacity(raw.len());
    let mut settled = Vec::with_capacity(raw.len());
    let (words, prior) = (&context.book.name_words, &context.names.0);
    let of_columns = |state| match (in_one, state) {
        (None, CellState::Unchanged) => CellState::of(Repairs::only(Repair::Joined)),
        (_, state) => state,
    };
    for (row, cell) in raw.iter().enumerate() {
        let key = person_name::settled_key(cell, words, prior, &mut seen);
        settled.push(key.is_some());
        if let Some(key) = key {
            keys.push(key);
            states.push(of_columns(CellState::Unchanged));
            continue;
        }
        let outcome =
            person_name::parse_parts(cell, words, prior, &mut name, (&mut NameParts::default(), &mut seen));
        let has_value = matches!(outcome, Outcome::Value(..));
        if has_value && name != cell {
            canonical.push(row, &name);
        }
        keys.push(if has_value { person_name::exact_key(&name) } else { 0 });
        states.push(of_columns(outcome.state()));
    }
    context.names.give_back(seen);
    Names { raw, canonical, states, keys, settled }
}

/// A foreigner by nationality, where the list has that column, or by a passport for a number or without one.
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
    let passports = batch.column(FieldKind::Passport);
    (0..batch.n_rows())
        .map(|row| {
            let state = number.states.get(row);
            let has_passport = passports.is_some_and(|column| !column.get(row).trim().is_empty());
            let by_number =
                state.defect() == Some(Defect::Foreign) || has_passport && state == CellState::Missing;
            by_number || nationality.is_some_and(|column| is_foreign(column.get(row)))
        })
        .collect()
}
