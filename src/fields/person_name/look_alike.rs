//! Letters that only look right: Ð of Icelandic for Đ, Cyrillic and Greek for Latin.
//!
//! Owns the table of shapes. Deliberately leaves alone what may be a legacy encoding (Ð is é in TCVN3) or a
//! name in another script.
//! Source: Unicode confusables (UTS 39), cut down to the letters that Vietnamese names use.

use crate::text::{Grammar, Letter, letter};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Puts Latin letters for look-alikes; says whether there were any.
pub(super) fn replace(name: &mut String, grammar: &Grammar) -> bool {
    // Latin letters first: the vowel after a Ð may be Cyrillic.
    let latin = replace_scripts(name);
    let stroke = replace_strokes(name);
    let foreign = replace_foreign(name, grammar);
    latin || stroke || foreign
}

/// Writes i for the Turkish letters and ă for ǎ in words that become syllables, so that Çalışkan stays.
fn replace_foreign(name: &mut String, grammar: &Grammar) -> bool {
    let replace = |word: &str| {
        let letters = word.chars().map(|character| match character {
            'ı' => 'i',
            'İ' => 'I',
            'ǎ' => 'ă',
            'Ǎ' => 'Ă',
            _ => character,
        });
        Some(letters.collect::<String>()).filter(|replaced| replaced != word && grammar.is_possible(replaced))
    };
    if !name.contains(['ı', 'İ', 'ǎ', 'Ǎ']) {
        return false;
    }
    let words = name.split(' ').map(|word| replace(word).unwrap_or_else(|| word.to_owned()));
    let replaced = words.collect::<Vec<_>>().join(" ");
    let changed = replaced != *name;
    *name = replaced;
    changed
}

/// Writes Latin for the Cyrillic and Greek letters of words that are Latin otherwise.
fn replace_scripts(name: &mut String) -> bool {
    let mut replaced = String::with_capacity(name.len());
    let is_boundary = |character: char| !character.is_alphabetic() && !is_combining_mark(character);
    for word in name.split_inclusive(is_boundary) {
        let reads_as_latin = |c: char| !c.is_alphabetic() || is_latin(c) || latin_of(c).is_some();
        if has_latin(word) && word.chars().all(reads_as_latin) {
            replaced.extend(word.chars().map(|character| latin_of(character).unwrap_or(character)));
        } else {
            replaced.push_str(word);
        }
    }
    let changed = replaced != *name;
    if changed {
        // Composed, since a mark may follow that the Cyrillic letter could not take.
        name.clear();
        name.extend(replaced.nfc());
    }
    changed
}

/// Writes Đ for its look-alikes at the start of syllables, unless the name may be in a legacy encoding.
fn replace_strokes(name: &mut String) -> bool {
    if !name.chars().all(may_stand_with_stroke) {
        return false;
    }
    let mut replaced = String::with_capacity(name.len());
    let mut inside = false;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        let before_vowel = characters.peek().and_then(|&next| letter(next)).is_some_and(Letter::is_vowel);
        let stroke = stroke_of(character).filter(|_| before_vowel && !inside);
        replaced.push(stroke.unwrap_or(character));
        inside = character.is_alphabetic();
    }
    let changed = replaced != *name;
    *name = replaced;
    changed
}

/// Whether a character may stand in a name in which Ð means Đ. Other Latin-1 letters point to TCVN3.
fn may_stand_with_stroke(character: char) -> bool {
    character.is_ascii()
        || letter(character).is_some()
        || stroke_of(character).is_some()
        || matches!(character, '\u{100}'..='\u{17F}')
}

/// Đ or đ for its look-alikes.
const fn stroke_of(character: char) -> Option<char> {
    match character {
        'Ð' | 'Ɖ' => Some('Đ'),
        'ð' | 'ɖ' => Some('đ'),
        _ => None,
    }
}

fn has_latin(word: &str) -> bool {
    word.chars().any(|character| letter(character).is_some())
}

/// Whether this is a Latin letter, by the blocks that Latin text uses.
const fn is_latin(character: char) -> bool {
    matches!(character, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

/// The Latin letter of the same look.
const fn latin_of(character: char) -> Option<char> {
    Some(match character {
        // Cyrillic.
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        'І' => 'I',
        'Ѕ' => 'S',
        'Ј' => 'J',
        'а' => 'a',
        'е' => 'e',
        'о' => 'o',
        'р' => 'p',
        'с' => 'c',
        'у' => 'y',
        'х' => 'x',
        'і' => 'i',
        'ѕ' => 's',
        // Greek.
        'Α' => 'A',
        'Β' => 'B',
        'Ε' => 'E',
        'Η' => 'H',
        'Ι' => 'I',
        'Κ' => 'K',
        'Μ' => 'M',
        'Ν' => 'N',
        'Ο' => 'O',
        'Ρ' => 'P',
        'Τ' => 'T',
        'Υ' => 'Y',
        'Χ' => 'X',
        'ο' => 'o',
        _ => return None,
    })
}
