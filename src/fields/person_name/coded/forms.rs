//! What comparing needs of a word, found out once.
//!
//! Owns the forms of words as numbers: equal numbers, equal forms. Deliberately knows no names, only words.

use super::interned::Interned;
use crate::fields::person_name::words::{
    Form, fold_hook_tilde, fold_i_y, fold_sound, is_marked, without_tone,
};
use crate::text;

/// A letter has a mark.
pub(super) const MARKED: u8 = 1;
/// Has a dot.
pub(super) const DOTTED: u8 = 2;
/// At most one character, so that it may be an initial.
pub(super) const INITIAL: u8 = 4;
/// What is compared as a text: spaces of other kinds, characters that vanish without marks, very many characters.
pub(super) const ODD: u8 = 8;

/// The forms of a word. Names of fields that say `bare` are of the form without marks, the others of the one with
/// marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) marked: u32,
    pub(super) i_y: u32,
    pub(super) sound: u32,
    pub(super) unmarked: u32,
    pub(super) bare_i_y: u32,
    pub(super) bare_sound: u32,
    pub(super) hook_tilde: u32,
    pub(super) toneless: u32,
    /// One bit for each kind of letter. Two words that are one edit apart differ in two bits at most.
    pub(super) kinds: u32,
    pub(super) bare_kinds: u32,
    /// A hash of the capitals, and what the hash of the words before is multiplied with to go on.
    pub(super) joined: u32,
    pub(super) power: u32,
    /// Letters in either form.
    pub(super) length: u8,
    pub(super) bare_length: u8,
    /// The lowest bits of the first letter without marks.
    pub(super) first: u8,
    pub(super) flags: u8,
}

/// What follows from the choice of a form.
pub(super) struct FormOf {
    pub(super) same: u32,
    pub(super) i_y: u32,
    pub(super) sound: u32,
    pub(super) kinds: u32,
    pub(super) length: u8,
}

impl Word {
    #[inline]
    pub(super) fn form(&self, bare: bool) -> FormOf {
        if bare {
            let Self { unmarked: same, bare_i_y: i_y, bare_sound: sound, .. } = *self;
            FormOf { same, i_y, sound, kinds: self.bare_kinds, length: self.bare_length }
        } else {
            let Self { marked: same, i_y, sound, kinds, length, .. } = *self;
            FormOf { same, i_y, sound, kinds, length }
        }
    }

    /// What is not one edit apart by the kinds of letters and the lengths.
    #[inline]
    pub(super) fn may_be_one_edit(&self, other: &Self, bare: bool) -> bool {
        let (one, other) = (self.form(bare), other.form(bare));
        (one.kinds ^ other.kinds).count_ones() <= 2 && one.length.abs_diff(other.length) <= 1
    }
}

/// Words and the numbers of their forms, above those of another layer or not.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// The number of each word.
    known: Interned,
    /// The number of each form.
    classes: Interned,
    /// By number.
    pub(super) words: Vec<Word>,
    spans: Vec<Span>,
    /// All words as they stand.
    texts: String,
    /// The letters of all words, with marks and then without.
    letters: Vec<char>,
    /// Numbers of the layer below.
    words_below: u32,
    classes_below: u32,
}

/// Where a word begins.
#[derive(Debug, Clone, Copy)]
struct Span {
    text: usize,
    letters: usize,
}

/// Characters of a form that is kept letter by letter.
const LETTERS_MAX: usize = 200;

impl Layer {
    /// An empty layer above another.
    pub(super) fn above(below: &Self) -> Self {
        let words_below = number(below.words.len());
        Self { words_below, classes_below: below.class_count(), ..Self::default() }
    }

    #[inline]
    pub(super) fn find(&self, key: u128) -> Option<u32> {
        self.known.find_short(key)
    }

    pub(super) fn find_text(&self, text: &str) -> Option<u32> {
        self.known.find(text)
    }

    /// The number of a text that the layer below does not have; a new one is taken apart.
    pub(super) fn enter(&mut self, text: &str, below: Option<&Self>) -> u32 {
        if let Some(code) = self.known.find(text) {
            return code;
        }
        let code = self.words_below + number(self.words.len());
        self.known.enter(text, code);
        self.spans.push(Span { text: self.texts.len(), letters: self.letters.len() });
        self.texts.push_str(text);
        let word = self.take_apart(text, below);
        self.words.push(word);
        code
    }

