//! The codes and words that reading an identity number needs, as tables.
//!
//! Owns the look-ups. Deliberately knows none of the codes: they are data of the rules.

use super::digits::Digits;
use super::{IdNumber, OldNumber};
use crate::fields::empty_words::EmptyWords;

/// Codes of provinces, countries and mobile networks, and what people type for "no number".
pub struct IdWords {
    /// Per three first digits: [`KNOWN`] and [`SUSPECT`].
    provinces: [u8; 1000],
    /// Per three first digits of a telephone number, `091`.
    mobiles: [bool; 1000],
    /// Per two first digits of nine: whether a placeholder begins so.
    suspects_of_nine: [bool; 100],
    placeholders: Vec<Digits>,
    texts: EmptyWords,
    /// First five digits of old numbers that were issued to two people.
    twice_issued: Vec<u16>,
}

/// The province or country exists.
const KNOWN: u8 = 1;

/// A placeholder of twelve digits begins like this, so the list of placeholders has to be searched.
const SUSPECT: u8 = 2;

impl IdWords {
    /// The tables for these lists. Codes of more than three digits are left out.
    pub fn new<'a>(
        province_codes: impl Iterator<Item = u16>,
        country_codes: impl Iterator<Item = u16>,
        mobile_prefixes: impl Iterator<Item = u16>,
        placeholder_digits: impl Iterator<Item = &'a str>,
        placeholder_texts: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut words = Self {
            provinces: [0; 1000],
            mobiles: [false; 1000],
            suspects_of_nine: [false; 100],
            placeholders: Vec::new(),
            texts: EmptyWords::new(placeholder_texts),
            twice_issued: Vec::new(),
        };
        for code in province_codes.chain(country_codes) {
            words.provinces.iter_mut().skip(usize::from(code)).take(1).for_each(|class| *class |= KNOWN);
        }
        for prefix in mobile_prefixes {
            words.mobiles.iter_mut().skip(usize::from(prefix)).take(1).for_each(|known| *known = true);
        }
        for digits in placeholder_digits.filter_map(|text| Digits::read(text.trim().as_bytes())) {
            match digits.count {
                12 => words.provinces[digits.leading_three()] |= SUSPECT,
                9 => words.suspects_of_nine[digits.leading_two_of_nine()] = true,
                _ => {}
            }
            words.placeholders.push(digits);
        }
        words
    }

    /// With the first five digits of old numbers that two people may hold.
    #[must_use]
    pub fn with_twice_issued(self, prefixes: impl Iterator<Item = u16>) -> Self {
        Self { twice_issued: prefixes.collect(), ..self }
    }

    /// Whether the old number is one of a series that was issued twice (271450001 to 271500000, by Đồng Nai and by
    /// Bà Rịa - Vũng Tàu).
    pub fn is_twice_issued(&self, number: OldNumber) -> bool {
        let first_five = (IdNumber::Old(number).packed() & 0xFFFF_FFFF) / 10_000;
        self.twice_issued.iter().any(|prefix| u64::from(*prefix) == first_five)
    }

    /// Whether the three digits are a province or a country.
    #[inline]
    pub(super) fn is_province(&self, code: usize) -> bool {
        self.provinces.get(code).is_some_and(|class| class & KNOWN != 0)
    }

    /// Whether a mobile number begins with these three digits.
    pub(super) fn is_mobile(&self, prefix: usize) -> bool {
        self.mobiles.get(prefix).copied().unwrap_or(false)
    }

    /// Whether the digits stand for "no number".
    #[inline]
    pub(super) fn is_placeholder(&self, digits: Digits) -> bool {
        let is_suspect = match digits.count {
            12 => self.provinces[digits.leading_three()] & SUSPECT != 0,
            9 => self.suspects_of_nine[digits.leading_two_of_nine()],
            _ => true,
        };
        is_suspect && self.placeholders.contains(&digits)
    }

    /// Whether the cleaned text stands for "no number".
    pub(super) fn is_empty_text(&self, text: &str) -> bool {
        self.texts.contains(text)
    }
}
