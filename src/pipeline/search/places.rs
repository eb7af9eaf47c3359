//! Where people live, as a search compares it: commune and province of today.

use std::collections::HashMap;

use crate::normalize::{self, Context};
use crate::pipeline::Prepared;
use crate::places::{Gazetteer, PlaceMemo, Time};
use crate::record::{Besides, FieldKind, MappedBatch, Spare};
use crate::reference::store::Store;

/// How the places of a list are read.
pub(in crate::pipeline) struct Places<'g> {
    gazetteer: &'g Gazetteer,
    time: Option<Time>,
    memos: Spare<PlaceMemo>,
}

impl<'g> Places<'g> {
    /// Learns from the first rows of a file which units it uses.
    pub(in crate::pipeline) fn learn(
        file: &Prepared<'_>,
        wanted: &[FieldKind],
        gazetteer: &'g Gazetteer,
    ) -> Self {
        let (fields, positions) = file.positions(wanted);
        let columns = positions.iter().map(|column| file.opened.sample.columns[*column].clone()).collect();
        let sample = MappedBatch::new(0, file.opened.sample.lines.clone(), &fields, columns);
        let time = file.source.units.or_else(|| normalize::time_of_units(&sample, gazetteer));
        Self { gazetteer, time, memos: Spare::default() }
    }

    /// What a search needs besides the compared fields.
    pub(in crate::pipeline) fn besides(&self, batch: &MappedBatch, context: Context<'_>) -> Besides {
        let new = || PlaceMemo::new(self.time);
        self.memos.with(new, |memo| normalize::besides(batch, self.gazetteer, memo, context))
    }
}

/// Commune and province of today of everything that a store calls a unit.
pub(super) fn unit_places(store: &Store, provinces: &[u8], gazetteer: &Gazetteer) -> Vec<(u16, u8)> {
    let by_code: HashMap<&str, usize> =
        gazetteer.communes().iter().enumerate().map(|(place, unit)| (&*unit.code, place)).collect();
    let place = |code: &str| by_code.get(code).map_or((0, 0), |place| (*place as u16 + 1, provinces[*place]));
    store.units.iter().map(|unit| place(&unit.commune)).collect()
}

/// The province of each commune of today, plus one.
pub(super) fn provinces(gazetteer: &Gazetteer) -> Vec<u8> {
    let mut known: Vec<&str> = Vec::new();
    let of = |unit: &'_ crate::places::Unit| gazetteer.province_of(unit.id).map(|province| &*province.code);
    gazetteer
        .communes()
        .iter()
        .map(|unit| {
            let Some(code) = of(unit) else { return 0 };
            let place = known.iter().position(|other| *other == code).unwrap_or_else(|| {
                known.push(code);
                known.len() - 1
            });
            place as u8 + 1
        })
        .collect()
}
