//! A store brought up to date: a delta says the whole present state of every number that it names.
//!
//! The layer of all citizens stays as it is. Those that changed since stand in a layer of their own, which is written anew
//! with the delta in it; what they were goes to history. New files get new names, and the manifest that names them takes
//! the place of the old one at once: whoever reads the old store goes on reading it, and a killed update leaves it as it was.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::build::{HELD, aside, check_bad, sources};
use super::changes::{Changes, Packed, changes};
use super::gather::UnitBook;
use super::layer::{Files, finish_table, fold, merge, write_units, write_words, writing, writing_table};
use crate::pipeline::ordered::each_in_order;
use crate::pipeline::run::{Plan, Run, open_all};
use crate::pipeline::slips::Slips;
use crate::pipeline::{Observer, Prepared, Stage, Stop};
use crate::record::{Trouble, TroubleCode};
use crate::reference::store::{
    Citizen, CitizenRows, Ended, Layout, STORE_MANIFEST, Sorter, Store, StoreCounts, StoreFile,
    StoreManifest, TableWriter, WordCounts, citizens_file, each_packed, each_word, history_groups,
    index_file, is_store, old_numbers_file, packed_length,
};
use crate::report::folder::{self, Lock, RunFile};
use crate::report::summary::{Input, Resources, json};
use crate::rulebook::{Role, Rulebook};

/// A store that was updated.
#[derive(Debug)]
pub struct Updated {
    /// Its folder.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: StoreManifest,
    /// The deltas.
    pub inputs: Vec<Input>,
    /// What became of the numbers named.
    pub changes: Changes,
    /// Citizens in the layer of those that changed since the store was built.
    pub n_changed: u64,
    /// What it cost.
    pub resources: Resources,
}

/// A store's folder that gets further files.
struct Amended {
    folder: PathBuf,
}

