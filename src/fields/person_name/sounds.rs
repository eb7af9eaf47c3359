//! What a difference between two syllables costs, in hundredths of a wrong word.
//!
//! Owns the tables of sounds that regions do not tell apart, of marks that get lost, and of regional pairs of
//! names. Prices follow the project's survey of one million simulated people: what speakers confuse costs
//! little, what tells people apart costs a word.
//! Source: confusions by region (hỏi/ngã, n/ng, t/c in the south; s/x, ch/tr, l/n, d/gi/r in the north; v/d in
//! the far south).

use crate::text::{CODE_BITS, Grammar, Syllable, Tone, code, glyph, letter};
use std::collections::{HashMap, HashSet};

/// A whole wrong word.
pub(super) const WORD: u8 = 100;
/// Onsets or ends that sound alike.
pub(super) const SOUND: u8 = 35;
/// A regional pair of names.
const DIALECT: u8 = 35;
/// A hat, horn or breve more or less, or another.
const SHAPE: u8 = 40;
/// Hỏi and ngã.
const HOOK_TILDE: u8 = 20;
/// Any other two tones.
const TONE: u8 = 45;
/// A hat or a tone between two words that are both names, which tells people apart: Toàn, Toán.
const BOTH_NAMES: u8 = 15;
/// All marks of one word missing.
const UNMARKED: u8 = 20;

/// The tables, built once.
#[derive(Debug)]
pub(super) struct Sounds {
    onsets: Box<[[u8; 32]; 32]>,
    /// Rime by rime.
    rimes: Vec<u8>,
    /// Bare rime by bare rime.
    bare_rimes: Vec<u8>,
    rime_count: usize,
    bare_count: usize,
    /// The onset and the rime without marks of a word's bare letters.
    bare_words: HashMap<u64, (u8, u8)>,
    dialect: HashSet<(u16, u16)>,
    /// The syllable that stands for all that sound like it in some region.
    classes: Box<[u16; Syllable::COUNT]>,
    /// Syllables that stand in a pair.
    in_dialect: Box<[u64; Syllable::COUNT / 64]>,
}

/// Onsets that some region does not tell apart.
const ONSETS: [(&str, &str); 9] = [
    ("s", "x"),
    ("ch", "tr"),
    ("l", "n"),
    ("d", "gi"),
    ("d", "r"),
    ("gi", "r"),
    ("d", "đ"),
    ("v", "d"),
    ("v", "gi"),
];

