//! A source: one kind of list, as `rules/sources/NAME.toml` describes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::files::RuleFiles;
use crate::fields::sex::{Sex, SexCodes};
use crate::places::Time;
use crate::record::{FieldKind, Trouble};
use crate::text::fold_label;

/// Whether a file is compared or compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A list of people that is checked.
    List,
    /// The extract that it is checked against.
    Reference,
}

/// Whether a citizen lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum LifeStatus {
    /// Alive, or nothing said.
    #[default]
    Living,
    /// Dead.
    Deceased,
    /// The number was cancelled; the person may have another.
    Cancelled,
    /// No citizen any more, or living abroad for good.
    Emigrated,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSource {
    title_vi: String,
    title_en: String,
    role: Role,
    day_first: bool,
    #[serde(default)]
    units: Option<WrittenTime>,
    required: Vec<Vec<FieldKind>>,
    headers: BTreeMap<String, Vec<String>>,
    sex: WrittenSex,
    #[serde(default)]
    life_status: WrittenLife,
}

/// The time whose administrative units a source uses.
#[derive(Debug, Clone, Copy, Deserialize)]
enum WrittenTime {
    #[serde(rename = "until_2025-06-30")]
    Before,
    #[serde(rename = "since_2025-07-01")]
    Since,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSex {
    male: Vec<String>,
    female: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLife {
    #[serde(default)]
    living: Vec<String>,
    #[serde(default)]
    deceased: Vec<String>,
    #[serde(default)]
    cancelled: Vec<String>,
    #[serde(default)]
    emigrated: Vec<String>,
}

/// A source in force.
#[derive(Debug)]
pub struct Source {
    /// Its name: that of the file.
    pub name: String,
    /// Title in Vietnamese.
    pub title_vi: String,
    /// Title in English.
    pub title_en: String,
    /// List or reference.
    pub role: Role,
    /// Whether a date of three numbers begins with the day.
    pub day_first: bool,
    /// The time of its administrative units, where every list of the source keeps to one.
    pub units: Option<Time>,
    /// Groups of fields of which one must have a column.
    pub required: Vec<Vec<FieldKind>>,
    /// Column names of this source and what they mean; `None` for columns that are known and not used.
    pub headers: Vec<(String, Option<FieldKind>)>,
    /// How sex is written.
    pub sex_codes: SexCodes,
    /// As written in the rules and folded.
    life_words: Vec<(String, String, LifeStatus)>,
}

impl Source {
    /// Reads the source of a file below `sources/`.
    ///
    /// # Errors
    /// With file and line of what is wrong.
    pub fn load(files: &RuleFiles, file: &str) -> Result<Self, Trouble> {
        let written: WrittenSource = files.toml(file)?;
        let mut headers = Vec::new();
        for (field, names) in written.headers {
            let kind = FieldKind::from_name(&field);
            if kind.is_none() && field != "other" {
                return Err(files.wrong(file, 1, &format!("[headers]: no field `{field}`")));
            }
            headers.extend(names.into_iter().map(|name| (name, kind)));
        }
        let codes = |words: Vec<String>, sex: Sex| words.into_iter().map(move |word| (word, sex));
        let WrittenSex { male, female } = written.sex;
        let life = |words: &[String], status: LifeStatus| {
            words.iter().map(|word| (word.clone(), fold_label(word), status)).collect::<Vec<_>>()
        };
        Ok(Self {
            name: source_name(file).to_owned(),
            title_vi: written.title_vi,
            title_en: written.title_en,
            role: written.role,
            day_first: written.day_first,
            units: written.units.map(|time| match time {
                WrittenTime::Before => Time::Before,
                WrittenTime::Since => Time::Since,
            }),
            required: written.required,
            headers,
            sex_codes: SexCodes::new(codes(male, Sex::Male).chain(codes(female, Sex::Female))),
            life_words: [
                life(&written.life_status.living, LifeStatus::Living),
                life(&written.life_status.deceased, LifeStatus::Deceased),
                life(&written.life_status.cancelled, LifeStatus::Cancelled),
                life(&written.life_status.emigrated, LifeStatus::Emigrated),
            ]
            .concat(),
        })
    }

    /// What a cell of the life-status column says; an unknown word says nothing.
    pub fn life_status(&self, cell: &str) -> LifeStatus {
        if cell.is_empty() {
            return LifeStatus::Living;
        }
        // Nearly every cell is written as in the rules; folding is for the others.
        let as_written = self.life_words.iter().find(|(written, ..)| written == cell);
        let found = as_written.or_else(|| {
            let word = fold_label(cell);
            self.life_words.iter().find(|(_, folded, _)| *folded == word)
        });
        found.map_or(LifeStatus::Living, |(.., status)| *status)
    }
}

/// The name of the source in a file below `sources/`.
pub fn source_name(file: &str) -> &str {
    file.trim_start_matches("sources/").trim_end_matches(".toml")
}
