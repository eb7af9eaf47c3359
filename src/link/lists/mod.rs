//! Two lists of people, or one with repetitions, linked as a profile says: which columns, how compared, what is put side
//! by side.
//!
//! Owns everything between prepared cells and links. Knows no column, no language and no file of its own: a new list
//! needs a new profile and no code. The weighing itself is `link::model`.

mod apart;
mod blocks;
mod chances;
mod clusters;
mod compare;
mod levels;
mod prepare;
mod profile;
mod records;
mod written;

pub use apart::{Apart, NEVER};
pub use blocks::{Blocking, Chunk, KeyFacts, Pair, plan};
pub use chances::{All, Draw, LevelCounts, cleared, draw, draws, pair_share};
pub use clusters::{Grouped, Joined, Tie, group};
pub use compare::{Comparer, Memo};
pub use prepare::Prepared;
pub use profile::{BlockKey, Compared, Field, FieldKindOf, How, Part, Profile, Shape, Slot, Step};
pub use records::{Dictionary, NOTHING, Ready, Records};
