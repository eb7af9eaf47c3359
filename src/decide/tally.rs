//! How many rows of a list carry the same number, and how many of them are its citizen.

use std::collections::HashMap;

use crate::reference::{RowSlot, Slot};

/// Counts per wanted number. Most numbers stand on one row, so only the others are counted exactly.
#[derive(Debug)]
pub struct Sharing {
    /// Rows of each slot: none, one, or [`SEVERAL`].
    times: Vec<u8>,
    shared: HashMap<Slot, Shared>,
}

/// More than one row.
const SEVERAL: u8 = 2;

/// What is known of the rows with one number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shared {
    /// Rows that carry the number; 0 where no other row does.
    pub n_rows: u32,
    /// Rows that are the citizen of the number.
    pub n_same_person: u32,
}

impl Sharing {
    /// Room for so many slots.
    pub fn new(n_slots: usize) -> Self {
        Self { times: vec![0; n_slots], shared: HashMap::new() }
    }

    /// Notes the slots of rows. All rows come before anything is asked.
    pub fn note(&mut self, slots: &[RowSlot]) {
        for slot in slots.iter().filter_map(|slot| slot.get()) {
            let times = &mut self.times[slot as usize];
            *times = SEVERAL.min(*times + 1);
        }
    }

    /// Of rows with these slots, those that share their number with another row.
    pub fn rows_that_share(&self, slots: &[RowSlot]) -> Vec<(usize, Slot)> {
        let rows = slots.iter().enumerate();
        rows.filter_map(|(row, slot)| Some((row, slot.get().filter(|&slot| self.is_shared(slot))?))).collect()
    }

    /// Counts a row that shares its number, and whether it is the number's citizen.
    pub fn count(&mut self, slot: Slot, same_person: bool) {
        let shared = self.shared.entry(slot).or_default();
        shared.n_rows += 1;
        shared.n_same_person += u32::from(same_person);
    }

    /// What is known of the numbers of rows with these slots.
    pub fn of_rows(&self, slots: &[RowSlot]) -> Vec<Shared> {
        slots
            .iter()
            .map(|slot| slot.get().filter(|&slot| self.is_shared(slot)))
            .map(|slot| slot.and_then(|slot| self.shared.get(&slot).copied()).unwrap_or_default())
            .collect()
    }

    fn is_shared(&self, slot: Slot) -> bool {
        self.times[slot as usize] == SEVERAL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_on_several_rows_are_counted_exactly() {
        let mut sharing = Sharing::new(4);
        let slots = [Some(1), None, Some(2)].into_iter().chain([Some(3); 1000]);
        let slots: Vec<RowSlot> = slots.map(RowSlot::from).collect();
        sharing.note(&slots);
        let rows = sharing.rows_that_share(&slots);
        assert_eq!(rows.len(), 1000);
        assert_eq!(rows[0], (3, 3));
        rows.iter().for_each(|&(row, slot)| sharing.count(slot, row % 2 == 0));
        let found = sharing.of_rows(&slots);
        assert_eq!(found[..3], [Shared::default(); 3]);
        assert_eq!(found[3], Shared { n_rows: 1000, n_same_person: 500 });
    }
}
