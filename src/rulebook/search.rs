//! `linkage/person.toml`: how the citizen of a row is searched where its number does not help.

use serde::Deserialize;
use toml::Spanned;

use super::files::{RuleFiles, line_of};
use crate::fields::birth_date::DateDifference;
use crate::fields::person_name::NameDifference;
use crate::record::{Decision, Trouble};

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPart {
    /// Day, month and year of birth.
    BirthDate,
    /// Year of birth.
    BirthYear,
    /// Day and month of birth.
    BirthDay,
    /// The last word of the name, without marks.
    GivenName,
    /// The name as compared.
    Name,
    /// The name without marks.
    UnmarkedName,
    /// Sex.
    Sex,
    /// Commune of today.
    Commune,
    /// Province of today.
    Province,
    /// Telephone.
    Phone,
    /// Earlier number.
    OldNumber,
    /// The first six digits of the personal number.
    NumberHead,
    /// The last six digits of the personal number.
    NumberTail,
}

/// A key by which rows and citizens meet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchBlock {
    /// Its name.
    pub name: String,
    /// Its parts.
    pub parts: Vec<KeyPart>,
    /// Parts that refine a value that gives too many pairs.
    #[serde(default)]
    pub refine: Vec<KeyPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    present: f64,
    sampled_one_in: u64,
    sampled_at_least: u64,
    sampled_at_most: u64,
    kept: usize,
    pairs_max: u64,
    value_pairs_max: u64,
    link_from: f64,
    review_from: f64,
    auto_from: f64,
    auto_names: Vec<String>,
    auto_dates: Vec<String>,
    one_row_each: bool,
    search_below: f64,
    block: Vec<Spanned<SearchBlock>>,
}

/// The search, as the rules have it.
#[derive(Debug)]
pub struct SearchRules {
    /// Chance that a searched row's person is in the reference, before anything is known.
    pub present: f64,
    /// Learning looks at one citizen in so many.
    sampled_one_in: u64,
    /// The fewest citizens that learning looks at, and the most.
    sampled: (u64, u64),
    /// Candidates of a row that are kept.
    pub kept: usize,
    /// Most pairs of a run.
    pub pairs_max: u64,
    /// Most pairs of one value of a key that is not refined.
    pub value_pairs_max: u64,
    /// Chance from which a candidate is the row's person.
    pub link_from: f64,
    /// Whether a citizen may be one row of a list only.
    pub one_row_each: bool,
    /// Rows whose number leads to a citizen less surely than this are searched.
    pub search_below: f64,
    /// The keys, in the order in which they are tried.
    pub blocks: Vec<SearchBlock>,
    review_from: f64,
    auto_from: f64,
    auto_names: [bool; NameDifference::ALL.len()],
    auto_dates: [bool; DateDifference::ALL.len()],
}

/// Most keys: a bit of a word for each.
const BLOCKS_MAX: usize = 32;

impl SearchRules {
    /// How many of so many citizens learning looks at.
    pub fn sampled_of(&self, n_citizens: u64) -> u64 {
        let (least, most) = self.sampled;
        (n_citizens / self.sampled_one_in).clamp(least, most).min(n_citizens)
    }

    /// Reads and validates the file.
    ///
    /// # Errors
    /// With file and line, when something is missing, unknown or out of range.
    pub fn load(files: &RuleFiles) -> Result<Self, Trouble> {
        const NAME: &str = "linkage/person.toml";
        let written: Written = files.toml(NAME)?;
        let text = files.text(NAME)?;
        let wrong = |line, cause: &str| Err(files.wrong(NAME, line, cause));
        let chances = [written.link_from, written.review_from, written.auto_from];
        if !chances.is_sorted() || chances[0] <= 0.0 || chances[2] > 1.0 {
            return wrong(1, "link_from, review_from and auto_from go up, from above 0 to 1");
        }
        if !(written.present > 0.0 && written.present < 1.0) {
            return wrong(1, "present is above 0 and below 1");
        }
        if written.block.is_empty() || written.block.len() > BLOCKS_MAX {
            return wrong(1, "there are 1 to 32 blocks");
        }
        if written.kept == 0 || written.sampled_one_in == 0 || written.sampled_at_least == 0 {
            return wrong(1, "kept, sampled_one_in and sampled_at_least are above 0");
        }
        if written.sampled_at_least > written.sampled_at_most {
            return wrong(1, "sampled_at_least is above sampled_at_most");
        }
        for (at, block) in written.block.iter().enumerate() {
            let line = line_of(text, block.span().start);
            let block = block.get_ref();
            if block.parts.is_empty() {
                return wrong(line, "a block has at least one part");
            }
            if written.block[..at].iter().any(|other| other.get_ref().name == block.name) {
                return wrong(line, "two blocks have one name");
            }
        }
        let name_of = |way: &NameDifference| way.name();
        let date_of = |way: &DateDifference| way.name();
        let known =
            |named: &[String], all: &[&str]| named.iter().find(|name| !all.contains(&name.as_str())).cloned();
        let (names, dates) =
            (NameDifference::ALL.each_ref().map(name_of), DateDifference::ALL.each_ref().map(date_of));
        let unknown = known(&written.auto_names, &names).or_else(|| known(&written.auto_dates, &dates));
        if let Some(unknown) = unknown {
            return wrong(1, &format!("nothing differs in the way `{unknown}`"));
        }
        Ok(Self {
            present: written.present,
            sampled_one_in: written.sampled_one_in,
            sampled: (written.sampled_at_least, written.sampled_at_most),
            kept: written.kept,
            pairs_max: written.pairs_max,
            value_pairs_max: written.value_pairs_max,
            link_from: written.link_from,
            one_row_each: written.one_row_each,
            search_below: written.search_below,
            review_from: written.review_from,
            auto_from: written.auto_from,
            auto_names: names.map(|name| written.auto_names.iter().any(|other| other == name)),
            auto_dates: dates.map(|name| written.auto_dates.iter().any(|other| other == name)),
            blocks: written.block.into_iter().map(Spanned::into_inner).collect(),
        })
    }

    /// What happens to corrections that follow from a citizen found with this chance, whose name and birth date differ
    /// from the row's in these ways. A name or a date that nobody compared is as one that differs wholly.
    pub fn decision(
        &self,
        chance: f64,
        name: Option<NameDifference>,
        birth: Option<DateDifference>,
    ) -> Decision {
        let is_near = name.is_some_and(|way| self.auto_names[way as usize])
            && birth.is_some_and(|way| self.auto_dates[way as usize]);
        if chance >= self.auto_from && is_near {
            Decision::Auto
        } else if chance >= self.review_from {
            Decision::Review
        } else {
            Decision::FieldCheck
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_and_dates_are_corrected_unseen() {
        let rules = SearchRules::load(&RuleFiles::load(None).expect("rules")).expect("our own file");
        let same = (Some(NameDifference::Same), Some(DateDifference::Same));
        let cases = [
            (1.0, same, Decision::Auto),
            (0.9998, same, Decision::Review),
            (0.6, same, Decision::FieldCheck),
            (1.0, (Some(NameDifference::GivenSame), same.1), Decision::Review),
            (1.0, (same.0, Some(DateDifference::Different)), Decision::Review),
            (1.0, (same.0, None), Decision::Review),
        ];
        for (chance, (name, birth), expected) in cases {
            assert_eq!(rules.decision(chance, name, birth), expected, "{chance} {name:?} {birth:?}");
        }
    }
}
