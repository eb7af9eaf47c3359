//! Citizens met in the reference, found by the slot of the number that asked for them.

use super::units::{UnitId, Units};
use super::wanted::{Slot, Wanted};
use crate::record::{CitizenBatch, CitizenFacts, TextColumn, prefetch};

/// One citizen in [`People`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonRef {
    /// Batch, from 0.
    batch: u32,
    /// Row in the batch, from 0.
    row: u32,
}

/// No citizen yet; a batch has far fewer rows.
const NOBODY: PersonRef = PersonRef { batch: u32::MAX, row: u32::MAX };

/// A citizen who is what all rows with the number expect: nothing of such a one is kept but that.
const AS_EXPECTED: PersonRef = PersonRef { batch: u32::MAX - 1, row: u32::MAX };

impl PersonRef {
    /// Whether the citizen is what the row that asked expects: then the row itself says all there is to know.
    pub fn is_as_expected(self) -> bool {
        self == AS_EXPECTED
    }
}

/// The citizens a list asks for.
#[derive(Debug)]
pub struct People {
    batches: Vec<Met>,
    units: Units,
    by_slot: Vec<PersonRef>,
    /// Citizens met again under a number, in the order met.
    again: Vec<(Slot, PersonRef)>,
    n_as_expected: usize,
}

/// The citizens of one piece of the reference.
#[derive(Debug)]
struct Met {
    facts: Vec<CitizenFacts>,
    names: TextColumn,
    units: Vec<UnitId>,
}

impl People {
    /// Room for the numbers of `wanted`.
    pub fn new(wanted: &Wanted) -> Self {
        Self {
            batches: Vec::new(),
            units: Units::default(),
            by_slot: vec![NOBODY; wanted.n_numbers()],
            again: Vec::new(),
            n_as_expected: 0,
        }
    }

    /// Adds citizens, each under the slots that asked for it, and slots whose citizen is as expected.
    pub fn add(&mut self, citizens: CitizenBatch, hits: &[(Slot, u32)], as_expected: &[Slot]) {
        as_expected.iter().for_each(|&slot| self.prefetch_slot(slot));
        as_expected.iter().for_each(|&slot| self.note(slot, AS_EXPECTED));
        self.n_as_expected += as_expected.len();
        if hits.is_empty() {
            return;
        }
        let batch = u32::try_from(self.batches.len()).expect("fewer batches than four thousand million");
        hits.iter().for_each(|&(slot, _)| self.prefetch_slot(slot));
        for &(slot, row) in hits {
            self.note(slot, PersonRef { batch, row });
        }
        let parts = |row: usize| citizens.unit_parts.iter().map(move |part| part.get(row));
        let units = (0..citizens.facts.len()).map(|row| self.units.id(parts(row)));
        self.batches.push(Met { units: units.collect(), facts: citizens.facts, names: citizens.names });
    }

    fn note(&mut self, slot: Slot, person: PersonRef) {
        let first = &mut self.by_slot[slot as usize];
        if *first == NOBODY {
            *first = person;
        } else {
            self.again.push((slot, person));
        }
    }

    /// Ends adding: from now on people can be asked for.
    pub fn finish(&mut self) {
        self.again.sort_unstable();
    }

    /// Asks for the memory that [`People::first`] will look at.
    #[inline]
    fn prefetch_slot(&self, slot: Slot) {
        prefetch(&self.by_slot[slot as usize]);
    }

    /// Asks for the memory that [`People::facts`] will look at.
    #[inline]
    pub fn prefetch_facts(&self, person: PersonRef) {
        if !person.is_as_expected() {
            prefetch(&self.batches[person.batch as usize].facts[person.row as usize]);
        }
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

    /// The name of a citizen who is not as expected, in canonical form, case as the reference writes it.
    pub fn name(&self, person: PersonRef) -> &str {
        self.batches[person.batch as usize].names.get(person.row as usize)
    }

    /// The unit of residence of a citizen who is not as expected, from code to province.
    pub fn unit(&self, person: PersonRef) -> &str {
        self.units.text(self.batches[person.batch as usize].units[person.row as usize])
    }

    /// What is compared of a citizen who is not as expected.
    #[inline]
    pub fn facts(&self, person: PersonRef) -> CitizenFacts {
        self.batches[person.batch as usize].facts[person.row as usize]
    }

    /// How many citizens there are.
    pub fn n_people(&self) -> usize {
        self.n_as_expected + self.batches.iter().map(|batch| batch.facts.len()).sum::<usize>()
    }
}
