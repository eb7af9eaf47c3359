//! `quarantine.csv` while it grows: the list and the reference share one.

use crate::ingest::RawBatch;
use crate::record::{Trouble, TroubleCode};
use crate::report::folder::{RunFile, RunFolder, Written};
use crate::report::formats::{Formats, TableFile};
use crate::report::{columns, quarantine};
use crate::rulebook::Rulebook;

/// `quarantine.csv` while it grows.
pub(super) struct Slips {
    /// The file; none where nothing is written.
    file: Option<TableFile>,
    n_rows: u64,
}

impl Slips {
    pub(super) fn begin(folder: &RunFolder, formats: &Formats) -> Result<Self, Trouble> {
        Self::begin_in(folder.file("quarantine.csv", true)?, formats)
    }

    /// Records that cannot be read are CSV in every run: they go back to the sender.
    pub(super) fn begin_in(file: RunFile, formats: &Formats) -> Result<Self, Trouble> {
        let file = TableFile::only_csv(file, &columns::QUARANTINE, formats)?;
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
        self.file.ok_or_else(nowhere)?.finish(self.n_rows)?.pop().ok_or_else(nowhere)
    }
}
