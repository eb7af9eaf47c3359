//! No identity numbers: what stands in the number cell and is misshapen (ID02) or of another kind (ID11).
//!
//! Each is made so that it cannot be taken for an identity number that lost its zeros, nor for an old number:
//! nobody could tell those apart. Does not know what else is in the row.

use super::candidate::Candidate;
use super::numbers::agrees;
use super::people::Maker;
use super::random::Random;

/// Weights of the first nine digits of a tax code; ten less the sum modulo eleven is the tenth.
const TAX_WEIGHTS: [u64; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/// The person's digits in a shape that no identity number has.
pub(super) fn misshapen(candidate: &Candidate, random: &mut Random) -> String {
    let digits = format!("{:012}", candidate.number);
    let short = match random.below(4) {
        0 => Some(digits[..random.between(5, 7) as usize].to_owned()),
        1 => Some(format!("{}xx{}", &digits[..5], &digits[7..])),
        2 => one_dropped(candidate, &digits, random),
        _ => None,
    };
    short.unwrap_or_else(|| format!("{digits}{}", random.below(10)))
}

/// Eleven digits that do not become a number of this person by putting a zero before them.
fn one_dropped(candidate: &Candidate, digits: &str, random: &mut Random) -> Option<String> {
    let start = random.index(digits.len());
    let mut dropped = (0..digits.len()).map(|step| {
        let at = (start + step) % digits.len();
        format!("{}{}", &digits[..at], &digits[at + 1..])
    });
    dropped.find(|text| !reads_as_own(text, candidate))
}

/// Whether the digits, with zeros before them, may be an identity number of this person.
fn reads_as_own(text: &str, candidate: &Candidate) -> bool {
    text.parse().is_ok_and(|number| agrees(number, candidate.woman, candidate.birth.year))
}

/// A tax code, a health insurance card, or a social insurance number.
pub(super) fn other_kind(candidate: &Candidate, maker: &Maker, random: &mut Random) -> String {
    loop {
        let text = match random.below(3) {
            0 => tax_code(random),
            1 => return health_card(maker, random),
            _ => insurance_number(maker, random),
        };
        if !reads_as_own(&text, candidate) {
            return text;
        }
    }
}

/// The code of a natural person, which begins with 8.
fn tax_code(random: &mut Random) -> String {
    loop {
        let nine = 800_000_000 + random.below(100_000_000);
        if let Some(check) = tax_check(nine) {
            return format!("{nine}{check}");
        }
    }
}

/// The tenth digit of a tax code; some nine digits have none.
fn tax_check(nine: u64) -> Option<u64> {
    let mut rest = nine;
    let mut sum = 0;
    for weight in TAX_WEIGHTS.iter().rev() {
        sum += weight * (rest % 10);
        rest /= 10;
    }
    let check = 10 - sum % 11;
    (check < 10).then_some(check)
}

/// Object code, benefit digit, two digits of the province, and the social insurance number.
fn health_card(maker: &Maker, random: &mut Random) -> String {
    let (object, benefit) = random.pick(&maker.health_cards);
    let province = &random.pick(&maker.places.provinces).code;
    format!("{object}{benefit}{province}{:010}", random.below(10_000_000_000))
}

/// The province that issued it and eight digits; never also a tax code, nor a phone number.
fn insurance_number(maker: &Maker, random: &mut Random) -> String {
    loop {
        let province = &random.pick(&maker.places.provinces).code;
        let rest = random.below(100_000_000);
        let text = format!("{province}{rest:08}");
        let nine = text[..9].parse().ok().and_then(tax_check);
        let is_tax_code = nine.is_some_and(|check| text.ends_with(&check.to_string()));
        if !text.starts_with('0') && !is_tax_code {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::Date;
    use super::*;

    #[test]
    fn a_tax_code_ends_in_its_check_digit() {
        // The example of the number's own description: 0100233488.
        assert_eq!(tax_check(10_023_348), Some(8));
        let text = tax_code(&mut Random::new(1, 1));
        assert_eq!(text.len(), 10);
        assert!(text.starts_with('8'));
    }

    #[test]
    fn a_misshapen_number_cannot_be_mended_into_one() {
        let random = &mut Random::new(5, 7);
        let birth = Date::new(2002, 3, 4);
        for number in [79_302_001_234, 1_302_001_234, 11_302_111_111] {
            let candidate = Candidate { number, birth, woman: true, ..Candidate::default() };
            for _ in 0..500 {
                let text = misshapen(&candidate, random);
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                assert!(!digits || !(8..=10).contains(&text.len()) && text.len() != 12, "{text}");
                assert!(!digits || text.len() != 11 || !reads_as_own(&text, &candidate), "{text}");
            }
        }
    }
}
