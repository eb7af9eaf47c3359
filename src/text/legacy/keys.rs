//! Marks typed as keys after the letters: Telex, VNI keys, and the signs of VIQR.
//!
//! Owns the three methods as one: a key changes the shape of a letter or the tone of the word. Deliberately
//! strict: a word that ends as no possible syllable was not typed this way.
//! Source: the published key tables of the methods (RFC 1456 for VIQR); no input engine was read.

use crate::text::{Grammar, Letter, Shape, Tone, compose, letter};

/// The three methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Letters: aa, aw, dd, and s f r x j.
    Telex,
    /// Digits.
    Vni,
    /// Signs.
    Viqr,
}

/// What a key does to the letters before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Hat,
    /// Horn or breve, whichever a letter takes.
    Hook,
    Horn,
    Breve,
    Stroke,
    Tone(Tone),
}

impl Method {
    const fn key(self, character: char) -> Option<Key> {
        Some(match (self, character.to_ascii_lowercase()) {
            (Self::Telex, 'a' | 'e' | 'o') | (Self::Vni, '6') | (Self::Viqr, '^') => Key::Hat,
            (Self::Telex, 'w') => Key::Hook,
            (Self::Vni, '7') | (Self::Viqr, '+' | '*') => Key::Horn,
            (Self::Vni, '8') | (Self::Viqr, '(') => Key::Breve,
            (Self::Telex | Self::Viqr, 'd') | (Self::Vni, '9') => Key::Stroke,
            (Self::Telex, 's') | (Self::Vni, '1') | (Self::Viqr, '\'') => Key::Tone(Tone::Acute),
            (Self::Telex, 'f') | (Self::Vni, '2') | (Self::Viqr, '`') => Key::Tone(Tone::Grave),
            (Self::Telex, 'r') | (Self::Vni, '3') | (Self::Viqr, '?') => Key::Tone(Tone::Hook),
            (Self::Telex, 'x') | (Self::Vni, '4') | (Self::Viqr, '~') => Key::Tone(Tone::Tilde),
            (Self::Telex, 'j') | (Self::Vni, '5') | (Self::Viqr, '.') => Key::Tone(Tone::Dot),
            _ => return None,
        })
    }
}

/// Letters of the longest syllable, nghiêng.
const LONGEST: usize = 7;

/// Appends the syllable that the keys spell, in the older tone style, and says how many keys there were.
/// Nothing if there were none or no possible syllable came of them.
pub(crate) fn decode(method: Method, word: &[char], grammar: &Grammar, out: &mut String) -> Option<u32> {
    let mut typed =
        Typed { letters: Vec::with_capacity(LONGEST), tone: Tone::Level, keys: 0, joined: None, tone_at: 0 };
    for &character in word.iter().filter(|&&character| method != Method::Viqr || character != '\\') {
        typed.strike(method, character)?;
    }
    if typed.keys == 0 {
        return None;
    }
    let mut small = String::with_capacity(LONGEST * 3);
    if !typed.spell(method, grammar, &mut small) {
        // The hook after uo was for the o alone: thuở.
        typed.letters[typed.joined?].shape = Shape::Plain;
        if !typed.spell(method, grammar, &mut small) {
            return None;
        }
    }
    for (character, typed) in small.chars().zip(&typed.letters) {
        let parts = letter(character)?;
        out.push(compose(Letter { upper: typed.upper, ..parts }));
    }
    Some(typed.keys)
}

/// What has been typed so far.
struct Typed {
    letters: Vec<Letter>,
    tone: Tone,
    keys: u32,
    /// The u that took a horn along with its o.
    joined: Option<usize>,
    /// The letters before the tone key.
    tone_at: usize,
}

impl Typed {
    /// Takes one more character; nothing if it is neither letter nor key here.
    fn strike(&mut self, method: Method, character: char) -> Option<()> {
        if let Some(key) = method.key(character)
            && self.apply(method, key, character)
        {
            self.keys += 1;
            return Some(());
        }
        let letter = letter(character).filter(|letter| letter.tone == Tone::Level)?;
        if self.letters.len() == LONGEST + 1 {
            return None;
        }
        self.letters.push(letter);
        Some(())
    }

