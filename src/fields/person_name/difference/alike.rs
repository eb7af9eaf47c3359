//! Whether two texts are equal in some form, found out without writing the forms.
//!
//! Owns the short ways. Deliberately falls back to the forms where a character is no Vietnamese letter and no ASCII,
//! since such a character may become several or none.

use crate::fields::person_name::words::Form;
use crate::text::{self, letter};

/// Whether the texts are equal in capitals without spaces.
pub(super) fn without_spaces(a: &str, b: &str) -> bool {
    let solid = |text| str::chars(text).filter(|&character| character != ' ');
    let (mut one, mut other) = (solid(a), solid(b));
    loop {
        match (one.next(), other.next()) {
            (Some(one), Some(other)) if one == other => {}
            (Some(one), Some(other)) if is_simple(one) && is_simple(other) => {
                if capital(one) != capital(other) {
                    return false;
                }
            }
            (None, None) => return true,
            (Some(rest), None) | (None, Some(rest)) if is_simple(rest) => return false,
            _ => return capitals(a) == capitals(b),
        }
    }
}

/// Whether the texts are equal without marks, their spaces counting.
pub(super) fn unmarked(a: &str, b: &str) -> bool {
    let (mut one, mut other) = (a.chars(), b.chars());
    loop {
        match (one.next().map(base), other.next().map(base)) {
            (Some(Some(one)), Some(Some(other))) => {
                if one != other {
                    return false;
                }
            }
            (None, None) => return true,
            (Some(Some(_)), None) | (None, Some(Some(_))) => return false,
            _ => return Form::Unmarked.of(a) == Form::Unmarked.of(b),
        }
    }
}

/// Whether two words have different letters in one place whatever their marks, so that no form makes them equal, with
/// i and y made equal or not.
pub(super) fn surely_differ(one: &str, other: &str) -> bool {
    let folded = |letter| if letter == b'Y' { b'I' } else { letter };
    for (one, other) in one.chars().zip(other.chars()) {
        match (base(one).map(folded), base(other).map(folded)) {
            (Some(one), Some(other)) if one == other => {}
            // A digit may stand for a tone in a form.
            (Some(one), Some(other)) => return one.is_ascii_alphabetic() && other.is_ascii_alphabetic(),
            _ => return false,
        }
    }
    false
}

/// Whether the character has one capital and one letter without marks.
pub(super) fn is_simple(character: char) -> bool {
    base(character).is_some()
}

/// The capital without marks of a simple character.
#[inline]
fn base(character: char) -> Option<u8> {
    match u8::try_from(character) {
        Ok(byte) if byte.is_ascii() => Some(byte.to_ascii_uppercase()),
        _ => letter(character).map(|letter| letter.base.to_ascii_uppercase()),
    }
}

/// The capital of a simple character.
fn capital(character: char) -> char {
    match letter(character) {
        Some(letter) => text::compose(text::Letter { upper: true, ..letter }),
        None => character.to_ascii_uppercase(),
    }
}

/// Capitals without spaces.
fn capitals(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    name.chars()
        .filter(|&character| character != ' ')
        .for_each(|character| text::push_upper(character, &mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::person_name::words::fold_i_y;

    #[test]
    fn short_ways_say_what_the_forms_say() {
        let texts = [
            "", " ", "A", "a ", "Á", "à", "A4", "AB", "ab", "áb", "ß", "SS", "ss", "ŉ", "N", "a\u{301}",
            "\u{301}", "İ", "i", "ﬁ", "đ", "D", "Đ A", "đa", "D a", "𝒜", "Č", "c", "ᾳ", "ΑΙ", "H'M", "h'm",
            "H.",
        ];
        for one in texts {
            for other in texts {
                assert_eq!(without_spaces(one, other), capitals(one) == capitals(other), "{one} {other}");
                let forms = |form: Form| form.of(one) == form.of(other);
                assert_eq!(unmarked(one, other), forms(Form::Unmarked), "{one} {other}");
                let folded = |form: Form| fold_i_y(&form.of(one)) == fold_i_y(&form.of(other));
                let equal =
                    [Form::Marked, Form::Unmarked].into_iter().any(|form| forms(form) || folded(form));
                assert!(!(equal && surely_differ(one, other)), "{one} {other}");
            }
        }
    }

    #[test]
    fn capitals_of_simple_characters_are_those_of_texts() {
        for character in (0..0x3000).filter_map(char::from_u32).filter(|&character| is_simple(character)) {
            let (mut upper, mut bare) = (String::new(), String::new());
            text::push_upper(character, &mut upper);
            text::unmark(&character.to_string().to_uppercase(), &mut bare);
            assert_eq!(upper, capital(character).to_string());
            assert_eq!(base(character).map(char::from).map(String::from), Some(bare));
        }
    }
}
