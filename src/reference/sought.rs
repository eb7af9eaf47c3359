//! The numbers that a list asks a store for: a store is in order, so they are put in order too, and nothing is hashed.
//!
//! The slot of a number is the row of the list that carries it first, counted over all batches.

use super::expected::Expected;
use super::wanted::Slot;

/// Numbers on their way into order, then in order.
#[derive(Debug, Default)]
pub struct Sought {
    /// Each number with its row; once settled, each once.
    numbers: Vec<(u64, Slot)>,
    /// What each row expects.
    prints: Vec<u64>,
    n_rows: usize,
}

impl Sought {
    /// Adds the numbers of rows, 0 for none, and what the rows expect; gives each row its own slot for now.
    pub fn add(&mut self, numbers: &[u64], prints: &[u64]) -> Vec<Option<Slot>> {
        let start = self.n_rows;
        self.n_rows += numbers.len();
        self.prints.extend_from_slice(prints);
        let slot = |row: usize| Slot::try_from(start + row).expect("fewer rows than four thousand million");
        let asked = numbers.iter().enumerate().filter(|(_, number)| **number != 0);
        self.numbers.extend(asked.map(|(row, number)| (*number, slot(row))));
        numbers.iter().enumerate().map(|(row, number)| (*number != 0).then(|| slot(row))).collect()
    }

    /// Ends adding, given how to put numbers in order: rows whose number another carries first, each with that slot.
    pub fn settle(&mut self, sort: impl FnOnce(&mut [(u64, Slot)])) -> Vec<(Slot, Slot)> {
        sort(&mut self.numbers);
        let mut repeated = Vec::new();
        let (mut before, mut first) = (0, 0);
        for &(number, row) in &self.numbers {
            if number != before {
                (before, first) = (number, row);
                continue;
            }
            repeated.push((row, first));
            let print = self.prints[row as usize];
            let expected = &mut self.prints[first as usize];
            // Rows that expect different things expect nothing.
            if *expected != print {
                *expected = 0;
            }
        }
        self.numbers.dedup_by_key(|(number, _)| *number);
        repeated
    }

    /// The numbers in order, each with its slot.
    pub fn numbers(&self) -> &[(u64, Slot)] {
        &self.numbers
    }

    /// One more than the greatest slot.
    pub const fn n_slots(&self) -> usize {
        self.n_rows
    }

    /// Takes out what the rows of each slot expect.
    pub fn take_expected(&mut self) -> Expected {
        Expected::of_slots(std::mem::take(&mut self.prints))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_number_have_the_slot_of_the_first() {
        let mut sought = Sought::default();
        assert_eq!(sought.add(&[30, 0, 10], &[7, 0, 8]), [Some(0), None, Some(2)]);
        assert_eq!(sought.add(&[10, 20, 30, 30], &[8, 9, 6, 7]), [Some(3), Some(4), Some(5), Some(6)]);
        assert_eq!(sought.n_slots(), 7);
        assert_eq!(sought.settle(<[_]>::sort_unstable), [(3, 2), (5, 0), (6, 0)]);
        assert_eq!(sought.numbers(), [(10, 2), (20, 4), (30, 0)]);
        let expected = sought.take_expected();
        assert!(expected.is(2, 8) && expected.is(4, 9));
        assert!(![6, 7, 0].into_iter().any(|print| expected.is(0, print)));
    }
}
