//! Which encoding a cell's words are in, and the text they mean.
//!
//! Owns the choice: for every word the reading that makes the likeliest text, by prior x likelihood, where the
//! words of a cell are expected to agree and real cells mix a clean word with damaged ones. Deliberately changes
//! nothing else: what it writes still has to be cleaned. Must see the raw cell.
//! Source: the survey of encodings of this project (shares, signs, and the scores of a prototype).

mod column;
mod glance;
mod plain;
mod readings;
mod seen;
mod vocabulary;

pub use column::ColumnPrior;
pub use glance::Glance;
pub use seen::WordsSeen;
pub use vocabulary::{Place, Vocabulary};

use super::legacy::{CellCase, is_separator};
use super::{Encoding, Entities, Grammar, LegacyTables, Reading};
use crate::record::{Repair, Repairs};
use column::{PLAIN, READINGS};
use glance::Safe;
use readings::{Token, read_tokens};
use vocabulary::Kind;

/// Everything that recovering text needs. Built once, immutable, shared by all threads.
#[derive(Debug)]
pub struct Detector {
    grammar: Grammar,
    tables: LegacyTables,
    entities: Entities,
    vocabulary: Vocabulary,
    safe: Safe,
}

/// Characters over which a cell is no name and is left alone.
const LONGEST: usize = 400;

/// Bytes that hold most words in any reading.
const WORD_BYTES: usize = 32;

/// The chance of a cell in several encodings.
const SEVERAL: f32 = -5.0;

/// What a foreign word counts for among words in an encoding: such cells are foreign names.
const FOREIGN_AMONG: f32 = -5.0;

impl Detector {
    /// Puts the tables together.
    pub fn new(grammar: Grammar, tables: LegacyTables, entities: Entities, vocabulary: Vocabulary) -> Self {
        let safe = Safe::new(&grammar, &tables, &vocabulary);
        Self { grammar, tables, entities, vocabulary, safe }
    }

    /// The syllables.
    pub fn grammar(&self) -> &Grammar {
        &self.grammar
    }

    /// The known words.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The tables of the encodings, for text whose encoding is told.
    pub fn tables(&self) -> &LegacyTables {
        &self.tables
    }

    /// The first look at a cell: one pass over its bytes.
    pub fn glance(&self, raw: &str) -> Glance {
        glance::glance(raw.as_bytes(), &self.safe)
    }

    /// The [hash of how](super::spelled_hash) a name is spelled of which a glance shows that it is plain. Nothing means
    /// nothing: the name may be plain all the same.
    pub fn plain_spelling(&self, raw: &str, seen: &mut WordsSeen) -> Option<u64> {
        seen.plain.spelling(raw, &self.safe)
    }

    /// Writes the text that the raw cell means and says what was done; nothing, and nothing written, if the cell
    /// means what it shows.
    pub fn recover(
        &self,
        raw: &str,
        prior: &ColumnPrior,
        seen: &mut WordsSeen,
        out: &mut String,
    ) -> Option<Repairs> {
        let mut repairs = Repairs::NONE;
        let unescaped = self.entities.unescape(raw);
        let text = unescaped.as_deref().unwrap_or(raw);
        if unescaped.is_some() {
            repairs.insert(Repair::Entity);
        }
        let mut characters = Vec::with_capacity(text.len().min(LONGEST + 1));
        text.chars().take(LONGEST + 1).for_each(|character| characters.push(character));
        out.clear();
        out.reserve(text.len() + text.len() / 2);
        if characters.len() > LONGEST || !text.contains(char::is_alphanumeric) {
            // No name: left alone.
        } else if let Some(repair) =
            Some(prior).filter(|prior| prior.trusts_plain()).and_then(|_| self.decode_clear(&characters, out))
        {
            repairs.insert(repair);
        } else {
            self.decode(&characters, prior, seen, out, &mut repairs);
        }
        if out.is_empty() && unescaped.is_some() {
            out.push_str(text);
        }
        (!repairs.is_empty()).then_some(repairs)
    }

