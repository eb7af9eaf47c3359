//! Errors of the number cell: ID01 to ID26, PS06 and NA17.
//!
//! Owns how a number goes wrong, and which number can be read afterwards. Does not know the other cells, except
//! those a card's QR text repeats; codes that follow from the number and them are marked elsewhere.

use anyhow::Result;

use super::candidate::{Candidate, Kind};
use super::codes::Code::{self, *};
use super::no_numbers;
use super::numbers::{is_womans, year_of};
use super::people::Maker;
use super::random::Random;
use super::row::{NumberState, Row, Shown, column};
use super::writing::{push_capitals, push_digits};

/// Spoils the number, which the cell already holds; tells whether the error could be made.
pub(super) fn apply(
    code: Code,
    candidate: &Candidate,
    row: &mut Row,
    maker: &mut Maker,
    random: &mut Random,
) -> Result<bool> {
    let safe_for_strangers = [ID01, ID03, ID05, ID06, ID08].contains(&code);
    match candidate.kind {
        Kind::Citizen => {}
        Kind::Stranger if safe_for_strangers => {}
        _ => return Ok(false),
    }
    let spoiled = match code {
        ID01 | ID09 => missing(code, maker, random),
        ID03 | ID05 | ID06 | ID07 | ID08 | ID26 => rewritten(code, candidate, maker, random),
        ID02 | ID04 | ID10 | ID11 | ID12 | ID13 | ID14 | ID23 => damaged(code, candidate, maker, random),
        ID17 | ID18 => old_number(code, candidate, maker, random),
        _ => others(code, candidate, maker, random)?,
    };
    let Some((text, state, shown)) = spoiled else {
        return Ok(false);
    };
    row.cells[column::NUMBER] = text;
    (row.number, row.shown) = (state, shown);
    if state == NumberState::OwnOld && candidate.old_shared {
        row.codes.insert(ID19);
    }
    Ok(true)
}

/// Writes somebody else's number over the person's own.
pub(super) fn take(number: u64, row: &mut Row) {
    row.cells[column::NUMBER] = twelve(number);
    (row.number, row.shown) = (NumberState::Wrong, Shown::Personal(number));
}

/// A new text for the cell, what it then holds, and what anybody reads in it.
type Spoiled = Option<(String, NumberState, Shown)>;

fn missing(code: Code, maker: &Maker, random: &mut Random) -> Spoiled {
    let words = &maker.settings.words;
    let values = if code == ID01 { &words.missing } else { &words.placeholders };
    Some((random.pick(values).clone(), NumberState::Missing, Shown::Nothing))
}

/// The right number in a writing that can be repaired without doubt.
fn rewritten(code: Code, candidate: &Candidate, maker: &mut Maker, random: &mut Random) -> Spoiled {
    let digits = twelve(candidate.number);
    let words = &maker.settings.words;
    let text = match code {
        ID03 => digits.trim_start_matches('0').to_owned(),
        ID05 => separated(&digits, random),
        ID06 => with_letters(&digits, random),
        ID07 => {
            let prefixes = &maker.places.provinces[candidate.area as usize].old_prefixes;
            let old = match candidate.old_number {
                0 => maker.numbers.give_old_nobodys(prefixes, random)?,
                known => known,
            };
            let sign = *random.pick(&[" / ", "; ", " - ", " "]);
            format!("{digits}{sign}{old:09}")
        }
        ID08 if random.below(2) == 0 => format!("{}{digits}", random.pick(&words.labels)),
        ID08 => format!("{digits}{}", random.pick(&words.label_ends)),
        _ => qr_text(&digits, candidate),
    };
    let shown = if code == ID03 { Shown::ZerosLost } else { Shown::Personal };
    (text != digits).then_some((text, NumberState::Own, shown(candidate.number)))
}

fn separated(digits: &str, random: &mut Random) -> String {
    let grouped = |sign: &str| [&digits[..3], &digits[3..6], &digits[6..9], &digits[9..]].join(sign);
    let full_width = |digit: char| char::from_u32(digit as u32 + 0xfee0).unwrap_or(digit);
    match random.below(8) {
        0 => grouped(" "),
        1 => grouped("."),
        2 => grouped("-"),
        3 => format!("'{digits}"),
        4 => format!("{digits}.0"),
        5 => format!("\u{a0}{digits}\u{a0}"),
        6 => format!("{}\u{200b}{}", &digits[..6], &digits[6..]),
        _ => digits.chars().map(full_width).collect(),
    }
}

fn with_letters(digits: &str, random: &mut Random) -> String {
    let alike = |digit: u8, choice: u64| match (digit, choice) {
        (b'0', 0) => Some('O'),
        (b'0', _) => Some('o'),
        (b'1', 0) => Some('l'),
        (b'1', _) => Some('I'),
        (b'5', _) => Some('S'),
        (b'8', _) => Some('B'),
        _ => None,
    };
    let choice = random.below(2);
    let places: Vec<usize> =
        (0..digits.len()).filter(|at| alike(digits.as_bytes()[*at], 0).is_some()).collect();
    if places.is_empty() {
        return digits.to_owned();
    }
    let chosen = *random.pick(&places);
    let letter = |(at, digit): (usize, char)| {
        let replaced = if at == chosen { alike(digit as u8, choice) } else { None };
        replaced.unwrap_or(digit)
    };
    digits.chars().enumerate().map(letter).collect()
}

