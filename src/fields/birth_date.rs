//! A date of birth of which the day, or day and month, may be unknown.
//!
//! Owns the value, its written forms and the calendar. Deliberately knows no clock: the latest possible date
//! comes from the caller.
//! Source: the three written forms are those of the civil-status portal, dd/mm/yyyy, mm/yyyy and yyyy.

mod calendar;
mod difference;
mod habits;
mod notation;

pub use difference::{DateDifference, compare, compare_packed};
pub use habits::DateHabits;
pub use notation::{from_parts, parse};

use crate::record::{Defect, eight_digits};

/// A date of birth, packed as the number yyyymmdd with 00 for what is not known. A known day means a known
/// month, and the day exists in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BirthDate(u32);

/// How much of a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// The year.
    Year,
    /// Month and year.
    Month,
    /// Everything.
    Day,
}

/// What reading a date depends on besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateContext {
    /// Whether the day stands before the month, as everywhere in Viet Nam.
    pub day_first: bool,
    /// The latest possible date, as the number yyyymmdd.
    pub as_of: u32,
    /// The birth year from the person's number, which completes a year of two digits.
    pub birth_year: Option<u16>,
    /// Whether dates are read that are not possible at `as_of`: they may be on another day.
    pub any_time: bool,
}

/// Oldest age that is believed, in years: beyond it the error taxonomy of the project speaks of a wrong date.
const OLDEST: u32 = 120;

impl BirthDate {
    /// The date of these parts, 0 for what is not known, if the calendar has it.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = match (month, day) {
            (0, 0) => true,
            (1..=12, 0) => true,
            (1..=12, _) => day <= calendar::days_in_month(year, month),
            _ => false,
        };
        let packed = u32::from(year) * 10_000 + u32::from(month) * 100 + u32::from(day);
        (exists && matches!(year, 1..=9999)).then_some(Self(packed))
    }

    /// The year.
    pub const fn year(self) -> u16 {
        (self.0 / 10_000) as u16
    }

    /// The month, if known.
    pub const fn month(self) -> Option<u8> {
        match (self.0 / 100 % 100) as u8 {
            0 => None,
            month => Some(month),
        }
    }

    /// The day of the month, if known.
    pub const fn day(self) -> Option<u8> {
        match (self.0 % 100) as u8 {
            0 => None,
            day => Some(day),
        }
    }

    /// How much is known.
    pub const fn precision(self) -> Precision {
        match (self.month(), self.day()) {
            (_, Some(_)) => Precision::Day,
            (Some(_), None) => Precision::Month,
            (None, None) => Precision::Year,
        }
    }

    /// The date with day and month in each other's place, if the calendar has it.
    pub fn swapped(self) -> Option<Self> {
        Self::new(self.year(), self.day()?, self.month()?)
    }

    /// Whether somebody born then may be alive at `as_of`, yyyymmdd.
    ///
    /// # Errors
    /// With what is wrong.
    pub fn possible_at(self, as_of: u32) -> Result<(), Defect> {
        // An unknown part may have been any day up to the end of the month or year.
        let latest = self.packed()
            + match self.precision() {
                Precision::Year => 9_999,
                Precision::Month => 99,
                Precision::Day => 0,
            };
        if self.packed() > as_of {
            Err(Defect::Future)
        } else if latest < as_of.saturating_sub(OLDEST * 10_000) {
            Err(Defect::TooOld)
        } else {
            Ok(())
        }
    }

    /// The number yyyymmdd, 00 for what is not known.
    pub const fn packed(self) -> u32 {
        self.0
    }

    /// The year of a packed date.
    #[inline]
    pub const fn year_of_packed(packed: u32) -> u16 {
        (packed / 10_000) as u16
    }

    /// The date of a packed number, if it is one.
    pub fn from_packed(packed: u32) -> Option<Self> {
        let year = u16::try_from(packed / 10_000).ok()?;
        Self::new(year, (packed / 100 % 100) as u8, (packed % 100) as u8)
    }

    /// Appends the Vietnamese form: `01/02/1990`, `02/1990` or `1990`.
    pub fn write(self, out: &mut String) {
        let (text, start) = self.text();
        out.push_str(str::from_utf8(&text[start..]).expect("digits are ASCII"));
    }

    /// The same as bytes, and where in them it begins.
    #[inline]
    pub fn text(self) -> ([u8; 10], usize) {
        let [y0, y1, y2, y3, m0, m1, d0, d1] = eight_digits(self.0);
        let n_unknown = match self.precision() {
            Precision::Day => 0,
            Precision::Month => 3,
            Precision::Year => 6,
        };
        ([d0, d1, b'/', m0, m1, b'/', y0, y1, y2, y3], n_unknown)
    }

    /// Appends the ISO form: `1990-02-01`, `1990-02` or `1990`.
    pub fn write_iso(self, out: &mut String) {
        push_digits(self.year(), 4, out);
        for part in [self.month(), self.day()].into_iter().flatten() {
            out.push('-');
            push_digits(u16::from(part), 2, out);
        }
    }
}

/// Appends the last digits of a number, four at most, zeros included.
fn push_digits(number: u16, width: usize, out: &mut String) {
    let digits = [number / 1000, number / 100, number / 10, number].map(|part| b'0' + (part % 10) as u8);
    out.push_str(str::from_utf8(&digits[4 - width..]).expect("digits are ASCII"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written() {
        let check = |packed, vietnamese: &str, iso: &str, precision| {
            let date = BirthDate::from_packed(packed).expect("the example exists");
            let (mut first, mut second) = (String::new(), String::new());
            date.write(&mut first);
            date.write_iso(&mut second);
            assert_eq!((&*first, &*second, date.precision()), (vietnamese, iso, precision));
            assert_eq!(date.packed(), packed);
        };
        check(19_900_201, "01/02/1990", "1990-02-01", Precision::Day);
        check(19_900_200, "02/1990", "1990-02", Precision::Month);
        check(19_900_000, "1990", "1990", Precision::Year);
        check(20_000_229, "29/02/2000", "2000-02-29", Precision::Day);
    }

    #[test]
    fn impossible_dates_are_none() {
        for packed in [19_900_229, 19_000_229, 19_901_301, 19_900_431, 19_900_001, 101, 0, u32::MAX] {
            assert_eq!(BirthDate::from_packed(packed), None, "{packed}");
        }
    }
}
