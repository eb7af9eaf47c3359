//! The set of numbers that a list asks for, built to be asked a hundred million times.
//!
//! Every number has a slot, counted in the order in which numbers are asked for, so that what is kept by slot lies in
//! the order of the list. Slots are found by open addressing in a table at most half full, behind a filter of one bit
//! in sixteen: a number that nobody asks for usually costs one bit. For 1.7 million numbers: 4 MiB of filter, 16 MiB
//! of table, 13 MiB of numbers.

use super::slots::Slot;
use crate::record::{in_time, prefetch};

/// Numbers that are asked for, with slots up to [`Wanted::n_numbers`]. A packed number is never 0.
#[derive(Debug)]
pub struct Wanted {
    /// One more than the slot, 0 where the place is free.
    places: Vec<Slot>,
    /// The number of each slot.
    numbers: Vec<u64>,
    filter: Vec<u64>,
}

/// Fewest places.
const PLACES_MIN: usize = 16;

/// Numbers that are added or looked up together: as many as the memory asked for fits the nearest cache.
const TOGETHER: usize = 256;

impl Default for Wanted {
    fn default() -> Self {
        Self { places: vec![0; PLACES_MIN], numbers: Vec::new(), filter: vec![0; PLACES_MIN / 8] }
    }
}

impl Wanted {
    /// Adds packed numbers and says the slot of each; 0 has none, a repeated number the one it has already.
    pub fn add(&mut self, numbers: &[u64]) -> Vec<Option<Slot>> {
        let mut slots = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(TOGETHER) {
            self.reserve(some.len());
            some.iter().for_each(|&number| self.prefetch(number));
            slots.extend(some.iter().map(|&number| (number != 0).then(|| self.insert(number))));
        }
        slots
    }

    fn reserve(&mut self, n_more: usize) {
        let needed = (self.numbers.len() + n_more) * 2;
        if needed <= self.places.len() {
            return;
        }
        // Four times as many: growing seldom is cheaper than a table twice as large for a while.
        self.places = vec![0; needed.next_power_of_two() * 2];
        self.filter = vec![0; self.places.len() / 8];
        let numbers = std::mem::take(&mut self.numbers);
        for (index, some) in numbers.chunks(TOGETHER).enumerate() {
            some.iter().for_each(|&number| self.prefetch(number));
            for (number, slot) in some.iter().zip(index * TOGETHER..) {
                let mixed = self.note(*number);
                let mut place = mixed as usize & (self.places.len() - 1);
                while self.places[place] != 0 {
                    place = (place + 1) & (self.places.len() - 1);
                }
                self.places[place] = slot as Slot + 1;
            }
        }
        self.numbers = numbers;
    }

    /// Sets the bit of a number and gives its hash.
    fn note(&mut self, number: u64) -> u64 {
        let mixed = mix(number);
        let bit = self.bit(mixed);
        self.filter[bit / 64] |= 1 << (bit % 64);
        mixed
    }

    fn insert(&mut self, number: u64) -> Slot {
        let mixed = self.note(number);
        let mut place = mixed as usize & (self.places.len() - 1);
        while let Some(slot) = self.places[place].checked_sub(1) {
            if self.numbers[slot as usize] == number {
                return slot;
            }
            place = (place + 1) & (self.places.len() - 1);
        }
        let slot = Slot::try_from(self.numbers.len()).expect("fewer numbers than four thousand million");
        self.numbers.push(number);
        self.places[place] = slot + 1;
        slot
    }

    const fn bit(&self, mixed: u64) -> usize {
        (mixed >> 20) as usize & (self.filter.len() * 64 - 1)
    }

    fn prefetch(&self, number: u64) {
        self.prefetch_filter(number);
        prefetch(&self.places[mix(number) as usize & (self.places.len() - 1)]);
    }

    fn prefetch_filter(&self, number: u64) {
        prefetch(&self.filter[self.bit(mix(number)) / 64]);
    }

    /// Whether a number may be asked for; a few that are not pass as well.
    #[inline]
    fn may_hold(&self, number: u64) -> bool {
        let bit = self.bit(mix(number));
        // No branch on whether there is a number: every second citizen has an old one.
        (number != 0) & (self.filter[bit / 64] & (1 << (bit % 64)) != 0)
    }

    /// The rows, in order, one of whose numbers may be asked for.
    pub fn may_hold_any(&self, rows: &[[u64; 2]]) -> Vec<usize> {
        let ask = |numbers: &[u64; 2]| numbers.iter().for_each(|&number| self.prefetch_filter(number));
        let look = |numbers: &[u64; 2]| self.may_hold(numbers[0]) | self.may_hold(numbers[1]);
        in_time(rows, ask).enumerate().filter(|(_, numbers)| look(numbers)).map(|(row, _)| row).collect()
    }

    /// The slots of numbers, those that are asked for.
    pub fn slots(&self, numbers: &[u64]) -> Vec<Option<Slot>> {
        let mut slots = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(TOGETHER) {
            some.iter().for_each(|&number| self.prefetch(number));
            for &number in some {
                let first = self.places[mix(number) as usize & (self.places.len() - 1)];
                first.checked_sub(1).into_iter().for_each(|slot| prefetch(&self.numbers[slot as usize]));
            }
            slots.extend(some.iter().map(|&number| self.slot(number)));
        }
        slots
    }

    /// The slot of a number, if it is asked for.
    #[inline]
    fn slot(&self, number: u64) -> Option<Slot> {
        if !self.may_hold(number) {
            return None;
        }
        let mut place = mix(number) as usize & (self.places.len() - 1);
        loop {
            let slot = self.places[place].checked_sub(1)?;
            if self.numbers[slot as usize] == number {
                return Some(slot);
            }
            place = (place + 1) & (self.places.len() - 1);
        }
    }

    /// How many different numbers are asked for; one more than the greatest slot.
    pub const fn n_numbers(&self) -> usize {
        self.numbers.len()
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
        let mut wanted = Wanted::default();
        let numbers: Vec<u64> = (0..50_000).map(asked).chain([0, asked(1)]).collect();
        let slots: Vec<_> = numbers.chunks(777).flat_map(|some| wanted.add(some)).collect();
        assert_eq!(wanted.n_numbers(), 50_000);
        let expected: Vec<_> = (0..50_000).map(Some).chain([None, Some(1)]).collect();
        assert_eq!(slots, expected);
        assert_eq!(wanted.slots(&numbers), expected);
        assert!((0..50_000).all(|index| wanted.slot(asked(index) + 1).is_none()));
        let rows: Vec<[u64; 2]> = (0..9_000).map(|index| [asked(index) + index % 2, 0]).collect();
        let passed = wanted.may_hold_any(&rows);
        assert!((0..9_000).step_by(2).all(|row| passed.binary_search(&row).is_ok()));
        assert!(passed.len() < 6_000, "the filter lets {} pass", passed.len());
    }

    #[test]
    fn an_empty_set_finds_nothing() {
        let wanted = Wanted::default();
        assert_eq!((wanted.slot(1), wanted.slot(0)), (None, None));
        assert!(wanted.may_hold_any(&[[1, 0], [0, 0]]).is_empty());
    }
}
