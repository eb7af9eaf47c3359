//! Whom a number belongs to in a store, and whom it belonged to before updates.

use crate::fields::birth_date::BirthDate;
use crate::fields::id_number::{self, Hints, IdNumber};
use crate::fields::sex::Sex;
use crate::normalize::citizen_sex;
use crate::record::Trouble;
use crate::reference::store::{Citizen, CitizenRows, Ended, Store, each_ended};
use crate::rulebook::Rulebook;

/// Somebody who holds or held a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The personal number of that citizen.
    pub number: String,
    /// Name.
    pub name: String,
    /// Birth date.
    pub birth: String,
    /// Sex in a word.
    pub sex: Option<&'static str>,
    /// Life status.
    pub life: u8,
    /// Unit of residence.
    pub unit: String,
    /// Whether the number asked for is an earlier one of the citizen.
    pub by_earlier_number: bool,
    /// Day of the update that ended this, yyyymmdd; `None` where it holds.
    pub until: Option<u32>,
}

/// A number as somebody typed it, packed, if it is one.
pub fn number_asked(typed: &str, book: &Rulebook) -> Option<u64> {
    id_number::parse(typed, &book.id_words, Hints::default()).value().map(IdNumber::packed)
}

/// Those who hold a packed number now, and those who held it, the last first.
///
/// # Errors
/// When the store is damaged.
pub fn holders(store: &Store, number: u64) -> Result<Vec<Holder>, Trouble> {
    let changed = store.changed_numbers()?;
    let mut found = Vec::new();
    let holder = |citizen: &Citizen<'_>, until: Option<u32>| Holder {
        number: number_of(citizen),
        name: String::from_utf8_lossy(citizen.name).into_owned(),
        birth: birth_of(citizen),
        sex: citizen_sex(citizen.sex).map(Sex::word),
        life: citizen.life,
        unit: store.units.get(citizen.unit as usize).map(|unit| unit.text.clone()).unwrap_or_default(),
        by_earlier_number: citizen.number != number,
        until,
    };
    for (index, layer) in store.layers.iter().enumerate() {
        let (table, olds) = (&layer.citizens, &layer.old_numbers);
        let mut led: Vec<u64> = Vec::new();
        for group in (0..olds.n_groups()).filter(|group| holds(olds.keys_of(*group), number)) {
            let leads = olds.leads(group).map_err(|damage| store.damaged(olds, damage))?;
            led.extend(leads.iter().filter(|(old, _)| *old == number).map(|(_, row)| u64::from(*row)));
        }
        let groups = (0..table.n_groups()).filter(|&group| {
            let rows = table.start_of(group)..table.start_of(group) + table.n_rows_of(group) as u64;
            holds(table.keys_of(group), number) || led.iter().any(|row| rows.contains(row))
        });
        for group in groups {
            let rows = CitizenRows::read(table, group).map_err(|damage| store.damaged(table, damage))?;
            let citizens = (0..rows.n_rows()).map(|row| rows.get(row));
            let is_asked = |number_of: u64, old: u64| number_of == number || old == number;
            for citizen in citizens.filter(|citizen| is_asked(citizen.number, citizen.old)) {
                if index == 0 && changed.binary_search(&citizen.number).is_ok() {
                    continue;
                }
                found.push(holder(&citizen, None));
            }
        }
    }
    let n_current = found.len();
    for table in store.history()? {
        for group in (0..table.n_groups()).filter(|group| holds(table.keys_of(*group), number)) {
            let note = |ended: Ended<'_>| {
                if ended.citizen.number == number {
                    found.push(holder(&ended.citizen, Some(ended.until)));
                }
            };
            each_ended(&table, group, note).map_err(|damage| store.damaged(&table, damage))?;
        }
    }
    found[n_current..].reverse();
    Ok(found)
}

fn number_of(citizen: &Citizen<'_>) -> String {
    let mut out = String::new();
    IdNumber::from_packed(citizen.number).into_iter().for_each(|number| number.write(&mut out));
    out
}

fn birth_of(citizen: &Citizen<'_>) -> String {
    let mut out = String::new();
    BirthDate::from_packed(citizen.birth).into_iter().for_each(|date| date.write(&mut out));
    out
}

fn holds((first, last): (u64, u64), number: u64) -> bool {
    (first..=last).contains(&number)
}
