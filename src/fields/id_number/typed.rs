//! Numbers as people type and spreadsheets store them: separators, labels, markers, letters for digits.
//!
//! Owns the way from a typed cell to a run of digits. What the digits are is decided in `digits`.
//! Source: the QR text of the card has seven fields or more parted by `|`,
//! the personal number first.

use super::digits::{Digits, recognize};
use super::{Hints, IdNumber, IdWords};
use crate::fields::typed_marks::{strip_float_tail, strip_marks};
use crate::record::{Defect, Outcome, Repair, Repairs};
use crate::text;

/// Reads a cell that is not digits only.
pub(super) fn parse(raw: &str, words: &IdWords, hints: Hints) -> Outcome<IdNumber> {
    let mut cleaned = String::new();
    let mut repairs = text::clean(raw, &mut cleaned);
    if words.is_empty_text(&cleaned) {
        // Words for "none" are an empty cell (ID01); digits that stand for none are a placeholder (ID09).
        return Outcome::Missing;
    }
    let mut bare = strip_marks(&cleaned, &mut repairs);
    if bare.is_empty() {
        return Outcome::Missing;
    }
    if let Some(first) = qr_number(bare) {
        repairs.insert(Repair::QrText);
        bare = first;
    }
    if is_scientific(bare) {
        return Outcome::Defective(Defect::Scientific);
    }
    if let Some(outcome) = read_letters_as_digits(bare, words, hints, repairs) {
        return outcome;
    }
    if is_health_card(bare) {
        return Outcome::Defective(Defect::OtherNumber);
    }
    if is_passport(bare) {
        return Outcome::Defective(Defect::Foreign);
    }
    match read_numbers(bare, repairs) {
        Ok((digits, repairs)) => recognize(digits, words, hints, repairs),
        Err(defect) => Outcome::Defective(defect),
    }
}

/// The first field of a card's QR text.
fn qr_number(text: &str) -> Option<&str> {
    (text.matches('|').count() >= 6).then(|| text.split('|').next()).flatten().map(str::trim)
}

/// Whether the text is a number like `7,9302E+10`.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_mantissa = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    mantissa.starts_with(|first: char| first.is_ascii_digit())
        && mantissa.bytes().all(is_mantissa)
        && matches!(exponent.len(), 1 | 2)
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text has the form of a passport number: a letter and seven or eight digits.
fn is_passport(text: &str) -> bool {
    let Some((first, rest)) = text.as_bytes().split_first() else {
        return false;
    };
    first.is_ascii_alphabetic() && matches!(rest.len(), 7 | 8) && rest.iter().all(u8::is_ascii_digit)
}

/// Whether the text has the form of a health insurance card: two letters and thirteen digits (Decision 1351/QĐ-BHXH of
/// 2015).
fn is_health_card(text: &str) -> bool {
    text.len() == 15
        && text.bytes().take(2).all(|byte| byte.is_ascii_alphabetic())
        && text.bytes().skip(2).all(|byte| byte.is_ascii_digit())
}

/// The number, if letters stand for some of its digits and nothing else is wrong.
///
/// A passport never has I, O or Q as its letter, so only these may stand first in nine.
fn read_letters_as_digits(
    text: &str,
    words: &IdWords,
    hints: Hints,
    mut repairs: Repairs,
) -> Option<Outcome<IdNumber>> {
    let is_separator = |character: char| matches!(character, ' ' | '.' | '-');
    if text.len() > 40 || (is_passport(text) && !text.starts_with(['O', 'o', 'Q', 'I', 'l'])) {
        return None;
    }
    let typed = || text.chars().filter(|&character| !is_separator(character));
    let letters = typed().filter(|character| !character.is_ascii_digit()).count();
    let digits: String = typed().map(digit_meant).collect::<Option<_>>()?;
    if letters == 0 || !matches!(digits.len(), 9 | 12) || letters * 3 > digits.len() {
        return None;
    }
    repairs.insert(Repair::LetterForDigit);
    if text.contains(is_separator) {
        repairs.insert(Repair::Separator);
    }
    match recognize(Digits::read(digits.as_bytes())?, words, hints, repairs) {
        Outcome::Value(number, mut repairs) => {
            let confirmed = !hints.is_empty() && number.citizen().is_some_and(|n| n.agrees_with(hints));
            if !confirmed {
                repairs.insert(Repair::Unconfirmed);
            }
            Some(Outcome::Value(number, repairs))
        }
        _ => None,
    }
}

/// The digit that a character is or looks like.
fn digit_meant(character: char) -> Option<char> {
    Some(match character {
        '0'..='9' => character,
        'O' | 'o' | 'Q' => '0',
        'l' | 'I' | 'i' | '|' => '1',
        'Z' | 'z' => '2',
        'S' | 's' => '5',
        'B' => '8',
        _ => return None,
    })
}

