//! A first look at the bytes of a cell: whether it is clean, plain Vietnamese, or needs a closer look.
//!
//! Owns the fast path of every name. Says "look closer" whenever in doubt, and never allocates.
//! Ten million names of 18 bytes: 180 MB, about 0.4 s on one core.

use super::{Place, Vocabulary};
use crate::text::{Encoding, Grammar, LegacyTables, Syllable, push_lower, push_upper};

/// What one pass over the bytes found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Glance {
    /// Not clean in the sense of [`clean`](crate::text::clean).
    pub unclean: bool,
    /// A word may be text in another encoding.
    pub encoded: bool,
    /// An ASCII sign or digit, which may belong to a note, a list or an escape.
    pub sign: bool,
    /// An ASCII letter.
    pub letter: bool,
}

/// The words that are believed at sight, with letters that legacy text shows too (Lê, Hà, Trâm).
#[derive(Debug)]
pub(super) struct Safe(Box<[u64; SLOTS]>);

const SLOTS: usize = 1 << 12;

/// How much commoner a family name has to be than the word that shows it in an old encoding (Hồ, shown as Hoà) for
/// the word to be looked at.
const DOUBTFUL: f32 = 4.0;

/// What the word may be in the old encodings.
fn readings(word: &str, grammar: &Grammar, tables: &LegacyTables) -> impl Iterator<Item = Syllable> {
    let encodings = [Encoding::Tcvn3, Encoding::Vni, Encoding::Viscii, Encoding::Vps, Encoding::Cp1258];
    encodings.into_iter().filter_map(move |encoding| {
        let mut text = String::new();
        let decoded = tables.decode_word(encoding, word.chars(), grammar, &mut text);
        let reading = grammar.read(&text).filter(|reading| decoded && reading.possible)?;
        Some(reading.syllable)
    })
}

impl Safe {
    /// The syllables of the vocabulary, in the three usual cases and both styles.
    pub(super) fn new(grammar: &Grammar, tables: &LegacyTables, vocabulary: &Vocabulary) -> Self {
        let mut safe = Self(Box::new([0; SLOTS]));
        let mut word = String::new();
        let known = grammar.possible().filter(|&syllable| vocabulary.knows(syllable));
        for syllable in known {
            // A word that is rare everywhere is worth a look at its other readings.
            if vocabulary.share(syllable, Place::Last).is_none_or(|share| share < -10.5) {
                continue;
            }
            for newer in [false, true] {
                word.clear();
                grammar.write(syllable, newer, &mut word);
                let other = || {
                    let shares = readings(&word, grammar, tables);
                    shares
                        .filter_map(|syllable| vocabulary.share(syllable, Place::First))
                        .fold(f32::MIN, f32::max)
                };
                let own = vocabulary.share(syllable, Place::First).unwrap_or(f32::MIN);
                if word.len() <= 8 && !word.is_ascii() && other() < own + DOUBTFUL {
                    safe.insert_cases(&word);
                }
            }
        }
        safe
    }

    fn insert_cases(&mut self, small: &str) {
        self.insert(pack(small.as_bytes()));
        let mut changed = String::new();
        for (index, character) in small.chars().enumerate() {
            if index == 0 { push_upper(character, &mut changed) } else { push_lower(character, &mut changed) }
        }
        self.insert(pack(changed.as_bytes()));
        changed.clear();
        small.chars().for_each(|character| push_upper(character, &mut changed));
        self.insert(pack(changed.as_bytes()));
    }

    fn insert(&mut self, word: u64) {
        let mut slot = slot_of(word);
        while self.0[slot] != 0 && self.0[slot] != word {
            slot = (slot + 1) % SLOTS;
        }
        self.0[slot] = word;
    }

    fn contains(&self, word: u64) -> bool {
        let mut slot = slot_of(word);
        while self.0[slot] != 0 {
            if self.0[slot] == word {
                return true;
            }
            slot = (slot + 1) % SLOTS;
        }
        false
    }
}

const fn slot_of(word: u64) -> usize {
    (word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 52) as usize % SLOTS
}

/// The bytes of a word of at most eight as a number.
fn pack(word: &[u8]) -> u64 {
    word.iter().fold(0, |packed, &byte| packed << 8 | u64::from(byte))
}

