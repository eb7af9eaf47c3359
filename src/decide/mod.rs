//! Findings and links become verdicts and corrections, each with its reason and its evidence.
//!
//! The reference is right about number, name, birth date and sex. Nothing is decided here that the policy does
//! not say; nothing is read or written.

use crate::fields::birth_date::{BirthDate, DateDifference, Precision};
use crate::fields::person_name::{self, NameDifference};
use crate::link::{Finding, FoundElsewhere, Link};
use crate::record::{CellState, Decision, Defect, FieldKind, Flag, Flags, NormalBatch, Repair, Verdict};
use crate::reference::PersonRef;
use crate::rulebook::{CheckId, Kind, LifeStatus, NumberState, Rulebook, Ruling};

mod tally;

pub use tally::{Shared, Sharing};

/// Why a correction is proposed, where no check of a difference says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The check that the difference answers to.
    Check(CheckId),
    /// The personal number was found through the old one.
    NumberFromOld(CheckId),
    /// A damaged number was restored.
    NumberRepaired(CheckId),
    /// The list says nothing.
    Missing(CheckId),
}

impl Reason {
    /// The check behind the reason.
    pub const fn check(self) -> CheckId {
        match self {
            Self::Check(id) | Self::NumberFromOld(id) | Self::NumberRepaired(id) | Self::Missing(id) => id,
        }
    }
}

/// One proposed change of one field. Old and new value stand in the row and in the reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correction {
    /// The field.
    pub field: FieldKind,
    /// What happens to it.
    pub decision: Decision,
    /// Estimated chance that the new value is right.
    pub probability: f64,
    /// Why.
    pub reason: Reason,
}

/// What is said of one row.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The verdict.
    pub verdict: Verdict,
    /// What stands beside it.
    pub flags: Flags,
    /// The citizen, where one was found who is the row's person.
    pub person: Option<PersonRef>,
    /// The number of that citizen, packed; 0 where there is none.
    pub number: u64,
    /// Estimated chance that the verdict's citizen is right; `None` where there is none.
    pub probability: Option<f64>,
    /// Fields that are wrong, as bits in the order of the compared fields.
    pub wrong: u8,
    /// Proposed changes.
    pub corrections: Vec<Correction>,
    /// Checks that fired, in the order of the compared fields.
    pub findings: Vec<CheckId>,
}

impl Default for Decided {
    /// Nothing yet.
    fn default() -> Self {
        Self {
            verdict: Verdict::Insufficient,
            flags: Flags::default(),
            person: None,
            number: 0,
            probability: None,
            wrong: 0,
            corrections: Vec::new(),
            findings: Vec::new(),
        }
    }
}

impl Decided {
    /// Begins a row. The lists keep their memory: there are as many rows as people.
    fn begin(&mut self, own: &[CheckId]) {
        let (mut corrections, mut findings) =
            (std::mem::take(&mut self.corrections), std::mem::take(&mut self.findings));
        corrections.clear();
        findings.clear();
        findings.extend_from_slice(own);
        *self = Self { corrections, findings, ..Self::default() };
    }
}

/// Position of the compared fields.
pub const NUMBER: usize = 0;
/// Position of the full name.
pub const NAME: usize = 1;
/// Position of the birth date.
pub const BIRTH: usize = 2;
/// Position of the sex.
pub const SEX: usize = 3;

/// Decides one row; `own` are the checks that the row answered by itself, `others` the rows with the same number. What
/// was decided of the row before is forgotten.
pub fn row(
    rows: &NormalBatch,
    row: usize,
    own: &[CheckId],
    found: &Finding,
    others: Shared,
    book: &Rulebook,
    decided: &mut Decided,
) {
    decided.begin(own);
    flag_number(rows, row, decided);
    match found {
        // Only the number was looked up: without one, nobody could be.
        Finding::NoNumber => decided.verdict = Verdict::Insufficient,
        Finding::Nobody(_) => decided.verdict = Verdict::NotFound,
        Finding::Several(_) => {
            decided.verdict = Verdict::Ambiguous;
            decided.flags.insert(Flag::ReferenceDuplicate);
        }
        Finding::Exactly(_, person) => exactly(rows, row, *person, book, decided),
        Finding::Somebody(_, link) => with_citizen(rows, row, link, book, decided),
        Finding::Candidates(_) => decided.verdict = Verdict::Ambiguous,
        Finding::Elsewhere(_, found) => with_found(rows, row, found, book, decided),
    }
    shared(others, book, decided);
    by_flag_and_verdict(book, decided);
}

