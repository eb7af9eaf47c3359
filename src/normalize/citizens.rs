//! A batch of the reference: first only the numbers, then the rest of those citizens that are asked for.

use std::borrow::Cow;

use super::Context;
use super::lift::packed;
use crate::fields::birth_date::{self, BirthDate, DateContext};
use crate::fields::id_number::{self, CitizenNumber, Hints, IdNumber};
use crate::fields::person_name;
use crate::fields::sex;
use crate::record::{
    CitizenBatch, CitizenFacts, FieldKind, MappedBatch, Outcome, Repair, TextBuilder, TextColumn,
};

/// What is read of a citizen of the reference.
pub const CITIZEN_FIELDS: [FieldKind; 9] = [
    FieldKind::CitizenNumber,
    FieldKind::OldNumber,
    FieldKind::FullName,
    FieldKind::BirthDate,
    FieldKind::Sex,
    FieldKind::CommuneCode,
    FieldKind::Commune,
    FieldKind::Province,
    FieldKind::LifeStatus,
];

/// Reads the numbers of the reference, record by record, before anything else of it is read.
pub struct NumberReader<'a> {
    context: Context<'a>,
    citizen: Option<usize>,
    old: Option<usize>,
    sex: Option<usize>,
    birth: Option<usize>,
}

/// The numbers of one citizen, packed; 0 where there is none that can be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Personal number.
    pub citizen: u64,
    /// Old number.
    pub old: u64,
}

impl Numbers {
    /// How the birth date beside these numbers is read: the personal number says the century of a year of two digits, so
    /// that it does not depend on the day of the run.
    pub(super) fn complete(self, dates: DateContext) -> DateContext {
        let citizen = IdNumber::from_packed(self.citizen).and_then(IdNumber::citizen);
        DateContext { birth_year: citizen.map(CitizenNumber::birth_year), ..dates }
    }
}

impl<'a> NumberReader<'a> {
    /// A reader for records whose cells stand in the order of `fields`.
    pub fn new(fields: &[FieldKind], context: Context<'a>) -> Self {
        let at = |field| fields.iter().position(|other| *other == field);
        Self {
            context,
            citizen: at(FieldKind::CitizenNumber),
            old: at(FieldKind::OldNumber),
            sex: at(FieldKind::Sex),
            birth: at(FieldKind::BirthDate),
        }
    }

    /// Whether the cell at this position is ever looked at.
    pub fn looks_at(&self, position: usize) -> bool {
        [self.citizen, self.old, self.sex, self.birth].contains(&Some(position))
    }

    /// The numbers of a record; `bytes` and `cell` give a cell by its position, as it stands and as text.
    ///
    /// A number that was damaged on the way is accepted only where sex and birth year of the same record confirm
    /// it: the reference is believed, a guess about it is not. Whose number it is does not depend on the day of the run.
    #[inline]
    pub fn read<'c>(
        &self,
        bytes: impl Fn(usize) -> &'c [u8],
        cell: impl Fn(usize) -> Cow<'c, str>,
    ) -> Numbers {
        let one = |position: Option<usize>| {
            let Some(position) = position.filter(|position| !bytes(*position).is_empty()) else { return 0 };
            if let Some(number) = id_number::parse_plain(bytes(position), &self.context.book.id_words) {
                return number.packed();
            }
            self.repaired(&cell(position), &cell)
        };
        Numbers { citizen: one(self.citizen), old: one(self.old) }
    }

    fn repaired<'c>(&self, text: &str, cell: &impl Fn(usize) -> Cow<'c, str>) -> u64 {
        match id_number::parse(text, &self.context.book.id_words, NO_HINTS) {
            Outcome::Value(number, repairs) if !repairs.contains(Repair::Unconfirmed) => number.packed(),
            Outcome::Value(..) => self.confirmed(text, cell),
            _ => 0,
        }
    }

    #[cold]
    fn confirmed<'c>(&self, text: &str, cell: &impl Fn(usize) -> Cow<'c, str>) -> u64 {
        let cell = |position: Option<usize>| position.map(cell).unwrap_or_default();
        let hints = Hints {
            sex: sex::parse(&cell(self.sex), &self.context.source.sex_codes).value(),
            birth_year: birth_date::parse(&cell(self.birth), &dates_of_any_time(self.context))
                .value()
                .map(BirthDate::year),
        };
        match id_number::parse(text, &self.context.book.id_words, hints) {
            Outcome::Value(number, repairs) if !repairs.contains(Repair::Unconfirmed) => number.packed(),
            _ => 0,
        }
    }
}

const NO_HINTS: Hints = Hints { sex: None, birth_year: None };

pub(super) const fn dates(context: Context<'_>) -> DateContext {
    DateContext {
        day_first: context.source.day_first,
        as_of: context.as_of,
        birth_year: None,
        any_time: false,
    }
}

/// The same, whatever the day of the run.
pub(super) const fn dates_of_any_time(context: Context<'_>) -> DateContext {
    DateContext { any_time: true, ..dates(context) }
}

/// The citizens of a batch whose numbers are known already, row by row.
pub fn citizens(batch: &MappedBatch, numbers: &[Numbers], context: Context<'_>) -> CitizenBatch {
    let n_rows = batch.n_rows();
    let (names, name_keys) = names(batch.column(FieldKind::FullName), n_rows, context);
    let births = packed(batch.column(FieldKind::BirthDate), n_rows, |cell, row| {
        birth_date::parse(cell, &numbers[row].complete(dates(context))).map(BirthDate::packed)
    });
    let sexes = packed(batch.column(FieldKind::Sex), n_rows, |cell, _| {
        sex::parse(cell, &context.source.sex_codes).map(|sex| sex as u8 + 1)
    });
    let life = batch.column(FieldKind::LifeStatus);
    let residence = batch.column(FieldKind::CommuneCode).or(batch.column(FieldKind::Commune));
    let facts = (0..n_rows).map(|row| CitizenFacts {
        number: numbers[row].citizen,
        name_key: name_keys[row],
        birth: births.value(row).unwrap_or(0),
        sex: sexes.value(row).unwrap_or(0),
        life: life.map_or(0, |column| context.source.life_status(column.get(row)) as u8),
        no_residence: residence.is_some_and(|column| column.get(row).trim().is_empty()),
    });
    CitizenBatch {
        facts: facts.collect(),
        names,
        unit_parts: [FieldKind::CommuneCode, FieldKind::Commune, FieldKind::Province]
            .iter()
            .filter_map(|field| batch.column(*field).cloned())
            .collect(),
    }
}

fn names(column: Option<&TextColumn>, n_rows: usize, context: Context<'_>) -> (TextColumn, Vec<u64>) {
    let Some(column) = column else {
        return (TextColumn::from_texts((0..n_rows).map(|_| "")), vec![0; n_rows]);
    };
    let mut name = String::new();
    let (mut canonical, mut keys) = (TextBuilder::with_capacity(n_rows), Vec::with_capacity(n_rows));
    for cell in column.iter() {
        let has_value = matches!(
            person_name::parse_in_column(cell, &context.book.name_words, &context.names.0, &mut name),
            Outcome::Value((), _)
        );
        canonical.push(if has_value { &name } else { "" });
        keys.push(if has_value { person_name::exact_key(&name) } else { 0 });
    }
    (canonical.finish(), keys)
}

/// Sex from the packed form of a [`CitizenBatch`].
pub const fn citizen_sex(packed: u8) -> Option<sex::Sex> {
    if packed == 0 { None } else { sex::Sex::from_packed(packed - 1) }
}
