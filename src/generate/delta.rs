//! The delta: one night's changes of the extract, and the whole extract as it stands after them.
//!
//! Owns which lines change and where the changed ones go. Lines are chosen while they stream by, so many of so
//! many left; what a line owes (a birth needs a mother) waits for the next one that fits. Changed rows wait in
//! buckets to be shuffled. New numbers are given last of all, behind those of every citizen and every list, so that
//! the other files are the same with and without a delta. Does not know what a change does to a line.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::candidate::{starts, take};
use super::changes::{Changer, DeltaSettings, Fresh, Kind};
use super::extract::HEADER;
use super::people::{Household, Maker};
use super::random::Random;
use super::shuffle::{self, Buckets};
use super::writing::push_digits;

/// The delta that is asked for.
pub struct Delta<'a> {
    /// `generate/delta.toml`.
    pub settings: &'a DeltaSettings,
    /// Rows of the delta, at most half as many as citizens.
    pub rows: u64,
    /// The rows that changed, each the whole present state of its number.
    pub changes: &'a mut dyn Write,
    /// The whole extract after the changes.
    pub after: &'a mut dyn Write,
}

const KINDS: usize = Kind::ALL.len();

/// What a number that is not given yet will tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    /// Index of the province of birth registration.
    area: u32,
    woman: bool,
    year: u16,
}

impl Cell {
    fn of(fresh: &Fresh) -> Self {
        Cell { area: fresh.area, woman: fresh.entry.woman, year: fresh.entry.birth.year }
    }
}

/// Follows the extract and changes some of its lines.
pub(super) struct Choice<'a> {
    changer: Changer<'a>,
    changes: &'a mut dyn Write,
    after: &'a mut dyn Write,
    buckets: Buckets,
    random: Random,
    /// Changes that no line was drawn for yet, by kind.
    left: [u64; KINDS],
    /// Changes whose line was drawn and that wait for a person whom they fit.
    owed: [u64; KINDS],
    lines_left: u64,
    line: String,
    packed: Vec<u8>,
}

impl<'a> Choice<'a> {
    /// Wants so many rows of an extract of so many lines; writes the header of the extract after them.
    pub(super) fn new(delta: Delta<'a>, citizens: u64, temp: &Path, random: Random) -> Result<Self> {
        let Delta { settings, rows, changes, after } = delta;
        settings.check().context("the settings of the delta")?;
        ensure!(rows <= citizens / 2, "a delta of {rows} rows needs more than {citizens} citizens");
        let mut left = Kind::ALL.map(|kind| kind.share(settings).of(rows) / kind.rows());
        let counted: u64 = Kind::ALL.iter().zip(left).map(|(kind, count)| count * kind.rows()).sum();
        left[Kind::Born as usize] += rows - counted;
        after.write_all(HEADER.as_bytes())?;
        Ok(Choice {
            changer: Changer::new(settings),
            changes,
            after,
            buckets: Buckets::new(rows, temp, "delta_shuffle")?,
            random,
            left,
            owed: [0; KINDS],
            lines_left: citizens,
            line: String::new(),
            packed: Vec::new(),
        })
    }

    /// Takes the next line of the extract and whose it is; `present` is false for a number cancelled before.
    pub(super) fn pass(
        &mut self,
        maker: &Maker,
        (household, at): (&Household, usize),
        present: bool,
        line: &str,
    ) -> Result<()> {
        self.draw();
        if self.owed == [0; KINDS] {
            return Ok(self.after.write_all(line.as_bytes())?);
        }
        let (person, today) = (&household.people()[at], maker.settings.extract_date);
        let fits = |kind: &Kind| {
            let due = present && self.owed[*kind as usize] > 0;
            due && self.changer.fits(*kind, person, today, &mut self.random)
        };
        let kind = Kind::ALL.into_iter().find(fits);
        self.line.clear();
        if let Some(kind) = kind.filter(|kind| *kind != Kind::Born) {
            self.owed[kind as usize] -= 1;
            let changed = self.changer.change(kind, maker, (household, person), &mut self.random);
            changed.push(maker.places, &mut self.line);
            self.after.write_all(self.line.as_bytes())?;
            self.throw(None)?;
        } else {
            self.after.write_all(line.as_bytes())?;
        }
        if kind == Some(Kind::Reestablished) {
            let fresh = self.changer.renew(maker, (household, person), &mut self.random);
            let cell = Cell::of(&fresh);
            self.line.clear();
            fresh.entry.push_behind_number(maker.places, &mut self.line);
            self.throw(Some(cell))?;
        }
        if self.lines_left == 0 {
            self.settle();
        }
        if kind == Some(Kind::Born) || self.lines_left == 0 {
            self.bear(maker, household, at)?;
        }
        Ok(())
    }