/// What the state of the number says of the record.
fn flag_number(rows: &NormalBatch, row: usize, decided: &mut Decided) {
    match rows.number.states.get(row) {
        CellState::Missing | CellState::Defective(Defect::Placeholder) => {
            decided.flags.insert(Flag::NoNumber)
        }
        CellState::Defective(Defect::Foreign) => {}
        CellState::Defective(_) => decided.flags.insert(Flag::BadFormat),
        _ => {}
    }
    if rows.foreigner[row] {
        decided.flags.insert(Flag::Foreigner);
    }
}

/// The row is what it expects of its citizen: there is nothing to weigh, and most rows of a list are so.
fn exactly(rows: &NormalBatch, row: usize, person: PersonRef, book: &Rulebook, decided: &mut Decided) {
    decided.person = Some(person);
    decided.number = rows.number.packed[row];
    decided.probability = Some(book.policy.exactly().probability);
    decided.verdict = Verdict::Match;
}

fn with_citizen(rows: &NormalBatch, row: usize, link: &Link, book: &Rulebook, decided: &mut Decided) {
    if link.repeated {
        decided.flags.insert(Flag::ReferenceDuplicate);
    }
    if !link.same_person {
        let nothing_to_compare = link.evidence.name.is_none() && link.evidence.birth.is_none();
        decided.verdict = if nothing_to_compare { Verdict::Insufficient } else { Verdict::OtherPerson };
        // A guessed number that names a stranger is a wrong guess, not a stranger's number.
        if link.evidence.number == NumberState::Unconfirmed {
            decided.verdict = Verdict::NotFound;
        }
        return;
    }
    let life = link.facts.life;
    if life == LifeStatus::Cancelled as u8 {
        // The person is known, today's number is not: that takes a search by the other fields.
        decided.verdict = Verdict::WrongNumber;
        decided.wrong = 1 << NUMBER;
        decided.findings.extend(book.checks.find(FieldKind::CitizenNumber, Kind::Flag, "cancelled"));
        return;
    }
    if life == LifeStatus::Deceased as u8 {
        decided.flags.insert(Flag::Deceased);
    }
    for (of, holds) in
        [("emigrated", life == LifeStatus::Emigrated as u8), ("no_residence", link.facts.no_residence)]
    {
        if holds {
            decided.findings.extend(book.checks.find(FieldKind::CitizenNumber, Kind::Flag, of));
        }
    }
    decided.person = Some(link.person);
    decided.number = link.facts.number;
    decided.probability = Some(book.policy.ruling(link.rule).probability);
    number_correction(rows, row, link, book, decided);
    name_correction(rows, row, link, book, decided);
    birth_correction(rows, row, link, book, decided);
    sex_correction(rows, row, link, book, decided);
    decided.verdict = by_wrong_fields(decided.wrong);
}

/// The row is a citizen whom its number does not name: what follows is as sure as the search is.
fn with_found(
    rows: &NormalBatch,
    row: usize,
    found: &FoundElsewhere,
    book: &Rulebook,
    decided: &mut Decided,
) {
    decided.person = Some(found.person);
    decided.number = found.facts.number;
    decided.probability = Some(found.chance);
    let ruling = Ruling {
        same_person: true,
        decision: book.search.decision(found.chance, found.evidence.name, found.evidence.birth),
        probability: found.chance,
    };
    let life = found.facts.life;
    if life == LifeStatus::Deceased as u8 {
        decided.flags.insert(Flag::Deceased);
    }
    let flag = |of| book.checks.find(FieldKind::CitizenNumber, Kind::Flag, of).map(Reason::Check);
    let is_old = found.evidence.number == NumberState::Old;
    let reason = if is_old {
        // The flag is its own finding.
        decided.flags.insert(Flag::OldNumber);
        flag(Flag::OldNumber.name())
    } else if rows.number.states.has_value(row) {
        flag("found_elsewhere")
    } else {
        missing(rows.number.states.get(row), FieldKind::CitizenNumber, book)
    };
    if found.facts.number != 0 {
        found_difference(decided, reason.filter(|_| !is_old));
        correct(decided, ruling, NUMBER, reason);
    }
    // A reference without numbers cannot say that a number is wrong.
    decided.wrong |= u8::from(found.facts.number != 0) << NUMBER;
    let evidence = &found.evidence;
    name_difference(rows, row, evidence.name, ruling, book, decided);
    birth_difference(rows, row, evidence.birth, found.facts.birth, ruling, book, decided);
    sex_difference(rows, row, evidence.same_sex, found.facts.sex, ruling, book, decided);
    decided.verdict = by_wrong_fields(decided.wrong);
}

