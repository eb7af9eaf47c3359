//! Citizens met in the reference, found by the slot of the number that asked for them.

use super::kept::Kept;
use super::slots::Slot;
use super::store::FoundCitizens;
use super::units::{UnitId, Units};
use crate::record::{CitizenBatch, CitizenFacts, prefetch};

/// One citizen in [`People`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonRef {
    /// Batch, from 0.
    batch: u32,
    /// Row in the batch, from 0.
    row: u32,
}

/// No citizen yet; a batch has far fewer rows.
const NOBODY: PersonRef = PersonRef { batch: u32::MAX, row: u32::MAX };

/// Batch of a citizen who is what all rows with the number expect: nothing of such a one is kept but its place in the
/// extract, which stands for the row.
const AS_EXPECTED: u32 = u32::MAX - 1;

/// Stands for the row of a citizen who is as expected in what is added to [`People`].
pub const AS_EXPECTED_ROW: u32 = u32::MAX;

impl PersonRef {
    /// A citizen added by [`People::add_apart`]: what that gave, and the place among those added then.
    pub const fn apart(batch: u32, row: u32) -> Self {
        Self { batch, row }
    }

    /// Whether the citizen is what the row that asked expects: then the row itself says all there is to know.
    pub fn is_as_expected(self) -> bool {
        self.batch == AS_EXPECTED
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
    /// A bit for each slot: whether citizens were met again under it. Nearly all were not, and are told by one look.
    repeated: Vec<u64>,
    n_as_expected: usize,
}

/// The citizens of one piece of the reference.
#[derive(Debug)]
struct Met {
    kept: Kept,
    /// Places in the extract, where citizens are not met in its order.
    ordinals: Vec<u32>,
}

impl People {
    /// Room for so many slots.
    pub fn new(n_slots: usize) -> Self {
        Self {
            batches: Vec::new(),
            units: Units::default(),
            by_slot: vec![NOBODY; n_slots],
            again: Vec::new(),
            repeated: vec![0; n_slots.div_ceil(64)],
            n_as_expected: 0,
        }
    }

    /// The same for a reference whose units are known beforehand; a citizen then names its unit by position.
    pub fn with_units<'a>(n_slots: usize, units: impl Iterator<Item = &'a str>) -> Self {
        Self { units: Units::of_texts(units), ..Self::new(n_slots) }
    }

    /// Adds citizens in the order of the extract: each hit is a slot and the row of its citizen, or
    /// [`AS_EXPECTED_ROW`].
    pub fn add(&mut self, citizens: CitizenBatch, hits: &[(Slot, u32)]) {
        let parts = |row: usize| citizens.unit_parts.iter().map(move |part| part.get(row));
        let mut kept = Kept::with_capacity(citizens.facts.len());
        for (row, facts) in citizens.facts.iter().enumerate() {
            kept.push(*facts, self.units.id(parts(row)), citizens.names.get(row));
        }
        let met = Met { kept, ordinals: Vec::new() };
        let hits = hits.iter().map(|&(slot, row)| (slot, row, 0));
        self.meet(met, hits);
    }

    /// Adds citizens of a store, in whatever order.
    pub fn add_found(&mut self, found: FoundCitizens) {
        let FoundCitizens { kept, ordinals, hits } = found;
        self.meet(Met { kept, ordinals }, hits.into_iter());
    }

    /// Adds citizens whom no number asked for. Those of one call have places from 0 on, see [`PersonRef::apart`].
    pub fn add_apart(&mut self, found: FoundCitizens) -> u32 {
        let batch = u32::try_from(self.batches.len()).expect("fewer batches than four thousand million");
        let FoundCitizens { kept, ordinals, .. } = found;
        self.batches.push(Met { kept, ordinals });
        batch
    }

    fn meet(&mut self, met: Met, hits: impl Iterator<Item = (Slot, u32, u32)> + Clone) {
        hits.clone().for_each(|(slot, ..)| self.prefetch_slot(slot));
        let batch = u32::try_from(self.batches.len()).expect("fewer batches than four thousand million");
        for (slot, row, ordinal) in hits {
            let person = match row {
                AS_EXPECTED_ROW => {
                    self.n_as_expected += 1;
                    PersonRef { batch: AS_EXPECTED, row: ordinal }
                }
                row => PersonRef { batch, row },
            };
            let first = &mut self.by_slot[slot as usize];
            if *first == NOBODY {
                *first = person;
            } else {
                self.again.push((slot, person));
                self.repeated[slot as usize / 64] |= 1 << (slot % 64);
            }
        }
        if !met.kept.is_empty() {
            self.batches.push(met);
        }
    }

