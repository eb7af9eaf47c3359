//! Checks that a row of a list answers by itself, beyond those that a reconciliation asks for.
//!
//! What the whole column does is not found row by row: see [`Conventions`].

use std::collections::HashSet;

use super::{Conflicts, Findings};
use crate::fields::birth_date::{BirthDate, Precision};
use crate::fields::id_number::IdNumber;
use crate::fields::person_name;
use crate::record::{CellState, CellStates, Defect, FieldKind, NormalBatch, Particulars, Repair, Severity};
use crate::rulebook::{CHECKED, COMPARED, CheckId, Kind, Rulebook};

/// What checking a list depends on besides its rows.
#[derive(Clone, Copy)]
pub struct ListContext<'a> {
    /// The rules in force.
    pub book: &'a Rulebook,
    /// The date of the run, yyyymmdd.
    pub as_of: u32,
    /// What the columns do throughout.
    pub conventions: &'a Conventions,
    /// Which of the compared fields the list has a column for, in their order: nothing is missing from a column that
    /// is not there.
    pub has_column: [bool; COMPARED.len()],
}

/// Checks of little weight that most rows of a file set off: the way in which the file is written, said once of the
/// file and not of each row.
#[derive(Debug, Default)]
pub struct Conventions(HashSet<CheckId>);

/// Repairs that leave something of the cell out.
const LOSING: [Repair; 5] = [Repair::Title, Repair::Note, Repair::Label, Repair::QrText, Repair::TwoNumbers];

impl Conventions {
    /// Learns from the first rows of a file.
    pub fn learn(
        rows: &NormalBatch,
        more: &Particulars,
        (book, as_of): (&Rulebook, u32),
        has_column: [bool; COMPARED.len()],
    ) -> Self {
        /// Fewer rows show no habit.
        const ENOUGH: usize = 20;
        let none = Self::default();
        let found = batch(rows, more, ListContext { book, as_of, conventions: &none, has_column });
        let mut counts = std::collections::HashMap::<CheckId, usize>::new();
        found.ids.iter().for_each(|id| *counts.entry(*id).or_default() += 1);
        let is_habit = |(id, count): (&CheckId, &usize)| {
            let check = book.checks.get(*id);
            // What was taken off a cell differs from row to row, and each row has to say it.
            let loses = check.of.iter().any(|of| LOSING.iter().any(|repair| repair.name() == of));
            let is_light = check.severity == Severity::Info && !(check.kind == Kind::Repair && loses);
            (is_light && *count >= ENOUGH && *count * 2 > rows.n_rows()).then_some(*id)
        };
        Self(counts.iter().filter_map(is_habit).collect())
    }

    /// The checks, in the order of the rules.
    pub fn checks(&self) -> Vec<CheckId> {
        let mut ids: Vec<CheckId> = self.0.iter().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// Whether the file does this throughout.
    pub fn contains(&self, id: CheckId) -> bool {
        !self.0.is_empty() && self.0.contains(&id)
    }
}

/// Checks every row of a batch of a list.
pub fn batch(rows: &NormalBatch, more: &Particulars, context: ListContext<'_>) -> Findings {
    let book = context.book;
    let conflicts = Conflicts::of_book(book);
    let further = Further::of_book(book);
    let texts: Vec<(usize, &CellStates)> = more
        .texts
        .iter()
        .filter_map(|(field, text)| {
            Some((CHECKED.iter().position(|checked| checked == field)?, &text.states))
        })
        .chain(old_number_states(more))
        .collect();
    let mut findings = Findings { ids: Vec::new(), ends: Vec::with_capacity(rows.n_rows()) };
    for row in 0..rows.n_rows() {
        if more.shifted.get(row).copied().unwrap_or_default() {
            // The cells of such a row are those of other columns: what they show is no finding of theirs.
            findings.ids.extend(further.shifted);
            findings.ends.push(findings.ids.len());
            continue;
        }
        let start = findings.ids.len();
        let states = [
            rows.number.states.get(row),
            rows.name_states.get(row),
            rows.birth.states.get(row),
            rows.sex.states.get(row),
        ];
        for (field, state) in states.into_iter().enumerate() {
            // Most cells are as they should be.
            let is_absent = state == CellState::Missing && !context.has_column[field];
            if state != CellState::Unchanged && !is_absent {
                book.checks.of_state(field, state, &mut |id| findings.ids.push(id));
            }
        }
        findings.ids.extend(conflicts.of(rows, row).into_iter().flatten());
        for (field, states) in &texts {
            let state = states.get(row);
            if !matches!(state, CellState::Unchanged | CellState::Missing) {
                book.checks.of_state(*field, state, &mut |id| findings.ids.push(id));
            }
        }
        further.of(rows, more, row, context, &mut findings.ids);
        if !context.conventions.0.is_empty() {
            let mut own = findings.ids.split_off(start);
            own.retain(|id| !context.conventions.contains(*id));
            findings.ids.append(&mut own);
        }
        findings.ends.push(findings.ids.len());
    }
    findings
}

/// The column of old numbers, where the number of the row stands in another.
fn old_number_states(more: &Particulars) -> Option<(usize, &CellStates)> {
    let field = CHECKED.iter().position(|checked| *checked == FieldKind::OldNumber)?;
    let (_, column) = more.numbers.iter().find(|(field, _)| *field == FieldKind::OldNumber)?;
    Some((field, &column.states))
}

/// The other checks, looked up once.
struct Further {
    nine_digits: Option<CheckId>,
    twelve_digits: Option<CheckId>,
    twice_issued: Option<CheckId>,
    foreigner: Option<CheckId>,
    name_sex: Option<CheckId>,
    keys_left: Option<CheckId>,
    lower_case: Option<CheckId>,
    partial: Option<CheckId>,
    other_date: Option<CheckId>,
    birth_place: Option<CheckId>,
    child: Option<CheckId>,
    shifted: Option<CheckId>,
    /// By the bit of the mark.
    marks: Vec<Option<CheckId>>,
}

/// A child below this age has no card, so that its number may stand on the birth certificate only (Law on Identity
/// 26/2023/QH15 art. 19: the card is given from 14 on, earlier on request).
const CARD_AGE: u32 = 14;

impl Further {
    fn of_book(book: &Rulebook) -> Self {
        let find = |field, kind, of| book.checks.find(field, kind, of);
        let number = |of| find(FieldKind::CitizenNumber, Kind::Conflict, of);
        let birth = |of| find(FieldKind::BirthDate, Kind::Conflict, of);
        Self {
            nine_digits: find(FieldKind::CitizenNumber, Kind::Flag, "old_number"),
            twelve_digits: find(FieldKind::OldNumber, Kind::Conflict, "twelve_digits"),
            twice_issued: find(FieldKind::OldNumber, Kind::Conflict, "twice_issued"),
            foreigner: find(FieldKind::CitizenNumber, Kind::Flag, "foreigner"),
            name_sex: find(FieldKind::Sex, Kind::Conflict, "name_sex"),
            keys_left: find(FieldKind::FullName, Kind::Conflict, "keys_left"),
            lower_case: find(FieldKind::FullName, Kind::Conflict, "lower_case"),
            partial: birth("partial"),
            other_date: birth("other_date"),
            birth_place: number("birth_place"),
            child: number("child_without_number"),
            shifted: number("shifted"),
            marks: book.place_marks().map(|mark| find(FieldKind::Commune, Kind::Place, mark)).collect(),
        }
    }

