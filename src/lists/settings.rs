//! What is asked of the lists: how much they disclose, which rows go on them, in which form, and what stands above them.

use crate::rulebook::Language;

/// How much of the reference a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disclose {
    /// The verdict of a row and nothing else.
    Verdict,
    /// Which fields are wrong as well.
    Fields,
    /// What is proposed for them as well.
    Values,
}

impl Disclose {
    /// The name in options and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Fields => "fields",
            Self::Values => "values",
        }
    }
}

/// Which rows go on lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that somebody has to look at: every verdict but `match`, and corrections that somebody decides.
    ToCheck,
    /// All.
    All,
}

impl Which {
    /// The name in options and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToCheck => "to_check",
            Self::All => "all",
        }
    }
}

/// What lists are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Workbooks.
    Xlsx,
    /// Pages that any browser prints.
    Html,
    /// Both.
    Both,
}

impl Form {
    /// Endings of the files of a list; the first is the one that a row is told to stand in.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Xlsx => &["xlsx"],
            Self::Html => &["html"],
            Self::Both => &["xlsx", "html"],
        }
    }
}

/// A day of a dispatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Year.
    pub year: u32,
    /// Month, from 1.
    pub month: u32,
    /// Day, from 1.
    pub day: u32,
}

impl Day {
    /// The day of a number yyyymmdd.
    pub const fn of(packed: u32) -> Self {
        Self { year: packed / 10_000, month: packed / 100 % 100, day: packed % 100 }
    }
}

/// Everything that is asked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How much is disclosed.
    pub disclose: Disclose,
    /// Which rows.
    pub which: Which,
    /// In which form.
    pub form: Form,
    /// Agency, the one above it first; none where none was told.
    pub agency: Vec<String>,
    /// Number of the dispatch.
    pub dispatch_number: Option<String>,
    /// Its date.
    pub dispatch_date: Option<Day>,
    /// Language of the lists.
    pub language: Language,
    /// Day of the run, yyyymmdd: stands in the properties of workbooks in the place of a clock.
    pub as_of: u32,
}
