//! Shuffling in bounded memory: candidates are thrown into buckets, and each bucket is shuffled by itself.
//!
//! Owns the bucket files, which are removed when it goes. Does not know what a candidate holds.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::random::Random;

/// A list up to this size is shuffled in memory.
const IN_MEMORY_MAX: u64 = 500_000;
/// About so many records go to one bucket file.
const PER_BUCKET: u64 = 250_000;
/// Open files are few on some systems.
const BUCKETS_MAX: u64 = 500;

/// The buckets.
pub(super) struct Buckets {
    memory: Vec<u8>,
    folder: Option<PathBuf>,
    files: Vec<BufWriter<File>>,
}

impl Buckets {
    /// Opens as many buckets as `records` need, in a folder of this name.
    pub(super) fn new(records: u64, temp: &Path, name: &str) -> Result<Self> {
        let mut buckets = Buckets { memory: Vec::new(), folder: None, files: Vec::new() };
        if records > IN_MEMORY_MAX {
            let folder = temp.join(name);
            fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
            buckets.folder = Some(folder.clone());
            for index in 0..records.div_ceil(PER_BUCKET).min(BUCKETS_MAX) {
                let path = bucket_path(&folder, index as usize);
                let file =
                    File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
                buckets.files.push(BufWriter::with_capacity(1 << 16, file));
            }
        }
        Ok(buckets)
    }

    /// Throws a packed candidate into one of the buckets.
    pub(super) fn throw(&mut self, packed: &[u8], random: &mut Random) -> Result<()> {
        if self.files.is_empty() {
            self.memory.extend_from_slice(packed);
            return Ok(());
        }
        let index = random.index(self.files.len());
        self.files[index].write_all(packed).context("cannot write a bucket file")
    }

    /// How many buckets there are.
    pub(super) fn count(&self) -> usize {
        self.files.len().max(1)
    }

    /// Takes the content of a bucket.
    pub(super) fn take(&mut self, index: usize) -> Result<Vec<u8>> {
        let Some(folder) = &self.folder else {
            return Ok(std::mem::take(&mut self.memory));
        };
        self.files[index].flush().context("cannot write a bucket file")?;
        let path = bucket_path(folder, index);
        let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        // The disk need not hold what has been taken; a failure here is met again at the end.
        let _ = fs::remove_file(&path);
        Ok(content)
    }
}

impl Drop for Buckets {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn bucket_path(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("bucket_{index:03}.bin"))
}

/// Puts the values into a random order (Fisher and Yates).
pub(super) fn shuffle<T>(values: &mut [T], random: &mut Random) {
    for at in (1..values.len()).rev() {
        values.swap(at, random.index(at + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_files_hold_everything_once_and_go_away() {
        let temp = tempfile::tempdir().expect("a folder");
        let mut random = Random::new(1, 1);
        let mut buckets = Buckets::new(IN_MEMORY_MAX + 1, temp.path(), "shuffle").expect("opened");
        for byte in 0..=255_u8 {
            buckets.throw(&[byte], &mut random).expect("written");
        }
        let mut all: Vec<u8> = (0..buckets.count()).flat_map(|at| buckets.take(at).expect("read")).collect();
        assert!(buckets.count() > 1);
        all.sort_unstable();
        assert!(all.into_iter().eq(0..=255));
        drop(buckets);
        assert_eq!(std::fs::read_dir(temp.path()).expect("still there").count(), 0);
    }
}
