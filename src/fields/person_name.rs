//! A person's full name as the registers write it.
//!
//! Owns the display form, which only loses what nobody meant to write (see [`parse`]), the keys under which
//! names are the same, and the named kinds of difference. Deliberately knows no list of family or given
//! names, and never changes case, tone style, i/y, dialect, order or spelling on display: Lý and Lí, Hoàng
//! and Huỳnh are different registered names.
//! Source: look-alikes, apostrophes and their rates from the project's survey of public name lists.

mod around;
mod book;
mod destroyed;
mod difference;
mod look_alike;
mod words;

pub use around::NameParts;
pub use book::{NameBook, NameTexts};
pub use destroyed::lost_letter_candidates;
pub use difference::{NameDifference, compare};

use super::empty_words::EmptyWords;
use crate::record::{Defect, Outcome, Repair, Repairs};
use crate::text::{self, ColumnPrior};
use destroyed::has_lost_letter;
use std::collections::HashSet;

/// The words that reading and comparing names needs.
pub struct NameWords {
    placeholders: EmptyWords,
    /// Pairs of spellings of one name by region, both ways round, in the form of `words::Form`.
    dialect: HashSet<(String, String)>,
    book: NameBook,
}

impl NameWords {
    /// The tables for these words for "no name", these pairs (Hoàng, Huỳnh) and these lists.
    ///
    /// # Errors
    /// When a list has a line that cannot be read.
    pub fn new<'a>(
        placeholders: impl Iterator<Item = &'a str>,
        dialect: impl Iterator<Item = (&'a str, &'a str)>,
        texts: &NameTexts<'_>,
    ) -> Result<Self, String> {
        let mut pairs = HashSet::new();
        for (one, other) in dialect {
            for form in [words::Form::Marked, words::Form::Unmarked] {
                let (one, other) = (form.of(one), form.of(other));
                pairs.insert((other.clone(), one.clone()));
                pairs.insert((one, other));
            }
        }
        Ok(Self { placeholders: EmptyWords::new(placeholders), dialect: pairs, book: NameBook::new(texts)? })
    }

    /// The lists behind names.
    pub fn book(&self) -> &NameBook {
        &self.book
    }

    /// Whether the text stands for "no name". Names may look like such words but for their marks: Đặng Lâm is no
    /// `đang làm`.
    fn is_placeholder(&self, text: &str) -> bool {
        self.placeholders.contains(text) && !(words::is_marked(text) && self.book.is_name(text))
    }

    /// Whether the two words are one name in two regions.
    fn is_dialect_pair(&self, one: &str, other: &str) -> bool {
        // Short borrowed pairs cannot be looked up without copies; comparing names is no hot path.
        self.dialect.contains(&(one.to_owned(), other.to_owned()))
    }
}

/// Reads one cell and writes the display form: decoded, cleaned, Đ for its look-alikes, Latin letters
/// throughout, without titles and notes.
pub fn parse(raw: &str, words: &NameWords, out: &mut String) -> Outcome<()> {
    parse_in_column(raw, words, &words.book.alone, out)
}

/// The same for a cell of a column whose encodings are known.
pub fn parse_in_column(raw: &str, words: &NameWords, prior: &ColumnPrior, out: &mut String) -> Outcome<()> {
    let glance = words.book.detector.glance(raw);
    let settled =
        !glance.unclean && !glance.encoded && !glance.sign && glance.letter && !may_hold_stroke(raw);
    if settled && prior.trusts_plain() && !words.book.around.may_begin_with_title(raw) {
        out.clear();
        out.push_str(raw);
        return if words.is_placeholder(out) {
            Outcome::Defective(Defect::Placeholder)
        } else {
            Outcome::Value((), Repairs::NONE)
        };
    }
    parse_parts(raw, words, prior, out, &mut NameParts::default())
}

/// Whether one of the look-alikes of Đ may stand in the text: Ð ð Ɖ ɖ, by their bytes.
fn may_hold_stroke(raw: &str) -> bool {
    raw.as_bytes().windows(2).any(|pair| matches!(pair, [0xC3, 0x90 | 0xB0] | [0xC6, 0x89] | [0xC9, 0x96]))
}

