//! How likely a word is in the texts of a field: known words by their share, then dictionary syllables, then
//! possible ones, then foreign words, then what is no word.
//!
//! Owns the weights, natural logarithms throughout. The words and their counts are handed in; which field they
//! come from is not known here.

use crate::text::{Grammar, Syllable, hash, letter, push_lower, unmark};
use std::collections::HashSet;

/// Where in the cell a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Place {
    /// The first word of several.
    First,
    /// Between the others.
    Middle,
    /// The last word.
    Last,
}

/// What kind of word it is, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Signs inside, or the case of no word.
    Broken,
    /// Letters that are no syllable.
    Foreign,
    /// Says nothing: initials, digits, words typed without marks.
    Neutral,
    /// A possible syllable.
    Possible,
    /// A syllable of the dictionaries.
    Attested,
    /// A word of this field.
    Known,
}

/// A word's weight and kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weight {
    pub(crate) log: f32,
    pub(crate) kind: Kind,
}

/// The words of a field with their shares at each place.
#[derive(Debug)]
pub struct Vocabulary {
    /// Per syllable: 0, or one more than its index in `shares`.
    slots: Box<[u16; Syllable::COUNT]>,
    shares: Vec<[f32; 3]>,
    /// Hashes of known words that are no syllables, in small letters.
    others: HashSet<u64>,
    /// Hashes of all words in ASCII capitals.
    unmarked: HashSet<u64>,
}

// From the prototype of the project's survey of encodings.
const ATTESTED: f32 = -10.8;
const POSSIBLE: f32 = -13.8;
const NEUTRAL: f32 = -13.0;
const FOREIGN: f32 = -16.1;
const BROKEN: f32 = -20.7;
/// A known word away from its usual places; family names are a closed list.
const ELSEWHERE: [f32; 3] = [-4.0, -1.6, -1.6];

impl Vocabulary {
    /// Counts the words: each with its place and how often it was seen there, and words that are known without
    /// a count.
    pub fn new<'a>(
        grammar: &Grammar,
        counted: impl Iterator<Item = (&'a str, Place, u32)>,
        others: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut vocabulary = Self {
            slots: Box::new([0; Syllable::COUNT]),
            shares: Vec::new(),
            others: HashSet::new(),
            unmarked: HashSet::new(),
        };
        let mut totals = [0.0_f32; 3];
        for (word, place, count) in counted {
            vocabulary.note_unmarked(word);
            let Some(reading) = grammar.read(word) else {
                vocabulary.others.insert(small_hash(word));
                continue;
            };
            let slot = &mut vocabulary.slots[reading.syllable.index()];
            if *slot == 0 {
                vocabulary.shares.push([0.0; 3]);
                *slot = u16::try_from(vocabulary.shares.len()).expect("there are fewer syllables than that");
            }
            vocabulary.shares[usize::from(*slot) - 1][place as usize] += count as f32;
            totals[place as usize] += count as f32;
        }
        for shares in &mut vocabulary.shares {
            for (share, total) in shares.iter_mut().zip(totals) {
                *share = (*share / total.max(1.0)).max(1e-12).ln();
            }
            let best = shares.iter().copied().fold(f32::MIN, f32::max);
            for (share, elsewhere) in shares.iter_mut().zip(ELSEWHERE) {
                *share = share.max(best + elsewhere).max(ATTESTED + 0.5);
            }
        }
        for word in others {
            vocabulary.note_unmarked(word);
            if grammar.read(word).is_none_or(|reading| !reading.possible) {
                vocabulary.others.insert(small_hash(word));
            }
        }
        vocabulary
    }

    fn note_unmarked(&mut self, word: &str) {
        let mut bare = String::new();
        unmark(word, &mut bare);
        self.unmarked.insert(hash(&bare));
    }

    /// The logarithm of a syllable's share at a place, if it is a word of this field.
    pub(crate) fn share(&self, syllable: Syllable, place: Place) -> Option<f32> {
        let index = usize::from(self.slots[syllable.index()]).checked_sub(1)?;
        Some(self.shares[index][place as usize])
    }

    /// Whether the syllable is a word of this field anywhere.
    pub fn knows(&self, syllable: Syllable) -> bool {
        self.slots[syllable.index()] != 0
    }

    /// Weighs a cleaned word.
    pub(crate) fn weigh(&self, grammar: &Grammar, word: &str, place: Place) -> Weight {
        let bare = word.trim_matches(|character: char| character.is_ascii_punctuation());
        if bare.is_empty() {
            return Weight { log: NEUTRAL, kind: Kind::Neutral };
        }
        if let Some(weight) = self.weigh_syllable(grammar, bare, place) {
            return weight;
        }
        if bare.contains(['-', ',', '/']) {
            let parts = bare.split(['-', ',', '/']).filter(|part| !part.is_empty());
            return parts.map(|part| self.weigh(grammar, part, place)).fold(
                Weight { log: 0.0, kind: Kind::Known },
                |sum, part| Weight { log: sum.log + part.log, kind: sum.kind.min(part.kind) },
            );
        }
        if self.others.contains(&small_hash(bare)) {
            return Weight { log: ATTESTED, kind: Kind::Attested };
        }
        if self.is_neutral(bare) {
            return Weight { log: NEUTRAL, kind: Kind::Neutral };
        }
        let strange = strangeness(bare);
        let (log, kind) = if strange == 0 { (FOREIGN, Kind::Foreign) } else { (BROKEN, Kind::Broken) };
        Weight { log: log - 2.3 * strange as f32, kind }
    }

    fn weigh_syllable(&self, grammar: &Grammar, word: &str, place: Place) -> Option<Weight> {
        let syllable = grammar.read(word).filter(|reading| reading.possible)?.syllable;
        let (log, kind) = match self.share(syllable, place) {
            Some(share) => (share, Kind::Known),
            None if grammar.is_attested(syllable) => (ATTESTED, Kind::Attested),
            None => (POSSIBLE, Kind::Possible),
        };
        let mixed = if has_mixed_case(word) { -4.6 } else { 0.0 };
        Some(Weight { log: log + mixed, kind })
    }

    /// Initials, numbers, and words of this field typed without marks.
    fn is_neutral(&self, word: &str) -> bool {
        word.chars().nth(1).is_none()
            || word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            || word.contains('.') && word.split('.').all(|part| part.chars().nth(2).is_none())
            || word.is_ascii() && self.unmarked.contains(&hash(&word.to_ascii_uppercase()))
    }
}

fn small_hash(word: &str) -> u64 {
    let mut small = String::with_capacity(word.len());
    word.chars().for_each(|character| push_lower(character, &mut small));
    hash(&small)
}

/// Whether a capital follows a small letter.
fn has_mixed_case(word: &str) -> bool {
    let mut small = false;
    word.chars().any(|character| {
        let capital = character.is_uppercase();
        let mixed = small && capital;
        small = !capital;
        mixed
    })
}

/// How many characters of the word no name has: signs, controls, letters of old alphabets.
fn strangeness(word: &str) -> usize {
    let odd = |character: char| match character {
        'ª' | 'º' | 'µ' | 'Þ' | 'þ' | '\'' | '’' | '.' => !matches!(character, '\'' | '’' | '.'),
        _ => letter(character).is_none() && !character.is_alphabetic(),
    };
    word.chars().filter(|&character| odd(character)).count()
}
