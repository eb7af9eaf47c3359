//! Examples of every notation. All dates are invented.

use super::*;
use Repair::{
    DateNotation, DayMonthSwapped, FloatTail, Joined, Label, Separator, Serial, Spaces, TwoDigitYear,
    Unconfirmed, UnknownPart,
};

const CONTEXT: DateContext =
    DateContext { day_first: true, as_of: 20_261_123, birth_year: None, any_time: false };

fn check_in(raw: &str, context: DateContext, expected: Result<(u32, &[Repair]), Defect>) {
    check_outcome(raw, parse(raw, &context), expected);
}

fn check_outcome(raw: &str, outcome: Outcome<BirthDate>, expected: Result<(u32, &[Repair]), Defect>) {
    let found = match outcome {
        Outcome::Value(date, repairs) => Ok((date.packed(), repairs.iter().collect::<Vec<_>>())),
        Outcome::Defective(defect) => Err(defect),
        Outcome::Missing => panic!("{raw:?} is missing"),
    };
    assert_eq!(found, expected.map(|(date, repairs)| (date, repairs.to_vec())), "{raw:?}");
}

fn check(raw: &str, expected: Result<(u32, &[Repair]), Defect>) {
    check_in(raw, CONTEXT, expected);
}

#[test]
fn canonical_forms() {
    check("01/02/1990", Ok((19_900_201, &[])));
    check("13/02/1990", Ok((19_900_213, &[])));
    check("01/01/1990", Ok((19_900_101, &[])));
    check("1990", Ok((19_900_000, &[])));
    check("02/1990", Ok((19_900_200, &[])));
    check(" 01/02/1990", Ok((19_900_201, &[Spaces])));
}

#[test]
fn separators_and_widths() {
    let notation: &[Repair] = &[DateNotation];
    for raw in
        ["1/2/1990", "01-02-1990", "1.2.1990", "01 02 1990", "1/2-1990", "01 / 02 / 1990", "1990-02-01"]
    {
        check(raw, Ok((19_900_201, notation)));
    }
    for raw in ["1990/2/1", "1990-02-01T00:00:00", "1990-02-01 00:00:00.000", "01/02/1990 12:30", "1.2.1990."]
    {
        check(raw, Ok((19_900_201, notation)));
    }
    check("1990-02", Ok((19_900_200, notation)));
    check("2-1990", Ok((19_900_200, notation)));
    check("Ngày 01 tháng 02 năm 1990", Ok((19_900_201, &[Label, DateNotation])));
    check("Sinh năm 1990", Ok((19_900_000, &[Label])));
    check("'01/02/1990", Ok((19_900_201, &[Separator])));
}

#[test]
fn digits_alone() {
    check("01011990", Ok((19_900_101, &[DateNotation])));
    check("19900101", Ok((19_900_101, &[DateNotation])));
    check("20012002", Ok((20_020_120, &[DateNotation])));
    check("199001010000", Ok((19_900_101, &[DateNotation])));
    check("19900101123000", Ok((19_900_101, &[DateNotation])));
    check("199000000000", Ok((19_900_000, &[DateNotation, UnknownPart])));
    check("199002000000", Ok((19_900_200, &[DateNotation, UnknownPart])));
    check("32874", Ok((19_900_101, &[Serial])));
    check("32874.0", Ok((19_900_101, &[FloatTail, Serial])));
    check("1990.0", Ok((19_900_000, &[FloatTail])));
    check("59999", Err(Defect::Future));
    for raw in ["1", "90", "199", "199001", "9999999", "1990010100", "61000", "00012"] {
        check(raw, Err(Defect::Length));
    }
}

#[test]
fn unknown_and_swapped_parts() {
    check("00/00/1990", Ok((19_900_000, &[UnknownPart])));
    check("00/02/1990", Ok((19_900_200, &[UnknownPart])));
    check("05/00/1990", Ok((19_900_000, &[UnknownPart])));
    check("0/0/1990", Ok((19_900_000, &[DateNotation, UnknownPart])));
    check("02/13/1990", Ok((19_900_213, &[DayMonthSwapped])));
    check("1990-13-02", Ok((19_900_213, &[DateNotation, DayMonthSwapped])));
    let month_first = DateContext { day_first: false, ..CONTEXT };
    check_in("02/13/1990", month_first, Ok((19_900_213, &[DateNotation])));
    check_in("13/02/1990", month_first, Ok((19_900_213, &[DateNotation, DayMonthSwapped])));
    check_in("1990-02-13", month_first, Ok((19_900_213, &[DateNotation])));
}

