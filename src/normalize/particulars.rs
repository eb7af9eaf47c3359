//! A batch of a list, beyond the four compared fields: papers, telephone, other dates, and what a row looks like.

use super::Context;
use super::lift::packed;
use crate::fields::birth_date::{self, BirthDate, DateContext};
use crate::fields::cell_look::{is_sure, looks_like};
use crate::fields::ethnic_group;
use crate::fields::health_insurance;
use crate::fields::id_number::{self, Hints, IdNumber};
use crate::fields::passport;
use crate::fields::phone;
use crate::fields::tax_code;
use crate::record::{
    CellState, FieldColumn, FieldKind, MappedBatch, NormalBatch, Outcome, Particulars, TextColumn, TextField,
};

/// Columns that are carried along as they are.
const CARRIED: [FieldKind; 13] = [
    FieldKind::Nationality,
    FieldKind::BirthPlace,
    FieldKind::IssueDate,
    FieldKind::EventDate,
    FieldKind::GuardianNumber,
    FieldKind::GuardianName,
    FieldKind::Address,
    FieldKind::Commune,
    FieldKind::CommuneCode,
    FieldKind::District,
    FieldKind::DistrictCode,
    FieldKind::Province,
    FieldKind::ProvinceCode,
];

/// Reads what else the columns of a batch say. `batch` has its columns in the order of the file.
pub fn particulars(batch: &MappedBatch, rows: &NormalBatch, context: Context<'_>) -> Particulars {
    let texts = [
        FieldKind::Ethnicity,
        FieldKind::Phone,
        FieldKind::HealthCard,
        FieldKind::SocialInsurance,
        FieldKind::TaxCode,
        FieldKind::Passport,
    ];
    let read = |field| Some((field, text_field(field, batch.column(field)?, context)));
    let texts: Vec<(FieldKind, TextField)> = texts.into_iter().filter_map(read).collect();
    let shifted = shifted(batch, rows, &texts, context);
    let carried = CARRIED.iter().filter_map(|field| Some((*field, batch.column(*field)?.clone())));
    let dates = [FieldKind::EventDate, FieldKind::IssueDate].into_iter();
    Particulars {
        carried: carried.collect(),
        numbers: numbers(batch, context),
        only_old_numbers: NUMBERS
            .iter()
            .all(|field| batch.column(*field).is_some() == (*field == FieldKind::OldNumber)),
        other_dates: dates
            .filter_map(|field| Some((field, other_dates(batch.column(field)?, context))))
            .collect(),
        shifted,
        texts,
        ..Particulars::default()
    }
}

fn text_field(field: FieldKind, column: &TextColumn, context: Context<'_>) -> TextField {
    let mut found = TextField::new(column.clone());
    let mut canonical = String::new();
    for cell in column.iter() {
        canonical.clear();
        let state = read_text(field, cell, context, &mut canonical);
        found.push(state, &canonical);
    }
    found
}

fn read_text(field: FieldKind, cell: &str, context: Context<'_>, out: &mut String) -> CellState {
    fn written<T: Copy>(outcome: &Outcome<T>, write: impl FnOnce(T)) -> CellState {
        if let Outcome::Value(value, _) = outcome {
            write(*value);
        }
        outcome.state()
    }
    if cell.is_empty() {
        return CellState::Missing;
    }
    let book = context.book;
    match field {
        FieldKind::Phone => written(&phone::parse(cell, &book.phone_words), |number| number.write(out)),
        FieldKind::Ethnicity => written(&ethnic_group::parse(cell, &book.ethnic_groups), |group| {
            out.push_str(book.ethnic_groups.name(group));
        }),
        FieldKind::HealthCard => {
            written(&health_insurance::parse_card(cell, &book.card_words), |card| card.write(out))
        }
        FieldKind::SocialInsurance => {
            written(&health_insurance::parse_number(cell), |number| number.write(out))
        }
        FieldKind::TaxCode => written(&tax_code::parse(cell), |code| code.write(out)),
        _ => written(&passport::parse(cell), |passport| passport.write(out)),
    }
}

