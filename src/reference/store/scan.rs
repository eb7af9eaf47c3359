//! All citizens of a store, group by group, with what a search looks at.

use super::lookup::FoundCitizens;
use super::open::Store;
use super::shape::{Texts, citizens};
use super::table::Damage;
use crate::record::{CitizenFacts, Persons, Trouble};
use crate::reference::Kept;

/// A part of a table of citizens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanPiece {
    layer: usize,
    group: usize,
}

/// The citizens of a group; its memory is used again for the next.
#[derive(Debug, Default)]
pub struct Scanned {
    /// What is searched by.
    pub people: Persons,
    /// Life status.
    pub lives: Vec<u8>,
    /// Units of residence.
    units: Vec<u32>,
    /// Places in the extract.
    ordinals: Vec<u32>,
    names: Texts,
    /// Whether the citizen was not superseded by a later layer.
    stands: Vec<bool>,
}

impl Scanned {
    /// The name of a citizen.
    pub fn name(&self, row: usize) -> &str {
        self.names.get(row).unwrap_or_default()
    }

    /// Whether a citizen still stands as it is here: nothing newer is known of the number.
    pub fn stands(&self, row: usize) -> bool {
        self.stands[row]
    }
}

/// A look at every citizen of a store.
pub struct Scan<'a> {
    store: &'a Store,
    changed: Vec<u64>,
    /// Commune and province of each unit.
    places: &'a [(u16, u8)],
    is_possible: &'a (dyn Fn(u32) -> bool + Sync),
}

impl<'a> Scan<'a> {
    /// Prepares the look. `places` are commune and province of each unit of the store, as [`Persons`] has them.
    ///
    /// # Errors
    /// When a file of the store is damaged.
    pub fn new(
        store: &'a Store,
        places: &'a [(u16, u8)],
        is_possible: &'a (dyn Fn(u32) -> bool + Sync),
    ) -> Result<Self, Trouble> {
        Ok(Self { store, changed: store.changed_numbers()?, places, is_possible })
    }

    /// All parts in their order.
    pub fn pieces(&self) -> Vec<ScanPiece> {
        let of_layer = |layer: usize| {
            (0..self.store.layers[layer].citizens.n_groups()).map(move |group| ScanPiece { layer, group })
        };
        (0..self.store.layers.len()).flat_map(of_layer).collect()
    }

    /// How many citizens a part has.
    pub fn n_rows(&self, piece: ScanPiece) -> u64 {
        self.store.layers[piece.layer].citizens.n_rows_of(piece.group) as u64
    }

    /// Reads a part.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn read(&self, piece: ScanPiece, scanned: &mut Scanned) -> Result<(), Trouble> {
        let table = &self.store.layers[piece.layer].citizens;
        self.read_columns(piece, scanned).map_err(|damage| self.store.damaged(table, damage))
    }

    fn read_columns(&self, piece: ScanPiece, scanned: &mut Scanned) -> Result<(), Damage> {
        let table = &self.store.layers[piece.layer].citizens;
        let group = piece.group;
        let Scanned { people, lives, units, ordinals, names, stands } = scanned;
        table.values_into(group, citizens::NUMBER, &mut people.numbers)?;
        table.values_into(group, citizens::OLD, &mut people.old_numbers)?;
        table.values_into(group, citizens::NAME_KEY, &mut people.name_keys)?;
        table.values_into(group, citizens::UNMARKED_KEY, &mut people.unmarked_keys)?;
        table.values_into(group, citizens::PHONE, &mut people.phones)?;
        table.values_into(group, citizens::GIVEN_KEY, &mut people.given_keys)?;
        table.values_into(group, citizens::BIRTH, &mut people.births)?;
        table.values_into(group, citizens::SEX, &mut people.sexes)?;
        table.values_into(group, citizens::UNIT, units)?;
        table.values_into(group, citizens::ORDINAL, ordinals)?;
        table.values_into(group, citizens::LIFE, lives)?;
        table.texts_into(group, citizens::NAME, names)?;
        people.births.iter_mut().filter(|birth| !(self.is_possible)(**birth)).for_each(|birth| *birth = 0);
        people.communes.clear();
        people.provinces.clear();
        for unit in units.iter() {
            let (commune, province) = *self.places.get(*unit as usize).ok_or(Damage::Layout)?;
            people.communes.push(commune);
            people.provinces.push(province);
        }
        stands.clear();
        if piece.layer == 0 && !self.changed.is_empty() {
            let is_changed = |number: &u64| self.changed.binary_search(number).is_ok();
            stands.extend(people.numbers.iter().map(|number| !is_changed(number)));
        } else {
            stands.resize(people.numbers.len(), true);
        }
        Ok(())
    }

    /// Some citizens of a group, to be kept; in the order of `rows`.
    pub fn kept(&self, scanned: &Scanned, rows: &[u32]) -> FoundCitizens {
        let kept = Kept::with_capacity(rows.len());
        let mut found = FoundCitizens { kept, ..FoundCitizens::default() };
        for row in rows.iter().map(|row| *row as usize) {
            let people = &scanned.people;
            let unit = scanned.units[row];
            let facts = CitizenFacts {
                number: people.numbers[row],
                name_key: people.name_keys[row],
                birth: people.births[row],
                sex: people.sexes[row],
                life: scanned.lives[row],
                no_residence: self.store.units.get(unit as usize).is_none_or(|unit| !unit.is_residence),
            };
            found.kept.push(facts, unit, scanned.name(row));
            found.ordinals.push(scanned.ordinals[row]);
        }
        found
    }
}