/// The one number of the text, or the personal number of two.
fn read_numbers(text: &str, mut repairs: Repairs) -> Result<(Digits, Repairs), Defect> {
    let text = strip_float_tail(text, &mut repairs);
    if is_grouped_by_comma(text) {
        repairs.insert(Repair::Separator);
        let digits = text.replace(',', "");
        return Ok((Digits::read(digits.as_bytes()).ok_or(Defect::Length)?, repairs));
    }
    if let Some(digits) = number_with_year(text) {
        repairs.insert(Repair::Label);
        return Ok((digits, repairs));
    }
    let mut best: Option<Digits> = None;
    for piece in text.split(['/', ';', ',', '|', '(', ')']).flat_map(split_long_runs) {
        let Some(found) = read_piece(piece, &mut repairs)? else {
            continue;
        };
        best = Some(match best {
            Some(earlier) => better(earlier, found, &mut repairs)?,
            None => found,
        });
    }
    best.map(|digits| (digits, repairs)).ok_or(Defect::Characters)
}

/// Twelve digits followed by words and a year: `079302012345 cấp 2021`. Nothing else in the cell is a number.
fn number_with_year(text: &str) -> Option<Digits> {
    let mut runs = text.split(|character: char| !character.is_ascii_digit()).filter(|run| !run.is_empty());
    let (number, year) = (runs.next()?, runs.next()?);
    let has_words = text.chars().any(char::is_alphabetic);
    let fits = has_words && number.len() == 12 && year.len() == 4 && matches!(&year[..2], "19" | "20");
    if !fits || runs.next().is_some() || !text.starts_with(number) {
        return None;
    }
    Digits::read(number.as_bytes())
}

/// Whether commas part the digits in threes, as in `79,302,012,345`.
fn is_grouped_by_comma(text: &str) -> bool {
    let mut groups = text.split(',');
    let first = groups.next().map_or(0, str::len);
    text.contains(',')
        && matches!(first, 1..=3)
        && groups.all(|group| group.len() == 3)
        && text.bytes().all(|byte| byte == b',' || byte.is_ascii_digit())
}

/// Digits from which on a run is a number of its own.
const WHOLE_NUMBER: usize = 8;

/// Splits at spaces when they part whole numbers and not groups of one number.
fn split_long_runs(piece: &str) -> impl Iterator<Item = &str> {
    let is_whole = |run: &&str| run.len() >= WHOLE_NUMBER && run.bytes().all(|byte| byte.is_ascii_digit());
    let by_space = piece.split(' ').filter(is_whole).count() >= 2;
    piece.split(move |character| by_space && character == ' ')
}

/// Which of two numbers in a cell counts: twelve digits before others, else the longer.
fn better(one: Digits, other: Digits, repairs: &mut Repairs) -> Result<Digits, Defect> {
    if one.count.min(other.count) < WHOLE_NUMBER {
        return Err(Defect::Characters);
    }
    repairs.insert(Repair::TwoNumbers);
    let rank = |digits: Digits| (digits.count == 12, digits.count);
    match rank(one).cmp(&rank(other)) {
        std::cmp::Ordering::Equal if one != other => Err(Defect::Ambiguous),
        std::cmp::Ordering::Less => Ok(other),
        _ => Ok(one),
    }
}

/// The digits of a piece without its label and separators; nothing if it holds no digit.
fn read_piece(piece: &str, repairs: &mut Repairs) -> Result<Option<Digits>, Defect> {
    let is_digit = |character: char| character.is_ascii_digit();
    let (Some(start), Some(last)) = (piece.find(is_digit), piece.rfind(is_digit)) else {
        note_label(piece, repairs);
        return Ok(None);
    };
    let (before, core, after) = (&piece[..start], &piece[start..=last], &piece[last + 1..]);
    for around in [before, after] {
        // One letter alone may be part of a number of another kind.
        if around.chars().filter(|character| character.is_alphabetic()).count() == 1 {
            return Err(Defect::Characters);
        }
        note_label(around, repairs);
    }
    let core = strip_float_tail(core, repairs);
    let mut digits = String::with_capacity(core.len());
    for character in core.chars() {
        match character {
            '0'..='9' => digits.push(character),
            ' ' | '.' | '-' | '_' | '\'' => repairs.insert(Repair::Separator),
            _ => return Err(Defect::Characters),
        }
    }
    Digits::read(digits.as_bytes()).ok_or(Defect::Length).map(Some)
}

/// Notes that something around the digits was left out.
fn note_label(around: &str, repairs: &mut Repairs) {
    if around.contains(char::is_alphabetic) {
        repairs.insert(Repair::Label);
    } else if !around.trim().is_empty() {
        repairs.insert(Repair::Separator);
    }
}
