//! Sex as civil registers write it: Nam or Nữ.
//!
//! Owns the two values. Deliberately knows no source's codes: the health standard writes 1 and 2, insurance
//! forms 1 and 0, so the table of codes is an argument.
//! Source: the digit of the personal number, Circular 59/2021/TT-BCA; codes, the health data standard and form
//! D03-TK1.

use super::typed_marks::{strip_float_tail, strip_marks};
use crate::record::{Defect, Outcome, Repair, Repairs};
use crate::text;

/// The sex of a person in the registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

impl Sex {
    /// The sex of a packed value: the number of its place.
    pub const fn from_packed(packed: u8) -> Option<Self> {
        match packed {
            0 => Some(Self::Male),
            1 => Some(Self::Female),
            _ => None,
        }
    }

    /// The canonical word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Male => "Nam",
            Self::Female => "Nữ",
        }
    }

    /// The sex that a cleaned text names with its canonical word, in any case.
    fn from_word(text: &str) -> Option<Self> {
        let is = |sex: Self| text.chars().flat_map(char::to_lowercase).eq(sex.word().to_lowercase().chars());
        [Self::Male, Self::Female].into_iter().find(|&sex| is(sex))
    }
}

/// Whether a cell of a column that marks one sex is a mark: a cross, a year, and not what people write for none.
pub fn is_mark(cell: &str) -> bool {
    !matches!(
        cell.trim(),
        "" | "0"
            | "-"
            | "không"
            | "Không"
            | "KHÔNG"
            | "khong"
            | "k"
            | "K"
            | "no"
            | "No"
            | "NO"
            | "false"
            | "FALSE"
    )
}

/// What the codes and words of one source mean.
#[derive(Debug, Clone, Default)]
pub struct SexCodes {
    /// Folded code or word, and its meaning. A handful, so a list is as quick as a map.
    pairs: Vec<(String, Sex)>,
    /// The codes of one digit again, for the quick way.
    digits: [Option<Sex>; 10],
}

impl SexCodes {
    /// The table of these codes and words. The first meaning of a word counts.
    pub fn new(pairs: impl Iterator<Item = (String, Sex)>) -> Self {
        let mut codes = Self::default();
        for (word, sex) in pairs {
            let folded = text::fold_label(&word);
            if let Some(place) = single_digit(&folded).and_then(|digit| codes.digits.get_mut(digit)) {
                place.get_or_insert(sex);
            }
            codes.pairs.push((folded, sex));
        }
        codes
    }

    fn meaning(&self, text: &str) -> Option<Sex> {
        let folded = text::fold_label(text);
        self.pairs.iter().find(|(word, _)| *word == folded).map(|&(_, sex)| sex)
    }
}

/// Reads a word or a code.
pub fn parse(raw: &str, codes: &SexCodes) -> Outcome<Sex> {
    match raw {
        "Nam" => Outcome::Value(Sex::Male, Repairs::NONE),
        "Nữ" => Outcome::Value(Sex::Female, Repairs::NONE),
        "" => Outcome::Missing,
        _ => match single_digit(raw) {
            Some(digit) => code(codes.digits[digit], Repairs::NONE),
            None => parse_typed(raw, codes),
        },
    }
}

/// Reads what is neither the canonical word nor a single digit.
fn parse_typed(raw: &str, codes: &SexCodes) -> Outcome<Sex> {
    let mut cleaned = String::new();
    let mut repairs = text::clean(raw, &mut cleaned);
    let bare = strip_marks(&cleaned, &mut repairs);
    if bare.is_empty() {
        return Outcome::Missing;
    }
    if let Some(sex) = Sex::from_word(bare) {
        if bare != sex.word() {
            repairs.insert(Repair::Case);
        }
        return Outcome::Value(sex, repairs);
    }
    let number = strip_float_tail(bare, &mut repairs);
    code(codes.meaning(number), repairs)
}

/// The outcome of looking a code up.
fn code(meaning: Option<Sex>, mut repairs: Repairs) -> Outcome<Sex> {
    match meaning {
        Some(sex) => {
            repairs.insert(Repair::Code);
            Outcome::Value(sex, repairs)
        }
        None => Outcome::Defective(Defect::UnknownCode),
    }
}

fn single_digit(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [digit @ b'0'..=b'9'] => Some(usize::from(digit - b'0')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(pairs: &[(&str, Sex)]) -> SexCodes {
        SexCodes::new(pairs.iter().map(|&(word, sex)| (word.to_owned(), sex)))
    }

    #[test]
    fn words_and_codes() {
        let health =
            codes(&[("1", Sex::Male), ("2", Sex::Female), ("Nu", Sex::Female), ("gái", Sex::Female)]);
        let check = |raw, sex, repairs: &[Repair]| match parse(raw, &health) {
            Outcome::Value(found, done) => {
                assert_eq!((found, done.iter().collect::<Vec<_>>()), (sex, repairs.to_vec()), "{raw}");
            }
            other => panic!("{raw}: {other:?}"),
        };
        check("Nam", Sex::Male, &[]);
        check("Nữ", Sex::Female, &[]);
        check("NAM", Sex::Male, &[Repair::Case]);
        check("nữ ", Sex::Female, &[Repair::Spaces, Repair::Case]);
        check("Nu\u{31B}\u{303}", Sex::Female, &[Repair::UnicodeForm]);
        check("1", Sex::Male, &[Repair::Code]);
        check("2.0", Sex::Female, &[Repair::FloatTail, Repair::Code]);
        check("'2", Sex::Female, &[Repair::Separator, Repair::Code]);
        check("NU", Sex::Female, &[Repair::Code]);
        check("Gái", Sex::Female, &[Repair::Code]);
    }

    #[test]
    fn the_source_decides() {
        let insurance = codes(&[("1", Sex::Male), ("0", Sex::Female)]);
        assert_eq!(parse("0", &insurance).value(), Some(Sex::Female));
        for raw in ["2", "3", "Năm", "x", "-", "Na"] {
            assert_eq!(parse(raw, &insurance), Outcome::Defective(Defect::UnknownCode), "{raw}");
        }
        for raw in ["", " ", "\u{200B}"] {
            assert_eq!(parse(raw, &insurance), Outcome::Missing);
        }
    }

    #[test]
    fn words_read_back() {
        for sex in [Sex::Male, Sex::Female] {
            assert_eq!(parse(sex.word(), &SexCodes::default()), Outcome::Value(sex, Repairs::NONE));
        }
    }
}
