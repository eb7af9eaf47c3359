//! Text that was decoded wrongly: Vietnamese in a code page of its own, shown as windows-1252 or Latin-1.
//!
//! Owns the readings of such text, character to character, because extracts hold it already as Unicode. Works
//! on what it is told; which reading a word needs is the business of [`Detector`](super::Detector). Deliberately
//! knows no names. Must see the text before any cleaning: soft hyphens, controls and no-break spaces are
//! letters here.
//! Source: `rules/text/legacy.csv` and `codepages.csv` (see `rules/text/README.md`).

mod bytes;
mod case;
mod entities;
pub(super) mod keys;
mod look;
mod mojibake;
mod rows;
mod tcvn3;
mod vni;

pub(super) use case::{CellCase, is_in_case, settle_case};
pub(super) use keys::Method;

pub use entities::Entities;

use super::Grammar;
use bytes::ByteTable;
use look::{HIGH, look};
use mojibake::CodePages;
use tcvn3::Tcvn3;
use vni::Vni;

/// A way in which Vietnamese text may have been written or spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Encoding {
    /// TCVN 5712:1993 VN3, the ABC fonts of the north. No capitals with a tone.
    Tcvn3,
    /// VNI-Windows of the south: a letter and a mark.
    Vni,
    /// VISCII 1.1 (RFC 1456).
    Viscii,
    /// VPS of the Vietnamese abroad.
    Vps,
    /// Windows-1258: a letter and a combining tone.
    Cp1258,
    /// UTF-8 read as another code page, once or more often.
    Mojibake,
    /// Marks as ASCII signs after the letter: `Nguye^~n`.
    Viqr,
    /// Telex keys: `Nguyeenx`.
    Telex,
    /// VNI keys: `Nguye6n4`.
    VniKeys,
    /// TCVN3 after a change of case, which mixed its letters up.
    Tcvn3Case,
}

impl Encoding {
    /// Every encoding, in the order of the discriminants.
    pub const ALL: [Self; 10] = [
        Self::Tcvn3,
        Self::Vni,
        Self::Viscii,
        Self::Vps,
        Self::Cp1258,
        Self::Mojibake,
        Self::Viqr,
        Self::Telex,
        Self::VniKeys,
        Self::Tcvn3Case,
    ];

    /// The name used on the command line and in rules.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "tcvn3",
            Self::Vni => "vni",
            Self::Viscii => "viscii",
            Self::Vps => "vps",
            Self::Cp1258 => "windows-1258",
            Self::Mojibake => "mojibake",
            Self::Viqr => "viqr",
            Self::Telex => "telex",
            Self::VniKeys => "vni-keys",
            Self::Tcvn3Case => "tcvn3-case",
        }
    }

    /// The encoding with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.name() == name)
    }
}

/// The tables of all encodings, built once.
#[derive(Debug)]
pub struct LegacyTables {
    tcvn3: Tcvn3,
    viscii: ByteTable,
    vps: ByteTable,
    cp1258: ByteTable,
    vni: Vni,
    pages: CodePages,
}

impl LegacyTables {
    /// Builds the tables from the lists, which have a header each.
    ///
    /// # Errors
    /// When a list has a line that cannot be read.
    pub fn new(legacy: &str, codepages: &str) -> Result<Self, String> {
        Ok(Self {
            tcvn3: Tcvn3::new(legacy)?,
            viscii: ByteTable::new(legacy, "viscii")?,
            vps: ByteTable::new(legacy, "vps")?,
            cp1258: ByteTable::new(legacy, "cp1258")?,
            vni: Vni::new(legacy)?,
            pages: CodePages::new(codepages)?,
        })
    }

    /// Writes the text as the encoding reads it (the buffer is cleared first), word by word. Words that the
    /// encoding cannot hold stay as they are.
    pub fn decode(&self, encoding: Encoding, text: &str, grammar: &Grammar, out: &mut String) {
        out.clear();
        // A letter of two bytes in the code page may be one of three.
        out.reserve(text.len() + text.len() / 2);
        match encoding {
            Encoding::Tcvn3 | Encoding::Tcvn3Case => return self.tcvn3.decode_cell(text, grammar, out),
            Encoding::Vni => return self.vni.decode_cell(text, grammar, out),
            _ => {}
        }
        let keeps_ascii = self.keeps_ascii(encoding);
        let mut start = 0;
        while start < text.len() {
            let (end, seen) = look(text.as_bytes(), start);
            let (word, before) = (&text[start..end], out.len());
            let keeps = keeps_ascii && seen & HIGH == 0;
            if keeps || !self.decode_word(encoding, word.chars(), grammar, out) {
                out.truncate(before);
                out.push_str(word);
            }
            if let Some(&separator) = text.as_bytes().get(end) {
                out.push(char::from(separator));
            }
            start = end + 1;
        }
    }

    /// Whether words of ASCII stand for themselves.
    fn keeps_ascii(&self, encoding: Encoding) -> bool {
        match encoding {
            Encoding::Viscii => self.viscii.keeps_ascii,
            Encoding::Vps => self.vps.keeps_ascii,
            Encoding::Cp1258 => self.cp1258.keeps_ascii,
            Encoding::Tcvn3 | Encoding::Tcvn3Case | Encoding::Vni | Encoding::Mojibake => true,
            Encoding::Viqr | Encoding::Telex | Encoding::VniKeys => false,
        }
    }

