//! The list of an office: a workbook with titles, a header of two lines, printed pages and signatures.
//!
//! Owns its columns, whom it lists, and the errors that a sheet of separate columns shows: ID03 by numeric cells,
//! ID15, ID20, AD04, and what is true of the whole file. It draws from streams of its own, so that the other files
//! are the same with and without it. Does not know how a workbook is written.

use std::io::Write;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::calendar::Date;
use super::candidate::{Candidate, Kind};
use super::chooser::{self, Chooser, describe};
use super::codes::Code;
use super::completion::push_whole;
use super::name_errors::in_case;
use super::people::{Household, Maker};
use super::random::Random;
use super::row::{NumberState, Row, Shown, TRUTH_HEADER, column};
use super::settings::Share;
use super::sheet::{Cell, Range, Sheet, hidden_sheet};
use super::{marks, shuffle};

/// The most records of the list, which is held in memory.
pub const OFFICE_MAX: u64 = 100_000;

/// Everything an official may change about the list of an office.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the settings file says what each value is")]
pub struct OfficeSettings {
    pub title_rows: Vec<String>,
    pub header_every: u64,
    pub total: String,
    pub signatures: Vec<String>,
    pub sheet_name: String,
    pub hidden_sheet_name: String,
    pub notes: Vec<String>,
    pub capitals: Share,
    pub old_number_kept: Share,
    pub child_without_number: Share,
    pub parent_named: Share,
    pub hidden_rows: Share,
    pub numeric_cells: Share,
    pub missing_number: Share,
    pub other_registration: Share,
    pub card_of_twelve: Share,
    pub new_unit_code: Share,
}

/// The list of an office that is asked for.
pub struct Office<'a> {
    /// `generate/office.toml`.
    pub settings: &'a OfficeSettings,
    /// Records of the list.
    pub records: u64,
    /// The workbook.
    pub workbook: &'a mut dyn Write,
    /// The same cells as CSV, on the same lines.
    pub twin: &'a mut dyn Write,
    /// What is true of every record, by the line of the sheet.
    pub truth: &'a mut dyn Write,
}

/// A person of the list.
struct Listed {
    candidate: Candidate,
    /// Index of today's commune.
    commune: u32,
    parent: String,
    group: String,
}

/// The people chosen while the citizens stream by.
pub(super) struct Choice {
    chooser: Chooser,
    random: Random,
    listed: Vec<Listed>,
}

impl Choice {
    /// Wants so many people.
    pub(super) fn new(records: u64, random: Random) -> Result<Self> {
        ensure!(records <= OFFICE_MAX, "a workbook of {records} records is too long");
        let listed = Vec::with_capacity(records as usize);
        Ok(Choice { chooser: Chooser::new(records, 0), random, listed })
    }

    /// Offers a member of a household; `left` is the number of citizens from this one on.
    pub(super) fn offer(&mut self, maker: &Maker, household: &Household, at: usize, left: u64) {
        let person = &household.people()[at];
        let born = chooser::is_old_enough(person.birth, maker.settings.list_date, 0);
        if self.chooser.offer(born && !person.dead, left, &mut self.random) > 0 {
            self.add(maker, household, at, Kind::Citizen);
        }
    }

    /// Makes up with strangers for citizens that chance left out at the very end.
    fn fill_up(&mut self, maker: &mut Maker) -> Result<()> {
        let mut household = Household::default();
        let mut left = self.chooser.wanted();
        while left > 0 {
            maker.fill(&mut household, true, &mut self.random)?;
            // The first of a household is grown.
            self.add(maker, &household, 0, Kind::Stranger);
            left -= 1;
        }
        Ok(())
    }

    fn add(&mut self, maker: &Maker, household: &Household, at: usize, kind: Kind) {
        let mut candidate = Candidate::default();
        describe(&mut candidate, maker, household, at, &mut self.random);
        candidate.kind = kind;
        self.listed.push(Listed {
            candidate,
            commune: household.commune,
            parent: household.parent_name_of(at).to_owned(),
            group: household.people()[at].group_name(maker.names).to_owned(),
        });
    }
}

/// Places of the columns.
mod place {
    pub(super) const COUNT: usize = 15;
    pub(super) const ORDER: usize = 0;
    pub(super) const FAMILY_NAME: usize = 1;
    pub(super) const GIVEN_NAME: usize = 2;
    pub(super) const BORN_MAN: usize = 3;
    pub(super) const BORN_WOMAN: usize = 4;
    pub(super) const OLD_NUMBER: usize = 5;
    pub(super) const NUMBER: usize = 6;
    pub(super) const REGISTERED: usize = 7;
    pub(super) const COMMUNE: usize = 8;
    pub(super) const DISTRICT: usize = 9;
    pub(super) const PROVINCE: usize = 10;
    pub(super) const UNIT_CODE: usize = 11;
    pub(super) const GROUP: usize = 12;
    pub(super) const PARENT: usize = 13;
    pub(super) const NOTE: usize = 14;
}