    /// Writes the text of a cell that is clearly in one of the three common encodings: at least two words change,
    /// all words become names, and none was one before it changed. Much quicker than weighing all readings.
    fn decode_clear(&self, characters: &[char], out: &mut String) -> Option<Repair> {
        let high = characters.iter().filter(|character| !character.is_ascii()).count();
        if high < 2 || !readings::may_be_clear(self, characters) {
            return None;
        }
        let cell = (characters, CellCase::of(characters.iter().copied()));
        let mut text = String::with_capacity(WORD_BYTES);
        let encodings = [Encoding::Mojibake, Encoding::Tcvn3, Encoding::Vni];
        let clear = |&encoding: &Encoding| readings::read_clear(self, encoding, cell, &mut text, out);
        encodings.into_iter().find(clear).map(|found| repair_of(found as usize))
    }

    /// Whether a word that was read so is a word of names.
    fn knows(&self, reading: Option<Reading>) -> bool {
        reading.is_some_and(|reading| reading.possible && self.vocabulary.knows(reading.syllable))
    }

    /// Writes the likeliest text unless that is the text itself.
    fn decode(
        &self,
        characters: &[char],
        prior: &ColumnPrior,
        seen: &mut WordsSeen,
        out: &mut String,
        repairs: &mut Repairs,
    ) {
        let tokens = read_tokens(self, characters, seen);
        let mut best = self.choose(&tokens, prior);
        // A no-break space that had become a space parted a word in two: read it whole as well.
        let joined = join_parted(self, characters);
        let joined_tokens = joined.as_deref().map(|joined| (joined, read_tokens(self, joined, seen)));
        let mut chosen = (characters, &tokens);
        if let Some((joined, joined_tokens)) = &joined_tokens {
            let other = self.choose(joined_tokens, prior);
            if other.score > best.score {
                (best, chosen) = (other, (*joined, joined_tokens));
            }
        }
        if best.readings.iter().all(|&reading| reading == PLAIN) {
            return;
        }
        let (characters, tokens) = chosen;
        let mut end = 0;
        for (token, &reading) in tokens.iter().zip(&best.readings) {
            out.extend(&characters[end..token.start]);
            match token.reading(reading) {
                Some(read) => {
                    out.push_str(&read.text);
                    repairs.insert(repair_of(reading));
                }
                None => out.extend(&characters[token.start..token.end]),
            }
            end = token.end;
        }
        out.extend(&characters[end..]);
    }

    /// The likeliest readings of the words.
    fn choose(&self, tokens: &[Token], prior: &ColumnPrior) -> Choice {
        let mut best =
            Choice { score: prior.log(PLAIN) + plain_score(tokens), readings: vec![PLAIN; tokens.len()] };
        // Words that are all known are believed, unless the column speaks against it.
        let usual = tokens.first().is_some_and(|first| first.plain.log > RARE);
        if prior.trusts_plain() && usual && tokens.iter().all(|token| token.plain.kind == Kind::Known) {
            return best;
        }
        if !tokens.iter().any(Token::has_readings) {
            return best;
        }
        for reading in 0..PLAIN {
            if let Some(choice) = one_reading(tokens, reading, prior)
                && choice.score > best.score
                && self.allows(tokens, &choice, prior)
            {
                best = choice;
            }
        }
        if let Some(choice) = several_readings(tokens, prior)
            && choice.score > best.score
            && self.allows(tokens, &choice, prior)
        {
            best = choice;
        }
        best
    }

