//! A batch of the reference: first only the numbers, then the rest of those citizens that are asked for.

use std::borrow::Cow;

use super::Context;
use super::lift::packed;
use crate::fields::birth_date::{self, BirthDate, DateContext};
use crate::fields::id_number::{self, CitizenNumber, Hints, IdNumber};
use crate::fields::person_name::{self, NameParts};
use crate::fields::sex;
use crate::record::{
    CitizenBatch, CitizenFacts, FieldColumn, FieldKind, MappedBatch, Outcome, Repair, TextBuilder, TextColumn,
};
use crate::rulebook::Source;

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

/// What the columns of a batch tell of its citizens beside numbers and name, whoever asks.
pub(super) struct CitizenColumns<'a> {
    births: FieldColumn<u32>,
    sexes: FieldColumn<u8>,
    life: Option<&'a TextColumn>,
    residence: Option<&'a TextColumn>,
    source: &'a Source,
}

impl<'a> CitizenColumns<'a> {
    /// Reads the columns; `dates` says how birth dates are read.
    pub(super) fn read(
        batch: &'a MappedBatch,
        numbers: &[Numbers],
        dates: DateContext,
        context: Context<'a>,
    ) -> Self {
        let n_rows = batch.n_rows();
        Self {
            births: packed(batch.column(FieldKind::BirthDate), n_rows, |cell, row| {
                birth_date::parse(cell, &numbers[row].complete(dates)).map(BirthDate::packed)
            }),
            sexes: packed(batch.column(FieldKind::Sex), n_rows, |cell, _| {
                sex::parse(cell, &context.source.sex_codes).map(|sex| sex as u8 + 1)
            }),
            life: batch.column(FieldKind::LifeStatus),
            residence: batch.column(FieldKind::CommuneCode).or(batch.column(FieldKind::Commune)),
            source: context.source,
        }
    }

    /// Birth date, packed; 0 where there is none.
    pub(super) fn birth(&self, row: usize) -> u32 {
        self.births.value(row).unwrap_or(0)
    }

    /// Sex, packed plus one; 0 where there is none.
    pub(super) fn sex(&self, row: usize) -> u8 {
        self.sexes.value(row).unwrap_or(0)
    }

    /// Life status, as the code of the rulebook.
    pub(super) fn life(&self, row: usize) -> u8 {
        self.life.map_or(0, |column| self.source.life_status(column.get(row)) as u8)
    }

    /// Whether the cell that should tell the residence does; always, where there is no such column.
    pub(super) fn has_residence(&self, row: usize) -> bool {
        self.residence.is_none_or(|column| !column.get(row).trim().is_empty())
    }
}

/// The columns of the unit of residence, from code to province.
pub(super) fn unit_parts(batch: &MappedBatch) -> Vec<TextColumn> {
    let fields = [FieldKind::CommuneCode, FieldKind::Commune, FieldKind::Province];
    fields.iter().filter_map(|field| batch.column(*field).cloned()).collect()
}

/// The names of a batch in canonical form, empty where there is none; `each` is given every one of them.
pub(super) fn names(batch: &MappedBatch, context: Context<'_>, mut each: impl FnMut(&str)) -> TextColumn {
    let n_rows = batch.n_rows();
    let Some(column) = batch.column(FieldKind::FullName) else {
        (0..n_rows).for_each(|_| each(""));
        return TextColumn::from_texts((0..n_rows).map(|_| ""));
    };
    let (words, prior) = (&context.book.name_words, &context.names.0);
    let (mut read, mut seen) = (String::new(), context.names.words_seen());
    let mut names = TextBuilder::with_capacity(n_rows);
    for cell in column.iter() {
        let is_settled = person_name::settled_key(cell, words, prior, &mut seen).is_some();
        let mut parse = || {
            let parts = &mut NameParts::default();
            person_name::parse_parts(cell, words, prior, &mut read, (parts, &mut seen))
        };
        let name = match is_settled {
            true => cell,
            false if matches!(parse(), Outcome::Value(..)) => &read,
            false => "",
        };
        names.push(name);
        each(name);
    }
    context.names.give_back(seen);
    names.finish()
}

/// The citizens of a batch whose numbers are known already, row by row.
pub fn citizens(batch: &MappedBatch, numbers: &[Numbers], context: Context<'_>) -> CitizenBatch {
    let n_rows = batch.n_rows();
    let mut name_keys = Vec::with_capacity(n_rows);
    let names = names(batch, context, |name| {
        name_keys.push(if name.is_empty() { 0 } else { person_name::exact_key(name) });
    });
    let columns = CitizenColumns::read(batch, numbers, dates(context), context);
    let facts = (0..n_rows).map(|row| CitizenFacts {
        number: numbers[row].citizen,
        name_key: name_keys[row],
        birth: columns.birth(row),
        sex: columns.sex(row),
        life: columns.life(row),
        no_residence: !columns.has_residence(row),
    });
    CitizenBatch { facts: facts.collect(), names, unit_parts: unit_parts(batch) }
}

/// Sex from the packed form of a [`CitizenBatch`].
pub const fn citizen_sex(packed: u8) -> Option<sex::Sex> {
    if packed == 0 { None } else { sex::Sex::from_packed(packed - 1) }
}
