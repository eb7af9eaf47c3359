//! Names: the canonical form, what stood around it, keys, proposals, and two names beside each other.

use super::{Answer, Filter};
use crate::fields::person_name::{self, DISTANCE_MAX, NameDifference, NameParts, PackedName};
use crate::record::{Defect, FieldKind, Outcome};
use crate::rulebook::{Kind, Rulebook};
use crate::text::{self, ColumnPrior, Encoding, WordsSeen};

/// The case in which names are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Case {
    /// As the value has it.
    #[default]
    Kept,
    /// One capital a word.
    Title,
    /// Capitals.
    Upper,
}

/// Reads names.
pub struct NameFilter<'a> {
    book: &'a Rulebook,
    prior: ColumnPrior,
    case: Case,
    /// Whether keys are among the facts.
    keys: bool,
}

/// Two names beside each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// How they differ.
    pub level: NameDifference,
    /// How far apart they are, in hundredths of a word; none where that is more than is measured.
    pub distance: Option<u16>,
    /// The words in which they differ; a missing one is empty.
    pub words: Vec<(String, String)>,
    /// Whether no region tells them apart.
    pub same_sound: bool,
}

impl<'a> NameFilter<'a> {
    /// A filter for names of which nothing is known, or whose encoding is told.
    pub fn new(book: &'a Rulebook, told: Option<Encoding>, case: Case, keys: bool) -> Self {
        let prior = told.map_or_else(ColumnPrior::default, ColumnPrior::told);
        Self { book, prior, case, keys }
    }

    /// Learns from some values how the column is encoded.
    pub fn learn<'v>(&mut self, values: impl Iterator<Item = &'v str>) {
        self.prior = self.book.name_words.book().learn_column(values.filter(|value| !value.is_empty()));
    }

    /// Two values beside each other, each in canonical form.
    pub fn compare(&self, one: &str, other: &str) -> Compared {
        let (one, other) = (self.answer(one).canonical, self.answer(other).canonical);
        let words = &self.book.name_words;
        let packed = |name: &str| PackedName::new(name, words.book());
        let distance = person_name::distance(&packed(&one), &packed(&other), DISTANCE_MAX, words.book());
        let differing = person_name::differing_words(&one, &other).into_iter();
        Compared {
            level: person_name::compare(&one, &other, words),
            distance: (distance < DISTANCE_MAX).then_some(distance),
            words: differing.map(|(one, other)| (one.to_owned(), other.to_owned())).collect(),
            same_sound: person_name::sound_key(&one, words) == person_name::sound_key(&other, words),
        }
    }

    fn write(&self, name: &str) -> String {
        let mut out = String::with_capacity(name.len());
        match self.case {
            Case::Kept => out.push_str(name),
            Case::Title => text::title(name, &mut out),
            Case::Upper => text::upper(name, &mut out),
        }
        out
    }

    /// Spelling and spacing that a clerk should look at.
    fn propose(&self, name: &str, answer: &mut Answer) {
        let find =
            |way: NameDifference| self.book.checks.find(FieldKind::FullName, Kind::Difference, way.name());
        let spacing = person_name::spacing_proposals(name, &self.book.name_words);
        let spelling = person_name::spelling_proposals(name, &self.book.name_words);
        for (proposals, way) in [(spacing, NameDifference::SpaceOnly), (spelling, NameDifference::OneEdit)] {
            if !proposals.is_empty() {
                answer.find(find(way));
                answer.proposals.extend(proposals);
            }
        }
    }

    fn add_keys(&self, name: &str, answer: &mut Answer) {
        let (mut exact, mut bare) = (String::new(), String::new());
        text::tone_place_upper(name, &mut exact);
        text::unmark(name, &mut bare);
        let sound = format!("{:016x}", person_name::sound_key(name, &self.book.name_words));
        answer.facts.extend([("key", exact), ("key_unmarked", bare), ("key_sound", sound)]);
    }
}

impl Filter for NameFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        let (mut name, mut parts, mut seen) = (String::new(), NameParts::default(), WordsSeen::default());
        let words = &self.book.name_words;
        let outcome = person_name::parse_parts(raw, words, &self.prior, &mut name, (&mut parts, &mut seen));
        let mut answer = Answer::of(&outcome, |(), answer| answer.canonical = self.write(&name))
            .checked(FieldKind::FullName, self.book);
        match outcome {
            Outcome::Value(..) => self.propose(&name, &mut answer),
            Outcome::Defective(Defect::Destroyed) => answer.proposals = candidates(raw, self.book),
            _ => {}
        }
        for (fact, text) in [("title", parts.title), ("note", parts.note)] {
            if !text.is_empty() {
                answer.facts.push((fact, text));
            }
        }
        if self.keys {
            self.add_keys(&name, &mut answer);
        }
        answer
    }
}

/// The commonest words that each damaged one may have been.
fn candidates(name: &str, book: &Rulebook) -> Vec<String> {
    const MOST: usize = 5;
    let damaged = name.split_whitespace().filter(|word| word.contains(['?', '\u{FFFD}']));
    let of_word = |word| person_name::lost_letter_candidates(word, &book.name_words).into_iter().take(MOST);
    damaged.flat_map(of_word).collect()
}
