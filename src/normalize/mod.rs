//! Field knowledge lifted over columns: raw text in, canonical values and states out.
//!
//! Chooses once per column what to call; never fails, because bad data is a state and not an error. Looks at no
//! file and judges nothing.

mod citizens;
mod lift;
mod list;

pub use citizens::{NumberReader, Numbers, citizen_sex, citizens};
pub use list::list;

use crate::rulebook::{Rulebook, Source};

/// What normalising depends on besides the cells.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
    /// The source of the batch.
    pub source: &'a Source,
    /// The latest possible date, yyyymmdd.
    pub as_of: u32,
}
