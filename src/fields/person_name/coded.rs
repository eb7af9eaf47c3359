//! A name as the codes of its words, for comparing hundreds of millions of pairs without touching a letter.
//!
//! Owns the codes: each distinct word is taken apart once, and of each of its forms a number is kept, so that two
//! forms are equal where their numbers are. [`LocalCodes::compare`] says exactly what [`compare`](super::compare)
//! says of the texts. Deliberately keeps nothing of pairs: comparing is pure and needs no memory of its own.
//!
//! Words of a list get their codes while it is read ([`NameCodes`]); then the codes are shared by all threads, and
//! each thread gives codes of its own, from there on, to words that the list does not have ([`LocalCodes`]).

mod compare;
mod forms;
mod interned;
mod levels;

pub use levels::{PartLevel, PartLevels};

use super::NameWords;
use forms::{Layer, MARKED, ODD, Word};
use interned::{SHORT_MAX, short_key};
use std::collections::HashSet;

/// Words of a name that have a place in it. Of a longer name the last word takes the last place.
const WORDS_MAX: usize = 8;

/// Bytes of a text that is read in one piece.
const PIECE: usize = 64;

/// Bytes over which a text is compared as a text; it may have too many characters for a name.
const LONGEST: usize = 200;

/// A name in codes. Names may be compared that were coded by one [`NameCodes`] and one [`LocalCodes`] above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CodedName {
    words: [u32; WORDS_MAX],
    /// A hash of the capitals without spaces; of a name that is [`ODD`] the code of its whole text.
    whole: u32,
    count: u8,
    /// What is true of any of its words.
    flags: u8,
}

impl CodedName {
    /// The codes of the words; of a name of more than eight, of the first seven and the last.
    pub fn words(&self) -> &[u32] {
        &self.words[..usize::from(self.count)]
    }

    /// The code of the family name: the first of at least two words.
    pub fn surname(&self) -> Option<u32> {
        self.words().split_last().and_then(|(_, rest)| rest.first().copied())
    }

    /// The codes of the words between the first and the last.
    pub fn middle(&self) -> &[u32] {
        self.words().get(1..usize::from(self.count).saturating_sub(1)).unwrap_or_default()
    }

    /// The code of the given name: the last word.
    pub fn given(&self) -> Option<u32> {
        self.words().last().copied()
    }

    /// Whether any letter has a mark. A name without any may have lost all.
    pub fn is_marked(&self) -> bool {
        self.flags & MARKED != 0
    }

    fn is_odd(&self) -> bool {
        self.flags & ODD != 0
    }
}

/// The codes of words, from 0 in the order in which the words were met.
pub struct NameCodes<'a> {
    layer: Layer,
    /// Pairs of classes that are one name in two regions, both ways round. These classes have the first numbers.
    dialect: HashSet<(u32, u32)>,
    dialect_classes: u32,
    name_words: &'a NameWords,
}

impl<'a> NameCodes<'a> {
    /// No codes yet.
    pub fn new(name_words: &'a NameWords) -> Self {
        let mut layer = Layer::default();
        let mut class = |form| layer.class(form, None);
        let dialect = name_words.dialect.iter().map(|(one, other)| (class(one), class(other))).collect();
        Self { dialect_classes: layer.class_count(), layer, dialect, name_words }
    }

    /// The name in codes; words that have none get the next.
    pub fn code(&mut self, name: &str) -> CodedName {
        code(self, name)
    }

    /// How many codes there are.
    pub fn count(&self) -> usize {
        self.layer.words.len()
    }
}

/// Codes of words that the shared codes do not have, for one thread.
pub struct LocalCodes<'a> {
    shared: &'a NameCodes<'a>,
    own: Layer,
}

impl<'a> LocalCodes<'a> {
    /// No codes but the shared ones.
    pub fn new(shared: &'a NameCodes<'a>) -> Self {
        Self { shared, own: Layer::above(&shared.layer) }
    }

    /// The name in codes; words that have none get the next.
    pub fn code(&mut self, name: &str) -> CodedName {
        code(self, name)
    }

    /// Forgets the codes that are not shared. Names that have some must not be used any more.
    pub fn clear(&mut self) {
        self.own.clear();
    }

    /// How many codes there are that are not shared.
    pub fn count(&self) -> usize {
        self.own.words.len()
    }

    /// The word of a code.
    ///
    /// # Panics
    /// When the code was not given.
    pub fn text(&self, code: u32) -> &str {
        let (layer, index) = self.place(code);
        layer.text(index)
    }

    /// A number that is equal for words equal up to case and the place of the tone mark. Those of words that the
    /// shared codes know are the same in all threads.
    pub fn class(&self, code: u32) -> u32 {
        self.word(code).marked
    }

    /// A number that is equal for words equal without marks; of one kind with [`class`](Self::class).
    pub fn unmarked_class(&self, code: u32) -> u32 {
        self.word(code).unmarked
    }

    fn word(&self, code: u32) -> &Word {
        let index = code as usize;
        let shared = &self.shared.layer.words;
        shared.get(index).unwrap_or_else(|| &self.own.words[index - shared.len()])
    }

