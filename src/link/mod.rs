//! Each row of a list beside the citizen whose number it carries: how far apart the two are, and whether they
//! are one person by the policy.
//!
//! Changes no value. `model` knows how to weigh what two records have in common, whatever they are;
//! `lists` links any two lists by a profile.

pub mod lists;
pub mod model;
mod names;
pub mod search;

pub use names::NamePairs;

use crate::fields::birth_date::{self, BirthDate, DateDifference};
use crate::fields::id_number::IdNumber;
use crate::fields::person_name::NameDifference;
use crate::normalize::citizen_sex;
use crate::record::{CellState, CitizenFacts, NormalBatch, Repair, in_time_by_way};
use crate::reference::{People, PersonRef, RowSlot, Slot};
use crate::rulebook::{Distance, LifeStatus, NumberState, Rulebook, Situation};

/// What a row and a citizen have in common. A field is `None` where the list has no usable value or the
/// reference does not say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// How sure the number is.
    pub number: NumberState,
    /// How the names differ.
    pub name: Option<NameDifference>,
    /// How the birth dates differ.
    pub birth: Option<DateDifference>,
    /// Whether the sexes are the same.
    pub same_sex: Option<bool>,
}

/// The tie between a row and a citizen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The citizen.
    pub person: PersonRef,
    /// What is compared of it.
    pub facts: CitizenFacts,
    /// What they have in common.
    pub evidence: Evidence,
    /// The rule of the policy that holds.
    pub rule: u16,
    /// Whether the row is the citizen, by that rule.
    pub same_person: bool,
    /// Several citizens of the reference carry the number.
    pub repeated: bool,
}

/// What was found for a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// The row has no number that can be looked up.
    NoNumber,
    /// Nobody carries the number.
    Nobody(Slot),
    /// One citizen does, who is what the row expects: all the fields that are compared agree.
    Exactly(Slot, PersonRef),
    /// Somebody does.
    Somebody(Slot, Link),
    /// Several do, and more than one could be the row's person.
    Several(Slot),
    /// Another citizen than the number's was found by the other fields.
    Elsewhere(Option<Slot>, FoundElsewhere),
    /// Several citizens fit by the other fields, and none stands out.
    Candidates(Option<Slot>),
}

impl Finding {
    /// The slot of the row's number.
    pub const fn slot(&self) -> Option<Slot> {
        match self {
            Self::NoNumber => None,
            Self::Nobody(slot) | Self::Exactly(slot, _) | Self::Somebody(slot, _) | Self::Several(slot) => {
                Some(*slot)
            }
            Self::Elsewhere(slot, _) | Self::Candidates(slot) => *slot,
        }
    }
}

/// Looks up every row of a batch, given the slots of all. Rows are looked up as they are asked for, so that what was looked
/// at is still near when a row is decided.
pub fn batch<'a>(
    rows: &'a NormalBatch,
    slots: &'a [RowSlot],
    people: &'a People,
    book: &'a Rulebook,
    names: &'a mut NamePairs<'_>,
) -> impl Iterator<Item = Finding> + 'a {
    // Slots lie in the order of rows, citizens do not: facts and names are asked for in time.
    let first = |slot: RowSlot| slot.get().and_then(|slot| people.first(slot));
    let ask = move |&slot: &RowSlot| first(slot).iter().for_each(|&person| people.prefetch_facts(person));
    let ask_name = move |&slot: &RowSlot| first(slot).iter().for_each(|&person| people.prefetch_name(person));
    let is_exact = book.policy.exactly().same_person;
    in_time_by_way(slots, ask, ask_name).enumerate().map(move |(row, &slot)| {
        match (slot.get(), first(slot)) {
            (None, _) => Finding::NoNumber,
            (Some(slot), None) => Finding::Nobody(slot),
            (Some(slot), Some(person))
                if is_exact && person.is_as_expected() && !people.is_repeated(slot) =>
            {
                Finding::Exactly(slot, person)
            }
            (Some(slot), Some(person)) => {
                let facts = facts_of(rows, row, person, people);
                settle(rows, row, slot, (person, facts), people, book, names)
            }
        }
    })
}

/// Whether a row is the citizen of its number.
pub fn is_citizen(
    rows: &NormalBatch,
    row: usize,
    slot: Slot,
    people: &People,
    book: &Rulebook,
    names: &mut NamePairs<'_>,
) -> bool {
    let found = people.first(slot).map(|person| {
        let facts = facts_of(rows, row, person, people);
        settle(rows, row, slot, (person, facts), people, book, names)
    });
    matches!(found, Some(Finding::Somebody(_, link)) if link.same_person)
}

/// What is compared of a citizen; of one who is as expected, the row says it.
fn facts_of(rows: &NormalBatch, row: usize, person: PersonRef, people: &People) -> CitizenFacts {
    if !person.is_as_expected() {
        return people.facts(person);
    }
    CitizenFacts {
        number: rows.number.packed[row],
        name_key: rows.name_keys[row],
        birth: rows.birth.packed[row],
        sex: rows.sex.packed[row] + 1,
        life: LifeStatus::Living as u8,
        no_residence: false,
    }
}