/// Columns of numbers, in the order in which they are believed.
pub(super) const NUMBERS: [FieldKind; 3] =
    [FieldKind::CitizenNumber, FieldKind::AnyNumber, FieldKind::OldNumber];

/// Each column of numbers by itself, where there are several.
fn numbers(batch: &MappedBatch, context: Context<'_>) -> Vec<(FieldKind, FieldColumn<u64>)> {
    let columns = NUMBERS.iter().filter_map(|field| Some((*field, batch.column(*field)?)));
    let columns: Vec<(FieldKind, &TextColumn)> = columns.collect();
    if columns.len() < 2 {
        return Vec::new();
    }
    let read = |column| {
        packed(Some(column), batch.n_rows(), |cell, _| {
            id_number::parse(cell, &context.book.id_words, Hints::default()).map(IdNumber::packed)
        })
    };
    columns.into_iter().map(|(field, column)| (field, read(column))).collect()
}

fn other_dates(column: &TextColumn, context: Context<'_>) -> Vec<u32> {
    // Another column need not have the habits of the birth dates.
    let dates = DateContext {
        day_first: context.source.day_first,
        as_of: context.as_of,
        birth_year: None,
        any_time: false,
    };
    let read = |cell| birth_date::parse(cell, &dates).value().map_or(0, BirthDate::packed);
    // The day of the row before, which is often the day of this row too.
    let mut last = ("", 0);
    let mut next = |cell| {
        if cell != last.0 {
            last = (cell, read(cell));
        }
        last.1
    };
    column.iter().map(&mut next).collect()
}

/// Which rows have their columns shifted by one: a value has the form of the column beside its own, and its own field
/// cannot read it. Two such values are needed, or one beyond doubt behind the hole that a cell pushed in has left.
fn shifted(
    batch: &MappedBatch,
    rows: &NormalBatch,
    texts: &[(FieldKind, TextField)],
    context: Context<'_>,
) -> Vec<bool> {
    let columns = batch.columns();
    let province = batch.column(FieldKind::Province);
    let phones = texts.iter().find(|(field, _)| *field == FieldKind::Phone).map(|(_, text)| &text.states);
    let is_suspect = |row: usize| {
        let states = [rows.number.states.get(row), rows.birth.states.get(row), rows.sex.states.get(row)];
        let is_odd = |column: &TextColumn| column.get(row).as_bytes().first().is_none_or(u8::is_ascii_digit);
        states.iter().any(|state| !state.has_value()) || province.is_some_and(is_odd)
    };
    let is_read = |field: FieldKind, row: usize| match field {
        FieldKind::CitizenNumber | FieldKind::AnyNumber | FieldKind::OldNumber => {
            rows.number.states.has_value(row)
        }
        FieldKind::BirthDate => rows.birth.states.has_value(row),
        FieldKind::Sex => rows.sex.states.has_value(row),
        FieldKind::Phone => phones.is_some_and(|states| states.has_value(row)),
        _ => false,
    };
    let codes = &context.source.sex_codes;
    let is_slipped = |own: FieldKind, other: FieldKind, column: &TextColumn, row: usize| {
        let cell = column.get(row);
        looks_like(other, cell, codes) == Some(true)
            && looks_like(own, cell, codes) == Some(false)
            && !is_read(own, row)
    };
    let n_slipped = |row: usize, by_right: bool| {
        let pairs = columns.windows(2).filter(|pair| {
            let (left, right) = (&pair[0], &pair[1]);
            let (own, other) = if by_right { (right, left) } else { (left, right) };
            is_slipped(own.0, other.0, &own.1, row)
        });
        pairs.count()
    };
    let has_hole = |row: usize| {
        columns.windows(2).any(|pair| {
            let ((field, hole), (own, column)) = (&pair[0], &pair[1]);
            hole.get(row).is_empty()
                && is_sure(*field, column.get(row))
                && is_slipped(*own, *field, column, row)
        })
    };
    let is_shifted =
        |row| is_suspect(row) && (n_slipped(row, true).max(n_slipped(row, false)) >= 2 || has_hole(row));
    (0..batch.n_rows()).map(is_shifted).collect()
}
