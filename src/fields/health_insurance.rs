//! The social insurance number (mã số BHXH) and the health insurance card that carries it (thẻ BHYT).
//!
//! Owns the two forms of the card: fifteen characters, `XX D PP NNNNNNNNNN` (object, benefit, province, insurance number),
//! and the ten digits alone that cards show since 1 April 2021. Deliberately knows no object code: they come in
//! [`CardWords`].
//! Source: Decision 1351/QĐ-BHXH of 2015 (codes), Decision 1666/QĐ-BHXH of 2020 (ten digits); from 1 August 2025 the
//! personal number stands for the insurance number.

use super::typed_digits;
use crate::record::{Defect, Outcome, Repair};
use crate::text;

/// A social insurance number: ten digits, or a personal number of twelve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InsuranceNumber {
    /// Ten digits.
    Insurance(u64),
    /// Twelve digits.
    Person(u64),
}

impl InsuranceNumber {
    /// Appends the digits with all their zeros.
    pub fn write(self, out: &mut String) {
        match self {
            Self::Insurance(number) => out.push_str(&format!("{number:010}")),
            Self::Person(number) => out.push_str(&format!("{number:012}")),
        }
    }
}

/// Reads a social insurance number.
pub fn parse_number(raw: &str) -> Outcome<InsuranceNumber> {
    typed_digits::parse(raw, |digits, repairs| match (digits.len(), typed_digits::value_of(digits)) {
        (10, Some(number)) => Ok(InsuranceNumber::Insurance(number)),
        (12, Some(number)) => Ok(InsuranceNumber::Person(number)),
        (9, Some(number)) => {
            // Nothing in the number confirms which digit was lost.
            repairs.insert(Repair::LeadingZeros);
            repairs.insert(Repair::Unconfirmed);
            Ok(InsuranceNumber::Insurance(number))
        }
        _ => Err(Defect::Length),
    })
}

/// A health insurance card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HealthCard {
    /// Object code, benefit digit and province; nothing on cards that show the insurance number alone.
    pub class: Option<([u8; 2], u8, u8)>,
    /// The insurance number.
    pub number: u64,
}

impl HealthCard {
    /// Appends the card's number.
    pub fn write(self, out: &mut String) {
        if let Some((object, benefit, province)) = self.class {
            out.extend(object.map(char::from));
            out.push_str(&format!("{benefit}{province:02}"));
        }
        out.push_str(&format!("{:010}", self.number));
    }
}

/// The codes of cards.
#[derive(Debug, Clone, Default)]
pub struct CardWords {
    /// Object code and its benefit digit.
    objects: Vec<([u8; 2], u8)>,
    provinces: Vec<u8>,
}

impl CardWords {
    /// The tables for these object codes with their benefit digits, and these codes of provinces. An object code is two
    /// capitals.
    pub fn new(
        objects: impl Iterator<Item = (String, u8)>,
        provinces: impl Iterator<Item = u8>,
    ) -> Result<Self, String> {
        let code = |(code, benefit): (String, u8)| {
            <[u8; 2]>::try_from(code.as_bytes()).map(|code| (code, benefit)).map_err(|_| code)
        };
        Ok(Self { objects: objects.map(code).collect::<Result<_, _>>()?, provinces: provinces.collect() })
    }
}

/// Reads a health insurance card.
pub fn parse_card(raw: &str, words: &CardWords) -> Outcome<HealthCard> {
    let (mut cleaned, mut capitals) = (String::new(), String::new());
    let mut repairs = text::clean(raw, &mut cleaned);
    text::upper(&cleaned, &mut capitals);
    if capitals != cleaned {
        repairs.insert(Repair::Case);
    }
    let is_separator = |character: char| matches!(character, ' ' | '-' | '.' | '\'');
    let bare: String = capitals.chars().filter(|character| !is_separator(*character)).collect();
    if bare.len() != capitals.len() {
        repairs.insert(Repair::Separator);
    }
    match card_of(&bare, words) {
        _ if bare.is_empty() => Outcome::Missing,
        Ok(card) => Outcome::Value(card, repairs),
        Err(defect) => Outcome::Defective(defect),
    }
}

