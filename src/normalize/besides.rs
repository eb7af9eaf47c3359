//! What a search needs of the rows of a list besides the fields that are compared: where they live, and their telephone.

use super::Context;
use super::lift::packed;
use super::units::units;
use crate::fields::id_number::{self, Hints, IdNumber};
use crate::fields::phone::{self, PhoneNumber};
use crate::places::{Gazetteer, PlaceMemo};
use crate::record::{Besides, FieldColumn, FieldKind, MappedBatch};

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
    let phones = packed(batch.column(FieldKind::Phone), n_rows, |cell, _| {
        phone::parse(cell, &context.book.phone_words).map(PhoneNumber::packed)
    });
    let units = units(batch, gazetteer, memo);
    let old_numbers = batch.column(FieldKind::OldNumber).map(|column| {
        packed(Some(column), n_rows, |cell, _| {
            id_number::parse(cell, &context.book.id_words, Hints::default()).map(IdNumber::packed)
        })
    });
    let or_zero = |column: &FieldColumn<u64>| (0..n_rows).map(|row| column.value(row).unwrap_or(0)).collect();
    Besides {
        communes: if units.is_empty() {
            vec![0; n_rows]
        } else {
            units.iter().map(|unit| unit.today.map_or(0, |commune| commune + 1)).collect()
        },
        phones: or_zero(&phones),
        old_numbers: old_numbers.as_ref().map_or_else(|| vec![0; n_rows], or_zero),
    }
}
