//! The words of a cell, each in all the encodings that it may be in.
//!
//! Owns what counts as a reading: text that is a possible syllable, or for UTF-8 read wrongly any word.

use std::sync::Arc;

use super::column::READINGS;
use super::seen::{Look, WordsSeen};
use super::vocabulary::{Kind, Weight};
use super::{Detector, Place};
use crate::text::legacy::{CellCase, Method, is_in_case, is_separator, keys, settle_case};
use crate::text::{Encoding, clean, letter, push_lower, push_upper};

/// One word with its readings.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Its place among the characters of the cell.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Only ASCII characters.
    pub(super) ascii: bool,
    /// The weight of the word as it shows.
    pub(super) plain: Weight,
    /// Per encoding the text, if that is a reading and changes something; nothing where none does.
    readings: Option<Arc<[Option<Read>; READINGS]>>,
    /// Has a key that names of other languages hardly end in, and that is no punctuation.
    pub(super) clear_key: bool,
    /// Ends in a digit or sign that is a key.
    pub(super) sign_key: bool,
    /// Per encoding whether the word reads as it shows.
    pub(super) same: [bool; READINGS],
}

impl Token {
    /// The word in an encoding, if that is a reading and changes something.
    #[inline]
    pub(super) fn reading(&self, encoding: usize) -> Option<&Read> {
        self.readings.as_ref()?[encoding].as_ref()
    }

    /// Whether there is any.
    pub(super) fn has_readings(&self) -> bool {
        self.readings.is_some()
    }
}

/// A word read in an encoding.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) text: String,
    pub(super) log: f32,
    pub(super) kind: Kind,
    /// Keys typed, where marks are keys.
    pub(super) keys: u32,
}

/// High letters of a word whose case is tried both ways.
const CASES_MAX: usize = 4;

/// Takes the cell apart; words that were seen before are not read again.
pub(super) fn read_tokens(detector: &Detector, characters: &[char], seen: &mut WordsSeen) -> Vec<Token> {
    let case = CellCase::of(characters.iter().copied());
    let mut spans = Vec::with_capacity(8);
    let mut start = 0;
    for (index, character) in characters.iter().enumerate() {
        if is_separator(character) {
            if start < index {
                spans.push((start, index));
            }
            start = index + 1;
        }
    }
    if start < characters.len() {
        spans.push((start, characters.len()));
    }
    let count = spans.len();
    let place = |index: usize| match index {
        _ if index + 1 == count => Place::Last,
        0 => Place::First,
        _ => Place::Middle,
    };
    let numbered = spans.into_iter().enumerate();
    let mut tokens: Vec<Token> = numbered
        .map(|(index, (start, end))| {
            let word = &characters[start..end];
            let read = || read_token(detector, word, place(index), case);
            Token { start, end, ..seen.token((word, place(index), case), Look::Usual, read) }
        })
        .collect();
    // The dearest reading is only tried when no other explains the cell.
    if !is_cell_explained(&tokens) {
        for (index, token) in tokens.iter_mut().enumerate().filter(|(_, token)| !token.ascii) {
            let word = &characters[token.start..token.end];
            let place = place(index);
            let read = || {
                let mut token = token.clone();
                let mut reader = Reader { detector, word, place, case, text: String::new() };
                if let Some(read) = reader.both_cases() {
                    let readings = token.readings.get_or_insert_default();
                    Arc::make_mut(readings)[Encoding::Tcvn3Case as usize] = Some(read);
                }
                token
            };
            let Token { start, end, .. } = *token;
            *token = Token { start, end, ..seen.token((word, place, case), Look::BothCases, read) };
        }
    }
    tokens
}

/// Whether the cell may be clear in an encoding: words that show as ASCII are words of names, and at least two others
/// are none as they show. What such a word is as it shows is for the closer look.
pub(super) fn may_be_clear(detector: &Detector, characters: &[char]) -> bool {
    let mut changed = 0;
    let fits = characters.split(is_separator).all(|word| {
        let shows = word.iter().all(char::is_ascii_alphabetic);
        changed += u32::from(!shows);
        word.is_empty() || detector.knows(detector.grammar.read_letters(word.iter().copied())) == shows
    });
    fits && changed > 1
}

