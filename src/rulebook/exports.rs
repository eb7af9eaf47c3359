//! Export templates: which columns, which rows and which format a receiver takes, as `rules/exports/NAME.toml` says.

mod sensitive;
mod written;

use serde::Deserialize;

pub use sensitive::SensitiveColumns;
pub use written::templates;

use super::wording::Language;
use crate::record::{FieldKind, Verdict};

/// How much of what the reference says is told. The greater ones tell more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Disclosure {
    /// The key of a record and its verdict.
    Verdict,
    /// Which fields are wrong as well.
    #[default]
    Fields,
    /// The values as well.
    Values,
}

impl Disclosure {
    /// The name on the command line and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Fields => "fields",
            Self::Values => "values",
        }
    }
}

/// What stands in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// 1, 2, 3, ...
    Counted,
    /// The list's own key of the record.
    Key,
    /// The file of the record.
    File,
    /// Its physical line.
    Line,
    /// The verdict.
    Verdict,
    /// What stands beside the verdict.
    Flags,
    /// The fields that were wrong in the list.
    WrongFields,
    /// The value of a field, corrected.
    Value(FieldKind),
    /// The right value of a field, where a correction was applied; else nothing.
    Corrected(FieldKind),
    /// Code of today's commune of residence.
    CommuneCodeToday,
    /// Name of today's commune of residence.
    CommuneToday,
    /// Name of today's province of residence.
    ProvinceToday,
    /// A column of the list as it stands, under one of these names.
    Carried(Vec<String>),
    /// The same text in each row.
    Text(String),
}

impl What {
    /// What it is called in `from`; columns of values are called as their fields.
    const NAMED: [(&'static str, Self); 10] = [
        ("no", Self::Counted),
        ("record_key", Self::Key),
        ("file", Self::File),
        ("line", Self::Line),
        ("verdict", Self::Verdict),
        ("flags", Self::Flags),
        ("wrong_fields", Self::WrongFields),
        ("commune_code_today", Self::CommuneCodeToday),
        ("commune_today", Self::CommuneToday),
        ("province_today", Self::ProvinceToday),
    ];

    fn named(name: &str) -> Option<Self> {
        let special = Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, what)| what.clone());
        special.or_else(|| FieldKind::from_name(name).filter(|field| has_value(*field)).map(Self::Value))
    }

    /// The least disclosure that has the column. Values of the list itself are values: whoever gets the file need not be
    /// who made the list.
    pub const fn level(&self) -> Disclosure {
        match self {
            Self::Counted | Self::Key | Self::File | Self::Line | Self::Verdict | Self::Text(_) => {
                Disclosure::Verdict
            }
            Self::Flags | Self::WrongFields => Disclosure::Fields,
            _ => Disclosure::Values,
        }
    }
}

/// Whether a field has a value of its own in each row, and not only a part of one.
fn has_value(field: FieldKind) -> bool {
    use FieldKind::{
        BirthDay, BirthMonth, BirthYear, BirthYearFemale, BirthYearMale, FamilyMiddleName, FemaleMark,
        GivenName, LifeStatus, MaleMark, RecordKey,
    };
    !matches!(
        field,
        RecordKey
            | FamilyMiddleName
            | GivenName
            | BirthDay
            | BirthMonth
            | BirthYear
            | BirthYearMale
            | BirthYearFemale
            | MaleMark
            | FemaleMark
            | LifeStatus
    )
}

/// A column of a template.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// What stands in it.
    pub what: What,
    /// Whether a list may lack what it takes.
    pub optional: bool,
    /// Width in letters, in a workbook.
    pub width: f64,
}

/// The format of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// Text.
    Csv {
        /// Between cells.
        delimiter: u8,
        /// Whether the file begins with a byte-order mark.
        bom: bool,
        /// Whether people open it: then no cell may become a formula.
        for_people: bool,
    },
    /// A workbook.
    Xlsx {
        /// Name of its sheet.
        sheet: String,
        /// Rows above the header.
        title: Vec<String>,
    },
}

/// Which rows are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// All.
    All,
    /// Those to which a correction was applied.
    Corrected,
    /// Those with one of these verdicts.
    Of(Vec<Verdict>),
}

/// How labels of codes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Labels {
    /// The codes themselves.
    #[serde(rename = "code")]
    Code,
    /// Vietnamese.
    #[serde(rename = "vi")]
    Vietnamese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Labels {
    /// The language, unless codes are written.
    pub const fn language(self) -> Option<Language> {
        match self {
            Self::Code => None,
            Self::Vietnamese => Some(Language::Vietnamese),
            Self::English => Some(Language::English),
        }
    }
}

/// A part of a date pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatePart {
    /// Two digits.
    Day,
    /// Two digits.
    Month,
    /// Four digits.
    Year,
    /// What stands between.
    Text(String),
}

/// An export template in force.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name: that of the file.
    pub name: String,
    /// What it is for, in Vietnamese.
    pub description_vi: String,
    /// What it is for, in English.
    pub description_en: String,
    /// Format of the file.
    pub format: Format,
    /// Which rows.
    pub rows: Rows,
    /// Most records of one file.
    pub rows_per_file: u64,
    /// Whether the receiver counts on every column: then none is left out, and what may not be told is refused.
    pub fixed: bool,
    /// How dates are written.
    pub date: Vec<DatePart>,
    /// How men and women are written.
    pub sex: [String; 2],
    /// How codes are written.
    pub labels: Labels,
    /// Columns in order.
    pub columns: Vec<Column>,
}

impl Template {
    /// Name of the file that holds part number `part`, from 0.
    pub fn file_name(&self, part: u64) -> String {
        let ending = match self.format {
            Format::Csv { .. } => "csv",
            Format::Xlsx { .. } => "xlsx",
        };
        let number = if part == 0 { String::new() } else { format!("_{}", part + 1) };
        format!("{}{number}.{ending}", self.name)
    }
}