#[test]
fn years_of_two_digits() {
    let completed: &[Repair] = &[DateNotation, TwoDigitYear];
    check("01-01-90", Ok((19_900_101, completed)));
    check("1/1/05", Ok((20_050_101, completed)));
    check("1/1/20", Ok((20_200_101, &[DateNotation, TwoDigitYear, Unconfirmed])));
    check("31/12/26", Ok((19_261_231, completed)));
    check_in("1/1/20", DateContext { birth_year: Some(1920), ..CONTEXT }, Ok((19_200_101, completed)));
    check_in("1/1/05", DateContext { birth_year: Some(1990), ..CONTEXT }, Ok((20_050_101, completed)));
}

#[test]
fn defects() {
    for raw in ["29/02/1990", "31/04/1990", "32/01/1990", "13/13/1990", "13/1990", "19901301"] {
        check(raw, Err(Defect::Impossible));
    }
    for raw in ["31/12/2099", "24/11/2026", "12/2026", "2027"] {
        check(raw, Err(Defect::Future));
    }
    for raw in ["01/01/1900", "22/11/1901", "10/1901", "1900", "0000", "01/01/0001"] {
        check(raw, Err(Defect::TooOld));
    }
    for raw in
        ["abc", "-", "01/02/199", "1/2", "01 Feb 1990", "01/02/1990 (âm lịch)", "1//2/1990", "1/2/3/1990"]
    {
        check(raw, Err(Defect::Characters));
    }
    for raw in ["", " ", "'"] {
        assert_eq!(parse(raw, &CONTEXT), Outcome::Missing);
    }
}

#[test]
fn limits_belong_to_the_living() {
    check("23/11/2026", Ok((20_261_123, &[])));
    check("11/2026", Ok((20_261_100, &[])));
    check("2026", Ok((20_260_000, &[])));
    check("23/11/1906", Ok((19_061_123, &[])));
    check("22/11/1906", Err(Defect::TooOld));
    check("1906", Ok((19_060_000, &[])));
    check("1905", Err(Defect::TooOld));
}

#[test]
fn columns_of_their_own() {
    let check = |day, month, year, expected| {
        check_outcome("parts", from_parts(day, month, year, &CONTEXT), expected);
    };
    check(Some(1), Some(2), Some(1990), Ok((19_900_201, &[Joined])));
    check(None, None, Some(1990), Ok((19_900_000, &[])));
    check(None, Some(2), Some(1990), Ok((19_900_200, &[Joined])));
    check(Some(0), Some(0), Some(1990), Ok((19_900_000, &[UnknownPart, Joined])));
    check(Some(1), Some(2), Some(90), Ok((19_900_201, &[TwoDigitYear, Joined])));
    check(Some(2), Some(13), Some(1990), Ok((19_900_213, &[DayMonthSwapped, Joined])));
    check(Some(30), Some(2), Some(1990), Err(Defect::Impossible));
    check(Some(u32::MAX), Some(u32::MAX), Some(u32::MAX), Err(Defect::Impossible));
    check(Some(u32::MAX), Some(u32::MAX), Some(90), Err(Defect::Impossible));
    check(Some(9999), Some(9999), Some(90), Err(Defect::Impossible));
    check(Some(1), Some(2), None, Err(Defect::Length));
    assert_eq!(from_parts(None, None, None, &CONTEXT), Outcome::Missing);
}

/// Every date of a long life, in every precision, in both written forms.
#[test]
fn writing_reads_back() {
    let mut out = String::new();
    for packed in 19_070_000..=20_251_231 {
        let Some(date) = BirthDate::from_packed(packed) else {
            continue;
        };
        out.clear();
        date.write(&mut out);
        assert_eq!(parse(&out, &CONTEXT), Outcome::Value(date, Repairs::NONE));
        out.clear();
        date.write_iso(&mut out);
        assert_eq!(parse(&out, &CONTEXT).value(), Some(date));
    }
}
