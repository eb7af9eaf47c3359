//! A hash of how words are spelled, whatever their case and wherever the tone mark stands in a word.
//!
//! Owns the form in which names are compared: letters without tones in order, then the tones of the word. `Hòa`,
//! `HOÀ` and `hoà` are one, `Hóa` is another. Writes no text: it is asked for every name of a nation.

use super::hash::mix;
use super::letter;

const START: u64 = 0x243F_6A88_85A3_08D3;
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The hash. The same on every machine and in every run.
pub fn spelled_hash(text: &str) -> u64 {
    let mut state = START;
    let mut tones = 0_u64;
    let step = |state: u64, part: u64| (state.rotate_left(7) ^ part).wrapping_mul(STEP);
    for character in text.chars() {
        if character.is_ascii_alphabetic() {
            state = step(state, u64::from(character as u32 | 0x20));
        } else if character == ' ' {
            state = step(step(state, tones << 32), 0x20);
            tones = 0;
        } else if let Some(letter) = letter(character) {
            state = step(state, u64::from(letter.base) | (letter.shape as u64) << 8);
            // The level tone has no mark, so it has no place to be wrong in.
            if letter.tone as u64 != 0 {
                tones = tones * 7 + letter.tone as u64;
            }
        } else {
            let upper = character.to_uppercase().next().unwrap_or(character);
            state = step(state, u64::from(upper) << 16);
        }
    }
    mix(step(state, tones << 32), STEP)
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
