//! Extracts read for a store: every citizen packed, its unit known by number, on its way into order.

use std::collections::HashMap;

use crate::ingest::{BatchReader, Work};
use crate::normalize::{self, Context, Extract};
use crate::pipeline::run::Run;
use crate::pipeline::slips::Slips;
use crate::pipeline::{Prepared, mapped};
use crate::places::{Gazetteer, PlaceMemo, Time};
use crate::record::{FieldKind, MappedBatch, Trouble, TroubleCode};
use crate::reference::Units;
use crate::reference::store::{Citizen, StoreUnit, each_packed, settle};
use crate::report::summary::Input;

/// The citizens of a piece of an extract.
struct Piece {
    /// Packed; the unit of each is a place among `units`.
    packed: Vec<u8>,
    units: Vec<LocalUnit>,
    /// Where the units are read from.
    batch: MappedBatch,
}

/// A unit as a piece writes it, and a row that has it.
struct LocalUnit {
    text: String,
    is_residence: bool,
    row: usize,
}

/// Units that a store knows, and how new ones are read.
pub(super) struct UnitBook<'a> {
    pub(super) units: Vec<StoreUnit>,
    ids: HashMap<(String, bool), u32>,
    gazetteer: &'a Gazetteer,
}

impl<'a> UnitBook<'a> {
    /// With the units that are known already.
    pub(super) fn new(units: Vec<StoreUnit>, gazetteer: &'a Gazetteer) -> Self {
        let ids = units.iter().zip(0..).map(|(unit, id)| ((unit.text.clone(), unit.is_residence), id));
        Self { ids: ids.collect(), units, gazetteer }
    }

    /// The numbers of the units of a piece.
    fn ids(&mut self, piece: &Piece, memo: &mut PlaceMemo, time: Option<Time>) -> Vec<u32> {
        let id = |unit: &LocalUnit| {
            let key = (unit.text.clone(), unit.is_residence);
            if let Some(id) = self.ids.get(&key) {
                return *id;
            }
            let id = u32::try_from(self.units.len()).expect("fewer units than four thousand million");
            let commune = normalize::commune_of(&piece.batch, unit.row, self.gazetteer, memo);
            self.units.push(StoreUnit {
                text: unit.text.clone(),
                is_residence: unit.is_residence,
                commune: commune.unwrap_or_default().to_owned(),
                time: time_name(time).to_owned(),
            });
            self.ids.insert(key, id);
            id
        };
        piece.units.iter().map(id).collect()
    }
}

/// The time whose units a source lists, as rules name it.
const fn time_name(time: Option<Time>) -> &'static str {
    match time {
        Some(Time::Before) => "before_2025-07-01",
        Some(Time::Since) => "since_2025-07-01",
        None => "",
    }
}

/// Is given each packed citizen, and what makes it part of the store.
pub(super) type Take<'t> = dyn FnMut(&[u8], &dyn Fn(&mut [u8])) -> Result<(), Trouble> + 't;

impl Run<'_> {
    /// Reads extracts in order; `take` is given each packed citizen, with what makes it part of the store: its place among
    /// all that were read, and the units of its piece.
    pub(super) fn gather(
        &self,
        files: Vec<Prepared<'_>>,
        slips: &mut Slips,
        units: &mut UnitBook<'_>,
        take: &mut Take<'_>,
    ) -> Result<Vec<Input>, Trouble> {
        let fields = normalize::extract_fields();
        let mut ordinal = 0_u32;
        let mut inputs = Vec::new();
        for (file, prepared) in files.into_iter().enumerate() {
            let time = prepared.source.units;
            let mut memo = PlaceMemo::new(time);
            let work = |piece: Work, reader: &BatchReader, fields: &[FieldKind], context: Context<'_>| {
                let mut raw = reader.read(piece)?;
                raw.n_passed = raw.n_read();
                let batch = mapped(&mut raw, file, fields);
                let citizens = normalize::extract(&batch, context);
                Ok((packed(&citizens, batch), raw))
            };
            let input = self.read(prepared, &fields, slips, work, |piece| {
                let units = units.ids(&piece, &mut memo, time);
                for record in each_packed(&piece.packed) {
                    take(record, &|bytes: &mut [u8]| settle(bytes, ordinal, &units))?;
                    let too_many = || Trouble::new(TroubleCode::Internal).word("cause", "too many citizens");
                    ordinal = ordinal.checked_add(1).ok_or_else(too_many)?;
                }
                Ok(())
            })?;
            inputs.push(input);
        }
        Ok(inputs)
    }
}

fn packed(citizens: &Extract, batch: MappedBatch) -> Piece {
    let n_rows = citizens.numbers.len();
    let mut texts = Units::default();
    // Places among the units of the piece, by text and whether it is a residence.
    let mut places: Vec<[Option<u32>; 2]> = Vec::new();
    let mut units: Vec<LocalUnit> = Vec::new();
    let mut packed = Vec::with_capacity(n_rows * 96);
    for row in 0..n_rows {
        let text = texts.id(citizens.unit_parts.iter().map(|part| part.get(row)));
        let is_residence = citizens.residences[row];
        if places.len() <= text as usize {
            places.resize(text as usize + 1, [None; 2]);
        }
        let unit = *places[text as usize][usize::from(is_residence)].get_or_insert_with(|| {
            units.push(LocalUnit { text: texts.text(text).to_owned(), is_residence, row });
            units.len() as u32 - 1
        });
        let keys = citizens.name_keys[row];
        let citizen = Citizen {
            number: citizens.numbers[row].citizen,
            old: citizens.numbers[row].old,
            name_key: keys.exact,
            unmarked_key: keys.unmarked,
            phone: citizens.phones[row],
            given_key: citizens.given_keys[row],
            ordinal: 0,
            birth: citizens.births[row],
            unit,
            sex: citizens.sexes[row],
            life: citizens.lives[row],
            name: citizens.names.get(row).as_bytes(),
        };
        citizen.pack(&mut packed);
    }
    Piece { packed, units, batch }
}
