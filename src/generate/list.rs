//! The list and its truth: shuffled candidates become rows, rows go wrong, both files are written side by side.
//!
//! Owns the final order, the record keys and the errors that run over several rows (RD02, RD03, SX03).
//! Does not know how a single cell goes wrong.

use std::io::Write;

use anyhow::{Result, bail};

use super::calendar::{Date, month_length};
use super::candidate::{Candidate, Kind};
use super::cell_errors;
use super::codes::{Code, Plan, Rates};
use super::name_errors::{NameErrors, Subject, in_case};
use super::number_errors;
use super::people::Maker;
use super::random::Random;
use super::row::{COLUMNS, Damage, LIST_HEADER, NumberState, Row, TRUTH_HEADER, column};
use super::writing::{push_cell, push_digits};
use super::{Counts, shuffle};

/// Rows that are looked at together for errors of several rows.
const PAGE: usize = 64;
/// Lengths of the runs of RD02, RD03 and SX03.
const SORTED_RUN: usize = 24;
const FILLED_RUN: usize = 6;
const DEFAULT_SEX_RUN: usize = 16;

/// A candidate on its page, with what the rows around do to it.
#[derive(Default)]
struct Slot {
    candidate: Candidate,
    /// A number from another row.
    number: Option<(u64, Code)>,
    /// The first row of a filled-down run stays right.
    keeps_number: bool,
    default_sex: bool,
}

/// Where the files go.
pub(super) struct Sinks<'a> {
    pub(super) list: &'a mut dyn Write,
    pub(super) truth: &'a mut dyn Write,
}

/// Writes the list and the truth.
pub(super) struct ListWriter<'a, 'b> {
    pub(super) maker: &'a mut Maker<'b>,
    pub(super) rates: &'a Rates,
    pub(super) errors: NameErrors<'a>,
    pub(super) sinks: Sinks<'a>,
    pub(super) random: Random,
    pub(super) counts: &'a mut Counts,
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
        random: Random,
        counts: &'a mut Counts,
    ) -> Result<Self> {
        let mut writer = ListWriter {
            maker,
            rates,
            errors,
            sinks,
            random,
            counts,
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
        writer.sinks.truth.write_all(TRUTH_HEADER.as_bytes())?;
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
            self.run_over(&mut page[..chunk.len()]);
            for slot in &page[..chunk.len()] {
                self.write_slot(slot)?;
            }
            self.page = page;
        }
        Ok(())
    }

    /// Writes the lines below the last record.
    pub(super) fn finish(mut self) -> Result<()> {
        for at in 0..self.maker.settings.closing_rows.len() {
            let closing = self.maker.settings.closing_rows[at].clone();
            self.write_extra(&closing)?;
        }
        self.sinks.list.flush()?;
        self.sinks.truth.flush()?;
        Ok(())
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

    /// Draws the errors that run over several rows of a page.
    fn run_over(&mut self, page: &mut [Slot]) {
        let random = &mut self.random;
        let mut window = |code: Code, length: usize, changed: usize| {
            let rate = self.rates.alone(code) * PAGE as u64 / changed as u64;
            let drawn = random.chance(rate) && page.len() > length;
            drawn.then(|| random.index(page.len() - length)).map(|start| start..start + length)
        };
        let sorted = window(Code::RD02, SORTED_RUN, SORTED_RUN);
        let filled = window(Code::RD03, FILLED_RUN, FILLED_RUN - 1);
        let default_sex = window(Code::SX03, DEFAULT_SEX_RUN, DEFAULT_SEX_RUN);
        if let Some(run) = sorted {
            sort_numbers(&mut page[run]);
        }
        if let Some(run) = filled {
            fill_down(&mut page[run]);
        }
        let unsexed = default_sex.unwrap_or(0..0);
        for slot in &mut page[unsexed] {
            slot.default_sex = slot.candidate.kind != Kind::Foreigner;
        }
    }

    fn write_slot(&mut self, slot: &Slot) -> Result<()> {
        let every = self.maker.settings.header_every;
        if every > 0 && self.counts.records > 0 && self.counts.records.is_multiple_of(every) {
            self.sinks.list.write_all(LIST_HEADER.as_bytes())?;
            self.counts.extra_lines += 1;
        }
        self.counts.records += 1;
        let capitals = self.random.chance(self.maker.settings.list.capitals.parts());
        self.write_right(&slot.candidate, capitals);
        self.go_wrong(slot, capitals)?;
        self.line.clear();
        self.row.push_line(&mut self.line);
        self.sinks.list.write_all(self.line.as_bytes())?;
        self.line.clear();
        self.row.push_truth(&slot.candidate, &mut self.line);
        self.sinks.truth.write_all(self.line.as_bytes())?;
        self.neighbour.clone_from(&slot.candidate.name);
        self.counts.add(&self.row, slot.candidate.kind);
        Ok(())
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
        }
        if candidate.phone != 0 {
            push_digits(&mut row.cells[column::PHONE], candidate.phone, 10);
        }
        cell_errors::write_unit(self.maker.places, candidate.unit, row);
        row.cells[column::DETAIL].push_str(&candidate.address);
        push_digits(&mut row.cells[column::DOSE], random.between(1, 3), 1);
        let dose_date = draw_dose_date(self.maker.settings.list_date, random);
        dose_date.push(&mut row.cells[column::DOSE_DATE]);
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
        mark_what_follows(&slot.candidate, row);
        Ok(())
    }

    fn number_goes_wrong(&mut self, slot: &Slot, plan: Plan) -> Result<()> {
        let (candidate, row) = (&slot.candidate, &mut self.row);
        if let Some((number, code)) = slot.number {
            row.cells[column::NUMBER] = number_errors::twelve(number);
            row.number = NumberState::Wrong;
            row.codes.insert(code);
            return Ok(());
        }
        let cancelled = candidate.kind == Kind::Citizen && candidate.cancelled != 0;
        let code = if cancelled { Some(Code::ID16) } else { plan.number };
        let Some(code) = code.filter(|_| !slot.keeps_number) else {
            return Ok(());
        };
        if number_errors::apply(code, candidate, row, self.maker, &mut self.random)? {
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
            && cell_errors::birth(code, candidate.birth, row, settings, random)
        {
            row.codes.insert(code);
        }
        if slot.default_sex {
            row.cells[column::SEX] = "Nam".to_owned();
            row.wrong_sex = candidate.woman;
            if candidate.woman {
                row.codes.insert(Code::SX03);
            }
        } else if let Some(code) = plan.sex
            && cell_errors::sex(code, candidate, row, random)
            && code == Code::SX01
        {
            row.codes.insert(code);
        }
        if let Some(code) = plan.address
            && cell_errors::address(code, candidate, row, self.maker.places, settings, random)
        {
            row.codes.insert(code);
        }
    }
}

