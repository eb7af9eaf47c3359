//! The checks: written in `rules/checks/*.toml`, validated, and compiled into tables that a row is looked up in.
//!
//! Kinds are a small closed set in code; instances are data. A check no kind can express earns a named
//! function in `fields`, never an expression language here.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::files::{RuleFiles, line_of};
use crate::places::PlaceMark;
use crate::record::{CellState, Defect, FieldKind, Flag, Repair, Severity, Trouble, Verdict};

/// The quality dimension that a check belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// A value is there.
    Completeness,
    /// It has the right form.
    Validity,
    /// It agrees with the rest of the row.
    Consistency,
    /// It stands once.
    Uniqueness,
    /// It is what the reference says.
    Accuracy,
    /// It is of today.
    Timeliness,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    #[serde(default)]
    check: Vec<WrittenCheck>,
    #[serde(default)]
    unchecked: Vec<Unchecked>,
}

/// A code of the taxonomy that no check answers to, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unchecked {
    /// The code.
    pub code: String,
    /// Why, in Vietnamese.
    pub vi: String,
    /// Why, in English.
    pub en: String,
    /// Whether it could be found with a reference.
    pub needs_reference: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCheck {
    code: Spanned<String>,
    field: FieldKind,
    kind: Kind,
    #[serde(default)]
    of: Vec<Spanned<String>>,
    severity: Severity,
    dimension: Dimension,
    vi: String,
    en: String,
    #[serde(default)]
    source: Option<String>,
}

/// What a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// No value.
    Missing,
    /// A value that cannot be canonical, for one of these defects.
    Defect,
    /// A value that became canonical by one of these repairs.
    Repair,
    /// Two fields of the row contradict each other.
    Conflict,
    /// The value differs from the reference in one of these ways.
    Difference,
    /// Something known of the record as a whole.
    Flag,
    /// Something about the unit that an address means.
    Place,
    /// Something that only the rows of a list together show.
    Group,
    /// Something about a file or a column as a whole.
    File,
    /// The verdict itself.
    Verdict,
}

impl Kind {
    /// How many kinds there are.
    const COUNT: usize = Self::Verdict as usize + 1;

    /// Where the checks of a kind of a field are.
    const fn place(field: FieldKind, kind: Self) -> usize {
        field as usize * Self::COUNT + kind as usize
    }

    /// Whether the check cannot fire without a reference.
    pub fn needs_reference(self, of: &[String]) -> bool {
        const KNOWN_THERE: [&str; 6] =
            ["deceased", "cancelled", "reference_duplicate", "emigrated", "no_residence", "found_elsewhere"];
        match self {
            Self::Difference | Self::Verdict => true,
            Self::Flag => of.iter().all(|of| KNOWN_THERE.contains(&of.as_str())),
            _ => false,
        }
    }
}

/// Names that `of` may hold.
const CONFLICTS: [&str; 13] = [
    "sex",
    "birth_date",
    "parent_age",
    "name_sex",
    "keys_left",
    "lower_case",
    "birth_place",
    "other_date",
    "partial",
    "shifted",
    "child_without_number",
    "twelve_digits",
    "twice_issued",
];
const GROUPS: [&str; 7] = [
    "shared_number",
    "same_person",
    "filled_down",
    "sorted_alone",
    "frequent_date",
    "frequent_event_date",
    "one_sex",
];
const FILES: [&str; 6] = ["not_records", "hidden", "split_name", "month_first", "swapped_cells", "one_sex"];
const FLAGS: [&str; 10] = [
    "found_elsewhere",
    "duplicate",
    "shared_number",
    "deceased",
    "cancelled",
    "old_number",
    "foreigner",
    "reference_duplicate",
    "emigrated",
    "no_residence",
];

