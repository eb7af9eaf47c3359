//! In which order a column writes day and month, learnt from its cells.
//!
//! Owns what a whole column tells and one cell cannot: 03/04/1990 is two days. Deliberately changes nothing that a
//! cell tells by itself.

/// Cells of a column counted by what they tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateHabits {
    /// `25/12/1990`.
    day_first: u32,
    /// `12/25/1990`.
    month_first: u32,
    /// `05/06/1990`.
    either: u32,
    /// `1990-12-25`, as a spreadsheet stores a date.
    stored_late: u32,
    /// `1990-05-06`.
    stored_early: u32,
}

/// Cells from which a column has a habit.
const ENOUGH: u32 = 10;

impl DateHabits {
    /// Counts one cell.
    pub fn see(&mut self, cell: &str) {
        // The time of day tells nothing.
        let cell = cell.trim().split([' ', 'T']).next().unwrap_or_default();
        let mut parts = cell.split(['/', '-', '.']);
        let (Some(one), Some(two), Some(three), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return;
        };
        let number = |part: &str| part.parse::<u32>().ok().filter(|part| *part > 0);
        let (Some(one_value), Some(two_value)) = (number(one), number(two)) else { return };
        if one.len() == 4 {
            match number(three) {
                Some(13..) => self.stored_late += 1,
                Some(_) => self.stored_early += 1,
                None => {}
            }
            return;
        }
        match (one_value, two_value) {
            (13..=31, 1..=12) => self.day_first += 1,
            (1..=12, 13..=31) => self.month_first += 1,
            (1..=12, 1..=12) => self.either += 1,
            _ => {}
        }
    }

    /// Whether the column writes the month before the day: many cells can be read in no other way, and next to none in
    /// the usual way.
    pub const fn is_month_first(self) -> bool {
        self.month_first >= ENOUGH && self.day_first * 50 <= self.month_first
    }

    /// Whether a spreadsheet in American settings turned day and month of every date it could: what it stored has no
    /// day after the twelfth, and what it left as text has no other.
    pub const fn is_half_swapped(self) -> bool {
        self.stored_early >= ENOUGH * 2
            && self.stored_late == 0
            && self.day_first >= ENOUGH
            && self.either * 50 <= self.day_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn habits(cells: impl Iterator<Item = String>) -> DateHabits {
        let mut habits = DateHabits::default();
        cells.for_each(|cell| habits.see(&cell));
        habits
    }

    #[test]
    fn the_order_of_a_column_is_found() {
        let usual = habits((1..=30).map(|day| format!("{day:02}/06/1990")));
        assert!(!usual.is_month_first() && !usual.is_half_swapped());
        let american = habits((1..=30).map(|day| format!("6/{day}/1990")));
        assert!(american.is_month_first());
        // A few cells with the month in front do not make a habit.
        let few = habits((1..=30).map(|day| format!("{day:02}/06/1990")).chain(["06/25/1990".to_owned()]));
        assert!(!few.is_month_first());
        let stored = || (1..=12).cycle().take(40).map(|month| format!("1990-{month:02}-06 00:00:00.000"));
        assert!(!habits(stored()).is_half_swapped());
        let text = (13..=30).map(|day| format!("{day}/06/1990"));
        assert!(habits(stored().chain(text)).is_half_swapped());
        let usual = (1..=30).map(|day| format!("{day:02}/06/1990"));
        assert!(!habits(stored().chain(usual)).is_half_swapped());
    }
}
