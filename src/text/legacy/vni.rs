//! VNI-Windows: a letter and a mark of its own width, both in any case.
//!
//! Owns the meaning of the marks, learnt from the table of pairs, so that a mark on the wrong vowel is read
//! too (`Hoøang`).

use super::bytes::{byte_of, rows, shown};
use super::is_separator;
use crate::text::letters::{LETTER_PLACES, letter_place, letters_by_place};
use crate::text::tone::tone_would_move;
use crate::text::{Grammar, Letter, Shape, Tone, compose, letter, push_lower, push_upper, tone_place};

#[derive(Debug)]
pub(super) struct Vni {
    /// What the small form of a mark adds to the letter before.
    marks: Box<[Option<(Shape, Tone)>; 256]>,
    /// Letters with a code of their own.
    single: Box<[Option<Letter>; 256]>,
    /// The same, as characters.
    singles: Box<[Option<char>; 256]>,
    /// Which bytes bring a tone.
    toned: Box<[bool; 256]>,
    /// Per mark, the letter with it by the place of the letter without.
    marked: Vec<[Option<char>; LETTER_PLACES]>,
    /// The place of a mark in `marked`, for both its forms; [`NO_MARK`] for other bytes.
    mark_places: Box<[u8; 256]>,
}

/// There are far fewer marks.
const NO_MARK: u8 = u8::MAX;

impl Vni {
    pub(super) fn new(legacy: &str) -> Result<Self, String> {
        let mut vni = Self {
            marks: Box::new([None; 256]),
            single: Box::new([None; 256]),
            singles: Box::new([None; 256]),
            toned: Box::new([false; 256]),
            marked: Vec::new(),
            mark_places: Box::new([NO_MARK; 256]),
        };
        for (bytes, decoded) in rows(legacy, "vni")? {
            let parts = letter(decoded).ok_or_else(|| format!("legacy.csv: {decoded} is no letter"))?;
            match bytes[..] {
                [byte] => vni.single[usize::from(byte)] = Some(parts),
                [base, mark] => {
                    // Pairs on ơ and ư (which are F4 and F6 themselves) add a tone only.
                    let shape = if base.is_ascii() { parts.shape } else { Shape::Plain };
                    vni.marks[usize::from(small(mark))] = Some((shape, parts.tone));
                }
                _ => return Err("legacy.csv: VNI has one or two bytes a letter".to_owned()),
            }
        }
        vni.fill_marked();
        Ok(vni)
    }

    /// Works out what every mark makes of every letter.
    fn fill_marked(&mut self) {
        for byte in 0..=u8::MAX {
            let (index, mark) = (usize::from(byte), self.marks[usize::from(small(byte))]);
            self.singles[index] = self.single[index].map(compose);
            let tones = [self.single[index].map(|letter| letter.tone), mark.map(|(_, tone)| tone)];
            self.toned[index] = tones.iter().flatten().any(|&tone| tone != Tone::Level);
            let Some((shape, tone)) = mark else { continue };
            let mut marked = [None; LETTER_PLACES];
            for (place, base) in letters_by_place().enumerate() {
                marked[place] = base.and_then(|base| add(base, shape, tone)).map(compose);
            }
            let known = self.marked.iter().position(|known| *known == marked);
            let place = known.unwrap_or_else(|| {
                self.marked.push(marked);
                self.marked.len() - 1
            });
            self.mark_places[index] = u8::try_from(place).expect("there are at most 256 marks");
        }
    }

    /// The letter with a mark, if the letter can take it.
    fn with_mark(&self, base: char, mark: u8) -> Option<char> {
        let marked = self.marked.get(usize::from(self.mark_places[usize::from(mark)]))?;
        marked[letter_place(base)?]
    }

    /// Appends the word; says no if a character or a mark has no reading.
    pub(super) fn decode(
        &self,
        mut word: impl Iterator<Item = char>,
        grammar: &Grammar,
        out: &mut String,
    ) -> bool {
        let mut state = Word::new(out);
        let read = word.all(|character| state.take(self, character, out));
        if read {
            state.finish(grammar, out);
        }
        read
    }

    /// Appends a whole cell; words with a character or a mark without a reading stay as they are.
    pub(super) fn decode_cell(&self, text: &str, grammar: &Grammar, out: &mut String) {
        let (mut state, mut read, mut start) = (Word::new(out), true, 0);
        let end_word = |state: &Word, read, shown, out: &mut String| {
            if read {
                state.finish(grammar, out);
            } else {
                out.truncate(state.start);
                out.push_str(shown);
            }
        };
        for (at, character) in text.char_indices() {
            if is_separator(&character) {
                end_word(&state, read, &text[start..at], out);
                out.push(character);
                (state, read, start) = (Word::new(out), true, at + 1);
            } else {
                read = read && state.take(self, character, out);
            }
        }
        end_word(&state, read, &text[start..], out);
    }

