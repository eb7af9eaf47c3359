//! Rows that share a number, and rows that are one person under two numbers.

use std::ops::Range;

use rayon::slice::ParallelSliceMut;

use super::{AGAINST_NUMBER, Row, Whole};
use crate::fields::birth_date::{self, Precision};
use crate::rulebook::{Distance, Rulebook};

/// Rows that share their number with another row.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// With a row about another person.
    pub(super) shared: Vec<Row>,
    /// With a row about the same person.
    pub(super) same_person: Vec<Row>,
}

/// Rows of a number with which each of them is compared: one that nobody knows for a placeholder may stand in a million.
const RIVALS: usize = 64;

/// Looks at all rows with the same number.
pub(super) fn by_number(whole: &Whole, rows: &[Range<Row>], book: &Rulebook) -> Claims {
    let numbers = rows.iter().cloned().flatten().map(|row| (whole.numbers[row as usize], row));
    let mut pairs: Vec<(u64, Row)> = numbers.filter(|(number, _)| *number != 0).collect();
    pairs.par_sort_unstable();
    let mut claims = Claims::default();
    for group in pairs.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1) {
        for (at, &(_, row)) in group.iter().enumerate() {
            let (mut same, mut other) = (false, false);
            let rivals = group.iter().enumerate().take(RIVALS);
            for (_, rival) in rivals.filter(|(place, _)| *place != at) {
                let is_same = is_same_person(whole, row, rival.1, book);
                same |= is_same;
                other |= !is_same;
                if same && other {
                    break;
                }
            }
            if other {
                claims.shared.push(row);
            }
            if same {
                claims.same_person.push(row);
            }
        }
    }
    claims
}

/// Whether two rows with the same number are about one person: names that one word parts at most, and birth dates that
/// one slip parts at most; or the same name in the same commune, whatever the birth date, which may be a default.
fn is_same_person(whole: &Whole, one: Row, other: Row, book: &Rulebook) -> bool {
    let (at, to) = (one as usize, other as usize);
    let same_name = whole.names[at] != 0 && whole.names[at] == whole.names[to];
    let has_names = whole.names[at] != 0 && whole.names[to] != 0;
    let close_names = same_name || whole.skeletons[at].is_close_to(whole.skeletons[to]);
    let same_place = whole.communes[at] != 0 && whole.communes[at] == whole.communes[to];
    if same_name && same_place {
        return true;
    }
    match (whole.birth(one), whole.birth(other)) {
        (Some(first), Some(second)) if first == second => close_names || !has_names,
        (Some(first), Some(second)) => {
            let ways = [birth_date::compare(first, second), birth_date::compare(second, first)];
            let is_slip = |way: &birth_date::DateDifference| {
                matches!(book.policy.date_distance(*way), Distance::None | Distance::Slight)
            };
            close_names && ways.iter().any(is_slip)
        }
        _ => same_name,
    }
}

/// Rows about one person under two numbers: an old and the new one, one and none, or one that was mistyped. Name, full
/// birth date and commune have to be the same. Two personal numbers that agree with their rows and differ in more than a
/// digit or two are two people.
pub(super) fn by_person(whole: &Whole, rows: &[Range<Row>]) -> Vec<Row> {
    let key = |row: Row| {
        let at = row as usize;
        let is_full = whole.birth(row).is_some_and(|birth| birth.precision() == Precision::Day);
        let known = is_full && whole.names[at] != 0 && whole.communes[at] != 0;
        known.then(|| {
            let place = u64::from(whole.births[at]) << 16 | u64::from(whole.communes[at]);
            whole.names[at] ^ place.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        })
    };
    let mut keys: Vec<(u64, Row)> =
        rows.iter().cloned().flatten().filter_map(|row| Some((key(row)?, row))).collect();
    keys.par_sort_unstable();
    let mut found = Vec::new();
    for group in keys.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1) {
        for &(_, row) in group {
            let number = whole.numbers[row as usize];
            let is_other = |rival: Row| {
                let other = whole.numbers[rival as usize];
                rival != row && (number != other || number == 0) && !are_two_people(whole, row, rival)
            };
            if group.iter().take(RIVALS).any(|(_, rival)| is_other(*rival)) {
                found.push(row);
            }
        }
    }
    found
}

/// Whether two rows have personal numbers that are right as far as anybody can tell, and not nearly the same.
fn are_two_people(whole: &Whole, one: Row, other: Row) -> bool {
    /// Two digits in each other's place differ in two.
    const MISTYPED: usize = 2;
    let (Some(mut first), Some(mut second)) = (whole.citizen(one), whole.citizen(other)) else {
        return false;
    };
    let agrees = |row| !whole.fact(row, AGAINST_NUMBER);
    let mut n_different = 0;
    while first > 0 || second > 0 {
        n_different += usize::from(first % 10 != second % 10);
        (first, second) = (first / 10, second / 10);
    }
    n_different > MISTYPED && agrees(one) && agrees(other)
}
