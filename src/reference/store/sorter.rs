//! Records put in the order of their numbers, in bounded memory.
//!
//! The first digits of a number choose a bucket, so buckets are in order and each is sorted by itself later. When all
//! buckets together hold as much as is allowed, they are emptied into one file, and a bucket remembers where its parts
//! lie. Which rows are sorted together follows from the numbers alone: memory and threads do not show in the result.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::citizen::{packed_length, packed_number, packed_ordinal};

/// How records are laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Length of the record that begins here.
    length: fn(&[u8]) -> usize,
    /// The number that it is sorted by.
    key: fn(&[u8]) -> u64,
    /// What orders records of one number.
    rank: fn(&[u8]) -> u32,
}

impl Layout {
    /// Packed citizens, by number and ordinal.
    pub const CITIZENS: Self = Self { length: packed_length, key: packed_number, rank: packed_ordinal };

    /// Earlier numbers with the row that each leads to.
    pub const OLD_NUMBERS: Self = Self {
        length: |_| OLD_LENGTH,
        key: |bytes| Self::old_of(bytes).0,
        rank: |bytes| Self::old_of(bytes).1,
    };

    /// The earlier number and the row of a record.
    pub(super) fn old_of(record: &[u8]) -> (u64, u32) {
        let old = u64::from_le_bytes(record[..8].try_into().expect("eight bytes"));
        (old, u32::from_le_bytes(record[8..OLD_LENGTH].try_into().expect("four bytes")))
    }
}

const OLD_LENGTH: usize = 12;

/// An earlier number and the row that it leads to, as a record.
pub fn old_record(old: u64, row: u32) -> [u8; OLD_LENGTH] {
    let mut record = [0; OLD_LENGTH];
    record[..8].copy_from_slice(&old.to_le_bytes());
    record[8..].copy_from_slice(&row.to_le_bytes());
    record
}

/// The first five of twelve digits, and two of nine, choose a bucket.
const SHARED_DIGITS: u64 = 10_000_000;
/// First five digits beyond those of any province go together.
const N_CITIZEN_BUCKETS: u64 = 10_000;
const OLD_MARK: u64 = 1 << 62;
const N_BUCKETS: usize = N_CITIZEN_BUCKETS as usize + 102;

/// The bucket of a packed number; never smaller for a greater number.
fn bucket_of(number: u64) -> usize {
    let place = if number == 0 {
        0
    } else if number < OLD_MARK {
        1 + (number / SHARED_DIGITS).min(N_CITIZEN_BUCKETS)
    } else {
        2 + N_CITIZEN_BUCKETS + ((number - OLD_MARK) / SHARED_DIGITS).min(99)
    };
    place as usize
}

/// Smallest and largest room that a bucket is given at a time.
const CHUNK_MIN: usize = 1 << 12;
const CHUNK_MAX: usize = 1 << 18;

#[derive(Debug, Default)]
struct Bucket {
    chunks: Vec<Vec<u8>>,
    spilled: Vec<(u64, usize)>,
    n_bytes: usize,
    n_rows: u64,
}

/// Records on their way into order.
pub struct Sorter<'a> {
    layout: Layout,
    buckets: Vec<Bucket>,
    held_bytes: usize,
    most_bytes: usize,
    make_file: &'a dyn Fn() -> io::Result<File>,
    file: Option<(File, u64)>,
}

impl<'a> Sorter<'a> {
    /// A sorter that holds about `most_bytes` in memory; `make_file` gives a new file for the rest.
    pub fn new(layout: Layout, most_bytes: u64, make_file: &'a dyn Fn() -> io::Result<File>) -> Self {
        Self {
            layout,
            buckets: (0..N_BUCKETS).map(|_| Bucket::default()).collect(),
            held_bytes: 0,
            most_bytes: most_bytes.try_into().unwrap_or(usize::MAX),
            make_file,
            file: None,
        }
    }

