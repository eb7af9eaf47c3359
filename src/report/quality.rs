//! What a summary says of the quality of a list: what has to be done, field by field, unit by unit, and how sure it is.
//!
//! Counts only. Whatever a page shows in sums stands here, so that page and summary cannot differ.

use schemars::JsonSchema;
use serde::Serialize;

use super::counts::{CHANCE_BINS, Counts};
use super::mask;
use super::seen::UnitTally;
use crate::rulebook::COMPARED;

/// Units named in a summary.
pub const UNITS_NAMED: usize = 20;

/// Letters of a unit's name that are shown.
const UNIT_LETTERS: usize = 160;

/// One field of a list. The four kinds of cells add up to the records that have the column.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize)]
pub struct FieldQuality {
    /// The field.
    pub field: &'static str,
    /// Cells of it.
    pub cells: u64,
    /// Cells without a value.
    pub missing: u64,
    /// Cells that stand as they were written.
    pub as_written: u64,
    /// Cells that were written another way and are canonical now.
    pub rewritten: u64,
    /// Cells that cannot be read as a value of the field.
    pub unreadable: u64,
    /// Records in which the reference says something else; none where there is no reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<u64>,
}

/// The fields of a list, those that are compared first.
pub fn fields(counts: &Counts, with_reference: bool) -> Vec<FieldQuality> {
    let of = |(field, cells): (&crate::record::FieldKind, &super::counts::Cells)| FieldQuality {
        field: field.name(),
        cells: cells.missing + cells.as_written + cells.rewritten + cells.unreadable,
        missing: cells.missing,
        as_written: cells.as_written,
        rewritten: cells.rewritten,
        unreadable: cells.unreadable,
        wrong: COMPARED
            .iter()
            .position(|other| other == field)
            .filter(|_| with_reference)
            .map(|at| counts.wrong[at]),
    };
    let mut fields: Vec<_> = counts.cells.iter().collect();
    fields.sort_by_key(|(field, _)| (!COMPARED.contains(field), **field));
    fields.into_iter().map(of).collect()
}

/// Corrections whose estimated chance lies from `from` up to that of the bin before.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct ChanceBin {
    /// Lowest chance of the bin.
    pub from: f64,
    /// How many.
    pub corrections: u64,
}

/// How sure the corrections of a run are.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize)]
pub struct Certainty {
    /// Corrections by chance, the surest first.
    pub bins: Vec<ChanceBin>,
    /// How many corrections are wrong if the chances are right, with one decimal.
    pub expected_wrong: f64,
}

/// How sure corrections are; none where there is none.
pub fn certainty(counts: &Counts) -> Option<Certainty> {
    let chances = &counts.chances;
    let bin = |(from, corrections): (u16, u64)| ChanceBin { from: f64::from(from) / 10_000.0, corrections };
    let bins: Vec<ChanceBin> = CHANCE_BINS.into_iter().zip(chances.bins).map(bin).collect();
    let expected_wrong = (chances.wrong_ten_thousandths as f64 / 1_000.0).round() / 10.0;
    bins.iter().any(|bin| bin.corrections > 0).then_some(Certainty { bins, expected_wrong })
}

/// Records of one unit of residence.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema, Serialize)]
pub struct UnitCount {
    /// Code and names.
    pub unit: String,
    /// Records of the unit; none where only records with corrections tell theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// Records that somebody has to look at.
    pub to_check: u64,
    /// Records of which all changes are automatic.
    pub auto: u64,
}

/// Units of residence of the records for which there is something to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema, Serialize)]
pub struct UnitFacts {
    /// Units with at least one such record.
    pub units: u64,
    /// Records that somebody has to look at, of all units.
    pub to_check: u64,
    /// Records of which all changes are automatic, of all units.
    pub auto: u64,
    /// The units with most to look at.
    pub top: Vec<UnitCount>,
}

/// All units, those with most to look at first.
pub fn units(tallies: impl Iterator<Item = (String, UnitTally)>) -> Vec<UnitCount> {
    let of = |(unit, tally): (String, UnitTally)| UnitCount {
        unit: mask::cut(&unit, UNIT_LETTERS),
        records: Some(tally.records).filter(|records| *records > 0),
        to_check: tally.to_check,
        auto: tally.auto,
    };
    let has_work = |tally: &UnitTally| tally.to_check + tally.auto > 0;
    let mut units: Vec<UnitCount> = tallies.filter(|(_, tally)| has_work(tally)).map(of).collect();
    units.sort_by(|one, other| {
        let key = |unit: &UnitCount| std::cmp::Reverse((unit.to_check, unit.auto));
        key(one).cmp(&key(other)).then_with(|| one.unit.cmp(&other.unit))
    });
    units
}

/// What a summary says of units; none where no record tells its unit.
pub fn unit_facts(units: &[UnitCount]) -> Option<UnitFacts> {
    (!units.is_empty()).then(|| UnitFacts {
        units: units.len() as u64,
        to_check: units.iter().map(|unit| unit.to_check).sum(),
        auto: units.iter().map(|unit| unit.auto).sum(),
        top: units.iter().take(UNITS_NAMED).cloned().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_units_come_first_and_sums_are_of_all() {
        let tally = |to_check, auto| UnitTally { records: 0, auto, to_check };
        let tallies = [("b", tally(1, 1)), ("a", tally(1, 1)), ("c", tally(0, 0)), ("d", tally(2, 0))];
        let units = units(tallies.into_iter().map(|(unit, tally)| (unit.to_owned(), tally)));
        let names: Vec<&str> = units.iter().map(|unit| unit.unit.as_str()).collect();
        assert_eq!(names, ["d", "a", "b"]);
        let facts = unit_facts(&units).expect("there are units");
        assert_eq!((facts.units, facts.to_check, facts.auto), (3, 4, 2));
        assert_eq!(unit_facts(&[]), None);
    }

    #[test]
    fn chances_add_up_in_whole_numbers() {
        let mut counts = Counts::default();
        assert_eq!(certainty(&counts), None);
        [1.0, 0.9999, 0.99, 0.5].into_iter().for_each(|chance| counts.chances.add(chance));
        let certainty = certainty(&counts).expect("there are corrections");
        let n: Vec<u64> = certainty.bins.iter().map(|bin| bin.corrections).collect();
        assert_eq!(n, [2, 0, 1, 0, 0, 1]);
        assert_eq!(certainty.expected_wrong, 0.5);
    }
}
