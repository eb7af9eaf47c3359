//! How people write a name wrong: twenty kinds of mistakes, each changing one thing.
//!
//! Owns the kinds; deliberately knows nothing of what a difference costs when names are compared.

use crate::dialect_pairs;
use crate::draw::Random;
use lamsach::text::{Grammar, Letter, Shape, Tone, compose, letter, tone_place};

/// What making a mistake needs.
pub struct Writer<'a> {
    /// What sounds as a word.
    pub grammar: &'a Grammar,
}

/// One kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// Hòa and Hoà.
    ToneStyle,
    /// Lý and Lí.
    IY,
    /// No marks on the whole name.
    Unmarked,
    /// No marks on one word.
    WordUnmarked,
    /// Hỏi for ngã or ngã for hỏi.
    HookTilde,
    /// Another tone on one word.
    OtherTone,
    /// A hat, horn or breve left out on one word.
    HatLost,
    /// Đ for d or d for đ.
    Stroke,
    /// One of the pairs of initials that regions do not tell apart.
    Onset(&'static [&'static str]),
    /// The same for finals.
    Coda(&'static [&'static str]),
    /// A name by region.
    Dialect,
    /// A letter left out, changed, doubled, or exchanged with the next.
    Typing,
    /// A middle word left out.
    MiddleDropped,
    /// Two words glued.
    Glued,
    /// The family name behind.
    Reordered,
    /// A middle word as its initial.
    Initial,
}

/// The kinds with their names.
pub const MISTAKES: [(&str, Mistake); 20] = [
    ("tone mark on the other vowel", Mistake::ToneStyle),
    ("i and y", Mistake::IY),
    ("no marks", Mistake::Unmarked),
    ("no marks on one word", Mistake::WordUnmarked),
    ("hook and tilde", Mistake::HookTilde),
    ("another tone on one word", Mistake::OtherTone),
    ("hat lost on one word", Mistake::HatLost),
    ("d with and without stroke", Mistake::Stroke),
    ("s, x", Mistake::Onset(&["S", "X"])),
    ("ch, tr", Mistake::Onset(&["Ch", "Tr"])),
    ("l, n", Mistake::Onset(&["L", "N"])),
    ("d, gi, r", Mistake::Onset(&["D", "Gi", "R"])),
    ("final n, ng", Mistake::Coda(&["n", "ng"])),
    ("final t, c", Mistake::Coda(&["t", "c"])),
    ("name by region", Mistake::Dialect),
    ("typing error", Mistake::Typing),
    ("middle word left out", Mistake::MiddleDropped),
    ("two words glued", Mistake::Glued),
    ("family name behind", Mistake::Reordered),
    ("middle word as initial", Mistake::Initial),
];

impl Writer<'_> {
    /// The name with this mistake; nothing if the name has no place for it.
    pub fn write(&self, mistake: Mistake, name: &str, random: &mut Random) -> Option<String> {
        let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
        let inner = words.len().saturating_sub(2);
        match mistake {
            Mistake::Unmarked => words.iter_mut().for_each(|word| *word = unmarked(word)),
            Mistake::MiddleDropped if inner > 0 => {
                words.remove(1 + random.below(inner));
            }
            Mistake::Initial if inner > 0 => {
                let at = 1 + random.below(inner);
                words[at] = words[at].chars().take(1).collect();
            }
            Mistake::Glued => {
                let at = random.below(words.len() - 1);
                let second = words.remove(at + 1);
                words[at].push_str(&second);
            }
            Mistake::Reordered => words.rotate_left(1),
            Mistake::MiddleDropped | Mistake::Initial => return None,
            _ => {
                // The first word from a drawn one on that has a place for it.
                let start = random.below(words.len());
                let order = (0..words.len()).map(|step| (start + step) % words.len());
                let (at, changed) =
                    order.filter_map(|at| Some((at, self.change(mistake, &words[at], random)?))).next()?;
                words[at] = changed;
            }
        }
        let written = words.join(" ");
        (written != name).then_some(written)
    }

    fn change(&self, mistake: Mistake, word: &str, random: &mut Random) -> Option<String> {
        let changed = match mistake {
            Mistake::ToneStyle => other_style(word)?,
            Mistake::IY => i_for_y(word)?,
            Mistake::WordUnmarked => unmarked(word),
            Mistake::HookTilde => each(word, |letter| match letter.tone {
                Tone::Hook => letter.with_tone(Tone::Tilde),
                Tone::Tilde => letter.with_tone(Tone::Hook),
                _ => letter,
            }),
            Mistake::OtherTone => self.other_tone(word, random)?,
            Mistake::HatLost => each(word, |letter| match letter.shape {
                Shape::Stroke => letter,
                _ => Letter { shape: Shape::Plain, ..letter },
            }),
            Mistake::Stroke => match word.chars().next()? {
                'Đ' => word.replacen('Đ', "D", 1),
                _ => self.spoken(word.strip_prefix('D').map(|rest| format!("Đ{rest}"))?)?,
            },
            Mistake::Onset(group) => {
                let from = group.iter().rev().find(|from| word.starts_with(**from))?;
                let others: Vec<_> = group.iter().filter(|to| to != &from).collect();
                let to = random.pick(&others);
                self.spoken(format!("{to}{}", &word[from.len()..]))?
            }
            Mistake::Coda(group) => {
                let from = group.iter().rev().find(|from| word.ends_with(**from))?;
                let to = group.iter().find(|to| to != &from)?;
                self.spoken(format!("{}{to}", &word[..word.len() - from.len()]))?
            }
            Mistake::Dialect => dialect_pairs().find_map(|(one, other)| match word {
                _ if word == one => Some(other.to_owned()),
                _ if word == other => Some(one.to_owned()),
                _ => None,
            })?,
            _ => mistyped(word, random)?,
        };
        (changed != word).then_some(changed)
    }

    /// Only what can be spoken is misheard.
    fn spoken(&self, word: String) -> Option<String> {
        self.grammar.is_possible(&word).then_some(word)
    }

    /// Another of the five tones and none, as the word can take it.
    fn other_tone(&self, word: &str, random: &mut Random) -> Option<String> {
        let syllable = self.grammar.read(word)?.syllable;
        let tone = *random.pick(&Tone::ALL);
        // Hook and tilde are a kind of their own.
        let slip = |tone: Tone| matches!(tone, Tone::Hook | Tone::Tilde);
        if tone == syllable.tone() || slip(tone) && slip(syllable.tone()) {
            return None;
        }
        let (mut small, mut other) = (String::new(), String::new());
        self.grammar.write(syllable.with_tone(tone), false, &mut small);
        lamsach::text::title(&small, &mut other);
        self.spoken(other)
    }
}