    /// Appends one word as the encoding reads it; says no, with anything appended, if it cannot be its text.
    /// [`Encoding::Tcvn3Case`] is read as TCVN3: the choice of case is the caller's.
    pub(super) fn decode_word(
        &self,
        encoding: Encoding,
        word: impl Iterator<Item = char> + Clone,
        grammar: &Grammar,
        out: &mut String,
    ) -> bool {
        match encoding {
            Encoding::Tcvn3 | Encoding::Tcvn3Case => self.tcvn3.decode(word, grammar, out),
            Encoding::Vni => self.vni.decode(word, grammar, out),
            Encoding::Viscii => self.viscii.decode(word, out),
            Encoding::Vps => self.vps.decode(word, out),
            Encoding::Cp1258 => self.cp1258.decode(word, out),
            Encoding::Mojibake => self.decode_likeliest(word, grammar, out),
            Encoding::Viqr | Encoding::Telex | Encoding::VniKeys => {
                let method = match encoding {
                    Encoding::Viqr => Method::Viqr,
                    Encoding::Telex => Method::Telex,
                    _ => Method::Vni,
                };
                keys::decode(method, &word.collect::<Vec<_>>(), grammar, out).is_some()
            }
        }
    }

    /// Appends the likeliest of the ways in which the word may be UTF-8 that was read as another code page; the
    /// first among equals.
    fn decode_likeliest(
        &self,
        word: impl Iterator<Item = char> + Clone,
        grammar: &Grammar,
        out: &mut String,
    ) -> bool {
        let start = out.len();
        if !self.pages.decode_first(word.clone(), out) {
            return false;
        }
        if likelihood(&out[start..], grammar) == LIKELIEST {
            return true;
        }
        out.truncate(start);
        let mut readings = Vec::new();
        self.pages.decode(word, &mut readings);
        let best = readings.iter().rev().max_by_key(|reading| likelihood(reading, grammar));
        best.is_some_and(|reading| {
            out.push_str(reading);
            true
        })
    }

    /// Every way in which the word may be UTF-8 that was read as another code page.
    pub(super) fn decode_mojibake(&self, word: &[char], readings: &mut Vec<String>) {
        self.pages.decode(word.iter().copied(), readings);
    }

    /// Reads UTF-8 again that is known to have been read as this code page, word by word; nothing if there is
    /// no such page.
    pub fn reread_utf8(&self, page: &str, text: &str) -> Option<String> {
        self.pages.decode_page(page, text)
    }

    /// UTF-8 with a byte lost, every reading that one put-in byte allows.
    pub(super) fn decode_damaged(&self, word: &[char], readings: &mut Vec<String>) {
        self.pages.decode_damaged(word, readings);
    }

    /// Writes Vietnamese text as the encoding shows it where windows-1252 is expected, for tests and invented
    /// lists; nothing if it has no place for a letter. Mojibake is that of windows-1252.
    pub fn encode(&self, encoding: Encoding, text: &str) -> Option<String> {
        match encoding {
            Encoding::Tcvn3 | Encoding::Tcvn3Case => self.tcvn3.table.encode(text, true),
            Encoding::Vni => self.vni.encode(text),
            Encoding::Viscii => self.viscii.encode(text, false),
            Encoding::Vps => self.vps.encode(text, false),
            Encoding::Cp1258 => self.cp1258.encode(text, false),
            Encoding::Mojibake => self.pages.encode("cp1252", text),
            Encoding::Viqr => Some(keys::encode(Method::Viqr, text)),
            Encoding::Telex => Some(keys::encode(Method::Telex, text)),
            Encoding::VniKeys => Some(keys::encode(Method::Vni, text)),
        }
    }

    /// Writes UTF-8 as a code page shows it.
    pub fn misread_utf8(&self, page: &str, text: &str) -> Option<String> {
        self.pages.encode(page, text)
    }

    /// The names of the code pages in which UTF-8 may have been read.
    pub fn pages(&self) -> impl Iterator<Item = &str> {
        self.pages.names()
    }
}

/// The best [`likelihood`].
const LIKELIEST: u8 = 3;

/// How much a word looks like Vietnamese: dictionary syllable, possible syllable, Vietnamese letters, anything.
fn likelihood(word: &str, grammar: &Grammar) -> u8 {
    match grammar.read(word) {
        Some(reading) if reading.possible => 2 + u8::from(grammar.is_attested(reading.syllable)),
        _ => u8::from(word.chars().all(|character| super::letter(character).is_some())),
    }
}

/// White space that is never a letter. The no-break space and U+0085 are not among it.
pub(super) fn is_separator(character: &char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
pub(super) fn tables() -> LegacyTables {
    LegacyTables::new(
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/text/legacy.csv")),
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/text/codepages.csv")),
    )
    .expect("the lists are whole")
}

#[cfg(test)]
mod tests;
