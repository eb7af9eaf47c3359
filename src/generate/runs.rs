//! Runs: the errors that go over several rows, RD02, RD03 and SX03, drawn for a page of rows at a time.
//!
//! Owns which rows of a page they hit. Does not know how a row is written.

use super::candidate::{Candidate, Kind};
use super::codes::{Code, Rates};
use super::random::Random;

/// Rows that are looked at together for errors of several rows.
pub(super) const PAGE: usize = 64;
/// Lengths of the runs of RD02 and RD03.
const SORTED_RUN: usize = 24;
const FILLED_RUN: usize = 6;

/// A candidate on its page, with what the rows around do to it.
#[derive(Default)]
pub(super) struct Slot {
    pub(super) candidate: Candidate,
    /// A number from another row.
    pub(super) number: Option<(u64, Code)>,
    /// The first row of a filled-down run stays right.
    pub(super) keeps_number: bool,
    /// The whole page says that everybody is a man.
    pub(super) default_sex: bool,
}

/// Draws the errors that run over several rows of a page.
pub(super) fn draw(page: &mut [Slot], rates: &Rates, random: &mut Random) {
    let mut window = |code: Code, length: usize, changed: usize| {
        let rate = rates.alone(code) * PAGE as u64 / changed as u64;
        let drawn = random.chance(rate) && page.len() >= length;
        drawn.then(|| random.index(page.len() - length + 1)).map(|start| start..start + length)
    };
    let sorted = window(Code::RD02, SORTED_RUN, SORTED_RUN);
    let filled = window(Code::RD03, FILLED_RUN, FILLED_RUN - 1);
    // Fewer rows than a page say "Nam" by chance.
    let default_sex = window(Code::SX03, PAGE, PAGE);
    if let Some(run) = sorted {
        sort_numbers(&mut page[run]);
    }
    if let Some(run) = filled {
        fill_down(&mut page[run]);
    }
    for slot in &mut page[default_sex.unwrap_or(0..0)] {
        slot.default_sex = true;
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
