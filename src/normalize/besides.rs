//! What a search needs of the rows of a list besides the fields that are compared: where they live, and their telephone.

use super::Context;
use super::units::units;
use crate::fields::id_number::{self, Hints, IdNumber};
use crate::fields::phone::{self, PhoneNumber};
use crate::places::{Gazetteer, PlaceMemo};
use crate::record::{Besides, FieldKind, MappedBatch};

/// Fields that are read for a search besides those that are compared.
pub const BESIDES_FIELDS: [FieldKind; 7] = [
    FieldKind::Phone,
    FieldKind::Commune,
    FieldKind::CommuneCode,
    FieldKind::District,
    FieldKind::DistrictCode,
    FieldKind::Province,
    FieldKind::ProvinceCode,
];

/// Reads them.
pub fn besides(
    batch: &MappedBatch,
    gazetteer: &Gazetteer,
    memo: &mut PlaceMemo,
    context: Context<'_>,
) -> Besides {
    let n_rows = batch.n_rows();
    // Nothing but the values is needed: how they were written is of no interest here.
    let values = |field: FieldKind, read: &dyn Fn(&str) -> Option<u64>| match batch.column(field) {
        Some(column) => {
            column.iter().map(|cell| if cell.is_empty() { 0 } else { read(cell).unwrap_or(0) }).collect()
        }
        None => vec![0; n_rows],
    };
    let phone = |cell: &str| phone::parse(cell, &context.book.phone_words).value().map(PhoneNumber::packed);
    let old_number = |cell: &str| {
        id_number::parse(cell, &context.book.id_words, Hints::default()).value().map(IdNumber::packed)
    };
    let units = units(batch, gazetteer, memo);
    Besides {
        communes: if units.is_empty() {
            vec![0; n_rows]
        } else {
            units.iter().map(|unit| unit.today.map_or(0, |commune| commune + 1)).collect()
        },
        phones: values(FieldKind::Phone, &phone),
        old_numbers: values(FieldKind::OldNumber, &old_number),
    }
}
