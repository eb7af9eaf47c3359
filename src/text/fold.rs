//! Upper case, title case, the form without marks, and the form in which labels are compared.
//!
//! Owns a fast case rule for the letters of the Vietnamese alphabet; everything else goes the way of the
//! Unicode tables. Deliberately knows no words. All functions clear the buffer they write to.

use super::letter;
use unicode_normalization::char::{decompose_canonical, decompose_compatible, is_combining_mark};

/// Appends the capital of a character.
///
/// The capitals of the Vietnamese letters follow from the code point, which is five times faster than the
/// Unicode tables.
#[inline]
pub fn push_upper(character: char, out: &mut String) {
    let code = character as u32;
    let upper = match code {
        0x61..=0x7A => code - 0x20,
        0..=0x7F => code,
        0xC0..=0xDE => code,
        0xE0..=0xF6 | 0xF8..=0xFE => code - 0x20,
        0x103 | 0x111 | 0x129 | 0x169 | 0x1A1 | 0x1B0 => code - 1,
        0x1EA0..=0x1EF9 => code & !1,
        _ => return out.extend(character.to_uppercase()),
    };
    out.push(char::from_u32(upper).unwrap_or(character));
}

/// Appends the small letter of a character.
#[inline]
pub fn push_lower(character: char, out: &mut String) {
    let code = character as u32;
    let lower = match code {
        0x41..=0x5A => code + 0x20,
        0..=0x7F => code,
        0xC0..=0xD6 | 0xD8..=0xDE => code + 0x20,
        0xDF..=0xFF => code,
        0x102 | 0x110 | 0x128 | 0x168 | 0x1A0 | 0x1AF => code + 1,
        0x1EA0..=0x1EF9 => code | 1,
        _ => return out.extend(character.to_lowercase()),
    };
    out.push(char::from_u32(lower).unwrap_or(character));
}

/// Writes the text in capitals: `Đặng thị ỷ` to `ĐẶNG THỊ Ỷ`.
pub fn upper(text: &str, out: &mut String) {
    out.clear();
    out.reserve(text.len());
    for character in text.chars() {
        push_upper(character, out);
    }
}

/// Writes every word with one capital: `ĐẶNG THỊ H'MÔNG` to `Đặng Thị H'Mông`.
///
/// A letter after an apostrophe, a dash or a dot starts a word too, as in the names of the Central Highlands.
pub fn title(text: &str, out: &mut String) {
    out.clear();
    out.reserve(text.len());
    let mut inside = false;
    for character in text.chars() {
        if inside {
            push_lower(character, out);
        } else {
            push_upper(character, out);
        }
        inside = character.is_alphanumeric() || is_combining_mark(character);
    }
}

/// Writes the text in ASCII capitals without marks: `Đặng Thị Ỷ` to `DANG THI Y`.
///
/// Foreign letters lose their marks too (`Niê Čuôr` to `NIE CUOR`); other scripts stay as capitals.
pub fn unmark(text: &str, out: &mut String) {
    out.clear();
    out.reserve(text.len());
    for character in text.chars() {
        if let Some(letter) = letter(character) {
            out.push(char::from(letter.base.to_ascii_uppercase()));
        } else if character.is_ascii() {
            out.push(character);
        } else {
            push_unmarked(character, out);
        }
    }
}

/// The unmarked form of a character that is no Vietnamese letter.
fn push_unmarked(character: char, out: &mut String) {
    // Marks are dropped before the capital is taken: the capital of the Greek iota below is a letter.
    decompose_canonical(character, |part| {
        if !is_combining_mark(part) {
            for capital in part.to_uppercase() {
                match capital {
                    'Ð' | 'Đ' | 'Ɖ' => out.push('D'),
                    _ => decompose_canonical(capital, |piece| {
                        if !is_combining_mark(piece) {
                            out.push(piece);
                        }
                    }),
                }
            }
        }
    });
}

/// The form in which header words and words for "none" are compared: `Họ và tên:` to `ho va ten`.
///
/// Only a-z, 0-9 and single spaces are left. Words that differ in marks alone become equal (Nam, Năm).
pub fn fold_label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if let Some(letter) = letter(character) {
            out.push(char::from(letter.base));
        } else {
            push_label_part(character, &mut out);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Appends what a label keeps of a character that is no Vietnamese letter.
fn push_label_part(character: char, out: &mut String) {
    decompose_compatible(character, |part| match part {
        'Ð' | 'ð' | 'Ɖ' | 'ɖ' => out.push('d'),
        _ if part.is_ascii_alphanumeric() => out.push(part.to_ascii_lowercase()),
        _ if is_combining_mark(part) || is_joiner(part) => {}
        _ if out.is_empty() || out.ends_with(' ') => {}
        _ => out.push(' '),
    });
}

/// Characters without width, which do not part words.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::compose;

    #[test]
    fn case_follows_unicode_for_every_character() {
        for character in char::MIN..=char::MAX {
            let (mut fast, mut slow) = (String::new(), String::new());
            push_upper(character, &mut fast);
            slow.extend(character.to_uppercase());
            assert_eq!(fast, slow, "upper {character:?}");
            fast.clear();
            slow.clear();
            push_lower(character, &mut fast);
            slow.extend(character.to_lowercase());
            assert_eq!(fast, slow, "lower {character:?}");
        }
    }

    #[test]
    fn words_take_the_case() {
        let check = |raw, expected_upper: &str, expected_title: &str| {
            let mut out = String::from("left over");
            upper(raw, &mut out);
            assert_eq!(out, expected_upper);
            title(raw, &mut out);
            assert_eq!(out, expected_title);
        };
        check("đặng thị ỷ", "ĐẶNG THỊ Ỷ", "Đặng Thị Ỷ");
        check("H'MÔNG NIÊ", "H'MÔNG NIÊ", "H'Mông Niê");
        check("trần-VĂN ă", "TRẦN-VĂN Ă", "Trần-Văn Ă");
        check("", "", "");
    }

    #[test]
    fn marks_go() {
        let check = |raw, expected: &str| {
            let mut out = String::from("left over");
            unmark(raw, &mut out);
            assert_eq!(out, expected);
        };
        check("Nguyễn Thị Ỷ Đào", "NGUYEN THI Y DAO");
        check("Nguye\u{302}\u{303}n", "NGUYEN");
        check("Êñuôl Čư Ðinh", "ENUOL CU DINH");
        check("h'mông-1", "H'MONG-1");
    }

    #[test]
    fn unmarking_twice_changes_nothing() {
        let (mut once, mut twice) = (String::new(), String::new());
        for character in char::MIN..=char::MAX {
            unmark(character.encode_utf8(&mut [0; 4]), &mut once);
            unmark(&once, &mut twice);
            assert_eq!(once, twice, "{character:?}");
        }
    }

    #[test]
    fn folding_forgets_marks_and_nothing_else() {
        for base in b'a'..=b'z' {
            let letter = letter(char::from(base)).expect("a-z are letters");
            let capital = compose(crate::text::Letter { upper: true, ..letter });
            assert_eq!(fold_label(&capital.to_string()), char::from(base).to_string());
        }
    }

    #[test]
    fn labels_fold() {
        let check = |raw, expected: &str| assert_eq!(fold_label(raw), expected);
        check("  Họ và tên: ", "ho va ten");
        check("Số CMND/CCCD (nếu có)", "so cmnd cccd neu co");
        check("#N/A", "n a");
        check("--", "");
        check("Nữ", "nu");
        check("Nam", "nam");
        check("ＣＣＣＤ\u{A0}１２", "cccd 12");
        check("kho\u{302}ng\u{200B}", "khong");
    }
}
