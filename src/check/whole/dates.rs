//! Birth dates that stand far too often: a day typed where nobody knew it, or the day of the list.

use std::collections::HashMap;

use super::{Row, Whole};
use crate::fields::birth_date::{BirthDate, Precision};

/// Rows with dates that stand too often.
#[derive(Debug, Default)]
pub(super) struct Frequent {
    /// A default day.
    pub(super) dates: Vec<Row>,
    /// A day of what the list is about.
    pub(super) event_dates: Vec<Row>,
}

/// Rows of a date from which it is looked at.
const ENOUGH: u64 = 7;
/// How many times as often as an even spread over the year would have it.
const TOO_OFTEN: u64 = 10;
const DAYS_OF_YEAR: u64 = 365;

/// Looks for dates that stand more than ten times as often as others of their year.
pub(super) fn frequent(whole: &Whole) -> Frequent {
    let mut days: HashMap<u32, u64> = HashMap::new();
    let mut years: HashMap<u16, u64> = HashMap::new();
    let is_full =
        |packed: u32| BirthDate::from_packed(packed).filter(|date| date.precision() == Precision::Day);
    for &packed in &whole.births {
        if packed % 100 != 0 {
            *days.entry(packed).or_default() += 1;
        }
    }
    for (&packed, &count) in &days {
        if let Some(date) = is_full(packed) {
            *years.entry(date.year()).or_default() += count;
        }
    }
    days.retain(|packed, count| {
        let others = is_full(*packed).map_or(0, |date| years[&date.year()] - *count);
        *count >= ENOUGH + TOO_OFTEN * others / DAYS_OF_YEAR
    });
    let mut found = Frequent::default();
    for (row, packed) in (0..).zip(&whole.births).filter(|(_, packed)| days.contains_key(packed)) {
        // The list was made after what it is about, and within the same time.
        let is_event = whole.event_days.is_some_and(|(first, last)| (first..=last + 100).contains(packed));
        if is_event { found.event_dates.push(row) } else { found.dates.push(row) }
    }
    found
}
