//! The comparison of names written plainly: every form of every word, and no way around any. What is quicker has to
//! say the same.

use crate::fields::person_name::words::{Form, fold_onset, is_marked, without_tone};
use crate::fields::person_name::{NameDifference, NameWords};
use crate::text::{self, Letter, letter};

/// Characters over which a text is no name and is only compared for equality.
const LONGEST: usize = 200;

/// Names the best difference between two display forms.
///
/// If one of the names has no mark at all, the other is compared without its marks from [`Marks`] on: lists
/// typed without marks lose them everywhere.
///
/// [`Marks`]: NameDifference::Marks
pub(in crate::fields::person_name) fn compare(a: &str, b: &str, words: &NameWords) -> NameDifference {
    if a == b {
        return NameDifference::Same;
    }
    if a.chars().nth(LONGEST).or_else(|| b.chars().nth(LONGEST)).is_some() {
        return NameDifference::Different;
    }
    let marked = Pair::new(a, b, Form::Marked);
    if marked.a == marked.b {
        NameDifference::Same
    } else if marked.equal_by(fold_i_y) {
        NameDifference::IY
    } else if without_spaces(a) == without_spaces(b) {
        NameDifference::SpaceOnly
    } else if unmarked(a) == unmarked(b) {
        marked.difference_in_marks(is_marked(a) != is_marked(b))
    } else if is_marked(a) && is_marked(b) {
        marked.difference(words)
    } else {
        Pair::new(a, b, Form::Unmarked).difference(words)
    }
}

/// Capitals without spaces.
fn without_spaces(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    name.chars()
        .filter(|&character| character != ' ')
        .for_each(|character| text::push_upper(character, &mut out));
    out
}

fn unmarked(name: &str) -> String {
    Form::Unmarked.of(name)
}

/// The words of two names in one form.
struct Pair {
    a: Vec<String>,
    b: Vec<String>,
}

impl Pair {
    fn new(a: &str, b: &str, form: Form) -> Self {
        let words = |name: &str| name.split_whitespace().map(|word| form.of(word)).collect();
        Self { a: words(a), b: words(b) }
    }

    /// The kind of names that are equal without marks.
    fn difference_in_marks(&self, one_unmarked: bool) -> NameDifference {
        if one_unmarked {
            NameDifference::Marks
        } else if self.equal_by(fold_hook_tilde) {
            NameDifference::Sound
        } else if self.is_one_tone() {
            NameDifference::OneTone
        } else {
            NameDifference::Marks
        }
    }

    /// Whether just one word differs, and in its tone only.
    fn is_one_tone(&self) -> bool {
        let toneless =
            |word: &str| word.trim_end_matches(|character: char| character.is_ascii_digit()).to_owned();
        let mut differing = self.a.iter().zip(&self.b).filter(|(one, other)| one != other);
        self.a.len() == self.b.len()
            && differing.next().is_some_and(|(one, other)| toneless(one) == toneless(other))
            && differing.next().is_none()
    }

    /// The kinds from [`NameDifference::Sound`] on.
    fn difference(&self, words: &NameWords) -> NameDifference {
        if self.equal_by(fold_sound) {
            NameDifference::Sound
        } else if self.all_words(|one, other| {
            one == other || fold_i_y(one) == fold_i_y(other) || words.is_dialect_pair(one, other)
        }) {
            NameDifference::Dialect
        } else if self.is_one_edit() {
            NameDifference::OneEdit
        } else if self.is_middle_missing() {
            NameDifference::MiddleMissing
        } else if self.is_reordered() {
            NameDifference::Order
        } else if self.has_initials() {
            NameDifference::Initials
        } else if self.a.last() == self.b.last() {
            NameDifference::GivenSame
        } else if self.a.first() == self.b.first() {
            NameDifference::SurnameOnly
        } else {
            NameDifference::Different
        }
    }

    /// Whether the names have as many words and every two pass.
    fn all_words(&self, pass: impl Fn(&str, &str) -> bool) -> bool {
        self.a.len() == self.b.len() && self.a.iter().zip(&self.b).all(|(one, other)| pass(one, other))
    }

    fn equal_by(&self, fold: impl Fn(&str) -> String) -> bool {
        self.all_words(|one, other| one == other || fold(one) == fold(other))
    }

    /// Whether just one word differs, and by one letter.
    fn is_one_edit(&self) -> bool {
        let mut differing = self.a.iter().zip(&self.b).filter(|(one, other)| one != other);
        self.a.len() == self.b.len()
            && differing.next().is_some_and(|(one, other)| strsim::osa_distance(one, other) == 1)
            && differing.next().is_none()
    }

    /// Whether one name has all words of the other in order, the first and the last in place, and more.
    fn is_middle_missing(&self) -> bool {
        let (short, long) = if self.a.len() < self.b.len() { (&self.a, &self.b) } else { (&self.b, &self.a) };
        let mut rest = long.iter();
        short.len() >= 2
            && short.len() < long.len()
            && short.first() == long.first()
            && short.last() == long.last()
            && short.iter().all(|word| rest.any(|other| other == word))
    }

    fn is_reordered(&self) -> bool {
        let sorted = |words: &[String]| {
            let mut words = words.to_vec();
            words.sort_unstable();
            words
        };
        self.a.len() == self.b.len() && sorted(&self.a) == sorted(&self.b)
    }

    /// Whether every two words are equal or one shortens the other, with at least one whole word in common.
    fn has_initials(&self) -> bool {
        let a = abbreviated_words(&self.a);
        let b = abbreviated_words(&self.b);
        a.len() == b.len()
            && a.iter()
                .zip(&b)
                .all(|(one, other)| one == other || shortens(one, other) || shortens(other, one))
            && a.iter().zip(&b).any(|(one, other)| one == other && one.chars().nth(1).is_some())
    }
}

/// The words, with runs of initials such as `N.V.` taken apart; a dot stays with the word it shortens.
fn abbreviated_words(words: &[String]) -> Vec<&str> {
    words.iter().flat_map(|word| word.split_inclusive('.')).collect()
}

/// Whether one word is the initial of the other, or its beginning with a dot. Tones are no matter.
fn shortens(short: &str, long: &str) -> bool {
    let is_tone = |character: char| character.is_ascii_digit();
    let start = short.trim_end_matches('.').trim_end_matches(is_tone);
    let is_short = short.ends_with('.') || start.chars().nth(1).is_none();
    let whole = long.trim_end_matches(is_tone);
    is_short
        && !start.is_empty()
        && start.len() < whole.len()
        && Form::Unmarked.of(whole).starts_with(&Form::Unmarked.of(start))
}

fn fold_i_y(word: &str) -> String {
    let (letters, tone) = word.split_at(without_tone(word).len());
    let Some(stem) = letters.strip_suffix('Y') else {
        return word.to_owned();
    };
    let consonant = |last: char| last.is_alphabetic() && !letter(last).is_some_and(Letter::is_vowel);
    if stem.ends_with(consonant) || stem == "QU" { format!("{stem}I{tone}") } else { word.to_owned() }
}

fn fold_sound(word: &str) -> String {
    let word = fold_hook_tilde(&fold_i_y(word));
    let (letters, tone) = word.split_at(without_tone(&word).len());
    let (onset, rime) = fold_onset(letters, "");
    let rime = if rime.ends_with("NG") { &rime[..rime.len() - 1] } else { rime };
    match rime.strip_suffix('T') {
        Some(vowels) => format!("{onset}{vowels}C{tone}"),
        None => format!("{onset}{rime}{tone}"),
    }
}

fn fold_hook_tilde(word: &str) -> String {
    word.replace('2', "3")
}
