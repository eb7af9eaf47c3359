//! Identity numbers, birth dates, sexes and ethnic groups.

use super::{Answer, Filter};
use crate::fields::birth_date::{self, DateContext, Precision};
use crate::fields::ethnic_group;
use crate::fields::id_number::{self, Hints, IdNumber};
use crate::fields::sex;
use crate::record::FieldKind;
use crate::rulebook::{Rulebook, Source};

/// Reads identity numbers, each by itself.
pub struct NumberFilter<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
}

impl Filter for NumberFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        let outcome = id_number::parse(raw, &self.book.id_words, Hints::default());
        let answer = Answer::of(&outcome, |number, answer| {
            number.write(&mut answer.canonical);
            match number {
                IdNumber::Citizen(citizen) => answer.facts.extend([
                    ("kind", "citizen".to_owned()),
                    ("province_code", format!("{:03}", citizen.province_code())),
                    ("sex", citizen.sex().word().to_owned()),
                    ("birth_year", citizen.birth_year().to_string()),
                ]),
                IdNumber::Old(_) => answer.facts.push(("kind", "old".to_owned())),
            }
        });
        answer.checked(FieldKind::CitizenNumber, self.book)
    }
}

/// Reads birth dates.
pub struct DateFilter<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
    /// The order of day and month, and the latest possible date.
    pub context: DateContext,
}

impl<'a> DateFilter<'a> {
    /// A filter for dates written as in this source, or with the day first.
    pub fn new(book: &'a Rulebook, source: Option<&Source>, as_of: u32) -> Self {
        let day_first = source.is_none_or(|source| source.day_first);
        Self { book, context: DateContext { day_first, as_of, birth_year: None, any_time: false } }
    }
}

impl Filter for DateFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        let outcome = birth_date::parse(raw, &self.context);
        let answer = Answer::of(&outcome, |date, answer| {
            date.write(&mut answer.canonical);
            let precision = match date.precision() {
                Precision::Year => "year",
                Precision::Month => "month",
                Precision::Day => "day",
            };
            answer.facts.push(("precision", precision.to_owned()));
        });
        answer.checked(FieldKind::BirthDate, self.book)
    }
}

/// Reads sexes in the codes of a source.
pub struct SexFilter<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
    /// The source whose codes hold; without one only words are read.
    pub source: Option<&'a Source>,
}

impl Filter for SexFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        let none = sex::SexCodes::default();
        let codes = self.source.map_or(&none, |source| &source.sex_codes);
        Answer::of(&sex::parse(raw, codes), |sex, answer| answer.canonical.push_str(sex.word()))
            .checked(FieldKind::Sex, self.book)
    }
}

/// Reads ethnic groups.
pub struct EthnicityFilter<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
}

impl Filter for EthnicityFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        let groups = &self.book.ethnic_groups;
        Answer::of(&ethnic_group::parse(raw, groups), |group, answer| {
            answer.canonical.push_str(groups.name(group));
            answer.facts.push(("code", format!("{:02}", group.code())));
        })
        .checked(FieldKind::Ethnicity, self.book)
    }
}
