//! A batch of a list, beyond the four compared fields: papers, telephone, other dates, and what a row looks like.

use super::Context;
use super::lift::packed;
use crate::fields::birth_date::{self, BirthDate, DateContext};
use crate::fields::cell_look::looks_like;
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
const CARRIED: [FieldKind; 8] = [
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
    let carried = CARRIED.iter().filter_map(|field| Some((*field, batch.column(*field)?.clone())));
    let dates = [FieldKind::EventDate, FieldKind::IssueDate].into_iter();
    Particulars {
        texts: texts
            .into_iter()
            .filter_map(|field| Some((field, text_field(field, batch.column(field)?, context))))
            .collect(),
        carried: carried.collect(),
        old_number: old_numbers(batch, context),
        other_dates: dates
            .filter_map(|field| Some((field, other_dates(batch.column(field)?, context))))
            .collect(),
        shifted: shifted(batch, rows, context),
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

/// The column of old numbers, where the number of the row stands in another column.
fn old_numbers(batch: &MappedBatch, context: Context<'_>) -> FieldColumn<u64> {
    let Some(old) = batch.column(FieldKind::OldNumber) else { return FieldColumn::default() };
    let hints = Hints { sex: None, birth_year: None };
    packed(Some(old), batch.n_rows(), |cell, _| {
        id_number::parse(cell, &context.book.id_words, hints).map(IdNumber::packed)
    })
}

fn other_dates(column: &TextColumn, context: Context<'_>) -> Vec<u32> {
    // Another column need not have the habits of the birth dates.
    let dates = DateContext { day_first: context.source.day_first, as_of: context.as_of, birth_year: None };
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

/// Which rows have their columns shifted by one: a value has the form of the column beside its own, and not of its
/// own. Two such values are needed, or one behind the hole that a cell pushed in has left.
fn shifted(batch: &MappedBatch, rows: &NormalBatch, context: Context<'_>) -> Vec<bool> {
    let columns = batch.columns();
    let province = batch.column(FieldKind::Province);
    let is_suspect = |row: usize| {
        let states = [rows.number.states[row], rows.birth.states[row], rows.sex.states[row]];
        let is_odd = |column: &TextColumn| column.get(row).as_bytes().first().is_none_or(u8::is_ascii_digit);
        states.iter().any(|state| !state.has_value()) || province.is_some_and(is_odd)
    };
    let codes = &context.source.sex_codes;
    let slipped = |row: usize, by_right: bool| {
        let pairs = columns.windows(2).filter(|pair| {
            let ((left, _), (right, _)) = (&pair[0], &pair[1]);
            let (own, other, cell) = if by_right {
                (*right, *left, pair[1].1.get(row))
            } else {
                (*left, *right, pair[0].1.get(row))
            };
            looks_like(other, cell, codes) == Some(true) && looks_like(own, cell, codes) == Some(false)
        });
        pairs.count()
    };
    let has_hole = |row: usize| {
        columns.windows(2).any(|pair| {
            let (field, cell) = (pair[0].0, pair[1].1.get(row));
            pair[0].1.get(row).is_empty()
                && looks_like(field, cell, codes) == Some(true)
                && looks_like(pair[1].0, cell, codes) == Some(false)
        })
    };
    (0..batch.n_rows())
        .map(|row| is_suspect(row) && (slipped(row, true).max(slipped(row, false)) >= 2 || has_hole(row)))
        .collect()
}
