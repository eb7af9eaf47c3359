//! A name as a list of words in the form in which they are compared.
//!
//! Owns the forms: letters in capitals with the tone taken out to the end, so that its place does not count;
//! sounds that speakers of a region do not tell apart made equal. Deliberately knows no words of its own.
//! Source: confusions by region from the project's survey of spelling variants (hỏi/ngã, n/ng and c/t in
//! the south; s/x, ch/tr, l/n, d/gi/r in the north).

use crate::text::{self, Letter, Shape, Tone, compose, letter};
use std::borrow::Cow;

/// How a word is written for comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Capitals, the tone as a digit at the end: `Hoà` and `Hòa` are `HOA1`.
    Marked,
    /// ASCII capitals.
    Unmarked,
}

impl Form {
    /// The word in this form.
    pub(super) fn of(self, word: &str) -> String {
        // Half of all words have no mark.
        if word.is_ascii() {
            return word.to_ascii_uppercase();
        }
        match self {
            Self::Unmarked => {
                let mut out = String::with_capacity(word.len());
                text::unmark(word, &mut out);
                out
            }
            Self::Marked => Split::of(word).written(),
        }
    }
}

/// A word taken apart: its capitals without tones, and its tone if it has just one.
struct Split {
    letters: String,
    tone: Tone,
}

impl Split {
    fn of(word: &str) -> Self {
        let mut tones =
            word.chars().filter_map(letter).map(|letter| letter.tone).filter(|&tone| tone != Tone::Level);
        let one_tone = tones.clone().count() <= 1;
        let tone = if one_tone { tones.next_back().unwrap_or(Tone::Level) } else { Tone::Level };
        let mut letters = String::with_capacity(word.len() + 1);
        for character in word.chars() {
            match letter(character) {
                Some(letter) if one_tone => letters.push(capital(letter.with_tone(Tone::Level))),
                Some(letter) => letters.push(capital(letter)),
                None => text::push_upper(character, &mut letters),
            }
        }
        Self { letters, tone }
    }

    fn written(self) -> String {
        let mut out = self.letters;
        if self.tone != Tone::Level {
            out.push(char::from(b'0' + self.tone as u8));
        }
        out
    }
}

fn capital(letter: Letter) -> char {
    compose(Letter { upper: true, ..letter })
}

/// The word in a form without the digit of its tone.
pub(super) fn without_tone(word: &str) -> &str {
    word.trim_end_matches(|character: char| character.is_ascii_digit())
}

/// The word in a form with y as i where both are legal spellings: at the end, after a consonant (Lý, Lí; Quý,
/// Quí). Not after another vowel: Thúy and Thúi are different.
pub(super) fn fold_i_y(word: &str) -> Cow<'_, str> {
    let (letters, tone) = word.split_at(without_tone(word).len());
    match before_i_y(letters) {
        Some(stem) => format!("{stem}I{tone}").into(),
        None => word.into(),
    }
}

/// The letters before a y at the end that may be an i.
fn before_i_y(letters: &str) -> Option<&str> {
    let consonant = |last: char| last.is_alphabetic() && !letter(last).is_some_and(Letter::is_vowel);
    letters.strip_suffix('Y').filter(|stem| stem.ends_with(consonant) || *stem == "QU")
}

/// The word in a form with the sounds made equal that a region does not tell apart, i and y as well.
pub(super) fn fold_sound(word: &str) -> String {
    sound(word).into_iter().flat_map(str::chars).map(hook_as_tilde).collect()
}

/// Whether two words are equal by [`fold_sound`].
pub(super) fn same_sound(one: &str, other: &str) -> bool {
    let bytes = |word| {
        sound(word).into_iter().flat_map(str::bytes).map(|byte| if byte == b'2' { b'3' } else { byte })
    };
    bytes(one).eq(bytes(other))
}

/// What a word in a form is by sound, in pieces; hỏi and ngã are still two.
fn sound(word: &str) -> [&str; 4] {
    let (letters, tone) = word.split_at(without_tone(word).len());
    let (letters, end) = before_i_y(letters).map_or((letters, ""), |stem| (stem, "I"));
    let (onset, rime) = fold_onset(letters, end);
    let (rime, end) = match (end, rime.strip_suffix('T')) {
        ("", Some(vowels)) => (vowels, "C"),
        ("", None) if rime.ends_with("NG") => (&rime[..rime.len() - 1], ""),
        _ => (rime, end),
    };
    [onset, rime, end, tone]
}

/// The word in a form with hỏi and ngã made equal.
pub(super) fn fold_hook_tilde(word: &str) -> String {
    word.chars().map(hook_as_tilde).collect()
}

/// Hỏi and ngã as [`Form::Marked`] writes them, made equal.
fn hook_as_tilde(character: char) -> char {
    if character == '2' { '3' } else { character }
}

/// The onset made equal with its neighbours, and the rest of the letters. The end stands behind them.
pub(super) fn fold_onset<'a>(letters: &'a str, end: &str) -> (&'static str, &'a str) {
    const FOLDED: [(&str, &str); 8] = [
        ("TR", "CH"),
        ("NGH", "NGH"),
        ("NG", "NG"),
        ("NH", "NH"),
        ("N", "L"),
        ("X", "S"),
        ("R", "D"),
        ("GI", "D"),
    ];
    for (onset, folded) in FOLDED {
        if let Some(rime) = letters.strip_prefix(onset)
            && rime.chars().chain(end.chars()).next().and_then(letter).is_some_and(Letter::is_vowel)
        {
            return (folded, rime);
        }
    }
    ("", letters)
}

/// Whether the text has a letter with a mark.
pub(super) fn is_marked(name: &str) -> bool {
    name.chars().filter_map(letter).any(|letter| letter.tone != Tone::Level || letter.shape != Shape::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_marks_are_only_put_in_capitals() {
        for word in (0..128).map(|code| char::from(code).to_string()) {
            let (marked, mut unmarked) = (Split::of(&word).written(), String::new());
            text::unmark(&word, &mut unmarked);
            let capitals = word.to_ascii_uppercase();
            assert_eq!((&*marked, &*unmarked), (&*capitals, &*capitals));
        }
    }

    #[test]
    fn forms() {
        let check = |word, marked: &str, sound: &str| {
            let form = Form::Marked.of(word);
            assert_eq!((&*form, &*fold_sound(&form)), (marked, sound));
            assert!(same_sound(&form, &form) && same_sound(&form, sound) && !same_sound(&form, "LA"));
        };
        check("Hoà", "HOA1", "HOA1");
        check("hòa", "HOA1", "HOA1");
        check("Nguyển", "NGUYÊN2", "NGUYÊN3");
        check("Trang", "TRANG", "CHAN");
        check("Giang", "GIANG", "DAN");
        check("Gin", "GIN", "GIN");
        check("Đạt", "ĐAT5", "ĐAC5");
        check("Linh", "LINH", "LINH");
        check("Ninh", "NINH", "LINH");
        check("Nhung", "NHUNG", "NHUN");
        check("Quý", "QUY4", "QUI4");
        check("Thúy", "THUY4", "THUY4");
        check("Xuân", "XUÂN", "SUÂN");
        check("H'Mông", "H'MÔNG", "H'MÔN");
        check("VănĐạtTú", "VĂNĐẠTTÚ", "VĂNĐẠTTÚ");
    }
}
