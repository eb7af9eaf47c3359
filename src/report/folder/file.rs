//! One file of a folder that is being written: its size and checksum are known when it is finished.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use super::NO_FOLLOW;
use super::disk::{Block, Disk};
use crate::record::{Trouble, hex};

/// A file of the run, finished.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
pub struct Written {
    /// Path below the folder.
    pub path: String,
    /// Records, without the header; `None` where the file is not a table.
    pub rows: Option<u64>,
    /// Size.
    pub bytes: u64,
    /// Checksum.
    pub sha256: String,
    /// Whether full personal values stand in it.
    pub contains_personal_data: bool,
}

/// A new file that only its owner may read; follows no link.
///
/// # Errors
/// When it cannot be made, or stands there already.
pub fn new_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .custom_flags(NO_FOLLOW)
        .open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

/// A file of the run that is being written.
#[derive(Debug)]
pub struct RunFile {
    name: String,
    hasher: Sha256,
    n_bytes: u64,
    /// What is not written yet.
    block: Block,
    disk: ToDisk,
    /// Whether others write the blocks and bring the file to disk while it grows.
    is_handed_over: bool,
    contains_personal_data: bool,
}

impl RunFile {
    /// A new file `name` in `folder`, which troubles speak of as standing in `target`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(
        folder: &Path,
        target: &Path,
        name: &str,
        contains_personal_data: bool,
    ) -> Result<Self, Trouble> {
        let shown = target.join(name);
        let file = new_file(&folder.join(name)).map_err(|error| Trouble::writing(&error, &shown))?;
        let disk = Disk::new(file);
        Ok(Self {
            name: name.to_owned(),
            hasher: Sha256::new(),
            n_bytes: 0,
            block: disk.block(),
            disk: ToDisk(Arc::new((disk, shown))),
            is_handed_over: false,
            contains_personal_data,
        })
    }

    /// Keeps what is written in memory too: it is read again soon.
    #[must_use]
    pub fn near(self) -> Self {
        self.disk.0.0.stay_near();
        self
    }

    /// Lets others write the file and bring it to disk while it grows: who fills it need not wait for the disk.
    pub fn hand_over(&mut self) -> ToDisk {
        self.is_handed_over = true;
        self.disk.clone()
    }

    /// Where it will stand, for troubles.
    pub fn shown(&self) -> &Path {
        &self.disk.0.1
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// When they cannot be written; a full disk has its own code.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.put(bytes).map_err(|error| Trouble::writing(&error, self.shown()))
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        let mut rest = bytes;
        while !rest.is_empty() {
            let n_bytes = rest.len();
            rest = self.block.fill(rest);
            self.n_bytes += (n_bytes - rest.len()) as u64;
            if self.block.is_full() {
                self.end_block()?;
            }
        }
        Ok(())
    }

    /// Hands a full block over, or writes it.
    fn end_block(&mut self) -> io::Result<()> {
        let disk = &self.disk.0.0;
        let full = std::mem::replace(&mut self.block, disk.block());
        let at = self.n_bytes - full.bytes().len() as u64;
        let left = if self.is_handed_over { disk.leave(at, full) } else { Some(full) };
        left.map_or(Ok(()), |block| disk.write(at, block).and_then(|()| disk.bring()))
    }

    /// Brings the file to disk. Nobody it was handed over to may still be at it.
    ///
    /// # Errors
    /// When it cannot be written to the end.
    pub fn finish(self, rows: Option<u64>) -> Result<Written, Trouble> {
        let (disk, shown) = &*self.disk.0;
        let at = self.n_bytes - self.block.bytes().len() as u64;
        let end = || disk.write(at, self.block).and_then(|()| disk.sync());
        end().map_err(|error| Trouble::writing(&error, shown))?;
        Ok(Written {
            path: self.name,
            rows,
            bytes: self.n_bytes,
            sha256: hex(&self.hasher.finalize()),
            contains_personal_data: self.contains_personal_data,
        })
    }
}

impl Write for RunFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // What is held goes with the next block, or when the file is finished.
        Ok(())
    }
}

/// Brings a file to disk while it grows, from any thread.
#[derive(Debug, Clone)]
pub struct ToDisk(Arc<(Disk, PathBuf)>);

impl ToDisk {
    /// Writes a block that waits, and brings what was written to disk, if that is enough to be worth it.
    fn when_due(&self) -> Result<(), Trouble> {
        let (disk, shown) = &*self.0;
        let due = disk.write_waiting().and_then(|_| disk.bring());
        due.map_err(|error| Trouble::writing(&error, shown))
    }
}

/// Several files that grow together. One thread at a time waits for the disk, so that the others have the processors.
#[derive(Debug)]
pub struct ToDisks {
    files: Vec<ToDisk>,
    turn: Mutex<()>,
}

impl ToDisks {
    /// These files.
    pub fn new(files: Vec<ToDisk>) -> Self {
        Self { files, turn: Mutex::default() }
    }

    /// Writes a block of each file that has one waiting, unless another thread is at it, and brings to disk what is enough to
    /// be worth it.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn when_due(&self) -> Result<(), Trouble> {
        let Ok(_turn) = self.turn.try_lock() else { return Ok(()) };
        self.files.iter().try_for_each(ToDisk::when_due)
    }
}

#[cfg(test)]
mod tests {
    use super::super::disk::BLOCK;
    use super::*;

    /// Whatever the size of the pieces, who writes the blocks, and whether they go past the page cache, the file holds the
    /// bytes.
    #[test]
    fn every_byte_arrives_once_and_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let sizes = [0, 1, 4_096, BLOCK - 1, BLOCK, BLOCK + 1, 7 * BLOCK + 4_097];
        for (size, piece) in sizes.into_iter().flat_map(|size| [7_777, 3 * BLOCK].map(|piece| (size, piece)))
        {
            for (is_near, is_handed_over) in [(false, false), (true, false), (false, true), (true, true)] {
                let name = format!("{size}-{piece}-{is_near}-{is_handed_over}");
                let file = RunFile::create(folder.path(), folder.path(), &name, false);
                let mut file = file.expect("a new file");
                if is_near {
                    file = file.near();
                }
                let others = is_handed_over.then(|| file.hand_over());
                let bytes: Vec<u8> = (0..size).map(|at| (at * 31 % 251) as u8).collect();
                for (index, some) in bytes.chunks(piece).enumerate() {
                    file.write(some).expect("room on the disk");
                    // The others do not always keep up.
                    if let Some(others) = others.as_ref().filter(|_| index % 40 < 10) {
                        others.when_due().expect("room on the disk");
                    }
                }
                let written = file.finish(None).expect("room on the disk");
                assert_eq!(written.bytes, size as u64);
                assert_eq!(written.sha256, hex(&Sha256::digest(&bytes)));
                assert!(std::fs::read(folder.path().join(&name)).expect("the file") == bytes, "{name}");
            }
        }
    }
}
