//! The list and its truth: shuffled candidates become rows, rows go wrong, both files are written side by side.
//!
//! Owns the final order, the record keys, and the numbers that other rows show, from which ID22 takes.
//! Does not know how a single cell goes wrong.

use std::io::Write;

use anyhow::{Result, bail};

use super::calendar::{Date, month_length};
use super::candidate::{Candidate, Kind};
use super::cell_errors::{self, ListDays};
use super::codes::{Code, CodeSet, Plan, Rates};
use super::completion::Pending;
use super::name_errors::{NameErrors, Subject, in_case};
use super::number_errors;
use super::people::Maker;
use super::random::Random;
use super::row::{COLUMNS, Damage, LIST_HEADER, NumberState, Row, Shown, column};
use super::runs::{self, PAGE, Slot};
use super::writing::{push_cell, push_digits};
use super::{Counts, marks, shuffle};

/// Numbers of rows above that ID22 and borrowers take theirs from.
const RECENT: usize = 1024;

/// Where the files go.
pub(super) struct Sinks<'a> {
    pub(super) list: &'a mut dyn Write,
    pub(super) truth: &'a mut dyn Write,
    pub(super) pending: Pending,
}

/// Writes the list and the truth.
pub(super) struct ListWriter<'a, 'b> {
    pub(super) maker: &'a mut Maker<'b>,
    pub(super) rates: &'a Rates,
    pub(super) errors: NameErrors<'a>,
    pub(super) sinks: Sinks<'a>,
    pub(super) random: Random,
    pub(super) counts: &'a mut Counts,
    days: ListDays,
    /// Numbers that rows above show rightly.
    recent: Vec<u64>,
    page: Vec<Slot>,
    row: Row,
    line: String,
    neighbour: String,
}

impl<'a, 'b> ListWriter<'a, 'b> {
    /// Writes the title lines and the headers.
    pub(super) fn new(
        maker: &'a mut Maker<'b>,
        rates: &'a Rates,
        errors: NameErrors<'a>,
        sinks: Sinks<'a>,
        mut random: Random,
        counts: &'a mut Counts,
    ) -> Result<Self> {
        let (from, to) = maker.settings.default_years;
        let (day, month) = maker.settings.default_day;
        let year = random.between(u64::from(from), u64::from(to)) as u16;
        let days = ListDays { list: maker.settings.list_date, default: Date::new(year, month, day) };
        let mut writer = ListWriter {
            maker,
            rates,
            errors,
            sinks,
            random,
            counts,
            days,
            recent: Vec::with_capacity(RECENT),
            page: (0..PAGE).map(|_| Slot::default()).collect(),
            row: Row::default(),
            line: String::new(),
            neighbour: String::new(),
        };
        for at in 0..writer.maker.settings.title_rows.len() {
            let title = writer.maker.settings.title_rows[at].clone();
            writer.write_extra(&title)?;
        }
        writer.sinks.list.write_all(LIST_HEADER.as_bytes())?;
        Ok(writer)
    }

    /// Shuffles a bucket and writes its rows.
    pub(super) fn write_bucket(&mut self, bucket: &[u8], stop: &dyn Fn() -> bool) -> Result<()> {
        let mut starts = super::candidate::starts(bucket)?;
        shuffle::shuffle(&mut starts, &mut self.random);
        for (at, chunk) in starts.chunks(PAGE).enumerate() {
            if at % 256 == 0 && stop() {
                bail!("stopped before the list was written");
            }
            let mut page = std::mem::take(&mut self.page);
            for (slot, start) in page.iter_mut().zip(chunk) {
                slot.candidate.unpack(&bucket[*start..])?;
                (slot.number, slot.keeps_number, slot.default_sex) = (None, false, false);
            }
            runs::draw(&mut page[..chunk.len()], self.rates, &mut self.random);
            for slot in &mut page[..chunk.len()] {
                self.write_slot(slot)?;
            }
            self.page = page;
        }
        Ok(())
    }

