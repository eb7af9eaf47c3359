//! Birth dates that stand far too often: a day typed where nobody knew it, or the day of the list.

use std::collections::{HashMap, HashSet};
use std::ops::{Range, RangeInclusive};

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

/// People of a date from which it is looked at.
const ENOUGH: u64 = 7;
/// How many times as often as an even spread over the year would have it.
const TOO_OFTEN: u64 = 10;
const DAYS_OF_YEAR: u64 = 365;

/// Looks for dates that stand more than ten times as often as others of their year. People of one name count once: they may
/// be one person in several files. A date of more than half of all rows is what the list is about, newborns of one day.
pub(super) fn frequent(whole: &Whole, rows: &[Range<Row>]) -> Frequent {
    let all = || rows.iter().cloned().flatten();
    let mut days: HashMap<u32, u64> = HashMap::new();
    for row in all() {
        let packed = whole.births[row as usize];
        if !packed.is_multiple_of(100) {
            *days.entry(packed).or_default() += 1;
        }
    }
    let mut years: HashMap<u16, u64> = HashMap::new();
    for (&packed, &count) in &days {
        if let Some(date) = full(packed) {
            *years.entry(date.year()).or_default() += count;
        }
    }
    let n_rows: u64 = days.values().sum();
    let others = |packed, count| full(packed).map_or(0, |date| years[&date.year()] - count);
    let is_too_often = |packed: u32, count: u64, n_people: u64| {
        n_people >= ENOUGH + TOO_OFTEN * others(packed, count) / DAYS_OF_YEAR
    };
    days.retain(|packed, count| is_too_often(*packed, *count, *count));
    let mut people: HashMap<u32, HashSet<u64>> =
        days.keys().map(|packed| (*packed, HashSet::new())).collect();
    for row in all() {
        if let Some(people) = people.get_mut(&whole.births[row as usize]) {
            people.insert(whole.names[row as usize]);
        }
    }
    days.retain(|packed, count| is_too_often(*packed, *count, people[packed].len() as u64));
    let events = event_time(whole);
    let mut found = Frequent::default();
    for row in all() {
        let packed = whole.births[row as usize];
        let Some(count) = days.get(&packed) else { continue };
        if events.as_ref().is_some_and(|events| events.contains(&packed)) {
            found.event_dates.push(row);
        } else if count * 2 <= n_rows {
            found.dates.push(row);
        }
    }
    found
}

fn full(packed: u32) -> Option<BirthDate> {
    BirthDate::from_packed(packed).filter(|date| date.precision() == Precision::Day)
}

/// The time of what the list is about, without the first and the last hundredth of its days, which may be mistyped, and
/// the month behind it, in which the list was made.
fn event_time(whole: &Whole) -> Option<RangeInclusive<u32>> {
    const PART_LEFT_OUT: u64 = 100;
    let total: u64 = whole.event_days.values().sum();
    let left_out = total / PART_LEFT_OUT;
    let mut counted = (0_u64, None, None);
    for (day, count) in &whole.event_days {
        let is_inside = counted.0 + count > left_out && counted.0 < total - left_out;
        if is_inside {
            counted.1 = counted.1.or(Some(*day));
            counted.2 = Some(*day);
        }
        counted.0 += count;
    }
    let (first, last) = counted.1.zip(counted.2)?;
    let (year, month, day) = (last / 10_000, last / 100 % 100, last % 100);
    let month_later =
        if month >= 12 { (year + 1) * 10_000 + 100 + day } else { year * 10_000 + (month + 1) * 100 + day };
    Some(first..=month_later)
}
