//! A name packed for comparing: numbers in place of words, so that the hot loop touches no text.
//!
//! Owns the packing and the distance between two packed names, in hundredths of a wrong word: words aligned in
//! order, middle words may be missing, the ends may not. Deliberately knows no frequencies: how much a common
//! name proves is weighed by the caller.

use super::NameBook;
use super::sounds::{SOUND, Sounds, WORD, bare_code};
use crate::text::{CODE_BITS, Syllable, Tone, code};
use unicode_normalization::char::decompose_canonical;

/// One word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Word {
    /// Letters without tone, six bits each, as many as fit.
    letters: u64,
    /// The same without any mark.
    bare: u64,
    /// The syllable, or [`NONE`].
    syllable: u16,
    /// Onset and bare rime, or [`NONE`].
    sound: u16,
    length: u8,
    tone: u8,
    flags: u8,
}

/// No syllable.
const NONE: u16 = u16::MAX;

/// Has a tone, hat, horn, breve or stroke.
const MARKED: u8 = 1;
/// A syllable with its tone mark in place.
const POSSIBLE: u8 = 2;
/// Thị or Văn, the middle names that go missing first.
const LIGHT: u8 = 4;
/// A word of the list of names.
const NAME: u8 = 8;

/// Words of the longest name that is compared word by word.
const WORDS_MAX: usize = 8;

/// Letters that a number holds.
const LETTERS_MAX: u8 = 10;

/// A name, packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PackedName {
    /// Sums over the words, equal for the same words in any order: with marks, without.
    bag: u64,
    bare_bag: u64,
    /// Hashes of all letters, equal wherever the spaces stand: with marks, without.
    joined: u64,
    bare_joined: u64,
    words: [Word; WORDS_MAX],
    count: u8,
    marked: bool,
    long: bool,
}

/// A distance beyond every level.
pub const DISTANCE_MAX: u16 = 999;

/// Marks missing on a whole name: one fact, not one for each word.
const UNMARKED_NAME: u16 = 25;
/// Words glued or split.
const GLUED: u16 = 20;
/// The same words in another order.
const REORDERED: u16 = 30;
/// A middle word missing; Thị or Văn missing.
const GAP: u16 = 58;
const LIGHT_GAP: u16 = 52;
/// An initial for a word.
const INITIAL: u8 = 25;
/// One edit that left no possible syllable, and one in a long word.
const EDIT: u8 = 45;
const EDIT_LONG: u8 = 60;

impl PackedName {
    /// Packs a display form.
    pub fn new(canonical: &str, book: &NameBook) -> Self {
        let mut name = Self::default();
        let words = canonical.split([' ', '.', '-']).filter(|word| !word.is_empty());
        for text in words {
            let word = Word::new(text, book);
            if word.length == 0 {
                continue;
            }
            name.marked |= word.flags & MARKED != 0;
            name.bag = name.bag.wrapping_add(mix(word.identity()));
            name.bare_bag = name.bare_bag.wrapping_add(mix(word.bare));
            name.join(text);
            match name.words.get_mut(usize::from(name.count)) {
                Some(place) => {
                    *place = word;
                    name.count += 1;
                }
                None => name.long = true,
            }
        }
        name
    }

    /// Adds the word's letters to the hashes that know no spaces.
    fn join(&mut self, text: &str) {
        for (letter, tone) in text.chars().filter_map(letter_code) {
            self.joined = mix(self.joined ^ (letter << 3 | tone as u64));
            self.bare_joined = mix(self.bare_joined ^ bare_code(letter));
        }
    }

    fn words(&self) -> &[Word] {
        &self.words[..usize::from(self.count)]
    }
}

impl Word {
    fn new(text: &str, book: &NameBook) -> Self {
        let mut word = Self { syllable: NONE, sound: NONE, ..Self::default() };
        let mut tones = 0;
        for (letter_code, tone) in text.chars().filter_map(letter_code) {
            if tone != Tone::Level {
                word.tone = word.tone.max(tone as u8);
                tones += 1;
            }
            let bare = bare_code(letter_code);
            if tone != Tone::Level || bare != letter_code {
                word.flags |= MARKED;
            }
            if word.length < LETTERS_MAX {
                word.letters = word.letters << CODE_BITS | letter_code;
                word.bare = word.bare << CODE_BITS | bare;
            } else {
                word.letters = mix(word.letters ^ letter_code);
                word.bare = mix(word.bare ^ bare);
            }
            word.length = word.length.saturating_add(1);
        }
        if let Some(reading) = book.detector.grammar().read(text)
            && tones <= 1
        {
            word.syllable = reading.syllable.bits() as u16;
            word.flags |= if reading.possible { POSSIBLE } else { 0 };
            word.flags |= if book.detector.vocabulary().knows(reading.syllable) { NAME } else { 0 };
        }
        if let Some((onset, rime)) = book.sounds.bare(word.bare) {
            word.sound = u16::from(onset) << 8 | u16::from(rime);
        }
        if book.light.contains(&word.bare) {
            word.flags |= LIGHT;
        }
        word
    }

