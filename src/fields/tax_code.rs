//! A tax code (mã số thuế): ten digits with a check digit, three more for a branch, or a personal number.
//!
//! Owns the structure and the check digit. Deliberately knows no register and does not look into a personal number.
//! Source: Circular 105/2020/TT-BTC art. 5 (structure `N1N2 N3-N9 N10 - N11N12N13`); Circular 86/2024/TT-BTC: the
//! personal number is the tax code of a person from 1 July 2025.

use super::typed_digits;
use crate::record::{Defect, Outcome, Repair, Repairs};

/// A tax code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaxCode {
    /// Ten digits, and the number of the branch, 0 for none.
    Code(u64, u16),
    /// A personal number of twelve digits.
    Person(u64),
}

impl TaxCode {
    /// Appends the code with all its zeros.
    pub fn write(self, out: &mut String) {
        match self {
            Self::Code(code, 0) => out.push_str(&format!("{code:010}")),
            Self::Code(code, branch) => out.push_str(&format!("{code:010}-{branch:03}")),
            Self::Person(number) => out.push_str(&format!("{number:012}")),
        }
    }
}

/// Weights of the first nine digits.
const WEIGHTS: [u64; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/// Whether the tenth digit fits the first nine. Nine digits whose sum 11 divides were never given out.
fn has_check_digit(code: u64) -> bool {
    let digit = |place: u32| code / 10_u64.pow(9 - place) % 10;
    let sum: u64 = (0..9).map(|place| WEIGHTS[place as usize] * digit(place)).sum();
    !sum.is_multiple_of(11) && 10 - sum % 11 == digit(9)
}

/// Reads one cell.
pub fn parse(raw: &str) -> Outcome<TaxCode> {
    typed_digits::parse(raw, |digits, repairs| {
        let code = recognize(digits, repairs)?;
        let mut written = String::new();
        code.write(&mut written);
        // The dash before a branch is part of the code.
        if written == raw {
            repairs.remove(Repair::Separator);
        }
        Ok(code)
    })
}

fn recognize(digits: &str, repairs: &mut Repairs) -> Result<TaxCode, Defect> {
    let (code, branch) = match digits.len() {
        9 => {
            repairs.insert(Repair::LeadingZeros);
            (digits, "0")
        }
        10 => (digits, "0"),
        12 => return Ok(TaxCode::Person(typed_digits::value_of(digits).ok_or(Defect::Length)?)),
        13 => digits.split_at(10),
        _ => return Err(Defect::Length),
    };
    let code = typed_digits::value_of(code).ok_or(Defect::Length)?;
    let branch = branch.parse().map_err(|_| Defect::Length)?;
    if has_check_digit(code) { Ok(TaxCode::Code(code, branch)) } else { Err(Defect::Checksum) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read() {
        let check = |raw, expected: &str, repairs: &[Repair]| match parse(raw) {
            Outcome::Value(code, done) => {
                let mut written = String::new();
                code.write(&mut written);
                assert_eq!(
                    (&*written, done.iter().collect::<Vec<_>>()),
                    (expected, repairs.to_vec()),
                    "{raw}"
                );
                assert_eq!(parse(&written), Outcome::Value(code, Repairs::NONE));
            }
            other => panic!("{raw}: {other:?}"),
        };
        // Published test values, and some made by the rule.
        check("0100233488", "0100233488", &[]);
        check("0314409058-002", "0314409058-002", &[]);
        check("0312687878-001", "0312687878-001", &[]);
        check("0100112437", "0100112437", &[]);
        check("8000123454", "8000123454", &[]);
        check("0312687878001", "0312687878-001", &[]);
        check("100233488", "0100233488", &[Repair::LeadingZeros]);
        check("MST: 0100 233 488", "0100233488", &[Repair::Separator, Repair::Label]);
        check("001090123456", "001090123456", &[]);
    }

    #[test]
    fn what_is_no_code() {
        let check = |raw, expected| assert_eq!(parse(raw), expected, "{raw}");
        check("", Outcome::Missing);
        check("0100233480", Outcome::Defective(Defect::Checksum));
        check("8000000090", Outcome::Defective(Defect::Checksum));
        check("010023348", Outcome::Defective(Defect::Checksum));
        check("01002334880", Outcome::Defective(Defect::Length));
        check("không có", Outcome::Defective(Defect::Characters));
    }

    #[test]
    fn one_wrong_digit_or_two_exchanged_are_always_seen() {
        let code = 312_687_878_u64;
        assert!(has_check_digit(code));
        for place in 0..10 {
            let unit = 10_u64.pow(place);
            let digit = code / unit % 10;
            for other in (0..10).filter(|other| *other != digit) {
                assert!(!has_check_digit(code - digit * unit + other * unit));
            }
        }
    }
}
