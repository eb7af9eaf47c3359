//! Why a row of a run got its verdict: everything that the run wrote about one record, and what made the difference.
//!
//! Reads what the run wrote, as anybody could. Decides nothing anew and has no words: those are found where it is shown.
//! What a name's rarity weighs is the part of a candidate's bits that its levels do not explain.

mod tables;
mod why;

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::link::model::Weights;
use crate::record::{Trouble, TroubleCode};
use tables::{Place, Table};

pub use why::{Group, Kind, RARITY, Share, Why};

/// Everything about one record of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    /// File of the list as the run shows it.
    pub file: String,
    /// Physical line in it, from 1.
    pub line: u64,
    /// The list's own key; empty where there is none.
    pub record_key: String,
    /// The row as it was understood; none where the run did not search for it.
    pub row: Option<Values>,
    /// The verdict.
    pub verdict: String,
    /// What stands beside it.
    pub flags: Vec<String>,
    /// Number of the citizen that the row is; empty where nobody was taken.
    pub citizen_number: String,
    /// Estimated chance that this is the right citizen, from 0 to 1.
    pub probability: Option<f64>,
    /// Fields that are wrong.
    pub wrong_fields: Vec<String>,
    /// What is proposed.
    pub corrections: Vec<Correction>,
    /// Checks that fired.
    pub findings: Vec<Found>,
    /// Whether the run searched by other fields than the number at all.
    pub with_search: bool,
    /// Those who were weighed, the best first.
    pub candidates: Vec<Candidate>,
    /// Rank of the candidate that was taken.
    pub taken: Option<u64>,
    /// What made the difference.
    pub why: Why,
}

/// A person as the row or the reference has it; empty where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Values {
    /// Number.
    pub citizen_number: String,
    /// Full name.
    pub full_name: String,
    /// Birth date, day first.
    pub birth_date: String,
    /// Sex.
    pub sex: String,
    /// Unit of residence.
    pub unit: String,
}

/// A proposed change of one field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Correction {
    /// The field.
    pub field: String,
    /// As the list has it.
    pub old: String,
    /// As the reference has it.
    pub new: String,
    /// What happens to it.
    pub decision: String,
    /// Estimated chance that the new value is right, from 0 to 1.
    pub probability: Option<f64>,
    /// Code of the check behind it.
    pub code: String,
    /// Why, in Vietnamese.
    pub reason: String,
    /// Why, in English.
    pub reason_en: String,
}

/// A check that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The field.
    pub field: String,
    /// Code of the check.
    pub code: String,
    /// How much it weighs.
    pub severity: String,
}

/// Somebody who was weighed against the row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// 1 for the best.
    pub rank: u64,
    /// What the reference says.
    #[serde(flatten)]
    pub values: Values,
    /// Estimated chance that the row is this citizen, from 0 to 1.
    pub probability: f64,
    /// All that speaks for this citizen, in bits; two decimals, as the run wrote it.
    pub bits: f64,
    /// Field by field.
    pub comparisons: Vec<Compared>,
    /// What the rarity of the name adds, in bits: more than 0 for a rare one; 0 where it does not count.
    pub name_rarity_bits: f64,
}

/// One field of the row beside that of a candidate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The comparison.
    pub comparison: String,
    /// The level that holds; `missing` where one side says nothing.
    pub level: String,
    /// What it weighs, in bits: more than 0 for one person, less than 0 against.
    pub bits: f64,
}

/// Explains one record of the run in `folder`. `record` is its key, its line, or `FILE:LINE`; a key goes before a line.
///
/// # Errors
/// When the folder holds no reconciliation, when no record is named so, or several are.
pub fn explain(folder: &Path, record: &str) -> Result<Explained, Trouble> {
    let mut explained = verdict(folder, record)?;
    let place = Place { file: explained.file.clone(), line: explained.line };
    explained.corrections = corrections(folder, &place)?;
    explained.findings = findings(folder, &place)?;
    if let Some(mut table) = Table::open_if_there(folder, "candidates.csv")? {
        explained.with_search = true;
        candidates(&mut table, &weights(folder)?, &place, &mut explained)?;
    }
    let is_taken = |candidate: &&Candidate| {
        candidate.values.citizen_number == explained.citizen_number && !explained.citizen_number.is_empty()
    };
    explained.taken = explained.candidates.iter().find(is_taken).map(|candidate| candidate.rank);
    explained.why = why::why(&explained);
    Ok(explained)
}

