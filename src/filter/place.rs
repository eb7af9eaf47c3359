//! Addresses: the commune they mean, as it is today, and how that was found.

use super::{Answer, Filter};
use crate::places::{Gazetteer, Reading, Time, Today, Unit};
use crate::record::FieldKind;
use crate::rulebook::{Kind, Rulebook};

/// Reads addresses.
pub struct PlaceFilter<'a> {
    book: &'a Rulebook,
    gazetteer: Gazetteer,
    time: Option<Time>,
}

impl<'a> PlaceFilter<'a> {
    /// A filter for addresses of this time, or of one that is not known.
    ///
    /// # Errors
    /// When the lists of units are wrong.
    pub fn new(book: &'a Rulebook, time: Option<Time>) -> Result<Self, crate::record::Trouble> {
        Ok(Self { book, gazetteer: book.gazetteer()?, time })
    }

    fn find(&self, what: &str, answer: &mut Answer) {
        answer.find(self.book.checks.find(FieldKind::Commune, Kind::Place, what));
    }

    /// Says one reading, which is the only one.
    fn say(&self, reading: &Reading<'_>, answer: &mut Answer) {
        if reading.level_missing {
            self.find("level_missing", answer);
        }
        if let Some(commune) = reading.commune {
            let code = commune.code.trim_end_matches('*').to_owned();
            answer.facts.extend([("read_as", self.gazetteer.address(commune)), ("read_code", code)]);
            answer.facts.push(("time", time_name(reading.time).to_owned()));
            if reading.time == Time::Before {
                self.find("old_unit", answer);
            }
        }
        match &reading.today {
            Today::One(unit) => self.write(unit, answer),
            Today::Several(units) => {
                self.find("split_unit", answer);
                answer.proposals = units.iter().map(|unit| self.gazetteer.address(unit)).collect();
            }
            Today::Unknown => self.find("unknown_unit", answer),
        }
    }

    fn write(&self, unit: &Unit, answer: &mut Answer) {
        answer.canonical = self.gazetteer.address(unit);
        answer.facts.push(("code", unit.code.to_string()));
    }
}

const fn time_name(time: Time) -> &'static str {
    match time {
        Time::Before => "until_2025-06-30",
        Time::Since => "since_2025-07-01",
    }
}

impl Filter for PlaceFilter<'_> {
    fn answer(&self, raw: &str) -> Answer {
        let mut answer = Answer::default();
        if raw.trim().is_empty() {
            return answer;
        }
        let readings = self.gazetteer.read(raw, self.time);
        match readings.as_slice() {
            [] => self.find("unknown_unit", &mut answer),
            [only] => self.say(only, &mut answer),
            [first, rest @ ..] => {
                let same = matches!(first.today, Today::One(_))
                    && rest.iter().all(|other| other.today == first.today);
                if same {
                    self.say(first, &mut answer);
                } else {
                    self.find("several_units", &mut answer);
                    let units = readings.iter().filter_map(|reading| reading.commune);
                    answer.proposals = units.map(|unit| self.gazetteer.address(unit)).collect();
                }
            }
        }
        answer
    }
}
