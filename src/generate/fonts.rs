//! Fonts: Vietnamese text as TCVN3, VNI, Telex or doubly encoded UTF-8 would show it.
//!
//! Owns the writing of such text, with the letters of `rules/generate/legacy.csv`. Does not know whose name it is.

use std::collections::BTreeMap;

use anyhow::Result;

use super::letters::Vowel;
use super::places::rows;

/// What windows-1252 shows for the bytes 80 to 9F; the five it leaves open stay control characters.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The letters of the two old code pages, as Latin-1 shows them.
pub(super) struct Fonts {
    letters: BTreeMap<char, [String; 2]>,
}

impl Fonts {
    /// Reads the table.
    pub(super) fn new(text: &str) -> Result<Self> {
        let mut letters = BTreeMap::new();
        for [letter, tcvn3, vni] in rows(text, ["letter", "tcvn3", "vni"])? {
            letters.extend(letter.chars().next().map(|letter| (letter, [tcvn3, vni])));
        }
        Ok(Fonts { letters })
    }

    /// The text in TCVN3; `None` when a letter has no place there or nothing would change.
    pub(super) fn tcvn3(&self, text: &str) -> Option<String> {
        self.convert(text, 0)
    }

    /// The text in VNI.
    pub(super) fn vni(&self, text: &str) -> Option<String> {
        self.convert(text, 1)
    }

    fn convert(&self, text: &str, page: usize) -> Option<String> {
        let mut out = String::new();
        for letter in text.chars() {
            if letter.is_ascii() {
                out.push(letter);
            } else {
                out.push_str(&self.letters.get(&letter)?[page]);
            }
        }
        (out != text).then_some(out)
    }
}

/// UTF-8 read as windows-1252.
pub(super) fn mojibake(text: &str) -> String {
    let show = |byte: u8| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    };
    text.bytes().map(show).collect()
}

/// The keys of the Telex (or VNI) way of typing, left as they were struck.
pub(super) fn keystrokes(text: &str, telex: bool) -> String {
    let words: Vec<String> = text.split(' ').map(|word| word_keys(word, telex)).collect();
    words.join(" ")
}

fn word_keys(word: &str, telex: bool) -> String {
    let mut out = String::new();
    let mut tone = 0;
    for letter in word.chars() {
        let Some(vowel) = Vowel::of(letter) else {
            match letter {
                'đ' => out.push_str(if telex { "dd" } else { "d9" }),
                'Đ' => out.push_str(if telex { "DD" } else { "D9" }),
                _ => out.push(letter),
            }
            continue;
        };
        tone = tone.max(vowel.tone);
        out.push(vowel.plain());
        out.push_str(match (vowel.marked(), telex) {
            ('ă' | 'ơ' | 'ư', true) => "w",
            ('â', true) => "a",
            ('ê', true) => "e",
            ('ô', true) => "o",
            ('ă', false) => "8",
            ('ơ' | 'ư', false) => "7",
            ('â' | 'ê' | 'ô', false) => "6",
            _ => "",
        });
    }
    let keys = if telex { ["", "f", "r", "x", "s", "j"] } else { ["", "2", "3", "4", "1", "5"] };
    out.push_str(keys[tone]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_fonts_show_what_people_know() {
        let fonts = Fonts::new(include_str!("../../rules/generate/legacy.csv")).expect("the table is whole");
        assert_eq!(fonts.tcvn3("Nguyễn Văn").as_deref(), Some("NguyÔn V¨n"));
        assert_eq!(fonts.vni("Nguyễn Văn").as_deref(), Some("Nguyeãn Vaên"));
        assert_eq!(fonts.tcvn3("Hmŏk"), None);
    }

    #[test]
    fn keys_and_double_encoding() {
        assert_eq!(keystrokes("Nguyễn Đức", true), "Nguyeenx DDuwcs");
        assert_eq!(keystrokes("Nguyễn", false), "Nguye6n4");
        assert_eq!(mojibake("Nguyễn"), "Nguyá»…n");
    }
}
