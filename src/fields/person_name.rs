//! A person's full name as the registers write it.
//!
//! Owns the display form, which only loses what nobody meant to write (see [`parse`]), the keys under which
//! names are the same, and the named kinds of difference. Deliberately knows no list of family or given
//! names, and never changes case, tone style, i/y, dialect, order or spelling on display: Lý and Lí, Hoàng
//! and Huỳnh are different registered names.
//! Source: look-alikes, apostrophes and their rates from the project's survey of public name lists.

mod difference;
mod look_alike;
mod words;

pub use difference::{NameDifference, compare};

use super::empty_words::EmptyWords;
use crate::record::{Defect, Outcome, Repair};
use crate::text;
use std::collections::HashSet;

/// The words that reading and comparing names needs.
pub struct NameWords {
    placeholders: EmptyWords,
    /// Pairs of spellings of one name by region, both ways round, in the form of `words::Form`.
    dialect: HashSet<(String, String)>,
}

impl NameWords {
    /// The tables for these words for "no name" and these pairs (Hoàng, Huỳnh).
    pub fn new<'a>(
        placeholders: impl Iterator<Item = &'a str>,
        dialect: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut pairs = HashSet::new();
        for (one, other) in dialect {
            for form in [words::Form::Marked, words::Form::Unmarked] {
                let (one, other) = (form.of(one), form.of(other));
                pairs.insert((other.clone(), one.clone()));
                pairs.insert((one, other));
            }
        }
        Self { placeholders: EmptyWords::new(placeholders), dialect: pairs }
    }

    /// Whether the two words are one name in two regions.
    fn is_dialect_pair(&self, one: &str, other: &str) -> bool {
        // Short borrowed pairs cannot be looked up without copies; comparing names is no hot path.
        self.dialect.contains(&(one.to_owned(), other.to_owned()))
    }
}

/// Reads one cell and writes the display form: cleaned, Đ for its look-alikes, Latin letters throughout.
pub fn parse(raw: &str, words: &NameWords, out: &mut String) -> Outcome<()> {
    let mut repairs = text::clean(raw, out);
    if out.is_empty() {
        return Outcome::Missing;
    }
    let signs = Signs::of(out.as_bytes());
    if signs.look_alike && look_alike::replace(out) {
        repairs.insert(Repair::LookAlike);
        // A mark that stood after a Cyrillic letter may find its letter now.
        let replaced = std::mem::take(out);
        repairs = repairs.union(text::clean(&replaced, out));
    }
    if words.placeholders.contains(out) {
        Outcome::Defective(Defect::Placeholder)
    } else if signs.lost_letter && has_lost_letter(out) {
        Outcome::Defective(Defect::Destroyed)
    } else if !signs.letter && !out.contains(char::is_alphabetic) {
        Outcome::Defective(Defect::Characters)
    } else {
        Outcome::Value((), repairs)
    }
}

/// What the bytes of a name give away, found in one pass so that common names need no second.
#[derive(Clone, Copy, Default)]
struct Signs {
    /// An ASCII letter.
    letter: bool,
    /// A question mark or the first byte of U+FFFD.
    lost_letter: bool,
    /// The first byte of a Greek or Cyrillic letter, Ɖ or ɖ, or the second of Ð or ð.
    look_alike: bool,
}

impl Signs {
    fn of(bytes: &[u8]) -> Self {
        let mut signs = Self::default();
        for &byte in bytes {
            signs.letter |= byte.is_ascii_alphabetic();
            signs.lost_letter |= matches!(byte, b'?' | 0xEF);
            // 0x90 and 0xB0 are also parts of other letters (Đ among them), which costs a second look.
            signs.look_alike |= matches!(byte, 0xC9 | 0xCE..=0xD1);
        }
        signs.look_alike |= bytes.windows(2).any(|pair| matches!(pair, [0xC3, 0x90 | 0xB0] | [0xC6, 0x89]));
        signs
    }
}

/// Whether a letter of a word was replaced by `?` or U+FFFD. A `?` after the last word is somebody's doubt.
fn has_lost_letter(name: &str) -> bool {
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphabetic);
    name.char_indices().any(|(position, character)| {
        let before = || name[..position].chars().next_back();
        let after = || name[position + character.len_utf8()..].chars().next();
        match character {
            '\u{FFFD}' => true,
            '?' => is_letter(after()) || (is_letter(before()) && after().is_some()),
            _ => false,
        }
    })
}

