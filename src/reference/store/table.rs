//! A table of a store on disk: an Arrow file of groups, and beside it an index of where each buffer lies.
//!
//! The file is an ordinary Arrow file that other tools can read. The index says for each group its rows, its smallest and
//! greatest key, and for each buffer its place, length and checksum, so that a few buffers can be read without looking at
//! anything else, and none is used that is damaged.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema};
use bytemuck::{Pod, Zeroable};
use xxhash_rust::xxh3::xxh3_64;

use super::placed::{Place, blocks, places};
use super::shape::{CITIZENS, Group, HISTORY, Kind, NAMES, OLD_NUMBERS, Shape, Texts, UNITS, schema};
use super::whole::batches;

/// What can be wrong with a table; never a value of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// The file ends early or cannot be read.
    Unreadable,
    /// It is not laid out as it should be.
    Layout,
    /// A checksum differs.
    Checksum,
    /// Keys are not in order.
    Order,
}

impl Damage {
    /// The name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Layout => "layout",
            Self::Checksum => "checksum",
            Self::Order => "order",
        }
    }
}

/// How many buffers the columns of a table have.
pub(super) fn n_buffers(shape: Shape) -> usize {
    shape.iter().map(|column| if column.kind == Kind::Text { 2 } else { 1 }).sum()
}

/// Where the buffers of a column begin.
fn first_buffer(shape: Shape, column: usize) -> usize {
    n_buffers(&shape[..column])
}

/// A table while it is written.
pub struct TableWriter<W: Write> {
    shape: Shape,
    writer: FileWriter<W>,
    entries: Vec<Entry>,
}

/// One group in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) n_rows: u64,
    pub(super) keys: (u64, u64),
    buffers: Vec<Place>,
}

impl<W: Write> TableWriter<W> {
    /// The table of citizens.
    ///
    /// # Errors
    /// When its beginning cannot be written.
    pub fn citizens(out: W) -> Result<Self, ArrowError> {
        Self::new(CITIZENS, out)
    }

    /// The table of earlier numbers.
    ///
    /// # Errors
    /// As [`TableWriter::citizens`].
    pub fn old_numbers(out: W) -> Result<Self, ArrowError> {
        Self::new(OLD_NUMBERS, out)
    }

    /// The table of what is over.
    ///
    /// # Errors
    /// As [`TableWriter::citizens`].
    pub fn history(out: W) -> Result<Self, ArrowError> {
        Self::new(HISTORY, out)
    }

    /// The table of units.
    ///
    /// # Errors
    /// As [`TableWriter::citizens`].
    pub fn units(out: W) -> Result<Self, ArrowError> {
        Self::new(UNITS, out)
    }

    /// The table of the words of names.
    ///
    /// # Errors
    /// As [`TableWriter::citizens`].
    pub fn words(out: W) -> Result<Self, ArrowError> {
        Self::new(NAMES, out)
    }

    fn new(shape: Shape, out: W) -> Result<Self, ArrowError> {
        Ok(Self { shape, writer: FileWriter::try_new(out, &schema(shape))?, entries: Vec::new() })
    }

    /// Adds a group; its keys follow those of the group before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, group: &Group) -> Result<(), ArrowError> {
        let buffers = group.sums.iter().map(|&sum| Place { sum, ..Place::default() }).collect();
        self.entries.push(Entry { n_rows: group.n_rows as u64, keys: group.keys, buffers });
        self.writer.write(&group.batch)
    }

    /// How many rows there are so far.
    pub fn n_rows(&self) -> u64 {
        self.entries.iter().map(|entry| entry.n_rows).sum()
    }

    /// Ends the file and gives what it was written to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(W, Unplaced), ArrowError> {
        self.writer.finish()?;
        Ok((self.writer.into_inner()?, Unplaced { shape: self.shape, entries: self.entries }))
    }
}

/// An index that does not know yet where the buffers lie in the file.
#[derive(Debug)]
pub struct Unplaced {
    shape: Shape,
    entries: Vec<Entry>,
}

