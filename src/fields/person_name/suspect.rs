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

/// Whether all that was decoded are words like `TRÝ` in a cell whose other words are Unicode beyond doubt: y for i at the
/// end of a word, and no letter of an old encoding.
pub(super) fn is_i_y_slip(raw: &str, decoded: &str) -> bool {
    let is_y = |word: &str| {
        let stem = word.strip_suffix(['ý', 'Ý']);
        stem.is_some_and(|stem| !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let changed = || raw.split(' ').zip(decoded.split(' ')).filter(|(before, after)| before != after);
    let is_unicode = |word: &str| word.chars().any(|letter| letter > '\u{FF}' && letter.is_alphabetic());
    !decoded.is_empty()
        && changed().next().is_some()
        && changed().all(|(before, _)| is_y(before))
        && raw.split(' ').any(is_unicode)
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

#[cfg(test)]
mod tests {
    use super::is_i_y_slip;

    #[test]
    fn y_for_i_is_no_encoding() {
        assert!(is_i_y_slip("NGUYỄN MINH TRÝ", "NGUYỄN MINH TRÍ"));
        assert!(!is_i_y_slip("NguyÔn Minh TrÝ", "Nguyễn Minh Trí"));
        assert!(!is_i_y_slip("Nguyễn V¨n TrÝ", "Nguyễn Văn Trí"));
        assert!(!is_i_y_slip("Minh TrÝ", "Minh Trí"));
        assert!(!is_i_y_slip("Nguyễn Trý", ""));
    }
}