impl Files for Amended {
    fn file(&self, name: &str) -> Result<RunFile, Trouble> {
        RunFile::create(&self.folder, &self.folder, name, true)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Brings the store at `plan.out` up to date with the deltas of the plan.
///
/// # Errors
/// A [`Trouble`]; then the store is as it was.
pub fn update(
    plan: &Plan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<Updated, Trouble> {
    let run = Run::new(plan, book, observer, stop)?;
    let folder = std::path::absolute(&plan.out).map_err(|error| Trouble::writing(&error, &plan.out))?;
    if !is_store(&folder) {
        return Err(Trouble::new(TroubleCode::NotAStore).file(&plan.out));
    }
    let _lock = Lock::take(&folder)?;
    let store = Store::open(&folder, &book.reading_sha256())?;
    let files = open_all(&plan.lists, Some(Role::Reference), book)?;
    remove_unnamed(&folder, &store.manifest)?;
    let n_bytes: u64 = files.iter().map(|file| file.opened.n_bytes).sum();
    let changed_bytes: u64 = store.layers.iter().skip(1).map(|layer| layer.citizens.n_rows() * 200).sum();
    folder::check_space(&folder, n_bytes * 2 + changed_bytes)?;
    let has_units = store.manifest.has_units && files.iter().all(Prepared::tells_communes);

    let amended = Amended { folder };
    let mut updating = Updating { run: &run, store: &store, files: &amended, delta: Packed::default() };
    let gazetteer = book.gazetteer()?;
    let mut units = UnitBook::new(store.units.clone(), &gazetteer);
    let made = updating.make(files, &mut units, n_bytes);
    let made = made.and_then(|(made, inputs, changes, n_changed)| {
        let manifest = made.manifest(&store.manifest, has_units, plan, &inputs, clock());
        stop.check()?;
        put_manifest(&amended, &manifest)?;
        Ok(Updated {
            folder: plan.out.clone(),
            manifest,
            inputs,
            changes,
            n_changed,
            resources: run.resources(),
        })
    });
    // What the manifest does not name is of no use to anybody who opens the store from now on. The update is done, or
    // has its trouble already; what cannot be removed now is removed by the next.
    let manifest = made.as_ref().map_or(&store.manifest, |updated| &updated.manifest);
    let _ = remove_unnamed(&amended.folder, manifest);
    made
}

/// What an update wrote.
struct Made {
    generation: u32,
    layer: String,
    history: Option<String>,
    units: String,
    names: String,
    counts: StoreCounts,
    next_ordinal: u32,
    files: Vec<StoreFile>,
}

impl Made {
    fn manifest(
        self,
        before: &StoreManifest,
        has_units: bool,
        plan: &Plan,
        inputs: &[Input],
        now: String,
    ) -> StoreManifest {
        let stays = |file: &&StoreFile| {
            let is_table = |table: &String| file.path == *table || file.path == index_file(table);
            let base = &before.layers[0];
            is_table(&citizens_file(base))
                || is_table(&old_numbers_file(base))
                || before.history.iter().any(is_table)
                || file.path.starts_with("quarantine")
        };
        let mut files: Vec<StoreFile> = before.files.iter().filter(stays).cloned().collect();
        files.extend(self.files);
        let manifest = StoreManifest {
            as_of: before.as_of.max(plan.as_of),
            updated: Some(now),
            n_updates: self.generation,
            has_units,
            next_ordinal: self.next_ordinal,
            counts: self.counts,
            layers: vec![before.layers[0].clone(), self.layer],
            units: self.units,
            names: self.names,
            history: before.history.iter().cloned().chain(self.history).collect(),
            sources: before.sources.iter().cloned().chain(sources(inputs)).collect(),
            files,
            ..before.clone()
        };
        manifest.sealed()
    }
}

/// An update on its way.
struct Updating<'a> {
    run: &'a Run<'a>,
    store: &'a Store,
    files: &'a Amended,
    delta: Packed,
}

impl Updating<'_> {
    fn make(
        &mut self,
        files: Vec<Prepared<'_>>,
        units: &mut UnitBook<'_>,
        n_bytes: u64,
    ) -> Result<(Made, Vec<Input>, Changes, u64), Trouble> {
        let (run, store) = (self.run, self.store);
        let generation = store.manifest.n_updates + 1;
        let name = |what: &str| format!("{what}-{generation:05}");
        let mut slips =
            Slips::begin_in(self.files.file(&format!("{}.csv", name("quarantine")))?, &run.plan.formats)?;
        run.observer.begin(Stage::Extract, n_bytes);
        let delta = &mut self.delta;
        let inputs = run.gather(files, &mut slips, units, &mut |record, settle| {
            settle(delta.push(record));
            Ok(())
        })?;
        run.observer.end();
        check_bad(run.plan, &inputs)?;
        self.delta.sort();
        run.observer.begin(Stage::Store, store.layers.iter().map(|layer| layer.citizens.n_rows()).sum());
        let ended = self.ended()?;
        let (changes, lives) = changes(&self.delta, &ended);
        let mut next_ordinal = store.manifest.next_ordinal;
        self.place(&ended, &mut next_ordinal);

        let make_file = || aside(&self.files.folder);
        let mut sorter = Sorter::new(Layout::CITIZENS, run.plan.memory_bytes / HELD, &make_file);
        self.carry_over(&mut sorter)?;
        let layer = name("changes");
        let put_aside = writing(self.files, &citizens_file(&layer));
        for &(_, at) in &self.delta.order {
            let record = &self.delta.bytes[at..];
            sorter.push(&record[..packed_length(record)], |_| {}).map_err(&put_aside)?;
        }
        let written = run.write_layer(self.files, &layer, sorter, &units.units, &make_file)?;
        let mut files = written.files;
        let history = self.write_history(&format!("{}.arrow", name("history")), &ended, &lives)?;
        let history_name = history.first().map(|file| file.path.clone());
        files.extend(history);
        let (units_file, names_file) =
            (format!("{}.arrow", name("units")), format!("{}.arrow", name("names")));
        files.push(write_units(self.files, &units_file, &units.units)?);
        files.push(write_words(self.files, &names_file, self.words(&ended)?)?);
        files.push(slips.finish()?.into());
        let made = Made {
            generation,
            layer,
            history: history_name,
            units: units_file,
            names: names_file,
            counts: self.counts(&ended),
            next_ordinal,
            files,
        };
        run.observer.end();
        Ok((made, inputs, changes, written.counts.citizens))
    }

    /// The citizens whose number the delta names, as they stand now.
    fn ended(&self) -> Result<Packed, Trouble> {
        let before = |number: u64| self.delta.order.partition_point(|(other, _)| *other < number);
        let mut ended = Packed::default();
        // What stands in the layer of changes takes the place of what is below.
        let changed = self.store.changed_numbers()?;
        for (index, layer) in self.store.layers.iter().enumerate() {
            let table = &layer.citizens;
            let above: &[u64] = if index == 0 { &changed } else { &[] };
            let touched = |group: &usize| {
                let (first, last) = table.keys_of(*group);
                before(first.max(1)) < before(last.saturating_add(1))
            };
            let mut groups = (0..table.n_groups()).filter(touched);
            let damaged = |damage| self.store.damaged(table, damage);
            let look = |group: usize| {
                let numbers = table.numbers(group).map_err(damaged)?;
                let hit = |number: &u64| self.delta.holds(*number) && above.binary_search(number).is_err();
                let rows: Vec<usize> = (0..numbers.len()).filter(|row| hit(&numbers[*row])).collect();
                let mut found = Vec::new();
                if !rows.is_empty() {
                    let citizens = CitizenRows::read(table, group).map_err(damaged)?;
                    rows.into_iter().for_each(|row| citizens.get(row).pack(&mut found));
                }
                Ok((found, numbers.len()))
            };
            each_in_order(
                &self.run.pool,
                || self.run.stop.check().map(|()| groups.next()),
                look,
                |(found, n_rows)| {
                    for record in each_packed(&found) {
                        ended.push(record);
                    }
                    self.run.observer.advance(n_rows as u64);
                    Ok(())
                },
            )?;
        }
        ended
            .order
            .sort_unstable_by_key(|&(number, at)| (number, Citizen::unpack(&ended.bytes[at..]).ordinal));
        Ok(ended)
    }

    /// Gives each record of the delta its place in the extract: that of what it takes the place of, or one at the end.
    fn place(&mut self, ended: &Packed, next_ordinal: &mut u32) {
        let mut new: Vec<usize> = Vec::new();
        let mut places: Vec<(usize, u32)> = Vec::new();
        for same in self.delta.order.chunk_by(|one, other| one.0 == other.0 && one.0 != 0) {
            let mut known = ended.of(same[0].0).filter(|citizen| citizen.number != 0);
            for &(_, at) in same {
                match known.next() {
                    Some(citizen) => places.push((at, citizen.ordinal)),
                    None => new.push(at),
                }
            }
        }
        // In the order of the delta, which is the order of the bytes.
        new.sort_unstable();
        for at in new {
            places.push((at, *next_ordinal));
            *next_ordinal += 1;
        }
        for (at, ordinal) in places {
            Citizen::set_ordinal(&mut self.delta.bytes[at..], ordinal);
        }
    }

    /// Hands over the citizens that changed earlier and are not named now.
    fn carry_over(&self, sorter: &mut Sorter<'_>) -> Result<(), Trouble> {
        let mut packed = Vec::new();
        for layer in self.store.layers.iter().skip(1) {
            let table = &layer.citizens;
            for group in 0..table.n_groups() {
                self.run.stop.check()?;
                let damaged = |damage| self.store.damaged(table, damage);
                let citizens = CitizenRows::read(table, group).map_err(damaged)?;
                for citizen in (0..citizens.n_rows()).map(|row| citizens.get(row)) {
                    if self.delta.holds(citizen.number) {
                        continue;
                    }
                    packed.clear();
                    citizen.pack(&mut packed);
                    let put_aside = |error| Trouble::writing(&error, &self.files.folder);
                    sorter.push(&packed, |_| {}).map_err(put_aside)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the states that are over; one that the delta says again is not.
    fn write_history(
        &self,
        name: &str,
        ended: &Packed,
        lives: &HashMap<u64, u8>,
    ) -> Result<Vec<StoreFile>, Trouble> {
        let until = self.run.plan.as_of;
        let rows: Vec<Ended<'_>> = ended
            .iter()
            .filter(|citizen| !self.delta.of(citizen.number).any(|now| now == *citizen))
            .map(|citizen| Ended {
                citizen,
                until,
                life_after: lives.get(&citizen.number).copied().unwrap_or_default(),
            })
            .collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let broken = writing_table(self.files, name);
        let mut table = TableWriter::history(self.files.file(name)?).map_err(&broken)?;
        for group in history_groups(&rows).map_err(&broken)? {
            table.write(&group).map_err(&broken)?;
        }
        finish_table(self.files, name, table)
    }

    /// How often words stand in names from now on.
    fn words(&self, ended: &Packed) -> Result<WordCounts, Trouble> {
        let mut words = self.store.words()?;
        let mut more = WordCounts::new();
        for citizen in self.delta.iter() {
            each_word(citizen.name, |word, part| more.entry(fold(word)).or_default()[part] += 1);
        }
        merge(&mut words, more);
        for citizen in ended.iter() {
            each_word(citizen.name, |word, part| {
                if let Some(counts) = words.get_mut(&fold(word)) {
                    counts[part] = counts[part].saturating_sub(1);
                }
            });
        }
        words.retain(|_, counts| counts.iter().any(|count| *count > 0));
        Ok(words)
    }

    /// What the store holds from now on.
    fn counts(&self, ended: &Packed) -> StoreCounts {
        let of = |packed: &Packed| {
            let mut counts = StoreCounts::default();
            packed.iter().for_each(|citizen| counts.add(&citizen));
            let same = packed.order.chunk_by(|one, other| one.0 == other.0 && one.0 != 0);
            counts.repeated_numbers = same.map(|same| same.len() as u64 - 1).sum();
            counts
        };
        let mut counts = self.store.manifest.counts;
        counts.remove(&of(ended));
        counts.merge(&of(&self.delta));
        counts
    }
}

/// Puts the new manifest in the place of the old one.
fn put_manifest(files: &Amended, manifest: &StoreManifest) -> Result<(), Trouble> {
    const NEXT: &str = "reference.json.partial";
    let mut file = files.file(NEXT)?;
    file.write(&json(manifest))?;
    file.finish(None)?;
    let trouble = writing(files, STORE_MANIFEST);
    folder::sync_folder(&files.folder).map_err(&trouble)?;
    fs::rename(files.path(NEXT), files.path(STORE_MANIFEST)).map_err(&trouble)?;
    folder::sync_folder(&files.folder).map_err(&trouble)
}

/// Removes files of ours that the manifest does not name: left by a killed update, or of no use any more.
fn remove_unnamed(folder: &Path, manifest: &StoreManifest) -> Result<(), Trouble> {
    let trouble = |error: &std::io::Error| Trouble::writing(error, folder);
    for entry in fs::read_dir(folder).map_err(|error| trouble(&error))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = name.ends_with(".arrow")
            || name.ends_with(".partial")
            || name == "aside"
            || (name.starts_with("quarantine-") && name.ends_with(".csv"));
        if is_ours && manifest.file(&name).is_none() {
            fs::remove_file(entry.path()).map_err(|error| trouble(&error))?;
        }
    }
    Ok(())
}