    /// Whether typed keys may be read as such: ASCII words are far more often foreign names.
    fn allows(&self, tokens: &[Token], choice: &Choice, prior: &ColumnPrior) -> bool {
        let (mut keys, mut used, mut marked) = (0, false, false);
        for (token, &reading) in tokens.iter().zip(&choice.readings) {
            match token.reading(reading) {
                Some(read) if is_typed(reading) => {
                    (used, keys) = (true, keys + read.keys);
                    // Among clean words a single key is a note, a number or somebody's doubt.
                    if marked && read.keys < 2 {
                        return false;
                    }
                }
                _ => marked |= token.plain.kind >= Kind::Possible && !token.ascii,
            }
        }
        if !used {
            return true;
        }
        let likely = (0..PLAIN).any(|reading| is_typed(reading) && prior.log(reading) > -1.6);
        let kind_of = |(token, &reading): (&Token, &usize)| {
            token.reading(reading).map_or(token.plain.kind, |read| read.kind)
        };
        let mut kinds = tokens.iter().zip(&choice.readings).map(kind_of);
        let surname = kinds.clone().next() == Some(Kind::Known);
        let least = kinds.clone().min();
        if likely || keys >= 2 && surname {
            return kinds.all(|kind| kind >= Kind::Neutral);
        }
        // One key alone: all words have to be names, and the key one that no text has by itself.
        let last = tokens.len() - 1;
        let clear = |(index, (token, &reading)): (usize, (&Token, &usize))| {
            reading != PLAIN && (token.clear_key || index < last && token.sign_key)
        };
        surname && least == Some(Kind::Known) && tokens.iter().zip(&choice.readings).enumerate().any(clear)
    }

    /// The likelihoods of the pure readings of a cell; nothing if it says nothing about its column.
    fn likelihoods(&self, cell: &str) -> Option<Evidence> {
        let unescaped = self.entities.unescape(cell);
        let characters: Vec<char> = unescaped.as_deref().unwrap_or(cell).chars().take(LONGEST).collect();
        let tokens = read_tokens(self, &characters, &mut WordsSeen::default());
        let prior = ColumnPrior::default();
        let plain = plain_score(&tokens);
        let mut scores = [plain + FOREIGN_AMONG * 4.0; READINGS];
        scores[PLAIN] = plain;
        let mut tells = tokens.iter().any(|token| !token.ascii && token.plain.kind >= Kind::Possible);
        let mut best = Choice { score: prior.log(PLAIN) + plain, readings: Vec::new() };
        for (reading, score) in scores.iter_mut().enumerate().take(PLAIN) {
            if let Some(choice) = one_reading(&tokens, reading, &prior) {
                *score = choice.score - prior.log(reading);
                tells = true;
                if choice.score > best.score {
                    best = choice;
                }
            }
        }
        // How many words with marks were left plain where others were read.
        let encoding = best.readings.iter().copied().find(|&reading| reading != PLAIN);
        let marked = tokens.iter().zip(&best.readings).filter(|(token, _)| !token.ascii);
        let (mut kept, mut read) = (0, 0);
        for (token, &reading) in marked {
            read += u32::from(reading != PLAIN);
            kept += u32::from(reading == PLAIN && encoding.is_some_and(|encoding| !token.same[encoding]));
        }
        tells.then_some(Evidence { scores, kept, read })
    }
}

/// The logarithm of the share under which a family name may be another one in an old encoding: Hoà for Hồ.
const RARE: f32 = -8.2;

/// What a word loses that could be typed keys among such words, and is not read as them.
const LEFT: f32 = -5.0;

/// Whether the encoding is one of keys typed after the letters.
fn is_typed(reading: usize) -> bool {
    [Encoding::Telex, Encoding::VniKeys, Encoding::Viqr].map(|encoding| encoding as usize).contains(&reading)
}

/// What a cell says about its column.
struct Evidence {
    /// The likelihood of each reading.
    scores: [f32; READINGS],
    /// Words with marks left plain in the best reading in an encoding.
    kept: u32,
    /// Words read in it.
    read: u32,
}

/// Readings for all words of a cell.
struct Choice {
    score: f32,
    readings: Vec<usize>,
}

fn plain_score(tokens: &[Token]) -> f32 {
    tokens.iter().map(|token| token.plain.log).sum()
}

/// The score of a word left plain among words in an encoding.
fn plain_among(token: &Token, same: bool, prior: &ColumnPrior) -> f32 {
    let foreign = if token.plain.kind <= Kind::Foreign { FOREIGN_AMONG } else { 0.0 };
    token.plain.log + foreign + if same { 0.0 } else { prior.mixed() }
}

