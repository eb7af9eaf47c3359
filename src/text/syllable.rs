//! The grammar of Vietnamese syllables: onset, rime, tone, and a packed form of the three.
//!
//! Owns what is a possible syllable, where its tone mark may stand, and which syllables dictionaries attest.
//! Deliberately knows no names. The lists of onsets, rimes and attested syllables are handed in as text.
//! Source: `rules/text/onsets.csv`, `rimes.csv`, `attested.csv` (see `rules/text/README.md`).

use super::letters::{CODE_BITS, code, glyph};
use super::{Tone, compose, letter};
use std::collections::HashSet;

/// One syllable in a number: onset, rime and tone. Spelling styles (hòa, hoà) are one syllable; i and y
/// (lý, lí) are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Syllable(u32);

impl Syllable {
    /// How many different numbers there may be; [`Syllable::index`] is below.
    pub const COUNT: usize = 1 << 16;

    /// The syllable of these parts, which need not be possible together.
    pub const fn of(onset: u8, rime: u8, tone: Tone) -> Self {
        Self((onset as u32) << 11 | (rime as u32) << 3 | tone as u32)
    }

    /// The syllable with these bits, which came from [`Syllable::bits`].
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits as u32)
    }

    /// The place of the onset in the list of onsets.
    pub const fn onset(self) -> u8 {
        (self.0 >> 11) as u8
    }

    /// The place of the rime in the list of rimes.
    pub const fn rime(self) -> u8 {
        (self.0 >> 3) as u8
    }

    /// The tone.
    pub const fn tone(self) -> Tone {
        let tone = (self.0 & 7) as usize;
        if tone < Tone::ALL.len() { Tone::ALL[tone] } else { Tone::Level }
    }

    /// The same syllable in another tone.
    #[must_use]
    pub const fn with_tone(self, tone: Tone) -> Self {
        Self(self.0 & !7 | tone as u32)
    }

    /// The packed number, for tables.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The packed number.
    pub const fn bits(self) -> u32 {
        self.0
    }
}

/// A word read as a syllable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The syllable.
    pub syllable: Syllable,
    /// Whether the tone mark stands where one of the two styles puts it, and the rime takes the tone.
    pub possible: bool,
}

/// Letters of the longest syllable, nghiêng.
const LONGEST: usize = 7;

/// The lists, ready for looking up.
#[derive(Debug)]
pub struct Grammar {
    /// Open hash table: letters without tone (42 bits), onset (8), rime (8), taken (1).
    slots: Box<[u64; SLOTS]>,
    onsets: Vec<Box<str>>,
    rimes: Vec<Rime>,
    attested: Box<[u64; Syllable::COUNT / 64]>,
}

#[derive(Debug)]
struct Rime {
    letters: Box<str>,
    /// Where the tone mark may stand, counted from 0: older style, newer style.
    places: [u8; 2],
    /// Ends in c, ch, p or t and takes sắc and nặng only.
    stopped: bool,
}

const SLOTS: usize = 1 << 13;
const TAKEN: u64 = 1;

impl Grammar {
    /// Builds the tables from the lists, which have a header each.
    ///
    /// # Errors
    /// When a list has a line that cannot be read.
    pub fn new(onsets: &str, rimes: &str, attested: &str) -> Result<Self, String> {
        let mut grammar = Self {
            slots: Box::new([0; SLOTS]),
            onsets: onsets.lines().skip(1).map(|line| line.trim_start_matches('-').into()).collect(),
            rimes: Vec::new(),
            attested: Box::new([0; Syllable::COUNT / 64]),
        };
        if grammar.onsets.len() > 31 {
            return Err("onsets.csv: there are at most 31 onsets".to_owned());
        }
        for line in rimes.lines().skip(1) {
            grammar.add_rime(line).ok_or_else(|| format!("rimes.csv: cannot read `{line}`"))?;
        }
        for word in attested.lines().skip(1) {
            let reading = grammar.read(word).filter(|reading| reading.possible);
            let index =
                reading.ok_or_else(|| format!("attested.csv: `{word}` is no syllable"))?.syllable.index();
            grammar.attested[index / 64] |= 1 << (index % 64);
        }
        Ok(grammar)
    }

