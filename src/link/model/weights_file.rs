//! Weights as a file that people read and may write: TOML, one table for each level.

use std::fmt::Write as _;

use serde::Deserialize;

use super::pattern::{MAX_COMPARISONS, MAX_LEVELS};
use super::weights::{Comparison, FrequencyUse, Level, Weights};

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Line, from 1.
    pub line: u64,
    /// What is wrong, with the key; no value of a record.
    pub cause: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWeights {
    schema: u32,
    comparison: Vec<toml::Spanned<WrittenComparison>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenComparison {
    name: String,
    frequency: Option<WrittenFrequency>,
    level: Vec<WrittenLevel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFrequency {
    floor: f64,
    shares: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLevel {
    name: String,
    m: f64,
    u: f64,
}

/// Layout of the file.
const SCHEMA: u32 = 1;

/// How far the shares of a comparison may be from 1 together: a person writes few digits.
const SUM_TOLERANCE: f64 = 0.02;

impl Weights {
    /// The text of a file. What it says comes back from [`Weights::from_text`] to the last bit.
    pub fn to_text(&self) -> String {
        let mut out = String::from(
            "# Weights of comparisons. m: how often a level holds for two records of one person; u: for two of\n\
             # different people. A level weighs log2(m/u) bits. May be changed by hand and used again.\n",
        );
        let _ = writeln!(out, "schema = {SCHEMA}");
        for comparison in &self.comparisons {
            let _ = writeln!(out, "\n[[comparison]]\nname = \"{}\"", comparison.name);
            if let Some(frequency) = &comparison.frequency {
                let _ = writeln!(
                    out,
                    "frequency = {{ floor = {:?}, shares = {:?} }}",
                    frequency.floor, frequency.shares
                );
            }
            for level in &comparison.levels {
                let Level { name, m, u } = level;
                let _ = writeln!(
                    out,
                    "[[comparison.level]]\nname = \"{name}\"\nm = {m:?}\nu = {u:?} # {:+.2} bits",
                    level.bits()
                );
            }
        }
        out
    }

    /// The weights in the text of a file.
    ///
    /// # Errors
    /// When it is no such file, a chance is not between 0 and 1, or the chances of a comparison are not 1 together.
    pub fn from_text(text: &str) -> Result<Self, Wrong> {
        let line_of = |offset: usize| {
            text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
        };
        let wrong = |offset: usize, cause: String| Wrong { line: line_of(offset), cause };
        let written: WrittenWeights = toml::from_str(text)
            .map_err(|error| wrong(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        if written.schema != SCHEMA {
            return Err(wrong(0, format!("schema is {}, not {SCHEMA}", written.schema)));
        }
        if written.comparison.is_empty() || written.comparison.len() > MAX_COMPARISONS {
            return Err(wrong(0, format!("there must be 1 to {MAX_COMPARISONS} comparisons")));
        }
        let mut comparisons: Vec<Comparison> = Vec::new();
        for spanned in written.comparison {
            let at = spanned.span().start;
            let comparison = checked(spanned.into_inner()).map_err(|cause| wrong(at, cause))?;
            if comparisons.iter().any(|other| other.name == comparison.name) {
                return Err(wrong(at, format!("comparison `{}` stands twice", comparison.name)));
            }
            comparisons.push(comparison);
        }
        Ok(Self { comparisons })
    }
}

/// Whether a text is a name of ours: it stands in files without quotes and marks.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn checked(written: WrittenComparison) -> Result<Comparison, String> {
    let WrittenComparison { name, frequency, level } = written;
    if !is_name(&name) || level.iter().any(|level| !is_name(&level.name)) {
        return Err("names have small letters, digits and underscores".to_owned());
    }
    if !(2..=MAX_LEVELS).contains(&level.len()) {
        return Err(format!("`{name}` must have 2 to {MAX_LEVELS} levels"));
    }
    let is_chance = |chance: f64| chance > 0.0 && chance <= 1.0;
    if let Some(level) = level.iter().find(|level| !is_chance(level.m) || !is_chance(level.u)) {
        return Err(format!("m and u of `{name}`, level `{}`, must be above 0 and at most 1", level.name));
    }
    for (letter, sum) in [
        ("m", level.iter().map(|level| level.m).sum::<f64>()),
        ("u", level.iter().map(|level| level.u).sum::<f64>()),
    ] {
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(format!("the {letter} of `{name}` are {sum:.3} together, not 1"));
        }
    }
    let frequency = match frequency {
        None => None,
        Some(WrittenFrequency { floor, shares }) => {
            let is_share = |share: &f64| (0.0..=1.0).contains(share);
            if !is_chance(floor) || shares.len() != level.len() || !shares.iter().all(is_share) {
                return Err(format!(
                    "frequency of `{name}`: floor above 0, and for each level a share from 0 to 1"
                ));
            }
            Some(FrequencyUse { floor, shares })
        }
    };
    let levels = level.into_iter().map(|WrittenLevel { name, m, u }| Level { name, m, u }).collect();
    Ok(Comparison { name, levels, frequency })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "schema = 1\n\n[[comparison]]\nname = \"surname\"\n\
        frequency = { floor = 1e-5, shares = [1.0, 0.5, 0] }\n\
        [[comparison.level]]\nname = \"same\"\nm = 0.9\nu = 0.001\n\
        [[comparison.level]]\nname = \"alike\"\nm = 0.07\nu = 0.004\n\
        [[comparison.level]]\nname = \"other\"\nm = 0.03\nu = 0.995\n";

    #[test]
    fn a_file_comes_back_to_the_last_bit() {
        let mut weights = Weights::from_text(TEXT).expect("a good file");
        weights.comparisons[0].levels[0].m = 0.1 + 0.2 + 0.6;
        weights.comparisons[0].levels[0].u = 1.0 / 1234.5;
        let again = Weights::from_text(&weights.to_text()).expect("our own file");
        assert_eq!(again, weights);
        assert_eq!(again.to_text(), weights.to_text());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let cases = [
            ("schema = 1", "schema = 2", 1, "schema is 2"),
            ("m = 0.9\n", "m = 0\n", 3, "m and u of `surname`, level `same`"),
            ("m = 0.07", "m = 0.27", 3, "the m of `surname` are 1.200"),
            ("u = 0.004", "u = -1", 3, "must be above 0"),
            ("\"surname\"", "\"Sur name\"", 3, "small letters"),
            ("shares = [1.0, 0.5, 0]", "shares = [1.0]", 3, "frequency of `surname`"),
            ("m = 0.07", "n = 0.07", 12, "unknown field `n`"),
        ];
        for (good, bad, line, cause) in cases {
            let wrong = Weights::from_text(&TEXT.replacen(good, bad, 1)).expect_err(bad);
            assert!(wrong.cause.contains(cause) && wrong.line == line, "{bad}: {wrong:?}");
        }
        let twice = format!("{TEXT}{}", &TEXT["schema = 1\n".len()..]);
        assert!(Weights::from_text(&twice).expect_err("twice").cause.contains("stands twice"));
    }
}