impl Sounds {
    pub(super) fn new<'a>(grammar: &Grammar, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let onsets: Vec<&str> = grammar.onsets().collect();
        let rimes: Vec<&str> = grammar.rimes().collect();
        let mut bare: Vec<String> = Vec::new();
        let bare_of: Vec<u8> = rimes.iter().map(|rime| number(&mut bare, unmarked(rime))).collect();
        let mut sounds = Self {
            onsets: Box::new([[WORD; 32]; 32]),
            rimes: rime_costs(&rimes),
            bare_rimes: rime_costs(&bare),
            rime_count: rimes.len(),
            bare_count: bare.len(),
            bare_words: HashMap::new(),
            dialect: HashSet::new(),
            classes: Box::new([0; Syllable::COUNT]),
            in_dialect: Box::new([0; Syllable::COUNT / 64]),
        };
        sounds.fill_classes(grammar, &onsets, &rimes);
        for (row, one) in sounds.onsets.iter_mut().zip(&onsets) {
            for (cost, other) in row.iter_mut().zip(&onsets) {
                let alike = ONSETS.iter().any(|&(a, b)| (a, b) == (*one, *other) || (b, a) == (*one, *other));
                *cost = if one == other {
                    0
                } else if alike {
                    SOUND
                } else {
                    WORD
                };
            }
        }
        let bare_onsets: Vec<String> = onsets.iter().map(|onset| unmarked(onset)).collect();
        let mut is_met = vec![false; onsets.len() * bare.len()];
        for syllable in grammar.possible() {
            let (onset, rime) = (syllable.onset(), bare_of[usize::from(syllable.rime())]);
            // One of all its tones and marks will do.
            if std::mem::replace(&mut is_met[usize::from(onset) * bare.len() + usize::from(rime)], true) {
                continue;
            }
            let letters = format!("{}{}", bare_onsets[usize::from(onset)], bare[usize::from(rime)]);
            let onset = if onsets[usize::from(onset)] == "đ" { position(&onsets, "d") } else { onset };
            sounds.bare_words.entry(key_of(&letters)).or_insert((onset, rime));
        }
        for (one, other) in pairs {
            if let (Some(one), Some(other)) = (grammar.read(one), grammar.read(other)) {
                sounds.enter_pair(one.syllable, other.syllable);
                let (one, other) = (sounds.class(one.syllable), sounds.class(other.syllable));
                sounds.classes.iter_mut().filter(|class| **class == other).for_each(|class| *class = one);
            }
        }
        sounds
    }

    /// Puts together what some region does not tell apart.
    fn fill_classes(&mut self, grammar: &Grammar, onsets: &[&str], rimes: &[&str]) {
        let onset_of = |onset: u8| match onsets[usize::from(onset)] {
            "x" => position(onsets, "s"),
            "tr" => position(onsets, "ch"),
            "n" => position(onsets, "l"),
            "gi" | "r" => position(onsets, "d"),
            _ => onset,
        };
        let rime_of = |rime: u8| {
            let text = rimes[usize::from(rime)];
            let folded = match (text.strip_suffix("ng"), text.strip_suffix('t')) {
                (Some(vowels), _) => format!("{vowels}n"),
                (_, Some(vowels)) => format!("{vowels}c"),
                _ if text == "y" => "i".to_owned(),
                _ => text.to_owned(),
            };
            rimes
                .iter()
                .position(|known| *known == folded)
                .and_then(|at| u8::try_from(at).ok())
                .unwrap_or(rime)
        };
        let onset_class: Vec<u8> = (0..).take(onsets.len()).map(onset_of).collect();
        let rime_class: Vec<u8> = (0..).take(rimes.len()).map(rime_of).collect();
        for syllable in grammar.possible() {
            let tone = if syllable.tone() == Tone::Hook { Tone::Tilde } else { syllable.tone() };
            let onset = onset_class[usize::from(syllable.onset())];
            let class = Syllable::of(onset, rime_class[usize::from(syllable.rime())], tone);
            self.classes[syllable.index()] = class.bits() as u16;
        }
    }

    /// What stands for the syllable in the key by sound.
    pub(super) fn class(&self, syllable: Syllable) -> u16 {
        self.classes[syllable.index()]
    }

    fn enter_pair(&mut self, one: Syllable, other: Syllable) {
        for (one, other) in [(one, other), (other, one)] {
            self.dialect.insert((one.bits() as u16, other.bits() as u16));
            self.in_dialect[one.index() / 64] |= 1 << (one.index() % 64);
        }
    }

    /// The onset and the bare rime of letters without marks.
    pub(super) fn bare(&self, key: u64) -> Option<(u8, u8)> {
        self.bare_words.get(&key).copied()
    }

    /// The cost between two different syllables, which are both words of names or not.
    pub(super) fn cost(&self, one: Syllable, other: Syllable, both_names: bool) -> u8 {
        let onset = self.onsets[usize::from(one.onset())][usize::from(other.onset())];
        let rime = self.rimes[usize::from(one.rime()) * self.rime_count + usize::from(other.rime())];
        let sum =
            onset.saturating_add(rime).saturating_add(TONES[one.tone() as usize][other.tone() as usize]);
        if sum > DIALECT && self.in_dialect[one.index() / 64] & 1 << (one.index() % 64) != 0 {
            // Keys are 16 bits: a syllable's number is below 65,536.
            if self.dialect.contains(&(one.bits() as u16, other.bits() as u16)) {
                return DIALECT;
            }
        }
        // A slip mostly leaves a word that is no name; what is above a sound is else somebody's name.
        let dear = if both_names && sum > SOUND { BOTH_NAMES } else { 0 };
        sum.saturating_add(dear).min(WORD)
    }

    /// The cost between two words without their marks.
    pub(super) fn bare_cost(&self, one: (u8, u8), other: (u8, u8)) -> u8 {
        let onset = self.onsets[usize::from(one.0)][usize::from(other.0)];
        let rime = self.bare_rimes[usize::from(one.1) * self.bare_count + usize::from(other.1)];
        onset.saturating_add(rime).min(WORD)
    }

    /// The cost of a word that lost all its marks.
    pub(super) const fn unmarked_cost() -> u8 {
        UNMARKED
    }
}