    /// Ends adding: from now on people can be asked for.
    pub fn finish(&mut self) {
        // Those of one slot stay in the order in which they were met.
        self.again.sort_by_key(|(slot, _)| *slot);
        let Self { batches, by_slot, again, .. } = self;
        if batches.iter().all(|met| met.ordinals.is_empty()) {
            return;
        }
        let place = |person: &PersonRef| {
            if person.is_as_expected() {
                person.row
            } else {
                batches[person.batch as usize].ordinals[person.row as usize]
            }
        };
        for same in again.chunk_by_mut(|one, other| one.0 == other.0) {
            let slot = same[0].0;
            let mut all = vec![by_slot[slot as usize]];
            all.extend(same.iter().map(|(_, person)| *person));
            all.sort_by_key(place);
            by_slot[slot as usize] = all[0];
            same.iter_mut().zip(&all[1..]).for_each(|(entry, person)| entry.1 = *person);
        }
    }

    /// Asks for the memory that [`People::first`] will look at.
    #[inline]
    fn prefetch_slot(&self, slot: Slot) {
        prefetch(&self.by_slot[slot as usize]);
    }

    /// Asks for the memory that [`People::facts`] and [`People::unit_id`] will look at.
    #[inline]
    pub fn prefetch_facts(&self, person: PersonRef) {
        if !person.is_as_expected() {
            self.kept(person).prefetch(person.row as usize);
        }
    }

    /// Asks for the memory that [`People::name`] will look at, some time after [`People::prefetch_facts`].
    #[inline]
    pub fn prefetch_name(&self, person: PersonRef) {
        if !person.is_as_expected() {
            self.kept(person).prefetch_name(person.row as usize);
        }
    }

    #[inline]
    fn kept(&self, person: PersonRef) -> &Kept {
        &self.batches[person.batch as usize].kept
    }

    /// The first citizen met under a slot.
    pub fn first(&self, slot: Slot) -> Option<PersonRef> {
        let person = self.by_slot[slot as usize];
        (person != NOBODY).then_some(person)
    }

    /// Whether several citizens were met under a slot.
    #[inline]
    pub fn is_repeated(&self, slot: Slot) -> bool {
        self.repeated[slot as usize / 64] & 1 << (slot % 64) != 0
    }

    /// Further citizens met under a slot.
    pub fn again(&self, slot: Slot) -> impl Iterator<Item = PersonRef> {
        let start = self.again.partition_point(|(other, _)| *other < slot);
        self.again[start..].iter().take_while(move |(other, _)| *other == slot).map(|(_, person)| *person)
    }

    /// The name of a citizen who is not as expected, in canonical form, case as the reference writes it.
    pub fn name(&self, person: PersonRef) -> &str {
        self.kept(person).name(person.row as usize)
    }

    /// The unit of residence of a citizen who is not as expected, from code to province.
    pub fn unit(&self, person: PersonRef) -> &str {
        self.units.text(self.unit_id(person))
    }

    /// The position of that unit among [`People::units`].
    #[inline]
    pub fn unit_id(&self, person: PersonRef) -> UnitId {
        self.kept(person).unit(person.row as usize)
    }

    /// All units of residence.
    pub const fn units(&self) -> &Units {
        &self.units
    }

    /// The place in the extract, from 0, of a citizen of a store who is not as expected.
    pub fn ordinal(&self, person: PersonRef) -> Option<u32> {
        self.batches[person.batch as usize].ordinals.get(person.row as usize).copied()
    }

    /// What is compared of a citizen who is not as expected.
    #[inline]
    pub fn facts(&self, person: PersonRef) -> CitizenFacts {
        self.kept(person).facts(person.row as usize)
    }

    /// How many citizens there are.
    pub fn n_people(&self) -> usize {
        self.n_as_expected + self.batches.iter().map(|batch| batch.kept.len()).sum::<usize>()
    }
}
