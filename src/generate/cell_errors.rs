//! Errors of birth date, sex and address: DB01 to DB11, SX01 and SX02, AD01 and AD05 to AD09.
//!
//! Owns how these cells go wrong. Does not know the number or the name, except where it tells the sex.

use super::calendar::{Date, month_length};
use super::candidate::Candidate;
use super::codes::Code::{self, *};
use super::places::Places;
use super::random::Random;
use super::row::{NumberState, Row, Shown, column};
use super::settings::Settings;

/// The days that errors of the birth date take from the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListDays {
    /// The day of the list.
    pub(super) list: Date,
    /// The day typed for an unknown one.
    pub(super) default: Date,
}

/// What a spoiled birth date shows.
struct Spoiled {
    text: String,
    wrong: bool,
    /// The date that can be read; a year of two digits tells none without the number.
    read: Option<Date>,
}

impl Spoiled {
    fn date(shown: Date, truth: Date) -> Option<Self> {
        (shown != truth).then(|| Spoiled { text: shown.to_string(), wrong: true, read: Some(shown) })
    }

    fn writing(text: String, read: Option<Date>) -> Option<Self> {
        Some(Spoiled { text, wrong: false, read })
    }
}

/// Spoils the birth date; tells whether the error could be made.
pub(super) fn birth(code: Code, birth: Date, row: &mut Row, days: ListDays, random: &mut Random) -> bool {
    let spoiled = match code {
        DB03 => Spoiled::date(Date::new(birth.year, 1, 1), birth),
        DB04 => Spoiled::date(days.default, birth),
        DB08 => {
            let year = if random.below(2) == 0 { birth.year - 1 } else { birth.year + 1 };
            Spoiled::date(in_year(birth, year), birth)
        }
        DB10 => Spoiled::date(in_year(birth, impossible_year(birth, days.list, random)), birth),
        DB11 if random.below(2) == 0 => Spoiled::date(days.list, birth),
        DB11 => row.dose_date.and_then(|dose| Spoiled::date(dose, birth)),
        _ if birth.is_full() => full_birth(code, birth, days.list, random),
        _ => None,
    };
    let Some(spoiled) = spoiled.filter(|spoiled| spoiled.text != row.cells[column::BIRTH]) else {
        return false;
    };
    row.cells[column::BIRTH] = spoiled.text;
    row.wrong_birth = spoiled.wrong;
    row.birth = spoiled.read;
    true
}

/// The same day of another year, or the last of its month there.
fn in_year(birth: Date, year: u16) -> Date {
    let length = if birth.is_full() { month_length(year, birth.month) } else { 0 };
    Date::new(year, birth.month, birth.day.min(length))
}

/// A year in which nobody of the list was born: 120 years before it or more, or after it.
fn impossible_year(birth: Date, list: Date, random: &mut Random) -> u16 {
    let long_ago = birth.year - 100;
    if long_ago + 121 <= list.year && random.below(2) == 0 {
        long_ago
    } else {
        random.between(u64::from(list.year) + 6, 2079) as u16
    }
}

/// Errors that need a full date.
fn full_birth(code: Code, birth: Date, list: Date, random: &mut Random) -> Option<Spoiled> {
    let Date { year, month, day } = birth;
    match code {
        DB01 if day <= 12 => Spoiled::date(Date::new(year, day, month), birth),
        DB02 => Spoiled::date(Date::new(year, 0, 0), birth),
        DB05 => {
            let february = if month_length(year, 2) == 28 { "29/02" } else { "30/02" };
            let text = *random.pick(&[february, "31/04", "00/00", "31/11"]);
            // Noughts are a way to write that only the year is known.
            let read = (text == "00/00").then_some(Date::new(year, 0, 0));
            Some(Spoiled { text: format!("{text}/{year}"), wrong: true, read })
        }
        DB06 => Spoiled::writing(format!("{day:02}/{month:02}/{:02}", year % 100), None),
        DB07 => {
            let text = match random.below(7) {
                0..=2 => birth.serial().to_string(),
                3 => format!("{year}-{month:02}-{day:02}"),
                4 => format!("{day:02}-{month:02}-{year}"),
                5 => format!("{day:02}.{month:02}.{year}"),
                _ => format!("{day}/{month}/{year}"),
            };
            Spoiled::writing(text, Some(birth))
        }
        DB09 => Spoiled::date(mistyped(birth, list, random)?, birth),
        _ => None,
    }
}

/// One digit of the date changed, so that it still is a date, and one that no other error would write.
fn mistyped(birth: Date, list: Date, random: &mut Random) -> Option<Date> {
    for _ in 0..30 {
        let digit = random.below(10) as u8;
        let mut shown = birth;
        match random.below(6) {
            0 => shown.day = birth.day / 10 * 10 + digit,
            1 => shown.day = digit % 4 * 10 + birth.day % 10,
            2 => shown.month = birth.month / 10 * 10 + digit,
            3 => shown.month = digit % 2 * 10 + birth.month % 10,
            4 => shown.year = birth.year / 10 * 10 + u16::from(digit),
            _ => shown.year = birth.year / 100 * 100 + u16::from(digit) * 10 + birth.year % 10,
        }
        let is_month = (1..=12).contains(&shown.month);
        let is_date = is_month && (1..=month_length(shown.year, shown.month)).contains(&shown.day);
        let looks_default = (shown.day, shown.month) == (1, 1);
        let looks_lunar = shown.year.abs_diff(birth.year) == 1;
        if is_date && shown != birth && shown < list && !looks_default && !looks_lunar {
            return Some(shown);
        }
    }
    None
}

