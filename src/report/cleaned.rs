//! `cleaned.csv`, and the corrections of a list that nothing but itself was looked at for.
//!
//! A cell of the cleaned list is canonical where the policy lets its repairs stand unseen; everything else stays as it
//! was written, and is proposed in `corrections.csv`. So no value of a known column is lost, and what is changed is a way
//! of writing that the whole file has, or stands in `corrections.csv`.

use super::cells::{push_cell, safe, safe_once};
use super::columns::{self, Column};
use super::counts::Counts;
use super::digits::{push_digits, push_probability};
use super::seen::{Example, ExamplesWanted};
use super::tables::{compared_states, push_row};
use super::values::{Values, push_date};
use crate::check::{Conventions, Findings};
use crate::fields::id_number::IdNumber;
use crate::normalize::citizen_sex;
use crate::record::{Decision, FieldKind, NormalBatch, Particulars, Repair, Repairs};
use crate::rulebook::{COMPARED, Check, CheckId, Kind, Rulebook};

/// Names of today's commune as the cleaned list has them.
#[derive(Debug, Clone)]
pub struct UnitNames {
    /// Five digits.
    pub code: String,
    /// `Phường Bến Nghé`.
    pub commune: String,
    /// `Thành phố Hồ Chí Minh`.
    pub province: String,
}

/// The columns of the cleaned list that follow file, line and key.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    fields: Vec<FieldKind>,
    has_units: bool,
}

/// The fields of numbers.
const NUMBERS: [FieldKind; 3] = [FieldKind::CitizenNumber, FieldKind::OldNumber, FieldKind::AnyNumber];

impl Columns {
    /// The columns for lists in which these fields have a column.
    pub fn of(mapped: &[FieldKind]) -> Self {
        let has = |fields: &[FieldKind]| fields.iter().any(|field| mapped.contains(field));
        let has_units = has(&[FieldKind::Commune, FieldKind::CommuneCode]);
        let n_numbers = NUMBERS.iter().filter(|field| mapped.contains(field)).count();
        let wanted = |field: &FieldKind| match field {
            FieldKind::CitizenNumber | FieldKind::OldNumber if n_numbers < 2 => true,
            FieldKind::CitizenNumber | FieldKind::OldNumber | FieldKind::AnyNumber => {
                n_numbers > 1 && mapped.contains(field)
            }
            FieldKind::FullName | FieldKind::BirthDate | FieldKind::Sex => true,
            FieldKind::Phone
            | FieldKind::HealthCard
            | FieldKind::SocialInsurance
            | FieldKind::TaxCode
            | FieldKind::Passport
            | FieldKind::Ethnicity
            | FieldKind::GuardianName
            | FieldKind::GuardianNumber
            | FieldKind::Nationality
            | FieldKind::BirthPlace
            | FieldKind::IssueDate
            | FieldKind::EventDate
            | FieldKind::Province
            | FieldKind::ProvinceCode
            | FieldKind::District
            | FieldKind::DistrictCode
            | FieldKind::Commune
            | FieldKind::CommuneCode
            | FieldKind::Address => mapped.contains(field),
            _ => false,
        };
        Self { fields: FieldKind::ALL.into_iter().filter(wanted).collect(), has_units }
    }

    /// All columns of the table.
    pub fn all(&self) -> Vec<Column<'static>> {
        let fields = self.fields.iter().map(|field| Column::told(field.name()));
        let units = columns::UNITS_TODAY.into_iter().filter(|_| self.has_units);
        columns::CLEANED.into_iter().chain(fields).chain(units).collect()
    }
}

/// Everything that rows are written from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The list.
    pub rows: &'a NormalBatch,
    /// What it says besides.
    pub more: &'a Particulars,
    /// Its file as shown.
    pub file: &'a str,
    /// Labels, checks and policy.
    pub book: &'a Rulebook,
    /// The columns.
    pub columns: &'a Columns,
    /// What the columns of the list do throughout.
    pub conventions: &'a Conventions,
    /// Names of today's communes, as the gazetteer counts them.
    pub units: &'a [UnitNames],
    /// Which of the compared fields the file has.
    pub has_column: [bool; COMPARED.len()],
}

