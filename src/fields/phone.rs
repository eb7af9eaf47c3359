//! A telephone number of Viet Nam: mobile, ten digits, or landline, eleven.
//!
//! Owns the form and the change of 2018, when mobile numbers of eleven digits got ten. Deliberately knows no prefix: they
//! come in [`PhoneWords`].
//! Source: numbering plan, Circular 22/2014/TT-BTTTT; conversion from 15 September 2018 (Decision 798/QĐ-BTTTT of 2018).

use super::typed_digits;
use crate::record::{Defect, Outcome, Repair, Repairs};

/// A telephone number that can be called: the digits after the first 0. A mobile number has nine, a landline ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneNumber(u64);

/// Kinds of telephone numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneKind {
    /// Di động.
    Mobile,
    /// Cố định.
    Landline,
}

impl PhoneNumber {
    /// What kind it is. No landline number has nine digits after its zero.
    pub const fn kind(self) -> PhoneKind {
        if self.0 < 1_000_000_000 { PhoneKind::Mobile } else { PhoneKind::Landline }
    }

    /// The digits behind the first zero.
    pub const fn packed(self) -> u64 {
        self.0
    }

    /// Appends the digits with their zero.
    pub fn write(self, out: &mut String) {
        out.push('0');
        out.push_str(&self.0.to_string());
    }
}

/// The prefixes in use.
#[derive(Debug, Clone, Default)]
pub struct PhoneWords {
    mobile: Vec<String>,
    areas: Vec<String>,
    /// Mobile prefixes until 2018 and what became of them.
    moved: Vec<(String, String)>,
    /// A bit for each three digits that are a mobile prefix.
    plain: [u64; 1000_usize.div_ceil(64)],
}

impl PhoneWords {
    /// The tables for these prefixes, all with their first zero.
    pub fn new(
        mobile: impl Iterator<Item = String>,
        areas: impl Iterator<Item = String>,
        moved: impl Iterator<Item = (String, String)>,
    ) -> Self {
        let mobile: Vec<String> = mobile.collect();
        let mut plain = [0; 1000_usize.div_ceil(64)];
        for prefix in mobile.iter().filter(|prefix| prefix.len() == 3 && prefix.starts_with('0')) {
            if let Ok(prefix) = prefix.parse::<usize>() {
                plain[prefix / 64] |= 1 << (prefix % 64);
            }
        }
        Self { mobile, areas: areas.collect(), moved: moved.collect(), plain }
    }

    /// A mobile number that stands as it should: ten digits and nothing else. Nearly all do.
    fn plain_mobile(&self, raw: &str) -> Option<PhoneNumber> {
        let bytes: &[u8; 10] = raw.as_bytes().try_into().ok()?;
        if bytes[0] != b'0' || !bytes.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = bytes.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        let prefix = (number / 10_000_000) as usize;
        (self.plain[prefix / 64] & 1 << (prefix % 64) != 0).then_some(PhoneNumber(number))
    }

    fn is_mobile(&self, digits: &str) -> bool {
        digits.len() == 10 && self.mobile.iter().any(|prefix| digits.starts_with(prefix.as_str()))
    }

    fn is_landline(&self, digits: &str) -> bool {
        digits.len() == 11 && self.areas.iter().any(|prefix| digits.starts_with(prefix.as_str()))
    }

    /// Today's number of one of the plan until 2018.
    fn renumbered(&self, digits: &str) -> Option<String> {
        let (old, new) = self.moved.iter().find(|(old, _)| digits.starts_with(old.as_str()))?;
        (digits.len() == 11).then(|| format!("{new}{}", &digits[old.len()..]))
    }
}

/// Reads one cell.
pub fn parse(raw: &str, words: &PhoneWords) -> Outcome<PhoneNumber> {
    if let Some(number) = words.plain_mobile(raw) {
        return Outcome::Value(number, Repairs::NONE);
    }
    typed_digits::parse(raw, |digits, repairs| recognize(digits, words, repairs))
}