/// Writes a cell that may be clear in this encoding if all its words become words of names; a strange case is for the
/// closer look. Clears the output otherwise. The text is for a word at a time.
pub(super) fn read_clear(
    detector: &Detector,
    encoding: Encoding,
    (characters, case): (&[char], CellCase),
    text: &mut String,
    out: &mut String,
) -> bool {
    out.clear();
    for part in characters.split_inclusive(is_separator) {
        let end = part.len() - usize::from(part.last().is_some_and(is_separator));
        let word = &part[..end];
        if word.iter().all(char::is_ascii_alphabetic) {
            out.extend(part);
            continue;
        }
        text.clear();
        let read = detector.tables.decode_word(encoding, word.iter().copied(), &detector.grammar, text);
        // The case is no matter of whether it is a word of names.
        let known = read && detector.knows(detector.grammar.read(text));
        match encoding {
            Encoding::Tcvn3 if known => settle_case(word, case, text),
            Encoding::Vni if known => settle_rest(word, case, text),
            _ => {}
        }
        if !known || misfit(text.chars(), case) != 0.0 {
            out.clear();
            return false;
        }
        out.push_str(text);
        out.extend(&part[end..]);
    }
    true
}

/// Whether one encoding, or none, makes words of the field of all words.
fn is_cell_explained(tokens: &[Token]) -> bool {
    let read = |token: &Token, reading: usize| match token.reading(reading) {
        Some(read) => read.kind == Kind::Known,
        None => token.plain.kind == Kind::Known || token.ascii && token.plain.kind >= Kind::Neutral,
    };
    (0..READINGS).any(|reading| tokens.iter().all(|token| read(token, reading)))
}

/// Takes a word apart. Where it stands among the characters of its cell is left open.
fn read_token(detector: &Detector, word: &[char], place: Place, case: CellCase) -> Token {
    let ascii = word.iter().all(char::is_ascii_graphic);
    let mut plain = plain_weight(detector, word, place);
    plain.log += misfit(word.iter().copied(), case);
    let mut readings: [Option<Read>; READINGS] = Default::default();
    let mut same = [ascii; READINGS];
    let is_explained = |readings: &[Option<Read>]| {
        plain.kind == Kind::Known || readings.iter().flatten().any(|read| read.kind == Kind::Known)
    };
    let mut reader = Reader { detector, word, place, case, text: String::with_capacity(word.len() * 3) };
    if ascii {
        for (encoding, method) in [
            (Encoding::Viqr, Method::Viqr),
            (Encoding::Telex, Method::Telex),
            (Encoding::VniKeys, Method::Vni),
        ] {
            // Keys that are letters are only read in words that are no names.
            if plain.kind < Kind::Known || method == Method::Viqr {
                readings[encoding as usize] = reader.typed(method);
            }
        }
    } else {
        for encoding in [Encoding::Tcvn3, Encoding::Vni, Encoding::Viscii, Encoding::Vps, Encoding::Cp1258] {
            let index = encoding as usize;
            (readings[index], same[index]) = reader.legacy(encoding);
        }
        let damaged = !is_explained(&readings) && (plain.kind <= Kind::Foreign || word.contains(&'Ã'));
        readings[Encoding::Mojibake as usize] = reader.mojibake(damaged);
    }
    Token {
        start: 0,
        end: 0,
        ascii,
        plain,
        readings: readings.iter().any(Option::is_some).then(|| Arc::new(readings)),
        clear_key: ascii && has_clear_key(word),
        sign_key: word.len() > 2 && word.last().is_some_and(|&last| is_sign_key(last)),
        same,
    }
}

