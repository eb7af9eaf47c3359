//! The order of the Vietnamese alphabet: a ă â b c d đ e ê …, then the tones as dictionaries have them.
//!
//! Owns the comparison of two texts for sorting, as the Unicode collation for Vietnamese has it: the letters of the
//! whole text first; tones decide between equal letters, and capitals between equal tones. Deliberately knows no syllables; foreign letters stand after z.

use super::{Shape, letter};
use std::cmp::Ordering;

/// Compares two texts in the order of a Vietnamese dictionary: Lan, Lân, Lê; Hoa, Hòa, Hóa.
pub fn compare_vietnamese(one: &str, other: &str) -> Ordering {
    let tones = |text: &str| {
        let tone = |character| letter(character).map_or(0, |letter| letter.tone as u8);
        text.chars().map(tone).collect::<Vec<_>>()
    };
    let by_letters = alphabet(one).cmp(alphabet(other));
    by_letters.then_with(|| tones(one).cmp(&tones(other))).then_with(|| one.cmp(other))
}

/// The letters without tone and case, as numbers in the order of the alphabet. A space is before every letter.
fn alphabet(text: &str) -> impl Iterator<Item = u32> {
    text.chars().map(|character| match letter(character) {
        // The shapes of a letter follow it in the order breve, hat, horn; đ follows d.
        Some(letter) => {
            let shape = match letter.shape {
                Shape::Plain => 0,
                Shape::Breve | Shape::Stroke => 1,
                Shape::Hat => 2,
                Shape::Horn => 3,
            };
            256 + u32::from(letter.base) * 4 + shape
        }
        None if character.is_ascii() => u32::from(character),
        None => 1024 + u32::from(character),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_dictionaries() {
        let check = |sorted: &[&str]| {
            let mut shuffled: Vec<&str> = sorted.iter().rev().copied().collect();
            shuffled.sort_by(|one, other| compare_vietnamese(one, other));
            assert_eq!(shuffled, sorted);
        };
        check(&["an", "ăn", "ân", "ba", "da", "đa", "em", "êm"]);
        check(&["o", "ô", "ơ", "u", "ư", "v", "x", "y"]);
        check(&["ma", "mà", "mả", "mã", "má", "mạ", "man"]);
        check(&["Hoa", "Hòa", "Hóa", "Hoài", "Hoàn"]);
        check(&["Lê An", "Lệ An Bình", "Lê Ánh", "Lê Bình", "Lên"]);
        check(&["Dũng", "Đào", "Đặng"]);
        check(&["zê", "čuôr"]);
        assert_eq!(compare_vietnamese("Lê", "Lê"), Ordering::Equal);
    }
}