/// Says which number the digits are.
fn recognize(digits: &str, words: &PhoneWords, repairs: &mut Repairs) -> Result<PhoneNumber, Defect> {
    let national = with_zero(digits, repairs);
    if words.is_mobile(&national) || words.is_landline(&national) {
        return number(&national);
    }
    if let Some(today) = words.renumbered(&national).filter(|today| words.is_mobile(today)) {
        repairs.insert(Repair::Renumbered);
        return number(&today);
    }
    Err(if matches!(national.len(), 10 | 11) { Defect::Component } else { Defect::Length })
}

/// The digits with the zero of calls inside the country: for the country's code, and where a spreadsheet took it.
fn with_zero(digits: &str, repairs: &mut Repairs) -> String {
    const COUNTRY: &str = "84";
    let abroad = digits.strip_prefix("00").unwrap_or(digits).strip_prefix(COUNTRY);
    if let Some(rest) = abroad.filter(|rest| matches!(rest.len(), 9 | 10) && !rest.starts_with('0')) {
        repairs.insert(Repair::Separator);
        return format!("0{rest}");
    }
    if !digits.starts_with('0') && matches!(digits.len(), 9 | 10) {
        repairs.insert(Repair::LeadingZeros);
        return format!("0{digits}");
    }
    digits.to_owned()
}

fn number(national: &str) -> Result<PhoneNumber, Defect> {
    typed_digits::value_of(national).map(PhoneNumber).ok_or(Defect::Length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> PhoneWords {
        let of = |prefixes: &[&str]| prefixes.iter().map(|prefix| (*prefix).to_owned()).collect::<Vec<_>>();
        let moved = [("0168", "038"), ("0120", "070"), ("0199", "059")];
        PhoneWords::new(
            of(&["038", "070", "059", "091", "090"]).into_iter(),
            of(&["024", "028", "0296"]).into_iter(),
            moved.into_iter().map(|(old, new)| (old.to_owned(), new.to_owned())),
        )
    }

    #[test]
    fn numbers_are_read() {
        let check = |raw, expected: &str, repairs: &[Repair]| match parse(raw, &words()) {
            Outcome::Value(number, done) => {
                let mut written = String::new();
                number.write(&mut written);
                assert_eq!(
                    (&*written, done.iter().collect::<Vec<_>>()),
                    (expected, repairs.to_vec()),
                    "{raw}"
                );
                assert_eq!(parse(&written, &words()), Outcome::Value(number, Repairs::NONE));
                let slowly = typed_digits::parse(&written, |digits, done| recognize(digits, &words(), done));
                assert_eq!(slowly, Outcome::Value(number, Repairs::NONE));
            }
            other => panic!("{raw}: {other:?}"),
        };
        check("0912345678", "0912345678", &[]);
        check("0120 123 4567", "0701234567", &[Repair::Separator, Repair::Renumbered]);
        check("01681234567", "0381234567", &[Repair::Renumbered]);
        check("01991234567", "0591234567", &[Repair::Renumbered]);
        check("+84 912 345 678", "0912345678", &[Repair::Separator]);
        check("84912345678", "0912345678", &[Repair::Separator]);
        check("0084-912-345-678", "0912345678", &[Repair::Separator]);
        check("912345678", "0912345678", &[Repair::LeadingZeros]);
        check("ĐT: 0912345678", "0912345678", &[Repair::Label]);
        check("912345678.0", "0912345678", &[Repair::FloatTail, Repair::LeadingZeros]);
        check("02838123456", "02838123456", &[]);
    }

    #[test]
    fn what_is_no_number() {
        let check = |raw, expected| assert_eq!(parse(raw, &words()), expected, "{raw}");
        check("", Outcome::Missing);
        check("0511234567", Outcome::Defective(Defect::Component));
        check("01631234567", Outcome::Defective(Defect::Component));
        check("091234567", Outcome::Defective(Defect::Length));
        check("09123456789012345678901234567890", Outcome::Defective(Defect::Length));
        check("không có", Outcome::Defective(Defect::Characters));
        check("0912345678/0912345679", Outcome::Defective(Defect::Characters));
    }

    #[test]
    fn kinds() {
        let kind = |raw| parse(raw, &words()).value().map(PhoneNumber::kind);
        assert_eq!(kind("0912345678"), Some(PhoneKind::Mobile));
        assert_eq!(kind("02963123456"), Some(PhoneKind::Landline));
    }
}
