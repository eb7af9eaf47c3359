//! What became of the cells of a column, in a byte each: a list of millions of rows keeps four columns of them.
//!
//! Owns how a state is written as a byte. Which repairs were done stands in a list of all that occur in the column, and is
//! named by its place there; the few cells of a column with more kinds of repairs than a byte can name are kept by row.

use super::{CellState, Defect, Repairs};

const MISSING: u8 = 0;
const UNCHANGED: u8 = 1;
/// The first of the defects, in their order.
const DEFECTS: u8 = 2;
/// The first of the sets of repairs, in the order in which they were met.
const SETS: u8 = DEFECTS + Defect::ALL.len() as u8;
/// A set that has no place.
const BY_ROW: u8 = u8::MAX;

/// The states of the cells of a column.
#[derive(Debug, Clone, Default)]
pub struct CellStates {
    codes: Vec<u8>,
    sets: Vec<Repairs>,
    /// Rows in order.
    by_row: Vec<(u32, Repairs)>,
}

impl CellStates {
    /// Room for so many.
    pub fn with_capacity(n_rows: usize) -> Self {
        Self { codes: Vec::with_capacity(n_rows), ..Self::default() }
    }

    /// Adds the state of the next cell.
    #[inline]
    pub fn push(&mut self, state: CellState) {
        match state {
            // Nearly every cell.
            CellState::Unchanged => self.codes.push(UNCHANGED),
            _ => self.push_other(state),
        }
    }

    #[inline(never)]
    fn push_other(&mut self, state: CellState) {
        self.codes.push(UNCHANGED);
        self.set(self.codes.len() - 1, state);
    }

    /// Replaces the state of a cell.
    pub fn set(&mut self, row: usize, state: CellState) {
        let at_row = |(other, _): &(u32, Repairs)| (*other as usize).cmp(&row);
        if self.codes[row] == BY_ROW
            && let Ok(place) = self.by_row.binary_search_by(at_row)
        {
            self.by_row.remove(place);
        }
        self.codes[row] = match state {
            CellState::Missing => MISSING,
            CellState::Unchanged => UNCHANGED,
            CellState::Defective(defect) => DEFECTS + defect as u8,
            CellState::Reformatted(repairs) => self.code_of(repairs).unwrap_or_else(|| {
                let place = self.by_row.partition_point(|(other, _)| (*other as usize) < row);
                self.by_row.insert(place, (row as u32, repairs));
                BY_ROW
            }),
        };
    }

    /// The code of a set of repairs, which gets one if there is any left.
    fn code_of(&mut self, repairs: Repairs) -> Option<u8> {
        let place = self.sets.iter().position(|set| *set == repairs).unwrap_or(self.sets.len());
        let code = u8::try_from(place).ok()?.checked_add(SETS).filter(|code| *code < BY_ROW)?;
        if place == self.sets.len() {
            self.sets.push(repairs);
        }
        Some(code)
    }

    /// The state of a cell.
    #[inline]
    pub fn get(&self, row: usize) -> CellState {
        if self.codes[row] == UNCHANGED { CellState::Unchanged } else { self.other(row) }
    }

    #[inline(never)]
    fn other(&self, row: usize) -> CellState {
        match self.codes[row] {
            UNCHANGED => CellState::Unchanged,
            MISSING => CellState::Missing,
            code @ DEFECTS..SETS => CellState::Defective(Defect::ALL[usize::from(code - DEFECTS)]),
            code @ SETS..BY_ROW => CellState::Reformatted(self.sets[usize::from(code - SETS)]),
            BY_ROW => {
                let place = self.by_row.partition_point(|(other, _)| (*other as usize) < row);
                CellState::Reformatted(self.by_row[place].1)
            }
        }
    }

    /// Whether the raw text of a cell is its canonical value.
    #[inline]
    pub fn is_unchanged(&self, row: usize) -> bool {
        self.codes[row] == UNCHANGED
    }

    /// Whether a cell has a canonical value.
    #[inline]
    pub fn has_value(&self, row: usize) -> bool {
        matches!(self.codes[row], UNCHANGED | SETS..)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// How many cells are missing, unchanged, defective and reformatted.
    pub fn counts(&self) -> [u64; 4] {
        /// Four counts of sixteen bits in one number: a cell costs a look, a shift and an addition.
        const BITS: u32 = 16;
        const TOGETHER: usize = (1 << BITS) - 1;
        const MASK: u64 = TOGETHER as u64;
        let mut counts = [0; 4];
        for codes in self.codes.chunks(TOGETHER) {
            let packed = codes.iter().fold(0_u64, |packed, &code| {
                let kind =
                    u32::from(code >= UNCHANGED) + u32::from(code >= DEFECTS) + u32::from(code >= SETS);
                packed.wrapping_add(1 << (kind * BITS))
            });
            (0..).zip(&mut counts).for_each(|(kind, count)| *count += packed >> (kind * BITS) & MASK);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Repair;

    fn sets_of_three() -> impl Iterator<Item = Repairs> {
        let of = |repair: usize| Repairs::only(Repair::ALL[repair]);
        let pairs = (0..20).flat_map(|one| (one..20).map(move |other| (one, other)));
        pairs.map(move |(one, other)| of(one).union(of(other)).union(of(20)))
    }

    #[test]
    fn every_state_comes_back_even_where_a_byte_cannot_name_all_repairs() {
        let mut states = vec![CellState::Missing, CellState::Unchanged];
        states.extend(Defect::ALL.map(CellState::Defective));
        states.extend(sets_of_three().map(CellState::Reformatted));
        assert_eq!(states.len(), 2 + 16 + 210);
        // The second time round the sets are known; then come some that have no place any more.
        states.extend(states.clone());
        states.extend(
            sets_of_three().map(|set| CellState::Reformatted(set.union(Repairs::only(Repair::Note)))),
        );
        let mut column = CellStates::with_capacity(0);
        states.iter().for_each(|state| column.push(*state));
        assert!(!column.by_row.is_empty());
        let check = |column: &CellStates, states: &[CellState]| {
            assert_eq!(column.len(), states.len());
            for (row, state) in states.iter().enumerate() {
                assert_eq!(column.get(row), *state);
                assert_eq!(column.has_value(row), state.has_value());
                assert_eq!(column.is_unchanged(row), *state == CellState::Unchanged);
            }
        };
        check(&column, &states);
        // Backwards, every cell gets the state of another.
        states.reverse();
        (0..states.len()).rev().for_each(|row| column.set(row, states[row]));
        check(&column, &states);
    }

    #[test]
    fn cells_are_counted_however_many_there_are() {
        let kinds = [
            CellState::Missing,
            CellState::Unchanged,
            CellState::Defective(Defect::Length),
            CellState::Reformatted(Repairs::only(Repair::Case)),
        ];
        let mut states = CellStates::default();
        (0..200_000).for_each(|_| states.push(CellState::Unchanged));
        kinds.iter().for_each(|kind| (0..70_000).for_each(|_| states.push(*kind)));
        assert_eq!(states.counts(), [70_000, 270_000, 70_000, 70_000]);
        assert_eq!(CellStates::default().counts(), [0; 4]);
    }
}