/// Spoils the sex; tells whether the error could be made.
pub(super) fn sex(code: Code, candidate: &Candidate, row: &mut Row, random: &mut Random) -> bool {
    let woman = candidate.woman;
    if code == SX01 {
        let codes =
            if woman { ["2", "0", "F", "nữ", "Nu", "NỮ"] } else { ["1", "1", "M", "nam", "NAM", "Trai"] };
        row.cells[column::SEX] = (*random.pick(&codes)).to_owned();
        return true;
    }
    // Without a telling name only the number can show the error, as ID13.
    let told_by_number = row.number == NumberState::Own && matches!(row.shown, Shown::Personal(_));
    if !told_by_number && !tells_sex(&row.cells[column::NAME], candidate) {
        return false;
    }
    row.cells[column::SEX] = if woman { "Nam" } else { "Nữ" }.to_owned();
    row.wrong_sex = true;
    true
}

/// Whether the name as written still holds the Thị of a woman or the Văn of a man.
pub(super) fn tells_sex(written: &str, candidate: &Candidate) -> bool {
    // The second form is the decomposed one.
    let (word, forms) = if candidate.woman {
        (" Thị ", ["thị", "thi\u{323}"])
    } else {
        (" Văn ", ["văn", "va\u{306}n"])
    };
    let told = |part: &str| forms.contains(&part.to_lowercase().as_str());
    candidate.name.contains(word) && written.split_whitespace().any(told)
}

/// Spoils the address; tells which error it became.
pub(super) fn address(
    code: Code,
    candidate: &Candidate,
    row: &mut Row,
    places: &Places,
    settings: &Settings,
    random: &mut Random,
) -> Option<Code> {
    let unit = &places.old[candidate.unit as usize];
    let cells = &mut row.cells;
    let became = match code {
        AD01 if !unit.prior.is_empty() => {
            cells[column::COMMUNE].clone_from(random.pick(&unit.prior));
            AD01
        }
        AD05 if unit.same_in_province && !unit.commune.is_empty() => drop_level(column::DISTRICT, true, row),
        AD06 => {
            let mut changed = false;
            for at in [column::PROVINCE, column::DISTRICT, column::COMMUNE] {
                let short = shortened(&cells[at], settings);
                changed |= short.is_some();
                cells[at] = short.unwrap_or_else(|| std::mem::take(&mut cells[at]));
            }
            return changed.then_some(AD06);
        }
        // A district without communes is nothing once its name is gone.
        AD07 if unit.commune.is_empty() => drop_level(column::PROVINCE, false, row),
        AD07 if random.below(3) == 0 => drop_level(column::PROVINCE, unit.same_in_country, row),
        AD07 => drop_level(column::DISTRICT, unit.same_in_province, row),
        AD08 => {
            let province = places.draw_province(random);
            let commune = places.draw_commune(province, random);
            let moved = places.draw_old_unit(commune, random);
            if moved == candidate.unit {
                return None;
            }
            write_unit(places, moved, row);
            AD08
        }
        AD09 if !unit.commune.is_empty() => {
            cells.swap(column::COMMUNE, column::DETAIL);
            AD09
        }
        _ => return None,
    };
    if matches!(became, AD01 | AD05 | AD09) {
        row.unit = None;
    }
    Some(became)
}

/// Leaves out a level: a search finds the commune, or several of its name.
fn drop_level(level: usize, ambiguous: bool, row: &mut Row) -> Code {
    row.cells[level].clear();
    if ambiguous { AD05 } else { AD07 }
}

/// Writes province, district and commune of an old unit.
pub(super) fn write_unit(places: &Places, index: u32, row: &mut Row) {
    let unit = &places.old[index as usize];
    let province = &places.provinces[unit.province as usize].name;
    row.cells[column::PROVINCE].clone_from(province);
    row.cells[column::DISTRICT].clone_from(&unit.district);
    row.cells[column::COMMUNE].clone_from(&unit.commune);
    row.unit = Some(index);
}

fn shortened(cell: &str, settings: &Settings) -> Option<String> {
    let types = settings.addresses.types.iter();
    let mut fitting = types.filter_map(|(long, short)| {
        let rest = cell.strip_prefix(long.as_str())?.strip_prefix(' ')?;
        Some(format!("{short}{rest}"))
    });
    fitting.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_date_is_a_date() {
        let mut random = Random::new(8, 8);
        for _ in 0..1000 {
            let truth = Date::new(1999, 12, 31);
            let shown = mistyped(truth, Date::new(2022, 6, 1), &mut random).expect("some digit can change");
            assert_ne!(shown, truth);
            assert!(shown.day <= month_length(shown.year, shown.month));
        }
    }

    #[test]
    fn a_middle_name_tells_the_sex() {
        let of = |name: &str, woman| Candidate { name: name.to_owned(), woman, ..Candidate::default() };
        let woman = of("Nguyễn Thị Lan", true);
        assert!(tells_sex("NGUYỄN THỊ LAN", &woman) && tells_sex("Nguyễn\u{a0}Thi\u{323} Lan", &woman));
        assert!(!tells_sex("Nguyễn Thi Lan", &woman));
        assert!(!tells_sex("Nguyễn Văn An", &of("Nguyễn Văn An", true)));
        assert!(!tells_sex("Nguyễn Lan", &of("Nguyễn Lan", true)));
    }

    #[test]
    fn an_impossible_year_is_out_of_bounds() {
        let (random, list) = (&mut Random::new(8, 9), Date::new(2022, 6, 1));
        for year in [1950, 2001, 2002, 2010] {
            for _ in 0..50 {
                let shown = impossible_year(Date::new(year, 1, 1), list, random);
                assert!(shown <= 1901 || shown > 2026, "{shown}");
            }
        }
    }
}