    /// Writes the lines below the last record, and the truth.
    pub(super) fn finish(mut self) -> Result<()> {
        for at in 0..self.maker.settings.closing_rows.len() {
            let closing = self.maker.settings.closing_rows[at].clone();
            self.write_extra(&closing)?;
        }
        self.sinks.list.flush()?;
        // Addresses are those of before July 2025 throughout; lines that are no records stay out of the truth.
        let mut whole: CodeSet = [Code::AD02].into_iter().collect();
        if self.counts.extra_lines > 0 {
            whole.insert(Code::RD04);
        }
        self.sinks.pending.finish(whole, self.sinks.truth, self.counts)
    }

    /// A line that is no record: its words in the first cell, the other cells empty.
    fn write_extra(&mut self, words: &str) -> Result<()> {
        self.line.clear();
        push_cell(&mut self.line, words);
        for _ in 1..COLUMNS {
            self.line.push(',');
        }
        self.line.push('\n');
        self.sinks.list.write_all(self.line.as_bytes())?;
        self.counts.extra_lines += 1;
        Ok(())
    }

    fn write_slot(&mut self, slot: &mut Slot) -> Result<()> {
        let every = self.maker.settings.header_every;
        if every > 0 && self.counts.records > 0 && self.counts.records.is_multiple_of(every) {
            self.sinks.list.write_all(LIST_HEADER.as_bytes())?;
            self.counts.extra_lines += 1;
        }
        self.counts.records += 1;
        let capitals = self.random.chance(self.maker.settings.list.capitals.parts());
        self.borrow_number(&mut slot.candidate);
        self.write_right(&slot.candidate, capitals);
        self.go_wrong(slot, capitals)?;
        self.line.clear();
        self.row.push_line(&mut self.line);
        self.sinks.list.write_all(self.line.as_bytes())?;
        self.line.clear();
        self.row.push_truth(&slot.candidate, &mut self.line);
        self.sinks.pending.add(&self.line, &self.row, &slot.candidate)?;
        self.remember(slot);
        self.neighbour.clone_from(&slot.candidate.name);
        self.counts.add(&self.row, slot.candidate.kind);
        Ok(())
    }

    /// Gives a person who is listed under another's number that number; the first row of all has none to take.
    fn borrow_number(&mut self, candidate: &mut Candidate) {
        if candidate.kind != Kind::Impostor {
            return;
        }
        match self.recent.is_empty() {
            true => candidate.kind = Kind::Stranger,
            false => candidate.number = *self.random.pick(&self.recent),
        }
    }

    /// Keeps the number that a row shows rightly, so that whoever takes it is found beside that row.
    fn remember(&mut self, slot: &Slot) {
        let is_own = slot.candidate.kind == Kind::Citizen && self.row.number == NumberState::Own;
        let Shown::Personal(number) = self.row.shown else { return };
        if !is_own {
            return;
        }
        if self.recent.len() < RECENT {
            self.recent.push(number);
        } else {
            self.recent[self.random.index(RECENT)] = number;
        }
    }

    /// The row as it should be.
    fn write_right(&mut self, candidate: &Candidate, capitals: bool) {
        let (row, random) = (&mut self.row, &mut self.random);
        row.clear();
        row.cells[column::KEY].push_str("TC");
        push_digits(&mut row.cells[column::KEY], self.counts.records, 9);
        row.cells[column::NAME] = in_case(&candidate.name, capitals);
        candidate.birth.push(&mut row.cells[column::BIRTH]);
        row.cells[column::SEX].push_str(if candidate.woman { "Nữ" } else { "Nam" });
        if candidate.kind == Kind::Foreigner {
            let series = *random.pick(&['B', 'C', 'E', 'G', 'M', 'K']);
            row.cells[column::NUMBER].push(series);
            push_digits(&mut row.cells[column::NUMBER], candidate.number, 8);
        } else {
            push_digits(&mut row.cells[column::NUMBER], candidate.number, 12);
            row.shown = Shown::Personal(candidate.number);
        }
        row.birth = Some(candidate.birth);
        if candidate.phone != 0 {
            push_digits(&mut row.cells[column::PHONE], candidate.phone, 10);
        }
        cell_errors::write_unit(self.maker.places, candidate.unit, row);
        row.cells[column::DETAIL].push_str(&candidate.address);
        push_digits(&mut row.cells[column::DOSE], random.between(1, 3), 1);
        let dose_date = draw_dose_date(self.maker.settings.list_date, random);
        dose_date.push(&mut row.cells[column::DOSE_DATE]);
        row.dose_date = Some(dose_date);
        row.cells[column::VACCINE].push_str(random.word(&self.maker.settings.words.vaccines));
    }