    fn place(&self, code: u32) -> (&Layer, usize) {
        let (index, shared) = (code as usize, self.shared.count());
        if index < shared { (&self.shared.layer, index) } else { (&self.own, index - shared) }
    }

    /// The letters of a word as compared, with marks or without.
    fn letters(&self, code: u32, bare: bool) -> &[char] {
        let (layer, index) = self.place(code);
        layer.letters(index, bare)
    }
}

/// Who gives codes.
trait Coder {
    /// The code of a word of few bytes, if it has one.
    fn find(&self, key: u128) -> Option<u32>;
    /// The code of any text, which gets one where it has none.
    fn enter(&mut self, text: &str) -> u32;
    fn word(&self, code: u32) -> &Word;
}

impl Coder for NameCodes<'_> {
    #[inline]
    fn find(&self, key: u128) -> Option<u32> {
        self.layer.find(key)
    }

    fn enter(&mut self, text: &str) -> u32 {
        self.layer.enter(text, None)
    }

    #[inline]
    fn word(&self, code: u32) -> &Word {
        &self.layer.words[code as usize]
    }
}

impl Coder for LocalCodes<'_> {
    #[inline]
    fn find(&self, key: u128) -> Option<u32> {
        self.shared.layer.find(key).or_else(|| self.own.find(key))
    }

    fn enter(&mut self, text: &str) -> u32 {
        let shared = &self.shared.layer;
        shared.find_text(text).unwrap_or_else(|| self.own.enter(text, Some(shared)))
    }

    #[inline]
    fn word(&self, code: u32) -> &Word {
        LocalCodes::word(self, code)
    }
}

fn code(coder: &mut impl Coder, name: &str) -> CodedName {
    let coded = if name.len() <= PIECE { code_piece(coder, name) } else { code_long(coder, name) };
    coded.unwrap_or_else(|| code_odd(coder, name))
}

/// A name of few bytes, unless it is odd.
fn code_piece(coder: &mut impl Coder, name: &str) -> Option<CodedName> {
    // A word is read as sixteen bytes, wherever it ends.
    let mut piece = [0_u8; PIECE + 16];
    piece[..name.len()].copy_from_slice(name.as_bytes());
    let mut spaces = spaces(&piece);
    let closed = spaces | 1_u128 << name.len();
    // A space before the first word, behind another or behind the last word.
    if (closed << 1 | 1) & closed != 0 || spaces.count_ones() as usize >= WORDS_MAX {
        return name.is_empty().then(CodedName::default);
    }
    let mut coded = CodedName::default();
    let mut start = 0;
    loop {
        let end = if spaces == 0 { name.len() } else { spaces.trailing_zeros() as usize };
        let found = if end - start <= SHORT_MAX {
            let bytes = piece[start..].first_chunk().expect("sixteen bytes lie behind the last word");
            coder.find(short_key(*bytes, end - start))
        } else {
            None
        };
        let code = found.unwrap_or_else(|| coder.enter(&name[start..end]));
        coded.add(code, coder.word(code));
        if end == name.len() {
            return (!coded.is_odd()).then_some(coded);
        }
        spaces &= spaces - 1;
        start = end + 1;
    }
}

/// Where the spaces are, one bit for each byte.
fn spaces(piece: &[u8; PIECE + 16]) -> u128 {
    let space = wide::u8x16::splat(b' ');
    let mut mask = 0;
    for (index, lane) in piece.as_chunks::<16>().0[..PIECE / 16].iter().enumerate() {
        let found = wide::u8x16::new(*lane).simd_eq(space).to_bitmask();
        mask |= u128::from(found) << (16 * index);
    }
    mask
}

/// A name of more bytes, unless it is odd.
fn code_long(coder: &mut impl Coder, name: &str) -> Option<CodedName> {
    if name.len() > LONGEST || name.split(' ').count() > WORDS_MAX || name.split(' ').any(str::is_empty) {
        return None;
    }
    let mut coded = CodedName::default();
    for word in name.split(' ') {
        let code = coder.enter(word);
        coded.add(code, coder.word(code));
    }
    (!coded.is_odd()).then_some(coded)
}

/// A name that is compared as a text, because of its spaces, its length or its characters.
fn code_odd(coder: &mut impl Coder, name: &str) -> CodedName {
    let mut coded = CodedName::default();
    for text in name.split_whitespace() {
        let code = coder.enter(text);
        if usize::from(coded.count) == WORDS_MAX {
            coded.count -= 1;
        }
        coded.add(code, coder.word(code));
    }
    CodedName { whole: coder.enter(name), flags: coded.flags | ODD, ..coded }
}

impl CodedName {
    #[inline]
    fn add(&mut self, code: u32, word: &Word) {
        self.words[usize::from(self.count)] = code;
        self.count += 1;
        self.whole = self.whole.wrapping_mul(word.power).wrapping_add(word.joined);
        self.flags |= word.flags;
    }
}

#[cfg(test)]
mod tests;
