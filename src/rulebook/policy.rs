//! The policy: when a row is the citizen its number names, and what happens to each difference.

use std::collections::HashMap;

use serde::Deserialize;
use toml::Spanned;

use super::files::{RuleFiles, line_of};
use crate::fields::birth_date::DateDifference;
use crate::fields::person_name::NameDifference;
use crate::record::{Decision, Difference, Repair, Repairs, Trouble};

/// How sure the number itself is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberState {
    /// As written, or with separators removed.
    Certain,
    /// Restored, and confirmed by sex and birth year.
    Repaired,
    /// A candidate that nothing in the row confirms.
    Unconfirmed,
    /// Nine digits.
    Old,
}

/// How far a field of the row is from the reference; `Missing` when the list does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// The same as compared.
    None,
    /// A way of writing or a common slip.
    Slight,
    /// Another value that this person may still have.
    Large,
    /// Nothing speaks for the same person.
    Total,
    /// No usable value in the list.
    Missing,
}

impl Distance {
    const ALL: [Self; 5] = [Self::None, Self::Slight, Self::Large, Self::Total, Self::Missing];
}

impl NumberState {
    const ALL: [Self; 4] = [Self::Certain, Self::Repaired, Self::Unconfirmed, Self::Old];
}

impl From<Difference> for Distance {
    fn from(difference: Difference) -> Self {
        match difference {
            Difference::None => Self::None,
            Difference::Slight => Self::Slight,
            Difference::Large => Self::Large,
            Difference::Total => Self::Total,
        }
    }
}

/// What is known of a row whose number was found.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    /// How sure the number is.
    pub number: NumberState,
    /// Name against the reference.
    pub full_name: Distance,
    /// Birth date against the reference.
    pub birth_date: Distance,
    /// Sex against the reference.
    pub sex: Distance,
}

impl Situation {
    /// The place of the situation among [`situations`].
    const fn index(&self) -> usize {
        const N: usize = Distance::ALL.len();
        ((self.number as usize * N + self.full_name as usize) * N + self.birth_date as usize) * N
            + self.sex as usize
    }
}

/// Every situation.
fn situations() -> impl Iterator<Item = Situation> {
    let distances = || Distance::ALL.into_iter();
    NumberState::ALL.into_iter().flat_map(move |number| {
        distances().flat_map(move |full_name| {
            distances().flat_map(move |birth_date| {
                distances().map(move |sex| Situation { number, full_name, birth_date, sex })
            })
        })
    })
}

/// The first rule that holds, by its position; the last holds always.
fn first_that_holds(rules: &[WrittenRule], situation: &Situation) -> u16 {
    fn fits<T: PartialEq>(allowed: Option<&Vec<T>>, value: &T) -> bool {
        allowed.is_none_or(|allowed| allowed.contains(value))
    }
    let position = rules.iter().position(|rule| {
        fits(rule.number.as_ref(), &situation.number)
            && fits(rule.full_name.as_ref(), &situation.full_name)
            && fits(rule.birth_date.as_ref(), &situation.birth_date)
            && fits(rule.sex.as_ref(), &situation.sex)
    });
    position.expect("the last rule holds for every situation") as u16
}

