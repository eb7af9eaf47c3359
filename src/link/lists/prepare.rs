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

/// Writes the value of a cell into `out`, which is empty where there is none. Dates become yyyymmdd.
pub(super) fn prepare(cell: &str, kind: &FieldKindOf, out: &mut String) -> Prepared {
    out.clear();
    let cell = cell.trim();
    match kind {
        FieldKindOf::Text(steps) => words(cell, steps, out),
        FieldKindOf::Digits => out.extend(cell.chars().filter(char::is_ascii_digit)),
        FieldKindOf::Date(formats) => {
            let _ = formats.iter().any(|format| date(cell, format, out));
        }
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
    if has(Step::Spaces) || has(Step::Letters) {
        for (at, word) in text.split_whitespace().enumerate() {
            if at > 0 {
                out.push(' ');
            }
            out.push_str(word);
        }
    } else {
        out.push_str(text.trim());
    }
}

/// Whether a cell is written in a format. Only digits and places are looked at: a mistyped day is compared too.
fn date(cell: &str, format: &str, out: &mut String) -> bool {
    let mut parts: [(char, String); 3] = [('y', String::new()), ('m', String::new()), ('d', String::new())];
    let (mut letters, mut cells) = (format.chars(), cell.chars());
    let fits = loop {
        match (letters.next(), cells.next()) {
            (None, None) => break true,
            (Some(letter @ ('y' | 'm' | 'd')), Some(digit)) if digit.is_ascii_digit() => {
                let part = parts.iter_mut().find(|(name, _)| *name == letter);
                part.expect("one of three letters").1.push(digit);
            }
            (Some(letter), Some(other)) if letter == other => {}
            _ => break false,
        }
    };
    if fits {
        parts.iter().for_each(|(_, digits)| out.push_str(digits));
    }
    fits && out.len() == "yyyymmdd".len()
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
        (prepare(cell, kind, &mut out), out)
    }

    #[test]
    fn cells_become_what_is_compared() {
        let all = FieldKindOf::Text(vec![Step::Lower, Step::Accents, Step::Letters]);
        let none = FieldKindOf::Text(Vec::new());
        let date = FieldKindOf::Date(vec!["dd/mm/yyyy".to_owned(), "yyyymmdd".to_owned()]);
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
