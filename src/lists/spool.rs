//! Rows put together by list in one file without a name, in bounded memory.
//!
//! Rows come in the order of the run and go to some thousand lists. Each list has a small buffer; a full one is put behind
//! the file as a block, and the list remembers where. So the rows of a list stay in their order, nothing is sorted, and
//! nothing stays of a killed run.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::row::Row;

/// Bytes of a buffer that make a block: 4,000 lists have 64 MiB of them.
const BLOCK: usize = 1 << 14;

/// The rows of one list.
#[derive(Debug, Default)]
struct Bucket {
    held: Vec<u8>,
    blocks: Vec<(u64, u32)>,
    n_rows: u64,
    n_bytes: u64,
}

/// Rows on their way to their lists.
#[derive(Debug)]
pub struct Spool {
    file: File,
    n_bytes: u64,
    buckets: Vec<Bucket>,
}

impl Spool {
    /// Room for so many lists; `file` is new and empty.
    pub fn new(file: File, n_lists: usize) -> Self {
        let buckets = std::iter::repeat_with(Bucket::default).take(n_lists).collect();
        Self { file, n_bytes: 0, buckets }
    }

    /// Adds a row to a list.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, list: usize, row: &Row) -> io::Result<()> {
        let bucket = &mut self.buckets[list];
        let before = bucket.held.len();
        row.push(&mut bucket.held);
        bucket.n_rows += 1;
        bucket.n_bytes += (bucket.held.len() - before) as u64;
        if bucket.held.len() >= BLOCK {
            let length = u32::try_from(bucket.held.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
            self.file.write_all_at(&bucket.held, self.n_bytes)?;
            bucket.blocks.push((self.n_bytes, length));
            self.n_bytes += u64::from(length);
            bucket.held.clear();
            // One row of many megabytes does not keep its room for ever.
            bucket.held.shrink_to(2 * BLOCK);
        }
        Ok(())
    }

    /// How many rows a list has.
    pub fn n_rows(&self, list: usize) -> u64 {
        self.buckets[list].n_rows
    }

    /// How many bytes they are.
    pub fn n_bytes(&self, list: usize) -> u64 {
        self.buckets[list].n_bytes
    }

    /// The rows of a list in the order in which they came.
    pub fn rows(&self, list: usize) -> Rows<'_> {
        Rows { spool: self, list, block: 0, bytes: Vec::new(), at: 0 }
    }
}

/// Goes through the rows of a list, a block at a time.
#[derive(Debug)]
pub struct Rows<'a> {
    spool: &'a Spool,
    list: usize,
    block: usize,
    bytes: Vec<u8>,
    at: usize,
}

impl Rows<'_> {
    /// Takes the next block; false where there is none.
    fn next_block(&mut self) -> io::Result<bool> {
        let bucket = &self.spool.buckets[self.list];
        self.at = 0;
        self.bytes.clear();
        match bucket.blocks.get(self.block) {
            Some((offset, length)) => {
                self.bytes.resize(*length as usize, 0);
                self.spool.file.read_exact_at(&mut self.bytes, *offset)?;
            }
            // What is still in the buffer comes last.
            None if self.block == bucket.blocks.len() => self.bytes.extend_from_slice(&bucket.held),
            None => return Ok(false),
        }
        self.block += 1;
        Ok(!self.bytes.is_empty())
    }
}

impl Iterator for Rows<'_> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.bytes.len() {
            match self.next_block() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
        let mut rest = &self.bytes[self.at..];
        let row = Row::take(&mut rest);
        self.at = self.bytes.len() - rest.len();
        Some(row.ok_or_else(|| io::ErrorKind::InvalidData.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_gets_its_rows_in_order() {
        let file = tempfile::tempfile().expect("a temporary file");
        let mut spool = Spool::new(file, 3);
        let row = |at: usize| Row { key: at.to_string(), detail: "x".repeat(at % 700), ..Row::default() };
        for at in 0..1000 {
            spool.add(at % 2, &row(at)).expect("room on the disk");
        }
        for list in 0..2 {
            let rows: Vec<Row> = spool.rows(list).map(|row| row.expect("written")).collect();
            let expected: Vec<Row> = (0..1000).filter(|at| at % 2 == list).map(row).collect();
            assert_eq!(rows, expected);
            assert_eq!(spool.n_rows(list), 500);
            assert!(!spool.buckets[list].blocks.is_empty());
        }
        assert_eq!(spool.rows(2).count(), 0);
    }
}
