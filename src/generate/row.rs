//! Rows: the cells of one record of the list, what is wrong with them, and what a search should say.
//!
//! Owns the columns of the list and of the truth, and the verdict. Does not know how an error is made.

use super::calendar::Date;
use super::candidate::{Candidate, Kind};
use super::codes::{Code, CodeSet};
use super::writing::{push_capitals, push_cell, push_digits};

/// The header of the list.
pub(super) const LIST_HEADER: &str = "Mã đối tượng,Họ và tên,Ngày sinh,Giới tính,Số CMND/CCCD,Số điện thoại,\
Tỉnh/Thành phố,Quận/Huyện,Phường/Xã,Địa chỉ chi tiết,Mũi tiêm,Ngày tiêm,Tên vắc xin\n";

/// The header of the truth.
pub(super) const TRUTH_HEADER: &str =
    "record_key,citizen_number,errors,verdict,wrong_fields,full_name,birth_date,sex\n";

/// Number of columns of the list.
pub(super) const COLUMNS: usize = 13;

/// Places of the columns.
pub(super) mod column {
    pub(crate) const KEY: usize = 0;
    pub(crate) const NAME: usize = 1;
    pub(crate) const BIRTH: usize = 2;
    pub(crate) const SEX: usize = 3;
    pub(crate) const NUMBER: usize = 4;
    pub(crate) const PHONE: usize = 5;
    pub(crate) const PROVINCE: usize = 6;
    pub(crate) const DISTRICT: usize = 7;
    pub(crate) const COMMUNE: usize = 8;
    pub(crate) const DETAIL: usize = 9;
    pub(crate) const DOSE: usize = 10;
    pub(crate) const DOSE_DATE: usize = 11;
    pub(crate) const VACCINE: usize = 12;
}

/// What the number cell holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum NumberState {
    /// The person's own number, perhaps written badly but safely repairable.
    #[default]
    Own,
    /// The old number that the extract records for the person.
    OwnOld,
    /// No number.
    Missing,
    /// A number that is not the person's, or beyond repair.
    Wrong,
}

/// The number that anybody reads in the cell, whoever's it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shown {
    /// None that can be read.
    #[default]
    Nothing,
    /// A personal number.
    Personal(u64),
    /// A personal number once its zeros are put back, if it then agrees with the row.
    ZerosLost(u64),
    /// An old number of nine digits.
    Old(u32),
}

/// What is wrong with the line as a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Damage {
    #[default]
    None,
    /// An empty cell was pushed in at this column and the last cell fell out.
    Shifted(usize),
    /// This cell is missing with its comma.
    TooFew(usize),
    /// A comma too many.
    TooMany,
    /// The quote before the address is never closed.
    Unclosed,
}

impl Damage {
    /// Whether no reader can tell the cells of the line.
    pub(super) fn is_unreadable(self) -> bool {
        matches!(self, Damage::TooFew(_) | Damage::TooMany | Damage::Unclosed)
    }
}

/// One record of the list.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) cells: [String; COLUMNS],
    pub(super) codes: CodeSet,
    pub(super) number: NumberState,
    pub(super) shown: Shown,
    /// The birth date that anybody reads in the cell, right or wrong.
    pub(super) birth: Option<Date>,
    /// The day of the dose, which the row holds too.
    pub(super) dose_date: Option<Date>,
    /// Index of the old unit that anybody reads in the cells of the address.
    pub(super) unit: Option<u32>,
    pub(super) wrong_name: bool,
    pub(super) wrong_birth: bool,
    pub(super) wrong_sex: bool,
    pub(super) damage: Damage,
}

impl Row {
    /// Empties the row for the next record.
    pub(super) fn clear(&mut self) {
        let mut cells = std::mem::take(&mut self.cells);
        for cell in &mut cells {
            cell.clear();
        }
        *self = Row { cells, ..Row::default() };
    }

