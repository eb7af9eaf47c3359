//! The reference as a folder on disk: built once, updated by what changed, opened in milliseconds.
//!
//! Tables are Arrow files in the order of the numbers, cut into groups of some thousand rows that are read by
//! themselves. A store has a layer of all citizens and, after updates, one of those that changed since, which stands
//! before it. Nothing here knows how a citizen is read from text, nor who matches whom.

mod citizen;
mod columns;
mod lookup;
mod manifest;
mod open;
mod placed;
mod scan;
mod shape;
mod sorter;
mod table;
mod whole;
pub mod written;

pub use citizen::{Citizen, each_packed, packed_length, settle};
pub use columns::{CitizenRows, Ended, each_ended, history_groups};
pub use lookup::{CitizenPiece, FoundCitizens, Leads, Lookup, OldPiece};
pub use manifest::{
    BASE_LAYER, FORMAT_VERSION, STORE_KIND, STORE_MANIFEST, StoreFile, StoreManifest, StoreTool,
    citizens_file, index_file, old_numbers_file,
};
pub use open::{Layer, Store, StoreUnit, is_store, read_manifest};
pub use scan::{Scan, ScanPiece, Scanned};
pub use shape::Group;
pub use sorter::{Layout, Sorter, Unsorted, old_record};
pub use table::{Damage, Table, TableWriter, Unplaced};
pub use written::{ROWS_TOGETHER, StoreCounts, WordCounts, each_word, of_arrow};
