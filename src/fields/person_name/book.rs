//! The lists behind names, made ready: what names are made of, how old encodings show them, what stands around
//! them.
//!
//! Owns the building of these tables from the texts of the rules. Deliberately opens no file.

use super::around::Around;
use super::sounds::Sounds;
use crate::text::{
    CODE_BITS, ColumnPrior, Detector, Entities, Grammar, LegacyTables, Place, Vocabulary, code,
};

/// The texts of the lists, each a CSV with a header as `rules/` holds it.
#[derive(Debug, Clone, Copy)]
pub struct NameTexts<'a> {
    /// `lexicon/names.csv`: position, token, men, women.
    pub names: &'a str,
    /// `lexicon/names_minority.csv`: the last two columns are clans and given names.
    pub minority: &'a str,
    /// `lexicon/titles.csv`: kind (title, note), form.
    pub titles: &'a str,
    /// `text/onsets.csv`.
    pub onsets: &'a str,
    /// `text/rimes.csv`.
    pub rimes: &'a str,
    /// `text/attested.csv`.
    pub attested: &'a str,
    /// `text/legacy.csv`.
    pub legacy: &'a str,
    /// `text/codepages.csv`.
    pub codepages: &'a str,
    /// `text/entities.csv`.
    pub entities: &'a str,
}

/// The tables. Built once, immutable, shared by all threads.
#[derive(Debug)]
pub struct NameBook {
    /// Finds and reads text in other encodings.
    pub(super) detector: Detector,
    /// Titles and notes.
    pub(super) around: Around,
    /// The prior of a cell alone.
    pub(super) alone: ColumnPrior,
    /// What differences of sound cost.
    pub(super) sounds: Sounds,
    /// The letters of the middle names that go missing first.
    pub(super) light: [u64; 2],
    /// The words of names as listed, with their counts, most frequent first.
    pub(super) tokens: Vec<(Box<str>, u32)>,
}

impl NameBook {
    /// Builds the tables; the pairs are names by region (Hoàng, Huỳnh).
    ///
    /// # Errors
    /// When a list has a line that cannot be read.
    pub fn new<'a>(
        texts: &NameTexts<'_>,
        dialect: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, String> {
        let grammar = Grammar::new(texts.onsets, texts.rimes, texts.attested)?;
        let counted = counted(texts.names)?;
        let vocabulary = Vocabulary::new(&grammar, counted.iter().copied(), minority(texts.minority));
        let surnames = counted.iter().filter(|(_, place, _)| *place == Place::First).map(|(word, ..)| *word);
        let around = Around::new(texts.titles, surnames.chain(clans(texts.minority)))?;
        let sounds = Sounds::new(&grammar, dialect);
        let tables = LegacyTables::new(texts.legacy, texts.codepages)?;
        let detector = Detector::new(grammar, tables, Entities::new(texts.entities)?, vocabulary);
        Ok(Self {
            detector,
            around,
            alone: ColumnPrior::default(),
            sounds,
            light: LIGHT.map(letters_of),
            tokens: by_count(&counted),
        })
    }

    /// What finds and reads text in other encodings.
    pub fn detector(&self) -> &Detector {
        &self.detector
    }

    /// Whether the text begins with a family name, and every word is one of names.
    pub(super) fn is_name(&self, text: &str) -> bool {
        let known = |word: &str| {
            let reading = self.detector.grammar().read(word);
            reading.is_some_and(|reading| self.detector.vocabulary().knows(reading.syllable))
        };
        self.around.begins_with_surname(text) && text.split(' ').all(known)
    }

    /// What a column says about its cells, learnt from some of them.
    pub fn learn_column<'a>(&self, cells: impl Iterator<Item = &'a str>) -> ColumnPrior {
        ColumnPrior::learn(&self.detector, cells)
    }
}

/// The middle names that only tell the sex.
const LIGHT: [&str; 2] = ["thi", "van"];

fn letters_of(word: &str) -> u64 {
    word.chars().filter_map(code).fold(0, |letters, (code, _)| letters << CODE_BITS | code)
}

fn counted(names: &str) -> Result<Vec<(&str, Place, u32)>, String> {
    let mut rows = Vec::new();
    for line in names.lines().skip(1) {
        let row = || -> Option<(&str, Place, u32)> {
            let mut columns = line.split(',');
            let place = match columns.next()? {
                "surname" => Place::First,
                "middle" => Place::Middle,
                "given" | "given_older" => Place::Last,
                _ => return None,
            };
            let word = columns.next()?;
            let count = |text: &str| text.parse::<u32>().ok();
            Some((word, place, count(columns.next()?)? + count(columns.next()?)?))
        };
        rows.push(row().ok_or_else(|| format!("names.csv: cannot read `{line}`"))?);
    }
    Ok(rows)
}

/// The words of minority clans and given names.
fn minority(list: &str) -> impl Iterator<Item = &str> {
    let cells = list.lines().skip(1).flat_map(|line| line.rsplitn(3, ',').take(2));
    cells.flat_map(|cell| cell.split([';', ' '])).filter(|word| !word.is_empty())
}

/// The first words of minority clans, which stand where a family name does.
fn clans(minority: &str) -> impl Iterator<Item = &str> {
    let lists = minority.lines().skip(1).filter_map(|line| line.rsplit(',').nth(1));
    lists
        .flat_map(|list| list.split(';'))
        .filter_map(|clan| clan.split(' ').next())
        .filter(|clan| !clan.is_empty())
}

fn by_count(counted: &[(&str, Place, u32)]) -> Vec<(Box<str>, u32)> {
    let mut counts = std::collections::BTreeMap::new();
    for &(word, _, count) in counted {
        *counts.entry(word).or_insert(0) += count;
    }
    let mut words: Vec<_> = counts.into_iter().map(|(word, count)| (word.into(), count)).collect();
    words.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    words
}