/// The tables of one batch.
#[derive(Debug, Default)]
pub struct Tables {
    /// Rows of `cleaned.csv`.
    pub cleaned: Vec<u8>,
    /// Rows of `corrections.csv`.
    pub corrections: Vec<u8>,
    /// Corrections by field and decision, and the cells of each field.
    pub counts: Counts,
    /// The gravest decision of each row that has corrections, by the row.
    pub changes: Vec<(u32, Decision)>,
}

/// Writes both tables of a batch.
pub fn tables(sources: Sources<'_>) -> Tables {
    let n_rows = sources.rows.n_rows();
    let mut tables = Tables { cleaned: Vec::with_capacity(n_rows * 160), ..Tables::default() };
    let mut file = Vec::new();
    push_cell(&mut file, &safe(sources.file));
    file.push(b',');
    let mut begin = Vec::new();
    let mut text = String::new();
    for row in 0..n_rows {
        begin.clear();
        begin.extend_from_slice(&file);
        push_digits(&mut begin, sources.rows.lines[row], 1);
        begin.push(b',');
        push_cell(&mut begin, &safe(sources.rows.keys.get(row)));
        begin.push(b',');
        tables.cleaned.extend_from_slice(&begin);
        sources.cleaned_row(row, &mut text, &mut tables.cleaned);
        sources.corrections_of(row, &begin, &mut tables);
    }
    let compared = COMPARED.into_iter().zip(compared_states(sources.rows));
    for ((field, states), _) in compared.zip(sources.has_column).filter(|(_, has_column)| *has_column) {
        tables.counts.add_cells(field, states);
    }
    for (field, text) in &sources.more.texts {
        tables.counts.add_cells(*field, &text.states);
    }
    tables
}

/// Masked examples of what the rows of a batch answered by themselves.
pub fn examples(sources: &Sources<'_>, own: &Findings, wanted: &ExamplesWanted) -> Vec<Example> {
    let mut n_met = vec![0; sources.book.checks.all().len()];
    let mut examples = Vec::new();
    let mut value = String::new();
    for row in 0..sources.rows.n_rows() {
        for &id in own.row(row) {
            let n_met = &mut n_met[usize::from(id)];
            *n_met += 1;
            if wanted.wants(id, *n_met) {
                let field = sources.book.checks.get(id).field;
                let (mut old, new) = sources.change(field, row);
                if old.is_empty() {
                    value.clear();
                    sources.values().push(field, row, &mut value);
                    old.push_str(&value);
                }
                let new = if old == new { "" } else { &new };
                let place = (sources.rows.file, sources.rows.lines[row]);
                examples.push(Example::new(id, place, &old, new));
            }
        }
    }
    examples
}

