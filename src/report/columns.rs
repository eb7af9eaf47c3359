//! What each column of each table is: its name, what its cells are, whether they may be empty.
//!
//! One description gives the header of the CSV file, the types of the Parquet file, the formats of the workbook and, with
//! the words of `rules/reports/tables.toml`, the data dictionary.

use serde::Serialize;

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text. Identity numbers are text, so that no zero is lost.
    Text,
    /// A whole number, not negative.
    Whole,
    /// A number with decimals.
    Decimal,
}

impl Kind {
    /// The name in the data dictionary: that of the type in Parquet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Whole => "int64",
            Self::Decimal => "double",
        }
    }
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    /// Name in the header.
    pub name: &'a str,
    /// What its cells are.
    pub kind: Kind,
    /// Whether cells may be empty: null in Parquet.
    pub may_be_empty: bool,
    /// Whether cells hold what lists or the reference say, and not words of ours: they are kept from becoming formulas.
    pub is_told: bool,
}

impl<'a> Column<'a> {
    /// Words of ours; never empty.
    pub const fn word(name: &'a str) -> Self {
        Self { name, kind: Kind::Text, may_be_empty: false, is_told: false }
    }

    /// What a list or the reference says.
    pub const fn told(name: &'a str) -> Self {
        Self { name, kind: Kind::Text, may_be_empty: true, is_told: true }
    }

    /// A whole number.
    pub const fn whole(name: &'a str) -> Self {
        Self { name, kind: Kind::Whole, may_be_empty: false, is_told: false }
    }

    /// A number with decimals.
    pub const fn decimal(name: &'a str) -> Self {
        Self { name, kind: Kind::Decimal, may_be_empty: false, is_told: false }
    }

    /// The same, never empty.
    #[must_use]
    pub const fn always(self) -> Self {
        Self { may_be_empty: false, ..self }
    }

    /// The same, empty where nothing is to be said.
    #[must_use]
    pub const fn or_empty(self) -> Self {
        Self { may_be_empty: true, ..self }
    }
}

/// The columns that say of which record a row is.
const RECORD: [Column<'static>; 3] =
    [Column::told("file").always(), Column::whole("line"), Column::told("record_key").always()];

/// Columns of `verdicts.csv`.
pub const VERDICTS: [Column<'static>; 8] = [
    RECORD[0],
    RECORD[1],
    RECORD[2],
    Column::word("verdict"),
    Column::word("flags").or_empty(),
    Column::told("citizen_number"),
    Column::decimal("probability").or_empty(),
    Column::word("wrong_fields").or_empty(),
];

/// Columns of `corrections.csv`.
pub const CORRECTIONS: [Column<'static>; 12] = [
    RECORD[0],
    RECORD[1],
    RECORD[2],
    Column::told("unit"),
    Column::word("field"),
    Column::told("old"),
    Column::told("new"),
    Column::word("decision"),
    Column::decimal("probability"),
    Column::word("code"),
    Column::word("reason"),
    Column::word("reason_en"),
];

/// Columns of `findings.csv`; a finding about a file as a whole has no key.
pub const FINDINGS: [Column<'static>; 6] = [
    RECORD[0],
    RECORD[1],
    RECORD[2].or_empty(),
    Column::word("field"),
    Column::word("code"),
    Column::word("severity"),
];

/// Columns of `candidates.csv` before those of the comparisons.
pub const CANDIDATES: [Column<'static>; 12] = [
    RECORD[0],
    RECORD[1],
    RECORD[2],
    Column::whole("rank"),
    Column::whole("reference_row").or_empty(),
    Column::told("citizen_number"),
    Column::decimal("probability").or_empty(),
    Column::decimal("bits").or_empty(),
    Column::told("full_name"),
    Column::told("birth_date"),
    Column::told("sex"),
    Column::told("unit"),
];

/// Columns of `quarantine.csv`.
pub const QUARANTINE: [Column<'static>; 8] = [
    RECORD[0],
    RECORD[1],
    Column::word("reason"),
    Column::word("reason_vi"),
    Column::whole("fields_found").or_empty(),
    Column::whole("fields_expected").or_empty(),
    Column::whole("bytes"),
    Column::told("record"),
];

/// Columns of `links.csv` before those of the comparisons.
pub const LINKS: [Column<'static>; 10] = [
    Column::told("file_a").always(),
    Column::whole("line_a"),
    Column::told("record_key_a"),
    Column::told("file_b").always(),
    Column::whole("line_b"),
    Column::told("record_key_b"),
    Column::word("decision"),
    Column::decimal("probability"),
    Column::decimal("bits"),
    Column::word("flags").or_empty(),
];

/// Columns of `clusters.csv`.
pub const CLUSTERS: [Column<'static>; 6] = [
    Column::whole("cluster"),
    RECORD[0],
    RECORD[1],
    RECORD[2],
    Column::whole("records"),
    Column::word("survivor"),
];

/// Columns of `cleaned.csv` before those of the fields that a list has.
pub const CLEANED: [Column<'static>; 3] = RECORD;

/// Columns of `cleaned.csv` behind those of the fields, where a list names its units.
pub const UNITS_TODAY: [Column<'static>; 3] = [
    Column::word("commune_code_today").or_empty(),
    Column::word("commune_today").or_empty(),
    Column::word("province_today").or_empty(),
];

/// The names of columns, for a header.
pub const fn names<const N: usize>(columns: &[Column<'static>; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut at = 0;
    while at < N {
        names[at] = columns[at].name;
        at += 1;
    }
    names
}

/// The columns of a table with columns of levels behind them.
pub fn with_levels<'a>(columns: &[Column<'a>], levels: impl Iterator<Item = &'a str>) -> Vec<Column<'a>> {
    columns.iter().copied().chain(levels.map(|name| Column::word(name).or_empty())).collect()
}
