//! Addresses: the commune they mean, as it is today, and how that was found.

use super::{Answer, Filter};
use crate::places::{Gazetteer, PlaceMark, Reading, Time, Today, Unit};
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

    fn find(&self, mark: PlaceMark, answer: &mut Answer) {
        answer.find(self.book.checks.find(FieldKind::Commune, Kind::Place, mark.name()));
    }

    /// Says one reading, which is the only one.
    fn say(&self, reading: &Reading<'_>, answer: &mut Answer) {
        let mut marks = reading.marks;
        if let Some(commune) = reading.commune {
            let code = commune.code.to_string();
            answer.facts.extend([("read_as", self.gazetteer.address(commune)), ("read_code", code)]);
            answer.facts.push(("time", time_name(reading.time).to_owned()));
        }
        match &reading.today {
            Today::One(unit) => self.write(unit, answer),
            Today::Several(units) => {
                marks.insert(PlaceMark::SplitUnit);
                answer.proposals = units.iter().map(|unit| self.gazetteer.address(unit)).collect();
            }
            Today::Unknown => marks.insert(PlaceMark::UnknownUnit),
        }
        marks.iter().for_each(|mark| self.find(mark, answer));
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
            [] => self.find(PlaceMark::UnknownUnit, &mut answer),
            [only] => self.say(only, &mut answer),
            [first, rest @ ..] => {
                let same = matches!(first.today, Today::One(_))
                    && rest.iter().all(|other| other.today == first.today);
                if same {
                    self.say(first, &mut answer);
                } else {
                    self.find(PlaceMark::SeveralUnits, &mut answer);
                    let units = readings.iter().filter_map(|reading| reading.commune);
                    answer.proposals = units.map(|unit| self.gazetteer.address(unit)).collect();
                }
            }
        }
        answer
    }
}
