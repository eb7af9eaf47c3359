//! A finished run beside a truth file: how often it was right.
//!
//! Reads what the run wrote, as anybody could; knows nothing of how it came about. Joins by `record_key`.

mod search;
mod truth;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize};

use crate::record::guard::read_back;
use crate::record::{FieldKind, Trouble, TroubleCode, Verdict};
use truth::{TrueRow, Truth};

pub use search::{Bin, SearchScore};

/// Right, proposed and wanted; precision and recall follow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Score {
    /// In the truth.
    pub wanted: u64,
    /// In the run.
    pub given: u64,
    /// In both.
    pub right: u64,
    /// Given on a row without any error in the truth.
    pub on_clean_rows: u64,
}

impl Score {
    /// Share of what was given that is right; 1 when nothing was given.
    pub fn precision(self) -> f64 {
        share(self.right, self.given)
    }

    /// Share of what was wanted that was given; 1 when nothing was wanted.
    pub fn recall(self) -> f64 {
        share(self.right, self.wanted)
    }

    fn count(&mut self, wanted: bool, given: bool) {
        self.wanted += u64::from(wanted);
        self.given += u64::from(given);
        self.right += u64::from(wanted && given);
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Everything that is counted. Keys are the codes of the run and of the truth file.
#[derive(Debug, Default, Serialize)]
pub struct Evaluation {
    /// Rows of the truth file.
    pub n_truth: u64,
    /// Rows with a verdict that the truth file knows.
    pub n_judged: u64,
    /// Rows of the truth file without a verdict: in quarantine.
    pub n_without_verdict: u64,
    /// Rows whose citizen is somebody else than the true one.
    pub n_wrong_citizen: u64,
    /// Rows without error in the truth, and how many of them got a finding of severity error or warning.
    pub clean_rows: u64,
    /// Clean rows with such a finding.
    pub false_alarms: u64,
    /// Per verdict, all rows.
    pub verdicts: BTreeMap<String, Score>,
    /// Per verdict, rows whose number is intact or can be restored: true verdict match or mismatch, row not
    /// damaged as a whole (codes RD..).
    pub by_number: BTreeMap<String, Score>,
    /// Per error code of the list as a whole, where the truth file speaks of it.
    pub of_file: BTreeMap<String, Score>,
    /// Per error code.
    pub codes: BTreeMap<String, Score>,
    /// Per field: is the field corrected, and to the true value.
    pub fields: BTreeMap<String, Score>,
    /// Per decision: corrections and how many are right.
    pub decisions: BTreeMap<String, Score>,
    /// The search by other fields; none where the run did not search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchScore>,
}

#[derive(Debug, Deserialize)]
struct VerdictRow {
    #[serde(deserialize_with = "written")]
    record_key: String,
    verdict: String,
    #[serde(deserialize_with = "written")]
    citizen_number: String,
}

#[derive(Debug, Deserialize)]
struct KeyRow {
    #[serde(deserialize_with = "written")]
    record_key: String,
}

#[derive(Debug, Deserialize)]
struct CorrectionRow {
    #[serde(deserialize_with = "written")]
    record_key: String,
    field: String,
    #[serde(deserialize_with = "written")]
    new: String,
    decision: String,
}

#[derive(Debug, Deserialize)]
struct FindingRow {
    #[serde(deserialize_with = "written")]
    record_key: String,
    code: String,
    severity: String,
}

/// Compares the run in `folder` with a truth file.
///
/// # Errors
/// When the folder holds no run, or the truth file has not the columns that it needs.
pub fn evaluate(folder: &Path, truth: &Path) -> Result<Evaluation, Trouble> {
    let truth = Truth::read(truth)?;
    let mut found = Evaluation { n_truth: truth.len() as u64, ..Evaluation::default() };
    let by_number = [Verdict::Match.name(), Verdict::Mismatch.name()];
    let mut judged = vec![false; truth.len()];
    let lacks = |name| !folder.join(name).exists();
    if lacks("verdicts.csv") {
        if lacks("cleaned.csv") && (!lacks("verdicts.parquet") || !lacks("verdicts.xlsx")) {
            return Err(Trouble::no_table(folder, "verdicts.csv"));
        }
        for row in table::<KeyRow>(folder, "cleaned.csv")? {
            if let Some((index, _)) = truth.find(&row?.record_key) {
                judged[index] = true;
                found.n_judged += 1;
            }
        }
        found.n_without_verdict = judged.iter().filter(|judged| !**judged).count() as u64;
        findings(folder, &truth, &judged, &mut found)?;
        cleaned_corrections(folder, &truth, &mut found)?;
        return Ok(found);
    }
    for row in table::<VerdictRow>(folder, "verdicts.csv")? {
        let row = row?;
        let Some((index, expected)) = truth.find(&row.record_key) else { continue };
        judged[index] = true;
        found.n_judged += 1;
        let wrong_person = !row.citizen_number.is_empty() && row.citizen_number != expected.citizen_number;
        found.n_wrong_citizen += u64::from(wrong_person);
        if expected.verdict.is_empty() {
            continue;
        }
        let mut tables = vec![&mut found.verdicts];
        // In a damaged row the number does not even stand in its column.
        let damaged = expected.codes().any(|code| code.starts_with("RD"));
        if by_number.contains(&expected.verdict.as_str()) && !damaged {
            tables.push(&mut found.by_number);
        }
        for table in tables {
            for verdict in Verdict::ALL.map(Verdict::name) {
                let score = table.entry(verdict.to_owned()).or_default();
                score.count(expected.verdict == verdict, row.verdict == verdict);
            }
        }
    }
    found.n_without_verdict = judged.iter().filter(|judged| !**judged).count() as u64;
    findings(folder, &truth, &judged, &mut found)?;
    corrections(folder, &truth, &mut found)?;
    found.search = search::search(folder, &truth)?;
    Ok(found)
}

/// Codes of records that no reader can read: they are found by standing in quarantine.
const UNREADABLE: [&str; 2] = ["RD06", "RD07"];

fn findings(folder: &Path, truth: &Truth, judged: &[bool], found: &mut Evaluation) -> Result<(), Trouble> {
    let mut given: Vec<BTreeSet<String>> = vec![BTreeSet::new(); truth.len()];
    let mut alarmed = vec![false; truth.len()];
    let mut of_file: BTreeSet<String> = BTreeSet::new();
    for row in table::<FindingRow>(folder, "findings.csv")? {
        let row = row?;
        if let Some((index, _)) = truth.find(&row.record_key) {
            alarmed[index] |= row.severity != "info";
            given[index].insert(row.code);
        } else if row.record_key.is_empty() {
            of_file.insert(row.code);
        }
    }
    let codes_of = |row: &TrueRow| row.codes().map(ToOwned::to_owned).collect::<BTreeSet<String>>();
    for (index, expected) in truth.rows().enumerate() {
        let is_clean = expected.errors.is_empty();
        if is_clean {
            found.clean_rows += 1;
            found.false_alarms += u64::from(alarmed[index]);
        }
        let wanted = codes_of(expected);
        // What is said once of the list holds of all its rows.
        given[index].extend(wanted.intersection(&of_file).cloned());
        if !judged[index] {
            given[index].extend(wanted.iter().filter(|code| UNREADABLE.contains(&code.as_str())).cloned());
        }
        for code in wanted.union(&given[index]) {
            let score = found.codes.entry(code.clone()).or_default();
            score.count(wanted.contains(code), given[index].contains(code));
            score.on_clean_rows += u64::from(is_clean);
        }
    }
    if let Some(expected) = truth.of_file() {
        let wanted = codes_of(expected);
        for code in wanted.union(&of_file) {
            let score = found.of_file.entry(code.clone()).or_default();
            score.count(wanted.contains(code), of_file.contains(code));
        }
    }
    Ok(())
}

/// Corrections of a list that was cleaned by itself: judged where the truth says that the field is right and only
/// written badly, since nothing but a reference can put another value in its place.
fn cleaned_corrections(folder: &Path, truth: &Truth, found: &mut Evaluation) -> Result<(), Trouble> {
    for row in table::<CorrectionRow>(folder, "corrections.csv")? {
        let row = row?;
        let Some((_, expected)) = truth.find(&row.record_key) else { continue };
        let is_wrong = expected.wrong_fields.split('+').any(|wrong| wrong == row.field);
        let Some(value) = expected.value(&row.field).filter(|_| !is_wrong) else { continue };
        // The truth knows no old numbers, and writes names in capitals.
        if row.field == FieldKind::CitizenNumber.name() && row.new.len() != value.len() {
            continue;
        }
        let decision = found.decisions.entry(row.decision).or_default();
        decision.given += 1;
        decision.right += u64::from(row.new.to_uppercase() == value.to_uppercase());
    }
    Ok(())
}

fn corrections(folder: &Path, truth: &Truth, found: &mut Evaluation) -> Result<(), Trouble> {
    let compared = [FieldKind::CitizenNumber, FieldKind::FullName, FieldKind::BirthDate, FieldKind::Sex];
    for expected in truth.rows() {
        for field in compared {
            let wanted = expected.wrong_fields.split('+').any(|wrong| wrong == field.name());
            found.fields.entry(field.name().to_owned()).or_default().wanted += u64::from(wanted);
        }
    }
    for row in table::<CorrectionRow>(folder, "corrections.csv")? {
        let row = row?;
        let Some((_, expected)) = truth.find(&row.record_key) else { continue };
        let is_right = expected.value(&row.field).is_some_and(|value| value == row.new);
        let decision = found.decisions.entry(row.decision).or_default();
        decision.given += 1;
        decision.right += u64::from(is_right);
        // A value that is only written differently is corrected as well, but is no wrong field.
        let is_wrong = expected.wrong_fields.split('+').any(|wrong| wrong == row.field);
        if is_wrong || !is_right {
            let field = found.fields.entry(row.field).or_default();
            field.given += 1;
            field.right += u64::from(is_right && is_wrong);
        }
    }
    Ok(())
}

impl TrueRow {
    fn value(&self, field: &str) -> Option<&str> {
        let value = match FieldKind::from_name(field)? {
            FieldKind::CitizenNumber => &self.citizen_number,
            FieldKind::FullName => &self.full_name,
            FieldKind::BirthDate => &self.birth_date,
            FieldKind::Sex => &self.sex,
            _ => return None,
        };
        Some(value)
    }

    fn codes(&self) -> impl Iterator<Item = &str> {
        self.errors.split('+').filter(|code| !code.is_empty())
    }
}

/// The rows of a table of the run.
fn table<T: serde::de::DeserializeOwned>(
    folder: &Path,
    name: &'static str,
) -> Result<impl Iterator<Item = Result<T, Trouble>>, Trouble> {
    let path = folder.join(name);
    let reader = csv::Reader::from_path(&path).map_err(|_| Trouble::no_table(folder, name))?;
    Ok(reader
        .into_deserialize()
        .map(move |row: Result<T, csv::Error>| row.map_err(|_| missing_row(&path, name))))
}

/// A cell of a table without what keeps a spreadsheet from changing it.
fn written<'de, D: Deserializer<'de>>(cell: D) -> Result<String, D::Error> {
    String::deserialize(cell).map(|cell| read_back(&cell).to_owned())
}

fn missing_row(path: &Path, name: &'static str) -> Trouble {
    Trouble::new(TroubleCode::NotARun).file(path).word("name", name)
}