/// The codes that follow from what the row now holds and from who it is about.
fn mark_what_follows(candidate: &Candidate, row: &mut Row) {
    let holds_number = row.number == NumberState::Own;
    if holds_number && candidate.kind != Kind::Foreigner {
        if row.wrong_sex {
            row.codes.insert(Code::ID13);
        }
        if row.wrong_year {
            row.codes.insert(Code::ID14);
        }
    }
    match candidate.kind {
        Kind::Stranger if holds_number => row.codes.insert(Code::ID25),
        Kind::Impostor => row.codes.insert(Code::ID22),
        Kind::Foreigner => row.codes.insert(Code::ID24),
        _ => {}
    }
    if candidate.dead {
        row.codes.insert(Code::PS01);
    }
    if candidate.doubled {
        row.codes.insert(Code::PS02);
    }
}

/// Sorts the numbers of a run, and leaves everything else where it is.
fn sort_numbers(run: &mut [Slot]) {
    let is_citizen = |slot: &&Slot| slot.candidate.kind == Kind::Citizen;
    let mut numbers: Vec<u64> = run.iter().filter(is_citizen).map(|slot| slot.candidate.number).collect();
    numbers.sort_unstable();
    let citizens = run.iter_mut().filter(|slot| slot.candidate.kind == Kind::Citizen);
    for (slot, number) in citizens.zip(numbers) {
        slot.number = (number != slot.candidate.number).then_some((number, Code::RD02));
    }
}

/// Drags the first number of a run down, one more on each row.
fn fill_down(run: &mut [Slot]) {
    let Some((first, rest)) = run.split_first_mut() else {
        return;
    };
    if first.candidate.kind != Kind::Citizen || first.number.is_some() || first.candidate.cancelled != 0 {
        return;
    }
    first.keeps_number = true;
    for (step, slot) in (1..).zip(rest) {
        let number = first.candidate.number + step;
        if slot.candidate.kind == Kind::Citizen && number != slot.candidate.number {
            slot.number = Some((number, Code::RD03));
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
