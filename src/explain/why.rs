//! What made the difference: the fields that put the first candidate before the second, or what was lacking.

use serde::Serialize;

use super::{Candidate, Explained};
use crate::record::{FieldKind, Flag, Verdict};

/// The part of the bits that comes from how rare the name is, beside the comparisons.
pub const RARITY: &str = "name_rarity";

/// What kind of reason it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The number of the row, as written, is the citizen's.
    ByNumber,
    /// A number that had to be restored is the citizen's.
    ByRepairedNumber,
    /// The earlier number of the row is the citizen's.
    ByOldNumber,
    /// The number was cancelled and the citizen has another.
    ByCancelledNumber,
    /// The number leads to a citizen, and those who were found by other fields did not outweigh that.
    NumberKept,
    /// The first candidate was taken before a second.
    FirstBeforeSecond,
    /// The only candidate was taken.
    OnlyOne,
    /// Several candidates fit, and the first does not stand out.
    NoneStandsOut,
    /// The best candidate is not sure enough.
    NotEnough,
    /// It was searched, and nobody was near enough to be weighed.
    NobodyNear,
    /// Several citizens carry the number.
    SharedNumber,
    /// The citizen's number was cancelled, and today's is not known.
    CancelledNumber,
    /// The run looked up numbers only, and the number was of no use.
    #[default]
    NotSearched,
    /// The person is a foreigner, who is in no such reference.
    Foreigner,
}

/// What one field says, in bits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Share {
    /// The comparison, or [`RARITY`].
    pub comparison: String,
    /// How much.
    pub bits: f64,
}

/// Those who may be the person of a row that nobody was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Group {
    /// Candidates whose chance is worth counting.
    pub n: usize,
    /// Estimated chance that one of them is the right citizen, from 0 to 1.
    pub probability: f64,
}

/// Why the verdict is as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Why {
    /// The kind of reason.
    pub kind: Kind,
    /// By how much the first candidate outweighs the second, in bits.
    pub margin_bits: Option<f64>,
    /// The candidates that are left, where none of several stands out.
    pub group: Option<Group>,
    /// What speaks for the first: against the second where there is one, else at all. The most comes first.
    pub for_first: Vec<Share>,
    /// What speaks against the first, or for the second.
    pub against_first: Vec<Share>,
    /// Compared fields in which row and citizen show no difference, where the number led to the citizen.
    pub agreeing: Vec<&'static str>,
    /// Compared fields in which they differ.
    pub differing: Vec<String>,
}

/// Less than so many bits make no difference that is worth a word.
const WORTH_BITS: f64 = 0.05;

/// A candidate with less of a chance than this is as good as out.
const CHANCE_LEFT: f64 = 0.01;

/// The reason of a record whose tables were read.
pub(super) fn why(explained: &Explained) -> Why {
    let kind = kind(explained);
    let by_number = matches!(
        kind,
        Kind::ByNumber
            | Kind::ByRepairedNumber
            | Kind::ByOldNumber
            | Kind::ByCancelledNumber
            | Kind::NumberKept
    );
    let mut why = Why { kind, ..Why::default() };
    if by_number {
        let compared = [FieldKind::FullName, FieldKind::BirthDate, FieldKind::Sex].map(FieldKind::name);
        let is_wrong = |field: &str| explained.wrong_fields.iter().any(|wrong| wrong == field);
        why.agreeing = compared.into_iter().filter(|field| !is_wrong(field)).collect();
        why.differing = explained.wrong_fields.clone();
        why.differing.retain(|field| field != FieldKind::CitizenNumber.name());
    }
    let (Some(first), second) = (explained.candidates.first(), explained.candidates.get(1)) else {
        return why;
    };
    if kind == Kind::NoneStandsOut {
        why.group = Some(group(&explained.candidates));
    }
    if !by_number || kind == Kind::NumberKept {
        let shares = match second {
            Some(second) if kind != Kind::NotEnough => {
                why.margin_bits = Some(rounded(first.bits - second.bits));
                between(first, second)
            }
            _ => shares(first),
        };
        let (for_first, against_first) = shares.into_iter().partition(|share: &Share| share.bits > 0.0);
        (why.for_first, why.against_first) = (for_first, against_first);
    }
    why
}

