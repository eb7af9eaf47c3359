//! Output: tables, summary, manifest, and the folder that holds them.
//!
//! Owns layout and safety of what is written; decides nothing about a record.

pub mod candidates;
pub mod cells;
pub mod cleaned;
pub mod counts;
pub mod folder;
pub mod links;
pub mod mask;
pub mod quarantine;
pub mod summary;
pub mod tables;
pub mod values;
