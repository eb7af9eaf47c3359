//! What became of one cell: missing, unchanged, rewritten (and how), or defective (and why).
//!
//! A column of millions of states is kept as [`CellStates`](super::CellStates); wording happens in `report`.

/// Why a value cannot be written canonically. One closed list for all fields, so that a state fits a byte;
/// a rule names a defect by [`Defect::name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Defect {
    /// A value that stands for "none": 000000000, "không có".
    Placeholder,
    /// Spreadsheet scientific notation: the digits are gone.
    Scientific,
    /// Characters that the field never holds and that have no safe reading.
    Characters,
    /// Too short or too long.
    Length,
    /// Digits were lost, and nothing in the row confirms which.
    ZeroLost,
    /// A component is outside its legal range (a province code that never existed).
    Component,
    /// A century, year or date that has not come yet.
    Future,
    /// The value belongs to another field: a telephone number.
    PhoneNumber,
    /// The value belongs to another field: tax, insurance or school number.
    OtherNumber,
    /// A passport or foreign number.
    Foreign,
    /// A day that the calendar does not have.
    Impossible,
    /// Older than any living person, or before the registers.
    TooOld,
    /// Two readings are equally good (day and month, two people in one cell).
    Ambiguous,
    /// Letters were lost on the way and only their place is left (`Nguy?n`).
    Destroyed,
    /// A code that the source's table does not know.
    UnknownCode,
    /// The check digit does not fit the others.
    Checksum,
}

impl Defect {
    /// Every defect, in the order of the discriminants.
    pub const ALL: [Self; 16] = [
        Self::Placeholder,
        Self::Scientific,
        Self::Characters,
        Self::Length,
        Self::ZeroLost,
        Self::Component,
        Self::Future,
        Self::PhoneNumber,
        Self::OtherNumber,
        Self::Foreign,
        Self::Impossible,
        Self::TooOld,
        Self::Ambiguous,
        Self::Destroyed,
        Self::UnknownCode,
        Self::Checksum,
    ];

    /// The name used by rules.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placeholder => "placeholder",
            Self::Scientific => "scientific",
            Self::Characters => "characters",
            Self::Length => "length",
            Self::ZeroLost => "zero_lost",
            Self::Component => "component",
            Self::Future => "future",
            Self::PhoneNumber => "phone_number",
            Self::OtherNumber => "other_number",
            Self::Foreign => "foreign",
            Self::Impossible => "impossible",
            Self::TooOld => "too_old",
            Self::Ambiguous => "ambiguous",
            Self::Destroyed => "destroyed",
            Self::UnknownCode => "unknown_code",
            Self::Checksum => "checksum",
        }
    }

    /// The defect with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|defect| defect.name() == name)
    }
}

/// One thing that was done to a raw value on its way to the canonical one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Repair {
    /// Outer, double or no-break spaces.
    Spaces,
    /// Zero-width, soft-hyphen, bidi or other invisible characters.
    Invisible,
    /// Decomposed or full-width Unicode forms.
    UnicodeForm,
    /// Upper, lower or title case.
    Case,
    /// A letter that only looks right: Ð for Đ, Cyrillic А for A.
    LookAlike,
    /// One of the many apostrophes.
    Apostrophe,
    /// Spaces, dots, dashes or a text marker between digits.
    Separator,
    /// A label or a note typed with the value.
    Label,
    /// The tail of a number exported as a float: `.0`, `,00`.
    FloatTail,
    /// Zeros that a spreadsheet had removed.
    LeadingZeros,
    /// O for 0, l for 1, S for 5, B for 8.
    LetterForDigit,
    /// One of two numbers in the cell was taken.
    TwoNumbers,
    /// The text of a card's QR code was cut into its parts.
    QrText,
    /// Another order or notation of day, month, year.
    DateNotation,
    /// A year of two digits was completed.
    TwoDigitYear,
    /// A spreadsheet's day count became a date.
    Serial,
    /// Day and month stood in the other order.
    DayMonthSwapped,
    /// The day or the month was written as zero: only the rest is known.
    UnknownPart,
    /// A code became the word it stands for.
    Code,
    /// Several columns were put together.
    Joined,
    /// A title or kinship word was taken off.
    Title,
    /// The reading is a candidate: nothing else in the row confirms it.
    Unconfirmed,
    /// Text in a code page of its own (TCVN3, VNI, VISCII, VPS, VIQR, windows-1258) became Unicode.
    LegacyFont,
    /// UTF-8 that had been read as another code page was read again.
    Mojibake,
    /// Keys of a typing method (Telex, VNI) that nothing had turned into letters.
    TypedKeys,
    /// HTML entities and other escapes became the letters they stand for.
    Entity,
    /// A note after the name was taken off: `(chết)`, ` - TĐ`.
    Note,
    /// A number of a plan that is over became its successor: 0168 to 038.
    Renumbered,
}