    fn add_rime(&mut self, line: &str) -> Option<()> {
        let [letters, old, new, stopped, onsets] = super::columns(line)?;
        let number = u8::try_from(self.rimes.len()).ok()?;
        let place = |text: &str| text.parse::<u8>().ok()?.checked_sub(1);
        self.rimes.push(Rime {
            letters: letters.into(),
            places: [place(old)?, place(new)?],
            stopped: stopped == "1",
        });
        for onset in onsets.split(' ') {
            let onset = onset.trim_start_matches('-');
            let index = self.onsets.iter().position(|known| **known == *onset)?;
            self.enter(key_of(onset.chars().chain(letters.chars()))?, u8::try_from(index).ok()?, number);
        }
        Some(())
    }

    fn enter(&mut self, key: u64, onset: u8, rime: u8) {
        let mut slot = slot_of(key);
        while self.slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        self.slots[slot] = key << 17 | u64::from(onset) << 9 | u64::from(rime) << 1 | TAKEN;
    }

    /// The onset and the rime of letters without tone.
    fn find(&self, key: u64) -> Option<(u8, u8)> {
        let mut slot = slot_of(key);
        while self.slots[slot] != 0 {
            let entry = self.slots[slot];
            if entry >> 17 == key {
                return Some(((entry >> 9) as u8, (entry >> 1) as u8));
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }

    /// Reads a word in any case. Nothing if its letters, tone aside, are no onset and rime.
    pub fn read(&self, word: &str) -> Option<Reading> {
        self.read_letters(word.chars())
    }

    /// The same for characters.
    pub fn read_letters(&self, word: impl Iterator<Item = char>) -> Option<Reading> {
        let (mut key, mut length, mut tone, mut place, mut tones) = (0, 0, Tone::Level, 0, 0);
        for character in word {
            let (letter_code, letter_tone) = code(character)?;
            if length == LONGEST {
                return None;
            }
            key = key << CODE_BITS | letter_code;
            if letter_tone != Tone::Level {
                (tone, place) = (letter_tone, length);
                tones += 1;
            }
            length += 1;
        }
        let (onset, rime) = self.find(key)?;
        (tones <= 1).then(|| {
            let syllable = Syllable::of(onset, rime, tone);
            let onset = code_length(&self.onsets[usize::from(onset)]);
            let rime = &self.rimes[usize::from(rime)];
            let placed = tones == 0 || rime.places.iter().any(|&p| onset + usize::from(p) == place);
            Reading { syllable, possible: placed && rime.takes(tone) }
        })
    }

    /// Whether the word is a possible syllable with its tone mark in place.
    pub fn is_possible(&self, word: &str) -> bool {
        self.read(word).is_some_and(|reading| reading.possible)
    }

    /// Whether a dictionary has the syllable.
    pub fn is_attested(&self, syllable: Syllable) -> bool {
        self.attested[syllable.index() / 64] & 1 << (syllable.index() % 64) != 0
    }

    /// Appends the syllable in small letters, in the older style (hòa) or the newer (hoà).
    pub fn write(&self, syllable: Syllable, newer: bool, out: &mut String) {
        out.push_str(&self.onsets[usize::from(syllable.onset())]);
        let rime = &self.rimes[usize::from(syllable.rime())];
        let place = usize::from(rime.places[usize::from(newer)]);
        for (index, character) in rime.letters.chars().enumerate() {
            match letter(character) {
                Some(letter) if index == place => out.push(compose(letter.with_tone(syllable.tone()))),
                _ => out.push(character),
            }
        }
    }

    /// The onsets in the order of their numbers.
    pub fn onsets(&self) -> impl Iterator<Item = &str> {
        self.onsets.iter().map(|onset| &**onset)
    }

    /// The rimes in the order of their numbers.
    pub fn rimes(&self) -> impl Iterator<Item = &str> {
        self.rimes.iter().map(|rime| &*rime.letters)
    }

    /// Every possible syllable.
    pub fn possible(&self) -> impl Iterator<Item = Syllable> {
        let known = self.slots.iter().filter(|&&entry| entry != 0);
        known.flat_map(move |&entry| {
            let (onset, rime) = ((entry >> 9) as u8, (entry >> 1) as u8);
            Tone::ALL
                .into_iter()
                .filter(move |&tone| self.rimes[usize::from(rime)].takes(tone))
                .map(move |tone| Syllable::of(onset, rime, tone))
        })
    }

    /// Possible syllables one letter or tone away from a word that is none (`Ngyễn` gives nguyễn): a dictionary
    /// has them, and they are sorted.
    pub fn proposals(&self, word: &str) -> Vec<String> {
        let mut small = String::with_capacity(word.len());
        word.chars().for_each(|character| super::push_lower(character, &mut small));
        let letters: Vec<char> = small.chars().collect();
        if letters.len() > LONGEST + 1 || self.is_possible(&small) {
            return Vec::new();
        }
        let mut found = HashSet::new();
        let mut propose = |changed: &[char]| {
            if let Some(reading) = self.read_letters(changed.iter().copied())
                && self.is_attested(reading.syllable)
            {
                let mut written = String::new();
                self.write(reading.syllable, false, &mut written);
                found.insert(written);
            }
        };
        propose(&letters);
        for changed in neighbours(&letters) {
            propose(&changed);
        }
        let mut proposals: Vec<_> = found.into_iter().collect();
        proposals.sort_unstable();
        proposals
    }
}

impl Rime {
    const fn takes(&self, tone: Tone) -> bool {
        !self.stopped || matches!(tone, Tone::Acute | Tone::Dot)
    }
}

/// All words one edit away: a letter left out, changed, put in, or exchanged with the next.
fn neighbours(letters: &[char]) -> Vec<Vec<char>> {
    let alphabet: Vec<char> = (1..64).filter_map(glyph).collect();
    let toned = |base: char| {
        let tones = Tone::ALL.into_iter();
        tones.filter_map(move |tone| letter(base).map(|letter| compose(letter.with_tone(tone))))
    };
    let all: HashSet<char> = alphabet.iter().flat_map(|&base| toned(base)).collect();
    let mut words = Vec::new();
    for place in 0..=letters.len() {
        let (before, after) = letters.split_at(place);
        for &new in &all {
            words.push([before, &[new], after].concat());
            if let [_, rest @ ..] = after {
                words.push([before, &[new], rest].concat());
            }
        }
        if let [_, rest @ ..] = after {
            words.push([before, rest].concat());
        }
        if let [one, two, rest @ ..] = after {
            words.push([before, &[*two, *one], rest].concat());
        }
    }
    words
}

/// The letters of an onset: đ is one letter of two bytes.
fn code_length(onset: &str) -> usize {
    onset.len() - usize::from(onset == "đ")
}

/// The letters as one number, tones left out.
fn key_of(letters: impl Iterator<Item = char>) -> Option<u64> {
    let mut key = 0;
    for character in letters {
        key = key << CODE_BITS | code(character)?.0;
    }
    Some(key)
}

const fn slot_of(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 51) as usize % SLOTS
}

#[cfg(test)]
pub(super) fn grammar() -> Grammar {
    Grammar::new(
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/text/onsets.csv")),
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/text/rimes.csv")),
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/text/attested.csv")),
    )
    .expect("the lists are whole")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_the_published_one() {
        let grammar = grammar();
        let all: HashSet<_> = grammar.possible().collect();
        assert_eq!(all.len(), 17_698);
        assert_eq!(grammar.possible().filter(|&syllable| grammar.is_attested(syllable)).count(), 7_562);
    }

    #[test]
    fn writing_and_reading_agree() {
        let grammar = grammar();
        let mut written = String::new();
        for syllable in grammar.possible() {
            for newer in [false, true] {
                written.clear();
                grammar.write(syllable, newer, &mut written);
                let expected = Some(Reading { syllable, possible: true });
                assert_eq!(grammar.read(&written), expected, "{written}");
                assert_eq!(grammar.read(&written.to_uppercase()), expected, "{written}");
            }
        }
    }

    #[test]
    fn words_are_judged() {
        let grammar = grammar();
        for word in ["Nguyễn", "hòa", "hoà", "QUÝ", "gìn", "giếng", "đỗ", "Ỷ", "thuở", "nghiêng", "a"]
        {
            assert!(grammar.is_possible(word), "{word}");
        }
        for word in ["Ngyễn", "Tòan", "cát́", "kà", "ghà", "bàt", "Niê", "Nguyen", "", "Êban", "quuyệt", "bac"]
        {
            assert!(!grammar.is_possible(word), "{word}");
        }
        let misplaced = grammar.read("Tòan").expect("its letters are toan");
        assert!(!misplaced.possible);
        assert_eq!(Some(misplaced.syllable), grammar.read("toàn").map(|reading| reading.syllable));
    }

    #[test]
    fn slips_get_proposals() {
        let grammar = grammar();
        let check = |word, expected: &str| {
            assert!(grammar.proposals(word).iter().any(|proposal| proposal == expected), "{word}");
        };
        check("Ngyễn", "nguyễn");
        check("Tòan", "toàn");
        check("Phượg", "phượng");
        assert!(grammar.proposals("Nguyễn").is_empty());
    }
}
