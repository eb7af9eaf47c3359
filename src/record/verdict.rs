//! What is said of a record in a reconciliation, and what happens to a proposed correction.
//!
//! The codes are part of the outside of the tool (files, JSON, scripts) and never change with the language;
//! the Vietnamese labels are wording and stand in `rules/wording.toml`.

use serde::{Deserialize, Serialize};

/// What the reference says of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Verdict {
    /// The number is in the reference and every compared field agrees once written canonically.
    Match,
    /// The number is right and the person is the same; one or more fields are wrong.
    Mismatch,
    /// The person was found by other fields; the number is missing, damaged or somebody else's.
    WrongNumber,
    /// Several citizens fit and none stands out.
    Ambiguous,
    /// The number is a citizen's, the row is not that citizen, and the true one was not found.
    OtherPerson,
    /// Nobody in the reference fits.
    NotFound,
    /// Too little usable data to look anyone up.
    Insufficient,
}

impl Verdict {
    /// Every verdict, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::Match,
        Self::Mismatch,
        Self::WrongNumber,
        Self::Ambiguous,
        Self::OtherPerson,
        Self::NotFound,
        Self::Insufficient,
    ];

    /// The code in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Mismatch => "mismatch",
            Self::WrongNumber => "wrong_number",
            Self::Ambiguous => "ambiguous",
            Self::OtherPerson => "other_person",
            Self::NotFound => "not_found",
            Self::Insufficient => "insufficient",
        }
    }

    /// The verdict with this code, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// What can stand beside any verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Flag {
    /// Another record of the list holds the same number.
    Duplicate,
    /// The citizen is dead, or the number cancelled, in the reference.
    Deceased,
    /// Never verified.
    Foreigner,
    /// Found by the old paper number instead of the personal number.
    OldNumber,
    /// No number at all.
    NoNumber,
    /// A number that cannot be read.
    BadFormat,
    /// The number stands on several rows of the reference.
    ReferenceDuplicate,
}

impl Flag {
    /// Every flag, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::Duplicate,
        Self::Deceased,
        Self::Foreigner,
        Self::OldNumber,
        Self::NoNumber,
        Self::BadFormat,
        Self::ReferenceDuplicate,
    ];

    /// The code in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Deceased => "deceased",
            Self::Foreigner => "foreigner",
            Self::OldNumber => "old_number",
            Self::NoNumber => "no_number",
            Self::BadFormat => "bad_format",
            Self::ReferenceDuplicate => "reference_duplicate",
        }
    }
}

/// A set of [`Flag`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u8);

impl Flags {
    /// Adds a flag.
    pub const fn insert(&mut self, flag: Flag) {
        self.0 |= 1 << flag as u8;
    }

    /// Whether the flag is set.
    pub const fn contains(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u8) != 0
    }

    /// The flags of the set, in the order of [`Flag::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let flag = *Flag::ALL.get(rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(flag)
        })
    }
}

/// What happens to a proposed correction; never a silent change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Safe enough to apply unseen.
    Auto,
    /// An officer decides.
    Review,
    /// Goes on the list that the commune checks at the door.
    FieldCheck,
}

impl Decision {
    /// The code in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Review => "review",
            Self::FieldCheck => "field_check",
        }
    }
}

/// What stands in the place of a decision where somebody has said that a correction is right.
pub const APPROVED: &str = "approved";

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing is wrong by itself.
    Info,
    /// Written differently, or doubtful.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// The code in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How far apart two values of one field are, as far as deciding is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// The same value as compared.
    None,
    /// A way of writing or a common slip: the same person stays likely.
    Slight,
    /// Another value that this person may still have.
    Large,
    /// Nothing speaks for the same person.
    Total,
}
