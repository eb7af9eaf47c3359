//! A store looked at from end to end: every file, every buffer, every row.

use std::path::Path;

use crate::ingest::Fingerprint;
use crate::pipeline::ordered::each_in_order;
use crate::pipeline::run::{Plan, Run};
use crate::pipeline::{Observer, Stage, Stop};
use crate::record::Trouble;
use crate::reference::store::{
    CitizenRows, Damage, Layer, Store, StoreCounts, Table, each_ended, read_manifest,
};
use crate::rulebook::Rulebook;

/// Times that a store is looked at while updates change it.
const TRIES: usize = 5;

/// Something wrong with a store.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub what: &'static str,
    /// The group of rows, from 0, where it is one.
    pub group: Option<usize>,
}

/// What was looked at.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Verified {
    /// Files whose checksum was taken.
    pub files: usize,
    /// Bytes of them.
    pub bytes: u64,
    /// Citizens read.
    pub citizens: u64,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// What a group of citizens shows.
struct Looked {
    counts: StoreCounts,
    first: u64,
    last: (u64, u32),
    fault: Option<&'static str>,
}

/// Looks at everything in the store at `folder`.
///
/// # Errors
/// When it cannot be opened at all; what is wrong inside is told in the result.
pub fn verify(
    folder: &Path,
    plan: &Plan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
) -> Result<Verified, Trouble> {
    let run = Run::new(plan, book, observer, stop)?;
    let mut tries = 0..TRIES;
    loop {
        let store = Store::open(folder, &book.reading_sha256())?;
        let verified = run.verified(&store);
        let is_fine = verified.as_ref().is_ok_and(|verified| verified.faults.is_empty());
        // An update or a new store may have taken away what was looked at.
        let is_other = || read_manifest(folder).is_ok_and(|now| now.store_id != store.manifest.store_id);
        if is_fine || !is_other() || tries.next().is_none() {
            return verified;
        }
    }
}

impl Verified {
    fn fault(&mut self, file: &str, what: &'static str, group: Option<usize>) {
        self.faults.push(Fault { file: file.to_owned(), what, group });
    }
}

fn name(table: &Table) -> String {
    table.path().file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Run<'_> {
    /// Looks at everything in a store that is open.
    fn verified(&self, store: &Store) -> Result<Verified, Trouble> {
        let mut verified = Verified::default();
        self.observer.begin(Stage::Store, store.manifest.files.iter().map(|file| file.bytes).sum());
        for file in &store.manifest.files {
            self.stop.check()?;
            verified.files += 1;
            verified.bytes += file.bytes;
            let found = Fingerprint::of(&store.folder.join(&file.path)).ok();
            if found != Some((file.bytes, file.sha256.clone())) {
                verified.fault(&file.path, Damage::Checksum.name(), None);
            }
            self.observer.advance(file.bytes);
        }
        self.observer.end();
        let mut counts = StoreCounts::default();
        // A layer of changes that is damaged is told of below.
        let changed = store.changed_numbers().unwrap_or_default();
        for (index, layer) in store.layers.iter().enumerate() {
            let above = if index == 0 { changed.as_slice() } else { &[] };
            self.look_at(store, layer, above, &mut counts, &mut verified)?;
            self.look_at_old(layer, &mut verified)?;
        }
        if counts != store.manifest.counts {
            verified.fault("reference.json", "counts", None);
        }
        for table in store.history()? {
            for group in 0..table.n_groups() {
                if let Err(damage) = each_ended(&table, group, |_| {}) {
                    verified.fault(&name(&table), damage.name(), Some(group));
                }
            }
        }
        Ok(verified)
    }

    /// Reads every citizen of a layer.
    fn look_at(
        &self,
        store: &Store,
        layer: &Layer,
        above: &[u64],
        counts: &mut StoreCounts,
        verified: &mut Verified,
    ) -> Result<(), Trouble> {
        let table = &layer.citizens;
        self.observer.begin(Stage::Store, table.n_rows());
        let mut groups = 0..table.n_groups();
        let mut before = (0, 0);
        let mut repeated = 0_u64;
        let mut group = 0;
        let work = |group: usize| Ok(looked(store, table, group, above));
        each_in_order(
            &self.pool,
            || self.stop.check().map(|()| groups.next()),
            work,
            |found| {
                match found {
                    Err(damage) => verified.fault(&name(table), damage.name(), Some(group)),
                    Ok(found) => {
                        if let Some(what) = found.fault {
                            verified.fault(&name(table), what, Some(group));
                        }
                        if found.first < before.0 {
                            verified.fault(&name(table), Damage::Order.name(), Some(group));
                        }
                        let is_hidden = found.first == 0 || above.binary_search(&found.first).is_ok();
                        repeated += u64::from(group > 0 && found.first == before.0 && !is_hidden);
                        before = found.last;
                        verified.citizens += found.counts.citizens;
                        counts.merge(&found.counts);
                    }
                }
                self.observer.advance(table.n_rows_of(group) as u64);
                group += 1;
                Ok(())
            },
        )?;
        counts.repeated_numbers += repeated;
        self.observer.end();
        Ok(())
    }

    /// Reads every earlier number of a layer and whom it leads to.
    fn look_at_old(&self, layer: &Layer, verified: &mut Verified) -> Result<(), Trouble> {
        let (table, citizens) = (&layer.old_numbers, &layer.citizens);
        let n_leads = (0..table.n_groups()).try_fold(0_u64, |sum, group| {
            self.stop.check()?;
            let leads = table.leads(group);
            let is_fine = leads.as_ref().is_ok_and(|leads| {
                leads.is_sorted() && leads.iter().all(|(_, row)| u64::from(*row) < citizens.n_rows())
            });
            if !is_fine {
                let what = leads.as_ref().err().map_or(Damage::Order, |damage| *damage);
                verified.fault(&name(table), what.name(), Some(group));
            }
            Ok::<_, Trouble>(sum + leads.map_or(0, |leads| leads.len() as u64))
        })?;
        if n_leads != table.n_rows() {
            verified.fault(&name(table), "counts", None);
        }
        Ok(())
    }
}

fn looked(store: &Store, table: &Table, group: usize, above: &[u64]) -> Result<Looked, Damage> {
    let rows = CitizenRows::read(table, group)?;
    // Of the changed numbers only the few that this group may hold.
    let (first, last) = table.keys_of(group);
    let above = &above[above.partition_point(|number| *number < first)..];
    let above = &above[..above.partition_point(|number| *number <= last)];
    let mut found = Looked { counts: StoreCounts::default(), first: 0, last: (0, 0), fault: None };
    for row in 0..rows.n_rows() {
        let citizen = rows.get(row);
        let place = (citizen.number, citizen.ordinal);
        if row == 0 {
            found.first = citizen.number;
        } else if place <= found.last {
            found.fault = Some(Damage::Order.name());
        }
        let is_hidden = citizen.number != 0 && above.binary_search(&citizen.number).is_ok();
        if !is_hidden {
            found.counts.add(&citizen);
            let is_again = row > 0 && citizen.number != 0 && citizen.number == found.last.0;
            found.counts.repeated_numbers += u64::from(is_again);
        }
        match store.units.get(citizen.unit as usize) {
            None => found.fault = Some("unit"),
            Some(unit) if citizen.print(unit.is_residence) != rows.print(row) => found.fault = Some("print"),
            Some(_) => {}
        }
        found.last = place;
    }
    if table.keys_of(group) != (found.first, found.last.0) {
        found.fault = Some("index");
    }
    Ok(found)
}
