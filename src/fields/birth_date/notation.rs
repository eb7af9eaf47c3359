//! The notations in which lists write a birth date.
//!
//! Owns the way from text to [`BirthDate`]. Unchanged are the three forms of the civil-status portal,
//! dd/mm/yyyy, mm/yyyy and yyyy; everything else is a repair.
//! Source: the data standard of health insurance (yyyymmddHHMM, unknown parts 00), QR text of the card
//! (ddmmyyyy), spreadsheets (day count, ISO text).

use super::calendar::from_serial;
use super::{BirthDate, DateContext, OLDEST};
use crate::fields::typed_marks::{strip_float_tail, strip_marks};
use crate::record::{Defect, Outcome, Repair, Repairs};
use crate::text;

/// Reads one cell.
pub fn parse(raw: &str, context: &DateContext) -> Outcome<BirthDate> {
    if context.day_first
        && let Some(parts) = exact(raw.as_bytes())
    {
        if let Some(date) = usual(parts, context) {
            return Outcome::Value(date, Repairs::NONE);
        }
        return judge(parts, context, Repairs::NONE);
    }
    let mut cleaned = String::new();
    let mut repairs = text::clean(raw, &mut cleaned);
    let bare = strip_marks(&cleaned, &mut repairs);
    if bare.is_empty() {
        return Outcome::Missing;
    }
    let read = strip_around(bare, &mut repairs).and_then(|date| read(date, context, &mut repairs));
    match read {
        Ok(parts) => judge(parts, context, repairs),
        Err(defect) => Outcome::Defective(defect),
    }
}

/// Puts together what stood in columns of its own. A part of 0 is an unknown part.
pub fn from_parts(
    day: Option<u32>,
    month: Option<u32>,
    year: Option<u32>,
    context: &DateContext,
) -> Outcome<BirthDate> {
    let mut repairs = Repairs::NONE;
    if [day, month, year].iter().flatten().count() > 1 {
        repairs.insert(Repair::Joined);
    }
    match (day, month, year) {
        (None, None, None) => Outcome::Missing,
        (_, _, None) => Outcome::Defective(Defect::Length),
        _ if [day, month, year].iter().flatten().any(|&part| part > 9999) => {
            Outcome::Defective(Defect::Impossible)
        }
        (day, month, Some(year)) => {
            let mut parts = Parts { day: day.unwrap_or(0), month: month.unwrap_or(0), year };
            if year < 100 {
                complete_year(&mut parts, context, &mut repairs);
            }
            if day == Some(0) || month == Some(0) {
                repairs.insert(Repair::UnknownPart);
            }
            judge(parts, context, repairs)
        }
    }
}

/// Day, month and year as written, 0 for unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    day: u32,
    month: u32,
    year: u32,
}

impl Parts {
    /// The number yyyymmdd.
    const fn packed(self) -> u32 {
        self.year * 10_000 + self.month * 100 + self.day
    }
}

/// The quick way for dd/mm/yyyy: ten million dates in about 0.1 s.
fn exact(raw: &[u8]) -> Option<Parts> {
    let &[d1, d2, b'/', m1, m2, b'/', y1, y2, y3, y4] = raw else {
        return None;
    };
    let digits = [d1, d2, m1, m2, y1, y2, y3, y4].map(|byte| u32::from(byte.wrapping_sub(b'0')));
    let [d1, d2, m1, m2, y1, y2, y3, y4] = digits;
    let parts = Parts { day: d1 * 10 + d2, month: m1 * 10 + m2, year: y1 * 1000 + y2 * 100 + y3 * 10 + y4 };
    // A written 00 is a repair, which the long way notes.
    let all_digits = digits.iter().fold(true, |all, &digit| all & (digit <= 9));
    (all_digits && parts.day != 0 && parts.month != 0).then_some(parts)
}

/// The date, if it is one in any month and year, of somebody who may be alive: the usual case of [`judge`].
#[inline]
fn usual(parts: Parts, context: &DateContext) -> Option<BirthDate> {
    let exists = matches!(parts, Parts { day: 1..=28, month: 1..=12, year: 1..=9999 });
    let packed = parts.packed();
    let earliest = context.as_of.saturating_sub(OLDEST * 10_000);
    (exists && (earliest..=context.as_of).contains(&packed)).then_some(BirthDate(packed))
}

