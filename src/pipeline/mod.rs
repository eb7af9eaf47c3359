//! The order of the stages, the batches and the threads; the only room that knows all stages.
//!
//! Knows no field and no terminal: who watches a run is told through [`Observer`], and who may stop it does so
//! through [`Stop`].

mod again;
mod asking;
mod clean;
mod comparers;
mod export;
mod inputs;
mod linking;
mod listed;
mod lists;
mod looking;
mod old_text;
mod ordered;
mod publish;
mod reconcile;
mod run;
mod search;
mod slips;
pub mod store;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use clean::clean;
pub use export::{ExportDone, ExportPlan, export};
pub use inputs::{Prepared, open, prepare};
pub use linking::{FileColumns, LinkDone, LinkFacts, LinkOptions, LinkPlan, link, link_dry_run};
pub use lists::{ListsDone, ListsFacts, ListsPlan, ListsSummary, lists, lists_dry_run};
pub use reconcile::{linkage, reconcile};
pub use run::{Done, Plan, previous};

use crate::ingest::{HeadOptions, Limits, RawBatch, TextEncoding};
use crate::mapping::Told;
use crate::record::{FieldKind, MappedBatch, Trouble, TroubleCode};
use crate::report::summary::Input;

/// The stages that take time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading and normalising the list.
    List,
    /// Reading the reference past the list.
    Reference,
    /// Comparing and writing.
    Decide,
    /// Reading extracts for a store.
    Extract,
    /// Putting a store in order, or looking at it.
    Store,
    /// Learning from pairs what agreement weighs.
    Learning,
    /// Weighing pairs.
    Pairs,
}

/// Is told how a run goes on.
pub trait Observer: Sync {
    /// A stage begins that has so much to do: bytes of input, or rows.
    fn begin(&self, stage: Stage, total: u64);
    /// So much of the stage is done.
    fn advance(&self, amount: u64);
    /// The stage is over.
    fn end(&self);
    /// So many of the possible pairs will be looked at; said before the first of them.
    fn pairs(&self, _planned: u64, _possible: u64) {}
}

/// Set from outside to end a run early.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicUsize>);

impl Stop {
    /// The flag itself: 0, or the number of the signal.
    pub fn flag(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.0)
    }

    /// A trouble once the flag is set.
    ///
    /// # Errors
    /// When it is.
    pub fn check(&self) -> Result<(), Trouble> {
        const INTERRUPT: usize = 2;
        match self.0.load(Ordering::Relaxed) {
            0 => Ok(()),
            INTERRUPT => Err(Trouble::new(TroubleCode::Interrupted)),
            _ => Err(Trouble::new(TroubleCode::Terminated)),
        }
    }
}

/// How many bad records an input may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxBad {
    /// So many.
    Count(u64),
    /// This share of the records read, from 0 to 1.
    Share(f64),
}

impl MaxBad {
    /// Whether `bad` of `total` records are too many. A file without one good record always is.
    pub fn is_passed(self, bad: u64, total: u64) -> bool {
        let passed = match self {
            Self::Count(most) => bad > most,
            Self::Share(most) => bad as f64 > most * total as f64,
        };
        passed || (bad > 0 && bad == total)
    }

    /// The trouble of files that have more bad records than this; `code` says what kind of files they are.
    fn trouble(self, inputs: &[Input], code: TroubleCode) -> Option<Trouble> {
        let bad: u64 = inputs.iter().map(Input::n_bad).sum();
        let total: u64 = inputs.iter().map(|input| input.records_read).sum();
        let limit = match self {
            Self::Count(most) => most.to_string(),
            Self::Share(most) => format!("{} %", most * 100.0),
        };
        let trouble = || Trouble::new(code).word("bad", bad).word("total", total).word("limit", limit);
        self.is_passed(bad, total).then(trouble)
    }
}

/// Whether the citizens of rows are searched whose number does not say who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Search {
    /// By number only.
    #[default]
    None,
    /// By the other fields as well.
    Auto,
}

/// How a group of input files is read.
#[derive(Debug, Clone, Default)]
pub struct InputOptions {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Source, where it is not to be found out.
    pub source: Option<String>,
    /// Columns told.
    pub told: Vec<Told>,
    /// Encoding told.
    pub encoding: Option<TextEncoding>,
    /// Delimiter and header line told.
    pub head: HeadOptions,
    /// Whether a file may lack every column of numbers: the citizen is then found by the other fields.
    pub numbers_optional: bool,
    /// Sheet of workbooks told.
    pub sheet: Option<String>,
    /// Sizes refused.
    pub limits: Limits,
}

impl InputOptions {
    /// How files are read, whichever they are: where a file lies says nothing of what follows from it.
    #[must_use]
    pub fn without_files(&self) -> Self {
        Self { files: Vec::new(), ..self.clone() }
    }
}

/// Tells how much memory this process holds.
struct Memory(Option<File>);

impl Memory {
    fn open() -> Self {
        Self(File::open("/proc/self/statm").ok())
    }

    /// Bytes held now; 0 where the system does not say.
    fn held(&self) -> u64 {
        const PAGE: u64 = 4096;
        let mut text = [0; 64];
        let n_read = self.0.as_ref().and_then(|file| file.read_at(&mut text, 0).ok()).unwrap_or(0);
        let text = str::from_utf8(&text[..n_read]).unwrap_or_default();
        text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).map_or(0, |pages| pages * PAGE)
    }
}

/// The columns of a batch under the names of their fields.
fn mapped(raw: &mut RawBatch, file: usize, fields: &[FieldKind]) -> MappedBatch {
    MappedBatch::new(file, std::mem::take(&mut raw.lines), fields, std::mem::take(&mut raw.columns))
}