    /// Adds a record; `settle` may change it where it stands, but not its length nor its number.
    ///
    /// # Errors
    /// When what is too much for memory cannot be written.
    pub fn push(&mut self, record: &[u8], settle: impl FnOnce(&mut [u8])) -> io::Result<()> {
        let bucket = &mut self.buckets[bucket_of((self.layout.key)(record))];
        let has_room = bucket.chunks.last().is_some_and(|last| last.capacity() - last.len() >= record.len());
        if !has_room {
            let room = (bucket.n_bytes / 4).clamp(CHUNK_MIN, CHUNK_MAX).max(record.len());
            bucket.chunks.push(Vec::with_capacity(room));
            self.held_bytes += room;
        }
        let chunk = bucket.chunks.last_mut().expect("just made");
        let start = chunk.len();
        chunk.extend_from_slice(record);
        settle(&mut chunk[start..]);
        bucket.n_bytes += record.len();
        bucket.n_rows += 1;
        if self.held_bytes > self.most_bytes { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        let (file, end) = match &mut self.file {
            Some(file) => file,
            none => none.insert(((self.make_file)()?, 0)),
        };
        for bucket in &mut self.buckets {
            for chunk in bucket.chunks.drain(..) {
                file.write_all_at(&chunk, *end)?;
                bucket.spilled.push((*end, chunk.len()));
                *end += chunk.len() as u64;
            }
        }
        self.held_bytes = 0;
        Ok(())
    }

    /// Ends adding: pieces of work that can be sorted by themselves, in order, each of at least `n_rows` rows unless it
    /// is the last.
    pub fn finish(self, n_rows: u64) -> Vec<Unsorted> {
        let file = self.file.map(|(file, _)| Arc::new(file));
        let piece = |first_row: u64| Unsorted {
            layout: self.layout,
            file: file.clone(),
            first_row,
            n_rows: 0,
            buckets: Vec::new(),
        };
        let (mut pieces, mut next) = (Vec::new(), piece(0));
        for bucket in self.buckets.into_iter().filter(|bucket| bucket.n_rows > 0) {
            next.n_rows += bucket.n_rows;
            next.buckets.push(bucket);
            if next.n_rows >= n_rows {
                let after = piece(next.first_row + next.n_rows);
                pieces.push(std::mem::replace(&mut next, after));
            }
        }
        pieces.extend((next.n_rows > 0).then_some(next));
        pieces
    }
}

/// Records that belong together and are not sorted yet.
pub struct Unsorted {
    layout: Layout,
    file: Option<Arc<File>>,
    /// Rows of the pieces before this one.
    pub first_row: u64,
    /// Rows of this piece.
    pub n_rows: u64,
    buckets: Vec<Bucket>,
}

impl Unsorted {
    /// Reads the records and sorts them.
    ///
    /// # Errors
    /// When what was written cannot be read again.
    pub fn sort(self) -> io::Result<Sorted> {
        let n_bytes = self.buckets.iter().map(|bucket| bucket.n_bytes).sum();
        let mut bytes = Vec::with_capacity(n_bytes);
        for bucket in self.buckets {
            for (offset, length) in bucket.spilled {
                let start = bytes.len();
                bytes.resize(start + length, 0);
                let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
                file.read_exact_at(&mut bytes[start..], offset)?;
            }
            bucket.chunks.into_iter().for_each(|chunk| bytes.extend_from_slice(&chunk));
        }
        let Layout { length, key, rank } = self.layout;
        let mut order = Vec::with_capacity(self.n_rows as usize);
        let mut at = 0;
        while at < bytes.len() {
            let record = &bytes[at..];
            order.push((key(record), rank(record), at));
            at += length(record);
        }
        order.sort_unstable();
        Ok(Sorted { bytes, order, first_row: self.first_row })
    }
}

/// Records in order.
pub struct Sorted {
    bytes: Vec<u8>,
    /// Key, rank, and where the record begins.
    order: Vec<(u64, u32, usize)>,
    /// Rows of the pieces before this one.
    pub first_row: u64,
}

impl Sorted {
    /// The records, each from its beginning.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.order.iter().map(|&(_, _, at)| &self.bytes[at..])
    }

    /// The numbers, in order.
    pub fn numbers(&self) -> impl ExactSizeIterator<Item = u64> {
        self.order.iter().map(|(number, _, _)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers() -> Vec<u64> {
        let mixed = |index: u64| (index * 7_919_993_111) % 97_000_000_000;
        let citizens = (0..5_000).map(mixed);
        citizens
            .chain((0..500).map(|index| OLD_MARK | (index * 1_999_993)))
            .chain([0, 0, 999_999_999_999])
            .collect()
    }

    #[test]
    fn buckets_are_in_the_order_of_numbers() {
        let mut numbers = numbers();
        numbers.sort_unstable();
        assert!(numbers.iter().map(|number| bucket_of(*number)).is_sorted());
        assert!(numbers.iter().all(|number| bucket_of(*number) < N_BUCKETS));
        assert!(bucket_of(u64::MAX) < N_BUCKETS);
    }

    #[test]
    fn the_order_is_the_same_whatever_the_memory() {
        let numbers = numbers();
        let mut expected: Vec<(u64, u32)> = numbers.iter().copied().zip(0..).collect();
        expected.sort_unstable();
        let mut firsts = Vec::new();
        for most_bytes in [0, 40_000, u64::MAX] {
            let make_file = || tempfile::tempfile();
            let mut sorter = Sorter::new(Layout::OLD_NUMBERS, most_bytes, &make_file);
            for (row, number) in numbers.iter().enumerate() {
                sorter.push(&old_record(*number, row as u32), |_| {}).expect("room on the disk");
            }
            let pieces = sorter.finish(300);
            firsts.push(pieces.iter().map(|piece| piece.first_row).collect::<Vec<_>>());
            let sorted = pieces.into_iter().map(|piece| piece.sort().expect("readable"));
            let found: Vec<(u64, u32)> = sorted
                .flat_map(|sorted| {
                    let pairs = sorted.iter().map(|record| {
                        ((Layout::OLD_NUMBERS.key)(record), (Layout::OLD_NUMBERS.rank)(record))
                    });
                    pairs.collect::<Vec<_>>()
                })
                .collect();
            assert_eq!(found, expected);
        }
        assert!(firsts.windows(2).all(|pair| pair[0] == pair[1]));
        assert!(firsts[0].len() > 5);
    }
}
