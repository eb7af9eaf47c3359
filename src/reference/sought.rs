//! The numbers that a list asks a store for: a store is in order, so they are put in order too, and nothing is hashed.
//!
//! The slot of a number is the row of the list that carries it first, counted over all batches.

use super::expected::Expected;
use super::wanted::Slot;

/// Numbers whose bits above these are the same make a part: what is sorted at a time fits the nearer caches, and parts are
/// sorted beside each other.
const PART_BITS: u32 = 28;
/// How many parts there are at most; the last has all that is greater.
const N_PARTS: u64 = 1 << 10;

/// Numbers that lie near each other.
#[derive(Debug, Default)]
pub struct Part {
    /// Each number with its row; once settled each once, in order, with the first row that carries it.
    numbers: Vec<(u64, Slot)>,
    /// Rows whose number another carries first, each with that one.
    repeated: Vec<(Slot, Slot)>,
}

impl Part {
    /// Puts the numbers in order.
    pub fn settle(&mut self) {
        // Rows were added in order, and the sort keeps the order of equal numbers.
        radsort::sort_by_key(&mut self.numbers, |(number, _)| *number);
        let Self { numbers, repeated } = self;
        numbers.dedup_by(|(number, row), (first, first_row)| {
            let is_repeated = number == first;
            if is_repeated {
                repeated.push((*row, *first_row));
            }
            is_repeated
        });
    }

    /// The numbers in order, each with its slot.
    pub fn numbers(&self) -> &[(u64, Slot)] {
        &self.numbers
    }
}

/// Numbers on their way into order, then in order.
#[derive(Debug, Default)]
pub struct Sought {
    /// Parts in order; once settled, without those that are empty.
    parts: Vec<Part>,
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
        self.parts.resize_with(N_PARTS as usize, Part::default);
        let slots = numbers.iter().enumerate().map(|(row, &number)| {
            (number != 0).then(|| {
                let part = (number >> PART_BITS).min(N_PARTS - 1);
                self.parts[part as usize].numbers.push((number, slot(row)));
                slot(row)
            })
        });
        slots.collect()
    }

    /// Ends adding, given how to settle all parts: rows whose number another carries first, each with that slot.
    pub fn settle(&mut self, settle_each: impl FnOnce(&mut [Part])) -> Vec<(Slot, Slot)> {
        self.parts.retain(|part| !part.numbers.is_empty());
        settle_each(&mut self.parts);
        let mut repeated = Vec::new();
        self.parts.iter_mut().for_each(|part| repeated.append(&mut part.repeated));
        for &(row, first) in &repeated {
            let print = self.prints[row as usize];
            let expected = &mut self.prints[first as usize];
            // Rows that expect different things expect nothing.
            if *expected != print {
                *expected = 0;
            }
        }
        repeated
    }

    /// The numbers in order, part by part.
    pub fn parts(&self) -> &[Part] {
        &self.parts
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

    fn settle(parts: &mut [Part]) {
        parts.iter_mut().for_each(Part::settle);
    }

    fn numbers(sought: &Sought) -> Vec<(u64, Slot)> {
        sought.parts().iter().flat_map(|part| part.numbers().iter().copied()).collect()
    }

    #[test]
    fn rows_of_one_number_have_the_slot_of_the_first() {
        let mut sought = Sought::default();
        assert_eq!(sought.add(&[30, 0, 10], &[7, 0, 8]), [Some(0), None, Some(2)]);
        assert_eq!(sought.add(&[10, 20, 30, 30], &[8, 9, 6, 7]), [Some(3), Some(4), Some(5), Some(6)]);
        assert_eq!(sought.n_slots(), 7);
        assert_eq!(sought.settle(settle), [(3, 2), (5, 0), (6, 0)]);
        assert_eq!(numbers(&sought), [(10, 2), (20, 4), (30, 0)]);
        let expected = sought.take_expected();
        assert!(expected.is(2, 8) && expected.is(4, 9));
        assert!(![6, 7, 0].into_iter().any(|print| expected.is(0, print)));
    }

    #[test]
    fn numbers_are_in_order_over_all_parts() {
        let steps = (0..5_000_u64).map(|step| step * 0x1234_5678_9ABC % (1 << 41));
        let asked: Vec<u64> = steps.chain([1, u64::MAX, 1 << 62, (1 << 62) + 1]).collect();
        let mut sought = Sought::default();
        for some in asked.chunks(777) {
            sought.add(some, &vec![1; some.len()]);
        }
        sought.settle(settle);
        let mut expected: Vec<(u64, Slot)> = asked.into_iter().zip(0..).filter(|(n, _)| *n != 0).collect();
        expected.sort_unstable();
        expected.dedup_by_key(|(number, _)| *number);
        assert_eq!(numbers(&sought), expected);
    }
}
