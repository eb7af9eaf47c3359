//! What a field's `parse` says about one raw value.

use super::{CellState, Defect, Repairs};

/// The result of reading one raw value: nothing there, a canonical value and what was done, or a defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<T> {
    /// Nothing was written in the cell.
    Missing,
    /// The canonical value, and what was done to reach it.
    Value(T, Repairs),
    /// No canonical value, and why.
    Defective(Defect),
}

impl<T> Outcome<T> {
    /// The state of the cell, without the value.
    pub const fn state(&self) -> CellState {
        match self {
            Self::Missing => CellState::Missing,
            Self::Value(_, repairs) => CellState::of(*repairs),
            Self::Defective(defect) => CellState::Defective(*defect),
        }
    }

    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value, _) => Some(value),
            _ => None,
        }
    }

    /// The same outcome with the value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Missing => Outcome::Missing,
            Self::Value(value, repairs) => Outcome::Value(change(value), repairs),
            Self::Defective(defect) => Outcome::Defective(defect),
        }
    }
}
