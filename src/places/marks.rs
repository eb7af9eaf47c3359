//! What reading a place tells besides the unit: a closed set of marks, named in the rules.
//!
//! Owns the marks and their names. Knows no unit and no check: the rules say what a mark is worth.

/// One thing that was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum PlaceMark {
    /// The commune was found although its district or its province is not said.
    LevelMissing,
    /// The unit ended on 30 June 2025 and stands for one of today.
    OldUnit,
    /// The unit, as it is written, ended before that.
    OldUnitBefore,
    /// People of the unit went to several communes of today.
    SplitUnit,
    /// More than one unit fits, and they lead to different communes of today.
    SeveralUnits,
    /// No unit fits, or nothing is known of what followed it.
    UnknownUnit,
    /// A kind or a province was written short: `P.3`, `TX`, `TPHCM`.
    Abbreviated,
    /// The names stand in each other's place, or the commune stands beside its column.
    ColumnMixed,
    /// Code and name say different units.
    CodeConflict,
}

impl PlaceMark {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 9] = [
        Self::LevelMissing,
        Self::OldUnit,
        Self::OldUnitBefore,
        Self::SplitUnit,
        Self::SeveralUnits,
        Self::UnknownUnit,
        Self::Abbreviated,
        Self::ColumnMixed,
        Self::CodeConflict,
    ];

    /// The name in the rules.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LevelMissing => "level_missing",
            Self::OldUnit => "old_unit",
            Self::OldUnitBefore => "old_unit_before",
            Self::SplitUnit => "split_unit",
            Self::SeveralUnits => "several_units",
            Self::UnknownUnit => "unknown_unit",
            Self::Abbreviated => "abbreviated",
            Self::ColumnMixed => "column_mixed",
            Self::CodeConflict => "code_conflict",
        }
    }

    /// The mark of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.name() == name)
    }
}

/// A set of marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PlaceMarks(u16);

impl PlaceMarks {
    /// No mark.
    pub const NONE: Self = Self(0);

    /// Adds a mark.
    pub const fn insert(&mut self, mark: PlaceMark) {
        self.0 |= 1 << mark as u8;
    }

    /// Adds a mark where it holds.
    pub const fn insert_if(&mut self, mark: PlaceMark, holds: bool) {
        self.0 |= (holds as u16) << mark as u8;
    }

    /// The set with a mark.
    #[must_use]
    pub const fn with(mut self, mark: PlaceMark) -> Self {
        self.insert(mark);
        self
    }

    /// The set without a mark.
    #[must_use]
    pub const fn without(self, mark: PlaceMark) -> Self {
        Self(self.0 & !(1 << mark as u8))
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the mark is in the set.
    pub const fn contains(self, mark: PlaceMark) -> bool {
        self.0 & (1 << mark as u8) != 0
    }

    /// Whether nothing was noticed.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The marks in the order of [`PlaceMark::ALL`].
    pub fn iter(self) -> impl Iterator<Item = PlaceMark> {
        PlaceMark::ALL.into_iter().filter(move |&mark| self.contains(mark))
    }
}