impl Unplaced {
    /// The bytes of the index, given the file that was written.
    ///
    /// # Errors
    /// When the file cannot be read or is not what was written.
    pub fn index(mut self, file: &File) -> Result<Vec<u8>, Damage> {
        let blocks = blocks(file)?;
        if blocks.len() != self.entries.len() {
            return Err(Damage::Layout);
        }
        for (entry, block) in self.entries.iter_mut().zip(blocks) {
            let places = places(file, block, self.shape)?;
            for (known, place) in entry.buffers.iter_mut().zip(places) {
                *known = Place { sum: known.sum, ..place };
            }
        }
        index_bytes(self.shape, &self.entries).map_err(|_| Damage::Layout)
    }
}

/// Columns of the index before those of the buffers.
const BEFORE_BUFFERS: usize = 3;

fn index_bytes(shape: Shape, entries: &[Entry]) -> Result<Vec<u8>, ArrowError> {
    let mut names = ["rows", "first", "last"].map(str::to_owned).to_vec();
    for column in shape {
        let parts: &[&str] = if column.kind == Kind::Text { &["offsets", "bytes"] } else { &["values"] };
        for part in parts {
            names.extend(["at", "length", "checksum"].map(|what| format!("{}.{part}.{what}", column.name)));
        }
    }
    let column = |at: usize| {
        let value = |entry: &Entry| match at.checked_sub(BEFORE_BUFFERS) {
            None => [entry.n_rows, entry.keys.0, entry.keys.1][at],
            Some(at) => {
                let place = entry.buffers[at / 3];
                [place.offset, place.length, place.sum][at % 3]
            }
        };
        Arc::new(UInt64Array::from_iter_values(entries.iter().map(value))) as ArrayRef
    };
    let columns: Vec<ArrayRef> = (0..names.len()).map(column).collect();
    let fields: Vec<Field> =
        names.into_iter().map(|name| Field::new(name, DataType::UInt64, false)).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema())?;
    writer.write(&batch)?;
    writer.finish()?;
    writer.into_inner()
}

fn read_index(bytes: Vec<u8>, shape: Shape) -> Option<Vec<Entry>> {
    let n_buffers = n_buffers(shape);
    let mut entries = Vec::new();
    for batch in batches(bytes)? {
        let columns = batch.columns().iter().map(|column| column.as_primitive_opt::<UInt64Type>());
        let columns: Vec<&[u64]> = columns.map(|column| Some(&**column?.values())).collect::<Option<_>>()?;
        if columns.len() != BEFORE_BUFFERS + 3 * n_buffers {
            return None;
        }
        entries.extend((0..batch.num_rows()).map(|row| {
            Entry {
                n_rows: columns[0][row],
                keys: (columns[1][row], columns[2][row]),
                buffers: columns[BEFORE_BUFFERS..]
                    .chunks_exact(3)
                    .map(|parts| Place { offset: parts[0][row], length: parts[1][row], sum: parts[2][row] })
                    .collect(),
            }
        }));
    }
    Some(entries)
}

/// A table that is read.
#[derive(Debug)]
pub struct Table {
    shape: Shape,
    path: PathBuf,
    file: File,
    entries: Vec<Entry>,
    /// First row of each group.
    starts: Vec<u64>,
    n_rows: u64,
}

