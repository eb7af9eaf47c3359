//! Words that stand for "nothing here", compared without case, marks and punctuation.
//!
//! Owns the comparison. Deliberately knows none of the words; they are data.

use crate::text::{fold_label, letter};
use std::collections::HashSet;

/// A set of such words, with a filter in front so that a real value is seldom folded.
pub(super) struct EmptyWords {
    /// Folded words.
    words: HashSet<String>,
    /// Words of symbols only, which fold to nothing: `-`, `--`.
    symbols: HashSet<String>,
    /// Per initial (a-z, then digits): bit n is set if a word of n characters begins with it.
    lengths: [u64; 36],
}

impl EmptyWords {
    /// The set of the given words.
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut set = Self { words: HashSet::new(), symbols: HashSet::new(), lengths: [0; 36] };
        for word in words {
            let folded = fold_label(word);
            match initial(&folded) {
                Some(index) => {
                    set.lengths[index] |= length_bit(folded.len());
                    set.words.insert(folded);
                }
                None if word.trim().is_empty() => {}
                None => {
                    set.symbols.insert(word.trim().to_owned());
                }
            }
        }
        set
    }

    /// Whether the cleaned text is one of the words.
    pub(super) fn contains(&self, text: &str) -> bool {
        if !self.may_contain(text) {
            return false;
        }
        let folded = fold_label(text);
        if folded.is_empty() { self.symbols.contains(text) } else { self.words.contains(&folded) }
    }

    /// A text of letters, digits and spaces folds to as many characters as it has, so that its length and
    /// initial nearly always say no. Any other text has to be folded.
    fn may_contain(&self, text: &str) -> bool {
        let (mut length, mut simple) = (0, true);
        for &byte in text.as_bytes() {
            length += usize::from(byte & 0xC0 != 0x80);
            simple &= byte == b' ' || byte.is_ascii_alphanumeric() || byte >= 0x80;
        }
        match initial(text) {
            Some(index) if simple => self.lengths[index] & length_bit(length) != 0,
            _ => true,
        }
    }
}

/// The place of the first character among a-z and 0-9, marks aside.
fn initial(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    match letter(first) {
        Some(letter) => Some(usize::from(letter.base - b'a')),
        None => first.to_digit(10).map(|digit| 26 + digit as usize),
    }
}

/// One bit for a length; all lengths from 63 on share the last.
fn length_bit(length: usize) -> u64 {
    1 << length.min(63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing() {
        let set = EmptyWords::new(["không có", "N/A", "-", "x", "#REF!", "0"].into_iter());
        let check = |text: &str, expected| assert_eq!(set.contains(text), expected, "{text}");
        for word in ["không có", "KHÔNG CÓ", "khong co", "(Không có)", "#n/a", "-", "X", "x.", "ref", "0"]
        {
            check(word, true);
        }
        for word in ["Không", "na", "--", "*", "Nguyễn Văn A", "", "Khổng Cố A", "00"] {
            check(word, false);
        }
    }
}