/// The seven fields of a card's QR text.
fn qr_text(digits: &str, candidate: &Candidate) -> String {
    let mut text = format!("{digits}|");
    if candidate.old_number != 0 {
        push_digits(&mut text, u64::from(candidate.old_number), 9);
    }
    text.push('|');
    push_capitals(&mut text, &candidate.name);
    text.push('|');
    candidate.birth.push_with(&mut text, "");
    text.push_str(if candidate.woman { "|Nữ|" } else { "|Nam|" });
    text.push_str(&candidate.address);
    text.push_str("|15052021");
    text
}

/// A number that can no longer be read, or that is another number now.
fn damaged(code: Code, candidate: &Candidate, maker: &Maker, random: &mut Random) -> Spoiled {
    let number = candidate.number;
    let digits = twelve(number);
    let text = match code {
        ID02 => no_numbers::misshapen(candidate, random),
        ID04 => {
            let shown = number.to_string();
            format!("{},{}E+{:02}", &shown[..1], &shown[1..3], shown.len() - 1)
        }
        ID10 if candidate.phone == 0 => return None,
        ID10 => format!("{:010}", candidate.phone),
        ID11 => no_numbers::other_kind(candidate, maker, random),
        ID12 => {
            let known =
                |code: u64| maker.places.provinces.iter().any(|unit| u64::from(unit.number_code) == code);
            let unknown: Vec<u64> = (1..100).filter(|code| !known(*code)).collect();
            twelve(random.pick(&unknown) * 1_000_000_000 + number % 1_000_000_000)
        }
        _ => return another(code, number, maker, random),
    };
    (text != digits).then_some((text, NumberState::Wrong, Shown::Nothing))
}

/// A number of the right form that is not the person's.
fn another(code: Code, number: u64, maker: &Maker, random: &mut Random) -> Spoiled {
    let written = match code {
        // The digit of sex and century: even is a man, odd is a woman.
        ID13 => {
            if is_womans(number) {
                number - 100_000_000
            } else {
                number + 100_000_000
            }
        }
        ID14 => {
            let year = number / 1_000_000 % 100;
            // Nobody on the list is born after it.
            let after_2000 = year_of(number) >= 2000;
            let last = if after_2000 { u64::from(maker.settings.list_date.year % 100) } else { 99 };
            let other = (year + random.between(1, last)) % (last + 1);
            number - year * 1_000_000 + other * 1_000_000
        }
        _ => mistyped(&twelve(number), random).parse().ok()?,
    };
    (written != number).then(|| (twelve(written), NumberState::Wrong, Shown::Personal(written)))
}

/// Two neighbouring digits swapped, or one digit changed, among the last six.
fn mistyped(digits: &str, random: &mut Random) -> String {
    let mut bytes: Vec<u8> = digits.bytes().collect();
    let at = random.between(6, 10) as usize;
    if random.below(2) == 0 && bytes[at] != bytes[at + 1] {
        bytes.swap(at, at + 1);
    } else {
        bytes[at] = b'0' + (bytes[at] - b'0' + random.between(1, 9) as u8) % 10;
    }
    bytes.into_iter().map(char::from).collect()
}

fn old_number(code: Code, candidate: &Candidate, maker: &mut Maker, random: &mut Random) -> Spoiled {
    let known = candidate.old_number;
    // A child under fourteen never had a CMND.
    let adult = candidate.birth.year + 14 <= maker.settings.list_date.year;
    if code == ID17 && known != 0 {
        return Some((format!("{known:09}"), NumberState::OwnOld, Shown::Old(known)));
    }
    if !adult || (code == ID18 && known == 0) {
        return None;
    }
    let prefixes = &maker.places.provinces[candidate.area as usize].old_prefixes;
    let number = maker.numbers.give_old_nobodys(prefixes, random)?;
    Some((format!("{number:09}"), NumberState::Wrong, Shown::Old(number)))
}

/// A number that is somebody else's, nobody's, or cancelled.
fn others(code: Code, candidate: &Candidate, maker: &mut Maker, random: &mut Random) -> Result<Spoiled> {
    let child = candidate.birth.year + 18 > maker.settings.list_date.year;
    let number = match code {
        ID16 => candidate.cancelled,
        ID21 if child => candidate.parent,
        PS06 => candidate.relative,
        NA17 => candidate.homonym,
        ID25 => {
            let area = candidate.area as usize;
            maker.give_number(area, candidate.woman, candidate.birth.year, true, random)?
        }
        _ => 0,
    };
    let usable = number != 0 && number != candidate.number;
    Ok(usable.then(|| (twelve(number), NumberState::Wrong, Shown::Personal(number))))
}

/// The number with its leading zeros.
pub(super) fn twelve(number: u64) -> String {
    format!("{number:012}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_number_keeps_its_length_and_differs() {
        let mut random = Random::new(5, 5);
        for _ in 0..1000 {
            let text = mistyped("079302001234", &mut random);
            assert_eq!(text.len(), 12);
            assert_ne!(text, "079302001234");
            assert!(text.starts_with("079302"));
        }
    }

    #[test]
    fn a_letter_stands_for_one_digit() {
        let mut random = Random::new(5, 6);
        let text = with_letters("079302001234", &mut random);
        let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
        assert_eq!(letters, 1);
    }
}
