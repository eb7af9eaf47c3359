//! Examples of every reading. All numbers are invented.

use super::*;
use crate::record::{Defect, Repair};
use Repair::{
    FloatTail, Invisible, Label, LeadingZeros, LetterForDigit, QrText, Separator, Spaces, TwoNumbers,
    Unconfirmed, UnicodeForm,
};

fn words() -> IdWords {
    IdWords::new(
        [1, 2, 4, 6, 8, 10, 12, 24, 31, 79, 84, 96].into_iter(),
        [101, 111, 123, 222, 295].into_iter(),
        [34, 38, 70, 91, 59].into_iter(),
        [
            "0",
            "000000000",
            "000000000000",
            "111111111111",
            "123456789012",
            "012345678912",
            "222222222222",
            "123456789",
            "111111111",
            "012345678",
            "001000000000",
        ]
        .into_iter(),
        ["không có", "-", "x", "N/A", "chưa có CCCD"].into_iter(),
    )
}

const NOTHING: Hints = Hints { sex: None, birth_year: None };

fn row(sex: Sex, year: u16) -> Hints {
    Hints { sex: Some(sex), birth_year: Some(year) }
}

fn check_row(raw: &str, hints: Hints, expected: Result<(&str, &[Repair]), Defect>) {
    let outcome = parse(raw, &words(), hints);
    let found = match outcome {
        Outcome::Value(number, repairs) => {
            let mut out = String::new();
            number.write(&mut out);
            Ok((out, repairs.iter().collect::<Vec<_>>()))
        }
        Outcome::Defective(defect) => Err(defect),
        Outcome::Missing => panic!("{raw:?} is missing"),
    };
    assert_eq!(found, expected.map(|(text, repairs)| (text.to_owned(), repairs.to_vec())), "{raw:?}");
}

fn check(raw: &str, expected: Result<(&str, &[Repair]), Defect>) {
    check_row(raw, NOTHING, expected);
}

#[test]
fn facts_of_the_number() {
    let check = |raw, province, sex, year| {
        let number = parse(raw, &words(), NOTHING).value().and_then(IdNumber::citizen).expect("is valid");
        assert_eq!((number.province_code(), number.sex(), number.birth_year()), (province, sex, year));
    };
    check("001090123456", 1, Sex::Male, 1990);
    check("079302012345", 79, Sex::Female, 2002);
    check("031199000001", 31, Sex::Female, 1999);
    check("096200999999", 96, Sex::Male, 2000);
    check("101200000123", 101, Sex::Male, 2000);
    check("295300000123", 295, Sex::Female, 2000);
}

#[test]
fn twelve_digits() {
    check("001090123456", Ok(("001090123456", &[])));
    for unknown in ["003090123456", "097090123456", "100090123456", "296090123456", "000090123456"] {
        check(unknown, Err(Defect::Component));
    }
    check("001490123456", Err(Defect::Future));
    check("001990123456", Err(Defect::Future));
    check("079302", Err(Defect::Length));
    check("0793020123456", Err(Defect::Length));
    check("07930201234567890123456", Err(Defect::Length));
}

#[test]
fn typed_numbers() {
    const NUMBER: &str = "079302012345";
    check("079302012345 ", Ok((NUMBER, &[Spaces])));
    check("079 302 012 345", Ok((NUMBER, &[Separator])));
    check("079.302.012.345", Ok((NUMBER, &[Separator])));
    check("079-302-012-345", Ok((NUMBER, &[Separator])));
    check("079,302,012,345", Ok((NUMBER, &[Separator])));
    check("'079302012345", Ok((NUMBER, &[Separator])));
    check("=\"079302012345\"", Ok((NUMBER, &[Separator])));
    check("０７９３０２０１２３４５", Ok((NUMBER, &[UnicodeForm])));
    check("079302012345.0", Ok((NUMBER, &[FloatTail])));
    check("\u{200B}079302012345", Ok((NUMBER, &[Invisible])));
    check("CCCD: 079302012345", Ok((NUMBER, &[Label])));
    check("CCCD079302012345", Ok((NUMBER, &[Label])));
    check("079302012345 (mới)", Ok((NUMBER, &[Label])));
    check("A079302012345", Err(Defect::Characters));
    check("0793x2012345", Err(Defect::Characters));
    check("***", Err(Defect::Characters));
    check("7.9302E+10", Err(Defect::Scientific));
    check("7,9302E+10", Err(Defect::Scientific));
    check("'7.9302e10", Err(Defect::Scientific));
    check("B1234567", Err(Defect::Foreign));
    check("C12345678", Err(Defect::Foreign));
}

#[test]
fn two_numbers_and_the_card() {
    const NUMBER: &str = "079302012345";
    check("079302012345/024123456", Ok((NUMBER, &[TwoNumbers])));
    check("CMND 024123456; CCCD 079302012345", Ok((NUMBER, &[Label, TwoNumbers])));
    check("079302012345 024123456", Ok((NUMBER, &[TwoNumbers])));
    check("024123456 (079302012345)", Ok((NUMBER, &[TwoNumbers])));
    check("079302012345|001090123456", Err(Defect::Ambiguous));
    check("024123456/2015", Err(Defect::Characters));
    let card = "079302012345|024123456|Nguyễn Văn A|01012002|Nam|Số 1, Phường X|15052021";
    check(card, Ok((NUMBER, &[QrText])));
}

