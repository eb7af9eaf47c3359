//! One value at a time: what a cell means, what was done to reach that, and what is wrong with it.
//!
//! The answers behind `lamsach field`, for scripts and for trying things out. Owns no knowledge of its own: a field
//! reads, the rulebook names the findings. Reads no stream and prints nothing.

mod name;
mod numbers;
mod place;
mod value;

pub use name::{Case, Compared, NameFilter};
pub use numbers::{HealthCardFilter, InsuranceFilter, PassportFilter, PhoneFilter, TaxCodeFilter};
pub use place::PlaceFilter;
pub use value::{DateFilter, EthnicityFilter, NumberFilter, SexFilter};

pub use crate::places::Time;
pub use crate::text::Encoding;

use crate::record::{CellState, FieldKind, Outcome, Repair};
use crate::rulebook::{CHECKED, CheckId, Rulebook};

/// What is said of one value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The canonical form; empty where there is none.
    pub canonical: String,
    /// What became of the value.
    pub state: CellState,
    /// Checks that the value sets off.
    pub findings: Vec<CheckId>,
    /// What a clerk may have meant, never applied.
    pub proposals: Vec<String>,
    /// What else the value tells, by name: `title`, `note`, `birth_year`, a key.
    pub facts: Vec<(&'static str, String)>,
}

impl Answer {
    /// What was done to reach the canonical form, by name.
    pub fn done(&self) -> impl Iterator<Item = &'static str> {
        self.state.repairs().iter().map(Repair::name)
    }

    /// The answer to an outcome; `write` gives the canonical form of its value.
    fn of<T: Copy>(outcome: &Outcome<T>, write: impl FnOnce(T, &mut Self)) -> Self {
        let mut answer = Self { state: outcome.state(), ..Self::default() };
        if let Outcome::Value(value, _) = outcome {
            write(*value, &mut answer);
        }
        answer
    }

    /// The answer with the checks of a field that its state sets off.
    fn checked(mut self, field: FieldKind, book: &Rulebook) -> Self {
        let place = CHECKED.iter().position(|other| *other == field);
        let place = place.expect("checks of states are of checked fields");
        book.checks.of_state(place, self.state, &mut |id| self.findings.push(id));
        self
    }

    /// Adds a check that answers to something else than the state.
    fn find(&mut self, id: Option<CheckId>) {
        self.findings.extend(id.filter(|id| !self.findings.contains(id)));
    }
}

/// Answers to one value after the other.
pub trait Filter {
    /// What is said of a value.
    fn answer(&self, raw: &str) -> Answer;
}