/// What the bytes of a cell may be, as bits.
mod signs {
    /// An ASCII letter.
    pub(super) const LETTER: u8 = 1;
    /// Any other visible ASCII character.
    pub(super) const SIGN: u8 = 2;
    /// Nothing that a clean name has.
    pub(super) const UNCLEAN: u8 = 4;
    /// Typed keys, or a letter that is not Vietnamese.
    pub(super) const SUSPECT: u8 = 8;
    /// First byte of U+00C0 to U+00FF, letters that legacy text shows too.
    pub(super) const LATIN: u8 = 16;
    /// First byte of any other letter.
    pub(super) const OTHER: u8 = 32;
}
use signs::{LATIN, LETTER, OTHER, SIGN, SUSPECT, UNCLEAN};

/// Bytes that count alike beside any other byte.
mod class {
    pub(super) const SPACE: u8 = 0;
    pub(super) const LETTER: u8 = 1;
    pub(super) const T: u8 = 2;
    /// r, s, x: letters at the start of a word, keys of Telex after; tr is no key.
    pub(super) const R: u8 = 3;
    pub(super) const SX: u8 = 4;
    /// a, e, o, d: keys of Telex when doubled.
    pub(super) const A: u8 = 5;
    pub(super) const E: u8 = 6;
    pub(super) const O: u8 = 7;
    pub(super) const D: u8 = 8;
    /// f, j, w, z: no letters of Vietnamese, keys of Telex.
    pub(super) const KEY: u8 = 9;
    pub(super) const SIGN: u8 = 10;
    pub(super) const ODD: u8 = 11;
    /// First bytes: U+00C0 to U+00FF; ă đ ĩ; ũ; ơ ư; the block of the toned letters.
    pub(super) const C3: u8 = 12;
    pub(super) const C4: u8 = 13;
    pub(super) const C5: u8 = 14;
    pub(super) const C6: u8 = 15;
    pub(super) const E1: u8 = 16;
    /// Bytes inside a character, by the first bytes after which they make a Vietnamese letter.
    pub(super) const AFTER_C3: u8 = 17;
    pub(super) const AFTER_C3_C4: u8 = 18;
    pub(super) const AFTER_C4: u8 = 19;
    pub(super) const AFTER_C3_C4_C5: u8 = 20;
    pub(super) const AFTER_C3_C6: u8 = 21;
    pub(super) const AFTER_C6: u8 = 22;
    pub(super) const AFTER_C3_E1: u8 = 23;
}

static CLASSES: [u8; 256] = {
    let mut table = [class::ODD; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match (byte as u8).to_ascii_lowercase() {
            b' ' => class::SPACE,
            b'f' | b'j' | b'w' | b'z' => class::KEY,
            b't' => class::T,
            b'r' => class::R,
            b's' | b'x' => class::SX,
            b'a' => class::A,
            b'e' => class::E,
            b'o' => class::O,
            b'd' => class::D,
            b'b'..=b'y' => class::LETTER,
            b'`' => class::ODD,
            0x21..=0x7E => class::SIGN,
            0xC3 => class::C3,
            0xC4 => class::C4,
            0xC5 => class::C5,
            0xC6 => class::C6,
            0xE1 => class::E1,
            0x82 | 0x83 | 0x91 => class::AFTER_C3_C4,
            // Ð (C3 90) and ð (C3 B0) stand for Đ, which is C4 90; ư is C6 B0.
            0x90 => class::AFTER_C4,
            0xA8 | 0xA9 => class::AFTER_C3_C4_C5,
            0xA0 | 0xA1 | 0xAF => class::AFTER_C3_C6,
            0xB0 => class::AFTER_C6,
            0xBA | 0xBB => class::AFTER_C3_E1,
            0x80..=0xBF => class::AFTER_C3,
            _ => class::ODD,
        };
        byte += 1;
    }
    table
};

const CLASS_BITS: u32 = 5;

/// What a byte of a class after one of another may be: `PAIRS[before << CLASS_BITS | class]`.
///
/// A table of pairs lets the looks overlap: no look waits for the one before it.
static PAIRS: [u8; 1 << (2 * CLASS_BITS)] = {
    let mut table = [0; 1 << (2 * CLASS_BITS)];
    let mut pair = 0;
    while pair < table.len() {
        let (before, class) = ((pair >> CLASS_BITS) as u8, (pair & ((1 << CLASS_BITS) - 1)) as u8);
        let other = matches!(class, class::C4 | class::C5 | class::C6 | class::E1);
        table[pair] = signs_of(before, class) | if other { OTHER } else { 0 };
        pair += 1;
    }
    table
};

