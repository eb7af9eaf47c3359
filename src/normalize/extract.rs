//! A batch of an extract read for a reference that is kept: every citizen, with what a later search looks by.
//!
//! Birth dates are read whatever the day of the run, since the reference is used on other days too; who uses it asks
//! [`BirthDate::possible_at`] of each.

use std::borrow::Cow;

use super::citizens::{CITIZEN_FIELDS, dates_of_any_time};
use super::lift::packed;
use super::{Context, NumberReader, Numbers};
use crate::fields::birth_date::{self, BirthDate};
use crate::fields::person_name::{self, NameKeys};
use crate::fields::phone::{self, PhoneNumber};
use crate::fields::sex;
use crate::record::{FieldKind, MappedBatch, Outcome, TextBuilder, TextColumn};

/// Every citizen of a batch, column by column, row by row as in the batch.
pub struct Extract {
    /// Personal and earlier number.
    pub numbers: Vec<Numbers>,
    /// Name in canonical form; empty where there is none.
    pub names: TextColumn,
    /// Keys of the name; 0 where there is none.
    pub name_keys: Vec<NameKeys>,
    /// Key of the given name.
    pub given_keys: Vec<u32>,
    /// Birth date, packed; 0 where there is none.
    pub births: Vec<u32>,
    /// Sex, packed plus one; 0 where there is none.
    pub sexes: Vec<u8>,
    /// Life status, as the code of the rulebook.
    pub lives: Vec<u8>,
    /// Telephone number without its first zero; 0 where there is none.
    pub phones: Vec<u64>,
    /// Whether the cell that should tell the residence does; always, where there is no such column.
    pub residences: Vec<bool>,
    /// Unit of residence, from code to province.
    pub unit_parts: Vec<TextColumn>,
}

/// What is read of a citizen that is kept: beside all else the telephone, for a search without a number.
pub fn extract_fields() -> Vec<FieldKind> {
    [&CITIZEN_FIELDS[..], &[FieldKind::Phone]].concat()
}

/// Reads every citizen of a batch.
pub fn extract(batch: &MappedBatch, context: Context<'_>) -> Extract {
    let n_rows = batch.n_rows();
    let fields: Vec<FieldKind> = batch.columns().iter().map(|(field, _)| *field).collect();
    let reader = NumberReader::new(&fields, context);
    let cell = |column: usize, row: usize| batch.columns()[column].1.get(row);
    let numbers =
        |row| reader.read(|column| cell(column, row).as_bytes(), |column| Cow::Borrowed(cell(column, row)));
    let numbers: Vec<Numbers> = (0..n_rows).map(numbers).collect();
    let at_any_time = dates_of_any_time(context);
    let births = packed(batch.column(FieldKind::BirthDate), n_rows, |cell, row| {
        birth_date::parse(cell, &numbers[row].complete(at_any_time)).map(BirthDate::packed)
    });
    let sexes = packed(batch.column(FieldKind::Sex), n_rows, |cell, _| {
        sex::parse(cell, &context.source.sex_codes).map(|sex| sex as u8 + 1)
    });
    let phones = packed(batch.column(FieldKind::Phone), n_rows, |cell, _| {
        phone::parse(cell, &context.book.phone_words).map(PhoneNumber::packed)
    });
    let life = batch.column(FieldKind::LifeStatus);
    let residence = batch.column(FieldKind::CommuneCode).or(batch.column(FieldKind::Commune));
    let (names, name_keys, given_keys) = names(batch.column(FieldKind::FullName), n_rows, context);
    Extract {
        numbers,
        names,
        name_keys,
        given_keys,
        births: (0..n_rows).map(|row| births.value(row).unwrap_or(0)).collect(),
        sexes: (0..n_rows).map(|row| sexes.value(row).unwrap_or(0)).collect(),
        lives: (0..n_rows)
            .map(|row| life.map_or(0, |column| context.source.life_status(column.get(row)) as u8))
            .collect(),
        phones: (0..n_rows).map(|row| phones.value(row).unwrap_or(0)).collect(),
        residences: (0..n_rows)
            .map(|row| residence.is_none_or(|column| !column.get(row).trim().is_empty()))
            .collect(),
        unit_parts: [FieldKind::CommuneCode, FieldKind::Commune, FieldKind::Province]
            .iter()
            .filter_map(|field| batch.column(*field).cloned())
            .collect(),
    }
}

fn names(
    column: Option<&TextColumn>,
    n_rows: usize,
    context: Context<'_>,
) -> (TextColumn, Vec<NameKeys>, Vec<u32>) {
    let none = NameKeys { exact: 0, unmarked: 0 };
    let Some(column) = column else {
        let empty = TextColumn::from_texts((0..n_rows).map(|_| ""));
        return (empty, vec![none; n_rows], vec![0; n_rows]);
    };
    let (words, prior) = (&context.book.name_words, &context.names.0);
    let (mut read, mut scratch) = (String::new(), String::new());
    let mut names = TextBuilder::with_capacity(n_rows);
    let (mut keys, mut given_keys) = (Vec::with_capacity(n_rows), Vec::with_capacity(n_rows));
    for cell in column.iter() {
        let name = if person_name::is_settled(cell, words, prior) {
            cell
        } else {
            match person_name::parse_in_column(cell, words, prior, &mut read) {
                Outcome::Value((), _) => &read,
                _ => "",
            }
        };
        names.push(name);
        if name.is_empty() {
            keys.push(none);
            given_keys.push(0);
        } else {
            keys.push(person_name::keys(name, &mut scratch));
            given_keys.push(person_name::given_key(name, &mut scratch));
        }
    }
    (names.finish(), keys, given_keys)
}
