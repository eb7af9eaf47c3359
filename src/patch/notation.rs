//! How a column writes dates and sexes: a corrected cell is written as its neighbours are.

use crate::fields::birth_date::{BirthDate, DateContext, DateHabits, Precision, parse as parse_date};
use crate::fields::sex::{Sex, parse as parse_sex};
use crate::record::{Outcome, TextColumn};
use crate::rulebook::Source;

/// A way of writing a whole date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// `01/02/1990`, with this between.
    DayFirst(char),
    /// `1/2/1990`: no zeros.
    DayFirstShort(char),
    /// `1990-02-01`.
    YearFirst(char),
    /// `19900201`.
    Compact,
}

/// How a column writes dates.
#[derive(Debug, Clone, Copy)]
pub(super) struct DateNotation {
    way: Way,
    is_month_first: bool,
}

impl DateNotation {
    /// Learns from the first cells of a column. Where day and month stand is not the cells' own business only: `habits` are
    /// those of the column. A workbook's cells show dates as the standard writes them, whatever the sheet shows.
    pub(super) fn learn(sample: Option<&TextColumn>, habits: DateHabits, is_workbook: bool) -> Self {
        let usual = Self { way: Way::DayFirst('/'), is_month_first: habits.is_month_first() };
        if is_workbook || habits.is_half_swapped() {
            return usual;
        }
        let mut counts: Vec<(Way, usize)> = Vec::new();
        let ways = sample.into_iter().flat_map(TextColumn::iter).filter_map(|cell| way_of(cell.trim()));
        for way in ways {
            match counts.iter_mut().find(|(known, _)| *known == way) {
                Some((_, count)) => *count += 1,
                None => counts.push((way, 1)),
            }
        }
        // Most dates have days and months of two digits whatever the way, so one short date in ten tells it.
        let n_all: usize = counts.iter().map(|(_, count)| count).sum();
        let short =
            counts.iter().find(|(way, count)| matches!(way, Way::DayFirstShort(_)) && count * 10 >= n_all);
        let most =
            short.or_else(|| counts.iter().max_by_key(|(way, count)| (*count, std::cmp::Reverse(*way))));
        Self { way: most.map_or(usual.way, |(way, _)| *way), ..usual }
    }

    /// A date as the column writes it.
    pub(super) fn write(self, date: BirthDate) -> String {
        let year = date.year();
        let (Some(day), Some(month), Precision::Day) = (date.day(), date.month(), date.precision()) else {
            let mut out = String::new();
            date.write(&mut out);
            return out;
        };
        let (first, second) = if self.is_month_first { (month, day) } else { (day, month) };
        match self.way {
            Way::DayFirst(sign) => format!("{first:02}{sign}{second:02}{sign}{year:04}"),
            Way::DayFirstShort(sign) => format!("{first}{sign}{second}{sign}{year:04}"),
            Way::YearFirst(sign) => format!("{year:04}{sign}{month:02}{sign}{day:02}"),
            Way::Compact => format!("{year:04}{month:02}{day:02}"),
        }
    }
}

/// How a cell writes a whole date, if it is one of the usual ways.
fn way_of(cell: &str) -> Option<Way> {
    if cell.len() == 8 && cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return matches!(&cell[..2], "19" | "20").then_some(Way::Compact);
    }
    let sign = cell.chars().find(|letter| !letter.is_ascii_digit())?;
    let parts: Vec<&str> = cell.split(sign).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let are_digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !are_digits || !matches!(sign, '/' | '-' | '.') {
        return None;
    }
    match (first.len(), second.len(), third.len()) {
        (2, 2, 4) => Some(Way::DayFirst(sign)),
        (1, 1 | 2, 4) | (2, 1, 4) => Some(Way::DayFirstShort(sign)),
        (4, 2, 2) => Some(Way::YearFirst(sign)),
        _ => None,
    }
}

