//! The rows of all lists, and what they ask the reference for.

use crate::record::NormalBatch;
use crate::reference::{Expected, Slot, Wanted};

/// The slot of each row of a batch.
pub(super) type Slots = Vec<Option<Slot>>;

/// The rows of all lists, and what they ask for.
#[derive(Default)]
pub(super) struct Listed {
    /// The rows.
    pub(super) batches: Vec<NormalBatch>,
    /// The slots of their numbers.
    pub(super) slots: Vec<Slots>,
    /// The numbers.
    pub(super) wanted: Wanted,
    /// What the rows expect of the citizens behind them.
    pub(super) expected: Expected,
}

impl Listed {
    /// Adds a batch and the fingerprints its rows expect.
    pub(super) fn add(&mut self, batch: NormalBatch, fingerprints: &[u64]) {
        let numbers = (0..batch.n_rows()).map(|row| batch.number.value(row).unwrap_or_default());
        let slots = self.wanted.add(&numbers.collect::<Vec<_>>());
        self.expected.add(&slots, fingerprints);
        self.slots.push(slots);
        self.batches.push(batch);
    }
}
