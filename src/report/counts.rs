//! Counts of a run: they add up, so batches and threads come to the same totals.

use std::collections::BTreeMap;

use crate::decide::Decided;
use crate::record::{CellStates, Decision, FieldKind, Flag, Verdict};
use crate::rulebook::{COMPARED, CheckId};

/// What became of the cells of a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cells {
    /// Cells without a value.
    pub missing: u64,
    /// Cells that stand as they were written.
    pub as_written: u64,
    /// Cells that became canonical.
    pub rewritten: u64,
    /// Cells that could not.
    pub unreadable: u64,
}

impl Cells {
    /// Of these states.
    pub fn of(states: &CellStates) -> Self {
        let [missing, as_written, unreadable, rewritten] = states.counts();
        Self { missing, as_written, rewritten, unreadable }
    }

    fn add(&mut self, other: Self) {
        self.missing += other.missing;
        self.as_written += other.as_written;
        self.rewritten += other.rewritten;
        self.unreadable += other.unreadable;
    }
}

/// Records by what has to be done for them. Each record is counted once, where most is to be done.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct ToDo {
    /// Nothing.
    pub nothing: u64,
    /// All changes are automatic.
    pub auto: u64,
    /// An officer decides on a change.
    pub review: u64,
    /// A change is checked at the household.
    pub field_check: u64,
    /// Something is wrong and no change is proposed.
    pub open: u64,
}

impl ToDo {
    /// Counts a record by the gravest decision on its changes.
    pub const fn add(&mut self, decision: Decision) {
        match decision {
            Decision::Auto => self.auto += 1,
            Decision::Review => self.review += 1,
            Decision::FieldCheck => self.field_check += 1,
        }
    }

    /// Records that somebody has to look at.
    pub const fn to_check(&self) -> u64 {
        self.review + self.field_check + self.open
    }

    /// Adds those of other records.
    pub const fn merge(&mut self, other: &Self) {
        self.nothing += other.nothing;
        self.auto += other.auto;
        self.review += other.review;
        self.field_check += other.field_check;
        self.open += other.open;
    }
}

/// Lower ends of the bins of chances, in ten-thousandths.
pub const CHANCE_BINS: [u16; 6] = [9_999, 9_990, 9_900, 9_500, 9_000, 0];

/// Corrections by how sure they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Chances {
    /// In the order of [`CHANCE_BINS`].
    pub bins: [u64; CHANCE_BINS.len()],
    /// The chances of being wrong, added up in ten-thousandths: whole numbers, so that no order shows.
    pub wrong_ten_thousandths: u64,
}

impl Chances {
    /// Counts a correction.
    #[inline]
    pub fn add(&mut self, probability: f64) {
        let part = (probability * 10_000.0).round() as u64;
        let bin = CHANCE_BINS.iter().position(|from| part >= u64::from(*from));
        self.bins[bin.unwrap_or(CHANCE_BINS.len() - 1)] += 1;
        self.wrong_ten_thousandths += 10_000_u64.saturating_sub(part);
    }
}

/// What was written of the rows of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows with a verdict.
    pub n_rows: u64,
    /// Per verdict, in the order of [`Verdict::ALL`].
    pub verdicts: [u64; Verdict::ALL.len()],
    /// Per flag, in the order of [`Flag::ALL`].
    pub flags: [u64; Flag::ALL.len()],
    /// Per field and decision.
    pub corrections: BTreeMap<(FieldKind, Decision), u64>,
    /// Per check.
    pub findings: BTreeMap<CheckId, u64>,
    /// Per field that the list has.
    pub cells: BTreeMap<FieldKind, Cells>,
    /// Rows in which a compared field is wrong, in the order of [`COMPARED`].
    pub wrong: [u64; COMPARED.len()],
    /// What has to be done.
    pub to_do: ToDo,
    /// How sure corrections are.
    pub chances: Chances,
}

/// Whether somebody has to look at a row although it is its citizen: the citizen is dead, or stands in the list twice.
const fn is_suspect(decided: &Decided) -> bool {
    decided.flags.contains(Flag::Duplicate) || decided.flags.contains(Flag::Deceased)
}

impl Counts {
    /// Counts one row, but for its findings: who writes them counts them where that is quick.
    pub fn add(&mut self, decided: &Decided) {
        self.n_rows += 1;
        self.verdicts[decided.verdict as usize] += 1;
        for flag in decided.flags.iter() {
            self.flags[flag as usize] += 1;
        }
        if decided.corrections.is_empty() && decided.wrong == 0 {
            let is_settled = decided.verdict == Verdict::Match && !is_suspect(decided);
            *(if is_settled { &mut self.to_do.nothing } else { &mut self.to_do.open }) += 1;
            return;
        }
        self.add_wrong(decided);
    }

    /// Counts what is wrong in a row and what is proposed.
    fn add_wrong(&mut self, decided: &Decided) {
        for correction in &decided.corrections {
            *self.corrections.entry((correction.field, correction.decision)).or_default() += 1;
            self.chances.add(correction.probability);
        }
        for (field, count) in self.wrong.iter_mut().enumerate() {
            *count += u64::from(decided.wrong >> field & 1);
        }
        match decided.corrections.iter().map(|correction| correction.decision).max() {
            Some(decision) => self.to_do.add(decision),
            None => self.to_do.open += 1,
        }
    }

    /// Counts the cells of a field.
    pub fn add_cells(&mut self, field: FieldKind, states: &CellStates) {
        self.cells.entry(field).or_default().add(Cells::of(states));
    }

    /// Adds the counts of other rows.
    pub fn merge(&mut self, other: &Self) {
        self.n_rows += other.n_rows;
        for (ours, theirs) in self.verdicts.iter_mut().zip(other.verdicts) {
            *ours += theirs;
        }
        for (ours, theirs) in self.flags.iter_mut().zip(other.flags) {
            *ours += theirs;
        }
        for (key, count) in &other.corrections {
            *self.corrections.entry(*key).or_default() += count;
        }
        for (key, count) in &other.findings {
            *self.findings.entry(*key).or_default() += count;
        }
        for (field, cells) in &other.cells {
            self.cells.entry(*field).or_default().add(*cells);
        }
        for (ours, theirs) in self.wrong.iter_mut().zip(other.wrong) {
            *ours += theirs;
        }
        self.to_do.merge(&other.to_do);
        for (ours, theirs) in self.chances.bins.iter_mut().zip(other.chances.bins) {
            *ours += theirs;
        }
        self.chances.wrong_ten_thousandths += other.chances.wrong_ten_thousandths;
    }

    /// Rows with a verdict.
    pub const fn verdict(&self, verdict: Verdict) -> u64 {
        self.verdicts[verdict as usize]
    }

    /// Corrections of all fields with a decision.
    pub fn decided(&self, decision: Decision) -> u64 {
        self.corrections.iter().filter(|((_, other), _)| *other == decision).map(|(_, count)| count).sum()
    }

    /// All corrections.
    pub fn n_corrections(&self) -> u64 {
        self.corrections.values().sum()
    }

    /// All findings.
    pub fn n_findings(&self) -> u64 {
        self.findings.values().sum()
    }
}
