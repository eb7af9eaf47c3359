//! Days: dates of birth of known or unknown precision, and how they are written.
//!
//! Owns the Gregorian calendar as far as invented people need it. Does not know who was born.

use std::fmt;

use super::writing::push_digits;

/// A date; a day of nought means that only month and year are known, a month of nought only the year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, 1 to 12, or 0.
    pub month: u8,
    /// The day, 1 to 31, or 0.
    pub day: u8,
}

impl Date {
    /// Puts a date together.
    pub(super) const fn new(year: u16, month: u8, day: u8) -> Self {
        Date { year, month, day }
    }

    /// Whether day, month and year are all known.
    pub(super) fn is_full(self) -> bool {
        self.day != 0
    }

    /// Appends `dd/mm/yyyy`, `mm/yyyy` or `yyyy`.
    pub(super) fn push(self, out: &mut String) {
        self.push_with(out, "/");
    }

    /// Appends the date with another sign between its parts.
    pub(super) fn push_with(self, out: &mut String, sign: &str) {
        if self.day != 0 {
            push_digits(out, u64::from(self.day), 2);
            out.push_str(sign);
        }
        if self.month != 0 {
            push_digits(out, u64::from(self.month), 2);
            out.push_str(sign);
        }
        push_digits(out, u64::from(self.year), 4);
    }

    /// The serial number a spreadsheet keeps for a full date from March 1900 on.
    pub(super) fn serial(self) -> u64 {
        let year = u64::from(self.year);
        let before = (year - 1) * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
        let months = (1..self.month).map(|month| u64::from(month_length(self.year, month)));
        // 31 December 1899 is serial 0, plus the day 29 February 1900 that spreadsheets count wrongly.
        before + months.sum::<u64>() + u64::from(self.day) - 693_595 + 1
    }

    /// The day so many days before a full date.
    pub(super) fn days_before(self, days: u16) -> Self {
        let mut date = self;
        for _ in 0..days {
            date = match (date.month, date.day) {
                (1, 1) => Date::new(date.year - 1, 12, 31),
                (month, 1) => Date::new(date.year, month - 1, month_length(date.year, month - 1)),
                (month, day) => Date::new(date.year, month, day - 1),
            };
        }
        date
    }

    /// The date so many years earlier, for comparing only.
    pub(super) fn years_before(self, years: u16) -> Self {
        Date { year: self.year - years, ..self }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.push(&mut text);
        formatter.write_str(&text)
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a date written yyyy-mm-dd");
        let mut parts = text.split('-').map(|part| part.parse::<u16>().ok());
        let mut next = || parts.next().flatten().ok_or_else(wrong);
        let (year, month, day) = (next()?, next()?, next()?);
        let month_known = (1..=12).contains(&month) && (1901..=2099).contains(&year);
        if !month_known || !(1..=u16::from(month_length(year, month as u8))).contains(&day) {
            return Err(wrong());
        }
        Ok(Date::new(year, month as u8, day as u8))
    }
}

/// The number of days of a month.
pub(super) fn month_length(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_those_of_a_spreadsheet() {
        assert_eq!(Date::new(1900, 3, 1).serial(), 61);
        assert_eq!(Date::new(2000, 1, 1).serial(), 36526);
        assert_eq!(Date::new(2022, 6, 1).serial(), 44713);
    }

    #[test]
    fn days_are_counted_back_over_months_and_years() {
        assert_eq!(Date::new(2026, 6, 30).days_before(0), Date::new(2026, 6, 30));
        assert_eq!(Date::new(2024, 3, 1).days_before(1), Date::new(2024, 2, 29));
        assert_eq!(Date::new(2026, 1, 5).days_before(5), Date::new(2025, 12, 31));
    }

    #[test]
    fn an_unknown_part_is_left_out() {
        assert_eq!(Date::new(1947, 0, 0).to_string(), "1947");
        assert_eq!(Date::new(1950, 3, 0).to_string(), "03/1950");
        assert_eq!(Date::new(1950, 3, 9).to_string(), "09/03/1950");
    }

    #[test]
    fn a_settings_date_is_checked() {
        assert!(Date::try_from("2026-06-30".to_owned()).is_ok());
        assert!(Date::try_from("2026-06-31".to_owned()).is_err());
        assert!(Date::try_from("30/06/2026".to_owned()).is_err());
    }
}
