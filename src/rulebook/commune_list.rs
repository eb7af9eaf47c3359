//! `reports/commune_list.toml`: the list that a commune checks at the door, as it is written and as it is read back.
//!
//! Owns which columns there are and what an answer is called. Deliberately knows no workbook: whoever writes or reads one
//! asks here for headers and answers, so that both change together.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;

use super::checks::COMPARED;
use super::files::RuleFiles;
use super::wording::{Language, Words};
use crate::record::{FieldKind, Trouble, Verdict};
use crate::text::fold_label;

/// The file.
const NAME: &str = "reports/commune_list.toml";
/// Most letters of all answers together: a spreadsheet takes no longer drop-down list.
const ANSWERS_MAX: usize = 255;
/// Widest column that a spreadsheet knows.
const WIDTH_MAX: f64 = 255.0;
/// Most letters of a cell that a spreadsheet knows.
const LETTERS_MAX: usize = 32_767;
/// Most letters of the name of a sheet, and the letters that may not be in it.
const SHEET_MAX: usize = 31;
const NOT_IN_SHEETS: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnId {
    /// Number of the row in its list.
    No,
    /// What tells the row among all rows of a run.
    RowKey,
    /// Personal number: as written, and as proposed.
    CitizenNumber,
    /// Full name.
    FullName,
    /// Birth date.
    BirthDate,
    /// Sex.
    Sex,
    /// Where the list says that the person lives.
    Address,
    /// What the reference says of the row.
    Verdict,
    /// What the household answers.
    Answer,
    /// What is right where the household says something else.
    RightValue,
    /// Anything else.
    Notes,
}

impl ColumnId {
    /// The field that the column shows, where it is one of those that are compared.
    pub const fn field(self) -> Option<FieldKind> {
        match self {
            Self::CitizenNumber => Some(FieldKind::CitizenNumber),
            Self::FullName => Some(FieldKind::FullName),
            Self::BirthDate => Some(FieldKind::BirthDate),
            Self::Sex => Some(FieldKind::Sex),
            _ => None,
        }
    }

    /// Whether the household fills the column in.
    pub const fn is_filled_in(self) -> bool {
        matches!(self, Self::Answer | Self::RightValue | Self::Notes)
    }
}

/// What a household answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerId {
    /// What is proposed is right.
    Accepted,
    /// Something else is right; it stands in the column of the right value.
    OtherValue,
    /// What the list has is right.
    Keep,
    /// The person lives somewhere else.
    Moved,
    /// The person is dead.
    Dead,
    /// Nobody could say.
    Unknown,
}

impl AnswerId {
    /// Every answer.
    pub const ALL: [Self; 6] =
        [Self::Accepted, Self::OtherValue, Self::Keep, Self::Moved, Self::Dead, Self::Unknown];

    /// The code in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::OtherValue => "other_value",
            Self::Keep => "keep",
            Self::Moved => "moved",
            Self::Dead => "dead",
            Self::Unknown => "unknown",
        }
    }
}

/// The lines above the list. `{words}` are filled in by whoever writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleBlock {
    /// Name of the country (quốc hiệu).
    pub country: Words,
    /// Motto (tiêu ngữ).
    pub motto: Words,
    /// Agency where none is told.
    pub agency: Words,
    /// Line of the dispatch number: `{number}`.
    pub number: Words,
    /// Line of place and date: `{place}`, `{day}`, `{month}`, `{year}`.
    pub place_date: Words,
    /// The title.
    pub title: Words,
    /// Line that names the dispatch: `{number}`, `{date}`.
    pub attached: Words,
    /// Line of place and date of the signatures: `{place}`.
    pub signed: Words,
    /// Line of the unit: `{commune}`, `{province}`.
    pub unit: Words,
    /// The same where the commune is not settled: `{province}`.
    pub no_commune: Words,
    /// The same where nothing is.
    pub no_unit: Words,
    /// What stands where a number or a date is filled in by hand.
    pub blank: Words,
    /// How the list is filled in; may name headers by the ids of their columns in braces.
    pub how: Words,
    /// The same for a workbook.
    pub how_workbook: Words,
    /// The same for paper; `{answers}` are the answers with their numbers.
    pub how_page: Words,
}

