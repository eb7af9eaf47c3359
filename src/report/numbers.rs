//! Numbers and days as the language writes them.

use crate::rulebook::Language;

/// A whole number with the separators of the language.
pub fn number(value: u64, language: Language) -> String {
    let separator = if language == Language::English { ',' } else { '.' };
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// A share in percent with one digit.
pub fn percent(part: u64, whole: u64, language: Language) -> String {
    let share = if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
    decimal(share, 1, language) + " %"
}

/// A number with so many decimals.
pub fn decimal(value: f64, digits: usize, language: Language) -> String {
    let text = format!("{value:.digits$}");
    if language == Language::English { text } else { text.replace('.', ",") }
}

/// A share in percent with two digits that never rounds something to nothing or less than all to all.
pub fn share(part: u64, whole: u64, language: Language) -> String {
    if part == 0 || part >= whole {
        return decimal(if whole > 0 && part >= whole { 100.0 } else { 0.0 }, 1, language) + " %";
    }
    let percent = part as f64 * 100.0 / whole as f64;
    if percent < 0.1 {
        return format!("< {} %", decimal(0.1, 1, language));
    }
    decimal(percent.min(99.9), 1, language) + " %"
}

/// A day of the form yyyy-mm-dd as the language writes it.
pub fn day(iso: &str, language: Language) -> String {
    let parts: Vec<&str> = iso.split('-').collect();
    match (parts.as_slice(), language) {
        ([year, month, day], Language::Vietnamese) => format!("{day}/{month}/{year}"),
        _ => iso.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        assert_eq!(number(1_234_567, Language::Vietnamese), "1.234.567");
        assert_eq!(number(999, Language::Vietnamese), "999");
        assert_eq!(number(1_000, Language::English), "1,000");
        assert_eq!(percent(764, 1000, Language::Vietnamese), "76,4 %");
        assert_eq!(day("2026-06-30", Language::Vietnamese), "30/06/2026");
        assert_eq!(day("2026-06-30", Language::English), "2026-06-30");
    }

    #[test]
    fn little_is_not_nothing_and_nearly_all_is_not_all() {
        let share = |part, whole| share(part, whole, Language::English);
        assert_eq!(share(0, 10), "0.0 %");
        assert_eq!(share(10, 10), "100.0 %");
        assert_eq!(share(1, 100_000), "< 0.1 %");
        assert_eq!(share(99_999, 100_000), "99.9 %");
        assert_eq!(share(0, 0), "0.0 %");
    }
}
