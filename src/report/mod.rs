//! Output: tables, summary, manifest, and the folder that holds them.
//!
//! Owns layout and safety of what is written; decides nothing about a record.

pub mod candidates;
pub mod cells;
pub mod cleaned;
pub mod columns;
pub mod counts;
pub mod dictionary;
mod digits;
pub mod finish;
pub mod folder;
pub mod formats;
pub mod links;
pub mod mask;
pub mod numbers;
pub mod page;
pub mod pending;
pub mod quality;
pub mod quarantine;
pub mod run_input;
pub mod schema;
pub mod seen;
pub mod summary;
pub mod tables;
pub mod told;
pub mod values;
