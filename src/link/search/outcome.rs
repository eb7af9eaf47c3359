//! The candidates of each row weighed against each other and against nobody.

use std::ops::Range;

use super::scoring::{Hit, ODDS_UNIT};
use super::sought::{Beforehand, NumberTold};
use crate::link::model::{Choice, Pattern, Prior, choose};
use crate::record::prefetch;

/// A candidate that is kept; `citizen` is whatever finds it again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<C> {
    /// Who it is.
    pub citizen: C,
    /// What speaks for it, in bits.
    pub bits: f64,
    /// The levels behind it.
    pub pattern: Pattern,
}

/// The best candidates of every row while they are collected, the best first.
#[derive(Debug)]
pub struct Collecting<C> {
    kept: usize,
    of_rows: Vec<Vec<Candidate<C>>>,
    /// Odds of those that are not among them, in parts of [`ODDS_UNIT`].
    rest: Vec<u64>,
    prior_bits: f64,
}

impl<C: Copy> Collecting<C> {
    /// Nobody yet. `prior_bits` are the odds by which rests are counted.
    pub fn new(n_rows: usize, kept: usize, prior_bits: f64) -> Self {
        Self { kept, of_rows: vec![Vec::new(); n_rows], rest: vec![0; n_rows], prior_bits }
    }

    /// Asks for the memory that [`Collecting::add`] will look at.
    #[inline]
    pub fn prefetch(&self, row: u32) {
        prefetch(&self.of_rows[row as usize]);
    }

    /// The same for what lies behind it, some time later.
    #[inline]
    pub fn prefetch_kept(&self, row: u32) {
        self.of_rows[row as usize].first().into_iter().for_each(prefetch);
    }

    /// Adds candidates in the order of citizens; of equal ones the first stays.
    pub fn add(&mut self, hit: &Hit, citizen: C) {
        let of_row = &mut self.of_rows[hit.row as usize];
        let place = of_row.partition_point(|other| other.bits >= hit.bits);
        of_row.insert(place, Candidate { citizen, bits: hit.bits, pattern: hit.pattern });
        if of_row.len() > self.kept {
            let last = of_row.pop().map_or(0.0, |last| (last.bits + self.prior_bits).exp2() * ODDS_UNIT);
            self.drop(hit.row, last as u64);
        }
    }

    /// Adds the odds of candidates that are not kept.
    pub fn drop(&mut self, row: u32, odds: u64) {
        let rest = &mut self.rest[row as usize];
        *rest = rest.saturating_add(odds);
    }

    /// Ends collecting.
    pub fn finish(self) -> Candidates<C> {
        let Self { of_rows, rest, prior_bits, .. } = self;
        let mut candidates = Candidates {
            all: Vec::with_capacity(of_rows.iter().map(Vec::len).sum()),
            ends: Vec::with_capacity(of_rows.len()),
            rest,
            prior_bits,
        };
        for of_row in of_rows {
            candidates.all.extend_from_slice(&of_row);
            candidates.ends.push(candidates.all.len());
        }
        candidates
    }
}

/// The best candidates of every row, the best first; rows lie in their order.
#[derive(Debug)]
pub struct Candidates<C> {
    all: Vec<Candidate<C>>,
    /// Where those of each row end, and the next begin.
    ends: Vec<usize>,
    /// Odds of those that are not among them, in parts of [`ODDS_UNIT`].
    rest: Vec<u64>,
    prior_bits: f64,
}

impl<C: Copy> Candidates<C> {
    /// The candidates of a row; nobody where there is no such row.
    #[inline]
    pub fn of(&self, row: usize) -> &[Candidate<C>] {
        let Some(&end) = self.ends.get(row) else { return &[] };
        &self.all[self.start_of(row)..end]
    }

    /// The candidates of some rows, one behind the other.
    pub fn of_rows(&self, rows: Range<usize>) -> &[Candidate<C>] {
        &self.all[self.start_of(rows.start)..self.start_of(rows.end)]
    }