/// The verdict on a row whose citizen is known, by the fields that are wrong.
const fn by_wrong_fields(wrong: u8) -> Verdict {
    match wrong {
        0 => Verdict::Match,
        wrong if wrong & (1 << NUMBER) != 0 => Verdict::WrongNumber,
        _ => Verdict::Mismatch,
    }
}

/// Proposes a change of a field that is wrong.
fn correct(decided: &mut Decided, ruling: Ruling, field: usize, reason: Option<Reason>) {
    if reason.is_some() {
        decided.wrong |= 1 << field;
    }
    rewrite(decided, ruling, field, reason);
}

/// Proposes another way of writing a field that is right.
fn rewrite(decided: &mut Decided, ruling: Ruling, field: usize, reason: Option<Reason>) {
    let Some(reason) = reason else { return };
    decided.corrections.push(Correction {
        field: crate::rulebook::COMPARED[field],
        decision: ruling.decision,
        probability: ruling.probability,
        reason,
    });
}

/// The number is rewritten where it was restored or where an old one led to the personal one.
fn number_correction(rows: &NormalBatch, row: usize, link: &Link, book: &Rulebook, decided: &mut Decided) {
    if link.facts.number == 0 {
        return;
    }
    let check = |kind, of| book.checks.find(FieldKind::CitizenNumber, kind, of);
    if link.evidence.number == NumberState::Old {
        decided.flags.insert(Flag::OldNumber);
        let reason = check(Kind::Flag, Flag::OldNumber.name()).map(Reason::NumberFromOld);
        rewrite(decided, book.policy.ruling(link.rule), NUMBER, reason);
        return;
    }
    if rows.number.value(row).is_some_and(|number| number != link.facts.number) {
        // The number was cancelled, and the person has another: an officer looks at what is as grave as that.
        let ruling = book.policy.ruling(link.rule);
        let ruling = Ruling { decision: ruling.decision.max(Decision::Review), ..ruling };
        let reason = check(Kind::Flag, "cancelled").map(Reason::Check);
        found_difference(decided, reason);
        correct(decided, ruling, NUMBER, reason);
        return;
    }
    let repairs = rows.number.states.get(row).repairs();
    if repairs.is_empty() {
        return;
    }
    let named = repairs.iter().filter(|repair| *repair != Repair::Unconfirmed);
    let reason =
        named.filter_map(|repair| check(Kind::Repair, repair.name())).last().map(Reason::NumberRepaired);
    rewrite(decided, book.policy.ruling(link.rule), NUMBER, reason);
}

fn name_correction(rows: &NormalBatch, row: usize, link: &Link, book: &Rulebook, decided: &mut Decided) {
    name_difference(rows, row, link.evidence.name, book.policy.ruling(link.rule), book, decided);
}

fn name_difference(
    rows: &NormalBatch,
    row: usize,
    way: Option<NameDifference>,
    ruling: Ruling,
    book: &Rulebook,
    decided: &mut Decided,
) {
    let reason = match way {
        Some(NameDifference::Same) => {
            let repairs = rows.name_states.get(row).repairs();
            if repairs.is_empty() {
                return;
            }
            let rewritten = person_name::REWRITTEN.into_iter().find(|repair| repairs.contains(*repair));
            let check = |repair: Repair| book.checks.find(FieldKind::FullName, Kind::Repair, repair.name());
            // What keys were meant to write is a suggestion; the other repairs are certain.
            let change = if rewritten == Some(Repair::TypedKeys) { correct } else { rewrite };
            change(decided, ruling, NAME, rewritten.and_then(check).map(Reason::Check));
            return;
        }
        Some(way) => book.checks.find(FieldKind::FullName, Kind::Difference, way.name()).map(Reason::Check),
        None => missing(rows.name_states.get(row), FieldKind::FullName, book),
    };
    found_difference(decided, reason);
    correct(decided, ruling, NAME, reason);
}

