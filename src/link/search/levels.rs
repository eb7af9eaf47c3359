//! A row beside a citizen: which level of each comparison holds.
//!
//! The order of the comparisons is that of `linkage/person_weights.toml`. Cheap comparisons are packed integers; names are
//! compared only where the others leave a chance.

use crate::fields::birth_date::{self, DateDifference};
use crate::fields::person_name::NameDifference;
use crate::link::model::{MISSING, Pattern};
use crate::record::Person;

/// Position of the full name in a pattern.
pub const NAME: usize = 0;
/// Position of the birth date.
pub const BIRTH: usize = 1;
/// Position of the sex.
pub const SEX: usize = 2;
/// Position of the unit of residence.
pub const COMMUNE: usize = 3;
/// Position of the telephone.
pub const PHONE: usize = 4;
/// Position of the personal number.
pub const NUMBER: usize = 5;
/// Position of the earlier number.
pub const OLD_NUMBER: usize = 6;

/// The comparisons and their levels, best first, as the file of weights has to have them.
pub const COMPARISONS: [(&str, &[&str]); 7] = [
    (
        "full_name",
        &[
            "same",
            "i_y",
            "space_only",
            "marks",
            "one_tone",
            "sound",
            "dialect",
            "one_edit",
            "middle_missing",
            "order",
            "initials",
            "given_same",
            "surname_only",
            "different",
        ],
    ),
    (
        "birth_date",
        &[
            "same",
            "partial_same",
            "default_day",
            "day_month_swapped",
            "one_year_off",
            "one_digit",
            "same_year",
            "different",
        ],
    ),
    ("sex", &["same", "different"]),
    ("commune", &["same", "province", "different"]),
    ("phone", &["same", "one_digit", "different"]),
    ("number", &["same", "one_digit", "swapped", "two_digits", "different"]),
    ("old_number", &["same", "one_digit", "different"]),
];

/// The levels of everything but the name.
#[inline]
pub fn besides_name(row: &Person, citizen: &Person) -> Pattern {
    Pattern::NOTHING
        .with(BIRTH, birth_level(row.birth, citizen.birth))
        .with(SEX, same(row.sex.into(), citizen.sex.into(), 1))
        .with(COMMUNE, commune_level(row, citizen))
        .with(PHONE, phone_level(row.phone, citizen.phone))
        .with(NUMBER, number_level(row.number, citizen.number))
        .with(OLD_NUMBER, old_number_level(row.old_number, citizen.old_number))
}

/// How the birth dates differ, if both are known.
#[inline]
pub fn birth_difference(row: u32, citizen: u32) -> Option<DateDifference> {
    birth_date::compare_packed(row, citizen)
}

/// Two dates of which only the year is known agree in no more than a year.
#[inline]
fn birth_level(row: u32, citizen: u32) -> u8 {
    if row == citizen && row != 0 && row.is_multiple_of(100) {
        return DateDifference::PartialSame as u8;
    }
    birth_difference(row, citizen).map_or(MISSING, |way| way as u8)
}

/// The level of a difference of names.
#[inline]
pub const fn name_level(way: NameDifference) -> u8 {
    way as u8
}

#[inline]
const fn same(one: u64, other: u64, different: u8) -> u8 {
    if one == 0 || other == 0 {
        MISSING
    } else if one == other {
        0
    } else {
        different
    }
}

#[inline]
const fn commune_level(row: &Person, citizen: &Person) -> u8 {
    if row.commune != 0 && row.commune == citizen.commune {
        0
    } else if row.province == 0 || citizen.province == 0 {
        MISSING
    } else if row.province == citizen.province {
        // A row whose commune nobody knows may live in this one.
        if row.commune == 0 || citizen.commune == 0 { MISSING } else { 1 }
    } else {
        2
    }
}

#[inline]
fn phone_level(one: u64, other: u64) -> u8 {
    // Numbers that differ in one digit are a digit and zeros apart.
    let gap = one.abs_diff(other);
    if gap > 9 && !gap.is_multiple_of(10) && one != 0 && other != 0 {
        return 2;
    }
    match digits_that_differ(one, other) {
        None => MISSING,
        Some(Differing { n: 0, .. }) => 0,
        Some(Differing { n: 1, .. }) => 1,
        Some(_) => 2,
    }
}

#[inline]
fn number_level(row: u64, citizen: u64) -> u8 {
    match digits_that_differ(row, citizen) {
        None => MISSING,
        Some(Differing { n: 0, .. }) => 0,
        Some(Differing { n: 1, .. }) => 1,
        Some(Differing { n: 2, swapped: true }) => 2,
        Some(Differing { n: 2, .. }) => 3,
        Some(_) => 4,
    }
}

#[inline]
fn old_number_level(row: u64, citizen: u64) -> u8 {
    match digits_that_differ(row, citizen) {
        None => MISSING,
        Some(Differing { n: 0, .. }) => 0,
        Some(Differing { n: 1, .. } | Differing { n: 2, swapped: true }) => 1,
        Some(_) => 2,
    }
}

