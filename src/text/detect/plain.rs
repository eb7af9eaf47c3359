//! Plain names by their words: whether one look at a word settles it, and how it is spelled.
//!
//! Owns a table of the words met last. A column has millions of names and few words, and a look into the table is
//! quicker than taking the letters of a word apart. What it says is what [`glance`] and [`spelled_hash`] say.
//!
//! [`spelled_hash`]: crate::text::spelled_hash

use super::glance::{Safe, glance};
use crate::text::hash::mix;
use crate::text::spelled::{Word, join};

/// The words met last, each in the place that its bytes choose. Empty until it is used.
#[derive(Debug, Default)]
pub(super) struct PlainWords(Vec<Place>);

/// Places of words: the common ones of all names are some hundreds.
const PLACES: usize = 1 << 12;

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Its bytes; 0 where no word is.
    bytes: u128,
    /// How it is spelled, if it is plain.
    spelled: Option<Word>,
}

impl PlainWords {
    /// The hash of how a plain name is spelled. Nothing where a word is not plain or too long for the table, or where
    /// the spaces are not single ones between words.
    pub(super) fn spelling(&mut self, name: &str, safe: &Safe) -> Option<u64> {
        if self.0.is_empty() {
            self.0.resize(PLACES, Place::default());
        }
        let bytes = name.as_bytes();
        // Spaces behind the name, so that every word of it ends at one and sixteen bytes can always be read.
        let mut padded = [b' '; LONGEST_NAME + LANES];
        padded.get_mut(..bytes.len()).filter(|_| bytes.len() <= LONGEST_NAME)?.copy_from_slice(bytes);
        let (mut state, mut start) = (join::START, 0);
        while start <= bytes.len() {
            let (packed, length) = first_word(*padded[start..].first_chunk()?)?;
            state = join::word(state, self.word(packed, &bytes[start..start + length], safe)?);
            start += length + 1;
        }
        Some(state)
    }

    /// How a word is spelled, if it is plain.
    #[inline]
    fn word(&mut self, packed: u128, bytes: &[u8], safe: &Safe) -> Option<Word> {
        const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
        if bytes.is_empty() {
            return None;
        }
        let folded = mix(packed as u64 ^ (packed >> 64) as u64, SPREAD);
        let place = &mut self.0[(folded >> 32) as usize % PLACES];
        if place.bytes != packed {
            *place = Place { bytes: packed, spelled: look(bytes, safe) };
        }
        place.spelled
    }
}

/// Bytes up to which a name is looked at: others are rare and go the slow way.
const LONGEST_NAME: usize = 64;
/// Bytes that are looked at together; a word and the space behind it are no longer than that.
const LANES: usize = 16;

/// The bytes up to the first space, zeros behind them, and how many they are.
#[inline]
const fn first_word(bytes: [u8; LANES]) -> Option<(u128, usize)> {
    let all = u128::from_le_bytes(bytes);
    let (low, high) = (all as u64, (all >> 64) as u64);
    let (in_low, in_high) = (spaces(low), spaces(high));
    if in_low != 0 {
        let n_bits = in_low.trailing_zeros() & !7;
        return Some(((low & ((1 << n_bits) - 1)) as u128, n_bits as usize / 8));
    }
    if in_high != 0 {
        let n_bits = in_high.trailing_zeros() & !7;
        let high = high & ((1 << n_bits) - 1);
        return Some(((high as u128) << 64 | low as u128, 8 + n_bits as usize / 8));
    }
    None
}

/// The high bit of every byte that is a space; exact up to the first of them.
#[inline]
const fn spaces(bytes: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let other = bytes ^ (EACH * b' ' as u64);
    other.wrapping_sub(EACH) & !other & (EACH << 7)
}

/// How a word is spelled, if one look shows that it is plain.
fn look(bytes: &[u8], safe: &Safe) -> Option<Word> {
    let found = glance(bytes, safe);
    // A word without an ASCII letter may stand beside others that have one; such names go the slow way.
    let is_plain = !found.unclean && !found.encoded && !found.sign && found.letter;
    Word::of(std::str::from_utf8(bytes).ok().filter(|_| is_plain)?)
}

#[cfg(test)]
mod tests {
    use super::super::tests::detector;
    use super::*;
    use crate::text::spelled_hash;

    #[test]
    fn names_by_their_words_are_names_by_their_letters() {
        let detector = detector();
        let mut words = PlainWords::default();
        let names = [
            "Nguyễn Văn An",
            "NGUYỄN THỊ HOÀ",
            "lê hùng",
            "Lê  Hùng",
            " Lê",
            "Lê ",
            "",
            " ",
            "Ấ",
            "An Ấ",
            "Nguyeãn Vaên An",
            "Nguyễn Văn A.",
            "Trần Đức Tú",
            "Nghiêngnghiêngnghiêng An",
            "Abcdeghiklm An",
            "NGUYÔN THÞ ¸NH",
            "Niê Čuôr",
            "Nguyễn Nguyễn Nguyễn",
        ];
        // The second time from the table.
        for name in names.iter().chain(&names) {
            let look = detector.glance(name);
            let is_plain = !look.unclean && !look.encoded && !look.sign && look.letter;
            if let Some(spelling) = words.spelling(name, &detector.safe) {
                assert!(is_plain, "{name}");
                assert_eq!(spelling, spelled_hash(name), "{name}");
            }
        }
        for name in ["Nguyễn Văn An", "NGUYỄN THỊ HOÀ", "lê hùng", "Trần Đức Tú"] {
            assert!(words.spelling(name, &detector.safe).is_some(), "{name}");
        }
    }
}