/// Age up to which a year of two digits may well mean the last century.
const OLD: u32 = 110;

/// Says whether the parts are a date on which a living person may have been born.
fn judge(mut parts: Parts, context: &DateContext, mut repairs: Repairs) -> Outcome<BirthDate> {
    if parts.month > 12 && matches!(parts.day, 1..=12) {
        std::mem::swap(&mut parts.day, &mut parts.month);
        repairs.insert(Repair::DayMonthSwapped);
    }
    // A day without its month says nothing.
    if parts.month == 0 && parts.day != 0 {
        parts.day = 0;
        repairs.insert(Repair::UnknownPart);
    }
    let (Ok(year), Ok(month), Ok(day)) =
        (u16::try_from(parts.year), u8::try_from(parts.month), u8::try_from(parts.day))
    else {
        return Outcome::Defective(Defect::Impossible);
    };
    let Some(date) = BirthDate::new(year, month, day) else {
        let defect = if year == 0 { Defect::TooOld } else { Defect::Impossible };
        return Outcome::Defective(defect);
    };
    match date.possible_at(context.as_of) {
        Err(defect) if !context.any_time => Outcome::Defective(defect),
        _ => Outcome::Value(date, repairs),
    }
}

/// Cuts a label in front and a time behind.
fn strip_around<'a>(text: &'a str, repairs: &mut Repairs) -> Result<&'a str, Defect> {
    let start = text.find(|character: char| character.is_ascii_digit()).ok_or(Defect::Characters)?;
    let (label, mut date) = text.split_at(start);
    if label.contains(char::is_alphabetic) {
        repairs.insert(Repair::Label);
    } else if !label.is_empty() {
        repairs.insert(Repair::Separator);
    }
    if let Some(colon) = date.find(':') {
        let time = date[..colon].rfind(['T', ' ']).ok_or(Defect::Characters)?;
        date = date[..time].trim_end();
        repairs.insert(Repair::DateNotation);
    }
    Ok(date)
}

/// Reads a text that begins with a digit.
fn read(text: &str, context: &DateContext, repairs: &mut Repairs) -> Result<Parts, Defect> {
    let number = strip_float_tail(text, repairs);
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        return read_digits(number, repairs);
    }
    let groups = Groups::split(number)?;
    let mut parts = groups.parts(context)?;
    if !groups.is_canonical() || !context.day_first {
        repairs.insert(Repair::DateNotation);
    }
    // 00 may be the year 2000; as a day or a month it stands for what is not known.
    let n_zeros = groups.list().iter().filter(|group| group.value == 0).count();
    if n_zeros > usize::from(groups.has_short_year() && parts.year == 0) {
        repairs.insert(Repair::UnknownPart);
    }
    if groups.has_short_year() {
        complete_year(&mut parts, context, repairs);
    }
    Ok(parts)
}

/// Reads a date without separators.
fn read_digits(digits: &str, repairs: &mut Repairs) -> Result<Parts, Defect> {
    // The time of day of the health standard is of no interest.
    let date = if matches!(digits.len(), 12 | 14) { &digits[..8] } else { digits };
    let value: u32 = if date.len() > 8 { None } else { date.parse().ok() }.ok_or(Defect::Length)?;
    match date.len() {
        4 => Ok(Parts { day: 0, month: 0, year: value }),
        5 if matches!(value, 61..=60_000) => {
            repairs.insert(Repair::Serial);
            let (year, month, day) = from_serial(value);
            Ok(Parts { day: day.into(), month: month.into(), year: year.into() })
        }
        8 => {
            repairs.insert(Repair::DateNotation);
            let parts = eight_digits(value);
            if parts.day == 0 || parts.month == 0 {
                repairs.insert(Repair::UnknownPart);
            }
            Ok(parts)
        }
        _ => Err(Defect::Length),
    }
}

/// yyyymmdd or ddmmyyyy. They never meet: a year of 19 or 20 hundred at the end would be a month of 19 or 20.
fn eight_digits(value: u32) -> Parts {
    let year_first = Parts { day: value % 100, month: value / 100 % 100, year: value / 10_000 };
    if matches!(year_first.year, 1800..=2199) && year_first.month <= 12 {
        return year_first;
    }
    Parts { day: value / 1_000_000, month: value / 10_000 % 100, year: value % 10_000 }
}

