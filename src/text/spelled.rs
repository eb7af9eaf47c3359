//! A hash of how words are spelled, whatever their case and wherever the tone mark stands in a word.
//!
//! Owns the form in which names are compared: letters without tones in order, then the tones of the word. `Hòa`,
//! `HOÀ` and `hoà` are one, `Hóa` is another. Writes no text: it is asked for every name of a nation.

use super::hash::{hash_bytes, mix};
use super::letters::{BARE, CODE_BITS, packed_code};
use super::unmark;

const START: u64 = 0x243F_6A88_85A3_08D3;
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Letters that fit a word of 64 bits.
const LETTERS_MAX: u32 = u64::BITS / CODE_BITS;

/// The hash so far, and the part of the word that is not yet in it. No code of a letter is 0, so different letters are
/// different numbers.
struct Spelling {
    state: u64,
    letters: u64,
    count: u32,
    tones: u64,
}

/// A word of Vietnamese letters as the hash takes it in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    letters: u64,
    tones: u64,
}

impl Word {
    /// The word; nothing where it has other characters or more letters than are taken in at once.
    pub(super) fn of(word: &str) -> Option<Self> {
        let mut spelling = Spelling::new();
        for character in word.chars() {
            spelling.take(character, Some(packed_code(character)).filter(|packed| *packed != 0)?);
        }
        let is_whole = spelling.count > 0 && spelling.state == START;
        is_whole.then_some(Self { letters: spelling.letters, tones: spelling.tones })
    }
}

/// The hash of a text by its words, which single spaces part.
pub(super) mod join {
    use super::{STEP, Word, mix};

    /// The hash before the first word.
    pub(in crate::text) const START: u64 = super::START;

    /// Takes the next word into the hash.
    #[inline]
    pub(in crate::text) fn word(state: u64, word: Word) -> u64 {
        mix(mix(state ^ word.letters, STEP) ^ word.tones, START)
    }
}

/// The hash. The same on every machine and in every run.
pub fn spelled_hash(text: &str) -> u64 {
    let mut spelling = Spelling::new();
    text.chars().for_each(|character| spelling.take(character, packed_code(character)));
    spelling.end_word();
    spelling.state
}

/// Bytes of the longest text of which both hashes are taken in one pass.
const BOTH_MAX: usize = 64;

/// The hash, and [`hash`](super::hash()) of the [unmarked](unmark) text. The buffer only saves allocations.
pub fn spelled_and_unmarked_hash(text: &str, scratch: &mut String) -> (u64, u64) {
    both_hashes(text).unwrap_or_else(|| {
        unmark(text, scratch);
        (spelled_hash(text), hash_bytes(scratch.as_bytes()))
    })
}

/// Both hashes of a text of Vietnamese letters and ASCII, as nearly all names are.
fn both_hashes(text: &str) -> Option<(u64, u64)> {
    let (mut spelling, mut bare, mut length) = (Spelling::new(), [0; BOTH_MAX], 0);
    if text.len() > BOTH_MAX {
        return None;
    }
    for character in text.chars() {
        let packed = packed_code(character);
        spelling.take(character, packed);
        bare[length] = match packed {
            0 if character.is_ascii() => character as u8,
            0 => return None,
            _ => BARE[usize::from(packed >> 3) % BARE.len()],
        };
        length += 1;
    }
    spelling.end_word();
    Some((spelling.state, hash_bytes(&bare[..length])))
}

impl Spelling {
    const fn new() -> Self {
        Self { state: START, letters: 0, count: 0, tones: 0 }
    }

    /// Takes one more character with its packed code. In every loop of its own, so that the parts stay in registers.
    #[inline(always)]
    fn take(&mut self, character: char, packed: u16) {
        if packed != 0 {
            self.letters = self.letters << CODE_BITS | u64::from(packed >> 3);
            self.count += 1;
            // The level tone has no mark, so it has no place to be wrong in.
            let tone = u64::from(packed & 7);
            self.tones = if tone == 0 { self.tones } else { self.tones.wrapping_mul(7) + tone };
            if self.count == LETTERS_MAX {
                self.state = mix(self.state ^ self.letters, STEP);
                (self.letters, self.count) = (0, 0);
            }
        } else if character == ' ' {
            self.end_word();
        } else {
            self.take_other(character);
        }
    }

    /// Takes a character that is neither a letter nor a space.
    #[cold]
    fn take_other(&mut self, character: char) {
        let upper = character.to_uppercase().next().unwrap_or(character);
        self.state = mix(mix(self.state ^ self.letters, STEP) ^ u64::from(upper) << 32, STEP);
        (self.letters, self.count) = (0, 0);
    }

    /// Takes the word into the hash.
    #[inline]
    fn end_word(&mut self) {
        self.state = join::word(self.state, Word { letters: self.letters, tones: self.tones });
        (self.letters, self.count, self.tones) = (0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_place_of_the_tone_do_not_count_and_all_else_does() {
        let same = |a, b| assert_eq!(spelled_hash(a), spelled_hash(b), "{a} {b}");
        same("Nguyễn Thị Hòa", "NGUYỄN THỊ HOÀ");
        same("Thủy", "thuỷ");
        same("Tòan", "Toàn");
        same("Tíên", "Tiến");
        same("ĐẶNG", "đặng");
        let other = |a, b| assert_ne!(spelled_hash(a), spelled_hash(b), "{a} {b}");
        other("Hòa", "Hóa");
        other("Hòa", "Hoa");
        other("Dung", "Dũng");
        other("Đung", "Dung");
        other("Trần Văn An", "Trần Văn  An");
        other("An Bình", "Bình An");
        other("Hồ", "Hố");
        other("Hô", "Hơ");
        other("Hà An", "Ha Àn");
        other("", " ");
    }

    #[test]
    fn both_hashes_are_those_of_two_passes() {
        let (mut scratch, mut bare) = (String::new(), String::new());
        let long = "Nguyễn Thị ".repeat(9);
        for text in ["", " ", "Nguyễn Thị Hòa", "H'Mông 2", "Niê Čuôr", "Ðinh", "ΩΩ đặng", &long]
        {
            unmark(text, &mut bare);
            let expected = (spelled_hash(text), crate::text::hash(&bare));
            assert_eq!(spelled_and_unmarked_hash(text, &mut scratch), expected, "{text}");
        }
        for code in 1..=33 {
            let glyph = crate::text::glyph(code).expect("there are 33 codes");
            unmark(glyph.encode_utf8(&mut [0; 4]), &mut bare);
            assert_eq!(char::from(BARE[code as usize]).to_string(), bare);
        }
    }

    #[test]
    fn many_names_have_as_many_hashes() {
        let parts =
            ["Nguyễn", "Trần", "Lê", "Văn", "Thị", "Hòa", "Hóa", "Hoa", "Đức", "Dức", "An", "Ân", "Ăn"];
        let mut seen = std::collections::HashSet::new();
        for a in parts {
            for b in parts {
                for c in parts {
                    for d in parts {
                        assert!(seen.insert(spelled_hash(&format!("{a} {b} {c} {d}"))));
                    }
                }
            }
        }
    }
}
