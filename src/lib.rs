//! lamsach ("làm sạch", to clean): population lists beside the National Population Database.
//!
//! The map, in reading order. Knowledge (`text`, `fields`) is plain functions on one value; machinery works on
//! columns and batches and contains no Vietnamese; what can be a list or a threshold is data in `rules/`.
//! ARCHITECTURE.md says why it is cut this way.

pub mod record;
pub mod text;
pub mod places;
pub mod fields;
pub mod rulebook;
pub mod ingest;
pub mod mapping;
pub mod normalize;
pub mod check;
pub mod reference;
pub mod link;
pub mod decide;
pub mod report;
pub mod seal;
pub mod export;
pub mod lists;
pub mod filter;
pub mod evaluate;
pub mod explain;
pub mod generate;
pub mod pipeline;
pub mod patch;
pub mod collect;
pub mod compare;
pub mod cli;
