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
    let characters: Vec<char> = word.chars().collect();
    let encodings = [Encoding::Tcvn3, Encoding::Vni, Encoding::Viscii, Encoding::Vps, Encoding::Cp1258];
    encodings.into_iter().filter_map(move |encoding| {
        let mut text = String::new();
        let decoded = tables.decode_word(encoding, &characters, grammar, &mut text);
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
        self.insert(pack(small));
        let mut changed = String::new();
        for (index, character) in small.chars().enumerate() {
            if index == 0 { push_upper(character, &mut changed) } else { push_lower(character, &mut changed) }
        }
        self.insert(pack(&changed));
        changed.clear();
        small.chars().for_each(|character| push_upper(character, &mut changed));
        self.insert(pack(&changed));
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
fn pack(word: &str) -> u64 {
    word.bytes().fold(0, |packed, byte| packed << 8 | u64::from(byte))
}

/// What the bytes of a word may be, as bits.
mod signs {
    /// An ASCII letter.
    pub(super) const LETTER: u16 = 1;
    /// Any other visible ASCII character.
    pub(super) const SIGN: u16 = 2;
    /// Nothing that a clean name has.
    pub(super) const UNCLEAN: u16 = 4;
    /// Typed keys, or a letter that is not Vietnamese.
    pub(super) const SUSPECT: u16 = 8;
    /// First byte of U+00C0 to U+00FF, letters that legacy text shows too.
    pub(super) const LATIN: u16 = 16;
    /// First byte of a letter that windows-1252 never shows.
    pub(super) const VIETNAMESE: u16 = 32;
    /// r, s, x: letters at the start of a word, keys of Telex after.
    pub(super) const LATE_KEY: u16 = 64;
    /// a, e, o, d: keys of Telex when doubled.
    pub(super) const DOUBLE: u16 = 128;
    /// A byte inside a character.
    pub(super) const INNER: u16 = 256;
}
use signs::{DOUBLE, INNER, LATE_KEY, LATIN, LETTER, SIGN, SUSPECT, UNCLEAN, VIETNAMESE};

static SIGNS: [u16; 256] = {
    let mut table = [UNCLEAN | SUSPECT; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match (byte as u8).to_ascii_lowercase() {
            // No letters of Vietnamese, keys of Telex.
            b'f' | b'j' | b'w' | b'z' => LETTER | SUSPECT,
            b'r' | b's' | b'x' => LETTER | LATE_KEY,
            b'a' | b'e' | b'o' | b'd' => LETTER | DOUBLE,
            b'b'..=b'y' => LETTER,
            b'`' => UNCLEAN | SUSPECT,
            0x21..=0x7E => SIGN,
            0x80..=0xBF => INNER,
            0xC3 => LATIN,
            0xC4..=0xC6 | 0xE1 => VIETNAMESE,
            _ => UNCLEAN | SUSPECT,
        };
        byte += 1;
    }
    table
};

/// For each byte which bytes may follow inside a Vietnamese letter: a bit for each of 80 to BF.
static FOLLOWERS: [u64; 256] = {
    let mut table = [u64::MAX; 256];
    // Not Ð and ð, which stand for Đ.
    table[0xC3] = !(1 << 0x10 | 1 << 0x30);
    // ă đ ĩ, ũ, ơ ư, and the block of the toned letters.
    table[0xC4] = 1 << 0x02 | 1 << 0x03 | 1 << 0x10 | 1 << 0x11 | 1 << 0x28 | 1 << 0x29;
    table[0xC5] = 1 << 0x28 | 1 << 0x29;
    table[0xC6] = 1 << 0x20 | 1 << 0x21 | 1 << 0x2F | 1 << 0x30;
    table[0xE1] = 1 << 0x3A | 1 << 0x3B;
    table
};

/// One word while it is read.
#[derive(Clone, Copy, Default)]
struct Word {
    packed: u64,
    length: u32,
    signs: u16,
}

impl Word {
    fn end(self, safe: &Safe, found: &mut Glance, signs: &mut u16) {
        let latin = self.signs & (LATIN | VIETNAMESE) == LATIN;
        found.unclean |= self.length == 0;
        found.encoded |= latin && (self.length > 8 || !safe.contains(self.packed));
        *signs |= self.signs;
    }
}

/// Looks at the bytes once.
pub(super) fn glance(bytes: &[u8], safe: &Safe) -> Glance {
    let mut found = Glance::default();
    let (mut word, mut signs, mut before) = (Word::default(), 0, b' ');
    for &byte in bytes {
        if byte == b' ' {
            word.end(safe, &mut found, &mut signs);
            (word, before) = (Word::default(), b' ');
            continue;
        }
        let sign = SIGNS[usize::from(byte)];
        let doubled = sign & DOUBLE != 0 && (before ^ byte) & !0x20 == 0;
        let late =
            sign & LATE_KEY != 0 && before != b' ' && !((before | 0x20) == b't' && (byte | 0x20) == b'r');
        let foreign = sign & INNER != 0 && FOLLOWERS[usize::from(before)] >> (byte & 0x3F) & 1 == 0;
        word.signs |=
            sign | if doubled | late { SUSPECT } else { 0 } | if foreign { UNCLEAN | SUSPECT } else { 0 };
        word.packed = word.packed << 8 | u64::from(byte);
        word.length = word.length.wrapping_add(1);
        before = byte;
    }
    word.end(safe, &mut found, &mut signs);
    found.unclean |= signs & UNCLEAN != 0;
    found.encoded |= signs & SUSPECT != 0;
    found.sign = signs & SIGN != 0;
    found.letter = signs & LETTER != 0;
    found
}
