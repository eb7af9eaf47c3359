//! Checks that a row answers by itself: the states of its cells, and its fields against each other.
//!
//! Produces ids of checks, a few bytes each; wording happens in `report`. Changes no value and knows no
//! reference.

mod list;
mod whole;

pub use list::{Conventions, ListContext, batch as list_batch};
pub use whole::{Row, Whole};

use crate::fields::birth_date::BirthDate;
use crate::fields::id_number::IdNumber;
use crate::record::{FieldKind, NormalBatch};
use crate::rulebook::{CheckId, Kind, Rulebook};

/// The checks that fired, row by row.
#[derive(Debug, Default)]
pub struct Findings {
    ids: Vec<CheckId>,
    ends: Vec<usize>,
}

impl Findings {
    /// The checks of a row, in the order of the compared fields.
    pub fn row(&self, row: usize) -> &[CheckId] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.ids[start..self.ends[row]]
    }
}

/// A parent is between these many years older than the child (error ID21).
const PARENT_YEARS: std::ops::RangeInclusive<i32> = 15..=50;

/// Checks every row of a batch.
pub fn batch(rows: &NormalBatch, book: &Rulebook) -> Findings {
    let conflicts = Conflicts::of_book(book);
    let mut findings = Findings { ids: Vec::new(), ends: Vec::with_capacity(rows.n_rows()) };
    let columns = [&rows.number.states, &rows.name_states, &rows.birth.states, &rows.sex.states];
    for row in 0..rows.n_rows() {
        for (field, states) in columns.into_iter().enumerate() {
            // Most cells are as they should be.
            if !states.is_unchanged(row) {
                book.checks.of_state(field, states.get(row), &mut |id| findings.ids.push(id));
            }
        }
        findings.ids.extend(conflicts.of(rows, row).into_iter().flatten());
        findings.ends.push(findings.ids.len());
    }
    findings
}

/// The checks of contradictions, looked up once.
struct Conflicts {
    sex: Option<CheckId>,
    birth: Option<CheckId>,
    parent: Option<CheckId>,
}

impl Conflicts {
    fn of_book(book: &Rulebook) -> Self {
        let find = |of| book.checks.find(FieldKind::CitizenNumber, Kind::Conflict, of);
        Self { sex: find("sex"), birth: find("birth_date"), parent: find("parent_age") }
    }

    /// The number against sex and birth year of the same row (Circular 07/2016/TT-BCA: the number carries
    /// both). A contradiction is a question, not an error of the row: the number itself may be wrong.
    fn of(&self, rows: &NormalBatch, row: usize) -> [Option<CheckId>; 3] {
        let number = rows.number.value(row).and_then(IdNumber::from_packed).and_then(IdNumber::citizen);
        let Some(citizen) = number else { return [None; 3] };
        let wrong_sex = rows.sex.value(row).is_some_and(|sex| sex != citizen.sex() as u8);
        let year = rows.birth.value(row).map(BirthDate::year_of_packed);
        let years_older = year.map_or(0, |year| i32::from(year) - i32::from(citizen.birth_year()));
        [
            self.sex.filter(|_| wrong_sex),
            self.birth.filter(|_| years_older != 0),
            self.parent.filter(|_| PARENT_YEARS.contains(&years_older)),
        ]
    }
}
