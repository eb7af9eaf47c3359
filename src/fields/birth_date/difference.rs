//! How two birth dates differ, from the same to unrelated.
//!
//! Owns the named kinds of difference. Deliberately gives no weight to them: rules do.

use super::BirthDate;

/// The kinds, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DateDifference {
    /// The same date, known equally well.
    Same,
    /// One side knows less, and what both know is equal.
    PartialSame,
    /// One side says 1 January, the usual stand-in for an unknown day, of the other's year.
    DefaultDay,
    /// Day and month are exchanged.
    DayMonthSwapped,
    /// Day and month are equal, the years are neighbours.
    OneYearOff,
    /// One of the eight digits differs.
    OneDigit,
    /// Only the year is equal.
    SameYear,
    /// Nothing of the above.
    Different,
}

impl DateDifference {
    /// Every kind, best first.
    pub const ALL: [Self; 8] = [
        Self::Same,
        Self::PartialSame,
        Self::DefaultDay,
        Self::DayMonthSwapped,
        Self::OneYearOff,
        Self::OneDigit,
        Self::SameYear,
        Self::Different,
    ];

    /// The name used by rules and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::PartialSame => "partial_same",
            Self::DefaultDay => "default_day",
            Self::DayMonthSwapped => "day_month_swapped",
            Self::OneDigit => "one_digit",
            Self::OneYearOff => "one_year_off",
            Self::SameYear => "same_year",
            Self::Different => "different",
        }
    }
}

/// Names the difference between the date of a list and the date of a reference.
pub fn compare(list: BirthDate, reference: BirthDate) -> DateDifference {
    if list == reference {
        return DateDifference::Same;
    }
    let same_year = list.year() == reference.year();
    let both_know_the_same = agree(list.month(), reference.month()) && agree(list.day(), reference.day());
    let equally_known = list.precision() == reference.precision();
    if same_year && (is_default(list) || is_default(reference)) {
        DateDifference::DefaultDay
    } else if same_year && both_know_the_same {
        DateDifference::PartialSame
    } else if same_year && is_swapped(list, reference) {
        DateDifference::DayMonthSwapped
    } else if list.year().abs_diff(reference.year()) == 1 && both_know_the_same && equally_known {
        // A neighbouring year mostly differs in one digit as well; the lunar age explains it better.
        DateDifference::OneYearOff
    } else if equally_known && digits_that_differ(list, reference) == 1 {
        DateDifference::OneDigit
    } else if same_year {
        DateDifference::SameYear
    } else {
        DateDifference::Different
    }
}

/// The same of packed dates; nothing where one is none. Two years and two days that differ are told apart at once: most pairs
/// of people drawn by chance are so.
#[inline]
pub fn compare_packed(list: u32, reference: u32) -> Option<DateDifference> {
    const DAYS: u32 = 10_000;
    if list == 0 || reference == 0 {
        return None;
    }
    if list == reference {
        return Some(DateDifference::Same);
    }
    if list / DAYS != reference / DAYS && list % DAYS != reference % DAYS {
        return Some(DateDifference::Different);
    }
    Some(compare(BirthDate::from_packed(list)?, BirthDate::from_packed(reference)?))
}

/// Whether two parts are equal as far as both are known.
fn agree(one: Option<u8>, other: Option<u8>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

fn is_default(date: BirthDate) -> bool {
    date.month() == Some(1) && date.day() == Some(1)
}

fn is_swapped(list: BirthDate, reference: BirthDate) -> bool {
    list.day().is_some() && list.day() == reference.month() && list.month() == reference.day()
}

fn digits_that_differ(list: BirthDate, reference: BirthDate) -> usize {
    let digit = |date: BirthDate, place| date.packed() / 10u32.pow(place) % 10;
    (0..8).filter(|&place| digit(list, place) != digit(reference, place)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences() {
        let check = |list, reference, expected| {
            let date = |packed| BirthDate::from_packed(packed).expect("the example exists");
            for (one, other) in [(list, reference), (reference, list)] {
                assert_eq!(compare(date(one), date(other)), expected, "{one} {other}");
                assert_eq!(compare_packed(one, other), Some(expected), "{one} {other}");
            }
        };
        check(19_900_201, 19_900_201, DateDifference::Same);
        check(19_900_000, 19_900_000, DateDifference::Same);
        check(19_900_000, 19_900_517, DateDifference::PartialSame);
        check(19_900_500, 19_900_517, DateDifference::PartialSame);
        check(19_900_600, 19_900_517, DateDifference::SameYear);
        check(19_900_101, 19_900_517, DateDifference::DefaultDay);
        check(19_900_101, 19_900_111, DateDifference::DefaultDay);
        check(19_900_101, 19_900_500, DateDifference::DefaultDay);
        check(19_900_201, 19_900_102, DateDifference::DayMonthSwapped);
        check(19_900_217, 19_900_212, DateDifference::OneDigit);
        check(19_900_217, 19_910_217, DateDifference::OneYearOff);
        check(19_900_217, 19_930_217, DateDifference::OneDigit);
        check(19_900_101, 19_900_000, DateDifference::DefaultDay);
        check(19_800_000, 19_900_000, DateDifference::OneDigit);
        check(19_890_217, 19_900_217, DateDifference::OneYearOff);
        check(19_890_000, 19_900_000, DateDifference::OneYearOff);
        check(19_900_217, 19_901_130, DateDifference::SameYear);
        check(19_890_000, 19_900_217, DateDifference::Different);
        check(19_650_217, 19_901_130, DateDifference::Different);
    }

    /// Days, months and years known and unknown, in years that differ in one digit and in several.
    #[test]
    fn packed_dates_differ_as_dates_do() {
        let years = [1_899, 1_900, 1_989, 1_990, 1_991, 2_000, 2_010];
        let days = [0, 100, 101, 110, 201, 1_001, 1_100, 1_111, 1_231];
        let dates: Vec<u32> = years.iter().flat_map(|year| days.map(|day| year * 10_000 + day)).collect();
        for &one in &dates {
            for &other in &dates {
                let date = |packed| BirthDate::from_packed(packed).expect("a date");
                assert_eq!(
                    compare_packed(one, other),
                    Some(compare(date(one), date(other))),
                    "{one} {other}"
                );
            }
            assert_eq!((compare_packed(one, 0), compare_packed(0, one)), (None, None));
        }
        assert_eq!(compare_packed(0, 0), None);
    }

    #[test]
    fn kinds_are_ordered_and_named() {
        assert!(DateDifference::ALL.is_sorted());
        let names: std::collections::HashSet<_> = DateDifference::ALL.map(DateDifference::name).into();
        assert_eq!(names.len(), DateDifference::ALL.len());
    }
}
