//! A store built from extracts: citizens are put in order in bounded memory and written as tables.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::gather::UnitBook;
use super::layer::{Files, write_units, write_words};
use crate::pipeline::run::{Plan, Run, open_all};
use crate::pipeline::slips::Slips;
use crate::pipeline::{Observer, Prepared, Stage, Stop};
use crate::record::{Trouble, TroubleCode};
use crate::reference::store::{
    BASE_LAYER, FORMAT_VERSION, Layout, STORE_KIND, STORE_MANIFEST, Sorter, StoreManifest, StoreTool,
};
use crate::report::folder::{self, RunFile, RunFolder};
use crate::report::summary::{self, Input, Resources, Tool};
use crate::rulebook::{Role, Rulebook};

/// A store that was built.
#[derive(Debug)]
pub struct Built {
    /// Its folder.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: StoreManifest,
    /// The extracts.
    pub inputs: Vec<Input>,
    /// What it cost.
    pub resources: Resources,
}

impl Files for RunFolder {
    fn file(&self, name: &str) -> Result<RunFile, Trouble> {
        Self::file(self, name, true)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.partial().join(name)
    }
}

/// Share of the memory that citizens on their way into order may hold: what is sorted and written stands beside them.
pub(super) const HELD: u64 = 2;

/// Builds a store from the extracts of the plan and publishes its folder.
///
/// # Errors
/// A [`Trouble`]; then nothing is published.
pub fn build(
    plan: &Plan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<Built, Trouble> {
    let run = Run::new(plan, book, observer, stop)?;
    let files = open_all(&plan.lists, Some(Role::Reference), book)?;
    let folder = RunFolder::create_with(&plan.out, plan.replace, STORE_MANIFEST)?;
    let n_bytes: u64 = files.iter().map(|file| file.opened.n_bytes).sum();
    // A store is about two thirds of its extracts, and as much again is put aside where memory is short.
    folder::check_space(folder.partial(), n_bytes + n_bytes / 2)?;
    let has_units = files.iter().all(Prepared::tells_communes);

    let mut slips = Slips::begin(&folder, &plan.formats)?;
    let gazetteer = book.gazetteer()?;
    let mut units = UnitBook::new(Vec::new(), &gazetteer);
    let make_file = || aside(folder.partial());
    let mut sorter = Sorter::new(Layout::CITIZENS, plan.memory_bytes / HELD, &make_file);
    observer.begin(Stage::Extract, n_bytes);
    let inputs = run.gather(files, &mut slips, &mut units, &mut |record, settle| {
        sorter.push(record, settle).map_err(|error| Trouble::writing(&error, folder.target()))
    })?;
    observer.end();
    check_bad(plan, &inputs)?;
    let n_citizens: u64 = inputs.iter().map(|input| input.records_clean).sum();
    observer.begin(Stage::Store, n_citizens);
    let layer = run.write_layer(&folder, BASE_LAYER, sorter, &units.units, &make_file)?;
    observer.end();
    if layer.counts.citizens != n_citizens {
        return Err(Trouble::new(TroubleCode::Internal).word("cause", "rows out are not rows in"));
    }
    let mut made = layer.files;
    let (units_file, names_file) = ("units.arrow", "names.arrow");
    made.push(write_units(&folder, units_file, &units.units)?);
    made.push(write_words(&folder, names_file, layer.words)?);
    let quarantine = slips.finish()?;
    made.push(quarantine.into());
    let next_ordinal = u32::try_from(n_citizens).map_err(|_| Trouble::new(TroubleCode::Internal))?;
    let manifest = StoreManifest {
        kind: STORE_KIND.to_owned(),
        format_version: FORMAT_VERSION,
        tool: StoreTool { name: Tool::THIS.name.to_owned(), version: Tool::THIS.version.to_owned() },
        store_id: String::new(),
        checksum: String::new(),
        rules_sha256: book.reading_sha256(),
        as_of: plan.as_of,
        built: clock(),
        updated: None,
        n_updates: 0,
        has_units,
        next_ordinal,
        counts: layer.counts,
        layers: vec![BASE_LAYER.to_owned()],
        units: units_file.to_owned(),
        names: names_file.to_owned(),
        history: Vec::new(),
        sources: sources(&inputs),
        files: made,
    }
    .sealed();
    let mut file = folder.file(STORE_MANIFEST, false)?;
    file.write(&summary::json(&manifest))?;
    file.finish(None)?;
    stop.check()?;
    let target = folder.target().to_owned();
    folder.publish()?;
    Ok(Built { folder: target, manifest, inputs, resources: run.resources() })
}

/// The facts of files for the manifest.
pub(super) fn sources(inputs: &[Input]) -> Vec<serde_json::Value> {
    inputs.iter().map(|input| serde_json::to_value(input).unwrap_or_default()).collect()
}

/// A file for what memory has no room for. It has no name: whatever becomes of the run, nothing stays of it.
pub(super) fn aside(folder: &Path) -> io::Result<File> {
    let path = folder.join("aside");
    let file = folder::new_file(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// Refuses extracts with more bad records than the plan allows.
pub(super) fn check_bad(plan: &Plan, inputs: &[Input]) -> Result<(), Trouble> {
    plan.max_bad.trouble(inputs, TroubleCode::TooManyBadExtract).map_or(Ok(()), Err)
}