/// In how many digits two numbers differ.
struct Differing {
    n: u32,
    /// Two neighbours are exchanged.
    swapped: bool,
}

/// Numbers of up to 16 digits, compared digit by digit, four bits a digit. What stands above the digits (the mark of an
/// earlier number) is left out.
#[inline]
fn digits_that_differ(one: u64, other: u64) -> Option<Differing> {
    if one == 0 || other == 0 {
        return None;
    }
    if one == other {
        return Some(Differing { n: 0, swapped: false });
    }
    let (one, other) = (digits(one), digits(other));
    let differing = one ^ other;
    // One bit for each digit that differs.
    let each = 0x1111_1111_1111_1111;
    let bits = (differing | differing >> 1 | differing >> 2 | differing >> 3) & each;
    let n = bits.count_ones();
    let low = bits.trailing_zeros();
    let is_pair = n == 2 && bits >> low == 0x11;
    let swapped = is_pair
        && one >> low & 0xf == other >> (low + 4) & 0xf
        && other >> low & 0xf == one >> (low + 4) & 0xf;
    Some(Differing { n, swapped })
}

/// A number with four bits a digit.
#[inline]
fn digits(number: u64) -> u64 {
    const MARKS: u64 = (1 << 60) - 1;
    let number = number & MARKS;
    let eight = |part: u64| {
        let text = u64::from_le_bytes(crate::record::eight_digits(part as u32)) & 0x0F0F_0F0F_0F0F_0F0F;
        // The first digit lies lowest: it becomes the highest, and pairs of bytes become bytes.
        let text = text.swap_bytes();
        let pairs = (text | text >> 4) & 0x00FF_00FF_00FF_00FF;
        let fours = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF;
        (fours | fours >> 16) & 0xFFFF_FFFF
    };
    eight(number / 100_000_000 % 100_000_000) << 32 | eight(number % 100_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_have_the_names_of_the_differences() {
        assert!(
            NameDifference::ALL.into_iter().map(NameDifference::name).eq(COMPARISONS[NAME].1.iter().copied())
        );
        assert!(
            DateDifference::ALL
                .into_iter()
                .map(DateDifference::name)
                .eq(COMPARISONS[BIRTH].1.iter().copied())
        );
        assert!(NameDifference::ALL.into_iter().zip(0..).all(|(way, level)| name_level(way) == level));
    }

    #[test]
    fn digits_lie_side_by_side() {
        for number in [0, 7, 123_456_789_012, 999_999_999_999, 1_000_000_000_001] {
            assert_eq!(format!("{:016x}", digits(number)), format!("{number:016}"));
        }
        assert_eq!(digits(1 << 62 | 123_456_789), 0x1_2345_6789);
    }

    #[test]
    fn numbers_differ_by_their_digits() {
        let cases = [
            (1_090_123_456, 1_090_123_456, 0),
            (1_090_123_456, 1_090_123_450, 1),
            (1_090_199_999, 1_090_200_000, 4),
            (1_090_123_456, 1_090_123_465, 2),
            (1_090_123_456, 1_900_123_456, 2),
            (1_090_123_456, 1_090_123_411, 3),
            (1_090_123_456, 2_091_123_456, 3),
            (1_090_123_456, 0, MISSING),
            (900_000_000_000, 100_000_000_000, 1),
        ];
        for (one, other, level) in cases {
            assert_eq!(number_level(one, other), level, "{one} {other}");
            assert_eq!(number_level(other, one), level, "{one} {other}");
        }
    }

    #[test]
    fn a_year_alone_is_no_date() {
        let cases = [
            (19_900_502, 19_900_502, DateDifference::Same as u8),
            (19_900_000, 19_900_000, DateDifference::PartialSame as u8),
            (19_900_500, 19_900_500, DateDifference::PartialSame as u8),
            (19_900_000, 19_900_502, DateDifference::PartialSame as u8),
            (0, 19_900_502, MISSING),
            (0, 0, MISSING),
        ];
        for (row, citizen, level) in cases {
            assert_eq!(birth_level(row, citizen), level, "{row} {citizen}");
        }
    }

    #[test]
    fn places_are_compared_as_far_as_they_are_known() {
        let at = |commune, province| Person { commune, province, ..Person::default() };
        let cases = [
            (at(5, 1), at(5, 1), 0),
            (at(5, 1), at(6, 1), 1),
            (at(5, 1), at(9, 2), 2),
            (at(0, 1), at(6, 1), MISSING),
            (at(0, 1), at(9, 2), 2),
            (at(0, 0), at(6, 1), MISSING),
        ];
        for (row, citizen, level) in cases {
            assert_eq!(commune_level(&row, &citizen), level, "{row:?} {citizen:?}");
        }
    }
}