/// The cell in one encoding, with plain words where that is likelier; nothing if no word changes.
fn one_reading(tokens: &[Token], reading: usize, prior: &ColumnPrior) -> Option<Choice> {
    if tokens.iter().all(|token| token.reading(reading).is_none()) {
        return None;
    }
    let mut choice = Choice { score: prior.log(reading), readings: Vec::with_capacity(tokens.len()) };
    for token in tokens {
        // Words typed in keys would all be: one that is left has to be much the likelier.
        let left = if is_typed(reading) && token.reading(reading).is_some() { LEFT } else { 0.0 };
        // Foreign names get misread as UTF-8 as often as others, and only that.
        let plain = if reading == Encoding::Mojibake as usize {
            token.plain.log
        } else {
            plain_among(token, token.same[reading], prior) + left
        };
        match token.reading(reading) {
            Some(read) if read.log > plain => {
                choice.score += read.log;
                choice.readings.push(reading);
            }
            _ => {
                choice.score += plain;
                choice.readings.push(PLAIN);
            }
        }
    }
    choice.readings.contains(&reading).then_some(choice)
}

/// The cell with every word in the encoding that suits it; nothing unless there are two of them.
fn several_readings(tokens: &[Token], prior: &ColumnPrior) -> Option<Choice> {
    let mut choice = Choice { score: SEVERAL, readings: Vec::with_capacity(tokens.len()) };
    for token in tokens {
        // A clean name costs nothing more: the mixture has been paid for.
        let plain = match token.plain.kind {
            Kind::Known => token.plain.log,
            _ => plain_among(token, token.ascii, prior),
        };
        let mut best = (plain, PLAIN);
        for reading in 0..PLAIN {
            if let Some(read) = token.reading(reading) {
                // The likelier encodings win ties, no more: the words of such a cell do not agree.
                let score = read.log + prior.log(reading) * 0.5;
                if score > best.0 {
                    best = (score, reading);
                }
            }
        }
        choice.score += best.0;
        choice.readings.push(best.1);
    }
    let mut used: Vec<usize> = choice.readings.iter().copied().filter(|&reading| reading != PLAIN).collect();
    used.sort_unstable();
    used.dedup();
    (used.len() > 1).then_some(choice)
}

const fn repair_of(reading: usize) -> Repair {
    match Encoding::ALL[reading] {
        Encoding::Mojibake => Repair::Mojibake,
        Encoding::Telex | Encoding::VniKeys => Repair::TypedKeys,
        _ => Repair::LegacyFont,
    }
}

/// The text with no-break spaces put back where one had become a space inside a word: `ThÃ nh`.
fn join_parted(detector: &Detector, characters: &[char]) -> Option<Vec<char>> {
    let mut joined: Option<Vec<char>> = None;
    let mut readings = Vec::new();
    for (index, window) in characters.windows(3).enumerate() {
        // A letter of UTF-8 misses its last byte: what shows before it in the eight code pages.
        let [before, ' ', _] = window else { continue };
        if before.is_ascii() || !"ÃĂ√├ºş∫║»ť╗ªÆĆ∆╞".contains(*before) {
            continue;
        }
        let text = joined.as_deref().unwrap_or(characters);
        let start = text[..=index].iter().rposition(is_separator).map_or(0, |at| at + 1);
        let end = text[index + 2..].iter().position(is_separator).map_or(text.len(), |at| index + 2 + at);
        let mut word = text[start..end].to_vec();
        word[index + 1 - start] = '\u{A0}';
        readings.clear();
        detector.tables.decode_mojibake(&word, &mut readings);
        if readings.iter().any(|reading| detector.grammar.is_possible(reading)) {
            joined.get_or_insert_with(|| characters.to_vec())[index + 1] = '\u{A0}';
        }
    }
    joined
}

#[cfg(test)]
mod tests;
