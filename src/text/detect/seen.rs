//! Words that were taken apart before: the few words that need a closer look come again and again.
//!
//! Owns what was found for a word at its place in a cell of its case. Deliberately forgets all rather than growing.

use super::Place;
use super::plain::PlainWords;
use super::readings::Token;
use crate::record::ByHash;
use crate::text::hash::mix;
use crate::text::legacy::CellCase;

/// The words, for one [`Detector`](super::Detector).
#[derive(Debug, Default)]
pub struct WordsSeen {
    /// Those that needed a closer look.
    found: ByHash<Token>,
    /// Those that did not.
    pub(super) plain: PlainWords,
}

/// Words that are kept, about 4 MiB; with one more all are forgotten.
const KEPT: usize = 1 << 14;

/// How closely a word was looked at.
#[derive(Clone, Copy)]
pub(super) enum Look {
    /// In all encodings but one.
    Usual,
    /// In the dearest as well.
    BothCases,
}

impl WordsSeen {
    /// The word, which is taken apart where it was not seen.
    pub(super) fn token(
        &mut self,
        (word, place, case): (&[char], Place, CellCase),
        look: Look,
        read: impl FnOnce() -> Token,
    ) -> Token {
        let key = key(word, place, case, look);
        if let Some(token) = self.found.get(&key) {
            return token.clone();
        }
        if self.found.len() >= KEPT {
            self.found.clear();
        }
        self.found.entry(key).or_insert_with(read).clone()
    }
}

/// A hash of everything that a reading depends on.
fn key(word: &[char], place: Place, case: CellCase, look: Look) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let start = (look as u64) << 16 | (place as u64) << 8 | case as u64;
    word.iter().fold(mix(start, SPREAD), |key, &character| mix(key ^ u64::from(character), SPREAD))
}
