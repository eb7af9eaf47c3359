//! Citizens met in the reference, found by the slot of the number that asked for them.

use super::wanted::{Slot, Wanted};
use crate::record::{CitizenBatch, CitizenFacts};

/// One citizen in [`People`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonRef {
    /// Batch, from 0.
    pub batch: u32,
    /// Row in the batch, from 0.
    pub row: u32,
}

/// No citizen yet; a batch has far fewer rows.
const NOBODY: PersonRef = PersonRef { batch: u32::MAX, row: u32::MAX };

/// The citizens a list asks for.
#[derive(Debug)]
pub struct People {
    batches: Vec<CitizenBatch>,
    by_slot: Vec<PersonRef>,
    /// Citizens met again under a number, in the order met.
    again: Vec<(Slot, PersonRef)>,
}

impl People {
    /// Room for the numbers of `wanted`.
    pub fn new(wanted: &Wanted) -> Self {
        Self { batches: Vec::new(), by_slot: vec![NOBODY; wanted.n_slots()], again: Vec::new() }
    }

    /// Adds citizens, each under the slots that asked for it.
    pub fn add(&mut self, citizens: CitizenBatch, hits: &[(Slot, u32)]) {
        if hits.is_empty() {
            return;
        }
        let batch = u32::try_from(self.batches.len()).expect("fewer batches than four thousand million");
        for &(slot, row) in hits {
            let person = PersonRef { batch, row };
            let first = &mut self.by_slot[slot as usize];
            if *first == NOBODY {
                *first = person;
            } else {
                self.again.push((slot, person));
            }
        }
        self.batches.push(citizens);
    }

    /// Ends adding: from now on people can be asked for.
    pub fn finish(&mut self) {
        self.again.sort_unstable();
    }

    /// The first citizen met under a slot.
    pub fn first(&self, slot: Slot) -> Option<PersonRef> {
        let person = self.by_slot[slot as usize];
        (person != NOBODY).then_some(person)
    }

    /// Further citizens met under a slot.
    pub fn again(&self, slot: Slot) -> impl Iterator<Item = PersonRef> {
        let start = self.again.partition_point(|(other, _)| *other < slot);
        self.again[start..].iter().take_while(move |(other, _)| *other == slot).map(|(_, person)| *person)
    }

    /// The batch of a citizen.
    pub fn batch(&self, person: PersonRef) -> &CitizenBatch {
        &self.batches[person.batch as usize]
    }

    /// The personal number of a citizen, packed; 0 where the reference has none.
    pub fn number(&self, person: PersonRef) -> u64 {
        self.facts(person).number
    }

    /// What is compared of a citizen.
    #[inline]
    pub fn facts(&self, person: PersonRef) -> CitizenFacts {
        self.batches[person.batch as usize].facts[person.row as usize]
    }

    /// How many citizens there are.
    pub fn n_people(&self) -> usize {
        self.batches.iter().map(|batch| batch.lines.len()).sum()
    }
}