/// Whether one of the keys in the word can hardly be anything else: a sign inside, the w of ă ơ ư, the two d of
/// đ, f or j at the end.
fn has_clear_key(word: &[char]) -> bool {
    let lower = |index: usize| word.get(index).map(char::to_ascii_lowercase);
    let Some((last, before)) = word.split_last() else { return false };
    let inside = |character: &char| matches!(character, 'w' | 'W') || is_sign_key(*character);
    matches!(last, '~' | '^' | '+' | '`')
        || matches!(last, 'f' | 'j' | 'F' | 'J') && word.len() > 3
        || before.iter().skip(1).any(inside)
        || lower(0) == Some('d') && lower(1) == Some('d')
}

/// A digit or sign that is a key.
fn is_sign_key(character: char) -> bool {
    character.is_ascii_digit() || "~^+('`?.".contains(character)
}

/// The weight of the word as it would look once cleaned.
fn plain_weight(detector: &Detector, word: &[char], place: Place) -> Weight {
    let mut raw = String::with_capacity(word.len() * 3);
    raw.extend(word);
    if word.iter().all(|&character| letter(character).is_some()) {
        return detector.vocabulary.weigh(&detector.grammar, &raw, place);
    }
    let mut cleaned = String::with_capacity(raw.len());
    clean(&raw, &mut cleaned);
    // Ð stands for Đ in many clean lists; the weight does not depend on the case.
    if let Some(rest) = cleaned.strip_prefix(['Ð', 'Ɖ', 'ð', 'ɖ']) {
        cleaned = format!("Đ{rest}");
    }
    let mut sum = Weight { log: 0.0, kind: Kind::Known };
    for part in cleaned.split(' ') {
        let weight = detector.vocabulary.weigh(&detector.grammar, part, place);
        sum = Weight { log: sum.log + weight.log, kind: sum.kind.min(weight.kind) };
    }
    // Soft hyphens and controls inside words are letters more often than anything else.
    let hidden = |character: &char| matches!(character, '\u{AD}' | '\u{1}'..='\u{1F}' | '\u{80}'..='\u{9F}');
    let hidden = word.iter().filter(|character| hidden(character)).count();
    // So are the signs of VIQR that are no punctuation.
    let hidden = hidden + word.iter().filter(|character| matches!(character, '^' | '~' | '`' | '+')).count();
    if hidden > 0 {
        sum = Weight { log: sum.log - 6.0 * hidden as f32, kind: sum.kind.min(Kind::Neutral) };
    }
    sum
}

/// What a word loses for a case that its cell does not have.
fn misfit(mut word: impl Iterator<Item = char>, case: CellCase) -> f32 {
    let first = word.next();
    let fits = match case {
        CellCase::Upper => !word.any(is_lower),
        CellCase::Title => !first.is_some_and(is_lower) && !word.any(is_upper),
        CellCase::Lower => true,
    };
    if fits { 0.0 } else { -3.0 }
}

/// [`char::is_lowercase`], quicker for the letters of names.
fn is_lower(character: char) -> bool {
    letter(character).map_or_else(|| character.is_lowercase(), |letter| !letter.upper)
}

/// [`char::is_uppercase`], quicker for the letters of names.
fn is_upper(character: char) -> bool {
    letter(character).map_or_else(|| character.is_uppercase(), |letter| letter.upper)
}

/// Gives the letters after the first the case of the cell, unless ASCII letters among them have another.
fn settle_rest(source: &[char], case: CellCase, decoded: &mut String) {
    let rest = source.get(1..).unwrap_or_default();
    let upper = case == CellCase::Upper && !rest.iter().any(char::is_ascii_lowercase);
    let lower = case == CellCase::Title && !rest.iter().any(char::is_ascii_uppercase);
    let settled = || decoded.chars().skip(1).all(|character| is_in_case(character, upper));
    if (upper || lower) && !settled() {
        let word = std::mem::take(decoded);
        for (index, character) in word.chars().enumerate() {
            match index {
                0 => decoded.push(character),
                _ if upper => push_upper(character, decoded),
                _ => push_lower(character, decoded),
            }
        }
    }
}

