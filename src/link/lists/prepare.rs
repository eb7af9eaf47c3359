//! One cell as it is compared. What cannot be read is missing: a comparison with it would say nothing.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::profile::{FieldKindOf, Step};

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prepared {
    /// It has a value.
    Value,
    /// It is empty.
    Empty,
    /// It has something that is no value of its kind.
    Unreadable,
}

/// Writes the value of a cell into `out`, which is empty where there is none. Dates become yyyymmdd, with
/// zeros for a month or a day that is not known.
pub(super) fn prepare(cell: &str, kind: &FieldKindOf, empty: &[String], out: &mut String) -> Prepared {
    out.clear();
    let cell = cell.trim();
    match kind {
        FieldKindOf::Text(steps) => words(cell, steps, out),
        FieldKindOf::Digits => out.extend(cell.chars().filter(char::is_ascii_digit)),
        FieldKindOf::Date(formats) => {
            let _ = formats.iter().any(|format| date(cell, format, out));
        }
    }
    if empty.contains(out) {
        out.clear();
        return Prepared::Empty;
    }
    match (cell.is_empty(), out.is_empty()) {
        (true, _) => Prepared::Empty,
        (false, true) => Prepared::Unreadable,
        _ => Prepared::Value,
    }
}

/// A letter that has no accent of its own in Unicode but is written as one with a stroke.
const fn without_stroke(letter: char) -> char {
    match letter {
        '\u{111}' => 'd',
        '\u{110}' => 'D',
        '\u{142}' => 'l',
        '\u{141}' => 'L',
        '\u{f8}' => 'o',
        '\u{d8}' => 'O',
        other => other,
    }
}

fn words(cell: &str, steps: &[Step], out: &mut String) {
    let has = |step: Step| steps.contains(&step);
    let mut text: String = cell.nfc().collect();
    if has(Step::Lower) {
        text = text.to_lowercase();
    }
    if has(Step::Accents) {
        text = text.nfd().filter(|letter| !is_combining_mark(*letter)).map(without_stroke).collect();
    }
    if has(Step::Letters) {
        text = text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    }
    let is_spaced = |step: &Step| matches!(step, Step::Spaces | Step::Letters | Step::Last | Step::ButLast);
    if !steps.iter().any(is_spaced) {
        out.push_str(text.trim());
        return;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let last = words.len().saturating_sub(1);
    let kept = match (has(Step::Last), has(Step::ButLast)) {
        (true, _) => &words[last..],
        (_, true) => &words[..last],
        _ => &words[..],
    };
    for (at, word) in kept.iter().enumerate() {
        out.push_str(if at > 0 { " " } else { "" });
        out.push_str(word);
    }
}

/// Whether a cell is written in a format. Only digits and places are looked at: a mistyped day is compared too.
fn date(cell: &str, format: &str, out: &mut String) -> bool {
    let mut parts = [('y', 4, String::new()), ('m', 2, String::new()), ('d', 2, String::new())];
    let mut cells = cell.chars().peekable();
    for (at, letter) in format.char_indices() {
        let Some((name, _, digits)) = parts.iter_mut().find(|(name, ..)| *name == letter) else {
            if cells.next() != Some(letter) {
                return false;
            }
            continue;
        };
        let Some(digit) = cells.next_if(char::is_ascii_digit) else { return false };
        digits.push(digit);
        // A letter by itself stands for one digit or two.
        let is_alone = !format[..at].ends_with(*name) && !format[at + 1..].starts_with(*name);
        if is_alone && let Some(digit) = cells.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
    }
    if cells.next().is_some() {
        return false;
    }
    for (_, width, digits) in parts {
        (digits.len()..width).for_each(|_| out.push('0'));
        out.push_str(&digits);
    }
    true
}

/// The sound of a text by the rules of Soundex (Russell and Odell, 1918): its first letter and three digits.
pub(super) fn sound(text: &str) -> String {
    let code = |letter: char| match letter {
        'b' | 'f' | 'p' | 'v' => '1',
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => '2',
        'd' | 't' => '3',
        'l' => '4',
        'm' | 'n' => '5',
        'r' => '6',
        'h' | 'w' => '-',
        _ => '0',
    };
    let bare = text.nfd().filter(|letter| !is_combining_mark(*letter)).map(without_stroke);
    let mut letters = bare.flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric());
    let Some(first) = letters.next() else { return String::new() };
    let mut out = String::from(first);
    let mut last = code(first);
    for code in letters.map(code) {
        if code.is_ascii_digit() && code != '0' && code != last {
            out.push(code);
        }
        // Between two same sounds h and w are not heard, vowels are.
        if code != '-' {
            last = code;
        }
        if out.chars().count() == 4 {
            break;
        }
    }
    while out.chars().count() < 4 {
        out.push('0');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(cell: &str, kind: &FieldKindOf) -> (Prepared, String) {
        let mut out = String::from("before");
        (prepare(cell, kind, &["99".to_owned()], &mut out), out)
    }

    #[test]
    fn cells_become_what_is_compared() {
        let all = FieldKindOf::Text(vec![Step::Lower, Step::Accents, Step::Letters]);
        let none = FieldKindOf::Text(Vec::new());
        let [last, but_last] = [Step::Last, Step::ButLast]
            .map(|part| FieldKindOf::Text(vec![Step::Lower, Step::Accents, Step::Letters, part]));
        let date = FieldKindOf::Date(["d/m/yyyy", "yyyymmdd", "yyyy"].map(str::to_owned).to_vec());
        let cases = [
            (" O'Neil-Bro\u{308}wn ", &all, Prepared::Value, "o neil brown"),
            ("\u{110}\u{1ed7} V\u{103}n", &all, Prepared::Value, "do van"),
            ("  Two  Words ", &none, Prepared::Value, "Two  Words"),
            ("", &all, Prepared::Empty, ""),
            ("--", &all, Prepared::Unreadable, ""),
            ("02-12 345", &FieldKindOf::Digits, Prepared::Value, "0212345"),
            ("none", &FieldKindOf::Digits, Prepared::Unreadable, ""),
            ("31/12/1999", &date, Prepared::Value, "19991231"),
            ("19991331", &date, Prepared::Value, "19991331"),
            ("1999", &date, Prepared::Value, "19990000"),
            ("3/12/1999", &date, Prepared::Value, "19991203"),
            ("03/2/1999", &date, Prepared::Value, "19990203"),
            ("9 9", &FieldKindOf::Digits, Prepared::Empty, ""),
            ("\u{110}\u{1ed7} V\u{103}n An", &last, Prepared::Value, "an"),
            ("\u{110}\u{1ed7} V\u{103}n An", &but_last, Prepared::Value, "do van"),
            ("An", &but_last, Prepared::Unreadable, ""),
            ("31/12/99", &date, Prepared::Unreadable, ""),
            (" ", &date, Prepared::Empty, ""),
        ];
        for (cell, kind, state, value) in cases {
            assert_eq!(prepared(cell, kind), (state, value.to_owned()), "{cell:?}");
        }
    }

    #[test]
    fn sounds_are_those_of_the_patent() {
        for (text, code) in [
            ("Robert", "r163"),
            ("Rupert", "r163"),
            ("Ashcraft", "a261"),
            ("Tymczak", "t522"),
            ("Pfister", "p236"),
            ("a", "a000"),
            ("", ""),
        ] {
            assert_eq!(sound(text), code, "{text}");
        }
    }
}
