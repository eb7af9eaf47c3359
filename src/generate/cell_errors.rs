//! Errors of birth date, sex and address: DB01 to DB11, SX01 and SX02, AD01 to AD09.
//!
//! Owns how these cells go wrong. Does not know the number or the name, except where it tells the sex.

use super::calendar::{Date, month_length};
use super::candidate::Candidate;
use super::codes::Code::{self, *};
use super::places::Places;
use super::random::Random;
use super::row::{NumberState, Row, column};
use super::settings::Settings;

/// What a spoiled birth date shows.
struct Shown {
    text: String,
    wrong: bool,
    /// The year shown is another than the true one.
    wrong_year: bool,
}

impl Shown {
    fn date(shown: Date, truth: Date) -> Option<Self> {
        (shown != truth).then(|| Shown {
            text: shown.to_string(),
            wrong: true,
            wrong_year: shown.year != truth.year,
        })
    }

    fn writing(text: String) -> Option<Self> {
        Some(Shown { text, wrong: false, wrong_year: false })
    }
}

/// Spoils the birth date; tells whether the error could be made.
pub(super) fn birth(
    code: Code,
    birth: Date,
    row: &mut Row,
    settings: &Settings,
    random: &mut Random,
) -> bool {
    let shown = match code {
        DB03 => Shown::date(Date::new(birth.year, 1, 1), birth),
        DB08 => {
            let year = if random.below(2) == 0 { birth.year - 1 } else { birth.year + 1 };
            let length = if birth.is_full() { month_length(year, birth.month) } else { 0 };
            Shown::date(Date::new(year, birth.month, birth.day.min(length)), birth)
        }
        DB10 => {
            let year =
                if random.below(2) == 0 { birth.year - 100 } else { random.between(2028, 2079) as u16 };
            Shown::date(Date { year, ..birth }, birth)
        }
        DB11 => {
            let list = settings.list_date;
            let text = row.cells[column::DOSE_DATE].clone();
            let text = if random.below(2) == 0 { list.to_string() } else { text };
            let wrong_year = !text.ends_with(&birth.year.to_string());
            Some(Shown { text, wrong: true, wrong_year })
        }
        _ if birth.is_full() => full_birth(code, birth, random),
        _ => None,
    };
    let Some(shown) = shown.filter(|shown| shown.text != row.cells[column::BIRTH]) else {
        return false;
    };
    row.cells[column::BIRTH] = shown.text;
    row.wrong_birth = shown.wrong;
    row.wrong_year = shown.wrong_year;
    true
}

/// Errors that need a full date.
fn full_birth(code: Code, birth: Date, random: &mut Random) -> Option<Shown> {
    let Date { year, month, day } = birth;
    match code {
        DB01 if day <= 12 => Shown::date(Date::new(year, day, month), birth),
        DB02 => Shown::date(Date::new(year, 0, 0), birth),
        DB04 => {
            let usual = [(year, 6, 15), (year, 7, 1), (year, 12, 31), (1900, 1, 1)];
            let (year, month, day) = *random.pick(&usual);
            Shown::date(Date::new(year, month, day), birth)
        }
        DB05 => {
            let february = if month_length(year, 2) == 28 { "29/02" } else { "30/02" };
            let text = *random.pick(&[february, "31/04", "00/00", "31/11"]);
            Some(Shown { text: format!("{text}/{year}"), wrong: true, wrong_year: false })
        }
        DB06 => Shown::writing(format!("{day:02}/{month:02}/{:02}", year % 100)),
        DB07 => Shown::writing(match random.below(7) {
            0..=2 => birth.serial().to_string(),
            3 => format!("{year}-{month:02}-{day:02}"),
            4 => format!("{day:02}-{month:02}-{year}"),
            5 => format!("{day:02}.{month:02}.{year}"),
            _ => format!("{day}/{month}/{year}"),
        }),
        DB09 => Shown::date(mistyped(birth, random)?, birth),
        _ => None,
    }
}

/// One digit of the date changed, so that it still is a date.
fn mistyped(birth: Date, random: &mut Random) -> Option<Date> {
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
        if is_date && shown != birth && shown.year <= 2022 {
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
    let told_by_name = tells_sex(&candidate.name, woman);
    // Without a telling name only the number can show the error, as ID13.
    if !told_by_name && row.number != NumberState::Own {
        return false;
    }
    row.cells[column::SEX] = if woman { "Nam" } else { "Nữ" }.to_owned();
    row.wrong_sex = true;
    if told_by_name {
        row.codes.insert(SX02);
    }
    true
}

/// Whether the middle name tells the sex, as Thị and Văn do.
fn tells_sex(name: &str, woman: bool) -> bool {
    name.contains(if woman { " Thị " } else { " Văn " })
}

/// Spoils the address; tells whether the error could be made.
pub(super) fn address(
    code: Code,
    candidate: &Candidate,
    row: &mut Row,
    places: &Places,
    settings: &Settings,
    random: &mut Random,
) -> bool {
    let unit = &places.old[candidate.unit as usize];
    let cells = &mut row.cells;
    match code {
        AD01 if !unit.prior.is_empty() => cells[column::COMMUNE].clone_from(random.pick(&unit.prior)),
        AD05 if unit.homonym => cells[column::DISTRICT].clear(),
        AD06 => {
            for at in [column::PROVINCE, column::DISTRICT, column::COMMUNE] {
                cells[at] = shortened(&cells[at], settings);
            }
        }
        AD07 => cells[if random.below(3) == 0 { column::PROVINCE } else { column::DISTRICT }].clear(),
        AD08 => {
            let province = places.draw_province(random);
            let commune = places.draw_commune(province, random);
            let moved = places.draw_old_unit(commune, random);
            if moved == candidate.unit {
                return false;
            }
            write_unit(places, moved, row);
        }
        AD09 if !unit.commune.is_empty() => cells.swap(column::COMMUNE, column::DETAIL),
        _ => return false,
    }
    true
}

/// Writes province, district and commune of an old unit.
pub(super) fn write_unit(places: &Places, unit: u32, row: &mut Row) {
    let unit = &places.old[unit as usize];
    let province = &places.provinces[unit.province as usize].name;
    row.cells[column::PROVINCE].clone_from(province);
    row.cells[column::DISTRICT].clone_from(&unit.district);
    row.cells[column::COMMUNE].clone_from(&unit.commune);
}

fn shortened(cell: &str, settings: &Settings) -> String {
    let types = settings.addresses.types.iter();
    let mut fitting = types.filter_map(|(long, short)| {
        let rest = cell.strip_prefix(long.as_str())?.strip_prefix(' ')?;
        Some(format!("{short}{rest}"))
    });
    fitting.next().unwrap_or_else(|| cell.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_date_is_a_date() {
        let mut random = Random::new(8, 8);
        for _ in 0..1000 {
            let truth = Date::new(1999, 12, 31);
            let shown = mistyped(truth, &mut random).expect("some digit can change");
            assert_ne!(shown, truth);
            assert!(shown.day <= month_length(shown.year, shown.month));
        }
    }

    #[test]
    fn a_middle_name_tells_the_sex() {
        assert!(tells_sex("Nguyễn Thị Lan", true));
        assert!(!tells_sex("Nguyễn Văn An", true));
        assert!(!tells_sex("Nguyễn Lan", true));
    }
}
