//! Values with the person taken out: for the terminal, messages and samples. Full values stand only in result
//! files.

/// A value of which only the shape is left: the first letter of each word and the first three digits, of whatever script.
/// A sign within a word begins no other: text of an old encoding is full of them.
///
/// `079302012345` becomes `079*********`, `Nguyễn Văn An` becomes `N***** V** A*`.
pub fn masked(value: &str) -> String {
    let mut n_digits = 0;
    let mut in_word = false;
    value
        .chars()
        .map(|letter| {
            if letter.is_numeric() {
                n_digits += 1;
                in_word = true;
                return if n_digits <= 3 { letter } else { '*' };
            }
            if letter.is_alphabetic() {
                let first = !in_word;
                in_word = true;
                return if first { letter } else { '*' };
            }
            in_word &= !(letter.is_whitespace() || letter.is_control());
            if letter.is_control() { ' ' } else { letter }
        })
        .collect()
}

/// The text cut to so many letters, with a mark where something is gone.
pub fn cut(text: &str, n_letters: usize) -> String {
    match text.char_indices().nth(n_letters) {
        None => text.to_owned(),
        Some((end, _)) => text[..end].chars().chain(['…']).collect(),
    }
}

/// Letters that are not seen but change how others are shown: marks of direction, joiners, line separators.
const INVISIBLE: [std::ops::RangeInclusive<char>; 9] = [
    '\u{ad}'..='\u{ad}',
    '\u{61c}'..='\u{61c}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{feff}'..='\u{feff}',
    '\u{fff9}'..='\u{fffb}',
    '\u{e0000}'..='\u{e0fff}',
];

/// Text for a page: what is not seen or would turn the text around is shown, not obeyed.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() || INVISIBLE.iter().any(|range| range.contains(&letter)) {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    out
}

/// Text of a file or header for the terminal: control characters are shown, not obeyed.
pub fn shown(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            let escaped: Vec<char> =
                if letter.is_control() { letter.escape_unicode().collect() } else { vec![letter] };
            escaped
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shape_is_left() {
        let check = |value, expected| assert_eq!(masked(value), expected);
        check("079302012345", "079*********");
        check("Nguyễn Văn An", "N***** V** A*");
        check("01/02/1990", "01/0*/****");
        check("a\u{1b}[31m", "a [31*");
        check("０７９３０２０１２３４５", "０７９*********");
        check("NguyÔn V¨n D?ng", "N***** V¨* D?**");
        assert_eq!(shown("a\u{1b}[2J"), "a\\u{1b}[2J");
        assert_eq!(plain("a\u{202e}b\u{0}c"), "a\\u{202e}b\\u{0}c");
        assert_eq!((cut("Nguyễn", 4), cut("Nguyễn", 6)), ("Nguy…".to_owned(), "Nguyễn".to_owned()));
    }
}
