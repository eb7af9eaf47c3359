//! The model of Fellegi and Sunter: what agreement and disagreement of two records weigh, learned without labels.
//!
//! Two records are compared field by field. Each comparison has ordered levels, the best first; the levels that hold make
//! a [`Pattern`]. A level weighs log2(m/u) bits: m is how often it holds for two records of one person, u how often for
//! two of different people. Knows no field, no file, no thread and no language. What it computes follows from its
//! arguments alone, in an order that is always the same.
//!
//! Sources: Fellegi and Sunter, A theory for record linkage, JASA 64 (1969); Winkler, Using the EM algorithm for weight
//! computation in the Fellegi-Sunter model (2000); Enamorado, Fifield, Imai, APSR 113 (2019).

mod choose;
mod doubts;
mod pattern;
mod train;
mod weights;
mod weights_file;

pub use choose::{Choice, Claim, Prior, choose, contested};
pub use doubts::{Doubt, Peaks, Seen, doubts};
pub use pattern::{MAX_COMPARISONS, MAX_LEVELS, MISSING, Pattern};
pub use train::{Disorder, KeyCounts, Settings, Trained, train};
pub use weights::{Agreeing, Comparison, FrequencyUse, Level, Weights};
pub use weights_file::Wrong;
