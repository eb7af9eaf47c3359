//! The citizens of a delta beside those whose place they take: what changes.

use std::collections::HashMap;

use crate::reference::store::Citizen;
use crate::rulebook::LifeStatus;

/// What a delta did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Changes {
    /// Records whose number the store did not know.
    pub new: u64,
    /// Records whose number it knew, and who lives as before.
    pub changed: u64,
    /// Records of people who died.
    pub deceased: u64,
    /// Records of numbers that were cancelled.
    pub cancelled: u64,
    /// Records of people who emigrated.
    pub emigrated: u64,
    /// New records that carry an earlier personal number: established anew.
    pub established_anew: u64,
    /// Records that say what the store said already.
    pub unchanged: u64,
    /// Records without a number that can be read; they were added.
    pub without_number: u64,
}

/// Citizens packed one behind the other, by number and then in the order in which they came.
#[derive(Default)]
pub(super) struct Packed {
    pub(super) bytes: Vec<u8>,
    /// Number, and where the record begins.
    pub(super) order: Vec<(u64, usize)>,
}

impl Packed {
    pub(super) fn push(&mut self, record: &[u8]) -> &mut [u8] {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(record);
        self.order.push((Citizen::unpack(record).number, start));
        &mut self.bytes[start..]
    }

    pub(super) fn sort(&mut self) {
        self.order.sort_unstable();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Citizen<'_>> {
        self.order.iter().map(|&(_, at)| Citizen::unpack(&self.bytes[at..]))
    }

    /// The citizens of a number.
    pub(super) fn of(&self, number: u64) -> impl Iterator<Item = Citizen<'_>> {
        let start = self.order.partition_point(|(other, _)| *other < number);
        let same = self.order[start..].iter().take_while(move |(other, _)| *other == number);
        same.map(|&(_, at)| Citizen::unpack(&self.bytes[at..]))
    }

    pub(super) fn holds(&self, number: u64) -> bool {
        number != 0 && self.order.binary_search_by_key(&number, |(other, _)| *other).is_ok()
    }
}

/// What a delta does, and the life status of each number that it names.
pub(super) fn changes(delta: &Packed, ended: &Packed) -> (Changes, HashMap<u64, u8>) {
    let mut changes = Changes::default();
    let mut lives = HashMap::new();
    for citizen in delta.iter() {
        if citizen.number == 0 {
            changes.without_number += 1;
            continue;
        }
        lives.entry(citizen.number).or_insert(citizen.life);
        let before = ended.of(citizen.number).next();
        let Some(before) = before else {
            changes.new += 1;
            changes.established_anew += u64::from(citizen.old != 0 && ended.holds(citizen.old));
            continue;
        };
        let is_same = Citizen { ordinal: citizen.ordinal, ..before } == citizen;
        let count = match citizen.life {
            _ if is_same => &mut changes.unchanged,
            life if life == before.life => &mut changes.changed,
            life if life == LifeStatus::Deceased as u8 => &mut changes.deceased,
            life if life == LifeStatus::Cancelled as u8 => &mut changes.cancelled,
            life if life == LifeStatus::Emigrated as u8 => &mut changes.emigrated,
            _ => &mut changes.changed,
        };
        *count += 1;
    }
    (changes, lives)
}