fn birth_correction(rows: &NormalBatch, row: usize, link: &Link, book: &Rulebook, decided: &mut Decided) {
    let ruling = book.policy.ruling(link.rule);
    birth_difference(rows, row, link.evidence.birth, link.facts.birth, ruling, book, decided);
}

fn birth_difference(
    rows: &NormalBatch,
    row: usize,
    way: Option<DateDifference>,
    theirs: u32,
    ruling: Ruling,
    book: &Rulebook,
    decided: &mut Decided,
) {
    if way == Some(DateDifference::Same) {
        return;
    }
    let Some(theirs) = BirthDate::from_packed(theirs) else { return };
    let reason = match way {
        Some(way) => {
            let ours = rows.birth.value(row).and_then(BirthDate::from_packed);
            // Where the reference knows less than the list and agrees, there is nothing to correct.
            let knows_less = theirs.precision() < Precision::Day
                && ours.is_some_and(|ours| ours.precision() > theirs.precision())
                && way == DateDifference::PartialSame;
            let check = book.checks.find(FieldKind::BirthDate, Kind::Difference, way.name());
            check.filter(|_| !knows_less).map(Reason::Check)
        }
        None => missing(rows.birth.states.get(row), FieldKind::BirthDate, book),
    };
    found_difference(decided, reason);
    correct(decided, ruling, BIRTH, reason);
}

fn sex_correction(rows: &NormalBatch, row: usize, link: &Link, book: &Rulebook, decided: &mut Decided) {
    let ruling = book.policy.ruling(link.rule);
    sex_difference(rows, row, link.evidence.same_sex, link.facts.sex, ruling, book, decided);
}

fn sex_difference(
    rows: &NormalBatch,
    row: usize,
    same: Option<bool>,
    theirs: u8,
    ruling: Ruling,
    book: &Rulebook,
    decided: &mut Decided,
) {
    if theirs == 0 || same == Some(true) {
        return;
    }
    let reason = match same {
        Some(_) => book.checks.find(FieldKind::Sex, Kind::Difference, "different").map(Reason::Check),
        None => missing(rows.sex.states.get(row), FieldKind::Sex, book),
    };
    found_difference(decided, reason);
    correct(decided, ruling, SEX, reason);
}

/// The reason for filling in what the list does not say, or says in a way that cannot be read.
fn missing(state: CellState, field: FieldKind, book: &Rulebook) -> Option<Reason> {
    let id = match state {
        CellState::Defective(defect) => book.checks.find(field, Kind::Defect, defect.name()),
        _ => None,
    };
    match id {
        Some(id) => Some(Reason::Check(id)),
        None => book.checks.find(field, Kind::Missing, "").map(Reason::Missing),
    }
}

fn found_difference(decided: &mut Decided, reason: Option<Reason>) {
    if let Some(Reason::Check(id)) = reason
        && !decided.findings.contains(&id)
    {
        decided.findings.push(id);
    }
}

/// Other rows of the list with the same number.
fn shared(others: Shared, book: &Rulebook, decided: &mut Decided) {
    if others.n_rows < 2 {
        return;
    }
    decided.flags.insert(Flag::Duplicate);
    let is_person = decided.person.is_some();
    let of = if is_person && others.n_same_person > 1 { Some("duplicate") } else { None };
    let check = |of| book.checks.find(FieldKind::CitizenNumber, Kind::Flag, of);
    decided.findings.extend(of.and_then(check));
    if others.n_same_person < others.n_rows {
        decided.findings.extend(check("shared_number"));
    }
}

fn by_flag_and_verdict(book: &Rulebook, decided: &mut Decided) {
    for flag in decided.flags.iter().filter(|flag| *flag != Flag::Duplicate) {
        decided.findings.extend(book.checks.of_flag(flag));
    }
    decided.findings.extend(book.checks.of_verdict(decided.verdict));
}
