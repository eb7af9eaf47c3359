//! The number of a passport (hộ chiếu): letters and digits, no check digit.
//!
//! Owns the form. Deliberately does not tell whose country issued it: Vietnamese ones have one letter and seven or
//! eight digits, others six to nine letters and digits in their country's own order, four digits at least.
//! Source: passports of Viet Nam (B and C old series, P, K, E new; S official, D diplomatic); ICAO Doc 9303 part 4
//! allows nine characters.

use super::typed_marks::strip_marks;
use crate::record::{Defect, Outcome, Repair};
use crate::text;

/// The longest number.
const MOST: usize = 9;

/// A passport number of six to nine capitals and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Passport {
    characters: [u8; MOST],
    count: u8,
}

impl Passport {
    /// Appends the number: `C1234567`.
    pub fn write(self, out: &mut String) {
        out.extend(self.characters[..usize::from(self.count)].iter().map(|&byte| char::from(byte)));
    }
}

/// Reads one cell.
pub fn parse(raw: &str) -> Outcome<Passport> {
    let mut cleaned = String::new();
    let mut repairs = text::clean(raw, &mut cleaned);
    let bare = strip_marks(&cleaned, &mut repairs);
    if bare.is_empty() {
        return Outcome::Missing;
    }
    let mut found = Passport { characters: [0; MOST], count: 0 };
    let mut n_digits = 0;
    for byte in bare.bytes() {
        match byte {
            b' ' | b'-' | b'.' => repairs.insert(Repair::Separator),
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                if usize::from(found.count) == MOST {
                    return Outcome::Defective(Defect::Length);
                }
                if byte.is_ascii_lowercase() {
                    repairs.insert(Repair::Case);
                }
                n_digits += usize::from(byte.is_ascii_digit());
                found.characters[usize::from(found.count)] = byte.to_ascii_uppercase();
                found.count += 1;
            }
            _ => return Outcome::Defective(Defect::Characters),
        }
    }
    match found.count {
        // A number of an old identity card.
        9 if n_digits == 9 => Outcome::Defective(Defect::OtherNumber),
        6.. if n_digits >= 4 => Outcome::Value(found, repairs),
        6.. => Outcome::Defective(Defect::Characters),
        _ => Outcome::Defective(Defect::Length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passports_are_read() {
        let check = |raw, expected: Result<&str, Defect>| {
            let found = match parse(raw) {
                Outcome::Value(passport, _) => {
                    let mut out = String::new();
                    passport.write(&mut out);
                    Ok(out)
                }
                Outcome::Defective(defect) => Err(defect),
                Outcome::Missing => Ok(String::new()),
            };
            assert_eq!(found.as_deref().map_err(|defect| *defect), expected, "{raw}");
        };
        check("C1234567", Ok("C1234567"));
        check("p 0123456", Ok("P0123456"));
        check("K01234567", Ok("K01234567"));
        check("AB1234567", Ok("AB1234567"));
        check("", Ok(""));
        check("079302012", Err(Defect::OtherNumber));
        check("C12", Err(Defect::Length));
        check("C123456789", Err(Defect::Length));
        check("ABCDEFG", Err(Defect::Characters));
        check("C12345/67", Err(Defect::Characters));
    }
}
