//! General cleaning of a text cell: one Unicode form, no invisible characters, single spaces, one apostrophe.
//!
//! Owns what is safe for every field: nothing that a reader could see is lost. Deliberately knows no field
//! and no legacy encoding; text in TCVN3 or VNI has to be decoded before, since soft hyphens and controls
//! are letters there.
//! Source: normalization form C of Unicode (UAX 15), which holds every Vietnamese letter as one character.

use super::{Letter, Shape, compose, letter};
use crate::record::{Repair, Repairs};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Writes the cleaned text (the buffer is cleared first) and says what was done.
pub fn clean(raw: &str, out: &mut String) -> Repairs {
    out.clear();
    if is_plain(raw.as_bytes()) {
        out.push_str(raw);
        return Repairs::NONE;
    }
    let mut repairs = Repairs::NONE;
    let mut visible = String::with_capacity(raw.len());
    keep_visible(raw, &mut visible, &mut repairs);
    if is_nfc_quick(visible.chars()) != IsNormalized::Yes {
        let composed = with_marks_in_order(visible.nfc().collect());
        if composed != visible {
            repairs.insert(Repair::UnicodeForm);
            visible = composed;
        }
    }
    write_single_spaced(&visible, out, &mut repairs);
    repairs
}

/// What a byte means to the fast path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    /// Nothing to look at: printable ASCII, a continuation, or the first byte of U+00C0 to U+01BF, where
    /// every letter is precomposed and visible.
    Plain,
    Space,
    /// First byte of the block with the toned letters, which has unplain neighbours.
    Toned,
    Other,
}

static BYTES: [Byte; 256] = {
    let mut table = [Byte::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' => Byte::Space,
            b'`' => Byte::Other,
            0x21..=0x7E | 0x80..=0xBF | 0xC3..=0xC6 => Byte::Plain,
            0xE1 => Byte::Toned,
            _ => Byte::Other,
        };
        byte += 1;
    }
    table
};

/// Whether the text is clean already. Says no when in doubt.
///
/// Ten million names of 20 bytes: 200 MB, about 0.2 s on one core.
fn is_plain(bytes: &[u8]) -> bool {
    let mut after_space = true;
    for (index, &byte) in bytes.iter().enumerate() {
        match BYTES[usize::from(byte)] {
            Byte::Plain => after_space = false,
            Byte::Space if !after_space => after_space = true,
            Byte::Toned if matches!(bytes.get(index + 1), Some(0xBA | 0xBB)) => after_space = false,
            _ => return false,
        }
    }
    !after_space
}

/// Copies all but the invisible characters, full-width forms as ASCII.
fn keep_visible(raw: &str, visible: &mut String, repairs: &mut Repairs) {
    for character in raw.chars() {
        if is_invisible(character) {
            repairs.insert(Repair::Invisible);
        } else if let '\u{FF01}'..='\u{FF5E}' = character {
            let narrow = u8::try_from(character as u32 - 0xFEE0).expect("the block mirrors 0x21 to 0x7E");
            visible.push(char::from(narrow));
            repairs.insert(Repair::UnicodeForm);
        } else {
            visible.push(character);
        }
    }
}

/// Characters without any look: width zero, direction marks, variation selectors, controls.
/// Line ends and tabs are white space and part words.
fn is_invisible(character: char) -> bool {
    match character {
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{FEFF}' => true,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => true,
        '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' => true,
        _ => character.is_control() && !character.is_whitespace(),
    }
}

/// The composed text with hats and breves joined that were typed after the tone, where composing leaves them
/// apart: é and a free hat are ế.
fn with_marks_in_order(composed: String) -> String {
    if !composed.contains(['\u{302}', '\u{306}']) {
        return composed;
    }
    let mut out = String::with_capacity(composed.len());
    for character in composed.chars() {
        let shape = match character {
            '\u{302}' => Some(Shape::Hat),
            '\u{306}' => Some(Shape::Breve),
            _ => None,
        };
        let base = out.chars().next_back().and_then(letter).filter(|base| base.shape == Shape::Plain);
        let joined = shape.zip(base).map(|(shape, base)| Letter { shape, ..base });
        match joined.filter(|&joined| letter(compose(joined)) == Some(joined)) {
            Some(joined) => {
                out.pop();
                out.push(compose(joined));
            }
            None => out.push(character),
        }
    }
    out
}

