//! The search of the citizen that a row means, where its number does not say.
//!
//! The rows are few and stay; the citizens are many and pass once (and a sample of them before, to learn from). They meet
//! in keys, are compared by levels, weighed by the model, and all candidates of a row are weighed against each other and
//! against nobody. Knows neither files nor threads; what it computes does not depend on the order in which citizens pass
//! but for the order of equal candidates, which is theirs.

mod index;
mod keys;
mod learning;
mod levels;
mod outcome;
mod passing;
mod scoring;
mod sought;

pub use index::{Index, Reach};
pub use keys::part_of;
pub use learning::{Sample, fits};
pub use levels::{
    BIRTH, COMMUNE, COMPARISONS, NAME, NUMBER, OLD_NUMBER, PHONE, SEX, besides_name, birth_difference,
};
pub use outcome::{Candidate, Candidates, Chances, Collecting, RowChances};
pub use passing::{Desk, Passing};
pub use scoring::{Hit, Scales, Scored, score};
pub use sought::{Beforehand, NameCounts, NamePlaces, NumberTold, Sought};