/// What the policy says of a situation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ruling {
    /// Whether the row is the citizen that the number names.
    pub same_person: bool,
    /// What happens to its corrections.
    pub decision: Decision,
    /// Estimated chance that a correction is right.
    pub probability: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPolicy {
    auto_probability: f64,
    distance: WrittenDistances,
    rule: Vec<Spanned<WrittenRule>>,
    repair: Vec<Spanned<WrittenRepair>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRepair {
    of: Vec<String>,
    decision: Decision,
    probability: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDistances {
    full_name: HashMap<String, Difference>,
    birth_date: HashMap<String, Difference>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    number: Option<Vec<NumberState>>,
    full_name: Option<Vec<Distance>>,
    birth_date: Option<Vec<Distance>>,
    sex: Option<Vec<Distance>>,
    same_person: bool,
    decision: Decision,
    probability: f64,
}

/// The policy in force.
#[derive(Debug)]
pub struct Policy {
    names: HashMap<String, Difference>,
    dates: HashMap<String, Difference>,
    /// How far apart each way of differing is, in the order of the ways.
    name_distances: [Distance; NameDifference::ALL.len()],
    date_distances: [Distance; DateDifference::ALL.len()],
    rules: Vec<WrittenRule>,
    /// The rule of every situation, by the number of the situation.
    rule_of: Vec<u16>,
    repairs: [(Decision, f64); Repair::ALL.len()],
    applied: Repairs,
}

impl Policy {
    /// Reads and validates `policy.toml`.
    ///
    /// # Errors
    /// With file and line, when a rule is too bold or nothing is said of some situation.
    pub fn load(files: &RuleFiles) -> Result<Self, Trouble> {
        const NAME: &str = "policy.toml";
        let written: WrittenPolicy = files.toml(NAME)?;
        let text = files.text(NAME)?;
        for rule in &written.rule {
            let line = line_of(text, rule.span().start);
            let rule = rule.get_ref();
            if rule.decision == Decision::Auto && rule.probability < written.auto_probability {
                return Err(files.wrong(
                    NAME,
                    line,
                    "`auto` needs at least the probability of auto_probability",
                ));
            }
            if !(0.0..=1.0).contains(&rule.probability) {
                return Err(files.wrong(NAME, line, "probability is a number from 0 to 1"));
            }
        }
        let rules: Vec<WrittenRule> = written.rule.into_iter().map(Spanned::into_inner).collect();
        let covers_all = |rule: &WrittenRule| {
            rule.number.is_none()
                && rule.full_name.is_none()
                && rule.birth_date.is_none()
                && rule.sex.is_none()
        };
        if !rules.last().is_some_and(covers_all) {
            return Err(files.wrong(NAME, 1, "the last rule must hold for every situation"));
        }
        let distance = |known: &HashMap<String, Difference>, way: &str| {
            known.get(way).copied().unwrap_or(Difference::Total).into()
        };
        let WrittenDistances { full_name: names, birth_date: dates } = written.distance;
        let mut policy = Self {
            name_distances: NameDifference::ALL.map(|way| distance(&names, way.name())),
            date_distances: DateDifference::ALL.map(|way| distance(&dates, way.name())),
            names,
            dates,
            rule_of: situations().map(|situation| first_that_holds(&rules, &situation)).collect(),
            rules,
            repairs: [(Decision::Review, 0.0); Repair::ALL.len()],
            applied: Repairs::NONE,
        };
        let mut said = Repairs::NONE;
        for repair in &written.repair {
            let line = line_of(text, repair.span().start);
            let WrittenRepair { of, decision, probability } = repair.get_ref();
            if *decision == Decision::Auto && *probability < written.auto_probability {
                return Err(files.wrong(
                    NAME,
                    line,
                    "`auto` needs at least the probability of auto_probability",
                ));
            }
            if !(0.0..=1.0).contains(probability) {
                return Err(files.wrong(NAME, line, "probability is a number from 0 to 1"));
            }
            for name in of {
                let repair = Repair::from_name(name)
                    .ok_or_else(|| files.wrong(NAME, line, &format!("no repair `{name}`")))?;
                if said.contains(repair) {
                    return Err(files.wrong(NAME, line, &format!("`{name}` stands in two rules")));
                }
                said.insert(repair);
                policy.repairs[repair as usize] = (*decision, *probability);
                if *decision == Decision::Auto {
                    policy.applied.insert(repair);
                }
            }
        }
        match Repair::ALL.into_iter().find(|repair| !said.contains(*repair)) {
            Some(left) => {
                Err(files.wrong(NAME, 1, &format!("no [[repair]] says what `{}` is worth", left.name())))
            }
            None => Ok(policy),
        }
    }

    /// Whether a value that was reached by these repairs stands in a cleaned list unseen.
    pub fn applies(&self, repairs: Repairs) -> bool {
        repairs.without(self.applied).is_empty()
    }

    /// What happens to a value that was reached by these repairs: the most careful of what is said of each.
    pub fn of_repairs(&self, repairs: Repairs) -> (Decision, f64) {
        let said = repairs.iter().map(|repair| self.repairs[repair as usize]);
        said.fold((Decision::Auto, 1.0), |(decision, probability), (other, chance)| {
            (decision.max(other), probability.min(chance))
        })
    }

    /// Whether a distance is given for this way of differing in names.
    pub fn knows_name(&self, way: &str) -> bool {
        self.names.contains_key(way)
    }

    /// Whether a distance is given for this way of differing in birth dates.
    pub fn knows_date(&self, way: &str) -> bool {
        self.dates.contains_key(way)
    }

    /// How far apart names are that differ in this way; the worst for a way the policy does not list.
    pub const fn name_distance(&self, way: NameDifference) -> Distance {
        self.name_distances[way as usize]
    }

    /// How far apart birth dates are that differ in this way.
    pub const fn date_distance(&self, way: DateDifference) -> Distance {
        self.date_distances[way as usize]
    }

    /// The first rule that holds, by its position.
    pub fn rule(&self, situation: &Situation) -> u16 {
        self.rule_of[situation.index()]
    }

    /// What is said where the number is certain and everything that is compared agrees.
    pub fn exactly(&self) -> Ruling {
        let (number, all) = (NumberState::Certain, Distance::None);
        self.ruling(self.rule(&Situation { number, full_name: all, birth_date: all, sex: all }))
    }

    /// What a rule says.
    pub fn ruling(&self, position: u16) -> Ruling {
        let rule = &self.rules[usize::from(position)];
        Ruling { same_person: rule.same_person, decision: rule.decision, probability: rule.probability }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_situation_has_its_place() {
        assert!(situations().enumerate().all(|(place, situation)| situation.index() == place));
        assert!(NameDifference::ALL.into_iter().zip(0..).all(|(way, place)| way as usize == place));
        assert!(DateDifference::ALL.into_iter().zip(0..).all(|(way, place)| way as usize == place));
    }
}
