//! Marks: the codes of a row that follow from what it holds in the end and from who it is about.
//!
//! Whatever the cause, a row is marked when its cells contradict each other, so that a reader of the list can
//! find what the truth says. Owns no error. Does not know the other rows.

use super::calendar::Date;
use super::candidate::{Candidate, Kind};
use super::cell_errors::tells_sex;
use super::codes::{Code::*, CodeSet};
use super::numbers::{agrees, is_womans, year_of};
use super::places::Places;
use super::row::{Damage, NumberState, Row, Shown, column};

/// Under this age a person had no CMND, and often no number yet.
pub(super) const CARD_AGE: u16 = 14;
/// A parent is older than the child by so many years.
const PARENT_YEARS: std::ops::RangeInclusive<u16> = 15..=50;

/// Marks the row.
pub(super) fn mark(candidate: &Candidate, row: &mut Row, places: &Places, list_date: Date) {
    if row.damage.is_unreadable() {
        // Of a line whose cells nobody can tell, nothing else can be found.
        row.codes = row.codes.iter().filter(|code| *code >= RD06).collect::<CodeSet>();
        row.shown = Shown::Nothing;
        return;
    }
    mark_person(candidate, row);
    if row.damage != Damage::None {
        // The cells stand under other headers: no two of them can be held against each other.
        row.shown = Shown::Nothing;
        return;
    }
    mark_number(candidate, row);
    if row.wrong_sex && tells_sex(&row.cells[column::NAME], candidate) && !row.codes.contains(NA15) {
        row.codes.insert(SX02);
    }
    if row.birth.is_some_and(|birth| !birth.is_full()) {
        row.codes.insert(DB02);
    }
    if is_child_without_number(candidate, row, list_date) {
        row.codes.insert(PS05);
    }
    if row.unit.is_some_and(|unit| places.old[unit as usize].split) {
        row.codes.insert(AD03);
    }
}

/// What only the register knows.
fn mark_person(candidate: &Candidate, row: &mut Row) {
    let stranger = candidate.kind == Kind::Stranger && row.number == NumberState::Own;
    let facts = [
        (stranger, ID25),
        (candidate.kind == Kind::Foreigner, ID24),
        (candidate.dead, PS01),
        (candidate.emigrated, PS03),
        (candidate.no_residence, PS04),
    ];
    row.codes =
        row.codes.iter().chain(facts.iter().filter(|(holds, _)| *holds).map(|(_, code)| *code)).collect();
}

/// What the number that can be read says against sex and birth date as they are written.
fn mark_number(candidate: &Candidate, row: &mut Row) {
    let woman = candidate.woman != row.wrong_sex;
    if let Shown::ZerosLost(number) = row.shown {
        // Only sex and year can confirm the zeros.
        let confirmed = row.birth.is_some_and(|birth| agrees(number, woman, birth.year));
        row.shown = if confirmed { Shown::Personal(number) } else { Shown::Nothing };
    }
    match row.shown {
        Shown::Old(_) => row.codes.insert(ID17),
        Shown::Personal(number) => {
            if is_womans(number) != woman {
                row.codes.insert(ID13);
            }
            // A date on which nobody alive was born is no date to hold against the number.
            let Some(birth) = row.birth.filter(|_| !row.codes.contains(DB10)) else { return };
            if year_of(number) != birth.year {
                row.codes.insert(ID14);
            }
            if PARENT_YEARS.contains(&birth.year.saturating_sub(year_of(number))) {
                row.codes.insert(ID21);
            }
        }
        Shown::Nothing | Shown::ZerosLost(_) => {}
    }
}

/// The person is a child, and the row says so.
fn is_child_without_number(candidate: &Candidate, row: &Row, list_date: Date) -> bool {
    let is_child = |birth: Date| birth > list_date.years_before(CARD_AGE);
    let without = row.codes.contains(ID01) || row.codes.contains(ID09);
    // The day of the list is nobody's birth date.
    let without = without && !row.codes.contains(DB11);
    without && is_child(candidate.birth) && row.birth.is_some_and(is_child)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(row: &mut Row, candidate: &Candidate) -> String {
        mark_number(candidate, row);
        row.codes.iter().map(|code| code.name()).collect::<Vec<_>>().join("+")
    }

    #[test]
    fn a_number_is_held_against_the_row() {
        let birth = Date::new(2012, 5, 5);
        let child = Candidate { birth, woman: true, ..Candidate::default() };
        let check = |number: u64, shown: Option<Date>| {
            let mut row = Row { shown: Shown::Personal(number), birth: shown, ..Row::default() };
            marks(&mut row, &child)
        };
        assert_eq!(check(79_312_001_234, Some(birth)), "");
        assert_eq!(check(79_212_001_234, Some(birth)), "ID13");
        assert_eq!(check(79_185_001_234, Some(birth)), "ID14+ID21");
        assert_eq!(check(79_311_001_234, Some(Date::new(2012, 0, 0))), "ID14");
        assert_eq!(check(79_311_001_234, None), "");
    }

    #[test]
    fn zeros_are_put_back_only_where_the_row_agrees() {
        let birth = Date::new(1985, 5, 5);
        let man = Candidate { birth, ..Candidate::default() };
        let shown = Shown::ZerosLost(1_085_001_234);
        let mut row = Row { shown, birth: Some(birth), ..Row::default() };
        assert_eq!(marks(&mut row, &man), "");
        assert_eq!(row.shown, Shown::Personal(1_085_001_234));
        let mut row = Row { shown, birth: Some(birth), wrong_sex: true, ..Row::default() };
        assert_eq!(marks(&mut row, &man), "");
        assert_eq!(row.shown, Shown::Nothing);
    }
}