/// A check in force.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// Stable code.
    pub code: String,
    /// The field it speaks of.
    pub field: FieldKind,
    /// What it looks at.
    pub kind: Kind,
    /// Which defects, repairs, ... it answers to.
    pub of: Vec<String>,
    /// How much it weighs.
    pub severity: Severity,
    /// Quality dimension.
    pub dimension: Dimension,
    /// Wording in Vietnamese.
    pub vi: String,
    /// Wording in English.
    pub en: String,
    /// Decree, circular or dispatch.
    pub source: Option<String>,
    /// The file it stands in.
    pub file: String,
}

/// Position of a check among all checks.
pub type CheckId = u16;

/// All checks, found by what happened.
#[derive(Debug)]
pub struct CheckBook {
    checks: Vec<Check>,
    unchecked: Vec<Unchecked>,
    /// For each kind of each field what its checks answer to: a few words, which are asked for row by row.
    index: Vec<Vec<(String, CheckId)>>,
    defects: [[Option<CheckId>; Defect::ALL.len()]; CHECKED.len()],
    repairs: [[Option<CheckId>; Repair::ALL.len()]; CHECKED.len()],
    missing: [Option<CheckId>; CHECKED.len()],
    verdicts: [Option<CheckId>; Verdict::ALL.len()],
    flags: [Option<CheckId>; Flag::ALL.len()],
}

/// The fields that are compared with the reference (dispatch 2262/BYT-CNTT of 4 May 2022).
pub const COMPARED: [FieldKind; 4] =
    [FieldKind::CitizenNumber, FieldKind::FullName, FieldKind::BirthDate, FieldKind::Sex];

/// The fields whose cells have checks of their own: those that are compared, then papers and telephone.
pub const CHECKED: [FieldKind; 11] = [
    FieldKind::CitizenNumber,
    FieldKind::FullName,
    FieldKind::BirthDate,
    FieldKind::Sex,
    FieldKind::Phone,
    FieldKind::HealthCard,
    FieldKind::SocialInsurance,
    FieldKind::TaxCode,
    FieldKind::Passport,
    FieldKind::Ethnicity,
    FieldKind::OldNumber,
];

impl CheckBook {
    /// Reads and validates all files of `checks/`.
    ///
    /// # Errors
    /// With file and line, when a name is unknown or two checks answer to the same thing.
    pub fn load(files: &RuleFiles) -> Result<Self, Trouble> {
        let mut book = Self {
            checks: Vec::new(),
            unchecked: Vec::new(),
            index: vec![Vec::new(); FieldKind::ALL.len() * Kind::COUNT],
            defects: [[None; Defect::ALL.len()]; CHECKED.len()],
            repairs: [[None; Repair::ALL.len()]; CHECKED.len()],
            missing: [None; CHECKED.len()],
            verdicts: [None; Verdict::ALL.len()],
            flags: [None; Flag::ALL.len()],
        };
        for name in files.names_in("checks") {
            let written: WrittenFile = files.toml(name)?;
            for check in written.check {
                book.add(files, name, check)?;
            }
            book.unchecked.extend(written.unchecked);
        }
        book.compile();
        Ok(book)
    }

    fn add(&mut self, files: &RuleFiles, name: &str, written: WrittenCheck) -> Result<(), Trouble> {
        let line = |spanned: &Spanned<String>| {
            files.text(name).map_or(1, |text| line_of(text, spanned.span().start))
        };
        let id = CheckId::try_from(self.checks.len()).expect("fewer checks than 65,536");
        let keys: Vec<(u64, String)> = if written.kind == Kind::Missing {
            vec![(line(&written.code), String::new())]
        } else {
            written.of.iter().map(|of| (line(of), of.get_ref().clone())).collect()
        };
        if keys.is_empty() {
            return Err(files.wrong(name, line(&written.code), "`of` is empty: the check would never fire"));
        }
        for (line, of) in keys {
            if !is_known(written.kind, &of) {
                return Err(files.wrong(name, line, &format!("`{of}` is nothing that this kind knows")));
            }
            if self.find(written.field, written.kind, &of).is_some() {
                return Err(files.wrong(name, line, &format!("another check answers to `{of}` already")));
            }
            self.index[Kind::place(written.field, written.kind)].push((of, id));
        }
        self.checks.push(Check {
            code: written.code.into_inner(),
            field: written.field,
            kind: written.kind,
            of: written.of.into_iter().map(Spanned::into_inner).collect(),
            severity: written.severity,
            dimension: written.dimension,
            vi: written.vi,
            en: written.en,
            source: written.source,
            file: name.to_owned(),
        });
        Ok(())
    }