/// A corrected date, day first, as the reports write it.
pub(super) fn read_date(text: &str) -> Option<BirthDate> {
    let context = DateContext { day_first: true, as_of: 99_991_231, birth_year: None, any_time: true };
    match parse_date(text, &context) {
        Outcome::Value(date, _) => Some(date),
        _ => None,
    }
}

/// How a column writes the sexes.
#[derive(Debug, Clone, Default)]
pub(super) struct SexSpelling {
    male: Option<String>,
    female: Option<String>,
}

impl SexSpelling {
    /// Learns from the first cells of a column: of each sex the spelling that most rows have.
    pub(super) fn learn(sample: Option<&TextColumn>, source: &Source) -> Self {
        let most = |wanted: Sex| {
            let mut counts: Vec<(&str, usize)> = Vec::new();
            for cell in sample.into_iter().flat_map(TextColumn::iter).map(str::trim) {
                match counts.iter_mut().find(|(known, _)| *known == cell) {
                    Some((_, count)) => *count += 1,
                    None if read_sex(cell, source) == Some(wanted) => counts.push((cell, 1)),
                    None => {}
                }
            }
            // The first met of equals.
            counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(cell, _)| cell.to_owned())
        };
        Self { male: most(Sex::Male), female: most(Sex::Female) }
    }

    /// A sex as the column writes it, in the place of `old`; `None` where the column shows codes and none of this sex.
    pub(super) fn write(&self, sex: Sex, old: &str) -> Option<String> {
        let (own, other) = match sex {
            Sex::Male => (&self.male, &self.female),
            Sex::Female => (&self.female, &self.male),
        };
        if let Some(own) = own {
            return Some(own.clone());
        }
        let is_code = |cell: &str| cell.chars().count() == 1;
        let shows_codes = other.as_deref().is_some_and(is_code) || is_code(old.trim());
        (!shows_codes).then(|| sex.word().to_owned())
    }
}

/// The sex that a cell means.
pub(super) fn read_sex(cell: &str, source: &Source) -> Option<Sex> {
    match parse_sex(cell, &source.sex_codes) {
        Outcome::Value(sex, _) => Some(sex),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_their_neighbours() {
        let date = read_date("01/02/1990").expect("a date");
        let check = |cells: &[&str], expected| {
            let column = TextColumn::from_texts(cells.iter().copied());
            let notation = DateNotation::learn(Some(&column), DateHabits::default(), false);
            assert_eq!(notation.write(date), expected, "{cells:?}");
        };
        check(&[], "01/02/1990");
        check(&["02/03/1980", "1980"], "01/02/1990");
        check(&["02-03-1980"], "01-02-1990");
        check(&["12/11/1980", "12/12/1990", "2/3/1980"], "1/2/1990");
        check(&["1980-03-02", "1981-03-02", "02/03/1980"], "1990-02-01");
        check(&["19800302", "19810302"], "19900201");
        check(&["abc", "12345678901"], "01/02/1990");
        let column = TextColumn::from_texts(["1980-03-02"].into_iter());
        let notation = DateNotation::learn(Some(&column), DateHabits::default(), true);
        assert_eq!(notation.write(date), "01/02/1990");
        let year = read_date("1990").expect("a year");
        assert_eq!(notation.write(year), "1990");
    }

    #[test]
    fn a_sex_is_written_as_the_column_does() {
        let book = crate::rulebook::Rulebook::load(None).expect("rules");
        let source = book.source("tiem_chung").expect("a source");
        let learn =
            |cells: &[&str]| SexSpelling::learn(Some(&TextColumn::from_texts(cells.iter().copied())), source);
        let words = learn(&["Nam", "nữ", "Nữ", "Nữ"]);
        assert_eq!(words.write(Sex::Female, "Nam").as_deref(), Some("Nữ"));
        let codes = learn(&["1", "2", "1"]);
        assert_eq!(codes.write(Sex::Female, "1").as_deref(), Some("2"));
        assert_eq!(learn(&["1", "1"]).write(Sex::Female, "1"), None);
        assert_eq!(learn(&[]).write(Sex::Female, "").as_deref(), Some("Nữ"));
    }
}