/// Tone by tone, in the order of [`Tone::ALL`].
static TONES: [[u8; 6]; 6] = {
    let mut table = [[TONE; 6]; 6];
    let mut tone = 0;
    while tone < 6 {
        table[tone][tone] = 0;
        tone += 1;
    }
    table[Tone::Hook as usize][Tone::Tilde as usize] = HOOK_TILDE;
    table[Tone::Tilde as usize][Tone::Hook as usize] = HOOK_TILDE;
    table
};

/// The cost between any two of these rimes without tone, rime by rime.
fn rime_costs<T: AsRef<str>>(rimes: &[T]) -> Vec<u8> {
    let parts: Vec<RimeParts> = rimes.iter().map(|rime| RimeParts::of(rime.as_ref())).collect();
    parts.iter().flat_map(|one| parts.iter().map(|other| one.cost(other))).collect()
}

/// A rime taken apart.
struct RimeParts<'a> {
    vowels: &'a str,
    bare_vowels: String,
    coda: &'a str,
}

impl<'a> RimeParts<'a> {
    fn of(rime: &'a str) -> Self {
        let end = rime.trim_end_matches(['c', 'g', 'h', 'm', 'n', 'p', 't']).len();
        let (vowels, coda) = rime.split_at(end);
        Self { vowels, bare_vowels: unmarked(vowels), coda }
    }

    /// The cost between two rimes.
    fn cost(&self, other: &Self) -> u8 {
        let vowels = match (self.vowels, other.vowels) {
            (one, other) if one == other => 0,
            ("i", "y") | ("y", "i") => 0,
            _ if self.bare_vowels == other.bare_vowels => SHAPE,
            _ => WORD,
        };
        let codas = match (self.coda, other.coda) {
            (one, other) if one == other => 0,
            ("n", "ng") | ("ng", "n") | ("t", "c") | ("c", "t") => SOUND,
            _ => WORD,
        };
        u8::saturating_add(vowels, codas).min(WORD)
    }
}

/// Letters without marks, small.
fn unmarked(letters: &str) -> String {
    letters.chars().filter_map(letter).map(|letter| char::from(letter.base)).collect()
}

/// The number of a text in the list, which it is put into if it is new.
fn number(list: &mut Vec<String>, text: String) -> u8 {
    let at = list.iter().position(|known| *known == text).unwrap_or_else(|| {
        list.push(text);
        list.len() - 1
    });
    u8::try_from(at).expect("there are 173 rimes")
}

fn position(onsets: &[&str], wanted: &str) -> u8 {
    let at = onsets.iter().position(|onset| *onset == wanted).unwrap_or_default();
    u8::try_from(at).expect("there are 28 onsets")
}

/// Small letters as one number of six bits each.
fn key_of(letters: &str) -> u64 {
    letters.chars().filter_map(code).fold(0, |key, (code, _)| key << CODE_BITS | code)
}

/// The code of a letter's base.
pub(super) fn bare_code(letter_code: u64) -> u64 {
    let base = glyph(letter_code).and_then(letter).map(|letter| char::from(letter.base));
    base.and_then(code).map_or(letter_code, |(code, _)| code)
}
