//! Text in old encodings, read with the words of the rules.

use super::Rulebook;
use super::lexicon;
use crate::record::Trouble;
use crate::text::Encoding;

impl Rulebook {
    /// The likeliest of the encodings for a text shown as windows-1252 shows it, by name, and how many of a hundred
    /// of its words with letters beyond ASCII become syllables of the dictionary.
    pub fn likely_encoding(&self, shown: &str) -> Option<(&'static str, u32)> {
        const CANDIDATES: [Encoding; 4] = [Encoding::Tcvn3, Encoding::Vni, Encoding::Viscii, Encoding::Vps];
        let words = shown.split(|letter: char| letter.is_ascii() && !letter.is_ascii_alphabetic());
        let words: Vec<&str> = words.filter(|word| !word.is_ascii()).take(5000).collect();
        let detector = self.name_words.book().detector();
        let mut text = String::new();
        let mut share = |encoding: Encoding| {
            let becomes_a_word = |word: &&&str| {
                detector.tables().decode(encoding, word, detector.grammar(), &mut text);
                let reading = detector.grammar().read(&text).filter(|reading| reading.possible);
                text != **word
                    && reading.is_some_and(|reading| detector.grammar().is_attested(reading.syllable))
            };
            words.iter().filter(becomes_a_word).count() * 100 / words.len().max(1)
        };
        let shares = CANDIDATES.map(|encoding| (share(encoding), encoding));
        // The first of equals: the commoner one.
        let (share, encoding) = shares.into_iter().rev().max_by_key(|(share, _)| *share)?;
        (share > 0).then_some((encoding.name(), share as u32))
    }

    /// A text as an old encoding shows it where windows-1252 is expected; nothing if there is no such encoding or it has no
    /// place for a letter.
    pub fn written_as(&self, encoding: &str, text: &str) -> Option<String> {
        self.name_words.book().detector().tables().encode(Encoding::from_name(encoding)?, text)
    }

    /// What appends a cell of an old encoding as it is meant; nothing if there is no such encoding.
    ///
    /// # Errors
    /// When the lists cannot be read, which loading the rules would have told.
    pub fn recoder(
        &self,
        encoding: &str,
    ) -> Result<Option<impl Fn(&str, &mut String) + Send + use<>>, Trouble> {
        let Some(encoding) = Encoding::from_name(encoding) else { return Ok(None) };
        // Tables of its own: a stream may live longer than the rules it was opened with.
        let words = lexicon::name_words(&self.files)?;
        Ok(Some(move |cell: &str, out: &mut String| {
            let detector = words.book().detector();
            let mut text = String::new();
            detector.tables().decode(encoding, cell, detector.grammar(), &mut text);
            out.push_str(&text);
        }))
    }
}