    fn take_apart(&mut self, text: &str, below: Option<&Self>) -> Word {
        if text.chars().nth(LETTERS_MAX).is_some() {
            return self.nothing_of(text, below);
        }
        let (marked, bare) = (Form::Marked.of(text), Form::Unmarked.of(text));
        let mut class = |form: &str| self.class(form, below);
        let mut word = Word {
            marked: class(&marked),
            i_y: class(&fold_i_y(&marked)),
            sound: class(&fold_sound(&marked)),
            unmarked: class(&bare),
            bare_i_y: class(&fold_i_y(&bare)),
            bare_sound: class(&fold_sound(&bare)),
            hook_tilde: class(&fold_hook_tilde(&marked)),
            toneless: class(without_tone(&marked)),
            kinds: kinds(&marked),
            bare_kinds: kinds(&bare),
            joined: 0,
            power: 1,
            length: 0,
            bare_length: 0,
            first: bare.chars().next().map_or(0, |first| first as u32 as u8),
            flags: flags(text, &marked, &bare),
        };
        (word.joined, word.power) = joined(text);
        let lengths = (u8::try_from(marked.chars().count()), u8::try_from(bare.chars().count()));
        match lengths {
            (Ok(length), Ok(bare_length)) => {
                (word.length, word.bare_length) = (length, bare_length);
                self.letters.extend(marked.chars().chain(bare.chars()));
            }
            _ => word.flags |= ODD,
        }
        word
    }

    /// Of a text that is no word.
    fn nothing_of(&mut self, text: &str, below: Option<&Self>) -> Word {
        let class = self.class(text, below);
        Word {
            marked: class,
            i_y: class,
            sound: class,
            unmarked: class,
            bare_i_y: class,
            bare_sound: class,
            hook_tilde: class,
            toneless: class,
            kinds: 0,
            bare_kinds: u32::MAX,
            joined: 0,
            power: 1,
            length: 0,
            bare_length: 0,
            first: 0,
            flags: ODD | if is_marked(text) { MARKED } else { 0 },
        }
    }

    /// The number of a form, which gets the next where it has none.
    pub(super) fn class(&mut self, form: &str, below: Option<&Self>) -> u32 {
        let known = below.and_then(|below| below.classes.find(form)).or_else(|| self.classes.find(form));
        known.unwrap_or_else(|| {
            let class = self.class_count();
            self.classes.enter(form, class);
            class
        })
    }

    /// How many forms have a number, with those of the layer below.
    pub(super) fn class_count(&self) -> u32 {
        self.classes_below + number(self.classes.count())
    }

    pub(super) fn text(&self, index: usize) -> &str {
        let end = self.spans.get(index + 1).map_or(self.texts.len(), |next| next.text);
        &self.texts[self.spans[index].text..end]
    }

    pub(super) fn letters(&self, index: usize, bare: bool) -> &[char] {
        let (word, start) = (&self.words[index], self.spans[index].letters);
        let middle = start + usize::from(word.length);
        if bare {
            &self.letters[middle..middle + usize::from(word.bare_length)]
        } else {
            &self.letters[start..middle]
        }
    }

    /// Forgets its own words and forms.
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.classes.clear();
        self.words.clear();
        self.spans.clear();
        self.texts.clear();
        self.letters.clear();
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("memory holds fewer words than that")
}

fn flags(text: &str, marked: &str, bare: &str) -> u8 {
    let mut flags = 0;
    if is_marked(text) {
        flags |= MARKED;
    }
    if marked.contains('.') || bare.contains('.') {
        flags |= DOTTED;
    }
    let has_two = |form: &str| without_tone(form).chars().nth(1).is_some();
    if !has_two(marked) || !has_two(bare) {
        flags |= INITIAL;
    }
    // What vanishes without marks could leave a word without letters.
    let vanishes = bare.chars().count() < text.chars().count();
    if vanishes || text.contains(char::is_whitespace) || bare.contains(' ') {
        flags |= ODD;
    }
    flags
}

/// One bit for each kind of letter.
fn kinds(form: &str) -> u32 {
    form.chars().fold(0, |kinds, letter| kinds | 1 << ((letter as u32).wrapping_mul(0x9E37_79B1) >> 27))
}

/// A hash of the capitals, and the factor of a hash that goes before it.
fn joined(text: &str) -> (u32, u32) {
    const FACTOR: u32 = 0x85EB_CA6B;
    let mut capitals = String::with_capacity(text.len());
    text.chars().for_each(|character| text::push_upper(character, &mut capitals));
    capitals.chars().fold((0, 1), |(hash, power), letter| {
        let hash: u32 = hash;
        let power: u32 = power;
        (hash.wrapping_mul(FACTOR).wrapping_add(letter as u32 + 1), power.wrapping_mul(FACTOR))
    })
}