    fn start_of(&self, row: usize) -> usize {
        row.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The odds, all together, of the candidates of a row, if the person is as likely to be there as not.
    fn odds(&self, row: usize, prior_bits: f64) -> f64 {
        let kept: f64 = self.of(row).iter().map(|candidate| (candidate.bits + prior_bits).exp2()).sum();
        kept + self.rest[row] as f64 / ODDS_UNIT * (prior_bits - self.prior_bits).exp2()
    }

    /// The chance that the person of a row of this kind is in the reference at all, as the candidates of all such rows have
    /// it: by rounds of expectation, from `start` on.
    pub fn present(&self, of: NumberTold, start: f64, n_citizens: u64, beforehand: &[Beforehand]) -> f64 {
        const ROUNDS: usize = 50;
        let even = Prior { present: 0.5, n_reference: n_citizens }.bits();
        // Rows whose number leads to somebody are another case.
        let odds: Vec<f64> = beforehand
            .iter()
            .enumerate()
            .filter(|(_, before)| before.number == of && before.holder == 0.0)
            .map(|(row, _)| self.odds(row, even))
            .collect();
        if odds.is_empty() {
            return start;
        }
        let mut present = start;
        for _ in 0..ROUNDS {
            let prior = present / (1.0 - present);
            let sum: f64 = odds.iter().map(|odds| odds * prior / (1.0 + odds * prior)).sum();
            present = (sum / odds.len() as f64).clamp(PRESENT_MIN, 1.0 - PRESENT_MIN);
        }
        present
    }

    /// The chances of the candidates of a row.
    pub fn choice(&self, row: usize, present: f64, n_citizens: u64, beforehand: Beforehand) -> Choice {
        // Who holds the row's number is as if the row were nobody's among the others.
        let elsewhere = (1.0 - beforehand.holder) * present;
        let prior =
            Prior { present: elsewhere.clamp(PRESENT_MIN, 1.0 - PRESENT_MIN), n_reference: n_citizens };
        let bits: Vec<f64> = self.of(row).iter().map(|candidate| candidate.bits).collect();
        let mut choice = choose(&bits, prior);
        // Those that are not kept take their part from everybody.
        let rest = self.rest[row] as f64 / ODDS_UNIT * (prior.bits() - self.prior_bits).exp2();
        let scale = 1.0 / (1.0 + rest * choice.nobody);
        choice.chances.iter_mut().for_each(|chance| *chance *= scale);
        choice.nobody *= scale;
        choice
    }
}

/// The chances of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowChances<'a> {
    /// The chance of each candidate, in their order.
    pub candidates: &'a [f64],
    /// The chance that it is nobody.
    pub nobody: f64,
    /// Whether one candidate is better than every other.
    pub has_best: bool,
}

/// The chances of all rows, worked out once for everybody who asks.
#[derive(Debug, Default)]
pub struct Chances {
    of_candidates: Vec<f64>,
    /// Where those of each row end, and the next begin; the chance of nobody, and whether there is one best candidate.
    of_rows: Vec<(usize, f64, bool)>,
}

impl Chances {
    /// Adds a row.
    pub fn push(&mut self, choice: &Choice) {
        self.of_candidates.extend_from_slice(&choice.chances);
        self.of_rows.push((self.of_candidates.len(), choice.nobody, choice.best.len() == 1));
    }

    /// Adds the rows of another.
    pub fn append(&mut self, other: &Self) {
        let start = self.of_candidates.len();
        self.of_candidates.extend_from_slice(&other.of_candidates);
        self.of_rows.extend(other.of_rows.iter().map(|&(end, nobody, best)| (start + end, nobody, best)));
    }

    /// Those of a row.
    pub fn of(&self, row: usize) -> RowChances<'_> {
        let start = row.checked_sub(1).map_or(0, |before| self.of_rows[before].0);
        let (end, nobody, has_best) = self.of_rows[row];
        RowChances { candidates: &self.of_candidates[start..end], nobody, has_best }
    }
}

