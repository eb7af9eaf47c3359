//! The digits of a cell that holds a number with separators, a label or a spreadsheet's marks around it.
//!
//! Owns what may stand between and around digits. Deliberately knows no kind of number.

use super::typed_marks::{strip_float_tail, strip_marks};
use crate::record::{Defect, Outcome, Repair, Repairs};
use crate::text;

/// Reads a cell whose digits `recognize` says what they are.
pub(super) fn parse<T>(
    raw: &str,
    recognize: impl FnOnce(&str, &mut Repairs) -> Result<T, Defect>,
) -> Outcome<T> {
    let mut cleaned = String::new();
    let mut repairs = text::clean(raw, &mut cleaned);
    let bare = strip_marks(&cleaned, &mut repairs);
    if bare.is_empty() {
        return Outcome::Missing;
    }
    let digits = digits_of(strip_float_tail(bare, &mut repairs), &mut repairs);
    match digits.and_then(|digits| recognize(&digits, &mut repairs)) {
        Ok(value) => Outcome::Value(value, repairs),
        Err(defect) => Outcome::Defective(defect),
    }
}

/// The digits behind a label, without what parts them.
fn digits_of(text: &str, repairs: &mut Repairs) -> Result<String, Defect> {
    let start = text.find(|character: char| character.is_ascii_digit()).ok_or(Defect::Characters)?;
    let (before, number) = text.split_at(start);
    match before.chars().filter(|character| character.is_alphabetic()).count() {
        0 if before.is_empty() => {}
        0 => repairs.insert(Repair::Separator),
        // One letter alone belongs to a number of another kind.
        1 => return Err(Defect::Characters),
        _ => repairs.insert(Repair::Label),
    }
    let mut digits = String::with_capacity(number.len());
    for character in number.chars() {
        match character {
            '0'..='9' => digits.push(character),
            ' ' | '.' | '-' | '_' | '(' | ')' | '\'' => repairs.insert(Repair::Separator),
            _ => return Err(Defect::Characters),
        }
    }
    Ok(digits)
}

/// The value of a run of at most 18 digits.
pub(super) fn value_of(digits: &str) -> Option<u64> {
    if digits.len() > 18 { None } else { digits.parse().ok() }
}