/// Copies with single ASCII spaces, none outside, and one kind of apostrophe.
fn write_single_spaced(text: &str, out: &mut String, repairs: &mut Repairs) {
    let mut characters = text.chars().peekable();
    let mut previous = ' ';
    while let Some(character) = characters.next() {
        let written = if character.is_whitespace() {
            ' '
        } else if is_apostrophe(character, previous, characters.peek().copied()) {
            repairs.insert(Repair::Apostrophe);
            '\''
        } else {
            character
        };
        if written == ' ' && (character != ' ' || previous == ' ') {
            repairs.insert(Repair::Spaces);
        }
        if written != ' ' || previous != ' ' {
            out.push(written);
        }
        previous = written;
    }
    if out.ends_with(' ') {
        out.pop();
        repairs.insert(Repair::Spaces);
    }
}

/// Whether the character stands for an apostrophe. The free accents do so only inside a word.
fn is_apostrophe(character: char, previous: char, next: Option<char>) -> bool {
    match character {
        '’' | '‘' | 'ʼ' | '′' => true,
        '`' | '´' => previous.is_alphabetic() && next.is_some_and(char::is_alphabetic),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(raw: &str) -> (String, Vec<Repair>) {
        let mut out = String::from("left over");
        let repairs = clean(raw, &mut out);
        (out, repairs.iter().collect())
    }

    #[test]
    fn cells_come_clean() {
        let check = |raw: &str, expected: &str, repairs: &[Repair]| {
            assert_eq!(cleaned(raw), (expected.to_owned(), repairs.to_vec()), "{raw:?}");
        };
        check("Nguyễn Văn A", "Nguyễn Văn A", &[]);
        check("Ðinh Čuôr ũ ơ Ư ỹ", "Ðinh Čuôr ũ ơ Ư ỹ", &[]);
        check("  Trần \t Thị\nB ", "Trần Thị B", &[Repair::Spaces]);
        check("Trần\u{A0}Thị", "Trần Thị", &[Repair::Spaces]);
        check("Tra\u{302}\u{300}n", "Trần", &[Repair::UnicodeForm]);
        check("Tra\u{302}\u{200B}\u{300}n", "Trần", &[Repair::Invisible, Repair::UnicodeForm]);
        check("Nguye\u{303}\u{302}n Va\u{301}\u{306}n", "Nguyễn Vắn", &[Repair::UnicodeForm]);
        check("０７９", "079", &[Repair::UnicodeForm]);
        check("\u{FEFF}Lê\u{AD} \u{1}B", "Lê B", &[Repair::Invisible]);
        check("H’Mông H`Linh K´Tét", "H'Mông H'Linh K'Tét", &[Repair::Apostrophe]);
        check("`A ´ B´", "`A ´ B´", &[]);
        check("", "", &[]);
        check(" \u{3000}\u{200B}", "", &[Repair::Spaces, Repair::Invisible]);
        check("Ḁ ẞ", "Ḁ ẞ", &[]);
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        let check = |raw: &str| {
            let (once, _) = cleaned(raw);
            assert_eq!(cleaned(&once), (once.clone(), vec![]), "{raw:?}");
        };
        for character in char::MIN..='\u{FFFF}' {
            check(&format!("a{character}\u{301}´ {character}b"));
        }
        check("a´\u{200B}´b ` ´c");
        check("\u{1FEF}a\u{1FEF}b\u{1FFD}");
    }

    /// The fast path may only skip what the slow path would leave alone.
    #[test]
    fn plain_means_unchanged() {
        for character in char::MIN..=char::MAX {
            let raw = format!("a{character}b{character}");
            if is_plain(raw.as_bytes()) {
                let (mut visible, mut repairs) = (String::new(), Repairs::NONE);
                keep_visible(&raw, &mut visible, &mut repairs);
                assert!(
                    visible == raw && visible.nfc().eq(raw.chars()) && repairs.is_empty(),
                    "{character:?}"
                );
            }
        }
    }
}
