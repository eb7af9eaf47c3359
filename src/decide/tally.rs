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

    /// Whether several rows carry the number.
    pub fn is_shared(&self, slot: Slot) -> bool {
        self.n_rows(slot) > 1
    }

    /// Rows that carry the number.
    pub fn n_rows(&self, slot: Slot) -> u8 {
        self.0[slot as usize][0]
    }

    /// Rows that are the citizen of the number.
    pub fn n_same_person(&self, slot: Slot) -> u8 {
        self.0[slot as usize][1]
    }
}
