//! The lock beside a folder: two processes never write it at a time.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{NO_FOLLOW, sibling};
use crate::record::{Trouble, TroubleCode};

/// The right to write a folder, which one process at a time has.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: Option<File>,
}

impl Lock {
    /// Takes the lock beside a folder. The kernel releases the lock when the process ends, however it ends. The file is
    /// removed at the end of a run, so after locking it must be asked whether it is still the one under the name.
    ///
    /// # Errors
    /// When another process has it, or no file can be made there.
    pub fn take(target: &Path) -> Result<Self, Trouble> {
        let path = sibling(target, "lock");
        loop {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .custom_flags(NO_FOLLOW)
                .open(&path)
                .map_err(|error| Trouble::writing(&error, target))?;
            if file.try_lock().is_err() {
                return Err(Trouble::new(TroubleCode::Locked).file(target));
            }
            let same =
                file.metadata().and_then(|ours| fs::metadata(&path).map(|named| ours.ino() == named.ino()));
            if same.unwrap_or(false) {
                return Ok(Self { path, file: Some(file) });
            }
        }
    }

    /// Gives the lock back.
    pub(super) fn release(&mut self) {
        if self.file.is_some() {
            let _ = fs::remove_file(&self.path);
        }
        self.file = None;
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.release();
    }
}
