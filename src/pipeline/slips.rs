//! `quarantine.csv` while it grows: the list and the reference share one.

use crate::ingest::RawBatch;
use crate::record::{Trouble, TroubleCode};
use crate::report::folder::{RunFile, RunFolder, Written};
use crate::report::{quarantine, tables};
use crate::rulebook::Rulebook;

/// `quarantine.csv` while it grows.
pub(super) struct Slips {
    /// The file; none where nothing is written.
    file: Option<RunFile>,
    n_rows: u64,
}

impl Slips {
    pub(super) fn begin(folder: &RunFolder) -> Result<Self, Trouble> {
        Self::begin_in(folder.file("quarantine.csv", true)?)
    }

    pub(super) fn begin_in(mut file: RunFile) -> Result<Self, Trouble> {
        file.write(&tables::header(&quarantine::QUARANTINE))?;
        Ok(Self { file: Some(file), n_rows: 0 })
    }

    /// For a run that only looks.
    pub(super) const fn nowhere() -> Self {
        Self { file: None, n_rows: 0 }
    }

    pub(super) fn add(
        &mut self,
        raw: &RawBatch,
        name: &str,
        width: usize,
        book: &Rulebook,
    ) -> Result<(), Trouble> {
        for slip in &raw.quarantined {
            if let Some(file) = &mut self.file {
                file.write(&quarantine::row(name, slip, width, &book.wording))?;
            }
            self.n_rows += 1;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Written, Trouble> {
        let nowhere = || Trouble::new(TroubleCode::Internal).word("cause", "nothing was written");
        self.file.ok_or_else(nowhere)?.finish(Some(self.n_rows))
    }
}
