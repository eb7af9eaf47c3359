//! Which cells of a row a correction changes, and what is to stand in them.
//!
//! A field may be one column or several. Where it is not clear what to write into which, nothing is written and the
//! reason is told; nothing is guessed.

use super::corrections::Correction;
use super::notation::{DateNotation, SexSpelling, read_date, read_sex};
use super::reason::Reason;
use crate::fields::birth_date::{BirthDate, Precision};
use crate::normalize::date_habits;
use crate::pipeline::Prepared;
use crate::record::{FieldKind, TextColumn};
use crate::rulebook::Source;

/// A cell of a row and what is to stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// Position of the column in the file.
    pub(super) column: usize,
    /// The new text.
    pub(super) text: String,
}

/// The columns of a file that hold fields, and how they are written.
pub(super) struct Columns<'a> {
    /// The fields that have a column, with its position in the file.
    pub(super) fields: Vec<(FieldKind, usize)>,
    source: &'a Source,
    dates: DateNotation,
    sexes: SexSpelling,
    is_month_first: bool,
}

/// A row of a batch.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    /// Columns in the order of [`Columns::fields`].
    pub(super) columns: &'a [TextColumn],
    /// Position in the batch.
    pub(super) row: usize,
    /// Physical line.
    pub(super) line: u64,
}

/// Columns of the parts of a birth date.
const DATE_PARTS: [FieldKind; 5] = [
    FieldKind::BirthDay,
    FieldKind::BirthMonth,
    FieldKind::BirthYear,
    FieldKind::BirthYearMale,
    FieldKind::BirthYearFemale,
];
const NUMBERS: [FieldKind; 3] = [FieldKind::CitizenNumber, FieldKind::AnyNumber, FieldKind::OldNumber];

impl<'a> Columns<'a> {
    /// The columns of an opened file.
    pub(super) fn of(file: &Prepared<'a>) -> Self {
        let column = |field| file.mapping.column(field).map(|column| (field, column));
        let habits = date_habits(file.sample(FieldKind::BirthDate));
        let is_workbook = file.opened.sheet.is_some();
        Self {
            fields: file.mapping.fields().filter_map(column).collect(),
            source: file.source,
            dates: DateNotation::learn(file.sample(FieldKind::BirthDate), habits, is_workbook),
            sexes: SexSpelling::learn(file.sample(FieldKind::Sex), file.source),
            is_month_first: habits.is_month_first(),
        }
    }

    fn has(&self, field: FieldKind) -> bool {
        self.fields.iter().any(|(known, _)| *known == field)
    }