    fn compile(&mut self) {
        for verdict in Verdict::ALL {
            let id = self.find(FieldKind::CitizenNumber, Kind::Verdict, verdict.name());
            self.verdicts[verdict as usize] = id;
        }
        for flag in Flag::ALL {
            self.flags[flag as usize] = self.find(FieldKind::CitizenNumber, Kind::Flag, flag.name());
        }
        for (field_index, field) in CHECKED.into_iter().enumerate() {
            self.missing[field_index] = self.find(field, Kind::Missing, "");
            for (index, defect) in Defect::ALL.into_iter().enumerate() {
                self.defects[field_index][index] = self.find(field, Kind::Defect, defect.name());
            }
            for (index, repair) in Repair::ALL.into_iter().enumerate() {
                self.repairs[field_index][index] = self.find(field, Kind::Repair, repair.name());
            }
        }
    }

    /// The check that answers to something, if there is one.
    pub fn find(&self, field: FieldKind, kind: Kind, of: &str) -> Option<CheckId> {
        let answers = &self.index[Kind::place(field, kind)];
        answers.iter().find(|(known, _)| known == of).map(|(_, id)| *id)
    }

    /// The check that answers to a verdict.
    pub fn of_verdict(&self, verdict: Verdict) -> Option<CheckId> {
        self.verdicts[verdict as usize]
    }

    /// The check that answers to a flag.
    pub fn of_flag(&self, flag: Flag) -> Option<CheckId> {
        self.flags[flag as usize]
    }

    /// Calls `found` with each check that the state of a cell sets off. `field` counts in [`CHECKED`].
    #[inline]
    pub fn of_state(&self, field: usize, state: CellState, found: &mut impl FnMut(CheckId)) {
        match state {
            CellState::Unchanged => {}
            CellState::Missing => {
                if let Some(id) = self.missing[field] {
                    found(id);
                }
            }
            CellState::Reformatted(repairs) => {
                let mut last = None;
                for repair in repairs.iter() {
                    let id = self.repairs[field][repair as usize];
                    if let Some(fired) = id.filter(|_| id != last) {
                        last = id;
                        found(fired);
                    }
                }
            }
            CellState::Defective(defect) => {
                if let Some(id) = self.defects[field][defect as usize] {
                    found(id);
                }
            }
        }
    }

    /// The check behind an id.
    pub fn get(&self, id: CheckId) -> &Check {
        &self.checks[usize::from(id)]
    }

    /// Codes of the taxonomy that no check answers to.
    pub fn unchecked(&self) -> &[Unchecked] {
        &self.unchecked
    }

    /// All checks in the order of their files.
    pub fn all(&self) -> &[Check] {
        &self.checks
    }
}

fn is_known(kind: Kind, of: &str) -> bool {
    match kind {
        Kind::Missing => of.is_empty(),
        Kind::Defect => Defect::from_name(of).is_some(),
        Kind::Repair => Repair::from_name(of).is_some(),
        Kind::Conflict => CONFLICTS.contains(&of),
        Kind::Flag => FLAGS.contains(&of),
        Kind::Place => PlaceMark::from_name(of).is_some(),
        Kind::Group => GROUPS.contains(&of),
        Kind::File => FILES.contains(&of),
        Kind::Verdict => Verdict::from_name(of).is_some(),
        // The ways of differing belong to the fields; `Rulebook::load` sees to it that each has its check.
        Kind::Difference => !of.is_empty(),
    }
}
