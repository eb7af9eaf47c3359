//! The rows of all lists, and what they ask the reference for.

use rayon::ThreadPool;
use rayon::iter::{
    IndexedParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator,
};

use crate::normalize::Beside;
use crate::record::NormalBatch;
use crate::reference::{Expected, PartCounts, RowSlot, Share, Slot, Sought, Wanted, own_slots};

/// The slot of each row of a batch.
pub(super) type Slots = Vec<RowSlot>;

/// The rows of all lists, and what they ask for.
#[derive(Default)]
pub(super) struct Listed {
    /// The rows.
    pub(super) batches: Vec<NormalBatch>,
    /// The slots of their numbers.
    pub(super) slots: Vec<Slots>,
    /// The numbers, for an extract that streams past.
    pub(super) wanted: Wanted,
    /// The numbers, for a store.
    pub(super) sought: Sought,
    /// What the rows expect of the citizens behind them.
    pub(super) expected: Expected,
    /// Slots that several rows have; one may stand here more than once.
    pub(super) repeated: Vec<Slot>,
    /// What the rows expect by batch, until a store is asked.
    prints: Vec<Vec<u64>>,
}

impl Listed {
    /// Adds a batch and what its rows expect.
    pub(super) fn add(&mut self, batch: NormalBatch, expected: Vec<u64>, beside: Beside) {
        match beside {
            Beside::Values => self.prints.push(expected),
            Beside::Cells => {
                let mut n_known = self.wanted.n_numbers() as Slot;
                let slots = self.wanted.add(&batch.number.packed);
                for &slot in slots.iter().flatten() {
                    // A new number gets the next slot.
                    if slot < n_known {
                        self.repeated.push(slot);
                    } else {
                        n_known = slot + 1;
                    }
                }
                self.expected.add(&slots, &expected);
                self.slots.push(slots.into_iter().map(RowSlot::from).collect());
            }
        }
        self.batches.push(batch);
    }

    /// Ends adding: numbers for a store are put in order, and rows that share one get its slot.
    pub(super) fn settle(&mut self, pool: &ThreadPool) {
        if self.prints.is_empty() {
            return;
        }
        let columns: Vec<&[u64]> = self.batches.iter().map(|batch| &*batch.number.packed).collect();
        let prints = std::mem::take(&mut self.prints);
        let ends = columns.iter().scan(0, |end, column| {
            *end += column.len();
            Some(*end)
        });
        let starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
        (self.sought, self.expected, self.slots) = pool.install(|| {
            let counts = columns.par_iter().map(|column| PartCounts::of(column));
            let counts = counts.reduce(PartCounts::default, |one, other| one.and(&other));
            let mut sought = Sought::with_room(starts[columns.len()], &counts);
            // Every share looks at all numbers; one more than threads, so that who is late does not keep the others waiting.
            let mut shares = sought.shares(pool.current_num_threads() + 1);
            let fill = || {
                shares.par_iter_mut().with_max_len(1).for_each(|share: &mut Share<'_>| share.fill(&columns))
            };
            let slots =
                || columns.par_iter().zip(&starts).map(|(column, &start)| own_slots(start, column)).collect();
            let (expected, (slots, ())) =
                rayon::join(|| Expected::of_slots(prints.concat()), || rayon::join(slots, fill));
            drop(shares);
            (sought, expected, slots)
        });
        for (row, slot) in self.sought.finish(&mut self.expected) {
            let batch = starts.partition_point(|start| *start <= row as usize) - 1;
            self.slots[batch][row as usize - starts[batch]] = RowSlot::of(slot);
            self.repeated.push(slot);
        }
    }

    /// One more than the greatest slot.
    pub(super) fn n_slots(&self) -> usize {
        self.wanted.n_numbers().max(self.sought.n_slots())
    }

    /// How many different numbers are asked for.
    pub(super) fn n_numbers(&self) -> usize {
        self.wanted.n_numbers() + self.sought.parts().iter().map(|part| part.numbers().len()).sum::<usize>()
    }
}