/// Completes a year of two digits: as the number says, else the latest century that is not to come.
fn complete_year(parts: &mut Parts, context: &DateContext, repairs: &mut Repairs) {
    repairs.insert(Repair::TwoDigitYear);
    if let Some(year) = context.birth_year.map(u32::from).filter(|year| year % 100 == parts.year) {
        parts.year = year;
        return;
    }
    let this_century = Parts { year: 2000 + parts.year, ..*parts };
    if this_century.packed() > context.as_of {
        parts.year += 1900;
        return;
    }
    parts.year += 2000;
    // Someone of about a hundred may be meant.
    if this_century.packed() - 1_000_000 >= context.as_of.saturating_sub(OLD * 10_000) {
        repairs.insert(Repair::Unconfirmed);
    }
}

/// A run of digits and what stands before it.
#[derive(Clone, Copy, Default)]
struct Group<'a> {
    separator: &'a str,
    value: u32,
    width: usize,
}

/// The two or three runs of digits of a date.
struct Groups<'a> {
    groups: [Group<'a>; 3],
    count: usize,
}

impl<'a> Groups<'a> {
    fn split(text: &'a str) -> Result<Self, Defect> {
        let mut found = Self { groups: [Group::default(); 3], count: 0 };
        let mut rest = text.trim_end_matches(['.', '/', '-', ' ']);
        while !rest.is_empty() {
            let start = rest.find(|c: char| c.is_ascii_digit()).ok_or(Defect::Characters)?;
            let (separator, digits) = rest.split_at(start);
            let width = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            if width > 4 || !is_separator(separator, found.count) {
                return Err(Defect::Characters);
            }
            let value = digits[..width].parse().expect("up to four digits are a number");
            *found.groups.get_mut(found.count).ok_or(Defect::Characters)? = Group { separator, value, width };
            found.count += 1;
            rest = &digits[width..];
        }
        Ok(found)
    }

    fn list(&self) -> &[Group<'a>] {
        &self.groups[..self.count]
    }

    /// The parts by their widths; which comes first of two short ones depends on the list.
    fn parts(&self, context: &DateContext) -> Result<Parts, Defect> {
        let [a, b, c] = self.groups.map(|group| group.value);
        let (day, month, year) = match *self.list() {
            [Group { width: 4, .. }] => (0, 0, a),
            [Group { width: 1 | 2, .. }, Group { width: 4, .. }] => (0, a, b),
            [Group { width: 4, .. }, Group { width: 1 | 2, .. }] => (0, b, a),
            [Group { width: 4, .. }, Group { width: 1 | 2, .. }, Group { width: 1 | 2, .. }] => (c, b, a),
            [Group { width: 1 | 2, .. }, Group { width: 1 | 2, .. }, Group { width: 2 | 4, .. }] => {
                if context.day_first { (a, b, c) } else { (b, a, c) }
            }
            _ => return Err(Defect::Characters),
        };
        if month > 12 && day == 0 {
            return Err(Defect::Impossible);
        }
        Ok(Parts { day, month, year })
    }

    /// Whether the groups are written dd/mm/yyyy or mm/yyyy.
    fn is_canonical(&self) -> bool {
        let (last, first) = self.list().split_last().expect("a text that begins with a digit has a group");
        last.width == 4
            && first.iter().all(|group| group.width == 2)
            && self.list().iter().skip(1).all(|group| group.separator == "/")
    }

    fn has_short_year(&self) -> bool {
        self.count == 3 && self.list().iter().all(|group| group.width <= 2)
    }
}

/// Whether the text may stand before the group of this index: nothing, signs, or the words of the long form
/// `01 tháng 02 năm 1990`.
fn is_separator(text: &str, index: usize) -> bool {
    if index == 0 {
        return text.is_empty();
    }
    let signs = |c: char| matches!(c, '/' | '-' | '.' | ' ');
    let word = text.trim_matches(signs);
    match word {
        "" => text.chars().filter(|&c| c != ' ').count() <= 1,
        _ => matches!(&*text::fold_label(word), "thang" | "nam"),
    }
}

#[cfg(test)]
mod tests;
