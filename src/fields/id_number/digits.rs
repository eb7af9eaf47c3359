//! What a run of digits may be: personal number, old number, telephone, another number.
//!
//! Owns the decision table by length. Every number registered in Viet Nam begins with 0, so a numeric cell
//! always loses digits, and chance agreement of sex, year and province is about 1 in 16,000: padding counts
//! as confirmed only when the row knows both and both agree.
//! Source: Circular 59/2021/TT-BCA and the telephone numbering plan of 2018.

use super::{CitizenNumber, Hints, IdNumber, IdWords, OldNumber};
use crate::record::{Defect, Outcome, Repair, Repairs};

/// A run of digits, zeros kept by the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) value: u64,
    pub(super) count: usize,
}

impl Digits {
    /// More digits than any number here has, and few enough for 64 bits.
    const MOST: usize = 18;

    /// The digits, if there is nothing else and not too many.
    #[inline]
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() || bytes.len() > Self::MOST {
            return None;
        }
        let (mut value, mut rest) = (0, bytes);
        if let Some((first, others)) = bytes.split_first_chunk::<8>() {
            (value, rest) = (eight_digits(*first)?, others);
        }
        if let Some((first, others)) = rest.split_first_chunk::<4>() {
            let [a, b, c, d] = *first;
            value = value * 10_000 + eight_digits([b'0', b'0', b'0', b'0', a, b, c, d])?;
            rest = others;
        }
        for &byte in rest {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value * 10 + u64::from(digit);
        }
        Some(Self { value, count: bytes.len() })
    }

    /// The first two of nine digits.
    pub(super) const fn leading_two_of_nine(self) -> usize {
        (self.value / 10_000_000) as usize
    }

    /// The first three of twelve digits.
    pub(super) const fn leading_three(self) -> usize {
        (self.value / 1_000_000_000) as usize
    }

    /// The same value with zeros in front.
    const fn padded(self, count: usize) -> Self {
        Self { count, ..self }
    }
}

/// The value of eight digits, all at once: neighbours are put together in three steps of one multiplication.
#[inline]
const fn eight_digits(bytes: [u8; 8]) -> Option<u64> {
    const TENS: u64 = 0x3030_3030_3030_3030;
    let text = u64::from_le_bytes(bytes);
    let digits = text.wrapping_sub(TENS);
    // A byte below '0' borrows into its high bits, one above '9' carries into them.
    let other = (digits | text.wrapping_add(0x4646_4646_4646_4646)) & 0x8080_8080_8080_8080;
    if other != 0 || text & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    Some((fours * 10_000 + (fours >> 32)) & 0xFFFF_FFFF)
}

/// Says what the digits are. `repairs` is what was done to reach them.
pub(super) fn recognize(
    digits: Digits,
    words: &IdWords,
    hints: Hints,
    repairs: Repairs,
) -> Outcome<IdNumber> {
    if words.is_placeholder(digits) {
        return Outcome::Defective(Defect::Placeholder);
    }
    match digits.count {
        12 => match citizen(digits, words) {
            Ok(number) => Outcome::Value(IdNumber::Citizen(number), repairs),
            Err(defect) => Outcome::Defective(defect),
        },
        10 | 11 => lost_zeros(digits, words, hints, repairs),
        9 => nine(digits, words, repairs),
        8 => eight(digits, words, repairs),
        _ => Outcome::Defective(Defect::Length),
    }
}

/// What digits are that need no second look: the usual case of [`recognize`].
#[inline]
pub(super) fn plain(digits: Digits, words: &IdWords) -> Option<IdNumber> {
    if !matches!(digits.count, 9 | 12) || words.is_placeholder(digits) {
        return None;
    }
    if digits.count == 12 {
        return citizen(digits, words).ok().map(IdNumber::Citizen);
    }
    is_old(digits).then(|| IdNumber::Old(old(digits)))
}

/// Whether nine digits begin as an old number did: with 01 to 38.
const fn is_old(digits: Digits) -> bool {
    matches!(digits.leading_two_of_nine(), 1..=38)
}

/// Twelve digits as a personal number.
#[inline]
fn citizen(digits: Digits, words: &IdWords) -> Result<CitizenNumber, Defect> {
    if !words.is_province(digits.leading_three()) {
        return Err(Defect::Component);
    }
    CitizenNumber::new(digits.value).ok_or(Defect::Future)
}

