//! Settings: shares, rates, dates and word lists of the invented population, as `rules/generate/` writes them.
//!
//! Owns the form of that file and its checks. Does not know how a person is made.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use serde::Deserialize;

use super::calendar::Date;
use super::random::SHARE_WHOLE;

/// A part of a whole, written between 0 and 1, kept as an integer so that draws do not depend on the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Share(u64);

impl Share {
    /// The share in parts of a thousand million.
    pub(super) fn parts(self) -> u64 {
        self.0
    }

    /// The share of so many things, rounded down.
    pub(super) fn of(self, count: u64) -> u64 {
        (u128::from(count) * u128::from(self.0) / u128::from(SHARE_WHOLE)) as u64
    }

    /// A share from parts of a thousand million.
    #[cfg(test)]
    pub(super) fn from_parts(parts: u64) -> Self {
        Share(parts)
    }
}

impl TryFrom<f64> for Share {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if !(0.0..=1.0).contains(&value) {
            return Err(format!("{value} is not a share between 0 and 1"));
        }
        Ok(Share((value * SHARE_WHOLE as f64).round() as u64))
    }
}

/// Everything an official may change about the invented data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Day of the population extract.
    pub extract_date: Date,
    /// Day of the list.
    pub list_date: Date,
    /// A person listed is at least this old on the day of the list.
    pub list_age_min: u16,
    /// Lines above the header of the list.
    pub title_rows: Vec<String>,
    /// The header is repeated after so many records; 0 is never.
    pub header_every: u64,
    /// Lines below the last record.
    pub closing_rows: Vec<String>,
    /// Day and month that DB04 types for an unknown day.
    pub default_day: (u8, u8),
    /// The year of that day is drawn for each list, from the first of these to the second.
    pub default_years: (u16, u16),
    /// The people.
    pub population: Population,
    /// The list.
    pub list: ListShares,
    /// Words from which cells are put together.
    pub words: Words,
    /// Words from which name errors are made.
    pub names: NameWords,
    /// Words from which address errors are made.
    pub addresses: AddressWords,
    /// How often each error is tried, by code.
    pub rates: BTreeMap<String, Share>,
}

/// Shares of the population.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each name says what the share is of; the settings file comments on the rest"
)]
pub struct Population {
    pub moved: Share,
    pub year_only: Share,
    pub month_only: Share,
    pub old_number: Share,
    pub shared_old_number: Share,
    pub reestablished: Share,
    pub emigrated: Share,
    pub no_residence: Share,
    pub born_abroad: Share,
    pub twins: Share,
    pub street_address: Share,
    pub phone: Share,
    pub phone_shared: Share,
    pub two_surnames: Share,
    pub two_tokens: Share,
    pub second_middle: (Share, Share),
    pub older_given: Share,
    pub minority_scale: Share,
    pub household_sizes: Vec<u64>,
    pub head_cohorts: Vec<(u16, u64)>,
    pub deceased: Vec<(u16, Share)>,
    pub thi_van: Vec<(u16, Share, Share)>,
    pub birth_years: (u16, u16),
}

/// Shares of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each name says what the share is of")]
pub struct ListShares {
    pub strangers: Share,
    pub strangers_with_citizen_number: Share,
    pub foreigners: Share,
    pub capitals: Share,
    pub deceased: Share,
    pub cancelled_number: Share,
    pub phone_kept: Share,
}

/// Words from which cells are put together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each name says what the words are")]
pub struct Words {
    pub streets: Vec<String>,
    pub hamlets: Vec<String>,
    pub phone_prefixes: Vec<String>,
    pub vaccines: Vec<String>,
    pub countries: Vec<u16>,
    pub missing: Vec<String>,
    pub placeholders: Vec<String>,
    pub labels: Vec<String>,
    pub label_ends: Vec<String>,
    pub honorifics: Vec<String>,
    pub honorifics_men: Vec<String>,
    pub honorifics_women: Vec<String>,
    pub notes: Vec<String>,
    pub foreign_names: Vec<String>,
}

/// Pairs of spellings from which name errors are made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each name says what the pairs are")]
pub struct NameWords {
    pub regional: Vec<(String, String)>,
    pub initials: Vec<(String, String)>,
    pub finals: Vec<(String, String)>,
}

/// Short forms from which address errors are made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressWords {
    /// Unit types and their short forms.
    pub types: Vec<(String, String)>,
}

impl Settings {
    /// Refuses settings from which nobody could be drawn.
    pub(super) fn check(&self) -> Result<()> {
        let words = &self.words;
        let lists: [(&str, usize); 15] = [
            ("words.streets", words.streets.len()),
            ("words.hamlets", words.hamlets.len()),
            ("words.phone_prefixes", words.phone_prefixes.len()),
            ("words.vaccines", words.vaccines.len()),
            ("words.countries", words.countries.len()),
            ("words.missing", words.missing.len()),
            ("words.placeholders", words.placeholders.len()),
            ("words.labels", words.labels.len()),
            ("words.label_ends", words.label_ends.len()),
            ("words.honorifics", words.honorifics.len()),
            ("words.honorifics_men", words.honorifics_men.len()),
            ("words.honorifics_women", words.honorifics_women.len()),
            ("words.notes", words.notes.len()),
            ("words.foreign_names", words.foreign_names.len()),
            ("population.thi_van", self.population.thi_van.len()),
        ];
        if let Some((name, _)) = lists.iter().find(|(_, length)| *length == 0) {
            bail!("{name} is empty");
        }
        let (first, last) = self.population.birth_years;
        ensure!(
            (1900..2100).contains(&first) && first < last && last < 2100,
            "population.birth_years must lie between 1900 and 2099"
        );
        let sizes: u64 = self.population.household_sizes.iter().sum();
        let cohorts: u64 = self.population.head_cohorts.iter().map(|(_, weight)| weight).sum();
        ensure!(
            sizes > 0 && cohorts > 0,
            "population.household_sizes and head_cohorts need a weight above nought"
        );
        let outside = self.population.head_cohorts.iter().find(|(year, _)| *year < first || *year > last);
        ensure!(outside.is_none(), "population.head_cohorts lies outside birth_years");
        let wrong = words.countries.iter().find(|code| !(101..=295).contains(*code));
        ensure!(wrong.is_none(), "words.countries: codes run from 101 to 295");
        let ((day, month), (from, to)) = (self.default_day, self.default_years);
        let is_day = (1..=12).contains(&month) && (1..=28).contains(&day);
        ensure!(is_day, "default_day must be a day that every year has");
        ensure!((1901..=to).contains(&from) && to < 2100, "default_years must run upwards");
        ensure!(self.list_date < self.extract_date, "list_date must lie before extract_date");
        Ok(())
    }
}
