//! Names with letters lost on the way: `Nguy?n V?n A`.
//!
//! Owns how such a name is recognized and which words it may have been. Deliberately never chooses: a lost
//! letter is no evidence.

use super::NameWords;
use crate::text::{push_lower, title};

/// Whether a letter of a word was replaced by `?` or U+FFFD. A `?` after the last word is somebody's doubt.
pub(super) fn has_lost_letter(name: &str) -> bool {
    // The first byte of U+FFFD is EF: hardly any name has either.
    if !name.bytes().any(|byte| matches!(byte, b'?' | 0xEF)) {
        return false;
    }
    // A last word that has no vowel without its sign is no word: `A L?`.
    let is_vowel = |letter: char| crate::text::letter(letter).is_some_and(crate::text::Letter::is_vowel);
    let last = name.rsplit(' ').next().unwrap_or_default();
    let stem = last.trim_end_matches('?');
    if stem.len() < last.len() && !stem.is_empty() && !stem.chars().any(is_vowel) {
        return true;
    }
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphabetic);
    // A word of nothing but signs that others follow.
    let is_lost = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte == b'?');
    if name.rsplit(' ').skip(1).any(is_lost) {
        return true;
    }
    name.char_indices().any(|(position, character)| {
        let before = || name[..position].chars().next_back();
        let after = || name[position + character.len_utf8()..].chars().next();
        match character {
            '\u{FFFD}' => true,
            '?' => is_letter(after()) || (is_letter(before()) && after().is_some()),
            _ => false,
        }
    })
}

/// The words of names that a damaged word may have been, most frequent first: `Nguy?n` gives Nguyễn. Each run
/// of signs stands for one to three letters.
pub fn lost_letter_candidates(word: &str, words: &NameWords) -> Vec<String> {
    let mut small = String::with_capacity(word.len());
    word.chars().for_each(|character| push_lower(character, &mut small));
    let pattern: Vec<char> = small.chars().collect();
    let known = words.book.tokens.iter().filter(|(token, _)| {
        let mut letters = String::with_capacity(token.len());
        token.chars().for_each(|character| push_lower(character, &mut letters));
        matches(&pattern, &letters.chars().collect::<Vec<_>>())
    });
    let mut out = String::new();
    known
        .map(|(token, _)| {
            title(token, &mut out);
            out.clone()
        })
        .collect()
}

/// Whether the word fits the pattern, where a sign stands for one letter beyond ASCII, or for nothing when it
/// follows another sign: a letter of two or three bytes leaves as many signs.
fn matches(pattern: &[char], word: &[char]) -> bool {
    match (pattern, word) {
        ([], []) => true,
        (['?' | '\u{FFFD}', rest @ ..], [letter, tail @ ..]) if !letter.is_ascii() => {
            let run = rest.iter().take(2).take_while(|&&sign| matches!(sign, '?' | '\u{FFFD}')).count();
            (0..=run).any(|skipped| matches(&rest[skipped..], tail))
        }
        ([one, rest @ ..], [other, tail @ ..]) => one == other && matches(rest, tail),
        _ => false,
    }
}