    /// What an ideal search would say of the row.
    pub(super) fn verdict(&self, kind: Kind) -> &'static str {
        let unreadable = self.damage.is_unreadable();
        let nothing_left =
            self.number == NumberState::Missing && self.wrong_birth && self.codes.contains(Code::NA13);
        match kind {
            _ if unreadable || nothing_left => "insufficient",
            Kind::Impostor => "other_person",
            Kind::Stranger | Kind::Foreigner => "not_found",
            Kind::Citizen if self.is_number_wrong() => "wrong_number",
            Kind::Citizen if self.wrong_name || self.wrong_birth || self.wrong_sex => "mismatch",
            Kind::Citizen => "match",
        }
    }

    /// Whether name, birth date and commune are written as a right row would write them.
    pub(super) fn is_person_intact(&self) -> bool {
        let mut others = self.codes;
        // A homonym's number leaves the name as it is; a commune that was divided is still that commune.
        others.remove(Code::NA17);
        let moved = [Code::AD01, Code::AD05, Code::AD06, Code::AD07, Code::AD08, Code::AD09];
        self.damage == Damage::None
            && self.birth.is_some_and(Date::is_full)
            && !others.contains_any(Code::NA01, Code::DB11)
            && !moved.iter().any(|code| others.contains(*code))
    }

    fn is_number_wrong(&self) -> bool {
        matches!(self.number, NumberState::Missing | NumberState::Wrong)
    }

    /// Appends the line of the list.
    pub(super) fn push_line(&self, out: &mut String) {
        for (at, cell) in self.cells.iter().enumerate() {
            match self.damage {
                Damage::Shifted(_) if at == column::VACCINE => continue,
                Damage::TooFew(dropped) if at == dropped => continue,
                Damage::Shifted(pushed) if at == pushed => out.push(','),
                _ => {}
            }
            if at > 0 {
                out.push(',');
            }
            match self.damage {
                Damage::TooMany if at == column::DETAIL => push_unquoted(out, cell),
                Damage::Unclosed if at == column::DETAIL => {
                    out.push('"');
                    out.push_str(cell);
                }
                _ => push_cell(out, cell),
            }
        }
        out.push('\n');
    }

    /// Appends the line of the truth.
    pub(super) fn push_truth(&self, candidate: &Candidate, out: &mut String) {
        out.push_str(&self.cells[column::KEY]);
        out.push(',');
        if candidate.kind == Kind::Citizen {
            push_digits(out, candidate.number, 12);
        }
        out.push(',');
        push_joined(out, self.codes.iter().map(Code::name));
        out.push(',');
        out.push_str(self.verdict(candidate.kind));
        out.push(',');
        let impostor = candidate.kind == Kind::Impostor;
        let fields = [
            (self.is_number_wrong() || impostor, "citizen_number"),
            (self.wrong_name, "full_name"),
            (self.wrong_birth, "birth_date"),
            (self.wrong_sex, "sex"),
        ];
        push_joined(out, fields.into_iter().filter(|(wrong, _)| *wrong).map(|(_, field)| field));
        out.push(',');
        push_capitals(out, &candidate.name);
        out.push(',');
        candidate.birth.push(out);
        out.push_str(if candidate.woman { ",Nữ\n" } else { ",Nam\n" });
    }
}

/// A comma of the address that nobody quoted, or else one comma typed too many.
fn push_unquoted(out: &mut String, cell: &str) {
    out.push_str(cell);
    if !cell.contains(',') {
        out.push(',');
    }
}

fn push_joined<'a>(out: &mut String, words: impl Iterator<Item = &'a str>) {
    for (at, word) in words.enumerate() {
        if at > 0 {
            out.push('+');
        }
        out.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(damage: Damage) -> String {
        let mut row = Row { damage, ..Row::default() };
        for (at, cell) in row.cells.iter_mut().enumerate() {
            *cell = at.to_string();
        }
        row.cells[column::DETAIL] = "a, b".to_owned();
        let mut out = String::new();
        row.push_line(&mut out);
        out
    }

    #[test]
    fn damage_shows_in_the_line() {
        assert_eq!(line(Damage::None), "0,1,2,3,4,5,6,7,8,\"a, b\",10,11,12\n");
        assert_eq!(line(Damage::Shifted(2)), "0,1,,2,3,4,5,6,7,8,\"a, b\",10,11\n");
        assert_eq!(line(Damage::TooFew(3)), "0,1,2,4,5,6,7,8,\"a, b\",10,11,12\n");
        assert_eq!(line(Damage::TooMany), "0,1,2,3,4,5,6,7,8,a, b,10,11,12\n");
        assert_eq!(line(Damage::Unclosed), "0,1,2,3,4,5,6,7,8,\"a, b,10,11,12\n");
    }

    #[test]
    fn the_number_comes_before_the_other_fields() {
        let mut row = Row { wrong_name: true, ..Row::default() };
        assert_eq!(row.verdict(Kind::Citizen), "mismatch");
        row.number = NumberState::Missing;
        assert_eq!(row.verdict(Kind::Citizen), "wrong_number");
        assert_eq!(row.verdict(Kind::Stranger), "not_found");
        row.damage = Damage::Unclosed;
        assert_eq!(row.verdict(Kind::Stranger), "insufficient");
    }
}
