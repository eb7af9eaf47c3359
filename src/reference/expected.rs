//! What the list expects of the citizen behind each slot, as a fingerprint of the citizen's cells.

use super::slots::Slot;
use crate::record::prefetch;

/// Fingerprints by slot.
#[derive(Debug, Default)]
pub struct Expected(Vec<u64>);

/// Rows with this number expect different things, or nothing.
const NOTHING: u64 = 0;

impl Expected {
    /// What is expected of the citizen of each slot.
    pub const fn of_slots(prints: Vec<u64>) -> Self {
        Self(prints)
    }

    /// Adds what rows expect, given their slots; 0 expects nothing. Slots are met in ascending order at first.
    pub fn add(&mut self, slots: &[Option<Slot>], fingerprints: &[u64]) {
        for (slot, &fingerprint) in slots.iter().zip(fingerprints) {
            let Some(slot) = slot.map(|slot| slot as usize) else { continue };
            match self.0.get_mut(slot) {
                None => self.0.push(fingerprint),
                Some(known) if *known != fingerprint => *known = NOTHING,
                Some(_) => {}
            }
        }
    }

    /// Makes a slot expect what it does only if another, whose number is the same, expects that too.
    pub fn agree(&mut self, other: Slot, slot: Slot) {
        let print = self.0[other as usize];
        let expected = &mut self.0[slot as usize];
        if *expected != print {
            *expected = NOTHING;
        }
    }

    /// Asks for the memory that [`Expected::is`] will look at.
    pub fn prefetch(&self, slot: Slot) {
        prefetch(&self.0[slot as usize]);
    }

    /// Whether a citizen with this fingerprint is what all rows with the slot expect.
    pub fn is(&self, slot: Slot, fingerprint: u64) -> bool {
        fingerprint != NOTHING && self.0[slot as usize] == fingerprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_disagree_expect_nothing() {
        let mut expected = Expected::default();
        expected.add(&[Some(0), None, Some(1), Some(2)], &[7, 9, 8, 0]);
        expected.add(&[Some(1), Some(0), Some(2), Some(3)], &[8, 5, 6, 4]);
        assert!(!expected.is(0, 7) && !expected.is(0, 5) && !expected.is(0, 0));
        assert!(expected.is(1, 8) && !expected.is(1, 7));
        assert!(!expected.is(2, 6) && !expected.is(2, 0));
        assert!(expected.is(3, 4));
    }
}
