//! What a list says of its people besides the four compared fields.
//!
//! Read only where a list is cleaned by itself; a reconciliation needs none of it.

use super::{CellState, CellStates, FieldColumn, FieldKind, SparseTexts, TextColumn};

/// A field whose canonical value is a text: a paper, a telephone.
#[derive(Debug)]
pub struct TextField {
    /// Cells as written.
    pub raw: TextColumn,
    /// What became of each cell.
    pub states: CellStates,
    canonical: SparseTexts,
}

impl TextField {
    /// A field of these cells, none of them read.
    pub fn new(raw: TextColumn) -> Self {
        Self { states: CellStates::with_capacity(raw.len()), canonical: SparseTexts::default(), raw }
    }

    /// Adds what became of the next cell and its canonical text, which counts where there is one.
    pub fn push(&mut self, state: CellState, canonical: &str) {
        let row = self.states.len();
        if state.has_value() && canonical != self.raw.get(row) {
            self.canonical.push(row, canonical);
        }
        self.states.push(state);
    }

    /// The canonical text of a row; meaningful where its state has a value.
    pub fn canonical(&self, row: usize) -> &str {
        self.canonical.get(row).unwrap_or_else(|| self.raw.get(row))
    }
}

/// The unit of residence of one row, as the gazetteer read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitFound {
    /// Today's commune, as the gazetteer counts them.
    pub today: Option<u16>,
    /// The unit that was read, of whatever time, as the gazetteer counts all of them.
    pub read_as: Option<u16>,
    /// What was found on the way, as bits that the gazetteer names.
    pub marks: u16,
}

/// What a list says besides the compared fields, row by row. A column that the list does not have is empty.
#[derive(Debug, Default)]
pub struct Particulars {
    /// Papers and telephone.
    pub texts: Vec<(FieldKind, TextField)>,
    /// Columns that are carried along as they are: units, address, ethnic group.
    pub carried: Vec<(FieldKind, TextColumn)>,
    /// Each column of numbers by itself, where the list has several.
    pub numbers: Vec<(FieldKind, FieldColumn<u64>)>,
    /// Whether the only column of numbers is that of old ones.
    pub only_old_numbers: bool,
    /// Other dates of the row, yyyymmdd; 0 where there is none.
    pub other_dates: Vec<(FieldKind, Vec<u32>)>,
    /// Unit of residence.
    pub units: Vec<UnitFound>,
    /// Which rows have their columns shifted by one.
    pub shifted: Vec<bool>,
    /// Number code of the province of birth registration as the list says it, 0 where it does not.
    pub birth_provinces: Vec<u16>,
}