/// The header: what stands over a column, and, under a word over several columns, what stands below it.
const HEADER: [(&str, &str); place::COUNT] = [
    ("STT", ""),
    ("Họ và tên đệm", ""),
    ("Tên", ""),
    ("Năm sinh", "Nam"),
    ("", "Nữ"),
    ("Số CMND", ""),
    ("Số CCCD", ""),
    ("Nơi đăng ký khai sinh", ""),
    ("Nơi thường trú", "Xã"),
    ("", "Huyện"),
    ("", "Tỉnh"),
    ("Mã xã", ""),
    ("Dân tộc", ""),
    ("Họ tên cha/mẹ", ""),
    ("Ghi chú", ""),
];

type Cells = [Cell; place::COUNT];

/// Writes the three files; returns the records.
pub(super) fn write(mut choice: Choice, office: Office, maker: &mut Maker, random: Random) -> Result<u64> {
    choice.fill_up(maker)?;
    let mut writer = Writer {
        settings: office.settings,
        maker,
        sheet: Sheet::new(&office.settings.sheet_name, office.twin)?,
        truth: office.truth,
        random,
        row: Row::default(),
        line: String::new(),
    };
    shuffle::shuffle(&mut choice.listed, &mut writer.random);
    let records = choice.listed.len() as u64;
    writer.write_all(&choice.listed)?;
    let provinces = maker.places.provinces.iter().map(|province| province.name.as_str());
    let hidden = hidden_sheet(&office.settings.hidden_sheet_name, provinces)?;
    writer.sheet.finish(hidden, maker.settings.list_date, office.workbook)?;
    Ok(records)
}

struct Writer<'a, 'b> {
    settings: &'a OfficeSettings,
    maker: &'a Maker<'b>,
    sheet: Sheet<'a>,
    truth: &'a mut dyn Write,
    random: Random,
    row: Row,
    line: String,
}

impl Writer<'_, '_> {
    fn write_all(&mut self, listed: &[Listed]) -> Result<()> {
        self.truth.write_all(TRUTH_HEADER.as_bytes())?;
        for title in &self.settings.title_rows {
            self.sheet.write(&in_first(Cell::text(title)))?;
        }
        for (at, person) in (0_u64..).zip(listed) {
            let every = self.settings.header_every;
            if at == 0 || every > 0 && at.is_multiple_of(every) {
                self.write_header()?;
            }
            self.write_person(at + 1, person)?;
        }
        let mut total = in_first(Cell::text(&self.settings.total));
        total[place::FAMILY_NAME] = Cell::Number(listed.len() as u64);
        self.sheet.write(&total)?;
        let mut signatures = Cells::default();
        // The first signs at the left, the others in every fifth column after.
        for (cell, words) in signatures.iter_mut().step_by(5).zip(&self.settings.signatures) {
            *cell = Cell::text(words);
        }
        self.sheet.write(&signatures)?;
        use Code::{AD02, DB02, NA08, RD04, RD05};
        // Names in two columns, years only, old units, titles and headers, a hidden sheet: true of every row.
        push_whole([NA08, DB02, AD02, RD04, RD05].into_iter().collect(), self.truth)?;
        self.truth.flush()?;
        Ok(())
    }

    fn write_header(&mut self) -> Result<()> {
        let top = self.sheet.next_line() - 1;
        self.sheet.write(&HEADER.map(|(over, _)| Cell::text(over)))?;
        self.sheet.write(&HEADER.map(|(_, below)| Cell::text(below)))?;
        for (left, (over, below)) in HEADER.iter().enumerate().filter(|(_, (over, _))| !over.is_empty()) {
            let beside = HEADER[left + 1..].iter().take_while(|(over, _)| over.is_empty()).count();
            let last = top + u32::from(below.is_empty());
            let range: Range = (top, left as u16, last, (left + beside) as u16);
            self.sheet.merge(range, over)?;
        }
        Ok(())
    }

    fn write_person(&mut self, order: u64, listed: &Listed) -> Result<()> {
        let candidate = &listed.candidate;
        self.row.clear();
        self.row.cells[column::KEY].push_str(&self.sheet.next_line().to_string());
        // The sex is known by the column that holds the year.
        self.row.birth = Some(Date::new(candidate.birth.year, 0, 0));
        self.row.unit = Some(candidate.unit);
        let mut cells = Cells::default();
        cells[place::ORDER] = Cell::Number(order);
        self.write_name(candidate, &mut cells);
        let born = if candidate.woman { place::BORN_WOMAN } else { place::BORN_MAN };
        cells[born] = Cell::Number(u64::from(candidate.birth.year));
        let is_child = candidate.birth > self.maker.settings.list_date.years_before(marks::CARD_AGE);
        self.write_numbers(candidate, is_child, &mut cells);
        self.write_registration(candidate, &mut cells);
        self.write_residence(listed, &mut cells);
        cells[place::GROUP] = Cell::text(&listed.group);
        if is_child || self.random.chance(self.settings.parent_named.parts()) {
            cells[place::PARENT] = Cell::text(&listed.parent);
        }
        cells[place::NOTE] = Cell::text(self.random.word(&self.settings.notes));
        marks::mark(candidate, &mut self.row, self.maker.places, self.maker.settings.list_date);
        // That only the year is known is said once, of the list.
        self.row.codes.remove(Code::DB02);
        self.sheet.write(&cells)?;
        if self.random.chance(self.settings.hidden_rows.parts()) {
            self.sheet.hide_last()?;
        }
        self.line.clear();
        self.row.push_truth(candidate, &mut self.line);
        self.truth.write_all(self.line.as_bytes())?;
        Ok(())
    }

