//! The column of the right value: which fields its values are of, and what they say.
//!
//! A value may be led by the header of its column and a colon. Otherwise its look tells the field: a date, the digits of a
//! number, a word of sex, else a name. What can be read in two ways is not read.

use super::finding::Problem;
use crate::fields::birth_date::{BirthDate, DateContext, parse as parse_date};
use crate::fields::id_number::{Hints, parse as parse_number};
use crate::fields::person_name::parse as parse_name;
use crate::fields::sex::{Sex, parse as parse_sex};
use crate::record::{FieldKind, Outcome, Repair};
use crate::rulebook::{CommuneList, Rulebook};

/// Signs between values: a semicolon, a line end, and what a workbook's line end is read as.
const BETWEEN: [char; 4] = [';', '\n', '\r', '\u{2028}'];
/// Oldest year of birth that is a year and no other number.
const FIRST_YEAR: u16 = 1880;

/// The values of a cell, by field, as corrections write them.
///
/// # Errors
/// With what is wrong.
pub(super) fn right_values(
    cell: &str,
    book: &Rulebook,
    as_of: u32,
) -> Result<Vec<(FieldKind, String)>, Problem> {
    let mut values: Vec<(FieldKind, String)> = Vec::new();
    for part in cell.split(BETWEEN).map(str::trim).filter(|part| !part.is_empty()) {
        let (told, text) = led_by_header(part, &book.commune_list);
        let (field, value) = read(text, told, book, as_of).ok_or(Problem::UnclearValue)?;
        match values.iter().find(|(known, _)| *known == field) {
            Some((_, known)) if *known == value => {}
            Some(_) => return Err(Problem::TwoValues),
            None => values.push((field, value)),
        }
    }
    if values.is_empty() { Err(Problem::NoRightValue) } else { Ok(values) }
}

/// The field that a header before a colon names, and what stands behind it.
fn led_by_header<'a>(part: &'a str, list: &CommuneList) -> (Option<FieldKind>, &'a str) {
    let led = part.split_once([':', '：']).and_then(|(header, text)| {
        list.column_of(header).and_then(|id| id.field()).map(|field| (Some(field), text.trim()))
    });
    led.unwrap_or((None, part))
}

/// The field and canonical value of a text.
fn read(text: &str, told: Option<FieldKind>, book: &Rulebook, as_of: u32) -> Option<(FieldKind, String)> {
    let field = told.unwrap_or_else(|| look(text, book));
    let value = match field {
        FieldKind::CitizenNumber => number(text, book),
        FieldKind::BirthDate => read_date(text, as_of).map(written),
        FieldKind::Sex => sex(text, book).map(|sex| sex.word().to_owned()),
        _ => name(text, book),
    }?;
    Some((field, value))
}

/// The field that a text looks like.
fn look(text: &str, book: &Rulebook) -> FieldKind {
    let n_digits = text.bytes().filter(u8::is_ascii_digit).count();
    let has_letter = text.chars().any(char::is_alphabetic);
    // A code such as 1 says nothing without its column.
    if has_letter && sex(text, book).is_some() {
        return FieldKind::Sex;
    }
    if n_digits == 0 || has_letter {
        return FieldKind::FullName;
    }
    // A number that a spreadsheet took its zeros from has more digits than a date all the same.
    if n_digits <= 8 { FieldKind::BirthDate } else { FieldKind::CitizenNumber }
}

/// A date that can be read in one way.
pub(super) fn read_date(text: &str, as_of: u32) -> Option<BirthDate> {
    let text = text.trim();
    let context = DateContext { day_first: true, as_of, birth_year: None, any_time: as_of == 99_991_231 };
    let Outcome::Value(date, repairs) = parse_date(text, &context) else { return None };
    let is_guessed = [Repair::TwoDigitYear, Repair::Serial, Repair::DayMonthSwapped, Repair::Unconfirmed]
        .into_iter()
        .any(|repair| repairs.contains(repair));
    (!is_guessed && date.year() >= FIRST_YEAR).then_some(date)
}