/// Two hashes of a name, for looking up names that count as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NameKeys {
    /// Equal for names that differ in case and in the place of the tone mark at most.
    pub exact: u64,
    /// Equal also when marks are missing or different.
    pub unmarked: u64,
}

/// The keys of a display form. The buffer only saves allocations.
pub fn keys(canonical: &str, scratch: &mut String) -> NameKeys {
    text::unmark(canonical, scratch);
    let unmarked = text::hash(scratch);
    text::tone_place_upper(canonical, scratch);
    NameKeys { exact: text::hash(scratch), unmarked }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> NameWords {
        NameWords::new(["không có", "-", "x", "test", "NULL"].into_iter(), std::iter::empty())
    }

    fn read(raw: &str) -> (Outcome<()>, String) {
        let mut out = String::from("left over");
        (parse(raw, &words(), &mut out), out)
    }

    #[test]
    fn names_are_displayed() {
        let check = |raw: &str, expected: &str, repairs: &[Repair]| match read(raw) {
            (Outcome::Value((), done), name) => {
                assert_eq!((&*name, done.iter().collect::<Vec<_>>()), (expected, repairs.to_vec()));
                assert_eq!(read(&name).1, name, "twice");
            }
            (other, _) => panic!("{raw}: {other:?}"),
        };
        for name in
            ["Nguyễn Văn A", "LÊ THỊ B", "trần c", "Lý Lí", "Hoà Hòa", "Nguyễn Văn A?", "Y Blô Êban", "A 2"]
        {
            check(name, name, &[]);
        }
        check(" Trần  Thị B", "Trần Thị B", &[Repair::Spaces]);
        check("H’Mông Niê", "H'Mông Niê", &[Repair::Apostrophe]);
        check("Ðinh Văn ðô", "Đinh Văn đô", &[Repair::LookAlike]);
        check("Ɖặng A", "Đặng A", &[Repair::LookAlike]);
        check("Ðinh Čuôr", "Đinh Čuôr", &[Repair::LookAlike]);
        check("Nguyễn Ð. A", "Nguyễn Ð. A", &[]);
        // TCVN3, where Ð is é: left to the decoder.
        check("NguyÔn ThÞ BÐ", "NguyÔn ThÞ BÐ", &[]);
        check("LÊ VĂN ТНÀNH", "LÊ VĂN THÀNH", &[Repair::LookAlike]);
        check("Lê Иван", "Lê Иван", &[]);
    }

    #[test]
    fn what_is_no_name() {
        let check = |raw, defect| assert_eq!(read(raw).0, Outcome::Defective(defect), "{raw}");
        check("Nguy?n V?n A", Defect::Destroyed);
        check("Tr\u{FFFD}n A", Defect::Destroyed);
        check("Th? B", Defect::Destroyed);
        check("?inh A", Defect::Destroyed);
        check("123", Defect::Characters);
        check("***", Defect::Characters);
        check("???", Defect::Characters);
        check("-", Defect::Placeholder);
        check("KHONG CO", Defect::Placeholder);
        check("null", Defect::Placeholder);
        for raw in ["", " ", "\u{A0}\u{200B}"] {
            assert_eq!(read(raw).0, Outcome::Missing);
        }
    }

    #[test]
    fn keys_agree() {
        let mut scratch = String::new();
        let mut check = |one, other, exact, unmarked| {
            let (one, other) = (keys(one, &mut scratch), keys(other, &mut scratch));
            assert_eq!((one.exact == other.exact, one.unmarked == other.unmarked), (exact, unmarked));
        };
        check("Trần Thị Hòa", "TRẦN THỊ HOÀ", true, true);
        check("Lê Thuỷ", "lê thủy", true, true);
        check("Lê Tòan", "Lê Toàn", true, true);
        check("Lê Toán", "Lê Toàn", false, true);
        check("Đặng An", "DANG AN", false, true);
        check("Lê Lý", "Lê Lí", false, false);
        check("Lê An", "An Lê", false, false);
    }
}
