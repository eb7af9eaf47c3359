//! The numbers that a list asks a store for: a store is in order, so they are put in order too, and nothing is hashed.
//!
//! The slot of a number is the row of the list that carries it first, counted over all batches. Batches are looked at twice,
//! once to count and once to fill, so that every part has the room it needs and no number is moved to make more.

use super::expected::Expected;
use super::slots::{RowSlot, Slot};

/// Numbers whose bits above these are the same make a part: what is sorted at a time fits the nearer caches, and parts are
/// sorted beside each other.
const PART_BITS: u32 = 28;
/// How many parts there are; the last has all that is greater.
const N_PARTS: usize = 1 << 10;

#[inline]
fn part_of(number: u64) -> usize {
    ((number >> PART_BITS) as usize).min(N_PARTS - 1)
}

/// How many numbers each part has.
#[derive(Debug, Clone)]
pub struct PartCounts(Vec<usize>);

impl Default for PartCounts {
    fn default() -> Self {
        Self(vec![0; N_PARTS])
    }
}

impl PartCounts {
    /// Those of a column of numbers, 0 for none.
    pub fn of(column: &[u64]) -> Self {
        let mut counts = Self::default();
        column.iter().for_each(|&number| counts.0[part_of(number)] += usize::from(number != 0));
        counts
    }

    /// Those of both.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(count, more)| *count += more);
        self
    }
}

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
    fn settle(&mut self) {
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

/// Parts that are filled together.
#[derive(Debug)]
pub struct Share<'a> {
    parts: &'a mut [Part],
    /// Place of the first among all.
    first: usize,
}

impl Share<'_> {
    /// Fills and settles the parts, given the numbers of all rows.
    pub fn fill(&mut self, columns: &[&[u64]]) {
        // Nearly all numbers are those of other shares, which one comparison tells; 0 is below every share.
        let end = self.first + self.parts.len();
        let lowest = ((self.first as u64) << PART_BITS).max(1);
        let greatest = if end == N_PARTS { u64::MAX } else { ((end as u64) << PART_BITS) - 1 };
        let mut first_row = 0;
        for column in columns {
            for (row, &number) in (first_row..).zip(*column) {
                if (lowest..=greatest).contains(&number) {
                    self.parts[part_of(number) - self.first].numbers.push((number, row));
                }
            }
            first_row += column.len() as Slot;
        }
        self.parts.iter_mut().for_each(Part::settle);
    }
}

/// Numbers on their way into order, then in order.
#[derive(Debug, Default)]
pub struct Sought {
    /// Parts in order; once finished, without those that are empty.
    parts: Vec<Part>,
    n_rows: usize,
}

impl Sought {
    /// Room for the numbers of so many rows.
    pub fn with_room(n_rows: usize, counts: &PartCounts) -> Self {
        assert!(Slot::try_from(n_rows).is_ok(), "fewer rows than four thousand million");
        let part = |&count: &usize| Part { numbers: Vec::with_capacity(count), ..Part::default() };
        Self { parts: counts.0.iter().map(part).collect(), n_rows }
    }

    /// All parts, in about so many shares: each has at most its share of the numbers, or is a single part.
    pub fn shares(&mut self, n_shares: usize) -> Vec<Share<'_>> {
        let total: usize = self.parts.iter().map(|part| part.numbers.capacity()).sum();
        let (mut shares, mut rest, mut first) = (Vec::new(), &mut *self.parts, 0);
        while !rest.is_empty() {
            let mut room = 0;
            let fits = |part: &&Part| {
                room += part.numbers.capacity();
                room * n_shares <= total
            };
            let length = rest.iter().take_while(fits).count().clamp(1, rest.len());
            let (parts, others) = rest.split_at_mut(length);
            shares.push(Share { parts, first });
            first += length;
            rest = others;
        }
        shares
    }

    /// Ends filling, given what each row expects: from now on slots expect what all rows that carry their number do. Gives
    /// the rows whose number another carries first, each with that one.
    pub fn finish(&mut self, expected: &mut Expected) -> Vec<(Slot, Slot)> {
        self.parts.retain(|part| !part.numbers.is_empty());
        let mut repeated = Vec::new();
        self.parts.iter_mut().for_each(|part| repeated.append(&mut part.repeated));
        repeated.iter().for_each(|&(row, first)| expected.agree(row, first));
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
}

