//! Code pages with one byte a letter: TCVN3, VISCII, VPS, windows-1258.
//!
//! Owns the way from a character back to the byte it was read from, and the tables of these code pages.

use crate::text::{Tone, compose, letter};

#[derive(Debug)]
pub(super) struct ByteTable {
    /// The letter of each byte; 0 where there is none or the byte is its own ASCII character.
    letters: Box<[u16; 256]>,
    /// Whether every ASCII character is itself. In VISCII and VPS some controls are letters.
    pub(super) keeps_ascii: bool,
}

impl ByteTable {
    /// The rows of one encoding that have a single byte.
    pub(super) fn new(legacy: &str, encoding: &str) -> Result<Self, String> {
        let mut letters = Box::new([0; 256]);
        for (bytes, letter) in rows(legacy, encoding)? {
            if let [byte] = bytes[..] {
                letters[usize::from(byte)] = letter as u16;
            }
        }
        let keeps_ascii = letters[..0x80].iter().all(|&letter| letter == 0);
        Ok(Self { letters, keeps_ascii })
    }

    /// The letter of a byte beyond ASCII, if it has one.
    pub(super) fn letter(&self, byte: u8) -> Option<char> {
        char::from_u32(u32::from(self.letters[usize::from(byte)])).filter(|&decoded| decoded != '\0')
    }

    /// Appends the word; says no if a character is not of this code page.
    pub(super) fn decode(&self, word: impl Iterator<Item = char>, out: &mut String) -> bool {
        for character in word {
            let Some(byte) = byte_of(character) else { return false };
            match char::from_u32(u32::from(self.letters[usize::from(byte)])) {
                Some(decoded) if ('\u{300}'..='\u{36F}').contains(&decoded) => push_joined(decoded, out),
                Some(decoded) if decoded != '\0' => out.push(decoded),
                _ if character.is_ascii() => out.push(character),
                _ => return false,
            }
        }
        true
    }

    /// The text as windows-1252 shows it. A missing capital is written with its small letter if that is `lossy`.
    pub(super) fn encode(&self, text: &str, lossy: bool) -> Option<String> {
        let mut out = String::new();
        let byte = |wanted: char| self.letters.iter().position(|&known| u32::from(known) == wanted as u32);
        for character in text.chars() {
            if character.is_ascii() {
                out.push(character);
                continue;
            }
            let small = || character.to_lowercase().next().and_then(byte);
            if let Some(found) = byte(character).or_else(|| if lossy { small() } else { None }) {
                out.push(shown(u8::try_from(found).ok()?));
            } else {
                // Windows-1258 has no place for most tones: a letter and a combining tone.
                let letter = letter(character)?;
                let bare = compose(letter.with_tone(Tone::Level));
                let bare = if bare.is_ascii() { bare } else { shown(u8::try_from(byte(bare)?).ok()?) };
                out.extend([bare, shown(u8::try_from(byte(combining(letter.tone)?)?).ok()?)]);
            }
        }
        Some(out)
    }
}

/// Appends a letter; a combining tone goes to the letter before.
fn push_joined(decoded: char, out: &mut String) {
    let toned = tone_of(decoded).and_then(|tone| {
        let base = letter(out.chars().next_back()?)?;
        (base.is_vowel() && base.tone == Tone::Level).then(|| compose(base.with_tone(tone)))
    });
    if toned.is_some() {
        out.pop();
    }
    out.push(toned.unwrap_or(decoded));
}

/// The tone of a combining mark.
pub(crate) const fn tone_of(mark: char) -> Option<Tone> {
    Some(match mark {
        '\u{300}' => Tone::Grave,
        '\u{301}' => Tone::Acute,
        '\u{303}' => Tone::Tilde,
        '\u{309}' => Tone::Hook,
        '\u{323}' => Tone::Dot,
        _ => return None,
    })
}

const fn combining(tone: Tone) -> Option<char> {
    Some(match tone {
        Tone::Level => return None,
        Tone::Grave => '\u{300}',
        Tone::Acute => '\u{301}',
        Tone::Tilde => '\u{303}',
        Tone::Hook => '\u{309}',
        Tone::Dot => '\u{323}',
    })
}

/// The rows of one encoding: bytes and letter.
pub(super) fn rows(legacy: &str, encoding: &str) -> Result<Vec<(Vec<u8>, char)>, String> {
    let mut rows = Vec::new();
    for line in legacy.lines().skip(1) {
        let row = || -> Option<(&str, Vec<u8>, char)> {
            let [name, bytes, letter] = crate::text::columns(line)?;
            let pairs = bytes.as_bytes().as_chunks::<2>().0;
            let bytes = pairs
                .iter()
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
                .collect::<Option<_>>()?;
            Some((name, bytes, char::from_u32(u32::from_str_radix(letter, 16).ok()?)?))
        };
        let (name, bytes, letter) = row().ok_or_else(|| format!("legacy.csv: cannot read `{line}`"))?;
        if name == encoding {
            rows.push((bytes, letter));
        }
    }
    if rows.is_empty() {
        return Err(format!("legacy.csv: no rows for `{encoding}`"));
    }
    Ok(rows)
}

/// What windows-1252 shows for the bytes 80 to 9F. The five it leaves open stay controls, as in Latin-1.
const SHOWN: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The character that windows-1252 shows for a byte.
pub(super) const fn shown(byte: u8) -> char {
    match byte {
        0x80..=0x9F => SHOWN[byte as usize - 0x80],
        _ => byte as char,
    }
}

/// One more than the last character of [`SHOWN`], ™.
const BYTES_SIZE: usize = 0x2123;

/// The byte of each character beyond ASCII; 0 where there is none.
static BYTES: [u8; BYTES_SIZE] = {
    let mut table = [0; BYTES_SIZE];
    let mut byte = 0x80;
    while byte < 0x100 {
        table[byte] = byte as u8;
        table[shown(byte as u8) as usize] = byte as u8;
        byte += 1;
    }
    // The capital of µ, which is à in TCVN3, is a Greek letter.
    table[0x39C] = 0xB5;
    table
};

/// The byte that windows-1252 or Latin-1 shows as this character.
#[inline]
pub(super) fn byte_of(character: char) -> Option<u8> {
    match character as usize {
        code @ 0..=0x7F => u8::try_from(code).ok(),
        code => BYTES.get(code).copied().filter(|&byte| byte != 0),
    }
}
