//! The rows that are searched for: why, and what they say of themselves.

use crate::fields::id_number::IdNumber;
use crate::fields::person_name::{self, NameCodes};
use crate::link::search::{Beforehand, NumberTold, Sought};
use crate::link::{self, Finding};
use crate::pipeline::comparers::Comparers;
use crate::pipeline::listed::Listed;
use crate::pipeline::ordered::each_in_order;
use crate::pipeline::run::Run;
use crate::record::{NormalBatch, Person, Trouble};
use crate::reference::People;
use crate::rulebook::{LifeStatus, Rulebook};

/// Where the searched rows stand, batch and row, and what they say.
pub(super) type SoughtRows<'a> = (Vec<(u32, u32)>, Sought<'a>);

/// Why a row is searched, if it is.
fn beforehand(found: &Finding, book: &Rulebook) -> Option<Beforehand> {
    let nobody_yet = |number| Some(Beforehand { holder: 0.0, number });
    match found {
        Finding::NoNumber => nobody_yet(NumberTold::Nothing),
        Finding::Nobody(_) => nobody_yet(NumberTold::Nobody),
        Finding::Somebody(_, link) if !link.same_person || link.facts.life == LifeStatus::Cancelled as u8 => {
            nobody_yet(NumberTold::Somebody)
        }
        Finding::Somebody(_, link) => {
            let holder = book.policy.ruling(link.rule).probability;
            let is_unsure = holder < book.search.search_below;
            is_unsure.then_some(Beforehand { holder, number: NumberTold::Somebody })
        }
        _ => None,
    }
}

/// A row as the search sees it.
fn person(rows: &NormalBatch, row: usize, provinces: &[u8], scratch: &mut String) -> Person {
    let number = rows.number.value(row).and_then(IdNumber::from_packed);
    let is_old = matches!(number, Some(IdNumber::Old(_)));
    let packed = number.map_or(0, IdNumber::packed);
    let (keys, given_key) = match rows.name_keys[row] {
        0 => (None, 0),
        _ => {
            let name = rows.name(row);
            (Some(person_name::keys(name, scratch)), person_name::given_key(name, scratch))
        }
    };
    let besides = rows.besides.as_ref();
    let commune = besides.map_or(0, |besides| besides.communes[row]);
    let other = besides.map_or(0, |besides| besides.old_numbers[row]);
    let is_other_old = other != 0 && matches!(IdNumber::from_packed(other), Some(IdNumber::Old(_)));
    Person {
        number: if is_old { 0 } else { packed },
        old_number: if is_old {
            packed
        } else if is_other_old {
            other
        } else {
            0
        },
        name_key: rows.name_keys[row],
        unmarked_key: keys.as_ref().map_or(0, |keys| keys.unmarked),
        phone: besides.map_or(0, |besides| besides.phones[row]),
        given_key,
        birth: rows.birth.value(row).unwrap_or(0),
        commune,
        province: commune.checked_sub(1).map_or(0, |place| provinces[usize::from(place)]),
        sex: rows.sex.value(row).map_or(0, |sex| sex + 1),
    }
}

impl Run<'_> {
    /// The rows that are searched for.
    pub(super) fn sought(
        &self,
        listed: &Listed,
        people: &People,
        provinces: &[u8],
    ) -> Result<SoughtRows<'_>, Trouble> {
        let mut rows = Vec::new();
        let mut sought = Sought::new(&self.book.name_words);
        let mut pairs = listed.batches.iter().zip(&listed.slots).enumerate();
        let codes = NameCodes::new(&self.book.name_words);
        let comparers = Comparers::new(&codes);
        each_in_order(
            &self.pool,
            || Ok(pairs.next()),
            |(batch, (normal, slots))| {
                let mut scratch = String::new();
                let searched = comparers.with(|names| {
                    let found = link::batch(normal, slots, people, self.book, names).enumerate();
                    let searched = found.filter_map(|(row, found)| {
                        let before = beforehand(&found, self.book).filter(|_| !normal.foreigner[row])?;
                        Some((row as u32, person(normal, row, provinces, &mut scratch), before))
                    });
                    searched.collect::<Vec<_>>()
                });
                Ok((batch, searched))
            },
            |(batch, searched)| {
                let normal = &listed.batches[batch];
                for (row, person, before) in searched {
                    let name = if person.name_key == 0 { "" } else { normal.name(row as usize) };
                    sought.push(person, name, before);
                    rows.push((batch as u32, row));
                }
                self.stop.check()
            },
        )?;
        Ok((rows, sought))
    }
}