    fn cell<'r>(&self, row: Row<'r>, field: FieldKind) -> Option<&'r str> {
        let at = self.fields.iter().position(|(known, _)| *known == field)?;
        Some(row.columns[at].get(row.row))
    }

    /// Whether the row is the record that a correction speaks of. Without a column of keys only the line tells.
    pub(super) fn is_record(&self, row: Row<'_>, key: &str) -> bool {
        let own = match self.cell(row, FieldKind::RecordKey).map(str::trim) {
            None => return true,
            Some("") => format!("#{}", row.line),
            Some(own) => own.to_owned(),
        };
        own == key
    }

    /// The cells that a correction changes.
    ///
    /// # Errors
    /// With the reason where nothing is to be written.
    pub(super) fn edits(&self, row: Row<'_>, correction: &Correction) -> Result<Vec<Edit>, Reason> {
        if correction.new.trim().is_empty() {
            return Err(Reason::NoValue);
        }
        let field = FieldKind::from_name(&correction.field).ok_or(Reason::NoColumn)?;
        let texts = match field {
            FieldKind::CitizenNumber => self.number(row, correction),
            FieldKind::FullName => self.name(row, correction),
            FieldKind::BirthDate => self.birth_date(row, correction),
            FieldKind::Sex => self.sex(row, correction),
            field => {
                let cell = self.cell(row, field).ok_or(Reason::NoColumn)?;
                replaced(cell, correction, correction.new.clone()).map(|text| vec![(field, text)])
            }
        }?;
        let column = |field| self.fields.iter().find(|(known, _)| *known == field).map(|(_, column)| *column);
        let edit = |(field, text)| column(field).map(|column| Edit { column, text });
        texts.into_iter().map(edit).collect::<Option<Vec<Edit>>>().ok_or(Reason::NoColumn)
    }

    fn number(&self, row: Row<'_>, correction: &Correction) -> Texts {
        let columns: Vec<(FieldKind, &str)> =
            NUMBERS.iter().filter_map(|field| self.cell(row, *field).map(|cell| (*field, cell))).collect();
        let (field, cell) = match columns.as_slice() {
            [] => return Err(Reason::NoColumn),
            [only] => *only,
            several => {
                let with_old: Vec<_> = several.iter().filter(|(_, cell)| is_old(cell, correction)).collect();
                match with_old.as_slice() {
                    [] => *several.first().ok_or(Reason::NoColumn)?,
                    // A number of a card that is no more stays what it was, in its own column.
                    [(FieldKind::OldNumber, _)] => return Err(Reason::SeveralColumns),
                    [only] => **only,
                    // Nothing is written anywhere: it belongs into the column of personal numbers.
                    [first, ..] if correction.old.is_empty() => **first,
                    _ => return Err(Reason::SeveralColumns),
                }
            }
        };
        Ok(vec![(field, replaced(cell, correction, correction.new.clone())?)])
    }

    fn name(&self, row: Row<'_>, correction: &Correction) -> Texts {
        let whole = self.cell(row, FieldKind::FullName);
        let parts = [FieldKind::FamilyMiddleName, FieldKind::GivenName].map(|field| self.cell(row, field));
        let [family, given] = parts.map(|part| part.unwrap_or_default().trim());
        let are_parts_blank = family.is_empty() && given.is_empty();
        match whole {
            Some(cell) if are_parts_blank => {
                let text = replaced(cell, correction, correction.new.clone())?;
                return Ok(vec![(FieldKind::FullName, text)]);
            }
            Some(cell) if !cell.trim().is_empty() => return Err(Reason::SeveralColumns),
            _ => {}
        }
        if parts.iter().any(Option::is_none) {
            return Err(if are_parts_blank { Reason::NoColumn } else { Reason::NameInParts });
        }
        let joined = if family.is_empty() || given.is_empty() {
            format!("{family}{given}")
        } else {
            format!("{family} {given}")
        };
        let new = replaced(&joined, correction, correction.new.clone())?;
        // Names of as many words are parted where the old one is; any other is not.
        let (n_family, n_given) = (family.split_whitespace().count(), given.split_whitespace().count());
        let words: Vec<&str> = new.split_whitespace().collect();
        if n_family == 0 || n_given == 0 || words.len() != n_family + n_given {
            return Err(Reason::NameInParts);
        }
        let (new_family, new_given) = words.split_at(n_family);
        let halves = [
            (FieldKind::FamilyMiddleName, family, new_family.join(" ")),
            (FieldKind::GivenName, given, new_given.join(" ")),
        ];
        Ok(halves
            .into_iter()
            .filter(|(_, old, new)| old != new)
            .map(|(field, _, new)| (field, new))
            .collect())
    }

    fn birth_date(&self, row: Row<'_>, correction: &Correction) -> Texts {
        let new = read_date(&correction.new).ok_or(Reason::NoValue)?;
        let Some(date) = self.cell(row, FieldKind::BirthDate) else {
            return self.date_parts(row, correction, new);
        };
        let year = self.cell(row, FieldKind::BirthYear).map_or("", str::trim);
        if !year.is_empty() && year != new.year().to_string() {
            return Err(Reason::SeveralColumns);
        }
        let cell = if date.trim().is_empty() { year } else { date };
        let mut text = self.dates.write(new);
        // A date that is only written otherwise: the correction is about the notation.
        if text == cell && !self.is_month_first {
            text.clone_from(&correction.new);
        }
        Ok(vec![(FieldKind::BirthDate, replaced(cell, correction, text)?)])
    }

    /// A date in columns of its parts.
    fn date_parts(&self, row: Row<'_>, correction: &Correction, new: BirthDate) -> Texts {
        let parts = DATE_PARTS.map(|field| self.cell(row, field).map(str::trim));
        if parts.iter().all(Option::is_none) {
            return Err(Reason::NoColumn);
        }
        let filled: Vec<&str> = parts.iter().flatten().copied().filter(|part| !part.is_empty()).collect();
        let joined = filled.join("/");
        // What to write is found out below; whether the old value is there is asked first.
        replaced(&joined, correction, correction.new.clone())?;
        let [day, month, year, male, female] = parts;
        let year_field = match (year, male, female) {
            (Some(_), _, _) => FieldKind::BirthYear,
            (None, Some(male), female) if !male.is_empty() && female.is_none_or(str::is_empty) => {
                FieldKind::BirthYearMale
            }
            (None, male, Some(female)) if !female.is_empty() && male.is_none_or(str::is_empty) => {
                FieldKind::BirthYearFemale
            }
            _ => return Err(Reason::DateInParts),
        };
        let year = (year_field, format!("{:04}", new.year()));
        let (Some(old_day), Some(old_month)) = (day, month) else {
            // A list of years keeps years.
            return if day.is_none() && month.is_none() { Ok(vec![year]) } else { Err(Reason::DateInParts) };
        };
        let (Some(day), Some(month), Precision::Day) = (new.day(), new.month(), new.precision()) else {
            return Err(Reason::DateInParts);
        };
        let is_short = [old_day, old_month].iter().any(|part| part.len() == 1);
        let written = |part: u8| if is_short { part.to_string() } else { format!("{part:02}") };
        Ok(vec![(FieldKind::BirthDay, written(day)), (FieldKind::BirthMonth, written(month)), year])
    }

    fn sex(&self, row: Row<'_>, correction: &Correction) -> Texts {
        let by_column = [
            FieldKind::MaleMark,
            FieldKind::FemaleMark,
            FieldKind::BirthYearMale,
            FieldKind::BirthYearFemale,
        ];
        let Some(cell) = self.cell(row, FieldKind::Sex) else {
            let shows = by_column.iter().any(|field| self.has(*field));
            return Err(if shows { Reason::SexByColumn } else { Reason::NoColumn });
        };
        let new = read_sex(&correction.new, self.source).ok_or(Reason::NoValue)?;
        let text = match self.sexes.write(new, cell) {
            Some(text) if text == cell => correction.new.clone(),
            Some(text) => text,
            None if is_old(cell, correction) => return Err(Reason::SexSpelling),
            None => correction.new.clone(),
        };
        Ok(vec![(FieldKind::Sex, replaced(cell, correction, text)?)])
    }
}

