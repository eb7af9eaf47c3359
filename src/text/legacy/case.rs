//! Case of words whose encoding lost it: TCVN3 has no capitals with a tone, so that case comes from the word.
//!
//! Owns this rule only.

use super::is_separator;
use crate::text::{letter, push_lower, push_upper};

/// How the words of a cell are written, as far as its ASCII letters show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellCase {
    /// All capitals.
    Upper,
    /// A capital first, or nothing known.
    Title,
    /// All small.
    Lower,
}

impl CellCase {
    /// The case of the words of a cell.
    pub(crate) fn of(text: impl Iterator<Item = char>) -> Self {
        let (mut first_upper, mut first_lower, mut upper, mut lower) = (false, false, false, false);
        let mut inside = false;
        for character in text {
            if is_separator(&character) {
                inside = false;
            } else if inside {
                upper |= character.is_ascii_uppercase();
                lower |= character.is_ascii_lowercase();
            } else {
                // Ă Â Đ Ê Ô Ơ Ư have capitals, at A1 to A7.
                first_upper |= character.is_ascii_uppercase() || matches!(character, '\u{A1}'..='\u{A7}');
                first_lower |= character.is_ascii_lowercase();
                inside = true;
            }
        }
        match (first_upper, first_lower) {
            _ if upper && !lower && !first_lower => Self::Upper,
            (true, _) | (false, false) => Self::Title,
            (false, true) => Self::Lower,
        }
    }
}

/// Gives the decoded letters that stand for no ASCII letter the case of the word, or of the cell where the word
/// does not say.
pub(crate) fn settle_case(source: &[char], cell: CellCase, decoded: &mut String) {
    if source.iter().all(char::is_ascii) || decoded.chars().count() != source.len() {
        return;
    }
    let rest = source.get(1..).unwrap_or_default();
    let upper = rest.iter().filter(|character| character.is_ascii_uppercase()).count();
    let lower = rest.iter().filter(|character| character.is_ascii_lowercase()).count();
    let rest_upper = if upper + lower > 0 { upper > lower } else { cell == CellCase::Upper };
    let first_upper = rest_upper || cell != CellCase::Lower;
    let settled = |(index, (character, shown)): (usize, (char, &char))| {
        shown.is_ascii()
            || is_in_case(character, if index == 0 { first_upper } else { rest_upper })
            || index == 0 && is_in_case(character, true)
    };
    if decoded.chars().zip(source).enumerate().all(settled) {
        return;
    }
    let letters = std::mem::replace(decoded, String::with_capacity(decoded.len()));
    for (index, (letter, &shown)) in letters.chars().zip(source).enumerate() {
        if shown.is_ascii() || letter.is_uppercase() && index == 0 {
            decoded.push(letter);
        } else if if index == 0 { first_upper } else { rest_upper } {
            push_upper(letter, decoded);
        } else {
            push_lower(letter, decoded);
        }
    }
}

/// Whether a Vietnamese letter is a capital, or a small one, as wanted. Says no of other characters.
pub(crate) fn is_in_case(character: char, upper: bool) -> bool {
    letter(character).is_some_and(|letter| letter.upper == upper)
}