    fn write_name(&mut self, candidate: &Candidate, cells: &mut Cells) {
        let name = in_case(&candidate.name, self.random.chance(self.settings.capitals.parts()));
        let (family, given) = name.rsplit_once(' ').unwrap_or(("", &name));
        cells[place::FAMILY_NAME] = Cell::text(family);
        cells[place::GIVEN_NAME] = Cell::text(given);
    }

    fn write_numbers(&mut self, candidate: &Candidate, is_child: bool, cells: &mut Cells) {
        let (settings, random, row) = (self.settings, &mut self.random, &mut self.row);
        let without = if is_child { settings.child_without_number } else { settings.missing_number };
        let numeric = random.chance(settings.numeric_cells.parts());
        let twelve = random.chance(settings.card_of_twelve.parts()) && !is_child;
        if random.chance(without.parts()) {
            cells[place::NUMBER] = Cell::text(random.word(&self.maker.settings.words.missing));
            (row.number, row.shown) = (NumberState::Missing, Shown::Nothing);
            row.codes.insert(Code::ID01);
            return;
        }
        row.shown = Shown::Personal(candidate.number);
        if twelve {
            cells[place::OLD_NUMBER] = Cell::Text(format!("{:012}", candidate.number));
            row.codes.insert(Code::ID20);
            return;
        }
        let mut number = |at: usize, value: u64, digits: usize| {
            let text = format!("{value:0digits$}");
            if numeric && text.starts_with('0') {
                row.codes.insert(Code::ID03);
                row.shown = Shown::ZerosLost(candidate.number);
            }
            cells[at] = if numeric { Cell::Number(value) } else { Cell::Text(text) };
        };
        number(place::NUMBER, candidate.number, 12);
        let keeps_old = candidate.old_number != 0 && random.chance(settings.old_number_kept.parts());
        // An old number that two people hold would be an error of its own.
        if keeps_old && !candidate.old_shared {
            number(place::OLD_NUMBER, u64::from(candidate.old_number), 9);
        }
    }

    /// The province of the number, or, where the number can show it, another one.
    fn write_registration(&mut self, candidate: &Candidate, cells: &mut Cells) {
        let provinces = &self.maker.places.provinces;
        let area = candidate.number / 1_000_000_000;
        let Some(home) = provinces.iter().position(|unit| u64::from(unit.number_code) == area) else {
            return;
        };
        let mut named = home;
        if self.random.chance(self.settings.other_registration.parts()) && self.row.number == NumberState::Own
        {
            named = (home + 1 + self.random.index(provinces.len() - 1)) % provinces.len();
            self.row.codes.insert(Code::ID15);
        }
        cells[place::REGISTERED] = Cell::text(&provinces[named].name);
    }

    /// The unit of before July 2025 with its code, or with the code that the ground has since.
    fn write_residence(&mut self, listed: &Listed, cells: &mut Cells) {
        let places = self.maker.places;
        let unit = &places.old[listed.candidate.unit as usize];
        cells[place::COMMUNE] = Cell::text(&unit.commune);
        cells[place::DISTRICT] = Cell::text(&unit.district);
        cells[place::PROVINCE] = Cell::text(&places.provinces[unit.province as usize].name);
        if unit.commune.is_empty() {
            return;
        }
        let since = &places.communes[listed.commune as usize].code;
        let mut code = &unit.code;
        if self.random.chance(self.settings.new_unit_code.parts()) && since != code {
            code = since;
            self.row.codes.insert(Code::AD04);
        }
        cells[place::UNIT_CODE] = Cell::text(code);
    }
}

fn in_first(cell: Cell) -> Cells {
    let mut cells = Cells::default();
    cells[0] = cell;
    cells
}

impl OfficeSettings {
    /// Refuses settings from which nothing could be drawn.
    pub(super) fn check(&self) -> Result<()> {
        ensure!(!self.notes.is_empty(), "notes is empty");
        ensure!(self.sheet_name != self.hidden_sheet_name, "the two sheets must have two names");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_word_over_or_below() {
        assert!(HEADER.iter().all(|(over, below)| !over.is_empty() || !below.is_empty()));
        assert_eq!(HEADER[place::NUMBER].0, "Số CCCD");
        assert_eq!(HEADER[place::NOTE].0, "Ghi chú");
    }
}
