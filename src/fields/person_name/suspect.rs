//! Whether a cell may hold text in another encoding.
//!
//! Owns the signs that call for the closer look. Deliberately reads nothing: which encoding it is and what the words
//! mean is the business of [`Detector`](crate::text::Detector).

use super::NameWords;
use crate::text::{self, ColumnPrior};

/// Whether the raw cell may hold text in another encoding. The buffer is free for use.
pub(super) fn may_be_encoded(
    raw: &str,
    words: &NameWords,
    prior: &ColumnPrior,
    scratch: &mut String,
) -> bool {
    let glance = words.book.detector.glance(raw);
    // Cleaning leaves a clean cell as it is.
    if !prior.trusts_plain() || glance.encoded && !glance.unclean {
        return true;
    }
    if raw.bytes().any(|byte| MARKS[usize::from(byte)])
        || raw.contains(|character| is_hidden(character) || is_sign(character))
    {
        return true;
    }
    text::clean(raw, scratch);
    words.book.detector.glance(scratch).encoded
}

/// Marks and escapes of VIQR, VNI keys and HTML. A table, since every byte of a list is asked.
static MARKS: [bool; 256] = {
    let signs = b"^~+*(?.'`&\\<%0123456789";
    let mut marks = [false; 256];
    let mut index = 0;
    while index < signs.len() {
        marks[signs[index] as usize] = true;
        index += 1;
    }
    marks
};

/// What cleaning drops, and what is a letter in old encodings: soft hyphens, controls and no-break spaces.
fn is_hidden(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{A0}')
        || character.is_control() && !matches!(character, '\t' | '\n' | '\r')
}

/// Signs beyond ASCII: half a letter, more often than not.
fn is_sign(character: char) -> bool {
    !character.is_ascii()
        && text::letter(character).is_none()
        && !character.is_alphanumeric()
        && !matches!(character, '\u{200B}'..='\u{200F}' | '\u{300}'..='\u{36F}')
}
