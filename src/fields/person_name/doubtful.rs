//! What a name shows that nobody may change unseen: keys of a typing method that were left, no capital at all.
//!
//! Owns the signs of both. Deliberately changes nothing: `Ksor` and `Lee` are names, and what keys were meant to write
//! behind a family name that nobody knows is for a clerk.

use super::NameWords;
use crate::text::Encoding;

/// Whether a word holds keys: a digit among letters, or letters that are no syllable and spell one as Telex keys.
pub fn holds_keys(canonical: &str, words: &NameWords) -> bool {
    if !may_hold_keys(canonical) {
        return false;
    }
    let detector = words.book.detector();
    let spells = |word: &str| {
        let mut spelled = String::new();
        detector.tables().decode(Encoding::Telex, word, detector.grammar(), &mut spelled);
        let reading = detector.grammar().read(&spelled).filter(|reading| reading.possible);
        let is_word = |found: crate::text::Reading| {
            detector.vocabulary().knows(found.syllable) || detector.grammar().is_attested(found.syllable)
        };
        spelled != word && reading.is_some_and(is_word)
    };
    canonical.split(' ').any(|word| {
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        let has_letter = word.bytes().any(|byte| byte.is_ascii_alphabetic());
        has_digit && has_letter
            || word.is_ascii() && has_letter && !detector.grammar().is_possible(word) && spells(word)
    })
}

/// Whether some word holds what no syllable does and keys leave: digits, f, j, w or z, a doubled letter, or s, r or x at
/// its end. Every name is asked.
fn may_hold_keys(name: &str) -> bool {
    let mut last = b' ';
    let mut found = false;
    for byte in name.bytes().chain([b' ']) {
        let small = byte.to_ascii_lowercase();
        found |= matches!(small, b'0'..=b'9' | b'f' | b'j' | b'w' | b'z');
        found |= small == last && matches!(small, b'a' | b'd' | b'e' | b'o');
        found |= byte == b' ' && matches!(last, b's' | b'r' | b'x');
        last = small;
    }
    found
}

/// Whether no word begins with a capital.
pub fn is_lower_case(canonical: &str) -> bool {
    // The first byte of most names tells.
    let first = canonical.as_bytes().first();
    if first.is_none_or(u8::is_ascii_uppercase) {
        return false;
    }
    canonical.split(' ').all(|word| word.chars().next().is_some_and(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::super::cases::words;
    use super::*;

    #[test]
    fn keys_are_seen() {
        let words = words();
        for name in ["Danh Thi5 Sa Rinh", "Y Klo7ng Mlo6", "Laam Suwowne", "Ngoo Kim Li", "Sungf A Nhef"] {
            assert!(holds_keys(name, &words), "{name}");
        }
        for name in ["Nguyễn Văn An", "Ksor H'Lan", "Nguyen Van An", "Rơ Châm Blơn"] {
            assert!(!holds_keys(name, &words), "{name}");
        }
    }

    #[test]
    fn small_letters_are_seen() {
        assert!(is_lower_case("nguyễn thị lan"));
        assert!(is_lower_case("đỗ ân"));
        assert!(!is_lower_case("Nguyễn thị lan"));
        assert!(!is_lower_case("ĐỖ ÂN"));
        assert!(!is_lower_case(""));
    }
}