    fn go_wrong(&mut self, slot: &Slot, capitals: bool) -> Result<()> {
        let plan = self.rates.plan(&mut self.random);
        self.number_goes_wrong(slot, plan)?;
        self.other_cells_go_wrong(slot, plan, capitals);
        let row = &mut self.row;
        if let Some(code) = plan.line {
            row.codes.insert(code);
            row.damage = match code {
                Code::RD01 => Damage::Shifted(self.random.between(1, 5) as usize),
                Code::RD06 if self.random.below(2) == 0 => Damage::TooMany,
                Code::RD06 => Damage::TooFew(self.random.between(1, 12) as usize),
                _ => Damage::Unclosed,
            };
        }
        marks::mark(&slot.candidate, row, self.maker.places, self.days.list);
        Ok(())
    }

    fn number_goes_wrong(&mut self, slot: &Slot, plan: Plan) -> Result<()> {
        let (candidate, row) = (&slot.candidate, &mut self.row);
        if let Some((number, code)) = slot.number {
            number_errors::take(number, row);
            row.codes.insert(code);
            return Ok(());
        }
        let cancelled = candidate.kind == Kind::Citizen && candidate.cancelled != 0;
        let code = if cancelled { Some(Code::ID16) } else { plan.number };
        let Some(code) = code.filter(|_| !slot.keeps_number) else {
            return Ok(());
        };
        if code == Code::ID22 {
            // The code follows once both rows are written.
            let usable = candidate.kind == Kind::Citizen && !self.recent.is_empty();
            let other = if usable { *self.random.pick(&self.recent) } else { candidate.number };
            if other != candidate.number {
                number_errors::take(other, row);
            }
            return Ok(());
        }
        let spoiled = number_errors::apply(code, candidate, row, self.maker, &mut self.random)?;
        // Whether the number contradicts the row is seen once the other cells are written.
        if spoiled && !matches!(code, Code::ID13 | Code::ID14 | Code::ID21) {
            row.codes.insert(code);
        }
        Ok(())
    }

    fn other_cells_go_wrong(&mut self, slot: &Slot, plan: Plan, capitals: bool) {
        let (candidate, row, random) = (&slot.candidate, &mut self.row, &mut self.random);
        let settings = self.maker.settings;
        let subject =
            Subject { name: &candidate.name, capitals, woman: candidate.woman, neighbour: &self.neighbour };
        let name = plan.name.filter(|_| candidate.kind != Kind::Foreigner);
        if let Some(code) = name
            && let Some((text, wrong)) = self.errors.apply(code, &subject, random)
        {
            row.cells[column::NAME] = text;
            row.wrong_name = wrong;
            row.codes.insert(code);
        }
        if let Some(code) = plan.birth
            && cell_errors::birth(code, candidate.birth, row, self.days, random)
        {
            row.codes.insert(code);
        }
        if slot.default_sex {
            row.cells[column::SEX] = "Nam".to_owned();
            row.wrong_sex = candidate.woman;
            if candidate.kind != Kind::Foreigner {
                row.codes.insert(Code::SX03);
            }
        } else if let Some(code) = plan.sex
            && cell_errors::sex(code, candidate, row, random)
            && code == Code::SX01
        {
            row.codes.insert(code);
        }
        let became = plan
            .address
            .and_then(|code| cell_errors::address(code, candidate, row, self.maker.places, settings, random));
        if let Some(code) = became {
            row.codes.insert(code);
        }
    }
}

/// A day in the twelve months before the list.
fn draw_dose_date(list_date: Date, random: &mut Random) -> Date {
    let back = random.between(1, 12) as u16;
    let months = list_date.year * 12 + u16::from(list_date.month) - 1 - back;
    let (year, month) = (months / 12, (months % 12) as u8 + 1);
    Date::new(year, month, random.between(1, u64::from(month_length(year, month))) as u8)
}
