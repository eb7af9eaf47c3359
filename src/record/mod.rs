//! The words every room shares: kinds of field, state of a cell, defects, repairs, verdicts, decisions.
//!
//! Owns types and their own invariants, nothing else. Deliberately knows no file, no column name of any
//! list, no Vietnamese word and no other room: stages meet here and in `pipeline`.

mod ahead;
mod batch;
mod caught;
mod cell;
mod digits;
mod field_kind;
pub mod guard;
mod hashed;
mod outcome;
mod particulars;
mod persons;
mod spare;
mod states;
mod trouble;
mod verdict;

pub use ahead::{in_time, in_time_by_way, prefetch};
pub use batch::{
    Besides, CitizenBatch, CitizenFacts, FieldColumn, MappedBatch, NormalBatch, SparseTexts, TextBuilder,
    TextColumn, agreement_print,
};
pub use caught::{caught, is_caught};
pub use cell::{CellState, Defect, Repair, Repairs};
pub use digits::eight_digits;
pub use field_kind::FieldKind;
pub use hashed::{ByHash, Hashed};
pub use outcome::Outcome;
pub use particulars::{Particulars, TextField, UnitFound};
pub use persons::{Person, Persons};
pub use spare::Spare;
pub use states::CellStates;
pub use trouble::{Exit, Trouble, TroubleCode};
pub use verdict::{APPROVED, Decision, Difference, Flag, Flags, Severity, Verdict};

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