    /// Throws the line that was put together, or, for a new number, what stands behind the number.
    fn throw(&mut self, cell: Option<Cell>) -> Result<()> {
        self.packed.clear();
        pack(&mut self.packed, cell, &self.line);
        self.buckets.throw(&self.packed, &mut self.random)
    }

    /// Draws whether a change falls on the next line, and of which kind.
    fn draw(&mut self) {
        let wanted: u64 = self.left.iter().sum();
        let point = self.random.below(self.lines_left);
        self.lines_left = self.lines_left.saturating_sub(1);
        if point >= wanted {
            return;
        }
        let mut sum = 0;
        let drawn = self.left.iter().position(|count| {
            sum += count;
            point < sum
        });
        if let Some(kind) = drawn {
            self.left[kind] -= 1;
            self.owed[kind] += 1;
        }
    }

    /// At the last line of all: what still waits for somebody becomes births.
    fn settle(&mut self) {
        let rows: u64 = Kind::ALL.iter().zip(self.owed).map(|(kind, count)| count * kind.rows()).sum();
        self.owed = [0; KINDS];
        self.owed[Kind::Born as usize] = rows;
    }

    /// All births that are due: one, but for deltas that are large beside their extract.
    fn bear(&mut self, maker: &Maker, household: &Household, at: usize) -> Result<()> {
        for _ in 0..std::mem::take(&mut self.owed[Kind::Born as usize]) {
            let mother = &household.people()[at];
            let fresh = self.changer.bear(maker, household, mother, &mut self.random);
            let cell = Cell::of(&fresh);
            self.line.clear();
            fresh.entry.push_behind_number(maker.places, &mut self.line);
            self.throw(Some(cell))?;
        }
        Ok(())
    }

    /// Gives the new numbers, and writes the delta and the new lines of the extract; returns the rows of both.
    pub(super) fn finish(mut self, maker: &mut Maker, stop: &dyn Fn() -> bool) -> Result<(u64, u64)> {
        self.changes.write_all(HEADER.as_bytes())?;
        let (mut rows, mut new) = (0, 0);
        for index in 0..self.buckets.count() {
            ensure!(!stop(), "stopped before the delta was written");
            let bucket = self.buckets.take(index)?;
            let mut starts = starts(&bucket)?;
            shuffle::shuffle(&mut starts, &mut self.random);
            for start in starts {
                let (cell, text) = unpack(&bucket[start..])?;
                self.line.clear();
                if let Some(Cell { area, woman, year }) = cell {
                    let number = maker.give_number(area as usize, woman, year, false, &mut self.random)?;
                    push_digits(&mut self.line, number, 12);
                }
                self.line.push_str(text);
                self.changes.write_all(self.line.as_bytes())?;
                rows += 1;
                if cell.is_some() {
                    self.after.write_all(self.line.as_bytes())?;
                    new += 1;
                }
            }
        }
        self.changes.flush()?;
        self.after.flush()?;
        Ok((rows, new))
    }
}

/// Appends a row as it waits: its length, the number it is to get or nothing, and its text.
fn pack(out: &mut Vec<u8>, cell: Option<Cell>, text: &str) {
    let Cell { area, woman, year } = cell.unwrap_or(Cell { area: 0, woman: false, year: 0 });
    out.extend(((8 + text.len()) as u16).to_le_bytes());
    out.extend([u8::from(cell.is_some()), u8::from(woman)]);
    out.extend(area.to_le_bytes());
    out.extend(year.to_le_bytes());
    out.extend(text.as_bytes());
}

fn unpack(packed: &[u8]) -> Result<(Option<Cell>, &str)> {
    let mut rest = packed;
    let length = usize::from(u16::from_le_bytes(take(&mut rest)?));
    let [is_new, woman] = take(&mut rest)?;
    let (area, year) = (u32::from_le_bytes(take(&mut rest)?), u16::from_le_bytes(take(&mut rest)?));
    let text = rest.get(..length.saturating_sub(8)).context("a bucket file was changed while in use")?;
    let cell = Cell { area, woman: woman != 0, year };
    Ok(((is_new != 0).then_some(cell), std::str::from_utf8(text)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_is_undone() {
        let cell = Cell { area: 62, woman: true, year: 2026 };
        let mut bucket = Vec::new();
        pack(&mut bucket, None, "075050939174,\n");
        pack(&mut bucket, Some(cell), ",,Y BLƠM NIÊ\n");
        let starts = starts(&bucket).expect("whole");
        let back: Vec<_> = starts.iter().map(|start| unpack(&bucket[*start..]).expect("whole")).collect();
        assert_eq!(back, [(None, "075050939174,\n"), (Some(cell), ",,Y BLƠM NIÊ\n")]);
        assert!(unpack(&bucket[..12]).is_err());
    }
}
