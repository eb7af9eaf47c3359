//! The number of an identity paper: the personal number of 12 digits and the old number of nine.
//!
//! Owns the structure of the two numbers and how typed ones are read. Deliberately knows no province or
//! country by name, no list of placeholders (both come in [`IdWords`]) and no register: a well-formed number
//! may belong to nobody, and one person may rightly have two.
//! Source: Decree 137/2015/NĐ-CP art. 13 and Circular 59/2021/TT-BCA (structure `PPP G YY NNNNNN`, no check
//! digit); Law on Identity 26/2023/QH15 art. 12 and 46. Digit G: 0 man and 1 woman born 1900-1999, 2 and 3
//! born 2000-2099; higher digits are for centuries to come.

mod digits;
mod typed;
mod words;

pub use words::IdWords;

use super::sex::Sex;
use crate::record::{Outcome, Repairs, eight_digits};

/// A personal number. Twelve digits with a century digit of today (0 to 3); the province or country was
/// known to the rules when the number was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CitizenNumber(u64);

/// The number of a paper identity card (CMND) of nine digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OldNumber(u32);

/// Either number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdNumber {
    /// Twelve digits.
    Citizen(CitizenNumber),
    /// Nine digits.
    Old(OldNumber),
}

/// What other cells of the row say, used to confirm a repaired number and never to change one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hints {
    /// The sex in the row.
    pub sex: Option<Sex>,
    /// The birth year in the row.
    pub birth_year: Option<u16>,
}

impl Hints {
    /// Whether nothing is known.
    const fn is_empty(self) -> bool {
        self.sex.is_none() && self.birth_year.is_none()
    }

    /// Whether both facts are known.
    const fn is_full(self) -> bool {
        self.sex.is_some() && self.birth_year.is_some()
    }
}

/// Reads one cell.
pub fn parse(raw: &str, words: &IdWords, hints: Hints) -> Outcome<IdNumber> {
    match digits::Digits::read(raw.as_bytes()) {
        Some(digits) => digits::recognize(digits, words, hints, Repairs::NONE),
        None => typed::parse(raw, words, hints),
    }
}

/// Reads a cell that is nothing but the digits of a valid number; `None` sends it to [`parse`]. For the hundred
/// million numbers of a reference, nearly all of which are plain.
#[inline]
pub fn parse_plain(raw: &[u8], words: &IdWords) -> Option<IdNumber> {
    digits::plain(digits::Digits::read(raw)?, words)
}

impl CitizenNumber {
    /// One more than the greatest number of twelve digits.
    const END: u64 = 1_000_000_000_000;

    /// The number, if its century digit is one of today. The caller has looked the province up.
    const fn new(value: u64) -> Option<Self> {
        let number = Self(value);
        if value < Self::END && number.century_digit() <= 3 { Some(number) } else { None }
    }

    /// The three digits of the province or country of birth registration.
    pub const fn province_code(self) -> u16 {
        (self.0 / 1_000_000_000) as u16
    }

    /// The sex given at registration.
    pub const fn sex(self) -> Sex {
        if self.century_digit().is_multiple_of(2) { Sex::Male } else { Sex::Female }
    }

    /// The birth year given at registration.
    pub const fn birth_year(self) -> u16 {
        1900 + 100 * (self.century_digit() / 2) + (self.0 / 1_000_000 % 100) as u16
    }

    /// Whether every fact of the row that is known says the same as the number.
    pub fn agrees_with(self, hints: Hints) -> bool {
        hints.sex.is_none_or(|sex| sex == self.sex())
            && hints.birth_year.is_none_or(|year| year == self.birth_year())
    }

    const fn century_digit(self) -> u16 {
        (self.0 / 100_000_000 % 10) as u16
    }
}

impl IdNumber {
    /// Marks a packed old number.
    const OLD: u64 = 1 << 62;

    /// The number as one integer; the two kinds never meet.
    pub const fn packed(self) -> u64 {
        match self {
            Self::Citizen(CitizenNumber(value)) => value,
            Self::Old(OldNumber(value)) => value as u64 | Self::OLD,
        }
    }

    /// The number packed so. Checks the structure, not the province, for which the rules are needed.
    pub fn from_packed(packed: u64) -> Option<Self> {
        if packed & Self::OLD == 0 {
            return CitizenNumber::new(packed).map(Self::Citizen);
        }
        let value = u32::try_from(packed & !Self::OLD).ok()?;
        (value < 1_000_000_000).then_some(Self::Old(OldNumber(value)))
    }

    /// Appends the digits, with all their zeros.
    pub fn write(self, out: &mut String) {
        let (digits, start) = self.digits();
        out.push_str(str::from_utf8(&digits[start..]).expect("digits are ASCII"));
    }

    /// The digits, and where in them the number begins.
    #[inline]
    pub fn digits(self) -> ([u8; 12], usize) {
        let (value, start) = match self {
            Self::Citizen(CitizenNumber(value)) => (value, 0),
            Self::Old(OldNumber(value)) => (u64::from(value), 3),
        };
        let (first, last) = (value / 100_000_000, value % 100_000_000);
        let mut digits = [0; 12];
        digits[..4].copy_from_slice(&eight_digits(first as u32)[4..]);
        digits[4..].copy_from_slice(&eight_digits(last as u32));
        (digits, start)
    }

    /// The personal number, if it is one.
    pub const fn citizen(self) -> Option<CitizenNumber> {
        match self {
            Self::Citizen(number) => Some(number),
            Self::Old(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
