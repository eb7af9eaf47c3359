//! A file of the run lent to a writer of somebody else, whose errors say less than the disk did.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::internal;
use crate::record::Trouble;
use crate::report::folder::{RunFile, ToDisk, Written};

/// The file; clones are the same file.
#[derive(Debug, Clone)]
pub(super) struct Shared(Arc<Mutex<Held>>);

#[derive(Debug)]
struct Held {
    file: RunFile,
    /// The first thing that went wrong.
    fault: Option<io::Error>,
}

impl Shared {
    pub(super) fn new(file: RunFile) -> Self {
        Self(Arc::new(Mutex::new(Held { file, fault: None })))
    }

    /// Lets others bring the file to disk.
    pub(super) fn hand_over(&self) -> ToDisk {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).file.hand_over()
    }

    /// What a failed writer means: the fault of the disk where there was one.
    pub(super) fn trouble(&self) -> Trouble {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &held.fault {
            Some(error) => Trouble::writing(error, held.file.shown()),
            None => internal("a table cannot be written in its format"),
        }
    }

    /// Brings the file to disk, once nobody else holds it.
    pub(super) fn finish(self, n_rows: u64) -> Result<Written, Trouble> {
        let held = Arc::into_inner(self.0).ok_or_else(|| internal("a file is still held"))?;
        let held = held.into_inner().unwrap_or_else(PoisonError::into_inner);
        match held.fault {
            Some(error) => Err(Trouble::writing(&error, held.file.shown())),
            None => held.file.finish(Some(n_rows)),
        }
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.fault.is_some() {
            // The run is over, and an archive that is given up would complain on standard error that it cannot be ended.
            return Ok(bytes.len());
        }
        held.file.write_all(bytes).map(|()| bytes.len()).inspect_err(|error| {
            let copy =
                || error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
            held.fault.get_or_insert_with(copy);
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        // The file is flushed when it is finished.
        Ok(())
    }
}
