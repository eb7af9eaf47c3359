//! The value of a cell as a cleaned list and an export have it: canonical where the policy lets its repairs stand unseen,
//! else as it was written.

use crate::fields::birth_date::BirthDate;
use crate::fields::id_number::IdNumber;
use crate::normalize::citizen_sex;
use crate::record::{CellState, FieldKind, NormalBatch, Particulars};
use crate::rulebook::Rulebook;

/// What the values of a batch follow from.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    /// The list.
    pub rows: &'a NormalBatch,
    /// What it says besides.
    pub more: &'a Particulars,
    /// The policy.
    pub book: &'a Rulebook,
}

impl Values<'_> {
    /// Appends the value of a cell.
    pub fn push(&self, field: FieldKind, row: usize, out: &mut String) {
        let rows = self.rows;
        match field {
            FieldKind::CitizenNumber | FieldKind::OldNumber | FieldKind::AnyNumber => {
                self.number_in(field, row, out);
            }
            FieldKind::FullName if self.stands(row, rows.name_states.get(row)) => {
                out.push_str(rows.name(row))
            }
            FieldKind::FullName => out.push_str(rows.name_raw.get(row)),
            FieldKind::BirthDate if self.stands(row, rows.birth.states.get(row)) => {
                push_date(rows.birth.packed[row], out);
            }
            FieldKind::BirthDate => out.push_str(rows.birth.raw(row).unwrap_or_default()),
            FieldKind::Sex if self.stands(row, rows.sex.states.get(row)) => {
                out.push_str(citizen_sex(rows.sex.packed[row] + 1).map_or("", |sex| sex.word()));
            }
            FieldKind::Sex => out.push_str(rows.sex.raw(row).unwrap_or_default()),
            field => {
                if let Some((_, text)) = self.more.texts.iter().find(|(kind, _)| *kind == field) {
                    let stands = self.stands(row, text.states.get(row));
                    out.push_str(if stands { text.canonical(row) } else { text.raw.get(row) });
                } else if let Some((_, column)) = self.more.carried.iter().find(|(kind, _)| *kind == field) {
                    out.push_str(column.get(row));
                }
            }
        }
    }

    /// The number of a column. Where a list has several columns of numbers each cell stays in its own; the only one is
    /// parted into personal and old numbers, and what cannot be read stays where it was.
    fn number_in(&self, field: FieldKind, row: usize, out: &mut String) {
        let own = self.more.numbers.iter().find(|(kind, _)| *kind == field).map(|(_, column)| column);
        let column = match own {
            Some(column) => column,
            None if self.more.numbers.is_empty() => &self.rows.number,
            None => return,
        };
        let stands = self.stands(row, column.states.get(row));
        let value = column.value(row).filter(|_| stands).and_then(IdNumber::from_packed);
        let belongs = match value {
            _ if own.is_some() => field,
            Some(IdNumber::Old(_)) => FieldKind::OldNumber,
            Some(IdNumber::Citizen(_)) => FieldKind::CitizenNumber,
            None if self.more.only_old_numbers => FieldKind::OldNumber,
            None => FieldKind::CitizenNumber,
        };
        if belongs != field {
            return;
        }
        match value {
            Some(number) => number.write(out),
            None => out.push_str(column.raw(row).unwrap_or_default()),
        }
    }

    /// Whether a canonical value stands unseen. In a row whose cells belong to other columns none does.
    fn stands(&self, row: usize, state: CellState) -> bool {
        let applies = || self.book.policy.applies(state.repairs()) && !self.is_shifted(row);
        state == CellState::Unchanged || state.has_value() && applies()
    }

    /// Whether the cells of the row belong to other columns: then it stays as it was written.
    pub fn is_shifted(&self, row: usize) -> bool {
        self.more.shifted.get(row).copied().unwrap_or_default()
    }
}

/// Appends a packed date as it is written.
pub(super) fn push_date(packed: u32, out: &mut String) {
    if let Some(date) = BirthDate::from_packed(packed) {
        date.write(out);
    }
}
