//! The Gregorian calendar, as far as births need it.
//!
//! Owns the length of months and the day count of spreadsheets. Deliberately knows no lunar calendar: the
//! registers hold solar dates.

/// The days of a month; 0 for a month that does not exist.
pub(super) const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Year, month and day of a spreadsheet's day count (the 1900 system, from March 1900 on).
pub(super) fn from_serial(serial: u32) -> (u16, u8, u8) {
    // Day 60 is a 29 February 1900 that never was, so day 61 is 1 March.
    let mut rest = serial.saturating_sub(61) + 59;
    let mut year = 1900;
    while rest >= days_in_year(year) {
        rest -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    while rest >= u32::from(days_in_month(year, month)) {
        rest -= u32::from(days_in_month(year, month));
        month += 1;
    }
    (year, month, u8::try_from(rest + 1).expect("less than a month is left"))
}

const fn days_in_year(year: u16) -> u32 {
    if is_leap(year) { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials() {
        let check = |serial, expected| assert_eq!(from_serial(serial), expected);
        check(61, (1900, 3, 1));
        check(366, (1900, 12, 31));
        check(32_874, (1990, 1, 1));
        check(36_585, (2000, 2, 29));
        check(45_658, (2025, 1, 1));
        check(60_000, (2064, 4, 8));
    }
}