type Texts = Result<Vec<(FieldKind, String)>, Reason>;

/// Whether a cell is still as the run found it. A cell of spaces is an empty one.
fn is_old(cell: &str, correction: &Correction) -> bool {
    let old = correction.old.as_str();
    cell == old || (cell.trim().is_empty() && old.trim().is_empty())
}

/// What is to stand in the place of a cell that has to be the old value.
fn replaced(cell: &str, correction: &Correction, text: String) -> Result<String, Reason> {
    if cell == text || cell == correction.new {
        return Err(Reason::AlreadyThere);
    }
    if is_old(cell, correction) { Ok(text) } else { Err(Reason::OldChanged) }
}

/// Of several corrections of one cell the one that is written, and why each of the others is not. A collected answer goes
/// before an automatic correction, and of two that say different things neither is written.
pub(super) fn settle(corrections: &[Correction]) -> Vec<Result<(), Reason>> {
    let same_cell = |a: &Correction, b: &Correction| a.field == b.field;
    let of = |at: usize| {
        let own = &corrections[at];
        let others = || {
            let others = corrections.iter().enumerate();
            others.filter(move |(other, correction)| *other != at && same_cell(correction, own))
        };
        if !own.is_collected && others().any(|(_, other)| other.is_collected) {
            return Err(Reason::CollectedFirst);
        }
        let mut equals = others().filter(|(_, other)| other.is_collected == own.is_collected);
        if equals.clone().any(|(_, other)| other.new != own.new || other.old != own.old) {
            return Err(Reason::TwoCorrections);
        }
        if equals.any(|(other, _)| other < at) { Err(Reason::SaidTwice) } else { Ok(()) }
    };
    (0..corrections.len()).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::birth_date::DateHabits;
    use crate::rulebook::Rulebook;

    fn correction(field: &str, old: &str, new: &str) -> Correction {
        let [key, field, old, new] = ["1", field, old, new].map(ToOwned::to_owned);
        Correction { line: 2, key, field, old, new, is_collected: false }
    }

    /// What becomes of a row: the cells by field after the correction, or the reason.
    fn after(cells: &[(FieldKind, &str)], field: &str, old: &str, new: &str) -> Result<String, Reason> {
        let book = Rulebook::load(None).expect("rules");
        let source = book.source("tiem_chung").expect("a source");
        let texts = |cell: &str| TextColumn::from_texts(["Nam", "Nữ", cell].into_iter());
        let columns: Vec<TextColumn> = cells.iter().map(|(_, cell)| texts(cell)).collect();
        let sample = cells.iter().position(|(field, _)| *field == FieldKind::Sex).map(|at| &columns[at]);
        let known = Columns {
            fields: cells.iter().enumerate().map(|(at, (field, _))| (*field, at)).collect(),
            source,
            dates: DateNotation::learn(None, DateHabits::default(), false),
            sexes: SexSpelling::learn(sample, source),
            is_month_first: false,
        };
        let row = Row { columns: &columns, row: 2, line: 2 };
        let mut out: Vec<String> = cells.iter().map(|(_, cell)| (*cell).to_owned()).collect();
        for edit in known.edits(row, &correction(field, old, new))? {
            out[edit.column] = edit.text;
        }
        Ok(out.join("|"))
    }

    #[test]
    fn a_field_of_one_column_is_written_where_the_old_value_stands() {
        use FieldKind::{AnyNumber, BirthDate, FullName, OldNumber, Phone, Sex};
        let check = |cells: &[(FieldKind, &str)], field, old, new, expected: Result<&str, Reason>| {
            assert_eq!(after(cells, field, old, new), expected.map(ToOwned::to_owned), "{field} {old} {new}");
        };
        check(&[(FullName, "Lê An")], "full_name", "Lê An", "LÊ ÂN", Ok("LÊ ÂN"));
        check(&[(FullName, "Lê Văn")], "full_name", "Lê An", "LÊ ÂN", Err(Reason::OldChanged));
        check(&[(FullName, "LÊ ÂN")], "full_name", "Lê An", "LÊ ÂN", Err(Reason::AlreadyThere));
        check(&[(FullName, "Lê An")], "sex", "Nam", "Nữ", Err(Reason::NoColumn));
        check(&[(FullName, "Lê An")], "full_name", "Lê An", "", Err(Reason::NoValue));
        check(&[(AnyNumber, "1")], "citizen_number", "1", "001090000011", Ok("001090000011"));
        check(&[(OldNumber, " ")], "citizen_number", "", "001090000011", Ok("001090000011"));
        check(&[(BirthDate, "1/2/90")], "birth_date", "1/2/90", "01/02/1990", Ok("01/02/1990"));
        check(&[(Sex, "Nam")], "sex", "Nam", "Nữ", Ok("Nữ"));
        check(&[(Phone, "0912 3")], "phone", "0912 3", "09123", Ok("09123"));
        check(&[(Phone, "0912 3")], "shoe_size", "1", "2", Err(Reason::NoColumn));
    }

    #[test]
    fn a_field_of_several_columns_is_written_only_where_it_is_clear() {
        use FieldKind::{
            BirthDay, BirthMonth, BirthYear, BirthYearFemale, BirthYearMale, CitizenNumber, FamilyMiddleName,
            GivenName, OldNumber,
        };
        let check = |cells: &[(FieldKind, &str)], field, old, new, expected: Result<&str, Reason>| {
            assert_eq!(after(cells, field, old, new), expected.map(ToOwned::to_owned), "{field} {old} {new}");
        };
        let name = [(FamilyMiddleName, "Lê Văn"), (GivenName, "An")];
        check(&name, "full_name", "Lê Văn An", "LÊ VĂN ÂN", Ok("LÊ VĂN|ÂN"));
        check(&name, "full_name", "Lê Văn An", "LÊ THỊ VĂN ÂN", Err(Reason::NameInParts));
        check(&name, "full_name", "Lê Văn Ân", "LÊ VĂN BA", Err(Reason::OldChanged));
        let numbers = [(CitizenNumber, ""), (OldNumber, "011234567")];
        check(&numbers, "citizen_number", "011234567", "001090000011", Err(Reason::SeveralColumns));
        check(&numbers, "citizen_number", "", "001090000011", Ok("001090000011|011234567"));
        let date = [(BirthDay, "3"), (BirthMonth, "12"), (BirthYear, "1990")];
        check(&date, "birth_date", "3/12/1990", "04/01/1991", Ok("4|1|1991"));
        check(&date, "birth_date", "3/12/1990", "1991", Err(Reason::DateInParts));
        check(&date, "birth_date", "4/12/1990", "04/01/1991", Err(Reason::OldChanged));
        let years = [(BirthYearMale, ""), (BirthYearFemale, "1990")];
        check(&years, "birth_date", "1990", "04/01/1991", Ok("|1991"));
        check(&years, "sex", "/1990", "Nam", Err(Reason::SexByColumn));
        let both = [(BirthYearMale, "1990"), (BirthYearFemale, "1990")];
        check(&both, "birth_date", "1990/1990", "1991", Err(Reason::DateInParts));
    }

    #[test]
    fn of_several_corrections_of_a_cell_one_is_written() {
        let auto = correction("sex", "Nam", "Nữ");
        let collected = |new: &str| Correction { is_collected: true, ..correction("sex", "Nam", new) };
        assert_eq!(settle(&[auto.clone(), collected("Nam")]), [Err(Reason::CollectedFirst), Ok(())]);
        assert_eq!(settle(&[auto.clone(), auto.clone()]), [Ok(()), Err(Reason::SaidTwice)]);
        let both = settle(&[collected("Nam"), collected("Nữ")]);
        assert_eq!(both, [Err(Reason::TwoCorrections), Err(Reason::TwoCorrections)]);
        assert_eq!(settle(&[auto, correction("full_name", "a", "b")]), [Ok(()), Ok(())]);
    }
}
