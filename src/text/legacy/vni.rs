//! VNI-Windows: a letter and a mark of its own width, both in any case.
//!
//! Owns the meaning of the marks, learnt from the table of pairs, so that a mark on the wrong vowel is read
//! too (`Hoøang`).

use super::bytes::{byte_of, rows, shown};
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
            self.singles[usize::from(byte)] = self.single[usize::from(byte)].map(compose);
            let Some((shape, tone)) = self.marks[usize::from(small(byte))] else { continue };
            let mut marked = [None; LETTER_PLACES];
            for (place, base) in letters_by_place().enumerate() {
                marked[place] = base.and_then(|base| add(base, shape, tone)).map(compose);
            }
            let known = self.marked.iter().position(|known| *known == marked);
            let place = known.unwrap_or_else(|| {
                self.marked.push(marked);
                self.marked.len() - 1
            });
            self.mark_places[usize::from(byte)] = u8::try_from(place).expect("there are at most 256 marks");
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
        word: impl Iterator<Item = char>,
        grammar: &Grammar,
        out: &mut String,
    ) -> bool {
        let start = out.len();
        let mut case = Case::default();
        // Kept back until it is sure that no mark follows.
        let mut last: Option<char> = None;
        for character in word {
            let (next, single) = match character {
                '\0'..='\x7F' => (character, false),
                _ => {
                    let Some(byte) = byte_of(character) else { return false };
                    if let Some(letter) = self.singles[usize::from(byte)] {
                        (letter, true)
                    } else if let Some(marked) = last.and_then(|last| self.with_mark(last, byte)) {
                        last = Some(marked);
                        continue;
                    } else {
                        return false;
                    }
                }
            };
            case.note(next, single);
            out.extend(last.replace(next));
        }
        out.extend(last);
        if case.is_unsettled() {
            settle_singles(start, case.unsure, out);
        }
        settle_tone(start, grammar, out);
        true
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

/// The case of the letters of a word.
#[derive(Default)]
struct Case {
    count: u32,
    /// Letters with a code of their own, whose case got lost where the text was changed as a whole; all from the
    /// 64th on are one.
    unsure: u64,
    /// Which cases are among the others after the first, and among the unsure after the first: capitals, small.
    sure: [bool; 2],
    lost: [bool; 2],
}

impl Case {
    fn note(&mut self, character: char, single: bool) {
        if single {
            self.unsure |= 1 << self.count.min(63);
        }
        if self.count > 0 {
            let cases = if single { &mut self.lost } else { &mut self.sure };
            cases[0] |= character.is_uppercase();
            cases[1] |= character.is_lowercase();
        }
        self.count += 1;
    }

    /// Whether a letter may be in another case than the sure ones are.
    fn is_unsettled(&self) -> bool {
        let settled = match self.sure {
            [false, false] => true,
            [true, false] => !self.lost[1],
            [false, true] => !self.lost[0],
            [true, true] => false,
        };
        self.unsure >> 1 != 0 && (!settled || self.count > 63)
    }
}

/// Gives the unsure letters after the first the case of the sure ones.
#[cold]
fn settle_singles(start: usize, unsure: u64, out: &mut String) {
    let is_unsure = |index: usize| unsure & 1 << index.min(63) != 0;
    let sure = out[start..].chars().enumerate().skip(1).filter(|&(index, _)| !is_unsure(index));
    let (upper, lower) = sure.fold((0, 0), |(upper, lower), (_, character)| {
        (upper + u32::from(character.is_uppercase()), lower + u32::from(character.is_lowercase()))
    });
    if upper == lower {
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
