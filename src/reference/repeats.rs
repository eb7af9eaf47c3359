//! How many numbers of the reference stand on more than one row.
//!
//! Every number sets a bit of a table; one that finds its bit set may be a repetition. Few are, so only those few
//! are looked for among all numbers, and sorted. 100 million numbers: 800 MB, and 256 MiB of bits.

use super::wanted::{Wanted, mix};

/// Numbers of the reference while it streams past.
#[derive(Debug)]
pub struct Repeats {
    numbers: Vec<u64>,
    seen: Vec<u64>,
    suspects: Vec<u64>,
}

impl Repeats {
    /// Room for about so many numbers; more fit, and take longer.
    pub fn new(about: usize) -> Self {
        let n_bits = (about.max(64) * 16).next_power_of_two();
        Self { numbers: Vec::with_capacity(about), seen: vec![0; n_bits / 64], suspects: Vec::new() }
    }

    /// Adds packed numbers; none is 0.
    pub fn add(&mut self, numbers: &[u64]) {
        self.numbers.extend_from_slice(numbers);
        let mask = self.seen.len() * 64 - 1;
        for &number in numbers {
            let bit = mix(number) as usize & mask;
            let word = &mut self.seen[bit / 64];
            if *word & (1 << (bit % 64)) != 0 {
                self.suspects.push(number);
            }
            *word |= 1 << (bit % 64);
        }
    }

    /// How many numbers were there already when they were added.
    pub fn count(&self) -> u64 {
        let suspects = Wanted::new(self.suspects.iter().copied(), self.suspects.len());
        let mut again: Vec<u64> =
            self.numbers.iter().copied().filter(|&number| suspects.slot(number).is_some()).collect();
        again.sort_unstable();
        again.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_are_counted_whatever_the_room() {
        for about in [0, 1000, 40_000] {
            let mut repeats = Repeats::new(about);
            let number = |index: u64| 1_000_000_000 + index * 7919;
            let numbers: Vec<u64> = (0..30_000).map(number).chain((0..50).map(number)).collect();
            numbers.chunks(977).for_each(|piece| repeats.add(piece));
            repeats.add(&[number(3)]);
            assert_eq!(repeats.count(), 51);
        }
        assert_eq!(Repeats::new(10).count(), 0);
    }
}
