//! The numbers of a list looked up in a store.

use super::Stage;
use super::listed::Listed;
use super::ordered::{beside, each_in_order};
use super::run::Run;
use crate::fields::birth_date::BirthDate;
use crate::record::Trouble;
use crate::reference::People;
use crate::reference::store::{CitizenPiece, Leads, Lookup, OldPiece, Store};
use crate::report::summary::{ReferenceFacts, StoreFacts};

/// Groups of a store that one thread looks at before another is told: one alone takes less than a millisecond.
const TOGETHER: usize = 4;
/// The same for earlier numbers, of which few are asked for.
const OLD_TOGETHER: usize = 16;

/// The next pieces, at most so many of them, if there is any left.
fn next_of<T>(pieces: &mut impl Iterator<Item = T>, at_most: usize) -> Option<Vec<T>> {
    let some: Vec<T> = pieces.take(at_most).collect();
    (!some.is_empty()).then_some(some)
}

/// Whether a packed birth date is one, and possible on the day of a run.
pub(super) fn is_possible_on(as_of: u32) -> impl Fn(u32) -> bool + Sync {
    move |packed| BirthDate::from_packed(packed).is_some_and(|date| date.possible_at(as_of).is_ok())
}

impl Run<'_> {
    /// The citizens of a store that a list asks for. Memory follows the list.
    pub(super) fn look_into(
        &self,
        store: &Store,
        listed: &Listed,
    ) -> Result<(People, ReferenceFacts), Trouble> {
        let is_possible = is_possible_on(self.plan.as_of);
        let lookup = Lookup::new(store, listed.sought.parts(), &listed.expected, &is_possible)?;
        let mut old_pieces = lookup.old_pieces().into_iter();
        let mut leads = Leads::new();
        let old_numbers = || {
            each_in_order(
                &self.pool,
                || self.stop.check().map(|()| next_of(&mut old_pieces, OLD_TOGETHER)),
                |some: Vec<OldPiece>| {
                    some.iter().map(|piece| lookup.leads(piece)).collect::<Result<Vec<_>, _>>()
                },
                |found| {
                    found.into_iter().for_each(|found| leads.extend(found));
                    Ok(())
                },
            )?;
            lookup.citizen_pieces(leads)
        };
        // The memory of a table of people is fresh, and takes as long to get as the earlier numbers take to look up.
        let units = || store.units.iter().map(|unit| unit.text.as_str());
        let no_people = || People::with_units(listed.n_slots(), units());
        let (pieces, mut people) = beside(&self.pool, old_numbers, no_people);
        let pieces = pieces?;
        self.observer.begin(Stage::Reference, pieces.len() as u64);
        let mut pieces = pieces.into_iter();
        each_in_order(
            &self.pool,
            || self.stop.check().map(|()| next_of(&mut pieces, TOGETHER)),
            |some: Vec<CitizenPiece>| {
                some.iter().map(|piece| lookup.citizens(piece)).collect::<Result<Vec<_>, _>>()
            },
            |found| {
                self.check_memory()?;
                self.observer.advance(found.len() as u64);
                found.into_iter().for_each(|found| people.add_found(found));
                Ok(())
            },
        )?;
        people.finish();
        self.observer.end();
        let counts = &store.manifest.counts;
        let facts = ReferenceFacts {
            files: Vec::new(),
            store: Some(StoreFacts {
                path: store.folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                store_id: store.manifest.store_id.clone(),
                citizens: counts.citizens,
                updates: store.manifest.n_updates,
            }),
            citizens_found: people.n_people() as u64,
            numbers_asked: listed.n_numbers() as u64,
            repeated_numbers: counts.repeated_numbers,
            without_number: counts.without_number,
        };
        Ok((people, facts))
    }
}