fn each(word: &str, change: impl Fn(Letter) -> Letter) -> String {
    word.chars()
        .map(|character| letter(character).map_or(character, |known| compose(change(known))))
        .collect()
}

fn unmarked(word: &str) -> String {
    each(word, |letter| Letter { shape: Shape::Plain, tone: Tone::Level, ..letter })
}

/// The tone mark moved between the last two vowels of open oa, oe, uy.
fn other_style(word: &str) -> Option<String> {
    let characters: Vec<char> = word.chars().collect();
    let (head, &[first, last]) = characters.split_last_chunk::<2>()?;
    let (first, last) = (letter(first)?, letter(last)?);
    let pair = matches!((first.base, last.base), (b'o', b'a' | b'e') | (b'u', b'y'));
    let plain = first.shape == Shape::Plain && last.shape == Shape::Plain;
    if !pair || !plain || matches!(head.last(), Some('q' | 'Q')) || first.tone == last.tone {
        return None;
    }
    let mut out: String = head.iter().collect();
    out.extend([compose(first.with_tone(last.tone)), compose(last.with_tone(first.tone))]);
    let (mut one, mut other) = (String::new(), String::new());
    tone_place(word, &mut one);
    tone_place(&out, &mut other);
    (one == other).then_some(out)
}

/// Y for a final i after a consonant or the other way round.
fn i_for_y(word: &str) -> Option<String> {
    let characters: Vec<char> = word.chars().collect();
    let (&last, head) = characters.split_last()?;
    let last = letter(last)?;
    if head.is_empty()
        || head.last().and_then(|&before| letter(before)).is_none_or(|before| before.is_vowel())
    {
        return None;
    }
    let base = match last.base {
        b'i' => b'y',
        b'y' => b'i',
        _ => return None,
    };
    // Only where both are written: after these.
    if !matches!(word.chars().next()?.to_ascii_lowercase(), 'h' | 'k' | 'l' | 'm' | 's' | 't' | 'v' | 'q') {
        return None;
    }
    let mut out: String = head.iter().collect();
    out.push(compose(Letter { base, ..last }));
    Some(out)
}

/// A letter behind the first left out, changed for another, doubled, or exchanged with the next.
fn mistyped(word: &str, random: &mut Random) -> Option<String> {
    let mut characters: Vec<char> = word.chars().collect();
    if characters.len() < 3 {
        return None;
    }
    let at = 1 + random.below(characters.len() - 1);
    match random.below(4) {
        0 => {
            characters.remove(at);
        }
        1 => characters[at] = char::from(b"abcdeghiklmnopqrstuvxy"[random.below(22)]),
        2 => characters.insert(at, characters[at]),
        _ if at + 1 < characters.len() => characters.swap(at, at + 1),
        _ => return None,
    }
    Some(characters.into_iter().collect())
}