impl Sources<'_> {
    fn cleaned_row(&self, row: usize, text: &mut String, out: &mut Vec<u8>) {
        for (index, field) in self.columns.fields.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            text.clear();
            self.values().push(*field, row, text);
            push_cell(out, &safe_once(text));
        }
        if self.columns.has_units {
            let today = self.more.units.get(row).and_then(|unit| unit.today);
            let names = today.and_then(|unit| self.units.get(usize::from(unit)));
            for part in [|names: &UnitNames| &names.code, |names| &names.commune, |names| &names.province]
                as [fn(&UnitNames) -> &String; 3]
            {
                out.push(b',');
                push_cell(out, names.map_or("", |names| part(names)));
            }
        }
        out.push(b'\n');
    }

    /// What rewrites a cell.
    const fn values(&self) -> Values<'_> {
        Values { rows: self.rows, more: self.more, book: self.book }
    }

    fn corrections_of(&self, row: usize, begin: &[u8], tables: &mut Tables) {
        if self.values().is_shifted(row) {
            return;
        }
        let rows = self.rows;
        let compared = [
            (FieldKind::CitizenNumber, rows.number.states.get(row)),
            (FieldKind::FullName, rows.name_states.get(row)),
            (FieldKind::BirthDate, rows.birth.states.get(row)),
            (FieldKind::Sex, rows.sex.states.get(row)),
        ];
        let texts = self.more.texts.iter().map(|(field, text)| (*field, text.states.get(row)));
        for (field, state) in compared.into_iter().chain(texts) {
            let repairs = state.repairs();
            if repairs.is_empty() {
                continue;
            }
            let Some(id) = self.reason(field, repairs) else { continue };
            let (decision, probability) = self.book.policy.of_repairs(repairs);
            let (old, new) = self.change(field, row);
            if old == new {
                continue;
            }
            let check = self.book.checks.get(id);
            *tables.counts.corrections.entry((field, decision)).or_default() += 1;
            match tables.changes.last_mut() {
                Some((last, gravest)) if *last as usize == row => *gravest = decision.max(*gravest),
                _ => tables.changes.push((row as u32, decision)),
            }
            let out = &mut tables.corrections;
            out.extend_from_slice(begin);
            for cell in [&*safe(&rows.unit(row)), field.name(), &safe(&old), &safe(&new)] {
                push_cell(out, cell);
                out.push(b',');
            }
            out.extend_from_slice(decision.name().as_bytes());
            out.push(b',');
            push_probability(out, probability);
            out.push(b',');
            push_row(out, [check.code.as_str(), &check.vi, &check.en]);
        }
    }

    /// The check that a change answers to: the gravest of its repairs, unless the column does so throughout.
    fn reason(&self, field: FieldKind, repairs: Repairs) -> Option<CheckId> {
        let checks = &self.book.checks;
        let ids = repairs.iter().filter_map(|repair: Repair| checks.find(field, Kind::Repair, repair.name()));
        let severity = |id: &CheckId| {
            let check: &Check = checks.get(*id);
            check.severity
        };
        ids.filter(|id| !self.conventions.contains(*id)).max_by_key(severity)
    }

    /// The cell as written, and its canonical value.
    fn change(&self, field: FieldKind, row: usize) -> (String, String) {
        let rows = self.rows;
        let mut new = String::new();
        let old = match field {
            FieldKind::CitizenNumber => {
                if let Some(number) = rows.number.value(row).and_then(IdNumber::from_packed) {
                    number.write(&mut new);
                }
                rows.number.raw(row)
            }
            FieldKind::FullName => {
                new.push_str(rows.name(row));
                Some(rows.name_raw.get(row))
            }
            FieldKind::BirthDate => {
                push_date(rows.birth.packed[row], &mut new);
                rows.birth.raw(row)
            }
            FieldKind::Sex => {
                new.push_str(citizen_sex(rows.sex.packed[row] + 1).map_or("", |sex| sex.word()));
                rows.sex.raw(row)
            }
            field => {
                let Some((_, text)) = self.more.texts.iter().find(|(kind, _)| *kind == field) else {
                    return (String::new(), new);
                };
                new.push_str(text.canonical(row));
                Some(text.raw.get(row))
            }
        };
        (old.unwrap_or_default().to_owned(), new)
    }
}

/// Rows of `findings.csv` about a file as a whole: no key, the line of the header.
pub fn file_findings(file: &str, line: u64, ids: &[CheckId], book: &Rulebook) -> Vec<u8> {
    let mut out = Vec::new();
    for id in ids {
        let check = book.checks.get(*id);
        push_cell(&mut out, &safe(file));
        out.push(b',');
        push_digits(&mut out, line, 1);
        out.push(b',');
        push_row(&mut out, ["", check.field.name(), &check.code, check.severity.name()]);
    }
    out
}
