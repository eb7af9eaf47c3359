//! The rows of all lists, and what they ask the reference for.

use rayon::ThreadPool;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

use crate::normalize::Beside;
use crate::record::NormalBatch;
use crate::reference::{Expected, Part, Slot, Sought, Wanted};

/// The slot of each row of a batch.
pub(super) type Slots = Vec<Option<Slot>>;

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
}

impl Listed {
    /// Adds a batch and what its rows expect.
    pub(super) fn add(&mut self, batch: NormalBatch, expected: &[u64], beside: Beside) {
        let numbers = (0..batch.n_rows()).map(|row| batch.number.value(row).unwrap_or_default());
        let numbers: Vec<u64> = numbers.collect();
        let slots = match beside {
            Beside::Values => self.sought.add(&numbers, expected),
            Beside::Cells => {
                let slots = self.wanted.add(&numbers);
                self.expected.add(&slots, expected);
                slots
            }
        };
        self.slots.push(slots);
        self.batches.push(batch);
    }

    /// Ends adding: numbers for a store are put in order, and rows that share one get its slot.
    pub(super) fn settle(&mut self, pool: &ThreadPool) {
        let settle = |parts: &mut [Part]| {
            pool.install(|| parts.par_iter_mut().with_max_len(1).for_each(Part::settle));
        };
        let repeated = self.sought.settle(settle);
        let mut n_rows = 0;
        let starts: Vec<usize> = self
            .slots
            .iter()
            .map(|slots| {
                let start = n_rows;
                n_rows += slots.len();
                start
            })
            .collect();
        for (row, slot) in repeated {
            let batch = starts.partition_point(|start| *start <= row as usize) - 1;
            self.slots[batch][row as usize - starts[batch]] = Some(slot);
        }
        if self.sought.n_slots() > 0 {
            self.expected = self.sought.take_expected();
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
