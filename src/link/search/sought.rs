//! The rows that are searched for, and how common their names are.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::fields::person_name::{CodedName, NameCodes, NameWords};
use crate::record::{ByHash, Person};

/// What is known of a row beside its fields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beforehand {
    /// Chance that the row is the citizen of its number, who is no candidate of the search.
    pub holder: f64,
    /// What the number told.
    pub number: NumberTold,
}

/// What the number of a searched row told: rows of one kind have one chance that their person is in the reference at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberTold {
    /// There is none that can be looked up, or only an earlier one.
    Nothing,
    /// Nobody has it.
    Nobody,
    /// Somebody else has it, or somebody who may be the row's person.
    Somebody,
}

impl NumberTold {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Nothing, Self::Nobody, Self::Somebody];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Nobody => "nobody",
            Self::Somebody => "somebody",
        }
    }
}

/// The rows that are searched for.
pub struct Sought<'a> {
    /// Their fields.
    pub people: Vec<Person>,
    /// Their names.
    pub names: Vec<CodedName>,
    /// What was known before.
    pub beforehand: Vec<Beforehand>,
    /// The codes of the words of all names.
    pub codes: NameCodes<'a>,
}

impl<'a> Sought<'a> {
    /// Nobody yet.
    pub fn new(words: &'a NameWords) -> Self {
        Self { people: Vec::new(), names: Vec::new(), beforehand: Vec::new(), codes: NameCodes::new(words) }
    }

    /// Adds a row.
    pub fn push(&mut self, person: Person, name: &str, beforehand: Beforehand) {
        self.people.push(person);
        self.names.push(self.codes.code(name));
        self.beforehand.push(beforehand);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }
}

/// Kinds of keys of names that are counted: the name as compared, without marks, and its last word.
pub const N_NAME_KINDS: usize = 3;

/// The keys of a person's name, by kind; 0 where there is none.
#[inline]
pub fn name_keys(person: &Person) -> [u64; N_NAME_KINDS] {
    [person.name_key, person.unmarked_key, person.given_key.into()]
}

/// Places of the names of the rows, so that those of citizens can be counted.
#[derive(Debug)]
pub struct NamePlaces([ByHash<u32>; N_NAME_KINDS]);

impl NamePlaces {
    /// The places of the names of these people.
    pub fn of(people: &[Person]) -> Self {
        let mut places: [ByHash<u32>; N_NAME_KINDS] = Default::default();
        for person in people {
            for (places, key) in places.iter_mut().zip(name_keys(person)).filter(|(_, key)| *key != 0) {
                let next = places.len() as u32;
                places.entry(key).or_insert(next);
            }
        }
        Self(places)
    }

    /// Counters of nobody.
    pub fn counts(&self) -> NameCounts {
        let none = |places: &ByHash<u32>| places.iter().map(|_| AtomicU32::new(0)).collect();
        NameCounts { n_people: AtomicU64::new(0), of: self.0.each_ref().map(none) }
    }

    /// The place of a key.
    #[inline]
    pub fn place(&self, kind: usize, key: u64) -> Option<usize> {
        self.0[kind].get(&key).map(|place| *place as usize)
    }
}

/// How many citizens have each name that a row has. Many threads count at once; sums do not depend on who was first.
#[derive(Debug)]
pub struct NameCounts {
    n_people: AtomicU64,
    /// By kind and place.
    of: [Vec<AtomicU32>; N_NAME_KINDS],
}

impl NameCounts {
    /// Counts a citizen.
    #[inline]
    pub fn count(&self, places: &NamePlaces, citizen: &Person) {
        if citizen.name_key == 0 {
            return;
        }
        self.n_people.fetch_add(1, Ordering::Relaxed);
        for (kind, key) in name_keys(citizen).into_iter().enumerate() {
            if let Some(place) = places.place(kind, key) {
                self.of[kind][place].fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Citizens that have a name at all.
    pub fn n_people(&self) -> u64 {
        self.n_people.load(Ordering::Relaxed)
    }

    /// How many have the name at a place.
    pub fn at(&self, kind: usize, place: usize) -> u32 {
        self.of[kind][place].load(Ordering::Relaxed)
    }
}
