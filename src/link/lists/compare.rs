//! Two records become a pattern.

use super::levels::{LevelMemo, level};
use super::profile::{Compared, Profile, Shape};
use super::records::{NOTHING, Records};
use crate::link::model::{Agreeing, MISSING, Pattern};

/// Compares records of two lists, or of one.
#[derive(Debug)]
pub struct Comparer<'a> {
    profile: &'a Profile,
    records: &'a Records,
    /// For each field that counts frequencies: the share of each code.
    frequencies: Vec<Option<Vec<f32>>>,
}

/// What a thread keeps from pair to pair.
#[derive(Debug, Default)]
pub struct Memo {
    levels: LevelMemo,
}

/// Two values side by side: fields and codes.
#[derive(Clone, Copy)]
struct Sides {
    field: usize,
    a: u32,
    b: u32,
}

impl<'a> Comparer<'a> {
    /// A comparer; counts how frequent values are.
    pub fn new(profile: &'a Profile, records: &'a Records) -> Self {
        let mut frequencies: Vec<Option<Vec<f32>>> = vec![None; profile.fields.len()];
        for compared in profile.comparisons.iter().filter(|compared| compared.frequency.is_some()) {
            for &field in &compared.fields {
                frequencies[field] = Some(frequencies_of(records, field));
            }
        }
        Self { profile, records, frequencies }
    }

    /// The records.
    pub const fn records(&self) -> &'a Records {
        self.records
    }

    /// The profile.
    pub const fn profile(&self) -> &'a Profile {
        self.profile
    }

    /// The pattern of two records, and for each comparison that counts them the frequency of what agrees.
    pub fn compare(&self, a: usize, b: usize, memo: &mut Memo, agreeing: &mut Vec<Agreeing>) -> Pattern {
        agreeing.clear();
        let mut pattern = Pattern::NOTHING;
        for (index, compared) in self.profile.comparisons.iter().enumerate() {
            let slot = compared.slot;
            match compared.fields[..] {
                [field] => {
                    let sides = Sides { field, a: self.code(field, a), b: self.code(field, b) };
                    pattern = self.put(pattern, (index, slot), compared, sides, memo, agreeing);
                }
                [x, y] => {
                    let [ax, ay] = [x, y].map(|field| self.code(field, a));
                    let [bx, by] = [x, y].map(|field| self.code(field, b));
                    let is_exchanged = self.is_exchanged((index, compared), [ax, ay], [bx, by], memo);
                    let (to_x, to_y) = if is_exchanged { (by, bx) } else { (bx, by) };
                    let sides = Sides { field: x, a: ax, b: to_x };
                    pattern = self.put(pattern, (index, slot), compared, sides, memo, agreeing);
                    let sides = Sides { field: y, a: ay, b: to_y };
                    pattern = self.put(pattern, (index, slot + 1), compared, sides, memo, agreeing);
                    if !(pattern.is_missing(slot) && pattern.is_missing(slot + 1)) {
                        pattern = pattern.with(slot + 2, u8::from(is_exchanged));
                    }
                }
                _ => {}
            }
        }
        pattern
    }

    fn code(&self, field: usize, record: usize) -> u32 {
        self.records.codes[field][record]
    }

    fn put(
        &self,
        pattern: Pattern,
        (index, slot): (usize, usize),
        compared: &Compared,
        sides: Sides,
        memo: &mut Memo,
        agreeing: &mut Vec<Agreeing>,
    ) -> Pattern {
        let level = self.level((index, compared), sides, memo);
        if level != MISSING
            && usize::from(level) + 1 < compared.levels.len()
            && let Some(shares) = &self.frequencies[sides.field]
        {
            let share = shares[sides.a as usize].max(shares[sides.b as usize]);
            agreeing.push(Agreeing { comparison: slot, frequency: f64::from(share) });
        }
        pattern.with(slot, level)
    }

    fn level(&self, (index, compared): (usize, &Compared), sides: Sides, memo: &mut Memo) -> u8 {
        let Sides { field, a, b } = sides;
        if a == NOTHING || b == NOTHING {
            return MISSING;
        }
        if a == b {
            return 0;
        }
        let dictionary = self.records.dictionary(field);
        // Which of the two is in which record, and which was read first, shows nowhere.
        let compute = || {
            let (a, b) = (dictionary.text(a), dictionary.text(b));
            level(&compared.shape, a.min(b), a.max(b))
        };
        let (low, high) = (a.min(b), a.max(b));
        match compared.shape {
            Shape::Text(_) => memo.levels.get(index, (low, high), compute),
            _ => compute(),
        }
    }

    /// Whether two fields hold each other's value: nothing agrees as they stand, and something does the other way.
    fn is_exchanged(&self, of: (usize, &Compared), a: [u32; 2], b: [u32; 2], memo: &mut Memo) -> bool {
        let other = of.1.levels.len() - 1;
        let mut agrees = |at: usize, a: u32, b: u32| {
            let level = self.level(of, Sides { field: of.1.fields[at], a, b }, memo);
            level != MISSING && usize::from(level) < other
        };
        if a[0] != b[1] && a[1] != b[0] && (a[0] == b[0] || a[1] == b[1]) {
            return false;
        }
        (agrees(0, a[0], b[1]) || agrees(1, a[1], b[0])) && !agrees(0, a[0], b[0]) && !agrees(1, a[1], b[1])
    }
}

/// The share of each code among the values of a field.
fn frequencies_of(records: &Records, field: usize) -> Vec<f32> {
    let counts = records.counts(field, 0..records.n);
    let sum: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    counts.iter().map(|count| (f64::from(*count) / sum.max(1.0)) as f32).collect()
}
