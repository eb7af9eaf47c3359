//! How many rows of a list carry the same number, and how many of them are its citizen.

use crate::record::{in_time, prefetch};
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

    /// Counts rows: the slot of each, and whether the row is its citizen.
    pub fn add(&mut self, claims: &[(Slot, bool)]) {
        // As many as the memory asked for fits the nearest cache.
        for some in claims.chunks(256) {
            some.iter().for_each(|&(slot, _)| prefetch(&self.0[slot as usize]));
            for &(slot, same_person) in some {
                let [rows, same] = &mut self.0[slot as usize];
                *rows = rows.saturating_add(1);
                *same = same.saturating_add(u8::from(same_person));
            }
        }
    }

    /// The counts behind the slots of many rows.
    pub fn of_rows(&self, slots: &[Option<Slot>]) -> Vec<Shared> {
        in_time(slots, |slot| slot.iter().for_each(|&slot| prefetch(&self.0[slot as usize])))
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
