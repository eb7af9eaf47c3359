//! Why a correction was not written. Words stand in `rules/wording.toml`, group `patch`.

/// What became of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Written.
    Applied,
    /// The file is not as the correction expects, or cannot hold the value.
    Conflict,
    /// Nothing to be written, or nothing that could be written without guessing.
    NotApplied,
}

impl Status {
    /// The word in `applied.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Conflict => "conflict",
            Self::NotApplied => "not_applied",
        }
    }
}

/// Why a correction was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The cell holds neither the old value nor the new one.
    OldChanged,
    /// Another record stands on this line.
    OtherRecord,
    /// No record that can be read stands on this line.
    NoSuchRecord,
    /// The encoding of the file has no place for a letter.
    Encoding,
    /// The cell is the result of a formula.
    Formula,
    /// The type of the column cannot hold the value.
    ColumnType,
    /// Two corrections of the cell say different things.
    TwoCorrections,
    /// The value stands there already.
    AlreadyThere,
    /// A collected answer of the same cell goes before an automatic correction.
    CollectedFirst,
    /// Another correction says the same.
    SaidTwice,
    /// Several columns hold the field, and it is not clear which to change.
    SeveralColumns,
    /// The name stands in two columns, and it is not clear where the new one is parted.
    NameInParts,
    /// The date stands in several columns that cannot hold the new one.
    DateInParts,
    /// The sex shows by which column is filled.
    SexByColumn,
    /// The column has no spelling for this sex among its first rows.
    SexSpelling,
    /// The file has no column of this field.
    NoColumn,
    /// The correction has no new value.
    NoValue,
}

impl Reason {
    /// The word in `applied.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OldChanged => "old_changed",
            Self::OtherRecord => "other_record",
            Self::NoSuchRecord => "no_such_record",
            Self::Encoding => "encoding",
            Self::Formula => "formula",
            Self::ColumnType => "column_type",
            Self::TwoCorrections => "two_corrections",
            Self::AlreadyThere => "already_there",
            Self::CollectedFirst => "collected_first",
            Self::SaidTwice => "said_twice",
            Self::SeveralColumns => "several_columns",
            Self::NameInParts => "name_in_parts",
            Self::DateInParts => "date_in_parts",
            Self::SexByColumn => "sex_by_column",
            Self::SexSpelling => "sex_spelling",
            Self::NoColumn => "no_column",
            Self::NoValue => "no_value",
        }
    }

    /// Whether the file is to blame: then it is a conflict.
    pub const fn status(self) -> Status {
        match self {
            Self::OldChanged
            | Self::OtherRecord
            | Self::NoSuchRecord
            | Self::Encoding
            | Self::Formula
            | Self::ColumnType
            | Self::TwoCorrections => Status::Conflict,
            _ => Status::NotApplied,
        }
    }
}
