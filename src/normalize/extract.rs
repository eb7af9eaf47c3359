//! A batch of an extract read for a reference that is kept: every citizen, with what a later search looks by.
//!
//! Birth dates are read whatever the day of the run, since the reference is used on other days too; who uses it asks
//! [`possible_at`](crate::fields::birth_date::BirthDate::possible_at) of each.

use std::borrow::Cow;

use super::citizens::{CITIZEN_FIELDS, CitizenColumns, dates_of_any_time, names, unit_parts};
use super::lift::packed;
use super::{Context, NumberReader, Numbers};
use crate::fields::person_name::{self, NameKeys};
use crate::fields::phone::{self, PhoneNumber};
use crate::record::{FieldKind, MappedBatch, TextColumn};

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
    let phones = packed(batch.column(FieldKind::Phone), n_rows, |cell, _| {
        phone::parse(cell, &context.book.phone_words).map(PhoneNumber::packed)
    });
    let (mut name_keys, mut given_keys) = (Vec::with_capacity(n_rows), Vec::with_capacity(n_rows));
    let mut scratch = String::new();
    let names = names(batch, context, |name| {
        let (keys, given_key) = match name {
            "" => (NameKeys { exact: 0, unmarked: 0 }, 0),
            name => (person_name::keys(name, &mut scratch), person_name::given_key(name, &mut scratch)),
        };
        name_keys.push(keys);
        given_keys.push(given_key);
    });
    let columns = CitizenColumns::read(batch, &numbers, dates_of_any_time(context), context);
    Extract {
        names,
        name_keys,
        given_keys,
        births: (0..n_rows).map(|row| columns.birth(row)).collect(),
        sexes: (0..n_rows).map(|row| columns.sex(row)).collect(),
        lives: (0..n_rows).map(|row| columns.life(row)).collect(),
        phones: (0..n_rows).map(|row| phones.value(row).unwrap_or(0)).collect(),
        residences: (0..n_rows).map(|row| columns.has_residence(row)).collect(),
        unit_parts: unit_parts(batch),
        numbers,
    }
}
