//! Field knowledge lifted over columns: raw text in, canonical values and states out.
//!
//! Chooses once per column what to call; never fails, because bad data is a state and not an error. Looks at no
//! file and judges nothing.

mod besides;
mod citizens;
mod expected;
mod extract;
mod lift;
mod list;
mod particulars;
mod units;

pub use besides::{BESIDES_FIELDS, besides};
pub use citizens::{CITIZEN_FIELDS, NumberReader, Numbers, citizen_sex, citizens};
pub use expected::FingerprintReader;
pub use extract::{Extract, extract, extract_fields};
pub use list::{Beside, list, rows};
pub use particulars::particulars;
pub use units::{birth_provinces, commune_of, time_of_units, units};

pub use crate::fields::birth_date::DateHabits;

use crate::fields::birth_date::DateContext;
use crate::record::{Spare, TextColumn};
use crate::rulebook::{Rulebook, Source};
use crate::text::{ColumnPrior, WordsSeen};

/// What the first names of a file tell about the encodings of the column, so that a cell which could be read in
/// two ways is read as its neighbours are. With it the words of the column that were taken apart, for whoever reads the
/// next batch: one set of them for each batch that is read at a time.
#[derive(Debug)]
pub struct NamePrior(ColumnPrior, Spare<WordsSeen>);

impl NamePrior {
    /// Learns from a sample of the column; without one, nothing is expected.
    pub fn learn(book: &Rulebook, sample: Option<&TextColumn>) -> Self {
        let prior = sample.map_or_else(ColumnPrior::default, |column| {
            book.name_words.book().learn_column(column.iter().filter(|cell| !cell.is_empty()))
        });
        Self(prior, Spare::default())
    }

    /// Words that nobody uses now.
    fn words_seen(&self) -> WordsSeen {
        self.1.take().unwrap_or_default()
    }

    /// Takes them back.
    fn give_back(&self, seen: WordsSeen) {
        self.1.give_back(seen);
    }
}

/// What normalising depends on besides the cells.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
    /// The source of the batch.
    pub source: &'a Source,
    /// The latest possible date, yyyymmdd.
    pub as_of: u32,
    /// What is known of the column of names.
    pub names: &'a NamePrior,
    /// What is known of the column of birth dates.
    pub dates: DateHabits,
}

/// What the first birth dates of a file tell about the order of day and month.
pub fn date_habits(sample: Option<&TextColumn>) -> DateHabits {
    let mut habits = DateHabits::default();
    sample.iter().flat_map(|column| column.iter()).for_each(|cell| habits.see(cell));
    habits
}

impl Context<'_> {
    /// How dates are read here.
    fn date_context(&self) -> DateContext {
        let day_first = self.source.day_first && !self.dates.is_month_first();
        DateContext { day_first, as_of: self.as_of, birth_year: None, any_time: false }
    }
}