fn card_of(bare: &str, words: &CardWords) -> Result<HealthCard, Defect> {
    let (letters, digits) =
        bare.split_at(bare.find(|character: char| character.is_ascii_digit()).unwrap_or(0));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Defect::Characters);
    }
    let value = |digits: &str| typed_digits::value_of(digits).ok_or(Defect::Length);
    match (letters.as_bytes(), digits.len()) {
        ([], 10) => Ok(HealthCard { class: None, number: value(digits)? }),
        (&[one, other], 13) => {
            let object = [one, other];
            let (benefit, province) = (value(&digits[..1])? as u8, value(&digits[1..3])? as u8);
            let known = words.objects.contains(&(object, benefit)) && words.provinces.contains(&province);
            let card = HealthCard { class: Some((object, benefit, province)), number: value(&digits[3..])? };
            if known { Ok(card) } else { Err(Defect::Component) }
        }
        ([_, _] | [], _) => Err(Defect::Length),
        _ => Err(Defect::Characters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Repairs;

    fn words() -> CardWords {
        let objects = [("DN", 4), ("TE", 1), ("HT", 3), ("TC", 3)];
        let objects = objects.into_iter().map(|(code, benefit)| (code.to_owned(), benefit));
        CardWords::new(objects, [1, 31, 79].into_iter()).expect("codes of two letters")
    }

    #[test]
    fn cards_are_read() {
        let check = |raw, expected: &str, repairs: &[Repair]| match parse_card(raw, &words()) {
            Outcome::Value(card, done) => {
                let mut written = String::new();
                card.write(&mut written);
                assert_eq!(
                    (&*written, done.iter().collect::<Vec<_>>()),
                    (expected, repairs.to_vec()),
                    "{raw}"
                );
                assert_eq!(parse_card(&written, &words()), Outcome::Value(card, Repairs::NONE));
            }
            other => panic!("{raw}: {other:?}"),
        };
        check("DN4790123456789", "DN4790123456789", &[]);
        check("TE1010123456789", "TE1010123456789", &[]);
        check("dn 4 79 0123456789", "DN4790123456789", &[Repair::Case, Repair::Separator]);
        check("0123456789", "0123456789", &[]);
    }

    #[test]
    fn what_is_no_card() {
        let check = |raw, expected| assert_eq!(parse_card(raw, &words()), expected, "{raw}");
        check("", Outcome::Missing);
        check("DN1790123456789", Outcome::Defective(Defect::Component));
        check("ZZ4790123456789", Outcome::Defective(Defect::Component));
        check("DN4990123456789", Outcome::Defective(Defect::Component));
        check("DN479012345678", Outcome::Defective(Defect::Length));
        check("012345678", Outcome::Defective(Defect::Length));
        check("DN479012345678X", Outcome::Defective(Defect::Characters));
        check("ĐN4790123456789", Outcome::Defective(Defect::Characters));
        check("không có", Outcome::Defective(Defect::Characters));
    }

    #[test]
    fn insurance_numbers_are_read() {
        let read = |raw| parse_number(raw);
        let sure = |number| Outcome::Value(InsuranceNumber::Insurance(number), Repairs::NONE);
        assert_eq!(read("0123456789"), sure(123_456_789));
        assert_eq!(read("7912345678"), sure(7_912_345_678));
        assert_eq!(
            read("079302012345"),
            Outcome::Value(InsuranceNumber::Person(79_302_012_345), Repairs::NONE)
        );
        let Outcome::Value(number, repairs) = read("123456789") else {
            panic!("a number that lost its zero")
        };
        assert_eq!(number, InsuranceNumber::Insurance(123_456_789));
        assert!(repairs.contains(Repair::Unconfirmed));
        assert_eq!(read("12345"), Outcome::Defective(Defect::Length));
        assert_eq!(read(" "), Outcome::Missing);
    }
}
