//! What a report page shows besides counts: a few masked examples of each check, and how much there is to do where.
//!
//! Collected beside the tables at almost no cost: a batch keeps the first examples of a check until the batches before it
//! gave enough, and of a row with corrections the number of its unit. Results are taken in the order of the rows, so no
//! thread shows.

use std::sync::atomic::{AtomicBool, Ordering};

use super::mask;
use crate::reference::{UnitId, Units};
use crate::rulebook::CheckId;

/// Examples that are kept of a check.
pub const EXAMPLES: usize = 3;

/// Letters of an example that are kept.
const EXAMPLE_LETTERS: usize = 60;

/// Of which checks examples are still wanted. Workers ask; who takes their results in order answers.
#[derive(Debug)]
pub struct ExamplesWanted(Vec<AtomicBool>);

impl ExamplesWanted {
    /// Examples of so many checks.
    pub fn new(n_checks: usize) -> Self {
        Self((0..n_checks).map(|_| AtomicBool::new(true)).collect())
    }

    /// Whether a batch that met a check so often, this time counted, should keep an example. An answer may come too late,
    /// and then what was kept is not used.
    #[inline]
    pub fn wants(&self, check: CheckId, n_met: u64) -> bool {
        n_met <= EXAMPLES as u64 && self.0[usize::from(check)].load(Ordering::Relaxed)
    }
}

/// A row that a check speaks of. Values are masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The check.
    pub check: CheckId,
    /// Which file of the list, from 0.
    pub file: usize,
    /// Physical line, from 1.
    pub line: u64,
    /// The cell; empty where the check speaks of no cell.
    pub old: String,
    /// What is proposed; empty where nothing is.
    pub new: String,
}

impl Example {
    /// An example of these values, which are masked here.
    pub fn new(check: CheckId, (file, line): (usize, u64), old: &str, new: &str) -> Self {
        let masked = |text: &str| mask::masked(&mask::cut(text, EXAMPLE_LETTERS));
        Self { check, file, line, old: masked(old), new: masked(new) }
    }
}

/// Records of a unit for which there is something to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnitTally {
    /// Records of the unit; 0 where only those with corrections tell theirs.
    pub records: u64,
    /// Records of which all changes are automatic.
    pub auto: u64,
    /// Records that somebody has to look at.
    pub to_check: u64,
}

/// What one batch gives.
#[derive(Debug, Default)]
pub struct Seen {
    /// Examples in the order of the rows.
    pub examples: Vec<Example>,
    /// Unit of each row with corrections, and whether all of them are automatic.
    pub units: Vec<(UnitId, bool)>,
}

/// What all batches gave.
#[derive(Debug, Default)]
pub struct Notes {
    /// Examples by check.
    pub examples: Vec<Vec<Example>>,
    /// Tallies by the number of the unit.
    pub units: Vec<UnitTally>,
}

impl Notes {
    /// Notes of a run with so many checks and units.
    pub fn new(n_checks: usize, n_units: usize) -> Self {
        Self { examples: vec![Vec::new(); n_checks], units: vec![UnitTally::default(); n_units] }
    }

    /// Takes what the next batch gave, and tells the others of which checks there is enough.
    pub fn take(&mut self, seen: &mut Seen, wanted: &ExamplesWanted) {
        for example in seen.examples.drain(..) {
            let kept = &mut self.examples[usize::from(example.check)];
            if kept.len() < EXAMPLES {
                let check = usize::from(example.check);
                kept.push(example);
                if kept.len() == EXAMPLES {
                    wanted.0[check].store(false, Ordering::Relaxed);
                }
            }
        }
        for (unit, is_auto) in seen.units.drain(..) {
            let tally = &mut self.units[unit as usize];
            if is_auto {
                tally.auto += 1;
            } else {
                tally.to_check += 1;
            }
        }
    }
}

impl Notes {
    /// The tallies with the texts of their units; records whose unit is not told are left out.
    pub fn of_units(&self, units: &Units) -> Vec<(String, UnitTally)> {
        let tallies = self.units.iter().zip(0..).map(|(tally, id)| (units.text(id).to_owned(), *tally));
        tallies.filter(|(text, tally)| !text.is_empty() && *tally != UnitTally::default()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_examples_are_kept_whatever_comes_later() {
        let (wanted, mut notes) = (ExamplesWanted::new(2), Notes::new(2, 1));
        let example = |line| Example::new(1, (0, line), "079302012345", "");
        for lines in [vec![3, 5], vec![8, 9, 10], vec![20]] {
            let mut seen =
                Seen { examples: lines.into_iter().map(example).collect(), units: vec![(0, true)] };
            notes.take(&mut seen, &wanted);
        }
        let lines: Vec<u64> = notes.examples[1].iter().map(|example| example.line).collect();
        assert_eq!(lines, [3, 5, 8]);
        assert_eq!(notes.examples[1][0].old, "079*********");
        assert!(!wanted.wants(1, 1) && wanted.wants(0, 1) && !wanted.wants(0, 4));
        assert_eq!(notes.units[0], UnitTally { records: 0, auto: 3, to_check: 0 });
    }
}