/// Ten or eleven digits: a personal number without its zeros, a telephone, or another number.
fn lost_zeros(digits: Digits, words: &IdWords, hints: Hints, mut repairs: Repairs) -> Outcome<IdNumber> {
    let padded = digits.padded(12);
    if words.is_placeholder(padded) {
        return Outcome::Defective(Defect::Placeholder);
    }
    let number = citizen(padded, words).ok();
    let confirmed = hints.is_full() && number.is_some_and(|number| number.agrees_with(hints));
    // A year that is not even the next one: these are digits of something else.
    let contradicts =
        |number: CitizenNumber| hints.birth_year.is_some_and(|year| year.abs_diff(number.birth_year()) > 1);
    if digits.count == 10 && hints.is_full() && number.is_some_and(contradicts) {
        return Outcome::Defective(Defect::OtherNumber);
    }
    if !confirmed && let Some(defect) = other_number(digits, words) {
        return Outcome::Defective(defect);
    }
    match number {
        Some(number) => {
            repairs.insert(Repair::LeadingZeros);
            if !confirmed {
                repairs.insert(Repair::Unconfirmed);
            }
            Outcome::Value(IdNumber::Citizen(number), repairs)
        }
        None if digits.count == 10 => Outcome::Defective(Defect::OtherNumber),
        None => Outcome::Defective(Defect::Length),
    }
}

/// What ten or eleven digits are when they cannot be a number that a spreadsheet cut: such a number never
/// begins with 0, and 84 before a mobile network is the country's telephone code.
fn other_number(digits: Digits, words: &IdWords) -> Option<Defect> {
    let Digits { value, count } = digits;
    let starts_with_zero = value < 10u64.pow(count as u32 - 1);
    match (count, starts_with_zero) {
        (10, true) if words.is_mobile((value / 10_000_000) as usize) => Some(Defect::PhoneNumber),
        (10, true) => Some(Defect::OtherNumber),
        // A landline has eleven digits as well. Only that of the area 028 begins as no number does: elsewhere a number
        // that lost a digit is likelier.
        (11, true) if value / 100_000_000 == 28 => Some(Defect::PhoneNumber),
        (11, true) => Some(Defect::Length),
        (11, false)
            if value / 1_000_000_000 == 84 && words.is_mobile((value / 10_000_000 % 100) as usize) =>
        {
            Some(Defect::PhoneNumber)
        }
        _ => None,
    }
}

/// Nine digits.
fn nine(digits: Digits, words: &IdWords, repairs: Repairs) -> Outcome<IdNumber> {
    match digits.leading_two_of_nine() {
        _ if is_old(digits) => Outcome::Value(IdNumber::Old(old(digits)), repairs),
        prefix if words.is_mobile(prefix) => Outcome::Defective(Defect::PhoneNumber),
        _ => Outcome::Defective(Defect::Component),
    }
}

/// Eight digits: an old number of the provinces 01 to 09 that lost its zero. Nothing in a row confirms it.
fn eight(digits: Digits, words: &IdWords, mut repairs: Repairs) -> Outcome<IdNumber> {
    let padded = digits.padded(9);
    if words.is_placeholder(padded) {
        return Outcome::Defective(Defect::Placeholder);
    }
    if digits.value < 10_000_000 {
        return Outcome::Defective(Defect::Length);
    }
    repairs.insert(Repair::LeadingZeros);
    repairs.insert(Repair::Unconfirmed);
    Outcome::Value(IdNumber::Old(old(padded)), repairs)
}

fn old(digits: Digits) -> OldNumber {
    OldNumber(u32::try_from(digits.value).expect("nine digits fit 32 bits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_eight_at_a_time_as_one_by_one() {
        let one_by_one: fn(&str) -> Option<u64> =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
        let mut seed = 1_u64;
        for length in 1..=18 {
            for _ in 0..500 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let text = format!("{:018}", (seed >> 4) % 10_u64.pow(18))[..length].to_owned();
                assert_eq!(Digits::read(text.as_bytes()).map(|digits| digits.value), one_by_one(&text));
                let place = (seed >> 40) as usize % length;
                for other in ["/", ":", " ", "p", "\u{7f}", "\0"] {
                    let mut spoilt = text.clone();
                    spoilt.replace_range(place..=place, other);
                    assert_eq!(Digits::read(spoilt.as_bytes()), None, "{spoilt:?}");
                }
            }
        }
        assert_eq!(Digits::read("00001ệ".as_bytes()), None);
        assert_eq!(Digits::read(b""), None);
    }
}
