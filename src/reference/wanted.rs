//! The set of numbers that a list asks for, built to be asked a hundred million times.
//!
//! Open addressing on 8-byte keys at most half full, behind a filter of one bit in sixteen: a number that
//! nobody asks for usually costs one bit of a table that fits the cache. For 1.7 million numbers: 4 MiB of
//! filter, 32 MiB of keys.

use crate::record::prefetch;

/// Position of a wanted number, from 0 up to [`Wanted::n_slots`].
pub type Slot = u32;

/// Numbers that are asked for. A packed number is never 0.
#[derive(Debug)]
pub struct Wanted {
    keys: Vec<u64>,
    filter: Vec<u64>,
    n_numbers: usize,
}

impl Wanted {
    /// The set of these packed numbers; zeros and repetitions are left out.
    pub fn new(numbers: &[u64]) -> Self {
        let n_slots = (numbers.len().max(8) * 2).next_power_of_two();
        let mut wanted =
            Self { keys: vec![0; n_slots], filter: vec![0; (n_slots * 8).div_ceil(64)], n_numbers: 0 };
        // As many as the memory asked for fits the nearest cache.
        for some in numbers.chunks(256) {
            some.iter().for_each(|&number| wanted.prefetch_both(number));
            some.iter().filter(|&&number| number != 0).for_each(|&number| wanted.insert(number));
        }
        wanted
    }

    fn insert(&mut self, number: u64) {
        let mixed = mix(number);
        let bit = self.bit(mixed);
        self.filter[bit / 64] |= 1 << (bit % 64);
        let mut slot = mixed as usize & (self.keys.len() - 1);
        while self.keys[slot] != 0 {
            if self.keys[slot] == number {
                return;
            }
            slot = (slot + 1) & (self.keys.len() - 1);
        }
        self.keys[slot] = number;
        self.n_numbers += 1;
    }

    const fn bit(&self, mixed: u64) -> usize {
        (mixed >> 20) as usize & (self.filter.len() * 64 - 1)
    }

    /// Asks for the memory that [`Wanted::may_hold`] will look at.
    #[inline]
    pub fn prefetch_filter(&self, number: u64) {
        prefetch(&self.filter[self.bit(mix(number)) / 64]);
    }

    /// Asks for the memory that [`Wanted::slot`] will look at behind the filter.
    #[inline]
    pub fn prefetch_key(&self, number: u64) {
        prefetch(&self.keys[mix(number) as usize & (self.keys.len() - 1)]);
    }

    /// Asks for all memory that [`Wanted::slot`] will look at.
    #[inline]
    pub fn prefetch_both(&self, number: u64) {
        self.prefetch_filter(number);
        self.prefetch_key(number);
    }

    /// Whether a number may be asked for; a few that are not pass as well.
    #[inline]
    pub fn may_hold(&self, number: u64) -> bool {
        let bit = self.bit(mix(number));
        self.filter[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// The slot of a number, if it is asked for.
    #[inline]
    pub fn slot(&self, number: u64) -> Option<Slot> {
        if number == 0 || !self.may_hold(number) {
            return None;
        }
        let mixed = mix(number);
        let mut slot = mixed as usize & (self.keys.len() - 1);
        loop {
            match self.keys[slot] {
                0 => return None,
                key if key == number => return Some(slot as Slot),
                _ => slot = (slot + 1) & (self.keys.len() - 1),
            }
        }
    }

    /// One more than the greatest slot.
    pub fn n_slots(&self) -> usize {
        self.keys.len()
    }

    /// How many different numbers are asked for.
    pub const fn n_numbers(&self) -> usize {
        self.n_numbers
    }
}

/// Spreads the digits of a number over all bits (the finisher of a 64-bit mixer by multiplication).
#[inline]
const fn mix(number: u64) -> u64 {
    let mixed = (number ^ (number >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_asked_for_is_found_and_no_other() {
        let asked = |index: u64| 1_000_000_000 + index * 7919;
        let wanted = Wanted::new(&(0..50_000).map(asked).chain([0, asked(1)]).collect::<Vec<_>>());
        assert_eq!(wanted.n_numbers(), 50_000);
        let mut slots: Vec<Slot> =
            (0..50_000).map(|index| wanted.slot(asked(index)).expect("asked for")).collect();
        slots.sort_unstable();
        slots.dedup();
        assert_eq!(slots.len(), 50_000);
        assert!((0..50_000).all(|index| wanted.slot(asked(index) + 1).is_none()));
    }

    #[test]
    fn an_empty_set_finds_nothing() {
        assert_eq!(Wanted::new(&[]).slot(1), None);
    }
}
