//! What a run found, written for others: in the columns a platform imports, or as the answer to an office.
//!
//! Owns which columns may leave, how cells are written, and the files; reads what the run wrote row by row beside the list.
//! Decides nothing about a record, and reads no list by itself.

mod approved;
mod beside;
mod layout;
mod summary;
mod table;
mod values;
mod workbook;
mod writer;

pub use approved::{APPROVED, Approved};
pub use beside::{Beside, Proposed, RunFacts, Said};
pub use layout::{Layout, ListColumns, Wish};
pub use summary::{ExportFacts, ExportSummary, OfRun};
pub use writer::{Batch, Counts, Writer};