    /// Letters and tone as one number.
    const fn identity(self) -> u64 {
        self.letters ^ (self.tone as u64) << 61
    }

    const fn is(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// The code of a letter and its tone; for a foreign letter that of its base, č as c. Signs have none.
fn letter_code(character: char) -> Option<(u64, Tone)> {
    let mut base = code(character);
    if base.is_some() {
        return base;
    }
    decompose_canonical(character, |part| base = base.or_else(|| code(part)));
    base.or_else(|| character.is_alphanumeric().then_some((34 + u64::from(character) % 29, Tone::Level)))
}

const fn mix(state: u64) -> u64 {
    let mixed = (state ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^ mixed >> 29
}

/// The distance of two names in hundredths of a wrong word: 0 for the same key, up to about 60 for one person
/// badly written. Beyond the limit the answer is [`DISTANCE_MAX`].
pub fn distance(one: &PackedName, other: &PackedName, limit: u16, book: &NameBook) -> u16 {
    let within = |distance: u16| if distance <= limit { distance } else { DISTANCE_MAX };
    if one.bag == other.bag && one.count == other.count && one.words() == other.words() {
        return 0;
    }
    if one.count == 0 || other.count == 0 || one.long || other.long {
        return DISTANCE_MAX;
    }
    let bare = one.marked != other.marked;
    let fee = if bare { UNMARKED_NAME } else { 0 };
    if bare && one.bare_joined == other.bare_joined || one.joined == other.joined {
        let glued = one.count != other.count;
        return within(fee + if glued { GLUED } else { 0 });
    }
    let same_bag = if bare { one.bare_bag == other.bare_bag } else { one.bag == other.bag };
    let best = if same_bag && one.count == other.count { fee + REORDERED } else { DISTANCE_MAX };
    let aligned = |bare: bool, fee: u16| {
        let costs = Costs { sounds: &book.sounds, bare };
        costs.aligned(one.words(), other.words(), limit.saturating_sub(fee)).saturating_add(fee)
    };
    let best = best.min(aligned(false, 0));
    // A name of initials has no marks either, and is not compared without them.
    within(if bare { best.min(aligned(true, fee)) } else { best })
}

/// Word costs in the one way or the other.
struct Costs<'a> {
    sounds: &'a Sounds,
    /// Without marks.
    bare: bool,
}

impl Costs<'_> {
    /// The cheapest alignment that keeps both ends.
    fn aligned(&self, one: &[Word], other: &[Word], limit: u16) -> u16 {
        let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
        let ([first, .., last], [long_first, .., long_last]) = (short, long) else {
            return match (short, long) {
                ([one], [other]) => u16::from(self.word(*one, *other)),
                _ => DISTANCE_MAX,
            };
        };
        // Most pairs of a block end here.
        let ends = u16::from(self.word(*last, *long_last));
        if ends > limit {
            return DISTANCE_MAX;
        }
        let ends = ends + u16::from(self.word(*first, *long_first));
        let missing = (long.len() - short.len()) as u16;
        if ends + missing * LIGHT_GAP > limit {
            return DISTANCE_MAX;
        }
        let (short, long) = (&short[1..short.len() - 1], &long[1..long.len() - 1]);
        ends.saturating_add(self.inner(short, long))
    }

    /// The cheapest alignment of middle words.
    fn inner(&self, short: &[Word], long: &[Word]) -> u16 {
        if let ([one], [other]) = (short, long) {
            return u16::from(self.word(*one, *other));
        }
        let gap = |word: &Word| if word.is(LIGHT) { LIGHT_GAP } else { GAP };
        let mut row = [0_u16; WORDS_MAX];
        for (index, word) in long.iter().enumerate() {
            row[index + 1] = row[index] + gap(word);
        }
        for one in short {
            let mut diagonal = row[0];
            row[0] += gap(one);
            for (index, other) in long.iter().enumerate() {
                let matched = diagonal + u16::from(self.word(*one, *other));
                diagonal = row[index + 1];
                row[index + 1] = matched.min(row[index] + gap(other)).min(diagonal + gap(one));
            }
        }
        row[long.len()]
    }

    /// The cost between two words.
    fn word(&self, one: Word, other: Word) -> u8 {
        if self.bare { self.bare_word(one, other) } else { self.marked_word(one, other) }
    }

    fn marked_word(&self, one: Word, other: Word) -> u8 {
        if one.letters == other.letters && one.tone == other.tone {
            return 0;
        }
        let mut cost = WORD;
        if one.syllable != NONE && other.syllable != NONE {
            cost = self.sounds.cost(syllable(one), syllable(other), one.is(NAME) && other.is(NAME));
        }
        if cost > SOUND && one.bare == other.bare && one.is(MARKED) != other.is(MARKED) {
            return Sounds::unmarked_cost();
        }
        let slip =
            cost >= EDIT && (one.length > 4 && other.length > 4 || !one.is(POSSIBLE) || !other.is(POSSIBLE));
        if slip || one.length == 1 || other.length == 1 {
            cost =
                cost.min(edit_cost(one, other, (one.letters, other.letters), tones_agree(one, other), false));
        }
        cost
    }

    fn bare_word(&self, one: Word, other: Word) -> u8 {
        if one.bare == other.bare {
            return 0;
        }
        let mut cost = WORD;
        if one.sound != NONE && other.sound != NONE {
            let parts = |sound: u16| ((sound >> 8) as u8, sound as u8);
            cost = self.sounds.bare_cost(parts(one.sound), parts(other.sound));
        }
        let edited = one.sound == NONE || other.sound == NONE || one.length > 4 && other.length > 4;
        if cost >= EDIT && edited || one.length == 1 || other.length == 1 {
            cost = cost.min(edit_cost(one, other, (one.bare, other.bare), true, true));
        }
        cost
    }
}

/// Whether the tones are the same, or one was lost with its letter.
const fn tones_agree(one: Word, other: Word) -> bool {
    one.tone == other.tone || one.length != other.length && (one.tone == 0 || other.tone == 0)
}

/// The cost if one word is the other's initial or one edit away, with marks or `bare`.
fn edit_cost(
    one: Word,
    other: Word,
    (letters, other_letters): (u64, u64),
    same_tone: bool,
    bare: bool,
) -> u8 {
    let top = |letters: u64, length: u8| {
        letters >> (CODE_BITS * u32::from(length.min(LETTERS_MAX).saturating_sub(1)))
    };
    if one.length.min(other.length) == 1
        && bare_code(top(letters, one.length)) == bare_code(top(other_letters, other.length))
    {
        return INITIAL;
    }
    let impossible = if bare {
        one.sound == NONE || other.sound == NONE
    } else {
        !one.is(POSSIBLE) || !other.is(POSSIBLE)
    };
    if same_tone && is_one_edit((letters, one.length), (other_letters, other.length)) {
        if impossible { EDIT } else { EDIT_LONG }
    } else if impossible && letters == other_letters {
        // The tone was lost or moved to where it cannot stand.
        EDIT
    } else {
        WORD
    }
}

/// Whether one letter was changed, left out, put in, or exchanged with its neighbour.
fn is_one_edit((one, length): (u64, u8), (other, other_length): (u64, u8)) -> bool {
    let ((short, few), (long, many)) = if length <= other_length {
        ((one, length), (other, other_length))
    } else {
        ((other, other_length), (one, length))
    };
    if many > LETTERS_MAX || many - few > 1 || few < 2 {
        return false;
    }
    let (few, many) = (u32::from(few), u32::from(many));
    let from_end = |letters: u64, count: u32| letters & ((1_u64 << (CODE_BITS * count)) - 1);
    if few == many {
        let differing = short ^ long;
        let start = (63 - differing.leading_zeros()) / CODE_BITS;
        let end = differing.trailing_zeros() / CODE_BITS;
        let letter = |letters: u64, at: u32| letters >> (at * CODE_BITS) & ((1 << CODE_BITS) - 1);
        let exchanged =
            || letter(short, start) == letter(long, end) && letter(short, end) == letter(long, start);
        return start == end || start == end + 1 && exchanged();
    }
    // The letters before some place agree, and those after it with the long word's one further on.
    (0..many).any(|after| {
        from_end(short, after) == from_end(long, after)
            && short >> (CODE_BITS * after) == long >> (CODE_BITS * (after + 1))
    })
}

fn syllable(word: Word) -> Syllable {
    Syllable::from_bits(word.syllable)
}

#[cfg(test)]
mod tests;
