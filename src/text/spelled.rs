//! A hash of how words are spelled, whatever their case and wherever the tone mark stands in a word.
//!
//! Owns the form in which names are compared: letters without tones in order, then the tones of the word. `Hòa`,
//! `HOÀ` and `hoà` are one, `Hóa` is another. Writes no text: it is asked for every name of a nation.

use super::hash::mix;
use super::letters::{CODE_BITS, Tone, code};

const START: u64 = 0x243F_6A88_85A3_08D3;
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Letters that fit a word of 64 bits.
const LETTERS_MAX: u32 = u64::BITS / CODE_BITS;

/// The part of a word that is not yet in the hash. No code of a letter is 0, so different letters are different
/// numbers.
#[derive(Default)]
struct Word {
    letters: u64,
    count: u32,
    tones: u64,
}

/// The hash. The same on every machine and in every run.
pub fn spelled_hash(text: &str) -> u64 {
    let (mut state, mut word) = (START, Word::default());
    for character in text.chars() {
        if let Some((code, tone)) = code(character) {
            word.letters = word.letters << CODE_BITS | code;
            word.count += 1;
            // The level tone has no mark, so it has no place to be wrong in.
            if tone != Tone::Level {
                word.tones = word.tones.wrapping_mul(7) + tone as u64;
            }
            if word.count == LETTERS_MAX {
                state = mix(state ^ word.letters, STEP);
                (word.letters, word.count) = (0, 0);
            }
        } else if character == ' ' {
            state = end(state, &word);
            word = Word::default();
        } else {
            let upper = character.to_uppercase().next().unwrap_or(character);
            state = mix(mix(state ^ word.letters, STEP) ^ u64::from(upper) << 32, STEP);
            (word.letters, word.count) = (0, 0);
        }
    }
    end(state, &word)
}

/// The hash with a word that is over.
fn end(state: u64, word: &Word) -> u64 {
    mix(mix(state ^ word.letters, STEP) ^ word.tones, START)
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