impl Table {
    /// Opens a table, given the bytes of its index. Reads nothing of the table itself.
    pub(super) fn open(path: &Path, index: Vec<u8>, shape: Shape) -> Result<Self, Damage> {
        let file = File::open(path).map_err(|_| Damage::Unreadable)?;
        let entries = read_index(index, shape).ok_or(Damage::Layout)?;
        let length = file.metadata().map_err(|_| Damage::Unreadable)?.len();
        let is_inside =
            |place: &Place| place.offset.checked_add(place.length).is_some_and(|end| end <= length);
        if !entries.iter().flat_map(|entry| &entry.buffers).all(is_inside) {
            return Err(Damage::Unreadable);
        }
        let mut n_rows = 0_u64;
        let starts = entries.iter().map(|entry| {
            let start = n_rows;
            n_rows = n_rows.checked_add(entry.n_rows)?;
            Some(start)
        });
        let starts = starts.collect::<Option<_>>().ok_or(Damage::Layout)?;
        Ok(Self { shape, path: path.to_owned(), file, starts, n_rows, entries })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Size of the file.
    pub(super) fn n_bytes(&self) -> Result<u64, Damage> {
        self.file.metadata().map(|metadata| metadata.len()).map_err(|_| Damage::Unreadable)
    }

    /// How many groups there are.
    pub fn n_groups(&self) -> usize {
        self.entries.len()
    }

    /// How many rows there are.
    pub const fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// Rows of a group.
    pub fn n_rows_of(&self, group: usize) -> usize {
        self.entries[group].n_rows as usize
    }

    /// The first row of a group.
    pub fn start_of(&self, group: usize) -> u64 {
        self.starts[group]
    }

    /// The group of a row.
    pub(super) fn group_of(&self, row: u64) -> usize {
        self.starts.partition_point(|start| *start <= row).saturating_sub(1)
    }

    /// Smallest and greatest key of a group.
    pub fn keys_of(&self, group: usize) -> (u64, u64) {
        self.entries[group].keys
    }

    /// The numbers of a group.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn numbers(&self, group: usize) -> Result<Vec<u64>, Damage> {
        self.u64s(group, 0)
    }

