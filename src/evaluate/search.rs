//! The search by other fields than the number, beside the truth: whom it found, and whether its chances are true.
//!
//! A row counts when its true number is missing, wrong or somebody else's, when nobody could be found by number, or when
//! the run weighed candidates for it. A byte is held for each row of the truth, the tables pass once.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::truth::{TrueRow, Truth};
use super::{CorrectionRow, Score, VerdictRow, missing_row, table};
use crate::record::guard::read_back;
use crate::record::{FieldKind, Trouble, Verdict};

/// How the search did.
#[derive(Debug, Default, Serialize)]
pub struct SearchScore {
    /// Rows that count and have a verdict.
    pub rows: u64,
    /// The right citizen of these rows: wanted where the truth has one and the number is no good, given where the run
    /// names one.
    pub citizen: Score,
    /// Rows whose right citizen is among the candidates that are kept, taken or not.
    pub among_candidates: u64,
    /// Rows without a citizen in the truth to whom the run gives one.
    pub given_to_nobody: u64,
    /// Corrections of the number of rows with candidates, per decision.
    pub number_corrections: BTreeMap<String, Score>,
    /// Rows by the chance of their best candidate.
    pub calibration: Vec<Bin>,
    /// Codes of the errors of rows whose right citizen was wanted and not given, and how often.
    pub missed: BTreeMap<String, u64>,
}

/// Rows whose best candidate has a chance from `from` on and below `to`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Least chance.
    pub from: f64,
    /// Above the greatest chance; 1 for the last bin, which holds 1 as well.
    pub to: f64,
    /// Rows.
    pub rows: u64,
    /// Mean of the chances, 0 without rows.
    pub mean_predicted: f64,
    /// Share of the rows whose best candidate is right, 0 without rows.
    pub share_right: f64,
    /// Rows whose best candidate is somebody else.
    pub wrong: u64,
}

/// Where bins begin.
const BINS: [f64; 9] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999];

/// Candidates were weighed for the row.
const WEIGHED: u8 = 1;
/// The right citizen is among them.
const AMONG: u8 = 2;

/// Judges the search of the run in `folder`; none where the run did not search.
pub(super) fn search(folder: &Path, truth: &Truth) -> Result<Option<SearchScore>, Trouble> {
    if !folder.join(CANDIDATES).exists() {
        return Ok(None);
    }
    let mut found = SearchScore::default();
    let mut marks = vec![0_u8; truth.len()];
    candidates(folder, truth, &mut marks, &mut found)?;
    for row in table::<VerdictRow>(folder, "verdicts.csv")? {
        let row = row?;
        let Some((index, expected)) = truth.find(&row.record_key) else { continue };
        let is_due = is_due(expected);
        if !is_due && marks[index] & WEIGHED == 0 {
            continue;
        }
        let is_wanted = is_due && !expected.citizen_number.is_empty();
        let is_given = !row.citizen_number.is_empty();
        let is_right = is_given && row.citizen_number == expected.citizen_number;
        found.rows += 1;
        found.citizen.wanted += u64::from(is_wanted);
        found.citizen.given += u64::from(is_given);
        found.citizen.right += u64::from(is_wanted && is_right);
        // What was weighed without need and given rightly all the same is neither wanted nor wrong.
        found.citizen.given -= u64::from(!is_wanted && is_right);
        found.among_candidates += u64::from(is_wanted && marks[index] & AMONG != 0);
        found.given_to_nobody += u64::from(is_given && expected.citizen_number.is_empty());
        if is_wanted && !is_right {
            for code in expected.codes() {
                *found.missed.entry(code.to_owned()).or_default() += 1;
            }
        }
    }
    for row in table::<CorrectionRow>(folder, "corrections.csv")? {
        let row = row?;
        let Some((index, expected)) = truth.find(&row.record_key) else { continue };
        if row.field == FieldKind::CitizenNumber.name() && marks[index] & WEIGHED != 0 {
            let score = found.number_corrections.entry(row.decision).or_default();
            score.given += 1;
            score.right += u64::from(row.new == expected.citizen_number);
        }
    }
    Ok(Some(found))
}

/// Whether the number of a row does not say whose it is.
fn is_due(expected: &TrueRow) -> bool {
    const WITHOUT: [Verdict; 5] = [
        Verdict::WrongNumber,
        Verdict::Ambiguous,
        Verdict::OtherPerson,
        Verdict::NotFound,
        Verdict::Insufficient,
    ];
    expected.wrong_fields.split('+').any(|field| field == FieldKind::CitizenNumber.name())
        || WITHOUT.into_iter().any(|verdict| verdict.name() == expected.verdict)
}

const CANDIDATES: &str = "candidates.csv";

/// Reads who was weighed. Columns have their places: comparisons may be named as other columns are.
fn candidates(
    folder: &Path,
    truth: &Truth,
    marks: &mut [u8],
    found: &mut SearchScore,
) -> Result<(), Trouble> {
    let path = folder.join(CANDIDATES);
    let damaged = || missing_row(&path, CANDIDATES);
    let mut reader = csv::Reader::from_path(&path).map_err(|_| Trouble::no_table(folder, CANDIDATES))?;
    let header = reader.headers().map_err(|_| damaged())?.clone();
    let column = |name: &str| header.iter().position(|known| known == name).ok_or_else(damaged);
    let (key, rank) = (column("record_key")?, column("rank")?);
    let (number, probability) = (column("citizen_number")?, column("probability")?);
    let mut sums = [(0_u64, 0.0_f64, 0_u64); BINS.len()];
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(|_| damaged())? {
        let Some((index, expected)) = truth.find(read_back(&row[key])) else { continue };
        marks[index] |= WEIGHED;
        if &row[rank] == "0" {
            continue;
        }
        let is_right =
            read_back(&row[number]) == expected.citizen_number && !expected.citizen_number.is_empty();
        marks[index] |= if is_right { AMONG } else { 0 };
        if &row[rank] == "1" {
            let chance: f64 = row[probability].parse().map_err(|_| damaged())?;
            if let Some(bin) = BINS.iter().rposition(|from| chance >= *from) {
                let (rows, chances, wrong) = &mut sums[bin];
                *rows += 1;
                *chances += chance;
                *wrong += u64::from(!is_right);
            }
        }
    }
    let bins = sums.into_iter().enumerate().map(|(at, (rows, chances, wrong))| {
        let share = |part: f64| if rows == 0 { 0.0 } else { part / rows as f64 };
        Bin {
            from: BINS[at],
            to: BINS.get(at + 1).copied().unwrap_or(1.0),
            rows,
            mean_predicted: share(chances),
            share_right: share((rows - wrong) as f64),
            wrong,
        }
    });
    found.calibration = bins.collect();
    Ok(())
}
