//! Words glued together or split in two: `NguyễnVăn An`, `Lê Tu ấn`.
//!
//! Owns the proposals, each a whole name. Deliberately applies none: where a space was meant is for a clerk.

use super::NameWords;

/// The names that one space put in or taken out makes of this one, where that turns a word that is no syllable into
/// words of names, or where the case tells that a word goes on; sorted.
pub fn spacing_proposals(canonical: &str, words: &NameWords) -> Vec<String> {
    let detector = words.book.detector();
    let reading = |word: &str| detector.grammar().read(word).filter(|reading| reading.possible);
    let known = |word: &str| reading(word).is_some_and(|found| detector.vocabulary().knows(found.syllable));
    let parts: Vec<&str> = canonical.split(' ').collect();
    let mut proposals = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let mut propose = |replaced: &str, count: usize| {
            let mut name = parts.clone();
            name.splice(index..index + count, [replaced]);
            proposals.push(name.join(" "));
        };
        if reading(part).is_none() {
            for (at, _) in part.char_indices().skip(1) {
                let (one, other) = part.split_at(at);
                if known(one) && known(other) {
                    propose(&format!("{one} {other}"), 1);
                }
            }
        }
        if let Some(next) = parts.get(index + 1)
            && (reading(part).is_none() || reading(next).is_none() || goes_on(part, next))
        {
            let joined = format!("{part}{next}");
            if known(&joined) {
                propose(&joined, 2);
            }
        }
    }
    proposals.sort_unstable();
    proposals.dedup();
    proposals
}

/// Whether the case tells that a word goes on in the next: `Tu ấn`.
fn goes_on(part: &str, next: &str) -> bool {
    let is = |word: &str, case: fn(char) -> bool| word.chars().next().is_some_and(case);
    is(part, char::is_uppercase) && is(next, char::is_lowercase)
}