/// Reads one word.
struct Reader<'a> {
    detector: &'a Detector,
    word: &'a [char],
    place: Place,
    case: CellCase,
    /// The word as last read.
    text: String,
}

impl Reader<'_> {
    /// The text as a reading, if it is as good a word as that needs.
    fn read(&self, text: &str, least: Kind) -> Option<Read> {
        if text.chars().eq(self.word.iter().copied()) {
            return None;
        }
        let weight = self.detector.vocabulary.weigh(&self.detector.grammar, text, self.place);
        (weight.kind >= least && weight.kind != Kind::Neutral).then(|| Read {
            text: text.to_owned(),
            log: weight.log + misfit(text.chars(), self.case),
            kind: weight.kind,
            keys: 0,
        })
    }

    fn decode(&mut self, encoding: Encoding, word: &[char]) -> bool {
        self.text.clear();
        let characters = word.iter().copied();
        self.detector.tables.decode_word(encoding, characters, &self.detector.grammar, &mut self.text)
    }

    /// The word in an encoding of one or two codes a letter, and whether that is the word itself.
    fn legacy(&mut self, encoding: Encoding) -> (Option<Read>, bool) {
        if !self.decode(encoding, self.word) {
            return (None, false);
        }
        match encoding {
            Encoding::Tcvn3 => settle_case(self.word, self.case, &mut self.text),
            Encoding::Vni => settle_rest(self.word, self.case, &mut self.text),
            _ => {}
        }
        let same = self.text.chars().eq(self.word.iter().copied());
        (self.read(&self.text, Kind::Possible), same)
    }

    fn mojibake(&self, damaged: bool) -> Option<Read> {
        let mut texts = Vec::new();
        self.detector.tables.decode_mojibake(self.word, &mut texts);
        let whole = texts.len();
        if damaged {
            self.detector.tables.decode_damaged(self.word, &mut texts);
        }
        let readings = texts.into_iter().enumerate().filter_map(|(index, text)| {
            // A lost byte is only put back to make a syllable; the bytes most often lost come first.
            let least = if index < whole { Kind::Foreign } else { Kind::Possible };
            let mut read = self.read(&text, least)?;
            if index >= whole {
                read.log -= 2.0 + 2.0 * (index - whole).min(2) as f32;
            }
            Some(read)
        });
        readings.max_by(|one, other| one.log.total_cmp(&other.log))
    }

    fn typed(&mut self, method: Method) -> Option<Read> {
        self.text.clear();
        let keys = keys::decode(method, self.word, &self.detector.grammar, &mut self.text)?;
        Some(Read { keys, ..self.read(&self.text, Kind::Possible)? })
    }

    /// TCVN3 after a change of case: every high letter may have been the other one.
    fn both_cases(&mut self) -> Option<Read> {
        let is_high = |character: &char| matches!(character, '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{DE}' | '\u{E0}'..='\u{F6}' | '\u{F8}'..='\u{FE}');
        let places: Vec<usize> = (0..self.word.len()).filter(|&index| is_high(&self.word[index])).collect();
        if places.len() > CASES_MAX {
            return None;
        }
        let mut best: Option<Read> = None;
        let mut word = self.word.to_vec();
        for flips in 0_u32..1 << places.len() {
            for (bit, &place) in places.iter().enumerate() {
                let code = self.word[place] as u32 ^ if flips & 1 << bit != 0 { 0x20 } else { 0 };
                word[place] = char::from_u32(code).unwrap_or(self.word[place]);
            }
            if self.decode(Encoding::Tcvn3, &word) {
                settle_case(&word, self.case, &mut self.text);
                let read = self.read(&self.text, Kind::Possible);
                best = best.into_iter().chain(read).max_by(|one, other| one.log.total_cmp(&other.log));
            }
        }
        best
    }
}