/// Words in the list itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListWords {
    /// Name of the sheet.
    pub sheet: Words,
    /// A wrong field: `{old}`, `{new}`.
    pub change: Words,
    /// A wrong field without a new value: `{old}`.
    pub wrong: Words,
    /// An empty cell in `{old}`.
    pub empty: Words,
    /// The unit that the list used: `{unit}`.
    pub old_unit: Words,
    /// Mark behind a text that was cut.
    pub cut: Words,
    /// Total: `{rows}`.
    pub total: Words,
    /// Rows of one verdict: `{verdict}`, `{rows}`.
    pub of_verdict: Words,
    /// Page number: `{page}`, `{pages}`.
    pub page: Words,
    /// Part of a list that one sheet has no room for: `{part}`, `{parts}`.
    pub part: Words,
    /// Shown where an answer is chosen.
    pub choose: Words,
}

/// A column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What it holds.
    pub id: ColumnId,
    /// Its header.
    pub header: Words,
    /// Its width in letters.
    pub width: f64,
}

/// An answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What it means.
    pub id: AnswerId,
    /// What is chosen.
    pub label: Words,
    /// Other spellings that count.
    #[serde(default)]
    pub also: Vec<String>,
}

/// Somebody who signs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Who: may hold `{kind}`, the kind of the unit.
    pub who: Words,
    /// How.
    pub how: Words,
}

/// Colours as 0xRRGGBB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    /// Header.
    pub header: u32,
    /// Wrong fields.
    pub wrong: u32,
    /// Fields that may be wrong.
    pub doubtful: u32,
    /// Cells that the household fills in.
    pub answer: u32,
}

