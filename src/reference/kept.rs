//! Citizens that are kept of a piece of the reference.
//!
//! They are met in the order of the list, which is no order of theirs: each is a look into cold memory. So everything of one
//! lies in half a cache line, and the name, of which only its place is there, in one other place.

use super::units::UnitId;
use crate::record::{CitizenFacts, prefetch};

/// What is kept of a citizen besides the text of the name.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Citizen {
    number: u64,
    name_key: u64,
    birth: u32,
    unit: UnitId,
    /// Where the name begins in the text of all.
    name: u32,
    sex: u8,
    life: u8,
    no_residence: bool,
    /// Length of the name, [`LONG`] where it goes on to the next one's.
    name_length: u8,
}

/// Length of a name that a byte cannot say.
const LONG: u8 = u8::MAX;

/// Citizens with their names and units, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Kept {
    citizens: Vec<Citizen>,
    names: String,
}

/// Bytes of a usual name.
const NAME_BYTES: usize = 24;

impl Citizen {
    /// A citizen whose name begins at `start` and has so many bytes.
    fn new(facts: CitizenFacts, unit: UnitId, start: usize, name_bytes: usize) -> Self {
        let CitizenFacts { number, name_key, birth, sex, life, no_residence } = facts;
        let name = u32::try_from(start).expect("names of a piece have less than 4 GiB");
        let name_length = u8::try_from(name_bytes).unwrap_or(LONG);
        Self { number, name_key, birth, unit, name, sex, life, no_residence, name_length }
    }
}

/// Citizens on their way to be kept, whose names may turn out to be no text: they are looked at all together, which is
/// quicker than one by one.
#[derive(Debug)]
pub struct Keeping {
    citizens: Vec<Citizen>,
    names: Vec<u8>,
}

impl Keeping {
    /// Room for so many.
    pub fn with_capacity(n_citizens: usize) -> Self {
        Self { citizens: Vec::with_capacity(n_citizens), names: Vec::with_capacity(n_citizens * NAME_BYTES) }
    }

    /// Adds a citizen.
    pub fn push(&mut self, facts: CitizenFacts, unit: UnitId, name: &[u8]) {
        self.citizens.push(Citizen::new(facts, unit, self.names.len(), name.len()));
        self.names.extend_from_slice(name);
    }

    /// All of them, if every name is text.
    pub fn finish(self) -> Option<Kept> {
        let names = simdutf8::basic::from_utf8(&self.names).ok()?;
        let is_text = self.citizens.iter().all(|citizen| names.is_char_boundary(citizen.name as usize));
        is_text.then(|| Kept { names: names.to_owned(), citizens: self.citizens })
    }
}

impl Kept {
    /// Room for so many.
    pub fn with_capacity(n_citizens: usize) -> Self {
        Self {
            citizens: Vec::with_capacity(n_citizens),
            names: String::with_capacity(n_citizens * NAME_BYTES),
        }
    }

    /// Adds a citizen.
    pub fn push(&mut self, facts: CitizenFacts, unit: UnitId, name: &str) {
        self.citizens.push(Citizen::new(facts, unit, self.names.len(), name.len()));
        self.names.push_str(name);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.citizens.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.citizens.is_empty()
    }

    /// What is compared of a citizen.
    #[inline]
    pub fn facts(&self, row: usize) -> CitizenFacts {
        let Citizen { number, name_key, birth, sex, life, no_residence, .. } = self.citizens[row];
        CitizenFacts { number, name_key, birth, sex, life, no_residence }
    }

    /// The unit of residence.
    #[inline]
    pub fn unit(&self, row: usize) -> UnitId {
        self.citizens[row].unit
    }

    /// The name in canonical form, case as the reference writes it.
    #[inline]
    pub fn name(&self, row: usize) -> &str {
        let Citizen { name, name_length, .. } = self.citizens[row];
        let start = name as usize;
        let end = match name_length {
            LONG => self.citizens.get(row + 1).map_or(self.names.len(), |next| next.name as usize),
            length => start + usize::from(length),
        };
        &self.names[start..end]
    }

    /// Asks for the memory of everything but the name.
    #[inline]
    pub fn prefetch(&self, row: usize) {
        prefetch(&self.citizens[row]);
    }

    /// Asks for the memory of the name, some time after [`Kept::prefetch`].
    #[inline]
    pub fn prefetch_name(&self, row: usize) {
        let start = self.citizens[row].name as usize;
        self.names.as_bytes().get(start).into_iter().for_each(prefetch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_there_whatever_the_length_of_the_name() {
        assert_eq!(size_of::<Citizen>(), 32);
        let names = ["An", "", &"Nguyễn ".repeat(60), "Lê Thị Bé", &"x".repeat(255), &"y".repeat(254)];
        let mut kept = Kept::with_capacity(names.len());
        let mut keeping = Keeping::with_capacity(names.len());
        let facts = |row: usize| CitizenFacts {
            number: row as u64 * 1_000_000_007,
            name_key: !(row as u64),
            birth: 20_000_101 + row as u32,
            sex: row as u8 % 3,
            life: row as u8 % 4,
            no_residence: row % 2 == 1,
        };
        for (row, name) in names.iter().enumerate() {
            kept.push(facts(row), row as u32 * 7, name);
            keeping.push(facts(row), row as u32 * 7, name.as_bytes());
        }
        for kept in [kept, keeping.finish().expect("all names are text")] {
            assert_eq!(kept.len(), names.len());
            for (row, name) in names.iter().enumerate() {
                assert_eq!(
                    (kept.facts(row), kept.unit(row), kept.name(row)),
                    (facts(row), row as u32 * 7, *name)
                );
            }
        }
    }

    #[test]
    fn names_that_are_no_text_are_told() {
        let is_kept = |names: &[&[u8]]| {
            let mut keeping = Keeping::with_capacity(names.len());
            names.iter().for_each(|name| keeping.push(CitizenFacts::default(), 0, name));
            keeping.finish().is_some()
        };
        assert!(is_kept(&[b"An", "Ấ".as_bytes()]));
        assert!(!is_kept(&[b"An", b"\xFF"]));
        assert!(!is_kept(&[b"\xE1\xBA", b"\xA4"]), "text together, but not each by itself");
    }
}
