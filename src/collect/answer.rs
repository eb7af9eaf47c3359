//! What the rows that came back say of one row that was sent.

use super::filled::Filled;
use super::finding::{Judged, Problem, State};
use super::sent::Sent;
use super::shown::shows;
use super::value::right_values;
use crate::record::FieldKind;
use crate::rulebook::{AnswerId, COMPARED, Rulebook};

/// What answers are read by.
pub(super) struct Judging<'a> {
    pub(super) book: &'a Rulebook,
    /// Latest possible date, yyyymmdd.
    pub(super) as_of: u32,
}

impl Judging<'_> {
    /// What the rows that came back say together: those without an answer say nothing beside one that has one, and two
    /// different answers are a conflict.
    pub(super) fn row(&self, sent: &Sent, rows: &[&Filled]) -> Judged {
        let mut best: Option<Judged> = None;
        for (from, row) in rows.iter().enumerate() {
            let own = Judged { from, ..self.one(sent, row) };
            best = Some(match best {
                None => own,
                Some(best) if best.state == State::Conflict || own.state == State::Blank => best,
                Some(best) if best.state == State::Blank || own.state == State::Conflict => own,
                Some(best) if best.answer == own.answer && best.changes == own.changes => best,
                Some(_) => conflict(Problem::AnsweredTwice, None, from),
            });
        }
        best.unwrap_or(Judged {
            state: State::Missing,
            answer: None,
            problem: None,
            changes: Vec::new(),
            from: 0,
        })
    }

    fn one(&self, sent: &Sent, row: &Filled) -> Judged {
        if row.is_broken {
            return conflict(Problem::Unreadable, None, 0);
        }
        let cells = row.shown.iter().enumerate();
        let edited = cells.filter_map(|(field, cell)| cell.as_ref().map(|cell| (field, cell)));
        let mut edited = edited.filter(|(field, cell)| !shows(cell, sent, *field, &self.book.commune_list));
        if let Some((field, _)) = edited.next() {
            return conflict(Problem::EditedInPlace, Some(COMPARED[field]), 0);
        }
        if row.answer.is_empty() {
            return match row.right_value.is_empty() {
                true => {
                    Judged { state: State::Blank, answer: None, problem: None, changes: Vec::new(), from: 0 }
                }
                false => conflict(Problem::ValueWithoutAnswer, None, 0),
            };
        }
        let Some(answer) = self.book.commune_list.answer_of(&row.answer) else {
            return conflict(Problem::UnknownAnswer, None, 0);
        };
        match self.changes(answer, sent, row) {
            Ok(changes) => {
                Judged { state: State::Answered, answer: Some(answer), problem: None, changes, from: 0 }
            }
            Err(problem) => Judged { answer: Some(answer), ..conflict(problem, None, 0) },
        }
    }

    fn changes(
        &self,
        answer: AnswerId,
        sent: &Sent,
        row: &Filled,
    ) -> Result<Vec<(FieldKind, String)>, Problem> {
        let proposed = || {
            let new = COMPARED.into_iter().zip(&sent.new);
            new.filter(|(_, new)| !new.is_empty()).map(|(field, new)| (field, new.clone()))
        };
        let has_value = !row.right_value.is_empty();
        match answer {
            // Where somebody lives now, or when somebody died, is a note and no value of the list.
            AnswerId::Moved | AnswerId::Dead => Ok(Vec::new()),
            AnswerId::Keep if has_value => Err(Problem::ValueAgainstAnswer),
            // What is kept is approved as it is, so that no automatic correction takes its place. Of somebody whom nobody
            // there knows, nothing is changed unseen either.
            AnswerId::Keep | AnswerId::Unknown => {
                let fields = COMPARED.into_iter().zip(sent.old.iter().zip(&sent.new));
                let proposed = fields.filter(|(_, (_, new))| !new.is_empty());
                Ok(proposed.map(|(field, (old, _))| (field, old.clone())).collect())
            }
            AnswerId::Accepted if !has_value => Ok(proposed().collect()),
            AnswerId::Accepted => {
                // A value that only says the proposal once more takes nothing away from the answer.
                let values = right_values(&row.right_value, self.book, self.as_of)?;
                let proposed: Vec<(FieldKind, String)> = proposed().collect();
                let is_same = values.iter().all(|value| proposed.contains(value));
                if is_same { Ok(proposed) } else { Err(Problem::ValueAgainstAnswer) }
            }
            AnswerId::OtherValue => right_values(&row.right_value, self.book, self.as_of),
        }
    }
}

fn conflict(problem: Problem, field: Option<FieldKind>, from: usize) -> Judged {
    Judged {
        state: State::Conflict,
        answer: None,
        problem: Some((problem, field)),
        changes: Vec::new(),
        from,
    }
}