/// The least and, from 1 on, the most that a chance to be there can be.
const PRESENT_MIN: f64 = 1e-4;

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(row: u32, bits: f64) -> Hit {
        Hit { row, citizen: 0, bits, pattern: Pattern::NOTHING }
    }

    #[test]
    fn the_best_stay_and_the_rest_still_counts() {
        let n = 1 << 20;
        let prior = Prior { present: 0.5, n_reference: n }.bits();
        let mut few = Collecting::new(1, 2, prior);
        let mut all = Collecting::new(1, 9, prior);
        for (bits, name) in [(20.0, 'a'), (22.0, 'b'), (20.0, 'c'), (21.0, 'd')] {
            few.add(&hit(0, bits), name);
            all.add(&hit(0, bits), name);
        }
        let (few, all) = (few.finish(), all.finish());
        assert_eq!(few.of(0).iter().map(|candidate| candidate.citizen).collect::<String>(), "bd");
        assert_eq!(all.of(0).iter().map(|candidate| candidate.citizen).collect::<String>(), "bdac");
        let before = Beforehand { holder: 0.0, number: NumberTold::Nothing };
        let (few, all) = (few.choice(0, 0.8, n, before), all.choice(0, 0.8, n, before));
        assert!((few.chances[0] - all.chances[0]).abs() < 1e-6);
        assert!((few.nobody - all.nobody).abs() < 1e-6);
    }

    #[test]
    fn chances_of_rows_are_those_of_their_choices() {
        let choice = |chances: &[f64], best: &[usize]| Choice {
            chances: chances.to_vec(),
            nobody: 1.0 - chances.iter().sum::<f64>(),
            best: best.to_vec(),
            margin: 0.0,
            margin_bits: 0.0,
        };
        let choices = [
            choice(&[0.5, 0.25], &[0]),
            choice(&[], &[]),
            choice(&[0.25, 0.25], &[0, 1]),
            choice(&[1.0], &[0]),
        ];
        for split in 0..=choices.len() {
            let (mut first, mut second) = (Chances::default(), Chances::default());
            choices[..split].iter().for_each(|choice| first.push(choice));
            choices[split..].iter().for_each(|choice| second.push(choice));
            first.append(&second);
            for (row, choice) in choices.iter().enumerate() {
                let has_best = choice.best.len() == 1;
                let expected = RowChances { candidates: &choice.chances, nobody: choice.nobody, has_best };
                assert_eq!(first.of(row), expected, "{split} {row}");
            }
        }
    }

    #[test]
    fn who_holds_the_number_leaves_less_for_others() {
        let n = 1 << 20;
        let prior = Prior { present: 0.5, n_reference: n }.bits();
        let mut candidates = Collecting::new(1, 4, prior);
        candidates.add(&hit(0, 22.0), 'a');
        let candidates = candidates.finish();
        let chance = |holder| {
            candidates.choice(0, 0.8, n, Beforehand { holder, number: NumberTold::Somebody }).chances[0]
        };
        assert!(chance(0.0) > 0.9 && chance(0.5) < chance(0.0) && chance(0.99) < 0.1);
    }

    #[test]
    fn the_share_of_those_present_is_found() {
        let n = 1 << 20;
        let prior = Prior { present: 0.5, n_reference: n }.bits();
        let mut candidates = Collecting::new(100, 4, prior);
        (0..70).for_each(|row| candidates.add(&hit(row, 40.0), ()));
        let candidates = candidates.finish();
        assert_eq!(
            (candidates.len(), candidates.of_rows(60..80).len(), candidates.of(100).len()),
            (70, 10, 0)
        );
        let mut before = vec![Beforehand { holder: 0.0, number: NumberTold::Nobody }; 100];
        assert!((candidates.present(NumberTold::Nobody, 0.5, n, &before) - 0.7).abs() < 0.01);
        before[..10].fill(Beforehand { holder: 0.0, number: NumberTold::Nothing });
        assert!((candidates.present(NumberTold::Nobody, 0.5, n, &before) - 60.0 / 90.0).abs() < 0.01);
        assert_eq!(candidates.present(NumberTold::Somebody, 0.5, n, &before), 0.5);
    }
}
