//! Words of names that no Vietnamese syllable is spelled like: `Ngyễn`.
//!
//! Owns the proposals, each a whole name. Deliberately applies none, and speaks only of names whose family name is
//! Vietnamese: in a foreign name nearly every word is no syllable.

use super::NameWords;
use crate::text::{letter, title};

/// The names that one letter or tone makes of this one, where that turns a word that is no syllable into a word of
/// names; sorted. Nothing when more than one word would have to change.
pub fn spelling_proposals(canonical: &str, words: &NameWords) -> Vec<String> {
    let parts: Vec<&str> = canonical.split(' ').collect();
    let wrong: Vec<usize> = (0..parts.len()).filter(|&index| is_misspelled(parts[index], words)).collect();
    let [at] = wrong[..] else { return Vec::new() };
    let others_are_names = parts.iter().enumerate().all(|(index, part)| index == at || is_word(part, words));
    // A wrong family name leaves only the other words to tell that the name is Vietnamese.
    let is_vietnamese = at == 0 || words.book.around.begins_with_surname(canonical);
    if parts.len() < 2 || !others_are_names || !is_vietnamese {
        return Vec::new();
    }
    let grammar = words.book.detector.grammar();
    let mut written = String::new();
    let proposals = grammar.proposals(parts[at]).into_iter().filter(|word| is_word(word, words));
    let mut names: Vec<String> = proposals
        .map(|word| {
            title(&word, &mut written);
            let cased = if parts[at].chars().all(|letter| !letter.is_lowercase()) {
                written.to_uppercase()
            } else {
                written.clone()
            };
            let mut name = parts.clone();
            name[at] = &cased;
            name.join(" ")
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether the word is one of names.
fn is_word(word: &str, words: &NameWords) -> bool {
    let detector = words.book.detector();
    let reading = detector.grammar().read(word).filter(|reading| reading.possible);
    reading.is_some_and(|reading| detector.vocabulary().knows(reading.syllable))
}

/// Whether the word has only Vietnamese letters, one of them with a mark or three in all, and is no syllable.
fn is_misspelled(word: &str, words: &NameWords) -> bool {
    let is_long = word.chars().nth(2).is_some();
    let all_letters = word.chars().all(|character| letter(character).is_some());
    is_long && all_letters && !words.book.detector.grammar().is_possible(word)
}