    pub(super) fn encode(&self, text: &str) -> Option<String> {
        let single = |wanted: Letter| self.single.iter().position(|&known| known == Some(wanted));
        let mark = |wanted| self.marks.iter().position(|&known| known == Some(wanted));
        let mut out = String::new();
        for character in text.chars() {
            if character.is_ascii() {
                out.push(character);
                continue;
            }
            let parts = letter(character)?;
            if let Some(byte) = single(parts) {
                out.push(shown(u8::try_from(byte).ok()?));
                continue;
            }
            let horned = parts.shape == Shape::Horn;
            let shape = if horned { Shape::Plain } else { parts.shape };
            let byte = u8::try_from(mark((shape, parts.tone))?).ok()?;
            let bare = Letter { shape: if horned { Shape::Horn } else { Shape::Plain }, ..parts };
            let bare = bare.with_tone(Tone::Level);
            out.push(match single(bare) {
                Some(byte) => shown(u8::try_from(byte).ok()?),
                None => compose(bare),
            });
            out.push(shown(if parts.upper { byte - 0x20 } else { byte }));
        }
        Some(out)
    }
}

/// The small form of a mark.
const fn small(byte: u8) -> u8 {
    if byte >= 0xC0 { byte | 0x20 } else { byte }
}

/// The letter with a mark added, if it can take it.
fn add(base: Letter, shape: Shape, tone: Tone) -> Option<Letter> {
    let new_shape = match (base.shape, shape) {
        (kept, Shape::Plain) => kept,
        (Shape::Plain, new) => new,
        _ => return None,
    };
    let new_tone = match (base.tone, tone) {
        (kept, Tone::Level) => kept,
        (Tone::Level, new) => new,
        _ => return None,
    };
    let marked = Letter { shape: new_shape, tone: new_tone, ..base };
    // A shape that the letter never takes would be dropped silently.
    (base.is_vowel() && letter(compose(marked)) == Some(marked)).then_some(marked)
}

/// A word on its way out.
struct Word {
    /// Where it begins in the output.
    start: usize,
    /// The letter that a mark would go to; at the start one that takes none.
    last: char,
    count: u32,
    /// Letters with a code of their own, which may have lost their case; all from the 64th on are one.
    unsure: u64,
    /// Whether there is a tone.
    toned: bool,
    /// Whether the last letter beyond ASCII has both a shape and the tone, so that no place is better.
    firm: bool,
}

impl Word {
    #[inline]
    const fn new(out: &str) -> Self {
        Self { start: out.len(), last: '\0', count: 0, unsure: 0, toned: false, firm: false }
    }

    /// Takes one more character; says no if it has no reading here.
    #[inline(always)]
    fn take(&mut self, vni: &Vni, character: char, out: &mut String) -> bool {
        let mut next = character;
        if !character.is_ascii() {
            let Some(byte) = byte_of(character) else { return false };
            let index = usize::from(byte);
            self.toned |= vni.toned[index];
            if let Some(letter) = vni.singles[index] {
                self.unsure |= 1 << self.count.min(63);
                next = letter;
            } else if let Some(marked) = vni.with_mark(self.last, byte) {
                out.truncate(out.len() - self.last.len_utf8());
                self.count -= 1;
                next = marked;
            } else {
                return false;
            }
            self.firm = is_firm(next);
        }
        out.push(next);
        self.last = next;
        self.count += 1;
        true
    }

    /// Settles what only the whole word tells.
    #[inline]
    fn finish(&self, grammar: &Grammar, out: &mut String) {
        // The first letter is no matter of the others.
        if self.unsure >> 1 != 0 {
            settle_singles(self.start, self.unsure, out);
        }
        if self.toned && !self.firm {
            settle_tone(self.start, grammar, out);
        }
    }
}

/// Whether the letter has a hat, horn or breve and a tone: Ấ to ặ, Ế to ệ, Ố to ợ, Ứ to ự.
const fn is_firm(letter: char) -> bool {
    matches!(letter, '\u{1EA4}'..='\u{1EB7}' | '\u{1EBE}'..='\u{1EC7}' | '\u{1ED0}'..='\u{1EE3}' | '\u{1EE8}'..='\u{1EF1}')
}

/// Gives the unsure letters after the first the case of the sure ones. They have a code of their own, and lost their
/// case where the text was changed as a whole.
fn settle_singles(start: usize, unsure: u64, out: &mut String) {
    let is_unsure = |index: usize| unsure & 1 << index.min(63) != 0;
    let (mut upper, mut lower, mut lost) = (0, 0, [false; 2]);
    for (index, character) in out[start..].chars().enumerate().skip(1) {
        let Some(letter) = letter(character) else { continue };
        if is_unsure(index) {
            lost[usize::from(letter.upper)] = true;
        } else {
            upper += u32::from(letter.upper);
            lower += u32::from(!letter.upper);
        }
    }
    if upper == lower || !lost[usize::from(upper < lower)] {
        return;
    }
    let word = out.split_off(start);
    for (index, character) in word.chars().enumerate() {
        match (index > 0 && is_unsure(index), upper > lower) {
            (true, true) => push_upper(character, out),
            (true, false) => push_lower(character, out),
            (false, _) => out.push(character),
        }
    }
}

/// Moves the tone of the word at the end of the text if only that makes it a syllable.
fn settle_tone(start: usize, grammar: &Grammar, out: &mut String) {
    let word = &out[start..];
    if !tone_would_move(word) {
        return;
    }
    if grammar.read(word).is_some_and(|reading| !reading.possible) {
        let mut placed = String::with_capacity(word.len());
        tone_place(word, &mut placed);
        if grammar.is_possible(&placed) {
            out.truncate(start);
            out.push_str(&placed);
        }
    }
}