/// The slots of rows from `first` on before any number was met twice: each row has its own, if it has a number.
pub fn own_slots(first: usize, column: &[u64]) -> Vec<RowSlot> {
    let slot = |(row, &number): (usize, &u64)| match number {
        0 => RowSlot::NONE,
        _ => RowSlot::of((first + row) as Slot),
    };
    column.iter().enumerate().map(slot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers settled, in so many shares, and the rows whose number another carries first.
    fn settled(columns: &[&[u64]], expected: &mut Expected, n_shares: usize) -> (Sought, Vec<(Slot, Slot)>) {
        let counts =
            columns.iter().fold(PartCounts::default(), |all, column| all.and(&PartCounts::of(column)));
        let mut sought = Sought::with_room(columns.iter().map(|column| column.len()).sum(), &counts);
        sought.shares(n_shares).iter_mut().for_each(|share| share.fill(columns));
        let repeated = sought.finish(expected);
        (sought, repeated)
    }

    fn numbers(sought: &Sought) -> Vec<(u64, Slot)> {
        sought.parts().iter().flat_map(|part| part.numbers().iter().copied()).collect()
    }

    #[test]
    fn rows_of_one_number_have_the_slot_of_the_first() {
        let columns = [&[30, 0, 10][..], &[10, 20, 30, 30]];
        let slots =
            |first, column| own_slots(first, column).into_iter().map(RowSlot::get).collect::<Vec<_>>();
        assert_eq!(slots(0, columns[0]), [Some(0), None, Some(2)]);
        assert_eq!(slots(3, columns[1]), [Some(3), Some(4), Some(5), Some(6)]);
        let mut expected = Expected::of_slots(vec![7, 0, 8, 8, 9, 6, 7]);
        let (sought, repeated) = settled(&columns, &mut expected, 1);
        assert_eq!(sought.n_slots(), 7);
        assert_eq!(repeated, [(3, 2), (5, 0), (6, 0)]);
        assert_eq!(numbers(&sought), [(10, 2), (20, 4), (30, 0)]);
        assert!(expected.is(2, 8) && expected.is(4, 9));
        assert!(![6, 7, 0].into_iter().any(|print| expected.is(0, print)));
    }

    #[test]
    fn numbers_are_in_order_over_all_parts() {
        let steps = (0..5_000_u64).map(|step| step * 0x1234_5678_9ABC % (1 << 41));
        let asked: Vec<u64> = steps.chain([1, u64::MAX, 1 << 62, (1 << 62) + 1]).collect();
        let mut expected: Vec<(u64, Slot)> =
            asked.iter().copied().zip(0..).filter(|(n, _)| *n != 0).collect();
        expected.sort_unstable();
        expected.dedup_by_key(|(number, _)| *number);
        let columns: Vec<&[u64]> = asked.chunks(777).collect();
        for n_shares in [1, 2, 7, 4 * N_PARTS] {
            let mut prints = Expected::of_slots(vec![1; asked.len()]);
            let (sought, _) = settled(&columns, &mut prints, n_shares);
            assert_eq!(numbers(&sought), expected);
            assert!(sought.parts().iter().all(|part| !part.numbers().is_empty()));
        }
    }

    #[test]
    fn a_list_without_numbers_asks_nothing() {
        let (sought, repeated) = settled(&[&[0, 0], &[]], &mut Expected::of_slots(vec![0; 2]), 3);
        assert_eq!((sought.n_slots(), sought.parts().len(), repeated), (2, 0, vec![]));
    }
}