    /// Whether the key changed something; otherwise its character is a letter.
    fn apply(&mut self, method: Method, key: Key, character: char) -> bool {
        match key {
            Key::Tone(tone) => {
                let open = self.tone == Tone::Level && self.letters.iter().any(|letter| letter.is_vowel());
                if open {
                    (self.tone, self.tone_at) = (tone, self.letters.len());
                }
                open
            }
            Key::Stroke => {
                let Some(first) = self.letters.first_mut() else { return false };
                let free = first.base == b'd' && first.shape == Shape::Plain;
                if free {
                    first.shape = Shape::Stroke;
                }
                free
            }
            Key::Hat if method == Method::Telex => {
                let wanted = character.to_ascii_lowercase();
                // A third o takes the hat off again: xooong is xoong.
                if let Some(last) = self.letters.last_mut()
                    && (last.base, last.shape) == (b'o', Shape::Hat)
                    && wanted == 'o'
                {
                    last.shape = Shape::Plain;
                    return false;
                }
                // The hat comes at once or after the word: the last o of ngoeo is a letter.
                let last = self.letters.last();
                last.is_some_and(|last| !last.is_vowel() || char::from(last.base) == wanted)
                    && self.shape(Shape::Hat, |letter| char::from(letter.base) == wanted)
            }
            Key::Hat => self.shape(Shape::Hat, |letter| matches!(letter.base, b'a' | b'e' | b'o')),
            Key::Breve => self.shape(Shape::Breve, |letter| letter.base == b'a'),
            Key::Horn => self.horn(),
            Key::Hook if self.ends_in_breve() => self.shape(Shape::Breve, |letter| letter.base == b'a'),
            Key::Hook => self.horn(),
        }
    }

    /// Writes the possible syllable that was typed, in small letters.
    fn spell(&self, method: Method, grammar: &Grammar, small: &mut String) -> bool {
        small.clear();
        let bare = self.letters.iter().map(|&letter| compose(letter));
        let Some(reading) = grammar.read_letters(bare) else { return false };
        let syllable = reading.syllable.with_tone(self.tone);
        grammar.write(syllable, false, small);
        // The signs of VIQR stand after the letter itself, so that they tell hoà from hòa.
        let toned = |character: char| letter(character).is_some_and(|letter| letter.tone != Tone::Level);
        if method == Method::Viqr && small.chars().position(toned).is_some_and(|at| at + 1 != self.tone_at) {
            small.clear();
            grammar.write(syllable, true, small);
        }
        grammar.is_possible(small)
    }

    /// Gives the shape to the last plain letter that fits.
    fn shape(&mut self, shape: Shape, fits: impl Fn(&Letter) -> bool) -> bool {
        let found = self.letters.iter_mut().rev().find(|letter| letter.shape == Shape::Plain && fits(letter));
        found.is_some_and(|letter| {
            letter.shape = shape;
            true
        })
    }

    /// Whether the hook of Telex means ă: the last letter it may change is an a (xoăn, quăng), unless it comes
    /// after the u of mưa.
    fn ends_in_breve(&self) -> bool {
        let plain =
            |letter: &Letter| letter.shape == Shape::Plain && matches!(letter.base, b'a' | b'o' | b'u');
        let Some(at) = self.letters.iter().rposition(plain) else { return false };
        let before = |steps: usize| at.checked_sub(steps).map(|index| self.letters[index].base);
        self.letters[at].base == b'a' && (before(1) != Some(b'u') || before(2) == Some(b'q'))
    }

    /// A horn for o or u, for both in `uo`; `ua` takes it on the u.
    fn horn(&mut self) -> bool {
        let is = |letter: &Letter, base| letter.base == base && letter.shape == Shape::Plain;
        let Some(at) = self.letters.iter().rposition(|letter| is(letter, b'o') || is(letter, b'u')) else {
            return false;
        };
        self.letters[at].shape = Shape::Horn;
        if at > 0 && self.letters[at].base == b'o' && is(&self.letters[at - 1], b'u') {
            self.letters[at - 1].shape = Shape::Horn;
            self.joined = Some(at - 1);
        }
        true
    }
}

/// The text with its marks as keys, each shape after its letter and the tone at the end of the word (in VIQR
/// after the letter).
pub(super) fn encode(method: Method, text: &str) -> String {
    let mut out = String::new();
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        encode_word(method, word, &mut out);
    }
    out
}

fn encode_word(method: Method, word: &str, out: &mut String) {
    let mut last = "";
    for character in word.chars() {
        let Some(parts) = letter(character) else {
            out.push(character);
            continue;
        };
        let base = char::from(if parts.upper { parts.base.to_ascii_uppercase() } else { parts.base });
        out.push(base);
        match (method, parts.shape) {
            (Method::Telex, Shape::Plain) if out.to_ascii_lowercase().ends_with("oo") => out.push(base),
            (_, Shape::Plain) => {}
            (Method::Telex, Shape::Hat | Shape::Stroke) | (Method::Viqr, Shape::Stroke) => out.push(base),
            (Method::Telex, _) => out.push('w'),
            (Method::Vni, shape) => out.push(match shape {
                Shape::Hat => '6',
                Shape::Horn => '7',
                Shape::Breve => '8',
                _ => '9',
            }),
            (Method::Viqr, shape) => out.push(match shape {
                Shape::Hat => '^',
                Shape::Horn => '+',
                _ => '(',
            }),
        }
        let tone = parts.tone as usize;
        match method {
            Method::Telex if tone > 0 => last = ["f", "r", "x", "s", "j"][tone - 1],
            Method::Vni if tone > 0 => last = ["2", "3", "4", "1", "5"][tone - 1],
            Method::Viqr if tone > 0 => out.push_str(["`", "?", "~", "'", "."][tone - 1]),
            _ => {}
        }
    }
    out.push_str(last);
}
