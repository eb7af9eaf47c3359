//! How many rows of a list carry the same number, and how many of them are its citizen.

use crate::reference::Slot;

/// Counts per wanted number: rows that carry it, and rows that are its citizen. Counts stop at 255: beyond that
/// only "many" matters.
#[derive(Debug)]
pub struct Sharing(Vec<[u8; 2]>);

impl Sharing {
    /// Room for so many slots.
    pub fn new(n_slots: usize) -> Self {
        Self(vec![[0; 2]; n_slots])
    }

    /// Counts one row.
    pub fn add(&mut self, slot: Slot, same_person: bool) {
        let [rows, same] = &mut self.0[slot as usize];
        *rows = rows.saturating_add(1);
        *same = same.saturating_add(u8::from(same_person));
    }

    /// The counts behind the slots of many rows, one after the other: looks into a large table overlap when nothing
    /// stands between them.
    pub fn of_rows(&self, slots: impl Iterator<Item = Option<Slot>>) -> Vec<Shared> {
        slots
            .map(|slot| {
                let [n_rows, n_same_person] = slot.map_or([0; 2], |slot| self.0[slot as usize]);
                Shared { n_rows, n_same_person }
            })
            .collect()
    }
}

/// What is known of the rows with one number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shared {
    /// Rows that carry the number; 0 where the row has none.
    pub n_rows: u8,
    /// Rows that are the citizen of the number.
    pub n_same_person: u8,
}
