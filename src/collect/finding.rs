//! What became of a row that was sent, and what is wrong with one that came back.
//!
//! Words stand in `rules/wording.toml`, group `collect`.

use crate::record::FieldKind;
use crate::rulebook::AnswerId;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Somebody answered.
    Answered,
    /// It came back without an answer.
    Blank,
    /// It came back and cannot be used as it is.
    Conflict,
    /// It did not come back.
    Missing,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Answered, Self::Blank, Self::Conflict, Self::Missing];

    /// The word in `answers.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Blank => "blank",
            Self::Conflict => "conflict",
            Self::Missing => "missing",
        }
    }
}

/// Why a row cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// It came back twice with different answers.
    AnsweredTwice,
    /// A value that was sent was written over.
    EditedInPlace,
    /// The answer is none of those that are known.
    UnknownAnswer,
    /// There is a right value and no answer.
    ValueWithoutAnswer,
    /// Another value is said to be right, and none is given.
    NoRightValue,
    /// The answer leaves no room for a right value, and one is given.
    ValueAgainstAnswer,
    /// It is not clear of which field the right value is, or what it says.
    UnclearValue,
    /// The right values name one field twice.
    TwoValues,
    /// The key is none of those that were sent: it is of other lists.
    UnknownKey,
    /// The key is none at all: its check character says that it is mistyped.
    MistypedKey,
    /// The key is missing, and the rest fits no row or several.
    NoKey,
    /// The row cannot be read: it has more or fewer cells than the list has columns.
    Unreadable,
}

impl Problem {
    /// The word in `conflicts.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AnsweredTwice => "answered_twice",
            Self::EditedInPlace => "edited_in_place",
            Self::UnknownAnswer => "unknown_answer",
            Self::ValueWithoutAnswer => "value_without_answer",
            Self::NoRightValue => "no_right_value",
            Self::ValueAgainstAnswer => "value_against_answer",
            Self::UnclearValue => "unclear_value",
            Self::TwoValues => "two_values",
            Self::UnknownKey => "unknown_key",
            Self::MistypedKey => "mistyped_key",
            Self::NoKey => "no_key",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A row judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    /// What became of it.
    pub(super) state: State,
    /// The answer, where there is one that is understood.
    pub(super) answer: Option<AnswerId>,
    /// What is wrong, with the column where it is one.
    pub(super) problem: Option<(Problem, Option<FieldKind>)>,
    /// New values, by field.
    pub(super) changes: Vec<(FieldKind, String)>,
    /// Which of the rows that came back the answer was taken from.
    pub(super) from: usize,
}
