//! Words that stand for "nothing here", compared without case, marks and punctuation.
//!
//! Owns the comparison. Deliberately knows none of the words; they are data.

use crate::text::{fold_label, letter};
use std::collections::HashSet;

/// a-z, then digits.
const INITIALS: usize = 36;

/// The same, then white space or the end.
const SECONDS: usize = INITIALS + 1;

/// A set of such words, with a filter in front so that a real value is seldom folded.
pub(super) struct EmptyWords {
    /// Folded words.
    words: HashSet<String>,
    /// Words of symbols only, which fold to nothing: `-`, `--`.
    symbols: HashSet<String>,
    /// Per initial (a-z, then digits) and second character: what the words are like that begin so.
    shapes: Box<[[Shape; SECONDS]; INITIALS]>,
}

/// What words of one beginning have in common.
#[derive(Clone, Copy, Default)]
struct Shape {
    /// Bit n is set if a word has n characters.
    lengths: u64,
    /// Bits of the places of the characters that words end in.
    ends: u64,
}

impl EmptyWords {
    /// The set of the given words.
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut set = Self {
            words: HashSet::new(),
            symbols: HashSet::new(),
            shapes: Box::new([[Shape::default(); SECONDS]; INITIALS]),
        };
        for word in words {
            let folded = fold_label(word);
            match beginning(&folded) {
                Some((initial, second)) => {
                    let shape = &mut set.shapes[initial][second];
                    shape.lengths |= length_bit(folded.len());
                    shape.ends |= folded.chars().next_back().and_then(place).map_or(u64::MAX, |end| 1 << end);
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

    /// Folding keeps two letters or digits at the beginning and one at the end, which nearly always say no. A text of
    /// letters, digits and spaces also keeps its length; any other has to be folded.
    fn may_contain(&self, text: &str) -> bool {
        let Some((initial, second)) = beginning(text) else { return true };
        let Shape { lengths, ends } = self.shapes[initial][second];
        let is_end = |end: usize| ends & 1 << end != 0;
        if lengths == 0 || !text.chars().next_back().and_then(place).is_none_or(is_end) {
            return false;
        }
        let is_simple = |byte: u8| byte == b' ' || byte.is_ascii_alphanumeric() || byte >= 0x80;
        lengths & length_bit(text.chars().count()) != 0 || !text.bytes().all(is_simple)
    }
}

/// The places of the first two characters, marks aside: of the first among a-z and 0-9, of the second among those and
/// white space. Nothing when they are others.
fn beginning(text: &str) -> Option<(usize, usize)> {
    if let [first @ b'a'..=b'z' | first @ b'A'..=b'Z', second @ b'a'..=b'z' | second @ b'A'..=b'Z', ..] =
        *text.as_bytes()
    {
        let place = |byte: u8| usize::from((byte | 0x20) - b'a');
        return Some((place(first), place(second)));
    }
    let mut characters = text.chars();
    let first = place(characters.next()?)?;
    match characters.next() {
        None | Some(' ') => Some((first, INITIALS)),
        Some(second) => Some((first, place(second)?)),
    }
}

/// The place of a character among a-z and 0-9, marks and case aside.
fn place(character: char) -> Option<usize> {
    match letter(character) {
        Some(letter) => Some(usize::from(letter.base - b'a')),
        None => character.to_digit(10).map(|digit| 26 + digit as usize),
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
