//! Numbers of texts, found by one look into a table.
//!
//! Owns the table. A text of few bytes is its own key, so that a look touches nothing but its slot; others lie in a
//! map. Deliberately keeps no text that is its own key.

use std::collections::HashMap;

/// Bytes of a text that is its own key.
pub(super) const SHORT_MAX: usize = 15;

/// The texts and their numbers.
#[derive(Debug)]
pub(super) struct Interned {
    /// A power of two of slots, at most half of them full.
    slots: Vec<Slot>,
    full: usize,
    long: HashMap<Box<str>, u32>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    low: u64,
    high: u64,
    number: u32,
}

const EMPTY: Slot = Slot { low: 0, high: 0, number: u32::MAX };

/// Slots of a table that has nothing yet.
const FEWEST: usize = 64;

impl Default for Interned {
    fn default() -> Self {
        Self { slots: vec![EMPTY; FEWEST], full: 0, long: HashMap::new() }
    }
}

/// The key of the first bytes, at most [`SHORT_MAX`] of them; what lies behind them is no matter.
#[inline]
pub(super) fn short_key(bytes: [u8; 16], length: usize) -> u128 {
    let kept = (1_u128 << (8 * length)) - 1;
    u128::from_le_bytes(bytes) & kept | (length as u128) << (8 * SHORT_MAX)
}

/// The key of a text that is short enough.
fn key_of(text: &str) -> Option<u128> {
    let mut bytes = [0; 16];
    bytes[..SHORT_MAX].get_mut(..text.len())?.copy_from_slice(text.as_bytes());
    Some(short_key(bytes, text.len()))
}

/// Two halves of a key, multiplied and folded.
#[inline]
fn hash(low: u64, high: u64) -> u64 {
    const SPREAD: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93];
    let product = u128::from(low ^ SPREAD[0]).wrapping_mul(u128::from(high ^ SPREAD[1]));
    (product >> 64) as u64 ^ product as u64
}

impl Interned {
    /// The number of a text that is its own key.
    #[inline]
    pub(super) fn find_short(&self, key: u128) -> Option<u32> {
        let slot = &self.slots[self.slot_of(key as u64, (key >> 64) as u64)];
        (slot.number != EMPTY.number).then_some(slot.number)
    }

    pub(super) fn find(&self, text: &str) -> Option<u32> {
        match key_of(text) {
            Some(key) => self.find_short(key),
            None => self.long.get(text).copied(),
        }
    }

    /// Gives a new text its number.
    pub(super) fn enter(&mut self, text: &str, number: u32) {
        let Some(key) = key_of(text) else {
            self.long.insert(text.into(), number);
            return;
        };
        if (self.full + 1) * 2 > self.slots.len() {
            let grown = vec![EMPTY; self.slots.len() * 2];
            let old = std::mem::replace(&mut self.slots, grown);
            for slot in old.into_iter().filter(|slot| slot.number != EMPTY.number) {
                let at = self.slot_of(slot.low, slot.high);
                self.slots[at] = slot;
            }
        }
        self.full += 1;
        let (low, high) = (key as u64, (key >> 64) as u64);
        let at = self.slot_of(low, high);
        self.slots[at] = Slot { low, high, number };
    }

    pub(super) fn count(&self) -> usize {
        self.full + self.long.len()
    }

    /// Forgets all, and gives back what a large table took.
    pub(super) fn clear(&mut self) {
        if self.full > 0 {
            self.slots.truncate((self.full * 4).next_power_of_two().max(FEWEST));
            self.slots.fill(EMPTY);
            self.full = 0;
        }
        self.long.clear();
    }

    /// The slot of the key, or the empty one where it would be.
    #[inline]
    fn slot_of(&self, low: u64, high: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash(low, high) as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.number == EMPTY.number || (slot.low == low && slot.high == high) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_keeps_its_number() {
        let text = |number: u32| format!("{number}{}", "\0".repeat(number as usize % 20));
        let mut interned = Interned::default();
        for round in 0..2 {
            for number in 0..3000 {
                assert_eq!(interned.find(&text(number)), None, "{round}");
                interned.enter(&text(number), number);
            }
            assert!((0..3000).all(|number| interned.find(&text(number)) == Some(number)));
            assert_eq!(interned.count(), 3000);
            interned.clear();
            assert_eq!(interned.count(), 0);
        }
    }
}