fn written(date: BirthDate) -> String {
    let mut out = String::new();
    date.write(&mut out);
    out
}

/// A number of twelve or nine digits; zeros at the front that a spreadsheet took away come back.
fn number(text: &str, book: &Rulebook) -> Option<String> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | '.' | '\u{a0}')).collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded = match digits.len() {
        9 | 12 => digits,
        10 | 11 => format!("{digits:0>12}"),
        _ => return None,
    };
    let Outcome::Value(number, repairs) = parse_number(&padded, &book.id_words, Hints::default()) else {
        return None;
    };
    // Nine digits are read as the old number that they are, never as half of a new one.
    let mut own = String::new();
    number.write(&mut own);
    (own == padded && !repairs.contains(Repair::LeadingZeros)).then_some(own)
}

/// A word of sex, whatever its case; a code only where no letter stands with it.
fn sex(text: &str, book: &Rulebook) -> Option<Sex> {
    let found = book.sources.iter().filter_map(|source| match parse_sex(text, &source.sex_codes) {
        Outcome::Value(sex, _) => Some(sex),
        _ => None,
    });
    let found: Vec<Sex> = found.collect();
    let first = *found.first()?;
    // Sources whose codes clash leave it open.
    found.iter().all(|sex| *sex == first).then_some(first)
}

/// A name of at least two words without a digit.
fn name(text: &str, book: &Rulebook) -> Option<String> {
    if text.split_whitespace().count() < 2 || text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut out = String::new();
    match parse_name(text, &book.name_words, &mut out) {
        Outcome::Value((), repairs) if !repairs.contains(Repair::Unconfirmed) => Some(out),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_known_by_its_look_or_its_header() {
        let book = Rulebook::load(None).expect("rules");
        let check = |cell: &str, expected: Result<&[(FieldKind, &str)], Problem>| {
            let found = right_values(cell, &book, 20_260_630);
            let expected = expected.map(|values| {
                values.iter().map(|(field, value)| (*field, (*value).to_owned())).collect::<Vec<_>>()
            });
            assert_eq!(found, expected, "{cell}");
        };
        use FieldKind::{BirthDate, CitizenNumber, FullName, Sex};
        check("01/02/1990", Ok(&[(BirthDate, "01/02/1990")]));
        check("1990-02-01", Ok(&[(BirthDate, "01/02/1990")]));
        check("1990", Ok(&[(BirthDate, "1990")]));
        check("079302012345", Ok(&[(CitizenNumber, "079302012345")]));
        check("79302012345", Ok(&[(CitizenNumber, "079302012345")]));
        check("Nguyễn Văn An", Ok(&[(FullName, "Nguyễn Văn An")]));
        check("nữ", Ok(&[(Sex, "Nữ")]));
        check("Giới tính: Nam", Ok(&[(Sex, "Nam")]));
        check("Ngày sinh: 1/2/1990", Ok(&[(BirthDate, "01/02/1990")]));
        check(
            "Nguyễn Văn An; 01/02/1990\nNam",
            Ok(&[(FullName, "Nguyễn Văn An"), (BirthDate, "01/02/1990"), (Sex, "Nam")]),
        );
        check(
            "Lê Thị Ba\u{2028}079302012345",
            Ok(&[(FullName, "Lê Thị Ba"), (CitizenNumber, "079302012345")]),
        );
        check("1990; 1990", Ok(&[(BirthDate, "1990")]));
        check("1990; 1991", Err(Problem::TwoValues));
        check("", Err(Problem::NoRightValue));
        check(" ; ", Err(Problem::NoRightValue));
        for unclear in ["An", "31/02/1990", "1/2/90", "123", "01/02/2990", "7.93E+10", "Họ và tên: 1990", "1"]
        {
            check(unclear, Err(Problem::UnclearValue));
        }
    }
}
