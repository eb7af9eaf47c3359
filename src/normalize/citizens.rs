//! A batch of the reference: first only the numbers, then the rest of those citizens that are asked for.

use super::Context;
use super::lift::{joined, packed};
use super::list::sex_of;
use crate::fields::birth_date::{self, BirthDate, DateContext};
use crate::fields::id_number::{self, Hints, IdNumber};
use crate::fields::person_name;
use crate::fields::sex;
use crate::record::{CitizenBatch, FieldColumn, FieldKind, MappedBatch, Outcome, Repair, TextColumn};

/// The numbers of a batch of the reference.
pub struct Numbers {
    /// Personal numbers.
    pub citizen: FieldColumn<u64>,
    /// Old numbers.
    pub old: FieldColumn<u64>,
}

/// Reads the numbers of every row. A number that was damaged on the way is accepted only where sex and birth
/// year of the same row confirm it: the reference is believed, a guess about it is not.
pub fn numbers(batch: &MappedBatch, context: Context<'_>) -> Numbers {
    let n_rows = batch.n_rows();
    let read = |cell: &str, row: usize| {
        let plain = id_number::parse(cell, &context.book.id_words, NO_HINTS);
        let needs_more = matches!(&plain, Outcome::Value(_, repairs) if repairs.contains(Repair::Unconfirmed));
        let outcome = if needs_more {
            id_number::parse(cell, &context.book.id_words, hints(batch, row, context))
        } else {
            plain
        };
        match outcome {
            Outcome::Value(_, repairs) if repairs.contains(Repair::Unconfirmed) => Outcome::Missing,
            outcome => outcome.map(IdNumber::packed),
        }
    };
    Numbers {
        citizen: packed(batch.column(FieldKind::CitizenNumber), n_rows, read),
        old: packed(batch.column(FieldKind::OldNumber), n_rows, read),
    }
}

const NO_HINTS: Hints = Hints { sex: None, birth_year: None };

fn hints(batch: &MappedBatch, row: usize, context: Context<'_>) -> Hints {
    let cell = |field| batch.column(field).map(|column| column.get(row)).unwrap_or_default();
    let dates = dates(context);
    Hints {
        sex: sex::parse(cell(FieldKind::Sex), &context.source.sex_codes).value(),
        birth_year: birth_date::parse(cell(FieldKind::BirthDate), &dates).value().map(BirthDate::year),
    }
}

const fn dates(context: Context<'_>) -> DateContext {
    DateContext { day_first: context.source.day_first, as_of: context.as_of, birth_year: None }
}

/// The citizens of the rows whose mask is true.
pub fn citizens(batch: &MappedBatch, numbers: &Numbers, mask: &[bool], context: Context<'_>) -> CitizenBatch {
    let kept: Vec<usize> = (0..batch.n_rows()).filter(|&row| mask[row]).collect();
    let column = |field| batch.column(field).map(|column| column.filter(mask));
    let fields = [FieldKind::CommuneCode, FieldKind::Commune, FieldKind::Province];
    let unit_columns: Vec<TextColumn> = fields.iter().filter_map(|field| column(*field)).collect();
    let present: Vec<FieldKind> = fields.into_iter().filter(|field| batch.column(*field).is_some()).collect();
    let lines: Vec<u64> = kept.iter().map(|&row| batch.lines[row]).collect();
    let residence = MappedBatch::new(batch.file, lines.clone(), &present, unit_columns);
    let names = names(column(FieldKind::FullName).as_ref(), kept.len(), context);
    let births = packed(column(FieldKind::BirthDate).as_ref(), kept.len(), |cell, _| {
        birth_date::parse(cell, &dates(context)).map(BirthDate::packed)
    });
    let sexes = packed(column(FieldKind::Sex).as_ref(), kept.len(), |cell, _| {
        sex::parse(cell, &context.source.sex_codes).map(|sex| sex as u8 + 1)
    });
    let life = column(FieldKind::LifeStatus);
    CitizenBatch {
        file: batch.file,
        numbers: kept.iter().map(|&row| numbers.citizen.value(row).unwrap_or(0)).collect(),
        old_numbers: kept.iter().map(|&row| numbers.old.value(row).unwrap_or(0)).collect(),
        names: names.0,
        name_keys: names.1,
        births: (0..kept.len()).map(|row| births.value(row).unwrap_or(0)).collect(),
        sexes: (0..kept.len()).map(|row| sexes.value(row).unwrap_or(0)).collect(),
        life: match life {
            Some(column) => column.iter().map(|cell| context.source.life_status(cell) as u8).collect(),
            None => vec![0; kept.len()],
        },
        units: joined(&residence, &present, ", "),
        lines,
    }
}

fn names(column: Option<&TextColumn>, n_rows: usize, context: Context<'_>) -> (TextColumn, Vec<u64>) {
    let Some(column) = column else {
        return (TextColumn::from_texts("name", (0..n_rows).map(|_| "")), vec![0; n_rows]);
    };
    let (mut text, mut name, mut scratch) = (String::new(), String::new(), String::new());
    let (mut ends, mut keys) = (Vec::with_capacity(n_rows), Vec::with_capacity(n_rows));
    for cell in column.iter() {
        let start = text.len();
        let mut key = 0;
        if let Outcome::Value((), _) = person_name::parse(cell, &context.book.name_words, &mut name) {
            key = person_name::keys(&name, &mut scratch).exact;
            text.push_str(&name);
        }
        keys.push(key);
        ends.push((start, text.len()));
    }
    (TextColumn::from_texts("name", ends.iter().map(|&(start, end)| &text[start..end])), keys)
}

/// Sex from the packed form of a [`CitizenBatch`].
pub const fn citizen_sex(packed: u8) -> Option<sex::Sex> {
    if packed == 0 { None } else { sex_of(packed - 1) }
}