const fn signs_of(before: u8, class: u8) -> u8 {
    use class::*;
    match class {
        SPACE => {
            if before == SPACE {
                UNCLEAN
            } else {
                0
            }
        }
        class::LETTER | T => signs::LETTER,
        R if before == SPACE || before == T => signs::LETTER,
        SX if before == SPACE => signs::LETTER,
        R | SX | KEY => signs::LETTER | SUSPECT,
        A | E | O | D => signs::LETTER | if before == class { SUSPECT } else { 0 },
        class::SIGN => signs::SIGN,
        C3 => LATIN,
        C4 | C5 | C6 | E1 => 0,
        _ if class >= AFTER_C3 && may_follow(before, class) => 0,
        _ => UNCLEAN | SUSPECT,
    }
}

/// Whether a byte inside a character may follow one of the class `before` in a Vietnamese letter. Only first bytes
/// choose: the third byte of a toned letter may be any.
const fn may_follow(before: u8, class: u8) -> bool {
    use class::*;
    match before {
        C3 => !matches!(class, AFTER_C4 | AFTER_C6),
        C4 => matches!(class, AFTER_C3_C4 | AFTER_C4 | AFTER_C3_C4_C5),
        C5 => matches!(class, AFTER_C3_C4_C5),
        C6 => matches!(class, AFTER_C3_C6 | AFTER_C6),
        E1 => matches!(class, AFTER_C3_E1),
        _ => true,
    }
}

/// Looks at the bytes once. Words whose only letters beyond ASCII are those of U+00C0 to U+00FF have to be known.
pub(super) fn glance(bytes: &[u8], safe: &Safe) -> Glance {
    let is_doubtful = |packed: u64, length: usize, signs: u8| {
        signs & (LATIN | OTHER) == LATIN && (length > 8 || !safe.contains(packed))
    };
    let (mut signs, mut before, mut doubtful) = (0, usize::from(class::SPACE), false);
    let (mut packed, mut start, mut word) = (0_u64, 0, 0);
    for (index, &byte) in bytes.iter().enumerate() {
        let class = usize::from(CLASSES[usize::from(byte)]);
        // Classes have five bits; the mask says so.
        word |= PAIRS[(before << CLASS_BITS | class) % PAIRS.len()];
        before = class;
        if byte == b' ' {
            doubtful = doubtful || is_doubtful(packed, index - start, word);
            signs |= word;
            (packed, start, word) = (0, index + 1, 0);
        } else {
            packed = packed << 8 | u64::from(byte);
        }
    }
    doubtful = doubtful || is_doubtful(packed, bytes.len() - start, word);
    signs |= word;
    Glance {
        unclean: signs & UNCLEAN != 0 || before == usize::from(class::SPACE),
        encoded: signs & SUSPECT != 0 || doubtful,
        sign: signs & SIGN != 0,
        letter: signs & LETTER != 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_bytes_tell_what_a_cell_may_be() {
        let signs = |text: &str| {
            let classes = text.bytes().map(|byte| CLASSES[usize::from(byte)]);
            let mut before = class::SPACE;
            classes.fold(0, |signs, class| signs | signs_of(std::mem::replace(&mut before, class), class))
        };
        let check = |text, expected| assert_eq!(signs(text), expected, "{text}");
        check("Trần Thị Sương", LETTER);
        check("Đặng Đỗ Ngũ Ưng Vĩ Mỵ", LETTER);
        check("Lê Hà", LETTER | LATIN);
        check("An.", LETTER | SIGN);
        check("An  Ba", LETTER | UNCLEAN);
        check("Tuans", LETTER | SUSPECT);
        check("Thaanh", LETTER | SUSPECT);
        check("Ddinh", LETTER | SUSPECT);
        check("Huwng", LETTER | SUSPECT);
        check("Ðinh", LETTER | LATIN | UNCLEAN | SUSPECT);
        check("Iđa", LETTER);
        check("Čao", LETTER | UNCLEAN | SUSPECT);
        check("An\u{200B}", LETTER | UNCLEAN | SUSPECT);
        check("`", UNCLEAN | SUSPECT);
    }
}
