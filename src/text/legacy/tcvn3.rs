//! TCVN3: one byte a letter, but no capitals with a tone.
//!
//! Owns what follows from that: capitals that converters wrote as two letters, and a cell decoded in one pass with
//! the case that its words show.

use super::bytes::{ByteTable, byte_of};
use super::case::{CellCase, settle_case};
use super::look::{HIGH, LOWER, UPPER, look};
use crate::text::letters::code;
use crate::text::{Grammar, Letter, Tone, compose, letter, push_lower, push_upper};

#[derive(Debug)]
pub(super) struct Tcvn3 {
    pub(super) table: ByteTable,
    /// The letters of the bytes, small and in capitals; `\0` where there is none.
    cased: Box<[[char; 256]; 2]>,
    /// Which bytes are capitals of their own.
    is_upper: Box<[bool; 256]>,
    /// The code of the letter without its tone, where a capital may be the first half of a pair, and where a small
    /// letter with a tone may be the second. 0 elsewhere.
    halves: Box<[[u8; 256]; 2]>,
}

impl Tcvn3 {
    pub(super) fn new(legacy: &str) -> Result<Self, String> {
        let table = ByteTable::new(legacy, "tcvn3")?;
        if !table.keeps_ascii {
            return Err("legacy.csv: TCVN3 keeps ASCII".to_owned());
        }
        let mut cased = Box::new([['\0'; 256]; 2]);
        let (mut is_upper, mut halves) = (Box::new([false; 256]), Box::new([[0; 256]; 2]));
        for byte in 0..=u8::MAX {
            let index = usize::from(byte);
            let ascii = Some(char::from(byte)).filter(char::is_ascii_alphabetic);
            let Some(decoded) = table.letter(byte).or(ascii) else { continue };
            cased[0][index] = one(decoded, push_lower);
            cased[1][index] = one(decoded, push_upper);
            is_upper[index] = decoded.is_uppercase();
            if let (Some(parts), Some((code, tone))) = (letter(decoded), code(decoded)) {
                let code = u8::try_from(code).expect("codes have six bits");
                halves[0][index] = if parts.upper { code } else { 0 };
                halves[1][index] = if !parts.upper && tone != Tone::Level { code } else { 0 };
            }
        }
        Ok(Self { table, cased, is_upper, halves })
    }

    /// Appends the word; says no if a character is no letter of TCVN3.
    pub(super) fn decode(
        &self,
        word: impl Iterator<Item = char>,
        grammar: &Grammar,
        out: &mut String,
    ) -> bool {
        let start = out.len();
        let decoded = self.table.decode(word, out);
        if decoded
            && let Some(joined) = join_capitals(&out[start..])
            && !grammar.is_possible(&out[start..])
            && grammar.is_possible(&joined)
        {
            out.truncate(start);
            out.push_str(&joined);
        }
        decoded
    }

    /// Appends a whole cell, each word in the case that it or the cell shows; words that are no text of TCVN3 stay
    /// as they are.
    pub(super) fn decode_cell(&self, text: &str, grammar: &Grammar, out: &mut String) {
        let mut cell = Cell { text, case: None };
        let mut start = 0;
        while start < text.len() {
            let (end, seen) = look(text.as_bytes(), start);
            let (word, before) = (&text[start..end], out.len());
            if seen & HIGH == 0 {
                out.push_str(word);
            } else if let Some(decoded) = self.decode_plain(word, seen, &mut cell, out) {
                if !decoded {
                    out.truncate(before);
                    out.push_str(word);
                }
            } else {
                out.truncate(before);
                self.decode_paired(word, &mut cell, grammar, out);
            }
            if let Some(&separator) = text.as_bytes().get(end) {
                out.push(char::from(separator));
            }
            start = end + 1;
        }
    }

    /// Appends a word in its case; says no if a character is no letter of TCVN3, and nothing if two letters may
    /// be one capital.
    fn decode_plain(&self, word: &str, seen: u8, cell: &mut Cell<'_>, out: &mut String) -> Option<bool> {
        let rest_upper = match seen & (LOWER | UPPER) {
            UPPER => true,
            LOWER => false,
            0 => cell.case() == CellCase::Upper,
            _ => is_rest_upper(word),
        };
        let (mut before, mut first) = (0, true);
        for character in word.chars() {
            let Some(byte) = byte_of(character) else { return Some(false) };
            let index = usize::from(byte);
            if byte < 0x80 {
                out.push(character);
            } else {
                if self.halves[1][index] != 0 && self.halves[1][index] == before {
                    return None;
                }
                let upper = match first {
                    true => self.is_upper[index] || rest_upper || cell.case() != CellCase::Lower,
                    false => rest_upper,
                };
                match self.cased[usize::from(upper)][index] {
                    '\0' => return Some(false),
                    decoded => out.push(decoded),
                }
            }
            (before, first) = (self.halves[0][index], false);
        }
        Some(true)
    }

    /// Appends a word with two letters that may be one capital.
    #[cold]
    fn decode_paired(&self, word: &str, cell: &mut Cell<'_>, grammar: &Grammar, out: &mut String) {
        let (characters, mut decoded): (Vec<char>, _) = (word.chars().collect(), String::new());
        if self.decode(word.chars(), grammar, &mut decoded) {
            settle_case(&characters, cell.case(), &mut decoded);
            out.push_str(&decoded);
        } else {
            out.push_str(word);
        }
    }
}

/// A cell whose case is only looked for when a word does not show its own.
struct Cell<'a> {
    text: &'a str,
    case: Option<CellCase>,
}

impl Cell<'_> {
    fn case(&mut self) -> CellCase {
        *self.case.get_or_insert_with(|| CellCase::of(self.text.chars()))
    }
}

/// Whether most ASCII letters after the first character are capitals.
fn is_rest_upper(word: &str) -> bool {
    let rest = || word.chars().skip(1);
    let upper = rest().filter(char::is_ascii_uppercase).count();
    upper > rest().filter(char::is_ascii_lowercase).count()
}

/// The letter that is written.
fn one(decoded: char, push: fn(char, &mut String)) -> char {
    let mut written = String::new();
    push(decoded, &mut written);
    written.chars().next().unwrap_or(decoded)
}

/// The word with the capitals joined that some converters write to TCVN3 as two letters: the plain capital, then
/// the small toned letter.
///
/// Nothing if the word has no such pair.
fn join_capitals(word: &str) -> Option<String> {
    let pair =
        |pair: &[u8]| matches!(pair[0], b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' | 0x80..) && pair[1] >= 0xC3;
    if !word.as_bytes().windows(2).any(pair) {
        return None;
    }
    let mut out = String::with_capacity(word.len());
    for character in word.chars() {
        let joined =
            out.chars().next_back().and_then(letter).zip(letter(character)).filter(|(capital, toned)| {
                let same = (capital.base, capital.shape) == (toned.base, toned.shape);
                same && capital.upper && !toned.upper && toned.tone != Tone::Level
            });
        match joined {
            Some((_, toned)) => {
                out.pop();
                out.push(compose(Letter { upper: true, ..toned }));
            }
            None => out.push(character),
        }
    }
    (out.len() < word.len()).then_some(out)
}
