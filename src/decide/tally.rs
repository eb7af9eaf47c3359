//! How many rows of a list carry the same number, and how many of them are its citizen.

use crate::record::ByHash;
use crate::reference::{RowSlot, Slot};

/// Counts per wanted number. Most numbers stand on one row, so only the others are counted.
#[derive(Debug)]
pub struct Sharing {
    /// A bit for each slot: whether several rows have it.
    shared_bits: Vec<u64>,
    shared: ByHash<Shared>,
}

/// What is known of the rows with one number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shared {
    /// Rows that carry the number; 0 where no other row does.
    pub n_rows: u32,
    /// Rows that are the citizen of the number.
    pub n_same_person: u32,
}

impl Sharing {
    /// Of so many slots, those that several rows have; one may be named more than once.
    pub fn of(n_slots: usize, repeated: impl Iterator<Item = Slot>) -> Self {
        let mut shared_bits = vec![0; n_slots.div_ceil(64)];
        let mut n_repeated = 0;
        for slot in repeated {
            shared_bits[slot as usize / 64] |= 1 << (slot % 64);
            n_repeated += 1;
        }
        Self { shared_bits, shared: ByHash::with_capacity_and_hasher(n_repeated, Default::default()) }
    }

    /// Of rows with these slots, those that share their number with another row.
    pub fn rows_that_share(&self, slots: &[RowSlot]) -> Vec<(usize, Slot)> {
        let rows = slots.iter().enumerate();
        rows.filter_map(|(row, slot)| Some((row, slot.get().filter(|&slot| self.is_shared(slot))?))).collect()
    }

    /// Counts a row that shares its number, and whether it is the number's citizen.
    pub fn count(&mut self, slot: Slot, same_person: bool) {
        let shared = self.shared.entry(slot.into()).or_default();
        shared.n_rows += 1;
        shared.n_same_person += u32::from(same_person);
    }

    /// What is known of the numbers of rows with these slots.
    pub fn of_rows(&self, slots: &[RowSlot]) -> Vec<Shared> {
        slots
            .iter()
            .map(|slot| slot.get().filter(|&slot| self.is_shared(slot)))
            .map(|slot| slot.and_then(|slot| self.shared.get(&slot.into()).copied()).unwrap_or_default())
            .collect()
    }

    fn is_shared(&self, slot: Slot) -> bool {
        self.shared_bits[slot as usize / 64] & 1 << (slot % 64) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_on_several_rows_are_counted_exactly() {
        let mut sharing = Sharing::of(4, [3, 3].into_iter());
        let slots = [Some(1), None, Some(2)].into_iter().chain([Some(3); 1000]);
        let slots: Vec<RowSlot> = slots.map(RowSlot::from).collect();
        let rows = sharing.rows_that_share(&slots);
        assert_eq!(rows.len(), 1000);
        assert_eq!(rows[0], (3, 3));
        rows.iter().for_each(|&(row, slot)| sharing.count(slot, row % 2 == 0));
        let found = sharing.of_rows(&slots);
        assert_eq!(found[..3], [Shared::default(); 3]);
        assert_eq!(found[3], Shared { n_rows: 1000, n_same_person: 500 });
    }
}