#[test]
fn letters_for_digits() {
    const NUMBER: &str = "079302012345";
    let repaired: &[Repair] = &[LetterForDigit];
    let candidate: &[Repair] = &[LetterForDigit, Unconfirmed];
    check("0793O2O12345", Ok((NUMBER, candidate)));
    check("0793020l2345", Ok((NUMBER, candidate)));
    check("O24I2345S", Ok(("024123455", candidate)));
    check("O24123456", Ok(("024123456", candidate)));
    check_row("0793O2O12345", row(Sex::Female, 2002), Ok((NUMBER, repaired)));
    check_row("0793O2O12345", Hints { sex: Some(Sex::Female), birth_year: None }, Ok((NUMBER, repaired)));
    check_row("0793O2O12345", row(Sex::Male, 2002), Ok((NUMBER, candidate)));
    check("O793O2O1234", Err(Defect::Characters));
}

#[test]
fn lost_zeros() {
    let padded: &[Repair] = &[LeadingZeros];
    let candidate: &[Repair] = &[LeadingZeros, Unconfirmed];
    check("79302012345", Ok(("079302012345", candidate)));
    check_row("79302012345", row(Sex::Female, 2002), Ok(("079302012345", padded)));
    check_row("79302012345", row(Sex::Female, 2003), Ok(("079302012345", candidate)));
    check_row(
        "79302012345",
        Hints { sex: Some(Sex::Female), birth_year: None },
        Ok(("079302012345", candidate)),
    );
    check("79302012345,00", Ok(("079302012345", &[FloatTail, LeadingZeros, Unconfirmed])));
    check("1090123456", Ok(("001090123456", candidate)));
    check_row("1090123456", row(Sex::Male, 1990), Ok(("001090123456", padded)));
    check("10090123456", Ok(("010090123456", candidate)));
    check("24123456", Ok(("024123456", candidate)));
}

#[test]
fn numbers_of_other_fields() {
    check("0912345678", Err(Defect::PhoneNumber));
    check("0912 345 678", Err(Defect::PhoneNumber));
    check("84912345678", Err(Defect::PhoneNumber));
    // Also a woman of Trà Vinh who lost a zero: the row decides.
    check("84345678901", Err(Defect::PhoneNumber));
    check_row("84345678901", row(Sex::Female, 2045), Ok(("084345678901", &[LeadingZeros])));
    check("02838123456", Err(Defect::PhoneNumber));
    check("0312687878", Err(Defect::OtherNumber));
    check("7912345678", Err(Defect::OtherNumber));
    check("912345678", Err(Defect::PhoneNumber));
}

#[test]
fn old_numbers() {
    check("024123456", Ok(("024123456", &[])));
    check("271460123", Ok(("271460123", &[])));
    check("024.123.456", Ok(("024123456", &[Separator])));
    check("345678901", Ok(("345678901", &[])));
    check("391234567", Err(Defect::Component));
    check("001234567", Err(Defect::Component));
    check("01234567", Err(Defect::Length));
}

#[test]
fn nothing_there() {
    for raw in ["", "  ", "\u{200B}", "''"] {
        assert_eq!(parse(raw, &words(), NOTHING), Outcome::Missing, "{raw:?}");
    }
    for raw in [
        "0",
        "000000000000",
        "000.000.000.000",
        "111111111111",
        "123456789012",
        "012345678912",
        "222222222222",
        "123456789",
        "111111111",
        "000000000",
        "12345678",
        "12345678912",
        "001000000000",
        "1000000000",
    ] {
        check(raw, Err(Defect::Placeholder));
    }
    for raw in ["không có", "KHONG CO", "-", "X", "n/a"] {
        assert_eq!(parse(raw, &words(), NOTHING), Outcome::Missing, "{raw}");
    }
}

#[test]
fn a_year_of_issue_is_a_label() {
    let expected = parse("079302012345", &words(), NOTHING).value();
    for raw in ["079302012345 cấp 2021", "079302012345 (cấp năm 2016)"] {
        assert_eq!(
            parse(raw, &words(), NOTHING),
            Outcome::Value(expected.expect("valid"), Repairs::only(Repair::Label)),
            "{raw}"
        );
    }
    assert_eq!(parse("079302012345 2021", &words(), NOTHING), Outcome::Defective(Defect::Length));
}

#[test]
fn writing_reads_back_and_packing_unpacks() {
    let words = words();
    let mut out = String::new();
    let mut seed = 1u64;
    for _ in 0..20_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let province = [1, 79, 96, 101, 295][(seed >> 60) as usize % 5];
        let value = province * 1_000_000_000 + (seed >> 20) % 400_000_000;
        for packed in [value, IdNumber::OLD | ((seed >> 33) % 370_000_000 + 10_000_000)] {
            let number = IdNumber::from_packed(packed).expect("made to be valid");
            assert_eq!(number.packed(), packed);
            out.clear();
            number.write(&mut out);
            let again = parse(&out, &words, NOTHING);
            assert!(
                again == Outcome::Value(number, Repairs::NONE)
                    || again == Outcome::Defective(Defect::Placeholder)
            );
        }
    }
    for packed in [1_000_000_000_000, 400_000_000, IdNumber::OLD | 1_000_000_000, u64::MAX] {
        assert_eq!(IdNumber::from_packed(packed), None);
    }
}
