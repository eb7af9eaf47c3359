//! Canonical values in the notation of a receiver.

use crate::fields::sex::Sex;
use crate::rulebook::DatePart;

/// A date as `dd/mm/yyyy`, `mm/yyyy` or `yyyy` in another pattern. What is not known of it is left out where something
/// stands between the parts, and is zeros where nothing does. What is no such date stays as it is.
pub(super) fn push_date(date: &str, pattern: &[DatePart], out: &mut String) {
    let Some([day, month, year]) = parts(date) else { return out.push_str(date) };
    let has_text = pattern.iter().any(|part| matches!(part, DatePart::Text(_)));
    let mut between = "";
    let start = out.len();
    for part in pattern {
        let (value, zeros) = match part {
            DatePart::Day => (day, "00"),
            DatePart::Month => (month, "00"),
            DatePart::Year => (year, "0000"),
            DatePart::Text(text) => {
                between = text;
                continue;
            }
        };
        let value = value.or_else(|| (!has_text).then_some(zeros));
        if let Some(value) = value {
            if out.len() > start {
                out.push_str(between);
            }
            out.push_str(value);
        }
    }
}

/// Day, month and year of a canonical date, as far as they are known.
fn parts(date: &str) -> Option<[Option<&str>; 3]> {
    let is_digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = date.rsplit('/');
    let year = parts.next().filter(|year| is_digits(year, 4))?;
    let (month, day) = (parts.next(), parts.next());
    let is_fine = parts.next().is_none() && [month, day].into_iter().flatten().all(|part| is_digits(part, 2));
    is_fine.then_some([day, month, Some(year)])
}

/// A canonical word for the sex in the words of a receiver, men first. What is no such word stays as it is.
pub(super) fn sex<'a>(word: &'a str, words: &'a [String; 2]) -> &'a str {
    if word == Sex::Male.word() {
        &words[0]
    } else if word == Sex::Female.word() {
        &words[1]
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DatePart::{Day, Month, Text, Year};

    #[test]
    fn dates_are_written_as_the_receiver_reads_them() {
        let dash = || Text("-".to_owned());
        let iso = [Year, dash(), Month, dash(), Day];
        let packed = [Year, Month, Day];
        let check = |date, pattern: &[DatePart], expected| {
            let mut out = String::new();
            push_date(date, pattern, &mut out);
            assert_eq!(out, expected);
        };
        check("05/09/1990", &iso, "1990-09-05");
        check("09/1990", &iso, "1990-09");
        check("1990", &iso, "1990");
        check("05/09/1990", &packed, "19900905");
        check("09/1990", &packed, "19900900");
        check("1990", &packed, "19900000");
        check("1990", &[Day, Text("/".to_owned()), Month, Text("/".to_owned()), Year], "1990");
        for odd in ["", "30/02", "5/9/1990", "khoảng 1990", "1/1/1/1990"] {
            check(odd, &iso, odd);
        }
    }
}
