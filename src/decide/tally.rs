//! How many rows of a list carry the same number, and how many of them are its citizen.

use crate::reference::Slot;

/// Counts per wanted number. Counts stop at 255: beyond that only "many" matters.
#[derive(Debug)]
pub struct Sharing {
    rows: Vec<u8>,
    same_person: Vec<u8>,
}

impl Sharing {
    /// Room for so many slots.
    pub fn new(n_slots: usize) -> Self {
        Self { rows: vec![0; n_slots], same_person: vec![0; n_slots] }
    }

    /// Counts one row.
    pub fn add(&mut self, slot: Slot, same_person: bool) {
        let slot = slot as usize;
        self.rows[slot] = self.rows[slot].saturating_add(1);
        if same_person {
            self.same_person[slot] = self.same_person[slot].saturating_add(1);
        }
    }

    /// Whether several rows carry the number.
    pub fn is_shared(&self, slot: Slot) -> bool {
        self.rows[slot as usize] > 1
    }

    /// Rows that carry the number.
    pub fn n_rows(&self, slot: Slot) -> u8 {
        self.rows[slot as usize]
    }

    /// Rows that are the citizen of the number.
    pub fn n_same_person(&self, slot: Slot) -> u8 {
        self.same_person[slot as usize]
    }
}