/// One citizen carries the number, or several do; given the first.
fn settle(
    rows: &NormalBatch,
    row: usize,
    slot: Slot,
    first: (PersonRef, CitizenFacts),
    people: &People,
    book: &Rulebook,
    names: &mut NamePairs<'_>,
) -> Finding {
    let link = tie(rows, row, first, people, book, names);
    if !people.is_repeated(slot) {
        return Finding::Somebody(slot, link);
    }
    let mut all = vec![link];
    all.extend(people.again(slot).map(|person| {
        let facts = facts_of(rows, row, person, people);
        tie(rows, row, (person, facts), people, book, names)
    }));
    // A cancelled number stays with the person's new record: the record of the number itself gives way to that one.
    let is_cancelled = |link: &Link| link.facts.life == LifeStatus::Cancelled as u8;
    if all.iter().any(|link| link.same_person && !is_cancelled(link)) {
        all.retain(|link| !is_cancelled(link));
    }
    let is_repeated = all.len() > 1;
    all.iter_mut().for_each(|link| link.repeated = is_repeated);
    let fitting: Vec<&Link> = all.iter().filter(|link| link.same_person).collect();
    match fitting.as_slice() {
        [only] => Finding::Somebody(slot, **only),
        [] => Finding::Somebody(slot, all[0]),
        // The same citizen listed twice with the same data is one person; different data are a tie.
        [one, rest @ ..] if rest.iter().all(|other| one.facts == other.facts) => {
            Finding::Somebody(slot, **one)
        }
        _ => Finding::Several(slot),
    }
}

fn tie(
    rows: &NormalBatch,
    row: usize,
    (person, facts): (PersonRef, CitizenFacts),
    people: &People,
    book: &Rulebook,
    names: &mut NamePairs<'_>,
) -> Link {
    let evidence = compare(rows, row, (person, facts), people, names);
    let policy = &book.policy;
    let situation = Situation {
        number: evidence.number,
        full_name: evidence.name.map_or(Distance::Missing, |way| policy.name_distance(way)),
        birth_date: evidence.birth.map_or(Distance::Missing, |way| policy.date_distance(way)),
        sex: match evidence.same_sex {
            Some(true) => Distance::None,
            Some(false) => Distance::Total,
            None => Distance::Missing,
        },
    };
    let rule = policy.rule(&situation);
    Link { person, facts, evidence, rule, same_person: policy.ruling(rule).same_person, repeated: false }
}

/// Compares a row with a citizen, cheap comparisons first.
fn compare(
    rows: &NormalBatch,
    row: usize,
    (person, facts): (PersonRef, CitizenFacts),
    people: &People,
    names: &mut NamePairs<'_>,
) -> Evidence {
    let name = match (rows.name_keys[row], facts.name_key) {
        (0, _) | (_, 0) => None,
        (ours, theirs) if ours == theirs => Some(NameDifference::Same),
        _ => Some(names.compare(rows.name(row), people.name(person))),
    };
    let birth = match rows.birth.value(row) {
        // A value is a date, so that equal ones need not be asked of the calendar.
        Some(ours) if ours == facts.birth => Some(DateDifference::Same),
        ours => ours
            .and_then(BirthDate::from_packed)
            .zip(BirthDate::from_packed(facts.birth))
            .map(|(ours, theirs)| birth_date::compare(ours, theirs)),
    };
    let same_sex = rows.sex.value(row).zip(citizen_sex(facts.sex)).map(|(ours, theirs)| ours == theirs as u8);
    Evidence { number: number_state(rows, row), name, birth, same_sex }
}

fn number_state(rows: &NormalBatch, row: usize) -> NumberState {
    let number = rows.number.value(row).and_then(IdNumber::from_packed);
    if matches!(number, Some(IdNumber::Old(_))) {
        return NumberState::Old;
    }
    match rows.number.states.get(row) {
        CellState::Reformatted(repairs) if repairs.contains(Repair::Unconfirmed) => NumberState::Unconfirmed,
        CellState::Reformatted(repairs)
            if repairs.contains(Repair::LeadingZeros) || repairs.contains(Repair::LetterForDigit) =>
        {
            NumberState::Repaired
        }
        _ => NumberState::Certain,
    }
}

/// A citizen found by other fields than the number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoundElsewhere {
    /// The citizen.
    pub person: PersonRef,
    /// What is compared of it.
    pub facts: CitizenFacts,
    /// What row and citizen have in common.
    pub evidence: Evidence,
    /// Estimated chance that the row is the citizen.
    pub chance: f64,
}

/// What is found of a row among the candidates of a search, given what its number told.
pub fn elsewhere(
    rows: &NormalBatch,
    row: usize,
    by_number: Finding,
    candidates: &[search::Candidate<PersonRef>],
    chances: search::RowChances<'_>,
    people: &People,
    book: &Rulebook,
) -> Finding {
    let by_chance = chances.candidates.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1));
    let slot = by_number.slot();
    match by_chance {
        Some((at, &chance)) if chance >= book.search.link_from && chances.has_best => {
            let candidate = &candidates[at];
            let facts = people.facts(candidate.citizen);
            let name = NameDifference::ALL.get(usize::from(candidate.pattern.level(search::NAME))).copied();
            let birth = search::birth_difference(rows.birth.value(row).unwrap_or(0), facts.birth);
            let same_sex =
                rows.sex.value(row).zip(citizen_sex(facts.sex)).map(|(ours, theirs)| ours == theirs as u8);
            let evidence = Evidence { number: number_state(rows, row), name, birth, same_sex };
            Finding::Elsewhere(slot, FoundElsewhere { person: candidate.citizen, facts, evidence, chance })
        }
        Some(_) if 1.0 - chances.nobody >= book.search.link_from => Finding::Candidates(slot),
        _ => by_number,
    }
}