impl Repair {
    /// Every repair, in the order of the discriminants.
    pub const ALL: [Self; 28] = [
        Self::Spaces,
        Self::Invisible,
        Self::UnicodeForm,
        Self::Case,
        Self::LookAlike,
        Self::Apostrophe,
        Self::Separator,
        Self::Label,
        Self::FloatTail,
        Self::LeadingZeros,
        Self::LetterForDigit,
        Self::TwoNumbers,
        Self::QrText,
        Self::DateNotation,
        Self::TwoDigitYear,
        Self::Serial,
        Self::DayMonthSwapped,
        Self::UnknownPart,
        Self::Code,
        Self::Joined,
        Self::Title,
        Self::Unconfirmed,
        Self::LegacyFont,
        Self::Mojibake,
        Self::TypedKeys,
        Self::Entity,
        Self::Note,
        Self::Renumbered,
    ];

    /// The name used by rules and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spaces => "spaces",
            Self::Invisible => "invisible",
            Self::UnicodeForm => "unicode_form",
            Self::Case => "case",
            Self::LookAlike => "look_alike",
            Self::Apostrophe => "apostrophe",
            Self::Separator => "separator",
            Self::Label => "label",
            Self::FloatTail => "float_tail",
            Self::LeadingZeros => "leading_zeros",
            Self::LetterForDigit => "letter_for_digit",
            Self::TwoNumbers => "two_numbers",
            Self::QrText => "qr_text",
            Self::DateNotation => "date_notation",
            Self::TwoDigitYear => "two_digit_year",
            Self::Serial => "serial",
            Self::DayMonthSwapped => "day_month_swapped",
            Self::UnknownPart => "unknown_part",
            Self::Code => "code",
            Self::Joined => "joined",
            Self::Title => "title",
            Self::Unconfirmed => "unconfirmed",
            Self::LegacyFont => "legacy_font",
            Self::Mojibake => "mojibake",
            Self::TypedKeys => "typed_keys",
            Self::Entity => "entity",
            Self::Note => "note",
            Self::Renumbered => "renumbered",
        }
    }

    /// The repair with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|repair| repair.name() == name)
    }
}

/// A set of [`Repair`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Repairs(u32);

impl Repairs {
    /// Nothing was done.
    pub const NONE: Self = Self(0);

    /// The set with just this repair.
    pub const fn only(repair: Repair) -> Self {
        Self(1 << repair as u32)
    }

    /// Adds a repair.
    pub const fn insert(&mut self, repair: Repair) {
        *self = self.union(Self::only(repair));
    }

    /// Takes a repair out.
    pub const fn remove(&mut self, repair: Repair) {
        *self = self.without(Self::only(repair));
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The repairs that are not in the other set.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the repair is in the set.
    pub const fn contains(self, repair: Repair) -> bool {
        self.0 & (1 << repair as u32) != 0
    }

    /// Whether nothing was done.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The repairs of the set, in the order of [`Repair::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Repair> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let repair = *Repair::ALL.get(rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(repair)
        })
    }
}

/// What became of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CellState {
    /// No value, or the column does not exist.
    #[default]
    Missing,
    /// The raw text is the canonical value.
    Unchanged,
    /// The canonical value was reached by these repairs.
    Reformatted(Repairs),
    /// There is no canonical value.
    Defective(Defect),
}

impl CellState {
    /// The state of a cell that has a canonical value.
    pub const fn of(repairs: Repairs) -> Self {
        if repairs.is_empty() { Self::Unchanged } else { Self::Reformatted(repairs) }
    }

    /// The repairs, empty unless reformatted.
    pub const fn repairs(self) -> Repairs {
        match self {
            Self::Reformatted(repairs) => repairs,
            _ => Repairs::NONE,
        }
    }

    /// The defect, if the cell has one.
    pub const fn defect(self) -> Option<Defect> {
        match self {
            Self::Defective(defect) => Some(defect),
            _ => None,
        }
    }

    /// Whether there is a canonical value.
    pub const fn has_value(self) -> bool {
        matches!(self, Self::Unchanged | Self::Reformatted(_))
    }
}