fn kind(explained: &Explained) -> Kind {
    let has = |flag: Flag| explained.flags.iter().any(|known| known == flag.name());
    let is = |verdict: Verdict| explained.verdict == verdict.name();
    let n_candidates = explained.candidates.len();
    if explained.taken.is_some() {
        return if n_candidates > 1 { Kind::FirstBeforeSecond } else { Kind::OnlyOne };
    }
    if !explained.citizen_number.is_empty() {
        let number = explained.corrections.iter().find(|one| one.field == FieldKind::CitizenNumber.name());
        return match number {
            _ if n_candidates > 0 => Kind::NumberKept,
            None => Kind::ByNumber,
            Some(_) if has(Flag::OldNumber) => Kind::ByOldNumber,
            Some(_) if is(Verdict::WrongNumber) => Kind::ByCancelledNumber,
            Some(_) => Kind::ByRepairedNumber,
        };
    }
    if is(Verdict::Ambiguous) && n_candidates > 0 {
        Kind::NoneStandsOut
    } else if n_candidates > 0 {
        Kind::NotEnough
    } else if has(Flag::Foreigner) {
        Kind::Foreigner
    } else if is(Verdict::Ambiguous) {
        Kind::SharedNumber
    } else if explained.with_search {
        Kind::NobodyNear
    } else if is(Verdict::WrongNumber) {
        Kind::CancelledNumber
    } else {
        Kind::NotSearched
    }
}

/// Counts those who are left, and adds up their chances.
fn group(candidates: &[Candidate]) -> Group {
    let left =
        candidates.iter().map(|candidate| candidate.probability).filter(|chance| *chance >= CHANCE_LEFT);
    let (n, sum) = left.fold((0, 0.0), |(n, sum), chance| (n + 1, sum + chance));
    // Each chance was rounded by itself, to six decimals.
    Group { n, probability: f64::min((sum * 1e6_f64).round() / 1e6, 1.0) }
}

/// What each field says of a candidate, the most first.
fn shares(candidate: &Candidate) -> Vec<Share> {
    let mut all: Vec<Share> = candidate
        .comparisons
        .iter()
        .map(|compared| Share { comparison: compared.comparison.clone(), bits: compared.bits })
        .collect();
    all.push(Share { comparison: RARITY.to_owned(), bits: candidate.name_rarity_bits });
    in_order(all)
}

/// What each field says of the first and not of the second.
fn between(first: &Candidate, second: &Candidate) -> Vec<Share> {
    let pairs = first.comparisons.iter().zip(&second.comparisons);
    let mut all: Vec<Share> = pairs
        .map(|(one, other)| Share { comparison: one.comparison.clone(), bits: one.bits - other.bits })
        .collect();
    let rarity = first.name_rarity_bits - second.name_rarity_bits;
    all.push(Share { comparison: RARITY.to_owned(), bits: rarity });
    in_order(all)
}

/// Shares worth a word, the greatest first; of equal ones the order of the comparisons stays.
fn in_order(mut shares: Vec<Share>) -> Vec<Share> {
    shares.iter_mut().for_each(|share| share.bits = rounded(share.bits));
    shares.retain(|share| share.bits.abs() >= WORTH_BITS);
    shares.sort_by(|one, other| other.bits.abs().total_cmp(&one.bits.abs()));
    shares
}

fn rounded(bits: f64) -> f64 {
    (bits * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::super::{Compared, Values};
    use super::*;

    fn candidate(rank: u64, bits: &[f64], name_rarity_bits: f64) -> Candidate {
        let comparisons = ["full_name", "birth_date", "phone"].into_iter().zip(bits);
        let comparisons = comparisons.map(|(name, bits)| Compared {
            comparison: name.to_owned(),
            level: String::new(),
            bits: *bits,
        });
        Candidate {
            rank,
            values: Values::default(),
            probability: 0.5,
            bits: bits.iter().sum::<f64>() + name_rarity_bits,
            comparisons: comparisons.collect(),
            name_rarity_bits,
        }
    }

    #[test]
    fn what_both_share_makes_no_difference() {
        let (first, second) = (candidate(1, &[14.7, 14.5, 0.0], 2.0), candidate(2, &[14.7, -6.8, 5.1], 2.0));
        let between = between(&first, &second);
        let told: Vec<(&str, f64)> = between.iter().map(|one| (one.comparison.as_str(), one.bits)).collect();
        assert_eq!(told, [("birth_date", 21.3), ("phone", -5.1)]);
    }

    #[test]
    fn those_without_a_chance_are_not_counted() {
        let of = |chances: &[f64]| {
            let chances = chances.iter().copied();
            let candidates: Vec<Candidate> =
                chances.map(|probability| Candidate { probability, ..candidate(1, &[], 0.0) }).collect();
            group(&candidates)
        };
        assert_eq!(of(&[0.44, 0.43, 0.009, 0.0]), Group { n: 2, probability: 0.87 });
        assert_eq!(of(&[0.500001, 0.5]), Group { n: 2, probability: 1.0 });
        assert_eq!(of(&[0.4, 0.01]), Group { n: 2, probability: 0.41 });
    }

    #[test]
    fn the_rarity_of_the_name_speaks_beside_the_fields() {
        let shares = shares(&candidate(1, &[12.0, 0.0, -9.98], 3.25));
        let told: Vec<&str> = shares.iter().map(|share| share.comparison.as_str()).collect();
        assert_eq!(told, ["full_name", "phone", RARITY]);
    }
}