    /// The earlier numbers of a group and the rows they lead to, of a table of earlier numbers.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn leads(&self, group: usize) -> Result<Vec<(u64, u32)>, Damage> {
        Ok(self.u64s(group, 0)?.into_iter().zip(self.u32s(group, 1)?).collect())
    }

    /// A column of 64-bit values.
    pub(super) fn u64s(&self, group: usize, column: usize) -> Result<Vec<u64>, Damage> {
        self.new_values(group, column)
    }

    /// A column of 32-bit values.
    pub(super) fn u32s(&self, group: usize, column: usize) -> Result<Vec<u32>, Damage> {
        self.new_values(group, column)
    }

    /// A column of bytes.
    pub(super) fn u8s(&self, group: usize, column: usize) -> Result<Vec<u8>, Damage> {
        self.new_values(group, column)
    }

    /// A column of texts.
    pub(super) fn texts(&self, group: usize, column: usize) -> Result<Texts, Damage> {
        let mut texts = Texts::default();
        self.texts_into(group, column, &mut texts)?;
        Ok(texts)
    }

    fn new_values<T: Pod + Zeroable>(&self, group: usize, column: usize) -> Result<Vec<T>, Damage> {
        let mut values = Vec::new();
        self.values_into(group, column, &mut values)?;
        Ok(values)
    }

    /// Reads a column of values into memory that is used again: new memory has to be cleared first.
    pub(super) fn values_into<T: Pod + Zeroable>(
        &self,
        group: usize,
        column: usize,
        values: &mut Vec<T>,
    ) -> Result<(), Damage> {
        self.read(group, first_buffer(self.shape, column), self.n_rows_of(group), values)
    }

    /// Reads a column of texts into memory that is used again.
    pub(super) fn texts_into(&self, group: usize, column: usize, texts: &mut Texts) -> Result<(), Damage> {
        let buffer = first_buffer(self.shape, column);
        let n_offsets = self.n_rows_of(group).checked_add(1).ok_or(Damage::Layout)?;
        self.read(group, buffer, n_offsets, &mut texts.offsets)?;
        let length = self.entries[group].buffers[buffer + 1].length as usize;
        self.read(group, buffer + 1, length, &mut texts.bytes)?;
        let Texts { offsets, bytes } = texts;
        let is_fine = offsets.is_sorted()
            && offsets[0] >= 0
            && offsets.last().is_some_and(|&end| end as usize <= bytes.len());
        if is_fine { Ok(()) } else { Err(Damage::Layout) }
    }

    fn read<T: Pod + Zeroable>(
        &self,
        group: usize,
        buffer: usize,
        n_values: usize,
        values: &mut Vec<T>,
    ) -> Result<(), Damage> {
        let place = self.entries[group].buffers[buffer];
        if n_values.checked_mul(size_of::<T>()) != Some(place.length as usize) {
            return Err(Damage::Layout);
        }
        values.resize(n_values, T::zeroed());
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(values);
        self.file.read_exact_at(bytes, place.offset).map_err(|_| Damage::Unreadable)?;
        if xxh3_64(bytes) == place.sum { Ok(()) } else { Err(Damage::Checksum) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::shape::Values;
    use super::*;

    /// A table of units in two groups, and its index.
    fn written(folder: &Path) -> (PathBuf, Vec<u8>) {
        let path = folder.join("units.arrow");
        let mut table = TableWriter::units(File::create(&path).expect("a new file")).expect("room");
        for keys in [[0, 3], [4, 9]] {
            let texts = |texts: [&str; 2]| {
                let mut column = Texts::with_capacity(2);
                texts.iter().for_each(|text| column.push(text.as_bytes()));
                Values::Text(column)
            };
            let columns = vec![
                Values::U64(keys.to_vec()),
                texts(["Xã A", ""]),
                Values::U8(vec![1, 0]),
                texts(["00454", "00118"]),
                texts(["", "x"]),
            ];
            table.write(&Group::new(UNITS, columns).expect("columns of one length")).expect("room");
        }
        let (_, index) = table.finish().expect("room");
        let index = index.index(&File::open(&path).expect("just written")).expect("what was written");
        (path, index)
    }

    /// Reads all that a table has.
    fn read(table: &Table) -> Result<Vec<String>, Damage> {
        let mut lines = Vec::new();
        for group in 0..table.n_groups() {
            let (keys, marks) = (table.u64s(group, 0)?, table.u8s(group, 2)?);
            let (names, codes, times) =
                (table.texts(group, 1)?, table.texts(group, 3)?, table.texts(group, 4)?);
            for row in 0..table.n_rows_of(group) {
                let [name, code, time] = [&names, &codes, &times].map(|texts| texts.get(row).unwrap_or("?"));
                lines.push(format!("{} {name} {} {code} {time}", keys[row], marks[row]));
            }
        }
        Ok(lines)
    }

    const ROWS: [&str; 4] = ["0 Xã A 1 00454 ", "3  0 00118 x", "4 Xã A 1 00454 ", "9  0 00118 x"];

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let (path, index) = written(home.path());
        let table = Table::open(&path, index, UNITS).expect("as written");
        assert_eq!(read(&table).expect("as written"), ROWS);
        assert_eq!((table.n_rows(), table.keys_of(1), table.start_of(1)), (4, (4, 9), 2));
        assert_eq!([0, 1, 2, 3].map(|row| table.group_of(row)), [0, 0, 1, 1]);
    }

    #[test]
    fn a_damaged_table_gives_its_rows_or_none() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let (path, index) = written(home.path());
        let whole = std::fs::read(&path).expect("just written");
        let mut n_found = 0;
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            std::fs::write(&path, bytes).expect("room");
            match Table::open(&path, index.clone(), UNITS).and_then(|table| read(&table)) {
                Ok(rows) => assert_eq!(rows, ROWS, "byte {at}"),
                Err(_) => n_found += 1,
            }
        }
        // Every byte of a buffer is looked at.
        assert!(n_found >= 2 * (16 + 12 + 5 + 2 + 12 + 10 + 12 + 1), "{n_found}");
        std::fs::write(&path, &whole[..whole.len() / 2]).expect("room");
        assert!(Table::open(&path, index, UNITS).and_then(|table| read(&table)).is_err());
    }

    #[test]
    fn a_damaged_index_never_panics() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let (path, index) = written(home.path());
        for at in 0..index.len() {
            for bits in [1 << (at % 8), 0xFF] {
                let mut bytes = index.clone();
                bytes[at] ^= bits;
                // What is read may be less than there is, never another value.
                if let Ok(rows) = Table::open(&path, bytes, UNITS).and_then(|table| read(&table)) {
                    assert!(rows.iter().all(|row| ROWS.contains(&row.as_str())), "byte {at}: {rows:?}");
                }
            }
            let cut = Table::open(&path, index[..at].to_vec(), UNITS);
            assert!(cut.is_err(), "cut at {at}");
        }
    }
}
