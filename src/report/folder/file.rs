//! One file of a folder that is being written: its size and checksum are known when it is finished.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::NO_FOLLOW;
use super::outgoing::Outgoing;
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
    shown: PathBuf,
    outgoing: Outgoing,
    disk: ToDisk,
    /// Whether somebody else brings the file to disk while it grows.
    is_handed_over: bool,
    contains_personal_data: bool,
}

/// How much is brought to disk at a time: the disk works while rows are still compared, not all at the end.
const SYNCED_TOGETHER: usize = 16 << 20;

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
        let file = new_file(&folder.join(name));
        let file = file.map_err(|error| Trouble::writing(&error, target.join(name)))?;
        let (file, shown) = (Arc::new(file), target.join(name));
        let outgoing = Outgoing::new(Arc::clone(&file));
        let growing = Growing {
            file,
            shown: shown.clone(),
            n_unsynced: AtomicUsize::new(0),
            stays_near: AtomicBool::new(false),
        };
        Ok(Self {
            name: name.to_owned(),
            shown,
            outgoing,
            disk: ToDisk(Arc::new(growing)),
            is_handed_over: false,
            contains_personal_data,
        })
    }

    /// Keeps what is written in memory too: it is read again soon.
    #[must_use]
    pub fn near(mut self) -> Self {
        self.outgoing.stay_near();
        self.disk.0.stays_near.store(true, Ordering::Relaxed);
        self
    }

    /// Lets others bring the file to disk while it grows: who writes need not wait for the disk.
    pub fn hand_over(&mut self) -> ToDisk {
        self.is_handed_over = true;
        self.disk.clone()
    }

    /// Where it will stand, for troubles.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// When they cannot be written; a full disk has its own code.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.put(bytes).map_err(|error| Trouble::writing(&error, &self.shown))
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let n_cached = self.outgoing.push(bytes)?;
        self.disk.0.n_unsynced.fetch_add(n_cached, Ordering::Relaxed);
        if self.is_handed_over { Ok(()) } else { self.disk.bring() }
    }

    /// Brings the file to disk.
    ///
    /// # Errors
    /// When it cannot be written to the end.
    pub fn finish(self, rows: Option<u64>) -> Result<Written, Trouble> {
        let shown = self.shown;
        let (bytes, sha256) = self.outgoing.finish().map_err(|error| Trouble::writing(&error, &shown))?;
        Ok(Written {
            path: self.name,
            rows,
            bytes,
            sha256: hex(sha256.as_ref()),
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
pub struct ToDisk(Arc<Growing>);

#[derive(Debug)]
struct Growing {
    file: Arc<File>,
    shown: PathBuf,
    /// Bytes since the file was last brought to disk.
    n_unsynced: AtomicUsize,
    /// Whether what is on disk stays in memory as well, because it is read again soon.
    stays_near: AtomicBool,
}

impl ToDisk {
    /// Brings what was written to disk, if that is enough to be worth it.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn when_due(&self) -> Result<(), Trouble> {
        self.bring().map_err(|error| Trouble::writing(&error, &self.0.shown))
    }

    fn bring(&self) -> io::Result<()> {
        let Growing { file, n_unsynced, stays_near, .. } = &*self.0;
        // Of several who ask one finds it due.
        if n_unsynced.load(Ordering::Relaxed) < SYNCED_TOGETHER
            || n_unsynced.swap(0, Ordering::Relaxed) < SYNCED_TOGETHER
        {
            return Ok(());
        }
        file.sync_data()?;
        if !stays_near.load(Ordering::Relaxed) {
            // What is on disk need not stay in memory: the pages are used again for what comes next.
            let _ = rustix::fs::fadvise(&**file, 0, None, rustix::fs::Advice::DontNeed);
        }
        Ok(())
    }
}