/// Words of the sheet that tells who got how many rows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryWords {
    /// Name of the sheet.
    pub sheet: Words,
    /// Title.
    pub title: Words,
    /// What the sheet over all provinces is about.
    pub country: Words,
    /// Header: number of the line.
    pub no: Words,
    /// Header: code of the unit.
    pub code: Words,
    /// Header: name of the commune.
    pub commune: Words,
    /// Header: name of the province.
    pub province: Words,
    /// Header: rows.
    pub rows: Words,
    /// Header: number of files.
    pub files: Words,
    /// Header: the file.
    pub file: Words,
    /// The last line.
    pub total: Words,
    /// Rows of a province whose commune is not settled.
    pub other: Words,
    /// Rows whose province is not settled.
    pub other_province: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: TitleBlock,
    words: ListWords,
    letters: Letters,
    columns: Vec<Column>,
    answers: Vec<Answer>,
    signatures: Vec<Signature>,
    doubtful: BTreeMap<Verdict, Vec<FieldKind>>,
    colours: WrittenColours,
    summary: SummaryWords,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Letters {
    cell: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenColours {
    header: String,
    wrong: String,
    doubtful: String,
    answer: String,
}

/// The list, as the rules have it.
#[derive(Debug)]
pub struct CommuneList {
    /// The lines above it.
    pub title: TitleBlock,
    /// Words in it.
    pub words: ListWords,
    /// Most letters of a cell, the mark of the cut among them.
    pub cell_letters: usize,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// Its answers in order.
    pub answers: Vec<Answer>,
    /// Who signs it, from left to right.
    pub signatures: Vec<Signature>,
    /// Its colours.
    pub colours: Colours,
    /// Words of the summaries.
    pub summary: SummaryWords,
    doubtful: BTreeMap<Verdict, Vec<FieldKind>>,
    /// Answers by every spelling, folded.
    spellings: Vec<(String, AnswerId)>,
}

impl CommuneList {
    /// Reads and validates the file.
    ///
    /// # Errors
    /// With file and what is wrong: an unknown key, a column or an answer that is missing, twice or cannot be told apart.
    pub fn load(files: &RuleFiles) -> Result<Self, Trouble> {
        let written: Written = files.toml(NAME)?;
        let wrong = |cause: &str| files.wrong(NAME, 1, cause);
        check_columns(&written).map_err(|cause| wrong(&cause))?;
        let spellings = spellings(&written.answers).map_err(|cause| wrong(&cause))?;
        let colour = |text: &str| {
            let is_hex = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            let value = u32::from_str_radix(text, 16).ok().filter(|_| is_hex);
            value.ok_or_else(|| wrong(&format!("`{text}` is no colour RRGGBB")))
        };
        let colours = Colours {
            header: colour(&written.colours.header)?,
            wrong: colour(&written.colours.wrong)?,
            doubtful: colour(&written.colours.doubtful)?,
            answer: colour(&written.colours.answer)?,
        };
        Ok(Self {
            title: written.title,
            words: written.words,
            cell_letters: written.letters.cell,
            columns: written.columns,
            answers: written.answers,
            signatures: written.signatures,
            colours,
            summary: written.summary,
            doubtful: written.doubtful,
            spellings,
        })
    }

    /// The column that a header names, whatever its language, case and marks.
    pub fn column_of(&self, header: &str) -> Option<ColumnId> {
        let folded = fold_label(header);
        let has = |column: &&Column| column.header.all().iter().any(|name| fold_label(name) == folded);
        self.columns.iter().find(has).map(|column| column.id)
    }

    /// The answer that a cell means, whatever its language, case and marks; `None` for a word that nobody told.
    pub fn answer_of(&self, cell: &str) -> Option<AnswerId> {
        let folded = fold_label(cell);
        self.spellings.iter().find(|(spelling, _)| *spelling == folded).map(|(_, id)| *id)
    }

    /// The header of a column.
    pub fn header(&self, id: ColumnId, language: Language) -> &str {
        self.columns.iter().find(|column| column.id == id).map_or("", |column| column.header.of(language))
    }

    /// Fields that are doubtful with a verdict, where it says of none that it is wrong.
    pub fn doubtful(&self, verdict: Verdict) -> &[FieldKind] {
        self.doubtful.get(&verdict).map_or(&[], Vec::as_slice)
    }
}

fn check_columns(written: &Written) -> Result<(), String> {
    let mut headers = HashSet::new();
    for (at, column) in written.columns.iter().enumerate() {
        if written.columns[..at].iter().any(|other| other.id == column.id) {
            return Err(format!("column {:?} stands twice", column.id));
        }
        if !(column.width > 0.0 && column.width <= WIDTH_MAX) {
            return Err(format!("column {:?}: a width is above 0 and at most 255", column.id));
        }
        // Both languages may have one word, two columns may not.
        let names: HashSet<String> = column.header.all().into_iter().map(fold_label).collect();
        if let Some(name) = names.into_iter().find(|name| name.is_empty() || !headers.insert(name.clone())) {
            return Err(format!("two columns have the header `{name}`, or one has none"));
        }
    }
    for needed in [ColumnId::RowKey, ColumnId::Answer, ColumnId::RightValue] {
        if !written.columns.iter().any(|column| column.id == needed) {
            return Err(format!("there is no column {needed:?}"));
        }
    }
    if written.signatures.is_empty() {
        return Err("nobody signs".to_owned());
    }
    let least = written.words.cut.all().map(|mark| mark.chars().count()).into_iter().max().unwrap_or(0);
    if !(least + 1..=LETTERS_MAX).contains(&written.letters.cell) {
        return Err("letters.cell has no room for the mark of a cut, or is above 32767".to_owned());
    }
    let mut doubtful = written.doubtful.values().flatten();
    if let Some(field) = doubtful.find(|field| !COMPARED.contains(field)) {
        return Err(format!("[doubtful]: `{}` is not compared", field.name()));
    }
    for name in [&written.words.sheet, &written.summary.sheet].into_iter().flat_map(Words::all) {
        if name.is_empty() || name.chars().count() > SHEET_MAX || name.contains(NOT_IN_SHEETS) {
            return Err(format!("`{name}` is no name of a sheet"));
        }
    }
    Ok(())
}

/// Every spelling of every answer, folded.
fn spellings(answers: &[Answer]) -> Result<Vec<(String, AnswerId)>, String> {
    let mut found: Vec<(String, AnswerId)> = Vec::new();
    for answer in answers {
        for spelling in answer.label.all().into_iter().chain(answer.also.iter().map(String::as_str)) {
            let folded = fold_label(spelling);
            match found.iter().find(|(other, _)| *other == folded) {
                Some((_, other)) if *other != answer.id => {
                    return Err(format!("`{spelling}` means two answers"));
                }
                Some(_) => {}
                None if folded.is_empty() => return Err(format!("{:?}: an empty answer", answer.id)),
                None => found.push((folded, answer.id)),
            }
        }
    }
    for id in AnswerId::ALL {
        if answers.iter().filter(|answer| answer.id == id).count() != 1 {
            return Err(format!("the answer `{}` stands once", id.name()));
        }
    }
    for language in [Language::Vietnamese, Language::English] {
        let labels: Vec<&str> = answers.iter().map(|answer| answer.label.of(language)).collect();
        if labels.iter().any(|label| label.contains([',', '"'])) {
            return Err("a label of an answer has a comma or a quote".to_owned());
        }
        if labels.join(",").chars().count() > ANSWERS_MAX {
            return Err("the labels of the answers have more than 255 letters together".to_owned());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
