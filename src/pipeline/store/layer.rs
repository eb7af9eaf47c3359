//! The files of a store written: a layer of citizens with its earlier numbers, units, words of names.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::PathBuf;

use arrow_schema::ArrowError;

use crate::pipeline::ordered::each_in_order;
use crate::pipeline::run::Run;
use crate::record::{Trouble, TroubleCode};
use crate::reference::store::{
    Group, Layout, Sorter, StoreCounts, StoreFile, StoreUnit, TableWriter, Unplaced, WordCounts,
    citizens_file, index_file, of_arrow, old_numbers_file, old_record, written,
};
use crate::report::folder::{RunFile, Written};
use crate::text;

/// Where the files of a store are made.
pub(super) trait Files: Sync {
    /// A new file.
    fn file(&self, name: &str) -> Result<RunFile, Trouble>;
    /// Where it stands while the store is made.
    fn path(&self, name: &str) -> PathBuf;
}

/// What a layer holds.
pub(super) struct LayerWritten {
    pub(super) counts: StoreCounts,
    pub(super) words: WordCounts,
    pub(super) files: Vec<StoreFile>,
}

impl From<Written> for StoreFile {
    fn from(written: Written) -> Self {
        Self { path: written.path, rows: written.rows, bytes: written.bytes, sha256: written.sha256 }
    }
}

/// The trouble of an error of the system.
pub(super) fn writing(files: &dyn Files, name: &str) -> impl Fn(io::Error) -> Trouble + use<> {
    let path = files.path(name);
    move |error| Trouble::writing(&error, &path)
}

/// The same where a table is written.
pub(super) fn writing_table(files: &dyn Files, name: &str) -> impl Fn(ArrowError) -> Trouble + use<> {
    let trouble = writing(files, name);
    move |error| trouble(of_arrow(error))
}

impl Run<'_> {
    /// Writes the citizens of a sorter as a layer.
    pub(super) fn write_layer(
        &self,
        files: &dyn Files,
        layer: &str,
        sorter: Sorter<'_>,
        units: &[StoreUnit],
        make_file: &dyn Fn() -> io::Result<File>,
    ) -> Result<LayerWritten, Trouble> {
        let residences: Vec<bool> = units.iter().map(|unit| unit.is_residence).collect();
        let (mut counts, mut words) = (StoreCounts::default(), WordCounts::new());
        let mut old_numbers = Sorter::new(Layout::OLD_NUMBERS, self.plan.memory_bytes / 4, make_file);
        let name = citizens_file(layer);
        let put_aside = writing(files, &name);
        let broken = writing_table(files, &name);
        let mut table = TableWriter::citizens(files.file(&name)?.near()).map_err(&broken)?;
        let mut pieces = sorter.finish(written::ROWS_TOGETHER).into_iter();
        each_in_order(
            &self.pool,
            || self.stop.check().map(|()| pieces.next()),
            |piece| written::citizens(piece, &residences).map_err(writing(files, &citizens_file(layer))),
            |piece| {
                self.check_memory()?;
                piece.groups.iter().try_for_each(|group| table.write(group)).map_err(&broken)?;
                for (old, row) in piece.old {
                    old_numbers.push(&old_record(old, row), |_| {}).map_err(&put_aside)?;
                }
                counts.merge(&piece.counts);
                merge(&mut words, piece.words);
                self.observer.advance(piece.counts.citizens);
                Ok(())
            },
        )?;
        let mut made = finish_table(files, &name, table)?;

        let name = old_numbers_file(layer);
        let broken = writing_table(files, &name);
        let mut table = TableWriter::old_numbers(files.file(&name)?.near()).map_err(&broken)?;
        let mut pieces = old_numbers.finish(written::ROWS_TOGETHER).into_iter();
        each_in_order(
            &self.pool,
            || self.stop.check().map(|()| pieces.next()),
            |piece| written::old_numbers(piece).map_err(writing(files, &old_numbers_file(layer))),
            |groups| groups.iter().try_for_each(|group| table.write(group)).map_err(&broken),
        )?;
        made.extend(finish_table(files, &name, table)?);
        Ok(LayerWritten { counts, words, files: made })
    }
}

/// Adds counts of words.
pub(super) fn merge(all: &mut WordCounts, more: WordCounts) {
    for (word, counts) in more {
        let known = all.entry(word).or_default();
        known.iter_mut().zip(counts).for_each(|(ours, theirs)| *ours += theirs);
    }
}

/// Ends a table and writes its index.
pub(super) fn finish_table(
    files: &dyn Files,
    name: &str,
    table: TableWriter<RunFile>,
) -> Result<Vec<StoreFile>, Trouble> {
    let (table, index) = end(files, name, table)?;
    let unreadable = writing(files, name);
    let file = File::open(files.path(name)).map_err(unreadable)?;
    let changed = |_| Trouble::new(TroubleCode::Internal).file(files.path(name)).word("cause", "table");
    let bytes = index.index(&file).map_err(changed)?;
    let mut file = files.file(&index_file(name))?.near();
    file.write(&bytes)?;
    Ok(vec![table, file.finish(None)?.into()])
}

fn end(files: &dyn Files, name: &str, table: TableWriter<RunFile>) -> Result<(StoreFile, Unplaced), Trouble> {
    let n_rows = table.n_rows();
    let (file, index) = table.finish().map_err(writing_table(files, name))?;
    Ok((file.finish(Some(n_rows))?.into(), index))
}

/// Writes a table of one group that is read as a whole.
fn small_table(
    files: &dyn Files,
    name: &str,
    begin: impl FnOnce(RunFile) -> Result<TableWriter<RunFile>, ArrowError>,
    group: io::Result<Group>,
) -> Result<StoreFile, Trouble> {
    let broken = writing_table(files, name);
    let mut table = begin(files.file(name)?.near()).map_err(&broken)?;
    table.write(&group.map_err(writing(files, name))?).map_err(&broken)?;
    Ok(end(files, name, table)?.0)
}

/// Writes the units.
pub(super) fn write_units(files: &dyn Files, name: &str, units: &[StoreUnit]) -> Result<StoreFile, Trouble> {
    small_table(files, name, TableWriter::units, written::units(units))
}

/// Writes the words of names; spellings that differ in case count together.
pub(super) fn write_words(files: &dyn Files, name: &str, words: WordCounts) -> Result<StoreFile, Trouble> {
    let mut folded = WordCounts::new();
    for (word, counts) in words {
        merge(&mut folded, BTreeMap::from([(fold(&word), counts)]));
    }
    small_table(files, name, TableWriter::words, written::words(&folded))
}

/// A word of names as it is counted: in capitals.
pub(super) fn fold(word: &[u8]) -> Vec<u8> {
    let mut out = String::new();
    text::upper(&String::from_utf8_lossy(word), &mut out);
    out.into_bytes()
}