fn verdict(folder: &Path, record: &str) -> Result<Explained, Trouble> {
    let mut table = Table::open(folder, "verdicts.csv")?;
    let column = |name| table.column(name);
    let (key, verdict, flags) = (column("record_key")?, column("verdict")?, column("flags")?);
    let (number, probability) = (column("citizen_number")?, column("probability")?);
    let wrong = column("wrong_fields")?;
    tables::find(&mut table, record, |row, place| {
        Ok(Explained {
            file: place.file,
            line: place.line,
            record_key: row.text(key),
            row: None,
            verdict: row.text(verdict),
            flags: row.codes(flags),
            citizen_number: row.text(number),
            probability: row.number(probability),
            wrong_fields: row.codes(wrong),
            corrections: Vec::new(),
            findings: Vec::new(),
            with_search: false,
            candidates: Vec::new(),
            taken: None,
            why: Why::default(),
        })
    })
}

fn corrections(folder: &Path, place: &Place) -> Result<Vec<Correction>, Trouble> {
    let mut table = Table::open(folder, "corrections.csv")?;
    let column = |name| table.column(name);
    let (field, old, new) = (column("field")?, column("old")?, column("new")?);
    let (decision, probability, code) = (column("decision")?, column("probability")?, column("code")?);
    let (reason, reason_en) = (column("reason")?, column("reason_en")?);
    let mut found = Vec::new();
    table.each_about(place, |row| {
        found.push(Correction {
            field: row.text(field),
            old: row.text(old),
            new: row.text(new),
            decision: row.text(decision),
            probability: row.number(probability),
            code: row.text(code),
            reason: row.text(reason),
            reason_en: row.text(reason_en),
        });
        Ok(())
    })?;
    Ok(found)
}

fn findings(folder: &Path, place: &Place) -> Result<Vec<Found>, Trouble> {
    let mut table = Table::open(folder, "findings.csv")?;
    let (field, code) = (table.column("field")?, table.column("code")?);
    let severity = table.column("severity")?;
    let mut found = Vec::new();
    table.each_about(place, |row| {
        found.push(Found { field: row.text(field), code: row.text(code), severity: row.text(severity) });
        Ok(())
    })?;
    Ok(found)
}

/// What the levels of this run weigh.
fn weights(folder: &Path) -> Result<Weights, Trouble> {
    const NAME: &str = "weights.toml";
    let path = folder.join(NAME);
    let text = fs::read_to_string(&path)
        .map_err(|_| Trouble::new(TroubleCode::NotARun).file(folder).word("name", NAME))?;
    Weights::from_text(&text).map_err(|wrong| {
        Trouble::new(TroubleCode::BadProfile).file(path).line(wrong.line).word("cause", wrong.cause)
    })
}

/// What the names of the columns of levels end with in `candidates.csv`, behind the name of the comparison.
const LEVEL: &str = "_level";

/// Reads the row as it was understood (rank 0) and its candidates. The levels stand behind the last other column.
fn candidates(
    table: &mut Table,
    weights: &Weights,
    place: &Place,
    explained: &mut Explained,
) -> Result<(), Trouble> {
    let column = |name| table.column(name);
    let (rank, number, probability) = (column("rank")?, column("citizen_number")?, column("probability")?);
    let (bits, name, birth) = (column("bits")?, column("full_name")?, column("birth_date")?);
    let (sex, unit) = (column("sex")?, column("unit")?);
    let names: Vec<String> =
        table.columns()[unit + 1..].iter().map(|name| name.trim_end_matches(LEVEL).to_owned()).collect();
    table.each_about(place, |row| {
        let values = Values {
            citizen_number: row.text(number),
            full_name: row.text(name),
            birth_date: row.text(birth),
            sex: row.text(sex),
            unit: row.text(unit),
        };
        let rank = row.number(rank).unwrap_or(0);
        if rank == 0 {
            explained.row = Some(values);
            return Ok(());
        }
        let compared = names.iter().enumerate().map(|(at, comparison)| {
            let level = row.text(unit + 1 + at);
            Compared { bits: level_bits(weights, comparison, &level), comparison: comparison.clone(), level }
        });
        let comparisons: Vec<Compared> = compared.collect();
        let bits = row.number(bits).unwrap_or(0.0);
        let of_levels: f64 = comparisons.iter().map(|compared| compared.bits).sum();
        let rarity = hundredths(bits - of_levels);
        explained.candidates.push(Candidate {
            rank,
            values,
            probability: row.number(probability).unwrap_or(0.0),
            bits,
            comparisons,
            // The run wrote two decimals: less than that is rounding.
            name_rarity_bits: if rarity.abs() < 0.015 { 0.0 } else { rarity },
        });
        Ok(())
    })
}

fn level_bits(weights: &Weights, comparison: &str, level: &str) -> f64 {
    let comparison = weights.comparisons.iter().find(|known| known.name == comparison);
    let level = comparison.and_then(|known| known.levels.iter().find(|known| known.name == level));
    level.map_or(0.0, |level| hundredths(level.bits()))
}

/// A number with two decimals, as the run writes bits.
fn hundredths(bits: f64) -> f64 {
    (bits * 100.0).round() / 100.0
}
