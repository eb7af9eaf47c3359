//! `quarantine.csv` while it grows: the list and the reference share one.

use crate::ingest::RawBatch;
use crate::record::Trouble;
use crate::report::folder::{RunFile, RunFolder, Written};
use crate::report::{quarantine, tables};
use crate::rulebook::Rulebook;

/// `quarantine.csv` while it grows.
pub(super) struct Slips {
    file: RunFile,
    n_rows: u64,
}

impl Slips {
    pub(super) fn begin(folder: &RunFolder) -> Result<Self, Trouble> {
        Self::begin_in(folder.file("quarantine.csv", true)?)
    }

    pub(super) fn begin_in(mut file: RunFile) -> Result<Self, Trouble> {
        file.write(&tables::header(&quarantine::QUARANTINE))?;
        Ok(Self { file, n_rows: 0 })
    }

    pub(super) fn add(
        &mut self,
        raw: &RawBatch,
        name: &str,
        width: usize,
        book: &Rulebook,
    ) -> Result<(), Trouble> {
        for slip in &raw.quarantined {
            self.file.write(&quarantine::row(name, slip, width, &book.wording))?;
            self.n_rows += 1;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Written, Trouble> {
        self.file.finish(Some(self.n_rows))
    }
}