/// The same, and what was taken off the name.
pub fn parse_parts(
    raw: &str,
    words: &NameWords,
    prior: &ColumnPrior,
    out: &mut String,
    parts: &mut NameParts,
) -> Outcome<()> {
    let book = &words.book;
    let mut decoded = String::new();
    let mut repairs = if may_be_encoded(raw, words, prior, out) {
        book.detector.recover(raw, prior, &mut decoded).unwrap_or(Repairs::NONE)
    } else {
        Repairs::NONE
    };
    let text = if repairs.is_empty() { raw } else { &decoded };
    repairs = repairs.union(text::clean(text, out));
    if out.is_empty() {
        return Outcome::Missing;
    }
    if text.contains('\n') && book.around.is_two_people(text) {
        return Outcome::Defective(Defect::Ambiguous);
    }
    if out.chars().any(is_look_alike) && look_alike::replace(out) {
        repairs.insert(Repair::LookAlike);
        // A mark that stood after a Cyrillic letter may find its letter now.
        let replaced = std::mem::take(out);
        repairs = repairs.union(text::clean(&replaced, out));
    }
    if words.is_placeholder(out) {
        return Outcome::Defective(Defect::Placeholder);
    }
    if has_lost_letter(out) {
        return Outcome::Defective(Defect::Destroyed);
    }
    repairs = repairs.union(book.around.take_off(out, parts));
    if book.around.is_two_people(out) {
        Outcome::Defective(Defect::Ambiguous)
    } else if !out.contains(char::is_alphabetic) {
        Outcome::Defective(Defect::Characters)
    } else {
        Outcome::Value((), repairs)
    }
}

/// Whether the raw cell may hold text in another encoding. The buffer holds the cleaned text afterwards.
fn may_be_encoded(raw: &str, words: &NameWords, prior: &ColumnPrior, scratch: &mut String) -> bool {
    // Cleaning drops soft hyphens, controls and no-break spaces, which are letters in old encodings.
    let hidden = |character: char| {
        matches!(character, '\u{AD}' | '\u{A0}')
            || character.is_control() && !matches!(character, '\t' | '\n' | '\r')
    };
    // Marks and escapes of VIQR, VNI keys and HTML.
    let marks = |byte: u8| {
        matches!(
            byte,
            b'^' | b'~' | b'+' | b'*' | b'(' | b'?' | b'.' | b'\'' | b'`' | b'&' | b'\\' | b'<' | b'%'
        ) || byte.is_ascii_digit()
    };
    // Signs beyond ASCII: half a letter, more often than not.
    let sign = |character: char| {
        !character.is_ascii()
            && !character.is_alphanumeric()
            && !matches!(character, '\u{200B}'..='\u{200F}' | '\u{300}'..='\u{36F}')
    };
    if !prior.trusts_plain()
        || raw.bytes().any(marks)
        || raw.contains(|character| hidden(character) || sign(character))
    {
        return true;
    }
    text::clean(raw, scratch);
    words.book.detector.glance(scratch).encoded
}

/// A letter that stands for another of the same look: Greek, Cyrillic, and the strokes that are not Đ.
const fn is_look_alike(character: char) -> bool {
    matches!(character, 'Ð' | 'ð' | 'Ɖ' | 'ɖ' | '\u{370}'..='\u{52F}')
}

/// Two hashes of a name, for looking up names that count as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NameKeys {
    /// Equal for names that differ in case and in the place of the tone mark at most.
    pub exact: u64,
    /// Equal also when marks are missing or different.
    pub unmarked: u64,
}

/// [`NameKeys::exact`] alone, for the many names that are compared by it and nothing else.
pub fn exact_key(canonical: &str) -> u64 {
    text::spelled_hash(canonical)
}

/// The keys of a display form. The buffer only saves allocations.
pub fn keys(canonical: &str, scratch: &mut String) -> NameKeys {
    text::unmark(canonical, scratch);
    let unmarked = text::hash(scratch);
    NameKeys { exact: exact_key(canonical), unmarked }
}

#[cfg(test)]
pub(crate) fn texts() -> NameTexts<'static> {
    macro_rules! rules {
        ($name:literal) => {
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $name))
        };
    }
    NameTexts {
        names: rules!("lexicon/names.csv"),
        minority: rules!("lexicon/names_minority.csv"),
        titles: rules!("lexicon/titles.csv"),
        onsets: rules!("text/onsets.csv"),
        rimes: rules!("text/rimes.csv"),
        attested: rules!("text/attested.csv"),
        legacy: rules!("text/legacy.csv"),
        codepages: rules!("text/codepages.csv"),
        entities: rules!("text/entities.csv"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> NameWords {
        NameWords::new(["không có", "-", "x", "test", "NULL"].into_iter(), std::iter::empty(), &texts())
            .expect("the lists are whole")
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
        // TCVN3, where Ð is é.
        check("NguyÔn ThÞ BÐ", "Nguyễn Thị Bé", &[Repair::LegacyFont]);
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
