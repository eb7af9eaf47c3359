//! Counts of a run: they add up, so batches and threads come to the same totals.

use std::collections::BTreeMap;

use crate::decide::Decided;
use crate::record::{Decision, FieldKind, Flag, Verdict};
use crate::rulebook::CheckId;

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
}

impl Counts {
    /// Counts one row, but for its findings: who writes them counts them where that is quick.
    pub fn add(&mut self, decided: &Decided) {
        self.n_rows += 1;
        self.verdicts[decided.verdict as usize] += 1;
        for flag in decided.flags.iter() {
            self.flags[flag as usize] += 1;
        }
        for correction in &decided.corrections {
            *self.corrections.entry((correction.field, correction.decision)).or_default() += 1;
        }
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