    fn of(
        &self,
        rows: &NormalBatch,
        more: &Particulars,
        row: usize,
        context: ListContext<'_>,
        found: &mut Vec<CheckId>,
    ) {
        if rows.foreigner[row] {
            found.extend(self.foreigner);
        }
        self.numbers(rows, more, row, context.book, found);
        let birth = rows.birth.value(row).and_then(BirthDate::from_packed);
        if let Some(birth) = birth {
            if birth.precision() < Precision::Day {
                found.extend(self.partial);
            }
            let is_other = more.other_dates.iter().any(|(_, dates)| dates[row] == birth.packed());
            if is_other {
                found.extend(self.other_date);
            }
            let has_none = matches!(
                rows.number.states.get(row),
                CellState::Missing | CellState::Defective(Defect::Placeholder)
            );
            let is_child = birth.packed() + CARD_AGE * 10_000 > context.as_of;
            if has_none && is_child && !is_other {
                found.extend(self.child);
            }
        }
        if rows.name_states.has_value(row) {
            self.names(rows, row, context.book, found);
        }
        if let Some(unit) = more.units.get(row).filter(|unit| unit.marks != 0) {
            let fired = self.marks.iter().enumerate().filter(|(bit, _)| unit.marks & (1 << bit) != 0);
            found.extend(fired.filter_map(|(_, id)| *id));
        }
    }

    fn names(&self, rows: &NormalBatch, row: usize, book: &Rulebook, found: &mut Vec<CheckId>) {
        let name = rows.name(row);
        let told = person_name::sex_told(name);
        if rows.sex.value(row).is_some_and(|sex| told.is_some_and(|told| told as u8 != sex)) {
            found.extend(self.name_sex);
        }
        if person_name::is_lower_case(name) {
            found.extend(self.lower_case);
        }
        if !rows.foreigner[row] && person_name::holds_keys(name, &book.name_words) {
            found.extend(self.keys_left);
        }
    }

    fn numbers(
        &self,
        rows: &NormalBatch,
        more: &Particulars,
        row: usize,
        book: &Rulebook,
        found: &mut Vec<CheckId>,
    ) {
        match rows.number.value(row).and_then(IdNumber::from_packed) {
            Some(IdNumber::Old(old)) => {
                found.extend(self.nine_digits);
                if book.id_words.is_twice_issued(old) {
                    found.extend(self.twice_issued);
                }
            }
            Some(IdNumber::Citizen(citizen)) => {
                let told = more.birth_provinces.get(row).copied().unwrap_or_default();
                if told != 0 && told != citizen.province_code() {
                    found.extend(self.birth_place);
                }
            }
            None => {}
        }
        let column = more.numbers.iter().find(|(field, _)| *field == FieldKind::OldNumber);
        let in_old_column = match column {
            Some((_, column)) => column.value(row),
            None => rows.number.value(row).filter(|_| more.only_old_numbers),
        };
        let is_personal =
            |number| IdNumber::from_packed(number).is_some_and(|number| number.citizen().is_some());
        if in_old_column.is_some_and(is_personal) {
            found.extend(self.twelve_digits);
        }
    }
}
